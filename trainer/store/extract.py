"""A part of the log as a log of its own, to be given to others: some responses of one person.

What is the person's own business stays: their name, notes and reflections, what they meant to try,
whom else they practise with, every rating but their own of these responses.
"""

from collections.abc import Sequence
from pathlib import Path

from trainer.domain.rating import SELF
from trainer.store.db import FILE, Log, Row, open_log


def extract(
    log: Log,
    response_ids: Sequence[str],
    name: str,
    folder: Path,
    assignment_id: str,
    person_id: str,
) -> Path:
    """Write ``log.db`` into ``folder`` with these responses; their person is called ``name`` in it.

    With how their test went, if the assignment is one. Not encrypted, and without the sounds. The
    file's path.
    """
    part = open_log(folder)
    try:
        with part.atomic(durable=True):
            part.insert("people", {**_one(log, "people", "id", person_id), "name": name})
            for response_id in response_ids:
                _copy_response(log, part, response_id)
            for table in ("starts", "interruptions"):
                for row in _every(log, table, "assignment_id", assignment_id):
                    if row["person_id"] == person_id:
                        part.insert(table, row)
        part.db.conn.execute("PRAGMA journal_mode = DELETE")  # one file, no journal beside it
    finally:
        part.close()
    return folder / FILE


def _copy_response(log: Log, part: Log, response_id: str) -> None:
    row = _one(log, "responses", "id", response_id)
    session = _one(log, "sessions", "id", row["session_id"])
    if part.insert_new("sessions", {**session, "objective": ""}):
        for one in _every(log, "assigned", "session_id", session["id"]):
            part.insert("assigned", one)
    part.insert("recordings", _one(log, "recordings", "id", row["recording_id"]))
    part.insert("responses", {**row, "change_tried": ""})
    for table, column, value in (
        ("videos", "recording_id", row["recording_id"]),
        ("measures", "response_id", response_id),
        ("consents", "response_id", response_id),
    ):
        for one in _every(log, table, column, value):
            part.insert(table, one)
    for rating in _every(log, "ratings", "response_id", response_id):
        if rating["role"] == SELF and rating["rater_id"] == row["person_id"]:
            part.insert("ratings", {**rating, "round_id": None})
            for score in _every(log, "scores", "rating_id", rating["id"]):
                part.insert("scores", score)


def _one(log: Log, table: str, column: str, value: str) -> Row:
    row = log.row(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
    assert row is not None  # a reference, which the log checks
    return row


def _every(log: Log, table: str, column: str, value: str) -> list[Row]:
    # In the order in which they were written: a correction comes after what it corrects.
    order = "1" if table in ("scores", "assigned") else "rowid"
    return log.rows(f"SELECT * FROM {table} WHERE {column} = ? ORDER BY {order}", (value,))
