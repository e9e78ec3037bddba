"""What a cohort's ratings say: means, each trainee, vignettes, change, the gap to own ratings.

The unit is the trainee. Several responses to one vignette count as one, a trainee's score is the
mean over vignettes, and figures of the cohort are means over trainees, with Student's t over them
(and what raters' severities add: `fair`). They hold for other trainees like these, with the same
vignettes and the same raters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer.domain.progress import INTERVAL_MIN
from trainer.scoring.change import Gap, gap
from trainer.scoring.estimate import Estimate
from trainer.scoring.fair import Fair, fair, interval, of_responses
from trainer.scoring.gstudy import gstudy
from trainer.scoring.icc import iccs
from trainer.scoring.paired import Changed, Pairs, changed, within_forms
from trainer.scoring.severity import Severities
from trainer.scoring.table import ItemScores, Numbers, Places, only

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_DRAWN = 200
"""Of more trainees, so many are drawn for reliability: their limits are narrow enough, and time and
memory go with the square. Means, change, vignettes and severity are always of all.
"""
_SEED = 20261126


@dataclass(frozen=True, slots=True)
class Rated:
    """One item of one assignment or two. ``later`` and ``own`` are by response (responses,).

    ``forms`` says which form each trainee (by name) had, at the first occasion and at the second;
    ``step`` is the least difference of two scores.
    """

    scores: ItemScores
    later: NDArray[np.bool_]
    own: Numbers
    forms: tuple[Mapping[str, str], Mapping[str, str]]
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """One trainee at one occasion: the mean over vignettes, with limits of three or more."""

    trainee: str
    score: Estimate
    vignettes: int
    responses: int
    raters: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion. ``spread``: standard deviation between trainees who had the same form.

    ``icc`` of one rating and of the mean of ``k`` (ICC(A,1), ICC(A,k)); ``g`` of a trainee's score
    as it is used here. ``drawn``: of how many trainees these are.
    """

    mean: Estimate | None
    spread: float | None
    scores: tuple[Score, ...]
    responses: int
    ratings: int
    raters: int
    icc: Estimate | None
    icc_k: Estimate | None
    k: float | None
    g: Estimate | None
    drawn: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """One vignette: its fair mean, and how far it is above the same trainees' others (points).

    ``stands``: "harder" or "easier", where that is sure having looked at every one (Bonferroni).
    """

    vignette: str
    mean: Estimate
    trainees: int
    apart: Estimate | None
    stands: str | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item. ``raw`` is why scores are as given and not fair; None: they are fair.

    ``change`` is None with one occasion. ``now`` is the second one, or the only one.
    """

    item: str
    before: Occasion | None
    now: Occasion
    change: Changed | None
    clients: tuple[Client, ...]
    severity: Severities
    raw: str | None
    gap: Gap


def item_figures(rated: Rated, *, two: bool) -> ItemFigures:
    """Every figure of an item; ``two``: there are two occasions."""
    table = _Table(rated)
    now = _occasion(table, two)
    before = _occasion(table, False) if two else None
    return ItemFigures(
        rated.scores.item, before, now,
        _change(table, before) if before is not None else None,
        _clients(table), table.fair.severities, table.fair.reason, _gap(table),
    )  # fmt: skip


class _Table:
    """The scores of an item, by response, and who and what each response is."""

    def __init__(self, rated: Rated) -> None:
        scores = rated.scores
        if scores.trainee is None or scores.vignette is None:
            raise ValueError("of every response trainee and vignette must be known")
        self.rated, self.scores = rated, scores
        self.trainees, self.vignettes = scores.trainee.names, scores.vignette.names
        self.fair: Fair = fair(scores)
        self.trainee = of_responses(scores, scores.trainee)
        self.vignette = of_responses(scores, scores.vignette)
        self.later = rated.later
        self.ratings = np.bincount(scores.response.codes, minlength=len(scores.response))

    def cells(self, rows: Places) -> tuple[Places, Places, "csr_array"]:
        """Trainee and vignette of each cell, and the means of ``rows``' responses over cells."""
        from scipy.sparse import csr_array

        pair = self.trainee[rows] * len(self.vignettes) + self.vignette[rows]
        known, cell = np.unique(pair, return_inverse=True)
        weight = 1 / np.bincount(cell)[cell]
        means = csr_array((weight, (cell, rows)), (len(known), len(self.trainee)))
        return known // len(self.vignettes), known % len(self.vignettes), means

    def trainee_means(self, rows: Places) -> tuple[Places, "csr_array"]:
        """Which trainees have any of ``rows``, and their scores' weights (trainees, responses)."""
        from scipy.sparse import csr_array

        whose, _, cells = self.cells(rows)
        known, owner = np.unique(whose, return_inverse=True)
        weight = 1 / np.bincount(owner)[owner]
        means = csr_array((weight, (owner, np.arange(len(owner)))), (len(known), len(owner)))
        return known, csr_array(means @ cells)

    def least(self, rows: Places) -> float:
        """What trainees' scores scatter by at least, because single ones are rounded (points)."""
        per = np.bincount(self.trainee[rows], self.ratings[rows])
        per = per[per > 0]
        return self.rated.step * sqrt(float((1 / per).mean()) / 12)

    def form_of(self, trainees: Places, occasion: int) -> list[str]:
        """The form that each trainee had."""
        forms = self.rated.forms[occasion]
        return [forms.get(self.trainees[one], "") for one in trainees]


# One occasion


def _occasion(table: _Table, second: bool) -> Occasion:
    rows = np.flatnonzero(table.later == second)
    if not len(rows):
        nobody = "nothing was rated"
        return Occasion(None, None, (), 0, 0, 0, None, None, None, None, 0, (nobody,))
    trainees, weights = table.trainee_means(rows)
    values = weights @ table.fair.value
    forms = table.form_of(trainees, int(second))
    mine = np.flatnonzero((table.later == second)[table.scores.response.codes])
    scores = only(table.scores, mine)
    return Occasion(
        _mean(table, weights, values, table.least(rows)), within_forms(values, forms),
        _each(table, rows, trainees), len(rows), len(mine), len(scores.rater),
        *_reliability(scores, _adjusted(table, mine)),
    )  # fmt: skip


def _mean(table: _Table, weights: "csr_array", values: Numbers, least: float) -> Estimate:
    """The mean of trainees' values, each of which ``weights`` (trainees, responses) make."""
    count = len(values)
    spread = max(float(values.var(ddof=1)), least**2) if count > 1 else 0.0
    from scipy.sparse import csr_array

    added = table.fair.added(csr_array(np.full((1, count), 1 / count)) @ weights)
    return interval(
        float(values.mean()), spread / count, count - 1.0, float(added[0]), table.fair.freedom
    )


def _each(table: _Table, rows: Places, trainees: Places) -> tuple[Score, ...]:
    """Every trainee's score; its limits are Student's t over vignettes, and of their raters."""
    whose, _, cells = table.cells(rows)
    owner = np.searchsorted(trainees, whose)
    values = cells @ table.fair.value
    count = np.bincount(owner)
    means = np.bincount(owner, values) / count
    squares = np.bincount(owner, (values - means[owner]) ** 2)
    least = table.rated.step**2 / 12
    added = table.fair.added(table.trainee_means(rows)[1])
    responses = np.bincount(table.trainee[rows], minlength=len(table.trainees))[trainees]
    raters = _raters(table, rows)[trainees]
    found = []
    for at, trainee in enumerate(trainees):
        n = int(count[at])
        score = Estimate(float(means[at]))
        if n >= INTERVAL_MIN:
            variance = max(float(squares[at]) / (n - 1), least) / n
            score = interval(
                float(means[at]), variance, n - 1.0, float(added[at]), table.fair.freedom
            )
        found.append(Score(table.trainees[trainee], score, n, int(responses[at]), int(raters[at])))
    return tuple(found)


def _raters(table: _Table, rows: Places) -> Places:
    """How many raters each trainee had in these responses, shape (trainees,)."""
    scores = table.scores
    wanted = np.isin(scores.response.codes, rows)
    pair = table.trainee[scores.response.codes[wanted]] * len(scores.rater)
    pair = np.unique(pair + scores.rater.codes[wanted])
    return np.bincount(pair // len(scores.rater), minlength=len(table.trainees))


def _adjusted(table: _Table, rows: Places) -> ItemScores:
    """Ratings ``rows`` as they are used: less severity where it is known, and less the vignette's
    mean, since trainees are compared with those who had the same form.
    """
    scores = table.scores
    given = scores.score - table.fair.effect[scores.rater.codes]
    given, vignette = given[rows], table.vignette[scores.response.codes[rows]]
    size = np.maximum(np.bincount(vignette), 1)
    given -= (np.bincount(vignette, given) / size)[vignette]
    return replace(only(scores, rows), score=given)


def _reliability(
    scores: ItemScores, adjusted: ItemScores
) -> tuple[Estimate | None, Estimate | None, float | None, Estimate | None, int, tuple[str, ...]]:
    """ICC(A,1), ICC(A,k), k, G, of how many trainees, and why one of them is missing."""
    rows, drawn = _drawn(scores)
    if rows is not None:
        scores, adjusted = only(scores, rows), only(adjusted, rows)
    table = iccs(scores)
    one, several = table.values["ICC(A,1)"], table.values["ICC(A,k)"]
    reasons = list(table.reasons[-1:]) if one is None else []
    if int(np.bincount(scores.response.codes).max(initial=0)) < 2:
        return one, several, table.k, None, drawn, tuple(reasons)
    study = gstudy(adjusted)
    if study.g is None:
        reasons += study.reasons[-1:]
    return one, several, table.k, study.g, drawn, tuple(dict.fromkeys(reasons))


def _drawn(scores: ItemScores) -> tuple[Places | None, int]:
    """The ratings of the trainees drawn for reliability (None: of all), and how many these are."""
    trainee = scores.trainee
    assert trainee is not None  # _Table has looked
    if len(trainee) <= MOST_DRAWN:
        return None, len(trainee)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(len(trainee), MOST_DRAWN, replace=False)
    return np.flatnonzero(np.isin(trainee.codes, chosen)), MOST_DRAWN


# Two occasions


def _change(table: _Table, before: Occasion) -> Changed:
    first, last = (np.flatnonzero(table.later == second) for second in (False, True))
    one, one_weights = table.trainee_means(first)
    two, two_weights = table.trainee_means(last)
    both, at_one, at_two = np.intersect1d(one, two, assume_unique=True, return_indices=True)
    least = sqrt(table.least(first) ** 2 + table.least(last) ** 2) if len(both) else 0.0
    pairs = Pairs(
        tuple(table.trainees[code] for code in both),
        one_weights[at_one], two_weights[at_two],
        tuple(table.form_of(both, 0)), tuple(table.form_of(both, 1)), least,
        len(one) - len(both), len(two) - len(both),
    )  # fmt: skip
    return changed(pairs, table.fair, before.spread, before.g)


# Vignettes


def _clients(table: _Table) -> tuple[Client, ...]:
    """Every vignette, the hardest first."""
    groups = []
    for second in (False, True):
        rows = np.flatnonzero(table.later == second)
        if len(rows):
            groups.append(table.cells(rows))
    found = [_client(table, groups, code) for code in range(len(table.vignettes))]
    return tuple(sorted(found, key=lambda one: one.mean.value))


def _client(
    table: _Table, groups: "Sequence[tuple[Places, Places, csr_array]]", code: int
) -> Client:
    own, apart, trainees = [], [], []
    for whose, which, cells in groups:
        mine = np.flatnonzero(which == code)
        here = _others(whose, mine)
        own.append(cells[mine])
        apart.append(here @ cells)
        trainees.append(whose[mine])
    from scipy.sparse import csr_array, vstack

    owner = np.concatenate(trainees)
    known, place = np.unique(owner, return_inverse=True)
    weight = 1 / np.bincount(place)[place]
    mean = csr_array((weight, (place, np.arange(len(place)))), (len(known), len(place)))
    rows = np.flatnonzero(table.vignette == code)
    least = table.least(rows)
    own_weights, apart_weights = csr_array(mean @ vstack(own)), csr_array(mean @ vstack(apart))
    level = _mean(table, own_weights, own_weights @ table.fair.value, least)
    several = np.flatnonzero(abs(apart_weights).sum(axis=1) > 0)
    name = table.vignettes[code]
    if len(several) < 2:
        return Client(name, level, len(known), None, None)
    apart_weights = apart_weights[several]
    found = _mean(table, apart_weights, apart_weights @ table.fair.value, least)
    return Client(name, level, len(known), found, _stands(found, len(table.vignettes)))


def _others(whose: Places, mine: Places) -> "csr_array":
    """For each of the cells ``mine``, itself less its trainee's other cells (mine, cells).

    A row of zeros where there is no other.
    """
    from scipy.sparse import csr_array

    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], whose[mine], "left")
    ends = np.searchsorted(whose[order], whose[mine], "right")
    rows, columns, weights = [], [], []
    for row, (cell, start, end) in enumerate(zip(mine, starts, ends, strict=True)):
        if end - start < 2:
            continue
        every = order[start:end]
        rows.append(np.full(len(every), row))
        columns.append(every)
        weights.append(np.where(every == cell, 1.0, -1 / (len(every) - 1)))
    if not rows:
        return csr_array((len(mine), len(whose)))
    return csr_array(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        (len(mine), len(whose)),
    )


def _stands(apart: Estimate, looked_at: int) -> str | None:
    """Whether a vignette is sure to be harder or easier than the same trainees' others."""
    from scipy.special import ndtri

    if apart.low is None or apart.high is None:
        return None
    wider = (apart.high - apart.low) / 2 * float(ndtri(1 - 0.025 / looked_at) / ndtri(0.975))
    if apart.value + wider < 0:
        return "harder"
    return "easier" if apart.value - wider > 0 else None


# Own ratings


def _gap(table: _Table) -> Gap:
    """How far trainees' own ratings are above the raters', over trainees."""
    rows = np.flatnonzero(~np.isnan(table.rated.own))
    if not len(rows):
        return Gap(0, None, None, ("No response was rated by raters and by its trainee.",))
    _, weights = table.trainee_means(rows)
    own = np.asarray(weights @ np.nan_to_num(table.rated.own), np.float64)
    theirs = np.asarray(weights @ table.fair.value, np.float64)
    per = 1 / np.bincount(table.trainee[rows])[np.unique(table.trainee[rows])]
    least = table.rated.step * sqrt(float(per.mean()) / 6)
    return gap([float(x) for x in own], [float(x) for x in theirs], least)
