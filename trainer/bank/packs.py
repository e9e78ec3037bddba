"""A folder of content as one pack: every file read, every problem kept with its file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from trainer.bank import reference_rules, rules
from trainer.bank.build import build_reference_set, build_rubric, build_set, build_vignette
from trainer.bank.clips import missing_sounds, read_clips
from trainer.bank.schema import conform
from trainer.bank.source import Source, Where, read_source
from trainer.domain.errors import Problem
from trainer.domain.pack import Pack, PracticeSet
from trainer.domain.reference import ReferenceSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette, VignetteRef

FOLDERS = {
    "vignette": "vignettes", "rubric": "rubrics", "set": "sets", "reference-set": "references"
}  # fmt: skip
T = TypeVar("T")


@dataclass(slots=True)
class Entry(Generic[T]):
    """One file: what was read of it and all that is wrong. ``built`` is None if it cannot be."""

    path: Path
    source: Source | None
    problems: list[Problem] = field(default_factory=list)
    built: T | None = None

    def add(self, found: Iterable[tuple[Where, str]]) -> None:
        """Note problems at places of this file."""
        assert self.source is not None, "only what was read can be checked"
        self.problems += [self.source.problem(where, what) for where, what in found]


@dataclass(slots=True)
class Reading:
    """A pack's folder as read: sound files and faulty ones. ``shown`` is its name in problems.

    ``others``: vignettes of other packs that its reference sets may answer.
    """

    folder: Path
    shown: str
    head: Entry[dict[str, Any]]
    vignettes: list[Entry[Vignette]]
    rubrics: list[Entry[Rubric]]
    sets: list[Entry[PracticeSet]]
    reference_sets: list[Entry[ReferenceSet]]
    strays: list[Problem]
    others: tuple[Vignette, ...] = ()

    @property
    def entries(self) -> Sequence[Entry[Any]]:
        """Every file of the pack."""
        return (self.head, *self.vignettes, *self.rubrics, *self.sets, *self.reference_sets)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, by file and line."""
        return in_order((*self.strays, *(p for entry in self.entries for p in entry.problems)))

    @property
    def at_hand(self) -> dict[str, Vignette]:
        """Vignettes that can be answered, by id; the pack's own before those of others."""
        own = [entry.built for entry in self.vignettes if entry.built is not None]
        return {vignette.id: vignette for vignette in (*self.others, *own)}


def usable(
    folder: Path,
    known: Sequence[Rubric] = (),
    shown: str | None = None,
    others: Sequence[Vignette] = (),
) -> tuple[Pack | None, tuple[Problem, ...]]:
    """What of the pack can be practised with, faulty files left out, and every problem found.

    None when pack.yaml itself is missing or faulty. A set keeps those of its vignettes that are
    whole; a reference set is kept whole or not at all, for a gate is as good as all of it.
    ``shown`` is the pack's name in problems; ``others`` are vignettes of other packs.
    """
    reading = read_pack(folder, known, shown, others)
    if reading.head.built is None or reading.head.problems:
        return None, reading.problems
    vignettes = tuple(_sound(reading.vignettes))
    rubrics = tuple(_sound(reading.rubrics))
    sets = tuple(_usable_sets(reading, vignettes, (*rubrics, *known)))
    references = tuple(_usable_reference_sets(reading, vignettes, (*rubrics, *known)))
    pack = _build_pack(reading.head.built, vignettes, rubrics, sets, references)
    return pack, reading.problems


def read_pack(
    folder: Path,
    known: Sequence[Rubric] = (),
    shown: str | None = None,
    others: Sequence[Vignette] = (),
) -> Reading:
    """Every file of the pack in ``folder``, checked for what keeps it from use."""
    shown = shown or str(folder)
    head: Entry[dict[str, Any]] = read_entry("pack", folder / "pack.yaml", f"{shown}/pack.yaml")
    name, version = "", 0
    if head.source and head.built is None and not head.problems:
        head.built = head.source.data
        name, version = head.built["id"], int(head.built["version"])
    reading = Reading(folder, shown, head, [], [], [], [], _strays(folder, shown))
    # Another version of this very pack must not hide what is missing from this one.
    reading.others = tuple(v for v in others if v.ref.pack != name)
    for path, file in _files(reading, "rubric"):
        reading.rubrics.append(read_rubric(path, file, name))
    for path, file in _files(reading, "vignette"):
        reading.vignettes.append(read_vignette(path, file, folder, shown, (name, version)))
    for path, file in _files(reading, "set"):
        reading.sets.append(read_set(path, file, name))
    refs = {vignette.id: vignette.ref for vignette in reading.at_hand.values()}
    for path, file in _files(reading, "reference-set"):
        reading.reference_sets.append(read_reference_set(path, file, folder, name, refs))
    _note_repeats(reading)
    _check_across(reading, known)
    return reading


def read_entry(kind: str, path: Path, shown: str) -> Entry[Any]:
    """A file read and held against its schema; what fits has no problems but doubled fields."""
    source, problems = read_source(path, shown)
    entry: Entry[Any] = Entry(path, source, list(problems))
    if source is not None:
        misfits = conform(kind, source)
        if misfits:
            entry.problems += misfits
            entry.source = None
        elif kind != "pack" and source.data["id"] != path.stem:
            what = (
                f"is '{source.data['id']}', but the file is called '{path.name}'; make them alike"
            )
            entry.add([(("id",), what)])
    return entry


def read_rubric(path: Path, shown: str, pack: str) -> Entry[Rubric]:
    """One rubric file."""
    entry: Entry[Rubric] = read_entry("rubric", path, shown)
    if entry.source is not None:
        entry.built = build_rubric(entry.source.data, pack)
        _apply(entry, rules.RUBRIC_RULES, entry.built)
    return entry


def read_vignette(
    path: Path, shown: str, folder: Path, shown_folder: str, pack: tuple[str, int]
) -> Entry[Vignette]:
    """One vignette file of the pack in ``folder``; ``pack`` is that pack's id and version."""
    entry: Entry[Vignette] = read_entry("vignette", path, shown)
    if entry.source is not None:
        cues, problems = read_clips(entry.source, folder, shown_folder)
        entry.problems += problems
        entry.built = build_vignette(entry.source.data, *pack, folder, cues)
        _apply(entry, rules.VIGNETTE_RULES, entry.built)
    return entry


def read_set(path: Path, shown: str, pack: str) -> Entry[PracticeSet]:
    """One set file."""
    entry: Entry[PracticeSet] = read_entry("set", path, shown)
    if entry.source is not None:
        entry.built = build_set(entry.source.data, pack)
    return entry


def read_reference_set(
    path: Path, shown: str, folder: Path, pack: str, refs: Mapping[str, VignetteRef]
) -> Entry[ReferenceSet]:
    """One reference set of the pack in ``folder``; ``refs`` are the vignettes at hand, by id."""
    entry: Entry[ReferenceSet] = read_entry("reference-set", path, shown)
    if entry.source is not None:
        entry.problems += missing_sounds(entry.source, folder)
        entry.add(reference_rules.score_or_not(entry.source.data))
        entry.built = build_reference_set(entry.source.data, pack, folder, refs)
        _apply(entry, reference_rules.SET_RULES, entry.built)
    return entry


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file and line, each once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (problem.file, problem.line)))


def _apply(
    entry: Entry[T], checks: Iterable[Callable[[T], Iterator[tuple[Where, str]]]], built: T
) -> None:
    for check in checks:
        entry.add(check(built))


def _files(reading: Reading, kind: str) -> Iterator[tuple[Path, str]]:
    name = FOLDERS[kind]
    for path in sorted((reading.folder / name).glob("*.yaml")):
        if not path.name.startswith("."):
            yield path, f"{reading.shown}/{name}/{path.name}"


def _strays(folder: Path, shown: str) -> list[Problem]:
    """Files that look like content but would be passed over in silence."""
    strays = []
    for name in ("", *FOLDERS.values()):
        for path in sorted((folder / name).glob("*.yml")):
            file = f"{shown}/{name}/{path.name}" if name else f"{shown}/{path.name}"
            what = f"is not read; call it {path.stem}.yaml"
            strays.append(Problem(file, 1, "file", what))
    return strays


def _note_repeats(reading: Reading) -> None:
    kinds: tuple[Sequence[Entry[Any]], ...] = (
        reading.vignettes, reading.rubrics, reading.sets, reading.reference_sets
    )  # fmt: skip
    for entries in kinds:
        seen: dict[str, str] = {}
        for entry in entries:
            if entry.source is None:
                continue
            name = entry.source.data["id"]
            if name in seen:
                entry.add([(("id",), f"'{name}' is also the id of {seen[name]}; choose another")])
            seen.setdefault(name, entry.path.name)


def _check_across(reading: Reading, known: Sequence[Rubric]) -> None:
    """What files say of each other. Against a faulty rubric, exemplars cannot be checked fairly."""
    rubrics = [entry.built for entry in reading.rubrics if entry.built is not None]
    if len(rubrics) == len(reading.rubrics):
        for vignette in reading.vignettes:
            if vignette.built is not None:
                vignette.add(rules.exemplar_scores(vignette.built, (*rubrics, *known)))
    names = _names(reading.vignettes)
    rubric_names = _names(reading.rubrics) | {rubric.id for rubric in known}
    for entry in reading.sets:
        if entry.built is not None:
            entry.add(rules.set_refers(entry.built, names, rubric_names))
    turns: dict[str, frozenset[str] | None] = dict.fromkeys(names)
    turns |= {v.id: frozenset(t.id for t in v.turns) for v in reading.at_hand.values()}
    for references in reading.reference_sets:
        if references.built is None:
            continue
        references.add(reference_rules.answers_somebody(references.built, turns))
        references.add(reference_rules.rubric_there(references.built, rubric_names))
        rubric = rubric_of(references.built, (*rubrics, *known))
        if rubric is not None:
            references.add(reference_rules.ratings_fit(references.built, rubric))


def rubric_of(built: ReferenceSet, rubrics: Sequence[Rubric]) -> Rubric | None:
    """The rubric that a reference set is rated with; None when it is missing or faulty."""
    return next((rubric for rubric in rubrics if rubric.id == built.rubric), None)


def _names(entries: Sequence[Entry[Any]]) -> set[str]:
    """Ids of files, also of faulty ones: a set that names those is not itself at fault."""
    return {e.source.data["id"] if e.source is not None else e.path.stem for e in entries}


def _sound(entries: Iterable[Entry[T]]) -> Iterator[T]:
    return (e.built for e in entries if e.built is not None and not e.problems)


def _usable_sets(
    reading: Reading, vignettes: Sequence[Vignette], rubrics: Sequence[Rubric]
) -> Iterator[PracticeSet]:
    there = {vignette.id for vignette in vignettes}
    for entry in reading.sets:
        built = entry.built
        if built is None or built.rubric not in {rubric.id for rubric in rubrics}:
            continue
        kept = tuple(name for name in built.vignettes if name in there)
        if kept:
            yield PracticeSet(
                pack=built.pack,
                id=built.id,
                version=built.version,
                title=built.title,
                about=built.about,
                rubric=built.rubric,
                vignettes=kept,
            )


def _usable_reference_sets(
    reading: Reading, vignettes: Sequence[Vignette], rubrics: Sequence[Rubric]
) -> Iterator[ReferenceSet]:
    there = {vignette.ref for vignette in (*vignettes, *reading.others)}
    for built in _sound(reading.reference_sets):
        answered = {one.vignette for one in built.references}
        if answered <= there and rubric_of(built, rubrics) is not None:
            yield built


def _build_pack(
    data: dict[str, Any],
    vignettes: tuple[Vignette, ...],
    rubrics: tuple[Rubric, ...],
    sets: tuple[PracticeSet, ...],
    reference_sets: tuple[ReferenceSet, ...],
) -> Pack:
    return Pack(
        id=data["id"],
        version=int(data["version"]),
        title=data["title"].strip(),
        language=data["language"],
        about=data["about"].strip(),
        authors=tuple(author.strip() for author in data["authors"]),
        licence=data["licence"].strip(),
        voices_notice=data["voices_notice"].strip(),
        vignettes=vignettes,
        rubrics=rubrics,
        sets=sets,
        reference_sets=reference_sets,
    )
