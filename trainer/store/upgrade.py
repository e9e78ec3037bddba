"""Bringing a log to this version: refuse a newer one, copy, migrate, verify - or change nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from trainer.domain.errors import KnownError
from trainer.store import migrations
from trainer.store.connect import connect, is_encrypted
from trainer.store.key import Key
from trainer.store.trouble import SAFE, file_errors

if TYPE_CHECKING:
    from sqlite_utils import Database

KEPT_COPIES = 3
_WAIT_S = 60.0
_STAMP = re.compile(r"\.before-\d+-(\d{8}T\d{12}Z)$")

Steps = tuple[tuple[str, migrations.Step], ...]


def version_of(db: "Database") -> int:
    """The number of the newest step in this log; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(db: "Database", path: Path, steps: Steps = migrations.STEPS) -> None:
    """Raise KnownError when the log holds steps that this Attune does not know."""
    applied = {step.name for step in migrations.migration_set(steps).applied(db)}
    unknown = applied - {name for name, _ in steps}
    if version_of(db) > len(steps) or unknown:
        raise KnownError(
            f"This practice log was made by a newer Attune: {path}",
            f"Install the newer Attune to open it. Nothing was changed. {SAFE}",
        )


def is_current(db: "Database", steps: Steps = migrations.STEPS) -> bool:
    """Whether no step is left to do."""
    return not migrations.migration_set(steps).pending(db)


def upgrade(
    db: "Database", path: Path, steps: Steps = migrations.STEPS, key: Key | None = None
) -> None:
    """Apply the steps that are missing, in one transaction, after a copy of the log.

    Two programs that open a new folder at once take turns. A step that fails leaves the log as
    it was; a bug in a step passes through, a broken log is KnownError.
    """
    if is_current(db, steps):
        return
    with _alone(path):
        if is_current(db, steps):
            return
        copy = copy_before(db, path, len(steps), key) if version_of(db) else None
        _apply(db, path, steps, copy)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(path.name + ".upgrade.lock"), thread_local=False)
    with file_errors(path):
        try:
            lock.acquire(timeout=_WAIT_S)
        except Timeout as error:
            raise KnownError(
                f"Another Attune is bringing this practice log up to date: {path}",
                "Wait until it has finished, then try again.",
            ) from error
    try:
        yield
    finally:
        lock.release()


def _apply(db: "Database", path: Path, steps: Steps, copy: Path | None) -> None:
    # A table that others refer to can only be rebuilt while references are off; they are checked
    # below, before anything is committed.
    db.conn.execute("PRAGMA foreign_keys = OFF")
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            migrations.migration_set(steps).apply(db)
            _verify(db, path, copy)
            db.conn.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise
    finally:
        db.conn.execute("PRAGMA foreign_keys = ON")


def _verify(db: "Database", path: Path, copy: Path | None) -> None:
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    found = [str(row[0]) for row in db.execute("PRAGMA quick_check").fetchall()]
    if broken or found != ["ok"]:
        beside = f" A copy lies at {copy}." if copy else ""
        raise KnownError(
            f"This practice log is damaged and cannot be brought up to date: {path}",
            f"Nothing was changed.{beside} Restore a backup with 'attune restore'. {SAFE}",
        )


def copy_before(db: "Database", path: Path, version: int, key: Key | None = None) -> Path:
    """Copy the log beside itself as ``log.db.before-VERSION-STAMP``; this and two more are kept.

    With the ``key`` of a locked folder the copy is encrypted like the log.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = path.with_name(f"{path.name}.before-{version}-{stamp}")
    part = target.with_name(target.name + ".part")
    try:
        copy = connect(part, key if is_encrypted(path) else None)
        try:
            db.conn.backup(copy)
        finally:
            copy.close()
        with file_errors(part):
            part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _drop_old_copies(path, target)
    return target


def copies(path: Path) -> tuple[Path, ...]:
    """The copies made before upgrades, oldest first."""
    found = [(m.group(1), p) for p in path.parent.iterdir() if (m := _STAMP.search(p.name))]
    return tuple(p for _, p in sorted(found))


def _drop_old_copies(path: Path, just_made: Path) -> None:
    # A clock that was ahead may have stamped the others later than the one just made.
    for old in [one for one in copies(path) if one != just_made][: 1 - KEPT_COPIES]:
        old.unlink(missing_ok=True)
