"""The whole evening, real: window, loudspeaker, microphone, log; only the person is a script."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.pulse import NullSink
from tests.journeys import sound_tools as tools
from tests.journeys.short_pack import make_pack
from tests.journeys.sound_tools import RATE, WAIT_MS, turn_for
from trainer.app import logbook
from trainer.app.paths import Home, bundled
from trainer.app.practice import Practice, State
from trainer.app.settings import Settings
from trainer.gui import theme
from trainer.gui.application import open_window
from trainer.gui.main_window import MainWindow
from trainer.gui.screens.stage import StageScreen
from trainer.media.ports import PRE_ROLL_S

CLIP_S = 3.0
SPEECH_S = 4.0
PULSE_SKEW_S = 0.6  # from the start of paplay to its first sample in the microphone, at most


class Evening:
    """A window that is all real, and a person's hands on its keyboard."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window

    def shows(self, name: str) -> None:
        self.until(lambda: type(self.window.shown()).__name__ == name)

    def until(self, condition: object) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def press(self, *keys: str) -> None:
        for key in keys:
            target = QApplication.focusWidget() or self.window
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{key}"))

    def control(self, key: str) -> None:
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)

    def tab_to(self, name: str) -> None:
        for _ in range(100):
            focused = QApplication.focusWidget()
            if isinstance(focused, QPushButton) and name in (focused.accessibleName(),):
                return
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name!r}")

    def words(self) -> str:
        shown = self.window.shown()
        assert isinstance(shown, QWidget)
        return "\n".join(w.text() for w in shown.findChildren(QLabel) if w.isVisible())

    @property
    def practice(self) -> Practice:
        shown = self.window.shown()
        assert isinstance(shown, StageScreen)
        return shown.practice


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A quiet room: digital silence while the client speaks is taken for a muted microphone."""
    hush = np.random.default_rng(0).uniform(-4e-4, 4e-4, 60 * RATE).astype(np.float32)
    return tools.make_clip(tmp_path / "room.wav", hush)


@pytest.fixture
def evening(null_sink: NullSink, qtbot: QtBot, home: Path) -> Iterator[Evening]:
    tools.wait_for_microphone(qtbot, null_sink.microphone)
    make_pack(Home(home).packs, CLIP_S)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    window, close = open_window(Home(home), Settings(Home(home).settings_file))
    yield Evening(qtbot, window)
    window.close()
    close()
    window.deleteLater()


def listen_and_answer(
    evening: Evening, sound: NullSink, room: Path, clip: Path
) -> tuple[float, float]:
    """Hear the client out and say ``clip``; when it was begun, and when the client had ended."""
    practice = evening.practice
    with tools.playing(sound, room, sound.mouth):
        evening.press("Space")
        started_s = time.monotonic()
        evening.until(lambda: practice.state is State.RESPONDING)
        ended_s = time.monotonic()
    assert ended_s - started_s > CLIP_S - 0.2  # in real time; loading it takes its time too
    turn_for(evening.qtbot, 1.0)
    with tools.playing(sound, clip, sound.mouth) as player:
        spoken_s = time.monotonic()
        evening.until(lambda: player.poll() is not None)
    turn_for(evening.qtbot, 0.5)
    evening.press("Space")
    assert practice.state is State.REVIEWING
    evening.until(lambda: practice.response is not None)
    return spoken_s, ended_s


def test_a_first_evening_ends_in_the_log_measured_rated_and_drawn(
    evening: Evening, null_sink: NullSink, room: Path, home: Path, tmp_path: Path
) -> None:
    said = tools.speech(SPEECH_S, seed=3)
    clip = tools.make_clip(tmp_path / "my answer, ü.wav", said)
    # Who are you?
    evening.shows("WelcomeScreen")
    QTest.keyClicks(QApplication.focusWidget(), "M. K.")
    evening.press("Return")
    evening.shows("TodayScreen")
    evening.until(lambda: "Good to see you, M. K." in evening.words())
    # Anna, from the library
    evening.control("2")
    evening.shows("LibraryScreen")
    evening.tab_to("Practise with Anna")
    evening.press("Space")
    evening.shows("StageScreen")
    practice = evening.practice
    spoken_s, ended_s = listen_and_answer(evening, null_sink, room, clip)
    assert practice.response is not None
    recording = Home(home).recordings / practice.response.recording.file
    at, likeness = tools.find(said, tools.read_mono(recording))
    assert likeness >= 0.95
    assert practice.response.recording.gaps == 0
    # One's own rating first
    evening.press("4", "0", "2", "Return")
    evening.until(lambda: practice.state is State.RATED)
    evening.until(lambda: "Waited before answering" in evening.words())
    # The end of the set
    evening.press("N", "2")
    QTest.keyClicks(QApplication.focusWidget(), "Slower.")
    evening.press("Return")
    evening.shows("TodayScreen")
    # The chart has moved
    evening.control("4")
    evening.shows("ProgressScreen")
    evening.until(lambda: "1 self-rating" in evening.words())
    told = evening.window.banner.text()
    assert told == "" or str(bundled("scenarios")) in told  # the bundled pack is tests/bank's

    rows = logbook.rows(Home(home), 10, None)
    (row,) = rows
    assert row["attempt"] == 1
    document = logbook.show(Home(home), row["id"])
    response, measures = document["response"], document["measures"]
    assert row["scores"] == {"warmth": 4, "repair": None, "metacommunication": 2}
    assert document["reflection"]["reflection"] == "Slower."
    # The client's end is where the sound before the answer was kept until.
    end_s, end_error_s = response["stimulus_end_s"], response["stimulus_end_error_s"]
    assert end_s == pytest.approx(PRE_ROLL_S, abs=0.3)
    assert 0 < end_error_s < 0.5
    # The latency, against where the answer truly lies in the recording, and against the clock.
    error_s = (measures["onset_error_s"] ** 2 + end_error_s**2) ** 0.5
    waited_s = measures["onset_s"] - end_s
    assert row["latency_s"] == pytest.approx(waited_s)
    assert waited_s == pytest.approx(at / RATE - end_s, abs=error_s + 0.02)
    by_the_clock_s = spoken_s - ended_s
    assert -error_s - 0.1 <= waited_s - by_the_clock_s <= error_s + PULSE_SKEW_S
    assert measures["speech_s"] == pytest.approx(SPEECH_S, abs=1.0)
