from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store import made
from trainer.domain.consensus import grounds
from trainer.domain.errors import KnownError
from trainer.domain.response import Response
from trainer.store import put_away, ratings, rounds
from trainer.store.db import Log


@pytest.fixture
def response(log: Log) -> Response:
    return made.recorded(log, made.plan(made.begun(log)))


def test_come_back_whole_in_order_with_the_items_as_given(log: Log, response: Response) -> None:
    first = made.rating(response.id, scores={"warmth": 3.0, "repair": None, "a": 2.5})
    second = made.rating(response.id, "elsewhere", role="supervisor", at=made.later(1))
    assert ratings.add_rating(log, second)
    assert ratings.add_rating(log, first)
    assert ratings.ratings_of(log, response.id) == (first, second)
    assert list(ratings.ratings_of(log, response.id)[0].scores) == ["warmth", "repair", "a"]
    assert ratings.ratings_of(log, "none") == ()


def test_a_correction_stands_and_the_old_one_is_kept(log: Log, response: Response) -> None:
    old = made.rating(response.id)
    new = made.rating(response.id, supersedes=old.id, scores={"warmth": 1.0}, at=made.later(1))
    other = made.rating(response.id, "else", role="supervisor", at=made.later(2))
    for rating in (old, new, other):
        ratings.add_rating(log, rating)
    every = ratings.ratings_of(log, response.id)
    assert every == (old, new, other)
    assert ratings.standing(every) == (new, other)


def test_what_is_locked_last_is_the_newest_also_when_the_clock_was_set_back(
    log: Log, response: Response
) -> None:
    of = replace(made.round_of(response.id, rater_id="a"), began_at=made.later(9))
    rounds.add_round(log, of)
    kept = [
        ratings.lock_rating(log, replace(made.rating(response.id, "a", role="supervisor",
                                 at=made.later(minutes)), round_id=of.id))
        for minutes in (5, 11, 3)
    ]  # fmt: skip
    assert ratings.ratings_of(log, response.id) == tuple(kept)
    tick = timedelta(microseconds=1)
    assert [one.locked_at for one in kept] == [made.later(9) + tick, made.later(11),
                                               made.later(11) + tick]  # fmt: skip
    assert grounds(kept, kept[0].rubric) == (kept[-1],)
    assert rounds.last_at(log, "a") == kept[-1].locked_at  # the next round begins after it
    assert rounds.last_at(log, "b") is None
    for minutes, away in ((20, True), (15, False)):
        put_away.add_move(log, of.id, made.later(minutes), away=away)
        assert put_away.is_away(log, of.id) is away


def test_the_same_rating_twice_changes_nothing(log: Log, response: Response) -> None:
    rating = made.rating(response.id)
    assert ratings.add_rating(log, rating)
    assert not ratings.add_rating(log, rating)
    with pytest.raises(KnownError, match="A different rating"):
        ratings.add_rating(log, replace(rating, scores={"warmth": 5.0}))
    assert ratings.ratings_of(log, response.id) == (rating,)


def test_what_may_be_corrected(log: Log, response: Response) -> None:
    other = made.recorded(log, made.plan(made.begun(log)))
    old = made.rating(response.id)
    ratings.add_rating(log, old)
    for wrong, told in (
        (made.rating(response.id, supersedes="none"), "is not in this log"),
        (made.rating(other.id, supersedes=old.id), "of another response or rater"),
        (made.rating(response.id, "else", supersedes=old.id), "of another response or rater"),
    ):
        with pytest.raises(KnownError, match=told):
            ratings.add_rating(log, wrong)
    ratings.add_rating(log, made.rating(response.id, supersedes=old.id))
    with pytest.raises(KnownError, match="corrected already"):
        ratings.add_rating(log, made.rating(response.id, supersedes=old.id))
    assert len(ratings.ratings_of(log, response.id)) == 2


def test_what_may_be_rated(log: Log, response: Response) -> None:
    with pytest.raises(KnownError, match="is not in this log"):
        ratings.add_rating(log, made.rating("none"))
    with pytest.raises(ValueError, match="no such role"):
        ratings.add_rating(log, made.rating(response.id, role="boss"))
