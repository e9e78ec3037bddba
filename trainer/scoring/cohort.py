"""What a cohort's ratings say: means, each trainee, vignettes, change, the gap to own ratings.

The unit is the trainee. Several responses to one vignette count as one, a trainee's score is the
mean over vignettes, and figures of the cohort are means over trainees, with Student's t over them
(and what raters' severities add: `fair`). They hold for other trainees like these, with the same
vignettes and the same raters.
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from trainer.domain.progress import INTERVAL_MIN
from trainer.scoring.change import Gap, gap
from trainer.scoring.clients import Client, clients
from trainer.scoring.cohort_table import Rated, Table, mean_of
from trainer.scoring.compared import Vignettes, compared
from trainer.scoring.drift import Drift, Occasions, drift
from trainer.scoring.estimate import Estimate
from trainer.scoring.fair import interval
from trainer.scoring.gstudy import Without, g_without
from trainer.scoring.icc import iccs
from trainer.scoring.paired import (
    LEFT_OUT,
    ONLY_AFTER,
    ONLY_BEFORE,
    Changed,
    Pairs,
    changed,
    within_forms,
)
from trainer.scoring.score_error import error_variances
from trainer.scoring.severity import Severities
from trainer.scoring.table import ItemScores, Numbers, Places, only

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_DRAWN = 300
"""Of more trainees, so many are drawn for reliability: their limits are narrow enough, and time and
memory go with the square. Means, change, vignettes and severity are always of all.
"""
_SEED = 20261126


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
    as it is used here, and ``study`` what makes its error. ``drawn``: of how many trainees these
    are. ``lacking`` trainees were rated on a part of their form's vignettes only.
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
    lacking: int
    study: Without | None


# ICC(A,1), ICC(A,k), k, G's study, of how many trainees, and why one of them is missing.
_Reliability = tuple[
    Estimate | None, Estimate | None, float | None, Without | None, int, tuple[str, ...]
]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item, small enough to be sent from the process that counts: ``severity`` is without the
    fair scores of responses. ``raw`` is why scores are as given and not fair; None: they are fair.

    ``change`` and ``drift`` (of raters' severity from the first occasion to the second) are None
    with one occasion. ``now`` is the second one, or the only one.
    """

    item: str
    before: Occasion | None
    now: Occasion
    change: Changed | None
    clients: tuple[Client, ...]
    severity: Severities
    raw: str | None
    gap: Gap
    drift: Drift | None


def item_figures(rated: Rated, *, two: bool) -> ItemFigures:
    """Every figure of an item; ``two``: there are two occasions."""
    table = Table(rated)
    vignettes = Vignettes(table)
    now = _occasion(table, vignettes, two)
    before = _occasion(table, vignettes, False) if two else None
    return ItemFigures(
        rated.scores.item, before, now,
        change_of(table, vignettes, before.spread, before.study) if before is not None else None,
        clients(table), replace(table.fair.severities, fair={}), table.fair.reason, _gap(table),
        _drift(table) if two else None,
    )  # fmt: skip


# One occasion


def _occasion(table: Table, vignettes: Vignettes, second: bool) -> Occasion:
    rows = np.flatnonzero(table.later == second)
    if not len(rows):
        nobody = "nothing was rated"
        return Occasion(None, None, (), 0, 0, 0, None, None, None, None, 0, (nobody,), 0, None)
    trainees, weights = table.trainee_means(rows)
    values = weights @ table.fair.value
    forms = table.form_of(trainees, int(second))
    mine = np.flatnonzero((table.later == second)[table.scores.response.codes])
    scores = only(table.scores, mine)
    one, several, k, study, drawn, reasons = _reliability(scores, fair=table.fair.reason is None)
    return Occasion(
        mean_of(table, weights, values, table.least(rows)), within_forms(values, forms),
        _each(table, rows, trainees), len(rows), len(mine), len(scores.rater), one, several, k,
        study.g if study else None, drawn, reasons, vignettes.lacking(int(second)), study,
    )  # fmt: skip


def _each(table: Table, rows: Places, trainees: Places) -> tuple[Score, ...]:
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


def _raters(table: Table, rows: Places) -> Places:
    """How many raters each trainee had in these responses, shape (trainees,)."""
    scores = table.scores
    wanted = np.isin(scores.response.codes, rows)
    pair = table.trainee[scores.response.codes[wanted]] * len(scores.rater)
    pair = np.unique(pair + scores.rater.codes[wanted])
    return np.bincount(pair // len(scores.rater), minlength=len(table.trainees))


def _reliability(scores: ItemScores, *, fair: bool) -> _Reliability:
    """How far raters agree, and G of trainees' scores, of as many trainees as are drawn.

    Trainees are compared with those who had the same form, and where scores are ``fair``, severity
    is not in them: neither is error.
    """
    rows, drawn = _drawn(scores)
    if rows is not None:
        scores = only(scores, rows)
    table = iccs(scores)
    one, several = table.values["ICC(A,1)"], table.values["ICC(A,k)"]
    reasons = [] if one is not None else list(table.reasons[:1])
    if one is not None and one.low is None:
        reasons.append(
            "The ratings differ too little, or never, so nothing shows how far the agreement of "
            "raters may vary."
        )
    if int(np.bincount(scores.response.codes).max(initial=0)) < 2:
        return one, several, table.k, None, drawn, tuple(reasons)
    study, why = g_without(scores, ("vignette", "rater") if fair else ("vignette",))
    if why:
        reasons.append(why)
    return one, several, table.k, study, drawn, tuple(dict.fromkeys(reasons))


def _drawn(scores: ItemScores) -> tuple[Places | None, int]:
    """The ratings of the trainees drawn for reliability (None: of all), and how many these are."""
    trainee = scores.trainee
    assert trainee is not None  # Table has looked
    if len(trainee) <= MOST_DRAWN:
        return None, len(trainee)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(len(trainee), MOST_DRAWN, replace=False)
    return np.flatnonzero(np.isin(trainee.codes, chosen)), MOST_DRAWN


# Two occasions


def change_of(
    table: Table, vignettes: Vignettes, deviation: float | None, study: Without | None
) -> Changed:
    """The change; ``deviation`` and ``study`` are of trainees' scores before."""
    of = compared(table, vignettes)
    _, before = table.trainee_means(of.before)
    _, after = table.trainee_means(of.after)
    least = 0.0
    if len(of.trainees):
        least = sqrt(table.least(of.before) ** 2 + table.least(of.after) ** 2)
    others = {
        table.trainees[code]: why
        for why, codes in (
            (LEFT_OUT, of.left_out), (ONLY_BEFORE, of.only_before), (ONLY_AFTER, of.only_after),
        )
        for code in codes
    }  # fmt: skip
    pairs = Pairs(
        tuple(table.trainees[code] for code in of.trainees), before, after, *of.forms, least,
        _times(table, before, after, study), of.partly, others,
    )  # fmt: skip
    return changed(pairs, table.fair, deviation, study.g if study else None)


def _times(table: Table, before: "csr_array", after: "csr_array", study: Without | None) -> Numbers:
    """How much more error than two scores as they were before the trainees' have (trainees,)."""
    count = before.shape[0]
    if study is None or study.error <= 0 or not count:
        return np.ones(count)
    errors = [error_variances(table.scores, one, study.variances) for one in (before, after)]
    return np.asarray((errors[0] + errors[1]) / (2 * study.error), np.float64)


def _drift(table: Table) -> Drift:
    """How raters' severity changed, beside each other, from the first occasion to the second."""
    names = table.scores.response.names
    if not names:
        return Drift({}, {}, "nothing was rated")
    return drift(
        table.scores,
        Occasions(
            {name: "2" if later else "1" for name, later in zip(names, table.later, strict=True)}
        ),
    )


# Own ratings


def _gap(table: Table) -> Gap:
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
