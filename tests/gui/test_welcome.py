"""The first run: a name is all that is asked for."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from tests.app.fakes import FakeRecorder
from tests.gui.fakes import Opened, opened
from trainer.app.paths import Home
from trainer.gui.screens.welcome import WelcomeScreen
from trainer.store import people
from trainer.store.db import open_log


@pytest.fixture
def newcomer(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    with opened(qtbot, Home(tmp_path / "new home, ü"), monkeypatch) as it:
        it.shows(lambda: it.screen() == "WelcomeScreen")
        yield it


def welcome(newcomer: Opened) -> WelcomeScreen:
    shown = newcomer.window.shown()
    assert isinstance(shown, WelcomeScreen)
    return shown


def names(newcomer: Opened) -> list[str]:
    log = open_log(newcomer.home.folder)
    try:
        return [p.name for p in people.people(log)]
    finally:
        log.close()


def test_the_name_has_the_focus_and_enter_leads_to_today(newcomer: Opened) -> None:
    assert QApplication.focusWidget() is welcome(newcomer).name
    assert not welcome(newcomer).start.isEnabled()
    newcomer.type("M. K.")
    assert welcome(newcomer).start.isEnabled()
    newcomer.press("Return")
    newcomer.shows(lambda: newcomer.screen() == "TodayScreen")
    assert names(newcomer) == ["M. K."]
    assert newcomer.window.settings.text("person")


def test_without_a_name_enter_does_nothing(newcomer: Opened) -> None:
    newcomer.press("Return")
    newcomer.type("   ")
    newcomer.press("Return")
    assert newcomer.screen() == "WelcomeScreen"
    assert not welcome(newcomer).start.isEnabled()
    assert names(newcomer) == []


def test_enter_pressed_twice_is_one_person(newcomer: Opened) -> None:
    newcomer.type("M. K.")
    newcomer.press("Return", "Return")
    newcomer.shows(lambda: newcomer.screen() == "TodayScreen")
    assert names(newcomer) == ["M. K."]


class Voice(FakeRecorder):
    """A microphone that hears somebody."""

    def __init__(self, _device: str | None = None) -> None:
        super().__init__(time.monotonic)


def test_while_one_records_oneself_the_focus_stays_and_enter_goes_on(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.gui.widgets.microphone.QtRecorder", Voice)
    with opened(qtbot, Home(tmp_path / "home"), monkeypatch) as it:
        it.shows(lambda: it.screen() == "WelcomeScreen")
        it.type("M. K.")
        record = it.tab_to("Record four seconds and listen")
        it.press("Space")
        assert not record.isEnabled()
        it.press("Space")  # opens no list
        assert QApplication.activePopupWidget() is None
        it.shows(record.isEnabled)
        assert record.hasFocus()
        it.press("Return")
        it.shows(lambda: it.screen() == "TodayScreen")


@pytest.mark.parametrize("name", ["Microphone", "Who may use recordings"])
def test_enter_goes_on_from_a_list_that_is_not_open(newcomer: Opened, name: str) -> None:
    newcomer.type("M. K.")
    newcomer.tab_to(name)
    newcomer.press("Enter")
    newcomer.shows(lambda: newcomer.screen() == "TodayScreen")


def test_enter_in_an_open_list_chooses(newcomer: Opened) -> None:
    newcomer.type("M. K.")
    box = newcomer.tab_to("Who may use recordings")
    newcomer.press("Space")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Return)
    assert isinstance(box, QComboBox)
    newcomer.shows(lambda: box.currentIndex() == 1)
    assert newcomer.screen() == "WelcomeScreen"
    assert newcomer.window.settings.text("consent") == "rating"


def test_a_name_of_any_script_is_kept(newcomer: Opened) -> None:
    welcome(newcomer).name.setText("Łucja 李")
    newcomer.press("Return")
    newcomer.shows(lambda: newcomer.screen() == "TodayScreen")
    newcomer.shows(lambda: "Łucja 李" in _words(newcomer))


def test_where_recordings_live_and_what_voices_are_is_said_once(newcomer: Opened) -> None:
    said = _words(newcomer)
    assert str(newcomer.home.folder) in said
    assert "Nothing is uploaded" in said
    assert "synthetic voices" in said


def _words(newcomer: Opened) -> str:
    return "\n".join(w.text() for w in newcomer.window.findChildren(QLabel) if w.isVisible())
