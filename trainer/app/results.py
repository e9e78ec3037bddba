"""Ratings back to trainees: a file for each, which only they can open, raters by code alone.

A trainee who has sent with several keys gets one for each of them, with what was sent with it.
Each file has all that stands here of the responses it tells of: in whichever order they arrive, and
whichever is lost on the way, the newest one says everything that this laptop of a program knows.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trainer import __version__
from trainer.app import travelling
from trainer.app.assign import given_out
from trainer.app.keys import pair_that_signs
from trainer.app.library import Library
from trainer.app.paths import Home, named_path
from trainer.app.results_packed import Packer
from trainer.app.work import Outcome
from trainer.domain import results as rules
from trainer.domain.assignment import Assignment, vignettes_for
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.results import Results
from trainer.exchange.address import fingerprint
from trainer.exchange.bundle import Manifest
from trainer.exchange.envelope import Pair, is_reader
from trainer.store import assignments, consents, copies
from trainer.store import results as rows
from trainer.store.db import Log
from trainer.store.results import Answer, ResultsRow
from trainer.store.times import after

KIND = "results"
# Why there is no file for somebody.
UNRATED, WAITING, BEFORE, KEYLESS = "unrated", "waiting", "before", "keyless"
WITHHELD = "withheld"
WHY = {
    UNRATED: "nothing of theirs is rated yet",
    WITHHELD: "nothing of theirs may be rated, as they say, or their last day is over",
    WAITING: "raters have still to rate it without knowing what others gave",
    BEFORE: "they have been sent everything already",
    KEYLESS: "their Attune did not say by which key they read: let them update it, write their "
    "file once more, and take it in",
}
Progress = Callable[[int, int], None]


def unseen(_done: int, _of: int) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to go back: ratings of the responses to these assignments (ids), of one ``code``.

    ``everything``: also of what somebody has still to rate; ``again``: also where nothing is new.
    """

    assignments: tuple[str, ...]
    code: str = ""
    comments: bool = True
    everything: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was written: for whom, of how many responses, and how many wait for a rater.

    ``key`` is the fingerprint of those who have sent with several; only that one opens it.
    """

    code: str
    path: Path
    responses: int
    waiting: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody for whom there is no file, and why (one of ``WHY``); ``key`` as above."""

    code: str
    why: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Every file that was written, and everybody for whom none was."""

    files: tuple[Sent, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """How many responses to some assignments came and are rated, and of how many trainees.

    ``waiting`` of them somebody has still to rate.
    """

    rated: int
    trainees: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Parcel:
    code: str
    key: str
    person_id: str
    results: Results
    waiting: int
    number: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written for whom. ``marked``: the files' names are those of no other program's."""

    pair: Pair
    out: Path
    parcels: tuple[_Parcel, ...]
    held: tuple[Held, ...]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Files that lie there, and what is to be kept of them."""

    made: tuple[tuple[Sent, ResultsRow, dict[str, dict[str, object]]], ...]
    held: tuple[Held, ...]


def stock(log: Log, assignment_ids: Sequence[str]) -> Stock:
    """What could go back; on the log's thread."""
    rated = rows.rated(log, assignment_ids)
    waiting = rows.waiting(log, [one.response_id for one in rated])
    known = {one.response_id for one in rated}
    return Stock(len(known), len({one.code for one in rated}), len(waiting))


def give_back(
    home: Home, log: Log, library: Library, ask: Ask, out: Path, progress: Progress = unseen
) -> Outcome[Done]:
    """Write a file into the folder ``out`` for each trainee of whom something new was rated.

    To ask twice changes nothing. KnownError: no such assignment or code, another key, no room. A
    window does the same in three steps: ``plan``, ``write`` beside, ``keep``.
    """
    return keep(log, write(home, plan(log, library, ask, out), progress))


def plan(log: Log, library: Library, ask: Ask, out: Path) -> Plan:
    """What is to be written for whom; on the log's thread. KnownError as ``give_back``."""
    asked = [given_out(log, one) for one in dict.fromkeys(ask.assignments)]
    pair = _pair(log, asked)
    if not named_path(out).is_dir():
        raise KnownError(f"There is no folder {out}", "Make it: each trainee gets a file in it.")
    answers = rows.answers(log, [one.id for one in asked])
    if ask.code:
        answers = tuple(one for one in answers if one.code == ask.code)
        if not answers:
            for one in asked:
                vignettes_for(one, ask.code)  # there is such a trainee
            raise KnownError(f"Nothing came from {ask.code} yet", "Nothing was written.")
    by_sender: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:  # each gets what they have: a new computer lacks what the lost one had
        sender = answer.code, answer.person_id, answer.signed_by
        by_sender.setdefault(sender, []).append(answer)
    keys = Counter(code for code, _, _ in by_sender)
    packer = Packer(log, library, pair.signs_as, asked[0].program, comments=ask.comments)
    packer.read(answers)
    ours = assignments.given_out(log)
    parcels: list[_Parcel] = []
    held: list[Held] = []
    for (code, person_id, signed_by), given in by_sender.items():
        read_by, known_as = assignments.reader(log, code, person_id, signed_by, ours)
        found = _parcel(log, packer, ask, (code, known_as), given, read_by)
        key = fingerprint(signed_by) if keys[code] > 1 else ""
        if isinstance(found, Held):
            held.append(replace(found, key=key))
        else:
            same = sum(one.code == code for one in parcels)
            parcels.append(replace(found, key=key, number=found.number + same))
    return Plan(pair, out, tuple(parcels), tuple(held))


def write(home: Home, plan: Plan, progress: Progress = unseen) -> Written:
    """Write the files; without the log, so not for its thread.

    ``progress`` (files done, of all) may raise to stop: then none of them is left.
    """
    made: list[tuple[Sent, ResultsRow, dict[str, dict[str, object]]]] = []
    try:
        for done, parcel in enumerate(plan.parcels):
            progress(done, len(plan.parcels))
            made.append(_write(home, plan, parcel))
    except BaseException:
        _remove(made)
        raise
    progress(1, 1)
    return Written(tuple(made), plan.held)


def keep(log: Log, written: Written) -> Outcome[Done]:
    """Keep what was told to whom; no file is left when that fails."""
    try:
        with log.atomic(durable=True):
            for _, row, facts in written.made:
                rows.add_results(log, row, facts)
    except BaseException:
        _remove(written.made)
        raise
    changes = Changes.ASSIGNMENTS if written.made else Changes.NOTHING
    return Outcome(Done(tuple(sent for sent, _, _ in written.made), written.held), changes)


def codes_told(every: Sequence[Sent | Held], most: int | None = None) -> str:
    """For whom it is, in a sentence; no more than ``most`` of them by name."""
    codes = [_called(one) for one in every]
    if most is None or len(codes) <= most:
        return ", ".join(codes)
    return f"{', '.join(codes[:most])} and {len(codes) - most} more"


def held_told(held: Sequence[Held], most: int | None = None) -> tuple[str, ...]:
    """For whom there is no file and why, a sentence for each reason; ``most`` as above."""
    by_why: dict[str, list[Held]] = {}
    for one in held:
        by_why.setdefault(one.why, []).append(one)
    return tuple(
        f"No file for {codes_told(by_why[why], most)}: {told}"
        for why, told in WHY.items()
        if why in by_why
    )


def as_line(one: Sent, where: str) -> str:
    """A file in words, and where it lies."""
    waits = f"; {one.waiting} more wait for a rater" if one.waiting else ""
    count = "one response" if one.responses == 1 else f"{one.responses} responses"
    return f"{where}: ratings of {count} for {_called(one)}{waits}"


def message(asked: Assignment, *, in_place: bool = False) -> str:
    """What trainees are told when their file is sent to them, or lies in the shared place."""
    where = "in our shared place" if in_place else "in the file that comes with this"
    how = "Look into the shared place" if in_place else "Take in a file from a program"
    return (
        f"{asked.title} ({asked.program}): raters have heard your answers, and what they gave is "
        f"{where}. It is for you alone; only your Attune opens it.\n\n"
        f"In Attune, under Today: '{how}'{'' if in_place else ', and choose it'}. What was rated "
        "is then in Review beside your own ratings, and over time in Progress."
    )


# Inside


def _called(one: Sent | Held) -> str:
    return f"{one.code} (key {one.key})" if one.key else one.code


def _pair(log: Log, asked: Sequence[Assignment]) -> Pair:
    """The pair that these were given out with: trainees know the program by it."""
    if not asked:
        raise KnownError("It is not said what is to go back", "Name at least one assignment.")
    if len({one.signs_as for one in asked}) > 1:
        raise KnownError(
            "These assignments were given out with different keys", "Return them one by one."
        )
    pair = pair_that_signs(log, asked[0].signs_as)
    if pair.signs_as != asked[0].signs_as:
        raise KnownError(
            f"The key that this was given out with is not in this data folder: {asked[0].title}",
            "Do it where it was given out, or restore that folder's backup here.",
        )
    return pair


def _parcel(
    log: Log,
    packer: Packer,
    ask: Ask,
    codes: tuple[str, str],
    given: Sequence[Answer],
    read_by: str | None,
) -> _Parcel | Held:
    """``codes``: whose it is, and as whom they know themselves, who may have mistyped theirs."""
    code, known_as = codes
    rated = [one for one in given if packer.is_rated(one.response_id)]
    waiting = [one for one in rated if packer.waits(one.response_id)]
    wanted = [one for one in rated if ask.everything or one not in waiting]
    if not wanted and not rated:
        ids = [one.response_id for one in given]
        return Held(code, WITHHELD if consents.held_back(log, ids) >= set(ids) else UNRATED)
    if not wanted:
        return Held(code, WAITING)
    if read_by is None or not is_reader(read_by):
        return Held(code, KEYLESS)
    results = packer.pack(known_as, read_by, wanted)
    if not (ask.again or any(packer.is_new(one, read_by) for one in results.answers)):
        return Held(code, BEFORE)
    person_id = wanted[0].person_id
    before = rows.results(log, person_id, mine=True)
    held = 0 if ask.everything else len(waiting)
    last = before[-1].made_at if before else None
    return _Parcel(code, "", person_id, results, held, len(before) + 1, last)


def _remove(made: Sequence[tuple[Sent, ResultsRow, object]]) -> None:
    for sent, _, _ in made:
        sent.path.unlink(missing_ok=True)


def _write(
    home: Home, plan: Plan, parcel: _Parcel
) -> tuple[Sent, ResultsRow, dict[str, dict[str, object]]]:
    rules.check_size(parcel.results)
    # The newest counts, also where the clock was set back meanwhile.
    results, file_id, made = parcel.results, new_id(), after(parcel.last, local_now())
    number = f" {parcel.number}" if parcel.number > 1 else ""
    # Two laptops of a program may write into one place: never the name of the other's file.
    mark = f" {hashlib.sha256(file_id.encode()).hexdigest()[:8]}" if plan.marked else ""
    target = travelling.target(plan.out, results.program, f"results {parcel.code}{mark}{number}")
    manifest = Manifest(
        KIND, file_id, made.isoformat(), __version__, copies.LOG_VERSION,
        {"results": rules.as_document(results)}, (),
    )  # fmt: skip
    with travelling.scratch(home.folder) as place:
        travelling.write(target, manifest, {}, plan.pair, [results.to], place)
    document = {"code": parcel.code, "to": results.to}
    row = ResultsRow(file_id, True, parcel.person_id, document, plan.pair.signs_as, made)
    facts: dict[str, dict[str, object]] = {
        one.response: {"said": sorted(one.said)} for one in results.answers
    }
    sent = Sent(parcel.code, target, len(results.answers), parcel.waiting, parcel.key)
    return sent, row, facts
