"""Things painted once per size and then moved: strands, curls, the light on skin."""

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.hair_styles import Line
from trainer.gui.portrait.skull import Skull

_SPARE = 0.3  # a sheet slides below its outline by so much as the head turns


class Sheet:
    """A picture in head space, at ``scale`` device pixels per head unit.

    A strand of hair costs as much to draw as an eye. Painted here once, it costs nothing more:
    live outlines are filled with the sheet, which slides and narrows as the head turns.
    """

    def __init__(
        self, scale: float, paint: Callable[[Canvas], None], box: QRectF, *, solid: bool = False
    ) -> None:
        self._scale, self._box = scale, box
        size = QSize(math.ceil(box.width() * scale), math.ceil(box.height() * scale))
        # Nothing shows through a solid one: Qt need not mix it with what is below.
        clear = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(size, QImage.Format.Format_RGB32 if solid else clear)
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.translate(-box.topLeft() * scale)
        try:
            paint(Canvas(painter, scale))
        finally:
            painter.end()  # an image destroyed while painted on takes the process with it

    def brush(self, skull: Skull, depth: float) -> QBrush:
        """To fill outlines with; ``depth`` is how far before the head's axis the sheet lies."""
        brush = QBrush(self._image)
        brush.setTransform(self._place(skull, depth))
        return brush

    def stamp(self, canvas: Canvas, skull: Skull, depth: float) -> None:
        """The sheet itself, with its own outline."""
        canvas.stamp(self._image, self._place(skull, depth))

    def _place(self, skull: Skull, depth: float) -> QTransform:
        dx, dy = skull.turn(0.0, 0.0, depth)
        wide = (skull.turn(0.5, 0.0, depth)[0] - skull.turn(-0.5, 0.0, depth)[0]) / skull.width
        step = 1 / self._scale
        left, top = dx + self._box.left() * wide, dy + self._box.top()
        return QTransform(wide * step, 0, 0, step, left, top)


def around(lines: Iterable[Line], spare: float = _SPARE) -> QRectF:
    """The box, in head units, of a sheet that fills these outlines in every pose.

    A sheet that is stamped slides with what is on it and needs less to ``spare``.
    """
    points = [point for line in lines for point in line]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return box.adjusted(-spare, -spare, spare, spare)
