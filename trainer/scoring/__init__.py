"""From ratings to how far they can be trusted: agreement, variance components, severity, change."""
