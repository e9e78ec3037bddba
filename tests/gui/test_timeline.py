"""The time line is readable to its edges, and says no length below zero."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from trainer.app.waveform import TimeLine, Track
from trainer.gui.player import QtPlayer
from trainer.gui.widgets.hearing import Hearing
from trainer.gui.widgets.timeline import Timeline
from trainer.gui.widgets.timeline_picture import MARGIN


def track(seconds: float) -> Track:
    flat = np.zeros(100, np.float32)
    return Track(Path("none.wav"), seconds, flat, flat)


def line(client_s: float, response_at_s: float, response_s: float) -> TimeLine:
    return TimeLine(track(client_s), track(response_s), client_s, response_at_s, True, ())


def grey(shown: Timeline, part: QRect) -> np.ndarray:
    picture = shown.grab(part).toImage()
    rows = [
        [picture.pixelColor(x, y).lightness() for x in range(picture.width())]
        for y in range(picture.height())
    ]
    return np.array(rows)


@pytest.mark.parametrize("end_s", [4.0, 4.9])  # the last tick at the very edge, and before it
def test_no_time_at_the_edge_is_cut_off(qtbot: QtBot, end_s: float) -> None:
    shown = Timeline()
    qtbot.addWidget(shown)
    width = 18 * shown.fontMetrics().horizontalAdvance("00:00")  # room for a time at each second
    shown.resize(width, shown.sizeHint().height())
    shown.show_line(line(2.0, 2.0, end_s), "Anna")
    low = round(shown.sizeHint().height() - shown.fontMetrics().height() * 1.4)
    axis = grey(shown, QRect(0, low, width, shown.height() - low))
    drawn = np.flatnonzero(axis.min(axis=0) != axis.max(axis=0))
    assert drawn.size
    assert drawn.max() < width - 1  # nothing touches the edge
    edge = round(shown.x_of(2.0 + int(end_s)))
    wide = shown.fontMetrics().horizontalAdvance("0:04")
    assert drawn.max() >= min(edge, width - 1 - wide // 2)


def test_the_clients_end_does_not_cross_the_name_of_the_response(qtbot: QtBot) -> None:
    shown = Timeline()
    qtbot.addWidget(shown)
    shown.resize(600, shown.sizeHint().height())
    shown.name_response("Response", "Both")
    row, seen = shown.fontMetrics().height(), []
    wide = shown.fontMetrics().horizontalAdvance("Response") + 14
    for client_s in (0.5, 9.0):  # below the name, and far from it
        shown.show_line(line(client_s, client_s, 10.0 - client_s), "Anna")
        seen.append(grey(shown, QRect(round(MARGIN), round(4.4 * row), wide, row)))
    assert 0 < shown.x_of(0.5) - MARGIN < 60
    assert np.array_equal(*seen)


def test_what_ends_before_the_client_does_has_no_length_below_zero(qtbot: QtBot) -> None:
    shown = Hearing(QtPlayer)
    qtbot.addWidget(shown)
    early = line(6.0, 0.0, 5.0)
    shown.show_case(early, "Anna")
    texts = [one.text() for one in shown.findChildren(QLabel)]
    assert "It ends before the client does" in texts
    assert not [one for one in texts if "\N{MINUS SIGN}" in one]
    shown.show_case(replace(early, client_end_s=4.0), "Anna")
    assert "0:00 of 0:01" in [one.text() for one in shown.findChildren(QLabel)]
