"""The smallest window with the largest text, and names as long as they come: nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.app.travelled import Program
from tests.gui.fakes import Opened, drop
from tests.gui.test_assigned import given_out, today
from tests.gui.test_program import entered
from trainer.app import assign
from trainer.app.assign import Ask
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.gui import theme
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.flow import Flow

LONG = "Weiterbildungsstudiengang Psychologische Psychotherapie, Kohorte Herbst"
RIGHT_TO_LEFT = "تدريب التحالف العلاجي للمجموعة الثانية"
NAMES = {"T1": f"Maximiliane-Friederike {LONG}", "T2": RIGHT_TO_LEFT}


@pytest.fixture
def narrow(
    home_of_mk: Home, open_at: Callable[[Home], Opened], tmp_path: Path
) -> tuple[Opened, Path]:
    """A window in which a program gave out, and somebody was given, what has a long title."""
    ask = Ask(
        title=LONG, program=RIGHT_TO_LEFT, forms={"A": ["anna-late", "ben-rain"]},
        codes=list(NAMES), rubric="alliance-skills", consent_text="May we listen? " * 20,
    )  # fmt: skip
    with Program(home_of_mk).log() as log:
        made = assign.compose(log, load_library(pack_folders(home_of_mk)), ask)
        assign.give_out(log, made, tmp_path / "mine.attune", NAMES)
    other = given_out(
        Program(Home(tmp_path / "else")), home_of_mk, tmp_path / f"{LONG}.attune", title=LONG
    )
    window = open_at(home_of_mk)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 200)
    window.window.restyled()
    window.window.resize(720, 520)
    window.window.settings.set("place", str(tmp_path))
    return window, other


def whole(window: Opened) -> bool:
    """Nothing goes beyond the page at its side, and no text is lower than its lines."""
    shown = window.window.shown()
    assert shown is not None
    areas = [one for one in shown.findChildren(QScrollArea) if one.isVisible()]
    labels = [one for one in shown.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
    return all(one.horizontalScrollBar().maximum() == 0 for one in areas) and all(
        one.height() >= one.heightForWidth(one.width()) - 1 for one in labels
    )


def test_every_page_of_a_program_and_of_its_trainee(narrow: tuple[Opened, Path]) -> None:
    window, file = narrow
    screen = entered(window)
    window.shows(lambda: screen.list.buttons and whole(window))
    screen.compose()
    window.shows(lambda: screen.new.ready)
    screen.new.title.setText(LONG)
    screen.new.clients.count.setCurrentIndex(3)
    screen.new.write.click()  # and all that is wrong is told
    window.shows(lambda: whole(window))
    screen.show_list()
    (asked,) = screen.list.buttons
    screen.open(asked)
    window.shows(lambda: screen.one.who.model.rowCount() == 2)
    screen.one.who.names.setChecked(True)
    window.tab_to("Give out again …")
    window.press("Return")
    window.shows(lambda: whole(window))
    for section in (1, 2):
        screen.one.show_section(section)
        window.shows(lambda: whole(window))

    drop(window, file)
    window.shows(lambda: not screen.arrived.busy and screen.arrived.model.rowCount())
    window.shows(lambda: whole(window))
    window.control("1")
    window.shows(lambda: today(window).assigned.findChildren(QLineEdit))
    window.shows(lambda: whole(window))
    goes_down(window)


def goes_down(window: Opened) -> None:
    """Tab leads from what is higher on Today to what is lower, also if it came later."""
    page = today(window).findChildren(QScrollArea)[0].widget()
    line = today(window).assigned.findChildren(QLineEdit)[0]
    line.setText("T1")
    line.setFocus()
    stops, heights = [], []
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        stops.append(focused.accessibleName() or focused.text())  # type: ignore[attr-defined]  # a button's
        heights.append(focused.mapTo(page, QPoint(0, 0)).y())
        window.press("Tab")
    assert heights == sorted(heights)
    assert (stops[1], stops[3]) == ("I agree and begin", "Begin practice  (Enter)")
    assert "It is for others: put it away" in stops[2]


def test_a_button_wraps_where_it_is_wider_than_the_page(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    row, button = Flow(page), LongButton(LONG)
    row.addWidget(button)
    page.resize(button.sizeHint().width() // 2, 200)
    page.show()
    assert button.width() == page.width()
    assert button.height() > button.sizeHint().height()
    assert row.heightForWidth(page.width()) == button.height()
    page.resize(2 * button.sizeHint().width(), 200)
    assert button.size() == button.sizeHint()


def test_a_choice_gives_way_and_its_list_does_not(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(200, 100)
    choice = Choice()
    choice.setParent(page)
    choice.addItem(LONG)
    choice.resize(choice.minimumSizeHint())
    page.show()
    assert choice.width() < page.width()
    choice.showPopup()
    assert choice.view().width() > choice.fontMetrics().horizontalAdvance(LONG)
    choice.hidePopup()
