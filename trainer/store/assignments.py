"""Assignments given out and taken on, the sessions that were held for them, and what was sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainer.domain.submission import Submission, TakenOn
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


@dataclass(frozen=True, slots=True)
class Head:
    """What an assignment is called, who gives it out, and when it was first made."""

    id: str
    title: str
    occasion: str
    program: str
    made_at: datetime


def add_assignment(
    log: Log, revision: str, document: dict[str, Any], made: datetime, signed_by: str, *, mine: bool
) -> bool:
    """Keep an assignment as it was given out (``mine``) or came; False when it is there already.

    ``revision`` names this file of it. ``document`` has the assignment's own ``id``.
    """
    with log.atomic(durable=True):
        return log.insert_new(
            "assignments",
            {
                "id": revision,
                "assignment_id": document["id"],
                "document": json.dumps(document, ensure_ascii=False),
                "mine": int(mine),
                "signed_by": signed_by,
                "made_at": to_text(made),
                "made_offset": offset_of(made),
            },
        )


def assignments(log: Log, *, mine: bool | None = None) -> tuple[dict[str, Any], ...]:
    """The documents, each as it was last made, oldest first; only those given out, or that came."""
    found = log.rows(
        """SELECT document FROM assignments a WHERE (:mine IS NULL OR mine = :mine) AND NOT EXISTS (
        SELECT 1 FROM assignments b WHERE b.assignment_id = a.assignment_id
        AND (b.made_at, b.id) > (a.made_at, a.id)) ORDER BY a.assignment_id""",
        {"mine": None if mine is None else int(mine)},
    )
    return tuple(json.loads(row["document"]) for row in found)


def heads(log: Log, *, mine: bool) -> tuple[Head, ...]:
    """What all that were given out (``mine``), or that came, are called, the newest first.

    Without reading whom they enrol, which is nearly all of them.
    """
    found = log.rows(
        """SELECT assignment_id AS id, json_extract(document, '$.title') AS title,
          json_extract(document, '$.occasion') AS occasion,
          json_extract(document, '$.program') AS program,
          json_extract(document, '$.made_at') AS made_at
        FROM assignments a WHERE mine = :mine AND NOT EXISTS (
        SELECT 1 FROM assignments b WHERE b.assignment_id = a.assignment_id
        AND (b.made_at, b.id) > (a.made_at, a.id))""",
        {"mine": int(mine)},
    )
    every = (
        Head(row["id"], row["title"], row["occasion"], row["program"],
             datetime.fromisoformat(row["made_at"]))
        for row in found
    )  # fmt: skip
    return tuple(sorted(every, key=lambda one: (one.made_at, one.id), reverse=True))


def assignment(log: Log, assignment_id: str) -> tuple[dict[str, Any], bool, str] | None:
    """The newest document of an assignment, whether it was given out here, and who signed it."""
    row = log.row(
        "SELECT document, mine, signed_by FROM assignments WHERE assignment_id = ?"
        " ORDER BY made_at DESC, id DESC LIMIT 1",
        (assignment_id,),
    )
    return (
        None if row is None else (json.loads(row["document"]), bool(row["mine"]), row["signed_by"])
    )


def as_written(log: Log, assignment_id: str) -> tuple[str, bool] | None:
    """The newest document of an assignment as text, and whether it was given out here."""
    row = log.row(
        "SELECT document, mine FROM assignments WHERE assignment_id = ?"
        " ORDER BY made_at DESC, id DESC LIMIT 1",
        (assignment_id,),
    )
    return None if row is None else (row["document"], bool(row["mine"]))


def last_made(log: Log, assignment_id: str) -> datetime | None:
    """When the newest file of an assignment was made; None: there is none."""
    row = log.row(
        "SELECT made_at, made_offset FROM assignments WHERE assignment_id = ?"
        " ORDER BY made_at DESC LIMIT 1",
        (assignment_id,),
    )
    return None if row is None else from_text(row["made_at"], row["made_offset"])


def given_out(log: Log) -> tuple[str, ...]:
    """The ids of all assignments that were given out here."""
    found = log.rows("SELECT DISTINCT assignment_id FROM assignments WHERE mine = 1")
    return tuple(row["assignment_id"] for row in found)


def signed_first_by(log: Log, assignment_id: str) -> str | None:
    """Who signed the first file of an assignment: the only one who may change it."""
    row = log.row(
        "SELECT signed_by FROM assignments WHERE assignment_id = ? ORDER BY rowid LIMIT 1",
        (assignment_id,),
    )
    return None if row is None else str(row["signed_by"])


def take_on(log: Log, taken: TakenOn) -> bool:
    """Keep that somebody has begun with an assignment; False when the id is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "taken_on",
            {
                "id": taken.id,
                "assignment_id": taken.assignment_id,
                "person_id": taken.person_id,
                "code": taken.code,
                "agreed_to": taken.agreed_to,
                "taken_at": to_text(taken.at),
                "taken_offset": offset_of(taken.at),
            },
        )


def taken_on(log: Log, assignment_id: str, person_id: str) -> TakenOn | None:
    """How a person last took it on; None when they did not."""
    row = log.row(
        "SELECT * FROM taken_on WHERE assignment_id = ? AND person_id = ?"
        " ORDER BY taken_at DESC, id DESC LIMIT 1",
        (assignment_id, person_id),
    )
    if row is None:
        return None
    at = from_text(row["taken_at"], row["taken_offset"])
    return TakenOn(row["id"], assignment_id, person_id, row["code"], row["agreed_to"], at)


def taken_by(log: Log, assignment_id: str, code: str) -> frozenset[str]:
    """Who took an assignment on under a code (ids), also one that they put right since."""
    found = log.rows(
        "SELECT DISTINCT person_id FROM taken_on WHERE assignment_id = ? AND code = ?",
        (assignment_id, code),
    )
    return frozenset(row["person_id"] for row in found)


def holds_code(log: Log, assignment_id: str, code: str) -> frozenset[str]:
    """Whose code it is now for an assignment (ids); a mistyped one that was put right is free."""
    found = log.rows(
        """SELECT person_id FROM taken_on t WHERE assignment_id = ? AND code = ? AND NOT EXISTS (
          SELECT 1 FROM taken_on n WHERE n.assignment_id = t.assignment_id
          AND n.person_id = t.person_id AND (n.taken_at, n.id) > (t.taken_at, t.id))""",
        (assignment_id, code),
    )
    return frozenset(row["person_id"] for row in found)


def is_taken_on(log: Log, assignment_id: str) -> bool:
    """Whether anybody here has begun with an assignment."""
    return log.row("SELECT 1 FROM taken_on WHERE assignment_id = ?", (assignment_id,)) is not None


def assign_session(log: Log, session_id: str, assignment_id: str) -> None:
    """Keep that a session is held for an assignment; with the session, in its transaction."""
    with log.atomic(durable=True):
        log.insert("assigned", {"session_id": session_id, "assignment_id": assignment_id})


def answers_for(log: Log, assignment_id: str, person_id: str) -> tuple[tuple[str, str, str], ...]:
    """A person's responses for an assignment, oldest first: (id, pack, vignette)."""
    found = log.rows(
        """SELECT r.id, r.pack, r.vignette FROM assigned a
        JOIN responses r ON r.session_id = a.session_id
        WHERE a.assignment_id = ? AND r.person_id = ? ORDER BY r.started_at, r.id""",
        (assignment_id, person_id),
    )
    return tuple((row["id"], row["pack"], row["vignette"]) for row in found)


def sent_of(log: Log, assignment_id: str, person_id: str, code: str) -> frozenset[str]:
    """The responses (ids) of a person that were written into a file for an assignment as ``code``.

    What was sent under a code that was mistyped is not sent yet.
    """
    found = log.rows(
        """SELECT t.response_id FROM submissions s JOIN submitted t ON t.submission_id = s.id
        WHERE s.assignment_id = ? AND s.person_id = ? AND s.code = ? AND s.mine = 1""",
        (assignment_id, person_id, code),
    )
    return frozenset(row["response_id"] for row in found)


def sent_as(log: Log, assignment_id: str, person_id: str) -> tuple[str, ...]:
    """Under which codes a person wrote files for an assignment, the first one first."""
    found = log.rows(
        """SELECT code FROM submissions WHERE assignment_id = ? AND person_id = ? AND mine = 1
        GROUP BY code ORDER BY MIN(rowid)""",
        (assignment_id, person_id),
    )
    return tuple(row["code"] for row in found)


def add_submission(log: Log, one: Submission) -> bool:
    """Keep that a file of responses was written or read; False when it is there already."""
    with log.atomic(durable=True):
        new = log.insert_new(
            "submissions",
            {
                "id": one.id,
                "assignment_id": one.assignment_id,
                "code": one.code,
                "person_id": one.person_id,
                "signed_by": one.signed_by,
                "mine": int(one.mine),
                "made_at": to_text(one.made_at),
                "made_offset": offset_of(one.made_at),
                "read_by": one.read_by,
            },
        )
        for response_id in one.responses if new else ():
            log.insert("submitted", {"submission_id": one.id, "response_id": response_id})
    return new


def submissions(log: Log, assignment_id: str, *, mine: bool) -> tuple[Submission, ...]:
    """Every file of an assignment that was written (``mine``) or read here, oldest first."""
    found = log.rows(
        "SELECT * FROM submissions WHERE assignment_id = ? AND mine = ? ORDER BY made_at, id",
        (assignment_id, int(mine)),
    )
    return tuple(_submission(log, row) for row in found)


def find_submission(log: Log, submission_id: str) -> Submission | None:
    """One file by its id, or None."""
    row = log.row("SELECT * FROM submissions WHERE id = ?", (submission_id,))
    return None if row is None else _submission(log, row)


def reader(
    log: Log, code: str, person_id: str, signed_by: str, assignment_ids: Iterable[str]
) -> tuple[str | None, str]:
    """By which key a sender reads, and under which code they know themselves, as their newest
    submission to any of these says; ``code`` is whose it is. None: no file said by which.
    """
    row = log.row(
        """SELECT read_by, sent_as FROM arrived WHERE code = ? AND person_id = ? AND signed_by = ?
        AND read_by IS NOT NULL AND assignment_id IN (SELECT value FROM json_each(?))
        ORDER BY made_at DESC, id DESC LIMIT 1""",
        (code, person_id, signed_by, json.dumps(list(assignment_ids))),
    )
    return (None, code) if row is None else (str(row["read_by"]), str(row["sent_as"]))


def signed_as(log: Log, person_id: str) -> str | None:
    """By whose key this person's first submission was signed that was written here or elsewhere."""
    row = log.row(
        "SELECT signed_by FROM submissions WHERE person_id = ? AND mine = 1"
        " ORDER BY made_at, id LIMIT 1",
        (person_id,),
    )
    return None if row is None else str(row["signed_by"])


def codes_signed_by(log: Log, key: str) -> frozenset[str]:
    """Every code whose submissions signed by this key were read here."""
    found = log.rows("SELECT DISTINCT code FROM arrived WHERE signed_by = ?", (key,))
    return frozenset(row["code"] for row in found)


def codes_of(log: Log, person_id: str) -> frozenset[str]:
    """Whose (by code) this person's submissions are that were read here."""
    found = log.rows("SELECT DISTINCT code FROM arrived WHERE person_id = ?", (person_id,))
    return frozenset(row["code"] for row in found)


def senders(log: Log, assignment_id: str, code: str) -> frozenset[str]:
    """Who sent (ids) what is a code's for an assignment."""
    found = log.rows(
        "SELECT DISTINCT person_id FROM arrived WHERE assignment_id = ? AND code = ?",
        (assignment_id, code),
    )
    return frozenset(row["person_id"] for row in found)


def _submission(log: Log, row: Row) -> Submission:
    responses = log.rows(
        "SELECT response_id FROM submitted WHERE submission_id = ? ORDER BY response_id",
        (row["id"],),
    )
    return Submission(
        row["id"], row["assignment_id"], row["code"], row["person_id"], row["signed_by"],
        bool(row["mine"]), from_text(row["made_at"], row["made_offset"]),
        tuple(one["response_id"] for one in responses), row["read_by"],
    )  # fmt: skip
