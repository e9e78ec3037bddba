"""Rating oneself in practice: every key is kept, and what is locked stays."""

import pytest

from tests.app.stage import Stage
from trainer.app import rate
from trainer.app.practice import State
from trainer.domain.errors import KnownError
from trainer.store import drafts, ratings


def test_scores_follow_the_rules_of_the_rubric(stage: Stage) -> None:
    stage.answer()
    practice = stage.practice
    for wrong in (0, 6, 2.5):
        with pytest.raises(KnownError, match=r"Warmth cannot be rated"):
            practice.score("warmth", wrong)
    with pytest.raises(KnownError, match="Warmth always applies"):
        practice.score("warmth", None)
    assert practice.scores == {}
    practice.score("repair", None)
    practice.score("warmth", 4)
    practice.score("warmth", 2)
    assert practice.scores == {"repair": None, "warmth": 2}
    practice.clear("repair")
    practice.clear("repair")
    assert practice.scores == {"warmth": 2}


def test_the_scores_that_are_shown_are_a_copy(stage: Stage) -> None:
    stage.answer()
    stage.practice.scores["warmth"] = 5
    assert stage.practice.scores == {}


def test_an_incomplete_rating_is_not_locked_and_says_what_is_missing(stage: Stage) -> None:
    stage.answer()
    stage.practice.score("warmth", 3)
    with pytest.raises(KnownError, match="Not rated yet: Repair, Metacommunication"):
        stage.practice.lock()
    assert stage.practice.state is State.REVIEWING
    assert ratings.ratings_of(stage.log, stage.responses()[0].id) == ()


def test_the_self_rating_is_locked_before_any_feedback_and_then_stays(stage: Stage) -> None:
    stage.answer()
    stage.score_all(4, None, 2)
    stage.practice.lock()
    (kept,) = ratings.ratings_of(stage.log, stage.responses()[0].id)
    assert kept == stage.practice.rating
    assert (kept.role, kept.before_feedback, kept.rater_id) == ("self", True, stage.person.id)
    assert dict(kept.scores) == {"warmth": 4, "repair": None, "metacommunication": 2}
    assert kept.rubric == stage.rubric.ref
    assert stage.practice.state is State.RATED
    for late in (lambda: stage.practice.score("warmth", 1), stage.practice.lock):
        with pytest.raises(RuntimeError, match="practice is rated"):
            late()


def test_pressing_lock_twice_makes_one_rating(stage: Stage) -> None:
    runner = stage.late()
    stage.answer()
    stage.score_all()
    stage.practice.lock()
    stage.practice.lock()
    runner.land()
    assert len(ratings.ratings_of(stage.log, stage.responses()[0].id)) == 1
    assert stage.practice.state is State.RATED


def test_a_score_pressed_after_lock_changes_nothing(stage: Stage) -> None:
    runner = stage.late()
    stage.answer()
    stage.score_all(4, 3, 2)
    stage.practice.lock()
    stage.practice.score("warmth", 1)
    runner.land()
    assert stage.practice.rating is not None
    assert stage.practice.rating.scores["warmth"] == 4
    assert stage.practice.scores["warmth"] == 4
    assert drafts.draft(stage.log, f"self-rating:{stage.responses()[0].id}") is None


def test_every_key_of_a_rating_is_kept_and_found_again_later(stage: Stage) -> None:
    stage.answer()
    response_id = stage.responses()[0].id

    def found() -> dict[str, float | None]:
        return rate.unrated(stage.log, stage.library, response_id, stage.rubric.id).scores

    assert found() == {}
    stage.practice.score("warmth", 4)
    assert found() == {"warmth": 4}
    stage.practice.score("repair", None)
    assert found() == {"warmth": 4, "repair": None}
    stage.practice.clear("warmth")
    assert found() == {"repair": None}
    stage.practice.leave()
    assert found() == {"repair": None}
