"""Tests as they went: clients that began to speak, what broke in, and what is closed till rated."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trainer.domain.ids import new_id
from trainer.domain.interruption import AFTER, BEFORE, DELETED, Interruption, Start
from trainer.domain.vignette import VignetteRef
from trainer.store.consents import MAY_BE_RATED
from trainer.store.db import Log, Row
from trainer.store.others import ROLES
from trainer.store.ratings import STANDING
from trainer.store.times import from_text, offset_of, to_text
from trainer.store.told import told

# For a query on sessions assigned as a: whether its assignment came here, and is a test.
_TEST = """(SELECT d.mine = 0 AND json_extract(d.document, '$.mode') = 'test'
    FROM assignments d WHERE d.assignment_id = a.assignment_id
    ORDER BY d.made_at DESC, d.id DESC LIMIT 1)"""
# For a query on ratings t: whether it, or what it rests on, was given to a response of this log in
# a round of this log. What was given elsewhere and came as a file has no round, or was heard there.
_GIVEN_HERE = """EXISTS (SELECT 1 FROM ratings o WHERE o.round_id IS NOT NULL
    AND (o.id = t.id OR o.id IN (SELECT g.of_rating FROM grounds g WHERE g.rating_id = t.id))
    AND NOT EXISTS (SELECT 1 FROM heard h WHERE h.response_id = o.response_id))"""
# For a query on responses r: whether its test is over for who gave it: it is no longer due, or they
# have met every client of their form.
_SAT = """EXISTS (SELECT 1 FROM assigned a WHERE a.session_id = r.session_id AND (
    SELECT COALESCE(julianday(json_extract(d.document, '$.due_at')) < julianday('now'), 0)
      OR NOT EXISTS (SELECT 1 FROM json_each(d.document, '$.enrolled') e
        CROSS JOIN json_each(d.document, '$.forms') f
        CROSS JOIN json_each(f.value, '$.vignettes') v
        WHERE json_extract(e.value, '$.code') = (SELECT t.code FROM taken_on t
            WHERE t.assignment_id = a.assignment_id AND t.person_id = r.person_id
            ORDER BY t.taken_at DESC, t.id DESC LIMIT 1)
          AND json_extract(f.value, '$.name') = json_extract(e.value, '$.form')
          AND NOT EXISTS (SELECT 1 FROM assigned b JOIN responses o ON o.session_id = b.session_id
            WHERE b.assignment_id = a.assignment_id AND o.person_id = r.person_id
            AND o.pack = json_extract(v.value, '$.pack')
            AND o.vignette = json_extract(v.value, '$.vignette'))
          AND NOT EXISTS (SELECT 1 FROM starts s
            WHERE s.assignment_id = a.assignment_id AND s.person_id = r.person_id
            AND s.pack = json_extract(v.value, '$.pack')
            AND s.vignette = json_extract(v.value, '$.vignette')
            AND NOT EXISTS (SELECT 1 FROM interruptions i
              WHERE i.start_id = s.id AND i.phase = 'before')))
    FROM assignments d WHERE d.assignment_id = a.assignment_id
    ORDER BY d.made_at DESC, d.id DESC LIMIT 1))"""
# For a query on responses r: an answer of a test of one's own that nobody elsewhere has rated yet:
# a second name in this folder opens nothing. Neither it nor anything measured in it may be shown.
# One that nobody may rate any more has no ratings to wait for: it is closed until its test is over.
CLOSED = f"""(EXISTS (SELECT 1 FROM assigned a WHERE a.session_id = r.session_id AND {_TEST})
    AND NOT EXISTS (SELECT 1 FROM ratings t WHERE t.response_id = r.id AND t.role IN ({ROLES})
      AND t.rater_id <> r.person_id AND {STANDING} AND NOT {_GIVEN_HERE})
    AND ({MAY_BE_RATED} OR NOT {_SAT}))"""


def is_closed(log: Log, response_id: str) -> bool:
    """Whether a response is of a test and waits for others' ratings."""
    sql = f"SELECT 1 FROM responses r WHERE r.id = ? AND {CLOSED}"
    return log.row(sql, (response_id,)) is not None


def any_closed(log: Log) -> bool:
    """Whether there is any such response."""
    sql = f"""SELECT 1 FROM assigned b CROSS JOIN responses r ON r.session_id = b.session_id
        WHERE {CLOSED} LIMIT 1"""
    return log.row(sql) is not None


def closed(log: Log) -> frozenset[str]:
    """All of them (ids)."""
    sql = f"""SELECT r.id FROM assigned b CROSS JOIN responses r ON r.session_id = b.session_id
        WHERE {CLOSED}"""
    return frozenset(row["id"] for row in log.rows(sql))


def is_closed_file(log: Log, file: str) -> bool:
    """The same of a recording or film by its ``file``, or that of its twin (without the suffix)."""
    sql = f"""SELECT 1 FROM responses r JOIN recordings f ON f.id = r.recording_id
        LEFT JOIN videos v ON v.recording_id = f.id
        WHERE (f.file LIKE :stem || '.%' OR v.file LIKE :stem || '.%') AND {CLOSED}"""
    return log.row(sql, {"stem": file}) is not None


def is_of_test(log: Log, session_id: str) -> bool:
    """Whether a session was held for a test that came here."""
    sql = f"SELECT 1 FROM assigned a WHERE a.session_id = ? AND {_TEST}"
    return log.row(sql, (session_id,)) is not None


def assigned_to(log: Log, session_id: str) -> dict[str, Any] | None:
    """The newest document of the assignment that a session was held for; None: it was for none."""
    row = log.row(
        """SELECT d.document FROM assigned a
        JOIN assignments d ON d.assignment_id = a.assignment_id WHERE a.session_id = ?
        ORDER BY d.made_at DESC, d.id DESC LIMIT 1""",
        (session_id,),
    )
    return None if row is None else json.loads(row["document"])


def add_start(log: Log, one: Start) -> bool:
    """Keep that a client begins to speak; on the disk when this returns. False: it is there."""
    ref = one.vignette
    with log.atomic(durable=True):
        return log.insert_new(
            "starts",
            {
                "id": one.id,
                "assignment_id": one.assignment_id,
                "person_id": one.person_id,
                "pack": ref.pack,
                "pack_version": ref.pack_version,
                "vignette": ref.vignette,
                "vignette_version": ref.vignette_version,
                "position": one.position,
                "started_at": to_text(one.at),
                "started_offset": offset_of(one.at),
            },
        )


def add_interruption(log: Log, one: Interruption) -> bool:
    """Keep that something broke in; its start is there. False when it is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "interruptions",
            {
                "id": one.id,
                "start_id": one.start.id,
                "assignment_id": one.start.assignment_id,
                "person_id": one.start.person_id,
                "what": one.what,
                "phase": one.phase,
                "happened_at": to_text(one.at),
                "happened_offset": offset_of(one.at),
            },
        )


def starts_of(log: Log, assignment_id: str, person_id: str) -> tuple[Start, ...]:
    """Every client that began to speak to a person in a test, oldest first."""
    found = log.rows(
        "SELECT * FROM starts WHERE assignment_id = ? AND person_id = ? ORDER BY started_at, id",
        (assignment_id, person_id),
    )
    return tuple(_start(row) for row in found)


def interruptions_of(log: Log, assignment_id: str, person_id: str) -> tuple[Interruption, ...]:
    """What broke into a person's test, oldest first."""
    found = log.rows(
        """SELECT s.*, i.id AS of_id, i.what, i.phase, i.happened_at, i.happened_offset
        FROM interruptions i JOIN starts s ON s.id = i.start_id
        WHERE i.assignment_id = ? AND i.person_id = ? ORDER BY i.happened_at, i.id""",
        (assignment_id, person_id),
    )
    return tuple(
        Interruption(
            row["of_id"], _start(row), row["what"], row["phase"],
            from_text(row["happened_at"], row["happened_offset"]),
        )
        for row in found
    )  # fmt: skip


def interruptions_by_code(log: Log, assignment_id: str) -> list[tuple[str, Interruption]]:
    """What broke into everybody's test of whom something was read here: by code, oldest first."""
    found = log.rows(
        """SELECT s.*, i.id AS of_id, i.what, i.phase, i.happened_at, i.happened_offset, c.code
        FROM interruptions i JOIN starts s ON s.id = i.start_id
        JOIN (SELECT DISTINCT person_id, code FROM arrived
              WHERE assignment_id = :assignment) c ON c.person_id = i.person_id
        WHERE i.assignment_id = :assignment ORDER BY i.happened_at, i.id""",
        {"assignment": assignment_id},
    )
    return [
        (row["code"], Interruption(
            row["of_id"], _start(row), row["what"], row["phase"],
            from_text(row["happened_at"], row["happened_offset"]),
        ))
        for row in found
    ]  # fmt: skip


def cut_off(log: Log, assignment_id: str) -> dict[str, dict[tuple[str, str], datetime]]:
    """The clients (pack, vignette) who were cut off once they spoke, and when, by code.

    Without an answer here they are over: they do not come again.
    """
    found: dict[str, dict[tuple[str, str], datetime]] = {}
    for code, one in interruptions_by_code(log, assignment_id):
        if one.phase != BEFORE:
            ref = one.start.vignette
            found.setdefault(code, {}).setdefault((ref.pack, ref.vignette), one.at)
    return found


def answered(log: Log, assignment_id: str, person_id: str = "") -> frozenset[str]:
    """The starts (ids) of a test that something broke into and that led to an answer all the same.

    Of everybody, or of one person. Where a client began to speak several times it is the last start
    before the answer.
    """
    theirs = "AND s.person_id = :person" if person_id else ""
    found = log.rows(
        f"""SELECT s.id FROM starts s WHERE s.assignment_id = :assignment {theirs}
        AND EXISTS (SELECT 1 FROM interruptions i WHERE i.start_id = s.id)
        AND EXISTS (SELECT 1 FROM responses r JOIN assigned a ON a.session_id = r.session_id
          WHERE a.assignment_id = s.assignment_id AND r.person_id = s.person_id
          AND (r.pack, r.vignette) = (s.pack, s.vignette)
          AND NOT EXISTS (SELECT 1 FROM starts n
            WHERE n.assignment_id = s.assignment_id AND n.person_id = s.person_id
            AND (n.pack, n.vignette) = (s.pack, s.vignette) AND n.id <> s.id
            AND (s.started_at > r.started_at
              OR (n.started_at > s.started_at AND n.started_at <= r.started_at))))""",
        {"assignment": assignment_id, "person": person_id},
    )
    return frozenset(row["id"] for row in found)


def played(log: Log, assignment_id: str) -> dict[str, dict[str, int]]:
    """By code and client (vignette), how often it was played to one person in a test: more than
    once, else it is not in it.
    """
    found = log.rows(
        """SELECT c.code, s.vignette, COUNT(*) AS times FROM starts s
        JOIN (SELECT DISTINCT person_id, code FROM arrived
              WHERE assignment_id = :assignment) c ON c.person_id = s.person_id
        WHERE s.assignment_id = :assignment AND NOT EXISTS (
          SELECT 1 FROM interruptions i WHERE i.start_id = s.id AND i.phase = :before)
        GROUP BY c.code, s.person_id, s.pack, s.vignette HAVING COUNT(*) > 1
        ORDER BY c.code, s.vignette""",
        {"assignment": assignment_id, "before": BEFORE},
    )
    times: dict[str, dict[str, int]] = {}
    for row in found:
        times.setdefault(row["code"], {})[row["vignette"]] = row["times"]
    return times


def heard(log: Log, assignment_id: str, person_id: str) -> frozenset[tuple[str, str]]:
    """The clients (pack, vignette) that began to speak to a person in a test."""
    found = log.rows(
        """SELECT s.pack, s.vignette FROM starts s
        WHERE s.assignment_id = ? AND s.person_id = ? AND NOT EXISTS (
          SELECT 1 FROM interruptions i WHERE i.start_id = s.id AND i.phase = ?)""",
        (assignment_id, person_id, BEFORE),
    )
    return frozenset((row["pack"], row["vignette"]) for row in found)


def unsettled(log: Log) -> tuple[tuple[Start, bool], ...]:
    """Starts that neither led to a whole answer nor are known to be interrupted, oldest first.

    Each with whether an interrupted answer to it is there. Only of tests that came here.
    """
    found = log.rows(
        """SELECT s.*, EXISTS (SELECT 1 FROM assigned a JOIN responses r
            ON r.session_id = a.session_id WHERE a.assignment_id = s.assignment_id
            AND r.person_id = s.person_id AND (r.pack, r.vignette) = (s.pack, s.vignette)
            AND r.started_at >= s.started_at) AS answered
        FROM starts s
        WHERE NOT EXISTS (SELECT 1 FROM interruptions i WHERE i.start_id = s.id)
        AND EXISTS (SELECT 1 FROM assignments d
            WHERE d.assignment_id = s.assignment_id AND d.mine = 0)
        AND NOT EXISTS (SELECT 1 FROM assigned a JOIN responses r ON r.session_id = a.session_id
            WHERE a.assignment_id = s.assignment_id AND r.person_id = s.person_id
            AND (r.pack, r.vignette) = (s.pack, s.vignette) AND r.ended_by <> 'interrupted')
        ORDER BY s.started_at, s.id"""
    )
    return tuple((_start(row), bool(row["answered"])) for row in found)


def to_tell(log: Log, assignment_id: str, person_id: str, *, again: bool = False) -> int:
    """How many interruptions no file that was written for an assignment told yet.

    ``again``: how many there are in all.
    """
    known = told(log, assignment_id, person_id)
    found = log.rows(
        """SELECT i.id, i.id < (SELECT MIN(s.id) FROM submissions s WHERE s.assignment_id =
          i.assignment_id AND s.person_id = i.person_id AND s.mine = 1) AS before
        FROM interruptions i WHERE i.assignment_id = ? AND i.person_id = ?""",
        (assignment_id, person_id),
    )
    return sum(
        again or not (row["before"] if known is None else row["id"] in known) for row in found
    )


def note_deleted(log: Log, response_ids: Iterable[str], at: datetime) -> None:
    """Keep that answers of tests are about to be deleted; inside ``atomic`` only.

    Their clients were heard all the same, and are not met again.
    """
    for response_id in response_ids:
        row = log.row(
            f"""SELECT s.* FROM responses r JOIN assigned a ON a.session_id = r.session_id
            JOIN starts s ON s.assignment_id = a.assignment_id AND s.person_id = r.person_id
              AND (s.pack, s.vignette) = (r.pack, r.vignette)
            WHERE r.id = ? AND {_TEST} ORDER BY s.started_at DESC LIMIT 1""",
            (response_id,),
        )
        if row is not None:
            add_interruption(log, Interruption(new_id(), _start(row), DELETED, AFTER, at))


def begun_by(log: Log, people: Iterable[str]) -> frozenset[str]:
    """The tests that these have begun, and under which codes, as they stay known (`begun`).

    A mistyped code that was put right is whoever's it is.
    """
    found = log.rows(
        """SELECT DISTINCT t.assignment_id, t.code FROM taken_on t
        WHERE t.person_id IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM starts s
          WHERE s.assignment_id = t.assignment_id AND s.person_id = t.person_id)
        AND NOT EXISTS (SELECT 1 FROM taken_on n WHERE n.assignment_id = t.assignment_id
          AND n.person_id = t.person_id AND (n.taken_at, n.id) > (t.taken_at, t.id))""",
        (json.dumps(list(people)),),
    )
    return frozenset(begun(row["assignment_id"], row["code"]) for row in found)


def begun(assignment_id: str, code: str) -> str:
    """What is kept of somebody's test when they are forgotten: a test is not met twice."""
    return f"begun {assignment_id} {code}"


def _start(row: Row) -> Start:
    return Start(
        row["id"],
        row["assignment_id"],
        row["person_id"],
        VignetteRef(row["pack"], row["pack_version"], row["vignette"], row["vignette_version"]),
        row["position"],
        from_text(row["started_at"], row["started_offset"]),
    )
