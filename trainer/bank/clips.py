"""The media that files name: there, inside the pack, and captioned with what is said."""

from pathlib import Path, PurePosixPath
from typing import Any

from trainer.bank.build import times_of
from trainer.bank.captions import Cue, read_times
from trainer.bank.source import Source, Where, legible
from trainer.bank.wording import words
from trainer.domain.errors import ContentError, Problem

Cues = dict[str, tuple[Cue, ...]]


def read_clips(source: Source, folder: Path, shown: str) -> tuple[Cues, list[Problem]]:
    """Captions by turn id of a vignette that fits its schema, and what is wrong with its files.

    ``folder`` is the pack's, ``shown`` is its name in problems.
    """
    cues: Cues = {}
    problems: list[Problem] = []
    for i, turn in enumerate(source.data["turns"]):
        for kind, name in turn["media"].items():
            where: Where = ("turns", i, "media", kind)
            if what := fault(folder, name):
                problems.append(source.problem(where, what))
            elif kind == "captions":
                try:
                    cues[turn["id"]] = read_times(folder / name, f"{shown}/{name}")
                except ContentError as error:
                    problems += error.problems
                else:
                    problems += _match(source, where, turn, cues[turn["id"]])
    return cues, problems


def missing_sounds(source: Source, folder: Path) -> list[Problem]:
    """What is wrong with the sound files of a reference set that fits its schema."""
    return [
        source.problem(("references", i, "audio"), what)
        for i, one in enumerate(source.data["references"])
        if (what := fault(folder, one["audio"]))
    ]


def fault(folder: Path, name: str) -> str | None:
    """Why the pack in ``folder`` cannot use a file called ``name``; None when it can."""
    parts = PurePosixPath(name).parts
    shown = legible(name)
    if ".." in parts or name.startswith("/") or set(name) & set("\\:\0"):
        return f"'{shown}' leads out of the pack; write it as media/... with / between folders"
    try:
        path = (folder / name).resolve()
        if not path.is_file():
            return f"the file '{shown}' is missing from the pack"
        if not path.is_relative_to(folder.resolve()):
            return f"'{shown}' is a link that leads out of the pack; copy the file itself"
        return None if path.stat().st_size else f"the file '{shown}' is empty"
    except (OSError, RuntimeError):  # RuntimeError: links that lead in a circle
        return f"the file '{shown}' cannot be read"


def _match(
    source: Source, where: Where, turn: dict[str, Any], cues: tuple[Cue, ...]
) -> list[Problem]:
    """The captions say what the sentences say; else the first words that differ."""
    texts = [sentence["text"] for sentence in turn["says"]]
    if times_of(texts, cues) is not None:
        return []
    said = [word for text in texts for word in words(text)]
    read = [word for cue in cues for word in words(cue.text)]
    if said == read:
        return [source.problem(where, "one caption runs over two sentences; begin each anew")]
    same = next((i for i, (a, b) in enumerate(zip(said, read, strict=False)) if a != b), None)
    at = min(len(said), len(read)) if same is None else same
    wanted, found = _run(said, at), _run(read, at)
    what = f"captions differ from 'says': {found} is captioned where {wanted} is said"
    return [source.problem(where, what)]


def _run(said: list[str], at: int) -> str:
    some = " ".join(said[at : at + 4])
    return f"'{some}'" if some else "nothing"
