"""A figure and how sure it is."""

import math
from dataclasses import dataclass

_SAME = 1e-9
"""Limits nearer to each other than this are apart by rounding alone."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % limits, all in the figure's own unit.

    ``low`` and ``high`` are None where the figure can be worked out but its limits cannot.
    """

    value: float
    low: float | None = None
    high: float | None = None


def within(value: float, margin: float) -> Estimate:
    """A figure with the same margin on both sides; without limits where that is not finite."""
    if not math.isfinite(margin):
        return Estimate(value)
    return between(value, value - margin, value + margin)


def between(value: float, low: float, high: float) -> Estimate:
    """A figure with its limits; without them where both are the figure itself.

    Scores that fit exactly show nothing of how far they may vary; such limits would claim that the
    figure is certain.
    """
    if high - low <= _SAME * max(1.0, abs(value)):
        return Estimate(value)
    return Estimate(value, low, high)
