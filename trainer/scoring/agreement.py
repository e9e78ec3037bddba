"""Everything that one table of ratings says about how far its raters agree."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trainer.domain.errors import KnownError
from trainer.domain.mark import Mark
from trainer.scoring import halo, kappa
from trainer.scoring.alpha import Alphas, alphas
from trainer.scoring.drift import Drift, Occasions, drift, occasions_of
from trainer.scoring.facets import Facets, facets
from trainer.scoring.halo import Halo, halos
from trainer.scoring.icc import IccTable, iccs
from trainer.scoring.kappa import PairKappa, Share
from trainer.scoring.severity import Severities, severities
from trainer.scoring.table import ItemScores, of_items

APART = ("self", "reference", "calibration", "consensus")
"""Roles that are no raters among raters: whose own response it is, what is held to be right, who is
still learning to rate, and what raters agreed on."""


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One item: its ratings, and every figure of agreement with its interval.

    ``logits`` is why there are none where they cannot be estimated (a clause).
    """

    scores: ItemScores
    icc: IccTable
    alpha: Alphas
    kappas: tuple[PairKappa, ...]
    within_one: Share
    severity: Severities
    logits: Facets | str
    drift: Drift


@dataclass(frozen=True, slots=True)
class Agreement:
    """All items by name, halo between them, and severity over all of them together.

    ``together`` is None with a single item. ``left_out`` counts ratings by role (APART), and
    ``unblind`` those of raters who were not blind, among ``ratings``.
    """

    items: dict[str, ItemAgreement]
    halos: tuple[Halo, ...]
    together: Facets | str | None
    left_out: dict[str, int]
    unblind: int
    ratings: int


def agreement(marks: Iterable[Mark]) -> Agreement:
    """Agreement on every item of a table of ratings.

    Self-ratings and reference scores are left out: the first are of the person who was rated, the
    second what raters are compared with. Raises KnownError where a rater rated a response on an
    item twice.
    """
    every = list(marks)
    _check_single(every)
    used = [mark for mark in every if mark.role not in APART]
    scores, occasions = of_items(_emptied(every)), occasions_of(every)
    rated = [one for one in scores.values() if len(one.score)]
    return Agreement(
        {name: _of_item(one, occasions) for name, one in scores.items()},
        halos(scores),
        facets(rated) if len(rated) > 1 else None,
        left_out(every),
        sum(mark.blind is False and mark.score is not None for mark in used),
        sum(len(one.score) for one in rated),
    )


def left_out(marks: Iterable[Mark]) -> dict[str, int]:
    """How many scores are of a role that is no rater among raters (APART), by role."""
    count = Counter(mark.role for mark in marks if mark.role in APART)
    return {role: count[role] for role in APART if count[role]}


def raters_only(marks: Sequence[Mark]) -> dict[str, ItemScores]:
    """The items' scores by raters among raters: without self-ratings and reference scores."""
    _check_single(marks)
    return of_items(_emptied(marks))


def _emptied(marks: Sequence[Mark]) -> list[Mark]:
    """Scores that are no rater's count as not given, so that their item is still told about."""
    return [replace(mark, score=None) if mark.role in APART else mark for mark in marks]


def _check_single(marks: Sequence[Mark]) -> None:
    seen = set()
    for mark in marks:
        place = (mark.response, mark.rater, mark.item)
        if place in seen:
            raise KnownError(
                f"{mark.rater} rated {mark.response} on {mark.item} twice", "Keep one of the two."
            )
        seen.add(place)


def _of_item(scores: ItemScores, occasions: Occasions) -> ItemAgreement:
    paired = kappa.pairs(scores)
    return ItemAgreement(
        scores,
        iccs(scores),
        alphas(scores),
        kappa.kappas(scores, paired),
        kappa.within_one(scores, paired),
        severities(scores),
        facets([scores]),
        drift(scores, occasions),
    )


def same_items(found: Agreement) -> list[str]:
    """A sentence for each two items that can hardly be told apart."""
    return [sentence for one in found.halos if (sentence := halo.said(one))]
