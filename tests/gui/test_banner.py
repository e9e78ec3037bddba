"""The message over the page: it moves nothing, goes by itself or by a key, and is read out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, opened, settled_home
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.widgets.banner import MOST

FULL = KnownError("The disk is full", "Make room.")


@pytest.fixture
def it(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as window:
        window.shows(lambda: window.screen() == "TodayScreen")
        window.shows(window.buttons)
        yield window


def places(root: QWidget) -> list[tuple[QPoint, QPoint]]:
    found = [one for one in root.findChildren(QPushButton) if one.isVisible()]
    return [(one.mapToGlobal(QPoint()), one.mapToGlobal(one.rect().bottomRight())) for one in found]


def test_it_moves_nothing_and_a_finger_that_is_on_its_way_reaches_what_it_meant(it: Opened) -> None:
    shown = it.window.shown()
    assert shown is not None
    before = places(shown)
    under = QPushButton("meant", shown)
    pressed: list[int] = []
    under.clicked.connect(lambda: pressed.append(1))
    under.setGeometry(shown.width() // 2, 20, 60, 20)
    under.show()
    banner = it.window.banner
    banner.through.setInterval(60_000)  # however slow the machine is
    it.window.failed(FULL)
    under.hide()
    assert places(shown) == before
    under.show()
    assert banner.geometry().contains(under.geometry())  # they share their page
    window = it.window.windowHandle()
    at = under.mapTo(it.window, under.rect().center())
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert pressed == [1]
    banner.through.start(0)
    it.shows(lambda: not banner.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents))
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert pressed == [1]  # now it is the message that is clicked
    it.window.resize(800, 600)
    it.shows(lambda: banner.parentWidget().rect().contains(banner.geometry()))


def test_a_notice_goes_by_itself_and_an_error_stays_until_a_key_closes_it(it: Opened) -> None:
    banner = it.window.banner
    done: list[int] = []
    it.tab_to("Today")
    banner.say("The report is written", "Open", lambda: done.append(1))
    it.press("F6")
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "Open"
    banner.leaving.start(1)  # its time is over
    with it.qtbot.waitSignal(banner.leaving.timeout):
        assert banner.leaving.isActive()
    assert banner.isVisible()  # somebody is at it
    it.press("Return")
    assert done == [1]
    it.press("Escape")
    assert not banner.isVisible()
    assert isinstance(focused := QApplication.focusWidget(), QPushButton)
    assert focused.text() == "Today"
    banner.note("Good to know")
    assert banner.isVisible()
    assert 5_000 < banner.leaving.remainingTime() < 15_000
    banner.leaving.start(1)
    it.shows(lambda: not banner.isVisible())
    it.window.failed(FULL)
    assert not banner.leaving.isActive()
    assert it.banner() == "The disk is full. Make room."


def test_a_screen_reader_says_it_and_an_error_at_once(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, object]] = []

    def heard(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", heard)
    it.window.banner.note("Good to know")
    it.window.failed(FULL)
    ways = QAccessible.AnnouncementPoliteness
    assert said == [("Good to know", ways.Polite), (str(FULL), ways.Assertive)]
    interface = QAccessible.queryAccessibleInterface(it.window.banner)
    assert interface is not None
    texts = [interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Description)]
    assert texts == ["Message", f"Good to know\n{FULL}"]


def test_what_there_was_no_time_to_read_stays_beside_what_comes_next(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    banner, done = it.window.banner, list[str]()
    spoken: list[str] = []

    def heard(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            spoken.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", heard)
    banner.say("The letters are written", "Open the folder", lambda: done.append("folder"))
    one = banner.height()
    it.window.failed(FULL)
    banner.note("Codes are in the clipboard")
    assert banner.texts() == ("The letters are written", str(FULL), "Codes are in the clipboard")
    assert banner.text() == "Codes are in the clipboard"
    assert banner.height() > one
    assert not banner.leaving.isActive()  # something is still to be solved
    it.press("F6", "Return")
    assert done == ["folder"]
    assert banner.offer("Codes are", "Show them", lambda: done.append("codes"))
    assert not banner.offer("Nothing of the kind", "Show it", done.clear)
    it.press("F6", "Return")
    assert done == ["folder", "codes"]
    assert spoken == ["The letters are written", str(FULL), "Codes are in the clipboard"]
    banner.withdraw(FULL)
    assert banner.texts() == ("The letters are written", "Codes are in the clipboard")
    assert banner.leaving.isActive()
    it.window.failed(FULL)
    for number in range(6):
        banner.note(f"Note {number}")
    assert banner.texts() == (str(FULL), "Note 4", "Note 5")
    it.press("F6", "Return")
    assert not banner.isVisible()
    assert banner.texts() == ()
    for time in ("READ_MS", "LETTER_MS"):
        monkeypatch.setattr(f"trainer.gui.widgets.banner.{time}", 0)
    banner.note("Read at once")
    banner.note("And this")
    assert banner.texts() == ("And this",)


def test_messages_are_whole_when_one_of_them_goes(it: Opened) -> None:
    banner, app = it.window.banner, QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark", 200)
    it.window.restyled()
    it.window.resize(900, 700)

    def whole() -> bool:
        labels = [one for one in banner.findChildren(QLabel) if one.isVisible()]
        bottoms = [one.mapTo(banner, one.rect().bottomRight()) for one in labels]
        inside = all(banner.rect().contains(bottom) for bottom in bottoms)
        return inside and all(o.height() >= o.heightForWidth(o.width()) for o in labels)

    hint = "Look at its name and its folder."
    for number in range(MOST + 2):  # the way to close them moves to the next
        it.window.failed(KnownError(f"There is no file 0001-00000{number}.flac", hint))
        it.shows(whole)


def test_tab_leads_from_the_rail_through_the_messages_to_the_page(it: Opened) -> None:
    it.shows(it.window.shown().start.isEnabled)  # type: ignore[union-attr]  # Today's
    for name in ("first", "second"):
        it.window.banner.say(f"The {name}", f"Open the {name}", lambda: None)
    it.tab_to("Today")
    stops = []
    for _ in range(4):
        it.press("Tab")
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        stops.append(focused.text())
    assert stops == ["Open the first", "Open the second", "Close  (F6, Esc)", "Begin  (Enter)"]


def test_what_is_to_be_solved_is_not_taken_away_by_news(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for time in ("READ_MS", "LETTER_MS"):
        monkeypatch.setattr(f"trainer.gui.widgets.banner.{time}", 0)
    banner = it.window.banner
    it.window.failed(FULL)
    for number in range(MOST + 1):
        banner.note(f"Note {number}")
    assert banner.texts() == (str(FULL), f"Note {MOST}")
    other = KnownError("There is no folder", "Choose another.")
    it.window.failed(other)
    assert banner.texts() == (str(FULL), str(other))  # what is newer does not solve it either


def test_what_is_to_be_solved_stays_beside_what_is_newer_until_it_is_acted_on(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for time in ("READ_MS", "LETTER_MS"):
        monkeypatch.setattr(f"trainer.gui.widgets.banner.{time}", 0)
    banner, done = it.window.banner, list[str]()
    doubt = KnownError("Whose this is has to be said", "Say it.")
    banner.tell(doubt, "Say whose it is …", lambda: done.append("said"))
    it.window.failed(FULL)
    banner.say("The report is written", "Open the folder", lambda: None)
    assert banner.texts() == (str(doubt), str(FULL), "The report is written")
    for number in range(MOST):  # a notice gives way first, then what has nothing to press
        it.window.failed(KnownError(f"There is no folder {number}", "Choose another."))
    assert banner.texts()[0] == str(doubt)
    assert banner.texts()[1:] == tuple(
        f"There is no folder {number}. Choose another." for number in (1, 2)
    )
    it.press("F6", "Return")
    assert done == ["said"]
    assert str(doubt) not in banner.texts()
    assert len(banner.texts()) == MOST - 1


def test_whoever_goes_on_takes_with_them_what_they_had_no_time_to_read(
    it: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    banner = it.window.banner
    it.window.failed(FULL)
    banner.note("Good to know")
    QTest.keyClick(it.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    it.shows(lambda: it.screen() == "ProgressScreen")
    assert banner.texts() == (str(FULL), "Good to know")
    it.press("F6", "Escape")
    assert banner.texts() == ()
    for time in ("READ_MS", "LETTER_MS"):
        monkeypatch.setattr(f"trainer.gui.widgets.banner.{time}", 0)
    it.window.failed(FULL)
    banner.note("Good to know")
    QTest.keyClick(it.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    it.shows(lambda: it.screen() == "TodayScreen")
    assert banner.texts() == (str(FULL),)  # nobody has solved it
    it.press("F6", "Escape")
    banner.note("Good to know")
    QTest.keyClick(it.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    it.shows(lambda: it.screen() == "ProgressScreen")
    assert not banner.isVisible()


def test_what_is_to_be_solved_waits_while_a_client_has_the_whole_window(it: Opened) -> None:
    banner = it.window.banner
    it.shows(it.window.shown().start.isEnabled)  # type: ignore[union-attr]  # Today's
    it.window.failed(FULL)
    it.press("Return")
    it.shows(lambda: it.screen() == "StageScreen")
    assert not banner.isVisible()
    it.press("Escape")
    it.shows(lambda: it.screen() == "TodayScreen")
    assert banner.texts() == (str(FULL),)


def test_a_message_is_closed_also_when_what_had_the_focus_is_gone(it: Opened) -> None:
    card = QPushButton("A card", it.window.shown())
    card.show()
    card.setFocus()
    it.window.failed(FULL)
    it.press("F6")
    card.hide()
    with it.qtbot.waitSignal(card.destroyed):
        card.deleteLater()
    it.press("Escape")
    assert not it.window.banner.isVisible()
