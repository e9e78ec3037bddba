"""The stage by keyboard alone: a client speaks, one answers, rates, looks, goes on or leaves."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, kept, note_in_log, opened, settled_home, words
from trainer.app.practice import State
from trainer.gui import theme
from trainer.store import notes, sessions
from trainer.store.db import open_log


def test_first_one_sees_who_this_is_and_what_it_touches_on(stage: Opened) -> None:
    said = words(stage)
    for part in ("Anna, 31", "Bakes bread.", "You were late.", "anger", "Synthetic voice",
                 "Listen to Anna  (Space)", "Leave  (Esc)"):  # fmt: skip
        assert part in said
    assert "You were late again." not in said  # what she will say


def test_a_whole_repetition_by_keys_alone(stage: Opened) -> None:
    stage.client_speaks()
    assert stage.player.clip is not None
    assert stage.player.clip.name == "anna-late.t1.wav"
    assert stage.recorder.is_open
    assert "Respond now  (Space)" in words(stage)
    stage.client_ends()
    assert "I have said it  (Space)" in words(stage)
    assert "Answer aloud" in words(stage)
    stage.press("Space")
    assert "How was it? Your own rating first" in words(stage)
    stage.press("4")
    stage.press("0")
    assert "Still to rate: Metacommunication" in words(stage)
    stage.press("2", "Return")
    stage.shows(lambda: stage.practice.state is State.RATED)
    rating = stage.practice.rating
    assert rating is not None
    assert list(rating.scores.values()) == [4, None, 2]
    stage.press("N")
    assert stage.practice.state is State.REFLECTING
    stage.press("2")
    stage.type("Slower, please.")
    stage.press("Return")
    stage.shows(lambda: stage.screen() == "TodayScreen")
    ((response, count),) = kept(stage.home)
    assert (response.ended_by, count) == ("person", 1)
    log = open_log(stage.home.folder, read_only=True)
    end = sessions.end_of(log, response.session_id)
    log.close()
    assert end is not None
    assert (end.felt, end.reflection) == ("right", "Slower, please.")


def test_space_at_once_again_does_not_cut_the_client_off_and_later_it_does(stage: Opened) -> None:
    stage.client_speaks()
    stage.press("Space")
    assert stage.practice.state is State.PLAYING
    stage.wait_past_the_guard()
    stage.press("Space")
    assert stage.practice.state is State.RESPONDING


def test_a_key_that_comes_while_the_microphone_opens_is_not_lost(stage: Opened) -> None:
    stage.recorder.ready = False
    stage.press("Space", "Space")
    assert stage.practice.state is State.READY  # nobody waits for the device, least the window
    assert not stage.recorder.is_open
    stage.recorder.ready = True
    stage.shows(lambda: stage.practice.state is State.PLAYING)
    assert stage.recorder.journal.count("open") == 1


def test_a_key_that_is_held_acts_once(stage: Opened) -> None:
    stage.rate()
    held = {"Space", "Return", "Enter", "R", "N"}
    found = [
        shortcut
        for shortcut in stage.stage.findChildren(QShortcut)
        if shortcut.key().toString() in held
    ]
    assert {s.key().toString() for s in found} == held
    assert [s.key().toString() for s in found if s.autoRepeat()] == []


@pytest.fixture
def usual_text_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100)


@pytest.mark.usefixtures("usual_text_again")
def test_in_the_smallest_window_with_the_largest_text_nothing_is_cut_or_covered(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as stage:
        theme.apply(QApplication.instance(), "light", 200)  # the largest there is
        stage.window.resize(stage.window.minimumSize())
        stage.shows(lambda: stage.screen() == "TodayScreen")
        stage.meet()
        (notes_of,) = (w for w in stage.stage.findChildren(QLabel) if "touches on" in w.text())
        QApplication.sendPostedEvents()
        assert notes_of.visibleRegion().boundingRect().height() == notes_of.height()
        for go_on in (stage.client_speaks, stage.client_ends, lambda: None):
            listen = stage.stage.listen
            shown = [
                w for w in (listen.picture, listen.ring, *listen.findChildren(QPushButton))
                if w.isVisible()
            ]  # fmt: skip
            for button in (w for w in shown if isinstance(w, QPushButton)):
                assert button.width() >= button.sizeHint().width()
            places = [QRect(w.mapTo(listen, QPoint()), w.size()) for w in shown]
            for one, other in itertools.combinations(places, 2):
                assert not one.intersects(other)
            assert all(listen.rect().contains(place) for place in places)
            go_on()
            QApplication.sendPostedEvents()  # what became visible is laid out


def test_an_answer_whose_time_was_over_is_kept_and_the_rating_says_why(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = settled_home(tmp_path / "home")
    anna = home.packs / "short" / "vignettes" / "anna-late.yaml"
    anna.write_text(anna.read_text().replace("window_s: 60", "window_s: 5"))
    with opened(qtbot, home, monkeypatch) as stage:
        stage.shows(lambda: stage.screen() == "TodayScreen")
        stage.window.resize(stage.window.minimumSize())
        stage.meet()
        stage.client_speaks()
        stage.client_ends()
        stage.shows(lambda: stage.practice.state is State.REVIEWING)
        (said,) = (w for w in stage.stage.findChildren(QLabel) if "time to answer" in w.text())
        assert said.text() == "The time to answer was over; your answer is kept."
        stage.shows(lambda: said.visibleRegion().boundingRect().height() == said.height())
        stage.shows(lambda: kept(home))


def test_who_ends_the_answer_is_not_told_of_time(stage: Opened) -> None:
    stage.answer()
    assert "time to answer" not in words(stage)


def test_captions_are_shown_by_c_and_the_choice_is_kept(stage: Opened) -> None:
    def captions_button() -> QPushButton:
        return next(
            b for b in stage.stage.findChildren(QPushButton) if b.text().startswith("Captions")
        )

    assert not captions_button().isChecked()
    stage.press("C")
    assert captions_button().isChecked()
    assert stage.window.settings.flag("captions")
    stage.press("C")
    assert not stage.window.settings.flag("captions")


def test_up_goes_back_to_an_item_and_a_new_score_replaces_the_old(stage: Opened) -> None:
    stage.answer()
    page = stage.stage.rating
    assert page.current_item == "warmth"
    stage.press("4")
    assert page.current_item == "repair"
    stage.press("Up", "2")
    assert stage.practice.scores == {"warmth": 2}
    assert page.current_item == "repair"
    stage.press("Down", "5")
    assert stage.practice.scores == {"warmth": 2, "metacommunication": 5}


def test_zero_says_why_where_not_applicable_is_not_offered_and_moves_nothing(stage: Opened) -> None:
    stage.answer()
    before = stage.stage.geometry()
    stage.press("0")
    assert "Warmth applies to every answer" in stage.banner()
    assert stage.stage.geometry() == before
    assert stage.practice.scores == {}
    stage.press("6", "9")
    assert stage.practice.scores == {}


def test_enter_before_every_item_is_rated_locks_nothing(stage: Opened) -> None:
    stage.answer()
    stage.press("4", "Return")
    assert stage.practice.state is State.REVIEWING
    assert stage.practice.rating is None


def test_nothing_of_the_feedback_is_shown_before_the_rating_is_locked(stage: Opened) -> None:
    stage.answer()
    stage.press("4", "3")
    said = words(stage)
    assert "She feared you had gone." not in said
    assert "Says that you were late." not in said
    stage.press("2", "Return")
    stage.shows(lambda: stage.practice.state is State.RATED)
    stage.shows(lambda: "She feared you had gone." in words(stage))
    assert "Says that you were late." in words(stage)


def test_again_is_the_second_attempt_with_the_change_that_was_written(stage: Opened) -> None:
    stage.rate()
    feedback = stage.stage.feedback
    stage.shows(lambda: [x for x in feedback.findChildren(QLineEdit) if x.isVisible()])
    line = stage.tab_to_line()
    stage.type("Ask about the rain")
    stage.press("R")  # a letter, as long as one writes
    assert line.text() == "Ask about the rainr"
    stage.press("Backspace")
    stage.stage.feedback.setFocus()
    stage.press("R")
    assert stage.practice.state is State.READY
    assert stage.practice.attempt == 2
    assert "This time: Ask about the rain" in words(stage)
    assert "attempt 2" in words(stage)
    stage.rate()
    (first, _), (second, _) = kept(stage.home)
    assert (second.attempt, second.change_tried) == (2, "Ask about the rain")
    log = open_log(stage.home.folder, read_only=True)
    note = notes.note_of(log, first.id)
    log.close()
    assert note is not None
    assert note.change_next == "Ask about the rain"


def test_what_is_typed_and_ticked_in_the_feedback_is_in_the_log_at_once(stage: Opened) -> None:
    stage.rate()
    feedback = stage.stage.feedback
    stage.shows(lambda: [x for x in feedback.findChildren(QLineEdit) if x.isVisible()])
    stage.tab_to_line()
    stage.type("Say les")
    stage.shows(lambda: note_in_log(stage) == ("Say les", None))
    stage.type("s")
    stage.press("Return")
    stage.shows(lambda: note_in_log(stage) == ("Say less", None))
    stage.tab_to("Hooked: yes")
    stage.press("Space")
    stage.shows(lambda: note_in_log(stage) == ("Say less", True))
    assert stage.practice.state is State.RATED
    stage.press("Space")
    stage.shows(lambda: note_in_log(stage) == ("Say less", None))  # taken back


def test_the_keys_of_the_rail_do_nothing_in_the_middle_of_a_client(stage: Opened) -> None:
    stage.client_speaks()
    for room in "12345":
        stage.control(room)
    assert stage.practice.state is State.PLAYING
