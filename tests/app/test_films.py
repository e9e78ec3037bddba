"""The film of an answer: beside its sound, found again after a crash, and never in its way."""

from functools import partial
from pathlib import Path

import pytest

from tests.app.fakes import FakeCamera, keep_film, make_film
from tests.app.stage import Stage
from trainer.app import interrupted, takes
from trainer.app.backup import backup
from trainer.app.doctor import doctor
from trainer.app.films import keep_later
from trainer.app.paths import Home
from trainer.app.report import read_report
from trainer.app.restore import restore
from trainer.app.work import InlineRunner
from trainer.domain.errors import KnownError
from trainer.domain.response import Response, Video
from trainer.media.ports import PRE_ROLL_S
from trainer.store import recordings, responses, sealed, videos
from trainer.store.db import Log, open_log
from trainer.store.key import new_key


@pytest.fixture
def camera(stage: Stage) -> FakeCamera:
    stage.camera = FakeCamera(stage.clock, stage.journal)
    stage.begin()
    return stage.camera


def film_of(log: Log, response: Response | None) -> Video | None:
    assert response is not None
    return videos.video_of(log, response.recording.id)


def left_open(home: Home) -> list[str]:
    return sorted(path.suffix for path in (home.recordings / "open").iterdir())


def test_the_camera_wakes_with_the_client_and_films_the_answer_alone(
    stage: Stage, camera: FakeCamera
) -> None:
    stage.practice.play()
    assert camera.runs
    assert "camera begins" not in stage.journal
    stage.clock.pass_s(3)
    stage.player.end()
    assert stage.journal[-2:] == ["begin", "camera begins"]
    stage.clock.pass_s(4)
    stage.finish()
    assert not camera.runs
    video = film_of(stage.log, stage.practice.response)
    assert video is not None
    assert (video.width, video.height) == (64, 48)
    assert video.duration_s == pytest.approx(0.96)
    # The sound begins two seconds before the client's end, the film an eighth after it.
    assert video.starts_s == pytest.approx(PRE_ROLL_S + 0.125)
    assert video.starts_error_s == pytest.approx(0.05)
    assert left_open(stage.home) == []
    assert stage.troubles == []


def test_the_report_names_the_film(stage: Stage, camera: FakeCamera) -> None:
    stage.rated()
    response = stage.practice.response
    assert response is not None
    report = read_report(stage.log, stage.library, response.id)
    assert report.film is not None
    assert report.film == film_of(stage.log, response)


def test_without_a_camera_nothing_is_different(stage: Stage) -> None:
    stage.answer()
    assert film_of(stage.log, stage.practice.response) is None
    assert [word for word in stage.journal if "camera" in word] == []


def test_a_camera_that_sees_nothing_is_told_and_the_sound_is_kept(
    stage: Stage, camera: FakeCamera
) -> None:
    camera.blind = True
    stage.answer()
    assert stage.practice.response is not None
    assert film_of(stage.log, stage.practice.response) is None
    assert [error.text for error in stage.troubles] == [
        "This answer has no film: no picture came from the camera"
    ]
    assert left_open(stage.home) == []


def test_a_film_that_nothing_can_read_is_told_and_not_thrown_away(
    stage: Stage, camera: FakeCamera
) -> None:
    camera.late = True
    stage.answer()
    assert camera.path is not None
    camera.path.write_bytes(bytes(50_000))
    camera.land()
    assert "cannot be read" in stage.troubles[0].text
    (orphan,) = recordings.missing_or_altered(stage.log).orphans
    assert orphan.stat().st_size == 50_000
    assert str(orphan) in stage.troubles[0].text


def test_in_a_locked_folder_it_is_encrypted(stage: Stage, camera: FakeCamera) -> None:
    camera.late = True
    stage.answer()
    response = stage.practice.response
    assert response is not None
    locked = Home(stage.home.folder, new_key())
    keep_later(InlineRunner(stage.log), locked, response.id, stage.troubles.append)
    video = film_of(stage.log, response)
    assert video is not None
    plain = stage.home.recordings / video.file
    assert not plain.exists()
    assert sealed.sha256_of(sealed.stored(plain), locked.key)[0] == video.sha256
    assert stage.troubles == []


def test_a_film_that_is_kept_twice_is_there_once(stage: Stage, camera: FakeCamera) -> None:
    camera.late = True
    stage.answer()
    response = stage.practice.response
    assert response is not None
    kept: list[str] = []
    for name in ("first", "second"):
        then = partial(kept.append, name)
        keep_later(stage.runner, stage.home, response.id, stage.troubles.append, then)
    assert film_of(stage.log, response) is not None
    assert (kept, stage.troubles) == (["first", "second"], [])
    assert left_open(stage.home) == []


def test_leaving_in_mid_answer_keeps_sound_and_film(stage: Stage, camera: FakeCamera) -> None:
    stage.listen()
    stage.clock.pass_s(4)
    stage.practice.leave()
    assert not camera.runs
    (response,) = responses.responses(stage.log, stage.person.id)
    assert film_of(stage.log, response) is not None


def test_leaving_while_the_client_speaks_leaves_no_film(stage: Stage, camera: FakeCamera) -> None:
    stage.practice.play()
    stage.practice.leave()
    assert not camera.runs
    assert left_open(stage.home) == []


def test_a_take_without_sound_takes_its_film_with_it(stage: Stage, camera: FakeCamera) -> None:
    stage.recorder.deaf = camera.late = True
    stage.answer()
    assert camera.path is not None
    make_film(camera.path)  # as it would be on Windows, where an open file cannot be deleted
    camera.land()
    assert left_open(stage.home) == []


def test_a_film_that_was_closed_after_the_window_is_kept_at_the_next_start(
    stage: Stage, camera: FakeCamera
) -> None:
    camera.late = True
    stage.answer()
    assert left_open(stage.home) == [".json", ".mkv"]
    waiting = takes.tidy_up(stage.log).value
    assert stage.practice.response is not None
    assert waiting.films == (stage.practice.response.id,)
    takes.catch_up(stage.runner, stage.home, (), waiting, stage.troubles.append)
    video = film_of(stage.log, stage.practice.response)
    assert video is not None
    assert video.starts_s == pytest.approx(PRE_ROLL_S + 0.125)
    assert left_open(stage.home) == []


def test_an_interrupted_take_is_kept_with_its_film_cut_off_as_it_is(
    stage: Stage, camera: FakeCamera
) -> None:
    stage.listen()
    assert camera.path is not None
    make_film(camera.path, seconds=8, size="320x240")
    whole = camera.path.read_bytes()
    camera.path.write_bytes(whole[: len(whole) * 2 // 3])  # and here the program was killed
    waiting = takes.tidy_up(stage.log).value
    (found,) = interrupted.find(stage.home, waiting.left_open)
    response = interrupted.keep(stage.log, found).value
    video = keep_film(stage.log, found.response_id)
    assert video == film_of(stage.log, response)
    assert video is not None
    assert 3 < video.duration_s < 7
    assert left_open(stage.home) == []


def test_an_interrupted_take_that_is_deleted_takes_its_film_with_it(
    stage: Stage, camera: FakeCamera
) -> None:
    stage.listen()
    waiting = takes.tidy_up(stage.log).value
    (found,) = interrupted.find(stage.home, waiting.left_open)
    interrupted.discard(stage.home, found)
    assert left_open(stage.home) == []


def test_films_go_into_a_backup_and_come_back(
    stage: Stage, camera: FakeCamera, tmp_path: Path
) -> None:
    stage.answer()
    response = stage.practice.response
    video = film_of(stage.log, response)
    assert response is not None
    assert video is not None
    done = backup(stage.home, tmp_path / "kept.attune")
    assert (done.recordings, done.films, done.whole) == (1, 1, True)
    there = Home(tmp_path / "elsewhere")
    assert restore(there, done.path).films == 1
    again = restore(there, done.path)
    assert (again.films, again.whole) == (0, True)
    # Lost here, it is given back; the log itself is not touched.
    (there.recordings / video.file).unlink()
    assert restore(there, done.path).films == 1
    log = open_log(there.folder)
    assert film_of(log, responses.response(log, response.id)) == video
    check = recordings.missing_or_altered(log, hashes=True)
    log.close()
    assert (check.missing, check.altered, check.orphans) == ((), (), ())


def test_a_film_whose_place_is_taken_is_told_and_nothing_is_overwritten(
    stage: Stage, camera: FakeCamera, tmp_path: Path
) -> None:
    stage.answer()
    video = film_of(stage.log, stage.practice.response)
    assert video is not None
    done = backup(stage.home, tmp_path / "kept.attune")
    there = Home(tmp_path / "elsewhere")
    place = there.recordings / video.file
    place.parent.mkdir(parents=True)
    place.write_bytes(b"another film")
    restored = restore(there, done.path)
    assert restored.differed == [("videos", video.recording_id)]
    assert place.read_bytes() == b"another film"


def test_a_film_that_waits_in_a_backup_is_kept_where_it_comes_to(
    stage: Stage, camera: FakeCamera, tmp_path: Path
) -> None:
    camera.late = True
    stage.answer()
    done = backup(stage.home, tmp_path / "kept.attune")
    there = Home(tmp_path / "elsewhere")
    assert restore(there, done.path).interrupted_takes == 0
    log = open_log(there.folder)
    assert stage.practice.response is not None
    assert keep_film(log, stage.practice.response.id) is not None
    log.close()


def test_the_doctor_misses_a_film(stage: Stage, camera: FakeCamera) -> None:
    stage.answer()
    video = film_of(stage.log, stage.practice.response)
    assert video is not None
    checks = {check.name: check for check in doctor(stage.home, hashes=True)}
    assert checks["recordings"].ok
    (stage.home.recordings / video.file).unlink()
    checks = {check.name: check for check in doctor(stage.home)}
    assert not checks["recordings"].ok


@pytest.mark.parametrize("change", ["file = '../../secret.mkv'", "starts_s = 9e999"])
def test_a_row_that_no_attune_wrote_is_refused_with_the_whole_backup(
    stage: Stage, camera: FakeCamera, tmp_path: Path, change: str
) -> None:
    stage.answer()
    with stage.log.atomic():
        stage.log.db.conn.execute("DROP TRIGGER videos_no_update")
        stage.log.db.conn.execute(f"UPDATE videos SET {change}")
    done = backup(stage.home, tmp_path / "kept.attune")
    with pytest.raises(KnownError, match="cannot be used: videos"):
        restore(Home(tmp_path / "elsewhere"), done.path)
