"""Rating one after another: a key changes what is shown at once, and nothing chosen is lost."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.app.conftest import Stage
from tests.app.fakes import FixedClock, LateRunner
from tests.app.test_queue import class_of
from trainer.app import queue, rounds
from trainer.app.consent import state_for_one
from trainer.app.rating_round import AWAY_S, RatingRound
from trainer.app.round_work import open_round
from trainer.app.work import InlineRunner, Runner
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.rating import Rating
from trainer.domain.rounds import CALIBRATION, GATE, Round
from trainer.domain.rubric import Scale
from trainer.store import comments
from trainer.store.db import open_log


@dataclass
class Rater:
    """Somebody at the Rate screen, without a screen."""

    stage: Stage
    round: Round
    told: list[str] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    clock: FixedClock = field(default_factory=FixedClock)
    changes: int = 0

    def sit_down(self, runner: Runner | None = None) -> RatingRound:
        stage = self.stage
        opened = open_round(stage.log, stage.home, stage.library, self.round.id)
        return RatingRound(
            opened, runner or stage.runner, self._changed,
            lambda error: self.told.append(error.text), self.failed.append, self.clock,
        )  # fmt: skip

    def kept(self, response_id: str) -> tuple[Rating, ...]:
        return rounds.history_in(self.stage.log, self.round, response_id)

    def scores(self) -> list[list[float | None]]:
        """What is locked, in the round's order; [] where nothing is."""
        found = []
        for place in self.round.places:
            given = rounds.given_in(self.stage.log, self.round, place.response_id)
            found.append(list(given.scores.values()) if given else [])
        return found

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def rater(stage: Stage) -> Rater:
    class_of(stage)
    found = queue.own(stage.log, stage.home, stage.library, "me")
    return Rater(stage, rounds.begin(stage.log, "me", "Spring", stage.rubric, found).value)


def choose(it: RatingRound, *scores: float | None) -> None:
    for item, score in zip(it.rubric.items, scores, strict=False):
        it.choose(item.id, score)


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


def test_undo_takes_back_scores_comments_and_leads_back_to_what_was_locked(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    it.choose("warmth", 4)
    it.choose("warmth", 2)
    it.undo()
    assert it.work.draft.scores == {"warmth": 4}
    it.comment("too quick", 1.0)
    (said,) = it.work.comments
    it.reword(said, "far too quick")
    it.reword(it.work.comments[0], "much too quick")
    assert [one.text for one in it.work.comments] == ["much too quick"]
    it.undo()
    assert it.work.comments == ()
    assert rounds.comments_in(rater.stage.log, rater.round, first) == ()
    assert len(comments.comments_of(rater.stage.log, first, "me")) == 4  # all of it is on record
    choose(it, 4, 3, 2)
    it.lock()
    assert it.blind.number == 2
    it.undo()
    assert it.candidate.response_id == first
    it.choose("warmth", 5)
    it.lock()
    assert [one.scores["warmth"] for one in rater.kept(first)] == [4, 5]
    while it.undo():
        pass
    assert len(rater.kept(first)) == 2  # what is locked is never undone, only corrected


def test_a_correction_that_is_undone_leaves_no_draft(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, 2)
    it.lock()
    it.go(-1)
    it.choose("warmth", 1)
    it.undo()
    assert not it.work.changed
    assert not rater.sit_down().work.draft.scores  # the next one is shown, and it is untouched


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


def test_words_that_are_undone_can_be_said_otherwise(rater: Rater) -> None:
    it = rater.sit_down()
    it.comment("too quick", 1.5)
    it.undo()
    assert it.work.comments == ()
    assert (it.work.draft.typing, it.work.draft.typing_at_s) == ("too quick", 1.5)
    it.typing("too quick,", 1.5)  # which is something else: there is nothing to do again
    assert not it.redo()


def test_what_was_undone_is_done_again_until_something_else_is_done(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    choose(it, 4, 3)
    it.flag()
    it.comment("quick", 1.0)
    it.reword(it.work.comments[0], "too quick")
    it.typing("half a th", 2.0)
    for _ in range(3):
        assert it.undo()
    assert (it.work.draft.scores, it.work.comments) == ({"warmth": 4}, ())
    assert it.work.draft.typing == "half a th"  # no undo takes what is being typed
    while it.redo():
        pass
    draft = it.work.draft
    assert (draft.scores, draft.second_opinion) == ({"warmth": 4, "repair": 3}, True)
    assert [(one.text, one.at_s) for one in it.work.comments] == [("too quick", 1.0)]
    kept = rater.sit_down().work  # all of it is in the log
    assert (kept.draft.scores, [one.text for one in kept.comments]) == (
        {"warmth": 4, "repair": 3}, ["too quick"]
    )  # fmt: skip
    it.choose("metacommunication", 2)
    it.lock()
    assert it.blind.number == 2
    it.undo()
    assert it.candidate.response_id == first
    assert it.redo()  # on to where the lock had led
    assert it.blind.number == 2
    it.undo()
    it.choose("warmth", 1)
    assert not it.redo()
    assert len(rater.kept(first)) == 1


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


class TestHearing:
    """What raters are calibrated on is heard to its end before it is locked."""

    def calibrated(self, rater: Rater, kind: str) -> RatingRound:
        found = queue.own(rater.stage.log, rater.stage.home, rater.stage.library, "me")
        rater.round = rounds.begin(
            rater.stage.log, "me", kind, rater.stage.rubric, found, kind=kind
        ).value
        return rater.sit_down()

    @pytest.mark.parametrize("kind", [CALIBRATION, GATE])
    def test_it_is_locked_once_nothing_of_it_was_skipped(self, rater: Rater, kind: str) -> None:
        it = self.calibrated(rater, kind)
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

    def test_a_live_one_is_locked_as_soon_as_the_rater_knows(self, rater: Rater) -> None:
        it = rater.sit_down()
        choose(it, 4, 3, None)
        it.sound_read(it.candidate.response_id, 0.0, 9.0)
        assert it.lock()

    def test_a_live_one_that_cannot_be_heard_is_only_corrected(self, rater: Rater) -> None:
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
