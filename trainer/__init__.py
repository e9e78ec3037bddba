"""Attune: a desk on which psychotherapists train warmth, repair and metacommunication."""

__version__ = "0.1.0"
