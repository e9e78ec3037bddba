"""Everything that can be said against content: whole packs, zipped packs or single files."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.bank import quality, reference_quality
from trainer.bank.archive import SUFFIX, open_pack
from trainer.bank.manifest import Manifest, check_record, read_manifest
from trainer.bank.packs import (
    FOLDERS,
    Entry,
    Reading,
    in_order,
    read_entry,
    read_pack,
    read_reference_set,
    read_rubric,
    read_set,
    read_vignette,
    rubric_of,
)
from trainer.bank.source import Where, read_source
from trainer.domain.errors import ContentError, Problem
from trainer.domain.reference import ReferenceSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette


@dataclass(frozen=True, slots=True)
class Known:
    """What of other packs may be referred to."""

    rubrics: Sequence[Rubric]
    vignettes: Sequence[Vignette]

    def read(self, folder: Path, shown: str) -> Reading:
        """The pack in ``folder``, called ``shown`` in problems."""
        return read_pack(folder, self.rubrics, shown, self.vignettes)


def check(
    paths: Sequence[Path], known: Sequence[Rubric] = (), others: Sequence[Vignette] = ()
) -> tuple[Problem, ...]:
    """Every problem of packs (folders or .attunepack files) and of single YAML files.

    Also hashes media and asks whether content is good, which ``usable`` does not. ``known`` and
    ``others``: rubrics and vignettes of other packs that these may refer to.
    """
    elsewhere = Known(known, others)
    return in_order(problem for path in paths for problem in _check(path, elsewhere))


def _check(path: Path, known: Known) -> tuple[Problem, ...]:
    if path.is_dir():
        return _check_pack(path, str(path), known)
    if not path.exists():
        return (Problem(str(path), 1, "file", "does not exist"),)
    if path.suffix == SUFFIX:
        return _check_zip(path, known)
    if path.suffix == ".yaml":
        return _check_file(path, known)
    what = f"is not a pack ({SUFFIX} or a folder) or a .yaml file"
    return (Problem(str(path), 1, "file", what),)


def _check_zip(path: Path, known: Known) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return _check_pack(open_pack(path, Path(folder)), str(path), known)
        except ContentError as error:
            return error.problems


def _check_pack(folder: Path, shown: str, known: Known) -> tuple[Problem, ...]:
    reading = known.read(folder, shown)
    _add_quality(reading, known)
    return reading.problems


def _add_quality(reading: Reading, known: Known) -> None:
    record: Manifest | None = None
    problems: tuple[Problem, ...] = ()
    answered = any(entry.built for entry in reading.reference_sets)
    if answered or any(entry.built for entry in reading.vignettes):
        record, problems = read_manifest(reading.folder, reading.shown)
    reading.strays += problems
    for entry in reading.entries:
        if entry.source is not None:
            entry.add(quality.protected_names(entry.source.data))
    for vignette in reading.vignettes:
        _add_vignette_quality(vignette, reading.folder, record)
    _add_likeness(reading.vignettes)
    rubrics = [entry.built for entry in reading.rubrics if entry.built is not None]
    for references in reading.reference_sets:
        _add_reference_quality(references, reading, (*rubrics, *known.rubrics), record)


def _add_vignette_quality(entry: Entry[Vignette], folder: Path, record: Manifest | None) -> None:
    if entry.built is None or entry.source is None:
        return
    durations: dict[str, float] = {}
    if record is not None:
        clips = _clips_of_turns(entry.source.data)
        entry.problems += check_record(entry.source, clips, folder, record)
        for turn in entry.source.data["turns"]:
            clip = turn["media"].get("video") or turn["media"].get("audio")
            if clip and (seconds := record.duration(clip)) is not None:
                durations[turn["id"]] = seconds
    entry.add(quality.spoken_length(entry.built, durations))
    entry.add(quality.plain_words(entry.built))
    entry.add(quality.captioned(entry.built))


def _clips_of_turns(data: dict[str, Any]) -> Iterator[tuple[Where, dict[str, str]]]:
    for i, turn in enumerate(data["turns"]):
        yield ("turns", i, "media"), turn["media"]


def _add_reference_quality(
    entry: Entry[ReferenceSet], reading: Reading, rubrics: Sequence[Rubric], record: Manifest | None
) -> None:
    if entry.built is None or entry.source is None:
        return
    durations: dict[str, float] = {}
    if record is not None:
        entry.problems += check_record(
            entry.source, _sounds(entry.source.data), reading.folder, record
        )
        for one in entry.source.data["references"]:
            if (seconds := record.duration(one["audio"])) is not None:
                durations[one["id"]] = seconds
    vignettes = reading.at_hand
    if (rubric := rubric_of(entry.built, rubrics)) is not None:
        entry.add(reference_quality.spread(entry.built, rubric))
    entry.add(reference_quality.new_to_raters(entry.built, vignettes))
    entry.add(reference_quality.spoken_like_speech(entry.built))
    entry.add(reference_quality.fits_its_window(entry.built, vignettes, durations))


def _sounds(data: dict[str, Any]) -> Iterator[tuple[Where, dict[str, str]]]:
    for i, one in enumerate(data["references"]):
        yield ("references", i), {"audio": one["audio"]}


def _add_likeness(entries: Sequence[Entry[Vignette]]) -> None:
    built = [(entry, entry.built) for entry in entries if entry.built is not None]
    for position, what in quality.alike([vignette for _, vignette in built]):
        built[position][0].add([(("turns",), what)])


def _check_file(path: Path, known: Known) -> tuple[Problem, ...]:
    """A file of a pack is checked against the rest of it; a loose one on its own."""
    folder = path.parent.parent if path.parent.name in FOLDERS.values() else path.parent
    if not (folder / "pack.yaml").exists():
        return _check_loose(path, folder)
    reading = known.read(folder, str(folder))
    _add_quality(reading, known)
    for entry in reading.entries:
        if entry.path == path:
            return tuple(entry.problems)
    return _check_loose(path, folder)


def _check_loose(path: Path, folder: Path) -> tuple[Problem, ...]:
    source, problems = read_source(path)
    if source is None:
        return problems
    shown = str(path)
    entry: Entry[Any]
    match _kind(source.data):
        case "vignette":
            entry = read_vignette(path, shown, folder, str(folder), ("", 0))
            _add_vignette_quality(entry, folder, None)
        case "rubric":
            entry = read_rubric(path, shown, "")
        case "set":
            entry = read_set(path, shown, "")
        case "reference-set":
            entry = read_reference_set(path, shown, folder, "", {})
        case "pack":
            entry = read_entry("pack", path, shown)
        case _:
            what = (
                "is not a vignette (turns), rubric (items), set (vignettes), "
                "reference set (references) or pack"
            )
            return (Problem(shown, 1, "file", what),)
    if entry.source is not None:
        entry.add(quality.protected_names(entry.source.data))
    return tuple(entry.problems)


_TELLING = {
    "turns": "vignette",
    "items": "rubric",
    "vignettes": "set",
    "references": "reference-set",
    "voices_notice": "pack",
}


def _kind(data: dict[str, Any]) -> str:
    """What a file by itself seems to be, by the field that only this kind has."""
    return next((kind for name, kind in _TELLING.items() if name in data), "")
