"""The decision study as a small table: which numbers of vignettes and raters reach the aim."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.gui import theme

FEWER = (1, 2, 3, 4, 6, 8, 12, 16)
FEWEST = ((1, 2, 4, 8, 16), (1, 4, 8, 16), (4, 8, 16))


class Plans(QWidget):
    """G for each number of raters (rows) and vignettes (columns).

    What reaches ``target`` is bold, on a ground of its own, and beyond a thick line. Where it is
    narrow, columns are left out. ``title`` stands above the columns, ``raters`` names the rows,
    and ``said`` tells a screen reader what it shows.
    """

    def __init__(
        self,
        g: Mapping[tuple[int, int], float],
        target: float,
        title: str,
        raters: Callable[[int], str],
        said: str,
    ) -> None:
        super().__init__()
        self._g, self._target, self._title, self._name = dict(g), target, title, raters
        self._raters = sorted({raters for _, raters in self._g})
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def columns(self) -> tuple[int, ...]:
        """The numbers of vignettes that there is room for."""
        every = tuple(sorted({vignettes for vignettes, _ in self._g}))
        room = self.width() - self._first(QFontMetricsF(self.font()))
        cell = QFontMetricsF(self._bold()).horizontalAdvance("0.00") + 8
        choices = [tuple(n for n in every if n in wanted) for wanted in (every, FEWER, *FEWEST)]
        return next((one for one in choices if len(one) * cell <= room), choices[-1])

    def sizeHint(self) -> QSize:
        text = self.fontMetrics()
        return QSize(text.averageCharWidth() * 60, self._row() * (len(self._raters) + 2) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 18, self.sizeHint().height())

    def _row(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _first(self, text: QFontMetricsF) -> float:
        names = map(self._name, self._raters)
        return max((text.horizontalAdvance(name) for name in names), default=0.0) + 10

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, painter = theme.current(), QPainter(self)
        text = QFontMetricsF(self.font())
        first, high, columns = self._first(text), float(self._row()), self.columns()
        if not columns:
            return
        wide = min((self.width() - first - 2) / len(columns), 4.5 * text.height())
        painter.setPen(QColor(colours.quiet))
        middle = Qt.AlignmentFlag.AlignCenter
        title = text.horizontalAdvance(self._title) + 2  # wider than one or two columns
        whole = QRectF(first, 0, max(wide * len(columns), title), high)
        painter.drawText(whole, middle, self._title)
        for place, vignettes in enumerate(columns):
            painter.drawText(QRectF(first + place * wide, high, wide, high), middle, f"{vignettes}")
        for line, raters in enumerate(self._raters, start=2):
            painter.setFont(self.font())
            painter.setPen(QColor(colours.quiet))
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(0, line * high, first, high), left, self._name(raters))
            for place, vignettes in enumerate(columns):
                cell = QRectF(first + place * wide, line * high, wide, high)
                self._paint_cell(painter, cell, self._g[vignettes, raters])
        painter.setPen(QPen(QColor(colours.text), 2.5, c=Qt.PenCapStyle.FlatCap))
        painter.drawLines(self._border(columns, first, wide, high))

    def _paint_cell(self, painter: QPainter, cell: QRectF, g: float) -> None:
        colours = theme.current()
        reached = g >= self._target
        painter.fillRect(cell, QColor(colours.soft if reached else colours.card))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawRect(cell)
        painter.setFont(self._bold() if reached else self.font())
        painter.setPen(QColor(colours.text if reached else colours.quiet))
        # Cut off, not rounded: .798 is not .80.
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{int(g * 100 + 1e-9) / 100:.2f}")

    def _border(
        self, columns: tuple[int, ...], first: float, wide: float, high: float
    ) -> list[QLineF]:
        """The line between what reaches the aim and what does not."""
        lines = []
        for line, raters in enumerate(self._raters):
            for place, vignettes in enumerate(columns):
                reached = self._g[vignettes, raters] >= self._target
                at = QPointF(first + place * wide, (line + 2) * high)
                if place and reached != (self._g[columns[place - 1], raters] >= self._target):
                    lines.append(QLineF(at, at + QPointF(0, high)))
                above = self._raters[line - 1]
                if line and reached != (self._g[vignettes, above] >= self._target):
                    lines.append(QLineF(at, at + QPointF(wide, 0)))
        return lines
