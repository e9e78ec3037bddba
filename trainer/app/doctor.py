"""Whether everything is in order: the log, the recordings, the content, the room on the disk."""

import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trainer import __version__
from trainer.app import locking
from trainer.app.keys import fingerprints
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.domain.counted import counted
from trainer.domain.errors import KnownError
from trainer.exchange.bundle import SUFFIX as ATTUNE_FILE
from trainer.store import recordings
from trainer.store.db import integrity, open_log
from trainer.store.key import LEAVING
from trainer.store.sealed import SUFFIX
from trainer.store.shares import known_twice
from trainer.store.takes import open_takes

LOW_DISK_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and a sentence."""

    name: str
    ok: bool
    text: str


def doctor(home: Home, *, hashes: bool = False) -> tuple[Check, ...]:
    """Look at everything that needs no device. ``hashes`` also reads every recording."""
    checks = [
        Check("version", True, f"Attune {__version__}, Python {platform.python_version()}, "
                               f"{platform.platform()}"),
        Check("data folder", True, str(home.folder)),
    ]  # fmt: skip
    checks.append(_disk(home))
    checks.append(_lock(home))
    checks.extend(_log(home, hashes=hashes))
    checks.extend(_outgoing(home))
    checks.append(_content(home))
    return tuple(checks)


def put_right(home: Home) -> tuple[Check, ...]:
    """Repair what can be; what was done, and what could not, as checks. Errors as ``repair``."""
    from trainer.app.repair import repair

    done = repair(home)
    checks = [Check("repaired", True, text) for text in done.did]
    checks += [Check("not repaired", False, text) for text in done.could_not]
    return tuple(checks) or (Check("repaired", True, "There was nothing to repair"),)


def _disk(home: Home) -> Check:
    place = home.folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    hours = free / (48_000 * 2 * 3600)
    return Check(
        "disk", free > LOW_DISK_BYTES, f"{free / 1e9:.1f} GB free, about {hours:.0f} hours"
    )


def _lock(home: Home) -> Check:
    found = locking.state(home)
    if not found.locked:
        return Check("lock", True, "None: whoever can read this disk can read the data folder")
    # First of all: until it is finished, a plain backup may be the only whole copy there is.
    if found.unfinished:
        return Check("lock", False, _interrupted(home, found.plain))
    if found.open_backups and not found.plain:
        some = ", ".join(map(str, found.open_backups[:3]))
        return Check("lock", False, f"A backup that is not locked lies in the folder: {some}; "
                                    "move it to a safe place, or delete it")  # fmt: skip
    if not found.plain:
        waiting = len(open_takes(home.folder))
        but = f", but {waiting} interrupted: keep or delete them in the window" if waiting else ""
        return Check("lock", True, f"Locked: everything recorded or typed is encrypted{but}")
    some = ", ".join(str(path) for path in found.plain[:3])
    return Check("lock", False, f"Locked, but {len(found.plain)} not encrypted yet: {some}; "
                                "the next start of Attune goes on with it")  # fmt: skip


def _interrupted(home: Home, plain: tuple[Path, ...]) -> str:
    """What locking or unlocking had still to do when it was interrupted, and how it goes on."""
    what, left, state, command = "Locking", plain, "not encrypted yet", "on"
    if (home.folder / LEAVING).exists():
        left = tuple(sorted(home.recordings.rglob(f"*{SUFFIX}")))
        what, state, command = "Taking the lock off", "still encrypted", "off"
    some = ", ".join(map(str, left[:3])) + (", …" if len(left) > 3 else "")
    many = f"1 file is {state}" if len(left) == 1 else f"{len(left)} files are {state}"
    how = f"open Attune, or 'attune lock {command}', to go on"
    return f"{what} was interrupted: {many}{f' ({some})' if some else ''}; {how}"


def _log(home: Home, *, hashes: bool) -> list[Check]:
    if not (home.folder / "log.db").exists():
        return [Check("log", True, "No log yet; it is made with the first response")]
    try:
        log = open_log(home.folder, home.key, read_only=True)
    except KnownError as error:
        return [Check("log", False, str(error))]
    try:
        faults = integrity(log)
        checks = [Check("log", not faults, "; ".join(faults) or "The database is sound")]
        found = recordings.missing_or_altered(log, hashes=hashes)
        if twice := () if faults else known_twice(log):
            checks.append(Check("raters", False, f"Known twice, and counted so: {', '.join(twice)}"
                                "; 'attune backup', then 'attune restore FILE --into' a new folder "
                                "makes one of each"))  # fmt: skip
        if keys := () if faults else fingerprints(log):
            checks.append(
                Check(
                    "key",
                    True,
                    f"{' and '.join(keys)}: a program that has a file "
                    "of yours may ask for this, to know it again",
                )
            )
    finally:
        log.close()
    wrong = [
        f"{len(names)} {what}: {', '.join(str(n) for n in names[:3])}"
        for what, names in (
            ("missing", found.missing), ("altered", found.altered), ("in no row", found.orphans)
        )
        if names
    ]  # fmt: skip
    said = "all there" + (", every hash as recorded" if hashes else "; --hashes also reads them")
    checks.append(Check("recordings", not wrong, "; ".join(wrong) or said.capitalize()))
    waiting = len(open_takes(home.folder))
    text = (
        f"{waiting} interrupted: Attune offers them when it opens" if waiting else "None left over"
    )
    checks.append(Check("interrupted takes", True, text))
    return checks


def _outgoing(home: Home) -> list[Check]:
    """What raters and trainees wait for, as it never came to the place it is for."""
    every = list(home.outgoing.glob(f"*/*{ATTUNE_FILE}")) if home.outgoing.is_dir() else []
    if not every:
        return []
    many = "1 file has" if len(every) == 1 else f"{len(every)} files have"
    since = datetime.fromtimestamp(min(one.stat().st_mtime for one in every), UTC).astimezone()
    return [
        Check(
            "outgoing",
            False,
            f"{many} not reached their shared place, the oldest since {since:%Y-%m-%d}: they go "
            "when you look into it. If that place is no more, delete "
            f"{home.outgoing} and write them anew ('attune ratings share' and 'return', --again)",
        )
    ]


def _content(home: Home) -> Check:
    library = load_library(pack_folders(home))
    if library.problems:
        more = f" and {len(library.problems) - 1} more" if len(library.problems) > 1 else ""
        return Check("content", False, f"{library.problems[0]}{more}")
    return Check(
        "content",
        True,
        f"{counted(len(library.vignettes), 'vignette')}, {counted(len(library.rubrics), 'rubric')}",
    )
