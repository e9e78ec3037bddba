"""Ratings of one item over time: each as a point, their running mean, and how sure it is."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.domain.progress import Point, Trend
from trainer.domain.rubric import Scale
from trainer.gui import theme
from trainer.gui.widgets.times import day, moment

DAY_S = 86_400.0


class Dates(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """Days below the chart, never a clock: a rating belongs to an evening, not to a minute."""

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [
            day(datetime.fromtimestamp(value).astimezone()).rsplit(" ", 1)[0] for value in values
        ]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Midnights, as far apart as their names need room."""
        names = max(1.0, size / (self.fontMetrics_width() * 9))
        every = next(
            (
                d
                for d in (1, 2, 7, 14, 30, 61, 122, 365, 730)
                if (high - low) / (d * DAY_S) <= names
            ),
            3650,
        )
        first = datetime.fromtimestamp(low).astimezone().replace(hour=0, minute=0, second=0)
        start = first.timestamp() + (DAY_S if first.timestamp() < low else 0.0)
        return [(every * DAY_S, list(np.arange(start, high, every * DAY_S)))]

    def fontMetrics_width(self) -> float:
        """About a character's width, in pixels."""
        from PySide6.QtWidgets import QApplication

        return float(QApplication.fontMetrics().averageCharWidth())


class Chart(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """One series. Points are chosen with the arrow keys or the mouse and opened by Enter or click."""

    opened = Signal(str)
    chosen = Signal(int)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"bottom": Dates("bottom")})
        self._scale = scale
        self._points: tuple[Point, ...] = ()
        self._at = -1
        self._band = pg.FillBetweenItem(pg.PlotCurveItem(), pg.PlotCurveItem())
        self._mean = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(antialias=True, pxMode=True, hoverable=True)
        self._ring = pg.ScatterPlotItem(antialias=True, pxMode=True)
        for item in (self._band, self._mean, self._dots, self._ring):
            self.addItem(item)
        self._dots.sigClicked.connect(self._clicked)
        self._still_frame()
        self.restyle()

    def show_series(self, points: tuple[Point, ...], series: tuple[Trend, ...]) -> None:
        """Show points and their running mean; oldest first."""
        self._points, self._at = points, -1
        times = np.array([p.at.timestamp() for p in points])
        scores = np.array([p.score for p in points])
        self._dots.setData(x=times, y=scores, data=range(len(points)), tip=self._tip)
        self._ring.setData([])
        known = [t for t in series if t.low is not None and t.high is not None]
        at = np.array([t.at.timestamp() for t in known])
        low, high = self._scale.min, self._scale.max
        self._band.setCurves(
            pg.PlotCurveItem(at, np.clip([t.high for t in known], low, high)),
            pg.PlotCurveItem(at, np.clip([t.low for t in known], low, high)),
        )
        mean = [t for t in series if t.n > 1]
        self._mean.setData([t.at.timestamp() for t in mean], [t.mean for t in mean])
        if len(times):
            room = max(DAY_S, (times[-1] - times[0]) * 0.04)
            self.setXRange(times[0] - room, times[-1] + room, padding=0)

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
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colours.line, width=1))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, tickTextOffset=6)

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

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the page scrolls, the chart does not

    def place_of(self, point: Point) -> QPointF:
        """Where a point is drawn, in this widget."""
        scene = self.plotItem.vb.mapViewToScene(QPointF(point.at.timestamp(), point.score))
        return QPointF(self.mapFromScene(scene))

    def _open(self) -> None:
        point = self.point()
        if point is not None:
            self.opened.emit(point.response_id)

    def _clicked(self, _item: object, spots: Sequence[pg.SpotItem]) -> None:
        if len(spots):
            self.choose(int(spots[0].data()))
            self._open()

    def _tip(self, x: float, y: float, data: int) -> str:  # noqa: ARG002 - pyqtgraph's arguments
        point = self._points[data]
        return self.tr("{0}: {1:g}, attempt {2}").format(moment(point.at), y, point.attempt)

    def _still_frame(self) -> None:
        """No menu, no zoom, no buttons: the chart shows all there is."""
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        low, high = self._scale.min, self._scale.max
        self.setYRange(low - 0.25, high + 0.25, padding=0)
        self.getAxis("left").setTicks([[(s, str(s)) for s in range(low, high + 1)]])
        self.showGrid(y=True, alpha=0.25)
