"""Times as rows: UTC text of fixed width, which sorts as time does, and the offset in minutes."""

from datetime import UTC, datetime, timedelta, timezone


def to_text(at: datetime) -> str:
    """``at`` as ``2026-01-31T18:05:09.000000Z``; ValueError when it carries no offset."""
    if at.utcoffset() is None:
        raise ValueError("a time without an offset cannot be compared with other laptops' times")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def offset_of(at: datetime) -> int:
    """Minutes east of UTC; ValueError when ``at`` carries no offset."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("a time without an offset cannot be compared with other laptops' times")
    return round(offset.total_seconds() / 60)


def from_text(text: str, offset_minutes: int) -> datetime:
    """The aware time that was stored, in the offset it had when it was written."""
    zone = timezone(timedelta(minutes=offset_minutes)) if offset_minutes else UTC
    return datetime.fromisoformat(text).astimezone(zone)


def after(newest: datetime | None, at: datetime) -> datetime:
    """``at``, or a microsecond after ``newest`` when the clock was set back since.

    So that what is said last stays the newest, also where two logs are merged.
    """
    if newest is None or at > newest:
        return at
    return (newest + timedelta(microseconds=1)).astimezone(at.tzinfo)
