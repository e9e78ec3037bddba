"""One item's scores of a cohort, by response, trainee and vignette, and means of them.

A trainee's score is the mean over vignettes, of which several responses count as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer.scoring.estimate import Estimate
from trainer.scoring.fair import Fair, fair, interval, of_responses
from trainer.scoring.table import ItemScores, Numbers, Places

if TYPE_CHECKING:
    from scipy.sparse import csr_array


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


class Table:
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


def mean_of(
    table: Table, weights: "csr_array", values: Numbers, least: float, looked_at: int = 1
) -> Estimate:
    """The mean of trainees' values, each of which ``weights`` (trainees, responses) make.

    ``least``: what they scatter by at least; ``looked_at``: limits for so many figures at once.
    """
    count = len(values)
    spread = max(float(values.var(ddof=1)), least**2) if count > 1 else 0.0
    from scipy.sparse import csr_array

    added = table.fair.added(csr_array(np.full((1, count), 1 / count)) @ weights)
    return interval(
        float(values.mean()),
        spread / count,
        count - 1.0,
        float(added[0]),
        table.fair.freedom,
        looked_at,
    )
