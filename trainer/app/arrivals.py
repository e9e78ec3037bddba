"""Several files at once, each taken in or refused with a sentence, and what is said of each."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.app.paths import Home
from trainer.app.receive import Received, receive
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.exchange.bundle import SUFFIX
from trainer.store.db import Log

TAKEN, LATE, BEFORE, REFUSED = "taken", "late", "before", "refused"


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


def take_again(home: Home, log: Log, paths: Sequence[Path]) -> Outcome[tuple[Arrived, ...]]:
    """The same of files that waited for a decision, which was taken."""
    changes = Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.PEOPLE | Changes.RATINGS
    return Outcome(take_in(home, log, paths, lambda _done, _all: None), changes)


# In words, for a table and for the clipboard


def state(one: Arrived) -> str:
    """Whether a file was taken in, taken in but late, here before, or refused."""
    if one.received is None:
        return REFUSED
    if not one.received.new:
        return BEFORE
    return LATE if one.received.late else TAKEN


def whose(one: Arrived) -> str:
    """The code and the assignment of what was taken in, as far as it has them."""
    if one.received is None:
        return ""
    asked = one.received.assignment
    return ", ".join(part for part in (one.received.code, asked.title if asked else "") if part)


def what(one: Arrived) -> str:
    """How much is new and what is to be said of it, or why it was refused."""
    found = one.received
    if found is None:
        assert one.refused is not None  # one or the other
        text = f"{one.refused.text}. {one.refused.hint}".strip()
        return text.replace(str(one.path), one.path.name)
    if found.code:
        count = "1 response" if found.responses == 1 else f"{found.responses} responses"
        said = f"{count}, {found.added} of them new"
    else:
        said = found.said or "an assignment: see Today"
    return "; ".join((said, *found.notes))


def counts(arrived: Iterable[Arrived]) -> dict[str, int]:
    """How many files are in each state."""
    found = Counter(state(one) for one in arrived)
    return {one: found[one] for one in (TAKEN, LATE, BEFORE, REFUSED)}


def as_table(arrived: Iterable[Arrived]) -> str:
    """A line for each file with tabs between: name, state, whose, what."""
    lines = ["file\tstate\twhose\twhat"]
    lines += ["\t".join((one.path.name, state(one), whose(one), what(one))) for one in arrived]
    return "\n".join(lines)


# For the command


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
