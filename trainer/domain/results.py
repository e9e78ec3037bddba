"""What goes back to a trainee: what raters gave to their responses, raters by code alone."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from trainer.domain.assignment import CODE
from trainer.domain.document import Document, plain
from trainer.domain.errors import KnownError
from trainer.domain.rating import CONSENSUS, SUPERVISOR
from trainer.domain.rounds import MARKERS
from trainer.domain.rubric import RubricRef
from trainer.domain.share import (
    MOST_S,
    MOST_SCORES,
    MOST_WORDS,
    Admitted,
    check_counts,
    read_admitted,
)

MOST_RESPONSES, MOST_OF_ONE, MOST_RATERS, MOST_RUBRICS = 10_000, 5000, 1000, 100
# What names a rating, a comment or a rater in it is made from their id, and leads nobody to it.
MARK = re.compile(r"[0-9a-f]{32}")
_RATER = re.compile(r"R[1-9][0-9]{0,5}")
_READS = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_MOST_TEXT = 120


@dataclass(frozen=True, slots=True)
class CodedRater:
    """A rater by code (R1, R2, ...); ``id`` knows them again in the program's next file.

    ``since`` is when they came to the program: with it all laptops write the same of them.
    """

    id: str
    code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class GivenBack:
    """One rating that stands; fields as of a ``Rating``. ``rater`` is empty for a consensus."""

    id: str
    rater: str
    role: str
    rubric: RubricRef
    scores: dict[str, float | None]
    before_feedback: bool
    blind: bool | None
    locked_at: datetime
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidBack:
    """What was said of a moment; fields as of a ``Comment``. What was taken back has no words."""

    id: str
    rater: str
    at_s: float
    text: str
    marker: str
    made_at: datetime
    supersedes: str | None


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """A response to an assignment (ids), with what was given to it, oldest first.

    ``was`` are ratings (ids) that the sender knows and that do not stand any more.
    """

    assignment: str
    response: str
    ratings: tuple[GivenBack, ...]
    comments: tuple[SaidBack, ...]
    was: tuple[str, ...] = ()

    @property
    def said(self) -> frozenset[str]:
        """The ids of all that it tells."""
        return frozenset(_ids(self))

    @property
    def raters(self) -> frozenset[str]:
        """The ids of all who gave or said something."""
        gave = {one.rater for one in self.ratings if one.rater}
        return frozenset(gave | {one.rater for one in self.comments})


@dataclass(frozen=True, slots=True)
class RubricBack:
    """A rubric that is rated on, and what it admits."""

    ref: RubricRef
    admitted: Admitted


@dataclass(frozen=True, slots=True)
class Results:
    """All that goes back to whoever has ``code``; ``to`` is the key that they read by."""

    program: str
    to: str
    code: str
    raters: tuple[CodedRater, ...]
    rubrics: tuple[RubricBack, ...]
    answers: tuple[RatedAnswer, ...]


def as_document(one: Results) -> dict[str, Any]:
    """Results as JSON has them."""
    found: dict[str, Any] = plain(asdict(one))
    return found


def read_results(found: object) -> Results:
    """Results from JSON that anybody may have written; KnownError names the first fault."""
    doc = Document(found, "file of results")
    one = Results(
        doc.text("program", _MOST_TEXT), doc.matching("to", _READS), doc.matching("code", CODE),
        tuple(_rater(Document(o, "rater")) for o in doc.several("raters", MOST_RATERS)),
        tuple(_rubric(o) for o in doc.several("rubrics", MOST_RUBRICS)),
        tuple(_answer(Document(o, "response")) for o in doc.several("answers", MOST_RESPONSES)),
    )  # fmt: skip
    check_size(one)
    _once(doc, "raters", (rater.id for rater in one.raters))
    _once(doc, "answers", (answer.response for answer in one.answers))
    _once(doc, "answers", (said for answer in one.answers for said in _ids(answer)))
    known = {rater.id for rater in one.raters}
    for answer in one.answers:
        if not answer.raters <= known:
            raise doc.fault("answers", "something is by nobody who is in it")
        rated = {rating.id for rating in answer.ratings}
        if not answer.ratings or any(not set(each.of) <= rated for each in answer.ratings):
            raise doc.fault("answers", "a rating that there should be is missing")
    return one


def check_size(one: Results) -> None:
    """KnownError when there is more in it than one file may hold."""
    check_counts(
        sum(len(each.ratings) + len(each.comments) for each in one.answers),
        sum(len(each.was) for each in one.answers)
        + sum(len(o.scores) + len(o.of) for each in one.answers for o in each.ratings),
    )


def check_scores(one: Results, own: dict[RubricRef, Admitted]) -> None:
    """KnownError unless all scores are as their rubrics ask: as ``own`` has them, where it does."""
    stated = {each.ref: each.admitted for each in one.rubrics} | own
    for answer in one.answers:
        for rating in answer.ratings:
            if rating.rubric not in stated:
                raise KnownError(f"its rubric is not in it: {rating.rubric.rubric}", "")
            stated[rating.rubric].check(rating.scores)


def _ids(answer: RatedAnswer) -> list[str]:
    return [*(one.id for one in answer.ratings), *(one.id for one in answer.comments)]


def _once(doc: Document, field: str, names: Iterable[str]) -> None:
    every = list(names)
    if len(set(every)) != len(every):
        raise doc.fault(field, "one is there twice")


def _rater(doc: Document) -> CodedRater:
    return CodedRater(doc.matching("id", MARK), doc.matching("code", _RATER), doc.time("since"))


def _rubric(found: object) -> RubricBack:
    doc = Document(found, "rubric")
    doc.inner("admitted")
    admitted = found["admitted"] if isinstance(found, dict) else None
    return RubricBack(doc.rubric("ref"), read_admitted(admitted))


def _answer(doc: Document) -> RatedAnswer:
    return RatedAnswer(
        doc.matching("assignment"), doc.matching("response"),
        tuple(_rating(Document(o, "rating")) for o in doc.several("ratings", MOST_OF_ONE)),
        tuple(_comment(Document(o, "comment")) for o in doc.several("comments", MOST_OF_ONE)),
        doc.names("was", MARK, MOST_SCORES),
    )  # fmt: skip


def _rating(doc: Document) -> GivenBack:
    role = doc.matching("role")
    if role not in (SUPERVISOR, CONSENSUS):
        raise doc.fault("role", "it is nobody else's judgement")
    of = tuple(str(one) for one in doc.several("of", MOST_OF_ONE))
    agreed = role == CONSENSUS
    if agreed != bool(of):
        raise doc.fault("of", "a consensus, and nothing else, rests on ratings")
    return GivenBack(
        doc.matching("id", MARK), "" if agreed else doc.matching("rater", MARK), role,
        doc.rubric("rubric"), doc.scores("scores"), doc.flag("before_feedback"),
        doc.flag_or_none("blind"), doc.time("locked_at"), tuple(sorted(of)),
    )  # fmt: skip


def _comment(doc: Document) -> SaidBack:
    marker = doc.text("marker", 40)
    if marker and marker not in MARKERS:
        raise doc.fault("marker", "it is none that can be heard")
    return SaidBack(
        doc.matching("id", MARK), doc.matching("rater", MARK), doc.number("at_s", MOST_S),
        doc.text("text", MOST_WORDS, lines=True), marker, doc.time("made_at"),
        doc.optional("supersedes", MARK),
    )  # fmt: skip
