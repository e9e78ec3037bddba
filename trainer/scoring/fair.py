"""What each response is worth whoever rated it, and how much raters add to the error of a figure.

The severities of raters (trainer.scoring.severity) are estimates: a mean of fair scores leans on
them as far as its raters are others, or other shares of them, than the average rater. What they
add is c'Vc with c the raters' shares in the figure, and V the larger of two covariances of the
severities: of the model's residuals, and by trainees (a sandwich; Liang & Zeger 1986).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainer.scoring.estimate import Estimate
from trainer.scoring.severity import TOO_FEW, Severities, severities, solve, why_not_comparable
from trainer.scoring.table import Facet, ItemScores, Numbers, Places

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Fair:
    """Scores of responses (responses,), fair or, where ``reason`` says why not, as given.

    ``shares`` (responses x raters) are the raters' parts in each, ``effect`` (raters,) how much
    higher than the average rater each one scores; ``covariances`` are of these (raters, raters),
    none where the scores are as given, and ``freedom`` is theirs.
    """

    value: Numbers
    effect: Numbers
    shares: "csr_array"
    covariances: tuple[Numbers, ...]
    freedom: float
    severities: Severities
    reason: str | None

    def added(self, weights: "csr_array") -> Numbers:
        """The variance that severities add to sums of scores (figures,), by their weights."""
        shares = (weights @ self.shares).toarray()
        parts = [np.einsum("fr,rs,fs->f", shares, one, shares) for one in self.covariances]
        return np.max(parts, axis=0) if parts else np.zeros(len(shares))


def fair(scores: ItemScores) -> Fair:
    """The fair scores of an item's responses, whose trainees are known."""
    from scipy.sparse import csr_array

    response, rater = scores.response.codes, scores.rater.codes
    count = np.bincount(response)
    places = (response, rater)
    shares = csr_array((1 / count[response], places), (len(count), len(scores.rater)))
    found = severities(scores)
    raw = np.bincount(response, scores.score) / count
    freedom = len(response) - len(count) - len(scores.rater) + 1
    reason = _reason(scores, freedom)
    if reason is not None:
        none = np.zeros(len(scores.rater))
        return Fair(raw, none, shares, (), np.inf, found, reason)
    solved = solve(scores)
    left = float((solved.residual**2).sum()) / freedom
    by_trainee = _sandwich(scores, solved.inverse, solved.residual)
    trainees = len(scores.trainee) if scores.trainee else 1
    return Fair(
        raw - shares @ solved.effect, solved.effect, shares, (left * solved.inverse, by_trainee),
        min(float(freedom), max(trainees - 1.0, 1.0)), found, None,
    )  # fmt: skip


def _reason(scores: ItemScores, freedom: int) -> str | None:
    apart = why_not_comparable(scores)
    if apart is None and freedom < 1:
        return TOO_FEW
    return apart


def _sandwich(scores: ItemScores, inverse: Numbers, residual: Numbers) -> Numbers:
    """The covariance of severities by what each trainee's ratings add to them."""
    response, rater, trainee = scores.response.codes, scores.rater.codes, scores.trainee
    owner = response if trainee is None else trainee.codes
    count = np.bincount(response)
    sums = []
    for row in inverse:
        weight = row[rater]
        weight = weight - (np.bincount(response, weight) / count)[response]
        sums.append(np.bincount(owner, weight * residual))
    adds, owners = np.array(sums), int(owner.max()) + 1
    return np.asarray(adds @ adds.T * (owners / max(owners - 1, 1)), np.float64)


def interval(
    value: float,
    variance: float,
    freedom: float,
    added: float,
    added_freedom: float,
    looked_at: int = 1,
) -> Estimate:
    """A figure with Student's t limits of two variances that are added (Satterthwaite 1946).

    ``looked_at``: limits that hold for so many figures at once (Bonferroni).
    """
    from scipy.special import stdtrit

    whole = variance + added
    if freedom < 1 or whole <= 0:  # too few, or nothing shows how far it may vary
        return Estimate(value)
    shares = variance**2 / freedom + added**2 / added_freedom
    df = whole**2 / shares if shares > 0 else np.inf
    half = float(stdtrit(min(df, 1e9), 1 - 0.025 / looked_at)) * float(np.sqrt(whole))
    return Estimate(value, value - half, value + half)


def of_responses(scores: ItemScores, facet: Facet) -> Places:
    """Which level of ``facet`` (trainee, vignette) each response has, shape (responses,)."""
    found = np.zeros(len(scores.response), np.intp)
    found[scores.response.codes] = facet.codes
    return found
