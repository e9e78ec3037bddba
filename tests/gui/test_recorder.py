"""The recorder on a device that does what the test says: what is told, and that it goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from trainer.domain.errors import KnownError
from trainer.domain.response import MOVED, Hole
from trainer.gui.recorder import QtRecorder
from trainer.gui.sources import Fail, Hear, Moved, Switched
from trainer.media.ports import Moment
from trainer.media.watch import no_sound
from trainer.media.wav import SampleKind, SoundFormat, repair

WAIT_MS = 10_000
FIRST, SECOND = SoundFormat(48_000, 1, SampleKind.I16), SoundFormat(44_100, 2, SampleKind.F32)


class Desk:
    """A source with two microphones in it: the first can be pulled out, the second takes over."""

    note = ""

    def __init__(self) -> None:
        self.name = "Headset"
        self.plugged = True
        self.another = True  # whether there is a second one
        self.tries = 0
        self.muted_since: float | None = None
        self.replaced: Moved | None = None  # what the system has just done
        self._form = FIRST
        self._timer: QTimer | None = None

    def start(self, fail: Fail) -> SoundFormat:
        self._fail = fail
        return self._form

    def listen(self, hear: Hear, switched: Switched) -> None:
        self._hear, self._switched = hear, switched
        self._last_s = time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self.drain)
        self._timer.start(10)

    def retry(self) -> None:
        self.tries += 1
        if self.another and self.tries > 3:
            self.name, self._form, self.plugged = "Built-in", SECOND, True
            self._last_s = time.monotonic()
            self._switched(SECOND)

    def drain(self) -> None:
        now_s = time.monotonic()
        frames = round((now_s - self._last_s) * self._form.sample_rate)
        if self._timer is None or not self.plugged or not frames:
            return
        self._last_s = now_s
        noise = np.random.default_rng(frames).uniform(-0.1, 0.1, (frames, self._form.channels))
        self._hear(self._form.pcm(noise.astype(np.float32)), now_s)

    def moved(self) -> Moved | None:
        moved, self.replaced = self.replaced, None
        return moved

    def taken(self) -> None:
        """It does not wait for a take."""

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def pull_out(self) -> None:
        """From the test's thread: nothing comes any more, and nobody is told."""
        self.plugged = False


class Told:
    """A recorder on the desk, and what it told, in order."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.recorder = QtRecorder(source=self.desk)
        self.said: list[str] = []
        self.holes: list[tuple[Hole, ...]] = []
        self.levels = 0
        self.recorder.on_trouble = lambda error: self.said.append(error.text)
        self.recorder.on_over = lambda error: self.said.append(f"over: {error.text}")
        self.recorder.on_holes = self.holes.append
        self.recorder.on_level = lambda _level: self._count()
        self.recorder.open()

    def _count(self) -> None:
        self.levels += 1


@pytest.fixture
def told(qtbot: QtBot) -> Iterator[Told]:
    it = Told()
    try:
        qtbot.waitUntil(lambda: it.levels > 20, timeout=WAIT_MS)
        yield it
    finally:
        it.recorder.close()


def lasts(qtbot: QtBot, seconds: float) -> None:
    end_s = time.monotonic() + seconds
    qtbot.waitUntil(lambda: time.monotonic() >= end_s, timeout=WAIT_MS)


def test_another_device_goes_on_and_its_name_and_what_is_missing_are_told(
    told: Told, qtbot: QtBot, tmp_path: Path
) -> None:
    told.recorder.begin(tmp_path / "a.wav")
    lasts(qtbot, 0.5)
    told.desk.pull_out()
    qtbot.waitUntil(lambda: len(told.said) >= 3, timeout=WAIT_MS)
    lasts(qtbot, 0.5)
    take = told.recorder.finish()
    missing = no_sound().text
    assert told.said[:2] == [missing, f"over: {missing}"]
    assert told.said[2].startswith("The recording goes on with Built-in: ")
    assert told.said[2].endswith("seconds are missing")
    assert len(told.said) == 3
    assert told.holes[-1] == take.holes
    assert (take.sample_rate, take.channels) == (48_000, 1)
    assert repair(take.path).changed is False


def test_between_two_takes_only_the_other_device_is_told(told: Told, qtbot: QtBot) -> None:
    told.desk.pull_out()
    qtbot.waitUntil(lambda: len(told.said) >= 3, timeout=WAIT_MS)
    assert sum("Another microphone is used now, Built-in" in text for text in told.said) == 1
    assert told.holes == []


def test_while_there_is_no_device_it_is_tried_again_and_the_window_goes_on(
    told: Told, qtbot: QtBot, tmp_path: Path
) -> None:
    told.desk.another = False
    told.recorder.begin(tmp_path / "a.wav")
    told.desk.pull_out()
    qtbot.waitUntil(lambda: told.desk.tries > 20, timeout=WAIT_MS)
    before_s = time.monotonic()
    take = told.recorder.finish()
    assert time.monotonic() - before_s < 0.5
    (hole,) = take.holes or ()
    assert (hole.kind, hole.silence_s) == ("lost", 0)
    assert hole.at_s == pytest.approx(take.duration_s)
    assert told.said == [no_sound().text]


def test_that_the_computer_was_asleep_is_told_with_how_long(
    told: Told, qtbot: QtBot, tmp_path: Path
) -> None:
    told.recorder.begin(tmp_path / "a.wav")
    lasts(qtbot, 0.3)
    ear = told.recorder._ear
    assert ear is not None
    assert ear.capture is not None
    before_s = ear.capture._slept()
    ear.capture._slept = lambda: before_s + 754.0
    qtbot.waitUntil(lambda: bool(told.said), timeout=WAIT_MS)
    take = told.recorder.finish()
    assert told.said == ["The computer was asleep for 13 minutes: the recording goes on"]
    ((kind, missing_s),) = [(hole.kind, hole.missing_s) for hole in take.holes or ()]
    assert (kind, missing_s) == ("asleep", pytest.approx(754, abs=0.2))


def test_another_device_put_in_its_place_by_the_system_is_told_and_marked(
    told: Told, qtbot: QtBot, tmp_path: Path
) -> None:
    told.recorder.begin(tmp_path / "a.wav")
    lasts(qtbot, 0.5)
    since_s = time.monotonic()
    place = told.recorder.position_of(Moment(since_s, 0.0))
    lasts(qtbot, 0.3)
    told.desk.replaced = Moved("Built-in", since_s, gone=True)
    qtbot.waitUntil(lambda: bool(told.said), timeout=WAIT_MS)
    lasts(qtbot, 0.3)
    take = told.recorder.finish()
    assert told.said == ["The microphone was disconnected: Built-in is used now"]
    (hole,) = take.holes or ()
    assert (hole.kind, hole.missing_s, hole.silence_s) == (MOVED, 0, 0)
    assert hole.at_s == pytest.approx(place.at_s, abs=0.05)
    assert told.holes == [take.holes]


def test_a_device_that_says_itself_that_it_has_stopped_is_told_at_once(
    told: Told, qtbot: QtBot
) -> None:
    told.desk.another = False
    told.desk.pull_out()
    stopped_s = time.monotonic()
    QTimer.singleShot(0, told.recorder._ear, lambda: told.desk._fail(KnownError("It is gone")))
    qtbot.waitUntil(lambda: bool(told.said), timeout=WAIT_MS)
    assert time.monotonic() - stopped_s < 0.5
    assert told.said == ["It is gone"]
