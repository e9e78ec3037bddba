"""What raters gave, as it went back to trainees, and what of it came to one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainer.store.db import Log, Row
from trainer.store.judged import still_to_rate
from trainer.store.senders import only_reader
from trainer.store.times import from_text, offset_of, to_text


@dataclass(frozen=True, slots=True)
class ResultsRow:
    """One file of results: written here for a trainee (``mine``), or read here by them.

    ``signed_by`` is the program's public key. What it told of each response is in rows of its own.
    """

    id: str
    mine: bool
    person_id: str
    document: dict[str, Any]
    signed_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that came in: for which assignment (id), under which code, whose (id), and by
    which key (public half) its file was signed.
    """

    response_id: str
    assignment_id: str
    code: str
    person_id: str
    signed_by: str


def answers(log: Log, assignment_ids: Iterable[str]) -> tuple[Answer, ...]:
    """Every response to these assignments that is still here, by code, oldest first; once for each
    key that sent it.
    """
    found = log.rows(
        """SELECT r.id, MIN(s.assignment_id) AS assignment_id, MIN(s.code) AS code, r.person_id,
          s.signed_by FROM arrived s JOIN submitted t ON t.submission_id = s.id
        JOIN responses r ON r.id = t.response_id
        WHERE s.assignment_id IN (SELECT value FROM json_each(?))
        GROUP BY r.id, s.signed_by ORDER BY code, r.started_at, r.id, MIN(s.place)""",
        (json.dumps(list(assignment_ids)),),
    )
    return tuple(
        Answer(
            row["id"], row["assignment_id"], row["code"], row["person_id"], row["signed_by"]
        )
        for row in found
    )  # fmt: skip


def rated(log: Log, assignment_ids: Iterable[str]) -> tuple[Answer, ...]:
    """Those of ``answers`` that somebody else has rated."""
    every = answers(log, assignment_ids)
    found = log.rows(
        """SELECT DISTINCT r.id FROM json_each(?) w CROSS JOIN responses r ON r.id = w.value
        JOIN ratings t ON t.response_id = r.id AND t.role = 'supervisor'
          AND t.rater_id <> r.person_id""",
        (json.dumps([one.response_id for one in every]),),
    )
    known = {row["id"] for row in found}
    return tuple(one for one in every if one.response_id in known)


def waiting(log: Log, response_ids: Iterable[str]) -> frozenset[str]:
    """Those of these responses that somebody still has to rate: in a round of this log, or on a
    share that was given to them.
    """
    ids = list(response_ids)
    found = log.rows(
        """SELECT DISTINCT d.response_id FROM json_each(?) w
        CROSS JOIN shared d ON d.response_id = w.value JOIN shares s ON s.id = d.share_id
        WHERE s.mine = 1 AND s.rater_id IN (SELECT id FROM people) AND NOT EXISTS (
          SELECT 1 FROM ratings t WHERE t.response_id = d.response_id
          AND t.rater_id = s.rater_id AND t.role = 'supervisor')""",
        (json.dumps(ids),),
    )
    return frozenset(row["response_id"] for row in found) | frozenset(still_to_rate(log, ids))


def raters_in_order(log: Log) -> dict[str, datetime]:
    """Everybody who rated others here, or was to (ids), and since when, those who came first first.

    That does not change when one of them is forgotten: what they gave stays, as somebody's.
    """
    found = log.rows(
        """SELECT rater_id, MIN(at) AS first FROM (
          SELECT rater_id, made_at AS at FROM shares WHERE mine = 1
          UNION ALL SELECT rater_id, began_at FROM rounds WHERE kind IN ('live', 'ungated')
          UNION ALL SELECT rater_id, locked_at FROM ratings WHERE role = 'supervisor')
        GROUP BY rater_id ORDER BY first, rater_id"""
    )
    return {row["rater_id"]: from_text(row["first"], 0) for row in found}


def raters_that_came(log: Log) -> frozenset[str]:
    """The raters (ids) of files that were read here: they are known by a code, and elsewhere."""
    found = log.rows(
        "SELECT DISTINCT o.value FROM results r, json_each(r.document, '$.raters') o"
        " WHERE r.mine = 0"
    )
    return frozenset(row["value"] for row in found)


def add_results(log: Log, one: ResultsRow, facts: Mapping[str, Mapping[str, object]]) -> bool:
    """Keep a file of results, with what it told by response (id); False when it is there."""
    with log.atomic(durable=True):
        new = log.insert_new(
            "results",
            {
                "id": one.id,
                "mine": int(one.mine),
                "person_id": one.person_id,
                "document": json.dumps(one.document, ensure_ascii=False),
                "signed_by": one.signed_by,
                "made_at": to_text(one.made_at),
                "made_offset": offset_of(one.made_at),
            },
        )
        for response_id, told in facts.items() if new else ():
            row = {"results_id": one.id, "response_id": response_id}
            log.insert("resulted", {**row, "facts": json.dumps(told, ensure_ascii=False)})
    return new


def results(log: Log, person_id: str, *, mine: bool) -> tuple[ResultsRow, ...]:
    """Every file of a person's that was written (``mine``) or read here, oldest first."""
    found = log.rows(
        "SELECT * FROM results WHERE person_id = ? AND mine = ? ORDER BY made_at, id",
        (person_id, int(mine)),
    )
    return tuple(_results(row) for row in found)


def told_of(log: Log, results_id: str) -> frozenset[str]:
    """The responses (ids) that a file told of, of those not forgotten."""
    found = log.rows("SELECT response_id FROM resulted WHERE results_id = ?", (results_id,))
    return frozenset(row["response_id"] for row in found)


def told_before(log: Log, response_ids: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
    """By response and by the key that opens it, what was told in files that were written here
    (``said`` of the facts).

    Of an older file it is not known which of several keys of a person it was for: it was for none.
    """
    found = log.rows(
        """SELECT d.response_id, d.facts, r.person_id, json_extract(r.document, '$.to') AS read_by
        FROM json_each(?) w CROSS JOIN resulted d ON d.response_id = w.value
        JOIN results r ON r.id = d.results_id WHERE r.mine = 1""",
        (json.dumps(list(response_ids)),),
    )
    told: dict[tuple[str, str], set[str]] = {}
    only = only_reader(log) if any(row["read_by"] is None for row in found) else {}
    for row in found:
        which = row["response_id"], row["read_by"] or only.get(row["person_id"], "")
        told.setdefault(which, set()).update(json.loads(row["facts"])["said"])
    return {which: frozenset(said) for which, said in told.items()}


def newest_read(log: Log, response_ids: Iterable[str]) -> dict[str, datetime]:
    """By response, when the newest file was made that told of it and was read here."""
    found = log.rows(
        """SELECT d.response_id, r.made_at, r.made_offset FROM json_each(?) w
        CROSS JOIN resulted d ON d.response_id = w.value JOIN results r ON r.id = d.results_id
        WHERE r.mine = 0 ORDER BY r.made_at""",
        (json.dumps(list(response_ids)),),
    )
    return {row["response_id"]: from_text(row["made_at"], row["made_offset"]) for row in found}


def not_standing(log: Log, response_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """By response, the ratings (ids) that do not stand any more, as files say that were read here
    (``was`` of the facts).
    """
    found = log.rows(
        """SELECT d.response_id, o.value FROM json_each(?) w
        CROSS JOIN resulted d ON d.response_id = w.value
        JOIN results r ON r.id = d.results_id AND r.mine = 0
        CROSS JOIN json_each(d.facts, '$.was') o""",
        (json.dumps(list(response_ids)),),
    )
    gone: dict[str, set[str]] = {}
    for row in found:
        gone.setdefault(row["response_id"], set()).add(row["value"])
    return {response_id: frozenset(ids) for response_id, ids in gone.items()}


def _results(row: Row) -> ResultsRow:
    return ResultsRow(
        row["id"], bool(row["mine"]), row["person_id"], json.loads(row["document"]),
        row["signed_by"], from_text(row["made_at"], row["made_offset"]),
    )  # fmt: skip
