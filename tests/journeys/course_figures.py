"""A cohort's figures worked out from a table of ratings with whole matrices. No test is in here.

Written from the definitions in the report, not from the code that makes it: ordinary least squares
over dummy variables, Student's t over trainees, and what the estimates of severity add.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
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
        self.severity_freedom = min(self.freedom, len(trainees) - 1)
        count = whose.sum(axis=0)
        self.shares = (whose / count).T @ by
        self.fair = (whose / count).T @ score - self.shares @ self.effect

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

    def limits(self, weights: Floats, variance: float, freedom: float) -> Limits:
        """Of a sum of fair scores whose own variance is known."""
        share = weights @ self.shares
        added = max(float(share @ one @ share) for one in self.covariances)
        whole = variance + added
        df = whole**2 / (variance**2 / freedom + added**2 / self.severity_freedom)
        half = float(student.ppf(0.975, df)) * np.sqrt(whole)
        value = float(weights @ self.fair)
        return Limits(value, value - half, value + half)

    def over_trainees(self, weights: Floats, least: float) -> Limits:
        """Of the mean of trainees' figures, each of which is a row of ``weights``."""
        values = weights @ self.fair
        spread = max(values.var(ddof=1), least**2)
        return self.limits(weights.mean(axis=0), spread / len(values), len(values) - 1)


def within(values: Floats, forms: list[str]) -> float:
    """The standard deviation of values less the means of their forms."""
    left = [
        value - np.mean([other for other, at in zip(values, forms, strict=True) if at == form])
        for value, form in zip(values, forms, strict=True)
    ]
    return float(np.sqrt(np.square(left).sum() / (len(values) - len(set(forms)))))
