"""The window: opens where work was left, says what is wrong, and is whole by keyboard."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tests.gui.fakes import Opened
from tests.gui.reviewed import words
from trainer.app.paths import Home
from trainer.app.sitting import Sitting
from trainer.app.today import single
from trainer.domain.errors import KnownError
from trainer.gui.errors import BugDialog
from trainer.gui.screens.stage import StageScreen


def test_it_opens_on_today_and_every_room_is_a_key_away(window: Opened) -> None:
    for key, screen in (("2", "LibraryScreen"), ("3", "LogScreen"), ("4", "ProgressScreen"),
                        ("5", "RateScreen"), ("6", "ProgramScreen"), ("7", "SettingsScreen"),
                        ("1", "TodayScreen")):  # fmt: skip
        window.control(key)
        assert window.screen() == screen
    assert window.banner() == ""


def name_of(widget: QWidget) -> str:
    """What a screen reader says of it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def nameless(root: QWidget) -> list[str]:
    """Every control that Tab reaches and that has no name."""
    controls = QAbstractButton | QComboBox | QLineEdit | QPlainTextEdit | QAbstractSpinBox
    found = []
    for widget in root.findChildren(QWidget):
        reachable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible()
        if (reachable or (isinstance(widget, controls) and widget.isVisible())) and not (
            name_of(widget) or widget.focusProxy()
        ):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def reachable(window: Opened) -> set[QWidget]:
    """Every control that Tab reaches, going round once."""
    seen: set[QWidget] = set()
    for _ in range(200):
        window.press("Tab")
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            return seen
        seen.add(focused)
    raise AssertionError("Tab does not come round")


def test_in_every_room_each_control_has_a_name_and_tab_reaches_the_buttons(window: Opened) -> None:
    window.meet()
    window.rate()
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    for room in ("today", "library", "log", "progress", "rate", "program", "settings"):
        window.window.go(room)
        window.shows(lambda room=room: window.buttons() or room in ("log", "progress"))
        assert (room, nameless(window.window)) == (room, [])
        assert QApplication.focusWidget() is not None
        seen = reachable(window)
        shown = window.window.shown()
        assert shown is not None
        missed = [
            b.text()
            for b in shown.findChildren(QPushButton)
            if b.isVisible() and b.isEnabled() and b not in seen
        ]
        assert (room, missed) == (room, [])


def test_on_the_rail_the_focus_is_where_one_is(window: Opened) -> None:
    window.shows(lambda: window.screen() == "TodayScreen")
    window.tab_to("Today")
    window.control("7")
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "Settings"
    told = QAccessible.queryAccessibleInterface(focused)
    assert told is not None
    assert (told.role(), told.state().checked) == (QAccessible.Role.RadioButton, 1)


def test_enter_presses_the_button_that_has_the_focus(window: Opened) -> None:
    window.shows(lambda: window.screen() == "TodayScreen")
    window.control("7")
    window.tab_to("Forget all of me …")
    window.press("Return")
    window.shows(lambda: "Delete all of you for good" in words(window.window))


def test_on_the_stage_each_control_has_a_name_in_every_state(window: Opened) -> None:
    window.meet()
    found = nameless(window.window)
    window.client_speaks()
    found += nameless(window.window)
    window.client_ends()
    found += nameless(window.window)
    window.press("Space")
    window.shows(lambda: window.practice.response is not None)
    found += nameless(window.window)
    response = window.practice.response
    assert response is not None
    window.press("4", "3", "2", "Return")
    window.shows(lambda: window.practice.rating is not None)
    window.shows(lambda: "She feared you had gone." in words(window.stage))
    found += nameless(window.window)
    window.press("N")
    found += nameless(window.window)
    window.press("Escape")
    window.window.review(response.id)
    window.shows(lambda: "She feared you had gone." in words(window.window))
    found += nameless(window.window)
    assert found == []


def test_rating_later_and_the_welcome_have_names_too(
    window: Opened, open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    window.meet()
    window.answer()
    response = window.practice.response
    assert response is not None
    window.window.rate(response.id)
    window.shows(lambda: "Still to rate" in words(window.window))
    assert nameless(window.window) == []
    newcomer = open_at(Home(tmp_path / "new"))
    assert newcomer.screen() == "WelcomeScreen"
    assert nameless(newcomer.window) == []


# ---------------------------------------------------------------- faults


def dialogs() -> list[BugDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, BugDialog) and w.isVisible()]


def test_a_known_problem_is_one_sentence_that_can_be_closed(window: Opened) -> None:
    window.window.failed(KnownError("The disk is full", "Make room."))
    assert window.banner() == "The disk is full. Make room."
    window.window.failed(KnownError("<b>Another</b>", "x"))
    assert window.banner() == "<b>Another</b>. x"
    assert window.window.banner.texts() == (
        "The disk is full. Make room.", "<b>Another</b>. x",
    )  # fmt: skip
    assert "<b>Another</b>. x" in window.window.banner.accessibleDescription()
    window.tab_to("Today")
    window.press("F6")
    window.press("Escape")
    assert window.banner() == ""
    assert isinstance(focused := QApplication.focusWidget(), QPushButton)
    assert focused.text() == "Today"
    assert dialogs() == []


def test_a_fault_is_a_dialog_that_does_not_stop_one_and_can_be_copied(
    window: Opened, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("a fault of Attune")
    try:
        raise ZeroDivisionError("a number in ü")
    except ZeroDivisionError as error:
        window.window.failed(error)
    (dialog,) = dialogs()
    assert not dialog.isModal()
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy")
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: a number in ü" in copied
    assert "Traceback" in copied
    assert "Attune" in copied
    window.control("2")
    window.window.go("library")
    assert window.screen() == "LibraryScreen"
    dialog.close()


def test_a_fault_that_comes_again_and_again_is_one_dialog(
    window: Opened, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("a fault of Attune")
    for _ in range(25):
        window.window.failed(ValueError("again"))
    (dialog,) = dialogs()
    dialog.close()
    window.shows(lambda: dialogs() == [])
    window.window.failed(ValueError("later"))
    (dialog,) = dialogs()
    dialog.close()


def test_closed_while_the_stage_is_being_entered_nothing_is_opened(window: Opened) -> None:
    desk = window.window.desk
    assert desk is not None
    vignette = desk.library.find_vignette("anna-late")
    rubric, person = desk.library.rubric("alliance-skills"), desk.settings.text("person")
    sittings: list[Sitting] = []
    desk.runner.database(lambda log: single(log, person, vignette, rubric), sittings.append)
    window.shows(lambda: sittings)
    window.window.practise(sittings[0])
    window.shut()
    window.qtbot.waitUntil(lambda: window.window.findChildren(StageScreen) == [])
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.recorder.journal == []
    assert not window.recorder.is_open
