"""Safe keeping: the log with every recording as one file that was read back before it counts."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer.app.backup_content import (
    KIND,
    OPEN,
    STAMP,
    Content,
    gather,
    is_kept,
    made,
    manifest_of,
    open_files,
    read_manifest,
    with_kept_sounds,
    with_sounds,
)
from trainer.app.paths import Home, named_path
from trainer.domain.counted import counted
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.keep import thin
from trainer.domain.response import Video
from trainer.exchange import bundle
from trainer.exchange.bundle import Manifest, Member
from trainer.store import files
from trainer.store.db import FILE as LOG
from trainer.store.lock import keeping

_TRIES = 4

Progress = Callable[[int, int], None]


def unseen(done: int, whole: int) -> None:
    """The progress that nobody follows."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and read back.

    ``missing`` and ``altered`` name recordings and films: the first are not in it, the others are,
    as they lay. ``size_bytes`` is that of the one file.
    """

    path: Path
    size_bytes: int
    recordings: int
    interrupted_takes: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    films: int = 0

    @property
    def whole(self) -> bool:
        """Whether every recording and film is in it as it was made."""
        return not (self.missing or self.altered)


def backup(home: Home, out: Path | None = None, progress: Progress = unseen) -> Backup:
    """Write a backup to the file or into the folder ``out`` (default: the current folder).

    ``progress`` is told (bytes done, all bytes) and may raise to cancel. KnownError: no log, a
    damaged one, a file of that name is there, no room or permission. Only a whole backup stays.
    """
    target = _target(out or Path.cwd())
    seen: dict[str, Member] = {}
    for attempt in range(_TRIES):
        with telling(target), scratch(target.parent) as place:
            content = with_sounds(home, gather(home, place, open_files(home)), seen)
            if content.missing and attempt == 0:
                continue  # a window may just have stored it in another format
            _check_room(target, content)
            unlike = write(target, manifest_of(content), content.sources, progress)
        if not unlike:
            return _result(target, content)
        # The manifest comes first and must be right: once more, with what was found.
        seen.update(unlike)
    raise KnownError(
        f"The recordings change while they are copied ({home.recordings})",
        "Close the Attune window, then make the backup again.",
    )


def automatic(
    home: Home, progress: Progress = unseen, *, now: datetime | None = None
) -> Backup | None:
    """Make a backup in the data folder if anything is new, and thin the older ones out.

    None when nothing is new. Recordings are kept once for all of these backups, and read only when
    they are new. For the window, when it closes, under its lock; errors as ``backup``.
    """
    if not (home.folder / LOG).exists():
        return None
    at = now or local_now()
    folder = home.backups
    target = folder / f"attune-{at.astimezone(UTC):{STAMP}}{bundle.SUFFIX}"
    with telling(target), keeping(home.folder):
        (folder / bundle.OUTSIDE).mkdir(parents=True, exist_ok=True)
        clear_unfinished(folder)
        with scratch(folder) as place:
            # No interrupted takes: to delete one is real, and these backups lie beside it anyway.
            content = with_kept_sounds(home, gather(home, place, []))
            manifest = replace(
                manifest_of(content),
                made_at=at.isoformat(), members=tuple(content.small),
                outside=tuple(content.sounds),
            )  # fmt: skip
            if _is_old_news(folder, manifest):
                return None
            if write(target, manifest, content.sources, progress):
                raise KnownError(
                    f"The backup could not be read while it was made ({target})",
                    "Check the disk; the backups before it are still there.",
                )
    with suppress(OSError):  # what cannot be removed today is tried again after the next backup
        _thin(folder, at)
    return _result(target, content)


def as_json(done: Backup) -> dict[str, Any]:
    """The document of ``attune backup --json``."""
    return {**asdict(done), "path": str(done.path)}


def as_lines(done: Backup) -> list[str]:
    """The same for people."""
    films = f" and {counted(done.films, 'film')}" if done.films else ""
    size = f"{done.size_bytes / 1e6:.1f} MB"
    lines = [f"{done.path}: {counted(done.recordings, 'recording')}{films}, {size}"]
    if done.interrupted_takes:
        lines.append(f"with {done.interrupted_takes} interrupted, not in the log yet")
    lines += [f"missing, so not in it: {name}" for name in done.missing]
    lines += [f"altered since it was made, kept as it is: {name}" for name in done.altered]
    return lines


# ------------------------------------------------------------ writing it


def _target(out: Path) -> Path:
    out = named_path(out)
    if out.is_dir():
        return out / f"attune-backup-{local_now():%Y%m%d-%H%M%S}{bundle.SUFFIX}"
    if out.exists():
        raise KnownError(
            f"There is a file of this name already: {out}",
            "Nothing was overwritten. Choose another name or a folder with --out.",
        )
    if not out.parent.is_dir():
        raise KnownError(
            f"There is no folder {out.parent}",
            "Connect the disk it is on, make it, or choose another place with --out.",
        )
    return out


@contextmanager
def telling(target: Path) -> Iterator[None]:
    """Tell what the disk refuses as KnownError; ``target`` is the backup that is written."""
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"The backup was not written ({target}: {error.strerror or error})",
            "Make room, or choose another place with --out. Your log and recordings are untouched.",
        ) from error


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder to work in, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".attune-", dir=folder) as place:
        yield Path(place)


def _check_room(target: Path, content: Content) -> None:
    needed = sum(member.size for member in (*content.small, *content.sounds))
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        raise KnownError(
            f"There is not enough room for the backup ({target.parent}: it needs "
            f"{needed / 1e9:.2f} GB, {free / 1e9:.2f} GB are free)",
            "Make room, or choose another place with --out. Nothing was written.",
        )


def write(
    target: Path, manifest: Manifest, sources: dict[str, Path], progress: Progress
) -> dict[str, Member]:
    """Write beside the target, read it back, then give it its name; see ``bundle.write``."""
    part = target.with_name(target.name + ".part")
    step = steps(progress, 2 * sum(member.size for member in manifest.members))
    try:
        unlike = bundle.write(part, manifest, sources, step)
        if not unlike:
            with bundle.open_bundle(part, KIND) as written:
                if written.damaged(written.manifest.members, step):
                    raise KnownError(
                        f"The disk gave back other bytes than were written to it ({part.parent})",
                        "Use another disk; this backup was removed.",
                    )
            part.replace(target)
            files.sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return unlike


def steps(progress: Progress, whole: int) -> Callable[[int], None]:
    """``progress`` as something that is told of a few more bytes."""
    done = 0

    def step(more: int) -> None:
        nonlocal done
        done += more
        progress(done, whole)

    return step


def _result(target: Path, content: Content) -> Backup:
    missing = set(content.missing)
    takes = {m.name.split(".")[0] for m in content.small if m.name.startswith(OPEN)}
    films = sum(isinstance(one, Video) for one in content.recordings if one.file not in missing)
    return Backup(
        target, target.stat().st_size, len(content.sounds) - films, len(takes),
        tuple(content.missing), tuple(content.altered), films,
    )  # fmt: skip


# ------------------------------------------------------------ the automatic ones


def clear_unfinished(folder: Path) -> None:
    """Remove what backups that were killed left in ``folder``."""
    for left in (*folder.glob("*.part"), *(folder / bundle.OUTSIDE).glob("*.part")):
        left.unlink()
    for left in folder.glob(".attune-*"):
        shutil.rmtree(left, ignore_errors=True)


def _is_old_news(folder: Path, manifest: Manifest) -> bool:
    earlier = made(folder)
    if not earlier:
        return False
    last = read_manifest(earlier[max(earlier)])
    return last is not None and _told_by(last) == _told_by(manifest)


def _told_by(manifest: Manifest) -> object:
    """What two backups of the same content have in common."""
    state = manifest.facts.get("log_state")
    members = [one for one in manifest.members if one.name != LOG or state is None]
    return members, state, manifest.outside


def _thin(folder: Path, now: datetime) -> None:
    earlier = made(folder)
    for at in earlier.keys() - thin(earlier, now.astimezone().date()):
        earlier[at].unlink()
    drop_unneeded(folder)


def drop_unneeded(folder: Path) -> None:
    """Remove the kept sounds in ``folder`` that no backup there needs."""
    needed: set[str] = set()
    for path in folder.glob(f"*{bundle.SUFFIX}"):
        manifest = read_manifest(path)
        if manifest is None:
            return  # what it needs is not known: nothing is removed
        needed.update(member.sha256 for member in manifest.outside)
    for kept in (folder / bundle.OUTSIDE).iterdir():
        if is_kept(kept) and kept.name not in needed:
            kept.unlink()
