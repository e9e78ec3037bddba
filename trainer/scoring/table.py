"""The ratings of one item as arrays, which every figure of this room is worked out from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.domain.mark import Mark

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Facet:
    """Who or what each rating is about: ``names[code]`` for the ``code`` of each rating."""

    names: tuple[str, ...]
    codes: Places

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class ItemScores:
    """One item's scores, shape (ratings,), and the facets they belong to.

    N/A is not among them. ``trainee`` and ``vignette`` are None where not every rating says whose
    and to which client. Names are in order of their first appearance.
    """

    item: str
    score: Numbers
    response: Facet
    rater: Facet
    trainee: Facet | None
    vignette: Facet | None

    def grid(self) -> Numbers:
        """Responses x raters, NaN where a rater did not rate."""
        found = np.full((len(self.response), len(self.rater)), np.nan)
        found[self.response.codes, self.rater.codes] = self.score
        return found


def facet(values: Sequence[str]) -> Facet:
    """Number names in order of their first appearance."""
    numbered = {name: code for code, name in enumerate(dict.fromkeys(values))}
    return Facet(tuple(numbered), np.array([numbered[one] for one in values], np.intp))


def only(scores: ItemScores, rows: Places) -> ItemScores:
    """The ratings of some rows, with the names that are still used."""

    def used(old: Facet) -> Facet:
        kept, codes = np.unique(old.codes[rows], return_inverse=True)
        return Facet(tuple(old.names[code] for code in kept), codes)

    return ItemScores(
        scores.item, scores.score[rows], used(scores.response), used(scores.rater),
        used(scores.trainee) if scores.trainee else None,
        used(scores.vignette) if scores.vignette else None,
    )  # fmt: skip


def joined(items: Sequence[ItemScores]) -> tuple[ItemScores, Places]:
    """The ratings of all items after one another, and of which item (in order) each one is.

    Items without ratings are not counted. ``trainee`` and ``vignette`` are there where all are.
    """
    rated = [one for one in items if len(one.score)]

    def together(facets: Sequence[Facet | None]) -> Facet | None:
        known = [one for one in facets if one is not None]
        if len(known) < len(facets) or not known:
            return None
        numbered = facet([name for one in known for name in one.names])
        place = np.split(numbered.codes, np.cumsum([len(one) for one in known])[:-1])
        codes = [part[one.codes] for part, one in zip(place, known, strict=True)]
        return Facet(numbered.names, np.concatenate(codes))

    response = together([one.response for one in rated]) or facet([])
    rater = together([one.rater for one in rated]) or facet([])
    trainee = together([one.trainee for one in rated])
    vignette = together([one.vignette for one in rated])
    score = np.concatenate([np.empty(0), *(one.score for one in rated)])
    item = np.repeat(np.arange(len(rated)), [len(one.score) for one in rated])
    return ItemScores("", score, response, rater, trainee, vignette), item


def of_items(marks: Iterable[Mark]) -> dict[str, ItemScores]:
    """The scores of each item, in order of the items' first appearance.

    A rater's ratings of one response and item must have been reduced to one before.
    """
    by_item: dict[str, list[Mark]] = {}
    for mark in marks:
        rows = by_item.setdefault(mark.item, [])
        if mark.score is not None:
            rows.append(mark)
    return {item: _of_one(item, rows) for item, rows in by_item.items()}


def _of_one(item: str, rows: list[Mark]) -> ItemScores:
    return ItemScores(
        item,
        np.array([row.score for row in rows], np.float64),
        facet([row.response for row in rows]),
        facet([row.rater for row in rows]),
        _known(rows, lambda row: row.trainee),
        _known(rows, lambda row: row.vignette),
    )


def _known(rows: list[Mark], name_of: Callable[[Mark], str | None]) -> Facet | None:
    names = [name for row in rows if (name := name_of(row)) is not None]
    return facet(names) if rows and len(names) == len(rows) else None
