"""Krippendorff's alpha: agreement beyond chance, with any number of raters and missing ratings.

Source: Krippendorff 2019, Content Analysis, 4th ed., ch. 12; Hayes & Krippendorff 2007.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.clusters import FEWEST
from trainer.scoring.estimate import Estimate
from trainer.scoring.table import ItemScores, Numbers, Places

LEVELS = ("nominal", "ordinal", "interval")
RESAMPLES = 1000
SEED = 20070203
_BLOCK_CELLS = 4_000_000
# Up to so many cells of coincidence matrices, resamples are summed from them: 50 x faster.
_MOST_CELLS = 4_000_000
# With more resamples than this in which all ratings were the same, there is no interval.
_MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Alphas:
    """Alpha by level of measurement; ``reason`` says why there is none, or no interval."""

    nominal: Estimate | None
    ordinal: Estimate | None
    interval: Estimate | None
    reason: str | None = None


def alphas(scores: ItemScores, resamples: int = RESAMPLES, seed: int = SEED) -> Alphas:
    """Alpha of one item's ratings by the raters there are, with 95 % limits by bootstrap.

    Resampled are responses; or where known and at least FEWEST, trainees with all their responses
    and, apart from them, vignettes: deviations of both add up, less what they share. The limits are
    percentiles of deviations, as much wider as Student's t is for so few. This is not
    Krippendorff's own bootstrap, which draws single pairs as if they were independent. Resampling
    trainees alone leaves out what other vignettes would bring: it covered 83 % in simulations of
    40 trainees x 8 vignettes, these limits 93 to 96 % (tests/benchmarks/bench_agreement.py).
    """
    table = _table(scores, None)
    if table is None:
        return Alphas(None, None, None, "no response was rated by two raters")
    values = table.alphas(table.times[None, :])[0]
    if np.isnan(values).any():
        return Alphas(None, None, None, "all ratings are the same")
    found = _limits(scores, table, values, _Draws(resamples, seed))
    if isinstance(found, str):
        made = [Estimate(float(value)) for value in values]
        return Alphas(made[0], made[1], made[2], found)
    made = [
        Estimate(float(value), float(max(low, -1)), float(min(high, 1)))
        for value, low, high in zip(values, *found, strict=True)
    ]
    return Alphas(made[0], made[1], made[2])


@dataclass(frozen=True, slots=True)
class _Draws:
    """How many resamples, and where the random numbers start: apart for each facet."""

    resamples: int
    seed: int
    facet: int = 0


def _limits(
    scores: ItemScores, table: "_Table", values: Numbers, draws: _Draws
) -> tuple[Numbers, Numbers] | str:
    """Lower and upper limits (levels,), or why there are none."""
    if np.all(values == 1):
        return "the raters agreed everywhere, so nothing shows how far this may vary"
    if table.clusters < 2:
        return "only one response was rated by two raters"
    if len(table.start) == 1:  # so no resample differs from another
        return "all responses were given the same scores, so nothing shows how far this may vary"
    single = _deviations(table, draws)
    parts = [
        (_deviations(part, replace(draws, facet=place + 1)), part.clusters)
        for place, codes in enumerate(clusters.used(clusters.of_scores(scores)))
        if (part := _table(scores, codes)) and FEWEST <= part.clusters < table.clusters
    ] or [(single, table.clusters)]
    if single is None or any(each is None for each, _ in parts):
        return "the ratings hardly vary, so nothing shows how far this may vary"
    known = [(each, count) for each, count in parts if each is not None]
    whole = _added_up(known, np.var(single, axis=0))
    wide = _stretch(min(count for _, count in parts) - 1)
    low, high = np.percentile(whole, [2.5, 97.5], axis=0)
    return values + wide * low, values + wide * high


def _added_up(parts: list[tuple[Numbers, int]], least: Numbers) -> Numbers:
    """The deviations of all facets together, (resamples, levels), of the two-way variance.

    ``least`` is the variance of resampled responses: it is in that of each facet, and counts once.
    """
    whole = np.zeros_like(parts[0][0])
    for place, (each, count) in enumerate(parts):
        variance = np.var(each, axis=0)
        shared = least if place else 0.0
        with np.errstate(invalid="ignore", divide="ignore"):
            own = np.where(variance > 0, np.maximum(variance - shared, 0) / variance, 0.0)
        whole = whole + each * np.sqrt(own * count / (count - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        more = np.sqrt(np.maximum(least / np.var(whole, axis=0), 1.0))
    return np.asarray(whole * np.where(np.isfinite(more), more, 1.0), np.float64)


def _stretch(freedom: int) -> float:
    """How much wider Student's t is than the normal distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, clusters.SURE) / stdtrit(np.inf, clusters.SURE))


def _deviations(table: "_Table", draws: _Draws) -> Numbers | None:
    """Alphas of resamples less their mean, (resamples, levels); None: too many are undefined.

    Less their mean and not less alpha: resamples of few have lower alphas than they should.
    """
    found = _bootstrap(table, draws)
    undefined = np.isnan(found).any(axis=1)
    if np.count_nonzero(undefined) > _MOST_UNDEFINED * draws.resamples:
        return None
    found = found - found[~undefined].mean(axis=0)
    found[undefined] = 0.0  # a few without any variance say nothing either way
    return np.asarray(found, np.float64)


def _bootstrap(table: "_Table", draws: _Draws) -> Numbers:
    """Alphas of resamples, shape (resamples, levels)."""
    draw, resamples = np.random.default_rng([draws.seed, draws.facet]), draws.resamples
    width = len(table.scale)
    rows = len(table.start) if table.is_single else table.clusters
    if rows * width**2 <= _MOST_CELLS:
        times = table.draw(draw, resamples)
        matrices = (times @ table.coincidences()).reshape(-1, width, width)
        return of_coincidences(matrices, table.scale)
    block = max(1, _BLOCK_CELLS // table.size)
    counts = [min(block, resamples - start) for start in range(0, resamples, block)]
    return np.concatenate([table.alphas(table.spread(table.draw(draw, n))) for n in counts])


def of_coincidences(matrices: Numbers, scale: Numbers) -> Numbers:
    """Alphas (matrices, levels) of coincidence matrices (matrices, values, values).

    Krippendorff 2019, section 12.3.3 and its metric differences. NaN where only one value is.
    """
    given = matrices.sum(axis=2)
    whole = given.sum(axis=1)
    rank = np.cumsum(given, axis=1) - given / 2
    apart = (
        1 - np.eye(len(scale))[None],
        (rank[:, :, None] - rank[:, None, :]) ** 2,
        (scale[:, None] - scale[None, :])[None] ** 2,
    )
    found = np.full((len(matrices), len(LEVELS)), np.nan)
    varies = np.count_nonzero(given > 0, axis=1) > 1
    for column, distance in enumerate(apart):
        observed = np.sum(matrices * distance, axis=(1, 2))[varies]
        expected = np.einsum("bi,bij,bj->b", given, np.broadcast_to(distance, matrices.shape),
                             given)[varies]  # fmt: skip
        found[varies, column] = 1 - (whole[varies] - 1) * observed / expected
    return found


@dataclass(frozen=True)
class _Table:
    """The distinct patterns of values given to one response (in one cluster).

    Pattern p was found ``times[p]`` times, in cluster ``cluster[p]``; it has the values
    ``value[start[p]:start[p + 1]]`` (codes into ``scale``, ascending).
    """

    scale: Numbers
    value: Places
    start: Places
    times: Numbers
    cluster: Places
    clusters: int

    @property
    def size(self) -> int:
        return len(self.value) + len(self.scale)

    @cached_property
    def raters(self) -> Numbers:
        return np.diff(np.append(self.start, len(self.value))).astype(np.float64)

    @cached_property
    def pattern(self) -> Places:
        return np.repeat(np.arange(len(self.start)), self.raters.astype(np.intp))

    @property
    def is_single(self) -> bool:
        """Whether every response stands for itself, and is drawn by its pattern."""
        return bool(self.clusters == self.times.sum())

    def draw(self, draw: np.random.Generator, count: int) -> Numbers:
        """How often each pattern (or cluster) is in each of ``count`` resamples."""
        equal = np.full(self.clusters, 1 / self.clusters)
        chance = self.times / self.clusters if self.is_single else equal
        return draw.multinomial(self.clusters, chance, count).astype(np.float64)

    def spread(self, drawn: Numbers) -> Numbers:
        """How often each pattern is there, from what was drawn."""
        return drawn if self.is_single else drawn[:, self.cluster] * self.times

    def coincidences(self) -> Numbers:
        """Of each pattern once (or each cluster), its coincidences: (rows, values * values)."""
        width = len(self.scale)
        first, other = _pairs(self.start, len(self.value))
        rows = self.pattern[first] if self.is_single else self.cluster[self.pattern[first]]
        weight = 1 / (self.raters - 1) * (1 if self.is_single else self.times)
        count = len(self.start) if self.is_single else self.clusters
        cell = (rows * width + self.value[first]) * width + self.value[other]
        sums = np.bincount(cell, weight[self.pattern[first]], count * width**2)
        return np.asarray(sums.reshape(count, -1), np.float64)

    def alphas(self, times: Numbers) -> Numbers:
        """Alpha at each level when pattern p is there times[:, p] times; NaN without variance."""
        width = len(self.scale)
        weight = np.repeat(times, self.raters.astype(np.intp), axis=1)
        each = (np.arange(len(times))[:, None] * width + self.value).ravel()
        sums = np.bincount(each, weight.ravel(), len(times) * width)
        given: Numbers = np.asarray(sums.reshape(-1, width), np.float64)
        whole = given.sum(axis=1)
        rank = np.cumsum(given, axis=1) - given / 2
        expected = (
            (whole**2 - np.sum(given**2, axis=1)) / 2,
            _scatter(given, rank),
            _scatter(given, np.broadcast_to(self.scale, given.shape)),
        )
        observed = (
            times @ self._different,
            np.sum(times * self._within(rank[:, self.value]), axis=1),
            times @ self._within(self.scale[self.value][None, :])[0],
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.stack(observed, axis=1) / np.stack(expected, axis=1)
            return np.where(
                (np.count_nonzero(given, axis=1) > 1)[:, None],
                1 - (whole - 1)[:, None] * ratio,
                np.nan,
            )

    @cached_property
    def _different(self) -> Numbers:
        """Of each pattern, pairs of different values, over its number of raters less one."""
        runs = np.flatnonzero(np.diff(self.value, prepend=-1) | np.diff(self.pattern, prepend=-1))
        length = np.diff(np.append(runs, len(self.value))).astype(np.float64)
        same = np.bincount(self.pattern[runs], length**2, len(self.start))
        return np.asarray((self.raters**2 - same) / 2 / (self.raters - 1), np.float64)

    def _within(self, at: Numbers) -> Numbers:
        """Of each pattern, squared differences of its pairs, over its number of raters less one."""
        total = np.add.reduceat(at, self.start, axis=1)
        apart = at - (total / self.raters)[:, self.pattern]
        squares = np.add.reduceat(apart**2, self.start, axis=1)
        return np.asarray(self.raters * squares / (self.raters - 1), np.float64)


def _pairs(start: Places, count: int) -> tuple[Places, Places]:
    """Every ordered pair of two different places of one pattern."""
    lengths = np.diff(np.append(start, count))
    partners = np.repeat(lengths, lengths)
    first = np.repeat(np.arange(count), partners)
    within = np.arange(len(first)) - np.repeat(np.cumsum(partners) - partners, partners)
    other = np.repeat(np.repeat(start, lengths), partners) + within
    return first[first != other], other[first != other]


def _scatter(given: Numbers, at: Numbers) -> Numbers:
    """Squared differences of all pairs of values, each pair once."""
    whole = given.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.sum(given * at, axis=1) / whole
    return np.asarray(whole * np.sum(given * (at - mean[:, None]) ** 2, axis=1), np.float64)


def _table(scores: ItemScores, codes: Places | None) -> _Table | None:
    """The ratings by pattern, in clusters by ``codes`` (None: responses); None: no pairs."""
    per_response = np.bincount(scores.response.codes, minlength=len(scores.response))
    paired = np.flatnonzero(per_response[scores.response.codes] > 1)
    if not len(paired):
        return None
    response = np.unique(scores.response.codes[paired], return_inverse=True)[1]
    scale, value = np.unique(scores.score[paired], return_inverse=True)
    order = np.lexsort((value, response))
    response, value = response[order], value[order]
    start = np.flatnonzero(np.diff(response, prepend=-1))
    most = int(np.max(np.diff(np.append(start, len(value)))))
    wide = np.full((len(start), most + 1), -1)
    count = len(start)
    wide[:, 0] = 0
    if codes is not None:
        levels, wide[:, 0] = np.unique(codes[paired[order][start]], return_inverse=True)
        count = len(levels)
    wide[response, 1 + np.arange(len(value)) - start[response]] = value
    patterns, times = np.unique(wide, axis=0, return_counts=True)
    values = patterns[:, 1:]
    lengths = np.count_nonzero(values >= 0, axis=1)
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
    return _Table(
        scale, values[values >= 0], first, times.astype(np.float64), patterns[:, 0], count
    )
