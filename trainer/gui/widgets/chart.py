"""Ratings of one item over time: each as a point, their running mean, and how sure it is.

One's own are dots, what others gave are diamonds; shape and line tell them apart, not only colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainterPath,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from trainer.domain.others import OthersPoint
from trainer.domain.progress import Point, Trend
from trainer.domain.rubric import Scale
from trainer.gui import theme
from trainer.gui.widgets.times import day, moment

DAY_S = 86_400.0
NEAR_PX = 16.0
# From so many points on they are drawn smaller, so that each can still be seen.
MANY, VERY_MANY = 60, 150
DAYS_APART = (1, 2, 4, 7, 14, 30, 61, 122, 365, 730, 3650)


def _local(seconds: float) -> datetime:
    # Before there is data the axis may reach below 1970, which some systems refuse.
    return datetime.fromtimestamp(max(seconds, 2 * DAY_S)).astimezone()


def _day_of(seconds: float) -> float:
    """The midnight with which the day of a moment begins."""
    return _local(seconds).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _places(marks: Sequence[Point | OthersPoint]) -> dict[str, NDArray[np.float64]]:
    return {
        "x": np.array([mark.at.timestamp() for mark in marks]),
        "y": np.array([mark.score for mark in marks]),
    }


def _soft(colour: str, alpha: int) -> QColor:
    soft = QColor(colour)
    soft.setAlpha(alpha)
    return soft


def _diamond() -> QPainterPath:
    """As wide as high, of size 1."""
    path = QPainterPath()
    path.addPolygon(
        QPolygonF([QPointF(0, -0.5), QPointF(0.5, 0), QPointF(0, 0.5), QPointF(-0.5, 0)])
    )
    path.closeSubpath()
    return path


DIAMOND = _diamond()


class Dates(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """Days below the chart, never a clock: a rating belongs to an evening, not to a minute."""

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [day(_local(value)).rsplit(" ", 1)[0] for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Noons, as far apart as their names need room: a day's name stands below its middle."""
        named = max(1.0, size / (QFontMetricsF(QApplication.font()).averageCharWidth() * 8))
        days = (high - low) / DAY_S
        every = next((d for d in DAYS_APART if days / d <= named), max(1.0, days))
        first = _day_of(low) + DAY_S / 2
        start = first if first >= low else first + DAY_S
        return [(every * DAY_S, list(np.arange(start, high, every * DAY_S)))]


@dataclass(frozen=True, slots=True)
class Stop:
    """One response on the chart: its own rating, what others gave, or both."""

    own: Point | None
    others: OthersPoint | None

    @property
    def marks(self) -> tuple[Point | OthersPoint, ...]:
        """What is drawn of it."""
        return tuple(mark for mark in (self.own, self.others) if mark is not None)


def stops_of(points: Sequence[Point], others: Sequence[OthersPoint]) -> tuple[Stop, ...]:
    """The responses in the order of their times; others' points stand with one's own."""
    by_response = {point.response_id: point for point in others}
    newest = {point.response_id: point for point in points}
    stops = [
        Stop(
            one, by_response.pop(one.response_id, None) if newest[one.response_id] is one else None
        )
        for one in points
    ]
    stops += [Stop(None, point) for point in by_response.values()]
    return tuple(sorted(stops, key=lambda stop: stop.marks[0].at))


class Chart(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph ships no types
    """Two series. Arrow keys choose a response, Enter or a click opens it.

    Made of a ViewBox and two axes: a PlotWidget brings seven menus that nobody may open here.
    """

    opened = Signal(str)
    chosen = Signal(int)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._scale = scale
        self._stops: tuple[Stop, ...] = ()
        self._at = -1
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._axes = (pg.AxisItem("left"), Dates("bottom"))
        self._band = pg.FillBetweenItem(pg.PlotCurveItem(), pg.PlotCurveItem())
        self._mean = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._others_band = pg.FillBetweenItem(pg.PlotCurveItem(), pg.PlotCurveItem())
        self._others_edges = (pg.PlotCurveItem(), pg.PlotCurveItem())
        self._others_mean = pg.PlotCurveItem(antialias=True)
        self._diamonds = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._ring = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._agreed: list[bool] = []
        self._put_together()
        self.restyle()

    def show_series(
        self,
        points: Sequence[Point],
        series: Sequence[Trend],
        others: Sequence[OthersPoint] = (),
        others_series: Sequence[Trend] = (),
    ) -> None:
        """Show points and their running means; oldest first."""
        self._stops, self._at = stops_of(points, others), -1
        self._dots.setData(**_places(points))
        self._agreed = [point.consensus for point in others]
        self._diamonds.setData(**_places(others))
        self._ring.setData([])
        for band, mean, told in (
            (self._band, self._mean, series),
            (self._others_band, self._others_mean, others_series),
        ):
            band.setCurves(*self._edges(told))
            known = [t for t in told if t.n > 1]
            mean.setData([t.at.timestamp() for t in known], [t.mean for t in known])
        for edge, curve in zip(self._others_edges, self._others_band.curves, strict=True):
            edge.setData(*curve.getData())
        self.restyle()
        stops = self._stops
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.NoFocus)
        if stops:
            first, last = (_day_of(stops[end].marks[0].at.timestamp()) for end in (0, -1))
            self._box.setXRange(first, last + DAY_S, padding=0.02)

    def _edges(self, series: Sequence[Trend]) -> tuple[pg.PlotCurveItem, pg.PlotCurveItem]:
        """Upper and lower edge of the interval, as far as it lies on the scale."""
        known = [(t.at.timestamp(), t.low, t.high) for t in series if t.low is not None]
        if len(known) == 1:  # a band needs a width to be seen
            at, low, high = known[0]
            known = [(at - DAY_S / 4, low, high), (at + DAY_S / 4, low, high)]
        times = [at for at, _, _ in known]
        ends = (self._scale.min, self._scale.max)
        return (
            pg.PlotCurveItem(times, np.clip([high for _, _, high in known], *ends)),
            pg.PlotCurveItem(times, np.clip([low for _, low, _ in known], *ends)),
        )

    def restyle(self) -> None:
        """Take on the colours and the text size in force."""
        colours = theme.current()
        self.setBackground(colours.card)
        self._style_bands(colours)
        self._style_points(colours)
        self._ring.setPen(pg.mkPen(colours.text, width=2))
        self._ring.setBrush(None)
        self._ring.setSize(17)
        for axis in self._axes:
            axis.setPen(pg.mkPen(colours.line, width=1))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, tickTextOffset=6)
        # pyqtgraph counts on four fifths of a line, which cuts off what hangs below it.
        self._axes[1].setHeight(self.fontMetrics().height() + 8)

    def _style_bands(self, colours: theme.Colours) -> None:
        self._band.setBrush(_soft(colours.own, 56))
        self._others_band.setBrush(_soft(colours.others, 30))
        width = 1 if len(self._stops) < MANY else 1.8  # above a crowd of points it must be seen
        dashes = Qt.PenStyle.DashLine
        self._mean.setPen(pg.mkPen(colours.own, width=width))
        self._others_mean.setPen(pg.mkPen(colours.others, width=width + 0.5, style=dashes))
        for edge in self._others_edges:
            edge.setPen(pg.mkPen(colours.others, width=1, style=Qt.PenStyle.DotLine))

    def _style_points(self, colours: theme.Colours) -> None:
        """Diamonds larger than dots: where both gave the same, the dot is seen in the diamond."""
        count = len(self._stops)
        size, strength = (9, 150) if count < MANY else (7, 110) if count < VERY_MANY else (5, 70)
        edge = _soft(colours.own, strength + 105)
        self._dots.setPen(pg.mkPen(edge, width=1))
        self._dots.setBrush(_soft(colours.own, strength))
        self._dots.setSize(size)
        self._diamonds.setSymbol(DIAMOND)
        self._diamonds.setPen(pg.mkPen(_soft(colours.others, strength + 105), width=1.3))
        filled, hollow = pg.mkBrush(_soft(colours.others, strength)), pg.mkBrush(None)
        self._diamonds.setBrush([filled if agreed else hollow for agreed in self._agreed])
        self._diamonds.setSize(size + (5 if count < MANY else 3))

    def sizeHint(self) -> QSize:
        return QSize(320, self.fontMetrics().height() * 12)

    def stop(self) -> Stop | None:
        """The response that is chosen."""
        return self._stops[self._at] if 0 <= self._at < len(self._stops) else None

    def choose(self, place: int) -> None:
        """Choose a response by its place, oldest first."""
        if not self._stops:
            return
        self._at = min(max(place, 0), len(self._stops) - 1)
        self._ring.setData(**_places(self._stops[self._at].marks))
        self.chosen.emit(self._at)

    # What a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.choose(self._at + step)
        elif event.key() == Qt.Key.Key_Home:
            self.choose(0)
        elif event.key() == Qt.Key.Key_End:
            self.choose(len(self._stops) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.stop():
            self._open()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at < 0:
            self.choose(len(self._stops) - 1)
        else:
            self.chosen.emit(self._at)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring.setData([])
        self._at = -1
        self.chosen.emit(-1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(
            self, "_ring"
        ):
            self.restyle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._near(event.position())
        if place is not None:
            self.choose(place)
            self._open()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._near(event.position())
        pointing = Qt.CursorShape.PointingHandCursor
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else pointing)
        self.setToolTip("" if place is None else self._tip(self._stops[place]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, the chart does not

    def place_of(self, mark: Point | OthersPoint) -> QPointF:
        """Where a point is drawn, in this widget."""
        return self._drawn_at(mark.at.timestamp(), mark.score)

    def _drawn_at(self, at: float, score: float) -> QPointF:
        return QPointF(self.mapFromScene(self._box.mapViewToScene(QPointF(at, score))))

    def _open(self) -> None:
        stop = self.stop()
        if stop is not None:
            self.opened.emit(stop.marks[0].response_id)

    def _near(self, position: QPointF) -> int | None:
        """The place of the response next to ``position``, if it is near enough to be meant."""
        marks = [(n, mark) for n, stop in enumerate(self._stops) for mark in stop.marks]
        if not marks:
            return None
        (left, right), (low, high) = self._box.viewRange()
        first, last = self._drawn_at(left, low), self._drawn_at(right, high)
        seen = _places([mark for _, mark in marks])
        x = np.interp(seen["x"], (left, right), (first.x(), last.x()))
        y = np.interp(seen["y"], (low, high), (first.y(), last.y()))
        apart = np.hypot(x - position.x(), y - position.y())
        nearest = int(np.argmin(apart))
        return marks[nearest][0] if apart[nearest] < NEAR_PX else None

    def _tip(self, stop: Stop) -> str:
        mark = stop.marks[0]
        text = str(self.tr("{0}: {1}, attempt {2}"))
        return text.format(moment(mark.at), self.scores_text(stop), mark.attempt)

    def scores_text(self, stop: Stop) -> str:
        """What was given to one response: one's own score alone, or both by name."""
        own, others = stop.own, stop.others
        if others is None:
            return f"{own.score:g}" if own is not None else ""
        how_many = len(others.raters)
        if others.consensus:
            who = str(self.tr("others' consensus {0}"))
        elif how_many == 1:
            who = str(self.tr("another rater {0}"))
        else:
            who = str(self.tr("others {0} (mean of {1})"))
        said = who.format(f"{round(others.score, 1):g}", how_many)
        return said if own is None else str(self.tr("you {0:g}, {1}")).format(own.score, said)

    def _put_together(self) -> None:
        """Two axes and the field; no zoom: the chart shows all there is."""
        left, bottom = self._axes
        grid = pg.GraphicsLayout()
        grid.setContentsMargins(0, 4, 6, 0)
        grid.setSpacing(0)
        grid.addItem(left, 0, 0)
        grid.addItem(self._box, 0, 1)
        grid.addItem(bottom, 1, 1)
        self.setCentralItem(grid)
        for axis in self._axes:
            axis.linkToView(self._box)
        for item in (
            self._others_band, self._band, *self._others_edges, self._diamonds, self._dots,
            self._others_mean, self._mean, self._ring,
        ):  # fmt: skip
            self._box.addItem(item)
        low, high = self._scale.min, self._scale.max
        self._box.disableAutoRange()
        self._box.setYRange(low - 0.25, high + 0.25, padding=0)
        left.setTicks([[(score, str(score)) for score in range(low, high + 1)]])
        left.setGrid(60)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
