"""What a person agreed to for a recording: who may use it, and until when it is to be kept."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime

# Each allows what the ones before it allow.
USES = ("practice", "rating", "research")
RATED = USES[1:]
"""Those that let others hear a recording and rate it. Where nothing was said, nobody else may."""
UNTIL_DELETED = 0
MONTHS = (3, 12, 36, UNTIL_DELETED)


@dataclass(frozen=True, slots=True)
class Consent:
    """What is agreed to when a recording is made: one of USES, and one of MONTHS."""

    use: str
    keep_months: int

    def until(self, made_at: datetime) -> date | None:
        """The last day on which a recording made then is kept; None: until it is deleted."""
        if self.keep_months == UNTIL_DELETED:
            return None
        return months_after(made_at.date(), self.keep_months)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about one response; the newest counts. ``keep_until`` as ``Consent.until``."""

    id: str
    response_id: str
    use: str
    keep_until: date | None
    stated_at: datetime


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
