"""Shares given to raters and those that came, and the files of ratings that went back."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trainer.domain.rounds import LIVES
from trainer.store.consents import MAY_BE_RATED
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One file for one rater. ``mine``: it was given out here, to ``rater_id``, not read here.

    ``signed_by`` is the public key that signed it. Its codes are in rows of their own.
    """

    id: str
    mine: bool
    rater_id: str | None
    document: dict[str, Any]
    signed_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One file of ratings on a share that was written (``mine``) or read here."""

    id: str
    share_id: str
    mine: bool
    rater_id: str
    document: dict[str, Any]
    signed_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CameIn:
    """A response that came in for an assignment: under which code, which client it answers.

    ``agreed``: others may rate it; ``file`` is its recording's.
    """

    response_id: str
    code: str
    client: str
    agreed: bool
    file: str


def came_in(log: Log, assignment_ids: Iterable[str]) -> tuple[CameIn, ...]:
    """Every response that trainees sent for these assignments, each once, in a fixed order."""
    found = log.rows(
        f"""SELECT r.id, MIN(s.code) AS code, r.pack || ' ' || r.vignette AS client, f.file,
          {MAY_BE_RATED} AS agreed
        FROM arrived s JOIN submitted t ON t.submission_id = s.id
        JOIN responses r ON r.id = t.response_id JOIN recordings f ON f.id = r.recording_id
        WHERE s.assignment_id IN (SELECT value FROM json_each(?))
        GROUP BY r.id ORDER BY r.id""",
        (json.dumps(list(assignment_ids)),),
    )
    return tuple(
        CameIn(row["id"], row["code"], row["client"], bool(row["agreed"]), row["file"])
        for row in found
    )


def add_share(
    log: Log, one: ShareRow, codes: Mapping[str, tuple[str, Mapping[str, object]]]
) -> bool:
    """Keep a share with its codes: the response each stands for, and what came with it.

    False, and nothing changed, when it is there already.
    """
    with log.atomic(durable=True):
        new = log.insert_new(
            "shares",
            {
                "id": one.id,
                "mine": int(one.mine),
                "rater_id": one.rater_id,
                "document": json.dumps(one.document, ensure_ascii=False),
                "signed_by": one.signed_by,
                "made_at": to_text(one.made_at),
                "made_offset": offset_of(one.made_at),
            },
        )
        for code, (response_id, facts) in codes.items() if new else ():
            row = {"share_id": one.id, "code": code, "response_id": response_id}
            log.insert("shared", {**row, "facts": json.dumps(facts, ensure_ascii=False)})
    return new


def shares(log: Log, *, mine: bool) -> tuple[ShareRow, ...]:
    """Every share given out here (``mine``), or that came, oldest first."""
    found = log.rows("SELECT * FROM shares WHERE mine = ? ORDER BY made_at, id", (int(mine),))
    return tuple(_share(row) for row in found)


def find_share(log: Log, share_id: str) -> ShareRow | None:
    """One share by its id, or None."""
    row = log.row("SELECT * FROM shares WHERE id = ?", (share_id,))
    return None if row is None else _share(row)


def codes_of(log: Log, share_id: str) -> dict[str, str]:
    """The response (id) that each code of a share stands for, of those not forgotten."""
    found = log.rows("SELECT code, response_id FROM shared WHERE share_id = ?", (share_id,))
    return {row["code"]: row["response_id"] for row in found}


def facts_of(log: Log, share_id: str) -> dict[str, dict[str, Any]]:
    """What came with each code of a share that came."""
    found = log.rows("SELECT code, facts FROM shared WHERE share_id = ?", (share_id,))
    return {row["code"]: json.loads(row["facts"]) for row in found}


def facts_of_code(log: Log, code: str) -> dict[str, Any] | None:
    """What came with a code; None: it came with no share."""
    row = log.row(
        "SELECT d.facts FROM shared d JOIN shares s ON s.id = d.share_id"
        " WHERE d.response_id = :code AND d.code = :code AND s.mine = 0",
        {"code": code},
    )
    return None if row is None else dict(json.loads(row["facts"]))


def begun_by_other(log: Log, codes: Iterable[str], rater_id: str) -> str | None:
    """The name of another person here who set out to rate a share that one of these codes is of."""
    row = log.row(
        """SELECT p.name FROM people p WHERE p.id != :rater AND EXISTS (
          SELECT 1 FROM rounds n JOIN places l ON l.round_id = n.id
          WHERE n.rater_id = p.id AND n.kind IN (SELECT value FROM json_each(:kinds))
          AND l.response_id IN (
            SELECT d.code FROM shared d WHERE d.share_id IN (
              SELECT e.share_id FROM json_each(:codes) w JOIN shared e ON e.response_id = w.value
              JOIN shares s ON s.id = e.share_id AND s.mine = 0)))""",
        {"rater": rater_id, "kinds": json.dumps(LIVES), "codes": json.dumps(list(codes))},
    )
    return None if row is None else str(row["name"])


def codes_past(log: Log, today: date) -> tuple[str, ...]:
    """The codes of shares that came whose last day lies before ``today``."""
    found = log.rows(
        """SELECT d.code FROM shares s JOIN shared d ON d.share_id = s.id
        WHERE s.mine = 0 AND json_extract(d.facts, '$.keep_until') < ? ORDER BY d.code""",
        (today.isoformat(),),
    )
    return tuple(row["code"] for row in found)


def raters_given(log: Log, response_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """To whom these responses were given here: a rater's name and the code that they have."""
    found = log.rows(
        """SELECT p.name, d.code FROM json_each(?) w CROSS JOIN shared d ON d.response_id = w.value
        JOIN shares s ON s.id = d.share_id AND s.mine = 1 JOIN people p ON p.id = s.rater_id
        ORDER BY p.name, d.code""",
        (json.dumps(list(response_ids)),),
    )
    return tuple((row["name"], row["code"]) for row in found)


def taken_codes(log: Log, codes: Iterable[str]) -> bool:
    """Whether one of these codes names something in this log already."""
    found = log.row(
        """SELECT 1 FROM json_each(?) w WHERE w.value IN (SELECT response_id FROM shared)
        OR w.value IN (SELECT response_id FROM heard) OR w.value IN (SELECT id FROM responses)""",
        (json.dumps(list(codes)),),
    )
    return found is not None


def raters_by_key(log: Log) -> tuple[tuple[str, str], ...]:
    """To whom shares were given: the key that each signs with, and their id, the first share first.

    Of those who are here still; whom an older Attune gave shares on two laptops has two ids.
    """
    found = log.rows(
        """SELECT json_extract(document, '$.signs_as') AS signs, rater_id FROM shares
        WHERE mine = 1 AND rater_id IN (SELECT id FROM people) ORDER BY made_at, id"""
    )
    return tuple(dict.fromkeys((row["signs"], row["rater_id"]) for row in found))


def known_twice(log: Log) -> tuple[str, ...]:
    """The names of raters who have several ids here: an older Attune merged two laptops' logs."""
    keys = Counter(key for key, _ in raters_by_key(log))
    names = {row["id"]: row["name"] for row in log.rows("SELECT id, name FROM people")}
    every = dict(reversed(raters_by_key(log)))
    return tuple(names[every[key]] for key, count in keys.items() if count > 1)


def given_to(log: Log) -> dict[str, frozenset[str]]:
    """By rater (id), the responses that they were given here.

    Of a rater who was forgotten only those that they had rated: nothing more will come of them.
    """
    found = log.rows(
        """SELECT s.rater_id, d.response_id FROM shares s JOIN shared d ON d.share_id = s.id
        WHERE s.mine = 1 AND (s.rater_id IN (SELECT id FROM people) OR EXISTS (
          SELECT 1 FROM ratings t
          WHERE t.response_id = d.response_id AND t.rater_id = s.rater_id))"""
    )
    given: dict[str, set[str]] = {}
    for row in found:
        given.setdefault(row["rater_id"], set()).add(row["response_id"])
    return {rater: frozenset(ids) for rater, ids in given.items()}


def rated_by_key(log: Log, signs_as: str, person_id: str) -> dict[tuple[str, str], str]:
    """The clients (pack, vignette) in answers that a trainee rated for a share given out here, and
    when first (as the log has times); they are known by their key, or as somebody of this log.
    """
    found = log.rows(
        """SELECT r.pack, r.vignette, MIN(t.locked_at) AS first FROM shares s
        JOIN shared d ON d.share_id = s.id JOIN responses r ON r.id = d.response_id
        JOIN ratings t ON t.response_id = r.id AND t.rater_id = s.rater_id
        WHERE s.mine = 1 AND (s.rater_id = :person OR instr(s.document, :key))
        GROUP BY r.pack, r.vignette""",
        {"person": person_id, "key": signs_as},
    )
    return {(row["pack"], row["vignette"]): row["first"] for row in found}


def add_returned(log: Log, one: ReturnedRow) -> bool:
    """Keep that a file of ratings was written or read; False when it is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "returned",
            {
                "id": one.id,
                "share_id": one.share_id,
                "mine": int(one.mine),
                "rater_id": one.rater_id,
                "document": json.dumps(one.document, ensure_ascii=False),
                "signed_by": one.signed_by,
                "made_at": to_text(one.made_at),
                "made_offset": offset_of(one.made_at),
            },
        )


def returned(log: Log, share_id: str, *, mine: bool) -> tuple[ReturnedRow, ...]:
    """Every file of ratings on a share that was written (``mine``) or read here, oldest first."""
    found = log.rows(
        "SELECT * FROM returned WHERE share_id = ? AND mine = ? ORDER BY made_at, id",
        (share_id, int(mine)),
    )
    return tuple(
        ReturnedRow(
            row["id"], row["share_id"], bool(row["mine"]), row["rater_id"],
            json.loads(row["document"]), row["signed_by"],
            from_text(row["made_at"], row["made_offset"]),
        )
        for row in found
    )  # fmt: skip


def codes_that_came(log: Log) -> frozenset[str]:
    """Every code of a share that came: their sounds and films are named after them."""
    found = log.rows(
        "SELECT d.code FROM shared d JOIN shares s ON s.id = d.share_id WHERE s.mine = 0"
    )
    return frozenset(row["code"] for row in found)


def _share(row: Row) -> ShareRow:
    return ShareRow(
        row["id"], bool(row["mine"]), row["rater_id"], json.loads(row["document"]),
        row["signed_by"], from_text(row["made_at"], row["made_offset"]),
    )  # fmt: skip
