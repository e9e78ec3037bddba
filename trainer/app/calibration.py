"""Calibration: to learn to rate as the references are rated, to show it, and to stay there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from trainer.app import rounds
from trainer.app.gate import LEAST, MOST, GateResult, gate
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.queue import Candidate, shuffled, unrated_by
from trainer.app.references import Known, anchor, candidate, known
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.reference import GATE as FOR_GATE
from trainer.domain.reference import HIDDEN, TRAINING
from trainer.domain.rounds import CALIBRATION, GATE, LIVE, UNGATED, Round
from trainer.domain.rubric import Rubric
from trainer.store import ratings
from trainer.store import rounds as rows
from trainer.store.db import Log

ONE_IN = 10  # of live responses, at least


@dataclass(frozen=True, slots=True)
class Told:
    """One item of a reference after it was rated: both scores (None: N/A), why, and the anchor.

    ``difference`` is own minus known in points, None where one of them is N/A.
    """

    item: str
    title: str
    own: float | None
    known: float | None
    difference: float | None
    reason: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is told of a training reference once it is rated; ``source``: whose judgement it is."""

    number: int
    of: int
    items: tuple[Told, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether live ratings may be begun: ``passed`` the gate ``at`` that time, or ``said`` why not.

    A rater without it may go on, but has to say so: the round is then of kind ``ungated``, and so
    are its ratings for ever.
    """

    passed: bool
    at: datetime | None
    said: str


# Beginning


def training(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str,
    only: Collection[str] = (),
) -> Outcome[Round]:  # fmt: skip
    """Go on with the training that was left, else begin one with all references not heard yet.

    When all were, all of them again; ``only`` (ids): these again. KnownError: there are none.
    """
    usable = _usable(log, library, rubric, rater_id, TRAINING)
    if only:
        chosen: Sequence[Known] = [one for one in usable if one.response_id in only]
    else:
        left = unfinished(log, rubric, rater_id, CALIBRATION, usable)
        if left is not None:
            return Outcome(left, Changes.NOTHING)
        chosen = _unheard(log, rater_id, usable) or usable
    if not chosen:
        raise KnownError(
            f"There are no training references for {rubric.title}",
            "They come with a pack, or are made from your own consensus ratings.",
        )
    title = f"Training: {rubric.title}"
    return _begin(log, home, library, rubric, rater_id, CALIBRATION, title, chosen)


def gate_round(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str
) -> Outcome[Round]:
    """Go on with the gate that was left, else begin one.

    With references this rater has not rated, at most ``MOST``; when fewer than ``LEAST`` of them
    are left, those rated longest ago fill it up (the result says how many). KnownError: there are
    fewer than ``LEAST`` at all.
    """
    usable = _usable(log, library, rubric, rater_id, FOR_GATE)
    left = unfinished(log, rubric, rater_id, GATE, usable)
    if left is not None:
        return Outcome(left, Changes.NOTHING)
    if len(usable) < LEAST:
        raise KnownError(
            f"A gate takes {LEAST} references or more, and {rubric.title} has {len(usable)} that "
            "you had no part in",
            "Add a pack that has some, or make your own from consensus ratings.",
        )
    order = _longest_ago(log, rater_id, usable)
    fresh = len(_unheard(log, rater_id, usable))
    chosen = order[: min(MOST, fresh if fresh >= LEAST else len(order))]
    title = f"Gate: {rubric.title}"
    return _begin(log, home, library, rubric, rater_id, GATE, title, chosen)


def unfinished(
    log: Log, rubric: Rubric, rater_id: str, kind: str, usable: Sequence[Known]
) -> Round | None:
    """The newest round of this kind that is not rated to its end and still can be."""
    there = {one.response_id for one in usable}
    for of in rows.rounds_of(log, rater_id):
        if of.kind == kind and of.rubric == rubric.ref:
            left = {place.response_id for place in of.places} - rows.rated_in(log, of.id)
            if left and left <= there:
                return of
    return None


def _begin(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str, kind: str, title: str,
    chosen: Sequence[Known],
) -> Outcome[Round]:  # fmt: skip
    found = [candidate(log, home, library, one) for one in chosen]
    there = [one for one in found if one is not None]
    ids = frozenset(one.response_id for one in there)
    return rounds.begin(log, rater_id, title, rubric, there, references=ids, kind=kind)


def _usable(
    log: Log, library: Library, rubric: Rubric, rater_id: str, use: str
) -> tuple[Known, ...]:
    """The references for a use in which this rater had no part."""
    every = known(log, library, rubric)
    return tuple(one for one in every if one.use == use and rater_id not in one.parties)


def _unheard(log: Log, rater_id: str, usable: Sequence[Known]) -> list[Known]:
    return [one for one in usable if _last_rated(log, rater_id, one) is None]


def _longest_ago(log: Log, rater_id: str, usable: Sequence[Known]) -> list[Known]:
    """First those never rated by this rater, then those rated longest ago."""

    def when(one: Known) -> tuple[bool, float]:
        last = _last_rated(log, rater_id, one)
        return last is not None, last.timestamp() if last else 0.0

    return sorted(usable, key=when)


def _last_rated(log: Log, rater_id: str, one: Known) -> datetime | None:
    every = ratings.ratings_of(log, one.response_id)
    return max((given.locked_at for given in every if given.rater_id == rater_id), default=None)


# Training


def reveal(
    log: Log, library: Library, rubric: Rubric, of: Round, response_id: str
) -> Revealed | None:
    """What is told after a training rating: the first one, for the next ones were told.

    None where nothing is: in any other round, before the rating, of a reference that is gone.
    """
    given = next(
        (one for one in ratings.ratings_of(log, response_id) if one.round_id == of.id), None
    )
    every = known(log, library, rubric)
    reference = next((one for one in every if one.response_id == response_id), None)
    if of.kind != CALIBRATION or given is None or reference is None:
        return None
    ids = [place.response_id for place in of.places]
    return Revealed(
        ids.index(response_id) + 1, len(ids),
        tuple(_told(rubric, item.id, given.scores, reference) for item in rubric.items),
        reference.source,
    )  # fmt: skip


def _told(
    rubric: Rubric, item_id: str, scores: Mapping[str, float | None], reference: Known
) -> Told:
    item, own, score = rubric.item(item_id), scores.get(item_id), reference.scores[item_id]
    return Told(
        item.id, item.title, own, score,
        None if own is None or score is None else own - score,
        reference.reasons.get(item_id, ""), anchor(item, score),
    )  # fmt: skip


# Live


def may_rate_live(log: Log, library: Library, rubric: Rubric, rater_id: str) -> Permit:
    """Whether this rater's newest gate on this version of the rubric is passed."""
    return permit(rubric, gate(log, library, rubric, rater_id))


def permit(rubric: Rubric, found: GateResult | None) -> Permit:
    """The same, from a gate's result."""
    if found is not None and found.passed:
        return Permit(True, found.at, f"You passed the gate of {rubric.title}.")
    version = f"{rubric.title} (version {rubric.ref.version})"
    why = "You have not taken the gate" if found is None else "You have not passed the gate"
    return Permit(
        False, None,
        f"{why} of {version}: whether your ratings agree with its references is not known.",
    )  # fmt: skip


def live_kind(found: Permit, *, without_gate: bool = False) -> str:
    """The kind a live round is begun as; KnownError without a gate, unless it was chosen to be."""
    if found.passed:
        return LIVE
    if without_gate:
        return UNGATED
    raise KnownError(
        found.said.rstrip("."),
        "Take the gate first, or choose to rate without it: the log says so.",
    )


def begin_live(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str, title: str,
    candidates: Sequence[Candidate], kind: str, most: int | None = None,
) -> Outcome[Round]:  # fmt: skip
    """Set out to rate those of ``candidates`` that this rater has not rated, ``most`` of them, with
    references hidden among them.

    One's own responses are never among them. KnownError when none is left.
    """
    others = [one for one in candidates if one.person_id != rater_id]
    left = unrated_by(log, rater_id, rubric.ref, others)
    if others and not left:
        raise KnownError(
            f"You have rated all {len(others)} responses there on this rubric",
            "Choose others, or open the round to look through it again.",
        )
    some = shuffled(left, new_id())[:most]  # vignette by vignette, so that few are not one of each
    hidden = hidden_among(log, home, library, rubric, rater_id, len(some), some)
    return rounds.begin(
        log, rater_id, title, rubric, (*some, *hidden),
        references=frozenset(one.response_id for one in hidden), kind=kind,
    )  # fmt: skip


def hidden_among(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str, live_count: int,
    beside: Sequence[Candidate] = (),
) -> tuple[Candidate, ...]:  # fmt: skip
    """References to be hidden among so many live responses: one for every ten begun.

    First those this rater has not rated, then those rated longest ago; among these one's own, which
    sound like the live ones, and those that answer a client of ``beside``, among whose answers they
    stand out less. Begin the round with their ids as ``references``.
    """
    taken = {one.response_id for one in beside}
    clients = {(one.ref.pack, one.ref.vignette) for one in beside if one.ref}
    usable = _usable(log, library, rubric, rater_id, HIDDEN)
    order = _longest_ago(log, rater_id, [one for one in usable if one.response_id not in taken])
    fresh = {one.response_id for one in _unheard(log, rater_id, order)}

    def conspicuous(one: Known) -> tuple[bool, bool, bool]:
        ref = one.vignette
        stranger = ref is None or (ref.pack, ref.vignette) not in clients
        if one.response_id not in fresh:  # of these the one heard longest ago, whatever it is
            return True, False, False
        return False, not one.own, bool(clients) and stranger

    order.sort(key=conspicuous)
    count = ceil(live_count / ONE_IN)
    found = (candidate(log, home, library, one) for one in order)
    return tuple(one for one in found if one is not None)[:count]
