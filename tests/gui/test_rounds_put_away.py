"""Rounds that are done with leave the list, and can be seen and taken out again."""

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.rounds_walked import ALL, LET_GO, Open, begin, room, text_of_focus, words
from trainer.app.paths import Home
from trainer.domain.response import Response

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.accessibleName() if widget is not None else ""


def test_an_unfinished_round_is_put_away_after_a_question_and_taken_out_by_keys_alone(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    it = open_at(school[0])
    begin(it)
    it.press("4", "3", "2", "Return", "Escape")
    shown = it.window.shown()
    it.shows(lambda: f"1 of {ALL} rated" in words(shown))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Tab")
    assert focused().startswith("Put it away: Responses in this log, begun ")
    it.press("Return")
    assert f"1 of {ALL} are rated. Put away, it leaves this list." in words(shown)
    it.press("Escape")  # the safe answer, and back where one was
    assert focused().startswith("Put it away: ")
    it.shows(lambda: f"1 of {ALL} rated" in words(shown))
    it.press("Return")
    it.tab_to("Put it away")
    it.press("Return")
    it.shows(lambda: "put away, with all that was rated in it" in it.banner())
    it.shows(lambda: f"1 of {ALL} rated" not in words(shown))
    it.shows(lambda: text_of_focus() == "Rate responses in this log")  # the rest waits there
    it.shows(lambda: "Show rounds put away (1)" in it.buttons())
    it.tab_to("Show rounds put away (1)")
    it.press("Return")
    it.shows(lambda: f"1 of {ALL} rated" in words(shown))
    it.shows(lambda: text_of_focus() == "Hide rounds put away (1)")
    it.shows(lambda: it.buttons_named("Take it out again"))
    it.press("Tab", "Tab", "Tab")  # as it stands on the page: the round, then what is below
    assert focused() == "Rubric"
    it.shut()
    it = open_at(school[0])  # it is in the log
    shown = room(it)
    it.shows(lambda: "Show rounds put away (1)" in it.buttons())
    assert "of {ALL} rated" not in words(shown)
    it.tab_to("Show rounds put away (1)")
    it.press("Return")
    it.shows(lambda: it.buttons_named("Take it out again"))
    it.buttons_named("Take it out again")[0].click()
    it.shows(lambda: text_of_focus() == "Go on rating")
    assert "Show rounds put away (1)" not in it.buttons()
    it.shows(lambda: f"1 of {ALL} rated" in words(shown))
