"""Sound and picture files to numbers and back. No Qt here."""
