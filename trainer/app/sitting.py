"""What one person sits down to practise, and its beginning and end in the log."""

from dataclasses import dataclass, replace
from datetime import datetime

from trainer.app.work import Outcome
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent
from trainer.domain.ids import new_id
from trainer.domain.response import Person, Session, SessionEnd, TakePlan
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Turn, Vignette
from trainer.store import assignments, drafts, sessions
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is about to be practised. ``attempts`` counts earlier responses per vignette id.

    ``consent`` is said of each recording that is made; None: nothing is said. ``before`` counts
    the clients of the set that were met before it was left, and is now gone on with.
    ``assignment``: it is held for it, and under its rules.
    """

    session: Session
    person: Person
    vignettes: tuple[Vignette, ...]
    rubric: Rubric
    attempts: dict[str, int]
    consent: Consent | None = None
    before: int = 0
    assignment: Assignment | None = None

    def window_s(self, turn: Turn) -> float:
        """How long an answer may be (s): as the assignment says, or the vignette."""
        return (self.assignment.window_s if self.assignment else None) or turn.window_s

    def may_repeat(self, vignette: Vignette, attempt: int) -> bool:
        """Whether one may answer once more after ``attempt``: an assignment may say how often."""
        most = self.assignment.attempts if self.assignment else 0
        return not most or attempt - self.attempts.get(vignette.id, 0) < most


def plan_take(
    sitting: Sitting, index: int, attempt: int, change_tried: str, started_at: datetime
) -> TakePlan:
    """All that is known of a response to the sitting's vignette at ``index`` before it is given."""
    vignette = sitting.vignettes[index]
    return TakePlan(
        response_id=new_id(),
        person_id=sitting.person.id,
        session_id=sitting.session.id,
        vignette=vignette.ref,
        turn=vignette.turns[0].id,
        attempt=attempt,
        position=sitting.before + index + 1,
        started_at=started_at,
        change_tried=change_tried,
        consent=sitting.consent,
    )


def begin_session(log: Log, sitting: Sitting) -> Outcome[None]:
    """Enter the session; to be run before its first response is kept.

    Of a set it is also kept who is to be met, so that it can be gone on with; an assignment knows
    that by itself.
    """
    session = sitting.session
    with log.atomic(durable=True):
        new = sessions.add_session(log, session)
        if new and sitting.assignment is not None:
            assignments.assign_session(log, session.id, sitting.assignment.id)
        elif new and len(sitting.vignettes) > 1:
            clients = [[v.ref.pack, v.id] for v in sitting.vignettes]
            drafts.save_draft(
                log, set_key(session.person_id), {"session": session.id, "clients": clients}
            )
    return Outcome(None, Changes.SESSIONS)


def set_key(person_id: str) -> str:
    """Under which it is kept what the person's newest set consists of."""
    return f"set:{person_id}"


def end_session(log: Log, end: SessionEnd) -> Outcome[None]:
    """Enter how hard the set felt, and the line of reflection."""
    sessions.end_session(log, replace(end, reflection=end.reflection.strip()))
    return Outcome(None, Changes.SESSIONS)
