"""Calibration: to learn to rate as the references are rated, to show it, and to stay there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from trainer.app import rounds
from trainer.app.gate import LEAST, MOST, GateResult, gate
from trainer.app.kept_back import to_come
from trainer.app.library import Library
from trainer.app.on_record import TILL_TESTED, is_among
from trainer.app.paths import Home
from trainer.app.queue import Candidate, shuffled, unrated_by
from trainer.app.references import Known, anchor, candidate, known, own_references
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.counted import counted
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.reference import GATE as FOR_GATE
from trainer.domain.reference import HIDDEN, TRAINING
from trainer.domain.rounds import CALIBRATION, GATE, LIVE, LIVES, UNGATED, Round
from trainer.domain.rubric import Rubric
from trainer.store import ratings, responses, senders, starts
from trainer.store import rounds as rows
from trainer.store.db import Log
from trainer.store.put_away import is_away

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
    """What is told of a training reference once it is rated; ``source``: whose judgement it is.

    ``words`` are what is said in it ("": not written down).
    """

    number: int
    of: int
    items: tuple[Told, ...]
    source: str
    words: str = ""


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
            "They come with a pack, or are made from your own consensus ratings."
            + _till_tested(log, rater_id),
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
            "Add a pack that has some, or make your own from consensus ratings."
            + _till_tested(log, rater_id),
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
    """The references for a use in which this rater had no part, and whose client is not to come in
    a test of theirs.
    """
    every, ahead = known(log, library, rubric), to_come(log, rater_id)
    return tuple(
        one
        for one in every
        if one.use == use and rater_id not in one.parties and not is_among(one.vignette, ahead)
    )


def _till_tested(log: Log, rater_id: str) -> str:
    """What is said besides where little is left, to somebody who is to sit a test."""
    return f" {TILL_TESTED}" if to_come(log, rater_id) else ""


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
    return revealed(rubric, given.scores, reference, ids.index(response_id) + 1, len(ids))


def revealed(
    rubric: Rubric, scores: Mapping[str, float | None], reference: Known, number: int, of: int
) -> Revealed:
    """What is told of a reference beside a rater's scores; it is the ``number``-th of so many."""
    told = tuple(_told(rubric, item.id, scores, reference) for item in rubric.items)
    return Revealed(number, of, told, reference.source, reference.words)


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many responses there are to rate in one's own log, the hidden ones among them.

    So the number is the same before a round, in it and after it, and tells of none that it is
    known. ``exact`` is false where there are so many that references would not do for all of them:
    what a round takes of them would then tell how many of it were hidden. ``held_back`` counts
    responses besides that only those who gave them may use.
    """

    count: int
    exact: bool = True
    held_back: int = 0


def waiting(log: Log, library: Library, rubric: Rubric, rater_id: str) -> Waiting:
    """How many wait for this rater on the rubric, neither rated nor in a round that was begun."""
    gone = _placed(log, rubric, rater_id) | _own_ids(log, rubric) | starts.closed(log)
    gone |= senders.set_aside(log)
    if ahead := to_come(log, rater_id):
        gone |= responses.answering(log, ahead)
    live = ratings.unrated_in_log(log, rater_id, rubric.ref, gone)
    held = ratings.unrated_in_log(log, rater_id, rubric.ref, gone, held_back=True)
    there = len(_usable(log, library, rubric, rater_id, HIDDEN))
    if there and live > ONE_IN * there:
        return Waiting(ONE_IN * there, exact=False, held_back=held)
    return Waiting(live + hidden_count(live, there), held_back=held)


def hidden_count(live: int, there: int) -> int:
    """How many of the references that are there are hidden among so many live responses."""
    return min(ceil(live / ONE_IN), there)


def begin_live(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str, title: str,
    candidates: Sequence[Candidate], kind: str, most: int | None = None,
) -> Outcome[Round]:  # fmt: skip
    """Set out to rate those of ``candidates`` that this rater has neither rated nor set out to,
    with references hidden among them: ``most`` in all.

    One's own responses are never among them, nor those that are references themselves: these are
    for the gate, or to be hidden. KnownError when none is left.
    """
    left = _left_to_rate(log, rubric, rater_id, candidates)
    hidden = hidden_among(log, home, library, rubric, rater_id, len(left), left)
    live, known_ones = _shares(len(left), len(hidden), most)
    some = shuffled(left, new_id())[:live]  # vignette by vignette, so that few are not one of each
    if live < len(left):
        hidden = hidden_among(log, home, library, rubric, rater_id, live, some)[:known_ones]
    return rounds.begin(
        log, rater_id, title, rubric, (*some, *hidden),
        references=frozenset(one.response_id for one in hidden), kind=kind,
    )  # fmt: skip


def _left_to_rate(
    log: Log, rubric: Rubric, rater_id: str, candidates: Sequence[Candidate]
) -> list[Candidate]:
    ahead = to_come(log, rater_id)
    everybody = [one for one in candidates if one.person_id != rater_id]
    others = [one for one in everybody if not is_among(one.ref, ahead)]
    if everybody and not others:
        raise KnownError("There is nothing that you can rate yet", TILL_TESTED)
    unrated = unrated_by(log, rater_id, rubric.ref, others)
    gone = _placed(log, rubric, rater_id) | _own_ids(log, rubric)
    left = [one for one in unrated if one.response_id not in gone]
    if others and not left:
        raise KnownError(
            f"There is none among {counted(len(others), 'response')} there that you have not rated "
            "or set out to rate on this rubric",
            "Go on with the round they are in, look through it again, or choose others.",
        )
    return left


def _shares(live: int, there: int, most: int | None) -> tuple[int, int]:
    """How many live responses and how many hidden ones make up a round of ``most``.

    What is left afterwards is as many fewer: to count before and after tells nothing.
    """
    every = hidden_count(live, there)
    if most is None or live + every <= most:
        return live, every
    for count in range(min(live, most), 0, -1):
        rest = hidden_count(live - count, there)
        known_ones = every - rest if live <= ONE_IN * there else hidden_count(count, there)
        if count + known_ones <= most:
            return count, known_ones
    return 1, 0


def _placed(log: Log, rubric: Rubric, rater_id: str) -> frozenset[str]:
    """What this rater has set out to rate live on this rubric, rated or not, and not put away."""
    return frozenset(
        place.response_id
        for of in rows.rounds_of(log, rater_id)
        if of.kind in LIVES and of.rubric == rubric.ref and not is_away(log, of.id)
        for place in of.places
    )


def _own_ids(log: Log, rubric: Rubric) -> frozenset[str]:
    return frozenset(one.response_id for one in own_references(log, rubric))


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
    found = (candidate(log, home, library, one) for one in order)
    there = tuple(one for one in found if one is not None)
    return there[: hidden_count(live_count, len(there))]
