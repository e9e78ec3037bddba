"""Texts that give way where there is no room: they end in an ellipsis, or wrap."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

LEAST_CHARACTERS = 8


class Elided(QLabel):
    """One line that ends in an ellipsis where there is no room; screen readers hear the whole."""

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * LEAST_CHARACTERS
        whole = super().minimumSizeHint()
        return QSize(min(least, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        self.setToolTip("" if shown == self.text() else self.text())
        painter.end()


class ElidedButton(QPushButton):
    """A button for a line of a list: its text ends in an ellipsis where there is no room."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * LEAST_CHARACTERS
        whole = super().minimumSizeHint()
        return QSize(min(least, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_PushButtonContents
        room = self.style().subElementRect(part, option, self).width()
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip("" if option.text == self.text() else self.text())
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class LongButton(QPushButton):
    """A button whose text wraps where a page is narrower than it: other languages say it longer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        more = self._wrapped(width).count("\n")
        return self.sizeHint().height() + more * self.fontMetrics().lineSpacing()

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * 2 * LEAST_CHARACTERS
        whole = self.sizeHint()
        return QSize(min(least, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._wrapped(self.width())
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _wrapped(self, width: int) -> str:
        """The text in lines, broken between words, for a button of this width."""
        advance = self.fontMetrics().horizontalAdvance
        room = width - (self.sizeHint().width() - advance(self.text()))
        lines = [""]
        for word in self.text().split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and advance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)
