"""A sound's picture: loud columns fill it, silence is a line, and it is drawn in no time."""

import time

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from trainer.app.waveform import Outline
from trainer.gui.widgets.wave import draw_wave, wave_image

COLOUR = QColor("#2b6a6e")


def test_a_loud_column_fills_the_height_and_silence_is_a_line() -> None:
    made = wave_image(Outline(0.0, 0.1, ((-1.0, 1.0), (0.0, 0.0), (0.0, 1.0))), 40, COLOUR)
    assert (made.width(), made.height()) == (3, 40)
    assert [made.pixelColor(0, y) for y in (0, 20, 39)] == [COLOUR] * 3
    opaque = [sum(made.pixelColor(x, y).alphaF() for y in range(40)) for x in range(3)]
    assert opaque == pytest.approx([40, 1, 20.5], abs=0.1)


def test_a_wide_picture_is_drawn_in_a_few_milliseconds(qtbot: QtBot) -> None:
    seen = Outline(0.0, 0.1, tuple((-x % 7 / 7, x % 5 / 5) for x in range(2000)))
    picture = QPixmap(2000, 80)
    painter = QPainter(picture)
    begun = time.process_time()
    for _ in range(10):
        draw_wave(painter, seen, QRectF(picture.rect()), COLOUR)
    painter.end()
    assert (time.process_time() - begun) / 10 < 0.02
