"""What a rater must hear before it is locked, and what nobody could hear."""

import pytest

from tests.app.rater import Rater, choose
from trainer.app import queue, rounds
from trainer.app.rating_round import RatingRound
from trainer.domain.rounds import CALIBRATION, GATE


def test_what_nobody_could_hear_is_not_rated_and_the_round_ends_without_it(rater: Rater) -> None:
    it = rater.sit_down()
    it.unheard.add(it.candidate.response_id)
    choose(it, 1, 1, 1)
    assert not it.lock()
    it.go(1)
    for _ in range(5):
        choose(it, 3, 3, 3)
        assert it.lock()
    assert (it.done, it.rated, it.of) == (True, 5, 6)
    assert rater.scores()[0] == []


def calibrated(rater: Rater, kind: str) -> RatingRound:
    found = queue.own(rater.stage.log, rater.stage.home, rater.stage.library, "me")
    rater.round = rounds.begin(
        rater.stage.log, "me", kind, rater.stage.rubric, found, kind=kind
    ).value
    return rater.sit_down()


@pytest.mark.parametrize("kind", [CALIBRATION, GATE])
def test_it_is_locked_once_nothing_of_it_was_skipped(rater: Rater, kind: str) -> None:
    it = calibrated(rater, kind)
    one = it.candidate.response_id
    choose(it, 4, 3, None)
    assert not it.lock()
    it.sound_read(one, 1.0, 9.0)
    it.played(one, 1.0, 3.0)
    it.played(one, 3.0, 4.0)
    it.played(one, 7.5, 9.0)
    assert it.to_hear == (3.0, 6.5)
    assert not it.lock()
    assert it.work.draft.scores == {"warmth": 4, "repair": 3, "metacommunication": None}
    it.go(1)
    it.go(-1)  # what was heard stays heard
    it.played(one, 3.8, 7.4)
    assert it.to_hear is None
    assert it.lock()
    assert it.candidate.response_id != one
    it.go(-1)  # what is locked was heard: it is corrected at once
    it.choose("warmth", 2)
    assert it.lock()
    assert rater.scores()[0] == [2, 3, None]


def test_a_live_one_is_locked_as_soon_as_the_rater_knows(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, None)
    it.sound_read(it.candidate.response_id, 0.0, 9.0)
    assert it.lock()


def test_a_live_one_that_cannot_be_heard_is_only_corrected(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, None)
    it.sound_read(it.candidate.response_id, 0.0, 9.0)
    it.played(it.candidate.response_id, 0.0, 0.5)
    it.can_hear(False)  # the headphones are gone, and the rater knows enough
    assert it.lock()
    choose(it, 4, 3, None)
    assert not it.lock()
    it.go(-1)
    it.choose("warmth", 2)
    assert it.lock()
