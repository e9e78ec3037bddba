"""Halo: how far the scores that a rater gives one response on different items go together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.clusters import Clusters
from trainer.scoring.estimate import Estimate
from trainer.scoring.kappa import fisher, moments
from trainer.scoring.names import in_order
from trainer.scoring.severity import solve
from trainer.scoring.table import ItemScores, Numbers, Places, joined, only

HARDLY_APART = 0.8
"""A correlation whose lower limit is here shares at least two thirds of its variance."""
FEWEST_RATINGS = 4
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Halo:
    """Correlations of two items over ``ratings`` of a response by a rater on both; None: not known.

    ``pooled``: within raters, so that severity does not make it. ``within_response``: of what is
    left once each response's level is taken out as well; above 0 a rater who overrates a response
    on one item does so on the other, which is halo proper. ``raters``: of each alone.
    """

    items: tuple[str, str]
    pooled: Estimate | None
    within_response: Estimate | None
    raters: dict[str, Estimate | None]
    ratings: int

    @property
    def name(self) -> str:
        """As in JSON, ``A~B``."""
        return "~".join(self.items)


def halos(items: Mapping[str, ItemScores]) -> tuple[Halo, ...]:
    """The halo of each two items, in the items' order. Limits: by Fisher's z (see correlation)."""
    whole, item = joined(list(items.values()))
    rated = [name for name, one in items.items() if len(one.score)]
    cell = whole.response.codes * max(len(whole.rater), 1) + whole.rater.codes
    rows = [np.flatnonzero(item == place) for place in range(len(rated))]
    found = []
    for (a, first), (b, second) in combinations(zip(rated, rows, strict=True), 2):
        _, at, other = np.intersect1d(cell[first], cell[second], return_indices=True)
        found.append(_halo(whole, (a, b), first[at], second[other]))
    return tuple(found)


def _halo(whole: ItemScores, names: tuple[str, str], first: Places, second: Places) -> Halo:
    """The halo of two items, from the rows of ratings that belong together."""
    one = only(whole, first)
    other = replace(one, score=whole.score[second])
    belongs = clusters.of_scores(one)
    rater = one.rater.codes
    by_rater = {
        name: correlation(one.score[mine], other.score[mine], belongs.of(mine))
        for code, name in enumerate(one.rater.names)
        for mine in (np.flatnonzero(rater == code),)
    }
    return Halo(
        names,
        correlation(_centred(one.score, rater), _centred(other.score, rater), belongs),
        _within_response(one, other),
        {name: by_rater.get(name) for name in in_order(whole.rater.names)},
        len(first),
    )


def _within_response(one: ItemScores, other: ItemScores) -> Estimate | None:
    """The correlation of what responses and raters leave of both items' scores."""
    paired = np.flatnonzero(np.bincount(one.response.codes)[one.response.codes] > 1)
    if not len(paired):
        return None
    one, other = only(one, paired), only(other, paired)
    return correlation(solve(one).residual, solve(other).residual, clusters.of_scores(one))


def _centred(score: Numbers, group: Places) -> Numbers:
    if not len(score):
        return score
    count = np.maximum(np.bincount(group), 1)
    return np.asarray(score - (np.bincount(group, score) / count)[group], np.float64)


def correlation(one: Numbers, other: Numbers, belongs: Clusters) -> Estimate | None:
    """Pearson's correlation of paired values; None where there is none.

    Limits: Fisher's z, with a standard error by leaving out clusters (clusters.jackknife); none
    where all pairs lie on a line.
    """
    if len(one) < FEWEST_RATINGS:
        return None
    terms = moments(one, other)
    value = float(_pearson(terms.sum(axis=0)[None])[0])
    if np.isnan(value):
        return None
    spread = clusters.jackknife(_pearson, terms, belongs)
    limits = fisher(value, float(spread.margin()[0]))
    return Estimate(value, *limits) if limits else Estimate(value)


def _pearson(sums: Numbers) -> Numbers:
    """Correlations from sums of moments, shape (cases, 6); NaN where nothing varies."""
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y, xx, yy, xy = sums[:, 1:].T / sums[:, 0]
        both = (xx - x**2) * (yy - y**2)
        found = np.where(both > _ROUNDING, (xy - x * y) / np.sqrt(np.abs(both)), np.nan)
        return np.asarray(np.clip(np.where(found**2 > 1 - _ROUNDING, np.sign(found), found), -1, 1))


def said(halo: Halo) -> str | None:
    """A sentence for a supervisor when the two items can hardly be told apart, else None."""
    one = halo.pooled
    if one is None or one.low is None or one.high is None or one.low < HARDLY_APART:
        return None
    a, b = halo.items
    return (
        f"{a} and {b} can hardly be told apart: what a rater gives a response on one goes with "
        f"what it gets on the other (correlation {one.value:.2f}, 95 % interval {one.low:.2f} to "
        f"{one.high:.2f}). Rate all responses on one item before the next, or sharpen the anchors."
    )
