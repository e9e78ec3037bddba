"""Whose the files of a sender are: as they say themselves, or as the program decided.

A sender is a person, as their own log has them, with the key that signed. Readings go by the view
``arrived``, which has every file under the code whose it is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.ids import new_id
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, offset_of, to_text

NOBODY = ""  # the code of what counts for nobody

_NEWEST = """NOT EXISTS (SELECT 1 FROM decided n WHERE n.person_id = d.person_id
    AND n.signed_by = d.signed_by AND (n.decided_at, n.id) > (d.decided_at, d.id))"""
# The same, where a newer one for another course's code, which no assignment has beside it, says
# nothing of it.
_STANDS = """NOT EXISTS (SELECT 1 FROM decided n WHERE n.person_id = d.person_id
    AND n.signed_by = d.signed_by AND (n.decided_at, n.id) > (d.decided_at, d.id)
    AND (n.code = '' OR EXISTS (SELECT 1 FROM assignments a WHERE a.mine = 1
      AND EXISTS (SELECT 1 FROM json_each(a.document, '$.enrolled') e
        WHERE json_extract(e.value, '$.code') = n.code)
      AND EXISTS (SELECT 1 FROM json_each(a.document, '$.enrolled') e
        WHERE json_extract(e.value, '$.code') = d.code))))"""


@dataclass(frozen=True, slots=True)
class Decided:
    """That what a sender sends is ``code``'s (``NOBODY``: nobody's)."""

    person_id: str
    signed_by: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SenderRow:
    """Somebody of whom files were read here: under which codes they were written (the oldest
    first), whose they are (``NOBODY``: nobody's), what was decided last, and how many responses
    they name.
    """

    person_id: str
    signed_by: str
    sent_as: tuple[str, ...]
    code: str
    decided: Decided | None
    responses: int


def decide(log: Log, person_id: str, signed_by: str, code: str, at: datetime) -> None:
    """Keep whose this sender's files are from now on; the newest decision counts."""
    before = decided(log, person_id, signed_by)
    at = after(before.at if before else None, at)
    with log.atomic(durable=True):
        log.insert(
            "decided",
            {
                "id": new_id(),
                "person_id": person_id,
                "signed_by": signed_by,
                "code": code,
                "decided_at": to_text(at),
                "decided_offset": offset_of(at),
            },
        )
        call_by_codes(log)


def decided(
    log: Log, person_id: str, signed_by: str, codes: Iterable[str] | None = None
) -> Decided | None:
    """What was decided last of a sender; None: nothing ever was.

    ``codes`` are those of an assignment: what was decided for another one's is left out.
    """
    row = log.row(
        """SELECT * FROM decided WHERE person_id = :person AND signed_by = :signed
        AND (:codes IS NULL OR code = '' OR code IN (SELECT value FROM json_each(:codes)))
        ORDER BY decided_at DESC, id DESC LIMIT 1""",
        {
            "person": person_id,
            "signed": signed_by,
            "codes": None if codes is None else json.dumps(list(codes)),
        },
    )
    return None if row is None else _decided(row)


def senders(log: Log, assignment_id: str = "") -> tuple[SenderRow, ...]:
    """Everybody of whom files were read here (for one assignment), the first one first.

    Codes are those of an assignment: whose files count under several has a row for each.
    """
    of = {"of": assignment_id}
    files = f"""WITH files AS (SELECT s.id, s.rowid AS place, s.person_id, s.signed_by, s.code,
          COALESCE(a.code, '{NOBODY}') AS now FROM submissions s
        LEFT JOIN arrived a ON a.id = s.id
        WHERE s.mine = 0 AND (:of = '' OR s.assignment_id = :of))"""
    sent: dict[tuple[str, str, str], list[str]] = {}
    for row in log.rows(
        f"""{files} SELECT person_id, signed_by, now, code FROM files
        GROUP BY person_id, signed_by, now, code ORDER BY MIN(place)""",
        of,
    ):
        sent.setdefault((row["person_id"], row["signed_by"], row["now"]), []).append(row["code"])
    responses = {
        (row["person_id"], row["signed_by"], row["now"]): row["n"]
        for row in log.rows(
            f"""{files} SELECT person_id, signed_by, now, COUNT(DISTINCT t.response_id) AS n
            FROM files JOIN submitted t ON t.submission_id = files.id GROUP BY 1, 2, 3""",
            of,
        )
    }
    decisions: dict[tuple[str, str, str], Decided] = {}
    for row in log.rows("SELECT * FROM decided ORDER BY decided_at, id"):
        decisions[row["person_id"], row["signed_by"], row["code"]] = _decided(row)
    return tuple(
        SenderRow(who[0], who[1], tuple(codes), who[2], decisions.get(who), responses.get(who, 0))
        for who, codes in sent.items()
    )


def keys_of(log: Log, code: str, assignment_ids: Iterable[str]) -> frozenset[str]:
    """The public keys that sign for a code: the first one's, and those that were decided to.

    Empty while nothing came under it, in any of these assignments.
    """
    row = log.row(
        """SELECT signed_by FROM arrived WHERE code = :code AND assignment_id IN
        (SELECT value FROM json_each(:ids)) ORDER BY place LIMIT 1""",
        {"code": code, "ids": json.dumps(list(assignment_ids))},
    )
    found = log.rows(f"SELECT signed_by FROM decided d WHERE code = ? AND {_STANDS}", (code,))
    return frozenset(one["signed_by"] for one in (*found, *([row] if row else ())))


def given_by(log: Log, person_id: str, signed_by: str) -> frozenset[tuple[str, str, str, str]]:
    """What a sender's files hold: (assignment, response, pack, vignette)."""
    found = log.rows(
        """SELECT DISTINCT s.assignment_id, r.id, r.pack, r.vignette FROM submissions s
        JOIN submitted t ON t.submission_id = s.id JOIN responses r ON r.id = t.response_id
        WHERE s.mine = 0 AND s.person_id = ? AND s.signed_by = ?""",
        (person_id, signed_by),
    )
    return frozenset((r["assignment_id"], r["id"], r["pack"], r["vignette"]) for r in found)


def sent_for(log: Log, person_id: str, signed_by: str) -> tuple[str, ...]:
    """For which assignments (ids) a sender's files were read, the first one first."""
    found = log.rows(
        """SELECT assignment_id FROM submissions WHERE mine = 0 AND person_id = ?
        AND signed_by = ? GROUP BY assignment_id ORDER BY MIN(rowid)""",
        (person_id, signed_by),
    )
    return tuple(row["assignment_id"] for row in found)


def given_as(log: Log, code: str) -> frozenset[tuple[str, str, str, str]]:
    """The same of everybody whose files are this code's."""
    found = log.rows(
        """SELECT DISTINCT s.assignment_id, r.id, r.pack, r.vignette FROM arrived s
        JOIN submitted t ON t.submission_id = s.id JOIN responses r ON r.id = t.response_id
        WHERE s.code = ?""",
        (code,),
    )
    return frozenset((r["assignment_id"], r["id"], r["pack"], r["vignette"]) for r in found)


def only_reader(log: Log) -> dict[str, str]:
    """By person (id) whose files all say that one key reads, which; whosever the files are."""
    found = log.rows(
        """SELECT person_id, MIN(read_by) AS read_by FROM submissions WHERE mine = 0
        GROUP BY person_id HAVING COUNT(DISTINCT read_by) = 1"""
    )
    return {row["person_id"]: row["read_by"] for row in found}


def is_sender(log: Log, person_id: str) -> bool:
    """Whether a file of this person's was ever read here, whosever it is."""
    sql = "SELECT 1 FROM submissions WHERE person_id = ? AND mine = 0"
    return log.row(sql, (person_id,)) is not None


def is_decided(log: Log, person_id: str) -> bool:
    """Whether it was ever decided whose this person's files are."""
    return log.row("SELECT 1 FROM decided WHERE person_id = ?", (person_id,)) is not None


def unheard(log: Log) -> tuple[Decided, ...]:
    """What was decided last of each sender of whom nothing is here, as their file never came in."""
    found = log.rows(
        f"SELECT * FROM decided d WHERE person_id NOT IN (SELECT id FROM people) AND {_NEWEST}"
    )
    return tuple(_decided(row) for row in found)


def first_of(log: Log) -> dict[str, str]:
    """By person (id) whom the program takes for the same as somebody before: who that is (id)."""
    decided_for = log.rows(
        f"SELECT DISTINCT person_id FROM decided d WHERE code <> '' AND {_STANDS}"
    )
    if not decided_for:
        return {}
    known = {row["person_id"] for row in decided_for}
    first: dict[str, str] = {}
    same: dict[str, str] = {}
    for row in log.rows("SELECT code, person_id FROM arrived GROUP BY 1, 2 ORDER BY MIN(place)"):
        one = first.setdefault(row["code"], row["person_id"])
        if row["person_id"] != one and known & {row["person_id"], one}:
            same[row["person_id"]] = one
    return same


def set_aside(log: Log) -> frozenset[str]:
    """The responses (ids) that came in files of which none is somebody's."""
    if not log.row("SELECT 1 FROM decided WHERE code = ''"):
        return frozenset()
    # Only theirs who were ever nobody, file by file: it is asked for each round, of a log with all
    # of a course. A file holds one person's responses.
    nobody = "s.person_id IN (SELECT person_id FROM decided WHERE code = '')"
    found = log.rows(
        f"""SELECT t.response_id FROM submissions s
        CROSS JOIN submitted t ON t.submission_id = s.id WHERE s.mine = 0 AND {nobody}
        EXCEPT SELECT t.response_id FROM arrived s
        CROSS JOIN submitted t ON t.submission_id = s.id WHERE {nobody}"""
    )
    return frozenset(row["response_id"] for row in found)


def call_by_codes(log: Log) -> None:
    """Call who is called by a code in this log by the one whose their files are.

    Inside ``atomic``, after decisions were added. A name that is no code of theirs stays.
    """
    for one in senders(log) if log.row("SELECT 1 FROM decided") else ():
        if one.decided is not None:
            codes = {*one.sent_as, *(row["code"] for row in log.rows(
                "SELECT code FROM decided WHERE person_id = ?", (one.person_id,)
            ))}  # fmt: skip
            log.db.conn.execute(
                "UPDATE people SET name = ? WHERE id = ? AND name IN"
                " (SELECT value FROM json_each(?))",
                (one.code or one.sent_as[-1], one.person_id, json.dumps(sorted(codes - {NOBODY}))),
            )


def _decided(row: Row) -> Decided:
    at = from_text(row["decided_at"], row["decided_offset"])
    return Decided(row["person_id"], row["signed_by"], row["code"], at)
