"""What a trainee has to do for the assignments that came, and what is to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trainer.app.assign import came
from trainer.app.kept_back import Kept, kept_back, why_kept
from trainer.app.library import Library
from trainer.app.sitting import Sitting
from trainer.app.submit import is_to_be_written_anew
from trainer.app.today import sitting
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.plan import RATING_AND_FEEDBACK_S, RATING_S, minutes_needed
from trainer.domain.submission import TakenOn
from trainer.domain.vignette import Vignette
from trainer.store import assignments as rows
from trainer.store import consents, people, starts
from trainer.store.db import Log
from trainer.store.put_away import is_away


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many responses, interruptions of a test, and sent ones of whose use something else was
    said since, no file told yet.
    """

    answers: int = 0
    interruptions: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment on somebody's desk.

    ``taken`` is None until they have given their code. ``left`` are the clients to be met, in
    order; ``of`` counts all of the form, ``answered`` those with at least one response. ``unknown``
    are clients (ids) that the library lacks, of all forms before the code is given. ``new`` is
    what was not sent yet. ``minutes`` is about how long what is left takes, before the code is
    given all of the first form, whose clients ``of`` then counts. ``interrupted`` counts clients of
    a test that were heard and have no answer. ``kept`` says, client by client, why they are to be
    met in a test before they are practised. ``away``: somebody put it away, since it is for others.
    """

    assignment: Assignment
    taken: TakenOn | None
    left: tuple[Vignette, ...]
    of: int
    answered: int
    unknown: tuple[str, ...]
    new: Unsent
    late: bool
    minutes: int = 0
    interrupted: int = 0
    kept: tuple[Kept, ...] = ()
    away: bool = False

    @property
    def to_send(self) -> int:
        """How many things were not sent yet."""
        return self.new.answers + self.new.interruptions + self.new.uses

    @property
    def can_begin(self) -> bool:
        """Whether clients can be met now, and the program would take the answers.

        A test's form is fixed: nobody begins with a part of it.
        """
        over = self.late and self.assignment.late == rules.REFUSED
        return bool(self.left) and not over and not (self.assignment.is_test and self.unknown)

    @property
    def done(self) -> bool:
        """Whether nothing is to be done: everything was answered and sent, or it is put away."""
        waits = self.taken is None or self.left or self.kept or self.to_send
        return self.away or not waits


def assigned(
    log: Log, library: Library, person_id: str, now: datetime | None = None
) -> tuple[Assigned, ...]:
    """Every assignment that came, those that are due first."""
    at = now or local_now()
    found = [_assigned(log, library, one, person_id, at) for one in came(log)]
    return tuple(sorted(found, key=lambda one: (one.done, _due(one.assignment))))


def sitting_for(log: Log, library: Library, assignment_id: str, person_id: str) -> Sitting:
    """What is left of an assignment as one sitting; KnownError: not taken on, or nothing left.

    What the assignment asks consent for is said of each recording.
    """
    found = next(
        (o for o in assigned(log, library, person_id) if o.assignment.id == assignment_id), None
    )
    if found is None or found.taken is None:
        raise KnownError("You have not begun with this assignment", "Give your code first.")
    asked = found.assignment
    if not found.left and found.kept:
        raise KnownError(
            f"The clients that are left in {asked.title} are kept for a test",
            " ".join(dict.fromkeys(why_kept(one) for one in found.kept)),
        )
    if not found.left:
        raise KnownError(f"Everything is answered: {asked.title}", "Send it to the program.")
    if asked.is_test and found.unknown:  # its form is fixed: nobody begins with a part of it
        raise KnownError(
            f"Clients of this test are not in your library: {', '.join(found.unknown)}",
            "Ask the program for the pack that has them, and put it into the packs folder.",
        )
    rubric = next((one for one in library.rubrics if one.ref == asked.rubric), None)
    if rubric is None:
        raise KnownError(
            f"The rubric of this assignment is not in your library: {asked.rubric.rubric}, "
            f"version {asked.rubric.version}",
            "Ask the program for the pack that has it, and put it into the packs folder.",
        )
    person = people.person(log, person_id)
    consent = Consent(asked.use, asked.keep_months)
    made = sitting(log, person, found.left, rubric, objective="", consent=consent)
    return replace(made, assignment=asked, before=found.of - len(found.left) - len(found.kept))


def _assigned(
    log: Log, library: Library, asked: Assignment, person_id: str, at: datetime
) -> Assigned:
    taken = rows.taken_on(log, asked.id, person_id)
    late = rules.is_late(asked, at)
    if taken is None:
        form = asked.forms[0].vignettes
        known = [v for ref in form if (v := library.vignette(ref.pack, ref.vignette))]
        lacking = library.lacks(ref for one in asked.forms for ref in one.vignettes)
        return Assigned(
            asked, None, (), len(form), 0, lacking, Unsent(), late, _minutes(asked, known),
            away=is_away(log, asked.id),
        )  # fmt: skip
    given = rows.answers_for(log, asked.id, person_id)
    sent = rows.sent_of(log, asked.id, person_id, taken.code)
    anew = is_to_be_written_anew(log, taken)
    answers = {(pack, name) for _, pack, name in given}
    heard = starts.heard(log, asked.id, person_id)
    tested = {} if asked.is_test else kept_back(log, person_id, at)
    left, unknown, kept = [], [], []
    form = rules.vignettes_for(asked, taken.code)
    for ref in form:
        vignette = library.vignette(ref.pack, ref.vignette)
        if vignette is None or vignette.ref.vignette_version != ref.vignette_version:
            unknown.append(ref.vignette)
        elif (ref.pack, ref.vignette) in answers | heard:
            continue
        elif why := tested.get((ref.pack, ref.vignette)):
            kept.append(why)
        else:
            left.append(vignette)
    new = Unsent(
        sum(response not in sent for response, _, _ in given),
        starts.to_tell(log, asked.id, person_id, again=anew),
        len({one.response_id for one in consents.to_tell(log, asked.id, person_id)}),
    )
    answered = sum((ref.pack, ref.vignette) in answers for ref in form)
    return Assigned(
        asked, taken, tuple(left), len(form), answered, tuple(unknown), new, late,
        _minutes(asked, left), len(heard - answers), tuple(kept),
    )  # fmt: skip


def _minutes(asked: Assignment, vignettes: Sequence[Vignette]) -> int:
    afterwards_s = RATING_S if asked.is_test else RATING_AND_FEEDBACK_S
    return minutes_needed(vignettes, asked.window_s, afterwards_s)


def _due(asked: Assignment) -> float:
    return asked.due_at.timestamp() if asked.due_at else float("inf")
