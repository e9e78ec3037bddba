"""The content at hand: the packs that came with the app and those a person added."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trainer.app.paths import Home, bundled
from trainer.bank import usable
from trainer.domain.errors import KnownError, Problem
from trainer.domain.pack import Pack, PracticeSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette


@dataclass(frozen=True, slots=True)
class Library:
    """Every usable pack, and what was wrong with the rest."""

    packs: tuple[Pack, ...]
    problems: tuple[Problem, ...]

    @property
    def vignettes(self) -> tuple[Vignette, ...]:
        """Every vignette of every pack, packs in order."""
        return tuple(v for pack in self.packs for v in pack.vignettes)

    @property
    def sets(self) -> tuple[PracticeSet, ...]:
        """Every set of every pack."""
        return tuple(s for pack in self.packs for s in pack.sets)

    @property
    def rubrics(self) -> tuple[Rubric, ...]:
        """Every rubric of every pack."""
        return tuple(r for pack in self.packs for r in pack.rubrics)

    def vignette(self, pack: str, vignette: str) -> Vignette | None:
        """One vignette, or None when it is no longer in the library (old rows name it still)."""
        return next((v for v in self.vignettes if (v.ref.pack, v.id) == (pack, vignette)), None)

    def find_vignette(self, vignette: str) -> Vignette:
        """A vignette by its id in any pack; KnownError when there is none."""
        for candidate in self.vignettes:
            if candidate.id == vignette:
                return candidate
        raise KnownError(
            f"There is no vignette called '{vignette}'", "'attune bank list' shows them all."
        )

    def rubric(self, rubric: str) -> Rubric:
        """A rubric by its id in any pack; KnownError when there is none."""
        for candidate in self.rubrics:
            if candidate.id == rubric:
                return candidate
        known = ", ".join(r.id for r in self.rubrics) or "none"
        raise KnownError(f"There is no rubric called '{rubric}'", f"There are: {known}.")

    def vignettes_of(self, practice_set: PracticeSet) -> tuple[Vignette, ...]:
        """The set's vignettes that can be played, in its order."""
        chosen = (self.vignette(practice_set.pack, v) for v in practice_set.vignettes)
        return tuple(v for v in chosen if v is not None)


def load_library(folders: Iterable[Path]) -> Library:
    """Read every pack; a faulty vignette is left out and told, never a reason to stop."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    for folder in folders:
        # Rubrics of the packs before it: a person's own pack may be rated with the bundled ones.
        pack, found = usable(folder, tuple(r for known in packs for r in known.rubrics))
        problems.extend(found)
        if pack is not None:
            packs.append(pack)
    return Library(tuple(packs), tuple(problems))


def pack_folders(home: Home) -> tuple[Path, ...]:
    """The bundled packs, then the person's own."""
    own = sorted(home.packs.iterdir()) if home.packs.is_dir() else []
    candidates = [*sorted(bundled("scenarios").iterdir()), *own]
    return tuple(p for p in candidates if p.is_dir() and not p.name.startswith("."))
