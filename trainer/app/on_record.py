"""What is on record of a test, and what stays closed until others have rated it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.app.desk import Desk
from trainer.app.films import keep_later
from trainer.app.interrupted import Interrupted, keep
from trainer.app.paths import Home, named_path
from trainer.app.takes import clip_answered, look_after
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.interruption import ANSWER, CLIENT, STOPPED, Interruption, Start
from trainer.domain.response import Response
from trainer.domain.vignette import VignetteRef
from trainer.store import starts, takes
from trainer.store.db import FILE as LOG
from trainer.store.db import Log, open_log

CLOSED = "This answer is of a test: it is shown when others have rated it"
_HINT = (
    "Until their ratings come back (where nobody may rate it: until the test is over), nothing of "
    "it is played or measured for you."
)

TILL_TESTED = (
    "Answers to clients of a test that you have still to sit are left out until you have met them. "
    "A test that is for others can be put away on Today."
)


def start(log: Log, one: Start) -> Outcome[None]:
    """Keep that a client begins to speak, before they do."""
    starts.add_start(log, one)
    return Outcome(None, Changes.ASSIGNMENTS)


def interrupt(log: Log, one: Interruption) -> Outcome[None]:
    """Keep that something broke in."""
    starts.add_interruption(log, one)
    return Outcome(None, Changes.ASSIGNMENTS)


def check_open(log: Log, response_id: str) -> None:
    """Raise KnownError when a response is of a test and waits for others' ratings."""
    if starts.is_closed(log, response_id):
        raise KnownError(CLOSED, _HINT)


def check_open_file(home: Home, file: Path) -> None:
    """The same of a file, if it is a recording of the data folder's log.

    In a locked folder it is encrypted, and nobody reads it without the log.
    """
    path = named_path(file).resolve()
    root = home.recordings.resolve()
    if home.is_locked or not path.is_relative_to(root) or not (home.folder / LOG).exists():
        return
    plan, _ = takes.read_sidecar(takes.sidecar_of(home.folder, path.stem))
    log = open_log(home.folder, read_only=True)
    try:
        name = path.relative_to(root).with_suffix("").as_posix()
        if starts.is_closed_file(log, name) or (plan and starts.is_of_test(log, plan.session_id)):
            raise KnownError(f"{CLOSED}: {file}", _HINT)
    finally:
        log.close()


def check_place(home: Home, folder: Path) -> Path:
    """``folder``, to be listened to; KnownError: it is of this data folder, where a test waits."""
    inside = named_path(folder).resolve().is_relative_to(home.folder.resolve())
    if inside and (home.folder / LOG).exists():
        log = open_log(home.folder, home.key, read_only=True)
        try:
            if starts.any_closed(log):
                raise KnownError(f"In {folder} lie answers of a test of your own", _HINT)
        finally:
            log.close()
    return folder


def is_among(ref: VignetteRef | None, clients: frozenset[tuple[str, str]]) -> bool:
    """Whether a client is one of these; of nobody knows whom: no."""
    return ref is not None and (ref.pack, ref.vignette) in clients


@dataclass(frozen=True, slots=True)
class Settled:
    """What a kill left: answers of tests, which were ``kept``, and takes that are to be offered.

    ``wrong`` is why an answer could not be kept; the next start tries again.
    """

    kept: tuple[Response, ...]
    offered: tuple[Interrupted, ...]
    wrong: tuple[KnownError, ...] = ()


def settle(log: Log, left_open: Sequence[Interrupted], since: str) -> Outcome[Settled]:
    """At the start: what a kill left of a test is kept as the answer, and is on record.

    ``left_open`` as ``app.interrupted.find`` found them; ``since`` is an id that was made when this
    run began: what began after it goes on now.
    """
    of_tests = tuple(one for one in left_open if _is_of_test(log, one))
    kept: list[Response] = []
    wrong: dict[VignetteRef, KnownError] = {}
    for take in of_tests:
        assert take.plan is not None  # else nobody knew that it is of a test
        try:
            kept.append(keep(log, take).value)
        except KnownError as error:
            wrong[take.plan.vignette] = error
    broken = [
        (one, answered)
        for one, answered in starts.unsettled(log)
        if one.id < since and one.vignette not in wrong
    ]
    for begun, answered in broken:
        phase = ANSWER if answered else CLIENT
        starts.add_interruption(log, Interruption(new_id(), begun, STOPPED, phase, begun.at))
    changes = Changes.ASSIGNMENTS if broken else Changes.NOTHING
    if kept:
        changes |= Changes.RESPONSES | Changes.TAKES
    offered = tuple(one for one in left_open if one not in of_tests)
    return Outcome(Settled(tuple(kept), offered, tuple(wrong.values())), changes)


def settle_later(
    desk: Desk,
    left_open: Sequence[Interrupted],
    since: str,
    offer: Callable[[tuple[Interrupted, ...]], None],
    failed: Callable[[Exception], None],
) -> None:
    """Settle as above; ``offer`` is given what is of no test. What was kept is measured."""

    def settled(found: Settled) -> None:
        for response in found.kept:
            clip = clip_answered(desk.library.vignettes, response)
            look_after(desk.runner, desk.home, response, clip, failed)
            keep_later(desk.runner, desk.home, response.id, failed)
        offer(found.offered)
        for error in found.wrong:
            failed(error)

    desk.runner.change(lambda log: settle(log, left_open, since), settled, failed)


def _is_of_test(log: Log, take: Interrupted) -> bool:
    return take.plan is not None and starts.is_of_test(log, take.plan.session_id)
