"""What travels to a rater, and what comes back: responses by codes that tell nothing of them."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from trainer.domain.document import Document, plain
from trainer.domain.errors import KnownError
from trainer.domain.rating import check_complete
from trainer.domain.rounds import LIVES, MARKERS
from trainer.domain.rubric import Item, Rubric, RubricRef, Scale
from trainer.domain.vignette import VignetteRef

MOST_RESPONSES, MOST_S, MOST_WORDS = 5_000, 86_400.0, 5000
# What one file may hold, so that any is taken in or refused within seconds: ratings and comments;
# scores, and places in rounds.
MOST_GIVEN, MOST_SCORES = 15_000, 100_000
_MOST_ITEMS = 100
# Drawn by chance (UUID, version 4): unlike the ids in a log it does not tell when it was made.
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_READS = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_SIGNS = re.compile(r"[A-Za-z0-9+/]{43}=")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_TEXT = 120


@dataclass(frozen=True, slots=True)
class SharedFilm:
    """The film of a response; ``starts_s`` is where in its sound it begins (s)."""

    starts_s: float
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class SharedItem:
    """One response as a rater gets it, with the SHA-256 (hex) of its sound.

    Times are seconds of the sound, as of a ``Candidate``. ``keep_until`` is the last day on which
    it may be kept; all of a share have the same one, so that none tells when it was given.
    """

    code: str
    sha256: str
    vignette: VignetteRef
    turn: str
    duration_s: float
    stimulus_end_s: float | None
    stopped_at_s: float | None
    film: SharedFilm | None
    keep_until: date | None = None

    @property
    def sound_name(self) -> str:
        """What its sound is called."""
        return f"{self.code}.flac"

    @property
    def film_name(self) -> str:
        """What its film is called."""
        return f"{self.code}.mkv"


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What a share says of itself. ``read_by`` and ``signs_as`` are the program's public keys,
    ``to`` the rater's that reads.
    """

    program: str
    to: str
    due_at: datetime | None
    rubric: RubricRef
    read_by: str
    signs_as: str


@dataclass(frozen=True, slots=True)
class Share(ShareFacts):
    """What one rater is given."""

    items: tuple[SharedItem, ...]


def as_document(share: Share) -> dict[str, Any]:
    """A share as JSON has it."""
    due = None if share.due_at is None else share.due_at.isoformat()
    return {**asdict(share), "due_at": due, "items": [as_item(one) for one in share.items]}


def check_items(count: int, rater: str) -> None:
    """KnownError when these are more responses than one share may hold."""
    if count > MOST_RESPONSES:
        raise KnownError(
            f"{count} responses for {rater} are more than the {MOST_RESPONSES} of one share",
            "Name more raters, or share fewer assignments at a time.",
        )


def as_item(one: SharedItem) -> dict[str, Any]:
    """One response of a share as JSON has it."""
    return {**asdict(one), "keep_until": one.keep_until and one.keep_until.isoformat()}


def read_share(found: object) -> Share:
    """A share from JSON that anybody may have written; KnownError names the first fault."""
    facts, doc = read_facts(found), Document(found, "share")
    items = tuple(read_item(one) for one in doc.several("items", MOST_RESPONSES))
    if not items or len({one.code for one in items}) != len(items):
        raise doc.fault("items", "each response is wanted once")
    return Share(
        facts.program, facts.to, facts.due_at, facts.rubric, facts.read_by, facts.signs_as, items
    )


def read_facts(found: object) -> ShareFacts:
    """What a share says of itself; KnownError as ``read_share``."""
    doc = Document(found, "share")
    return ShareFacts(
        doc.text("program", _MOST_TEXT), doc.matching("to", _READS), doc.time_or_none("due_at"),
        doc.rubric("rubric"), doc.matching("read_by", _READS), doc.matching("signs_as", _SIGNS),
    )  # fmt: skip


def read_item(found: object) -> SharedItem:
    """One response of a share; KnownError as ``read_share``."""
    doc = Document(found, "share")
    film, until = doc.inner_or_none("film"), doc.optional("keep_until", _DAY)
    return SharedItem(
        doc.matching("code", CODE), doc.matching("sha256", _SHA256),
        doc.vignette("vignette"), doc.matching("turn"),
        doc.number("duration_s", MOST_S), doc.number_or_none("stimulus_end_s", MOST_S),
        doc.number_or_none("stopped_at_s", MOST_S),
        None if film is None else SharedFilm(
            film.number("starts_s", MOST_S), film.number_or_none("duration_s", MOST_S)
        ),
        None if until is None else _day(doc, until),
    )  # fmt: skip


def _day(doc: Document, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise doc.fault("keep_until", "a day is wanted") from error


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a rubric admits: kept with a share, so that ratings are checked without the library."""

    scale: Scale
    not_applicable: dict[str, bool]

    def check(self, scores: dict[str, float | None]) -> None:
        """KnownError unless these are admissible scores of each item and of nothing else."""
        if strange := sorted(set(scores) - set(self.not_applicable)):
            raise KnownError(f"There is no item {strange[0]} in the rubric", "")
        items = tuple(
            Item(name, name, "", may, {}, (), (), "", "")
            for name, may in self.not_applicable.items()
        )
        ref = RubricRef("", "", 0)
        check_complete(Rubric(ref, "", "", "", self.scale, items, (), ""), scores)


def admitted(rubric: Rubric) -> Admitted:
    """What this rubric admits."""
    return Admitted(rubric.scale, {item.id: item.not_applicable for item in rubric.items})


def read_admitted(found: object) -> Admitted:
    """The same from JSON."""
    doc = Document(found, "share")
    scale, items = doc.inner("scale"), doc.inner("not_applicable")
    names = [str(one) for one in found["not_applicable"]] if isinstance(found, dict) else []
    if len(names) > _MOST_ITEMS:
        raise doc.fault("not_applicable", f"a rubric has {_MOST_ITEMS} items at most")
    return Admitted(
        Scale(scale.whole("min", 100), scale.whole("max", 100), scale.flag("half_points")),
        {name: items.flag(name) for name in names},
    )


@dataclass(frozen=True, slots=True)
class Attest:
    """The newest gate of a rater on the rubric: whether it was passed, when, on how many
    references, the share of ratings within one point, and ICC(A,1) with its lower 95 % limit.
    """

    passed: bool
    at: datetime
    references: int
    within: float | None
    icc: float | None
    icc_low: float | None


@dataclass(frozen=True, slots=True)
class SentRound:
    """A round in which responses of a share were rated: their codes in its order."""

    id: str
    kind: str
    began_at: datetime
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentRating:
    """One rating, also one that was corrected since; fields as of a ``Rating``."""

    id: str
    code: str
    scores: dict[str, float | None]
    before_feedback: bool
    blind: bool
    locked_at: datetime
    supersedes: str | None
    round_id: str
    beyond_s: float | None
    second_opinion: bool


@dataclass(frozen=True, slots=True)
class SentComment:
    """What was said of a moment; fields as of a ``Comment``."""

    id: str
    code: str
    at_s: float
    text: str
    marker: str
    made_at: datetime
    supersedes: str | None


@dataclass(frozen=True, slots=True)
class Returned:
    """All that a rater has given on a share so far, oldest first. ``to`` is the program's key.

    ``rater`` is the same in each file of one person on this share, and tells nothing of them; None
    in files of earlier versions.
    """

    share_id: str
    to: str
    rubric: RubricRef
    gate: Attest | None
    rounds: tuple[SentRound, ...]
    ratings: tuple[SentRating, ...]
    comments: tuple[SentComment, ...]
    rater: str | None = None


def as_returned(one: Returned) -> dict[str, Any]:
    """Ratings on a share as JSON has them."""
    found: dict[str, Any] = plain(asdict(one))
    return found


def read_returned(found: object) -> Returned:
    """Ratings from JSON that anybody may have written; KnownError names the first fault."""
    doc = Document(found, "file of ratings")
    gate = doc.inner_or_none("gate")
    one = Returned(
        doc.matching("share_id"), doc.matching("to", _READS), doc.rubric("rubric"),
        None if gate is None else read_attest(gate),
        tuple(_round(Document(o, "round")) for o in doc.several("rounds", 1000)),
        tuple(_rating(Document(o, "rating")) for o in doc.several("ratings", MOST_GIVEN)),
        tuple(_comment(Document(o, "comment")) for o in doc.several("comments", MOST_GIVEN)),
        doc.optional("rater", _SHA256),
    )  # fmt: skip
    check_size(one)
    known = {of.id for of in one.rounds}
    for name in ("rounds", "ratings", "comments"):
        ids = [each.id for each in getattr(one, name)]
        if len(set(ids)) != len(ids):
            raise doc.fault(name, "one is there twice")
    if any(given.round_id not in known for given in one.ratings):
        raise doc.fault("ratings", "one is of no round that is in it")
    return one


def check_size(one: Returned) -> None:
    """KnownError when there is more in it than one file may hold."""
    places = sum(len(of.codes) for of in one.rounds)
    check_counts(
        len(one.ratings) + len(one.comments), sum(len(o.scores) for o in one.ratings) + places
    )


def check_counts(given: int, scores: int) -> None:
    """KnownError when these are more ratings and comments, or more scores, than a file may hold."""
    for count, most, what in (
        (given, MOST_GIVEN, "ratings and comments"), (scores, MOST_SCORES, "scores"),
    ):  # fmt: skip
        if count > most:
            raise KnownError(
                f"{count} {what} are more than the {most} that one file may hold",
                "Let them come in several: fewer assignments together, or without comments.",
            )


def read_attest(doc: Document) -> Attest:
    """A gate as it was kept; KnownError as ``read_returned``."""
    return Attest(
        doc.flag("passed"), doc.time("at"), doc.whole("references", 10_000),
        doc.number_or_none("within", 1), doc.number_or_none("icc", 1),
        doc.number_or_none("icc_low", 1),
    )  # fmt: skip


def codes_in(one: Returned) -> frozenset[str]:
    """Every code that is named in it."""
    return frozenset(
        (
            *(code for of in one.rounds for code in of.codes),
            *(given.code for given in one.ratings),
            *(said.code for said in one.comments),
        )
    )


def _round(doc: Document) -> SentRound:
    codes = _codes(doc, doc.several("codes", MOST_RESPONSES))
    kind = doc.matching("kind")
    if kind not in LIVES:
        raise doc.fault("kind", "it is none in which others are rated")
    return SentRound(doc.matching("id"), kind, doc.time("began_at"), codes)


def _codes(doc: Document, found: Iterable[object]) -> tuple[str, ...]:
    codes = tuple(str(one) for one in found)
    if not all(CODE.fullmatch(one) for one in codes) or len(set(codes)) != len(codes):
        raise doc.fault("codes", "each response is wanted once")
    return codes


def _rating(doc: Document) -> SentRating:
    return SentRating(
        doc.matching("id"), doc.matching("code", CODE), doc.scores("scores"),
        doc.flag("before_feedback"), doc.flag("blind"), doc.time("locked_at"),
        doc.optional("supersedes"), doc.matching("round_id"),
        doc.number_or_none("beyond_s", 1e6), doc.flag("second_opinion"),
    )  # fmt: skip


def _comment(doc: Document) -> SentComment:
    marker = doc.text("marker", 40)
    if marker and marker not in MARKERS:
        raise doc.fault("marker", "it is none that can be heard")
    return SentComment(
        doc.matching("id"), doc.matching("code", CODE), doc.number("at_s", MOST_S),
        doc.text("text", MOST_WORDS, lines=True), marker, doc.time("made_at"),
        doc.optional("supersedes"),
    )  # fmt: skip
