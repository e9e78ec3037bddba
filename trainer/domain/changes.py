"""What an operation changed, so that only the screens concerned read again."""

from enum import Flag, auto


class Changes(Flag):
    """Kinds of rows; combined with ``|``."""

    NOTHING = 0
    PEOPLE = auto()
    RESPONSES = auto()
    RATINGS = auto()
    MEASURES = auto()
    SESSIONS = auto()
    NOTES = auto()
    TAKES = auto()
    CONTENT = auto()
    SETTINGS = auto()
    ASSIGNMENTS = auto()
