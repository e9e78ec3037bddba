"""A figure and how sure it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % limits, all in the figure's own unit.

    ``low`` and ``high`` are None where the figure can be worked out but its limits cannot.
    """

    value: float
    low: float | None = None
    high: float | None = None
