"""What waits on the first screen: what to practise, what is not finished, what a crash left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trainer.app.kept_back import kept_back, reserved, why_kept
from trainer.app.library import Library
from trainer.app.sitting import Sitting, set_key
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.plan import RECENT, choose, focus_skill, level_now, minutes_needed
from trainer.domain.response import Person, Session
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import SKILLS, Vignette
from trainer.store import drafts, people, queries, responses, sessions
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Today:
    """The first screen's read model. ``unrated`` are responses that have no self-rating yet.

    ``begun`` is a set that was begun today and left; then ``vignettes`` are those of its clients
    who were not answered, and ``before`` counts those who were.
    """

    person: Person
    first_time: bool
    skill: str
    level: str
    set_id: str
    title: str
    vignettes: tuple[Vignette, ...]
    minutes: int
    responses: int
    unrated: tuple[queries.LogRow, ...]
    recent: tuple[queries.LogRow, ...]
    reflection: str
    begun: Session | None = None
    before: int = 0


FIRST_SET = "first-evening"
SKILLS_RUBRIC = ("core", "alliance-skills")  # whose items are the three skills


def today(
    log: Log, library: Library, person_id: str, repetitions: int, *, anew: bool = False
) -> Today:
    """Choose today's set and find what is unfinished; to be run on the log's thread.

    ``anew``: another set, also where one was begun today and left.
    """
    person = people.person(log, person_id)
    rows = queries.log_rows(log, person_id, limit=50)
    count = queries.count_responses(log, person_id)
    past = queries.session_rows(log, person_id, limit=5)
    skill = focus_skill({s: _recent_scores(log, person_id, s) for s in SKILLS})
    level = level_now([f.felt for f in queries.felt_history(log, person_id) if f.felt])
    met = {v: entry.at for (_pack, v), entry in queries.last_practised(log, person_id).items()}
    tested = reserved(log, person_id)
    free = tuple(v for v in library.vignettes if (v.ref.pack, v.id) not in tested)
    set_id, title, vignettes = _choose(library, free, count, skill, level, met, repetitions)
    left = None if anew else _left(log, free, person_id)
    if left is not None:
        session, vignettes = left.session, left.vignettes
        set_id, title, skill = session.set_id, "", session.objective or skill
    return Today(
        person=person,
        first_time=count == 0,
        skill=skill,
        level=level,
        set_id=set_id,
        title=title,
        vignettes=vignettes,
        minutes=minutes_needed(vignettes),
        responses=count,
        unrated=tuple(row for row in rows if not row.scores),
        recent=rows[:5],
        reflection=next((s.reflection for s in past if s.reflection), ""),
        begun=left.session if left else None,
        before=left.before if left else 0,
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """A set of this day that was begun and not ended: who is still to be met in it."""

    session: Session
    vignettes: tuple[Vignette, ...]
    before: int


def _left(log: Log, free: Sequence[Vignette], person_id: str) -> _Left | None:
    """The newest set, if it was begun today, and some of its clients were answered and not all."""
    kept = drafts.draft(log, set_key(person_id))
    known = queries.session_rows(log, person_id, limit=50)
    row = next((s for s in known if kept and s.id == kept["session"]), None)
    if kept is None or row is None or row.ended_at is not None:
        return None
    session = sessions.session(log, row.id)
    if session.started_at.date() != local_now().date():
        return None
    rows = queries.log_rows(log, person_id, limit=50)
    answered = {(r.pack, r.vignette) for r in rows if r.session_id == session.id}
    clients = kept["clients"]
    assert isinstance(clients, list)
    wanted = [(pack, name) for pack, name in clients if (pack, name) not in answered]
    may = {(v.ref.pack, v.id): v for v in free}
    vignettes = tuple(may[one] for one in wanted if one in may)
    before = len(clients) - len(wanted)
    return _Left(session, vignettes, before) if vignettes and before else None


def _recent_scores(log: Log, person_id: str, skill: str) -> list[float]:
    """The newest self-ratings of a skill on the rubric that has it as an item, oldest first."""
    pack, rubric = SKILLS_RUBRIC
    points = queries.item_points(
        log, person_id, rubric, skill, pack=pack, role="self", newest=RECENT
    )
    return [point.score for point in points]


def _choose(
    library: Library,
    free: Sequence[Vignette],
    count: int,
    skill: str,
    level: str,
    met: dict[str, datetime],
    repetitions: int,
) -> tuple[str, str, tuple[Vignette, ...]]:
    """A newcomer gets the set made for a first evening; after it, what is due.

    ``free`` are the clients who may be met: none of a test that waits.
    """
    if count == 0:
        for first in library.sets:
            found = tuple(v for v in library.vignettes_of(first) if v in free)
            if first.id == FIRST_SET and found:
                return first.id, first.title, found
    return "", "", choose(free, skill, level, met, repetitions)


def sitting(
    log: Log,
    person: Person,
    vignettes: Sequence[Vignette],
    rubric: Rubric,
    *,
    set_id: str = "",
    objective: str = "",
    consent: Consent | None = None,
    begun: Session | None = None,
    before: int = 0,
) -> Sitting:
    """Everything that practising ``vignettes`` needs; KnownError when there are none.

    ``begun`` is the session that is gone on with, ``before`` how many of its clients were met.
    """
    if not vignettes:
        raise KnownError(
            "There is no vignette to practise with", "Look at 'attune check' for what is wrong."
        )
    session = begun or Session(
        new_id(), person.id, vignettes[0].ref.pack, set_id, objective, local_now()
    )
    attempts = {
        v.id: responses.next_attempt(log, person.id, v.ref.pack, v.id, v.turns[0].id) - 1
        for v in vignettes
    }
    return Sitting(session, person, tuple(vignettes), rubric, attempts, consent, before)


def knows(log: Log, person_id: str) -> bool:
    """Whether this person is in the log."""
    return any(person.id == person_id for person in people.people(log))


def add_person(log: Log, name: str) -> Outcome[Person]:
    """Enter a new person by name or initials; KnownError when it is blank."""
    if not name.strip():
        raise KnownError("A name or initials are needed", "Two letters are enough.")
    person = Person(new_id(), name.strip(), local_now())
    people.add_person(log, person)
    return Outcome(person, Changes.PEOPLE)


def single(
    log: Log,
    person_id: str,
    vignette: Vignette,
    rubric: Rubric,
    consent: Consent | None = None,
) -> Sitting:
    """A sitting with one vignette, chosen from the library; KnownError: it is kept for a test."""
    kept = kept_back(log, person_id).get((vignette.ref.pack, vignette.id))
    if kept is not None:
        raise KnownError(f"{vignette.client.name} is kept for a test", why_kept(kept))
    return sitting(log, people.person(log, person_id), (vignette,), rubric, consent=consent)
