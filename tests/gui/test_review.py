"""The Review screen: rated first, the note kept for the response it was written for."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised
from tests.gui.reviewed import Window, rated, review, words
from trainer.store import notes


def test_an_unrated_response_can_only_be_rated(practised: Practised, qtbot: QtBot) -> None:
    response = practised.respond(practised.library.find_vignette("eli-bike-racks"), seconds=4)
    screen, window = review(practised, qtbot, response.id)
    assert "Rate it first" in words(screen)
    assert not screen.report.isVisible()
    screen.rate.click()
    assert window.went == [f"rate {response.id}"]


def test_a_click_and_enter_keep_the_note_at_once_and_typing_a_moment_later(
    practised: Practised, qtbot: QtBot
) -> None:
    response = rated(practised)
    screen, _ = review(practised, qtbot, response.id)
    page = screen.view._page
    assert page is not None

    def kept() -> tuple[str, bool | None] | None:
        note = notes.note_of(practised.log, response.id)
        return note and (note.change_next, note.hooked)

    page.change.yes.click()
    assert kept() == ("", True)
    qtbot.keyClicks(page.change.words, "Ask")
    qtbot.keyClick(page.change.words, Qt.Key.Key_Return)
    assert kept() == ("Ask", True)
    qtbot.keyClicks(page.change.words, ", wait")
    qtbot.waitUntil(lambda: kept() == ("Ask, wait", True), timeout=250)


def test_a_note_is_kept_in_the_log_of_the_response_it_was_written_for(
    practised: Practised, qtbot: QtBot
) -> None:
    first, second = rated(practised), rated(practised)
    screen, _ = review(practised, qtbot, second.id)
    page = screen.view._page
    assert page is not None
    qtbot.keyClicks(page.change.words, "Ask, then wait")
    qtbot.keyClick(screen, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert screen.view.response_id == first.id
    kept = notes.note_of(practised.log, second.id)
    assert kept is not None
    assert kept.change_next == "Ask, then wait"
    assert notes.note_of(practised.log, first.id) is None
    screen.left()


def test_a_note_that_the_log_refused_is_kept_when_one_leaves_or_shows_another(
    practised: Practised, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = rated(practised), rated(practised)
    told: list[Exception] = []
    monkeypatch.setattr(Window, "failed", lambda _window, error: told.append(error))
    screen, _ = review(practised, qtbot, second.id)
    page = screen.view._page
    assert page is not None
    practised.log.db.conn.execute("PRAGMA query_only = ON")
    qtbot.keyClicks(page.change.words, "Wait")
    qtbot.keyClick(page.change.words, Qt.Key.Key_Return)
    assert "may not be written" in str(told[0])
    practised.log.db.conn.execute("PRAGMA query_only = OFF")
    screen.open(first.id)
    screen.left()
    kept = notes.note_of(practised.log, second.id)
    assert kept is not None
    assert kept.change_next == "Wait"
    assert notes.note_of(practised.log, first.id) is None
    assert len(told) == 1


def test_other_attempts_are_a_choice_away_and_the_report_is_asked_for(
    practised: Practised, qtbot: QtBot
) -> None:
    first, second = rated(practised), rated(practised)
    other = rated(practised, of="eli-bike-racks")
    screen, window = review(practised, qtbot, second.id)
    assert screen.attempts.count() == 2
    screen.attempts.setCurrentIndex(0)
    screen.attempts.activated.emit(0)
    with qtbot.waitSignal(screen.report_wanted) as asked:
        screen.report.click()
    assert asked.args == [first.id]
    screen.open(other.id)
    assert not screen.attempts.isVisible()
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert window.went == ["log"]
    screen.left()
