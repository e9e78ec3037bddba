"""The quiet level ring: that the microphone hears you, and how much time is left."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from trainer.gui import theme

FLOOR_DBFS = -60.0
LINES = 4.0
_FALL = 0.8  # of the shown level, a frame: rises at once, falls softly
_LOUD_LEVELS = 30  # of 50 ms: so long is it shown that it was too loud


class LevelRing(QWidget):
    """An arc for the time left around a disc that swells with the level; the seconds inside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = LINES
        self._level = 0.0
        self._too_loud = 0  # levels for which it is still shown
        self._heard = True
        self._share = 1.0
        self._seconds: int | None = None
        self.setAccessibleName(self.tr("Microphone level and time left"))

    def set_lines(self, lines: float) -> None:
        """Be as high as so many lines of text."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        side = round(self.fontMetrics().height() * self._lines)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hear(self, rms_dbfs: float, clipped: bool = False, heard: bool = True) -> None:
        """Show a level (dBFS); one that is clipped is framed for a moment.

        Not ``heard``: nothing swells, and the ring is broken, until sound comes again.
        """
        self._heard = heard
        level = min(max(1 - rms_dbfs / FLOOR_DBFS, 0.0), 1.0)
        self._level = max(level, self._level * _FALL)
        self._too_loud = _LOUD_LEVELS if clipped else max(0, self._too_loud - 1)
        self.update()

    @property
    def too_loud(self) -> bool:
        """Whether it shows that the microphone is overdriven."""
        return self._too_loud > 0

    @property
    def heard(self) -> bool:
        """Whether it shows that the microphone hears."""
        return self._heard

    def show_time(self, seconds: float, window_s: float) -> None:
        """Show how much of the response window is left."""
        self._share = seconds / window_s
        whole = int(seconds + 0.999)
        if whole != self._seconds:
            self._seconds = whole
            self.setAccessibleDescription(self.tr("{0} seconds left").format(whole))
        self.update()

    def rest(self) -> None:
        """Show a listening microphone without a clock."""
        self._seconds, self._share, self._heard = None, 1.0, True
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 6.0
        centre = QPointF(self.width() / 2, self.height() / 2)
        ring = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        if self._heard:
            self._paint_disc(painter, centre, side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(colours.line), min(4.0, side / 14))
        if self._heard:
            painter.setPen(pen)
            painter.drawEllipse(ring)
            pen.setColor(QColor(colours.accent))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        else:  # colour is not the only sign
            pen.setColor(QColor(colours.warn))
            pen.setStyle(Qt.PenStyle.DashLine)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, round(360 * 16 * self._share))
        if self._seconds is not None:
            painter.setPen(QColor(colours.text))
            minutes, rest = divmod(self._seconds, 60)
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, f"{minutes}:{rest:02d}")

    def _paint_disc(self, painter: QPainter, centre: QPointF, side: float) -> None:
        colours = theme.current()
        disc = QColor(colours.warn if self.too_loud else colours.accent)
        framed = QPen(disc, 3, Qt.PenStyle.DotLine)  # colour is not the only sign
        disc.setAlpha(70)
        painter.setPen(framed if self.too_loud else Qt.PenStyle.NoPen)
        painter.setBrush(disc)
        radius = side * (0.22 + 0.26 * self._level)
        painter.drawEllipse(centre, radius, radius)
