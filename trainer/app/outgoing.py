"""Files for several people by way of a shared place: each waits here until it is there whole.

They cannot all be there at the same moment, and who sees one can answer it at once. So all are
written into a folder of the data folder and kept in the log as given; then they go, one after the
other, and each is gone from here once it is there. Cut off or killed, the rest goes the next time.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trainer.app import giving, place, results, share
from trainer.app.paths import Home
from trainer.app.place import Progress
from trainer.domain.errors import KnownError
from trainer.exchange.bundle import SUFFIX
from trainer.exchange.places import open_place
from trainer.store import consents, people, senders, shares
from trainer.store.db import Log
from trainer.store.trouble import file_errors


@dataclass(frozen=True, slots=True)
class Begun:
    """The folder to write into, and what had waited in it and is in the place now (names)."""

    folder: Path
    waited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What became of what had waited: names of files that went now, of raters whose did not."""

    waited: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The same in sentences."""
        went = [f"{name}: had waited, and is in the shared place now" for name in self.waited]
        withheld = not_sent(self.withheld)
        return [*went, str(withheld)] if withheld else went


def begin(home: Home, where: str, progress: Progress) -> Begun:
    """Make ready to write what is for a place; what waits for it is left there first.

    Not on the log's thread. KnownError: the place cannot be reached; nothing is written then.
    """
    with open_place(where) as there:
        there.lying()
    folder = _folder(home, where)
    with file_errors(home.folder):
        folder.mkdir(parents=True, exist_ok=True)
    return Begun(folder, deliver(home, where, progress))


def deliver(home: Home, where: str, progress: Progress) -> tuple[str, ...]:
    """Leave in a place what waits for it: the names. ``progress`` (bytes done, all) may stop it.

    Not on the log's thread. KnownError: not all of it is there; the rest waits on.
    """
    sizes = {path: path.stat().st_size for path in waiting(home, where) if path.exists()}
    before, went = 0, []
    for number, (path, size) in enumerate(sizes.items()):
        step = _counted(progress, before, sum(sizes.values()))
        try:
            if path.exists():
                place.deliver(home, where, path, step, replace=True)
                went.append(path.name)
        except KnownError as error:
            if not path.exists():  # a response in it was forgotten meanwhile
                continue
            raise KnownError(
                f"{error.text}. {_rest(len(sizes) - number)} not in it yet",
                "They are written, and go there with the next try: share, return or look again.",
            ) from error
        path.unlink(missing_ok=True)
        before += size
    return tuple(went)


def waiting(home: Home, where: str) -> tuple[Path, ...]:
    """The files for a place that are not there yet, in the order in which they go."""
    folder = _folder(home, where)
    return tuple(sorted(folder.glob(f"*{SUFFIX}"))) if folder.is_dir() else ()


def withhold(home: Home, log: Log) -> tuple[str, ...]:
    """Delete what waits for raters and holds something that may not be rated any more, or is
    nobody's: whose files these were (names). On the log's thread, before anything is delivered.
    """
    every = list(home.outgoing.glob("*/*")) if home.outgoing.is_dir() else []
    names = {one.id: one.name for one in people.people(log)}
    gone = []
    for row in shares.shares(log, mine=True) if every else ():
        ending, hidden = f"{share.unnamed(row.id)}{SUFFIX}", giving.hidden_name(row.id)
        files = [path for path in every if path.name.endswith(ending) or path.name == hidden]
        ids = set(shares.codes_of(log, row.id).values()) if files else set()
        if ids & (senders.set_aside(log) | consents.held_back(log, ids)):
            with file_errors(home.outgoing):
                for path in files:
                    path.unlink()
            gone.append(names.get(str(row.rater_id), ""))
    return tuple(gone)


def not_sent(names: Sequence[str]) -> KnownError | None:
    """What is said of it; None: nothing was withheld."""
    if not names:
        return None
    return KnownError(
        f"What waited for {', '.join(names)} was not sent: some of it may not be rated any more",
        "'attune ratings share --again NAME' writes the rest for one of them.",
    )


def give_out(
    home: Home, log: Log, where: str, plan: Callable[[Path], share.Plan], progress: Progress
) -> tuple[tuple[share.Given, ...], Before]:
    """Give to raters by way of a place what ``plan`` plans to write; with what had waited.

    No file's name there tells who rates. KnownError: as ``begin``, ``share.give_out``, ``deliver``.
    """
    withheld = withhold(home, log)
    begun = begin(home, where, progress)
    done = share.keep(log, share.write(home, replace(plan(begun.folder), named=False))).value
    deliver(home, where, progress)
    return done, Before(begun.waited, withheld)


def give_back(
    home: Home, log: Log, where: str, plan: Callable[[Path], results.Plan], progress: Progress
) -> tuple[results.Done, Before]:
    """Send results to trainees by way of a place, likewise."""
    withheld = withhold(home, log)
    begun = begin(home, where, progress)
    done = results.keep(log, results.write(home, replace(plan(begun.folder), marked=True))).value
    deliver(home, where, progress)
    return done, Before(begun.waited, withheld)


# Inside


def _folder(home: Home, where: str) -> Path:
    address = place.read_address(where)
    said = f"{address.identity} {address.options.get('endpoint', '')}"
    return home.outgoing / hashlib.sha256(said.encode()).hexdigest()[:16]


def _counted(progress: Progress, before: int, whole: int) -> Progress:
    return lambda done, _of: progress(before + done, whole)


def _rest(count: int) -> str:
    return "One file is" if count == 1 else f"{count} files are"
