"""What is marked on the response's lane of the time line: pauses, missing sound, moments."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from trainer.gui import theme

LEAST_PX = 5.0  # of a hole, so that a point is seen too
LEAST_PAUSE_PX = 0.5

Pixels = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Marks:
    """What was measured, in seconds of the axis; ``label`` stands beside the onset.

    ``holes`` are where sound is missing; one may be but a point. ``moments`` are those that others
    spoke of, in the order of their numbers.
    """

    onset_s: float | None
    onset_error_s: float
    pauses: tuple[tuple[float, float], ...]
    label: str
    holes: tuple[tuple[float, float], ...] = ()
    moments: tuple[float, ...] = ()

    def speaks_at(self) -> tuple[float, ...]:
        """Where each stretch of speech begins: the onset, if known, and the end of every pause."""
        onset = () if self.onset_s is None else (self.onset_s,)
        return (*onset, *(end for _, end in self.pauses))


NO_MARKS = Marks(None, 0.0, (), "")


def draw_pauses(painter: QPainter, lane: QRectF, pauses: Pixels) -> None:
    """Shade the pauses, given from left to right."""
    ground, edge = QColor(theme.current().quiet), QColor(theme.current().quiet)
    ground.setAlpha(46)
    edge.setAlpha(150)
    boxes = [  # of an hour's pauses, all but the long ones are less than half a pixel
        QRectF(left, lane.top(), right - left, lane.height())
        for left, right in pauses
        if right - left > LEAST_PAUSE_PX and right > lane.left() and left < lane.right()
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRects(boxes)
    painter.setPen(QPen(edge, 1))
    painter.drawLines([QLineF(box.bottomLeft(), box.bottomRight()) for box in boxes])


def draw_holes(painter: QPainter, lane: QRectF, holes: Pixels) -> None:
    """Hatch where sound is missing, between two lines: no pause, and no silence of the person."""
    colour = QColor(theme.current().quiet)
    for left, right in holes:
        width = max(right - left, LEAST_PX)
        box = QRectF(left - (width - (right - left)) / 2, lane.top(), width, lane.height())
        painter.fillRect(box, QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(colour, 1.4))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.drawLine(box.topRight(), box.bottomRight())


def draw_moments(painter: QPainter, lane: QRectF, places: Sequence[float]) -> None:
    """Number the moments, given from left to right; where two are near, one stands above the other.

    Whoever reads the list finds each by its number, so that colour is not the only sign.
    """
    colours = theme.current()
    radius = min(painter.fontMetrics().height() * 0.56, lane.height() / 5)
    levels = int(lane.height() // (2 * radius))
    last_at = [-1e9] * levels
    painter.save()
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 0.8)
    font.setBold(True)
    painter.setFont(font)
    for number, x in enumerate(places, 1):
        level = next((n for n, at in enumerate(last_at) if x - at > 2 * radius + 1), 0)
        last_at[level] = x
        middle = QPointF(x, lane.bottom() - radius * (1 + 2 * level))
        painter.setPen(QPen(QColor(colours.others), 1.4))
        painter.drawLine(QPointF(x, lane.top()), QPointF(x, lane.bottom()))
        painter.setBrush(QColor(colours.others))
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QColor(colours.card))
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
    painter.restore()
