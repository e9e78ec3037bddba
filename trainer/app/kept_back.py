"""Clients of tests, who are kept from whoever has still to meet them, or has met them unrated.

A test compares answers to clients who were never met before. So its clients are kept back as soon
as the file is here, whichever form will be one's own; after one's own form the others stay kept,
since whoever had form A may have B on the next occasion, whose file comes later.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from trainer.app import persons
from trainer.app.paths import Home
from trainer.domain.assignment import REFUSED, TEST, Assignment, is_late, read_document
from trainer.domain.assignment import vignettes_for as form_of
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.submission import TakenOn
from trainer.domain.vignette import Vignette, VignetteRef
from trainer.store import assignments as rows
from trainer.store import consents, shares, starts
from trainer.store.db import FILE, Log, OlderLog, open_log
from trainer.store.put_away import is_away

Client = tuple[str, str]  # pack and vignette
TO_SIT, UNRATED, ALONE, LATER = "to sit", "unrated", "alone", "later"

# An assignment does not say whether another occasion follows. Courses are over within a year of
# their first test, and by then a client who was heard in between is a stranger again.
COURSE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a client is kept back: the test (``title``), and until when at most (None: not known).

    ``why`` is TO_SIT (of a test that is still to be sat to its end, whichever form), UNRATED
    (met, and no ratings came back yet), ALONE (met, and nobody may rate what was answered) or LATER
    (of another form of one that was sat).
    """

    title: str
    why: str
    until: datetime | None = None


def kept_back(log: Log, person_id: str, now: datetime | None = None) -> dict[Client, Kept]:
    """Every client whom somebody is not to practise with now, and why."""
    at, found, met = now or local_now(), {}, set[Client]()
    later: dict[Client, Kept] = {}
    for asked in _tests(log):
        taken = rows.taken_on(log, asked.id, person_id)
        if taken is None:
            found.update(_all_of(log, asked, at))
            continue
        heard, waiting, left = _gone_through(log, asked, taken)
        met |= heard
        found |= dict.fromkeys(left, Kept(asked.title, TO_SIT))
        found |= _waiting(log, asked, waiting)
        if not left:
            found |= _unanswered(log, asked, taken, heard, bool(waiting), at)
        others = _other_forms(asked, at)
        # Which form is whose is not given away before it was met.
        later |= dict.fromkeys(others, Kept(asked.title, TO_SIT)) if left else others
    return {client: why for client, why in later.items() if client not in met} | found


def reserved(log: Log, person_id: str) -> frozenset[Client]:
    """The clients alone: practised, they would be heard twice."""
    return frozenset(kept_back(log, person_id))


def to_come(log: Log, person_id: str) -> frozenset[Client]:
    """Clients of a person's tests who have not spoken to them yet, also of forms not theirs yet.

    Heard while rating, or answered by others, they would not be met for the first time. A test that
    somebody else here has taken on is theirs: whoever sits beside them may rate.
    """
    at, met, ahead = local_now(), set[Client](), set[Client]()
    for asked in _tests(log):
        taken = rows.taken_on(log, asked.id, person_id)
        if taken is None:
            others = rows.is_taken_on(log, asked.id) or _rates_for(log, asked)
            ahead |= set() if others else set(_all_of(log, asked, at))
            continue
        met |= _gone_through(log, asked, taken)[0]
        ahead |= _clients(form_of(asked, taken.code)) | set(_other_forms(asked, at))
    return frozenset(ahead - met)


def why_kept(one: Kept) -> str:
    """In a sentence, for who wants to practise with them."""
    date = f"{one.until.astimezone():%Y-%m-%d}" if one.until else ""
    or_over = f", or the course is over, on {date} at the latest" if one.until else ""
    or_due = f", or when it is no longer due, after {date}" if one.until else ""
    return {
        TO_SIT: f"They may come in {one.title}, so you meet them there first.",
        UNRATED: f"You met them in {one.title}: they are free again when ratings of your answers "
                 f"there have come back{or_over}.",
        ALONE: f"You met them in {one.title}, and nobody may rate your answer there: they are free "
               f"again when you have met all its clients{or_due}.",
        LATER: f"They are of another form of {one.title}, which a later occasion may bring you: "
               f"they are free again when you were rated there{or_over}.",
    }[one.why]  # fmt: skip


def check_free(
    home: Home, vignette: Vignette, opened: Callable[[Home], Home] = lambda home: home
) -> None:
    """KnownError where the client of a vignette is kept back from anybody in this data folder.

    ``opened`` gives a locked folder with its key. KnownError also where the log cannot be asked.
    """
    if not (home.folder / FILE).exists():
        return
    with closing(_to_ask(home, vignette, opened)) as log:
        for person in persons.everybody(log):  # no rater who is elsewhere sits it
            if kept := kept_back(log, person.id).get((vignette.ref.pack, vignette.id)):
                raise KnownError(f"{vignette.client.name} is kept for a test", why_kept(kept))


# Inside


def _rates_for(log: Log, asked: Assignment) -> bool:
    """Whether who gave a test out has given shares to rate here, and nobody here is their trainee.

    In a shared place raters find the trainees' assignment, too.
    """
    gave = any(one.signed_by == asked.signs_as for one in shares.shares(log, mine=False))
    every = [read_document(one) for one in rows.assignments(log, mine=False)]
    theirs = [one.id for one in every if one.signs_as == asked.signs_as]
    return gave and not any(rows.is_taken_on(log, one) for one in theirs)


def _to_ask(home: Home, vignette: Vignette, opened: Callable[[Home], Home]) -> Log:
    try:
        found = opened(home)
        try:
            return open_log(found.folder, found.key, read_only=True)
        except OlderLog:  # an Attune that is new on this computer brings it up to date
            return open_log(found.folder, found.key)
    except KnownError as error:
        why = f"It tells whether {vignette.client.name} is kept for a test, so it is asked first."
        raise KnownError(error.text, f"{why} {error.hint}".strip()) from error


def _tests(log: Log) -> list[Assignment]:
    every = rows.assignments(log, mine=False)
    return [read_document(one) for one in every if one["mode"] == TEST]


def _clients(refs: Iterable[VignetteRef]) -> set[Client]:
    return {(ref.pack, ref.vignette) for ref in refs}


def _all_of(log: Log, asked: Assignment, at: datetime) -> dict[Client, Kept]:
    """Of a test that is not taken on, as long as the program would take it.

    Who put it away said that they will not sit it, as raters do who look into the same place.
    """
    if (
        is_away(log, asked.id)
        or (asked.late == REFUSED and is_late(asked, at))
        or at > _over(asked)
    ):
        return {}
    every = _clients(ref for form in asked.forms for ref in form.vignettes)
    return dict.fromkeys(every, Kept(asked.title, TO_SIT, asked.due_at))


def _other_forms(asked: Assignment, at: datetime) -> dict[Client, Kept]:
    """What another occasion may bring."""
    if len(asked.forms) < 2 or at > _over(asked):
        return {}
    every = _clients(ref for form in asked.forms for ref in form.vignettes)
    return dict.fromkeys(every, Kept(asked.title, LATER, _over(asked)))


def _waiting(log: Log, asked: Assignment, answers: Mapping[Client, set[str]]) -> dict[Client, Kept]:
    """Who was met and answered: until ratings are back, or where none can come the test is over."""
    held = consents.held_back(log, chain.from_iterable(answers.values()))
    return {
        client: Kept(asked.title, ALONE, asked.due_at) if ids <= held
        else Kept(asked.title, UNRATED)
        for client, ids in answers.items()
    }  # fmt: skip


def _unanswered(
    log: Log, asked: Assignment, taken: TakenOn, heard: set[Client], waiting: bool, at: datetime
) -> dict[Client, Kept]:
    """Who was heard in a test and cut off: no rating of theirs will come, so they go free with the
    others; where there is none, when the course is over.
    """
    given = {(pack, name) for _, pack, name in rows.answers_for(log, asked.id, taken.person_id)}
    if at > _over(asked) or (given and not waiting):
        return {}
    return dict.fromkeys(heard - given, Kept(asked.title, UNRATED, _over(asked)))


def _over(asked: Assignment) -> datetime:
    return (asked.due_at or asked.made_at) + COURSE


def _gone_through(
    log: Log, asked: Assignment, taken: TakenOn
) -> tuple[set[Client], dict[Client, set[str]], set[Client]]:
    """Who was met, whose answers (ids) are closed, and who is left, in the form that is theirs.

    A client without an answer is left until the test is over.
    """
    form = _clients(form_of(asked, taken.code))
    given = rows.answers_for(log, asked.id, taken.person_id)
    answered = {(pack, name) for _, pack, name in given}
    met = set(starts.heard(log, asked.id, taken.person_id)) | answered
    waiting: dict[Client, set[str]] = {}
    for one, pack, name in given:
        if starts.is_closed(log, one):
            waiting.setdefault((pack, name), set()).add(one)
    return met, waiting, set() if form <= met else form - answered
