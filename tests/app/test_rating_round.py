"""Rating one after another: a key changes what is shown at once, and nothing chosen is lost."""

from dataclasses import replace
from typing import Any

import pytest

from tests.app.fakes import LateRunner
from tests.app.rater import Rater, choose
from trainer.app import rounds
from trainer.app.consent import state_for_one
from trainer.app.rating_round import AWAY_S, RatingRound
from trainer.app.round_work import open_round
from trainer.app.work import InlineRunner
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.rubric import Scale
from trainer.store import comments
from trainer.store.db import open_log


def test_each_is_locked_and_the_next_one_comes_by_itself(rater: Rater) -> None:
    it = rater.sit_down()
    seen = []
    for number in range(6):
        assert (it.rated, it.of, it.finished) == (number, 6, False)
        seen.append(it.candidate.response_id)
        assert it.blind.number == number + 1
        choose(it, 4, 3)
        assert not it.lock()
        assert it.missing == ("Metacommunication",)
        choose(it, 4, 3, None)
        assert it.lock()
    assert it.finished
    assert seen == [place.response_id for place in rater.round.places]
    assert rater.scores() == [[4, 3, None]] * 6
    assert rater.told == []


def test_keys_faster_than_the_log_are_all_for_whom_they_were_meant(rater: Rater) -> None:
    late = LateRunner(rater.stage.runner)
    it = rater.sit_down(late)
    for number in range(6):  # nothing has reached the log yet
        choose(it, 1 + number % 5, 3, 2)
        assert it.lock()
    assert rater.scores() == [[]] * 6
    it.look_again()
    it.choose("warmth", 5)  # corrected before it has arrived
    assert it.work.changed
    assert it.lock()
    late.waiting.pop(0)()
    late.land()
    it.look_again()
    assert [one["warmth"] for one in it.work.history] == [1, 5]
    assert not it.work.changed
    expected = [[1 + number % 5, 3, 2] for number in range(6)]
    assert rater.scores() == [[5, 3, 2], *expected[1:]]
    assert rater.failed == []


def test_what_was_chosen_typed_and_flagged_is_there_after_a_crash(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 2)
    it.flag()
    it.typing("says 'you al", 3.25)
    it.comment("", 1.5, "defends")
    again = rater.sit_down()  # nobody closed the first
    assert again.candidate.response_id == it.candidate.response_id
    assert again.work.draft.scores == {"warmth": 4, "repair": 2}
    assert again.work.draft.second_opinion
    assert (again.work.draft.typing, again.work.draft.typing_at_s) == ("says 'you al", 3.25)
    assert [(c.at_s, c.marker) for c in again.work.comments] == [(1.5, "defends")]


def test_a_half_typed_comment_is_kept_when_the_rating_is_locked(rater: Rater) -> None:
    it = rater.sit_down()
    response_id = it.candidate.response_id
    it.typing("and then he waits", 2.0)
    choose(it, 4, 2, 3)
    it.lock()
    (kept,) = comments.comments_of(rater.stage.log, response_id, "me")
    assert (kept.text, kept.at_s) == ("and then he waits", 2.0)


def test_an_earlier_one_is_corrected_and_the_old_rating_stays_visible(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    choose(it, 4, 3, 2)
    it.lock()
    it.go(-1)
    assert it.candidate.response_id == first
    assert it.work.draft.scores == {"warmth": 4, "repair": 3, "metacommunication": 2}
    assert not it.work.changed
    it.choose("warmth", 2)
    assert it.work.changed
    it.lock()
    assert it.candidate.response_id == rater.round.places[1].response_id
    it.go(-1)
    assert [one["warmth"] for one in it.work.history] == [4, 2]
    assert [one.scores["warmth"] for one in rater.kept(first)] == [4, 2]
    assert rater.kept(first)[1].supersedes == rater.kept(first)[0].id
    again = rater.sit_down()
    again.go(-1)
    assert [one["warmth"] for one in again.work.history] == [4, 2]


def test_enter_on_one_that_is_locked_and_unchanged_only_goes_on(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, 2)
    it.lock()
    it.go(-1)
    it.lock()
    assert len(rater.kept(rater.round.places[0].response_id)) == 1
    assert it.blind.number == 2


class FullDisk(InlineRunner):
    """A log that takes no change while the disk is full."""

    full = True

    def change(self, job: Any, done: Any = None, failed: Any = None, alive: Any = None) -> None:
        if self.full:
            failed(KnownError("The disk is full", "Make room."))
        else:
            super().change(job, done, failed)


def test_what_cannot_be_locked_comes_again_with_all_that_was_chosen(rater: Rater) -> None:
    disk = FullDisk(rater.stage.log)
    it = rater.sit_down(disk)
    first = it.candidate.response_id
    choose(it, 4, 3, 2)
    it.lock()
    assert [str(error) for error in rater.failed] == ["The disk is full. Make room."]
    assert it.rated == 0
    disk.full = False
    for _ in range(5):
        choose(it, 3, 3, 3)
        it.lock()
    assert it.candidate.response_id == first
    assert it.work.draft.scores == {"warmth": 4, "repair": 3, "metacommunication": 2}
    it.lock()
    assert it.finished
    assert rater.scores()[0] == [4, 3, 2]


def test_only_the_time_beyond_the_sound_counts_and_no_lunch(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    it.sounding(True)
    rater.clock.pass_s(20)
    it.sounding(False)
    rater.clock.pass_s(3)
    it.choose("warmth", 4)
    rater.clock.pass_s(3600)
    it.choose("repair", 4)
    rater.clock.pass_s(1.5)
    it.choose("metacommunication", None)
    rater.clock.pass_s(0.5)
    it.lock()
    (kept,) = rater.kept(first)
    assert kept.beyond_s == pytest.approx(3 + AWAY_S + 2)
    assert it.each_s is None
    for _ in range(2):
        rater.clock.pass_s(4)
        choose(it, 3, 3, 3)
        it.lock()
    assert it.each_s == pytest.approx(4)
    assert it.left_s == pytest.approx(3 * (4 + (it.candidate.duration_s or 0)))


def test_half_points_where_the_rubric_has_them(rater: Rater) -> None:
    it = rater.sit_down()
    it.choose("warmth", 3)
    it.half("warmth", 1)
    it.choose("repair", 3.5)
    assert it.work.draft.scores == {"warmth": 3}
    assert rater.told == ["Repair cannot be rated 3.5"]
    it.rubric = replace(it.rubric, scale=Scale(1, 5, half_points=True))
    it.half("repair", 1)  # not rated yet
    it.half("warmth", 1)
    assert it.work.draft.scores == {"warmth": 3.5}
    for _ in range(8):
        it.half("warmth", 1)
    assert it.work.draft.scores == {"warmth": 5}
    assert rater.told[1:] == []


def test_a_change_that_was_not_locked_again_is_told(rater: Rater) -> None:
    it = rater.sit_down()
    for _ in range(2):
        choose(it, 4, 3, 2)
        it.lock()
    it.go(-1)
    it.choose("warmth", 5)
    it.go(1)
    assert it.unlocked_numbers == (2,)
    it.go(-1)
    it.lock()
    assert it.unlocked_numbers == ()


def test_a_round_goes_on_in_the_log_of_another_window(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, 2)
    it.lock()
    it.go(2)
    choose(it, 1, 1, 1)
    it.leave()
    log = open_log(rater.stage.home.folder, read_only=True)
    try:
        opened = open_round(log, rater.stage.home, rater.stage.library, rater.round.id)
    finally:
        log.close()
    again = RatingRound(opened, InlineRunner(rater.stage.log), lambda: None, print, print)
    assert again.blind.number == 2
    again.go(2)
    assert again.work.draft.scores == {"warmth": 1, "repair": 1, "metacommunication": 1}


def test_what_may_not_be_rated_any_more_comes_no_more_and_what_is_rated_stays(
    rater: Rater,
) -> None:
    log, (rated, refused, *_) = rater.stage.log, [p.response_id for p in rater.round.places]
    it = rater.sit_down()
    choose(it, 4, 3, None)
    assert it.lock()
    for one in (rated, refused):
        state_for_one(log, one, Consent("practice", UNTIL_DELETED))
    it = rater.sit_down()
    assert (it.of, it.rated) == (5, 1)
    assert it.candidate.response_id not in (rated, refused)
    assert rounds.pace(log, rater.round) == rounds.Pace(1, 5, None)
