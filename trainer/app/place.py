"""A shared place: what is left there for others, and what others left, each taken in once.

Nothing is asked of any network unless a place was named. What was seen is remembered in the data
folder by hashes alone; to lose that costs time only, for what is taken in twice changes nothing.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from trainer.app import assign, rated_back, submit, travelling
from trainer.app.arrivals import Arrived, File, as_now, take_one
from trainer.app.keys import identities
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import OnLog, Outcome, at_hand
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.share import Attest
from trainer.exchange import envelope
from trainer.exchange.place import Lying, Place
from trainer.exchange.place_address import FOLDER, is_url, read_address, shown
from trainer.exchange.places import open_place
from trainer.store.db import Log
from trainer.store.trouble import file_errors

__all__ = [
    "Came", "Look", "Posting", "WriteFrom", "check_there", "deliver", "give_out_at", "is_url",
    "named_by", "post", "read_address", "send", "send_ratings", "shown", "take_in", "take_in_from",
]  # fmt: skip
KNOWN = "place.known"
INCOMING = "incoming"
_MOST_TROUBLE = 3
_LEFT_S = 14 * 24 * 3600.0  # after that nobody goes on with what came halfway
T = TypeVar("T")
Step = Callable[[int], None]
Progress = Callable[[int, int], None]


def named_by(home: Home, out: str) -> str | None:
    """The place that ``out`` of a command names: a URL, or the folder that Settings call the place.

    None: it is a file or folder of one's own. KnownError: ``out`` is no path.
    """
    if is_url(out):
        return out
    chosen, named = Settings(home.settings_file).text("place"), read_address(out).path
    try:
        address = read_address(chosen) if chosen else None
    except KnownError:  # what cannot be reached at all is no folder here
        return None
    if address is None or address.kind != FOLDER:
        return None
    try:
        same = Path(address.path).samefile(named)
    except OSError:  # a drive that is not there now is the place nevertheless
        same = os.path.realpath(address.path) == os.path.realpath(named)
    return chosen if same else None


def check_there(where: str) -> None:
    """KnownError where it is a folder that is not there; nobody on a network is asked."""
    if read_address(where).kind == FOLDER:
        open_place(where).close()


def deliver(
    home: Home,
    where: str,
    path: Path,
    progress: Progress,
    ready: Callable[[], object] = lambda: None,
    *,
    replace: bool = False,
) -> None:
    """Leave a file in a place under its name, whole or not at all; a look does not bring it back.

    ``progress`` (bytes done, all bytes) may raise to stop. ``ready`` is called before others see
    it. KnownError as ``exchange.place.Place.put`` says.
    """
    whole, done = path.stat().st_size, 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(done, whole)

    with open_place(where) as place:
        one = place.put(path, path.name, step, ready, replace=replace)
    _remember(home, _key(place, one))


@dataclass(slots=True)
class Posting(Generic[T]):
    """A file that is written, and not left in the place yet; call ``keep`` on the log's thread."""

    home: Home
    where: str
    file: Path
    keep: Callable[[], Outcome[T]]
    _work: ExitStack

    def deliver(
        self,
        progress: Progress,
        ready: Callable[[], object] = lambda: None,
        *,
        replace: bool = False,
    ) -> "Posting[T]":
        """Leave it in the place; off the log's thread. What was written is gone afterwards."""
        with self._work:
            deliver(self.home, self.where, self.file, progress, ready, replace=replace)
        return self


# Writes a file into a folder: where it is, and what keeps in the log that it went out.
Write = Callable[[Path], tuple[Path, Callable[[], Outcome[T]]]]
WriteFrom = Callable[[Log, Path], tuple[Path, Callable[[], Outcome[T]]]]


def post(home: Home, where: str, write: Write[T]) -> Posting[T]:
    """What ``write`` writes, to be delivered to a place; KnownError as it says."""
    work = ExitStack()
    try:
        file, keep = write(work.enter_context(travelling.scratch(home.folder)))
    except BaseException:
        work.close()
        raise
    return Posting(home, where, file, keep, work)


def give_out_at(
    home: Home,
    log: Log,
    assignment: Assignment,
    where: str,
    names: Mapping[str, str],
    packs: Mapping[str, Path],
    progress: Progress,
) -> None:
    """Give an assignment out by way of a place. In the log before anybody can answer it."""

    def write(folder: Path) -> tuple[Path, Callable[[], Outcome[None]]]:
        file = travelling.target_of(folder, assignment)
        keep = assign.write_file(log, assignment, file, names, packs)
        return file, lambda: Outcome(keep(), Changes.ASSIGNMENTS)

    posting = post(home, where, write)
    posting.deliver(progress, posting.keep)


def send(
    home: Home, log: Log, where: str, assignment_id: str, person_id: str, *, again: bool = False
) -> Posting[submit.Submitted]:
    """Write what was not sent yet; it counts as sent once it is delivered. KnownError: nothing."""

    def write(folder: Path) -> tuple[Path, Callable[[], Outcome[submit.Submitted]]]:
        def named(asked: Assignment, code: str, responses: Sequence[str]) -> Path:
            # The same again after an interruption, and never the name of what was sent before.
            mark = hashlib.sha256(" ".join(sorted(responses)).encode()).hexdigest()[:8]
            return travelling.target_of(folder, asked, code, mark)

        one, done = submit.write(home, log, assignment_id, person_id, named, again=again)
        return done.path, lambda: submit.keep(log, one, done)

    return post(home, where, write)


def send_ratings(
    home: Home, log: Log, where: str, share_id: str, rater_id: str, gate: Attest | None
) -> Posting[rated_back.Sent]:
    """Write what was given on a share; it counts as sent once it is delivered. KnownError as it."""
    # Many raters leave theirs in one place: never the name of another's.
    mark = hashlib.sha256(share_id.encode()).hexdigest()[:8]
    return post(
        home, where,
        lambda folder: rated_back.write(home, log, share_id, rater_id, gate, folder, f" {mark}"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Came:
    """A file that was fetched: where it lies for now, and what it is called in the place."""

    path: Path
    name: str
    key: str


class Look:
    """One look into a place: what nobody here has seen, fetched one file after the other.

    To be used in a ``with`` block. ``identities`` are the keys (secret) of this installation: what
    is for others is not fetched. ``again``: also what was refused before. ``for_others`` counts
    what was passed by so far because it is not for this computer.
    """

    def __init__(
        self, home: Home, where: str, identities: Sequence[str], *, again: bool = False
    ) -> None:
        self._home, self._identities = home, identities
        self._place = open_place(where)
        self._known = known = _known(home)
        every = [(one, _key(self._place, one)) for one in self._place.lying()]
        passed = known if not again else {key for key in known if not key.endswith(_REFUSED)}
        self._left = [
            (one, key)
            for one, key in every
            if not passed & {key, f"{key}{_REFUSED}", self._of_others(key)}
        ]
        self.for_others = sum(self._of_others(key) in known for _, key in every)
        self.bytes = sum(one.size for one, _ in self._left)
        self._folder = _incoming(home)
        self._trouble: list[KnownError] = []

    def __enter__(self) -> "Look":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the place."""
        self._place.close()

    def next(self, step: Step = travelling.unheard) -> Came | None:
        """Fetch the next file; None when there is no more.

        ``step`` is told of bytes, and may raise CancelledError to stop: the next look goes on from
        there. One file that cannot be read does not keep the others: KnownError after all of them,
        or when several cannot.
        """
        while self._left:
            one, key = self._left.pop(0)
            try:
                path = self._fetched(one, key, step)
            except KnownError as error:
                self._trouble.append(error)
                if len(self._trouble) == _MOST_TROUBLE:
                    break
            else:
                if path is not None:
                    return Came(path, one.name, key)
        if self._trouble:
            first = self._trouble[0]
            self._trouble, self._left = [], []
            raise first
        return None

    def _fetched(self, one: Lying, key: str, step: Step) -> Path | None:
        """The file, here; None when it is for others."""
        if envelope.is_for_others(self._place.head(one), self._identities):
            self._pass_by(key)
            step(one.size)
            return None
        path = self._folder / key
        if not path.exists():
            self._place.fetch(one, path, step)
        return path

    def done(self, one: Came, found: Arrived) -> None:
        """It was taken in, refused or passed by: it is not fetched again."""
        line = f"{one.key}{_REFUSED if found.refused else ''}"
        if found.received is None and found.refused is None:
            self._pass_by(one.key)
        elif line not in self._known:
            _remember(self._home, line)
        one.path.unlink(missing_ok=True)

    def _pass_by(self, key: str) -> None:
        _remember(self._home, self._of_others(key))
        self.for_others += 1

    def _of_others(self, key: str) -> str:
        """Remembered for these keys alone: a backup may bring the one that opens it."""
        whose = hashlib.sha256("\n".join(self._identities).encode()).hexdigest()
        return hashlib.sha256(f"{key} {whose}".encode()).hexdigest()


def take_in_from(home: Home, log: Log, where: str, progress: Progress) -> tuple[Arrived, ...]:
    """Take in what a place holds that was not taken in yet, or refused before.

    ``progress`` (bytes done, all bytes) may raise to stop. That the place fails is told last.
    """
    arrived: list[Arrived] = []
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(done, look.bytes)

    try:
        with Look(home, where, identities(log), again=True) as look:
            while (came := look.next(step)) is not None:
                one = take_in(home, at_hand(log), came, step).value
                look.done(came, one)
                arrived += [one] if one.received or one.refused else []
            arrived += [Arrived(Path(shown(where)), None, None, True)] * look.for_others
    except KnownError as error:
        arrived.append(Arrived(Path(shown(where)), None, error))
    return as_now(log, arrived)


def take_in(home: Home, log: OnLog, came: Came, step: Step) -> Outcome[Arrived]:
    """Take in a file that was fetched, from any thread; ``step`` may raise to stop, and is told of
    nothing: its bytes were counted when they came.

    It is named, also refused, as it is called in the place.
    """
    done = take_one(home, log, File(came.path, 0, True), lambda _count: step(0))
    one, refused = done.value, done.value.refused
    if refused is not None:
        refused.text = refused.text.replace(str(came.path), came.name)
    return Outcome(replace(one, path=Path(came.name), refused=refused), done.changes)


# What was seen

_REFUSED = " refused"


def _key(place: Place, one: Lying) -> str:
    said = f"{place.address.identity}\n{one.name}\n{one.size}\n{one.mark}"
    return hashlib.sha256(said.encode()).hexdigest()


def _known(home: Home) -> set[str]:
    try:
        text = (home.folder / KNOWN).read_text("ascii", errors="replace")
    except FileNotFoundError:
        return set()
    return set(text.splitlines())


def _remember(home: Home, key: str) -> None:
    # A line more each time; half a one, after a crash, is no key of anything.
    with file_errors(home.folder), (home.folder / KNOWN).open("a", encoding="ascii") as file:
        file.write(f"\n{key}\n")


def _incoming(home: Home) -> Path:
    """Where files lie while they come; what nobody came back for goes."""
    folder = home.folder / INCOMING
    with file_errors(home.folder):
        folder.mkdir(parents=True, exist_ok=True)
    for left in os.scandir(folder):
        with suppress(OSError):  # another look has it
            if time.time() - left.stat().st_mtime > _LEFT_S:
                Path(left.path).unlink()
    return folder
