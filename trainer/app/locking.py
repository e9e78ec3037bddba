"""The lock on the data folder: everything a person recorded or typed opens with a passphrase only.

Recordings and films become age files, the log an SQLCipher database, and the backups hold them so.
While the lock is put on or taken off, its file has another name, by which the next start goes on
with what was interrupted; each file is there, in one form or in both, at every moment.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from trainer.app import backup, readable
from trainer.app.backup_content import made, read_manifest
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.bundle import SUFFIX as BACKUP
from trainer.store import connect, files, key, recordings, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import integrity, open_log
from trainer.store.lock import hold, keeping
from trainer.store.trouble import file_errors

Progress = Callable[[int, int], None]
ELSEWHERE = (
    "Backups and reports that you saved elsewhere are not locked, and a drive may keep deleted "
    "bytes until it reuses them: switch on your system's disk encryption too."
)


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with the lock. ``plain`` are files that should be encrypted and are not yet;
    ``open_backups`` were saved into the folder by a person, and hold everything readable.
    """

    locked: bool
    unfinished: bool
    plain: tuple[Path, ...]
    open_backups: tuple[Path, ...] = ()


def weakness(passphrase: str) -> str | None:
    """Why a new passphrase will not do, as a sentence; None when it will."""
    return key.weakness(passphrase)


def unlock(home: Home, passphrase: str) -> Home:
    """The same data folder with what opens it; ``passphrase`` may be the recovery key.

    About two seconds, in which Python stands still: run it apart. KnownError: wrong, damaged.
    """
    found = key.open_key(home.folder, passphrase)
    typed_key = key.is_written_down(passphrase)
    # A lock that is being put on has been read back, and perhaps nothing is encrypted yet.
    sure = (home.folder / key.ENTERING).exists() or not any(_sealed_in(home))
    if (typed_key or not sure) and not _fits(home, found):
        what = "recovery key" if typed_key else "lock"
        raise KnownError(
            f"This is not the {what} of this data folder: nothing in it opens with it",
            "Type the recovery key that was made with it"
            + (", or the passphrase." if typed_key else f", or put back {key.LOCK} from a backup."),
        )
    return Home(home.folder, found)


def lock_on(home: Home, passphrase: str, progress: Progress = backup.unseen) -> Home:
    """Lock the data folder, or go on with it; the folder with its key, which is to be shown once.

    Under the window's lock. ``progress`` is told (files done, all files) and may raise to stop: the
    next start goes on. KnownError: locked already, too weak, the window is open, the disk refuses.
    """
    return settle(begin(home, passphrase), progress)


def begin(home: Home, passphrase: str) -> Home:
    """Make the key and keep it; the folder with it. ``settle`` then does the rest.

    About four seconds, in which Python stands still. Errors as ``lock_on``.
    """
    if (home.folder / key.ENTERING).exists():
        return unlock(home, passphrase)
    if key.is_locked(home.folder):
        raise KnownError(
            f"This data folder is locked already ({home.folder})",
            "'attune lock change' gives it another passphrase.",
        )
    locked = Home(home.folder, key.new_key())
    with hold(home.folder), file_errors(home.folder):
        _check_first(home)
        _check_own_backups(home)
        (home.folder / key.UNSEEN).touch()
        _write_lock(locked, passphrase)
    return locked


def is_key_unseen(home: Home) -> bool:
    """Whether the key of an open locked folder is still to be shown: a crash came before that."""
    return home.key is not None and (home.folder / key.UNSEEN).exists()


def key_seen(home: Home) -> None:
    """The person has it. KnownError when the disk refuses."""
    with file_errors(home.folder):
        (home.folder / key.UNSEEN).unlink(missing_ok=True)


def lock_off(home: Home, progress: Progress = backup.unseen) -> Home:
    """Take the lock off, or go on with it; the folder as it opens now. Errors as ``lock_on``."""
    lock = key.lock_of(home.folder)
    if lock is None or home.key is None:
        raise KnownError(f"This data folder is not locked ({home.folder})", "It opens as it is.")
    leaving = home.folder / key.LEAVING
    with hold(home.folder), file_errors(lock):
        if lock != leaving:
            _check_first(home)
            lock.replace(leaving)
            files.sync_folder(home.folder)
    return settle(home, progress)


def change(home: Home, passphrase: str) -> None:
    """Give the locked data folder another passphrase; nothing else is written. Errors: ``lock_on``.

    About two seconds, in which Python stands still.
    """
    lock = key.lock_of(home.folder)
    if lock is None or home.key is None:
        raise KnownError(f"This data folder is not locked ({home.folder})", "Lock it first.")
    key.write_key(lock, home.key, passphrase)


def settle(home: Home, progress: Progress = backup.unseen) -> Home:
    """Bring every file to what the lock asks for; the folder as it opens now. Safe to repeat.

    For a start, before anything is open: it goes on with what was interrupted. Under the window's
    lock; errors as ``lock_on``.
    """
    if home.key is None or not key.is_locked(home.folder):
        return Home(home.folder)
    entering, leaving = home.folder / key.ENTERING, home.folder / key.LEAVING
    with hold(home.folder), file_errors(home.folder):
        if leaving.exists():
            return _take_off(home, leaving, progress)
        if entering.exists():
            _put_on(home, entering, progress)
        else:
            readable.see_to(home, progress)
            readable.seal_kept(home)
    return home


def seal_rest(home: Home) -> None:
    """Encrypt what came plain since the start; when the window has closed, under its lock.

    KnownError when the disk refuses.
    """
    if home.key is not None and (home.folder / key.LOCK).exists():
        with file_errors(home.folder):
            readable.see_to(home)


def state(home: Home) -> State:
    """How it stands with the lock."""
    locked = key.is_locked(home.folder)
    unfinished = locked and not (home.folder / key.LOCK).exists()
    plain = readable.every_one(home) if locked else ()
    if locked and (home.folder / LOG).exists() and not connect.is_encrypted(home.folder / LOG):
        plain = (home.folder / LOG, *plain)
    backups = home.folder.rglob(f"*{BACKUP}") if locked else ()
    return State(
        locked, unfinished, plain, tuple(path for path in sorted(backups) if not _is_locked(path))
    )


# ------------------------------------------------------------ on


def _check_first(home: Home) -> None:
    """KnownError when it could not be brought to a good end; before anything is changed."""
    if (home.folder / LOG).exists():
        with closing(open_log(home.folder, home.key)) as log:
            if faults := integrity(log):
                raise KnownError(
                    f"The practice log is damaged: {home.folder / LOG} ({faults[0]})",
                    "Nothing was changed. Restore a backup with 'attune restore' first.",
                )
    elif home.backups.is_dir() and any(home.backups.glob(f"*{BACKUP}")):
        raise KnownError(
            f"There is no practice log here, but there are backups of one ({home.backups})",
            "Nothing was changed. Restore the newest with 'attune restore' first.",
        )
    _check_room(home)


def _check_own_backups(home: Home) -> None:
    automatic = _automatic(home)
    for path in home.folder.rglob(f"*{BACKUP}"):
        if path not in automatic and not _is_locked(path):
            raise KnownError(
                f"A backup lies in the data folder that would stay readable: {path}",
                "Move it elsewhere or delete it, then lock. Nothing was changed.",
            )


def _is_locked(path: Path) -> bool:
    manifest = read_manifest(path)
    return manifest is not None and "locked_for" in manifest.facts


def _check_room(home: Home) -> None:
    # The old backups go last of all, and until then they keep what each file was made of. A WAV
    # becomes a FLAC before, and the log is copied for the new backup.
    log = home.folder / LOG
    every = (log, log, log, *home.recordings.rglob("*"), *home.recordings.rglob("*.wav"))
    needed = sum(path.stat().st_size for path in every if path.is_file())
    free = shutil.disk_usage(home.folder).free
    if needed > free:
        raise KnownError(
            f"There is not enough room ({home.folder}: it needs {needed / 1e9:.2f} GB in the "
            f"meantime, {free / 1e9:.2f} GB are free)",
            "Make room. Nothing was changed.",
        )


def _write_lock(locked: Home, passphrase: str) -> None:
    """The lock's file, read back: what it cannot open again is lost."""
    assert locked.key is not None
    entering = locked.folder / key.ENTERING
    try:
        key.write_key(entering, locked.key, passphrase)
        if key.open_lock(entering, passphrase) != locked.key:
            raise KnownError("The lock could not be read back", "Nothing was changed.")
    except BaseException:
        entering.unlink(missing_ok=True)
        raise


def _put_on(home: Home, entering: Path, progress: Progress) -> None:
    assert home.key is not None
    connect.turn(home.folder / LOG, home.key, encrypted=True)
    unused = _put_back(home)
    readable.store_small(home)
    readable.drop_remakable(home)
    readable.seal_all(home, progress)
    _renew_backups(home, None, unused)
    readable.seal_kept(home)
    entering.replace(home.folder / key.LOCK)
    files.sync_folder(home.folder)


def _put_back(home: Home) -> frozenset[Path]:
    """Sounds that only the backups still have as they were made: the old ones will go.

    But for these, which have or may have a recording that is missing and could not be put back.
    """
    from trainer.app.repair import put_back

    if not (home.folder / LOG).exists():
        return frozenset()
    with closing(open_log(home.folder, home.key)) as log:
        recordings.finish_adoptions(log)
        return frozenset(put_back(log, home))


# ------------------------------------------------------------ off


def _take_off(home: Home, leaving: Path, progress: Progress) -> Home:
    assert home.key is not None
    connect.turn(home.folder / LOG, home.key, encrypted=False)
    unused = _put_back(home)
    found = list(_sealed_in(home))
    found += home.folder.glob(f"{LOG}.damaged-*{sealed.SUFFIX}")
    kept = 0
    for done, path in enumerate(sorted(found)):
        progress(done, len(found))
        try:
            readable.turn(home, path, home.key, sealed.unseal)
        except KnownError:  # damaged: it stays as it is, and so does what would open it
            if sealed.sha256_of(path, home.key)[1] != sealed.DAMAGED:
                raise
            kept += 1
    progress(len(found), len(found))
    for old in home.folder.glob(f"{LOG}.before-*"):
        old.unlink()
    plain = Home(home.folder)
    _renew_backups(plain, home.key.recipient, unused)
    if kept:
        stamp = local_now().strftime("%Y%m%dT%H%M%S%f")
        leaving.replace(home.folder / f"lock-of-damaged-files-{stamp}.age")
    leaving.unlink(missing_ok=True)
    (home.folder / key.UNSEEN).unlink(missing_ok=True)
    files.sync_folder(home.folder)
    return plain


# ------------------------------------------------------------ backups


def _renew_backups(home: Home, before: str | None, but: frozenset[Path]) -> None:
    """One automatic backup as the folder is now, and none as it was: locked for ``before``, None:
    plain. A person's own stay, and so do ``but``, under names by which they are not thinned out.
    """
    if not (home.folder / LOG).exists():
        return
    for one in but & _automatic(home):
        one.replace(one.with_name(f"kept-{one.name}"))
    new = backup.automatic(home)
    with keeping(home.folder):
        for old in _automatic(home):
            manifest = read_manifest(old)
            is_as_before = manifest is None or manifest.facts.get("locked_for") == before
            if is_as_before and not (new and new.path == old):
                old.unlink()
        backup.drop_unneeded(home.backups)


def _automatic(home: Home) -> frozenset[Path]:
    return frozenset(made(home.backups).values() if home.backups.is_dir() else ())


def _sealed_in(home: Home) -> Iterator[Path]:
    return (path for path in home.recordings.rglob(f"*{sealed.SUFFIX}") if path.is_file())


def _fits(home: Home, found: key.Key) -> bool:
    """Whether a key opens anything here: a recovery key may be another folder's."""
    log = home.folder / LOG
    if connect.is_encrypted(log) and connect.opens(log, found):
        return True
    if any(sealed.opens(path, found) for path in _sealed_in(home)):
        return True
    manifests = map(read_manifest, home.backups.glob(f"*{BACKUP}"))
    return any(one and one.facts.get("locked_for") == found.recipient for one in manifests)
