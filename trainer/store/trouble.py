"""Errors of the disk and of SQLite, told as something a person can act on. Bugs pass through."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer.domain.errors import KnownError

SAFE = "Your recordings are separate files and are not touched."

# By the beginning of SQLite's own name of the error: what happened, what to do.
_SQLITE = (
    ("SQLITE_FULL", "The disk is full: {path}", "Free some space, then try again. " + SAFE),
    (
        "SQLITE_READONLY",
        "The practice log may not be written to: {path}",
        "Allow writing to this folder or choose another data folder. " + SAFE,
    ),
    (
        "SQLITE_BUSY",
        "The practice log is in use by another program: {path}",
        "Wait until it has finished, then try again. " + SAFE,
    ),
    (
        "SQLITE_LOCKED",
        "The practice log is in use by another program: {path}",
        "Wait until it has finished, then try again. " + SAFE,
    ),
    (
        "SQLITE_NOTADB",
        "This file is not a practice log: {path}",
        "Move it elsewhere, or restore a backup with 'attune restore'. " + SAFE,
    ),
    (
        "SQLITE_CORRUPT",
        "The practice log is damaged: {path}",
        "Nothing was changed. Restore a backup with 'attune restore'; copies made before updates "
        "lie beside it. " + SAFE,
    ),
    (
        "SQLITE_CANTOPEN",
        "The practice log cannot be opened: {path}",
        "Check that the folder exists and that you may read and write it. " + SAFE,
    ),
    (
        "SQLITE_PERM",
        "The practice log may not be opened: {path}",
        "Check that you may read and write this folder. " + SAFE,
    ),
    (
        "SQLITE_IOERR",
        "The disk failed while the practice log was in use: {path}",
        "Check the disk and its free space, then try again. " + SAFE,
    ),
)

# SQLCipher does not tell the name of every error: what SQLite's own words stand for.
_WORDS = {
    "database or disk is full": "SQLITE_FULL",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "database is locked": "SQLITE_BUSY",
    "database table is locked": "SQLITE_LOCKED",
    "file is not a database": "SQLITE_NOTADB",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "unable to open database file": "SQLITE_CANTOPEN",
    "disk I/O error": "SQLITE_IOERR",
}

_FILES = {
    errno.ENOSPC: ("The disk is full: {path}", "Free some space, then try again."),
    errno.EDQUOT: ("Your disk quota is used up: {path}", "Free some space, then try again."),
    errno.EFBIG: ("The file grew too large for this disk: {path}", "Choose another data folder."),
    errno.EROFS: ("This disk is read-only: {path}", "Choose another data folder."),
    errno.EACCES: ("No permission for {path}", "Allow it, or choose another folder."),
    errno.EPERM: ("No permission for {path}", "Allow it, or choose another folder."),
    errno.ENAMETOOLONG: ("This name is too long for the disk: {path}", "Choose a shorter one."),
    errno.ENOENT: ("There is no such file: {path}", "Run 'attune doctor' to see what is missing."),
    errno.EEXIST: ("A file is in the way: {path}", "Move it elsewhere, or choose another folder."),
    errno.ENOTDIR: ("A file is in the way: {path}", "Move it elsewhere, or choose another folder."),
    errno.EIO: ("The disk failed: {path}", "Check the disk, then try again."),
}


def database_errors() -> tuple[type[Exception], ...]:
    """The errors of SQLite, and of SQLCipher where it is in use: it has classes of its own."""
    sealed = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error, sealed.Error) if sealed else (sqlite3.Error,)


def row_errors() -> tuple[type[Exception], ...]:
    """The errors of a row that does not fit those that are there; see ``database_errors``."""
    sealed = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.IntegrityError, *((sealed.IntegrityError,) if sealed else ()))


def name_of(error: BaseException | None) -> str:
    """SQLite's name of an error (``SQLITE_FULL``), empty where it has none."""
    found = getattr(error, "sqlite_errorname", "") or ""
    return _WORDS.get(str(error), found) if found in ("", "SQLITE_ERROR") else found


def explain(error: Exception, path: Path) -> KnownError | None:
    """The sentence for an SQLite error about the log at ``path``; None when it is a bug of ours."""
    name = name_of(error)
    for beginning, text, hint in _SQLITE:
        if name.startswith(beginning):
            return KnownError(text.format(path=path), hint)
    return None


@contextmanager
def log_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the log at ``path`` into KnownError; others pass unchanged."""
    try:
        yield
    except database_errors() as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn OSError into KnownError, naming the file of the error or else ``path``."""
    try:
        yield
    except OSError as error:
        place = error.filename or path
        text, hint = _FILES.get(
            error.errno or 0,
            (f"{{path}} cannot be used ({error.strerror or error})", "Check the disk."),
        )
        raise KnownError(text.format(path=place), hint) from error
