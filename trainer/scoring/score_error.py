"""How unsure a trainee's score is by the vignettes and raters that it rests on itself.

The D study's question, asked of each trainee's own ratings: the variances of the effects are those
of the cohort (trainer.scoring.gstudy), how much of each is in a score goes by the score's weights.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from trainer.scoring.components import RESIDUAL
from trainer.scoring.table import ItemScores, Numbers, Places

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SHARED = ("vignette", "rater", "vignette:rater")


def error_variances(
    scores: ItemScores, weights: "csr_array", variances: Mapping[str, float]
) -> Numbers:
    """The error variance of each score (scores,), by the weights of responses (scores, responses).

    Each score is of one trainee. Their mean is the error of `gstudy.g_without` where the weights
    are those of all its trainees: what several have alike is no error in comparing them.
    """
    from scipy.sparse import csr_array

    response = scores.response.codes
    per = np.bincount(response)
    ratings = np.arange(len(response))
    spread = csr_array((1 / per[response], (response, ratings)), (len(per), len(ratings)))
    given = csr_array(weights @ spread)
    count = given.shape[0]
    found = np.zeros(count)
    for name, variance in variances.items():
        levels = _levels(scores, name)
        own = given @ csr_array(
            (np.ones(len(levels)), (ratings, levels)), (len(levels), int(levels.max()) + 1)
        )
        share = np.asarray(own.multiply(own).sum(axis=1), np.float64).ravel()
        if name in _SHARED and count > 1:
            mean = np.asarray(own.mean(axis=0), np.float64).ravel()
            share = (share - 2 * (own @ mean) + mean @ mean) * count / (count - 1)
        found += variance * share
    return found


def _levels(scores: ItemScores, name: str) -> Places:
    """Which level of an effect each rating has, among those of its trainee."""
    assert scores.vignette is not None  # of every response it is known
    vignette, rater = scores.vignette.codes, scores.rater.codes
    return {
        "vignette": vignette,
        "trainee:vignette": vignette,
        "rater": rater,
        "trainee:rater": rater,
        "vignette:rater": vignette * len(scores.rater) + rater,
        "response": scores.response.codes,
        RESIDUAL: np.arange(len(vignette)),
    }[name]
