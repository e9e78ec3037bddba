"""The gate before live rating: does this rater agree with references that are known?

Asked on each item and on all of them together: within one point on nine ratings of ten, and a
lower 95 % limit of ICC(A,1) of .5 or more. Reading the log and judging what was read are apart,
because judging needs scipy, which a window leaves to another process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from trainer.app.library import Library
from trainer.app.references import Known, known
from trainer.domain.counted import by_count, counted
from trainer.domain.rating import Rating
from trainer.domain.reference import TRAINING
from trainer.domain.rounds import CALIBRATION, GATE, Round
from trainer.domain.rubric import Rubric
from trainer.scoring.closeness import Closeness, Pair, closeness
from trainer.store import ratings, rounds
from trainer.store.db import Log

LEAST, MOST = 10, 16  # references in a gate; of the 32 bundled ones, a second gate has as many
SHARE, LIMIT = Fraction(9, 10), 0.5
EACH_S = 45
"""What one reference takes: those that come with Attune last 24 s on average, 8 to 38."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Rated:
    """A reference that was rated, when, and what both said by item (None: not applicable).

    ``withdrawn``: it is none any more.
    """

    response_id: str
    at: datetime
    own: dict[str, float | None]
    known: dict[str, float | None]
    withdrawn: bool = False

    def pairs(self) -> tuple[Pair, ...]:
        """Item by item."""
        return tuple(
            Pair(self.response_id, item, self.own.get(item), self.known[item])
            for item in self.known
        )


@dataclass(frozen=True, slots=True)
class GateSheet:
    """A gate that was rated to its end, to be judged.

    ``gone``: references of it that are not known any more; ``before``: those this rater had rated
    before it began. ``to_hear`` has, by item, training references: first those rated too high by
    this rater, then those too low, the worst first (ids).
    """

    rubric: Rubric
    round_id: str
    at: datetime
    rated: tuple[Rated, ...]
    gone: int
    before: int
    to_hear: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One item, or all of them together (``item`` is empty): its figures, and what is missing."""

    item: str
    title: str
    found: Closeness
    passed: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Practise:
    """The item that a rater leans most on, which way, and two training references for it (ids)."""

    item: str
    said: str
    hear_again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether the gate is passed: the whole and every item must be. ``notes`` are to be said."""

    round_id: str
    at: datetime
    references: int
    passed: bool
    whole: Verdict
    items: tuple[Verdict, ...]
    practise: Practise | None
    notes: tuple[str, ...]


def gate(log: Log, library: Library, rubric: Rubric, rater_id: str) -> GateResult | None:
    """The newest gate of this rater on this version of the rubric; None: none rated to its end."""
    sheets = read_gates(log, known(log, library, rubric, withdrawn=True), rubric, rater_id)
    return judge(sheets[0]) if sheets else None


def minutes(count: int) -> int:
    """About how long a gate of so many references takes."""
    return max(1, round(count * EACH_S / 60))


def signed(value: float, digits: int = 1) -> str:
    """Points above or below, such as "+0.3", "−0.5" or "0.0"."""
    text = f"{value:+.{digits}f}"
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")


def two_digits(value: float) -> str:
    """Such as "0.87" or "−0.10"."""
    return f"{value:.2f}".replace("-", "−")


# Reading


def read_gates(
    log: Log, references: Sequence[Known], rubric: Rubric, rater_id: str
) -> tuple[GateSheet, ...]:
    """Every gate that was rated to its end, newest first."""
    every = rounds.rounds_of(log, rater_id)
    by_id = {one.response_id: one for one in references if rater_id not in one.parties}
    heard = to_hear(log, references, rubric, rater_id)
    found = []
    for one in every:
        if one.kind == GATE and one.rubric == rubric.ref:
            first = first_ratings(log, one)
            if len(first) == len(one.places):
                found.append(_sheet(log, one, first, by_id, rubric, heard))
    return tuple(found)


def first_ratings(log: Log, of: Round) -> dict[str, Rating]:
    """The ratings of a round as they stood when all was rated: what is corrected later was told.

    Of a round that is not done, as they stand now.
    """
    given = {
        place.response_id: [
            one for one in ratings.ratings_of(log, place.response_id) if one.round_id == of.id
        ]
        for place in of.places
    }
    rated = {response_id: every for response_id, every in given.items() if every}
    if len(rated) < len(of.places):
        return {response_id: every[-1] for response_id, every in rated.items()}
    done = max(every[0].locked_at for every in rated.values())
    return {
        response_id: [one for one in every if one.locked_at <= done][-1]
        for response_id, every in rated.items()
    }


def _sheet(
    log: Log, of: Round, first: dict[str, Rating], by_id: dict[str, Known], rubric: Rubric,
    heard: dict[str, tuple[tuple[str, ...], tuple[str, ...]]],
) -> GateSheet:  # fmt: skip
    rated = tuple(
        rated_of(given, by_id[response_id])
        for response_id, given in first.items()
        if response_id in by_id and by_id[response_id].stood(given.locked_at)
    )
    before = sum(
        any(
            given.rater_id == of.rater_id and given.locked_at < of.began_at
            for given in ratings.ratings_of(log, one.response_id)
        )
        for one in rated
    )
    return GateSheet(
        rubric, of.id, max(given.locked_at for given in first.values()), rated,
        len(first) - len(rated), before, heard,
    )  # fmt: skip


def rated_of(given: Rating, reference: Known) -> Rated:
    """A rating beside what is known."""
    return Rated(
        reference.response_id, given.locked_at, dict(given.scores), dict(reference.scores),
        reference.withdrawn_at is not None,
    )  # fmt: skip


def to_hear(
    log: Log, references: Sequence[Known], rubric: Rubric, rater_id: str
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Training references by item, for who rates too high and for who rates too low.

    The two gaps come from this rater's own first ratings in training; of what was not rated, weak
    answers are for who rates too high, strong ones for who rates too low. They are training
    references because their reasons were told anyway: to hear a gate's again would use it up.
    """
    usable = (one for one in references if rater_id not in one.parties and not one.withdrawn_at)
    training = [one for one in usable if one.use == TRAINING]
    first: dict[str, Rating] = {}
    for of in reversed(rounds.rounds_of(log, rater_id)):
        if of.kind == CALIBRATION and of.rubric == rubric.ref:
            for place in of.places:
                every = ratings.ratings_of(log, place.response_id)
                mine = [one for one in every if one.round_id == of.id]
                if mine:
                    first.setdefault(place.response_id, mine[0])
    found = {}
    for item in rubric.items:
        gaps: list[tuple[float, float, str]] = []
        for one in training:
            score, given = one.scores[item.id], first.get(one.response_id)
            own = given.scores.get(item.id) if given else score
            if score is not None and own is not None:
                gaps.append((own - score, -score, one.response_id))
        found[item.id] = (
            tuple(one for _, _, one in sorted(gaps, reverse=True)),
            tuple(one for _, _, one in sorted(gaps)),
        )
    return found


# Judging


def judge(sheet: GateSheet) -> GateResult:
    """Whether a gate is passed, in figures and in words."""
    every = [pair for one in sheet.rated for pair in one.pairs()]
    items = tuple(
        verdict(item.id, item.title, closeness([one for one in every if one.item == item.id]))
        for item in sheet.rubric.items
    )
    whole = verdict("", "All items together", closeness(every))
    enough = len(sheet.rated) >= LEAST
    return GateResult(
        sheet.round_id, sheet.at, len(sheet.rated),
        enough and whole.passed and all(one.passed for one in items), whole, items,
        _practise(items, sheet), tuple(_notes(sheet)),
    )  # fmt: skip


def verdict(item: str, title: str, found: Closeness) -> Verdict:
    """Judge one item's figures; what cannot be estimated is not passed."""
    missing = (*_share_missing(found), *_icc_missing(found))
    return Verdict(item, title, found, not missing, missing)


def _share_missing(found: Closeness) -> list[str]:
    if not found.ratings:
        if not found.both_na:
            return ["Nothing was rated."]
        return [
            f"You and the references said N/A each time ({found.both_na}): that you agree on it is "
            "right, but scores cannot be compared, so this needs references that have some."
        ]
    if Fraction(found.within, found.ratings) >= SHARE:
        return []
    needed = -(-SHARE.numerator * found.ratings // SHARE.denominator)
    said = (
        f"Within one point on {found.within} of {found.ratings} ratings; "
        f"{needed} are needed (90 %)."
    )
    if found.one_na:
        said += (
            f" {found.one_na} of the misses {'is' if found.one_na == 1 else 'are'} N/A by one and "
            "a score by the other: look again at when the item does not apply."
        )
    return [said]


def _icc_missing(found: Closeness) -> list[str]:
    if found.ratings == 0:
        return []
    if found.icc is None or found.icc.low is None:
        return [f"How far you agree cannot be worked out. {' '.join(found.reasons)}"]
    if found.icc.low >= LIMIT - _ROUNDING:
        return []
    return [
        f"Agreement is {two_digits(found.icc.value)} (ICC(A,1)) and may be as low as "
        f"{two_digits(found.icc.low)}; its lower limit must be {LIMIT:g} or more."
    ]


def _practise(items: Sequence[Verdict], sheet: GateSheet) -> Practise | None:
    """What to work on, unless all is passed and no item leans for certain."""
    leaning = [one for one in items if one.found.bias is not None]
    if not leaning:
        return None
    most = max(leaning, key=lambda one: abs(one.found.bias.value if one.found.bias else 0.0))
    bias = most.found.bias
    assert bias is not None
    known_limits = bias.low is not None and bias.high is not None
    certain = known_limits and not (bias.low or 0.0) <= 0 <= (bias.high or 0.0)
    if not certain and all(one.passed for one in items):
        return None
    high = bias.value > 0
    way = "higher" if high else "lower"
    limits = f" ({signed(bias.low or 0.0)} to {signed(bias.high or 0.0)})" if known_limits else ""
    said = f"On {most.title} you rate {way} than the references, by {abs(bias.value):.1f} points"
    said = f"{said} on average{limits}."
    if not certain:
        said = (
            f"You lean most on {most.title}, {way} by {abs(bias.value):.1f} points{limits}, which "
            "may be chance: you scatter more than you lean. Read the anchors again before each."
        )
    return Practise(most.item, said, sheet.to_hear[most.item][0 if high else 1][:2])


def _notes(sheet: GateSheet) -> list[str]:
    said = []
    if len(sheet.rated) < LEAST:
        said.append(
            f"Only {counted(len(sheet.rated), 'reference')} of this gate "
            f"{by_count(len(sheet.rated), 'is', 'are')} in the library still; "
            f"a gate takes {LEAST}: take it again."
        )
    elif sheet.gone:
        said.append(f"Left out, because they are not in the library any more: {sheet.gone}.")
    if withdrawn := sum(one.withdrawn for one in sheet.rated):
        said.append(
            f"Withdrawn as references since: {withdrawn}. What you rated stays, and the result "
            "stands as it was."
        )
    if sheet.before:
        said.append(
            f"{sheet.before} of the {counted(len(sheet.rated), 'reference')} had been rated by you "
            "before: what you remember makes agreement look better than it is."
        )
    return said
