"""A gate in the real window: what comes is said first, and each answer is heard to its end."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from tests.app.referenced import references, with_references
from tests.gui import fakes
from tests.gui.fakes import Opened
from tests.gui.rounds_walked import plays, round_screen, text_of_focus, words
from trainer.domain.errors import KnownError
from trainer.domain.reference import GATE, TRAINING
from trainer.gui import devices
from trainer.gui.screens.round import RoundScreen

RATE, SECONDS = 8_000, 2.4
# A sound that is let go of while it is opened or read says so, in words of the media libraries.
MEDIA = r"(?i)ffmpeg|immediate exit|media|demux|decod|codec|audio|opus|resampl"
pytestmark = pytest.mark.qt_log_ignore(MEDIA, extend=True)


@pytest.fixture
def it(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    with fakes.opened(qtbot, fakes.settled_home(tmp_path / "home"), monkeypatch) as window:
        window.shows(lambda: window.screen() == "TodayScreen")
        desk = window.window.desk
        assert desk is not None
        rubric = desk.library.rubric("alliance-skills")
        clients = [v for v in desk.library.vignettes if v.ref.pack == "short"]
        made = references(tmp_path / "r", rubric, clients, {TRAINING: 2, GATE: 12})
        for seed, one in enumerate(made.references):
            at = np.arange(round(SECONDS * RATE)) / RATE
            soundfile.write(one.audio, 0.1 * np.sin(at * (900 + 40 * seed)), RATE)
        desk.library = with_references(desk.library, made)
        window.window.go("calibration")
        window.shows(lambda: window.buttons_named("Take the gate"))
        yield window


def entered(it: Opened, button: str) -> RoundScreen:
    it.tab_to(button)
    it.press("Return")
    it.shows(lambda: it.screen() == "RoundScreen" and round_screen(it).rating is not None)
    return round_screen(it)


def test_what_comes_is_said_before_anything_is_heard_and_each_answer_is_heard_to_its_end(
    it: Opened,
) -> None:
    screen = entered(it, "Take the gate")
    it.shows(lambda: text_of_focus() == "Begin  (Enter)")
    said = words(screen)
    assert "You rate 12 answers" in said
    assert "about 9 minutes" in said
    assert "90 % of your scores are within one point" in said
    assert "is 0.5 or more even at its lower 95 % limit" in said
    assert "Nothing is told until the end" in said
    assert "cannot be taken back" in said
    assert screen.rating is not None
    first = screen.rating.candidate
    it.shows(lambda: screen._sounds.has(first))  # its sound is there, and waits
    assert not plays(screen)
    it.press("4")  # no score for what was not heard
    assert screen.rating.work.draft.scores == {}
    it.press("Return")
    it.shows(lambda: plays(screen))
    assert "Gate: 1 of 12" in words(screen)
    it.press("4", "3", "2", "Return")
    it.shows(lambda: "hear it to its end once: 0:00 to 0:02 is still to be heard" in words(screen))
    assert screen.rating.rated == 0
    assert screen.rating.work.draft.scores == {"warmth": 4, "repair": 3, "metacommunication": 2}
    it.press("S", "S")  # at any speed
    it.shows(lambda: "hear it to its end" not in words(screen))
    it.press("Return")
    assert screen.rating.rated == 1
    it.shows(lambda: "Gate: 2 of 12" in words(screen))
    it.press("Escape")
    it.shows(lambda: it.buttons_named("Go on with the gate (1 of 12)"))
    screen = entered(it, "Go on with the gate (1 of 12)")
    it.shows(lambda: plays(screen))  # what comes was said


def test_without_a_loudspeaker_it_is_said_before_the_gate_and_nothing_counts_as_heard(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deaf:
        deaf.setattr(devices, "no_output", lambda: KnownError("No loudspeaker", "Connect one."))
        screen = entered(it, "Take the gate")
        it.shows(lambda: text_of_focus() == "Begin  (Enter)")
        assert it.banner() == "No loudspeaker. Connect one."
        it.press("Return")
        assert screen.rating is not None
        it.shows(lambda: "No loudspeaker. Connect one." in words(screen.page))
        it.press("R", "Space", "4", "3", "2", "Return")
        assert not plays(screen)
        assert screen.rating.rated == 0
        assert "connect a loudspeaker or headphones, then R plays it" in words(screen)
    it.press("S", "S", "R")
    it.shows(lambda: plays(screen))
    assert "loudspeaker" not in words(screen.page)
    assert it.banner() == ""
    it.shows(lambda: screen.rating is not None and screen.rating.to_hear is None)
    it.press("Return")
    assert screen.rating.rated == 1


def test_one_of_training_is_not_locked_by_leaping_to_its_end(it: Opened) -> None:
    screen = entered(it, "Train (frame of reference)")
    it.shows(lambda: plays(screen))
    assert screen.hasFocus()
    it.press("Right", "4", "3", "2")
    it.shows(lambda: not plays(screen))
    it.press("Return")
    assert "is still to be heard" in words(screen)
    it.press("R")
    it.shows(lambda: "still to be heard" not in words(screen))
    it.press("Return")
    it.shows(lambda: text_of_focus() == "Next  (Enter)")
    assert "Yours 4, reference " in words(screen)
