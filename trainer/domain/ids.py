"""Identity and time of rows: UUIDv7 strings, so that logs of several laptops merge and sort.

Who is known by a key alone has an id that follows from it: the same on each laptop.
"""

import secrets
import uuid
from datetime import UTC, datetime

_NAMES = uuid.UUID("f2a1a6de-2f0e-5c52-9a55-0b9b7c2d4e11")


def new_id(at: datetime | None = None) -> str:
    """A UUIDv7 (RFC 9562) as a string: 48 bits of milliseconds, then random bits."""
    milliseconds = int((at or datetime.now(UTC)).timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64)
    value |= (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def id_of(text: str) -> str:
    """An id that follows from ``text`` (UUIDv5): whoever makes one of it makes the same."""
    return str(uuid.uuid5(_NAMES, text))


def local_now() -> datetime:
    """The time now with this machine's offset from UTC, so that 'evening' can be told later."""
    return datetime.now(UTC).astimezone()
