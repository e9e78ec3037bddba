"""A figure and how sure it is."""

import math
from dataclasses import dataclass


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
    return Estimate(value, value - margin, value + margin)
