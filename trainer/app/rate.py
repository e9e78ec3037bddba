"""Locking a self-rating: before any feedback is shown, complete, and then for good."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainer.app.library import Library
from trainer.app.takes import sound_file
from trainer.app.work import Outcome
from trainer.domain.assignment import Assignment, read_document
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import Rating, check_complete
from trainer.domain.response import Response
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette
from trainer.store import drafts, ratings, responses, starts
from trainer.store.db import Log

__all__ = [
    "Unrated",
    "forget_draft",
    "keep_draft",
    "keep_rating",
    "self_rating",
    "sound_file",
    "unrated",
]


@dataclass(frozen=True, slots=True)
class Unrated:
    """A response without a self-rating, and the scores chosen so far (None: N/A).

    ``closed``: it is of a test, so that it is neither played nor shown afterwards.
    """

    response: Response
    vignette: Vignette | None
    rubric: Rubric
    scores: dict[str, float | None]
    closed: bool = False
    assignment: Assignment | None = None


def unrated(log: Log, library: Library, response_id: str, rubric_id: str) -> Unrated:
    """Read a response that waits for its self-rating, with its draft; KnownError if it is rated.

    What is asked for by an assignment is rated on the assignment's rubric.
    """
    response = responses.response(log, response_id)
    document = starts.assigned_to(log, response.session_id)
    asked = read_document(document) if document else None
    wanted = next((one for one in library.rubrics if asked and one.ref == asked.rubric), None)
    rubric = wanted or library.rubric(rubric_id)
    if any(r.role == "self" for r in ratings.ratings_of(log, response_id)):
        raise KnownError("This response is rated already", "Open it in the log.")
    draft = drafts.draft(log, _key(response_id)) or {}
    scores = draft.get("scores")
    known = {item.id for item in rubric.items}
    chosen = dict(scores) if isinstance(scores, dict) and set(scores) <= known else {}
    vignette = library.vignette(response.vignette.pack, response.vignette.vignette)
    return Unrated(response, vignette, rubric, chosen, starts.is_closed(log, response_id), asked)


def self_rating(of: Unrated, person_id: str) -> Rating:
    """The locked self-rating; KnownError when an item has no admissible score."""
    return new_self_rating(of.rubric, of.response.id, person_id, of.scores)


def new_self_rating(
    rubric: Rubric, response_id: str, person_id: str, scores: Mapping[str, float | None]
) -> Rating:
    """The locked self-rating of a response, made before any feedback; KnownError if incomplete."""
    check_complete(rubric, scores)
    return Rating(
        id=new_id(),
        response_id=response_id,
        rater_id=person_id,
        role="self",
        rubric=rubric.ref,
        scores=dict(scores),
        before_feedback=True,
        locked_at=local_now(),
    )


def keep_draft(log: Log, response_id: str, scores: Mapping[str, float | None]) -> None:
    """Keep what has been chosen so far, at every key."""
    drafts.save_draft(log, _key(response_id), {"scores": dict(scores)})


def forget_draft(log: Log, response_id: str) -> None:
    """Drop what was chosen for a response that does not come to be."""
    drafts.drop_draft(log, _key(response_id))


def keep_rating(log: Log, rating: Rating) -> Outcome[Rating]:
    """Add a locked self-rating and drop its draft, as one step."""
    with log.atomic(durable=True):
        ratings.add_rating(log, rating)
        drafts.drop_draft(log, _key(rating.response_id))
    return Outcome(rating, Changes.RATINGS)


def _key(response_id: str) -> str:
    return f"self-rating:{response_id}"
