"""Which of many backups to keep: close together lately, further apart the older they are."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

DAYS = 7
WEEKS = 4
MONTHS = 12


def thin(made: Iterable[datetime], today: date) -> frozenset[datetime]:
    """The times to keep: the newest of each of the last 7 days, 4 weeks and 12 months.

    Only days, weeks (from Monday) and months that have one count, so that time passing without a
    backup removes none. What is dated after ``today`` is kept as well: a clock was wrong, and no
    backup is given up for that. Days are those of the times' own offset.
    """
    newest_first = sorted(made, reverse=True)
    kept = {at for at in newest_first if at.date() > today}
    past = [at for at in newest_first if at.date() <= today]
    for spans, span_of in ((DAYS, _day), (WEEKS, _week), (MONTHS, _month)):
        kept.update(_newest_of_each(past, span_of, spans))
    return frozenset(kept)


def _newest_of_each(
    newest_first: list[datetime], span_of: Callable[[datetime], tuple[int, ...]], spans: int
) -> list[datetime]:
    first: dict[tuple[int, ...], datetime] = {}
    for at in newest_first:
        first.setdefault(span_of(at), at)
    return list(first.values())[:spans]


def _day(at: datetime) -> tuple[int, ...]:
    return at.year, at.month, at.day


def _week(at: datetime) -> tuple[int, ...]:
    return at.isocalendar()[:2]


def _month(at: datetime) -> tuple[int, ...]:
    return at.year, at.month
