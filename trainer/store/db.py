"""The practice log: one SQLite file, opened by the database thread and used by it alone."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.domain.errors import KnownError
from trainer.store import upgrade
from trainer.store.connect import connect
from trainer.store.key import Key
from trainer.store.trouble import file_errors, log_errors

if TYPE_CHECKING:
    from sqlite_utils import Database

FILE = "log.db"

Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object]


class Log:
    """An open practice log. ``folder`` is the data folder, ``path`` the database in it, and
    ``key`` opens the files of one that is locked.
    """

    def __init__(self, db: "Database", folder: Path, key: Key | None = None) -> None:
        self.db = db
        self.folder = folder
        self.key = key
        self.path = folder / FILE

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of a query as dicts; KnownError when the disk or the file fails."""
        with log_errors(self.path):
            cursor = self.db.conn.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def insert(self, table: str, values: Mapping[str, object]) -> None:
        """Add one row; inside ``atomic`` only. A second row with its key is a bug and raises."""
        self.db.conn.execute(_insert(table, values), values)

    def insert_new(self, table: str, values: Mapping[str, object]) -> bool:
        """Add one row unless its ``id`` is there already (then False); inside ``atomic`` only."""
        statement = f"{_insert(table, values)} ON CONFLICT (id) DO NOTHING"
        return self.db.conn.execute(statement, values).rowcount == 1

    @contextmanager
    def atomic(self, *, durable: bool = False) -> Iterator[None]:
        """All or nothing; inside another ``atomic`` it is a part of that one.

        ``durable`` waits for the disk, so that even a power cut cannot take back what a person
        made; the rest survives a crash of the program and may lose its last moments to a power
        cut. SQLite's errors in the block become KnownError.
        """
        with log_errors(self.path):
            if self.db.conn.in_transaction:
                with self.db.atomic():
                    yield
            else:
                with self._synced(durable), self._transaction():
                    yield

    @contextmanager
    def _synced(self, durable: bool) -> Iterator[None]:
        if not durable:
            yield
            return
        self.db.conn.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self.db.conn.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # IMMEDIATE: a transaction that reads first and writes later cannot wait for another
        # writer in between (SQLite fails at once), so it takes its turn at the beginning.
        self.db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.conn.execute("COMMIT")
        except BaseException:
            self.db.rollback()
            raise

    def close(self) -> None:
        """Close the file; the log cannot be used afterwards. Safe to repeat."""
        self.db.close()


def _insert(table: str, values: Mapping[str, object]) -> str:
    marks = ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"


class OlderLog(KnownError):
    """A log that was to be read as it is, and has to be brought up to date first."""


def open_log(folder: Path, key: Key | None = None, *, read_only: bool = False) -> Log:
    """Open the log in ``folder`` on this thread, made or brought up to date when needed.

    With ``read_only`` nothing is written, and a log must be there in this Attune's version.
    KnownError: no log, no permission, disk full, damaged, not a log, made by a newer Attune, locked
    and no ``key``; OlderLog: with ``read_only``, made by an older one.
    """
    folder = folder.absolute()
    path = folder / FILE
    if read_only:
        connection = _connect_to_read(path, key)
    else:
        with file_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with log_errors(path):
            connection = connect(path, key)
    try:
        with log_errors(path):
            return Log(_prepare(connection, path, key, read_only=read_only), folder, key)
    except BaseException:
        connection.close()
        raise


def _connect_to_read(path: Path, key: Key | None) -> sqlite3.Connection:
    if not path.exists():
        raise KnownError(
            f"There is no practice log in {path.parent}",
            "Open Attune once, or name another folder with --home.",
        )
    query = "?mode=ro"
    # On a read-only disk SQLite cannot make its helper files; without a journal waiting to be
    # read and without anyone able to write, it may read the file as it lies.
    waiting = path.with_name(path.name + "-wal").exists()
    if not os.access(path.parent, os.W_OK) and not waiting:
        query += "&immutable=1"
    with log_errors(path):
        return connect(path, key, query)


def _prepare(
    connection: sqlite3.Connection, path: Path, key: Key | None, *, read_only: bool
) -> "Database":
    # Imported here, on the database thread: it would cost the first window a tenth of a second.
    from sqlite_utils import Database

    db = Database(connection, strict=True, execute_plugins=False)
    upgrade.refuse_newer(db, path)
    if read_only:
        db.conn.execute("PRAGMA query_only = ON")
        if not upgrade.is_current(db):
            raise OlderLog(
                f"This practice log was made by an older Attune: {path}",
                "Open Attune once to bring it up to date.",
            )
        return db
    db.enable_wal()
    db.conn.execute("PRAGMA synchronous = NORMAL")
    db.conn.execute("PRAGMA foreign_keys = ON")
    upgrade.upgrade(db, path, key=key)
    return db


def integrity(log: Log) -> tuple[str, ...]:
    """What SQLite finds wrong with the file and with references between rows; empty when sound."""
    found = [str(row["integrity_check"]) for row in log.rows("PRAGMA integrity_check")]
    broken = [
        f"{row['table']} row {row['rowid']} refers to a missing row of {row['parent']}"
        for row in log.rows("PRAGMA foreign_key_check")
    ]
    return tuple(line for line in found if line != "ok") + tuple(broken)
