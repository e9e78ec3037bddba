"""Intraclass correlations where every rater rated every response: the published formulas.

Shrout & Fleiss (1979) and McGraw & Wong (1996, tables 4, 5 and 7, with their correction). They are
kept where they are negative, as published.
"""

import math

import numpy as np

from trainer.scoring.estimate import Estimate
from trainer.scoring.table import Numbers

# Both tails together are 5 %.
_TAIL = 0.975


def six(grid: Numbers) -> dict[str, Estimate | None]:
    """The six ICCs of a full grid, responses x raters (2 or more each), with 95 % limits.

    None where the responses' means do not differ, or nearly so, and the figure would divide by 0;
    without limits where the formulas put both on the figure: the means do not differ at all, or the
    ratings of a response never do.
    Scores must not be all the same.
    """
    n, k = grid.shape
    centred = grid - grid.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    between = k * float(rows @ rows) / (n - 1)
    raters = n * float(columns @ columns) / (k - 1)
    left = centred - rows[:, None] - columns
    error = _clean(float((left * left).sum()) / ((n - 1) * (k - 1)), centred)
    off = centred - rows[:, None]
    within = _clean(float((off * off).sum()) / (n * (k - 1)), centred)
    between = _clean(between, centred)
    one = _from_f(between, within, n - 1, n * (k - 1), k)
    consistent = _from_f(between, error, n - 1, (n - 1) * (k - 1), k)
    agree = _absolute(between, raters, error, n, k)
    return {
        "ICC(1,1)": one[0],
        "ICC(A,1)": agree[0],
        "ICC(C,1)": consistent[0],
        "ICC(1,k)": one[1],
        "ICC(A,k)": agree[1],
        "ICC(C,k)": consistent[1],
    }


def _clean(square: float, centred: Numbers) -> float:
    """0 for a mean square that is rounding error only."""
    return square if square > 1e-20 * float(np.square(centred).sum()) else 0.0


def _from_f(
    between: float, noise: float, df_between: int, df_noise: int, k: int
) -> tuple[Estimate | None, Estimate | None]:
    """ICC of one rating and of k raters' mean from an F ratio (exact limits)."""
    from scipy.special import fdtri

    if between == 0 == noise:
        return None, None
    if between == 0:
        return Estimate(-1 / (k - 1)), None
    if noise == 0:
        return Estimate(1.0), Estimate(1.0)
    ratio = between / noise
    low = ratio / float(fdtri(df_between, df_noise, _TAIL))
    high = ratio * float(fdtri(df_noise, df_between, _TAIL))
    single = Estimate(*((f - 1) / (f + k - 1) for f in (ratio, low, high)))
    return single, Estimate(*(1 - 1 / f for f in (ratio, low, high)))


def _absolute(
    between: float, raters: float, error: float, n: int, k: int
) -> tuple[Estimate | None, Estimate | None]:
    """ICC(A,1) and ICC(A,k) with McGraw & Wong's approximate limits (Satterthwaite)."""
    from scipy.special import fdtri

    whole = between + (k - 1) * error + k * (raters - error) / n
    if whole <= 0:
        return None, None
    value = (between - error) / whole
    if between == 0:
        return Estimate(value), _of_mean(Estimate(value), k)
    if value >= 1:
        return Estimate(1.0), Estimate(1.0)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    df = (a * raters + b * error) ** 2 / parts if parts > 0 else math.inf
    df = min(max(df, 1e-3), 1e9)
    lower, upper = float(fdtri(n - 1, df, _TAIL)), float(fdtri(df, n - 1, _TAIL))
    if not math.isfinite(lower) or not math.isfinite(upper):
        return Estimate(value), _of_mean(Estimate(value), k)
    rest = k * raters + (k * n - k - n) * error
    low = n * (between - lower * error) / (lower * rest + n * between)
    high = n * (upper * between - error) / (rest + n * upper * between)
    # Of few responses the approximation may put the figure outside its own limits.
    single = Estimate(value, low, high) if low <= value <= high else Estimate(value)
    return single, _of_mean(single, k)


def _of_mean(single: Estimate, k: int) -> Estimate | None:
    """The ICC of k raters' mean, by Spearman & Brown; None where one rating's is too far below 0.

    On ICC(A,1) and its limits it is what McGraw & Wong (1996, tables 4 and 7) print for ICC(A,k).
    """
    if 1 + (k - 1) * single.value <= 0:
        return None
    value = k * single.value / (1 + (k - 1) * single.value)
    if single.low is None or single.high is None or 1 + (k - 1) * single.low <= 0:
        return Estimate(value)
    low, high = (k * one / (1 + (k - 1) * one) for one in (single.low, single.high))
    return Estimate(value, low, high)
