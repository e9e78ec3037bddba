"""Safe keeping: the log with every recording as one file that was read back before it counts."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer import __version__
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.keep import thin
from trainer.domain.response import Recording, Video
from trainer.exchange import bundle
from trainer.exchange.bundle import Manifest, Member
from trainer.store import copies, files, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import open_log
from trainer.store.key import LOCK, lock_of
from trainer.store.lock import keeping
from trainer.store.people import people
from trainer.store.takes import RECORDINGS, open_folder
from trainer.store.videos import every_video

KIND = "backup"
SETTINGS = "settings.json"
OPEN = f"{RECORDINGS}/open/"
_TRIES = 4
_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"attune-(\d{8}T\d{12}Z)\.attune")
_SHA256 = re.compile(r"[0-9a-f]{64}")

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


@dataclass(slots=True)
class _Content:
    """What goes into a backup: members with their files, and what is wrong with the recordings."""

    facts: dict[str, Any]
    small: list[Member]
    sources: dict[str, Path]
    recordings: tuple[Recording | Video, ...]  # with the films
    sounds: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


def backup(home: Home, out: Path | None = None, progress: Progress = unseen) -> Backup:
    """Write a backup to the file or into the folder ``out`` (default: the current folder).

    ``progress`` is told (bytes done, all bytes) and may raise to cancel. KnownError: no log, a
    damaged one, a file of that name is there, no room or permission. Only a whole backup stays.
    """
    target = _target(out or Path.cwd())
    seen: dict[str, Member] = {}
    for attempt in range(_TRIES):
        with telling(target), scratch(target.parent) as place:
            content = _with_sounds(home, _gather(home, place, _open_files(home)), seen)
            if content.missing and attempt == 0:
                continue  # a window may just have stored it in another format
            _check_room(target, content)
            unlike = write(target, _manifest(content), content.sources, progress)
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
    target = folder / f"attune-{at.astimezone(UTC):{_STAMP}}{bundle.SUFFIX}"
    with telling(target), keeping(home.folder):
        (folder / bundle.OUTSIDE).mkdir(parents=True, exist_ok=True)
        clear_unfinished(folder)
        with scratch(folder) as place:
            # No interrupted takes: to delete one is real, and these backups lie beside it anyway.
            content = _with_kept_sounds(home, _gather(home, place, []))
            manifest = replace(
                _manifest(content),
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
    films = f" and {done.films} films" if done.films else ""
    size = f"{done.size_bytes / 1e6:.1f} MB"
    lines = [f"{done.path}: {done.recordings} recordings{films}, {size}"]
    if done.interrupted_takes:
        lines.append(f"with {done.interrupted_takes} interrupted, not in the log yet")
    lines += [f"missing, so not in it: {name}" for name in done.missing]
    lines += [f"altered since it was made, kept as it is: {name}" for name in done.altered]
    return lines


# ------------------------------------------------------------ what goes in


def _gather(home: Home, scratch: Path, interrupted: list[Path]) -> _Content:
    """Copies of everything that may change while the backup is written."""
    sources: dict[str, Path] = {}
    # Before the log: a take that is adopted in between is then in both, and not in neither.
    for path in interrupted:
        target = sealed.sealed_name(scratch / path.name) if home.key else scratch / path.name
        if path.exists():
            with suppress(FileNotFoundError):
                _copy(path, target, home)
                sources[OPEN + target.name] = target
    with suppress(FileNotFoundError):
        sources[SETTINGS] = shutil.copyfile(home.settings_file, scratch / SETTINGS)
    place = scratch / "log"
    place.mkdir()
    copies.copy_log(home.folder, place, home.key)
    log = open_log(place, home.key, read_only=True)
    try:
        found: list[Recording | Video] = [*copies.every_recording(log), *every_video(log)]
        who = [person.id for person in people(log)]
    finally:
        log.close()
    sources[LOG] = place / LOG
    facts: dict[str, Any] = {"people": who}
    if home.key is not None and (lock := lock_of(home.folder)) is not None:
        sources[LOCK] = shutil.copyfile(lock, scratch / LOCK)
        facts["locked_for"] = home.key.recipient
    small = [Member(name, *files.sha256_of(path)) for name, path in sorted(sources.items())]
    return _Content(facts, small, sources, tuple(found))


def _copy(path: Path, target: Path, home: Home) -> None:
    if home.key is None:
        shutil.copyfile(path, target)
    else:
        sealed.copy(path, target, home.key)


def _open_files(home: Home) -> list[Path]:
    place = open_folder(home.folder)
    if not place.is_dir():
        return []
    return sorted(p for p in place.iterdir() if p.is_file() and p.suffix != ".part")


def _with_sounds(home: Home, content: _Content, seen: dict[str, Member]) -> _Content:
    """Add the recordings; their rows' hashes are believed until the bytes are copied."""
    for recording in content.recordings:
        path = sealed.stored(home.recordings / recording.file)
        name = f"{RECORDINGS}/{path.relative_to(home.recordings).as_posix()}"
        found = seen.get(name, Member(name, recording.sha256, recording.size_bytes))
        if found.size == bundle.UNREADABLE or not path.is_file():
            content.missing.append(recording.file)
            continue
        if name not in seen and path.stat().st_size != found.size:
            found = Member(name, *files.sha256_of(path))
        _add_sound(home, content, recording, found, path)
    return content


def _with_kept_sounds(home: Home, content: _Content) -> _Content:
    """Add the recordings as files beside the backup, one for each hash; new ones are read."""
    kept = home.backups / bundle.OUTSIDE
    known = _known_sealed(home)
    for recording in content.recordings:
        path = sealed.stored(home.recordings / recording.file)
        name = f"{RECORDINGS}/{path.relative_to(home.recordings).as_posix()}"
        if name in known and path.is_file() and path.stat().st_size == known[name].size:
            content.sounds.append(known[name])
            content.sources[name] = path
            continue
        found = Member(name, recording.sha256, recording.size_bytes)
        if not (kept / recording.sha256).exists():
            try:
                found = Member(name, *files.sha256_of(path))
            except OSError:
                content.missing.append(recording.file)
                continue
            _keep(path, kept / found.sha256)
        _add_sound(home, content, recording, found, path)
    files.sync_folder(kept)
    return content


def _known_sealed(home: Home) -> dict[str, Member]:
    """Encrypted files that the last backup was made of, by name: the row's hash is not theirs."""
    made = _made(home.backups) if home.key else {}
    last = read_manifest(made[max(made)]) if made else None
    if last is None:
        return {}
    kept, altered = home.backups / bundle.OUTSIDE, set(last.facts.get("altered", ()))
    return {
        member.name: member
        for member in last.outside
        if sealed.is_sealed(Path(member.name))
        and member.name.removeprefix(f"{RECORDINGS}/").removesuffix(sealed.SUFFIX) not in altered
        and (kept / member.sha256).exists()
    }


def _add_sound(
    home: Home, content: _Content, recording: Recording | Video, found: Member, path: Path
) -> None:
    content.sounds.append(found)
    content.sources[found.name] = path
    as_made = found.sha256
    if sealed.is_sealed(path):
        as_made = sealed.sha256_of(path, home.key)[0]
    if as_made != recording.sha256:
        content.altered.append(recording.file)


def _keep(path: Path, kept: Path) -> None:
    """A second name for the same bytes, or a copy on a disk that knows no second names."""
    if kept.exists():
        return
    try:
        os.link(path, kept)
    except OSError:
        part = kept.with_name(kept.name + ".part")
        shutil.copyfile(path, part)
        files.sync_file(part)
        part.replace(kept)


def _manifest(content: _Content) -> Manifest:
    facts = {**content.facts, "missing": content.missing, "altered": content.altered}
    return Manifest(
        KIND, new_id(), local_now().isoformat(), __version__, copies.LOG_VERSION, facts,
        (*content.small, *content.sounds),
    )  # fmt: skip


# ------------------------------------------------------------ writing it


def _target(out: Path) -> Path:
    out = out.expanduser().absolute()
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


def _check_room(target: Path, content: _Content) -> None:
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


def _result(target: Path, content: _Content) -> Backup:
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


def _made(folder: Path) -> dict[datetime, Path]:
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return {
        datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC).astimezone(): path
        for name, path in found
        if name
    }


def _is_old_news(folder: Path, manifest: Manifest) -> bool:
    made = _made(folder)
    if not made:
        return False
    last = read_manifest(made[max(made)])
    return last is not None and (last.members, last.outside) == (manifest.members, manifest.outside)


def read_manifest(path: Path) -> Manifest | None:
    """What a backup says of itself; None when it cannot be used."""
    try:
        with bundle.open_bundle(path, KIND) as found:
            return found.manifest
    except KnownError:
        return None


def _thin(folder: Path, now: datetime) -> None:
    made = _made(folder)
    for at in made.keys() - thin(made, now.astimezone().date()):
        made.pop(at).unlink()
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
        if _SHA256.fullmatch(kept.name) and kept.name not in needed:
            kept.unlink()
