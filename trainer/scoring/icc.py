"""How far raters agree: the six intraclass correlations of one item."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainer.scoring import icc_complete, icc_missing
from trainer.scoring.effects import groups_of_raters
from trainer.scoring.estimate import Estimate
from trainer.scoring.table import ItemScores

NAMES = ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)")

_ROUNDING = 1e-9

Design = Literal["complete", "incomplete"]


@dataclass(frozen=True, slots=True)
class IccTable:
    """The six ICCs by McGraw & Wong's names; None where ``reasons`` says why.

    ``k`` is how many raters the mean in ICC(.,k) is of. What is lacking stands first in
    ``reasons``.
    """

    values: dict[str, Estimate | None]
    design: Design
    k: float | None
    reasons: tuple[str, ...]


def iccs(scores: ItemScores) -> IccTable:
    """Intraclass correlations with 95 % limits; what is measured is the response.

    (1,.): raters drawn anew for each response; (A,.): absolute agreement of the same raters; (C,.):
    their consistency, severity left aside; (.,1): one rating; (.,k): the mean of k.
    Complete designs: Shrout & Fleiss (1979), McGraw & Wong (1996), limits exact (1 and C) or by
    Satterthwaite (A), for responses that have nothing in common; with three raters who differ in
    severity, those of A hold in 80 to 90 % of cases only, as published. Incomplete ones: REML
    components, limits by generalized pivotal quantities, which allow for responses of the same
    trainee and hold in 93 to 97 % (of 10 responses x 2 raters in 98 %; see bench_coverage). k is
    then the harmonic mean of the ratings per response, so (.,k) is about the means that the table
    has (Putka, Le, McCloy & Diaz 2008), not about those all raters would have given.
    """
    design: Design = "complete" if _complete(scores) else "incomplete"
    problem = _hopeless(scores)
    if problem is not None:
        return IccTable(dict.fromkeys(NAMES), design, None, (problem,))
    if design == "complete":
        return _of_complete(scores)
    return _of_incomplete(scores)


def _complete(scores: ItemScores) -> bool:
    return len(scores.score) == len(scores.response) * len(scores.rater)


def _hopeless(scores: ItemScores) -> str | None:
    """Why no ICC at all can be worked out."""
    if not len(scores.score):
        return "There are no scores (all are missing or N/A)."
    if len(scores.rater) < 2:
        return "There is one rater only: how far raters agree takes two or more."
    if len(scores.response) < 2:
        return "There is one response only: how far raters agree takes several."
    if len(scores.score) == len(scores.response):
        return "No response has two raters: have some responses rated by two or more of them."
    if np.ptp(scores.score) == 0:
        return "All scores are the same: without differences there is nothing to agree on."
    return None


def _of_complete(scores: ItemScores) -> IccTable:
    values = icc_complete.six(scores.grid())
    reasons = _flat(values)
    if _clustered(scores):
        reasons.append(_too_narrow(scores))
    return IccTable(values, "complete", float(len(scores.rater)), tuple(reasons))


def _too_narrow(scores: ItemScores) -> str:
    """What the published limits leave out, and the limits that allow for it."""
    said = (
        "Some responses are of the same trainee or to the same vignette. The published limits take "
        "all as unrelated and are too narrow"
    )
    wider = icc_missing.two_way(scores, float(len(scores.rater)))
    limits = [
        f"{name} lies between {one.low:.2f} and {one.high:.2f}"
        for name in ("ICC(A,1)", "ICC(C,1)")
        if (one := wider[name]) is not None and one.low is not None and one.high is not None
    ]
    return f"{said}: allowing for it, {' and '.join(limits)}." if limits else f"{said}."


def _of_incomplete(scores: ItemScores) -> IccTable:
    per_response = np.bincount(scores.response.codes)
    k = len(per_response) / float((1 / per_response).sum())
    values: dict[str, Estimate | None] = dict.fromkeys(NAMES)
    values |= icc_missing.one_way(scores, k)
    problem = _apart(scores)
    if problem is None:
        values |= icc_missing.two_way(scores, k)
    lacking = _flat({name: one for name, one in values.items() if problem is None or one})
    reasons = [
        *((problem,) if problem else ()), *lacking,
        f"Ratings are missing: ICC(.,k) is for the mean of k = {k:.2f} ratings, not of all "
        f"{len(scores.rater)}; k is the average number of ratings of a response, in which "
        "responses with few count more (the harmonic mean).",
    ]  # fmt: skip
    return IccTable(values, "incomplete", k, tuple(reasons))


def _flat(values: Mapping[str, Estimate | None]) -> list[str]:
    """What cannot be worked out where the responses, or the raters, differ too little."""
    missing = [name for name, one in values.items() if one is None]
    without = {name: one.value for name, one in values.items() if one and one.low is None}
    exact = [name for name, value in without.items() if value > 1 - _ROUNDING]
    bare = [name for name in without if name not in exact]
    said = []
    if missing:
        said.append(f"The responses differ too little to work out {', '.join(missing)}.")
    if bare:
        said.append(f"The responses differ too little for limits of {', '.join(bare)}.")
    if exact:
        but = " but in severity" if all(name.startswith("ICC(C") for name in exact) else ""
        said.append(
            f"The raters never differ{but}, so nothing shows how far {', '.join(exact)} may vary: "
            f"{'it has' if len(exact) == 1 else 'they have'} no limits."
        )
    return said


def _clustered(scores: ItemScores) -> bool:
    facets = (scores.trainee, scores.vignette)
    return any(one is not None and 1 < len(one) < len(scores.response) for one in facets)


def _apart(scores: ItemScores) -> str | None:
    """Why raters cannot be compared with each other."""
    ratings, responses, raters = len(scores.score), len(scores.response), len(scores.rater)
    groups = groups_of_raters(scores)
    if groups > 1:
        return (
            f"The raters fall into {groups} groups that share no response, so ICC(A,.) and ICC(C,.)"
            " cannot be worked out: have some responses rated by raters of each group."
        )
    if ratings - responses - raters + 1 < 1:
        return (
            "Too few responses have two raters to tell severity from chance, so ICC(A,.) and "
            "ICC(C,.) cannot be worked out: have more responses rated by two or more raters."
        )
    return None
