"""What travels together: vignettes, rubrics, sets, references; one name, version and licence."""

from dataclasses import dataclass

from trainer.domain.reference import ReferenceSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette


@dataclass(frozen=True, slots=True)
class PracticeSet:
    """An ordered choice of vignettes, rated with one rubric."""

    pack: str
    id: str
    version: int
    title: str
    about: str
    rubric: str
    vignettes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder of content, checked and whole."""

    id: str
    version: int
    title: str
    language: str
    about: str
    authors: tuple[str, ...]
    licence: str
    voices_notice: str
    vignettes: tuple[Vignette, ...]
    rubrics: tuple[Rubric, ...]
    sets: tuple[PracticeSet, ...]
    reference_sets: tuple[ReferenceSet, ...] = ()
