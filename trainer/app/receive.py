"""Files that come from others: looked at, then taken in once, whole or not at all.

Everything in one may be a stranger's work. What it is, by whom and for whom is checked before any
of it is kept; what was taken in before changes nothing. The log is asked in short pieces, so that a
window's is free for others while a large file is decrypted, hashed and written.
"""

from collections.abc import Callable
from pathlib import Path

from trainer.app import (
    assign,
    packs_inside,
    ratings_in,
    results_in,
    shared,
    submission_in,
    travelling,
)
from trainer.app.keys import identities
from trainer.app.paths import Home, named_path
from trainer.app.rated_back import KIND as RATINGS
from trainer.app.received import Received
from trainer.app.results import KIND as RESULTS
from trainer.app.share import KIND as SHARE
from trainer.app.submit import KIND as SUBMISSION
from trainer.app.work import OnLog, Outcome, at_hand
from trainer.domain.counted import by_count, counted
from trainer.exchange.bundle import Bundle, open_bundle, refusal
from trainer.store.db import Log

KINDS = (assign.KIND, SUBMISSION, SHARE, RATINGS, RESULTS)


def receive(
    home: Home, log: Log, path: Path, step: Callable[[int], None] = travelling.unheard
) -> Outcome[Received]:
    """Take in whatever file it is. ``step`` is told of bytes and may raise to stop.

    KnownError: damaged, altered, unsafe, newer, or not what it says it is; ForOthers: for somebody
    else. Nothing was changed then.
    """
    return receive_beside(home, at_hand(log), path, step)


def receive_beside(
    home: Home, log: OnLog, path: Path, step: Callable[[int], None]
) -> Outcome[Received]:
    """The same from any thread."""
    path = named_path(path)
    with (
        travelling.scratch(home.folder) as place,
        open_bundle(path, KINDS, log(identities), place, step) as found,
    ):
        if found.signed_by is None:
            raise refusal(path, "nobody signed it")
        if found.manifest.kind == SUBMISSION:
            return submission_in.take_in(home, log, found, place, step)
        if found.manifest.kind == SHARE:
            return _share(home, log, found, place, step)
        if found.manifest.kind == RATINGS:
            return _ratings(log, found)
        if found.manifest.kind == RESULTS:
            return _results(home, log, found)
        done = packs_inside.take_in(home, log, found, place, step)
        kept = done.value
        received = Received(
            path, assign.KIND, kept.assignment, kept.new, notes=kept.notes, packs=kept.installed
        )
        return Outcome(received, done.changes)


def _share(
    home: Home, log: OnLog, found: Bundle, place: Path, step: Callable[[int], None]
) -> Outcome[Received]:
    done = shared.take_in(home, log, found, place, step)
    one = done.value
    told = "" if one.new else ", was here before"
    said = f"{counted(one.responses, 'response')} to rate, from {one.program}{told}"
    row = Received(
        found.path, SHARE, None, one.new, responses=one.responses, notes=one.notes, said=said
    )
    return Outcome(row, done.changes)


def _ratings(log: OnLog, found: Bundle) -> Outcome[Received]:
    done = log(lambda log: ratings_in.take_in(log, found))
    one = done.value
    told = f"{counted(one.ratings, 'rating')} and {counted(one.comments, 'comment')} new"
    told = told if one.new else "was here before"
    said = f"ratings by {one.rater} on {one.responses} of {counted(one.of, 'response')}, {told}"
    row = Received(
        found.path, RATINGS, None, one.new, responses=one.responses, added=one.ratings,
        notes=one.notes, said=said, rater=one.rater,
    )  # fmt: skip
    return Outcome(row, done.changes)


def _results(home: Home, log: OnLog, found: Bundle) -> Outcome[Received]:
    done = results_in.take_in(home, log, found)
    one = done.value
    count = by_count(one.responses, "one response", f"{one.responses} responses")
    said = f"Ratings of {count} came back from {one.program}"
    row = Received(
        found.path, RESULTS, None, one.new, responses=one.responses, added=one.ratings,
        notes=one.notes, said=said if one.new else f"{said}, and were here before",
    )  # fmt: skip
    return Outcome(row, done.changes)
