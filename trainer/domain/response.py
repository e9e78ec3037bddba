"""What a person said to a client, and the recording that holds it."""

from dataclasses import dataclass
from datetime import datetime

from trainer.domain.consent import Consent
from trainer.domain.vignette import VignetteRef

ENDED_BY = ("person", "window", "interrupted")


@dataclass(frozen=True, slots=True)
class Person:
    """Who practises or rates. ``name`` may be initials; it stays on this machine."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting with one set. ``set_id`` is empty for a single vignette from the library."""

    id: str
    person_id: str
    pack: str
    set_id: str
    objective: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class TakePlan:
    """Everything known of a response before its first sample, kept beside the open recording.

    It outlives a crash: whoever finds the file knows whose it is and what it answers.
    """

    response_id: str
    person_id: str
    session_id: str
    vignette: VignetteRef
    turn: str
    attempt: int
    position: int
    started_at: datetime
    change_tried: str = ""
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a recording where sound is missing (seconds); ``kind`` is one of ``HOLES``.

    ``missing_s`` is how long nothing was heard, ``silence_s`` how much silence stands there for
    it: what lies after the hole stands too early by the difference. Where the microphone was only
    replaced by another one, both are 0.
    """

    kind: str
    at_s: float
    missing_s: float
    silence_s: float = 0.0


GAP, LOST, ASLEEP, MOVED, MUTED = "gap", "lost", "asleep", "moved", "muted"
# Sound came too late to be kept; the microphone was gone; the computer was suspended; from here on
# another microphone is heard, by which the system replaced it; the microphone was muted.
HOLES = (GAP, LOST, ASLEEP, MOVED, MUTED)


@dataclass(frozen=True, slots=True)
class Recording:
    """A closed sound file of the log. ``file`` is relative to the recordings folder (POSIX).

    ``holes`` are the places where sound is missing, in order, and ``gaps`` is how many there are.
    None: not known, for a recording that was not closed by the recorder itself; an older one may
    know ``gaps`` only.
    """

    id: str
    file: str
    sha256: str
    size_bytes: int
    duration_s: float
    sample_rate: int
    made_at: datetime
    gaps: int | None = None
    holes: tuple[Hole, ...] | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """The film of a recording, without a sound of its own. ``file`` as of ``Recording``.

    ``starts_s`` is where in the recording its first picture lies, and ``starts_error_s`` how far
    that may be off (seconds, half-width); both None when it is not known. Sizes in pixels.
    """

    recording_id: str
    file: str
    sha256: str
    size_bytes: int
    duration_s: float
    width: int
    height: int
    starts_s: float | None
    starts_error_s: float | None


@dataclass(frozen=True, slots=True)
class Response:
    """One attempt at answering one turn.

    ``stimulus_end_s`` is the place in the recording where the client's sound truly ended, and
    ``stimulus_end_error_s`` how far that may be off (seconds, half-width). Both are None when it
    is not known (an imported or repaired take). ``stopped_at_s`` is where in the clip the person
    stopped the client to answer; None when the client was heard to the end, or when it is not
    known (as above). ``change_tried`` is what the person set out to do differently; empty for a
    first attempt.
    """

    id: str
    person_id: str
    session_id: str
    vignette: VignetteRef
    turn: str
    attempt: int
    position: int
    started_at: datetime
    ended_by: str
    recording: Recording
    stimulus_end_s: float | None
    stimulus_end_error_s: float | None
    change_tried: str = ""
    stopped_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """What the person said of a set afterwards: how hard it felt (empty: not said), one line."""

    session_id: str
    felt: str
    reflection: str
    ended_at: datetime


FELT = ("too-easy", "right", "too-hard")


@dataclass(frozen=True, slots=True)
class Note:
    """What the person made of the feedback on one response (the newest of a response counts)."""

    id: str
    response_id: str
    change_next: str
    hooked: bool | None
    criteria_met: tuple[int, ...]
    made_at: datetime
