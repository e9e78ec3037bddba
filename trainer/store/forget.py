"""Forgetting for good: the one way out of the log for rows that are never changed otherwise.

``begin`` takes the rows out and, in the same step, writes down what is still to be erased: files,
copies and backups hold it too. ``end`` rewrites the file so that no byte of it is left, and says
that all is done. Killed anywhere in between, ``pending`` tells what to go on with.
"""

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path, PurePosixPath

from trainer.domain.errors import KnownError
from trainer.store import clocks, sealed, starts, takes
from trainer.store.connect import connect
from trainer.store.db import Log
from trainer.store.enrolled import forget_names
from trainer.store.forget_scope import Scope
from trainer.store.key import Key
from trainer.store.responses import find_response
from trainer.store.times import offset_of, to_text
from trainer.store.traces import UUID
from trainer.store.trouble import SAFE, database_errors, file_errors, log_errors, name_of

_OPEN_END = "end"  # what is left to do last of all: it names nobody
_TABLES = {"response_id": "responses", "session_id": "sessions", "person_id": "people",
           "recording_id": "recordings", "rating_id": "ratings"}  # fmt: skip


def mark_of(row_id: str) -> str:
    """By what an id is known again once it is forgotten: nothing can be read out of it."""
    return hashlib.sha256(row_id.encode()).hexdigest()


def marks(log: Log) -> frozenset[str]:
    """The marks of everything that was forgotten here."""
    return frozenset(row["mark"] for row in log.rows("SELECT mark FROM forgotten"))


def unmark(log: Log, ids: Iterable[str]) -> None:
    """Drop the marks of what was brought back."""
    if known := marks(log):
        with log.atomic():
            for mark in known & {mark_of(one) for one in ids}:
                log.db.conn.execute("DELETE FROM forgotten WHERE mark = ?", (mark,))


def begin(log: Log, scope: Scope, at: datetime) -> None:
    """Take the rows out, and write down what is to be erased elsewhere; all in one step.

    Ratings that a forgotten person gave to others stay, under a new id that stands for nobody.
    """
    with log_errors(log.path):
        log.db.conn.execute("PRAGMA secure_delete = ON")
    when = {"forgotten_at": to_text(at), "forgotten_offset": offset_of(at)}
    with log.atomic(durable=True):
        starts.note_deleted(log, scope.responses, at)
        begun = starts.begun_by(log, scope.people)
        sounds = _take_out(log.db.conn, scope)
        for field in fields(scope):
            for value in getattr(scope, field.name):
                _put(log, field.name, value)
        for name in sounds:
            _put(log, "sounds", name)
        _put(log, _OPEN_END, "")
        for row_id in scope.ids | begun:
            log.db.conn.execute("DELETE FROM forgotten WHERE mark = ?", (mark_of(row_id),))
            log.insert("forgotten", {"mark": mark_of(row_id), **when})


def pending(log: Log) -> Scope | None:
    """What a ``begin`` left to be erased; None when all of it is done."""
    rows = log.rows("SELECT kind, value FROM forgetting")
    if not rows:
        return None
    return Scope(
        **{
            field.name: frozenset(row["value"] for row in rows if row["kind"] == field.name)
            for field in fields(Scope)
        }
    )


def end(log: Log) -> None:
    """Leave no byte of what was taken out in the log's own files, and say that all is done.

    For when everything else is erased. KnownError when another program is reading the log.
    """
    with log_errors(log.path):
        log.db.conn.execute("PRAGMA secure_delete = ON")
        with log.atomic(durable=True):
            log.db.conn.execute("DELETE FROM forgetting WHERE kind <> ?", (_OPEN_END,))
        # VACUUM works in a file of its own; in memory it leaves nothing on another disk.
        log.db.conn.execute("PRAGMA temp_store = MEMORY")
        log.db.conn.execute("VACUUM")
        _empty_journal(log)
        with log.atomic(durable=True):
            log.db.conn.execute("DELETE FROM forgetting")
        _empty_journal(log)


def prune(path: Path, scope: Scope, key: Key | None = None) -> frozenset[str] | None:
    """Take ``scope`` out of a copy of the log, of whichever version, leaving no byte of it.

    ``key`` opens one that is encrypted. Returns the ``file`` of the recordings that went, or None:
    it is damaged, or no log of ours. KnownError when the disk refuses.
    """
    try:
        return _prune(path, scope, key)
    except database_errors() as error:
        if name_of(error).startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR")):
            return None
        with log_errors(path):
            raise


def _prune(path: Path, scope: Scope, key: Key | None) -> frozenset[str] | None:
    with closing(connect(path, key)) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN IMMEDIATE")
        try:
            gone = _take_out(connection, scope)
            if "forgetting" in _tables(connection):
                connection.execute("DELETE FROM forgetting")
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return None if key and named(connection, scope.ids) else gone


def named(connection: sqlite3.Connection, ids: frozenset[str]) -> bool:
    """Whether one of these ids stands in any row, which is all that a log written anew holds."""
    wanted = {one.encode() for one in ids}
    for table in _tables(connection):
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            text = "\n".join(str(value) for value in row if value is not None)
            if not wanted.isdisjoint(UUID.findall(text.encode())):
                return True
    return False


def belongs_to(scope: Scope) -> Callable[[str], bool]:
    """Tells of a file's name (from the recordings folder on) whether it belongs to ``scope``."""
    ids = {one.encode() for one in scope.ids}
    stems = {PurePosixPath(one).with_suffix("") for one in scope.sounds}

    def belongs(name: str) -> bool:
        inside = UUID.findall(PurePosixPath(name).name.encode())
        plain = PurePosixPath(name.removesuffix(sealed.SUFFIX))
        return not ids.isdisjoint(inside) or plain.with_suffix("") in stems

    return belongs


def erase_sounds(folder: Path, scope: Scope) -> int:
    """Delete every sound, twin, half-written part and sidecar of ``scope``; how many files.

    KnownError when one cannot be deleted (on Windows: while it is playing).
    """
    root, count, belongs = folder / takes.RECORDINGS, 0, belongs_to(scope)
    for path in sorted(root.rglob("*")):
        if path.is_file() and belongs(path.relative_to(root).as_posix()):
            with file_errors(path):
                path.unlink()
                count += 1
            with suppress(OSError):  # not empty
                path.parent.rmdir()
    return count


def unwanted(log: Log) -> Scope:
    """Sounds in the data folder whose response was forgotten: a twin that came too late."""
    known = marks(log)
    root = log.folder / takes.RECORDINGS
    names = (p.name.encode() for p in root.rglob("*")) if known and root.is_dir() else ()
    found = {one.decode() for name in names for one in UUID.findall(name)}
    wanted = frozenset(one for one in found if mark_of(one) in known)
    return Scope(takes=frozenset(one for one in wanted if find_response(log, one) is None))


def _put(log: Log, kind: str, value: str) -> None:
    log.db.conn.execute(
        "INSERT INTO forgetting (kind, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (kind, value)
    )


def _empty_journal(log: Log) -> None:
    busy = log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise KnownError(
            f"What was forgotten is not erased from every file yet: {log.path} is being read",
            f"The next start of Attune goes on with it. {SAFE}",
        )


def _take_out(connection: sqlite3.Connection, scope: Scope) -> frozenset[str]:
    """Delete every row of ``scope`` and every row that belongs to one of those.

    In a transaction. It goes by the names of columns, so that it also knows tables of versions
    before and after this one; a reference it does not know makes the transaction fail.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    tables = _tables(connection)
    # A copy may hold more of a person than the log did at the end.
    sessions = scope.sessions | _owned(connection, "sessions", "id", "person_id", scope.people)
    responses = scope.responses | _owned(connection, "responses", "id", "person_id", scope.people)
    responses |= _owned(connection, "responses", "id", "session_id", sessions)
    if "heard" in tables:
        responses |= _owned(connection, "heard", "response_id", "person_id", scope.people)
    recordings = _owned(connection, "responses", "recording_id", "id", responses)
    ratings = _owned(connection, "ratings", "id", "response_id", responses)
    gone = _owned(connection, "recordings", "file", "id", recordings)
    ids = {"response_id": responses, "session_id": sessions, "person_id": scope.people,
           "recording_id": recordings, "rating_id": ratings}  # fmt: skip
    rules = _without_rules(connection)
    if "enrolled_names" in tables:
        forget_names(connection, scope.names, scope.people)
    for table, columns in tables.items():
        for column, values in ids.items():
            if column in columns:
                _delete(connection, table, column, values)
    for column, table in _TABLES.items():
        _delete(connection, table, "id", ids[column])
    if "shares" in tables:  # of those that came: where nothing of one is left, it goes
        emptied = "SELECT id FROM shares WHERE mine = 0 AND id NOT IN (SELECT share_id FROM shared)"
        connection.execute(f"DELETE FROM returned WHERE share_id IN ({emptied})")
        connection.execute(f"DELETE FROM shares WHERE id IN ({emptied})")
    if "submissions" in tables:
        clocks.drop_others(connection)
    connection.executemany(
        "DELETE FROM drafts WHERE instr(key, :id) OR instr(data, :id)",
        [{"id": one} for one in scope.ids | responses | sessions],
    )
    for person in scope.people:
        nobody = _nobody(person)
        for table in (name for name, columns in tables.items() if "rater_id" in columns):
            connection.execute(
                f"UPDATE {table} SET rater_id = ? WHERE rater_id = ?", (nobody, person)
            )
    for rule in rules:
        connection.execute(rule)
    return gone


def _nobody(person_id: str) -> str:
    """An id in a forgotten person's place: the same in every copy, and it tells nothing."""
    digest = hashlib.sha256(f"nobody {person_id}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _tables(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Every table of ours with the names of its columns."""
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%'"
        " ESCAPE '!' AND name <> '_sqlite_migrations'"
    ).fetchall()
    return {
        name: {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        for (name,) in names
    }


def _without_rules(connection: sqlite3.Connection) -> list[str]:
    """Lift the triggers that keep rows from going; the statements that make them again."""
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    rules = found.fetchall()
    for name, _ in rules:
        connection.execute(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in rules]


def _owned(
    connection: sqlite3.Connection, table: str, wanted: str, column: str, ids: frozenset[str]
) -> frozenset[str]:
    found = connection.execute(
        f"SELECT {wanted} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",
        (_json(ids),),
    )
    return frozenset(row[0] for row in found)


def _delete(connection: sqlite3.Connection, table: str, column: str, ids: frozenset[str]) -> None:
    if ids:
        connection.execute(
            f'DELETE FROM "{table}" WHERE {column} IN (SELECT value FROM json_each(?))',
            (_json(ids),),
        )


def _json(ids: Iterable[str]) -> str:
    return json.dumps(sorted(ids))
