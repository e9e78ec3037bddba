"""What the stage shows of a microphone, camera or disk that fails in the middle of an answer."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, opened, settled_home, words
from trainer.app.practice import State
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.media.ports import Level
from trainer.media.watch import no_sound


def test_what_was_said_of_the_microphone_goes_when_it_is_over(stage: Opened) -> None:
    silent, other = KnownError("The microphone has been silent"), KnownError("The disk is full")
    stage.client_speaks()
    stage.client_ends()
    stage.recorder.on_trouble(silent)
    assert "silent" in stage.banner()
    stage.recorder.on_over(silent)
    assert stage.banner() == ""
    stage.recorder.on_trouble(other)
    stage.recorder.on_over(silent)
    assert "disk" in stage.banner()


def test_a_voice_that_is_too_loud_is_framed_for_a_moment(stage: Opened) -> None:
    stage.client_speaks()
    stage.client_ends()
    ring = stage.stage.listen.ring
    stage.recorder.on_level(Level(-20.0, -9.0, clipped=False))
    assert not ring.too_loud
    calm = ring.grab().toImage()
    stage.recorder.on_level(Level(-20.0, 0.0, clipped=True))
    assert ring.too_loud
    assert ring.grab().toImage() != calm
    for _ in range(40):  # two seconds
        stage.recorder.on_level(Level(-20.0, -9.0, clipped=False))
    assert not ring.too_loud


def test_a_microphone_that_does_not_hear_is_not_shown_as_one_that_does(stage: Opened) -> None:
    stage.client_speaks()
    stage.client_ends()
    ring = stage.stage.listen.ring
    nothing = Level(-120.0, -120.0, clipped=False)
    for _ in range(40):
        stage.recorder.on_level(nothing)  # a quiet moment, as far as is known
    quiet = ring.grab().toImage()
    assert "Answer aloud" in words(stage)
    stage.recorder.on_level(replace(nothing, heard=False))
    assert not ring.heard
    assert ring.grab().toImage() != quiet
    assert "The microphone does not hear you now." in words(stage)
    assert "Answer aloud" not in words(stage)
    stage.recorder.on_level(nothing)
    assert ring.heard
    assert "Answer aloud" in words(stage)


@pytest.fixture
def usual_text_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100)


NAME = "USB Audio Device Analog Stereo"
TOLD = {
    "no sound": no_sound(),
    "back": KnownError(
        f"The recording goes on with {NAME}: 2.4 seconds are missing",
        "What was said before is kept; go on speaking.",
    ),
    "replaced": KnownError(
        f"The microphone was disconnected: {NAME} is used now",
        "Go on speaking, and watch the level. What was said is kept.",
    ),
    "disk full": KnownError(
        "The disk is full: the recording is held in memory",
        "Free some space now, and it is written. It lies in /home/therese/.local/share/attune/"
        "recordings/open.",
    ),
}


@pytest.mark.usefixtures("usual_text_again")
@pytest.mark.parametrize("fault", TOLD)
def test_what_is_told_in_mid_answer_covers_and_cuts_nothing_in_the_smallest_window(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as stage:
        theme.apply(QApplication.instance(), "light", 200)
        stage.window.resize(stage.window.minimumSize())
        stage.shows(lambda: stage.screen() == "TodayScreen")
        stage.meet()
        stage.client_speaks()
        stage.client_ends()
        stage.recorder.on_trouble(TOLD[fault])
        listen, banner = stage.stage.listen, stage.window.banner
        listen.show_camera(True)
        stage.recorder.on_level(Level(-120.0, -120.0, clipped=False, heard=False))
        stage.shows(lambda: listen.height() < 300)  # room was made for the sentence
        QApplication.sendPostedEvents()
        labels = [w for w in (*listen.findChildren(QLabel), *banner.findChildren(QLabel))
                  if w.isVisible() and w.text()]  # fmt: skip
        assert "The microphone does not hear you now." in [label.text() for label in labels]
        for label in labels:
            assert label.height() >= label.heightForWidth(label.width())
        shown = [listen.picture, listen.ring, *listen.findChildren(QPushButton)]
        shown = [w for w in (*shown, *listen.findChildren(QLabel)) if w.isVisible()]
        assert listen.ring.height() >= listen.ring.minimumSizeHint().height()
        places = [
            QRect(w.mapTo(listen, QPoint()), w.size())
            for w in shown
            if not listen.picture.isAncestorOf(w)
        ]
        for one, other in itertools.combinations(places, 2):
            assert not one.intersects(other)
        assert all(listen.rect().contains(place) for place in places)


def test_a_missing_microphone_is_a_sentence_and_one_can_try_again(stage: Opened) -> None:
    stage.recorder.refuses["open"] = KnownError("No microphone was found", "Connect one.")
    stage.press("Space")
    assert stage.banner() == "No microphone was found. Connect one."
    assert stage.practice.state is State.READY
    stage.recorder.refuses.clear()
    stage.client_speaks()
    assert stage.banner() == ""


def test_a_clip_that_fails_is_a_sentence_and_one_is_ready_again(stage: Opened) -> None:
    stage.client_speaks()
    stage.player.fail()
    assert "anna-late.t1.wav can't be played" in stage.banner()
    assert stage.practice.state is State.READY
    assert "Listen to Anna  (Space)" in words(stage)


def test_a_sound_file_that_went_missing_is_a_sentence(stage: Opened) -> None:
    stage.practice.turn.media.clip.unlink()
    stage.press("Escape")
    stage.shows(lambda: stage.screen() == "TodayScreen")
    stage.meet()
    stage.shows(lambda: "anna-late.t1.wav" in stage.banner())
