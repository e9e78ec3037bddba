"""Putting in order what ``doctor`` finds wrong. A recording is never deleted: at most moved aside.

Each step reaches the same end when it is repeated, and says what it did and what it could not.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trainer.app import forget, interrupted
from trainer.app.backup import clear_unfinished, unseen
from trainer.app.backup_content import read_manifest
from trainer.app.paths import Home
from trainer.app.restore import give_back_from
from trainer.domain.errors import KnownError
from trainer.domain.response import Recording, Video
from trainer.exchange.bundle import OUTSIDE, SUFFIX
from trainer.media.held import Held, Source
from trainer.store import files, recordings, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import Log, integrity, open_log
from trainer.store.key import Key
from trainer.store.lock import hold, keeping
from trainer.store.takes import SIDECAR, lost_folder, open_folder, open_takes
from trainer.store.trouble import file_errors

Progress = Callable[[int, int], None]
TWIN_S = 0.05  # how far the lengths of a recording and its twin may lie apart


@dataclass(slots=True)
class Repaired:
    """What was done, and what could not be; one sentence each.

    ``unused`` are backups that could not be read, while something is missing that may be in them.
    """

    did: list[str] = field(default_factory=list)
    could_not: list[str] = field(default_factory=list)
    unused: list[Path] = field(default_factory=list)


def repair(home: Home, progress: Progress = unseen) -> Repaired:
    """Put the data folder in order, under the window's lock; ``progress`` counts recordings read.

    KnownError: the window is open, the log cannot be opened, the disk refuses.
    """
    done = Repaired()
    if not (home.folder / LOG).exists():
        return done
    with hold(home.folder), file_errors(home.folder):
        log = open_log(home.folder, home.key)
        try:
            if forget.finish(log, home) is not None:
                done.did.append("Erased the rest of what was being forgotten")
            _clear_left_overs(home, done)
            _finish_adoptions(log, done)
            done.could_not += [f"The log is damaged: {fault}" for fault in integrity(log)]
            _mend_files(log, home, progress, done)
        finally:
            log.close()
    return done


# ------------------------------------------------------------ left over and interrupted


def _clear_left_overs(home: Home, done: Repaired) -> None:
    """Half-written copies, whose originals are still there, and folders to work in."""
    found = [home.folder / ".restoring", home.folder / f"{home.settings_file.name}.new"]
    found += home.folder.glob(f"{LOG}.before-*.part")
    found += home.recordings.rglob("*.part")
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        done.did.append(f"Cleared away what was left half done: {path}")
    if home.backups.is_dir():
        with keeping(home.folder):
            before = set(home.backups.rglob("*"))
            clear_unfinished(home.backups)
            gone = sorted(path for path in before if not path.exists())
        done.did += [f"Cleared away what was left half done: {path}" for path in gone]


def _finish_adoptions(log: Log, done: Repaired) -> None:
    for one in recordings.finish_adoptions(log):
        done.did.append(f"Took an interrupted recording into the log: {one.recording.file}")
    for take in open_takes(log.folder):
        if take.plan is None and take.path.exists():
            done.could_not.append(f"It is not known whose answer this is, so it stays: {take.path}")


# ------------------------------------------------------------ files


def _mend_files(log: Log, home: Home, progress: Progress, done: Repaired) -> None:
    check = recordings.missing_or_altered(log, hashes=True, progress=progress)
    for one in _put_back(log, home, check, done):
        if recordings.path_of(log, one).exists():
            text = "Altered, and no copy as it was made is here; it stays as it is: "
            done.could_not.append(f"{text}{recordings.path_of(log, one)}")
        else:
            done.could_not.append(f"Missing, and no copy is here: {one.file}")
    for path in recordings.missing_or_altered(log).orphans:
        _place(log, home, path, done)


def put_back(log: Log, home: Home) -> tuple[Path, ...]:
    """Put back what is missing or altered from wherever it still lies here; nothing else.

    The backups that could not be read, if something is then still missing that may be in them, and
    those that have what is missing, though not as it was made.
    """
    done = Repaired()
    left = _put_back(log, home, recordings.missing_or_altered(log, hashes=True), done)
    gone = {Path(one.file).stem for one in left if not recordings.path_of(log, one).exists()}
    return (*done.unused, *_holding(home, gone))


def _holding(home: Home, gone: set[str]) -> Iterator[Path]:
    for path in sorted(home.folder.rglob(f"*{SUFFIX}")) if gone else ():
        manifest = read_manifest(path)
        inside = manifest.members if manifest else ()
        beside = manifest.outside if manifest else ()
        held = (*inside, *(one for one in beside if (path.parent / OUTSIDE / one.sha256).exists()))
        if any(Path(one.name).name.split(".", 1)[0] in gone for one in held):
            yield path


def _put_back(
    log: Log, home: Home, check: recordings.FileCheck, done: Repaired
) -> list[Recording | Video]:
    """The same; what is still missing or altered."""
    left = [
        one
        for one in (*check.altered, *check.missing)
        if not _mend(log, home, one, done, set(check.orphans))
    ]
    back = _mend_from_backups(log, home, [r for r in left if isinstance(r, Recording)], done)
    return [one for one in left if not (isinstance(one, Recording) and one.id in back)]


def _mend(log: Log, home: Home, one: Recording | Video, done: Repaired, orphans: set[Path]) -> bool:
    """Put back the very bytes from wherever they lie in the data folder; whether they were."""
    target = recordings.path_of(log, one)
    altered = target.exists()
    found = next(_same_bytes(home, one, target), None)
    if found:  # it may lie here in the other form
        is_sealed = sealed.is_encrypted(found)
        target = sealed.sealed_name(target) if is_sealed else sealed.plain_name(target)
    if found is None:
        return False
    if altered:
        there = recordings.path_of(log, one)
        aside = sealed.free_name(lost_folder(home.folder) / there.name)
        files.move(there, aside)
        done.did.append(f"Moved an altered file aside: {target} -> {aside}")
    if found in orphans or lost_folder(home.folder) in found.parents:
        files.move(found, target)
    else:
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, part)
        files.move(part, target)
    done.did.append(f"Put back {target} from {found}")
    return True


def _same_bytes(home: Home, one: Recording | Video, but: Path) -> Iterator[Path]:
    """Files in the data folder that are this recording, byte for byte; the kept sounds first."""
    kept = home.backups / OUTSIDE / one.sha256
    every = (path for path in sorted(home.folder.rglob("*")) if path not in (kept, but))
    no_log = (path for path in every if path.parent != home.folder or LOG not in path.name)
    for path in (kept, *no_log):
        alike = path.is_file() and sealed.size_of(path) == one.size_bytes
        if alike and sealed.sha256_of(path, home.key)[0] == one.sha256:
            yield path


def _mend_from_backups(
    log: Log, home: Home, wanted: list[Recording], done: Repaired
) -> frozenset[str]:
    """Recordings out of the backups in the data folder, also in their other format; ids of those
    that are there again. An altered one is moved aside first.
    """
    back = {one.id for one in wanted if _take_twin(log, one, done)}
    for backup in sorted(home.folder.rglob(f"*{SUFFIX}"), reverse=True):
        left = {one.id: one for one in wanted if one.id not in back}
        if not left:
            return frozenset(back)
        try:
            given = give_back_from(home, log, backup, frozenset(left)) & left.keys()
        except KnownError as error:
            done.could_not.append(f"A backup could not be used: {error}")
            done.unused.append(backup)
            continue
        back |= given
        done.did += [f"Put back {left[one].file} from {backup}" for one in sorted(given)]
    if len(back) == len(wanted):
        done.unused.clear()
    return frozenset(back)


def _take_twin(log: Log, one: Recording, done: Repaired) -> bool:
    """The FLAC of a missing one, whose row a kill kept from being written; whether it was there."""
    from trainer.media.decode import read

    twin = sealed.stored(recordings.path_of(log, one).with_suffix(".flac"))
    if recordings.path_of(log, one).exists() or not twin.exists():
        return False
    try:
        sound = read(_opened(twin, log.key))
    except KnownError:
        return False
    if abs(sound.seconds - one.duration_s) > TWIN_S:
        return False
    recordings.replace_file(log, one.id, twin, sample_rate=sound.rate)
    done.did.append(f"Found {one.file} again as {twin}")
    return True


def _opened(path: Path, key: Key | None) -> Source:
    return Held(path.name, sealed.read(path, key)) if key and sealed.is_sealed(path) else path


# ------------------------------------------------------------ files in no row


def _place(log: Log, home: Home, path: Path, done: Repaired) -> None:
    """A file in no row: adopted when it is known what it answers, else moved to the lost ones."""
    response_id = path.name.split(".", 1)[0]
    sidecar = open_folder(home.folder) / f"{response_id}{SIDECAR}"
    if sidecar.exists() and not list(open_folder(home.folder).glob(f"{response_id}.[!t]*")):
        if home.key and sealed.is_sealed(path):
            path = sealed.unseal(path, home.key)
        files.move(path, open_folder(home.folder) / path.name)
        left = [one for one in open_takes(home.folder) if one.response_id == response_id]
        for take in interrupted.find(home, left):
            try:
                interrupted.keep(log, take)
                done.did.append(f"Took a recording into the log whose answer was known: {path}")
            except KnownError as error:
                done.could_not.append(str(error))
        return
    aside = sealed.free_name(lost_folder(home.folder) / path.name)
    files.move(path, aside)
    done.did.append(f"Moved a file that no response names: {path} -> {aside}")
