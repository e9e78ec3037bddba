import sqlite3
from dataclasses import replace

import pytest

from tests.store import made
from trainer.domain import rounds as domain
from trainer.domain.errors import KnownError
from trainer.domain.response import Response
from trainer.store import comments, heard, ratings, rounds
from trainer.store.db import Log


@pytest.fixture
def response(log: Log) -> Response:
    return made.recorded(log, made.plan(made.begun(log)))


class TestHeard:
    def test_is_kept_once_and_only_its_place_may_change(self, log: Log) -> None:
        one = made.heard()
        assert heard.add_heard(log, one)
        assert not heard.add_heard(log, replace(one, place="/moved.wav", sha256="0" * 64))
        assert heard.find_heard(log, one.response_id) == replace(one, place="/moved.wav")
        assert heard.find_heard(log, "none") is None

    def test_of_a_mere_file_nothing_else_is_known(self, log: Log) -> None:
        one = replace(made.heard(), vignette=None, turn=None, stimulus_end_s=None)
        heard.add_heard(log, one)
        assert heard.find_heard(log, one.response_id) == one

    def test_can_be_rated_without_lying_here(self, log: Log) -> None:
        one = made.heard()
        rating = made.rating(one.response_id, "me", role="supervisor")
        with pytest.raises(KnownError, match="not in this log"):
            ratings.add_rating(log, rating)
        heard.add_heard(log, one)
        whole = replace(rating, blind=True, beyond_s=6.5, second_opinion=True)
        assert ratings.add_rating(log, whole)
        assert ratings.ratings_of(log, one.response_id) == (whole,)


class TestRounds:
    def test_keep_their_order_and_know_what_is_rated(self, log: Log, response: Response) -> None:
        one = made.heard()
        heard.add_heard(log, one)
        first = made.round_of(one.response_id, response.id, reference=one.response_id)
        second = replace(made.round_of(response.id), began_at=made.later(5))
        for each in (first, second):
            rounds.add_round(log, each)
        assert rounds.rounds_of(log, "me") == (second, first)
        assert rounds.round_of(log, first.id) == first
        assert rounds.rated_in(log, first.id) == frozenset()
        given = replace(made.rating(response.id, role="supervisor"), round_id=first.id)
        ratings.add_rating(log, given)
        assert rounds.rated_in(log, first.id) == {response.id}
        assert rounds.rated_in(log, second.id) == frozenset()

    def test_one_that_is_not_there_is_told(self, log: Log) -> None:
        with pytest.raises(KnownError, match="There is no round x"):
            rounds.round_of(log, "x")


class TestComments:
    def test_stand_by_their_moments_and_can_be_corrected_and_taken_back(
        self, log: Log, response: Response
    ) -> None:
        late = made.comment(response.id, "late", at_s=9.0)
        early = made.comment(response.id, "early", at_s=1.0, at=made.later(1))
        other = made.comment(response.id, "theirs", rater_id="you")
        better = made.comment(response.id, "better", at_s=9.0, supersedes=late.id, at=made.later(2))
        for one in (late, early, other, better):
            assert comments.add_comment(log, one)
        assert not comments.add_comment(log, late)
        assert comments.comments_of(log, response.id, "you") == (other,)
        mine = comments.comments_of(log, response.id, "me")
        assert domain.standing(mine) == (early, better)
        gone = made.comment(response.id, "", marker="", supersedes=better.id, at=made.later(3))
        comments.add_comment(log, gone)
        assert domain.standing(comments.comments_of(log, response.id, "me")) == (early,)

    @pytest.mark.parametrize("by", ["another rater", "another response", "twice", "nothing"])
    def test_only_ones_own_newest_can_be_corrected(
        self, log: Log, response: Response, by: str
    ) -> None:
        old = made.comment(response.id)
        comments.add_comment(log, old)
        elsewhere = made.heard()
        heard.add_heard(log, elsewhere)
        wrong = {
            "another rater": made.comment(response.id, rater_id="you", supersedes=old.id),
            "another response": made.comment(elsewhere.response_id, supersedes=old.id),
            "twice": made.comment(response.id, supersedes=old.id),
            "nothing": made.comment(response.id, supersedes="nothing"),
        }[by]
        if by == "twice":
            comments.add_comment(log, made.comment(response.id, supersedes=old.id))
        with pytest.raises(KnownError, match="The comment"):
            comments.add_comment(log, wrong)

    def test_of_a_response_nobody_knows_are_refused(self, log: Log) -> None:
        with pytest.raises(KnownError, match="not in this log"):
            comments.add_comment(log, made.comment("nobody"))


@pytest.mark.parametrize("table", ["heard", "rounds", "places", "comments", "grounds", "ratings"])
def test_what_raters_did_stays_as_it_was(log: Log, response: Response, table: str) -> None:
    one = made.heard()
    heard.add_heard(log, one)
    rounds.add_round(log, made.round_of(one.response_id))
    comments.add_comment(log, made.comment(one.response_id))
    given = made.rating(one.response_id, role="supervisor")
    ratings.add_rating(log, given)
    agreed = made.rating(one.response_id, role="consensus")
    ratings.add_rating(log, replace(agreed, of=(given.id,)))
    column = {"places": "reference", "grounds": "of_rating", "heard": "person_id"}.get(
        table, "rater_id"
    )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 1"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            log.db.conn.execute(statement)
