"""Puts what others gave into a log, as the rating workbench does. No test is in here."""

from datetime import timedelta

from trainer.domain.ids import new_id
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.response import Response
from trainer.domain.rounds import Comment
from trainer.domain.rubric import Rubric
from trainer.store import comments, ratings
from trainer.store.db import Log


def by_other(
    log: Log,
    response: Response,
    rubric: Rubric,
    rater_id: str,
    *scores: float | None,
    of: tuple[Rating, ...] = (),
    blind: bool | None = True,
    role: str = SUPERVISOR,
    supersedes: Rating | None = None,
) -> Rating:
    """Lock a rating by somebody else; with ``of``, what those agreed on."""
    given = {item.id: score for item, score in zip(rubric.items, scores, strict=True)}
    rating = Rating(
        new_id(), response.id, rater_id, CONSENSUS if of else role, rubric.ref, given,
        before_feedback=True, locked_at=response.started_at + timedelta(days=2, minutes=len(of)),
        supersedes=supersedes.id if supersedes else None, blind=None if of else blind,
        of=tuple(sorted(one.id for one in of)),
    )  # fmt: skip
    ratings.add_rating(log, rating)
    return rating


def said(
    log: Log, response: Response, rater_id: str, at_s: float, text: str, marker: str = ""
) -> Comment:
    """Keep what somebody else said of a moment."""
    made = Comment(
        new_id(), response.id, rater_id, at_s, text, marker, response.started_at + timedelta(days=2)
    )
    comments.add_comment(log, made)
    return made
