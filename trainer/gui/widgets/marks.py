"""What is marked on the response's lane of the time line: pauses, and where sound is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from trainer.gui import theme

LEAST_PX = 5.0  # of a hole, so that a point is seen too
LEAST_PAUSE_PX = 0.5

Pixels = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Marks:
    """What was measured, in seconds of the axis; ``label`` stands beside the onset.

    ``holes`` are where sound is missing; one may be but a point.
    """

    onset_s: float | None
    onset_error_s: float
    pauses: tuple[tuple[float, float], ...]
    label: str
    holes: tuple[tuple[float, float], ...] = ()

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
