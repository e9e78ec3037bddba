"""A cohort's figures worked out from a table of ratings with whole matrices. No test is in here.

Written from the definitions in the report, not from the code that makes it: ordinary least squares
over dummy variables, Student's t over trainees, and what the estimates of severity add.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
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
        self._by_answer = np.array([turn @ (left * column) for column in whose.T])
        self.severity_freedom = min(self.freedom, len(trainees) - 1)
        count = whose.sum(axis=0)
        self.shares = (whose / count).T @ by
        self.fair = (whose / count).T @ score - self.shares @ self.effect

    def severity(self, rater: str) -> Limits:
        """How many points lower than the average rater one scores, over other trainees.

        Where trainees say that it varies less than single answers do, answers count as apart.
        """
        at, count = self.raters.index(rater), len(self.responses)
        alone = float((self._by_answer[:, at] ** 2).sum()) * count / (count - 1)
        together = float(self.covariances[1][at, at])
        freedom = self.severity_freedom if together > alone else count - 1
        half = float(student.ppf(0.975, freedom)) * np.sqrt(max(together, alone))
        value = -float(self.effect[at])
        return Limits(value, value - half, value + half)

    def agreement(self) -> tuple[float, float]:
        """ICC(A,1), and ICC(A,k) for the harmonic mean of ratings an answer, by REML."""
        answer, rater, rest = self._variances("response", "rater")
        count = [sum(one.response == name for one in self.ratings) for name in self.responses]
        k = len(count) / sum(1 / one for one in count)
        return answer / (answer + rater + rest), answer / (answer + (rater + rest) / k)

    def _variances(self, *facets: str) -> list[float]:
        """The variance of each facet and of the rest: restricted maximum likelihood, as defined."""
        score = np.array([one.score for one in self.ratings])
        alike = []
        for name in facets:
            level = [getattr(one, name) for one in self.ratings]
            alike.append(np.array([[one == two for two in level] for one in level], float))
        ones = np.ones((len(score), 1))

        def less_likely(logs: Floats) -> float:
            parts = np.exp(logs)
            whole = parts[-1] * np.eye(len(score)) + np.tensordot(parts[:-1], alike, 1)
            turned = np.linalg.inv(whole)
            weight = ones.T @ turned @ ones
            left = turned - turned @ ones @ np.linalg.inv(weight) @ ones.T @ turned
            signs = np.linalg.slogdet(whole)[1] + np.linalg.slogdet(weight)[1]
            return float(signs + score @ left @ score) / 2

        logs = [(-20.0, 4.0)] * (len(facets) + 1)
        start = np.full(len(logs), -2.0)
        found = minimize(
            less_likely, start, method="L-BFGS-B", bounds=logs,
            options={"maxiter": 5000, "ftol": 1e-14, "gtol": 1e-9},
        )  # fmt: skip
        return [float(one) for one in np.exp(found.x)]

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

    def errors(self, occasion: str, variances: dict[str, float]) -> Floats:
        """How unsure each trainee's score is: variances by squared parts of single ratings in it.

        Of what trainees have alike only the differences count.
        """
        given = [one for one in self.ratings if one.occasion == occasion]
        trainees = sorted({one.trainee for one in given})
        answers = [len({a.response for a in given if a.trainee == one}) for one in trainees]
        whole = np.zeros(len(trainees))
        for name, variance in variances.items():
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
            whole += variance * (parts**2).sum(axis=1)
        return whole

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
