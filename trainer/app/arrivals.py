"""Several files at once, each taken in or refused with a sentence, and what is said of each."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer.app.assign import given_out
from trainer.app.paths import Home
from trainer.app.receive import receive_beside
from trainer.app.received import Received
from trainer.app.submission_in import is_late
from trainer.app.submit import KIND as SUBMISSION
from trainer.app.whose import InDoubt
from trainer.app.work import OnLog, Outcome, at_hand
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.counted import counted
from trainer.domain.errors import ForOthers, KnownError
from trainer.exchange.bundle import SUFFIX
from trainer.store.db import Log

TAKEN, LATE, BEFORE, REFUSED, PASSED = "taken", "late", "before", "refused", "passed"
Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Arrived:
    """One file: what became of it, or why it was ``refused``; neither: it is not for this computer.

    ``found`` where nobody named it: it lay in a folder or a shared place that was looked into.
    """

    path: Path
    received: Received | None
    refused: KnownError | None
    found: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be taken in: its size (bytes), and whether it was ``found`` in a folder."""

    path: Path
    size: int
    found: bool


def files_of(paths: Sequence[Path]) -> tuple[File, ...]:
    """These files, and of folders the Attune files that lie in them, by name.

    Where one may not look, the path itself: to take it in tells why.
    """
    every: list[File] = []
    for path in paths:
        try:
            every += _lying(path)
        except OSError:
            every.append(File(path, 0, False))
    return tuple(every)


def _lying(path: Path) -> list[File]:
    if not path.is_dir():
        return [File(path, path.stat().st_size if path.is_file() else 0, False)]
    inside = sorted(p for p in path.iterdir() if p.suffix == SUFFIX and p.is_file())
    return [File(one, one.stat().st_size, True) for one in inside]


def take_in(
    home: Home, log: Log, paths: Sequence[Path], progress: Callable[[int, int], None]
) -> tuple[Arrived, ...]:
    """Take in each file; ``progress`` (bytes done, all bytes) may raise to stop, also within one:
    what came before it is kept, and of itself nothing.
    """
    every = files_of(paths)
    whole, done, arrived = sum(one.size for one in every), 0, []
    for one in every:
        progress(done, whole)
        arrived.append(take_one(home, at_hand(log), one, _counted(progress, done, one.size, whole)))
        done += one.size
    progress(1, 1)
    return as_now(log, [each.value for each in arrived])


def take_one(home: Home, log: OnLog, file: File, step: Step) -> Outcome[Arrived]:
    """One of them, from any thread."""
    try:
        done = receive_beside(home, log, file.path, step)
    except ForOthers as error:
        refused = None if file.found else error
        return Outcome(Arrived(file.path, None, refused, file.found), Changes.NOTHING)
    except KnownError as error:
        return Outcome(Arrived(file.path, None, error, file.found), Changes.NOTHING)
    return Outcome(Arrived(file.path, done.value, None, file.found), done.changes)


def as_now(log: Log, arrived: Iterable[Arrived]) -> tuple[Arrived, ...]:
    """These again: what was late is not, where a file that came after it was in time."""
    known: dict[str, Assignment] = {}

    def now(one: Arrived) -> Arrived:
        found = one.received
        if found is None or not found.late or found.assignment is None:
            return one
        asked = known.get(found.assignment.id) or given_out(log, found.assignment.id)
        known[asked.id] = asked
        return replace(one, received=replace(found, late=is_late(log, asked, found.id)))

    return tuple(map(now, arrived))


def _counted(progress: Callable[[int, int], None], before: int, size: int, whole: int) -> Step:
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done = min(size, done + count)
        progress(before + done, whole)

    return step


# In words, for a table and for the clipboard


def state(one: Arrived) -> str:
    """Whether a file was taken in, taken in but late, here before, refused, or passed by."""
    if one.received is None:
        return REFUSED if one.refused else PASSED
    if not one.received.new:
        return BEFORE
    return LATE if one.received.late else TAKEN


def whose(one: Arrived) -> str:
    """The code and the assignment of what was taken in, or the rater, as far as it has them; of
    what waits for a decision, the code that stands in it.
    """
    if isinstance(one.refused, InDoubt):
        return f"{one.refused.code}, says the file"
    if one.received is None:
        return ""
    found = one.received
    asked = found.assignment.title if found.assignment else ""
    return ", ".join(part for part in (found.code, asked, found.rater) if part)


def what(one: Arrived) -> str:
    """How much is new and what is to be said of it, or why it was refused."""
    found = one.received
    if one.refused is not None:
        text = f"{one.refused.text}. {one.refused.hint}".strip()
        return text.replace(str(one.path), one.path.name)
    if found is None:
        return "not for this computer"
    if found.kind == SUBMISSION:
        said = f"{counted(found.responses, 'response')}, {found.added} of them new"
    else:
        said = found.said or "an assignment: see Today"
    return "; ".join((said, *found.notes))


def counts(arrived: Iterable[Arrived]) -> dict[str, int]:
    """How many files are in each state."""
    found = Counter(state(one) for one in arrived)
    return {one: found[one] for one in (TAKEN, LATE, BEFORE, REFUSED, PASSED)}


def to_tell(arrived: Iterable[Arrived]) -> tuple[Arrived, ...]:
    """Those that are told one by one; the others, which are for others, are only counted."""
    return tuple(one for one in arrived if state(one) != PASSED)


def passed_told(count: int) -> str:
    """How many are for others, in a sentence without its full stop; empty for none."""
    if not count:
        return ""
    return f"{'1 file is' if count == 1 else f'{count} files are'} not for this computer"


def as_table(arrived: Iterable[Arrived], said: Callable[[Arrived], str] = what) -> str:
    """A line for each file with tabs between: name, state, whose, and what is ``said`` of it."""
    lines = ["file\tstate\twhose\twhat"]
    lines += ["\t".join((one.path.name, state(one), whose(one), said(one))) for one in arrived]
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
        "consent": found.assignment.consent_text if found.assignment else None,
    }


def as_lines(arrived: Sequence[Arrived]) -> list[str]:
    """A line for each that somebody named or that is new; the others counted in one."""
    found = [one for one in to_tell(arrived) if one.found and state(one) == BEFORE]
    lines = [as_line(one) for one in to_tell(arrived) if one not in found]
    if len(found) == 1:
        lines.append(as_line(found[0]))
    elif found:
        lines.append(f"{len(found)} files were here before")
    return [*lines, *filter(None, [passed_told(counts(arrived)[PASSED])])]


def as_line(one: Arrived) -> str:
    """The same for people."""
    if one.received is None:
        assert one.refused is not None  # one or the other
        return f"{one.path.name}: not taken. {one.refused.text}. {one.refused.hint}".strip()
    found = one.received
    notes = "".join(f"; {note}" for note in found.notes)
    if found.assignment is None:
        return f"{one.path.name}: {found.said}{notes}"
    if found.kind != SUBMISSION:
        count = len(found.assignment.enrolled)
        codes = "1 code" if count == 1 else f"{count} codes"
        told = f"{codes}, {'taken in' if found.new else 'was here before'}{notes}"
        return f"{one.path.name}: the assignment {found.assignment.title}, {told}"
    late = ", late" if found.late else ""
    many = "1 response" if found.responses == 1 else f"{found.responses} responses"
    return (  # what is nobody's has no code
        f"{one.path.name}: {whose(one)}: {many}, {found.added} of them new{late}{notes}"
    )
