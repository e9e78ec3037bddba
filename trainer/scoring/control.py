"""A control chart of one figure: has it moved away from where it was?

EWMA (exponentially weighted moving average) of single values: Montgomery, Introduction to
Statistical Quality Control, chapter 9. It is taken instead of an individuals chart, because
differences of whole points are far from normal and small lasting shifts are looked for: single
values beyond three sigma would miss a shift of half a point nearly always. Lambda .2 and L 2.86 are
one of the designs of Borror, Montgomery & Runger (1999), which hold up without normality; with a
known centre and sigma a false alarm then comes every 370 values on average.

Centre and sigma are not known here, but come from 10 to 20 values, which makes plain limits give a
false alarm within 20 values in every second case (bench_drift). So the limits are those of what is
to come, seen from what was: to the variance of the average that of the centre is added, and L
becomes the quantile of Student's t that is as rare. Who passed a gate does not lean far, and that
is known too: the centre is drawn from the mean towards 0, as a normal prior of standard deviation
``lean`` says (Bayes), and its variance is what is left then. Without it a lasting shift of half a
point takes half as long again to be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

LAMBDA, L = 0.2, 2.86
LEAST_BASELINE, LEAST_VALUES = 10, 5


@dataclass(frozen=True, slots=True)
class Level:
    """One value, the moving average after it, and between which limits it is to be."""

    value: float
    average: float
    low: float
    high: float

    @property
    def beyond(self) -> bool:
        """Whether the average has left its limits."""
        return not self.low <= self.average <= self.high


@dataclass(frozen=True, slots=True)
class ControlChart:
    """The values after a baseline. ``centre`` and ``sigma`` (of one value) come from that alone.

    ``flagged`` is the place of the first value after which the average was beyond its limits;
    the first ``LEAST_VALUES`` - 1 flag nothing: one value alone is no drift.
    """

    baseline: tuple[float, ...]
    centre: float
    sigma: float
    levels: tuple[Level, ...]
    flagged: int | None


def control_chart(
    baseline: Sequence[float], values: Sequence[float], least_sigma: float, lean: float
) -> ControlChart | None:
    """The chart of ``values``, oldest first; None with fewer than ``LEAST_BASELINE`` before them.

    ``least_sigma``: what rounding alone makes values differ by; a baseline that happened to be all
    alike would else flag the first value that is not. ``lean``: how far from 0 centres lie
    (standard deviation; infinite: nothing is known of it).
    """
    if len(baseline) < LEAST_BASELINE:
        return None
    many, sigma = len(baseline), max(stdev(baseline), least_sigma)
    weight = 1 / (1 + sigma**2 / (many * lean**2))
    centre = weight * fmean(baseline)
    wide = _as_rare(L, many - 1) * sigma
    average, levels = centre, []
    for number, value in enumerate(values, start=1):
        average = LAMBDA * value + (1 - LAMBDA) * average
        half = wide * sqrt(_variance(number, weight / many))
        levels.append(Level(value, average, centre - half, centre + half))
    flagged = next(
        (at for at, one in enumerate(levels) if one.beyond and at + 1 >= LEAST_VALUES), None
    )
    return ControlChart(tuple(baseline), centre, sigma, tuple(levels), flagged)


def _variance(number: int, of_centre: float) -> float:
    """Of the average after so many values, less the centre; all in sigma squared."""
    left = (1 - LAMBDA) ** number
    return LAMBDA / (2 - LAMBDA) * (1 - left**2) + (1 - left) ** 2 * of_centre


def _as_rare(z: float, freedom: int) -> float:
    """The value of Student's t that is as rare as ``z`` of a normal distribution.

    Cornish and Fisher's expansion (Abramowitz & Stegun 26.7.5), within 1 % from 9 degrees on.
    """
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
