"""What lies readable in a locked data folder and should not: found, encrypted or cleared away."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from trainer.app import travelling
from trainer.app.backup import clear_unfinished, drop_unneeded, scratch, unseen, write
from trainer.app.backup_content import KIND, is_kept, keep, read_manifest
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.exchange import bundle
from trainer.exchange.bundle import Bundle, Member
from trainer.store import copies, files, recordings, sealed, takes
from trainer.store.db import FILE as LOG
from trainer.store.db import open_log
from trainer.store.key import Key
from trainer.store.lock import keeping

Progress = Callable[[int, int], None]
REPORTS = (".html", ".pdf", ".mp3")


def every_one(home: Home) -> tuple[Path, ...]:
    """Files that the lock should cover and does not yet; not the log itself."""
    return (*_unsealed(home), *_scraps(home), *(path for path, _ in _kept(home)))


def see_to(home: Home, progress: Progress = unseen) -> None:
    """Encrypt or clear away these, but for ``seal_kept``; under the window's lock, the log closed.

    ``progress`` is told (files done, all files) and may raise to stop. Safe to repeat. KnownError
    when the disk refuses, OSError likewise.
    """
    for place in _staging(home):
        shutil.rmtree(place, ignore_errors=True)
    for path in _scraps(home):
        path.unlink()
    if any(path.suffix == ".wav" for path in _unsealed(home)):
        store_small(home)
    seal_all(home, progress)


def store_small(home: Home) -> None:
    """WAV to FLAC while that is possible: what is encrypted is not made smaller any more."""
    from trainer.media.flac import to_flac

    if not (home.folder / LOG).exists():
        return
    with closing(open_log(home.folder, home.key)) as log:
        for one in recordings.still_wav(log, limit=1_000_000):
            wav = recordings.path_of(log, one)
            # One that cannot be read is kept as it is.
            with suppress(KnownError):
                rate = to_flac(wav, wav.with_suffix(".flac"))
                recordings.replace_file(log, one.id, wav.with_suffix(".flac"), sample_rate=rate)
        for one in copies.every_recording(log):
            flac = recordings.path_of(log, one)
            # A kill kept the WAV from going when its twin had come.
            wav_too = flac.suffix == ".flac" and flac.with_suffix(".wav").exists()
            if wav_too and flac.exists() and files.sha256_of(flac)[0] == one.sha256:
                recordings.replace_file(log, one.id, flac, sample_rate=one.sample_rate)


def drop_remakable(home: Home) -> None:
    """What would lie here readable, and can be made again: reports, copies from before updates."""
    for place in _staging(home):
        shutil.rmtree(place, ignore_errors=True)
    for place in (home.folder, home.backups):
        if place.is_dir():
            clear_unfinished(place)
    written = [path for path in home.reports.glob("attune-*") if path.suffix in REPORTS]
    for path in (*written, *home.folder.glob(f"{LOG}.before-*"), *_scraps(home)):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # a person may keep other things there
        home.reports.rmdir()


def seal_all(home: Home, progress: Progress) -> None:
    """Encrypt the recordings, films and damaged logs that are not; see ``see_to``."""
    assert home.key is not None
    for half in home.recordings.rglob("*.part"):
        if takes.open_folder(home.folder) not in half.parents:
            half.unlink()  # what it was made of is still there
    found = list(_unsealed(home))
    for done, path in enumerate(found):
        progress(done, len(found))
        turn(home, path, home.key, sealed.seal)
    progress(len(found), len(found))


def turn(home: Home, path: Path, key: Key, way: Callable[[Path, Key], Path]) -> None:
    """Encrypt or decrypt a file; if another has its name, among the lost ones. Errors: ``seal``."""
    try:
        way(path, key)
    except sealed.InTheWay:
        aside = sealed.free_name(takes.lost_folder(home.folder) / path.name)
        files.move(path, aside)
        way(aside, key)


def _unsealed(home: Home) -> Iterator[Path]:
    """Recordings that have their place, and damaged logs set aside."""
    still_open = takes.open_folder(home.folder)
    # These are still being adopted, and go on under their plain names.
    waiting = {path.name.split(".", 1)[0] for path in still_open.glob("*.json")}
    for path in sorted(home.recordings.rglob("*")):
        if (
            path.is_file()
            and still_open not in path.parents
            and not sealed.is_sealed(path)
            and path.suffix != ".part"
            and path.stem not in waiting
        ):
            yield path
    for path in sorted(home.folder.glob(f"{LOG}.damaged-*")):
        if not sealed.is_sealed(path):
            yield path


# ------------------------------------------------------------ scraps


def _staging(home: Home) -> list[Path]:
    return [home.folder / ".restoring", *home.folder.glob(f"{travelling.SCRATCH}*")]


def _scraps(home: Home) -> list[Path]:
    """What was left by a restore, a file for others or trying the microphone that was killed."""
    inside = (path for place in _staging(home) for path in sorted(place.rglob("*")))
    left = [home.folder / "microphone-check.wav", *inside]
    return [path for path in left if path.is_file() and not sealed.is_sealed(path)]


# ------------------------------------------------------------ kept beside the backups


def _kept(home: Home) -> list[tuple[Path, list[Path]]]:
    """Sounds kept for the automatic backups as they were recorded, each with the backups of it.

    Not those of a backup that is not locked itself: it needs them, and is told of by itself.
    """
    place = home.backups / bundle.OUTSIDE
    if not place.is_dir() or home.key is None:
        return []
    found = {
        path.name: (path, list[Path]())
        for path in sorted(place.iterdir())
        if is_kept(path) and not sealed.is_encrypted(path)
    }
    for one in sorted(home.backups.glob(f"*{bundle.SUFFIX}")) if found else ():
        manifest = read_manifest(one)
        for sha256 in {member.sha256 for member in manifest.outside} if manifest else ():
            if manifest and manifest.facts.get("locked_for") != home.key.recipient:
                found.pop(sha256, None)
            elif sha256 in found:
                found[sha256][1].append(one)
    return list(found.values())


def seal_kept(home: Home) -> None:
    """Have the kept sounds lie encrypted: an older Attune kept the last answer before it closed so.

    First comes the encrypted one, then the lists that name it, and the old one goes last.
    """
    if not _kept(home):
        return
    with keeping(home.folder), scratch(home.backups) as place:
        for path, backups in _kept(home):
            assert home.key is not None
            part = sealed.sealed_name(place / path.name)
            sealed.copy(path, part, home.key)
            if sealed.sha256_of(part, home.key) != files.sha256_of(path):
                raise KnownError(
                    f"The disk gave back other bytes than were written to it ({place.parent})",
                    f"Nothing is lost: {path} is as it was. Use another disk.",
                )
            sha256, size = files.sha256_of(part)
            keep(part, path.with_name(sha256))
            files.sync_folder(path.parent)
            for one in backups:
                _name_anew(one, path.name, sha256, size)
            path.unlink()
        drop_unneeded(home.backups)


def _name_anew(path: Path, old: str, sha256: str, size: int) -> None:
    """Write a backup again, whole or not at all, with the encrypted file for the one it names."""
    with scratch(path.parent) as place:
        with bundle.open_bundle(path, KIND) as found:
            sources = _taken_out(found, place)
            outside = tuple(
                Member(f"{one.name}{sealed.SUFFIX}", sha256, size) if one.sha256 == old else one
                for one in found.manifest.outside
            )
            members = tuple(one for one in found.manifest.members if one.name in sources)
            manifest = replace(found.manifest, members=members, outside=outside)
        if write(path, manifest, sources, unseen):
            raise KnownError(
                f"The backup could not be read while it was written again ({path})",
                "Check the disk; it is still there as it was.",
            )


def _taken_out(found: Bundle, place: Path) -> dict[str, Path]:
    every = ((one, place / str(number)) for number, one in enumerate(found.manifest.members))
    return {one.name: to for one, to in every if found.take_out(one, to, lambda _more: None)}
