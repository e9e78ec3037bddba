"""Several files at once, each taken in or refused with a sentence, told in a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.app.paths import Home
from trainer.app.receive import Received, receive
from trainer.domain.errors import KnownError
from trainer.exchange.bundle import SUFFIX
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Arrived:
    """One file: what became of it, or why it was ``refused``."""

    path: Path
    received: Received | None
    refused: KnownError | None


def files_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """These files, and of folders the Attune files that lie in them, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix == SUFFIX and p.is_file())
        else:
            found.append(path)
    return tuple(found)


def take_in(
    home: Home, log: Log, paths: Sequence[Path], progress: Callable[[int, int], None]
) -> tuple[Arrived, ...]:
    """Take in each file; ``progress`` (bytes done, all bytes) may raise to stop between two."""
    every = files_of(paths)
    sizes = [path.stat().st_size if path.is_file() else 0 for path in every]
    done, arrived = 0, []
    for path, size in zip(every, sizes, strict=True):
        progress(done, sum(sizes))
        try:
            arrived.append(Arrived(path, receive(home, log, path).value, None))
        except KnownError as error:
            arrived.append(Arrived(path, None, error))
        done += size
    progress(1, 1)
    return tuple(arrived)


def as_json(one: Arrived) -> dict[str, Any]:
    """One row of the document of ``attune import --json``."""
    if one.received is None:
        return {"file": str(one.path), "kind": None, "problem": str(one.refused)}
    found = one.received
    return {
        "file": str(one.path),
        "kind": found.kind,
        "problem": None,
        "assignment": found.assignment.id if found.assignment else None,
        "title": found.assignment.title if found.assignment else None,
        "new": found.new,
        "code": found.code or None,
        "responses": found.responses,
        "added": found.added,
        "late": found.late,
        "notes": list(found.notes),
        "said": found.said or None,
        "packs": list(found.packs),
    }


def as_line(one: Arrived) -> str:
    """The same for people."""
    if one.received is None:
        assert one.refused is not None  # one or the other
        return f"{one.path.name}: not taken. {one.refused.text}. {one.refused.hint}".strip()
    found = one.received
    notes = "".join(f"; {note}" for note in found.notes)
    if found.assignment is None:
        return f"{one.path.name}: {found.said}{notes}"
    if not found.code:
        codes = len(found.assignment.enrolled)
        told = f"{codes} codes, {'taken in' if found.new else 'was here before'}{notes}"
        return f"{one.path.name}: the assignment {found.assignment.title}, {told}"
    late = ", late" if found.late else ""
    return (
        f"{one.path.name}: {found.code}, {found.assignment.title}: {found.responses} responses, "
        f"{found.added} of them new{late}{notes}"
    )
