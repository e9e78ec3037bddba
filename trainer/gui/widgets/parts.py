"""How a whole is made up: a bar of numbered parts, whose words stand below it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.gui import theme


class Parts(QWidget):
    """Parts in their order, each as wide as its share; named inside where there is room.

    Where there is none, its number stands there, and where that has no room either, nothing does.
    """

    def __init__(self, parts: Sequence[tuple[str, float]], said: str) -> None:
        super().__init__()
        self.parts = tuple(parts)
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        text = self.fontMetrics()
        return QSize(text.averageCharWidth() * 40, round(text.height() * 1.9))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 16, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = sum(share for _, share in self.parts)
        if whole <= 0:
            return
        field = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        text, left = QFontMetricsF(self.font()), field.left()
        for number, (name, share) in enumerate(self.parts, start=1):
            part = QRectF(left, field.top(), share / whole * field.width(), field.height())
            painter.fillRect(part, QColor(colours.soft if number % 2 else colours.ground))
            painter.setPen(QColor(colours.text))
            for words in (f"{number} {name}", f"{number}"):
                if text.horizontalAdvance(words) + 8 <= part.width():
                    painter.drawText(part, Qt.AlignmentFlag.AlignCenter, words)
                    break
            painter.setPen(QPen(QColor(colours.edge), 1))
            painter.drawRect(part)
            left += part.width()
