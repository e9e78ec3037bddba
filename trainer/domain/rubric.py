"""Anchored scales: what each score of each item means, in behaviours."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RubricRef:
    """The exact wording that a rating rests on."""

    pack: str
    rubric: str
    version: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores that may be given: whole points from ``min`` to ``max``, or halves between."""

    min: int
    max: int
    half_points: bool = False

    def admits(self, score: float) -> bool:
        """Whether ``score`` is one that this scale offers."""
        step = 0.5 if self.half_points else 1.0
        return self.min <= score <= self.max and (score / step).is_integer()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is rated. ``anchors`` maps each whole score to the behaviour meant."""

    id: str
    title: str
    question: str
    not_applicable: bool
    anchors: dict[int, str]
    lifts: tuple[str, ...]
    lowers: tuple[str, ...]
    practise: str
    practise_high: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """A set of items rated on one scale, versioned because ratings rest on its words."""

    ref: RubricRef
    title: str
    language: str
    about: str
    scale: Scale
    items: tuple[Item, ...]
    authors: tuple[str, ...]
    licence: str

    @property
    def id(self) -> str:
        """The rubric's own id, unique in its pack."""
        return self.ref.rubric

    def item(self, item_id: str) -> Item:
        """The item called ``item_id``; KeyError when there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)


def meaning(item: Item, score: int) -> str:
    """What a whole score stands for, as a sentence to somebody who does not see the other anchors.

    Empty for a score that has no anchor.
    """
    words = item.anchors.get(score, "")
    found = re.fullmatch(r"As (\d), and (.+)", words, re.DOTALL)
    if found:
        return f"A {score} is all of a {found[1]}, and {found[2]}"
    return f"A {score} stands for: {words}" if words else ""
