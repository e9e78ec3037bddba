"""Whether raters become more severe or more lenient from occasion to occasion.

Drift is a change of the rater, so its time is when ratings were made: days of scoring in Congdon &
McQueen (2000, J Educ Meas 37:163), months of it in Harik et al. (2009, J Educ Meas 46:43), rating
occasions in Myford & Wolfe (2009). Where a table says when it was rated, occasions are those days,
put together so that two raters or more rated the same responses in each; else they are the
occasions on which the responses were given, which tells drift only where rating followed at once.

A rater's severity on each occasion is as in ``severity``, by least squares over the responses that
two raters or more rated on that occasion; on each, the raters who rated on all of them have 0
together. So it is a rater's drift among the others (the rater-by-time effect of Myford & Wolfe
2009); what all raters drift alike is seen only against reference ratings. Change is the last
occasion's less the first's, slope the least-squares line through the occasions, one step each.
Both are linear in the ratings: what each rating adds is summed by responses, trainees and vignettes
over all occasions (clusters.spread), so that the same trainee before and after goes together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

import numpy as np

from trainer.domain.mark import Mark
from trainer.scoring import clusters
from trainer.scoring.courses import Cells, Course, course, courses_of
from trainer.scoring.names import in_order, listed
from trainer.scoring.occasions import most_periods, periods
from trainer.scoring.severity import influence, solve, why_not_comparable
from trainer.scoring.table import ItemScores, Numbers, Places, only

FEWEST = 5
"""So many responses with two raters (of a rater: with a reference) make an occasion."""
NO_OCCASIONS = "the table does not say on which occasion a response was given or rated"
Time = Literal["rating", "response"]
_TOO_FEW = f"it takes two occasions with {FEWEST} responses each that two raters rated"


@dataclass(frozen=True, slots=True)
class Drift:
    """The course of each rater among the others and, where there is one, against the reference.

    ``reason`` is a clause that says why there is no course among others, ``notes`` are sentences
    about what was left out or put together. ``time``: whether occasions are those of the ratings
    or of the responses.
    """

    among: dict[str, Course]
    against: dict[str, Course]
    reason: str | None = None
    notes: tuple[str, ...] = ()
    time: Time = "response"

    @property
    def asked(self) -> bool:
        """Whether the table says on which occasions its responses were given."""
        return self.reason != NO_OCCASIONS


@dataclass(frozen=True, slots=True)
class Occasions:
    """On which occasion each response was given, and what the reference gives it on each item.

    ``rated`` has, by response and rater, when it was rated; empty where the table does not say.
    """

    of: Mapping[str, str]
    reference: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rated: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def time(self) -> Time:
        """Whose time it is that drift is looked for in."""
        return "rating" if self.rated else "response"

    def of_rows(self, scores: ItemScores) -> list[str | None]:
        """The occasion of each rating; None: nobody says."""
        responses = [scores.response.names[code] for code in scores.response.codes]
        if not self.rated:
            return [self.of.get(name) for name in responses]
        raters = [scores.rater.names[code] for code in scores.rater.codes]
        return [self.rated.get(pair) for pair in zip(responses, raters, strict=True)]


def occasions_of(marks: Iterable[Mark]) -> Occasions:
    """What a table says of occasions; of several references to a response their mean counts."""
    of: dict[str, str] = {}
    rated: dict[tuple[str, str], str] = {}
    given: dict[str, dict[str, list[float]]] = {}
    for mark in marks:
        if mark.occasion is not None:
            of[mark.response] = mark.occasion
        if mark.rated is not None:
            rated[mark.response, mark.rater] = mark.rated
        if mark.role == "reference" and mark.score is not None:
            given.setdefault(mark.item, {}).setdefault(mark.response, []).append(mark.score)
    means = {
        item: {response: sum(scores) / len(scores) for response, scores in by_response.items()}
        for item, by_response in given.items()
    }
    return Occasions(of, means, rated)


def drift(scores: ItemScores, occasions: Occasions) -> Drift:
    """The drift of every rater of an item, with 95 % limits."""
    names, time = in_order(scores.rater.names), occasions.time
    said = occasions.of_rows(scores)
    undated = {code for code, one in zip(scores.response.codes, said, strict=True) if one is None}
    if said.count(None) == len(said):
        return Drift({name: course((), None) for name in names}, {}, NO_OCCASIONS)
    notes = []
    if undated:
        count = len(undated)
        notes.append(
            f"{count} response{' has' if count == 1 else 's have'} no "
            f"{'day of rating' if time == 'rating' else 'occasion'} and "
            f"{'is' if count == 1 else 'are'} left out of drift."
        )
    order, parts, more = _parts(scores, said, time) if len(names) > 1 else ((), [], [])
    among, reason = _among(scores, order, parts)
    reference = occasions.reference.get(scores.item, {})
    against = _against(scores, said, reference) if reference else {}
    told = courses_of(order, among) if among else {}
    courses = {name: told.get(name) or course(order, None) for name in names}
    return Drift(
        courses,
        {name: against[name] for name in names if name in against},
        reason,
        (*notes, *more, *_bare(courses)),
        time,
    )


def _bare(courses: Mapping[str, Course]) -> Iterable[str]:
    """Whose change is known, and not how far it may vary."""
    bare = [name for name, one in courses.items() if one.change and one.change.low is None]
    if bare:
        yield (
            f"How far the drift (change of severity) of {listed(bare)} may vary is not known: too "
            "few responses tell of it, or they never differ but in severity."
        )


def _parts(
    scores: ItemScores, said: Sequence[str | None], time: Time
) -> tuple[tuple[str, ...], list[Places], list[str]]:
    """The occasions on which raters can be compared, the rows of each, and what is to be said."""
    shared = (np.bincount(scores.response.codes) > 1)[scores.response.codes].tolist()
    used = [name if both else None for name, both in zip(said, shared, strict=True)]
    period = _periods(scores, used, time)
    names = tuple(dict.fromkeys(period.values()))
    notes = []
    if len(names) < len(period):
        notes.append(f"For drift, {len(period)} days were put together to {len(names)} periods.")
    of_row = _places(used, period, names)
    order, parts = [], []
    without: dict[str, list[str]] = {}
    for place, name in enumerate(names):
        rows = _shared(scores, of_row, place)
        why = _why_not(scores, rows)
        if why is None:
            order.append(name)
            parts.append(rows)
        else:
            without.setdefault(why, []).append(name)
    told = sum(len(np.unique(scores.response.codes[rows])) for rows in parts)
    apart = len(np.unique(scores.response.codes[np.array(shared, bool)])) - told
    if time == "rating" and order and apart:
        notes.append(
            f"{apart} response{'' if apart == 1 else 's'} of two raters or more tell nothing of "
            "drift: the raters rated them on different occasions."
        )
    for why, left in without.items():
        said_of = f"Occasion {left[0]} is" if len(left) == 1 else f"Occasions {listed(left)} are"
        notes.append(f"{said_of} left out of drift: {why}.")
    return tuple(order), parts, notes


def _periods(scores: ItemScores, said: Sequence[str | None], time: Time) -> dict[str, str]:
    """To which period each occasion belongs.

    Raters rate the same responses on different days. Days of rating are put together to as many
    periods as have, each, responses that the same two raters or more rated in it.
    """
    counts = _responses(scores, said)
    usual = periods(counts, FEWEST)
    if time == "response":
        return usual
    ways = (periods(counts, FEWEST, count) for count in range(most_periods(counts), 1, -1))
    for period in chain([usual], ways):
        names = tuple(dict.fromkeys(period.values()))
        of_row = _places(said, period, names)
        parts = [_shared(scores, of_row, place) for place in range(len(names))]
        if len(names) > 1 and all(_why_not(scores, rows) is None for rows in parts):
            present = [set(scores.rater.codes[rows].tolist()) for rows in parts]
            if len(set.intersection(*present)) > 1:
                return period
    return usual


def _responses(scores: ItemScores, said: Sequence[str | None]) -> Counter[str]:
    """How many responses each occasion has."""
    pairs = {(name, code) for name, code in zip(said, scores.response.codes.tolist(), strict=True)
             if name}  # fmt: skip
    return Counter(name for name, _ in pairs)


def _places(said: Sequence[str | None], period: Mapping[str, str], names: Sequence[str]) -> Places:
    """The place of each row's period among ``names``; -1: none."""
    number = {name: place for place, name in enumerate(names)}
    return np.array([-1 if name is None else number[period[name]] for name in said], np.intp)


def _shared(scores: ItemScores, of_row: Places, place: int) -> Places:
    """The rows of an occasion on whose responses two raters or more rated on it."""
    rows = np.flatnonzero(of_row == place)
    code = scores.response.codes[rows]
    return rows[np.bincount(code, minlength=1)[code] > 1]


def _why_not(scores: ItemScores, rows: Places) -> str | None:
    raters = np.bincount(scores.response.codes[rows])
    if np.count_nonzero(raters > 1) < FEWEST:
        return f"fewer than {FEWEST} of its responses have two raters"
    return why_not_comparable(only(scores, rows))


def _among(
    scores: ItemScores, order: Sequence[str], parts: Sequence[Places]
) -> tuple[dict[str, Cells], str | None]:
    """Each rater's severity by occasion among the others, or why there is none."""
    if len(scores.rater) < 2:
        return {}, "there is only one rater"
    if len(order) < 2:
        return {}, _TOO_FEW
    present = [set(np.unique(scores.rater.codes[rows]).tolist()) for rows in parts]
    common = sorted(set.intersection(*present))
    if len(common) < 2:
        return {}, "fewer than two raters rated on every occasion"
    raters, rows = len(scores.rater), np.concatenate(parts)
    value = np.full((raters, len(order)), np.nan)
    adds = np.zeros((raters, len(rows)))
    begins = 0
    for place, part in enumerate(parts):
        sub = only(scores, part)
        code = [scores.rater.names.index(name) for name in sub.rater.names]
        contrast = np.eye(len(code)) - np.isin(code, common) / len(common)
        solved = solve(sub)
        value[code, place] = -(contrast @ solved.effect)
        adds[code, begins : begins + len(part)] = -influence(sub, solved, contrast)
        begins += len(part)
    at = np.repeat(np.arange(len(order)), [len(part) for part in parts])
    belongs = clusters.of_scores(only(scores, rows))
    return {
        name: Cells(value[code], adds[code], at, belongs)
        for code, name in enumerate(scores.rater.names)
    }, None


def _against(
    scores: ItemScores, said: Sequence[str | None], reference: Mapping[str, float]
) -> dict[str, Course]:
    """The course of each rater against the reference: what it gives less what the rater gave."""
    right = np.array([reference.get(name, np.nan) for name in scores.response.names])
    known = np.isfinite(right)[scores.response.codes].tolist()
    usable = [name if one else None for name, one in zip(said, known, strict=True)]
    period = periods(_responses(scores, usable), FEWEST)
    order = tuple(dict.fromkeys(period.values()))
    of_row = _places(usable, period, order)
    apart = right[scores.response.codes] - scores.score
    found = {}
    for code, name in enumerate(scores.rater.names):
        rows = np.flatnonzero((of_row >= 0) & (scores.rater.codes == code))
        if len(rows):
            found[name] = course(order, _distance(scores, rows, apart, of_row, len(order)))
    return found


def _distance(
    scores: ItemScores, rows: Places, apart: Numbers, of_row: Places, occasions: int
) -> Cells:
    """One rater's mean distance from the reference on each occasion with FEWEST responses."""
    at, distance = of_row[rows], apart[rows]
    count = np.bincount(at, minlength=occasions)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(count < FEWEST, np.nan, np.bincount(at, distance, occasions) / count)
    kept = np.isfinite(value)[at]
    rows, at, distance = rows[kept], at[kept], distance[kept]
    adds = (distance - value[at]) / count[at]
    return Cells(value, adds, at, clusters.of_scores(only(scores, rows)))
