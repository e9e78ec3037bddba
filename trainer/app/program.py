"""What a program has given out: each assignment with how many have given what, and what to say."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trainer.app import travelling
from trainer.app.assign import write_file
from trainer.app.composing import Written
from trainer.app.packs_inside import pack_up
from trainer.app.paths import Home
from trainer.app.roster import NOTHING, Roster, RosterLine
from trainer.app.work import Outcome
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.store import assignments as rows
from trainer.store.db import Log
from trainer.store.returns import answered
from trainer.store.starts import cut_off


@dataclass(frozen=True, slots=True)
class Given:
    """An assignment that was given out, and of how many all, something or nothing is here.

    ``over`` are those of whom nothing more comes: what is missing was interrupted in a test.
    """

    assignment: Assignment
    complete: int
    partly: int
    nothing: int
    over: int


def overview(log: Log) -> tuple[Given, ...]:
    """Every assignment that was given out here, the newest first."""
    here: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for assignment_id, code, pack, vignette in answered(log):
        here[assignment_id, code].add((pack, vignette))
    return tuple(
        _given(one, here, cut_off(log, one.id) if one.is_test else {})
        for one in given_out_here(log)
    )


def given_out_here(log: Log) -> tuple[Assignment, ...]:
    """Every assignment that was given out here, the newest first."""
    found = (rules.read_document(one) for one in rows.assignments(log, mine=True))
    return tuple(sorted(found, key=lambda one: one.id, reverse=True))


def _given(
    one: Assignment,
    here: Mapping[tuple[str, str], set[tuple[str, str]]],
    cut: Mapping[str, Collection[tuple[str, str]]],
) -> Given:
    forms = {form.name: {(v.pack, v.vignette) for v in form.vignettes} for form in one.forms}
    complete = nothing = over = 0
    for each in one.enrolled:
        given = here.get((one.id, each.code), set()) & forms[each.form]
        left = forms[each.form] - given
        if not left:
            complete += 1
        elif left <= set(cut.get(each.code, ())):
            over += 1
        elif not given:
            nothing += 1
    return Given(one, complete, len(one.enrolled) - complete - nothing - over, nothing, over)


def give_out_again(
    home: Home,
    log: Log,
    asked: Assignment,
    due_at: datetime | None,
    folder: Path,
    *,
    with_packs: bool = False,
) -> Outcome[Written]:
    """Write the file of an assignment with another due date into ``folder``; it replaces the old.

    KnownError: the date is over, or as ``pack_up`` and ``give_out`` say.
    """
    return written_again(home, log, asked, due_at, folder, with_packs=with_packs)[1]()


def written_again(
    home: Home,
    log: Log,
    asked: Assignment,
    due_at: datetime | None,
    folder: Path,
    place: str = "",
    *,
    with_packs: bool = False,
) -> tuple[Path, Callable[[], Outcome[Written]]]:
    """The same; that it is given out is kept by calling the second."""
    now = local_now()
    if due_at is not None and due_at <= now:
        raise KnownError("This due date is over already", "Name a later one, or none.")
    until = f"due {due_at:%Y-%m-%d}" if due_at else "without a due date"
    path = travelling.target_of(folder, asked, until)
    again = replace(asked, due_at=due_at, made_at=now)
    with travelling.scratch(home.folder) as work:
        packs = pack_up(home, again, work) if with_packs else {}
        keep = write_file(log, again, path, packs=packs)

    def kept() -> Outcome[Written]:
        keep()
        return Outcome(Written(asked.id, path, place), Changes.ASSIGNMENTS)

    return path, kept


def reminder(found: Roster) -> str:
    """A message for those of whom something can still come, by code; empty when nothing can."""
    asked = found.assignment
    missing = [line for line in found.lines if line.missing]
    if not missing:
        return ""
    due = asked.due_at
    until = f", due {due.astimezone():%Y-%m-%d %H:%M}" if due else ""
    lines = [
        f"{line.code}: nothing yet" if line.state == NOTHING and not line.interrupted
        else f"{line.code}: {line.answered} of {len(line.asked)}{_cut_told(line)}"
        for line in missing
    ]  # fmt: skip
    return "\n".join(
        (
            f"{asked.title} ({asked.program}){until}: something is still missing from these codes.",
            "",
            *lines,
            "",
            "In Attune, under Today: go on with the assignment, then 'Write the file', and send us "
            "the file. If you have sent it already, please send it once more.",
        )
    )


def _cut_told(line: RosterLine) -> str:
    """Of how many clients nothing is asked for any more, as they do not come again."""
    count = len(line.interrupted)
    if not count:
        return ""
    told = "was interrupted and does" if count == 1 else "were interrupted and do"
    return f" ({count} {told} not come again)"


def codes_told(found: Roster, *, named: bool) -> str:
    """Who has which code and form, a line each, with tabs between; with names only where asked."""
    return "\n".join(
        "\t".join((line.code, line.form, line.name) if named else (line.code, line.form))
        for line in found.lines
    )
