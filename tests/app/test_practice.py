"""The main job, state by state: nothing that was said or chosen is ever lost."""

import pytest

from tests.app.stage import Stage
from trainer.app.practice import ANSWER_BEGINS_S, NOT_BEFORE_S, TAIL_S, State
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.response import GAP, LOST, Hole
from trainer.store import measures, notes, ratings, recordings, sessions
from trainer.store.takes import open_takes

REFUSED = KnownError("No microphone was found", "Connect one, or choose one in Settings.")


# ---------------------------------------------------------------- listening and answering


def test_the_microphone_hears_before_the_client_speaks(stage: Stage) -> None:
    stage.practice.play()
    assert stage.journal == ["open", "play"]
    assert stage.practice.state is State.PLAYING
    assert stage.player.clip == stage.clients[0].turns[0].media.clip


def test_whose_take_it_is_is_on_the_disk_before_the_client_speaks(stage: Stage) -> None:
    stage.practice.play()
    (take,) = open_takes(stage.home.folder)
    assert take.plan is not None
    assert (take.plan.person_id, take.plan.vignette) == (stage.person.id, stage.clients[0].ref)
    assert sessions.session(stage.log, take.plan.session_id).set_id == "two"


def test_the_take_begins_when_the_client_ends(stage: Stage) -> None:
    stage.listen()
    assert stage.journal == ["open", "play", "end", "begin"]
    assert stage.practice.state is State.RESPONDING


def test_where_the_client_ended_in_the_take_is_kept_with_its_error(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(5)
    stage.finish()
    (kept,) = stage.responses()
    assert kept.stimulus_end_s == pytest.approx(2.0)
    assert kept.stimulus_end_error_s == pytest.approx(0.04)
    assert kept.recording.duration_s == pytest.approx(7.0 + TAIL_S)
    assert kept.ended_by == "person"
    assert kept.stopped_at_s is None


def test_what_is_still_on_its_way_when_the_key_is_pressed_is_kept(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(5)
    stage.practice.finish()
    assert stage.practice.state is State.REVIEWING  # the person need not wait for it
    assert stage.recorder.is_open
    stage.clock.pass_s(TAIL_S - 0.01)
    stage.practice.tick()
    assert stage.responses() == ()
    stage.clock.pass_s(0.02)
    stage.practice.tick()
    assert not stage.recorder.is_open
    (kept,) = stage.responses()
    assert kept.recording.duration_s == pytest.approx(7.0 + TAIL_S, abs=0.02)


@pytest.mark.parametrize("then", ["lock", "leave"])
def test_who_is_faster_than_the_last_sound_loses_nothing(stage: Stage, then: str) -> None:
    stage.listen()
    stage.clock.pass_s(5)
    stage.practice.finish()
    stage.score_all()
    getattr(stage.practice, then)()
    (kept,) = stage.responses()
    assert kept.ended_by == "person"
    assert kept.recording.duration_s == pytest.approx(7.0)
    assert len(ratings.ratings_of(stage.log, kept.id)) == (then == "lock")
    assert not stage.recorder.is_open


def test_a_key_meant_for_the_client_does_not_end_the_answer(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(ANSWER_BEGINS_S - 0.01)
    stage.practice.finish()
    assert stage.practice.state is State.RESPONDING
    stage.clock.pass_s(0.02)
    stage.practice.finish()
    assert stage.practice.state is State.REVIEWING


def test_where_the_client_was_stopped_is_kept(stage: Stage) -> None:
    stage.practice.play()
    stage.clock.pass_s(2.5)
    stage.practice.respond_now()
    stage.clock.pass_s(4)
    stage.finish()
    (kept,) = stage.responses()
    assert kept.stopped_at_s == pytest.approx(2.5)
    assert kept.stimulus_end_s == pytest.approx(2.0)


def test_a_clock_set_back_in_mid_answer_changes_nothing_that_is_kept(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(3)
    stage.clock.set_back(86_400)
    stage.clock.pass_s(2)
    stage.finish()
    stage.score_all(4, 3, 2)
    stage.practice.lock()
    stage.practice.again("slower")
    stage.rated()
    second, first = sorted(stage.responses(), key=lambda one: -one.attempt)
    assert first.recording.duration_s == pytest.approx(7.2)
    assert first.stimulus_end_s == pytest.approx(2.0)
    assert [one.attempt for one in (first, second)] == [1, 2]
    assert second.started_at < first.started_at  # as the clock says, and both are there
    assert stage.troubles == []


def test_a_recording_with_holes_is_kept_and_said_to_have_them(stage: Stage) -> None:
    stage.recorder.holes = (Hole(GAP, 2.5, 0.3), Hole(GAP, 3.5, 0.2), Hole(LOST, 4.0, 1.0, 1.0))
    stage.listen()
    stage.clock.pass_s(5)
    stage.finish()
    (kept,) = stage.responses()
    assert kept.recording.gaps == 3
    assert kept.recording.holes == stage.recorder.holes
    assert stage.troubles[-1].text.startswith("The recording has 2 holes")


def test_a_take_into_which_no_sound_came_is_no_attempt(stage: Stage) -> None:
    stage.recorder.deaf = True
    stage.listen()
    stage.clock.pass_s(4)
    stage.practice.finish()
    stage.practice.score("warmth", 3)
    stage.clock.pass_s(TAIL_S)
    stage.practice.tick()
    assert stage.practice.state is State.READY
    assert stage.log.rows("SELECT * FROM drafts WHERE key LIKE 'self-rating:%'") == []
    assert [e.text for e in stage.troubles] == [
        "Nothing was recorded: no sound came from the microphone"
    ]
    assert stage.left_open() == []
    stage.recorder.deaf = False
    stage.rated()
    assert [r.attempt for r in stage.responses()] == [1]


def test_a_second_press_in_the_first_second_does_not_cut_the_client_off(stage: Stage) -> None:
    stage.practice.play()
    stage.clock.pass_s(NOT_BEFORE_S - 0.01)
    stage.practice.respond_now()
    assert stage.practice.state is State.PLAYING
    assert stage.player.clip is not None
    stage.clock.pass_s(0.02)
    stage.practice.respond_now()
    assert stage.practice.state is State.RESPONDING
    assert stage.player.clip is None


def test_the_clients_end_after_they_were_interrupted_starts_no_second_take(stage: Stage) -> None:
    stage.practice.play()
    stage.clock.pass_s(2)
    ended = stage.player.on_ended
    stage.practice.respond_now()
    ended(stage.player.stop())
    assert stage.journal.count("begin") == 1


def test_the_window_ends_the_response_and_it_is_kept_as_ended_by_it(stage: Stage) -> None:
    window_s = stage.practice.turn.window_s
    assert stage.practice.seconds_left() == window_s
    stage.listen()
    stage.clock.pass_s(window_s - 0.5)
    stage.practice.tick()
    assert stage.practice.state is State.RESPONDING
    assert stage.practice.seconds_left() == pytest.approx(0.5)
    stage.clock.pass_s(1)
    stage.practice.tick()
    assert stage.practice.state is State.REVIEWING
    assert stage.practice.seconds_left() == 0
    stage.clock.pass_s(TAIL_S)
    stage.practice.tick()
    assert [r.ended_by for r in stage.responses()] == ["window"]


def test_a_kept_response_is_measured_and_the_news_is_told(stage: Stage) -> None:
    stage.runner.beside = True
    stage.answer()
    (kept,) = stage.responses()
    assert stage.practice.response == kept
    found = measures.measures_of(stage.log, kept.id)
    assert found is not None
    assert found.onset_s == pytest.approx(3.5, abs=0.15)
    assert Changes.RESPONSES | Changes.TAKES in stage.changes
    assert Changes.MEASURES in stage.changes
    assert stage.left_open() == []


def test_the_microphone_is_let_go_when_the_response_is_over(stage: Stage) -> None:
    stage.answer()
    assert not stage.recorder.is_open


def test_trouble_of_the_microphone_is_passed_on_while_it_goes_on(stage: Stage) -> None:
    stage.listen()
    stage.recorder.on_trouble(REFUSED)
    assert stage.troubles == [REFUSED]
    assert stage.practice.state is State.RESPONDING


# ---------------------------------------------------------------- going on


def test_again_is_the_next_attempt_and_says_what_was_tried(stage: Stage) -> None:
    stage.rated()
    stage.practice.again("Say less.")
    assert (stage.practice.state, stage.practice.attempt) == (State.READY, 2)
    assert stage.practice.change_tried == "Say less."
    assert stage.practice.scores == {}
    assert stage.practice.response is None
    stage.rated()
    first, second = stage.responses()
    assert (first.attempt, first.change_tried) == (1, "")
    assert (second.attempt, second.change_tried) == (2, "Say less.")
    assert (first.position, second.position) == (1, 1)
    assert first.session_id == second.session_id


def test_the_next_client_starts_afresh_and_after_the_last_comes_the_reflection(
    stage: Stage,
) -> None:
    stage.rated()
    stage.practice.again("Say less.")
    stage.rated()
    assert not stage.practice.last
    stage.practice.next()
    assert stage.practice.vignette == stage.clients[1]
    assert stage.practice.change_tried == ""
    assert stage.practice.attempt == 1
    assert stage.practice.last
    stage.rated()
    assert stage.responses()[-1].position == 2
    stage.practice.next()
    assert stage.practice.state is State.REFLECTING
    stage.practice.reflect("too-easy", "  Slower next time.  ")
    assert stage.practice.state is State.DONE
    end = sessions.end_of(stage.log, stage.practice.sitting.session.id)
    assert end is not None
    assert (end.felt, end.reflection) == ("too-easy", "Slower next time.")


def test_attempts_count_over_sittings(stage: Stage) -> None:
    stage.rated()
    stage.practice.leave()
    stage.begin()
    assert stage.practice.attempt == 2
    stage.rated()
    assert [r.attempt for r in stage.responses()] == [1, 2]


def test_going_on_stores_the_recording_small_and_whole(stage: Stage) -> None:
    stage.runner.beside = True
    stage.rated()
    stage.practice.next()
    (kept,) = stage.responses()
    assert kept.recording.file.endswith(".flac")
    checked = recordings.missing_or_altered(stage.log, hashes=True)
    assert (checked.missing, checked.altered, checked.orphans) == ((), (), ())


def test_what_was_made_of_the_feedback_is_kept(stage: Stage) -> None:
    stage.rated()
    stage.practice.note("Ask about the rain.", True, (0,))
    note = notes.note_of(stage.log, stage.responses()[0].id)
    assert note is not None
    assert (note.change_next, note.hooked, note.criteria_met) == ("Ask about the rain.", True, (0,))
    assert Changes.NOTES in stage.changes


def test_pressing_done_twice_ends_the_set_once(stage: Stage) -> None:
    runner = stage.late()
    for _ in stage.clients:
        stage.rated()
        runner.land()
        stage.practice.next()
    stage.practice.reflect("right", "x")
    stage.practice.reflect("right", "x")
    runner.land()
    assert stage.states.count(State.DONE) == 1
    session_id = stage.practice.sitting.session.id
    rows = stage.log.rows("SELECT * FROM session_ends WHERE session_id = ?", (session_id,))
    assert len(rows) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda p: p.respond_now(),
        lambda p: p.finish(),
        lambda p: p.score("warmth", 3),
        lambda p: p.lock(),
        lambda p: p.again(),
        lambda p: p.next(),
        lambda p: p.note("", None, ()),
        lambda p: p.reflect("right", ""),
    ],
)
def test_what_is_out_of_turn_is_a_bug_and_changes_nothing(stage: Stage, act: object) -> None:
    with pytest.raises(RuntimeError, match="practice is ready"):
        act(stage.practice)
    assert stage.practice.state is State.READY
    assert stage.responses() == ()
