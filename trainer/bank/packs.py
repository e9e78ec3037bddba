"""A folder of content as one pack: every file read, every problem kept with its file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from trainer.bank import rules
from trainer.bank.build import build_rubric, build_set, build_vignette
from trainer.bank.clips import read_clips
from trainer.bank.schema import conform
from trainer.bank.source import Source, Where, read_source
from trainer.domain.errors import Problem
from trainer.domain.pack import Pack, PracticeSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette

FOLDERS = {"vignette": "vignettes", "rubric": "rubrics", "set": "sets"}
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
    """A pack's folder as read: sound files and faulty ones. ``shown`` is its name in problems."""

    folder: Path
    shown: str
    head: Entry[dict[str, Any]]
    vignettes: list[Entry[Vignette]]
    rubrics: list[Entry[Rubric]]
    sets: list[Entry[PracticeSet]]
    strays: list[Problem]

    @property
    def entries(self) -> Sequence[Entry[Any]]:
        """Every file of the pack."""
        return (self.head, *self.vignettes, *self.rubrics, *self.sets)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, by file and line."""
        return in_order((*self.strays, *(p for entry in self.entries for p in entry.problems)))


def usable(
    folder: Path, known: Sequence[Rubric] = (), shown: str | None = None
) -> tuple[Pack | None, tuple[Problem, ...]]:
    """What of the pack can be practised with, faulty files left out, and every problem found.

    None when pack.yaml itself is missing or faulty. A set keeps those of its vignettes that are
    whole. ``shown`` is the pack's name in problems.
    """
    reading = read_pack(folder, known, shown)
    if reading.head.built is None or reading.head.problems:
        return None, reading.problems
    vignettes = tuple(_sound(reading.vignettes))
    rubrics = tuple(_sound(reading.rubrics))
    sets = tuple(_usable_sets(reading, vignettes, (*rubrics, *known)))
    return _build_pack(reading.head.built, vignettes, rubrics, sets), reading.problems


def read_pack(folder: Path, known: Sequence[Rubric] = (), shown: str | None = None) -> Reading:
    """Every file of the pack in ``folder``, checked for what keeps it from use."""
    shown = shown or str(folder)
    head: Entry[dict[str, Any]] = read_entry("pack", folder / "pack.yaml", f"{shown}/pack.yaml")
    name, version = "", 0
    if head.source and head.built is None and not head.problems:
        head.built = head.source.data
        name, version = head.built["id"], int(head.built["version"])
    reading = Reading(folder, shown, head, [], [], [], _strays(folder, shown))
    for path, file in _files(reading, "rubric"):
        reading.rubrics.append(read_rubric(path, file, name))
    for path, file in _files(reading, "vignette"):
        reading.vignettes.append(read_vignette(path, file, folder, shown, (name, version)))
    for path, file in _files(reading, "set"):
        reading.sets.append(read_set(path, file, name))
    _note_repeats(reading)
    _check_references(reading, known)
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
    for entries in (reading.vignettes, reading.rubrics, reading.sets):
        seen: dict[str, str] = {}
        for entry in entries:
            if entry.source is None:
                continue
            name = entry.source.data["id"]
            if name in seen:
                entry.add([(("id",), f"'{name}' is also the id of {seen[name]}; choose another")])
            seen.setdefault(name, entry.path.name)


def _check_references(reading: Reading, known: Sequence[Rubric]) -> None:
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


def _build_pack(
    data: dict[str, Any],
    vignettes: tuple[Vignette, ...],
    rubrics: tuple[Rubric, ...],
    sets: tuple[PracticeSet, ...],
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
    )
