"""Responses to raters: allocated in a connected design, one file for each rater, blind.

What a rater gets tells neither whose a response is nor when, in which order or on which occasion
it was given; only this log knows what a code stands for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trainer import __version__
from trainer.app import travelling
from trainer.app.assign import given_out
from trainer.app.keys import own_pair
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.share_packed import Packed, pack
from trainer.app.work import Outcome
from trainer.domain import share as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.document import Document
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Person
from trainer.domain.rubric import Rubric
from trainer.domain.share import Attest
from trainer.domain.shares import ToRate, allocate
from trainer.exchange.address import Address, read_address
from trainer.exchange.bundle import Manifest
from trainer.store import assignments as assigned
from trainer.store import copies, people, sealed
from trainer.store import ratings as rating_rows
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.shares import CameIn, ShareRow

KIND = "share"
Codes = Mapping[str, tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Named:
    """A rater as a program names one; ``address`` as ``exchange.address`` reads it.

    Who is named with a trainee's code is that trainee, and is never given their own.
    """

    name: str
    address: str


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


def named(text: str) -> Named:
    """A rater out of ``NAME=ADDRESS``; KnownError when it is no such text."""
    name, equals, address = text.partition("=")
    if not (equals and name.strip() and address.strip()):
        raise KnownError(f"This names no rater: {text[:40]!r}", "Write NAME=ADDRESS.")
    read_address(address)
    return Named(name.strip(), address.strip())


def stock(home: Home, log: Log, assignment_ids: Sequence[str]) -> Stock:
    """What there is to share; on the log's thread."""
    every = rows.came_in(log, assignment_ids)
    usable = [one for one in every if one.agreed and _sounds(home, one)]
    gone = frozenset[str]().union(*rows.given_to(log).values())
    agreed = sum(one.agreed for one in every)
    return Stock(
        len(usable), sum(one.response_id not in gone for one in usable),
        len(every) - agreed, agreed - len(usable),
    )  # fmt: skip


def give_out(
    home: Home,
    log: Log,
    library: Library,
    ask: Ask,
    out: Path,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Outcome[tuple[Given, ...]]:
    """Write a file into the folder ``out`` for each rater who has something new to rate.

    What was given before counts and is not given again, so that to ask twice changes nothing.
    ``progress`` (files done, of all) may raise to stop; nothing is kept then. KnownError: no such
    assignment, different rubrics, too few raters, an address that is none, no room.
    """
    asked = [given_out(log, one) for one in dict.fromkeys(ask.assignments)]
    rubric = _rubric(asked, library)
    if not out.expanduser().is_dir():
        raise KnownError(f"There is no folder {out}", "Make it: each rater gets a file in it.")
    raters = _raters(log, ask.raters)
    shares = _allocated(home, log, ask, asked, raters)
    title = next(iter(asked)).program
    made: list[tuple[Given, ShareRow, Codes]] = []
    try:
        for done, (one, ids) in enumerate(shares):
            progress(done, len(shares))
            made.append(_write(home, log, one, ids, title, rubric, ask, out))
        with log.atomic(durable=True):
            for (one, _), (_, row, codes) in zip(shares, made, strict=True):
                people.add_person(log, one.person)
                rows.add_share(log, row, codes)
    except BaseException:
        for given, _, _ in made:
            given.path.unlink(missing_ok=True)
        raise
    progress(1, 1)
    changes = Changes.ASSIGNMENTS | Changes.PEOPLE if made else Changes.NOTHING
    return Outcome(tuple(given for given, _, _ in made), changes)


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


# Inside


@dataclass(frozen=True, slots=True)
class _Rater:
    person: Person
    address: Address
    own_code: str | None
    shares: int


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


def _raters(log: Log, given: Sequence[Named]) -> list[_Rater]:
    names = [one.name for one in given]
    if len(set(names)) != len(names):
        raise KnownError("A rater is named twice", "Name each once.")
    found = [_rater(log, one) for one in given]
    if len({one.address for one in found}) != len(found):
        raise KnownError("Two raters have the same address", "Each rater has one of their own.")
    return found


def _rater(log: Log, given: Named) -> _Rater:
    """Somebody of this name who is known already, or somebody new."""
    address = read_address(given.address)
    known = [one for one in people.people(log) if one.name == given.name]
    if len(known) > 1:
        raise KnownError(
            f"{len(known)} people are called {given.name} here", "Give the rater another name."
        )
    documents = assigned.assignments(log, mine=True)
    enrolled = {one["code"] for document in documents for one in document["enrolled"]}
    if not known:
        if given.name in enrolled:
            raise KnownError(
                f"{given.name} is a trainee's code, and nothing has come from {given.name} yet",
                "Import a submission of theirs first: it shows which key is theirs.",
            )
        return _Rater(Person(new_id(), given.name, local_now()), address, None, 0)
    person = known[0]
    code = next(iter(assigned.codes_of(log, person.id)), None)
    if code is not None:
        key = assigned.key_of(log, code, [one["id"] for one in documents])
        if key not in (None, address.signs_as):
            raise KnownError(
                f"This is not the address of {code}: their submissions are signed by another key",
                "Ask the trainee for the address of the Attune that they answer in.",
            )
    before = sum(one.rater_id == person.id for one in rows.shares(log, mine=True))
    return _Rater(person, address, code, before)


def _sounds(home: Home, one: CameIn) -> bool:
    return sealed.stored(home.recordings / one.file).is_file()


def _allocated(
    home: Home, log: Log, ask: Ask, asked: Sequence[Assignment], raters: Sequence[_Rater]
) -> list[tuple[_Rater, tuple[str, ...]]]:
    every = rows.came_in(log, [one.id for one in asked])
    usable = [one for one in every if one.agreed and _sounds(home, one)]
    if every and not usable:
        raise KnownError(
            f"None of the {len(every)} responses that came may be given to raters",
            "Trainees agree to it in their Attune, and send again.",
        )
    given = rows.given_to(log)
    seed = " ".join((*sorted(one.id for one in asked), str(len(rows.shares(log, mine=True)))))
    found = allocate(
        [ToRate(one.response_id, one.code, one.client) for one in usable],
        [one.person.id for one in raters], ask.per_response, ask.overlap, seed,
        {one.person.id: one.own_code for one in raters if one.own_code is not None}, given,
    )  # fmt: skip
    return [(one, ids) for one in raters if (ids := found[one.person.id])]


def _write(
    home: Home, log: Log, rater: _Rater, ids: Sequence[str], program: str, rubric: Rubric, ask: Ask,
    out: Path,
) -> tuple[Given, ShareRow, Codes]:  # fmt: skip
    pair, share_id, made = own_pair(log), new_id(), local_now()
    number = f" {rater.shares + 1}" if rater.shares else ""
    target = travelling.target(out, program, f"{rater.person.name[:40]}{number}")
    with travelling.scratch(home.folder) as place:
        packed: Packed = pack(home, log, ids, place)
        share = rules.Share(
            program, rater.address.read_by, ask.due_at, rubric.ref, pair.read_by, pair.signs_as,
            packed.items,
        )  # fmt: skip
        manifest = Manifest(
            KIND, share_id, made.isoformat(), __version__, copies.LOG_VERSION,
            {"share": rules.as_document(share)}, packed.members,
        )  # fmt: skip
        travelling.write(
            target, manifest, packed.sources, pair, [rater.address.read_by], place
        )  # fmt: skip
    document = {
        "assignments": list(ask.assignments),
        "codes": [one.code for one in packed.items],
        "rubric": asdict(rubric.ref),
        "admitted": asdict(rules.admitted(rubric)),
        "due_at": None if ask.due_at is None else ask.due_at.isoformat(),
        "read_by": rater.address.read_by,
        "signs_as": rater.address.signs_as,
    }
    row = ShareRow(share_id, True, rater.person.id, document, pair.signs_as, made)
    codes: Codes = {code: (response_id, {}) for code, response_id in packed.codes.items()}
    given = Given(share_id, rater.person.name, target, len(packed.items), packed.filmless)
    return given, row, codes


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
