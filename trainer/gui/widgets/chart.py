"""Ratings of one item over time: each as a point, their running mean, and how sure it is."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from trainer.domain.progress import Point, Trend
from trainer.domain.rubric import Scale
from trainer.gui import theme
from trainer.gui.widgets.times import day, moment

DAY_S = 86_400.0
NEAR_PX = 16.0
DAYS_APART = (1, 2, 4, 7, 14, 30, 61, 122, 365, 730, 3650)


def _local(seconds: float) -> datetime:
    # Before there is data the axis may reach below 1970, which some systems refuse.
    return datetime.fromtimestamp(max(seconds, 2 * DAY_S)).astimezone()


def _day_of(seconds: float) -> float:
    """The midnight with which the day of a moment begins."""
    return _local(seconds).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


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


class Chart(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph ships no types
    """One series. Arrow keys choose a point, Enter or a click opens its response.

    Made of a ViewBox and two axes: a PlotWidget brings seven menus that nobody may open here.
    """

    opened = Signal(str)
    chosen = Signal(int)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._scale = scale
        self._points: tuple[Point, ...] = ()
        self._at = -1
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._axes = (pg.AxisItem("left"), Dates("bottom"))
        self._band = pg.FillBetweenItem(pg.PlotCurveItem(), pg.PlotCurveItem())
        self._mean = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._ring = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._put_together()
        self.restyle()

    def show_series(self, points: tuple[Point, ...], series: tuple[Trend, ...]) -> None:
        """Show points and their running mean; oldest first."""
        self._points, self._at = points, -1
        times = np.array([p.at.timestamp() for p in points])
        scores = np.array([p.score for p in points])
        self._dots.setData(x=times, y=scores)
        self._ring.setData([])
        self._band.setCurves(*self._edges(series))
        mean = [t for t in series if t.n > 1]
        self._mean.setData([t.at.timestamp() for t in mean], [t.mean for t in mean])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if points else Qt.FocusPolicy.NoFocus)
        if points:
            first, last = _day_of(times[0]), _day_of(times[-1]) + DAY_S
            self._box.setXRange(first, last, padding=0.02)

    def _edges(self, series: tuple[Trend, ...]) -> tuple[pg.PlotCurveItem, pg.PlotCurveItem]:
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
        band, dot = QColor(colours.own), QColor(colours.own)
        band.setAlpha(56)
        dot.setAlpha(150)
        self._band.setBrush(band)
        self._mean.setPen(pg.mkPen(colours.own, width=1))
        self._dots.setPen(pg.mkPen(colours.own, width=1))
        self._dots.setBrush(dot)
        self._dots.setSize(9)
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

    def sizeHint(self) -> QSize:
        return QSize(320, self.fontMetrics().height() * 12)

    def point(self) -> Point | None:
        """The point that is chosen."""
        return self._points[self._at] if 0 <= self._at < len(self._points) else None

    def choose(self, place: int) -> None:
        """Choose a point by its place, oldest first."""
        if not self._points:
            return
        self._at = min(max(place, 0), len(self._points) - 1)
        point = self._points[self._at]
        self._ring.setData([point.at.timestamp()], [point.score])
        self.chosen.emit(self._at)

    # What a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.choose(self._at + step)
        elif event.key() == Qt.Key.Key_Home:
            self.choose(0)
        elif event.key() == Qt.Key.Key_End:
            self.choose(len(self._points) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.point():
            self._open()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at < 0:
            self.choose(len(self._points) - 1)
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
        self.setToolTip("" if place is None else self._tip(self._points[place]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, the chart does not

    def place_of(self, point: Point) -> QPointF:
        """Where a point is drawn, in this widget."""
        scene = self._box.mapViewToScene(QPointF(point.at.timestamp(), point.score))
        return QPointF(self.mapFromScene(scene))

    def _open(self) -> None:
        point = self.point()
        if point is not None:
            self.opened.emit(point.response_id)

    def _near(self, position: QPointF) -> int | None:
        """The place of the point next to ``position``, if it is near enough to be meant."""
        apart = [
            (QLineF(position, self.place_of(point)).length(), place)
            for place, point in enumerate(self._points)
        ]
        nearest = min(apart, default=(NEAR_PX, 0))
        return nearest[1] if nearest[0] < NEAR_PX else None

    def _tip(self, point: Point) -> str:
        text = str(self.tr("{0}: {1}, attempt {2}"))
        return text.format(moment(point.at), f"{point.score:g}", point.attempt)

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
        for item in (self._band, self._mean, self._dots, self._ring):
            self._box.addItem(item)
        low, high = self._scale.min, self._scale.max
        self._box.disableAutoRange()
        self._box.setYRange(low - 0.25, high + 0.25, padding=0)
        left.setTicks([[(score, str(score)) for score in range(low, high + 1)]])
        left.setGrid(60)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
