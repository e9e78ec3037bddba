"""Ratings over time, with how much they can be trusted.

One set cannot show that one person improved (a typical gain is a fifth of a point, one rating
scatters by more), so every series carries an interval or says that there is none yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum, sqrt
from statistics import fmean

WINDOW = 6
INTERVAL_MIN = 3
# Two-sided 95 % quantiles of Student's t for 1..10 degrees of freedom (any statistics table).
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)

# What rounding to whole points hides (Sheppard): three ratings of 3 are not 3.0 for certain.
LEAST_SPREAD = sqrt(1 / 12)


def printed_difference(one: float, other: float) -> float:
    """The difference of two figures that stand beside it with one digit after the point.

    So that who subtracts what is printed finds what is printed.
    """
    return round(round(one, 1) - round(other, 1), 1) + 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """One rating of one item: when, of which response, by whom in which role."""

    response_id: str
    at: datetime
    score: float
    role: str
    vignette: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Mean of the last ratings up to a point, with its 95 % interval (None below three)."""

    at: datetime
    n: int
    mean: float
    low: float | None
    high: float | None


def trend(points: Sequence[Point], window: int = WINDOW) -> tuple[Trend, ...]:
    """Running mean of the last ``window`` scores at each point, oldest first.

    The interval is Student's t on those scores, with a spread of ``LEAST_SPREAD`` at least. It
    treats them as independent, which repeated attempts at one vignette are not: it is, if anything,
    too narrow, and the chart says so.
    """
    result = []
    for index, point in enumerate(points):
        scores = [p.score for p in points[max(0, index + 1 - window) : index + 1]]
        n, centre = len(scores), fmean(scores)
        half = None
        if n >= INTERVAL_MIN:
            spread = sqrt(fsum((s - centre) ** 2 for s in scores) / (n - 1))
            half = T_975[n - 2] * max(spread, LEAST_SPREAD) / sqrt(n)
        low = None if half is None else centre - half
        high = None if half is None else centre + half
        result.append(Trend(point.at, n, centre, low, high))
    return tuple(result)
