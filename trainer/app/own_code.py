"""The code that a trainee typed, put right: for one assignment, before or after it was sent."""

from dataclasses import dataclass, replace

from trainer.app.assign import check_not_begun, find_came
from trainer.app.work import Outcome
from trainer.domain import assignment as rules
from trainer.domain.changes import Changes
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.store import assignments as rows
from trainer.store import starts
from trainer.store.db import Log
from trainer.store.times import after


@dataclass(frozen=True, slots=True)
class Change:
    """What another code does, in sentences (``lines``). ``sent``: all is to be sent again."""

    was: str
    code: str
    lines: tuple[str, ...]
    sent: bool


def what_changes(log: Log, assignment_id: str, person_id: str, code: str) -> Change:
    """What it would do. KnownError: not taken on, no such code, or somebody else's here."""
    asked = find_came(log, assignment_id)
    taken = rows.taken_on(log, assignment_id, person_id)
    if taken is None:
        raise KnownError(f"You have not begun with {asked.title}", "Give your code there.")
    form = {(ref.pack, ref.vignette) for ref in rules.vignettes_for(asked, code)}
    if rows.holds_code(log, assignment_id, code) - {person_id}:
        raise KnownError(
            f"Somebody else has taken this assignment on as {code} here",
            "A code is one person's. Ask the program for yours.",
        )
    check_not_begun(log, assignment_id, code)
    met = starts.heard(log, assignment_id, person_id)
    given = {(pack, name) for _, pack, name in rows.answers_for(log, assignment_id, person_id)}
    sent = rows.sent_as(log, assignment_id, person_id)
    lines = []
    if other := (met | given) - form:
        many, left = len(other), len(form - met - given)
        lines.append(
            f"{many} of the clients you have met {by_count(many, 'is', 'are')} not among those of "
            f"{code}, who has another form: {left} {by_count(left, 'is', 'are')} still to be met. "
            "Tell the program."
        )
    if (was := sent[-1] if sent else "") and code not in sent:
        lines.append(
            f"You have sent your answers as {was}. They are all written again as {code}: send that "
            "file, and tell the program that it takes the place of the earlier one."
        )
    elif not sent:
        lines.append("Nothing was sent yet, so the program sees the new code alone.")
    return Change(taken.code, code, tuple(lines), bool(sent) and code not in sent)


def put_right(log: Log, assignment_id: str, person_id: str, code: str) -> Outcome[Change]:
    """Go on under another code; the old one stays on record. KnownError as ``what_changes``."""
    found = what_changes(log, assignment_id, person_id, code)
    taken = rows.taken_on(log, assignment_id, person_id)
    assert taken is not None  # what changes was found
    if taken.code == code:
        return Outcome(found, Changes.NOTHING)
    at = after(taken.at, local_now())
    rows.take_on(log, replace(taken, id=new_id(), code=code, at=at))
    return Outcome(found, Changes.ASSIGNMENTS)
