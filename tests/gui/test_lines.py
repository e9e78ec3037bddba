"""Cells of more than one line: no line is cut through, however long its words are."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer.gui.widgets.lines import wrapped

TITLE = "T1, Weiterbildungsstudiengang Psychologische Psychotherapie, Kohorte Herbst"


@pytest.mark.parametrize("cut", [Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle])
def test_no_third_line_is_begun_in_any_room(qtbot: QtBot, cut: Qt.TextElideMode) -> None:
    metrics = QFontMetrics(QApplication.font())
    letter, most = metrics.averageCharWidth(), 2 * metrics.lineSpacing()
    for room in range(8 * letter, 60 * letter):
        for title in (TITLE, "3 responses, 3 of them new; Jonas was given twice, counted once"):
            text, wraps = wrapped(title, metrics, room, 2, cut)
            space = QRect(0, 0, room, 1000)
            assert metrics.boundingRect(space, wraps, text).height() <= most, (room, text)


@pytest.mark.parametrize("characters", range(12, 60, 4))
@pytest.mark.parametrize("cut", [Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle])
def test_a_long_text_fills_two_lines_and_no_third(
    qtbot: QtBot, characters: int, cut: Qt.TextElideMode
) -> None:
    metrics = QFontMetrics(QApplication.font())
    room = characters * metrics.averageCharWidth()
    text, wraps = wrapped(TITLE, metrics, room, 2, cut)
    space = QRect(0, 0, room, 1000)
    assert metrics.boundingRect(space, wraps, text).height() <= 2 * metrics.lineSpacing()
    assert text.startswith("T1, ")
    shown = metrics.horizontalAdvance(text)
    assert shown > room or text == TITLE  # both lines are made use of
