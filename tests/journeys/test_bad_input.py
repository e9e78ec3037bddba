"""What a person may have on their disk that is not as it should be: a sentence, and one goes on.

The window and the loudspeaker are real; the microphone is a file.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, kept, settled_home
from tests.journeys.sound_tools import RATE, speech
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.app.settings import Settings
from trainer.gui import theme
from trainer.gui.application import open_window
from trainer.gui.recorder import QtRecorder
from trainer.gui.sources import FileSource


class Real(Opened):
    """A window whose clips are really played."""

    def __init__(self, qtbot: QtBot, home: Home, answer: Path) -> None:
        self.qtbot, self.home = qtbot, home
        self.source = FileSource(answer, delay_s=0.2)
        self.window, self.close = open_window(
            home, Settings(home.settings_file), lambda: QtRecorder(source=self.source)
        )
        self.shows(lambda: self.screen() == "TodayScreen" or self.banner())

    def answer_for_real(self) -> None:
        """Listen to the end, answer, and see it kept."""
        self.press("Space")
        self.shows(lambda: self.practice.state is State.PLAYING)
        self.shows(lambda: self.practice.state is State.RESPONDING)
        self.shows(lambda: self.source.spoken)
        self.press("Space")
        self.shows(lambda: self.practice.response is not None)


@pytest.fixture
def home_of_mk(tmp_path: Path) -> Home:
    return settled_home(tmp_path / "ein Ordner, ü")


@pytest.fixture
def real(home_of_mk: Home, tmp_path: Path, qtbot: QtBot) -> Iterator[Real]:
    answer = tmp_path / "answer.wav"
    soundfile.write(answer, speech(0.5), RATE)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    it = Real(qtbot, home_of_mk, answer)
    yield it
    it.window.close()
    it.close()
    it.window.deleteLater()


def clip(home: Home) -> Path:
    return home.packs / "short" / "media" / "anna-late.t1.wav"


@pytest.mark.qt_log_ignore("Could not open media", extend=True)
@pytest.mark.parametrize("content", [b"Dear Anna, this is a letter.", b"RIFF\x24\x00\x00\x00WAVE"])
def test_a_clip_that_is_no_sound_is_a_sentence_and_another_client_can_be_met(
    real: Real, content: bytes
) -> None:
    clip(real.home).write_bytes(content)
    real.meet()
    real.press("Space")
    real.shows(lambda: real.practice.state is State.READY and real.banner())
    assert "anna-late.t1.wav" in real.banner()
    assert kept(real.home) == []
    assert list((real.home.recordings / "open").iterdir()) == []
    real.press("Escape")
    real.meet("ben-rain")
    real.answer_for_real()
    assert [(r.vignette.vignette, n) for r, n in kept(real.home)] == [("ben-rain", 0)]


def test_a_clip_that_goes_missing_just_before_it_is_played_is_a_sentence(real: Real) -> None:
    real.meet()
    clip(real.home).unlink()
    real.press("Space")
    real.shows(lambda: real.practice.state is State.READY and "is missing" in real.banner())
    assert "anna-late.t1.wav" in real.banner()


def test_a_recordings_folder_that_is_a_file_is_a_sentence_and_mending_it_is_enough(
    real: Real,
) -> None:
    real.home.recordings.write_text("in the way")
    real.meet()
    real.press("Space")
    real.shows(lambda: "A file is in the way" in real.banner())
    assert real.practice.state is State.READY
    real.home.recordings.unlink()
    real.answer_for_real()
    assert len(kept(real.home)) == 1


def test_a_month_that_cannot_be_written_keeps_the_sound_for_the_next_start(
    real: Real, qtbot: QtBot
) -> None:
    year = real.home.recordings / f"{time.gmtime().tm_year}"
    real.home.recordings.mkdir()
    year.write_text("in the way")
    real.meet()
    real.press("Space")
    real.shows(lambda: real.practice.state is State.RESPONDING)
    real.shows(lambda: real.source.spoken)
    real.press("Space")
    real.shows(lambda: real.practice.state is State.READY)
    assert "A file is in the way" in real.banner()
    year.unlink()
    real.window.close()
    real.close()
    again = Real(qtbot, real.home, real.source.path)
    again.shows(lambda: "Rate it" in again.buttons())
    ((response, _),) = kept(real.home)
    assert response.ended_by == "person"
    assert response.stimulus_end_s is not None
    again.window.close()
    again.close()
    again.window.deleteLater()


def test_an_answer_to_nobody_and_keys_at_random_do_no_harm(real: Real) -> None:
    real.meet()
    for key in "RN0512PCX":
        target = QApplication.focusWidget() or real.window
        QTest.keyClicks(target, key.lower())
    assert real.practice.state is State.READY
    real.answer_for_real()
    for key in "RNPX ":
        QTest.keyClicks(QApplication.focusWidget() or real.window, key.lower())
    assert real.practice.state is State.REVIEWING
    assert real.practice.scores == {}


def test_a_file_that_plays_the_microphone_is_heard_in_every_repetition(real: Real) -> None:
    for _ in range(2):
        real.meet()
        real.answer_for_real()
        real.press("Escape")
    first, second = (r.recording.duration_s for r, _ in kept(real.home))
    assert second == pytest.approx(first, abs=0.5)
    assert second > 1.0
