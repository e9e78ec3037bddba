"""Packs that travel inside an assignment: put in by the program, put into the trainee's library.

A pack is content: text and sound, checked like any other, and nothing in it is run. Of one id there
is one pack in a library, for responses name it by that; so none that is there is ever replaced.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trainer import bank
from trainer.app import assign
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home, bundled
from trainer.app.work import OnLog, Outcome
from trainer.domain.assignment import Assignment
from trainer.domain.errors import ContentError, KnownError
from trainer.exchange.bundle import Bundle, Member, refusal
from trainer.store import assignments as rows
from trainer.store import files
from trainer.store.db import Log
from trainer.store.put_away import is_away
from trainer.store.trouble import file_errors

PREFIX = "packs/"
AWAY = (
    "it is put away, since it is for others: take it up again under Today, or with 'attune away "
    "--back'"
)
MOST = 20
MOST_BYTES = 2_000_000_000
Step = Callable[[int], None]


def pack_up(home: Home, assignment: Assignment, work: Path) -> dict[str, Path]:
    """Zips in the folder ``work`` of the packs that an assignment rests on, by their member's name.

    Those that come with Attune stay out: a library that has its own version of one keeps it.
    KnownError: one has a problem that the trainees' Attune would refuse it for.
    """
    wanted = other_packs(assignment)
    if not wanted:
        return {}
    library, found = load_library(pack_folders(home)), {}
    for pack_id, folder in _own(home):
        if pack_id in wanted and f"{PREFIX}{pack_id}{bank.SUFFIX}" not in found:
            target = work / f"{pack_id}{bank.SUFFIX}"
            bank.zip_up(folder, target)
            if problems := bank.check((target,), library.rubrics, library.vignettes):
                raise KnownError(
                    f"The pack {pack_id} has problems, of which the first is {problems[0]}",
                    f"Mend them ('attune check {folder}' tells them all), or leave packs out.",
                )
            found[f"{PREFIX}{target.name}"] = target
    return found


@cache
def bundled_packs() -> frozenset[str]:
    """The packs (ids) that every library has."""
    found = (bank.identity(one) for one in bundled("scenarios").iterdir() if one.is_dir())
    return frozenset(one[0] for one in found if one is not None)


def other_packs(assignment: Assignment) -> frozenset[str]:
    """The packs (ids) that it rests on and that not every library has."""
    packs = {one.pack for form in assignment.forms for one in form.vignettes}
    return frozenset(packs | {assignment.rubric.pack}) - bundled_packs()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What became of an assignment with packs: the ``installed`` (ids), and what is to be told."""

    assignment: Assignment
    new: bool
    installed: tuple[str, ...]
    notes: tuple[str, ...]


def take_in(home: Home, log: OnLog, found: Bundle, work: Path, step: Step) -> Outcome[Unpacked]:
    """Keep an assignment, and put the packs that came with it into the library.

    KnownError: the assignment is not accepted, or a pack was altered on its way; nothing was
    changed. A pack that cannot be used is left out, and told.
    """
    asked = log(lambda log: assign.accepted(log, found))
    zips = [_take_out(found, member, work, step) for member in _members(found)]
    installed, notes = [], []
    for path in zips:
        name, told = _install(home, path, work)
        installed += [name] if name else []
        notes.append(told)
    done = log(lambda log: assign.take_in(log, found))
    assignment, new = done.value
    if new:  # else it was told, and Today tells it still
        notes.append(_lacking(home, asked))
    if log(lambda log: _is_away(log, assignment.id)):
        notes.append(AWAY)
    told_all = tuple(note for note in notes if note)
    return Outcome(Unpacked(assignment, new, tuple(installed), told_all), done.changes)


def _is_away(log: Log, assignment_id: str) -> bool:
    """Whether it is for others, as somebody said, and nobody here took it on all the same."""
    return is_away(log, assignment_id) and not rows.is_taken_on(log, assignment_id)


def _lacking(home: Home, asked: Assignment) -> str:
    """What is said of clients that the library has not; nothing when it has them all."""
    wanted = (one for form in asked.forms for one in form.vignettes)
    lacking = load_library(pack_folders(home)).lacks(wanted)
    if not lacking:
        return ""
    named = f"{', '.join(lacking[:3])}{', …' if len(lacking) > 3 else ''}"
    return (
        f"{len(lacking)} of its clients {'is' if len(lacking) == 1 else 'are'} not in your "
        f"library, or in another version ({named}): ask for the file with packs"
    )


def _own(home: Home) -> Iterator[tuple[str, Path]]:
    """The packs that a person added: id and folder, as the library reads them."""
    inside = bundled("scenarios")
    for place in pack_folders(home):
        if place.parent != inside:
            try:
                folder = place if place.is_dir() else bank.unpacked(place, lambda _: None)
            except ContentError:  # the library tells of it
                continue
            if (found := bank.identity(folder)) is not None:
                yield found[0], folder


def _members(found: Bundle) -> tuple[Member, ...]:
    members = found.manifest.members
    for member in members:
        if not (member.name.startswith(PREFIX) and member.name.endswith(bank.SUFFIX)):
            raise refusal(found.path, f"{member.name!r} is nothing that belongs into an assignment")
    if len(members) > MOST or sum(member.size for member in members) > MOST_BYTES:
        raise refusal(found.path, f"it holds more than {MOST} packs, or more than 2 GB of them")
    return members


def _take_out(found: Bundle, member: Member, work: Path, step: Step) -> Path:
    target = work / f"{found.manifest.members.index(member)}{bank.SUFFIX}"
    with file_errors(work):
        if not found.take_out(member, target, step):
            raise refusal(found.path, f"{member.name} is damaged")
    return target


def _install(home: Home, path: Path, work: Path) -> tuple[str, str]:
    """Put a pack into the library: its id when it was, and what is to be told of it."""
    opened = work / "opened"
    try:
        if bank.grows(path):
            return "", "a pack in it was left out: it is compressed, which Attune never does"
        return _checked(home, path, bank.open_pack(path, opened))
    except ContentError as error:
        return "", f"a pack in it was left out: {error.problems[0].what}"
    finally:
        shutil.rmtree(opened, ignore_errors=True)


def _checked(home: Home, path: Path, folder: Path) -> tuple[str, str]:
    """The zip at ``path`` to its place, if nothing is to be said against what was in it."""
    named = bank.identity(folder)
    if named is None:
        return "", "a pack in it was left out: it does not tell its name and version"
    pack_id, version = named
    if (said := _here_already(home, pack_id, version, folder)) is not None:
        return "", said
    library = load_library(pack_folders(home))
    if problems := bank.check((folder,), library.rubrics, library.vignettes):
        first = str(problems[0]).replace(f"{folder}{os.sep}", "").replace(str(folder), pack_id)
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        return "", f"the pack {pack_id} was left out: {first}{more}"
    with file_errors(home.packs):
        home.packs.mkdir(parents=True, exist_ok=True)
        files.move(path, _free(home.packs, pack_id))
    return pack_id, f"the pack {pack_id} (version {version}) is in your library now"


def _here_already(home: Home, pack_id: str, version: int, folder: Path) -> str | None:
    """What is said of a pack whose id is taken: nothing where it is the very same."""
    for place in pack_folders(home):
        try:
            here = place if place.is_dir() else bank.unpacked(place, lambda _: None)
        except ContentError:
            continue
        if (known := bank.identity(here)) is None or known[0] != pack_id:
            continue
        if bank.fingerprint(here) == bank.fingerprint(folder):
            return ""
        other = "with other content" if known[1] == version else f"not version {version}"
        return (
            f"the pack {pack_id} was left out: version {known[1]} of it is in your library, "
            f"{other}, and stays as it is"
        )
    return None


def _free(packs: Path, pack_id: str) -> Path:
    """A name that nothing has yet."""
    names = (f"{pack_id}{f'-{n}' if n else ''}{bank.SUFFIX}" for n in range(1000))
    return next(packs / name for name in names if not (packs / name).exists())
