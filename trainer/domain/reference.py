"""Responses whose ratings are known, and why: what a rater is calibrated against."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trainer.domain.vignette import VignetteRef

# What a reference is for: to learn from, to pass the gate with, to come up unannounced among live
# responses afterwards. One is never used for two of these, for who has seen its reason knows it.
TRAINING, GATE, HIDDEN = "training", "gate", "hidden"
USES = (TRAINING, GATE, HIDDEN)


@dataclass(frozen=True, slots=True)
class ReferenceScore:
    """What one item of a reference was rated (None: not applicable), and the reason in a line."""

    score: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One response of a set, spoken; ``ratings`` has every item of the set's rubric."""

    id: str
    vignette: VignetteRef
    turn: str
    use: str
    text: str
    audio: Path
    ratings: Mapping[str, ReferenceScore]


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """References rated with one rubric (its id), by whom and how as ``basis`` says."""

    pack: str
    id: str
    version: int
    title: str
    language: str
    about: str
    basis: str
    rubric: str
    references: tuple[Reference, ...]
    authors: tuple[str, ...]
    licence: str
