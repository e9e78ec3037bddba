"""Rating by keys: one item open, every key does one thing, and all of it can be read."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.domain.made import item, rubric
from trainer.gui.screens.rating import RatingPage
from trainer.gui.widgets.anchors import AnchorRow, ItemCard

RUBRIC = rubric(item("warmth"), item("repair", not_applicable=True), item("talk"))


class Rater:
    """A rating page and what it told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.page = RatingPage(RUBRIC, "Nobody sees this but you.")
        self.scored: list[tuple[str, object]] = []
        self.locks = 0
        self.page.scored.connect(lambda *score: self.scored.append(score))
        self.page.lock_wanted.connect(self._lock)
        qtbot.addWidget(self.page)
        with qtbot.waitActive(self.page):
            self.page.show()
        self.page.setFocus()

    def _lock(self) -> None:
        self.locks += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            focused = self.page.window().focusWidget() or self.page
            self.qtbot.keyClick(focused, getattr(Qt.Key, f"Key_{key}"))


@pytest.fixture
def rater(qtbot: QtBot) -> Rater:
    return Rater(qtbot)


def test_each_key_rates_the_open_item_and_opens_the_next(rater: Rater) -> None:
    assert rater.page.current_item == "warmth"
    rater.press("4")
    assert rater.page.current_item == "repair"
    rater.press("0")
    assert rater.page.current_item == "talk"
    rater.press("1")
    assert rater.scored == [("warmth", 4.0), ("repair", None), ("talk", 1.0)]


def test_enter_locks_only_what_is_whole(rater: Rater) -> None:
    rater.press("Return", "4", "3", "Return")
    assert rater.locks == 0
    rater.press("2", "Return")
    assert rater.locks == 1


def test_the_enter_of_the_number_pad_is_an_enter(rater: Rater) -> None:
    rater.press("4", "3", "2", "Enter")
    assert rater.locks == 1


def test_up_and_down_stop_at_the_ends(rater: Rater) -> None:
    rater.press("Up")
    assert rater.page.current_item == "warmth"
    rater.press("Down", "Down", "Down", "Down")
    assert rater.page.current_item == "talk"


def test_keys_that_are_no_score_do_nothing(rater: Rater) -> None:
    rater.press("6", "7", "0", "A")  # not applicable does not exist for warmth
    assert rater.scored == []
    assert rater.page.current_item == "warmth"


def test_a_draft_goes_on_where_it_stopped(rater: Rater) -> None:
    rater.page.resume({"warmth": 4})
    assert rater.page.current_item == "repair"
    rater.press("5")
    assert rater.scored == [("repair", 5.0)]
    rater.page.resume({"warmth": 4, "repair": None, "talk": 2})
    rater.press("Return")
    assert rater.locks == 1


def test_a_new_response_begins_with_nothing_chosen(rater: Rater) -> None:
    rater.press("4", "3", "2")
    rater.page.restart()
    assert rater.page.current_item == "warmth"
    rater.press("Return")
    assert rater.locks == 0


def test_every_anchor_is_read_with_its_key(rater: Rater) -> None:
    rater.press("Down", "Down")  # an item's anchors are there once it was open
    names = [row.accessibleName() for row in rater.page.findChildren(AnchorRow)]
    assert "1: anchor 1" in names
    assert sum(name.startswith("0: Not applicable") for name in names) == 1
    assert len(names) == 16


def test_an_anchor_is_chosen_by_space_too(rater: Rater) -> None:
    row = next(r for r in rater.page.findChildren(AnchorRow) if r.accessibleName()[0] == "3")
    row.setFocus()
    rater.qtbot.keyClick(row, Qt.Key.Key_Space)
    assert rater.scored == [("warmth", 3.0)]


@pytest.fixture
def in_a_window(rater: Rater) -> Iterator[tuple[QPushButton, Rater]]:
    """The same page, with a button before it in the order of Tab, as "Leave" is."""
    window = QWidget()
    leave = QPushButton("Leave")
    column = QVBoxLayout(window)
    column.addWidget(leave)
    column.addWidget(rater.page)
    with rater.qtbot.waitActive(window):
        window.show()
    rater.page.setFocus()
    yield leave, rater
    rater.page.setParent(None)


def anchor(page: RatingPage, key: str) -> AnchorRow:
    rows = [row for row in page.findChildren(AnchorRow) if row.isVisible()]
    return next(row for row in rows if row.accessibleName().startswith(f"{key}:"))


def test_after_a_click_on_an_anchor_the_keys_rate_the_next_item(
    in_a_window: tuple[QPushButton, Rater],
) -> None:
    leave, rater = in_a_window
    rater.qtbot.mouseClick(anchor(rater.page, "4"), Qt.MouseButton.LeftButton)
    assert not leave.hasFocus()
    rater.press("2")
    rater.qtbot.mouseClick(anchor(rater.page, "5"), Qt.MouseButton.LeftButton)
    rater.press("Return")
    assert rater.scored == [("warmth", 4.0), ("repair", 2.0), ("talk", 5.0)]
    assert rater.locks == 1


def test_who_comes_to_an_anchor_by_tab_stays_among_the_anchors(
    in_a_window: tuple[QPushButton, Rater],
) -> None:
    leave, rater = in_a_window
    rater.press("Tab")
    assert anchor(rater.page, "1").hasFocus()
    rater.press("Space")
    assert rater.scored == [("warmth", 1.0)]
    assert anchor(rater.page, "1").hasFocus()  # of the next item
    rater.press("Down")
    assert rater.page.current_item == "talk"
    assert anchor(rater.page, "1").hasFocus()
    rater.press("Up", "Up")
    assert anchor(rater.page, "1").hasFocus()
    assert not leave.hasFocus()
    rater.press("4", "3", "2", "Return")
    assert rater.locks == 1


def test_a_click_on_the_title_of_an_item_opens_it_and_the_keys_go_on(
    in_a_window: tuple[QPushButton, Rater],
) -> None:
    _, rater = in_a_window
    anchor(rater.page, "3").setFocus(Qt.FocusReason.TabFocusReason)
    card = rater.page.findChildren(ItemCard)[1]
    rater.qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
    rater.press("5")
    assert rater.scored == [("repair", 5.0)]
