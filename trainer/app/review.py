"""One response as it is looked at again: its feedback, its place among the attempts, its note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from trainer.app.feedback import Feedback, feedback
from trainer.app.library import Library
from trainer.app.others import OthersHeard, others_heard
from trainer.app.work import Outcome, Runner
from trainer.domain.changes import Changes
from trainer.domain.consent import Statement
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Note
from trainer.store import consents, measures, notes, queries, sessions
from trainer.store.db import Log
from trainer.store.starts import is_closed

MOST_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of a person's responses to the same turn."""

    response_id: str
    attempt: int
    at: datetime
    rated: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A response's feedback; its attempts (oldest first); how many earlier values each measure has.

    ``set_title`` is empty for a single vignette from the library. ``consent`` is the newest
    statement; None when nothing was ever said. ``others`` is empty before the self-rating is
    locked. ``closed``: it is of a test and waits for others' ratings; nothing was measured then, as
    far as is shown, and it is not to be played. ``alone``: nobody may rate it (any more).
    """

    feedback: Feedback
    attempts: tuple[Attempt, ...]
    earlier: dict[str, int]
    set_title: str
    consent: Statement | None
    others: OthersHeard
    closed: bool = False
    alone: bool = False


def review(log: Log, library: Library, response_id: str) -> Review:
    """Read one response with all that is shown around it; to be run on the log's thread."""
    found, closed = feedback(log, library, response_id), is_closed(log, response_id)
    response = found.response
    rows = queries.log_rows(
        log,
        response.person_id,
        limit=MOST_ATTEMPTS,
        vignette=response.vignette.vignette,
        pack=response.vignette.pack,
    )
    attempts = tuple(
        Attempt(row.id, row.attempt, row.started_at, bool(row.scores))
        for row in reversed(rows)
        if row.turn == response.turn
    )
    earlier = {
        figure.name: len(
            measures.measure_history(
                log, response.person_id, figure.name, before_response_id=response.id
            )
        )
        for figure in found.figures
        if figure.baseline is None
    }
    return Review(
        found,
        attempts,
        earlier,
        _set_title(log, library, response.session_id),
        consents.consent_of(log, response_id),
        others_heard(log, library, response),
        closed,
        bool(consents.held_back(log, (response_id,))),
    )


def keep_note(
    log: Log, response_id: str, change_next: str, hooked: bool | None, met: tuple[int, ...]
) -> Outcome[None]:
    """Add what the person made of the feedback; the newest note of a response counts."""
    note = Note(new_id(), response_id, change_next.strip(), hooked, met, local_now())
    notes.add_note(log, note)
    return Outcome(None, Changes.NOTES)


class Notes:
    """What is made of feedback, on its way into the log; what it refuses is tried again later."""

    def __init__(self, runner: Runner, failed: Callable[[Exception], None]) -> None:
        self._runner, self._failed = runner, failed
        self._newest: dict[str, tuple[str, bool | None, tuple[int, ...]]] = {}  # by response
        self._waiting: set[str] = set()

    def keep(
        self, response_id: str, change_next: str, hooked: bool | None, met: tuple[int, ...]
    ) -> None:
        """Keep what was made of the feedback on a response, and what was refused before."""
        self._newest[response_id] = (change_next, hooked, met)
        self._waiting.add(response_id)
        self.try_again()

    def try_again(self) -> None:
        """Keep what was refused, if anything; to be called whenever a person goes on."""
        waiting, self._waiting = self._waiting, set()
        for response_id in sorted(waiting):
            self._send(response_id)

    def _send(self, response_id: str) -> None:
        note = self._newest[response_id]

        def refused(error: Exception) -> None:
            if self._newest[response_id] is note:  # else what counts is on its way already
                self._waiting.add(response_id)
            self._failed(error)

        self._runner.change(lambda log: keep_note(log, response_id, *note), failed=refused)


def _set_title(log: Log, library: Library, session_id: str) -> str:
    session = sessions.session(log, session_id)
    for known in library.sets:
        if (known.pack, known.id) == (session.pack, session.set_id):
            return known.title
    if not session.set_id and session.objective:  # what was due that day
        return f"a set on {session.objective}"
    return session.set_id
