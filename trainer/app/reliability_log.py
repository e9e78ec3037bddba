"""The ratings of one rubric in the log as a table of marks, with names or with codes.

A row of the table is one score. Raters and trainees are ids in it; ``Source`` holds what to call
them, so that names need not leave the log.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from trainer.app.columns import Columns, columns
from trainer.app.consensus import keep_seen
from trainer.app.library import Library
from trainer.domain.mark import Mark, made_of
from trainer.domain.rating import CONSENSUS, REFERENCE, SUPERVISOR
from trainer.domain.rounds import UNGATED
from trainer.domain.rubric import RubricRef
from trainer.exchange.marks import read_marks, write_marks, write_text
from trainer.store import consents, judged, people, senders
from trainer.store.db import Log
from trainer.store.others import self_rated
from trainer.store.rated import Given, given_with, uses

_BY_OTHERS = (SUPERVISOR, CONSENSUS, REFERENCE)


@dataclass(frozen=True, slots=True)
class Rated:
    """A rubric that responses were rated with; ``title`` is its id where the library lacks it."""

    rubric: RubricRef
    title: str
    items: Mapping[str, str]
    ratings: int
    responses: int
    raters: int


@dataclass(frozen=True, slots=True)
class Source:
    """Marks, what to call the people in them, and what is to be said of the table (sentences).

    ``codes`` has everybody; ``names`` those who are not to be called as they stand in the marks.
    ``shown`` are the responses (ids) of somebody else than the viewer that others have rated.
    """

    columns: Columns
    codes: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks, with ids where they are of the log."""
        return self.columns.marks()


def rated(log: Log, library: Library, viewer: str = "") -> tuple[Rated, ...]:
    """The rubrics with which raters rated what may be shown to ``viewer``, the most used first."""
    known = {rubric.ref: rubric for rubric in library.rubrics}
    found = []
    for use in uses(log, SUPERVISOR, viewer):
        rubric = known.get(use.rubric)
        items = {item.id: item.title for item in rubric.items} if rubric else {}
        title = rubric.title if rubric else use.rubric.rubric
        found.append(Rated(use.rubric, title, items, use.ratings, use.responses, use.raters))
    return tuple(found)


def open_log_marks(log: Log, rubric: RubricRef, viewer: str) -> Source:
    """``of_log`` for somebody who is shown it: what they rate of it later is kept as not blind."""
    source = of_log(log, rubric, viewer)
    keep_seen(log, viewer, source.shown)
    return source


def of_log(log: Log, rubric: RubricRef, viewer: str = "") -> Source:
    """The standing ratings made with one version of a rubric, of every role, as marks.

    A rater who has two of the same role for a response (of two rounds) counts with the newest.
    Occasions of responses, and when they were rated, are days. What others gave to responses of
    ``viewer`` that they have not rated themselves is left out, and so is what they set out to rate
    and have not, what whoever gave it does not (any more) let others use, and what is nobody's.
    """
    found, aside = _somebodys(log, given_with(log, rubric))
    given, unseen, held = _for_viewer(log, found, viewer)
    newest: dict[tuple[str, str, str], Given] = {}
    for one in _as_one_person(log, given):
        newest[one.response_id, one.rater_id, one.role] = one
    several = _several_roles(newest.values())
    call = _vignettes(newest.values())
    marks = (
        Mark(
            one.response_id, _rater(one, several), item, score, one.person_id, call(one),
            one.given_at.date().isoformat() if one.given_at else None, one.role, one.blind,
            one.rated_at.date().isoformat(),
        )
        for one in newest.values()
        for item, score in one.scores.items()
    )  # fmt: skip
    names, codes = _called(log, newest.values(), several)
    shown = _shown(given, viewer)
    own = {one.response_id for one in given if one.rater_id == viewer and one.role == SUPERVISOR}
    not_own = len(shown - own) if viewer else 0
    notes = (*_told_of(aside), *_notes(given, newest.values(), unseen, held, not_own))
    return Source(columns(marks), codes, names, notes, shown)


def _somebodys(log: Log, found: Iterable[Given]) -> tuple[tuple[Given, ...], int]:
    """What is somebody's, and how many rated responses a program set aside as nobody's."""
    every, aside = tuple(found), senders.set_aside(log)
    left_out = {one.response_id for one in every if one.role in _BY_OTHERS} & aside
    return tuple(one for one in every if one.response_id not in aside), len(left_out)


def _as_one_person(log: Log, given: Iterable[Given]) -> Iterator[Given]:
    """Whom a program takes for the same as somebody before is that one, also as a rater."""
    same = senders.first_of(log)
    for one in given:
        person_id = same.get(one.person_id, one.person_id) if one.person_id else None
        yield replace(one, person_id=person_id, rater_id=same.get(one.rater_id, one.rater_id))


def _told_of(aside: int) -> Iterator[str]:
    if aside:
        what = "1 response is" if aside == 1 else f"{aside} responses are"
        it = "it was" if aside == 1 else "they were"
        yield f"{what} left out: {it} set aside as nobody's."


def _for_viewer(
    log: Log, found: Sequence[Given], viewer: str
) -> tuple[tuple[Given, ...], int, int]:
    """What may be shown, and how many rated responses are left out until the viewer has rated
    them, or because their speakers do not let others use them.
    """
    others = {one.response_id for one in found if not viewer or one.person_id != viewer}
    held = consents.held_back(log, others)
    every = [
        one
        for one in found
        if one.response_id not in held
        and (one.response_id in others or self_rated(log, one.response_id))
    ]
    waiting = judged.still_to_rate(log, {one.response_id for one in every}) if viewer else {}
    unseen = {response for response, raters in waiting.items() if viewer in raters}
    rated_of_held = {one.response_id for one in found if one.role in _BY_OTHERS} & held
    given = tuple(one for one in every if one.response_id not in unseen)
    return given, len(unseen), len(rated_of_held)


def _shown(given: Iterable[Given], viewer: str) -> frozenset[str]:
    return frozenset(
        one.response_id
        for one in given
        if one.role in _BY_OTHERS and viewer not in (one.rater_id, one.person_id)
    )


def _notes(
    given: Iterable[Given], newest: Iterable[Given], unseen: int, held: int, not_own: int
) -> Iterator[str]:
    """What is to be said of the raters' ratings; training is rated anew, too, and never counts."""
    counted = [one for one in newest if one.role == SUPERVISOR]
    again = sum(one.role == SUPERVISOR for one in given) - len(counted)
    ungated = sum(one.round_kind == UNGATED for one in counted)
    if unseen:
        of = "1 response is" if unseen == 1 else f"{unseen} responses are"
        yield f"{of} left out until you have rated what you set out to rate."
    if held:
        of = "1 response is" if held == 1 else f"{held} responses are"
        it = _it(held)
        yield f"{of} left out: whoever gave {it} does not, or no longer, let others use {it}."
    if not_own:
        of = "1 response" if not_own == 1 else f"{not_own} responses"
        yield (
            f"You see here what others gave of {of} that you have not rated: what you rate of "
            f"{_it(not_own)} from now on is kept as not blind."
        )
    if again:
        were = " was" if again == 1 else "s were"
        yield f"{again} rating{were} given anew in another round; the newest counts."
    if ungated:
        were = " was" if ungated == 1 else "s were"
        yield f"{ungated} rating{were} made by somebody who had not passed the gate."


def _it(count: int) -> str:
    return "it" if count == 1 else "them"


def of_table(path: Path) -> Source:
    """The marks of a file made elsewhere. KnownError, ContentError: it is at fault."""
    read = read_marks(path)
    people = people_in(read.marks)
    # What is a code already keeps it: the same one in every table made of it.
    coded = all(re.fullmatch(r"P\d+( \(\w+\))?", one) for one in people)
    codes = dict(zip(people, people, strict=True)) if coded else _codes(people)
    return Source(columns(read.marks), codes, {}, read.said)


def people_in(marks: Iterable[Mark]) -> tuple[str, ...]:
    """Raters and trainees, in order of their first appearance."""
    found: dict[str, None] = {}
    for mark in marks:
        found.setdefault(mark.rater)
        if mark.trainee is not None:
            found.setdefault(mark.trainee)
    return tuple(found)


def called(marks: Iterable[Mark], names: Mapping[str, str]) -> tuple[Mark, ...]:
    """The marks with raters and trainees called otherwise; who is not in ``names`` stays.

    So are responses that are called after their trainee.
    """
    return tuple(
        replace(
            mark,
            response=response_called(mark, names),
            rater=names.get(mark.rater, mark.rater),
            trainee=_trainee(mark, names),
        )
        for mark in marks
    )


def response_called(mark: Mark, names: Mapping[str, str]) -> str:
    """A mark's response, which may be called after its trainee (see exchange.marks)."""
    who, code = mark.trainee, _trainee(mark, names)
    if not who or not code or who not in mark.response:
        return mark.response
    if mark.response == made_of(who, mark.vignette, mark.occasion):
        return made_of(code, mark.vignette, mark.occasion)
    return _whole(who).sub(lambda _found: code, mark.response)


@lru_cache(maxsize=4096)
def _whole(name: str) -> "re.Pattern[str]":
    """A name where it is no part of a longer word."""
    return re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])")


def _trainee(mark: Mark, names: Mapping[str, str]) -> str | None:
    return names.get(mark.trainee, mark.trainee) if mark.trainee else None


def save(source: Source, path: Path, *, with_names: bool) -> int:
    """Write the marks as CSV, by default with codes; returns the rows."""
    return write_marks(path, called(source.marks, source.names if with_names else source.codes))


def save_text(text: str, path: Path) -> None:
    """Write a table that is text already. KnownError: it cannot be written there."""
    write_text(text, path)


def _several_roles(given: Iterable[Given]) -> frozenset[str]:
    """Raters among raters who also gave ratings in another role."""
    roles: dict[str, set[str]] = {}
    for one in given:
        roles.setdefault(one.rater_id, set()).add(one.role)
    return frozenset(rater for rater, of in roles.items() if len(of) > 1)


def _rater(given: Given, several: frozenset[str]) -> str:
    """A rater in another role is another rater: a table has one score a rater, response, item."""
    if given.role == SUPERVISOR or given.rater_id not in several:
        return given.rater_id
    return f"{given.rater_id} ({given.role})"


def _vignettes(given: Iterable[Given]) -> "_Vignettes":
    packs: dict[str, set[str]] = {}
    turns: dict[tuple[str, str], set[str]] = {}
    for one in given:
        if one.vignette is not None:
            packs.setdefault(one.vignette, set()).add(one.pack or "")
            turns.setdefault((one.pack or "", one.vignette), set()).add(one.turn or "")
    return _Vignettes(packs, turns)


@dataclass(frozen=True, slots=True)
class _Vignettes:
    """What a vignette is called: as short as tells it from the others."""

    packs: Mapping[str, set[str]]
    turns: Mapping[tuple[str, str], set[str]]

    def __call__(self, one: Given) -> str | None:
        if one.vignette is None:
            return None
        pack = one.pack or ""
        name = f"{pack}/{one.vignette}" if len(self.packs[one.vignette]) > 1 else one.vignette
        return f"{name}/{one.turn}" if len(self.turns[pack, one.vignette]) > 1 else name


def _called(
    log: Log, given: Iterable[Given], several: frozenset[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What to call everybody: by name, two of one name told apart, and by code."""
    every = tuple(given)
    known = {person.id: person.name for person in people.people(log)}
    inside = {one.rater_id for one in every} | {one.person_id for one in every if one.person_id}
    # Codes go by when somebody came to the log, so that they stay when others come.
    order = [*known, *sorted(inside - set(known))]
    codes = _codes(order)
    names: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for person in (one for one in order if one in inside):
        name = known.get(person, codes[person])
        alike[name] += 1
        names[person] = name if alike[name] == 1 else f"{name} #{alike[name]}"
    for one in every:
        rater = _rater(one, several)
        if rater != one.rater_id:
            codes[rater] = f"{codes[one.rater_id]} ({one.role})"
            names[rater] = f"{names[one.rater_id]} ({one.role})"
    return names, {who: code for who, code in codes.items() if who in names}


def _codes(order: Sequence[str]) -> dict[str, str]:
    return {person: f"P{number}" for number, person in enumerate(order, start=1)}
