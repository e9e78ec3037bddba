"""Where a rater stands with one rubric: what the Calibration screen shows, read and then judged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trainer.app.calibration import Permit, permit, unfinished
from trainer.app.drift import Drift, chart, read_hidden
from trainer.app.gate import LEAST, GateResult, GateSheet, Rated, judge, read_gates
from trainer.app.library import Library
from trainer.app.references import Known, adoptable, known, not_met, sets_for, spoken
from trainer.domain.rating import CALIBRATION as ROLE
from trainer.domain.rating import Rating
from trainer.domain.reference import GATE as FOR_GATE
from trainer.domain.reference import TRAINING
from trainer.domain.rounds import CALIBRATION, GATE
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import VignetteRef
from trainer.store import ratings, rounds, senders
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Basis:
    """Where references come from, said in full."""

    title: str
    said: str


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A consensus that can be made a reference; ``client`` is whom it answers ("": not known)."""

    rating: Rating
    client: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """A reference from one's own consensus that this rater had a part in, so that it is none for
    them; ``rated``: how many ratings others gave on it. ``set_aside``: its response is nobody's.
    """

    reference: Known
    client: str
    rated: int
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What the log and the library say. Counts are of references this rater had no part in.

    ``counts`` by use; ``trained``: training references rated once; ``training_left`` and
    ``gate_left``: how many are rated of a round that was begun and not ended. ``own`` has also
    those that were withdrawn; ``of_packs``: some come with a pack. ``adoptable`` has none that
    this rater might still rate blind.
    """

    rubric: Rubric
    bases: tuple[Basis, ...]
    counts: dict[str, int]
    part_in: int
    trained: int
    training_left: tuple[int, int] | None
    gate_left: tuple[int, int] | None
    gates: tuple[GateSheet, ...]
    hidden: tuple[Rated, ...]
    adoptable: tuple[Adoptable, ...]
    own: tuple[Own, ...]
    of_packs: bool

    @property
    def can_be_gated(self) -> bool:
        """Whether there are references enough for a gate."""
        return self.counts.get(FOR_GATE, 0) >= LEAST


@dataclass(frozen=True, slots=True)
class Standing:
    """The same, judged. ``gate`` is None before one was rated to its end."""

    look: Look
    gate: GateResult | None
    permit: Permit
    drift: Drift


def look(log: Log, library: Library, rubric: Rubric, rater_id: str) -> Look:
    """Read; on the log's thread."""
    ever = known(log, library, rubric, withdrawn=True)
    held = not_met(log, [one.response_id for one in ever])
    every = tuple(one for one in ever if one.withdrawn_at is None and one.response_id not in held)
    usable = tuple(one for one in every if rater_id not in one.parties)
    own = sum(one.own for one in every)
    bases = [Basis(one.title, one.basis) for one in sets_for(library, rubric)]
    if own:
        bases.append(Basis("Your own", f"From consensus ratings in this log: {own}."))
    return Look(
        rubric, tuple(bases), dict(Counter(one.use for one in usable)), len(every) - len(usable),
        _trained(log, rubric, rater_id, usable),
        _left(log, rubric, rater_id, CALIBRATION, usable),
        _left(log, rubric, rater_id, GATE, usable),
        read_gates(log, ever, rubric, rater_id), read_hidden(log, ever, rubric, rater_id),
        tuple(
            _adoptable(log, library, one)
            for one in adoptable(log, rubric)
            if _may_see(log, one, rater_id)
        ),
        tuple(_own(log, library, one) for one in ever if one.own and rater_id in one.parties),
        bool(sets_for(library, rubric)),
    )  # fmt: skip


def stand(found: Look) -> Standing:
    """Judge what was read; takes scipy, so not for the window's process."""
    newest = judge(found.gates[0]) if found.gates else None
    return Standing(
        found, newest, permit(found.rubric, newest), chart(found.rubric, found.gates, found.hidden)
    )


def _trained(log: Log, rubric: Rubric, rater_id: str, usable: Sequence[Known]) -> int:
    there = {one.response_id for one in usable if one.use == TRAINING}
    rated: set[str] = set()
    for of in rounds.rounds_of(log, rater_id):
        if of.kind == CALIBRATION and of.rubric == rubric.ref:
            rated |= rounds.rated_in(log, of.id)
    return len(rated & there)


def _left(
    log: Log, rubric: Rubric, rater_id: str, kind: str, usable: Sequence[Known]
) -> tuple[int, int] | None:
    of = unfinished(log, rubric, rater_id, kind, usable)
    if of is None:
        return None
    return len(rounds.rated_in(log, of.id)), len(of.places)


def _adoptable(log: Log, library: Library, given: Rating) -> Adoptable:
    ref = spoken(log, given.response_id).ref
    return Adoptable(given, client_of(library, ref), given.locked_at)


def _may_see(log: Log, given: Rating, rater_id: str) -> bool:
    """Whether its scores can be shown: to who spoke or has rated; who has not may rate it yet."""
    rated = any(one.rater_id == rater_id for one in ratings.ratings_of(log, given.response_id))
    return rated or spoken(log, given.response_id).person_id == rater_id


def _own(log: Log, library: Library, one: Known) -> Own:
    rated = sum(given.role == ROLE for given in ratings.ratings_of(log, one.response_id))
    aside = one.response_id in senders.set_aside(log)
    return Own(one, client_of(library, one.vignette), rated, aside)


def client_of(library: Library, ref: VignetteRef | None) -> str:
    """Whom a reference answers, such as "Dana · The parking space"; "": it is not known."""
    vignette = library.vignette(ref.pack, ref.vignette) if ref else None
    return f"{vignette.client.name} · {vignette.title}" if vignette else ""
