"""What is said aloud by a screen reader, wherever the focus is."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def speak(of: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have it said; ``urgent``: at once, else when what is being said is over."""
    said = QAccessibleAnnouncementEvent(of, text)
    ways = QAccessible.AnnouncementPoliteness
    said.setPoliteness(ways.Assertive if urgent else ways.Polite)
    QAccessible.updateAccessibility(said)
