"""What is to be forgotten, by id: some responses, a person with everything of theirs, a stretch."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from trainer.store import takes
from trainer.store.db import Log
from trainer.store.times import to_text


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be forgotten, by id. ``takes`` are interrupted ones, which have no rows.

    ``responses`` may have been heard elsewhere. ``sounds`` are names of files in the recordings
    folder; ``begin`` finds them out. ``reports`` are what the names of reports made of it end with,
    ``papers`` the earliest names of feedback reports that may tell of it. ``names`` are rows that
    tell who is behind a code.
    """

    responses: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    sounds: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self.responses | self.sessions | self.people | self.takes | self.names

    def __bool__(self) -> bool:
        return bool(self.ids)


def of_responses(log: Log, response_ids: Iterable[str]) -> Scope:
    """These responses, and the sessions of which nothing else is left."""
    wanted = frozenset(response_ids)
    found = log.rows(
        """SELECT DISTINCT s.session_id AS id FROM responses s
        JOIN json_each(?) w ON w.value = s.id WHERE NOT EXISTS (
          SELECT 1 FROM responses r WHERE r.session_id = s.session_id
          AND r.id NOT IN (SELECT value FROM json_each(?)))""",
        (json.dumps(sorted(wanted)), json.dumps(sorted(wanted))),
    )
    return Scope(wanted, frozenset(row["id"] for row in found))


def of_person(log: Log, person_id: str) -> Scope:
    """A person, with everything of theirs."""
    responses, sessions, heard = (
        frozenset(
            row["id"]
            for row in log.rows(f"SELECT {key} AS id FROM {t} WHERE person_id = ?", (person_id,))
        )
        for t, key in (("responses", "id"), ("sessions", "id"), ("heard", "response_id"))
    )
    left_open = frozenset(
        take.response_id
        for take in takes.open_takes(log.folder)
        if take.plan is not None and take.plan.person_id == person_id
    )
    behind = log.rows(
        """SELECT id FROM enrolled_names WHERE code IN
        (SELECT code FROM arrived WHERE person_id = ?)""",
        (person_id,),
    )
    return Scope(
        responses | heard, sessions, frozenset({person_id}), left_open,
        names=frozenset(row["id"] for row in behind),
    )  # fmt: skip


def of_people(log: Log, ids: Iterable[str]) -> Scope:
    """Several people, with everything of theirs."""
    every = [of_person(log, one) for one in ids]
    return Scope(**{
        field.name: frozenset().union(*(getattr(one, field.name) for one in every))
        for field in fields(Scope)
    })  # fmt: skip


def before(log: Log, at: datetime, person_id: str | None = None) -> Scope:
    """Everything that began before ``at``; of everybody unless one person is named."""
    values = {"at": to_text(at), "person": person_id}
    mine = "started_at < :at AND (:person IS NULL OR person_id = :person)"
    responses = log.rows(f"SELECT id FROM responses WHERE {mine}", values)
    sessions = log.rows(
        f"""SELECT id FROM sessions s WHERE {mine} AND NOT EXISTS (
        SELECT 1 FROM responses r WHERE r.session_id = s.id AND r.started_at >= :at)""",
        values,
    )
    left_open = frozenset(
        take.response_id
        for take in takes.open_takes(log.folder)
        if take.plan is not None
        and take.plan.started_at < at
        and person_id in (None, take.plan.person_id)
    )
    return Scope(
        frozenset(row["id"] for row in responses), frozenset(row["id"] for row in sessions),
        frozenset(), left_open,
    )  # fmt: skip
