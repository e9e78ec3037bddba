"""What was agreed to for each response. Statements are added, never changed; the newest counts."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from trainer.domain.consent import RATED, Consent, Statement
from trainer.domain.ids import new_id
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, offset_of, to_text
from trainer.store.told import told

WAITING = "said "  # a draft, with a statement (id) behind it: its answer is not here yet
# The newest statement about the response ``r``.
NEWEST = """SELECT x.id FROM consents x WHERE x.response_id = r.id
    ORDER BY x.stated_at DESC, x.rowid DESC LIMIT 1"""
# Whether others may hear and rate the response ``r``: its newest statement says so, and its last
# day is not over.
MAY_BE_RATED = f"""EXISTS (SELECT 1 FROM consents c WHERE c.id = ({NEWEST})
    AND c.use IN ({", ".join(f"'{use}'" for use in RATED)})
    AND (c.keep_until IS NULL OR c.keep_until >= date('now', 'localtime')))"""


def add_statement(log: Log, statement: Statement) -> bool:
    """Add a statement, the newest; False, and nothing changed, when the id is there already."""
    with log.atomic(durable=True):
        return _add(log, statement)


def add_as_said(log: Log, statement: Statement) -> bool:
    """Add a statement that was made elsewhere, at its own time; False when it is there already."""
    with log.atomic(durable=True):
        return log.insert_new("consents", _values(statement))


def to_tell(
    log: Log, assignment_id: str, person_id: str, *, again: bool = False
) -> tuple[Statement, ...]:
    """What a person said of answers that they had sent, and no file for an assignment told yet.

    ``again``: all that they ever said of them. Oldest first.
    """
    known = told(log, assignment_id, person_id)
    found = log.rows(
        """SELECT c.*, c.id < MIN(s.id) AS before FROM submissions s
        CROSS JOIN submitted t ON t.submission_id = s.id
        CROSS JOIN consents c ON c.response_id = t.response_id
        WHERE s.assignment_id = ? AND s.person_id = ? AND s.mine = 1
        GROUP BY c.id ORDER BY c.stated_at, c.rowid""",
        (assignment_id, person_id),
    )
    # Where nobody kept it, files had what was said before the first one with the answer.
    return tuple(
        _statement(row)
        for row in found
        if again or not (row["before"] if known is None else row["id"] in known)
    )


def statements(log: Log) -> tuple[Statement, ...]:
    """Every statement there is, the first one first."""
    found = log.rows("SELECT * FROM consents ORDER BY stated_at, rowid")
    return tuple(_statement(row) for row in found)


def consent_of(log: Log, response_id: str) -> Statement | None:
    """The newest statement about a response; None when nothing was ever said of it."""
    row = log.row(
        "SELECT * FROM consents WHERE response_id = ? ORDER BY stated_at DESC, rowid DESC LIMIT 1",
        (response_id,),
    )
    return None if row is None else _statement(row)


def held_back(log: Log, response_ids: Iterable[str]) -> frozenset[str]:
    """Of these responses those of this log that nobody but their speaker may use.

    Of what was heard elsewhere nothing is known here: it was given to be rated.
    """
    found = log.rows(
        f"""SELECT r.id FROM json_each(?) w CROSS JOIN responses r ON r.id = w.value
        WHERE NOT {MAY_BE_RATED}""",
        (json.dumps(list(response_ids)),),
    )
    return frozenset(row["id"] for row in found)


def last_days(log: Log, response_ids: Iterable[str]) -> dict[str, date]:
    """The last days of these responses, by their ids; without those that are kept for good."""
    found = log.rows(
        f"""SELECT r.id, c.keep_until FROM json_each(?) w CROSS JOIN responses r ON r.id = w.value
        JOIN consents c ON c.id = ({NEWEST}) WHERE c.keep_until IS NOT NULL""",
        (json.dumps(list(response_ids)),),
    )
    return {row["id"]: date.fromisoformat(row["keep_until"]) for row in found}


def state(log: Log, response_ids: Iterable[str], consent: Consent, at: datetime) -> int:
    """Say the same of several responses, counting from when each was made; how many they were."""
    count = 0
    with log.atomic(durable=True):
        for response_id in response_ids:
            made = log.row(
                "SELECT started_at, started_offset FROM responses WHERE id = ?", (response_id,)
            )
            if made is not None:
                until = consent.until(from_text(made["started_at"], made["started_offset"]))
                one = Statement(new_id(), response_id, consent.use, until, at)
                count += _add(log, one)
    return count


def responses_of(log: Log, person_id: str) -> tuple[str, ...]:
    """The ids of a person's responses."""
    found = log.rows("SELECT id FROM responses WHERE person_id = ?", (person_id,))
    return tuple(row["id"] for row in found)


def keep_until(log: Log, response_ids: Iterable[str], until: date | None, at: datetime) -> None:
    """Give responses another last day, and leave who may use them as it was said."""
    with log.atomic(durable=True):
        for response_id in response_ids:
            old = consent_of(log, response_id)
            if old is not None:
                one = Statement(new_id(), response_id, old.use, until, at)
                _add(log, one)


def expired(log: Log, today: date, person_id: str | None = None) -> tuple[str, ...]:
    """Responses whose last day lies before ``today``, oldest first; of everybody unless named."""
    found = log.rows(
        f"""SELECT r.id FROM consents c CROSS JOIN responses r ON r.id = c.response_id
        WHERE c.keep_until < :today AND c.id = ({NEWEST})
          AND (:person IS NULL OR r.person_id = :person)
        ORDER BY r.started_at, r.id""",
        {"today": today.isoformat(), "person": person_id},
    )
    return tuple(row["id"] for row in found)


def _add(log: Log, statement: Statement) -> bool:
    newest = consent_of(log, statement.response_id)
    at = after(newest.stated_at if newest else None, statement.stated_at)
    return log.insert_new("consents", _values(replace(statement, stated_at=at)))


def _values(statement: Statement) -> Row:
    until = statement.keep_until
    return {
        "id": statement.id,
        "response_id": statement.response_id,
        "use": statement.use,
        "keep_until": None if until is None else until.isoformat(),
        "stated_at": to_text(statement.stated_at),
        "stated_offset": offset_of(statement.stated_at),
    }


def _statement(row: Row) -> Statement:
    until = row["keep_until"]
    return Statement(
        row["id"],
        row["response_id"],
        row["use"],
        None if until is None else date.fromisoformat(until),
        from_text(row["stated_at"], row["stated_offset"]),
    )
