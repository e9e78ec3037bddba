"""The whole log as one file for a backup, and such a file opened as if a stranger had made it."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from trainer.domain.consent import USES
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.interruption import PHASES, WHATS
from trainer.domain.response import Recording
from trainer.store import files, migrations, takes
from trainer.store.connect import connect, is_encrypted
from trainer.store.db import FILE, Log, Row, integrity, open_log
from trainer.store.key import Key
from trainer.store.responses import recording_from
from trainer.store.takes import holes_from
from trainer.store.trouble import database_errors, file_errors, log_errors, name_of

LOG_VERSION = len(migrations.STEPS)
TABLES = ("people", "sessions", "session_ends", "recordings", "responses", "ratings", "scores",
          "notes", "measures", "drafts", "consents", "forgotten", "videos",
          "heard", "rounds", "places", "comments", "grounds",
          "keys", "assignments", "taken_on", "assigned", "submissions", "submitted",
          "shares", "shared", "returned", "enrolled_names", "starts", "interruptions",
          "results", "resulted", "decided")  # fmt: skip

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SOUND = re.compile(r"\d{4}/\d{2}/[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.[a-z0-9]{1,8}")
_FILM = re.compile(rf"\d{{4}}/\d{{2}}/[A-Za-z0-9][A-Za-z0-9_-]{{0,63}}\{takes.FILM}")
_IDS = frozenset({"id", "person_id", "session_id", "response_id", "rating_id", "recording_id",
                  "round_id", "of_rating", "assignment_id", "submission_id", "code",
                  "share_id", "start_id", "results_id"})  # fmt: skip
_JSON = frozenset({"pauses", "problems", "criteria_met", "data", "document", "facts"})
_KEYS = {"reads": re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
         "signs": re.compile(r"[A-Za-z0-9+/]{43}=")}  # fmt: skip
_READS = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_MAX_OFFSET = 24 * 60
_SYSTEM = "name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '_sqlite_migrations'"


def copy_log(folder: Path, target: Path, key: Key | None = None) -> None:
    """Copy the log in ``folder`` to ``target/log.db`` as it is at one moment, also while in use.

    A log that is encrypted stays so, with the same key.

    KnownError: no log, an older one, a damaged one, disk full.
    """
    log = open_log(folder, key, read_only=True)
    own = key if is_encrypted(folder / FILE) else None
    try:
        with log_errors(target / FILE), closing(connect(target / FILE, own)) as copy:
            log.db.conn.backup(copy)
    finally:
        log.close()
    with closing(open_log(target, key, read_only=True)) as copied:
        if faults := integrity(copied):
            raise KnownError(
                f"The practice log is damaged: {folder / FILE} ({faults[0]})",
                "Restore an earlier backup with 'attune restore'. No backup was made or removed.",
            )


def state_of(folder: Path) -> str:
    """What is the same while nobody wrote to the log: SHA-256 of its file and its journal.

    For an encrypted one, whose copies all differ. Taken before a copy, it never claims too much.
    """
    found = hashlib.sha256()
    for path in (folder / FILE, folder / f"{FILE}-wal"):
        if path.exists():
            found.update(files.sha256_of(path)[0].encode() if path.stat().st_size else b"")
    return found.hexdigest()


def every_recording(log: Log) -> tuple[Recording, ...]:
    """All recordings of a log, oldest first."""
    found = log.rows("SELECT * FROM recordings ORDER BY made_at, id")
    return tuple(recording_from(row, row["id"]) for row in found)


def open_copy(folder: Path, key: Key | None = None) -> Log:
    """Open a stranger's ``log.db`` in ``folder``, brought up to date; the file may be changed.

    ``key`` is that of the backup it came from. KnownError: made by a newer Attune, no log, damaged,
    of another key, or with anything in it that Attune does not write: triggers or views of its own,
    names that lead elsewhere, times that are none.
    """
    try:
        with closing(connect(folder / FILE, key)) as connection:
            # Nothing that the file itself defines may run while it is looked at.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            _check_shape(connection)
            old = _version(connection) < LOG_VERSION
        # One that is up to date needs no journal, whose making waits for the disk.
        log = open_log(folder, key, read_only=not old)
        try:
            _check_rows(log)
        except BaseException:
            log.close()
            raise
    except _stumbles() as error:
        # Text that is none, tables that are not: whatever SQLite and Python stumble over in it.
        raise _strange(str(error)) from error
    return log


def _stumbles() -> tuple[type[Exception], ...]:
    return (*database_errors(), ValueError, TypeError, LookupError)


def _check_rows(log: Log) -> None:
    log.db.conn.execute("PRAGMA trusted_schema = OFF")
    if faults := integrity(log):
        raise _strange(faults[0])
    for table in TABLES:
        for row in log.rows(f"SELECT * FROM {table}"):
            _check_row(table, row)


def open_or_set_aside(folder: Path, key: Key | None = None) -> tuple[Log, Path | None]:
    """The log in ``folder``; a damaged one is moved aside first (to the path), and a new one begun.

    For its one user, under the window's lock. Rows that refer to missing ones are no such damage.
    """
    try:
        log = open_log(folder, key)
        try:
            if [row["quick_check"] for row in log.rows("PRAGMA quick_check")] == ["ok"]:
                return log, None
        except BaseException:
            log.close()
            raise
        log.close()
    except KnownError as error:
        if not name_of(error.__cause__).startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise
    aside = folder / f"{FILE}.damaged-{local_now():%Y%m%dT%H%M%S}"
    with file_errors(folder):
        # The log itself last: killed in between, it is still there to be found damaged.
        for end in ("-wal", "-shm", ""):
            part = folder / (FILE + end)
            if part.exists():
                part.replace(aside.with_name(aside.name + end))
    return open_log(folder, key), aside


def _check_shape(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version > LOG_VERSION:
        raise KnownError(
            "The log in this backup was made by a newer Attune",
            "Install the newer Attune to restore it. Nothing was changed.",
        )
    if version < 1:
        raise _strange("it is no practice log")
    programs, columns = _own_shape(version)
    if not set(_programs(connection)) <= programs:
        raise _strange("its log has programs in it that Attune did not write")
    if dict(_columns(connection)) != columns:
        raise _strange("its log has other tables than Attune's")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@cache
def _own_shape(version: int) -> tuple[frozenset[Any], dict[str, Any]]:
    """The programs and the columns of a log of this version that nobody has written to."""
    from sqlite_utils import Database

    with closing(sqlite3.connect(":memory:")) as connection:
        migrations.migration_set(migrations.STEPS[:version]).apply(Database(connection))
        return frozenset(_programs(connection)), dict(_columns(connection))


def _programs(connection: sqlite3.Connection) -> Iterator[Any]:
    yield from connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        f" AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL%') AND {_SYSTEM}"
    )


def _columns(connection: sqlite3.Connection) -> Iterator[tuple[str, Any]]:
    tables = connection.execute(
        f"SELECT name FROM sqlite_schema WHERE type = 'table' AND {_SYSTEM}"
    )
    for (name,) in tables.fetchall():
        quoted = str(name).replace('"', '""')
        # table_xinfo also lists generated columns, which compute something when they are read.
        yield name, connection.execute(f'PRAGMA table_xinfo("{quoted}")').fetchall()


def _check_row(table: str, row: Row) -> None:
    for column, value in row.items():
        if value is None or (table, column) == ("session_ends", "id"):
            continue
        try:
            good = _is_well(table, column, value)
        except (ValueError, TypeError, RecursionError):
            good = False
        if not good:
            raise _strange(f"{table}.{column} holds {str(value)[:60]!r}")


def _is_well(table: str, column: str, value: Any) -> bool:
    if (table, column, value) == ("decided", "code", ""):
        return True
    if column in _IDS:
        return _ID.fullmatch(value) is not None
    if column.endswith("_at"):
        return str(value).endswith("Z") and datetime.fromisoformat(value).year > 1
    if column.endswith("_offset"):
        return abs(int(value)) < _MAX_OFFSET
    if column == "holes":
        return holes_from(json.loads(value)) is not None
    if column in _JSON:
        return json.loads(value) is not None
    if table == "keys" and column in _KEYS:
        return _KEYS[column].fullmatch(value) is not None
    if (table, column) == ("submissions", "read_by"):
        return _READS.fullmatch(value) is not None
    if (table, column) == ("recordings", "file"):
        return _SOUND.fullmatch(value) is not None
    if (table, column) == ("consents", "keep_until"):
        return bool(date.fromisoformat(value).isoformat() == value)
    if (table, column) == ("consents", "use"):
        return value in USES
    if table == "interruptions" and column in ("what", "phase"):
        return value in (WHATS if column == "what" else PHASES)
    if (table, column) == ("videos", "file"):
        return _FILM.fullmatch(value) is not None
    if table in ("videos", "heard", "comments") and column.endswith("_s"):
        return isfinite(value)
    return True


def _strange(why: str) -> KnownError:
    return KnownError(
        f"The log in this backup cannot be used: {why}",
        "Nothing was changed. Use another backup.",
    )
