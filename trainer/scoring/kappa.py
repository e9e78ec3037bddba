"""Agreement of two raters at a time: weighted kappa, and how often they are within one point.

Sources: Cohen 1968; Fleiss, Cohen & Everitt 1969 (large-sample standard error); Wilson 1927.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.clusters import Clusters
from trainer.scoring.estimate import Estimate
from trainer.scoring.names import in_order
from trainer.scoring.table import ItemScores, Numbers, Places

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PairKappa:
    """Kappa of two raters over the responses both rated; ``reason``: why it or its limits lack."""

    raters: tuple[str, str]
    kappa: Estimate | None
    responses: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A share of rater pairs (0 to 1); ``reason`` says why there is none."""

    share: Estimate | None
    pairs: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every two ratings of one response: their rows in the item's arrays, shape (pairs,).

    The rater of ``first`` comes before that of ``second`` in ``raters`` (codes, by name).
    """

    first: Places
    second: Places
    raters: tuple[int, ...]


def pairs(scores: ItemScores) -> Pairs:
    """All pairs of ratings of the same response by two raters."""
    ranked = tuple(scores.rater.names.index(name) for name in in_order(scores.rater.names))
    rank = np.argsort(np.array(ranked, np.intp))
    order = np.lexsort((rank[scores.rater.codes], scores.response.codes))
    response = scores.response.codes[order]
    found = [(np.empty(0, np.intp), np.empty(0, np.intp))]
    for apart in range(1, int(np.bincount(response, minlength=1).max())):
        same = np.flatnonzero(response[apart:] == response[:-apart])
        found.append((order[same], order[same + apart]))
    first, second = (np.concatenate(part) for part in zip(*found, strict=True))
    return Pairs(first, second, ranked)


def weighted_kappa(table: Numbers, agreement: Numbers) -> tuple[float, float]:
    """Kappa and its standard error, from counts and weights of agreement, both (values, values).

    Weights are 1 for full agreement. Fleiss, Cohen & Everitt 1969, equations 8 and 14 to 16.
    """
    share = table / table.sum()
    apart = 1 - agreement
    first, second = np.indices(table.shape)
    value, influence = _kappa(
        apart[first, second].ravel(), (apart @ share.sum(axis=0))[first].ravel(),
        (share.sum(axis=1) @ apart)[second].ravel(), share.ravel(),
    )  # fmt: skip
    return value, float(np.sqrt(np.sum(share.ravel() * influence**2) / table.sum()))


def _kappa(seen: Numbers, first: Numbers, second: Numbers, share: Numbers) -> tuple[float, Numbers]:
    """Kappa and what each rating adds to its error, shape (rows,).

    ``seen``: the disagreement of each row; ``first`` and ``second``: the mean disagreement of each
    row's first (second) rating with all of the other rater's; ``share``: of all, each row's.
    """
    observed, expected = float(share @ seen), float(share @ first)
    ratio = observed / expected
    return 1 - ratio, (ratio * (first + second - expected) - seen) / expected


def quadratic(one: Numbers, other: Numbers) -> tuple[float, Numbers] | None:
    """Quadratic-weighted kappa of paired scores and each pair's influence; None: nothing varies.

    The number of categories cancels, and distances are those of the scores: half points count.
    """
    first = (one - other.mean()) ** 2 + other.var()
    second = (other - one.mean()) ** 2 + one.var()
    if first.mean() < _ROUNDING:
        return None
    return _kappa((one - other) ** 2, first, second, np.full(len(one), 1 / len(one)))


def kappas(scores: ItemScores, found: Pairs | None = None) -> tuple[PairKappa, ...]:
    """Quadratic-weighted kappa of each two raters, in order of their names.

    Limits: kappa plus and minus t times its large-sample standard error, summed by clusters
    (clusters.spread), so that responses of one trainee do not count as independent.
    """
    found = found or pairs(scores)
    width = len(scores.rater)
    which = scores.rater.codes[found.first] * width + scores.rater.codes[found.second]
    order = np.argsort(which, kind="stable")
    codes, starts = np.unique(which[order], return_index=True)
    rows = dict(zip(codes.tolist(), np.split(order, starts[1:]), strict=True)) if len(codes) else {}
    belongs = clusters.of_scores(scores)
    nobody = np.empty(0, np.intp)
    return tuple(
        _pair(scores, belongs, found, (a, b), rows.get(a * width + b, nobody))
        for a, b in combinations(found.raters, 2)
    )


def _pair(
    scores: ItemScores, belongs: Clusters, found: Pairs, raters: tuple[int, int], rows: Places
) -> PairKappa:
    names = (scores.rater.names[raters[0]], scores.rater.names[raters[1]])
    if len(rows) < 2:
        none = "no response" if len(rows) == 0 else "only one response"
        return PairKappa(names, None, len(rows), f"{none} in common")
    first, second = found.first[rows], found.second[rows]
    made = quadratic(scores.score[first], scores.score[second])
    if made is None:
        return PairKappa(names, None, len(rows), "all their ratings are the same")
    value, influence = made
    spread = clusters.spread(influence[:, None] / len(rows), belongs.of(first))
    margin = float(spread.margin()[0])
    if not 0 < margin < np.inf:
        said = "they agreed everywhere, so nothing shows how far this may vary"
        return PairKappa(names, Estimate(value), len(rows), said)
    limits = Estimate(value, max(value - margin, -1.0), min(value + margin, 1.0))
    return PairKappa(names, limits, len(rows))


def within_one(scores: ItemScores, found: Pairs | None = None) -> Share:
    """The share of rater pairs within one point, of all pairs of raters of one same response.

    A response with three raters counts with three pairs. Limits: Wilson's, with the number of
    pairs that would be as sure were they independent (Korn & Graubard 1998); at 0 and 1, where
    nothing shows how much pairs go together, with the number of responses.
    """
    found = found or pairs(scores)
    count = len(found.first)
    if not count:
        return Share(None, 0, "no response was rated by two raters")
    apart = np.abs(scores.score[found.first] - scores.score[found.second])
    hit = (apart <= 1 + _ROUNDING).astype(np.float64)
    share = float(hit.mean())
    belongs = clusters.of_scores(scores).of(found.first)
    spread = clusters.spread((hit - share)[:, None] / count, belongs)
    variance, freedom = float(spread.variance[0]), float(spread.freedom[0])
    if variance > 0:
        effective = min(share * (1 - share) / variance, float(count))
    else:
        effective, freedom = float(len(np.unique(belongs.response))), np.inf
    if freedom < 1:
        return Share(Estimate(share), count, "only one response was rated by two raters")
    return Share(Estimate(share, *wilson(share, effective, freedom)), count)


def wilson(share: float, count: float, freedom: float = np.inf) -> tuple[float, float]:
    """95 % limits of a share of ``count`` independent cases (Wilson 1927)."""
    from scipy.special import stdtrit

    squared = float(stdtrit(freedom, clusters.SURE)) ** 2
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    inner = share * (1 - share) / count + squared / (4 * count**2)
    margin = (squared * inner) ** 0.5 / (1 + squared / count)
    return max(middle - margin, 0.0), min(middle + margin, 1.0)


def by_pair(found: tuple[PairKappa, ...]) -> Iterator[tuple[str, PairKappa]]:
    """Each with its name in JSON, ``A~B``."""
    for one in found:
        yield "~".join(one.raters), one
