"""``media/media.yaml``: what is on record of each clip: hash, licence, length, intelligibility."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.bank.clips import fault
from trainer.bank.source import Source, Where, read_source
from trainer.domain.errors import Problem

NAME = "media/media.yaml"
WORST_WER = 0.35


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record's rows by the path of their clip, as written in the files that name it."""

    source: Source
    names: dict[str, str]

    def row(self, clip: str) -> dict[str, Any] | None:
        """What is recorded of a clip; None when nothing is."""
        name = self.names.get(clip)
        return None if name is None else self.source.data["clips"][name]

    def problem(self, clip: str, key: str, what: str) -> Problem:
        """``what`` is wrong with a field of a clip's row."""
        return self.source.problem(("clips", self.names[clip], key), what)

    def duration(self, clip: str) -> float | None:
        """Seconds, where recorded."""
        return _number((self.row(clip) or {}).get("duration_s"))


def read_manifest(folder: Path, shown: str) -> tuple[Manifest | None, tuple[Problem, ...]]:
    """The record of the pack in ``folder``; None with the reason when there is none to go by."""
    path, file = folder / NAME, f"{shown}/{NAME}"
    if not path.exists():
        what = "is missing; it records hash, licence and intelligibility of each clip"
        return None, (Problem(file, 1, "file", what),)
    source, problems = read_source(path, file)
    if source is None:
        return None, problems
    clips = source.data.get("clips")
    if not isinstance(clips, dict):
        return None, (*problems, source.problem(("clips",), "is missing or not a group of clips"))
    names: dict[str, str] = {}
    for name, row in clips.items():
        if not isinstance(row, dict):
            problems = (*problems, source.problem(("clips", name), "has no fields"))
            continue
        for kind in ("audio", "video"):
            if isinstance(row.get(kind), str):
                names[row[kind]] = name
    return Manifest(source, names), problems


def check_record(
    source: Source, clips: Iterable[tuple[Where, dict[str, str]]], folder: Path, record: Manifest
) -> list[Problem]:
    """Whether each clip is the one on record, licensed and understandable.

    ``clips``: where in ``source`` a clip's files are named, and those files by kind (audio, video,
    captions); ``folder`` is the pack's.
    """
    problems = []
    for where, media in clips:
        kind = "video" if "video" in media else "audio"
        clip = media.get(kind)
        if clip is None or fault(folder, clip):
            continue  # told as a problem of the file that names it
        row = record.row(clip)
        if row is None:
            problems.append(source.problem((*where, kind), f"is not listed in {NAME}"))
            continue
        problems += _hashes(row, media, folder, record, clip)
        problems += _terms(row, kind, record, clip)
    return problems


def _hashes(
    row: dict[str, Any], media: dict[str, str], folder: Path, record: Manifest, clip: str
) -> Iterator[Problem]:
    for kind, name in media.items():
        key = f"{kind}_sha256"
        wanted = row.get(key)
        if not isinstance(wanted, str):
            yield record.problem(clip, key, f"is missing (the SHA-256 of {name})")
        elif fault(folder, name) is None and _sha256(folder / name) != wanted.lower():
            yield record.problem(clip, key, f"{name} is not the file that was recorded here")


def _terms(row: dict[str, Any], kind: str, record: Manifest, clip: str) -> Iterator[Problem]:
    licence = row.get("licence")
    if not isinstance(licence, str) or not licence.strip():
        yield record.problem(clip, "licence", "is missing; may this clip be passed on?")
    if _number(row.get("duration_s")) is None:
        yield record.problem(clip, "duration_s", "is missing (the clip's length in seconds)")
    errors = _number(row.get("word_error_rate"))
    if errors is None and kind == "audio":
        yield record.problem(clip, "word_error_rate", "is missing; is the voice understandable?")
    elif errors is not None and errors > WORST_WER:
        what = f"{errors:.0%} of the words are misheard, at most {WORST_WER:.0%}; render it again"
        yield record.problem(clip, "word_error_rate", what)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
