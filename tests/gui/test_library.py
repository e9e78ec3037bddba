"""The library by keyboard: choose a level, meet one client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, opened, settled_home
from trainer.app.practice import State


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        it.control("2")
        yield it


def clients(window: Opened) -> list[str]:
    shown = window.window.shown()
    assert shown is not None
    return [b.accessibleName() for b in shown.findChildren(QPushButton) if b.isVisible()]


def test_a_client_is_met_by_tab_and_space(window: Opened) -> None:
    window.tab_to("Practise with Anna")
    window.press("Space")
    window.shows(lambda: window.screen() == "StageScreen")
    assert window.practice.state is State.READY
    assert window.practice.vignette.id == "anna-late"
    assert window.practice.sitting.session.set_id == ""


def test_a_level_hides_the_others(window: Opened) -> None:
    assert "Practise with Anna" in clients(window)
    window.tab_to("Level")
    window.type("Adv")
    assert "Practise with Anna" not in clients(window)
    window.press("Home")
    window.shows(lambda: "Practise with Anna" in clients(window))


def test_nothing_that_would_give_the_moment_away_is_shown(window: Opened) -> None:
    said = "\n".join(w.text() for w in window.window.findChildren(QLabel))
    assert "Third session. You were late." in said
    assert "Touches on: anger" in said
    for hidden in ("You were late again.", "She feared", "Says that you were late.", "rupture"):
        assert hidden not in said
