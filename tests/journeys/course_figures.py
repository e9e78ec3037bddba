"""A cohort's figures worked out from a table of ratings with whole matrices. No test is in here.

Written from the definitions in the report, not from the code that makes it: ordinary least squares
over dummy variables, Student's t over trainees, and what the estimates of severity add.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from scipy.stats import t as student

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rating:
    """One rating of an item."""

    response: str
    trainee: str
    occasion: str
    vignette: str
    rater: str
    score: float


@dataclass(frozen=True)
class Own:
    """What a trainee gave an answer of their own."""

    response: str
    trainee: str
    occasion: str
    score: float


@dataclass(frozen=True)
class Limits:
    value: float
    low: float
    high: float


class Figures:
    """Severity, fair scores and means of them, with 95 % limits."""

    def __init__(self, ratings: list[Rating]) -> None:
        self.ratings = ratings
        self.raters = sorted({one.rater for one in ratings})
        self.responses = sorted({one.response for one in ratings})
        self.of = {one.response: one for one in ratings}
        score = np.array([one.score for one in ratings])
        whose = np.array([[one.response == r for r in self.responses] for one in ratings], float)
        by = np.array([[one.rater == r for r in self.raters] for one in ratings], float)
        apart = np.eye(len(score)) - whose @ np.linalg.pinv(whose)
        turn = np.linalg.pinv(apart @ by)
        self.effect = turn @ score
        left = apart @ (score - by @ self.effect)
        self.freedom = len(score) - len(self.responses) - len(self.raters) + 1
        trainees = sorted({one.trainee for one in ratings})
        model = left @ left / self.freedom * (turn @ turn.T)
        sums = np.array([
            turn @ (left * [one.trainee == trainee for one in ratings]) for trainee in trainees
        ])  # fmt: skip
        sandwich = sums.T @ sums * len(trainees) / (len(trainees) - 1)
        self.covariances = (model, sandwich)
        self.by_answer = np.array([turn @ (left * column) for column in whose.T])
        self.severity_freedom = min(self.freedom, len(trainees) - 1)
        count = whose.sum(axis=0)
        self.shares = (whose / count).T @ by
        self.fair = (whose / count).T @ score - self.shares @ self.effect

    def severity(self, rater: str) -> Limits:
        """How many points lower than the average rater one scores, over other trainees.

        Where trainees say that it varies less than single answers do, answers count as apart.
        """
        at, count = self.raters.index(rater), len(self.responses)
        alone = float((self.by_answer[:, at] ** 2).sum()) * count / (count - 1)
        together = float(self.covariances[1][at, at])
        freedom = self.severity_freedom if together > alone else count - 1
        half = float(student.ppf(0.975, freedom)) * np.sqrt(max(together, alone))
        value = -float(self.effect[at])
        return Limits(value, value - half, value + half)

    def rows(self, **wanted: str) -> Floats:
        """1 for the responses that are so, else 0."""
        return np.array([
            float(all(getattr(self.of[one], name) == value for name, value in wanted.items()))
            for one in self.responses
        ])  # fmt: skip

    def mean(self, **wanted: str) -> Floats:
        """The weights of a mean over these responses."""
        rows = self.rows(**wanted)
        return rows / rows.sum()

    def least(self, **wanted: str) -> float:
        """What a trainee's mean scatters by at least, since scores are whole points."""
        chosen = self.rows(**wanted)
        per = [
            sum(1 for one in self.ratings
                if one.trainee == trainee and chosen[self.responses.index(one.response)])
            for trainee in sorted({one.trainee for one in self.ratings})
        ]  # fmt: skip
        return float(np.sqrt(np.mean([1 / one for one in per if one]) / 12))

    def parts(self, occasion: str, name: str) -> Floats:
        """How much of an effect's variance is in each trainee's score: squared parts of ratings.

        Of what trainees have alike only the differences count.
        """
        given = [one for one in self.ratings if one.occasion == occasion]
        trainees = sorted({one.trainee for one in given})
        answers = [len({a.response for a in given if a.trainee == one}) for one in trainees]
        names = ["response", "rater"] if name == "residual" else name.split(":")
        levels = [tuple(getattr(one, part) for part in names) for one in given]
        every = sorted(set(levels))
        parts = np.zeros((len(trainees), len(every)))
        for one, level in zip(given, levels, strict=True):
            raters = sum(other.response == one.response for other in given)
            at = trainees.index(one.trainee)
            parts[at, every.index(level)] += 1 / answers[at] / raters
        if not {"trainee", "response"} & set(names):
            parts = (parts - parts.mean(axis=0)) * np.sqrt(len(trainees) / (len(trainees) - 1))
        return np.asarray((parts**2).sum(axis=1))

    def limits(
        self, weights: Floats, variance: float, freedom: float, looked_at: int = 1
    ) -> Limits:
        """Of a sum of fair scores whose own variance is known; holds for so many at once."""
        share = weights @ self.shares
        added = max(float(share @ one @ share) for one in self.covariances)
        whole = variance + added
        df = whole**2 / (variance**2 / freedom + added**2 / self.severity_freedom)
        half = float(student.ppf(1 - 0.025 / looked_at, df)) * np.sqrt(whole)
        value = float(weights @ self.fair)
        return Limits(value, value - half, value + half)

    def over_trainees(self, weights: Floats, least: float, looked_at: int = 1) -> Limits:
        """Of the mean of trainees' figures, each of which is a row of ``weights``."""
        values = weights @ self.fair
        spread = max(values.var(ddof=1), least**2)
        return self.limits(weights.mean(axis=0), spread / len(values), len(values) - 1, looked_at)


def within(values: Floats, forms: list[str]) -> float:
    """The standard deviation of values less the means of their forms."""
    left = [
        value - np.mean([other for other, at in zip(values, forms, strict=True) if at == form])
        for value, form in zip(values, forms, strict=True)
    ]
    return float(np.sqrt(np.square(left).sum() / (len(values) - len(set(forms)))))


def change_of_severity(before: Figures, after: Figures, rater: str) -> Limits:
    """How much stricter a rater became beside the others who rated both times.

    Trainees answered both times, and what they bring to both cancels. Where they say that it varies
    less than single answers do, answers count as apart.
    """
    both = [(before, 1.0), (after, -1.0)]
    value = sum(sign * one.effect[one.raters.index(rater)] for one, sign in both)
    trainees = sorted({one.trainee for one in before.ratings})
    whole, alone, answers = np.zeros(len(trainees)), 0.0, 0
    for one, sign in both:
        adds, of = one.by_answer[:, one.raters.index(rater)], one.responses
        owner = [trainees.index(one.of[name].trainee) for name in of]
        count, present = len(of), len(set(owner))
        whole += sign * np.sqrt(present / (present - 1)) * np.bincount(owner, adds, len(trainees))
        alone += float((adds**2).sum()) * count / (count - 1)
        answers += count
    together = float((whole**2).sum())
    freedom = len(trainees) - 1 if together > alone else answers - 2
    half = float(student.ppf(0.975, freedom)) * np.sqrt(max(together, alone))
    return Limits(value, value - half, value + half)


def noncentral(mean: Limits, freedom: int) -> tuple[float, float]:
    """Limits of a mean by the noncentral t distribution: what effect sizes have theirs from.

    Its t is a normal deviate, moved, over the root of a mean square: averaged over mean squares.
    """
    error = (mean.high - mean.value) / float(student.ppf(0.975, freedom))
    at = mean.value / error
    squares = chi2.ppf((np.arange(20_000) + 0.5) / 20_000, freedom) / freedom

    def beyond(moved: float, chance: float) -> float:
        return float(norm.cdf(at * np.sqrt(squares) - moved).mean()) - chance

    low, high = (float(brentq(beyond, at - 30, at + 30, args=(p,))) for p in (0.975, 0.025))
    return low * error, high * error


def correlation(one: Sequence[float], other: Sequence[float]) -> Limits:
    """Pearson's, with limits by Fisher's z."""
    value = float(np.corrcoef(one, other)[0, 1])
    half = 1.959964 / np.sqrt(len(one) - 3)
    low, high = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return Limits(value, float(low), float(high))


def mean_with_limits(values: Sequence[float], least: float) -> Limits:
    """A mean over trainees by Student's t; they scatter by ``least`` at least."""
    spread = max(float(np.std(values, ddof=1)), least)
    half = float(student.ppf(0.975, len(values) - 1)) * spread / np.sqrt(len(values))
    mean = float(np.mean(values))
    return Limits(mean, mean - half, mean + half)
