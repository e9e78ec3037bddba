"""Many-facet Rasch: severity in logits, which a scale's uneven steps and ends do not bend.

Log odds of a score over the next lower one = response - rater's severity - item's step (Linacre
1989), by marginal maximum likelihood (trainer.scoring.rasch). Joint maximum likelihood would drop
responses with all-top or all-bottom scores and stretch the scale: simulated severities of two,
three and four raters came out 112, 53 and 36 % too large, with half of four raters' ratings missing
89 %, and its correction is exact for no incomplete design. Here they came out 1 to 4 % too large.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.clusters import Clusters
from trainer.scoring.estimate import Estimate
from trainer.scoring.names import in_order, listed
from trainer.scoring.rasch import Model, Ratings, fit_model, log_chances
from trainer.scoring.severity import why_not_comparable
from trainer.scoring.table import ItemScores, Numbers, Places, joined, only

MOST_CATEGORIES = 21
MOST_RATERS = 200
ENOUGH = 10
"""With so many ratings of each item in each category (Linacre 2002), items have steps of their own.

Simulated with 300 responses: where items' steps really differ, common steps put severity 8 % too
near 0 and their 95 % limits covered 82 %; where they do not, own steps cost nothing (RMSE .042).
"""
_WIDEST = 15.0
_CERTAIN = 1e-9


@dataclass(frozen=True, slots=True)
class RaterFit:
    """One rater: severity in logits (above 0: scores lower), fit, and fair average in points.

    ``infit`` and ``outfit`` are mean squares, 1 as expected, more where the rater is less
    predictable than the model (residuals weighted by the posterior of each response: Wu 1997).
    ``fair_average``: what the rater would give the average response, averaged over items.
    """

    severity: Estimate
    infit: float
    outfit: float
    fair_average: float
    ratings: int


@dataclass(frozen=True, slots=True)
class ResponseMeasure:
    """One response: logits (posterior mean), their standard error, and its fair average."""

    logits: float
    error: float
    fair_average: float


@dataclass(frozen=True, slots=True)
class Facets:
    """Raters, items and responses on one scale of logits; the average rater and item have 0.

    ``steps`` of each item: where each category of ``scale`` but the first becomes likelier than
    the one before, from the item's difficulty on. ``spread``: SD of the responses. A rater without
    an end of severity (``extreme``: only top or only bottom scores) has None.
    """

    raters: dict[str, RaterFit | None]
    extreme: tuple[str, ...]
    difficulty: dict[str, float]
    steps: dict[str, tuple[float, ...]]
    scale: tuple[float, ...]
    spread: float
    responses: dict[str, ResponseMeasure]


def facets(items: Sequence[ItemScores]) -> Facets | str:
    """The facets of one item, or of several of the same responses as one dimension.

    A clause that says why there are none instead, where they cannot be estimated. Categories that
    nobody used are closed up. Limits of severity: the sandwich estimator, with what responses add
    summed by trainees and vignettes (clusters.spread).
    """
    whole, item = joined(items)
    reason = why_not_comparable(whole) or _too_much(whole)
    if reason is not None:
        return reason
    extreme = _extremes(whole)
    rows = np.flatnonzero(~np.isin(whole.rater.codes, extreme))
    kept, item = only(whole, rows), item[rows]
    left_out = tuple(in_order(whole.rater.names[code] for code in extreme))
    reason = why_not_comparable(kept)
    if reason is not None:
        return f"{listed(left_out)} gave only top or only bottom scores, and without, {reason}"
    scale, category = np.unique(kept.score, return_inverse=True)
    ratings = _ratings(kept, item, category, len(scale))
    model = fit_model(ratings, _start(ratings, category))
    if model is None or model.spread > _WIDEST:
        return "the raters agree almost everywhere or hardly at all, so that logits have no end"
    return _told(kept, [one.item for one in items if len(one.score)], left_out, model, scale)


def _too_much(scores: ItemScores) -> str | None:
    count = len(np.unique(scores.score))
    if count < 2:
        return "all ratings are the same"
    if count > MOST_CATEGORIES:
        return f"there are {count} different scores, too many for steps of a scale"
    return f"there are more than {MOST_RATERS} raters" if len(scores.rater) > MOST_RATERS else None


def _extremes(scores: ItemScores) -> Places:
    """Codes of raters who gave only top or only bottom scores, also once others are left out."""
    found: Places = np.empty(0, np.intp)
    while True:
        rows = np.flatnonzero(~np.isin(scores.rater.codes, found))
        if not len(rows):
            return found
        score, rater = scores.score[rows], scores.rater.codes[rows]
        count = np.bincount(rater, minlength=len(scores.rater))
        ends = [
            np.bincount(rater, score == end, len(scores.rater)) for end in (min(score), max(score))
        ]
        more = np.flatnonzero((count > 0) & ((ends[0] == count) | (ends[1] == count)))
        if not len(more):
            return found
        found = np.union1d(found, more)


def _ratings(scores: ItemScores, item: Places, category: Places, categories: int) -> Ratings:
    """The model's design: raters (sum 0), then steps of each item, or steps and items (sum 0)."""
    raters, items, steps = len(scores.rater), int(item.max()) + 1, categories - 1
    used = np.bincount(item * categories + category, minlength=items * categories)
    own = items == 1 or bool(used.min() >= ENOUGH)
    rater_part = np.repeat(_sum_zero(raters), items, axis=0)[:, None, :].repeat(steps, axis=1)
    eye = np.eye(steps)[None]
    if own:
        item_part = np.einsum("ij,hg->ihjg", np.eye(items), eye[0]).reshape(items, steps, -1)
    else:
        shift = _sum_zero(items)[:, None, :].repeat(steps, axis=1)
        item_part = np.concatenate([shift, eye.repeat(items, axis=0)], axis=2)
    design = np.concatenate([rater_part, np.tile(item_part, (raters, 1, 1))], axis=2)
    return Ratings(scores.response.codes, scores.rater.codes * items + item, category, design)


def _sum_zero(count: int) -> Numbers:
    return np.concatenate([np.eye(count - 1), -np.ones((1, count - 1))])


def _start(ratings: Ratings, category: Places) -> Numbers:
    """Nobody severe, steps as the categories' frequencies have them, and a spread of 1."""
    count = np.bincount(category, minlength=ratings.categories).astype(np.float64)
    step = np.log(count[:-1] / count[1:])
    wanted = np.broadcast_to(step, ratings.design.shape[:2]).ravel()
    flat = ratings.design.reshape(len(wanted), -1)
    return np.append(np.linalg.lstsq(flat, wanted, rcond=None)[0], 0.0)


def _told(
    scores: ItemScores, items: list[str], extreme: tuple[str, ...], model: Model, scale: Numbers
) -> Facets:
    at, raters = model.at, len(scores.rater)
    step = at.step.reshape(raters, len(items), -1)
    average = step.mean(axis=0)  # of the raters, whose severities sum to 0
    difficulty = average.mean(axis=1)
    centre = float(difficulty.mean())
    fits = _rater_fits(scores, model, step, scale)
    named: dict[str, RaterFit | None] = dict(zip(scores.rater.names, fits, strict=True))
    steps = average - difficulty[:, None]
    return Facets(
        {name: named.get(name) for name in in_order((*scores.rater.names, *extreme))},
        extreme,
        {name: float(d) - centre for name, d in zip(items, difficulty, strict=True)},
        {name: tuple(map(float, s)) for name, s in zip(items, steps, strict=True)},
        tuple(map(float, scale)),
        model.spread,
        _measures(scores, model, average, centre, scale),
    )


def _rater_fits(scores: ItemScores, model: Model, step: Numbers, scale: Numbers) -> list[RaterFit]:
    at, raters = model.at, len(scores.rater)
    severity = step.mean(axis=(1, 2)) - step.mean()
    slope = at.ratings.design.reshape(raters, -1, len(at.parameters) - 1).mean(axis=1)
    influence = model.scores @ model.inverse[:, :-1] @ (slope - slope.mean(axis=0)).T
    margin = clusters.spread(influence, _of_responses(scores)).margin()
    infit, outfit = _mean_squares(model, raters)
    zero = np.zeros(1)
    fair = [float((np.exp(log_chances(zero, one))[0] @ scale).mean()) for one in step]
    count = np.bincount(scores.rater.codes, minlength=raters)
    return [
        RaterFit(
            Estimate(float(value), float(value - wide), float(value + wide))
            if np.isfinite(wide)
            else Estimate(float(value)),
            float(infit[rater]), float(outfit[rater]), fair[rater], int(count[rater]),
        )
        for rater, (value, wide) in enumerate(zip(severity, margin, strict=True))
    ]  # fmt: skip


def _of_responses(scores: ItemScores) -> Clusters:
    """The clusters of the responses, by the row of the first rating of each."""
    _, first = np.unique(scores.response.codes, return_index=True)
    return clusters.of_scores(scores).of(first)


def _mean_squares(model: Model, raters: int) -> tuple[Numbers, Numbers]:
    """Infit and outfit of each rater, over what each response may be."""
    at = model.at
    category = np.arange(at.ratings.categories)
    mean = at.chance @ category
    variance = at.chance @ category**2 - mean**2
    squares = np.sum(at.expected * (category - mean[..., None]) ** 2, axis=2)
    count = at.expected.sum(axis=2)

    def by_rater(values: Numbers) -> Numbers:
        return np.asarray(values.sum(axis=0).reshape(raters, -1).sum(axis=1), np.float64)

    with np.errstate(invalid="ignore", divide="ignore"):
        # far out, where nothing can surprise, there is hardly a response
        standard = np.where(variance > _CERTAIN, squares / variance, 0.0)
    return (
        by_rater(squares) / by_rater(count * variance),
        by_rater(standard) / by_rater(count),
    )


def _measures(
    scores: ItemScores, model: Model, average: Numbers, centre: float, scale: Numbers
) -> dict[str, ResponseMeasure]:
    at = model.at
    mean = at.posterior @ at.node
    error = np.sqrt(np.maximum(at.posterior @ at.node**2 - mean**2, 0))
    fair = at.posterior @ (np.exp(log_chances(at.node, average)) @ scale).mean(axis=1)
    return {
        name: ResponseMeasure(float(one) - centre, float(unsure), float(points))
        for name, one, unsure, points in zip(scores.response.names, mean, error, fair, strict=True)
    }
