"""Variances, G and agreement worked out with whole matrices. No test is in here.

Written from the definitions: restricted maximum likelihood of crossed random effects (Searle,
Casella & McCulloch 1992), and generalized pivotal quantities of its mean squares (Weerahandi 1993),
drawn by another generator and in other numbers than the report's.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tests.journeys.course_figures import Rating

Floats = NDArray[np.float64]

REST = "residual"
DRAWS = 100_000
STARTS = 5
NOWHERE: Mapping[str, float] = {}
WHOLE = (
    "vignette:rater", "trainee:rater", "trainee:vignette", "rater", "vignette", "trainee",
)  # fmt: skip
"""The effects of trainee x vignette x rater, the most nested first: what is left is the rest."""


class Variances:
    """The variances of these effects and of the rest, the rest first.

    ``near``: where to look first, as far as it is known.
    """

    def __init__(
        self, ratings: Sequence[Rating], effects: Sequence[str], near: Mapping[str, float] = NOWHERE
    ) -> None:
        self.names = (REST, *effects)
        self._score = np.array([one.score for one in ratings])
        self._alike = [np.eye(len(ratings))]
        for name in effects:
            level = [tuple(getattr(one, part) for part in name.split(":")) for one in ratings]
            self._alike.append(np.array([[one == two for two in level] for one in level], float))
        self.values = self._most_likely(near)
        least, slope = self._without_mean(self.values), self._slope(self.values)
        turned = [least @ one for one in self._alike]
        information = np.array([[np.trace(one @ two) / 2 for two in turned] for one in turned])
        self.covariance = np.linalg.inv(information)
        self.unbounded = self.values + self.covariance @ slope

    def of(self, name: str) -> float:
        return float(self.values[self.names.index(name)])

    def together(self, *parts: str) -> None:
        """Make one variance of the rest and these."""
        kept = [at for at, name in enumerate(self.names) if name not in (*parts, REST)]
        turn = np.eye(len(self.names))[[0, *kept]]
        turn[0, [self.names.index(name) for name in parts]] = 1
        self.names = tuple(self.names[at] for at in (0, *kept))
        self.values, self.unbounded = turn @ self.values, turn @ self.unbounded
        self.covariance = turn @ self.covariance @ turn.T

    def drawn(self) -> dict[str, Floats]:
        """Variances that agree with the scores, by name.

        Independent mean squares that add up to them, each with as many degrees of freedom as give
        back its own variance; one that was less than a variance of 0 has it expect stays as found.
        """
        root = np.linalg.cholesky(self.covariance)
        turn = root / np.diagonal(root)
        expected = np.maximum(np.linalg.solve(turn, self.values), self.values)
        expected = np.maximum(expected, 1e-12 * self.values.sum())
        freedom = 2 * expected**2 / np.diagonal(root) ** 2
        found = np.maximum(np.linalg.solve(turn, self.unbounded), 1e-12 * self.values.sum())
        chance = np.random.Generator(np.random.Philox(417))
        squares = [
            square * df / chance.chisquare(df, DRAWS)
            for square, df in zip(found, np.minimum(freedom, 1e7), strict=True)
        ]
        return dict(zip(self.names, turn @ np.array(squares), strict=True))

    def _most_likely(self, near: Mapping[str, float]) -> Floats:
        """The best of searches from ``near`` and from other places, where something is left over.

        So many effects can fit so few scores exactly, with likelihoods that grow without end as the
        rest goes to nothing: no estimate is there.
        """
        size, chance = float(self._score.var()), np.random.Generator(np.random.Philox(552))
        least = 1e-6 * size
        starts = [np.array([near.get(name, 0.1 * size) for name in self.names])]
        starts += [size * chance.dirichlet(np.ones(len(self.names))) for _ in range(STARTS)]
        found = [
            minimize(
                self._deviance, np.maximum(start, least), method="L-BFGS-B",
                jac=lambda values: -2 * self._slope(values),
                bounds=[(least, None), *((0.0, None) for _ in self._alike[1:])],
                options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-10},
            )
            for start in starts
        ]  # fmt: skip
        inside = [one for one in found if one.x[0] > 100 * least]
        return np.array(min(inside, key=lambda one: float(one.fun)).x)

    def _inverse(self, values: Floats) -> Floats:
        return np.linalg.inv(np.tensordot(values, np.array(self._alike), 1))

    def _without_mean(self, values: Floats) -> Floats:
        inverse = self._inverse(values)
        row = inverse.sum(axis=0)
        return inverse - np.outer(row, row) / row.sum()

    def _deviance(self, values: Floats) -> float:
        inverse = self._inverse(values)
        size = np.log(inverse.sum()) - np.linalg.slogdet(inverse)[1]
        return float(size + self._score @ self._without_mean(values) @ self._score)

    def _slope(self, values: Floats) -> Floats:
        """Of the log likelihood."""
        least = self._without_mean(values)
        turned = least @ self._score
        return np.array([turned @ one @ turned - np.sum(least * one) for one in self._alike]) / 2


def agreement(ratings: Sequence[Rating]) -> list[tuple[float, Floats]]:
    """ICC(A,1), and ICC(A,k) for the harmonic mean of an answer's ratings, each with draws.

    In the draws what lies between answers is that of trainees, of clients and of both, and all that
    raters make of one answer is one variance.
    """
    k = ratings_per_answer(ratings)
    found = Variances(ratings, ("rater", "response"))
    knows = Variances(ratings, WHOLE)
    knows.together("vignette:rater", "trainee:rater")
    drawn = knows.drawn()
    true = above_zero(drawn, "trainee", "vignette", "trainee:vignette")
    error = above_zero(drawn, REST) + above_zero(drawn, "rater")
    own, others = found.of("response"), found.of("rater") + found.of(REST)
    return [(own / (own + others / n), true / (true + error / n)) for n in (1.0, k)]


def generalizability(found: Variances, shares: dict[str, float]) -> tuple[float, Floats]:
    """G with draws, from how much of each variance is in the error of a trainee's score."""
    drawn = found.drawn()
    true, error = found.of("trainee"), sum(found.of(name) * one for name, one in shares.items())
    noise = sum(above_zero(drawn, name) * one for name, one in shares.items())
    signal = above_zero(drawn, "trainee")
    return true / (true + error), signal / (signal + noise)


def ratings_per_answer(ratings: Sequence[Rating]) -> float:
    """The harmonic mean."""
    names = [one.response for one in ratings]
    return len(set(names)) / sum(1 / names.count(name) for name in set(names))


def above_zero(drawn: dict[str, Floats], *names: str) -> Floats:
    return np.maximum(np.sum([drawn[name] for name in names], axis=0), 0.0)


def holds(shown: dict[str, float], drawn: Floats) -> bool:
    """Whether of the draws 2.5 % lie beyond each limit, as far as draws can tell.

    The report's limits are of 8,192 draws: the share beyond one is known to 0.6 % (3.5 standard
    errors). A figure at its bound can be its own limit.
    """
    low, high = shown["low"], shown["high"]
    below = (np.mean(drawn < low), np.mean(drawn <= low))
    above = (np.mean(drawn > high), np.mean(drawn >= high))
    return all(
        one - 0.006 <= 0.025 <= other + 0.006 or figure == shown["value"]
        for (one, other), figure in ((below, low), (above, high))
    )
