"""Taking what is forgotten out of every copy in the data folder: backups, old logs, reports."""

import io
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from trainer.app.backup import (
    clear_unfinished,
    drop_unneeded,
    scratch,
    telling,
    unseen,
    write,
)
from trainer.app.backup_content import KIND, SETTINGS, read_manifest
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.exchange import bundle
from trainer.exchange.bundle import Bundle, Manifest, Member
from trainer.store import files, forget, sealed, traces
from trainer.store.connect import is_encrypted
from trainer.store.db import FILE as LOG
from trainer.store.forget import Scope
from trainer.store.key import Key
from trainer.store.lock import keeping
from trainer.store.takes import RECORDINGS
from trainer.store.trouble import file_errors

_SOUND = f"{RECORDINGS}/"
_BESIDE = ("-wal", "-shm", "-journal")
_ANY_LOG = b"CREATE TABLE"  # stands readable in every log that is not encrypted
_PAGE, _ALIKE = ".html", (".html", ".pdf", ".mp3")
_FEEDBACK = re.compile(r"(attune-feedback-.+?)(?:--.+)?-(\d{4}-\d\d-\d\d)(?:-\d+)?")


@dataclass(slots=True)
class Erased:
    """What was erased beside the rows. ``removed`` are damaged copies that could not be cleaned."""

    files: int = 0
    reports: int = 0
    copies: int = 0
    removed: list[str] = field(default_factory=list)


def erase(home: Home, scope: Scope) -> Erased:
    """Erase ``scope`` from everything in the data folder but the log itself; safe to repeat.

    KnownError when the disk refuses, or a file is in use.
    """
    done = Erased()
    with file_errors(home.folder):
        done.files = forget.erase_sounds(home.folder, scope)
        done.reports = _reports(home, scope)
        _scraps(home, scope)
        _backups(home, scope, done)
        _old_logs(home, scope, done)
    return done


def remains(home: Home, scope: Scope) -> tuple[Path, ...]:
    """Files that still hold one of the ids, looked for byte by byte: none, when all went well."""
    sounds, belongs = {home.recordings, home.backups / bundle.OUTSIDE}, forget.belongs_to(scope)
    return tuple(
        path
        for path in sorted(home.folder.rglob("*"))
        if path.is_file()
        and (
            belongs(path.name) or (not sounds & set(path.parents) and traces.holds(path, scope.ids))
        )
    )


def without_people(data: bytes, scope: Scope) -> bytes:
    """Settings (JSON) that name nobody of ``scope``; what cannot be read is emptied."""
    if not any(one.encode() in data for one in scope.ids):
        return data
    try:
        found = json.loads(data)
        kept = {key: value for key, value in found.items() if value not in scope.people}
    except (ValueError, AttributeError, TypeError):
        return b"{}"
    return json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True).encode()


# ------------------------------------------------------------ reports and scraps


def _reports(home: Home, scope: Scope) -> int:
    """Delete the reports made of it: their pages name the response, paper and sound lie beside.

    A page on a cohort has its mark alone: an id tells when the response was given.
    """
    known = scope.responses | {forget.mark_of(one) for one in scope.responses}
    pages = [path for path in home.reports.glob(f"*{_PAGE}") if traces.holds(path, known)]
    alone = [
        path
        for path in home.reports.glob("attune-*")
        # Whose paper it is cannot be told without its page; day and attempt, or a name, must do.
        if not path.with_suffix(_PAGE).exists()
        and (_ends_alike(path, scope) or _may_tell(path, scope))
    ]
    for page in pages:
        for path in (page.with_suffix(suffix) for suffix in reversed(_ALIKE)):
            path.unlink(missing_ok=True)  # the page last: killed in between, it still tells
    for path in alone:
        path.unlink()
    return len(pages) + len({path.stem for path in alone})


def _ends_alike(path: Path, scope: Scope) -> bool:
    stem = path.stem
    counted = stem.rpartition("-")[0] if stem.rpartition("-")[2].isdigit() else stem
    return path.suffix in _ALIKE and any(
        whole.endswith(end) for whole in (stem, counted) for end in scope.reports
    )


def _may_tell(path: Path, scope: Scope) -> bool:
    """Whether it is a feedback report of somebody in ``scope``, made since there was anything."""
    made = _FEEDBACK.fullmatch(unicodedata.normalize("NFC", path.stem))
    since = (_FEEDBACK.fullmatch(one) for one in scope.papers)
    return made is not None and any(
        one is not None and one[1] == made[1] and one[2] <= made[2] for one in since
    )


def _scraps(home: Home, scope: Scope) -> None:
    """What is left of work that was killed, and the small files that may hold an id."""
    shutil.rmtree(home.folder / ".restoring", ignore_errors=True)
    for place in (home.folder, home.backups):
        if place.is_dir():
            clear_unfinished(place)
    if scope.responses or scope.people:
        # Only others can open what lies there, so whether it holds them nobody can tell.
        shutil.rmtree(home.outgoing, ignore_errors=True)
    if scope.people:
        (home.folder / "microphone-check.wav").unlink(missing_ok=True)
    for name in ("settings.json.new", "settings.json.broken"):
        path = home.folder / name
        if path.is_file() and traces.holds(path, scope.ids):
            path.unlink()
    if home.settings_file.is_file():
        old = home.settings_file.read_bytes()
        if (new := without_people(old, scope)) != old:
            files.write_whole(home.settings_file, new)
    for diary in home.folder.glob(f"{home.log_file.name}*"):
        traces.blot_out(diary, scope.ids)


# ------------------------------------------------------------ old logs


def _old_logs(home: Home, scope: Scope, done: Erased) -> None:
    """The copies made before migrations, and damaged logs that were moved aside."""
    for path in (*home.folder.glob(f"{LOG}.before-*"), *home.folder.glob(f"{LOG}.damaged-*")):
        if path.name.endswith(".part"):
            path.unlink()
        elif path.name.removesuffix(sealed.SUFFIX).endswith(_BESIDE):
            continue  # they belong to one of the others
        elif sealed.is_sealed(path) and home.key:
            _sealed_log(path, home.key, scope, done)
        elif _held(path, scope):
            clean = forget.prune(path, scope, home.key) is not None
            # What is encrypted was looked through by its rows.
            if not clean or (not is_encrypted(path) and _held(path, scope)):
                for part in _group(path):
                    part.unlink()
                done.removed.append(str(path))
            done.copies += 1


def _sealed_log(path: Path, key: Key, scope: Scope, done: Erased) -> None:
    """A damaged log that was set aside and encrypted: looked through in memory, gone if it must."""
    if not sealed.opens(path, key):
        return  # of another key: nobody can read in it
    parts = tuple(_group(path))
    try:
        data = [sealed.read(part, key) for part in parts]
    except KnownError:
        data = []
    # One that was encrypted before it was damaged, or is so now, tells nothing: it goes too.
    tells = any(_ANY_LOG in one for one in data)
    if not tells or any(traces.holds_in(io.BytesIO(one), scope.ids) for one in data):
        for part in parts:
            part.unlink()
        done.removed.append(str(path))
        done.copies += 1


def _group(path: Path) -> Iterator[Path]:
    plain, end = sealed.plain_name(path), sealed.SUFFIX if sealed.is_sealed(path) else ""
    every = (plain.with_name(plain.name + beside + end) for beside in ("", *_BESIDE))
    return (part for part in every if part.exists())


def _held(path: Path, scope: Scope) -> bool:
    # Into an encrypted log nobody can look from outside: it is always gone through.
    return is_encrypted(path) or any(traces.holds(part, scope.ids) for part in _group(path))


# ------------------------------------------------------------ backups


def _backups(home: Home, scope: Scope, done: Erased) -> None:
    with keeping(home.folder):
        found = sorted(home.folder.rglob(f"*{bundle.SUFFIX}"))
        _drop_kept_sounds(home, scope, found)
        for path in found:
            if _is_ours(path, home) or traces.holds(path, scope.ids):
                if not _clean(path, scope, home.key):
                    path.unlink()
                    done.removed.append(str(path))
                done.copies += 1
        if (home.backups / bundle.OUTSIDE).is_dir():
            drop_unneeded(home.backups)


def _drop_kept_sounds(home: Home, scope: Scope, backups: list[Path]) -> None:
    """Delete the kept sounds before the lists that name them: killed in between, they tell."""
    gone: set[str] = set()
    wanted: set[str] = set()
    belongs = forget.belongs_to(scope)
    for manifest in map(read_manifest, backups):
        for member in manifest.outside if manifest else ():
            (gone if belongs(member.name.removeprefix(_SOUND)) else wanted).add(member.sha256)
    for sha256 in gone - wanted:
        (home.backups / bundle.OUTSIDE / sha256).unlink(missing_ok=True)


def _is_ours(path: Path, home: Home) -> bool:
    """Whether a backup is locked with the data folder's key, so that no id can be seen in it; one
    among the automatic ones that is too damaged to say so is.
    """
    if home.key is None:
        return False
    manifest = read_manifest(path)
    if manifest is None:
        return home.backups in path.parents
    return manifest.facts.get("locked_for") == home.key.recipient


def _clean(path: Path, scope: Scope, key: Key | None) -> bool:
    """Write a backup again without ``scope``; False when it is damaged, and of no use."""
    with telling(path), scratch(path.parent) as place:
        try:
            old = bundle.open_bundle(path, KIND)
        except KnownError:
            return False
        with old:
            content = _content(old, scope, place, key)
        if content is None:
            return False
        manifest, sources = content
        unlike = write(path, manifest, sources, unseen)
    return not unlike


def _content(
    old: Bundle, scope: Scope, place: Path, key: Key | None
) -> tuple[Manifest, dict[str, Path]] | None:
    """What is to be in it now: its list, and files by name. None when its log is damaged."""
    sources: dict[str, Path] = {}
    belongs = forget.belongs_to(scope)
    for number, member in enumerate(old.manifest.members):
        if belongs(member.name.removeprefix(_SOUND)):
            continue
        target = place / str(number)
        if old.take_out(member, target, lambda _more: None):
            sources[member.name] = target
    gone = forget.prune(sources[LOG], scope, key) if LOG in sources else None
    if gone is None:
        return None
    if SETTINGS in sources:
        data = without_people(sources[SETTINGS].read_bytes(), scope)
        sources[SETTINGS].write_bytes(data)
    belongs = forget.belongs_to(replace(scope, sounds=scope.sounds | gone))

    def stays(name: str) -> bool:
        return not belongs(name.removeprefix(_SOUND))

    members = tuple(_as_it_is(m, sources[m.name]) for m in old.manifest.members
                    if m.name in sources and stays(m.name))  # fmt: skip
    manifest = replace(
        old.manifest,
        members=members,
        outside=tuple(member for member in old.manifest.outside if stays(member.name)),
        facts={key: _only(value, stays) for key, value in old.manifest.facts.items()},
    )
    return manifest, sources


def _as_it_is(member: Member, path: Path) -> Member:
    # The others were compared with their hashes when they were taken out.
    return Member(member.name, *files.sha256_of(path)) if member.name in (SETTINGS, LOG) else member


def _only(value: Any, stays: Callable[[str], bool]) -> Any:
    return [one for one in value if stays(str(one))] if isinstance(value, list) else value
