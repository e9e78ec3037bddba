"""How far a figure could be off, when ratings of one response, trainee or vignette go together.

A figure that is linear in the ratings is a sum of what each adds (``spread``); of one that is not,
this is seen by leaving clusters out (``jackknife``). Variances are those of responses, and where
they are known of trainees and of vignettes, both at once (two-way: Cameron, Gelbach & Miller 2011,
eq. 2.13). Few clusters are paid for with Student's t.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring.table import Facet, ItemScores, Numbers, Places

FEWEST = 5
"""A facet with fewer levels says too little about others like them: it is taken as fixed."""
SURE = 0.975
_MORE = 1.5


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of each figure, shape (figures,), and its degrees of freedom (inf: normal)."""

    variance: Numbers
    freedom: Numbers

    def margin(self) -> Numbers:
        """Half the width of each 95 % interval; NaN where there are too few clusters for one."""
        from scipy.special import stdtrit

        with np.errstate(invalid="ignore"):
            quantile = stdtrit(np.where(self.freedom >= 1, self.freedom, np.nan), SURE)
        return np.asarray(quantile * np.sqrt(self.variance), np.float64)


@dataclass(frozen=True, slots=True)
class Clusters:
    """To which response, trainee and vignette each row belongs, shape (rows,); None: not used."""

    response: Places
    trainee: Places | None
    vignette: Places | None

    def of(self, rows: Places) -> "Clusters":
        """The same for a choice of rows, which may repeat."""
        return Clusters(
            self.response[rows],
            None if self.trainee is None else self.trainee[rows],
            None if self.vignette is None else self.vignette[rows],
        )


def of_scores(scores: ItemScores) -> Clusters:
    """The clusters of an item's ratings, less the facets that have too few levels (FEWEST)."""
    return Clusters(scores.response.codes, _enough(scores.trainee), _enough(scores.vignette))


def _enough(facet: Facet | None) -> Places | None:
    return facet.codes if facet is not None and len(facet) >= FEWEST else None


def spread(influence: Numbers, clusters: Clusters) -> Spread:
    """Variance and degrees of freedom of figures, from the influence of each row on each.

    ``influence`` has shape (rows, figures) and sums to the figures' errors. Never less than what
    independent responses would give. Degrees of freedom: see `together`.
    """

    def squares(codes: Places) -> tuple[Numbers, int]:
        sums = _sums(influence, codes)
        count = len(sums)
        return np.sum(sums**2, axis=0) * (count / (count - 1) if count > 1 else np.nan), count

    return together(squares, clusters)


def jackknife(figure: Callable[[Numbers], Numbers], terms: Numbers, clusters: Clusters) -> Spread:
    """Variance and degrees of freedom of one figure of sums, by leaving out each cluster in turn.

    ``terms`` has shape (rows, terms); ``figure`` makes figures (cases,) of sums (cases, terms).
    Degrees of freedom are those of `together`, but where trainees or vignettes count at most half
    as many again as the facet with the fewest levels has.
    """

    def squares(codes: Places) -> tuple[Numbers, int]:
        sums = _sums(terms, codes)
        count = len(sums)
        if count < 2:
            return np.array([np.nan]), count
        left = figure(sums.sum(axis=0) - sums)
        return np.array([np.sum((left - left.mean()) ** 2) * (count - 1) / count]), count

    return together(squares, clusters, more=_MORE)


def used(clusters: Clusters) -> list[Places]:
    """The facets whose clusters count; responses where there are no others."""
    facets = [codes for codes in (clusters.trainee, clusters.vignette) if codes is not None]
    return facets or [clusters.response]


def together(
    squares: Callable[[Places], tuple[Numbers, int]],
    clusters: Clusters,
    *,
    more: float = np.inf,
    differ: bool = False,
) -> Spread:
    """The two-way variance, from that of each facet's clusters alone and how many there are.

    Degrees of freedom by Satterthwaite (1946), of the facets' variances and of the two-way one that
    they make (``differ``: of their sum, where responses count twice, which is more degrees; for
    facets of two or three levels the others make limits of no use); at most ``more`` times those of
    the facet with the fewest levels. A two-way variance below the least there can be (`_least`)
    gives way to that and to its degrees, unless a facet has too few levels to tell. ``differ``:
    figures are differences between responses of the same clusters. In simulated designs of 40
    trainees and 8 vignettes limits so found held in 92 to 97 % (bench_agreement,
    bench_drift_coverage).
    """
    single = squares(clusters.response)
    parts = [squares(codes) for codes in used(clusters)]
    both = np.sum([part for part, _ in parts], axis=0)
    variance = both if len(parts) < 2 else both - squares(_cells(clusters))[0]
    fewest = min(count for _, count in parts) - 1.0
    least, count = _least(single, parts) if differ and len(parts) > 1 else single
    whole = np.maximum(variance, least)
    freedom = np.clip(_freedom(both if differ else whole, parts), fewest, single[1] - 1.0)
    if len(parts) > 1:
        freedom = np.minimum(freedom, fewest * more)
    at_least = (variance <= least) & (fewest >= FEWEST - 1)
    return Spread(whole, np.where(at_least, np.asarray(count) - 1.0, freedom))


def _least(
    single: tuple[Numbers, int], parts: Sequence[tuple[Numbers, int]]
) -> tuple[Numbers, Numbers]:
    """The least that a difference between responses of the same clusters varies, and its clusters.

    What a trainee or vignette brings to both sides of a difference cancels, so that it may vary
    less than independent responses would. The least is then the variance of the facet with the most
    levels alone (the larger of one-way and two-way: MacKinnon, Nielsen & Webb 2024,
    arXiv 2406.08880), where there are many vignettes no more than that of independent responses.
    """
    known, count = max(parts, key=lambda part: part[1])
    few = min(levels for _, levels in parts) <= FEWEST
    alone = few | (known < single[0])
    return np.where(alone, known, single[0]), np.where(alone, count, single[1])


def _cells(clusters: Clusters) -> Places:
    """Each trainee with each vignette; the response, where one of them is not used."""
    if clusters.trainee is None or clusters.vignette is None:
        return clusters.response
    return clusters.trainee * (int(clusters.vignette.max(initial=0)) + 1) + clusters.vignette


def _freedom(whole: Numbers, parts: Sequence[tuple[Numbers, int]]) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.sum([part**2 / (count - 1) for part, count in parts], axis=0)
        return np.where(shares > 0, whole**2 / shares, np.inf)


def _sums(values: Numbers, codes: Places) -> Numbers:
    """The sums of rows (rows, figures) by cluster, shape (clusters, figures)."""
    _, place = np.unique(codes, return_inverse=True)
    count = int(place.max(initial=-1)) + 1
    return np.stack([np.bincount(place, column, count) for column in values.T], axis=1)
