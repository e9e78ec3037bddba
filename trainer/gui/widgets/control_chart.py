"""Rating minus reference, one reference after another: has the rater moved since the gate?"""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.app.drift import DriftPoint, ItemDrift
from trainer.gui import theme

LEAST_REACH = 2.0
NEAR_PX = 16.0


class Places(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """Below the chart: the gate, then the hidden references by number."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.gate, self.hidden, self.name = 0, 0, ""

    def tickValues(self, _low: float, _high: float, size: float) -> list[tuple[float, list[float]]]:
        """The gate's middle, and as many numbers as there is room for."""
        room = max(2.0, size / (self.fontMetrics_width() * 6))
        every = next(
            (n for n in (1, 2, 5, 10, 20, 50, 100, 200) if self.hidden / n <= room / 2), 500
        )
        first = [(self.gate + 1) / 2] if self.gate else []
        numbers = [float(self.gate + n) for n in range(every, self.hidden + 1, every)]
        return [(float(every), first + numbers)]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [
            self.name if self.gate and value <= self.gate else f"{value - self.gate:.0f}"
            for value in values
        ]

    def fontMetrics_width(self) -> float:
        """The width of a character of the ticks."""
        view = self.getViewWidget()
        return float(view.fontMetrics().averageCharWidth()) if view is not None else 8.0


class ControlChart(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph ships no types
    """Dots are single references (rings: of the gate), the curve is the moving average.

    The line across the rings is the gate's own figure; dashes are the limits of what is expected
    since, dots the middle between them.

    Arrow keys, Home and End choose a point; ``chosen`` tells its place, or -1.
    """

    chosen = Signal(int)

    def __init__(self, shown: ItemDrift, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._shown = shown
        self._points = shown.points
        self._at = -1
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._axes = (pg.AxisItem("left"), Places())
        self._gate = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._single = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._beyond = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._ring = pg.ScatterPlotItem(antialias=True, pxMode=True)
        self._average = pg.PlotCurveItem(antialias=True)
        self._limits = (pg.PlotCurveItem(antialias=True), pg.PlotCurveItem(antialias=True))
        self._mean = pg.PlotCurveItem(antialias=True)
        self._centre = pg.PlotCurveItem(antialias=True)
        self._since = pg.InfiniteLine(angle=90)
        self._put_together()
        self._fill()
        self.restyle()

    def point(self) -> DriftPoint | None:
        """The point that is chosen."""
        return self._points[self._at] if 0 <= self._at < len(self._points) else None

    def number(self) -> int:
        """Which hidden reference it is; 0 or less: one of the gate."""
        return self._at + 1 - self._axes[1].gate

    def choose(self, place: int) -> None:
        """Choose a point by its place, oldest first."""
        if not self._points:
            return
        self._at = min(max(place, 0), len(self._points) - 1)
        self._ring.setData([self._at + 1], [self._points[self._at].difference])
        self.chosen.emit(self._at)

    def restyle(self) -> None:
        """Take on the colours and the text size in force."""
        colours = theme.current()
        self.setBackground(colours.ground)  # it stands on an inset
        own, soft = QColor(colours.own), QColor(colours.own)
        soft.setAlpha(110)
        for scatter, size, brush, pen in (
            (self._gate, 8, None, colours.quiet), (self._single, 8, soft, colours.own),
            (self._beyond, 13, QColor(colours.warn), colours.card),
            (self._ring, 17, None, colours.text),
        ):  # fmt: skip
            scatter.setSize(size)
            scatter.setBrush(brush)
            scatter.setPen(pg.mkPen(pen, width=2 if scatter is self._ring else 1))
        self._average.setPen(pg.mkPen(own, width=1))
        dashed = pg.mkPen(colours.text, width=1, style=Qt.PenStyle.DashLine)
        for line in self._limits:
            line.setPen(dashed)
        self._mean.setPen(pg.mkPen(colours.text, width=2))
        self._centre.setPen(pg.mkPen(colours.quiet, width=1, style=Qt.PenStyle.DotLine))
        self._since.setPen(pg.mkPen(colours.line, width=1))
        for axis in self._axes:
            axis.setPen(pg.mkPen(colours.line, width=1))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, tickTextOffset=6)
        self._axes[1].setHeight(self.fontMetrics().height() + 8)

    def sizeHint(self) -> QSize:
        return QSize(320, self.fontMetrics().height() * 11)

    # What a person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.choose(self._at + step)
        elif event.key() == Qt.Key.Key_Home:
            self.choose(0)
        elif event.key() == Qt.Key.Key_End:
            self.choose(len(self._points) - 1)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at < 0:
            self.choose(len(self._points) - 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring.setData([])
        self._at = -1
        self.chosen.emit(-1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(
            self, "_since"
        ):
            self.restyle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._points:
            view = self._box.mapSceneToView(self.mapToScene(event.position().toPoint()))
            self.choose(round(view.x()) - 1)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, the chart does not

    # Inside

    def _fill(self) -> None:
        places = np.arange(1, len(self._points) + 1)
        new = [n for n, one in zip(places, self._points, strict=True) if one.average is not None]
        gate = len(self._points) - len(new)
        values = np.array([one.difference for one in self._points])
        self._gate.setData(places[:gate], values[:gate])
        self._single.setData(places[gate:], values[gate:])
        averages = [(n, one) for n, one in zip(places, self._points, strict=True)
                    if one.average is not None]  # fmt: skip
        self._average.setData([n for n, _ in averages], [one.average for _, one in averages])
        told = [(n, one) for n, one in averages if one.high is not None]
        for line, side in zip(self._limits, ("high", "low"), strict=True):
            line.setData([n for n, _ in told], [getattr(one, side) for _, one in told])
        beyond = [(n, one.average) for n, one in averages if one.beyond]
        self._beyond.setData([n for n, _ in beyond], [value for _, value in beyond], symbol="t1")
        if self._shown.gate is not None and gate:
            self._mean.setData([0.5, gate + 0.5], [self._shown.gate] * 2)
        if self._shown.centre is not None and told:
            self._centre.setData([told[0][0], told[-1][0]], [self._shown.centre] * 2)
        self._since.setPos(gate + 0.5)
        axis = self._axes[1]
        axis.gate, axis.hidden, axis.name = gate, len(new), str(self.tr("gate"))
        self._box.setXRange(0.3, len(self._points) + 0.7, padding=0.01)
        far = max((abs(value) for value in values), default=0.0)
        reach = float(max(LEAST_REACH, np.ceil(far)))
        self._box.setYRange(-reach - 0.25, reach + 0.25, padding=0)
        whole = range(-int(reach), int(reach) + 1)
        self._axes[0].setTicks([[(n, f"{n:+d}".replace("-", "−") if n else "0") for n in whole]])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._points else Qt.FocusPolicy.NoFocus)

    def _put_together(self) -> None:
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
            self._since, self._mean, self._centre, *self._limits, self._gate, self._single,
            self._average, self._beyond, self._ring,
        ):  # fmt: skip
            self._box.addItem(item)
        self._box.disableAutoRange()
        left.setGrid(60)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
