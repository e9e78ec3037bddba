"""A film beside the sound: real files from made pictures, in time with each other."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.pictures import Beeps, ClockPictures, beeps, read_film
from tests.journeys.sound_tools import WAIT_MS, turn_for
from trainer.gui.camera import QtCamera
from trainer.gui.recorder import QtRecorder
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
