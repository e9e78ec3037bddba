"""Where differences between scores come from, and how many vignettes and raters a decision takes.

Generalizability theory (Brennan 2001) for trainee x vignette x rater, the trainee being what is
measured. Components by REML, on full tables too: there they are those of the analysis of variance
unless one of these is negative; REML then keeps it at 0 and fits the others to that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring.components import RESIDUAL, reml
from trainer.scoring.effects import NESTED_FIRST, Effects, crossed, groups_of_raters, joint
from trainer.scoring.estimate import Estimate
from trainer.scoring.names import listed
from trainer.scoring.pivots import Draws, around, draws
from trainer.scoring.table import ItemScores, Numbers, Places

VIGNETTES = range(1, 17)
RATERS = range(1, 6)
_NOT_FOUND = "The variance components could not be found: there may be too few ratings."
# Beyond so many vignettes nobody plans.
_MOST_VIGNETTES = 100

# What is divided by how many vignettes and raters in the error of a trainee's mean.
_RELATIVE = {
    "trainee:vignette": (1, 0),
    "response": (1, 0),
    "trainee:rater": (0, 1),
    RESIDUAL: (1, 1),
}
_ABSOLUTE = {**_RELATIVE, "vignette": (1, 0), "rater": (0, 1), "vignette:rater": (1, 1)}


@dataclass(frozen=True, slots=True)
class Forecast:
    """G and Phi of a trainee's mean over so many vignettes, all rated by the same raters."""

    vignettes: int
    raters: int
    g: float
    phi: float


@dataclass(frozen=True, slots=True)
class GStudy:
    """Variance components (squared points) with limits, G and Phi as the ratings are, forecasts.

    ``components`` holds the effects that can be told apart, the residual last. ``vignettes`` and
    ``raters``: harmonic means per trainee and per trainee's answer. None where ``reasons`` says
    why. ``dstudy`` varies only what the ratings tell of.
    """

    components: dict[str, Estimate]
    g: Estimate | None
    phi: Estimate | None
    vignettes: float | None
    raters: float | None
    dstudy: tuple[Forecast, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """G of trainees' scores without some effects, and what makes the error of these scores.

    ``variances`` (squared points) are those of the effects that are error, ``error`` is what they
    add up to in a trainee's score as the ratings are, the mean over trainees.
    """

    g: Estimate
    variances: dict[str, float]
    error: float


def gstudy(
    scores: ItemScores, vignettes: Sequence[int] = VIGNETTES, raters: Sequence[int] = RATERS
) -> GStudy:
    """The G study of one item, and a decision study over ``vignettes`` x ``raters``.

    G is for comparing trainees, Phi for what a trainee reaches. For the ratings as they are, G
    counts what trainees' different raters and vignettes do to a comparison (Putka, Le, McCloy &
    Diaz 2008, G(q,k)); where all have the same, it is the textbook's. Limits: see `pivots`.
    """
    problem = _hopeless(scores)
    if problem is not None:
        return _nothing(problem)
    effects = crossed(scores)
    fit = reml(scores.score, effects.codes)
    if fit is None:
        return _nothing(_NOT_FOUND)
    drawn = draws(fit, NESTED_FIRST)
    values = dict(zip(fit.names, map(float, fit.values), strict=True))
    components = {name: around(values[name], drawn.sum(name)) for name in fit.names}
    reasons = [*_left_out(effects), *_at_zero(values), *_apart(scores, effects)]
    n_vignettes, n_raters = _means(scores)
    blocked = _blocked(scores, effects)
    if blocked is not None:
        reasons += [blocked, *_exact(components)]
        return GStudy(components, None, None, n_vignettes, n_raters, (), tuple(reasons))
    relative, absolute = error_shares(scores, effects)
    vignettes, raters, notes = _plannable(scores, vignettes, raters)
    rows = [(v, r) for v in vignettes for r in raters]
    g, phi = (_coefficient(values, drawn, shares) for shares in (relative, absolute))
    reasons += _exact({"G": g, "Phi": phi, **components})
    return GStudy(
        components,
        g,
        phi,
        n_vignettes,
        n_raters,
        tuple(_forecast(values, v, r) for v, r in rows),
        (*reasons, *notes),
    )


def g_without(scores: ItemScores, taken_out: Collection[str]) -> tuple[Without | None, str]:
    """G of trainees' scores from which some effects were taken out (or that all had alike).

    Such as "rater" where the scores are fair ones, and "vignette" where trainees are compared with
    those who had the same. None where it cannot be worked out; and why that is, or why G has no
    limits.
    """
    problem = _hopeless(scores)
    if problem is not None:
        return None, problem
    effects = crossed(scores)
    fit = reml(scores.score, effects.codes)
    if fit is None:
        return None, _NOT_FOUND
    blocked = _blocked(scores, effects)
    if blocked is not None:
        return None, blocked
    shares = {
        name: share
        for name, share in error_shares(scores, effects)[0].items()
        if name not in taken_out
    }
    values = dict(zip(fit.names, map(float, fit.values), strict=True))
    variances = {name: values[name] for name in shares}
    error = sum(share * variances[name] for name, share in shares.items())
    g = _coefficient(values, draws(fit, NESTED_FIRST), shares)
    return Without(g, variances, error), "".join(_exact({"G": g}))


def needed(study: GStudy, for_g: float = 0.80) -> tuple[Forecast, ...]:
    """For each number of raters in the decision study, the fewest vignettes that reach ``for_g``.

    Numbers of raters that do not reach it with 100 vignettes are not among them; where the number
    of vignettes cannot be varied, only one vignette is tried.
    """
    values = {name: one.value for name, one in study.components.items()}
    several = any(row.vignettes > 1 for row in study.dstudy)
    tried = range(1, _MOST_VIGNETTES + 1 if several else 2)
    found: list[Forecast] = []
    for raters in sorted({row.raters for row in study.dstudy}):
        rows = (_forecast(values, vignettes, raters) for vignettes in tried)
        found += [row for row in rows if row.g >= for_g][:1]
    return tuple(found)


def _nothing(reason: str) -> GStudy:
    return GStudy({}, None, None, None, None, (), (reason,))


def _hopeless(scores: ItemScores) -> str | None:
    if not len(scores.score):
        return "There are no scores (all are missing or N/A)."
    if scores.trainee is None:
        return "The ratings do not all say whose response it is: add a column trainee."
    if len(scores.trainee) < 2:
        return "There is one trainee only: a G study takes several."
    if np.ptp(scores.score) == 0:
        return "All scores are the same: there are no differences to explain."
    return None


def _left_out(effects: Effects) -> list[str]:
    return [f"{name} is left out: {why}." for name, why in effects.left_out.items()]


def _exact(figures: Mapping[str, Estimate]) -> list[str]:
    """Which figures are without limits, and why."""
    bare = [name for name, one in figures.items() if one.low is None]
    if not bare:
        return []
    return [f"The ratings fit exactly, so nothing shows how far {listed(bare)} may vary."]


def _at_zero(values: Mapping[str, float]) -> list[str]:
    zero = [name for name, value in values.items() if value <= 0]
    return [f"Estimated as 0 (no more than chance): {', '.join(zero)}."] if zero else []


def _apart(scores: ItemScores, effects: Effects) -> list[str]:
    groups = groups_of_raters(scores) if "rater" in effects.codes else 1
    if groups == 1:
        return []
    return [
        f"The raters fall into {groups} groups that share no response: the figures hold if it was "
        "left to chance who rated whom."
    ]


def _blocked(scores: ItemScores, effects: Effects) -> str | None:
    """Why there is no G: what is measured cannot be told from the error."""
    trainee = scores.trainee
    if trainee is None or "trainee" not in effects.codes:
        return "Each trainee has one rating only, so G and Phi cannot be worked out."
    for name, facet in (("rater", scores.rater), ("vignette", scores.vignette)):
        if facet is None or len(facet) < 2:
            continue
        if int(joint(trainee.codes, facet.codes).max()) + 1 == len(trainee):
            return (
                f"Each trainee has one {name} only, so a trainee cannot be told from the {name} "
                f"and G and Phi cannot be worked out: let trainees have several."
            )
    return None


def _plannable(
    scores: ItemScores, vignettes: Sequence[int], raters: Sequence[int]
) -> tuple[Sequence[int], Sequence[int], list[str]]:
    """How many vignettes and raters the ratings let one plan for, and why not more."""
    notes = []
    if scores.trainee is not None and len(scores.response) == len(scores.trainee):
        vignettes = [1]
        notes.append("Each trainee has one response: the forecast is for one vignette, this one.")
    if len(scores.score) == len(scores.response):
        raters = [1]
        notes.append(
            "Each response has one rating: the forecast is for one rater, and G tells nothing of "
            "what other raters would say."
        )
    return vignettes, raters, notes


def _means(scores: ItemScores) -> tuple[float, float]:
    """Harmonic means of responses per trainee and of ratings per response."""
    owner = np.zeros(len(scores.response), np.intp)
    if scores.trainee is not None:
        owner[scores.response.codes] = scores.trainee.codes
    return _harmonic(np.bincount(owner)), _harmonic(np.bincount(scores.response.codes))


def _harmonic(counts: Places) -> float:
    return len(counts) / float((1 / counts).sum())


def _forecast(values: Mapping[str, float], vignettes: int, raters: int) -> Forecast:
    true = values.get("trainee", 0.0)

    def error(rules: Mapping[str, tuple[int, int]]) -> float:
        return sum(
            values.get(name, 0.0) / (float(vignettes) ** by_vignette * float(raters) ** by_rater)
            for name, (by_vignette, by_rater) in rules.items()
        )

    return Forecast(
        vignettes, raters, _ratio(true, error(_RELATIVE)), _ratio(true, error(_ABSOLUTE))
    )


def _ratio(true: float, error: float) -> float:
    return true / (true + error) if true > 0 else 0.0


def _coefficient(
    values: Mapping[str, float], drawn: Draws, shares: Mapping[str, float]
) -> Estimate:
    """G or Phi: trainee / (trainee + error), with limits; shares of variances make the error."""
    true = drawn.sum("trainee")
    noise: Numbers = np.sum([share * drawn.sum(name) for name, share in shares.items()], axis=0)
    error = sum(share * values.get(name, 0.0) for name, share in shares.items())
    return around(_ratio(values["trainee"], error), true / np.maximum(true + noise, 1e-300))


def error_shares(scores: ItemScores, effects: Effects) -> tuple[dict[str, float], dict[str, float]]:
    """How much of each variance is in the relative and in the absolute error of trainees' means.

    A trainee's mean is over responses, and of each over its raters. Absolute: the mean square of an
    effect's weights. Relative: half that of the difference of two trainees' weights, averaged over
    pairs; it is 0 for an effect that all trainees share alike.
    """
    if scores.trainee is None:
        return {}, {}
    trainee = scores.trainee.codes
    per_response = np.bincount(scores.response.codes)[scores.response.codes]
    weight = 1 / per_response
    weight /= np.bincount(trainee, weight)[trainee]
    count = len(scores.trainee)
    codes = {**effects.codes, RESIDUAL: np.arange(len(trainee))}
    relative, absolute = {}, {}
    for name, levels in codes.items():
        if name == "trainee":
            continue
        own = np.bincount(joint(levels, trainee), weight)
        absolute[name] = float(own @ own) / count
        mean = np.bincount(levels, weight) / count
        if name in _RELATIVE:
            relative[name] = absolute[name]
        else:
            relative[name] = (float(own @ own) - count * float(mean @ mean)) / (count - 1)
    return relative, absolute
