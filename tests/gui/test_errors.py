"""The sentence above the screens, and the dialog for faults."""

import logging

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from trainer.domain.errors import KnownError
from trainer.gui.errors import BugDialog, details, log_bug
from trainer.gui.widgets.banner import Banner


def test_a_sentence_that_was_read_gives_way_and_good_news_has_a_button(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for time in ("READ_MS", "LETTER_MS"):
        monkeypatch.setattr(f"trainer.gui.widgets.banner.{time}", 0)
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.text() == ""
    banner.note("First")
    assert banner.text() == "First"
    opened: list[int] = []
    for number in (1, 2):
        banner.say("The report is written", "Open", lambda n=number: opened.append(n))
    (act,) = (b for b in banner.findChildren(QPushButton) if b.text() == "Open")
    act.click()
    assert opened == [2]
    banner.tell(KnownError("Third"))
    assert act.parentWidget().parentWidget().isHidden()  # with its sentence
    assert banner.texts() == ("Third.",)
    with qtbot.waitSignal(banner.closed):
        banner.dismiss()
    assert banner.text() == ""


def test_the_text_of_a_sentence_is_not_taken_for_markup(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show()
    banner.tell(KnownError("<a href='x'>/home/ü & <i>co</i></a>", "x"))
    assert banner.text() == "<a href='x'>/home/ü & <i>co</i></a>. x"


def test_the_dialog_does_not_wait_and_goes_when_closed(qtbot: QtBot) -> None:
    dialog = BugDialog(ValueError("x"))
    dialog.show()
    assert not dialog.isModal()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()


def test_the_details_hold_version_system_and_the_whole_chain(qtbot: QtBot) -> None:
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("outer") from inner
    except ValueError as error:
        text = details(error)
        dialog = BugDialog(error)
    qtbot.addWidget(dialog)
    for part in ("Attune ", "Python ", "KeyError: 'inner'", "ValueError: outer", "test_errors.py"):
        assert part in text
    dialog.copy()
    assert QGuiApplication.clipboard().text() == text


def test_a_fault_is_in_the_diary_with_its_traceback(
    caplog: pytest.LogCaptureFixture, expected_logs: object
) -> None:
    expected_logs("a fault of Attune")
    with caplog.at_level(logging.ERROR):
        log_bug(ValueError("x"))
    assert "ValueError: x" in caplog.text
