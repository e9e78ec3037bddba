"""Rating others: what one rater hears, in which order, and what is said of moments in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef

# Live: what people said, rated for them; ungated: the same, begun on purpose by a rater who had not
# passed the gate. Calibration: to learn, each reference told after its rating; gate: none is told.
LIVE, UNGATED, CALIBRATION, GATE = "live", "ungated", "calibration", "gate"
KINDS = (LIVE, UNGATED, CALIBRATION, GATE)
LIVES = (LIVE, UNGATED)
# What can be heard in a response, to be marked at its moment: what repairs, then what does not.
# In our own words, from what experts agree to do in the moment (Eubanks, Burckell & Goldfried 2018)
# and its opposites; a mark is no score.
REPAIRING = (
    "validates", "explores-now", "owns-part", "names-the-moment", "speaks-of-us", "invites-more",
    "stays-with-feeling",
)  # fmt: skip
HINDERING = (
    "explains", "defends", "reassures", "advises", "changes-subject", "passes-over",
    "turns-it-back",
)  # fmt: skip
MARKERS = REPAIRING + HINDERING
# Comments with such a marker are of no moment: they say what a response is a reference for, and why
# it was rated so (``app.references``).
OF_REFERENCE = "reference:"
# So does one with this and a reference's rating: it is withdrawn, by whoever made the comment.
WITHDRAWN = f"{OF_REFERENCE}withdrawn:"
# Nor is one with this: it says why raters agreed as they did (``app.consensus``), among themselves.
WHY_AGREED = "consensus:why"
# Nor with this: the rater was shown what others gave, so that what they rate of it from then on is
# not blind.
SEEN_OTHERS = "others:seen"
OF_NO_MOMENT = (WHY_AGREED, SEEN_OTHERS)
MARKER_WORDS = {
    "validates": "says that what the client feels makes sense",
    "explores-now": "asks what is happening now",
    "owns-part": "owns a part in it",
    "names-the-moment": "names what just happened",
    "speaks-of-us": "speaks of the two of them",
    "invites-more": "invites the client to say more",
    "stays-with-feeling": "stays with the feeling",
    "explains": "explains",
    "defends": "defends",
    "reassures": "reassures",
    "advises": "advises",
    "changes-subject": "changes the subject",
    "passes-over": "passes over it",
    "turns-it-back": "turns it back on the client",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A response that is rated here and was given elsewhere; its sound stays where it lies.

    ``response_id`` is its id in the log it comes from, or one made from its bytes. ``place`` is
    where the sound was when it was last found; ``sha256`` knows it again. ``vignette`` is None
    where nobody says which client it answers, ``person_id`` where nobody says whose it is. Times in
    seconds of the file; ``stimulus_end_s`` is where the client ended in it.
    """

    response_id: str
    sha256: str
    place: str
    vignette: VignetteRef | None
    turn: str | None
    person_id: str | None
    duration_s: float | None
    stimulus_end_s: float | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """One response in a round. ``reference`` ones are known, and the rater is not told which."""

    response_id: str
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What one rater set out to rate, in the order in which it is heard; it never changes."""

    id: str
    rater_id: str
    kind: str
    title: str
    rubric: RubricRef
    places: tuple[Place, ...]
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What a rater says of a moment (seconds of the response's file), with a marker or without.

    ``marker`` is one of ``MARKERS`` or ``OF_NO_MOMENT``, empty, or begins with ``OF_REFERENCE``. A
    comment that ``supersedes`` another stands in its place; one without words or marker takes it
    back.
    """

    id: str
    response_id: str
    rater_id: str
    at_s: float
    text: str
    marker: str
    made_at: datetime
    supersedes: str | None = None

    @property
    def taken_back(self) -> bool:
        """Whether it only says that the one before does not stand."""
        return not self.text and not self.marker


def standing(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """The comments that stand, in the order of their moments."""
    every = tuple(comments)
    gone = {one.supersedes for one in every}
    return tuple(
        sorted(
            (
                one
                for one in every
                if one.id not in gone
                and not one.taken_back
                and not one.marker.startswith(OF_REFERENCE)
                and one.marker not in OF_NO_MOMENT
            ),
            key=lambda one: (one.at_s, one.made_at),
        )
    )
