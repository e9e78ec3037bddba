"""One way to SQLite: plain, or through SQLCipher where the data folder is locked."""

import sqlite3
from contextlib import closing
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from trainer.domain.errors import KnownError
from trainer.store import beside, files
from trainer.store.key import Key, is_locked
from trainer.store.trouble import database_errors, log_errors

BUSY_S = 5.0
# SQLite's 2 MB would have each page decrypted again by each query of a large log.
_CACHE_KB = 64_000
_DAMAGED = "Nothing was changed. Restore a backup with 'attune restore'."
_PLAIN = b"SQLite format 3\0"


def is_encrypted(path: Path) -> bool:
    """Whether the database at ``path`` is there and does not begin as a plain one does."""
    try:
        with beside.reading(path) as file:
            head = file.read(len(_PLAIN))
    except OSError:  # SQLite says what is wrong
        return False
    return len(head) == len(_PLAIN) and head != _PLAIN


def connect(path: Path, key: Key | None = None, query: str = "") -> sqlite3.Connection:
    """Open or make the database at ``path``; ``query`` is of SQLite's URI, such as ``?mode=ro``.

    With a ``key`` a new one is encrypted; one that is not yet is opened as it is. KnownError: the
    folder is locked and no key is given. SQLite's errors pass, and so do SQLCipher's.
    """
    name = path.absolute().as_uri() + query if query else str(path)
    if key is None or (path.exists() and path.stat().st_size and not is_encrypted(path)):
        if key is None and is_encrypted(path) and is_locked(path.parent):
            raise KnownError(
                f"This data folder is locked ({path.parent})", "Open it with its passphrase."
            )
        plain = sqlite3.connect(name, timeout=BUSY_S, uri=bool(query), factory=_Plain)
        plain.of = beside.opened(path)
        return plain
    return _sealed(path, name, key, uri=bool(query))


class _Plain(sqlite3.Connection):
    """A connection that tells when it is closed."""

    of = ""

    def close(self) -> None:
        super().close()
        self.__del__()

    def __del__(self) -> None:
        of, self.of = self.of, ""
        if of:
            beside.closed(of)


@cache
def _cipher() -> type[sqlite3.Connection]:
    """The same of SQLCipher's, which is loaded only where a folder is locked."""
    from sqlcipher3 import dbapi2 as sqlcipher

    class Sealed(sqlcipher.Connection):  # type: ignore[misc]  # ships no types
        of = ""

        def close(self) -> None:
            super().close()
            self.__del__()

        def __del__(self) -> None:
            of, self.of = self.of, ""
            if of:
                beside.closed(of)

    return Sealed


def _sealed(path: Path, name: str, key: Key | None, *, uri: bool = False) -> sqlite3.Connection:
    from sqlcipher3 import dbapi2 as sqlcipher

    connection: Any = sqlcipher.connect(name, timeout=BUSY_S, uri=uri, factory=_cipher())
    connection.of = beside.opened(path)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write on standard error
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.of_log}'\"")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")  # reads, so it may fail
    except BaseException:
        connection.close()
        raise
    return cast(sqlite3.Connection, connection)


def turn(path: Path, key: Key, *, encrypted: bool) -> None:
    """Encrypt or decrypt the database at ``path``, whole: killed, the old one is there or the new.

    For its one user, under the window's lock. Nothing happens when it is so already or not there.
    KnownError: in use, damaged, disk full.
    """
    if not path.exists() or not path.stat().st_size or is_encrypted(path) == encrypted:
        return
    part = path.with_name(path.name + ".part")
    _drop(part)
    try:
        with log_errors(path):
            with closing(_sealed(path, str(path), None if encrypted else key)) as old:
                # A journal left beside would be taken for one of the new file.
                if old.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                    raise KnownError(f"The practice log is in use: {path}", "Close what reads it.")
                if old.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                    raise KnownError(f"The practice log is damaged: {path}", _DAMAGED)
                _export(old, part, key if encrypted else None)
            with closing(connect(path, key)) as old, closing(connect(part, key)) as new:
                _compare(old, new, path)
        files.sync_file(part)
        part.replace(path)
        files.sync_folder(path.parent)
    finally:
        _drop(part)


def _drop(part: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)


def _export(old: sqlite3.Connection, part: Path, key: Key | None) -> None:
    version = old.execute("PRAGMA user_version").fetchone()[0]
    secret = f"x'{key.of_log}'" if key else ""
    old.execute(f'ATTACH DATABASE ? AS other KEY "{secret}"', (str(part),))
    old.execute("SELECT sqlcipher_export('other')").fetchall()
    old.execute(f"PRAGMA other.user_version = {int(version)}")
    old.execute("DETACH DATABASE other")


def _compare(old: sqlite3.Connection, new: sqlite3.Connection, path: Path) -> None:
    """KnownError unless both hold the same schema and the same rows."""
    every = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    same = new.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    same = same and old.execute(every).fetchall() == new.execute(every).fetchall()
    tables = [row[1] for row in old.execute(every) if row[0] == "table"] if same else []
    for name in tables:
        rows = f'SELECT * FROM "{name}"'
        same = same and all(
            mine == theirs for mine, theirs in zip_longest(old.execute(rows), new.execute(rows))
        )
    if not same:
        raise KnownError(
            f"The practice log could not be copied faithfully: {path}",
            "Nothing was changed. Look at it with 'attune doctor'.",
        )


def opens(path: Path, key: Key) -> bool:
    """Whether ``key`` is that of the encrypted database at ``path``."""
    try:
        with closing(_sealed(path, str(path), key)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except database_errors():
        return False
    return True
