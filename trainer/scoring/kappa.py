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
    """Kappa of two raters over the responses both rated; ``reason``: why it or its limits lack.

    ``error``: the large-sample standard error for independent responses, as other programs give it.
    """

    raters: tuple[str, str]
    kappa: Estimate | None
    error: float | None
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

    Weights are 1 for full agreement. Source: Fleiss, Cohen & Everitt 1969.
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

    Limits: by Fisher's z, of which quadratic kappa is as good as a correlation (Lin 1989), with a
    standard error by leaving out trainees, vignettes and responses (clusters.jackknife). Kappa plus
    and minus 1.96 large-sample errors covered 90 to 93 % with 40 responses, these 92 to 97 %.
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
        return PairKappa(names, None, None, len(rows), f"{none} in common")
    first, second = scores.score[found.first[rows]], scores.score[found.second[rows]]
    made = quadratic(first, second)
    if made is None:
        return PairKappa(names, None, None, len(rows), "all their ratings are the same")
    value, influence = made
    error = float(np.sqrt(np.mean(influence**2) / len(rows)))
    spread = clusters.jackknife(_of_sums, moments(first, second), belongs.of(found.first[rows]))
    limits = fisher(value, float(spread.margin()[0]))
    if limits is None:
        said = "they agreed everywhere, so nothing shows how far this may vary"
        said = said if value == 1 else "too few of their ratings differ"
        return PairKappa(names, Estimate(value), error, len(rows), said)
    return PairKappa(names, Estimate(value, *limits), error, len(rows))


def moments(one: Numbers, other: Numbers) -> Numbers:
    """What correlations and kappas are made of, row by row: 1, x, y, x squared, y squared, xy."""
    one, other = one - one.mean(), other - one.mean()  # small numbers lose fewer digits
    return np.stack([np.ones(len(one)), one, other, one**2, other**2, one * other], axis=1)


def _of_sums(sums: Numbers) -> Numbers:
    """Quadratic kappa from sums of moments, shape (cases, 6); NaN where nothing varies."""
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y, xx, yy, xy = sums[:, 1:].T / sums[:, 0]
        expected = xx + yy - 2 * x * y
        return np.asarray(np.where(expected > _ROUNDING, 2 * (xy - x * y) / expected, np.nan))


def fisher(value: float, margin: float) -> tuple[float, float] | None:
    """Limits of a correlation by Fisher's z, from half the width of its plain interval."""
    if abs(value) >= 1 or not 0 < margin < np.inf:
        return None
    z, wide = np.arctanh(value), margin / (1 - value**2)
    return float(np.tanh(z - wide)), float(np.tanh(z + wide))


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
