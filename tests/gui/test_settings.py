"""Settings: each choice counts at once, is kept at once, and survives."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from tests.app import backed
from tests.app.fakes import FakeRecorder
from tests.gui.fakes import Opened, opened, settled_home
from trainer.app.paths import Home
from trainer.app.settings import OPTIONS, Settings
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.sources import CONNECT
from trainer.gui.widgets.microphone import MicrophoneCheck
from trainer.gui.widgets.person import PersonCard


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        it.control("7")
        yield it


def choose(window: Opened, name: str, text: str) -> None:
    """Choose in a list by keyboard, as a person does."""
    box = window.tab_to(name)
    assert isinstance(box, QComboBox)
    for letter in text:  # until it is meant: a pause between letters begins another search
        window.type(letter)
        if box.currentText().startswith(text):
            return
    raise AssertionError(f"{text} cannot be chosen for {name}: {box.currentText()} is")


def test_the_wheel_scrolls_the_page_and_chooses_nothing(window: Opened) -> None:
    page = window.window.shown()
    assert page is not None
    (area,) = page.findChildren(QScrollArea)
    handle = window.window.windowHandle()
    bar = area.verticalScrollBar()
    lists = page.findChildren(QComboBox)
    (person,) = page.findChildren(PersonCard)
    window.shows(lambda: person.choice.count() > 0)
    before = [box.currentText() for box in lists]
    for box in lists:
        area.ensureWidgetVisible(box)
        at = box.mapTo(window.window, box.rect().center())
        was = bar.value()
        for turn in (-120, 120):
            QTest.wheelEvent(handle, QPointF(at), QPoint(0, turn))
            if was not in (bar.minimum(), bar.maximum()):
                assert bar.value() != was
            bar.setValue(was)
    assert [box.currentText() for box in lists] == before


def test_an_open_list_shows_each_of_its_choices_whole(window: Opened) -> None:
    page = window.window.shown()
    assert page is not None
    (area,) = page.findChildren(QScrollArea)
    for box in page.findChildren(QComboBox):
        area.ensureWidgetVisible(box)
        box.showPopup()
        rows = box.view().viewport().rect()
        for row in range(box.count()):
            rect = box.view().visualRect(box.model().index(row, 0))
            assert rows.contains(rect), f"{box.accessibleName()}: {box.itemText(row)}"
        box.hidePopup()


def ground() -> int:
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness()


def test_every_option_has_an_editor_with_its_name(window: Opened) -> None:
    shown = window.window.shown()
    assert shown is not None
    kinds = (QComboBox, QCheckBox, QLineEdit)
    editors = [one for kind in kinds for one in shown.findChildren(kind)]
    names = {w.accessibleName() for w in editors}
    assert {o.label for o in OPTIONS if not o.hidden} <= names


def test_a_screen_reader_is_told_what_each_list_is_for(window: Opened) -> None:
    """By its description, where its name is the chosen text, as Qt has it on Linux."""
    page = window.window.shown()
    assert page is not None
    for box in page.findChildren(QComboBox):
        told = QAccessible.queryAccessibleInterface(box)
        assert told is not None
        assert box.accessibleName()
        assert told.text(QAccessible.Text.Description).startswith(box.accessibleName())


def test_dark_is_dark_at_once_and_the_next_time(window: Opened) -> None:
    before = ground()
    choose(window, "Colours", "Dark")
    assert ground() < before
    assert Settings(window.home.settings_file).text("theme") == "dark"


def test_text_grows_at_once(window: Opened) -> None:
    before = QApplication.font().pointSizeF()
    choose(window, "Text size", "200")
    assert QApplication.font().pointSizeF() == pytest.approx(before * 2, rel=0.05)
    window.control("1")
    window.shows(lambda: window.screen() == "TodayScreen")
    assert Settings(window.home.settings_file).number("text_size") == 200


def test_nothing_is_cut_off_in_the_smallest_window_with_the_largest_text(window: Opened) -> None:
    choose(window, "Text size", "200")
    window.window.resize(720, 520)
    shown = window.window.shown()
    assert shown is not None
    area = shown.findChild(QScrollArea)
    assert area is not None
    window.shows(lambda: area.verticalScrollBar().maximum() > 0)
    window.shows(lambda: area.horizontalScrollBar().maximum() == 0)


def test_a_yes_or_no_is_switched_by_space(window: Opened) -> None:
    window.tab_to("Captions")
    window.press("Space")
    assert Settings(window.home.settings_file).flag("captions")
    window.press("Space")
    assert not Settings(window.home.settings_file).flag("captions")


def test_the_number_of_repetitions_counts_for_today(window: Opened) -> None:
    choose(window, "Repetitions", "1")
    window.meet()
    window.rate()
    window.press("Escape")
    window.shows(lambda: "1 repetition" in words(window))


def words(window: Opened) -> str:
    return "\n".join(w.text() for w in window.window.findChildren(QLabel) if w.isVisible())


def test_a_shared_place_that_is_not_there_is_told_at_once(window: Opened, tmp_path: Path) -> None:
    line = window.tab_to("Shared place")
    assert isinstance(line, QLineEdit)
    window.type(str(tmp_path / "plaec"))
    window.press("Return")
    window.shows(lambda: f"There is no folder {tmp_path / 'plaec'}" in window.banner())
    assert window.window.settings.text("place") == str(tmp_path / "plaec")
    window.window.banner.dismiss()
    (tmp_path / "place").mkdir()
    line.setText(str(tmp_path / "place"))
    window.press("Return")
    assert not window.banner()


def test_without_a_microphone_the_list_above_is_pointed_at(tmp_path: Path, qtbot: QtBot) -> None:
    recorder = FakeRecorder(time.monotonic)
    recorder.refuses["open"] = KnownError("No microphone was found", CONNECT)
    check = MicrophoneCheck(tmp_path, "", make_recorder=lambda _device: recorder)
    qtbot.addWidget(check)
    check.begin()
    assert "No microphone was found. Connect one, or choose another one above." in [
        one.text() for one in check.findChildren(QLabel)
    ]


def test_where_the_data_lies_is_said(window: Opened) -> None:
    assert str(window.home.folder) in words(window)


def test_a_choice_that_cannot_be_kept_is_told_and_holds_for_now(
    window: Opened, qtbot: QtBot
) -> None:
    (window.home.folder / "settings.json.new").mkdir()
    with qtbot.captureExceptions() as caught:
        window.tab_to("Captions")
        window.press("Space")
    ((_, error, _),) = caught  # the app's own hook makes a banner of it
    assert isinstance(error, KnownError)
    assert "The setting was not saved" in error.text
    assert window.window.settings.flag("captions")


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK, theme.CONTRAST])
def test_what_can_be_pressed_or_written_in_is_seen_to_be(colours: theme.Colours) -> None:
    """Web Content Accessibility Guidelines 2.2, 1.4.3 and 1.4.11."""
    for ground in (colours.card, colours.ground):
        assert contrast(colours.edge, ground) >= 3
        for text in (colours.text, colours.quiet, colours.others, colours.warn):
            assert contrast(text, ground) >= 4.5
    for text, ground in (
        (colours.text, colours.soft), (colours.quiet, colours.soft),  # the chosen row of a table
        (colours.warn, colours.warn_ground), (colours.on_accent, colours.accent),
    ):  # fmt: skip
        assert contrast(text, ground) >= 4.5


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = QColor(colour).getRgbF()[:3]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestPerson:
    @pytest.fixture
    def others(self, tmp_path: Path) -> Home:
        """A log in which somebody else, restored from a backup, has answered."""
        home = settled_home(tmp_path / "home")
        mine = home.settings_file.read_bytes()
        backed.fill(home, 2)
        home.settings_file.write_bytes(mine)
        return home

    def test_whose_practice_is_shown_can_be_chosen(
        self, others: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened(qtbot, others, monkeypatch) as it:
            it.shows(lambda: it.screen() == "TodayScreen")
            assert "Lately" not in words(it)
            it.control("7")
            card = it.window.findChild(PersonCard)
            assert card is not None
            it.shows(card.choice.isVisible)
            choose(it, "Whose practice is shown", "A. B. (responses: 2)")
            it.shows(lambda: it.screen() == "TodayScreen")
            it.window.go("log")
            it.shows(lambda: "2 responses" in words(it))

    def test_the_name_can_be_changed_and_not_be_empty(self, window: Opened) -> None:
        card = window.window.findChild(PersonCard)
        assert card is not None
        window.shows(card.name.text)
        before = card.name.text()
        window.tab_to("Name or initials")
        card.name.selectAll()
        window.press("Backspace", "Tab")
        assert card.name.text() == before
        window.tab_to("Name or initials")
        card.name.selectAll()
        window.type("Noa Levi")
        window.press("Tab")
        window.control("1")
        window.shows(lambda: "Noa Levi" in words(window))


def test_headings_grow_with_the_text_and_the_choice_stays_in_sight(window: Opened) -> None:
    page = window.window.shown()
    assert page is not None
    (area,) = page.findChildren(QScrollArea)
    title = next(label for label in page.findChildren(QLabel) if label.text() == "Settings")
    before = title.font().pointSizeF()
    choose(window, "Text size", "200")
    assert title.font().pointSizeF() == pytest.approx(before * 2, rel=0.05)
    box = QApplication.focusWidget()
    assert isinstance(box, QComboBox)
    window.shows(
        lambda: area.viewport().rect().contains(box.mapTo(area.viewport(), box.rect().center()))
    )
