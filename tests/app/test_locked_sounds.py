"""Sounds and films of a locked folder: stored encrypted, opened in memory, and never plain."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.app.stage import Stage
from tests.app.test_takes import raised
from trainer.app import interrupted, takes
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.app.waveform import time_line
from trainer.app.work import InlineRunner
from trainer.domain.errors import KnownError
from trainer.domain.response import Response, Video
from trainer.media import decode
from trainer.media.held import Held
from trainer.store import recordings, sealed
from trainer.store.db import Log, open_log
from trainer.store.key import new_key
from trainer.store.measures import measures_of


@pytest.fixture
def at_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "my data, ä", new_key())


@pytest.fixture
def log(at_home: Home) -> Iterator[Log]:
    opened = open_log(at_home.folder, at_home.key)
    yield opened
    opened.close()


def answered(stage: Stage) -> Response:
    """One in the log, as WAV and not measured."""
    stage.answer()
    kept = stage.practice.response
    assert kept is not None
    return kept


def lying(home: Home) -> list[str]:
    """The kinds of the files that are in their place."""
    return sorted("".join(p.suffixes) for p in home.recordings.rglob("*.*") if p.is_file())


def test_an_answer_is_measured_and_then_lies_small_and_encrypted(stage: Stage) -> None:
    stage.runner.beside = True
    stage.rated()
    stage.practice.leave()
    (kept,) = stage.responses()
    assert lying(stage.home) == [".flac.age"]
    assert kept.recording.file.endswith(".flac")
    assert measures_of(stage.log, kept.id) is not None
    check = recordings.missing_or_altered(stage.log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    sound = takes.sound_file(stage.home, kept.recording)
    assert isinstance(sound, Held)
    assert sound.name == Path(kept.recording.file).name
    assert decode.duration(sound) == pytest.approx(kept.recording.duration_s, abs=0.01)


def test_it_lies_plain_no_longer_than_it_takes_to_measure_it(stage: Stage) -> None:
    stage.runner.beside = True
    stage.answer()
    assert stage.practice.state is State.REVIEWING
    assert lying(stage.home) == [".flac.age"]


def test_nor_does_one_that_a_crash_left_and_the_person_keeps(stage: Stage) -> None:
    stage.listen()
    stage.clock.pass_s(4)
    (left,) = stage.interrupted()
    kept = interrupted.keep(stage.log, left).value
    stage.runner.beside = True
    takes.look_after(stage.runner, stage.home, kept, None, raised)
    assert lying(stage.home) == [".flac.age"]
    assert measures_of(stage.log, kept.id) is not None


class CrashingOnce(InlineRunner):
    """Its process that works apart dies of the first job it is given."""

    crashed = False

    def apart(self, job: Any, then: Any = None, failed: Any = None, *args: Any) -> Any:
        if self.crashed:
            return super().apart(job, then, failed, *args)
        self.crashed = True
        failed(KnownError("It died", "Another comes."))
        return lambda: None


def test_nor_one_whose_measuring_crashed(stage: Stage) -> None:
    kept, told = answered(stage), list[Exception]()
    takes.look_after(CrashingOnce(stage.log), stage.home, kept, None, told.append)
    assert lying(stage.home) == [".flac.age"]
    assert [str(error) for error in told] == ["It died. Another comes."]


def test_an_encrypted_one_is_measured_too(stage: Stage) -> None:
    kept = answered(stage)
    assert stage.home.key is not None
    sealed.seal(stage.home.recordings / kept.recording.file, stage.home.key)
    stage.runner.beside = True
    takes.measure_later(stage.runner, stage.home, kept, None, raised)
    found = measures_of(stage.log, kept.id)
    assert found is not None
    assert found.duration_s == pytest.approx(kept.recording.duration_s, abs=0.01)


def test_an_encrypted_wav_is_left_alone_and_the_next_has_its_turn(stage: Stage) -> None:
    first = answered(stage)
    stage.practice.leave()
    stage.begin()
    second = answered(stage)
    assert stage.home.key is not None
    sealed.seal(stage.home.recordings / first.recording.file, stage.home.key)
    stage.runner.beside = True
    waiting = takes.Waiting((), (first.recording, second.recording), ())
    takes.catch_up(stage.runner, stage.home, (), waiting, raised)
    assert lying(stage.home) == [".flac.age", ".wav.age"]


def test_what_is_forgotten_while_it_is_stored_small_leaves_nothing(stage: Stage) -> None:
    kept = answered(stage)
    stage.runner.beside = True
    takes.compress_later(stage.runner, stage.home, replace(kept.recording, id="0"), raised)
    assert lying(stage.home) == [".wav"]


@pytest.mark.parametrize(
    ("known_as", "now"),
    [
        *((".wav", now) for now in (".wav", ".wav.age", ".flac", ".flac.age")),
        *((".flac", now) for now in (".flac", ".flac.age")),
    ],
)
def test_a_sound_is_found_whatever_became_of_it(stage: Stage, known_as: str, now: str) -> None:
    kept = answered(stage)
    wav = stage.home.recordings / kept.recording.file
    whole = wav.read_bytes()
    plain = wav.rename(wav.with_suffix(now.removesuffix(".age")))
    if now.endswith(".age"):
        assert stage.home.key is not None
        sealed.seal(plain, stage.home.key)
    known = replace(kept.recording, file=str(Path(kept.recording.file).with_suffix(known_as)))
    found = takes.sound_file(stage.home, known)
    assert isinstance(found, Held)
    assert found.data == whole
    assert found.name == plain.name


def test_it_is_found_while_it_becomes_another(stage: Stage) -> None:
    kept = answered(stage)
    key, wav = stage.home.key, stage.home.recordings / kept.recording.file
    assert key is not None
    whole, enough = wav.read_bytes(), Event()

    def turn() -> None:
        while not enough.is_set():
            sealed.unseal(sealed.seal(wav, key), key)

    turning = Thread(target=turn)
    turning.start()
    try:
        for _ in range(300):
            found = takes.sound_file(stage.home, kept.recording)
            assert isinstance(found, Held)
            assert found.data == whole
    finally:
        enough.set()
        turning.join()


def test_what_is_missing_is_told_as_in_an_open_folder(stage: Stage) -> None:
    kept = answered(stage)
    (stage.home.recordings / kept.recording.file).unlink()
    said = []
    for home in (stage.home, Home(stage.home.folder)):
        source = takes.sound_file(home, kept.recording)
        assert isinstance(source, Path)
        said.append(time_line(None, source, None).problems)
    assert said[0] == said[1]
    assert said[0][0].startswith("There is no file")


def test_one_of_another_key_is_told_and_the_client_is_drawn(stage: Stage) -> None:
    kept = answered(stage)
    sealed.seal(stage.home.recordings / kept.recording.file, new_key())
    clip = takes.clip_answered(stage.clients, kept)
    line = time_line(clip, lambda: takes.sound_file(stage.home, kept.recording), 1.0)
    assert line.client is not None
    assert line.response is None
    assert line.problems[0].startswith("This file cannot be decrypted")
    told: list[Exception] = []
    stage.runner.beside = True
    takes.measure_later(stage.runner, stage.home, kept, None, told.append)
    assert isinstance(told[0], KnownError)


def test_a_film_is_held_too_and_a_missing_one_is_where_it_should_be(stage: Stage) -> None:
    assert stage.home.key is not None
    video = Video("id", "a/film.mkv", "", 4, 1.0, 640, 480, None, None)
    path = stage.home.recordings / video.file
    assert takes.film_file(stage.home, video) == path
    assert not takes.has_film(stage.home, video)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"film")
    assert takes.film_file(stage.home, video) == Held("film.mkv", b"film")
    sealed.seal(path, stage.home.key)
    assert takes.film_file(stage.home, video) == Held("film.mkv", b"film")
    assert takes.has_film(stage.home, video)
