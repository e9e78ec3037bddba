"""The Rate screen in the real window: by keys alone, and nothing lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.rounds_walked import (
    ALL,
    LET_GO,
    Begun,
    Open,
    at_round,
    begin,
    locked,
    plays,
    room,
    said,
    text_of_focus,
    words,
)
from trainer.app.paths import Home
from trainer.domain.response import Response
from trainer.domain.rounds import MARKERS
from trainer.gui.screens.round import RoundScreen

CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


def test_six_responses_are_rated_by_keys_alone_the_next_one_playing_by_itself(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    rate = room(it)
    it.shows(lambda: f"In this log {ALL} responses of others wait for you." in words(rate))
    screen = begin(it)
    for number in range(1, ALL + 1):
        it.shows(lambda: plays(screen))
        assert f"Response {number} of {ALL}" in words(screen)
        it.press("4", "3", str(1 + number % 5), "Return")
    it.shows(lambda: f"All {ALL} are rated and locked." in words(screen))
    it.shows(lambda: [] not in locked(home))
    assert locked(home) == [[4, 3, 1 + n % 5] for n in range(1, ALL + 1)]
    it.press("Return")
    assert it.screen() == "RateScreen"
    it.shows(lambda: f"{ALL} of {ALL} rated" in words(it.window.shown()))
    assert "In this log there is no response of somebody else that you have not" in words(rate)


def test_no_key_is_lost_at_any_speed(begun: Begun) -> None:
    it, _, home = begun
    for number in range(ALL):  # no waiting: not for the sound, not for the log, not for a picture
        it.press(str(1 + number % 5), "0" if number % 2 else "2", "3", "Return")
    it.shows(lambda: [] not in locked(home))
    assert locked(home) == [[1 + n % 5, None if n % 2 else 2, 3] for n in range(ALL)]


def test_what_was_undone_is_done_again_and_a_key_that_means_nothing_says_why(begun: Begun) -> None:
    it, screen, home = begun
    rating = screen.rating
    assert rating is not None
    it.press("0")
    assert it.banner() == (
        "Warmth applies to every answer, so it cannot be left out: press 1 to 5."
    )
    assert rating.work.draft.scores == {}
    it.press("4", "3", "M", "J")
    for _ in range(3):
        it.control("Z")
    assert (rating.work.draft.scores, rating.work.comments) == ({}, ())
    it.control("Y")
    QTest.keyClick(screen, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert rating.work.draft.scores == {"warmth": 4, "repair": 3}
    it.control("Y")
    it.shows(lambda: [one.marker for one in said(home)] == [MARKERS["abcdefghij".index("j")]])
    it.press("2")  # the item that is open then is the one that has no score yet
    assert rating.missing == ()


def test_it_goes_on_where_it_was_left_with_what_was_half_typed(begun: Begun) -> None:
    it, screen, _ = begun
    it.press("4", "3", "2", "Return", "5", "O", "T")
    it.type("half a sen")
    it.press("Escape")
    assert it.screen() == "RoundScreen"  # out of the line first
    it.press("Escape")
    assert it.screen() == "RateScreen"
    it.shows(lambda: f"1 of {ALL} rated" in words(it.window.shown()))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, screen)
    assert f"Response 2 of {ALL}" in words(screen)
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 5}
    assert screen.page.second.isChecked()
    assert screen.page.remarks.line.text() == "half a sen"
    assert not plays(screen)  # not over a sentence that is being thought


def test_an_earlier_one_is_corrected_with_the_old_rating_in_sight(begun: Begun) -> None:
    it, screen, home = begun
    it.press("4", "3", "2", "Return", "PageUp")
    it.shows(lambda: "Locked: Warmth 4, Repair 3, Metacommunication 2." in words(screen))
    it.press("1", "Return")
    it.shows(lambda: locked(home)[0] == [1, 3, 2])
    assert f"Response 2 of {ALL}" in words(screen)
    it.press("PageUp")
    assert "Before: Warmth 4, Repair 3, Metacommunication 2." in words(screen)
    it.press("PageDown")
    it.control("Z")  # the lock is gone back to
    assert f"Response 1 of {ALL}" in words(screen)


def test_a_button_reached_by_tab_is_pressed_and_a_click_takes_no_keys(
    begun: Begun, qtbot: QtBot
) -> None:
    it, screen, _ = begun
    it.shows(lambda: plays(screen))
    it.tab_to("Second opinion  (O)")
    it.press("Return")
    assert screen.page.second.isChecked()
    it.press("Space")
    assert not screen.page.second.isChecked()
    qtbot.mouseClick(screen.page.hear.speed, Qt.MouseButton.LeftButton)
    assert screen.page.hear.duet.rate == 1.25
    it.press("S")
    assert screen.page.hear.duet.rate == 1.5
    anchor = it.tab_to("1: " + anchors(screen)[1])
    it.press("Space")  # who went there by Tab chooses it so
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 1}
    assert anchor is not None


def test_one_that_is_rated_is_gone_through_again_by_digits_and_undo_opens_what_it_undid(
    begun: Begun,
) -> None:
    it, screen, home = begun
    it.press("4", "3", "2", "Return", "PageUp", "3", "3", "5", "Return")
    it.shows(lambda: locked(home)[0] == [3, 3, 5])
    it.press("4")
    it.control("Z")
    it.press("2")
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 2}


def anchors(screen: RoundScreen) -> dict[int, str]:
    assert screen.rating is not None
    return screen.rating.rubric.items[0].anchors


def test_tab_goes_through_hearing_comments_anchors_and_what_ends_it_and_all_have_names(
    begun: Begun,
) -> None:
    it, screen, _ = begun
    it.shows(lambda: plays(screen))
    it.press("T")
    it.type("a")
    it.press("Return", "4", "3", "2")  # so that all of it is there
    order = []
    for _ in range(60):
        it.press("Tab")
        focused = QApplication.focusWidget()
        assert focused is not None
        interface = QAccessible.queryAccessibleInterface(focused)
        assert interface is not None
        name = interface.text(QAccessible.Text.Name)
        assert name.strip(), f"{type(focused).__name__} has no name"
        if (name, interface.role()) in order:
            break
        order.append((name, interface.role()))
    names = [name for name, _ in order]
    expected = [
        "Time line of the client and the response",
        "Client  (C)",
        "Response  (R)",
        "Speed 1 ×  (S)",
        "Comment on this moment",
        "Your comments on this response",
        "1: ",
        "5: ",
        "Not applicable",
        "Second opinion  (O)",
        "Lock, and next  (Enter)",
    ]
    places = [next(i for i, name in enumerate(names) if part in name) for part in expected]
    assert places == sorted(places), names
    it.tab_to(next(name for name in names if name.startswith("1: ")))
    it.press("Tab", "Tab", "Tab", "Tab", "Tab", "Space")  # from anchor to anchor
    assert screen.rating is not None
    assert screen.rating.work.draft.scores["metacommunication"] is None
    roles = dict(order)
    assert roles["Comment on this moment"] == QAccessible.Role.EditableText
    assert roles["Your comments on this response"] == QAccessible.Role.List
    assert roles["Second opinion  (O)"] == QAccessible.Role.CheckBox
    anchors_ = [role for name, role in order if name[:2] in ("1:", "2:", "3:", "4:", "5:")]
    assert set(anchors_) <= {QAccessible.Role.RadioButton, QAccessible.Role.CheckBox}
