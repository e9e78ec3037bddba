"""The lock in the window: put on, asked for, changed and taken off by a person's hands."""

from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.app import backed
from tests.gui.fakes import Opened, opened, settled_home
from tests.gui.reviewed import words
from trainer.app import locking
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.gui.screens.locked import (
    LockedScreen,
    NewPassphraseScreen,
    RecoveryScreen,
    WorkingScreen,
)
from trainer.gui.screens.review import ReviewScreen
from trainer.gui.screens.settings import SettingsScreen
from trainer.store import connect, key
from trainer.store.db import open_log

WORD = "four words at random"
OTHER = "quite another four words"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return settled_home(tmp_path / "home, ü")


@pytest.fixture
def locked(home: Home) -> Home:
    """A locked folder whose recovery key opens it; what a passphrase costs is not paid."""
    (home.folder / key.ENTERING).write_bytes(b"no passphrase opens this")
    return locking.settle(Home(home.folder, key.new_key()))


def fill(home: Home, answers: int) -> None:
    mine = home.settings_file.read_bytes()
    backed.fill(home, answers)
    home.settings_file.write_bytes(mine)


def settings(it: Opened) -> SettingsScreen:
    it.window.go("settings")
    shown = it.window.shown()
    assert isinstance(shown, SettingsScreen)
    return shown


def new_passphrase(it: Opened) -> NewPassphraseScreen:
    settings(it).privacy.lock.click()
    shown = it.window.shown()
    assert isinstance(shown, NewPassphraseScreen)
    return shown


def type_twice(it: Opened, word: str) -> None:
    it.type(word)
    it.press("Tab")
    it.type(word)
    it.press("Return")


def unlock(it: Opened, word: str) -> LockedScreen:
    it.shows(lambda: it.screen() == "LockedScreen")
    screen = it.window.shown()
    assert isinstance(screen, LockedScreen)
    it.type(word)
    it.press("Return")
    return screen


def test_locked_once_it_asks_from_then_on(
    home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, home, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        new_passphrase(it)
        it.press("Escape")
        it.shows(lambda: it.screen() == "SettingsScreen")
        new_passphrase(it)
        type_twice(it, WORD)
        assert it.screen() == "WorkingScreen"
        it.shows(lambda: it.screen() == "RecoveryScreen")
        recovery = it.window.shown()
        assert isinstance(recovery, RecoveryScreen)
        secret = recovery.key.text()
        assert not recovery.go_on.isEnabled()
        for press in ("Tab", "Space", "Tab", "Return"):  # from Copy to the tick and on
            it.press(press)
        it.shows(lambda: it.screen() == "TodayScreen")
        assert it.window.home.key is not None
        assert secret.replace(" ", "") == it.window.home.key.secret
    assert connect.is_encrypted(home.folder / "log.db")
    with opened(qtbot, home, monkeypatch) as it:
        screen = unlock(it, "not the one it was locked with")
        it.shows(lambda: "not the passphrase" in screen.told.text())
        assert screen.passphrase.line.selectedText()  # typed over at once
        it.type(WORD)
        it.press("Return")
        it.shows(lambda: it.screen() == "TodayScreen")


def test_the_recovery_key_is_shown_until_it_was_written_down(
    home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = locking.begin(home, WORD)  # and killed before anything was encrypted
    assert begun.key is not None
    with opened(qtbot, home, monkeypatch) as it:
        unlock(it, WORD)
        it.shows(lambda: it.screen() == "RecoveryScreen")
        shown = it.window.shown()
        assert isinstance(shown, RecoveryScreen)
        assert shown.key.text().replace(" ", "") == begun.key.secret
    with opened(qtbot, home, monkeypatch) as it:  # it was closed without a tick
        unlock(it, begun.key.secret)
        it.shows(lambda: it.screen() == "RecoveryScreen")
        for press in ("Tab", "Space", "Tab", "Return"):
            it.press(press)
        it.shows(lambda: it.screen() == "TodayScreen")
    with opened(qtbot, home, monkeypatch) as it:
        unlock(it, begun.key.secret)
        it.shows(lambda: it.screen() == "TodayScreen")


def test_the_recovery_key_opens_it_and_another_passphrase_can_be_set(
    locked: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locked.key is not None
    with opened(qtbot, Home(locked.folder), monkeypatch) as it:
        unlock(it, locked.key.secret.lower())
        it.shows(lambda: it.screen() == "TodayScreen")
        settings(it).privacy.recovery.click()
        shown = it.window.shown()
        assert isinstance(shown, RecoveryScreen)
        assert shown.key.text().replace(" ", "") == locked.key.secret
        assert "may know the old one" in words(new_passphrase(it))
        type_twice(it, OTHER)
        it.shows(lambda: it.screen() == "SettingsScreen")
    assert key.open_key(locked.folder, OTHER) == locked.key


def test_taken_off_everything_is_plain_again(
    locked: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locked.key is not None
    with opened(qtbot, Home(locked.folder), monkeypatch) as it:
        unlock(it, locked.key.secret)
        it.shows(lambda: it.screen() == "TodayScreen")
        privacy = settings(it).privacy
        privacy.unlock.click()
        assert QApplication.focusWidget() is privacy.question.no
        privacy.question.yes.click()
        it.shows(lambda: it.screen() == "TodayScreen")
        assert it.window.home.key is None
    assert not key.is_locked(locked.folder)
    open_log(locked.folder).close()


def test_only_a_good_passphrase_typed_twice_is_taken(
    home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, home, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        screen = new_passphrase(it)
        assert screen.first.line.echoMode() is QLineEdit.EchoMode.Password
        it.type("too short")
        assert "12 letters" in screen.told.text()
        it.type(" but now it is long")
        it.press("Return")
        it.type("another")
        assert "not the same" in screen.told.text()
        it.press("Return")
        assert not screen.accept.isEnabled()
        assert it.screen() == "NewPassphraseScreen"
        it.window.go("settings")
        assert not screen.first.line.text()
    assert not key.is_locked(home.folder)


def test_closed_in_the_middle_the_next_start_goes_on(
    home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, 6)
    secret = key.new_key()
    (home.folder / key.ENTERING).write_bytes(b"no passphrase opens this")

    def close_at_the_third(done: int, _whole: int) -> None:
        if done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        locking.settle(Home(home.folder, secret), close_at_the_third)
    assert locking.state(Home(home.folder, secret)).unfinished
    with opened(qtbot, home, monkeypatch) as it:
        unlock(it, secret.secret)
        it.shows(lambda: it.screen() == "TodayScreen")
    assert locking.state(Home(home.folder, secret)) == locking.State(True, False, ())
    log = open_log(home.folder, secret, read_only=True)
    try:
        assert len(log.rows("SELECT id FROM responses")) == 6
    finally:
        log.close()


def test_closed_while_it_locks_nothing_is_lost(
    home: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, 3)
    with closing(open_log(home.folder)) as log:
        own_pair(log)  # Settings shows the address that is made of it
    before = backed.contents(home)
    with opened(qtbot, home, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        new_passphrase(it)
        type_twice(it, WORD)
        assert isinstance(it.window.shown(), WorkingScreen)
        it.window.close()
    if key.is_locked(home.folder):
        found = locking.settle(locking.unlock(home, WORD))
        locking.lock_off(found)
    after = backed.contents(home)
    del before["recordings"], after["recordings"]  # stored smaller when it was locked
    assert {t: len(rows) for t, rows in after.items()} == {t: len(r) for t, r in before.items()}


def test_a_report_goes_where_the_person_says(
    locked: Home, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locked.key is not None
    with opened(qtbot, Home(locked.folder), monkeypatch) as it:
        unlock(it, locked.key.secret)
        it.shows(lambda: it.screen() == "TodayScreen")
        it.meet()
        it.rate()

        def stored() -> list[str]:
            return [path.name for path in locked.recordings.rglob("*") if path.is_file()]

        assert it.practice.response is not None
        response = it.practice.response.id
        it.window.review(response)
        review = it.window.shown()
        assert isinstance(review, ReviewScreen)
        it.shows(review.report.isVisible)
        review.report.click()
        [asked] = it.window.findChildren(QFileDialog)
        out = tmp_path / "outside"
        out.mkdir()
        asked.selectFile(str(out))
        asked.accept()
        it.shows(lambda: "report is in" in it.banner())
        it.shows(lambda: stored() == [f"{response}.flac.age"])
    assert sorted(path.suffix for path in out.iterdir()) == [".html", ".mp3", ".pdf"]
    assert not locked.reports.exists()
