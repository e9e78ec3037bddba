"""A figure drawn with how sure it is: a point and its 95 % interval on a line of its own."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.gui import theme

# Koo & Li 2016
RELIABILITY = ((0.0, 0.5, "poor"), (0.5, 0.75, "moderate"), (0.75, 0.9, "good"),
               (0.9, 1.0, "excellent"))  # fmt: skip
POINT, LINE, CAP = 5.0, 3.0, 6.0
SIDE = 10.0
Band = tuple[float, float, str]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an interval is drawn on: from ``low`` to ``high``, with named regions or a zero line.

    ``ticks`` are written below as they stand; ``unit`` after the last one. ``who`` stands before
    the figure where it is written; ``named`` False: the regions' names stand elsewhere.
    """

    low: float
    high: float
    bands: tuple[Band, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    zero: bool = False
    unit: str = ""
    who: str = ""
    named: bool = True


def reliability(words: tuple[str, str, str, str], who: str = "", *, named: bool = True) -> Axis:
    """From 0 to 1 with the four regions, which ``words`` name."""
    bands = tuple((a, b, word) for (a, b, _), word in zip(RELIABILITY, words, strict=True))
    ticks = tuple((at, f"{at:g}") for at in (0, 0.5, 0.75, 0.9))
    return Axis(0.0, 1.0, bands, ticks, who=who, named=named)


def share() -> Axis:
    """From 0 to 1 without regions."""
    return Axis(0.0, 1.0, (), tuple((at, f"{at:g}") for at in (0, 0.25, 0.5, 0.75, 1)))


def around_zero(reach: float, unit: str) -> Axis:
    """As far to both sides of zero as ``reach`` lies, in steps that can be read."""
    reach = max(reach, 0.1)
    step = next(s for s in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, math.inf) if 4 * s >= reach)
    step = step if math.isfinite(step) else math.ceil(reach / 4)
    end = step * math.ceil(reach / step - 1e-9)
    ticks = tuple((at, f"{at:+g}".replace("-", "−") if at else "0") for at in (-end, 0.0, end))
    return Axis(-end, end, (), ticks, zero=True, unit=unit)


class Interval(QWidget):
    """One figure on its axis. ``said`` tells a screen reader, and a pointer, what is drawn."""

    def __init__(
        self, value: float, low: float | None, high: float | None, axis: Axis, said: str
    ) -> None:
        super().__init__()
        self.value, self.low, self.high, self.axis = value, low, high, axis
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 40, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 16, self._height())

    def _height(self) -> int:
        line = self.fontMetrics().height()
        # Two lines of names: at some widths they do not fit beside each other.
        names = 2 * line if self.axis.bands and self.axis.named else 0
        return names + 2 * line + 10

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = QFontMetricsF(self.font())
        left, right = self._ends(text)
        field = QRectF(left, 0, right - left, 0)
        top = self._paint_names(painter, text, field)
        field.setTop(top)
        field.setHeight(text.height() + 4)
        self._paint_ground(painter, field)
        self._paint_ticks(painter, text, field)
        self._paint_figure(painter, field)

    def _ends(self, text: QFontMetricsF) -> tuple[float, float]:
        """Where the axis begins and ends, leaving room for names that stick out."""
        left, right = SIDE, self.width() - SIDE
        if self.axis.bands:
            a, _, word = self.axis.bands[-1]
            share = (self.axis.high - a) / (self.axis.high - self.axis.low)
            needed = text.horizontalAdvance(word) + 6
            right -= max(0.0, needed - (right - left) * share) / (1 - share)
        return left, max(right, left + 20)

    def _x(self, at: float, field: QRectF) -> float:
        whole = self.axis.high - self.axis.low
        share = min(max((at - self.axis.low) / whole, 0.0), 1.0)
        return field.left() + share * field.width()

    def _paint_names(self, painter: QPainter, text: QFontMetricsF, field: QRectF) -> float:
        """The names of the regions above them, in two lines where one has no room."""
        if not self.axis.bands or not self.axis.named:
            return 2.0
        starts = [self._x(a, field) for a, _, _ in self.axis.bands]
        names = [word for _, _, word in self.axis.bands]
        ends = [*starts[1:], math.inf]
        fits = all(
            start + text.horizontalAdvance(name) + 6 <= end
            for start, name, end in zip(starts, names, ends, strict=True)
        )
        painter.setPen(QColor(theme.current().quiet))
        line = text.height()
        for place, (start, name) in enumerate(zip(starts, names, strict=True)):
            row = 1 if fits else 1 - place % 2
            painter.drawText(QPointF(start + 3, row * line + text.ascent()), name)
        return 2 * line + 2

    def _paint_ground(self, painter: QPainter, field: QRectF) -> None:
        colours = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (a, b, _) in enumerate(
            self.axis.bands or ((self.axis.low, self.axis.high, ""),)
        ):
            part = QRectF(field)
            part.setLeft(self._x(a, field))
            part.setRight(self._x(b, field))
            painter.fillRect(part, QColor(colours.soft if place % 2 else colours.ground))
        painter.setPen(QPen(QColor(colours.line), 1))
        for at, _ in self.axis.ticks if self.axis.bands else ():
            x = self._x(at, field)
            painter.drawLine(QPointF(x, field.top() - 4), QPointF(x, field.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(field)
        if self.axis.zero:
            x = self._x(0.0, field)
            painter.setPen(QPen(QColor(colours.quiet), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))

    def _paint_ticks(self, painter: QPainter, text: QFontMetricsF, field: QRectF) -> None:
        painter.setPen(QColor(theme.current().quiet))
        base, before = field.bottom() + text.ascent() + 1, -math.inf
        last = len(self.axis.ticks) - 1
        for place, (at, name) in enumerate(self.axis.ticks):
            named = f"{name} {self.axis.unit}" if place == last and self.axis.unit else name
            width = text.horizontalAdvance(named)
            # The ends stand inside the axis, so that axes of different units are alike.
            most = self.width() - width - 2
            start = min(max(2.0, self._x(at, field) - width / 2), most)
            if start < before + 4:
                continue
            painter.drawText(QPointF(start, base), named)
            before = start + width

    def _paint_figure(self, painter: QPainter, field: QRectF) -> None:
        colours = theme.current()
        y = field.center().y()
        painter.setPen(QPen(QColor(colours.own), LINE, c=Qt.PenCapStyle.FlatCap))
        if self.low is not None and self.high is not None:
            a, b = self._x(self.low, field), self._x(self.high, field)
            painter.drawLine(QPointF(a, y), QPointF(b, y))
            for x, limit, way in ((a, self.low, -1), (b, self.high, 1)):
                if self.axis.low <= limit <= self.axis.high:
                    painter.drawLine(QPointF(x, y - CAP), QPointF(x, y + CAP))
                else:
                    self._paint_arrow(painter, QPointF(x, y), way)
        known = self.low is not None
        painter.setPen(QPen(QColor(colours.own), 2))
        painter.setBrush(QColor(colours.own if known else colours.card))
        if self.axis.low <= self.value <= self.axis.high:
            painter.drawEllipse(QPointF(self._x(self.value, field), y), POINT, POINT)

    def _paint_arrow(self, painter: QPainter, at: QPointF, way: int) -> None:
        """The interval goes on beyond the axis."""
        back = at - QPointF(way * 2 * CAP, 0)
        painter.save()
        painter.setBrush(QColor(theme.current().own))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([at, back + QPointF(0, CAP), back - QPointF(0, CAP)]))
        painter.restore()
