"""A rater's judgement of one response, and the rules it must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.errors import KnownError
from trainer.domain.rubric import Rubric, RubricRef

ROLES = ("self", "supervisor", "reference")


@dataclass(frozen=True, slots=True)
class Rating:
    """Scores on every item of one rubric (None: not applicable). Locked once it exists.

    A correction is a new rating whose ``supersedes`` names the old one. ``before_feedback`` is
    true when nothing about the response had been shown to the rater.
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
