"""Raters who rate the responses of a log, by the app's own rounds. No test is in here."""

from collections.abc import Mapping

from trainer.app import queue, rounds
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.domain.rating import Rating
from trainer.domain.rounds import Round
from trainer.domain.rubric import Rubric
from trainer.store.db import Log

Scores = tuple[float | None, ...]


def begin(
    log: Log, home: Home, library: Library, rubric: Rubric, rater: str, only: set[str] | None = None
) -> Round:
    """A rater sets out to rate everybody's responses, or only these."""
    found = queue.own(log, home, library, rater)
    chosen = [one for one in found if only is None or one.response_id in only]
    return rounds.begin(log, rater, "Spring", rubric, chosen).value


def lock(
    log: Log, of: Round, rubric: Rubric, response_id: str, scores: Scores, *, second: bool = False
) -> Rating:
    """Lock one rating of a round."""
    given: Mapping[str, float | None] = {
        item.id: score for item, score in zip(rubric.items, scores, strict=True)
    }
    return rounds.lock(log, of, rubric, response_id, rounds.Draft(dict(given), second)).value
