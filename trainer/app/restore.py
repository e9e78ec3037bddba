"""A backup into a data folder, empty or not. It is read as if a stranger had made it.

Files go to their places before the rows that name them, and the rows in one step: killed anywhere
and repeated, it reaches the same end.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from trainer.app import stated
from trainer.app.backup import Progress, steps, unseen
from trainer.app.backup_content import KIND, OPEN, SETTINGS
from trainer.app.locking import settle
from trainer.app.paths import Home, named_path
from trainer.app.restored import Restored as Restored
from trainer.domain.errors import KnownError
from trainer.domain.response import Recording
from trainer.exchange.bundle import Bundle, Member, open_bundle, refusal
from trainer.store import copies, files, forget, merge, recordings, sealed, takes, videos
from trainer.store.db import FILE as LOG
from trainer.store.db import Log
from trainer.store.forget_scope import Scope
from trainer.store.key import LOCK, Key, open_lock
from trainer.store.lock import hold
from trainer.store.responses import find_response
from trainer.store.trouble import file_errors

_OPEN_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})(\.[a-z0-9]{1,8}){1,3}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_MAX_SETTINGS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Source:
    """An opened backup: its members that are what they should be, and a folder to work in."""

    bundle: Bundle
    good: dict[str, Member]
    staging: Path
    step: Callable[[int], None]
    key: Key | None  # of what is encrypted in it
    is_ours: bool  # whether it is also the key of the data folder

    def member(self, name: str) -> Member | None:
        """What the backup has of a file, as it is or encrypted."""
        return self.good.get(name) or self.good.get(name + sealed.SUFFIX)

    def is_like(self, name: str, file: Path, key: Key | None) -> bool:
        """Whether ``file`` (``key`` opens it) came from a member: equal bytes, or equal content."""
        member = self.member(name)
        if member is None:
            return False
        if files.sha256_of(file)[0] == member.sha256:
            return True
        found, here = self.take(name), sealed.sha256_of(file, key)
        return (
            found is not None
            and here[1] != sealed.DAMAGED
            and sealed.sha256_of(found, self.key) == here
        )

    def take(self, name: str, *, plain: bool = False) -> Path | None:
        """A member as a file in the work folder; None when the backup has no good one.

        Encrypted only with the data folder's own key, and not when it is to be ``plain``.
        """
        member = self.member(name)
        if member is None:
            return None
        target = self.staging / member.name.replace("/", "+")
        target.unlink(missing_ok=True)
        if not self.bundle.take_out(member, target, self.step):
            return None
        if not sealed.is_sealed(target) or (self.is_ours and not plain):
            return target
        if self.key is None:
            return None
        try:
            return sealed.unseal(target, self.key)
        except KnownError:
            if sealed.sha256_of(target, self.key)[1] != sealed.DAMAGED:
                raise
            return None


def restore(
    home: Home,
    file: Path,
    progress: Progress = unseen,
    *,
    forgotten: bool = False,
    passphrase: Callable[[], str] | None = None,
) -> Restored:
    """Add what ``file`` holds and the data folder lacks; nothing that is there is changed.

    What was forgotten here stays away, unless ``forgotten`` asks for it. ``passphrase`` is asked
    when the backup is locked with another key than this folder's.
    ``progress`` is told (bytes done, all bytes; (1, 1) at the end) and may raise to cancel: what
    was placed so far is found again by the next try. KnownError: the window is open, the file is
    damaged, unsafe or newer, no room.
    """
    with ExitStack() as stack:
        backup = stack.enter_context(open_bundle(named_path(file), KIND))
        stack.enter_context(file_errors(home.folder))
        stack.enter_context(hold(home.folder))
        staging = stack.enter_context(_staging(home))
        source = _unlocked(home, _checked(home, backup, staging, progress), passphrase)
        if source.take(LOG) is None:
            raise refusal(file, "its log is damaged")
        other = copies.open_copy(staging, source.key)
        stack.callback(other.close)
        done = Restored()
        log, done.set_aside = copies.open_or_set_aside(home.folder, home.key)
        stack.callback(log.close)
        away = Scope() if forgotten else merge.forgotten_here(log, other)
        _restore(log, other, source, done, away)
        _place_open(log, source, done, frozenset() if forgotten else forget.marks(log))
        _place_settings(home, source, done)
    done.now_plain = source.key is not None and home.key is None
    settle(home)  # what came plain into a locked folder
    progress(1, 1)
    return done


def give_back_from(home: Home, log: Log, file: Path, wanted: frozenset[str]) -> frozenset[str]:
    """Put back these recordings (ids) where this backup has them as they were made; which it did.

    Nothing else is added or changed; altered ones are moved aside. For a repair, which has the
    window's lock. KnownError as ``restore``; the disk's OSErrors pass.
    """
    with open_bundle(file, KIND) as backup, _staging(home) as staging:
        source = _unlocked(home, _checked(home, backup, staging, unseen), None)
        if source.take(LOG) is None:
            raise refusal(file, "its log is damaged")
        with closing(copies.open_copy(staging, source.key)) as other:
            return _give_back(log, other, source, wanted)


def _restore(log: Log, other: Log, source: _Source, done: Restored, away: Scope) -> None:
    taken = _place_new(log, other, source, done, away)
    done.recordings += len(_give_back(log, other, source))
    films_taken = _place_films(log, other, source, done, away)
    merged = merge.merge(
        log, other, without=frozenset(taken), without_films=frozenset(films_taken), away=away
    )
    stated.settle(log)
    done.added, done.there = dict(merged.added), dict(merged.there)
    done.differed, done.forgotten = merged.differed, merged.forgotten["responses"]


def _checked(home: Home, backup: Bundle, staging: Path, progress: Progress) -> _Source:
    """Every byte is read and compared with its hash before any of it is used."""
    every = (*backup.manifest.members, *backup.manifest.outside)
    size = sum(member.size for member in every)
    free = shutil.disk_usage(home.folder).free
    if size > free and not (home.folder / LOG).exists():
        raise KnownError(
            f"There is not enough room to restore this backup ({home.folder}: it needs "
            f"{size / 1e9:.2f} GB, {free / 1e9:.2f} GB are free)",
            "Make room, or choose another data folder. Nothing was changed.",
        )
    step = steps(progress, 2 * size)
    bad = set(backup.damaged(every, step))
    good = {member.name: member for member in every if member not in bad}
    return _Source(backup, good, staging, step, home.key, home.key is not None)


def _unlocked(home: Home, source: _Source, passphrase: Callable[[], str] | None) -> _Source:
    """The backup with the key of what is locked in it; KnownError when that cannot be had."""
    recipient = source.bundle.manifest.facts.get("locked_for")
    if recipient is None or (home.key is not None and home.key.recipient == recipient):
        return source
    if passphrase is None:
        raise KnownError(
            f"This backup is locked with another passphrase: {source.bundle.path}",
            "Restore it with 'attune restore', which asks for it.",
        )
    lock, member = source.staging / LOCK, source.good.get(LOCK)
    if member is None or not source.bundle.take_out(member, lock, source.step):
        lock.touch()  # the recovery key still opens it
    key = open_lock(lock, passphrase(), of="this backup")
    if key.recipient != recipient:
        raise KnownError("This key is not that of the backup", "Nothing was changed.")
    return replace(source, key=key, is_ours=False)


@contextmanager
def _staging(home: Home) -> Iterator[Path]:
    # Under the window's lock: what lies there was left by a restore that was killed.
    place = home.folder / ".restoring"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _place_new(log: Log, other: Log, source: _Source, done: Restored, away: Scope) -> list[str]:
    """Put the sound of recordings that are to be added in its place; ids whose place is taken."""
    taken = []
    for one in merge.recordings_to_add(log, other, away):
        target = recordings.path_of(log, one)
        name = f"{takes.RECORDINGS}/{one.file}"
        if target.exists():
            mine = sealed.sha256_of(target, log.key)[0]
            if mine != one.sha256 and not source.is_like(name, target, log.key):
                taken.append(one.id)
        elif found := source.take(name):
            _put(found, target)
            done.recordings += 1
        else:
            done.silent.append(one.file)
    return taken


def _give_back(
    log: Log, other: Log, source: _Source, altered: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Put back the sound of recordings that the log has and whose files are gone, or of these (ids)
    not as they were made any more; ids of those put back.
    """
    back = set()
    for mine, theirs in merge.recordings_in_both(log, other):
        target = recordings.path_of(log, mine)
        name = f"{takes.RECORDINGS}/{theirs.file}"
        if (target.exists() and mine.id not in altered) or source.member(name) is None:
            continue
        same = mine.sha256 == theirs.sha256
        twin = None if same else _twin(target, theirs)
        if twin is not None and twin.exists():
            found: Path | None = twin  # put there by a call that was killed, if its hash is right
        else:
            found = source.take(name) if same or twin else None
        if found is None or sealed.sha256_of(found, log.key)[0] != theirs.sha256:
            continue
        if target.exists():
            files.move(target, sealed.free_name(takes.lost_folder(log.folder) / target.name))
        if same:
            _put(found, target)
        else:
            recordings.replace_file(log, mine.id, found, sample_rate=theirs.sample_rate)
        back.add(mine.id)
    return frozenset(back)


def _place_films(log: Log, other: Log, source: _Source, done: Restored, away: Scope) -> list[str]:
    """Put films in their places where they are missing; recordings (ids) whose film's is taken."""
    taken = []
    for mine, theirs in merge.videos_in_other(log, other, away):
        if mine is not None and mine.sha256 != theirs.sha256:
            continue  # told as differing, and left as it is
        target = recordings.path_of(log, mine or theirs)
        name = f"{takes.RECORDINGS}/{theirs.file}"
        if target.exists():
            here = sealed.sha256_of(target, log.key)[0]
            same = here == theirs.sha256 or source.is_like(name, target, log.key)
            if mine is None and not same:
                taken.append(theirs.recording_id)
        elif found := source.take(name):
            _put(found, target)
            done.films += 1
        elif mine is None:
            done.silent.append(theirs.file)
    return taken


def _twin(target: Path, theirs: Recording) -> Path | None:
    """Where the same recording lies in their format, or would; None when it is that of ours."""
    plain = sealed.plain_name(target)
    twin = plain.with_suffix(Path(theirs.file).suffix)
    return None if twin == plain else sealed.stored(twin)


def _put(found: Path, target: Path) -> None:
    named = sealed.sealed_name if sealed.is_sealed(found) else sealed.plain_name
    files.move(found, named(target))


def _place_open(log: Log, source: _Source, done: Restored, away: frozenset[str]) -> None:
    """Put interrupted takes where the next start offers them, unless the log has them by now.

    ``away`` are marks of what is not to come back.
    """
    place, gone = takes.open_folder(log.folder), set()
    names = sorted(
        {name.removesuffix(sealed.SUFFIX) for name in source.good if name.startswith(OPEN)},
        key=lambda name: (not name.endswith(takes.SIDECAR), name),
    )
    for name in names:
        own = name.removeprefix(OPEN)
        fits = _OPEN_NAME.fullmatch(own)
        if not fits or (place / own).exists() or not _is_wanted(log, fits[1], own):
            continue
        found, is_sidecar = source.take(name, plain=True), own.endswith(takes.SIDECAR)
        if fits[1] in gone or (found and _is_away(found, is_sidecar, fits[1], away)):
            gone.add(fits[1])
        elif found is None or (is_sidecar and not _is_its_own(found, fits[1])):
            done.silent.append(own)
        else:
            files.move(found, place / own)
            forget.unmark(log, (fits[1],))
            beside = (takes.SIDECAR, takes.FILM, takes.FILM_NOTE)
            done.interrupted_takes += not own.endswith(beside)
    done.forgotten += len(gone)


def _is_away(file: Path, is_sidecar: bool, response_id: str, away: frozenset[str]) -> bool:
    """Whether a take or its person was forgotten here."""
    plan = takes.read_sidecar(file)[0] if is_sidecar and away else None
    ids = (response_id, plan.person_id) if plan else (response_id,)
    return any(forget.mark_of(one) in away for one in ids)


def _is_wanted(log: Log, response_id: str, name: str) -> bool:
    """Whether the log lacks what this file among the open takes is for."""
    found = find_response(log, response_id)
    if found is None:
        return True
    is_film = name.endswith((takes.FILM, takes.FILM_NOTE))
    return is_film and videos.video_of(log, found.recording.id) is None


def _is_its_own(sidecar: Path, response_id: str) -> bool:
    """Whether a sidecar speaks of the sound beside it, and of no file elsewhere."""
    plan, adoption = takes.read_sidecar(sidecar)
    if plan is None or plan.response_id != response_id:
        return False
    return adoption is None or _SUFFIX.fullmatch(adoption.suffix) is not None


def _place_settings(home: Home, source: _Source, done: Restored) -> None:
    member = source.good.get(SETTINGS)
    if home.settings_file.exists() or member is None or member.size > _MAX_SETTINGS:
        return
    found = source.take(SETTINGS)
    if found is None:
        return
    try:
        is_settings = isinstance(json.loads(found.read_bytes()), dict)
    except (ValueError, RecursionError):
        return
    if is_settings:
        files.move(found, home.settings_file)
        done.settings = True
