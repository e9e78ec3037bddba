"""A figure and its 95 % limits, drawn on a line beside what is asked of it."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.gui import theme

POINT_PX = 4.5


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where the line goes, and where on it the mark stands, if any."""

    low: float
    high: float
    mark: float | None = None


SHARE, AGREEMENT, BIAS = Axis(0, 1, 0.9), Axis(0, 1, 0.5), Axis(-2, 2, 0)


class Limits(QWidget):
    """The point is the figure, the bar its limits, the upright stroke what is asked.

    What lies outside the axis is drawn at its end. ``said`` is the same in words.
    """

    def __init__(
        self, axis: Axis, value: float | None, low: float | None, high: float | None, said: str
    ) -> None:
        super().__init__()
        self._axis, self._value, self._low, self._high = axis, value, low, high
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        character = self.fontMetrics().averageCharWidth()
        return QSize(character * 14, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 8, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.setPen(QPen(QColor(colours.edge), 1))
        painter.drawLine(QPointF(self._x(self._axis.low), middle),
                         QPointF(self._x(self._axis.high), middle))  # fmt: skip
        if self._axis.mark is not None:
            painter.setPen(QPen(QColor(colours.text), 1.6))
            x = self._x(self._axis.mark)
            painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))
        if self._value is None:
            return
        if self._low is not None and self._high is not None:
            painter.setPen(
                QPen(QColor(colours.own), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            )
            painter.drawLine(
                QPointF(self._x(self._low), middle), QPointF(self._x(self._high), middle)
            )
        painter.setPen(QPen(QColor(colours.card), 1.5))
        painter.setBrush(QColor(colours.own))
        painter.drawEllipse(QPointF(self._x(self._value), middle), POINT_PX, POINT_PX)

    def _x(self, value: float) -> float:
        axis, edge = self._axis, POINT_PX + 1
        share = (min(max(value, axis.low), axis.high) - axis.low) / (axis.high - axis.low)
        return edge + share * (self.width() - 2 * edge)
