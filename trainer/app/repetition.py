"""What belongs to one repetition of a practice and is gone with the next one."""

from dataclasses import dataclass, field
from pathlib import Path

from trainer.domain.rating import Rating
from trainer.domain.response import Response, TakePlan
from trainer.media.ports import Moment


@dataclass(slots=True)
class Repetition:
    """The present repetition; seconds are of the practice's clock, unless said otherwise."""

    plan: TakePlan | None = None
    file: Path | None = None
    started_s: float = 0.0  # when the client began, on the practice's clock
    answering_s: float = 0.0  # when the answer could begin
    stimulus_end: Moment | None = None
    stimulus_in_take: Moment | None = None
    stopped_at_s: float | None = None  # where in the clip, if the client was stopped
    ended_by: str = ""  # said to be over: the take is closed a moment later
    closes_s: float | None = None
    scores: dict[str, float | None] = field(default_factory=dict)
    response: Response | None = None
    rating: Rating | None = None
    locking: bool = False  # asked for; the log has not answered yet
