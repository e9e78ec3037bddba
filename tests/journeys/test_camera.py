"""A film beside the sound: real files from made pictures, in time with each other."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from tests.journeys.pictures import Beeps, ClockPictures, beeps, read_film
from tests.journeys.sound_tools import WAIT_MS, turn_for, wait_for
from trainer.domain.errors import KnownError
from trainer.gui.camera import QtCamera
from trainer.gui.recorder import QtRecorder
from trainer.media.film import film_facts
from trainer.media.ports import Moment


class Told:
    """A camera, and what it told."""

    def __init__(self, source: ClockPictures) -> None:
        self.camera, self.source = QtCamera(source=source), source
        self.begun: list[Moment] = []
        self.troubles: list[str] = []
        self.closed = 0
        self.camera.on_begun = self.begun.append
        self.camera.on_trouble = lambda error: self.troubles.append(error.text)

    def count(self) -> None:
        self.closed += 1


@pytest.fixture
def told(qtbot: QtBot) -> Iterator[Told]:
    it = Told(ClockPictures())
    yield it
    it.camera.close()
    qtbot.waitUntil(lambda: not it.camera.closing, timeout=WAIT_MS)


def test_the_film_is_in_time_with_the_sound(told: Told, qtbot: QtBot, tmp_path: Path) -> None:
    recorder = QtRecorder(source=Beeps(tmp_path))
    recorder.open()
    told.camera.open()
    qtbot.waitUntil(lambda: told.camera.runs, timeout=WAIT_MS)
    recorder.begin(tmp_path / "take.wav")
    told.camera.begin(tmp_path / "take.mkv")
    qtbot.waitUntil(lambda: bool(told.begun), timeout=WAIT_MS)
    starts = recorder.position_of(told.begun[0])
    turn_for(qtbot, 4.0)
    recorder.finish()
    told.camera.finish(told.count)
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)
    recorder.close()

    heard = beeps(tmp_path / "take.wav")
    assert len(heard) >= 4
    shown_s, phase = read_film(tmp_path / "take.mkv")
    assert len(shown_s) > 60
    # A picture shows when in its second it was made; a beep begins where a second does.
    in_sound = starts.at_s + shown_s
    off = (in_sound - heard[0] - phase + 0.5) % 1.0 - 0.5
    assert np.abs(np.median(off)) < 0.02
    assert np.quantile(np.abs(off), 0.95) < 0.04
    assert abs(off[0]) < starts.error_s + 0.01


def filmed(told: Told, qtbot: QtBot, path: Path, seconds: float = 0.6) -> None:
    """Begin a film, and wait until it has run for a while."""
    told.camera.open()
    told.camera.begin(path)
    qtbot.waitUntil(lambda: bool(told.begun), timeout=WAIT_MS)
    turn_for(qtbot, seconds)


def test_letting_go_returns_at_once_and_the_film_is_closed_behind_it(
    told: Told, qtbot: QtBot, tmp_path: Path
) -> None:
    filmed(told, qtbot, tmp_path / "film.mkv")
    asked_s = time.monotonic()
    told.camera.finish(told.count)
    told.camera.close()
    assert time.monotonic() - asked_s < 0.05
    assert not told.camera.runs
    qtbot.waitUntil(lambda: told.closed == 1 and not told.camera.closing, timeout=WAIT_MS)
    assert not told.source.open
    assert film_facts(tmp_path / "film.mkv").pictures > 5


def test_one_camera_films_again_and_again(told: Told, qtbot: QtBot, tmp_path: Path) -> None:
    for number in (1, 2):
        told.begun.clear()
        filmed(told, qtbot, tmp_path / f"{number}.mkv")
        told.camera.finish(told.count)
        told.camera.close()
        qtbot.waitUntil(lambda number=number: told.closed == number, timeout=WAIT_MS)
        assert film_facts(tmp_path / f"{number}.mkv").pictures > 5
    assert told.troubles == []


def test_the_window_goes_on_while_a_film_is_made(told: Told, qtbot: QtBot, tmp_path: Path) -> None:
    """Not the 50 ms of the house: other programs use this machine too."""
    told.source.size = (1280, 720)
    beats = [time.monotonic()]
    beat = QTimer()
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: beats.append(time.monotonic()))
    beat.start(10)
    filmed(told, qtbot, tmp_path / "film.mkv", seconds=1.5)
    told.camera.finish(told.count)
    told.camera.close()
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)
    beat.stop()
    assert np.quantile(np.diff(beats), 0.95) < 0.05
    assert np.diff(beats).max() < 0.3


def test_no_camera_is_told_and_nothing_is_filmed(told: Told, qtbot: QtBot, tmp_path: Path) -> None:
    told.source.refuses = KnownError("No camera was found", "Connect one.")
    told.camera.open()
    told.camera.begin(tmp_path / "film.mkv")
    told.camera.finish(told.count)
    told.camera.close()
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)
    assert told.troubles == ["No camera was found"]
    assert list(tmp_path.iterdir()) == []


def test_a_camera_of_this_machine_that_is_not_there_is_told(qtbot: QtBot) -> None:
    camera = QtCamera("of long ago")
    troubles: list[str] = []
    camera.on_trouble = lambda error: troubles.append(error.text)
    camera.open()
    qtbot.waitUntil(lambda: bool(troubles), timeout=WAIT_MS)
    assert troubles == ["The chosen camera is not connected"]
    camera.close()
    qtbot.waitUntil(lambda: not camera.closing, timeout=WAIT_MS)


def test_a_camera_that_falls_silent_is_told_once_and_its_film_goes_on(
    told: Told, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.gui.camera.MISSED_AFTER_S", 0.5)
    filmed(told, qtbot, tmp_path / "film.mkv")
    told.source.frozen = True
    qtbot.waitUntil(lambda: bool(told.troubles), timeout=WAIT_MS)
    turn_for(qtbot, 0.8)
    told.source.frozen = False
    turn_for(qtbot, 0.5)
    told.camera.finish(told.count)
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)
    assert told.troubles == ["No picture comes from the camera"]
    shown_s, phase = read_film(tmp_path / "film.mkv")
    # The hole is as long as it was: what comes after it is in time.
    off = (shown_s - shown_s[0] - phase + phase[0] + 0.5) % 1.0 - 0.5
    assert np.diff(shown_s).max() > 1.0
    assert np.abs(off).max() < 0.04


def test_a_place_that_cannot_be_written_is_told(told: Told, qtbot: QtBot, tmp_path: Path) -> None:
    told.camera.open()
    told.camera.begin(tmp_path / "nowhere" / "film.mkv")
    qtbot.waitUntil(lambda: bool(told.troubles), timeout=WAIT_MS)
    assert "can't be written" in told.troubles[0]
    told.camera.finish(told.count)
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)


def test_a_disk_that_is_nearly_full_is_left_to_the_sound(
    told: Told, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filmed(told, qtbot, tmp_path / "film.mkv")
    monkeypatch.setattr("trainer.gui.film.ROOM_BYTES", 1 << 60)
    qtbot.waitUntil(lambda: bool(told.troubles), timeout=WAIT_MS)
    assert "nearly full" in told.troubles[0]
    told.camera.finish(told.count)
    qtbot.waitUntil(lambda: told.closed == 1, timeout=WAIT_MS)
    assert film_facts(tmp_path / "film.mkv").pictures > 5


def test_killed_at_any_moment_the_film_so_far_is_there(tmp_path: Path) -> None:
    for seconds in (1.5, 3.0):
        film = tmp_path / f"{seconds}.mkv"
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.camera_child", str(film)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert child.stdout is not None
        began_s = float(child.stdout.readline())
        wait_for(lambda began_s=began_s, seconds=seconds: time.monotonic() - began_s > seconds)
        child.send_signal(signal.SIGKILL)
        ran_s = time.monotonic() - began_s
        child.wait()
        child.stdout.close()
        assert ran_s - film_facts(film).duration_s < 1.2
