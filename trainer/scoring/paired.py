"""Change between two occasions: of the cohort, with its effect size, and of each trainee.

Of the cohort: the mean of trainees' differences (after - before) with Student's t limits. Where
forms were counterbalanced, they are effects: difference = change + form after - form before, by
least squares over trainees, so that a harder form is no change. The effect size is g_av: the change
in units of the standard deviation between trainees, averaged over the two occasions (d_av, Cumming
2012), with Hedges' correction; its limits are those of the noncentral t distribution, as Algina &
Keselman (2003) take them for paired data. The deviation holds raters' error, too: g_av is of scores
as they were measured.

Of each trainee: reliable change (trainer.scoring.change), the reliability being G of a trainee's
score, and the error of a difference √(SEM² before + SEM² after), each by as many raters and
vignettes as that score of that trainee rests on (trainer.scoring.score_error). Whoever lies outside
their band changed by more than raters and vignettes alone make in 95 of 100 trainees of whom none
changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from trainer.domain.counted import by_count, counted
from trainer.scoring.change import Change, change
from trainer.scoring.estimate import Estimate
from trainer.scoring.fair import Fair, interval
from trainer.scoring.table import Numbers

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SAME, TURNED, TOGETHER = "same", "turned", "together"
"""How forms were given: the same one again; so that they can be told from the change; so that they
cannot, because all had one form before and all another one after."""

LEFT_OUT, ONLY_BEFORE, ONLY_AFTER = "left out", "only before", "only after"
"""Why a trainee is not compared: only a part of a form came, of which the other form has nothing;
or there is one occasion only."""

_FARTHEST = 1000.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Trainees with a score at both occasions: by their weights (trainees, responses).

    ``least``: what differences scatter by at least. ``times``: how many times the error variance
    of two scores as they were before theirs have (trainees,). ``partly`` of them are compared over
    a part of their vignettes. ``others`` are not compared: why, by trainee.
    """

    trainees: tuple[str, ...]
    before: "csr_array"
    after: "csr_array"
    form_before: tuple[str, ...]
    form_after: tuple[str, ...]
    least: float
    times: Numbers
    partly: int
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """One trainee's scores before and after, on the average form where that can be told.

    They are over the vignettes that are compared; ``change.smallest`` is the trainee's own band.
    """

    trainee: str
    before: float
    after: float
    change: Change

    @property
    def beyond(self) -> int | None:
        """Above the band (1), below it (-1), within it (0); None: there is none."""
        if self.change.reliable is None or self.change.difference is None:
            return None
        return (1 if self.change.difference > 0 else -1) if self.change.reliable else 0


@dataclass(frozen=True, slots=True)
class Changed:
    """Change of a cohort, in points, of ``pairs`` trainees; None where ``reasons`` says why.

    ``partly`` of them are compared over the vignettes that they have both times, not over all.
    ``others`` says why other trainees are not compared: LEFT_OUT, ONLY_BEFORE or ONLY_AFTER.
    ``effect`` is g_av, ``d_av`` the same without Hedges' correction. ``forms``: SAME, TURNED or
    TOGETHER; ``form_differences`` how much higher than the first form the others score.
    ``smallest`` is the least reliable change of one trainee, its limits being those of
    ``reliability``; ``deviation`` is that between trainees before. Where trainees' scores rest on
    different numbers of raters and vignettes, each has a band of their own (``moved``), of which
    ``smallest`` is the root mean square.
    """

    pairs: int
    partly: int
    others: Mapping[str, str]
    mean: Estimate | None
    effect: Estimate | None
    d_av: float | None
    forms: str
    form_differences: dict[str, Estimate]
    reliability: Estimate | None
    deviation: float | None
    smallest: Estimate | None
    moved: tuple[Moved, ...]
    reasons: tuple[str, ...]

    @property
    def left_out(self) -> int:
        """How many have both occasions and lack vignettes, so that nothing the same is compared."""
        return self._why(LEFT_OUT)

    @property
    def only_before(self) -> int:
        """How many have the first occasion only."""
        return self._why(ONLY_BEFORE)

    @property
    def only_after(self) -> int:
        """How many have the second occasion only."""
        return self._why(ONLY_AFTER)

    def _why(self, reason: str) -> int:
        return sum(why == reason for why in self.others.values())

    def count(self, direction: int) -> int:
        """How many trainees lie above (1), below (-1) or within (0) the band."""
        return sum(one.beyond == direction for one in self.moved)

    @property
    def bands(self) -> tuple[float, float] | None:
        """The narrowest and the widest band of a trainee; None: there is none."""
        found = [one.change.smallest for one in self.moved if one.change.smallest is not None]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True, slots=True)
class _Design:
    """Least squares of differences: ``solve`` (effects, trainees), the forms' effects after it."""

    matrix: Numbers
    solve: Numbers
    forms: tuple[str, ...]
    given: str


def changed(
    pairs: Pairs, fair: Fair, deviation: float | None, reliability: Estimate | None
) -> Changed:
    """The change of a cohort and of each of its trainees."""
    before, after = pairs.before @ fair.value, pairs.after @ fair.value
    design = _design(pairs)
    differences = after - before
    effects = design.solve @ differences if len(differences) else np.zeros(0)
    reasons = list(_lacking(pairs))
    mean, form_differences, freedom = None, {}, 0
    if len(differences) < 2:
        reasons.append("Change of a cohort takes two trainees or more with both occasions.")
    else:
        freedom = len(differences) - len(effects)
        each = _effects(design, pairs, fair, differences, effects, freedom)
        mean, form_differences = each[0], dict(zip(design.forms[1:], each[1:], strict=True))
        if freedom < 1:
            reasons.append("There are too few trainees for limits of the change.")
    level = dict(zip(design.forms, _levels(effects, design), strict=True))
    adjusted = [
        before - np.array([level.get(one, 0.0) for one in pairs.form_before]),
        after - np.array([level.get(one, 0.0) for one in pairs.form_after]),
    ]
    effect, d_av, why = _effect(mean, pairs, before, after, freedom)
    times = float(pairs.times.mean()) if len(differences) else 1.0
    smallest = _smallest(deviation, reliability, times)
    value = reliability.value if reliability else None
    moved = [
        Moved(name, one, two, change(one, two, deviation, value, own))
        for name, one, two, own in zip(
            pairs.trainees, *(map(float, each) for each in (*adjusted, pairs.times)), strict=True
        )
    ]
    reasons += [why] if why else []
    if smallest is None:
        reasons.append(change(None, None, deviation, value).reason or "")
    return Changed(
        len(differences), pairs.partly, pairs.others, mean,
        effect, d_av, design.given, form_differences, reliability, deviation, smallest,
        tuple(moved), tuple(reasons),
    )  # fmt: skip


def _lacking(pairs: Pairs) -> Iterable[str]:
    """What is to be said of trainees who were rated on a part of their vignettes."""
    if pairs.partly:
        yield (
            f"{pairs.partly} of {counted(len(pairs.trainees), 'trainee')} "
            f"{by_count(pairs.partly, 'was', 'were')} rated on a part of their clients only at one "
            f"of the occasions, and {by_count(pairs.partly, 'is', 'are')} compared over those that "
            "they have both times."
        )
    left_out = sum(why == LEFT_OUT for why in pairs.others.values())
    if left_out:
        every = counted(len(pairs.trainees) + left_out, "trainee")
        yield (
            f"{left_out} of {every} with both occasions "
            f"{by_count(left_out, 'was', 'were')} rated on a part of a form only, which nothing of "
            f"the other form can be compared with: {by_count(left_out, 'one', 'they')} "
            f"{by_count(left_out, 'is', 'are')} left out of the change."
        )


def _design(pairs: Pairs) -> _Design:
    """Change alone, or with the forms where these can be told from it."""
    count = len(pairs.trainees)
    plain = np.ones((count, 1))
    mean = plain.T / max(count, 1)
    forms = tuple(sorted({*pairs.form_before, *pairs.form_after}))
    columns = [
        np.array([float(two == form) - float(one == form)
                  for one, two in zip(pairs.form_before, pairs.form_after, strict=True)])
        for form in forms[1:]
    ]  # fmt: skip
    if not any(column.any() for column in columns):
        return _Design(plain, mean, (), SAME)
    matrix = np.column_stack([plain, *columns])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return _Design(plain, mean, (), TOGETHER)
    return _Design(matrix, np.linalg.pinv(matrix), forms, TURNED)


def _effects(
    design: _Design, pairs: Pairs, fair: Fair, differences: Numbers, effects: Numbers, freedom: int
) -> list[Estimate]:
    """The change, and each form's difference from the first, with limits."""
    from scipy.sparse import csr_array

    left = differences - design.matrix @ effects
    spread = float((left**2).sum()) / freedom if freedom > 0 else 0.0
    spread = max(spread, pairs.least**2)
    added = fair.added(csr_array(csr_array(design.solve) @ (pairs.after - pairs.before)))
    return [
        interval(
            float(value), spread * float(row @ row), freedom, float(more), fair.freedom
        )
        for value, row, more in zip(effects, design.solve, added, strict=True)
    ]  # fmt: skip


def _levels(effects: Numbers, design: _Design) -> Numbers:
    """How far each form lies from the average of the forms."""
    if design.given != TURNED:
        return np.zeros(len(design.forms))
    level = np.concatenate([[0.0], effects[1:]])
    return np.asarray(level - level.mean(), np.float64)


def _effect(
    mean: Estimate | None, pairs: Pairs, before: Numbers, after: Numbers, freedom: int
) -> tuple[Estimate | None, float | None, str | None]:
    """g_av with limits, d_av, and why there is none."""
    if mean is None:
        return None, None, None
    one, two = within_forms(before, pairs.form_before), within_forms(after, pairs.form_after)
    if one is None or two is None or one + two == 0:
        return None, None, "Too few trainees had the same form for an effect size."
    unit = sqrt((one**2 + two**2) / 2)
    d_av = mean.value / unit
    if freedom < 2 or mean.low is None or mean.high is None:
        # Hedges' correction is for two degrees of freedom and more; of one it would leave 0.
        return None, d_av, "There are too few trainees for an effect size."
    correction = 1 - 3 / (4 * freedom - 1)
    low, high = _noncentral(mean, freedom)
    return Estimate(correction * d_av, low / unit, high / unit), d_av, None


def _noncentral(mean: Estimate, freedom: int) -> tuple[float, float]:
    """Limits of the change by the noncentral t distribution, in points."""
    from scipy.special import nctdtrinc, stdtrit

    assert mean.high is not None  # it has limits
    error = (mean.high - mean.value) / float(stdtrit(freedom, 0.975))
    if error == 0:
        return mean.value, mean.value
    at = mean.value / error
    # Far out the limits go with t, and are not found any more.
    far = max(abs(at) / _FARTHEST, 1.0)
    low, high = (float(nctdtrinc(freedom, chance, at / far)) for chance in (0.975, 0.025))
    return low * far * error, high * far * error


def _smallest(
    deviation: float | None, reliability: Estimate | None, times: float
) -> Estimate | None:
    """The least reliable change; its limits are the reliability's, turned around."""
    if reliability is None:
        return None
    value = change(None, None, deviation, reliability.value, times).smallest
    if value is None:
        return None
    limits = [
        None if one is None
        else change(None, None, deviation, min(max(one, 0.0), 1 - 1e-9), times).smallest
        for one in (reliability.high, reliability.low)
    ]  # fmt: skip
    return Estimate(value, *limits)


def within_forms(values: Numbers, forms: Sequence[str]) -> float | None:
    """The standard deviation between trainees who had the same form; None: there are no two."""
    codes = np.unique(forms, return_inverse=True)[1]
    freedom = len(values) - int(codes.max(initial=-1)) - 1
    if freedom < 1:
        return None
    means = np.bincount(codes, values) / np.bincount(codes)
    return sqrt(float(((values - means[codes]) ** 2).sum()) / freedom)
