"""Intervals as they are painted: the figure within its axis, and names that do not overlap."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from trainer.gui import theme
from trainer.gui.widgets.intervals import Interval, around_zero, reliability

WORDS = ("poor", "moderate", "good", "excellent")


def coloured(qtbot: QtBot, made: Interval) -> list[int]:
    """The columns in which the figure's colour is painted."""
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    made.show()
    picture, wanted = made.grab().toImage(), QColor(theme.current().own).rgb()
    return [
        x
        for x in range(picture.width())
        if any(picture.pixel(x, y) == wanted for y in range(picture.height()))
    ]


def test_a_figure_is_painted_from_limit_to_limit(qtbot: QtBot) -> None:
    wide = coloured(qtbot, Interval(0.5, 0.1, 0.8, reliability(WORDS), "a"))
    narrow = coloured(qtbot, Interval(0.5, 0.4, 0.6, reliability(WORDS), "b"))
    alone = coloured(qtbot, Interval(0.5, None, None, reliability(WORDS), "c"))
    assert wide[0] < narrow[0] < alone[0] < alone[-1] < narrow[-1] < wide[-1]
    assert wide == list(range(wide[0], wide[-1] + 1))


def test_limits_beyond_the_axis_end_in_an_arrow_at_its_end(qtbot: QtBot) -> None:
    beyond = coloured(qtbot, Interval(0.1, -3.0, 0.3, reliability(WORDS), "a"))
    far_beyond = coloured(qtbot, Interval(0.1, -30.0, 0.3, reliability(WORDS), "b"))
    assert beyond == far_beyond
    assert 0 < beyond[0] < 40


@pytest.mark.parametrize(("reach", "end"), [(0.0, 0.1), (0.33, 0.4), (0.5, 0.5), (1.1, 1.5),
                                            (7.5, 8.0), (20.0, 20.0)])  # fmt: skip
def test_an_axis_around_zero_holds_what_is_drawn_on_it(reach: float, end: float) -> None:
    axis = around_zero(reach, "points")
    assert (axis.low, axis.high) == pytest.approx((-end, end))
