"""Whether one person changed, and how far self-ratings are from a supervisor's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring.estimate import Estimate, between

# Two-sided 5 % of a normal distribution, as Jacobson & Truax (1991) take it.
_CRITICAL = 1.96


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of two scores against what raters' error alone would make of it.

    ``difference`` = after - before and ``smallest``, the least difference that is reliable, in
    points; ``index`` = difference / standard error of a difference. None where ``reason`` says why.
    """

    difference: float | None
    smallest: float | None
    index: float | None
    reliable: bool | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Self minus supervisor in points, with a t interval, and the correlation (Fisher's z)."""

    pairs: int
    difference: Estimate | None
    correlation: Estimate | None
    reasons: tuple[str, ...] = ()


def error_of_difference(deviation: float, reliability: float) -> float:
    """SD * sqrt(2) * sqrt(1 - r), in points (Jacobson & Truax 1991).

    ``deviation``: the standard deviation of scores between people; ``reliability``: between raters,
    never the internal consistency (alpha), which says nothing of raters. Both within their range.
    """
    return deviation * math.sqrt(2) * math.sqrt(1 - reliability)


def change(
    before: float | None,
    after: float | None,
    deviation: float | None,
    reliability: float | None,
    times: float = 1.0,
) -> Change:
    """Reliable change: |index| > 1.96.

    ``times``: how many times the error variance of two scores as reliable as ``reliability`` the
    two of this person have together, since they rest on fewer (or more) raters or vignettes.
    """
    if deviation is None or reliability is None:
        return Change(None, None, None, None, "How far raters agree is not known yet.")
    if not 0 <= reliability < 1 or not 0 < deviation < math.inf:
        return Change(
            None,
            None,
            None,
            None,
            "Reliable change takes scores that differ and a reliability from 0 to below 1.",
        )
    error = error_of_difference(deviation, reliability) * math.sqrt(times)
    smallest = _CRITICAL * error
    if before is None or after is None:
        return Change(None, smallest, None, None, "There is no score before or after.")
    difference = after - before
    index = difference / error
    return Change(difference, smallest, index, abs(index) > _CRITICAL)


def gap(
    own: Sequence[float | None],
    supervisors: Sequence[float | None],
    least_spread: float = 0.0,
) -> Gap:
    """How people's own scores differ from their supervisor's, over pairs in the same order.

    Pairs with a missing score are left out. ``least_spread`` (points): what the differences scatter
    by at least, because rounded scores hide it; a few equal ones would seem certain.
    """
    pairs = [(a, b) for a, b in zip(own, supervisors, strict=True) if None not in (a, b)]
    if len(pairs) < 2:
        return Gap(len(pairs), None, None, ("The gap takes two or more scores by both.",))
    table = np.array(pairs, np.float64)
    difference = _mean(table[:, 0] - table[:, 1], least_spread)
    correlation, reason = _correlation(table[:, 0], table[:, 1])
    reasons = [reason] if reason else []
    if difference.low is None:
        reasons.append("The gap is the same everywhere, so nothing shows how far it may vary.")
    return Gap(len(pairs), difference, correlation, tuple(reasons))


def _mean(values: np.ndarray[tuple[int], np.dtype[np.float64]], least_spread: float) -> Estimate:
    """A mean with its t interval."""
    from scipy.special import stdtrit

    count = len(values)
    spread = max(float(values.std(ddof=1)), least_spread)
    half = float(stdtrit(count - 1, 0.975)) * spread / math.sqrt(count)
    mean = float(values.mean())
    return between(mean, mean - half, mean + half)


def _correlation(
    one: np.ndarray[tuple[int], np.dtype[np.float64]],
    other: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[Estimate | None, str | None]:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None, "One of the two gave always the same score, so there is no correlation."
    if len(one) < 3:
        return None, "A correlation takes three or more scores by both."
    value = max(-1.0, min(1.0, float(np.corrcoef(one, other)[0, 1])))
    if len(one) < 4:
        return Estimate(value), "Limits of a correlation take four or more scores by both."
    if abs(value) > 1 - 1e-12:
        return Estimate(round(value)), (
            "The scores of both lie on one line, so nothing shows how far the correlation may vary."
        )
    middle, half = math.atanh(value), 1.959963984540054 / math.sqrt(len(one) - 3)
    return Estimate(value, math.tanh(middle - half), math.tanh(middle + half)), None
