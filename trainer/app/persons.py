"""Who is in the log: one laptop, or a restored backup, may hold more than one person's practice."""

from dataclasses import dataclass

from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.store import heard, people, results
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Someone:
    """A person in the log, and how many responses they gave."""

    id: str
    name: str
    responses: int


def everybody(log: Log) -> tuple[Someone, ...]:
    """All people in the log, oldest first, but for raters who are elsewhere and sent results."""
    given, away = people.answers(log), results.raters_that_came(log)
    return tuple(
        Someone(one.id, one.name, given.get(one.id, 0))
        for one in people.people(log)
        if one.id not in away
    )


def called(log: Log) -> dict[str, str]:
    """What to call everybody of whom anything is known (by id), also who was only heard."""
    names = {one.id: one.name for one in people.people(log)}
    every = (*names, *heard.people_heard(log))
    return {one: names.get(one) or f"Trainee {one[-4:]}" for one in every}


def rename(log: Log, person_id: str, name: str) -> Outcome[str]:
    """Give a person another name or initials; KnownError when it is blank."""
    if not name.strip():
        raise KnownError("A name or initials are needed", "Two letters are enough.")
    people.rename(log, person_id, name.strip())
    return Outcome(name.strip(), Changes.PEOPLE)


def find(log: Log, named: str | None) -> Someone:
    """Somebody by name or id, or the only person there is. KnownError: nobody, or several."""
    every = everybody(log)
    found = [one for one in every if named in (None, one.id, one.name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.name for one in every) or "nobody"
    which = f"'{named}'" if named else "whom it is for"
    raise KnownError(
        f"It is not clear who {which} is" if named else f"It is not said {which}",
        f"Name somebody with --person. In this log: {known}.",
    )
