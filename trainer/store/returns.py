"""What came back for an assignment that was given out, in one read."""

import json
from dataclasses import dataclass
from datetime import datetime

from trainer.store.db import Log
from trainer.store.senders import set_aside
from trainer.store.times import from_text


@dataclass(frozen=True, slots=True)
class Returned:
    """A response as one file named it; ``vignette`` is None where the response is not here.

    That is so when its recording was missing or altered, and it was left out. ``code`` is whose it
    is, ``sent_as`` the code that stands in the file.
    """

    code: str
    sent_as: str
    submission_id: str
    made_at: datetime
    response_id: str
    vignette: tuple[str, str, int] | None


def returned(log: Log, assignment_id: str) -> list[Returned]:
    """Every response of every file that was read for an assignment, in the order of the files."""
    found = log.rows(
        """SELECT s.code, s.sent_as, s.id, s.made_at, s.made_offset, t.response_id, r.pack,
        r.vignette, r.vignette_version FROM arrived s JOIN submitted t ON t.submission_id = s.id
        LEFT JOIN responses r ON r.id = t.response_id
        WHERE s.assignment_id = ? ORDER BY s.made_at, s.id, t.response_id""",
        (assignment_id,),
    )
    return [
        Returned(
            row["code"], row["sent_as"], row["id"], from_text(row["made_at"], row["made_offset"]),
            row["response_id"],
            None if row["pack"] is None
            else (row["pack"], row["vignette"], row["vignette_version"]),
        )
        for row in found
    ]  # fmt: skip


def answered_twice(log: Log, assignment_id: str) -> frozenset[str]:
    """The codes under which one person has answered a client more than once."""
    found = log.rows(
        """SELECT s.code FROM arrived s JOIN submitted t ON t.submission_id = s.id
        JOIN responses r ON r.id = t.response_id WHERE s.assignment_id = ?
        GROUP BY s.code, r.person_id, r.pack, r.vignette HAVING COUNT(DISTINCT r.id) > 1""",
        (assignment_id,),
    )
    return frozenset(row["code"] for row in found)


def set_aside_beside(log: Log, assignment_id: str) -> dict[str, int]:
    """By code, how many answers of whoever's files are that code's are nobody's, as they came with
    another key.
    """
    found = log.rows(
        """SELECT c.code, COUNT(*) AS n FROM json_each(:aside) w
        CROSS JOIN responses r ON r.id = w.value
        JOIN assigned a ON a.session_id = r.session_id AND a.assignment_id = :assignment
        JOIN (SELECT DISTINCT person_id, code FROM arrived
              WHERE assignment_id = :assignment) c ON c.person_id = r.person_id GROUP BY c.code""",
        {"aside": json.dumps(list(set_aside(log))), "assignment": assignment_id},
    )
    return {row["code"]: row["n"] for row in found}


def answered(log: Log) -> list[tuple[str, str, str, str]]:
    """What is here of all assignments: (assignment, code, pack, vignette), each of these once."""
    found = log.rows(
        """SELECT DISTINCT s.assignment_id, s.code, r.pack, r.vignette
        FROM arrived s JOIN submitted t ON t.submission_id = s.id
        JOIN responses r ON r.id = t.response_id"""
    )
    return [(row["assignment_id"], row["code"], row["pack"], row["vignette"]) for row in found]
