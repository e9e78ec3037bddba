"""A title as people write them: of any length, in any script, in a window of any width."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy

LEAST_CHARACTERS = 16  # words up to this long are never broken


class Title(QLabel):
    """Wraps between words, and within one that is wider than the page.

    It keeps to the page's own side, whichever way its script runs, or to the middle if it is so
    aligned.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        around = self.contentsMargins()
        inside = width - around.left() - around.right()
        return self._laid(inside)[1] + around.top() + around.bottom()

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * LEAST_CHARACTERS
        whole = super().minimumSizeHint()
        return QSize(min(least, whole.width()), self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        area: QRect = self.contentsRect()
        layout, height = self._laid(area.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        top = area.top() + max(0, (area.height() - height) // 2)
        layout.draw(painter, QPointF(area.left(), top))
        painter.end()

    def _laid(self, width: int) -> tuple[QTextLayout, int]:
        """The text in lines of a width, and how high they are together, in pixels."""
        right = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        if self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            side = Qt.AlignmentFlag.AlignHCenter
        option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self.font(), self)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout, round(top + 0.49)
