"""One log's rows into another: what is missing is added, what is there stays, what differs is told.

Ids are the same on every laptop, and rows are never changed, so that equal ids mean equal rows;
repeated, it adds nothing.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from trainer.domain.response import Recording
from trainer.store.db import Log, Row
from trainer.store.responses import recording_from


@dataclass(slots=True)
class Merged:
    """What became of each row, by table; ``differed`` as (table, id), left as they were here."""

    added: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    differed: list[tuple[str, str]] = field(default_factory=list)


def recordings_to_add(log: Log, other: Log) -> Iterator[Recording]:
    """The recordings of ``other`` whose response and recording are both not in ``log``."""
    found = other.rows(
        "SELECT r.id AS response, f.* FROM responses r"
        " JOIN recordings f ON f.id = r.recording_id ORDER BY r.rowid"
    )
    for row in found:
        if not _find(log, "responses", row["response"]) and not _find(log, "recordings", row["id"]):
            yield recording_from(row, row["id"])


def recordings_in_both(log: Log, other: Log) -> Iterator[tuple[Recording, Recording]]:
    """Pairs of recordings with one id: here, and in ``other`` (one may be the other's FLAC)."""
    for row in other.rows("SELECT * FROM recordings ORDER BY made_at, id"):
        if mine := _find(log, "recordings", row["id"]):
            yield recording_from(mine, mine["id"]), recording_from(row, row["id"])


def merge(log: Log, other: Log, *, without: frozenset[str] = frozenset()) -> Merged:
    """Add to ``log`` what only ``other`` has, in one step that is on the disk when it returns.

    The recordings' files are to be in place. ``without`` are recordings (ids) whose place is taken
    by another file: their responses are told as differing, and left out.
    """
    done = Merged()
    with log.atomic(durable=True):
        empty = log.row("SELECT 1 FROM people") is None
        for table in ("people", "sessions"):
            _by_id(log, other, table, done)
        _ends(log, other, done)
        _responses(log, other, without, done)
        for table in ("ratings", "notes"):
            _by_id(log, other, table, done)
        _measures(log, other, done)
        if empty:  # half-typed scores belong to a log that nobody has gone on with
            for row in other.rows("SELECT * FROM drafts"):
                if log.row("SELECT 1 FROM drafts WHERE key = ?", (row["key"],)) is None:
                    log.insert("drafts", row)
    return done


def _find(log: Log, table: str, row_id: str) -> Row | None:
    return log.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,))


def _by_id(log: Log, other: Log, table: str, done: Merged) -> None:
    # In the order in which they were written: a correction comes after what it corrects.
    for row in other.rows(f"SELECT * FROM {table} ORDER BY rowid"):
        scores = _scores(other, row["id"]) if table == "ratings" else []
        mine = _find(log, table, row["id"])
        if mine is None:
            parts = [(table, row), *(("scores", score) for score in scores)]
            _insert(log, table, row["id"], parts, done)
        elif mine == row and (table != "ratings" or _scores(log, row["id"]) == scores):
            done.there[table] += 1
        else:
            done.differed.append((table, row["id"]))


def _scores(log: Log, rating_id: str) -> list[Row]:
    return log.rows("SELECT * FROM scores WHERE rating_id = ? ORDER BY place", (rating_id,))


def _ends(log: Log, other: Log, done: Merged) -> None:
    # They have no id that means anything elsewhere: equal in everything is the same.
    for row in other.rows("SELECT * FROM session_ends ORDER BY id"):
        del row["id"]
        same = " AND ".join(f"{name} IS :{name}" for name in row)
        if log.row(f"SELECT 1 FROM session_ends WHERE {same}", row):
            done.there["session_ends"] += 1
        else:
            _insert(log, "session_ends", row["session_id"], [("session_ends", row)], done)


def _responses(log: Log, other: Log, without: frozenset[str], done: Merged) -> None:
    for row in other.rows("SELECT * FROM responses ORDER BY rowid"):
        mine = _find(log, "responses", row["id"])
        if mine == row:
            done.there["responses"] += 1
        elif mine is not None or row["recording_id"] in without:
            done.differed.append(("responses", row["id"]))
        else:
            recording = _find(other, "recordings", row["recording_id"])
            assert recording is not None  # a reference, which was checked
            parts = [("recordings", recording), ("responses", row)]
            _insert(log, "responses", row["id"], parts, done)


def _measures(log: Log, other: Log, done: Merged) -> None:
    # Derived, and made anew at any time: those that are here count.
    for row in other.rows("SELECT * FROM measures"):
        key = row["response_id"]
        if log.row("SELECT 1 FROM measures WHERE response_id = ?", (key,)):
            done.there["measures"] += 1
        else:
            _insert(log, "measures", key, [("measures", row)], done)


def _insert(log: Log, table: str, row_id: str, rows: list[tuple[str, Row]], done: Merged) -> None:
    """Add rows that belong together; all or none, when they do not fit what is here."""
    try:
        with log.atomic():
            for name, row in rows:
                log.insert(name, row)
    except sqlite3.IntegrityError:
        done.differed.append((table, row_id))
    else:
        done.added[table] += 1
