"""Anchored scales: what each score of each item means, in behaviours."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RubricRef:
    """The exact wording that a rating rests on."""

    pack: str
    rubric: str
    version: int

    @property
    def name(self) -> str:
        """``pack/rubric``: which one of a library it is, whatever its version."""
        return f"{self.pack}/{self.rubric}"


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

    def called(self, name: str) -> bool:
        """Whether it is meant by its id, or by its ``pack/id``."""
        return name in (self.ref.rubric, self.ref.name)

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


def heard_at(item: Item, score: int) -> str:
    """The anchor of a whole score, to somebody who does not see the others.

    Without the words that only lead on from the one below ("As 3, and"). Empty for a score that has
    no anchor.
    """
    words = item.anchors.get(score, "")
    found = re.fullmatch(r"As \d, (?:and )?(.+)", words, re.DOTALL)
    rest = found[1] if found else words
    return rest[:1].upper() + rest[1:]
