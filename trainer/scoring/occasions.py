"""In which order the occasions of a study come, and which days are put together."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from trainer.scoring.names import in_order

MOST_PERIODS = 12
EACH = 10
"""Days are put together so that a period has about so many responses, in at most MOST_PERIODS."""


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Numbers by size, dates and times (ISO 8601; UTC where no zone) by time, else as text."""
    every = in_order(set(names))
    for key in (_number, _time):
        places = [key(name) for name in every]
        if None not in places:
            return tuple(sorted(every, key=lambda name: key(name) or 0.0))
    return tuple(every)


def periods(responses: Mapping[str, int], fewest: int, count: int | None = None) -> dict[str, str]:
    """To which period each occasion belongs, both in order; ``responses`` counts those of each.

    Dates and times are put together where an occasion has fewer than ``fewest`` responses or there
    are more than MOST_PERIODS; numbers and names never: they are what a study calls its occasions.
    ``count`` asks for so many periods at most, each day in the one in which its middle lies.
    """
    order = ordered(responses)
    whole = sum(responses.values())
    wanted = most_periods(responses) if count is None else count
    enough = (
        count is None
        and all(one >= fewest for one in responses.values())
        and len(order) <= MOST_PERIODS
    )
    if enough or wanted < 2 or not _all(order, _time) or _all(order, _number):
        return {name: name for name in order}
    groups: list[list[str]] = [[] for _ in range(wanted)]
    before = 0
    for name in order:
        middle = 0 if count is None else responses[name] // 2
        groups[min((before + middle) * wanted // whole, wanted - 1)].append(name)
        before += responses[name]
    return {name: _named(group) for group in groups if group for name in group}


def most_periods(responses: Mapping[str, int]) -> int:
    """Into how many periods days are put together at most."""
    return min(MOST_PERIODS, sum(responses.values()) // EACH)


def _named(group: Sequence[str]) -> str:
    return group[0] if len(group) == 1 else f"{group[0]} to {group[-1]}"


def _all(names: Iterable[str], key: Callable[[str], float | None]) -> bool:
    return all(key(name) is not None for name in names)


def _number(name: str) -> float | None:
    try:
        value = float(name)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _time(name: str) -> float | None:
    """Seconds since 1970."""
    try:
        at = datetime.fromisoformat(name)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (at - datetime.combine(date(1970, 1, 1), datetime.min.time(), UTC)).total_seconds()
