"""What goes into a backup: copies of what may change meanwhile, and the recordings as they lie."""

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer import __version__
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Recording, Video
from trainer.exchange import bundle
from trainer.exchange.bundle import Manifest, Member
from trainer.store import copies, files, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import open_log
from trainer.store.key import LOCK, lock_of
from trainer.store.people import people
from trainer.store.takes import RECORDINGS, open_folder
from trainer.store.videos import every_video

KIND = "backup"
SETTINGS = "settings.json"
OPEN = f"{RECORDINGS}/open/"
STAMP = "%Y%m%dT%H%M%S%fZ"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"attune-(\d{8}T\d{12}Z)\.attune")


@dataclass(slots=True)
class Content:
    """What goes into a backup: members with their files, and what is wrong with the recordings."""

    facts: dict[str, Any]
    small: list[Member]
    sources: dict[str, Path]
    recordings: tuple[Recording | Video, ...]  # with the films
    scratch: Path  # a folder to work in
    sounds: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


def gather(home: Home, scratch: Path, interrupted: list[Path]) -> Content:
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
    state = copies.state_of(home.folder)
    copies.copy_log(home.folder, place, home.key)
    log = open_log(place, home.key, read_only=True)
    try:
        found: list[Recording | Video] = [*copies.every_recording(log), *every_video(log)]
        facts: dict[str, Any] = (
            {"log_state": state} if home.key else {"people": [one.id for one in people(log)]}
        )
    finally:
        log.close()
    sources[LOG] = place / LOG
    if home.key is not None and (lock := lock_of(home.folder)) is not None:
        sources[LOCK] = shutil.copyfile(lock, scratch / LOCK)
        facts["locked_for"] = home.key.recipient
    small = [Member(name, *files.sha256_of(path)) for name, path in sorted(sources.items())]
    return Content(facts, small, sources, tuple(found), scratch)


def _copy(path: Path, target: Path, home: Home) -> None:
    if home.key is None:
        shutil.copyfile(path, target)
    else:
        sealed.copy(path, target, home.key)


def open_files(home: Home) -> list[Path]:
    """The interrupted takes, file by file."""
    place = open_folder(home.folder)
    if not place.is_dir():
        return []
    return sorted(p for p in place.iterdir() if p.is_file() and p.suffix != ".part")


def with_sounds(home: Home, content: Content, seen: dict[str, Member]) -> Content:
    """Add the recordings; their rows' hashes are believed until the bytes are copied."""
    for recording in content.recordings:
        name, path = _lying(home, content, recording)
        found = seen.get(name, Member(name, recording.sha256, recording.size_bytes))
        if found.size == bundle.UNREADABLE or not path.is_file():
            content.missing.append(recording.file)
            continue
        made_now = content.scratch in path.parents  # encrypted anew, so other bytes each time
        if made_now or (name not in seen and path.stat().st_size != found.size):
            found = Member(name, *files.sha256_of(path))
        _add_sound(home, content, recording, found, path)
    return content


def _lying(home: Home, content: Content, recording: Recording | Video) -> tuple[str, Path]:
    """What a recording is called in a backup, and a file with it, which need not be there.

    Of a locked folder encrypted, also before it lies so: an answer is plain for some seconds.
    """
    plain = home.recordings / recording.file
    path = sealed.stored(plain)
    if home.key is not None and not sealed.is_sealed(path):
        target = sealed.sealed_name(content.scratch / RECORDINGS / path.name)
        target.parent.mkdir(exist_ok=True)
        try:
            sealed.copy(path, target, home.key)
            path = target
        except KnownError:
            if path.exists():  # it is the disk's fault
                raise
            path = sealed.sealed_name(plain)  # gone, or encrypted meanwhile
    name = sealed.sealed_name(plain) if home.key is not None else path
    return f"{RECORDINGS}/{name.relative_to(home.recordings).as_posix()}", path


def with_kept_sounds(home: Home, content: Content) -> Content:
    """Add the recordings as files beside the backup, one for each hash; new ones are read."""
    kept = home.backups / bundle.OUTSIDE
    known = _known_sealed(home)
    for recording in content.recordings:
        if last := _kept_sealed(home, recording, known):
            content.sounds.append(last)
            content.sources[last.name] = kept / last.sha256
            continue
        name, path = _lying(home, content, recording)
        found = Member(name, recording.sha256, recording.size_bytes)
        # By the row's hash only what is not encrypted is kept.
        if sealed.is_sealed(path) or not (kept / recording.sha256).exists():
            try:
                found = Member(name, *files.sha256_of(path))
            except OSError:
                content.missing.append(recording.file)
                continue
            keep(path, kept / found.sha256)
        _add_sound(home, content, recording, found, path)
    files.sync_folder(kept)
    return content


def _kept_sealed(
    home: Home, recording: Recording | Video, known: dict[str, Member]
) -> Member | None:
    """What the last backup has of a recording, while that is as it lies, or better."""
    last = known.get(f"{RECORDINGS}/{recording.file}{sealed.SUFFIX}")
    path = sealed.stored(home.recordings / recording.file)
    if last is None or home.key is None:
        return None
    is_there = sealed.is_sealed(path) and path.is_file()  # what is plain is not counted
    if is_there and path.stat().st_size == last.size:
        return last
    if is_there and sealed.sha256_of(path, home.key)[0] == recording.sha256:
        return None
    kept = home.backups / bundle.OUTSIDE / last.sha256
    return last if sealed.sha256_of(kept, home.key)[0] == recording.sha256 else None


def _known_sealed(home: Home) -> dict[str, Member]:
    """Encrypted files that the last backup was made of, by name: the row's hash is not theirs."""
    earlier = made(home.backups) if home.key else {}
    read = (read_manifest(earlier[at]) for at in sorted(earlier, reverse=True))
    last = next(filter(None, read), None)
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
    home: Home, content: Content, recording: Recording | Video, found: Member, path: Path
) -> None:
    content.sounds.append(found)
    content.sources[found.name] = path
    as_made = found.sha256
    if sealed.is_sealed(path):
        as_made = sealed.sha256_of(path, home.key)[0]
    if as_made != recording.sha256:
        content.altered.append(recording.file)


def is_kept(path: Path) -> bool:
    """Whether a file beside the backups is a sound that is kept for them: by its name, a hash."""
    return _SHA256.fullmatch(path.name) is not None


def keep(path: Path, kept: Path) -> None:
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


def manifest_of(content: Content) -> Manifest:
    """What the backup says of itself."""
    facts = {**content.facts, "missing": content.missing, "altered": content.altered}
    return Manifest(
        KIND, new_id(), local_now().isoformat(), __version__, copies.LOG_VERSION, facts,
        (*content.small, *content.sounds),
    )  # fmt: skip


def made(folder: Path) -> dict[datetime, Path]:
    """The automatic backups in ``folder``, by when they were made."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return {
        datetime.strptime(name[1], STAMP).replace(tzinfo=UTC).astimezone(): path
        for name, path in found
        if name
    }


def read_manifest(path: Path) -> Manifest | None:
    """What a backup says of itself; None when it cannot be used."""
    try:
        with bundle.open_bundle(path, KIND) as found:
            return found.manifest
    except KnownError:
        return None
