"""Responses to raters: allocated in a connected design, one file for each rater, blind.

What a rater gets tells neither whose a response is nor when, in which order or on which occasion
it was given; only this log knows what a code stands for.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from trainer import __version__
from trainer.app import giving, travelling
from trainer.app.assign import given_out
from trainer.app.keys import own_pair
from trainer.app.library import Library
from trainer.app.paths import Home, named_path
from trainer.app.share_packed import Answer, answers_of, pack
from trainer.app.share_raters import Named as Named
from trainer.app.share_raters import Rater, raters_of
from trainer.app.share_raters import named as named
from trainer.app.work import Outcome
from trainer.domain import share as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.document import Document
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rubric import Rubric
from trainer.domain.share import Attest
from trainer.domain.shares import ToRate, allocate
from trainer.exchange.bundle import Manifest
from trainer.exchange.envelope import Pair
from trainer.store import copies, people, sealed
from trainer.store import ratings as rating_rows
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.shares import CameIn, ShareRow

KIND = "share"
Progress = Callable[[int, int], None]
Allocated = Sequence[tuple[Rater, Sequence[str]]]
Codes = Mapping[str, tuple[str, Mapping[str, object]]]


def unseen(_done: int, _of: int) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be shared: the responses of these assignments (ids), together and unmarked.

    Each goes to ``per_response`` raters, a share of ``overlap`` (0 to 1) to one more.
    """

    assignments: tuple[str, ...]
    raters: tuple[Named, ...]
    per_response: int = 2
    overlap: float = 0.2
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A share that was written. ``filmless`` films could not be read and stayed here."""

    share_id: str
    rater: str
    path: Path
    responses: int
    filmless: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to give and to whom, before it is written.

    ``allocated`` finds, without the log, each rater with what is for them (ids of ``answers``);
    KnownError as ``allocate``. ``before`` counts the shares given so far. ``late`` were given by
    one who was killed then, and their files came to their places only now. ``named``: the files
    are, after their raters.
    """

    ask: Ask
    program: str
    rubric: Rubric
    pair: Pair
    out: Path
    before: int
    late: tuple[Given, ...]
    answers: Mapping[str, Answer]
    allocated: Callable[[], Allocated]
    named: bool = True


@dataclass(frozen=True, slots=True)
class _Made:
    rater: Rater
    given: Given
    part: Path
    row: ShareRow
    codes: Codes


@dataclass(frozen=True, slots=True)
class Written:
    """Files that lie there, and what is to be kept of them."""

    plan: Plan
    made: tuple[_Made, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to share of some assignments.

    ``unshared`` were given to nobody yet; ``held_back`` may not be rated, ``silent`` have no sound.
    """

    responses: int
    unshared: int
    held_back: int
    silent: int


@dataclass(frozen=True, slots=True)
class RaterProgress:
    """One rater: what was given and what came back. ``due_at`` is the next date that is not met.

    ``name`` is None of one who was forgotten. ``gate`` is what the newest file says of their gate.
    """

    rater_id: str
    name: str | None
    shares: int
    given: int
    returned: int
    given_at: datetime
    returned_at: datetime | None
    due_at: datetime | None
    gate: Attest | None

    @property
    def outstanding(self) -> int:
        """How many are not rated yet."""
        return self.given - self.returned


def stock(home: Home, log: Log, assignment_ids: Sequence[str]) -> Stock:
    """What there is to share; on the log's thread."""
    every = rows.came_in(log, assignment_ids)
    able = [one for one in every if one.agreed and _sounds(home, one)]
    gone = frozenset[str]().union(*rows.given_to(log).values())
    agreed = sum(one.agreed for one in every)
    return Stock(
        len(able), sum(one.response_id not in gone for one in able),
        len(every) - agreed, agreed - len(able),
    )  # fmt: skip


def give_out(
    home: Home,
    log: Log,
    library: Library,
    ask: Ask,
    out: Path,
    progress: Progress = unseen,
) -> Outcome[tuple[Given, ...]]:
    """Write a file into the folder ``out`` for each rater who has something new to rate.

    What was given before counts and is not given again, so that to ask twice changes nothing.
    KnownError: no such assignment, different rubrics, too few raters, an address that is none, no
    room. A window does the same in three steps: ``plan``, ``write`` beside, ``keep``.
    """
    return keep(log, write(home, plan(home, log, library, ask, out), progress))


def plan(home: Home, log: Log, library: Library, ask: Ask, out: Path) -> Plan:
    """Read what it takes; on the log's thread, so it is allocated in ``write``. KnownError too."""
    begun = begin(log, library, ask, out)
    raters, given = raters_of(log, ask.raters), rows.given_to(log)
    every = rows.came_in(log, sorted(set(ask.assignments)))
    agreed = [one.response_id for one in every if one.agreed]
    allocated = partial(_allocated, home, ask, raters, every, given, begun.before)
    return replace(begun, answers=answers_of(log, agreed), allocated=allocated)


def begin(log: Log, library: Library, ask: Ask, out: Path) -> Plan:
    """A plan in which nobody gets anything yet. KnownError as ``give_out``."""
    late = _late(log)
    asked = [given_out(log, one) for one in dict.fromkeys(ask.assignments)]
    rubric = _rubric(asked, library)
    if not named_path(out).is_dir():
        raise KnownError(f"There is no folder {out}", "Make it: each rater gets a file in it.")
    before = len(rows.shares(log, mine=True))
    return Plan(ask, asked[0].program, rubric, own_pair(log), out, before, late, {}, list)


def usable(home: Home, log: Log, assignment_ids: Sequence[str]) -> list[CameIn]:
    """What there is to give to raters: agreed to, and its sound is here. On the log's thread."""
    every = rows.came_in(log, assignment_ids)
    return [one for one in every if one.agreed and _sounds(home, one)]


def write(home: Home, plan: Plan, progress: Progress = unseen) -> Written:
    """Allocate, and write the files, hidden until ``keep``; without the log, so not for its thread.

    ``progress`` (files done, of all) may raise to stop: then none of them is left.
    """
    made: list[_Made] = []
    try:
        progress(0, 1)
        shares = plan.allocated()
        for done, (rater, ids) in enumerate(shares):
            progress(done, len(shares))
            rules.check_items(len(ids), rater.person.name)
            made.append(_write(home, plan, rater, [plan.answers[one] for one in ids]))
    except BaseException:
        _remove(made)
        raise
    progress(1, 1)
    return Written(plan, tuple(made))


def keep(log: Log, written: Written) -> Outcome[tuple[Given, ...]]:
    """Keep what was given to whom; KnownError, and no file, when others shared meanwhile."""
    plan = written.plan
    try:
        with log.atomic(durable=True):
            if len(rows.shares(log, mine=True)) != plan.before:
                raise KnownError(
                    "Something else was shared in the meantime", "Nothing was shared now. Go again."
                )
            for one in written.made:
                people.add_person(log, one.rater.person)
                rows.add_share(log, one.row, one.codes)
                giving.expect(log, one.given.path, one.row.id)
    except BaseException:
        _remove(written.made)
        raise
    lie = giving.show(log)
    new = (replace(one.given, path=lie.get(one.row.id, one.given.path)) for one in written.made)
    changes = Changes.ASSIGNMENTS | Changes.PEOPLE if written.made else Changes.NOTHING
    return Outcome((*plan.late, *new), changes)


def progress(log: Log, assignment_ids: Sequence[str] = ()) -> tuple[RaterProgress, ...]:
    """How far each rater is, by name; only on shares of these assignments, where any are named."""
    wanted = set(assignment_ids)
    by_rater: dict[str, list[ShareRow]] = {}
    for one in rows.shares(log, mine=True):
        if not wanted or wanted & set(one.document["assignments"]):
            by_rater.setdefault(str(one.rater_id), []).append(one)
    names = {one.id: one.name for one in people.people(log)}
    found = (_progress(log, rater, names.get(rater), of) for rater, of in by_rater.items())
    return tuple(sorted(found, key=lambda one: (one.name is None, one.name or "")))


def as_json(one: RaterProgress) -> dict[str, Any]:
    """One rater as JSON has them."""

    def text(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    gate = None if one.gate is None else {**asdict(one.gate), "at": one.gate.at.isoformat()}
    return {
        **asdict(one), "given_at": text(one.given_at), "returned_at": text(one.returned_at),
        "due_at": text(one.due_at), "gate": gate, "outstanding": one.outstanding,
    }  # fmt: skip


def as_line(one: RaterProgress) -> str:
    """The same for people."""
    due = f", due {one.due_at.astimezone():%d %b %Y}" if one.due_at else ""
    back = f", newest file {one.returned_at.astimezone():%d %b %Y}" if one.returned_at else ""
    name = one.name or "a rater who was forgotten"
    return f"{name}: {one.returned} of {one.given} rated{back}{due}"


def unnamed(share_id: str) -> str:
    """What the name of a share's file ends with where it is to tell nobody who rates."""
    return f"share {share_id[-8:]}"


# Inside


def _rubric(asked: Sequence[Assignment], library: Library) -> Rubric:
    if not asked:
        raise KnownError("It is not said what to share", "Name at least one assignment.")
    ref = asked[0].rubric
    if any(one.rubric != ref for one in asked):
        raise KnownError(
            "These assignments are rated on different rubrics",
            "Share those that are rated on one rubric together.",
        )
    found = next((one for one in library.rubrics if one.ref == ref), None)
    if found is None:
        raise KnownError(
            f"Version {ref.version} of the rubric {ref.rubric} is not in the library any more",
            "Put the pack that has it into the packs folder.",
        )
    return found


def _sounds(home: Home, one: CameIn) -> bool:
    return sealed.stored(home.recordings / one.file).is_file()


def _allocated(
    home: Home, ask: Ask, raters: Sequence[Rater], every: Sequence[CameIn],
    given: Mapping[str, Collection[str]], before: int,
) -> Allocated:  # fmt: skip
    able = [one for one in every if one.agreed and _sounds(home, one)]
    if every and not able:
        raise KnownError(
            f"Of all responses that came ({len(every)}) none may be given to raters",
            "Trainees agree to it in their Attune, and send that to you.",
        )
    found = allocate(
        [ToRate(one.response_id, one.code, one.client) for one in able],
        [one.person.id for one in raters], ask.per_response, ask.overlap,
        " ".join((*sorted(set(ask.assignments)), str(before))),
        {one.person.id: one.own_codes for one in raters if one.own_codes}, given,
    )  # fmt: skip
    return [(one, ids) for one in raters if (ids := found[one.person.id])]


def _remove(made: Sequence[_Made]) -> None:
    for one in made:
        one.part.unlink(missing_ok=True)


def _late(log: Log) -> tuple[Given, ...]:
    names = {one.id: one.name for one in people.people(log)}
    found = []
    for one_id, path in giving.show(log).items():
        row = rows.find_share(log, one_id)
        if row is not None and str(row.rater_id) in names:
            count = len(rows.codes_of(log, one_id))
            found.append(Given(one_id, names[str(row.rater_id)], path, count, 0))
    return tuple(found)


def _write(home: Home, plan: Plan, rater: Rater, answers: Sequence[Answer]) -> _Made:
    ask, pair, rubric, share_id, made = plan.ask, plan.pair, plan.rubric, new_id(), local_now()
    number = f" {rater.shares + 1}" if rater.shares else ""
    ending = f"{rater.person.name[:40]}{number}" if plan.named else unnamed(share_id)
    target = travelling.target(plan.out, plan.program, ending)
    part = giving.hidden(target, share_id)
    with travelling.scratch(home.folder) as place:
        packed = pack(home, answers, place)
        share = rules.Share(
            plan.program, rater.address.read_by, ask.due_at, rubric.ref, pair.read_by,
            pair.signs_as, packed.items,
        )  # fmt: skip
        manifest = Manifest(
            KIND, share_id, made.isoformat(), __version__, copies.LOG_VERSION,
            {"share": rules.as_document(share)}, packed.members,
        )  # fmt: skip
        travelling.write(
            part, manifest, packed.sources, pair, [rater.address.read_by], place
        )  # fmt: skip
    document = {
        "assignments": list(ask.assignments),
        "codes": [one.code for one in packed.items],
        "rubric": asdict(rubric.ref),
        "admitted": asdict(rules.admitted(rubric)),
        "due_at": None if ask.due_at is None else ask.due_at.isoformat(),
        "read_by": rater.address.read_by,
        "signs_as": rater.address.signs_as,
        "instead_of": rater.instead_of,
    }
    row = ShareRow(share_id, True, rater.person.id, document, pair.signs_as, made)
    codes: Codes = {code: (response_id, {}) for code, response_id in packed.codes.items()}
    given = Given(share_id, rater.person.name, target, len(packed.items), packed.filmless)
    return _Made(rater, given, part, row, codes)


def _progress(
    log: Log, rater_id: str, name: str | None, shares: Sequence[ShareRow]
) -> RaterProgress:
    given = {one for share in shares for one in rows.codes_of(log, share.id).values()}
    rated = rating_rows.rated_of(log, rater_id, given)
    files = [one for share in shares for one in rows.returned(log, share.id, mine=False)]
    newest = max(files, key=lambda one: one.made_at, default=None)
    gate = newest.document.get("gate") if newest else None
    open_dates = [
        datetime.fromisoformat(share.document["due_at"])
        for share in shares
        if share.document["due_at"] and not set(rows.codes_of(log, share.id).values()) <= rated
    ]
    return RaterProgress(
        rater_id, name, len(shares), len(given), len(rated), shares[-1].made_at,
        newest.made_at if newest else None, min(open_dates, default=None),
        rules.read_attest(Document(gate, "gate")) if gate else None,
    )  # fmt: skip
