"""The first run: a name is all that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

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
