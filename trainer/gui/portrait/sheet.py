"""Things painted once per size and then moved: strands, curls, the light on skin."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from trainer.gui.portrait.skull import Skull

BOX = QRectF(-1.8, -2.3, 3.6, 5.8)  # what a sheet may cover, in head units


class Sheet:
    """A picture in head space, at ``scale`` device pixels per head unit.

    A strand of hair costs as much to draw as an eye. Painted here once, it costs nothing more:
    live outlines are filled with the sheet, which slides and narrows as the head turns.
    """

    def __init__(self, scale: float, paint: Callable[[QPainter], None], box: QRectF = BOX) -> None:
        self._scale, self._box = scale, box
        size = QSize(math.ceil(box.width() * scale), math.ceil(box.height() * scale))
        self._image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.scale(scale, scale)
        painter.translate(-box.topLeft())
        try:
            paint(painter)
        finally:
            painter.end()  # an image destroyed while painted on takes the process with it

    def brush(self, skull: Skull, depth: float) -> QBrush:
        """To fill outlines with; ``depth`` is how far before the head's axis the sheet lies."""
        brush = QBrush(self._image)
        brush.setTransform(self._place(skull, depth))
        return brush

    def stamp(self, painter: QPainter, skull: Skull, depth: float) -> None:
        """The sheet itself, with its own outline."""
        painter.save()
        painter.setTransform(self._place(skull, depth), True)
        painter.drawImage(QPointF(0, 0), self._image)
        painter.restore()

    def _place(self, skull: Skull, depth: float) -> QTransform:
        dx, dy = skull.turn(0.0, 0.0, depth)
        wide = (skull.turn(0.5, 0.0, depth)[0] - skull.turn(-0.5, 0.0, depth)[0]) / skull.width
        step = 1 / self._scale
        left, top = dx + self._box.left() * wide, dy + self._box.top()
        return QTransform(wide * step, 0, 0, step, left, top)
