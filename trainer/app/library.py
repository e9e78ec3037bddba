"""The content at hand: the packs that came with the app and those a person added."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trainer import bank
from trainer.app.paths import Home, bundled
from trainer.domain.errors import ContentError, KnownError, Problem
from trainer.domain.pack import Pack, PracticeSet
from trainer.domain.reference import ReferenceSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette, VignetteRef


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
    def reference_sets(self) -> tuple[ReferenceSet, ...]:
        """Every reference set of every pack."""
        return tuple(s for pack in self.packs for s in pack.reference_sets)

    @property
    def rubrics(self) -> tuple[Rubric, ...]:
        """Every rubric of every pack."""
        return tuple(r for pack in self.packs for r in pack.rubrics)

    def vignette(self, pack: str, vignette: str) -> Vignette | None:
        """One vignette, or None when it is no longer in the library (old rows name it still)."""
        return next((v for v in self.vignettes if (v.ref.pack, v.id) == (pack, vignette)), None)

    def lacks(self, wanted: Iterable[VignetteRef]) -> tuple[str, ...]:
        """Those (ids) that are not here, or in another version."""
        here = {vignette.ref for vignette in self.vignettes}
        versions = {(one.pack, one.vignette, one.vignette_version) for one in here}
        asked = ((one.pack, one.vignette, one.vignette_version) for one in wanted)
        return tuple(dict.fromkeys(one[1] for one in asked if one not in versions))

    def find_vignette(self, vignette: str) -> Vignette:
        """A vignette by its id in any pack; KnownError when there is none."""
        for candidate in self.vignettes:
            if candidate.id == vignette:
                return candidate
        raise KnownError(
            f"There is no vignette called '{vignette}'", "'attune bank list' shows them all."
        )

    def rubric(self, rubric: str) -> Rubric:
        """A rubric by its ``pack/id``, or by its id in any pack; KnownError when there is none."""
        for candidate in self.rubrics:
            if candidate.called(rubric):
                return candidate
        known = ", ".join(r.id for r in self.rubrics) or "none"
        raise KnownError(f"There is no rubric called '{rubric}'", f"There are: {known}.")

    def rubric_of(self, of: ReferenceSet) -> Rubric | None:
        """The rubric of a reference set: its own pack's, else the first of that id."""
        same = [one for one in self.rubrics if one.id == of.rubric]
        return next((one for one in same if one.ref.pack == of.pack), same[0] if same else None)

    def vignettes_of(self, practice_set: PracticeSet) -> tuple[Vignette, ...]:
        """The set's vignettes that can be played, in its order."""
        chosen = (self.vignette(practice_set.pack, v) for v in practice_set.vignettes)
        return tuple(v for v in chosen if v is not None)


def titled(rubrics: Iterable[Rubric]) -> tuple[tuple[str, str], ...]:
    """What to call each in a list, with its pack where two are called the same, and its name."""
    every = tuple(rubrics)
    count = Counter(one.title for one in every)
    return tuple(
        (one.title if count[one.title] == 1 else f"{one.title} ({one.ref.pack})", one.ref.name)
        for one in every
    )


def _nothing(_: Path) -> None:
    """What is told of an unpacking that nobody waits for."""


def load_library(places: Iterable[Path], unpacking: Callable[[Path], None] = _nothing) -> Library:
    """Read every pack, a folder or a zip; what is faulty is left out and told, never a reason to
    stop. A zip is unpacked beside itself the first time, which may take seconds: ``unpacking`` is
    called with its path before each of its files, and may raise to stop.
    """
    packs: dict[str, tuple[Pack, Path]] = {}
    problems: list[Problem] = []
    for place in places:
        # A person's own pack may be rated with the bundled rubrics, and its references may answer
        # the bundled clients: what the packs before it have.
        before = Library(tuple(pack for pack, _ in packs.values()), ())
        pack, found = _read(place, before, unpacking)
        problems.extend(found)
        if pack is not None and pack.id in packs:
            problems.append(_repeated(pack, place, *packs[pack.id]))
        elif pack is not None:
            packs[pack.id] = (pack, place)
    return Library(tuple(pack for pack, _ in packs.values()), tuple(problems))


def pack_folders(home: Home) -> tuple[Path, ...]:
    """The bundled packs, then the person's own: folders and zips."""
    own = sorted(home.packs.iterdir()) if home.packs.is_dir() else []
    candidates = [*sorted(bundled("scenarios").iterdir()), *own]
    return tuple(p for p in candidates if _is_pack(p) and not p.name.startswith("."))


def clear_old_packs(home: Home) -> None:
    """Free the room of zips that were changed or taken away; only before a window shows a pack."""
    bank.clear_unpacked(home.packs)


def _is_pack(place: Path) -> bool:
    return place.is_dir() or place.suffix == bank.SUFFIX


def _read(
    place: Path, before: Library, unpacking: Callable[[Path], None]
) -> tuple[Pack | None, tuple[Problem, ...]]:
    try:
        folder = place if place.is_dir() else bank.unpacked(place, unpacking)
    except ContentError as error:
        return None, error.problems
    return bank.usable(folder, before.rubrics, str(place), before.vignettes)


def _repeated(pack: Pack, place: Path, used: Pack, used_place: Path) -> Problem:
    # Responses name a pack by id, so that two of one id could not be told apart in the log.
    what = (
        f"'{pack.id}' (version {pack.version}) is also the id of {used_place} "
        f"(version {used.version}), which is used; remove one of them"
    )
    return Problem(f"{place}/pack.yaml", 1, "id", what)
