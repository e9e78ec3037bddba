"""Identity and time of rows: UUIDv7 strings, so that logs of several laptops merge and sort."""

import secrets
import uuid
from datetime import UTC, datetime


def new_id(at: datetime | None = None) -> str:
    """A UUIDv7 (RFC 9562) as a string: 48 bits of milliseconds, then random bits."""
    milliseconds = int((at or datetime.now(UTC)).timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64)
    value |= (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def local_now() -> datetime:
    """The time now with this machine's offset from UTC, so that 'evening' can be told later."""
    return datetime.now(UTC).astimezone()
