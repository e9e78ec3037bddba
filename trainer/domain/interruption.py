"""What went on in a test: each client that began to speak, and each time something broke in."""

from dataclasses import dataclass
from datetime import datetime

from trainer.domain.vignette import VignetteRef

# What broke in: the person left, or closed the window; Attune or the computer stopped; the computer
# slept; the microphone was gone; the disk did not take it; the client could not be played. Deleted:
# the person deleted the response afterwards.
LEFT, STOPPED, ASLEEP, MICROPHONE = "left", "stopped", "asleep", "microphone"
DISK, CLIP, DELETED = "disk", "clip", "deleted"
WHATS = (LEFT, STOPPED, ASLEEP, MICROPHONE, DISK, CLIP, DELETED)
# Where in it: before anything was heard, while the client spoke, in the answer, afterwards.
BEFORE, CLIENT, ANSWER, AFTER = "before", "client", "answer", "after"
PHASES = (BEFORE, CLIENT, ANSWER, AFTER)

_WHAT = {
    LEFT: "left by the trainee",
    STOPPED: "Attune or the computer stopped",
    ASLEEP: "the computer slept",
    MICROPHONE: "the microphone was unplugged or gone",
    DISK: "the disk did not take it",
    CLIP: "the client could not be played",
    DELETED: "the trainee deleted the answer",
}
_WHERE = {
    BEFORE: "before the client spoke",
    CLIENT: "while the client spoke",
    ANSWER: "in the answer",
    AFTER: "afterwards",
}
NOT_AGAIN = "without an answer, and does not come again"


@dataclass(frozen=True, slots=True)
class Start:
    """A client of a test began to speak, the ``position``-th of the form; on the disk before."""

    id: str
    assignment_id: str
    person_id: str
    vignette: VignetteRef
    position: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Interruption:
    """Something broke in after a start: ``what``, and where (``phase``); see ``WHATS``, ``PHASES``.

    ``at`` is when; of what was found later (``STOPPED``) it is when the client began.
    """

    id: str
    start: Start
    what: str
    phase: str
    at: datetime


def in_words(one: Interruption, *, answered: bool) -> str:
    """One interruption for a line: the client, when, where in it, what it was, what comes of it.

    ``answered``: a response to this client is there.
    """
    day = f"{one.at.astimezone():%Y-%m-%d}"
    if answered:
        kept = "" if one.phase == AFTER else ", answer kept"
    else:
        kept = ", without an answer" if one.phase == BEFORE else f", {NOT_AGAIN}"
    said = f"{_WHERE[one.phase]} ({_WHAT[one.what]})"
    return f"{one.start.vignette.vignette} was interrupted on {day} {said}{kept}"
