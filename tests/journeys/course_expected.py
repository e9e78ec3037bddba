"""Every figure of an item, worked out from the scores that were given. No test is in here.

The limits of agreement and of G rest on draws: they are held against draws of our own, and stand
for themselves from then on. All others are worked out.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from tests.journeys import course_variances as variances
from tests.journeys.course import CODES, OCCASIONS, VIGNETTES
from tests.journeys.course_figures import (
    Figures,
    Floats,
    Limits,
    Own,
    Rating,
    change_of_severity,
    correlation,
    mean_with_limits,
    noncentral,
    within,
)


@dataclass
class Moved:
    """One trainee: both scores on the average form, the index and the own band."""

    before: float
    after: float
    index: float
    band: float

    @property
    def outside(self) -> bool:
        return abs(self.index) > 1.96


class Item:
    """An item of the course; ``forms`` by occasion are the trainees' ones in order."""

    def __init__(
        self, ratings: list[Rating], own: list[Own], forms: dict[str, list[str]], shown: Any
    ) -> None:
        self.all, self._own, self._forms, self.shown = Figures(ratings), own, forms, shown
        self.at = {
            when: Figures([one for one in ratings if one.occasion == when]) for when in OCCASIONS
        }
        self.weights = {
            when: np.array([self.all.mean(trainee=code, occasion=when) for code in CODES])
            for when in OCCASIONS
        }

    def scores(self, when: str) -> Floats:
        return np.asarray(self.weights[when] @ self.all.fair)

    def mean(self, when: str) -> Limits:
        return self.all.over_trainees(self.weights[when], self.all.least(occasion=when))

    def spread(self, when: str) -> float:
        return within(self.scores(when), self._forms[when])

    @cached_property
    def agreement(self) -> dict[str, list[dict[str, float]]]:
        """Of one rating and of an answer's mean, as they are shown, if draws of our own agree."""
        shown = {when: self._place(when)["icc"] for when in OCCASIONS}
        for when in OCCASIONS:
            found = variances.agreement(self.at[when].ratings)
            for name, (value, drawn) in zip(_ICCS, found, strict=True):
                one = shown[when][name]
                assert one["value"] == pytest.approx(value, abs=2e-4)
                assert variances.holds(one, drawn), (one, np.quantile(drawn, [0.025, 0.975]))
        return {when: [of[name] for name in _ICCS] for when, of in shown.items()}

    @cached_property
    def g(self) -> dict[str, dict[str, float]]:
        """G of fair scores of who had the same form, as it is shown, if draws of our own agree."""
        for when in OCCASIONS:
            shown, found = self._place(when), self._variances[when]
            shares = {name: float(one.mean()) for name, one in self._shares(when).items()}
            value, drawn = variances.generalizability(found, shares)
            assert shown["g"]["value"] == pytest.approx(value, abs=2e-4)
            assert variances.holds(shown["g"], drawn), np.quantile(drawn, [0.025, 0.975])
            for name, variance in shown["error_variances"].items():
                assert variance == pytest.approx(found.of(name), abs=2e-4)
            error = sum(found.of(name) * share for name, share in shares.items())
            assert shown["error"] == pytest.approx(error, abs=2e-4)
        return {when: self._place(when)["g"] for when in OCCASIONS}

    @cached_property
    def change(self) -> tuple[Limits, Limits]:
        """The change and how much higher form B scores, by least squares over trainees."""
        values = (self.weights["after"] - self.weights["before"]) @ self.all.fair
        left = values - self._design @ (self._solve @ values)
        least = sum(self.all.least(occasion=one) ** 2 for one in OCCASIONS)
        spread = max(left @ left / self._freedom, least)
        moved = self.weights["after"] - self.weights["before"]
        found = [
            self.all.limits(row @ moved, spread * (row @ row), self._freedom) for row in self._solve
        ]
        return found[0], found[1]

    @cached_property
    def effect(self) -> Limits:
        """g_av: with Hedges' correction, limits by the noncentral t distribution."""
        unit = np.sqrt(np.mean([self.spread(when) ** 2 for when in OCCASIONS]))
        d_av = self.change[0].value / unit
        assert self.shown["change"]["d_av"] == pytest.approx(d_av)
        low, high = noncentral(self.change[0], self._freedom)
        return Limits(d_av * (1 - 3 / (4 * self._freedom - 1)), low / unit, high / unit)

    @cached_property
    def band(self) -> Limits:
        """The average trainee's, from G and from its limits."""
        g = self.g["before"]
        return Limits(*(self._band(g[name], np.mean(self._times)) for name in _TURNED))

    @cached_property
    def moved(self) -> dict[str, Moved]:
        """Every trainee on both occasions; the forms' difference is taken out."""
        higher = self.change[1].value / 2
        level = {"A": -higher, "B": higher}
        g = self.g["before"]["value"]
        found = {}
        for at, code in enumerate(CODES):
            one, two = (
                float(self.scores(when)[at] - level[self._forms[when][at]]) for when in OCCASIONS
            )
            band = self._band(g, self._times[at])
            found[code] = Moved(one, two, (two - one) / (band / 1.96), band)
        return found

    def client(self, name: str) -> tuple[Limits, Limits, str | None]:
        """The mean, how far beside the same trainees' others, and where that is sure of all four.

        Each answer is held against the same trainee's others of that occasion.
        """
        mine, beside = [], []
        for code in CODES:
            own = [self.all.rows(trainee=code, occasion=when, vignette=name) for when in OCCASIONS]
            met = [(row, when) for row, when in zip(own, OCCASIONS, strict=True) if row.any()]
            if not met:
                continue
            mine.append(np.mean([row for row, _ in met], axis=0))
            others = [self.all.rows(trainee=code, occasion=when) - row for row, when in met]
            apart = [row - one / one.sum() for (row, _), one in zip(met, others, strict=True)]
            beside.append(np.mean(apart, axis=0))
        least = self.all.least(vignette=name)
        apart, sure = (
            self.all.over_trainees(np.array(beside), least, count) for count in (1, len(VIGNETTES))
        )
        word = "harder" if sure.high < 0 else "easier" if sure.low > 0 else None
        return self.all.over_trainees(np.array(mine), least), apart, word

    def became_stricter(self, rater: str) -> Limits:
        return change_of_severity(self.at["before"], self.at["after"], rater)

    def gap(self) -> tuple[Limits, Limits]:
        """Own ratings less the raters', over trainees, and how the two go together.

        A trainee's mean is over clients, of two answers to one client over both.
        """
        given = {one.response: one.score for one in self._own}
        mine = np.array([given[name] for name in self.all.responses])
        weights = [
            np.mean([self.all.mean(trainee=code, vignette=name) for name in met], axis=0)
            for code, met in self._met.items()
        ]
        own, theirs = ([float(row @ of) for row in weights] for of in (mine, self.all.fair))
        answers = [self.all.rows(trainee=code).sum() for code in CODES]
        least = float(np.sqrt(np.mean([1 / count for count in answers]) / 6))
        return (
            mean_with_limits([one - two for one, two in zip(own, theirs, strict=True)], least),
            correlation(own, theirs),
        )

    @cached_property
    def _met(self) -> dict[str, list[str]]:
        return {
            code: [name for name in VIGNETTES if self.all.rows(trainee=code, vignette=name).any()]
            for code in CODES
        }

    def _place(self, when: str) -> Any:
        return self.shown["before" if when == "before" else "now"]

    @cached_property
    def _variances(self) -> dict[str, variances.Variances]:
        return {
            when: variances.Variances(
                self.at[when].ratings, variances.WHOLE, self._place(when)["error_variances"]
            )
            for when in OCCASIONS
        }

    def _shares(self, when: str) -> dict[str, Floats]:
        """Severity is not in fair scores, and the client not in a comparison within a form."""
        return {name: self.all.parts(when, name) for name in (variances.REST, *variances.WHOLE[:3])}

    @cached_property
    def _times(self) -> Floats:
        """How unsure two scores of each are, beside two of the first occasion."""
        found = self._variances["before"]
        error = [
            sum(found.of(name) * share for name, share in self._shares(when).items())
            for when in OCCASIONS
        ]
        return np.asarray((error[0] + error[1]) / (2 * np.mean(error[0])))

    def _band(self, g: float, times: float) -> float:
        return float(1.96 * self.spread("before") * np.sqrt(2 * (1 - min(g, 1 - 1e-9)) * times))

    @property
    def _design(self) -> Floats:
        turned = [
            float(two == "B") - float(one == "B")
            for one, two in zip(*(self._forms[when] for when in OCCASIONS), strict=True)
        ]
        return np.column_stack([np.ones(len(CODES)), turned])

    @property
    def _solve(self) -> Floats:
        return np.linalg.pinv(self._design)

    @property
    def _freedom(self) -> int:
        return len(CODES) - 2


_ICCS = ("ICC(A,1)", "ICC(A,k)")
_TURNED = ("value", "high", "low")
"""The surer G is, the narrower the band."""
