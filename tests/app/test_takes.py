"""What a crash left is completed, or found and offered; nothing that was said goes by itself."""

import json
from pathlib import Path

import pytest
import soundfile

from tests.app.fakes import RATE
from tests.app.stage import Stage
from tests.store import made
from trainer.app import interrupted, takes
from trainer.app.practice import State
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.response import ASLEEP, LOST, MUTED, Hole
from trainer.media import decode
from trainer.media.measure import OVERHEARD
from trainer.store import recordings
from trainer.store import takes as takes_on_disk
from trainer.store.measures import measures_of
from trainer.store.takes import SIDECAR, open_takes


def crash_while_answering(stage: Stage, seconds: float = 3.0) -> str:
    """A take with sound in it, and nobody to close it; returns its id."""
    stage.begin()
    stage.listen()
    stage.clock.pass_s(seconds)
    stage.recorder.path = None
    (take,) = [t for t in open_takes(stage.home.folder) if t.size_bytes]
    return take.response_id


def test_nothing_was_left_by_an_evening_that_ended_well(stage: Stage) -> None:
    stage.runner.beside = True
    assert stage.interrupted() == ()
    stage.rated()
    stage.practice.leave()
    assert stage.interrupted() == ()
    assert takes.tidy_up(stage.log).value == takes.Waiting((), (), ())


def test_an_interrupted_take_is_found_with_whose_it_is_and_how_long(stage: Stage) -> None:
    response_id = crash_while_answering(stage)
    (found,) = stage.interrupted()
    assert found.response_id == response_id
    assert found.plan is not None
    assert found.plan.vignette == stage.clients[0].ref
    assert found.duration_s == pytest.approx(1.0)
    assert stage.interrupted() == (found,)


def test_what_was_missing_in_an_interrupted_take_is_still_known(stage: Stage) -> None:
    holes = (Hole(LOST, 2.5, 1.0, 1.0), Hole(ASLEEP, 3.5, 600.0, 0.1))
    stage.begin()
    stage.listen()
    stage.recorder.on_holes(holes[:1])
    stage.recorder.on_holes(holes)
    stage.recorder.path = None
    (found,) = stage.interrupted()
    assert found.holes == holes
    interrupted.keep(stage.log, found)
    (kept,) = stage.responses()
    assert (kept.recording.holes, kept.recording.gaps) == (holes, 2)
    assert kept.stimulus_end_s == pytest.approx(2.0)


def test_what_was_muted_when_it_was_interrupted_was_muted_to_its_end(stage: Stage) -> None:
    stage.begin()
    stage.listen()
    stage.recorder.on_holes((Hole(LOST, 0.2, 0.1, 0.1), Hole(MUTED, 0.6, 0.0)))
    stage.recorder.path = None
    (found,) = stage.interrupted()
    interrupted.keep(stage.log, found)
    (kept,) = stage.responses()
    rest_s = pytest.approx(found.duration_s - 0.6)
    assert kept.recording.holes == (Hole(LOST, 0.2, 0.1, 0.1), Hole(MUTED, 0.6, rest_s, rest_s))


@pytest.mark.parametrize("broken", ['"x"', '[{"kind": "x"}]', '[{"at_s": null}]', "[1]"])
def test_holes_that_cannot_be_read_cost_no_take(stage: Stage, broken: str) -> None:
    response_id = crash_while_answering(stage)
    sidecar = stage.home.recordings / "open" / f"{response_id}{SIDECAR}"
    data = json.loads(sidecar.read_text("utf-8"))
    sidecar.write_text(json.dumps({**data, "holes": json.loads(broken)}), "utf-8")
    (found,) = stage.interrupted()
    assert (found.response_id, found.holes) == (response_id, ())


def test_one_that_is_kept_is_in_the_log_as_interrupted(stage: Stage) -> None:
    crash_while_answering(stage)
    (found,) = stage.interrupted()
    outcome = interrupted.keep(stage.log, found)
    assert Changes.RESPONSES in outcome.changes
    (kept,) = stage.responses()
    assert kept == outcome.value
    assert kept.ended_by == "interrupted"
    assert (kept.stimulus_end_s, kept.stimulus_end_error_s) == pytest.approx((2.0, 0.04))
    assert (kept.stopped_at_s, kept.recording.gaps) == (None, None)
    assert stage.left_open() == []
    checked = recordings.missing_or_altered(stage.log, hashes=True)
    assert (checked.missing, checked.altered, checked.orphans) == ((), (), ())
    assert stage.begin().attempt == 2


def test_one_that_is_kept_after_another_was_given_is_the_next_attempt(stage: Stage) -> None:
    crash_while_answering(stage)
    (found,) = stage.interrupted()
    stage.begin()
    stage.rated()
    kept = interrupted.keep(stage.log, found).value
    assert kept.attempt == 2
    assert sorted(r.attempt for r in stage.responses()) == [1, 2]


def test_one_after_the_client_was_stopped_knows_where(stage: Stage) -> None:
    stage.practice.play()
    stage.clock.pass_s(2.5)
    stage.practice.respond_now()
    stage.recorder.path = None
    (found,) = stage.interrupted()
    kept = interrupted.keep(stage.log, found).value
    assert kept.stopped_at_s == pytest.approx(2.5)


def test_one_that_was_interrupted_before_that_was_on_the_disk_says_nothing(stage: Stage) -> None:
    stage.late()
    stage.listen()
    stage.clock.pass_s(3)
    stage.recorder.path = None
    (found,) = stage.interrupted()
    kept = interrupted.keep(stage.log, found).value
    assert (kept.stimulus_end_s, kept.stimulus_end_error_s) == (None, None)


def test_one_that_is_discarded_is_gone(stage: Stage) -> None:
    crash_while_answering(stage)
    (found,) = stage.interrupted()
    interrupted.discard(stage.home, found)
    assert stage.left_open() == []
    assert stage.interrupted() == ()


def test_one_without_sound_is_cleared_away(stage: Stage) -> None:
    stage.practice.play()
    assert stage.left_open() != []
    assert stage.interrupted() == ()
    assert stage.left_open() == []


def test_one_whose_plan_is_lost_is_found_and_can_only_be_listened_to(stage: Stage) -> None:
    response_id = crash_while_answering(stage)
    sidecar = stage.home.recordings / "open" / f"{response_id}{SIDECAR}"
    sidecar.write_text("{")
    (found,) = stage.interrupted()
    assert found.plan is None
    with pytest.raises(KnownError, match="not known whose"):
        interrupted.keep(stage.log, found)
    assert found.path.exists()


def test_odd_things_among_the_open_takes_hide_none_and_what_is_wrong_is_told(stage: Stage) -> None:
    response_id = crash_while_answering(stage)
    place = stage.home.recordings / "open"
    for name in ("0-a-letter.wav", ".keep", "desktop.ini", "Kopie von Anna.wav"):
        (place / name).write_text("Dear Anna, this is not a sound at all.")
    plan = made.plan(made.begun(stage.log))
    adoption = takes_on_disk.Adoption(".wav", 1.0, 48_000, "person", None, None, made.EVENING)
    takes_on_disk.write_sidecar(stage.home.folder, plan, adoption)  # its sound is nowhere
    stage.begin()
    left_open = takes.tidy_up(stage.log).value.left_open
    found = interrupted.find(stage.home, left_open, stage.troubles.append)
    assert [t.response_id for t in found] == [response_id]
    letter, gone = (str(one) for one in stage.troubles)
    assert f"not a WAV file ({place / '0-a-letter.wav'}). Move it" in letter
    assert "is gone" in gone
    assert plan.response_id in gone
    assert len(list(place.iterdir())) == 7


def test_what_is_being_recorded_now_was_not_left_by_a_crash(stage: Stage) -> None:
    left = crash_while_answering(stage)
    waiting = takes.tidy_up(stage.log).value
    stage.begin()
    stage.practice.play()
    playing = {n for n in stage.left_open() if left not in n}
    found = interrupted.find(stage.home, waiting.left_open)
    assert [t.response_id for t in found] == [left]
    assert playing <= set(stage.left_open())
    stage.player.end()
    found = interrupted.find(stage.home, waiting.left_open)
    assert [t.response_id for t in found] == [left]
    stage.clock.pass_s(4)
    stage.finish()
    assert stage.practice.state is State.REVIEWING
    assert len(stage.responses()) == 1


def test_at_the_start_what_was_not_measured_or_stored_small_is_found(stage: Stage) -> None:
    stage.runner.beside = True
    runner = stage.late()
    stage.answer()
    while stage.practice.response is None:
        runner.waiting.pop(0)()
    runner.waiting.clear()  # killed before the measuring
    waiting = takes.tidy_up(stage.log).value
    assert [r.id for r in waiting.unmeasured] == [stage.practice.response.id]
    assert [r.id for r in waiting.large] == [stage.practice.response.recording.id]
    takes.catch_up(stage.runner, stage.home, (), waiting, raised)
    waiting = takes.tidy_up(stage.log).value
    assert (waiting.unmeasured, waiting.large) == ((), ())
    (kept,) = stage.responses()
    path = takes.sound_file(stage.home, kept.recording)
    assert path.suffix == ".flac"
    assert path.exists()


def test_a_response_is_found_by_its_old_name_after_it_was_stored_small(stage: Stage) -> None:
    stage.runner.beside = True
    stage.answer()
    old = stage.practice.response
    assert old is not None
    stage.practice.leave()
    assert old.recording.file.endswith(".wav")
    assert takes.sound_file(stage.home, old.recording).exists()


def test_storing_small_a_recording_that_is_small_does_nothing(stage: Stage) -> None:
    stage.runner.beside = True
    stage.rated()
    stage.practice.next()
    (kept,) = stage.responses()
    told = len(stage.changes)
    takes.compress_later(stage.runner, stage.home, kept.recording, raised)
    assert len(stage.changes) == told


@pytest.mark.parametrize("loudspeakers", [True, False])
def test_a_client_whom_the_microphone_heard_is_told_with_the_measures(
    stage: Stage, loudspeakers: bool
) -> None:
    stage.answer()
    kept = stage.practice.response
    assert kept is not None
    clip = takes.clip_answered(stage.library.vignettes, kept)
    assert clip is not None
    if loudspeakers:
        path = takes.sound_file(stage.home, kept.recording)
        said = decode.read(clip, rate=RATE).samples
        take, _ = soundfile.read(path)
        end = round((kept.stimulus_end_s or 0) * RATE)
        first = max(0, end - len(said))
        take[first:end] += 0.1 * said[first - end :]
        soundfile.write(path, take, RATE)
    stage.runner.beside = True
    takes.measure_later(stage.runner, stage.home, kept, clip, raised)
    found = measures_of(stage.log, kept.id)
    assert found is not None
    assert (OVERHEARD in found.problems) == loudspeakers
    assert takes.clip_answered((), kept) is None


def test_a_recording_that_is_gone_is_told_and_stays_in_the_log(stage: Stage) -> None:
    stage.runner.beside = True
    stage.answer()
    kept = stage.practice.response
    assert kept is not None
    takes.sound_file(stage.home, kept.recording).unlink()
    told: list[Exception] = []
    takes.measure_later(stage.runner, stage.home, kept, None, told.append)
    takes.compress_later(stage.runner, stage.home, kept.recording, told.append)
    assert [type(e) for e in told] == [KnownError, KnownError]
    assert Path(kept.recording.file).stem in str(told[0])
    assert stage.responses() == (kept,)


def raised(error: Exception) -> None:
    raise error
