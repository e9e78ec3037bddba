"""The window: opens where work was left, says what is wrong, and is whole by keyboard."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tests.gui.fakes import Opened, kept, settled_home
from tests.helpers.guards import ExpectedLogs
from tests.journeys.short_pack import make_pack, zip_pack
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.settings import Settings
from trainer.app.sitting import Sitting
from trainer.app.today import single
from trainer.domain.errors import KnownError
from trainer.gui.errors import BugDialog
from trainer.gui.screens.stage import StageScreen
from trainer.store.db import open_log
from trainer.store.migrations import STEPS


@pytest.fixture
def home_of_mk(tmp_path: Path) -> Home:
    return settled_home(tmp_path / "a home, ü")


@pytest.fixture
def window(open_at: Callable[[Home], Opened], home_of_mk: Home) -> Opened:
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    return it


def words(widget: QWidget) -> str:
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if w.isVisible())


# ---------------------------------------------------------------- rooms


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


@pytest.mark.parametrize(
    "room", ["today", "library", "log", "progress", "rate", "program", "settings"]
)
def test_in_every_room_each_control_has_a_name_and_tab_reaches_the_buttons(
    window: Opened, room: str
) -> None:
    window.meet()
    window.rate()
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.window.go(room)
    window.shows(lambda: window.buttons() or room in ("log", "progress"))
    assert nameless(window.window) == []
    focused = QApplication.focusWidget()
    assert focused is not None
    seen = reachable(window)
    shown = window.window.shown()
    assert shown is not None
    missed = [
        b.text()
        for b in shown.findChildren(QPushButton)
        if b.isVisible() and b.isEnabled() and b not in seen
    ]
    assert missed == []


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


def test_a_sentence_does_not_follow_into_the_next_room(window: Opened) -> None:
    window.shows(lambda: window.screen() == "TodayScreen")
    window.window.failed(KnownError("The disk is full", "Make room."))
    assert window.window.banner.isVisible()
    window.control("7")
    assert not window.window.banner.isVisible()


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


# ---------------------------------------------------------------- what is wrong


def test_a_second_window_on_the_same_log_says_so_and_the_first_goes_on(
    window: Opened, open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    second = open_at(home_of_mk)
    assert "Attune is already open on this log" in second.banner()
    assert "Nothing was changed" in words(second.window)
    second.shut()
    window.window.activateWindow()
    window.meet()
    window.rate()
    assert [count for _, count in kept(home_of_mk)] == [1]


def test_after_the_first_is_closed_another_may_open(
    window: Opened, open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    window.shut()
    again = open_at(home_of_mk)
    again.shows(lambda: again.screen() == "TodayScreen")
    assert again.banner() == ""


def test_a_log_of_a_newer_attune_is_a_sentence_and_is_not_touched(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    with sqlite3.connect(home_of_mk.folder / "log.db") as raw:
        raw.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    raw.close()
    it = open_at(home_of_mk)
    it.shows(lambda: "made by a newer Attune" in it.banner())
    assert "Install the newer Attune" in it.banner()
    it.shut()
    with sqlite3.connect(home_of_mk.folder / "log.db") as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == len(STEPS) + 1
    raw.close()


def test_closing_makes_a_backup_that_holds_what_was_said(
    open_at: Callable[[Home], Opened], home_of_mk: Home, tmp_path: Path
) -> None:
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    it.meet()
    it.rate()
    it.shut()
    ((response, _),) = kept(home_of_mk)
    (made, *_) = sorted(home_of_mk.backups.glob("*.attune"), reverse=True)
    other = Home(tmp_path / "another computer")
    restore(other, made)
    ((found, rated),) = kept(other)
    assert (found.id, rated) == (response.id, 1)
    assert (other.recordings / found.recording.file).is_file()


def test_a_backup_that_cannot_be_made_stops_no_closing_and_is_told_at_the_next_start(
    open_at: Callable[[Home], Opened], home_of_mk: Home, expected_logs: ExpectedLogs
) -> None:
    expected_logs("no backup could be made")
    home_of_mk.backups.write_text("in the way")
    it = open_at(home_of_mk)
    it.shows(lambda: str(home_of_mk.backups) in it.banner())
    assert "The backup was not written" in it.banner()
    assert "Your log and recordings are untouched." in it.banner()
    it.shut()


def test_a_log_that_is_no_log_is_a_sentence(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    letter = "This is a letter to somebody and no practice log at all. " * 50
    for path in home_of_mk.folder.glob("log.db*"):
        path.unlink()
    (home_of_mk.folder / "log.db").write_text(letter)
    it = open_at(home_of_mk)
    it.shows(lambda: "not a practice log" in it.banner())
    it.shut()
    assert (home_of_mk.folder / "log.db").read_text() == letter


def test_a_data_folder_that_cannot_be_made_is_a_sentence_in_the_window(
    open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("in the way")
    it = open_at(Home(tmp_path / "a file" / "attune"))
    assert "The data folder cannot be made" in it.banner()
    assert "--home" in it.banner()
    assert "Nothing was changed" in words(it.window)


def test_a_zipped_pack_is_there_and_what_is_left_of_a_removed_one_goes(
    open_at: Callable[[Home], Opened], home_of_mk: Home, tmp_path: Path
) -> None:
    zip_pack(make_pack(tmp_path / "made", pack="zipped"), home_of_mk.packs / "ü.attunepack")
    old = home_of_mk.packs / ".unpacked" / ("0" * 32)
    old.mkdir(parents=True)
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    assert it.window.desk is not None
    assert "zipped" in [pack.id for pack in it.window.desk.library.packs]
    assert it.banner() == ""
    it.shows(lambda: not old.exists())


def test_a_broken_pack_is_a_sentence_and_the_rest_works(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    broken = make_pack(home_of_mk.packs, pack="broken")
    faulty = broken / "vignettes" / "anna-late.yaml"
    faulty.write_text("id: [")
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    assert "Some content cannot be used" in it.window.banner.text()
    assert "attune check" in it.window.banner.text()
    it.meet()
    it.rate()
    assert [count for _, count in kept(home_of_mk)] == [1]


def test_broken_settings_are_a_sentence_and_one_is_asked_again_who_one_is(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    home_of_mk.settings_file.write_text("{")
    it = open_at(home_of_mk)
    assert "The settings could not be read" in it.banner()
    it.shows(lambda: it.screen() == "WelcomeScreen")
    assert "The settings could not be read" in it.banner()


def test_a_person_who_is_not_in_this_log_is_asked_who_they_are(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    for path in home_of_mk.folder.glob("log.db*"):
        path.unlink()
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "WelcomeScreen")
    it.type("N. N.")
    it.press("Return")
    it.shows(lambda: it.screen() == "TodayScreen")
    it.shows(lambda: "Good to see you, N. N." in words(it.window))
    assert it.banner() == ""


# ---------------------------------------------------------------- faults


def dialogs() -> list[BugDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, BugDialog) and w.isVisible()]


def test_a_known_problem_is_one_sentence_that_can_be_closed(window: Opened) -> None:
    window.window.failed(KnownError("The disk is full", "Make room."))
    assert window.banner() == "The disk is full. Make room."
    window.window.failed(KnownError("<b>Another</b>", "x"))
    assert window.banner() == "<b>Another</b>. x"
    assert window.window.banner.accessibleDescription() == "<b>Another</b>. x"
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


def test_the_settings_that_were_made_are_there_the_next_time(
    window: Opened, home_of_mk: Home
) -> None:
    person = window.window.settings.text("person")
    window.shut()
    log = open_log(home_of_mk.folder, read_only=True)
    log.close()
    assert Settings(home_of_mk.settings_file).text("person") == person


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
