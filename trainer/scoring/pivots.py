"""How far variances may be from their estimates: draws from their generalized pivotal quantities.

For a balanced design each mean square is theta * chi2(df) / df, so theta-hat * df / chi2(df) are
values of theta that agree with the data, and any function of them has the limits that its draws
have (Weerahandi 1993; for generalizability and reliability Burdick, Borror & Montgomery 2005).
An incomplete design has no mean squares. Those of the balanced design that tells as much are taken:
the REML estimates, made uncorrelated one after the other with their own covariance, from the
residual upwards, with the degrees of freedom that give back their variances (Satterthwaite). On a
balanced design they are the mean squares of the analysis of variance and its degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring.components import RESIDUAL, Components
from trainer.scoring.estimate import Estimate, between
from trainer.scoring.table import Numbers

LIMITS = (0.025, 0.975)
_DRAWS = 8192
_SEED = 20261126


@dataclass(frozen=True, slots=True)
class Draws:
    """Variances that agree with the data, shape (draws,) each, by effect of the model."""

    of: dict[str, Numbers]

    def sum(self, *names: str) -> Numbers:
        """The draws of a sum of variances, never below 0."""
        found = [self.of[name] for name in names if name in self.of]
        return np.maximum(np.sum(found, axis=0), 0.0) if found else np.zeros(_DRAWS)


def draws(fit: Components, order: Sequence[str]) -> Draws:
    """Draw the variances of ``fit``; ``order`` names its effects, the most nested first."""
    from scipy.special import gammaincinv

    names = [name for name in (RESIDUAL, *order) if name in fit.names]
    if not fit.of(RESIDUAL):
        # An exact fit: nothing is left over to draw, nor of effects that are not there.
        names = [name for name in names if fit.of(name) > 1e-9 * fit.values.sum()]
    at = [fit.names.index(name) for name in names]
    values, covariance = fit.values[at], fit.covariance[np.ix_(at, at)]
    turn, spread = _uncorrelated(covariance)
    expected = np.linalg.solve(turn, values)
    expected = np.maximum(expected, np.maximum(values, 1e-12 * values.sum()))
    freedom = 2 * expected**2 / spread
    # Of a variance held at 0 the mean square was less than is expected of 0: it tells how sure the
    # 0 is, and a few raters' variance would be limited too far up without it.
    found = np.linalg.solve(turn, fit.unbounded[at])
    squares = np.maximum(found, 1e-12 * values.sum())
    chances = _even(len(names))
    drawn = np.empty_like(chances)
    for row, (square, df) in enumerate(zip(squares, freedom, strict=True)):
        half = min(float(df), 1e7) / 2
        drawn[row] = square * half / np.maximum(gammaincinv(half, chances[row]), 1e-300)
    return Draws(dict(zip(names, turn @ drawn, strict=True)))


def around(value: float, drawn: Numbers) -> Estimate:
    """A figure with the 95 % limits of its draws.

    A figure held at a bound may be past a limit by a hair: the limit then is the figure. Without
    limits where all draws are the figure.
    """
    low, high = np.quantile(drawn, LIMITS)
    return between(value, min(value, float(low)), max(value, float(high)))


def _uncorrelated(covariance: Numbers) -> tuple[Numbers, Numbers]:
    """L (unit lower triangle) and d > 0 with L diag(d) L' = covariance."""
    size = len(covariance)
    turn, spread = np.eye(size), np.zeros(size)
    for col in range(size):
        rest = covariance[col:, col] - (turn[col:, :col] * spread[:col]) @ turn[col, :col]
        least = max(1e-10 * float(covariance[col, col]), 1e-200)
        spread[col] = max(float(rest[0]), least)
        if rest[0] > least:
            turn[col + 1 :, col] = rest[1:] / spread[col]
    return turn, spread


def _even(rows: int) -> Numbers:
    """Chances that fill 0 to 1 evenly, in each row in another order, which is always the same."""
    rng = np.random.default_rng(_SEED)
    steps = (np.arange(_DRAWS) + 0.5) / _DRAWS
    return np.array([rng.permutation(steps) for _ in range(rows)])
