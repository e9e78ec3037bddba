"""A sound as a picture, column by column: a polygon of as many points takes ten times as long."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from trainer.app.waveform import Outline


def draw_wave(painter: QPainter, seen: Outline, room: QRectF, colour: QColor) -> None:
    """Draw it so that it fills ``room``."""
    ratio = painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(room, wave_image(seen, max(1, round(room.height() * ratio)), colour))


def wave_image(seen: Outline, height: int, colour: QColor) -> QImage:
    """One pixel a column, ``height`` high: full scale from edge to edge, and never less than one.

    What a column covers of a pixel is how opaque that is, so that it is as smooth as a drawn line.
    """
    low, high = np.array(seen.columns, np.float32).reshape(-1, 2).T
    half = height / 2
    top, bottom = half - high * (half - 0.5) - 0.5, half - low * (half - 0.5) + 0.5
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.clip(np.minimum(bottom, rows + 1) - np.maximum(top, rows), 0, 1)
    shades = np.array((colour.blue(), colour.green(), colour.red(), 255), np.float32)
    pixels = np.ascontiguousarray((covered[..., None] * shades).round().astype(np.uint8))
    size = (pixels.shape[1], height, 4 * pixels.shape[1])
    made = QImage(pixels.data, *size, QImage.Format.Format_ARGB32_Premultiplied)
    return made.copy()  # the pixels are numpy's and go with it
