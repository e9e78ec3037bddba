"""How severe each rater is, in points, and what a response is worth whoever rated it.

Model: score = response + rater + error, by least squares over the responses with two raters or
more; so a rater is compared only with those who rated the same responses (Searle 1971, ch. 7).
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.estimate import Estimate, within
from trainer.scoring.names import in_order, listed
from trainer.scoring.table import ItemScores, Numbers, Places

_MOST_GROUPS = 3
TOO_FEW = "too few responses were rated by two raters"
EXACT = "the raters never differ but in severity, so nothing shows how far it may vary"
"""Why severities that are known have no limits: that of equal scores is 0, and would be certain."""


@dataclass(frozen=True, slots=True)
class FairScore:
    """A response's mean over its raters as given, and as the average rater would have given it.

    ``fair`` is None where the raters' severities cannot be compared.
    """

    raw: float
    fair: float | None
    raters: int


@dataclass(frozen=True, slots=True)
class Severities:
    """Severity of each rater by name; ``reason`` says why there is none, or no limits.

    Points of the scale: above 0, the rater scores lower than the average of all raters here, who
    together have 0. ``fair`` holds the responses by name.
    """

    points: dict[str, Estimate | None]
    fair: dict[str, FairScore]
    reason: str | None = None


def severities(scores: ItemScores) -> Severities:
    """Each rater's severity with 95 % limits, and every response's fair score.

    The limits hold for other responses, trainees and vignettes of the same kind: what adds to a
    rater's deviation is summed by them (clusters.spread).
    """
    names = scores.rater.names
    reason = why_not_comparable(scores)
    if reason is not None:
        return Severities(dict.fromkeys(in_order(names)), _fair(scores, None), reason)
    solved = solve(scores)
    values = 0.0 - solved.effect  # no -0
    fair = _fair(scores, values)
    margins = np.array([_margin(scores, solved, rater) for rater in range(len(names))])
    found = {
        name: within(float(value), float(margin))
        for name, value, margin in zip(names, values, margins, strict=True)
    }
    said = None
    if not np.isfinite(margins).all():
        said = TOO_FEW
    elif any(one.low is None for one in found.values()):
        said = EXACT if _freedom(scores) > 0 else TOO_FEW
    return Severities({name: found[name] for name in in_order(names)}, fair, said)


def _freedom(scores: ItemScores) -> int:
    """How many ratings there are beyond those that the model takes."""
    return len(scores.score) - len(scores.response) - len(scores.rater) + 1


def why_not_comparable(scores: ItemScores) -> str | None:
    """Why the raters' severities cannot be compared, or None when they can."""
    if len(scores.rater) < 2:
        return "there is only one rater" if len(scores.rater) else "nothing was rated"
    groups = connected(scores)
    if len(groups) == 1:
        return None
    said = [listed(group) for group in islice(groups, _MOST_GROUPS)]
    more = len(groups) - len(said)
    others = f", nor with {more} more such group{'s' if more > 1 else ''}" if more else ""
    return (
        f"{said[0]} {'have' if len(groups[0]) > 1 else 'has'} no response in common with "
        f"{', nor with '.join(said[1:])}{others}"
    )


def connected(scores: ItemScores) -> list[list[str]]:
    """The groups of raters who can be compared, directly or through others; the largest first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    raters, responses = len(scores.rater), len(scores.response)
    places = (scores.rater.codes, raters + scores.response.codes)
    links = coo_array((np.ones(len(scores.score)), places), shape=(raters + responses,) * 2)
    _, label = connected_components(links, directed=False)
    groups: dict[int, list[str]] = {}
    for name in in_order(scores.rater.names):
        groups.setdefault(int(label[scores.rater.names.index(name)]), []).append(name)
    return sorted(groups.values(), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Solved:
    """Rater effects (sum 0 in each connected group), residuals (ratings,) and what gives them."""

    effect: Numbers
    residual: Numbers
    inverse: Numbers


def solve(scores: ItemScores) -> Solved:
    """Least squares, responses swept out first: a system of the size of the raters."""
    from scipy.sparse import csr_array

    rater, response = scores.rater.codes, scores.response.codes
    per_response = np.bincount(response).astype(np.float64)
    raters = len(scores.rater)
    share = (per_response**-0.5)[response]
    given = csr_array((share, (response, rater)), shape=(len(per_response), raters))
    normal = np.diag(np.bincount(rater, minlength=raters)) - (given.T @ given).toarray()
    inverse = np.asarray(np.linalg.pinv(normal, 1e-10, hermitian=True), np.float64)
    apart = scores.score - _means(scores.score, response)[response]
    effect = inverse @ np.bincount(rater, apart, raters)
    left = scores.score - effect[rater]
    return Solved(effect, left - _means(left, response)[response], inverse)


def _means(values: Numbers, codes: Places) -> Numbers:
    return np.asarray(np.bincount(codes, values) / np.bincount(codes), np.float64)


def influence(scores: ItemScores, solved: Solved, contrasts: Numbers) -> Numbers:
    """What each rating's error adds to contrasts of rater effects, shape (contrasts, ratings).

    ``contrasts`` has shape (contrasts, raters).
    """
    response = scores.response.codes
    weight = (contrasts @ solved.inverse)[:, scores.rater.codes]
    for row in weight:
        row -= _means(row, response)[response]
    return np.asarray(weight * solved.residual, np.float64)


def _margin(scores: ItemScores, solved: Solved, rater: int) -> float:
    """Half the width of the interval of one rater's severity; NaN where there is none."""
    one = np.eye(len(scores.rater))[rater : rater + 1]
    paired = np.flatnonzero(np.bincount(scores.response.codes)[scores.response.codes] > 1)
    adds = influence(scores, solved, one)[0, paired, None]
    spread = clusters.spread(adds, clusters.of_scores(scores).of(paired))
    return float(spread.margin()[0])


def _fair(scores: ItemScores, severity: Numbers | None) -> dict[str, FairScore]:
    codes = scores.response.codes
    if not len(codes):
        return {}
    raw, count = _means(scores.score, codes).tolist(), np.bincount(codes).tolist()
    added: list[float | None] = [None] * len(raw)
    if severity is not None:
        added = _means(severity[scores.rater.codes], codes).tolist()
    return {
        name: FairScore(mean, None if more is None else mean + more, raters)
        for name, mean, more, raters in zip(scores.response.names, raw, added, count, strict=True)
    }
