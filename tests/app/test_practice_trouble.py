"""Leaving in any state, and trouble in any state: nothing that was said or chosen is lost."""

import pytest

from tests.app.stage import Stage
from trainer.app import takes
from trainer.app.practice import TAIL_S, State
from trainer.domain.errors import KnownError
from trainer.store import ratings, recordings, sessions

REFUSED = KnownError("No microphone was found", "Connect one, or choose one in Settings.")


# ---------------------------------------------------------------- leaving


def reach(stage: Stage, state: State) -> None:
    """Come to ``state`` with the first client, by the keys a person presses."""
    match state:
        case State.READY:
            return
        case State.PLAYING:
            stage.practice.play()
        case State.RESPONDING:
            stage.listen()
            stage.clock.pass_s(4)
        case State.REVIEWING:
            stage.answer()
            stage.practice.score("warmth", 4)
        case State.RATED:
            stage.rated()
        case State.REFLECTING:
            stage.rated()
            stage.practice.next()
            stage.rated()
            stage.practice.next()
    assert stage.practice.state is state


@pytest.mark.parametrize(
    ("state", "kept", "rated"),
    [
        (State.READY, 0, 0),
        (State.PLAYING, 0, 0),
        (State.RESPONDING, 1, 0),
        (State.REVIEWING, 1, 0),
        (State.RATED, 1, 1),
        (State.REFLECTING, 2, 2),
    ],
)
def test_leaving_loses_nothing(stage: Stage, state: State, kept: int, rated: int) -> None:
    stage.runner.beside = True
    reach(stage, state)
    stage.practice.leave()
    assert stage.practice.state is State.LEFT
    assert not stage.recorder.is_open
    assert stage.player.clip is None
    found = stage.responses()
    assert len(found) == kept
    assert sum(bool(ratings.ratings_of(stage.log, r.id)) for r in found) == rated
    checked = recordings.missing_or_altered(stage.log, hashes=True)
    assert (checked.missing, checked.altered, checked.orphans) == ((), (), ())
    assert stage.left_open() == []
    assert stage.troubles == []


def test_what_was_said_before_leaving_is_kept_as_interrupted(stage: Stage) -> None:
    reach(stage, State.RESPONDING)
    stage.practice.leave()
    (kept,) = stage.responses()
    assert kept.ended_by == "interrupted"
    assert kept.recording.duration_s == pytest.approx(6.0)
    assert kept.stimulus_end_s == pytest.approx(2.0)


@pytest.mark.parametrize("state", [State.PLAYING, State.RESPONDING])
def test_who_leaves_or_starts_over_is_not_overheard_though_the_disk_deletes_nothing(
    stage: Stage, state: State
) -> None:
    stage.practice.play()
    (sidecar,) = (stage.home.recordings / "open").iterdir()
    sidecar.unlink()
    sidecar.mkdir()  # which no disk deletes as a file
    if state is State.PLAYING:
        stage.practice.leave()
    else:
        stage.recorder.refuses["begin"] = REFUSED
        stage.player.end()
    assert not stage.recorder.is_open
    assert sidecar.name in stage.troubles[0].text
    assert stage.troubles[1:] == ([] if state is State.PLAYING else [REFUSED])
    assert stage.practice.state is (State.LEFT if state is State.PLAYING else State.READY)


@pytest.mark.parametrize("trouble", ["deaf", "refuses", "none"])
def test_who_leaves_is_shown_nothing_else_on_the_way(stage: Stage, trouble: str) -> None:
    reach(stage, State.RESPONDING)
    if trouble == "deaf":
        stage.recorder.deaf = True
    elif trouble == "refuses":
        stage.recorder.refuses["finish"] = KnownError("The recording can't be closed", "Kept.")
    told = len(stage.states)
    stage.practice.leave()
    assert set(stage.states[told:]) == {State.LEFT}


def test_leaving_while_the_rating_is_being_locked_keeps_it_and_stays_left(stage: Stage) -> None:
    runner = stage.late()
    stage.answer()
    stage.score_all()
    stage.practice.lock()
    stage.practice.leave()
    runner.land()
    assert len(ratings.ratings_of(stage.log, stage.responses()[0].id)) == 1
    assert stage.practice.state is State.LEFT


def test_leaving_while_the_set_is_being_ended_keeps_the_reflection_and_stays_left(
    stage: Stage,
) -> None:
    runner = stage.late()
    for _ in stage.clients:
        stage.rated()
        runner.land()
        stage.practice.next()
    stage.practice.reflect("too-hard", "x")
    stage.practice.leave()
    runner.land()
    assert sessions.end_of(stage.log, stage.practice.sitting.session.id) is not None
    assert stage.practice.state is State.LEFT


# ---------------------------------------------------------------- trouble


def back_at_ready(stage: Stage) -> None:
    """Ready again, with a sentence, without a leftover, and able to go on."""
    assert stage.practice.state is State.READY
    assert len(stage.troubles) == 1
    assert not stage.recorder.is_open
    assert stage.left_open() == []
    stage.recorder.refuses.clear()
    stage.rated()
    assert [r.attempt for r in stage.responses()] == [1]


def test_a_clip_that_fails_brings_one_back(stage: Stage) -> None:
    stage.practice.play()
    stage.player.fail()
    back_at_ready(stage)


def test_a_missing_microphone_is_told_before_the_client_speaks(stage: Stage) -> None:
    stage.recorder.refuses["open"] = REFUSED
    stage.practice.play()
    assert "play" not in stage.journal
    back_at_ready(stage)


def test_a_microphone_that_refuses_at_the_clients_end_brings_one_back(stage: Stage) -> None:
    stage.recorder.refuses["begin"] = REFUSED
    stage.listen()
    back_at_ready(stage)


def test_a_folder_that_cannot_be_written_is_told_before_the_client_speaks(stage: Stage) -> None:
    stage.home.recordings.write_text("in the way")
    stage.practice.play()
    assert "play" not in stage.journal
    assert "in the way" in stage.troubles[0].text
    stage.home.recordings.unlink()
    back_at_ready(stage)


def test_a_recording_that_cannot_be_adopted_stays_an_open_take_and_is_kept_later(
    stage: Stage,
) -> None:
    obstacle = stage.home.recordings / "2026"
    obstacle.parent.mkdir(parents=True)
    obstacle.write_text("in the way")
    stage.answer()
    assert stage.practice.state is State.READY
    assert len(stage.troubles) == 1
    assert "A file is in the way" in stage.troubles[0].text
    assert stage.responses() == ()
    (left,) = stage.interrupted()
    assert left.duration_s == pytest.approx(6.0 + TAIL_S)
    obstacle.unlink()
    takes.tidy_up(stage.log)
    (kept,) = stage.responses()
    assert (kept.id, kept.ended_by) == (left.response_id, "person")
    assert stage.interrupted() == ()


def test_the_attempt_after_one_that_was_not_adopted_has_a_number_of_its_own(stage: Stage) -> None:
    obstacle = stage.home.recordings / "2026"
    obstacle.parent.mkdir(parents=True)
    obstacle.write_text("in the way")
    stage.answer()
    obstacle.unlink()
    stage.rated()
    takes.tidy_up(stage.log)
    assert [r.attempt for r in stage.responses()] == [1, 2]


def test_a_disk_that_does_not_close_the_take_is_told_and_one_can_go_on(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(4)
    stage.recorder.refuses["finish"] = KnownError("The recording can't be closed", "It is kept.")
    stage.finish()
    assert stage.practice.state is State.READY
    assert [e.text for e in stage.troubles] == ["The recording can't be closed"]
    assert not stage.recorder.is_open
    assert len(stage.interrupted()) == 1
    stage.recorder.refuses.clear()
    stage.rated()
    assert len(stage.responses()) == 1


def test_one_can_leave_also_when_the_take_does_not_close(stage: Stage) -> None:
    stage.listen()
    stage.recorder.refuses["finish"] = KnownError("The recording can't be closed", "It is kept.")
    stage.practice.leave()
    assert stage.practice.state is State.LEFT
    assert len(stage.troubles) == 1
    assert len(stage.interrupted()) == 1


def test_a_rating_that_cannot_be_kept_is_told_and_can_be_locked_again(stage: Stage) -> None:
    stage.answer()
    stage.score_all()
    stage.log.db.conn.execute("PRAGMA query_only = ON")
    stage.practice.lock()
    assert "may not be written" in stage.troubles[-1].text
    assert stage.practice.state is State.REVIEWING
    stage.log.db.conn.execute("PRAGMA query_only = OFF")
    stage.practice.lock()
    assert stage.practice.state is State.RATED
