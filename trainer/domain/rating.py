"""A rater's judgement of one response, and the rules it must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.errors import KnownError
from trainer.domain.rubric import Rubric, RubricRef

SELF, SUPERVISOR, REFERENCE = "self", "supervisor", "reference"
# Made while training to rate, and what two raters agreed on: neither is one more rater's judgement.
CALIBRATION, CONSENSUS = "calibration", "consensus"
ROLES = (SELF, SUPERVISOR, REFERENCE, CALIBRATION, CONSENSUS)


@dataclass(frozen=True, slots=True)
class Rating:
    """Scores on every item of one rubric (None: not applicable). Locked once it exists.

    A correction is a new rating whose ``supersedes`` names the old one. ``before_feedback`` is
    true when nothing about the response had been shown to the rater, and ``blind`` when neither
    name, date, order nor anybody's judgement was (None: nobody kept that in mind). ``round_id`` is
    the round it was made in, ``beyond_s`` how long it took beyond the sound itself (seconds).
    ``second_opinion`` asks for another rater. ``of`` are the ratings (ids, sorted) that a consensus
    rests on.
    """

    id: str
    response_id: str
    rater_id: str
    role: str
    rubric: RubricRef
    scores: Mapping[str, float | None]
    before_feedback: bool
    locked_at: datetime
    supersedes: str | None = None
    round_id: str | None = None
    blind: bool | None = None
    beyond_s: float | None = None
    second_opinion: bool = False
    of: tuple[str, ...] = ()


def missing_items(rubric: Rubric, scores: Mapping[str, float | None]) -> tuple[str, ...]:
    """Titles of the items that have no score yet, in the rubric's order."""
    return tuple(item.title for item in rubric.items if item.id not in scores)


def check_score(rubric: Rubric, item_id: str, score: float | None) -> None:
    """Raise KnownError unless ``score`` may be given on this item (None is N/A)."""
    item = rubric.item(item_id)
    if score is None:
        if not item.not_applicable:
            raise KnownError(f"{item.title} always applies", "Choose a score for it.")
    elif not rubric.scale.admits(score):
        scale = rubric.scale
        raise KnownError(
            f"{item.title} cannot be rated {score:g}",
            f"Choose a score from {scale.min} to {scale.max}.",
        )


def check_complete(rubric: Rubric, scores: Mapping[str, float | None]) -> None:
    """Raise KnownError unless every item of the rubric has an admissible score."""
    missing = missing_items(rubric, scores)
    if missing:
        raise KnownError(f"Not rated yet: {', '.join(missing)}", "Rate each item, then lock.")
    for item_id, score in scores.items():
        check_score(rubric, item_id, score)
