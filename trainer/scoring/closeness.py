"""How close one rater's scores are to scores that are known.

A score and N/A differ in what the moment calls for, not in points: such a pair is a miss in the
share within one point, and in no other figure. Where both said N/A there is nothing to be within
one point of: it is counted apart, and makes no share look better.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.domain.mark import Mark
from trainer.scoring import clusters
from trainer.scoring.clusters import Clusters
from trainer.scoring.estimate import Estimate
from trainer.scoring.icc import iccs
from trainer.scoring.kappa import wilson
from trainer.scoring.table import Numbers, facet, of_items

LEAST_SCORED = 6
"""Pairs of scores below which no ICC is told: with fewer, a rater who is right about every second
one to the point would agree on all by luck too often, and that has an ICC of 1 without doubt."""
_ROUNDING = 1e-9
_RATER, _KNOWN = "rater", "known"


@dataclass(frozen=True, slots=True)
class Pair:
    """A rater's score of one response on one item, and the known one (None: N/A)."""

    response: str
    item: str
    own: float | None
    known: float | None


@dataclass(frozen=True, slots=True)
class Closeness:
    """The pairs of one item, or of several together. ``reasons``: why a figure is None (sentences).

    ``within`` of ``ratings`` are within one point; those that both called N/A (``both_na``) are not
    among them, those that only one did (``one_na``) are. ``bias`` is own minus known in points.
    """

    ratings: int
    within: int
    both_na: int
    one_na: int
    share: Estimate | None
    icc: Estimate | None
    bias: Estimate | None
    reasons: tuple[str, ...] = ()


def closeness(pairs: Iterable[Pair]) -> Closeness:
    """Share within one point (Wilson), ICC(A,1) and bias (t), all with 95 % limits.

    Several items together: limits of share and bias allow for the ratings of one response going
    together (clusters.spread); the ICC is of the responses' mean scores, over the items that both
    scored, for single ratings of one response are not independent of each other.
    """
    every = tuple(pairs)
    both = [one for one in every if one.own is None and one.known is None]
    counted = [one for one in every if one.own is not None or one.known is not None]
    scored = [one for one in counted if one.own is not None and one.known is not None]
    hits = np.array([_within(one) for one in counted], np.float64)
    icc, reasons = _icc(scored)
    return Closeness(
        len(counted), int(hits.sum()), len(both), len(counted) - len(scored),
        _share(hits, _by_response(counted)), icc, _bias(scored), reasons,
    )  # fmt: skip


def _within(one: Pair) -> bool:
    if one.own is None or one.known is None:
        return False
    return abs(one.own - one.known) <= 1 + _ROUNDING


def _by_response(pairs: Sequence[Pair]) -> Clusters:
    return Clusters(facet([one.response for one in pairs]).codes, None, None)


def _share(hits: Numbers, by: Clusters) -> Estimate | None:
    """Wilson's limits, for as many cases as would be as sure were they independent."""
    count = len(hits)
    if not count:
        return None
    share = float(hits.mean())
    responses = len(np.unique(by.response))
    if responses == count:
        return Estimate(share, *wilson(share, count))
    if responses < 2:
        return Estimate(share)
    spread = clusters.spread((hits - share)[:, None] / count, by)
    variance, freedom = float(spread.variance[0]), float(spread.freedom[0])
    if variance == 0:  # all or none: nothing shows how far they go together
        return Estimate(share, *wilson(share, responses))
    alone = min(share * (1 - share) / variance, float(count))
    return Estimate(share, *wilson(share, alone, freedom))


def _bias(scored: Sequence[Pair]) -> Estimate | None:
    apart = np.array([one.own - one.known for one in scored if one.own is not None
                      and one.known is not None], np.float64)  # fmt: skip
    if not len(apart):
        return None
    mean = float(apart.mean())
    margin = float(clusters.spread((apart - mean)[:, None] / len(apart), _by_response(scored))
                   .margin()[0])  # fmt: skip
    if not np.isfinite(margin):
        return Estimate(mean)
    return Estimate(mean, mean - margin, mean + margin)


def _icc(scored: Sequence[Pair]) -> tuple[Estimate | None, tuple[str, ...]]:
    if not scored:
        return None, ("No reference here has a score by both.",)
    known, own = _means(scored, _KNOWN), _means(scored, _RATER)
    if len(known) < LEAST_SCORED:
        return None, (
            f"Only {len(known)} {'has' if len(known) == 1 else 'have'} a score by both; "
            f"agreement takes {LEAST_SCORED}.",
        )
    if np.ptp(list(known.values())) < _ROUNDING:
        return None, (
            "All references have the same score here, so they cannot show agreement: "
            "it takes weak and strong ones.",
        )
    marks = [
        Mark(response, rater, "", score)
        for rater, scores in ((_RATER, own), (_KNOWN, known))
        for response, score in scores.items()
    ]
    found = iccs(of_items(marks)[""]).values["ICC(A,1)"]
    if found is not None and found.low is None and found.value > 1 - _ROUNDING:
        return Estimate(1.0, 1.0, 1.0), ()  # right everywhere, to the point: more cannot be asked
    if found is None or found.low is None:
        return found, ("The scores differ too little to say how far they agree.",)
    return found, ()


def _means(scored: Sequence[Pair], whose: str) -> dict[str, float]:
    """The mean score of each response."""
    given: dict[str, list[float]] = defaultdict(list)
    for one in scored:
        score = one.own if whose == _RATER else one.known
        assert score is not None
        given[one.response].append(score)
    return {response: float(np.mean(scores)) for response, scores in given.items()}
