"""How far a figure could be off, when ratings of one response, trainee or vignette go together.

Every figure here that is a smooth function of means is, up to a remainder, a sum of the influences
of single ratings. Its variance is the sum of the squares of what each cluster adds: of responses,
and where they are known of trainees and of vignettes, both at once (two-way, Cameron, Gelbach &
Miller 2011, eq. 2.13). Few clusters are paid for with Student's t.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.scoring.table import Facet, ItemScores, Numbers, Places

FEWEST = 5
"""A facet with fewer levels says too little about others like them: it is taken as fixed."""
SURE = 0.975


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
    independent responses would give. Degrees of freedom by Satterthwaite (1946).
    """
    single, levels = _squares(influence, clusters.response)
    parts = [(_squares(influence, codes)) for codes in _facets(clusters)]
    if not parts:
        return Spread(single, np.full(single.shape, levels - 1.0))
    variance = np.sum([part for part, _ in parts], axis=0)
    if clusters.trainee is not None and clusters.vignette is not None:
        cells = clusters.trainee * (int(clusters.vignette.max(initial=0)) + 1) + clusters.vignette
        variance = variance - _squares(influence, cells)[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.sum([part**2 / (count - 1) for part, count in parts], axis=0)
        freedom = np.where(shares > 0, np.sum([p for p, _ in parts], axis=0) ** 2 / shares, np.inf)
    fewest = min(count for _, count in parts) - 1.0
    freedom = np.clip(freedom, min(fewest, levels - 1.0), levels - 1.0)
    return Spread(np.maximum(variance, single), freedom)


def _facets(clusters: Clusters) -> Iterator[Places]:
    for codes in (clusters.trainee, clusters.vignette):
        if codes is not None:
            yield codes


def _squares(influence: Numbers, codes: Places) -> tuple[Numbers, int]:
    """The sum of squares of the clusters' sums with its correction, and how many there are."""
    _, place = np.unique(codes, return_inverse=True)
    count = int(place.max(initial=-1)) + 1
    sums = np.stack([np.bincount(place, column, count) for column in influence.T], axis=1)
    correction = count / (count - 1) if count > 1 else np.nan
    return correction * np.sum(sums**2, axis=0), count
