"""Where the head is drawn: a painter in head units that does not make Qt cut curves to dust."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QGradient,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTransform,
)

from trainer.gui.portrait.geometry import Pt


class Canvas:
    """Draws what is given in head units on ``painter``, which has ``unit`` of its own to one.

    Qt cuts every curve that is shorter than one unit into pieces of a quarter of a pixel: with a
    matrix that enlarges heads, a face would cost five times as much. So shapes are enlarged here.
    """

    def __init__(self, painter: QPainter, unit: float) -> None:
        self._painter, self._unit = painter, unit
        self._enlarge = QTransform.fromScale(unit, unit)

    def ink(self, fill: QColor | QGradient | QBrush) -> None:
        """Fill what follows with a colour, or with a gradient or picture in head units."""
        if isinstance(fill, QColor):
            self._painter.setBrush(fill)
            return
        brush = QBrush(fill)
        brush.setTransform(brush.transform() * self._enlarge)
        self._painter.setBrush(brush)

    def path(self, path: QPainterPath) -> None:
        """Fill a shape."""
        self._painter.drawPath(self._enlarge.map(path))

    def oval(self, at: Pt, wide: float, high: float) -> None:
        """Fill an ellipse with these half axes."""
        unit = self._unit
        self._painter.drawEllipse(QPointF(at[0] * unit, at[1] * unit), wide * unit, high * unit)

    def bar(self, box: QRectF, round_x: float = 0.0, round_y: float = 0.0) -> None:
        """Fill a rectangle with rounded corners."""
        unit = self._unit
        self._painter.drawRoundedRect(self._enlarge.mapRect(box), round_x * unit, round_y * unit)

    def stroke(self, path: QPainterPath, colour: QColor, width: float) -> None:
        """A line of even ``width``, with round ends."""
        pen = QPen(colour, width * self._unit)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._painter.strokePath(self._enlarge.map(path), pen)

    def line(self, start: Pt, end: Pt, colour: QColor, width: float) -> None:
        """A straight line."""
        path = QPainterPath(QPointF(*start))
        path.lineTo(*end)
        self.stroke(path, colour, width)

    def stamp(self, image: QImage, place: QTransform) -> None:
        """A picture whose pixels ``place`` maps to head units."""
        self._painter.save()
        self._painter.setTransform(place * self._enlarge, True)
        self._painter.drawImage(QPointF(), image)
        self._painter.restore()

    @contextmanager
    def inside(self, path: QPainterPath) -> Iterator[None]:
        """Draw nothing beyond ``path``."""
        self._painter.save()
        self._painter.setClipPath(self._enlarge.map(path), Qt.ClipOperation.IntersectClip)
        try:
            yield
        finally:
            self._painter.restore()
