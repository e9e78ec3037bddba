"""A text that a person edits: as high as it is long, with the suggestion one key away."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from trainer.gui.widgets.cards import heading, in_a_row
from trainer.gui.widgets.in_sight import InSight

LEAST_LINES = 2


class Words(QPlainTextEdit):
    """Grows with what is typed; the page scrolls, not the field. Tab leads on, as from a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        InSight(self)

    def say(self, text: str) -> None:
        """Put ``text`` in place of all that is there; Ctrl+Z brings that back."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page, which scrolls."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)  # the layout that resizes it is not done yet

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        lines = max(LEAST_LINES, round(self.document().size().height()))  # it counts in lines
        margins = self.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * self.document().documentMargin()
        height = round(lines * self.fontMetrics().lineSpacing() + around) + 4
        if height != self.height():
            self.setFixedHeight(height)


class Block(QWidget):
    """A text under its name, with what belongs ``between`` them.

    ``typed(str)`` comes at every key, also of what is put back.
    """

    typed = Signal(str)

    def __init__(self, title: str, text: str, suggested: str, *between: QWidget) -> None:
        super().__init__()
        self._suggested = suggested
        self.words = Words()
        self.words.setPlainText(text)
        self.words.setAccessibleName(title)
        self.words.textChanged.connect(self._changed)
        self.again = QPushButton(self.tr("Back to the suggestion"))
        self.again.setProperty("flat", True)
        self.again.setAccessibleName(self.tr("{0}: back to the suggestion").format(title))
        self.again.setToolTip(self.tr("Puts the suggested text back; Ctrl+Z brings yours back"))
        self.again.clicked.connect(lambda: self.words.say(self._suggested))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(in_a_row(heading(title), self.again))
        for widget in between:
            column.addWidget(widget)
        column.addWidget(self.words)
        self._mark()

    def text(self) -> str:
        """What stands there."""
        return self.words.toPlainText()

    def show_text(self, text: str, suggested: str) -> None:
        """Show another text, which nobody typed now."""
        self._suggested = suggested
        self.words.blockSignals(True)
        self.words.setPlainText(text)
        self.words.blockSignals(False)
        self._mark()

    def _changed(self) -> None:
        self._mark()
        self.typed.emit(self.text())

    def _mark(self) -> None:
        """What differs from the suggestion can be put back; its place stays where it is."""
        self.again.setEnabled(self.text() != self._suggested)
