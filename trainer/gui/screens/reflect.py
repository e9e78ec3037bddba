"""After the set: how hard it felt, one line, and what is there now."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer.gui import theme

TYPED_MS = 200  # after the last key


class ReflectPage(QWidget):
    """Asks two small questions; both answers are the person's own and move the next set.

    ``said(felt, line)`` comes after a choice, and a moment after the last key; ``finished`` once.
    """

    said = Signal(str, str)
    finished = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ("", "")
        self._pause = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._pause.timeout.connect(self.tell)
        self._group = QButtonGroup(self)
        choices = QHBoxLayout()
        answers = (
            ("too-easy", self.tr("1  Too easy")),
            ("right", self.tr("2  Right")),
            ("too-hard", self.tr("3  Too hard")),
        )
        for number, (value, text) in enumerate(answers, 1):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("felt", value)
            button.clicked.connect(self._chosen)
            self._group.addButton(button)
            choices.addWidget(button, 1)
            QShortcut(QKeySequence(str(number)), self, partial(button.click))
        self.line = QLineEdit(maxLength=500)
        self.line.setPlaceholderText(self.tr("One line: what do you take with you?"))
        self.line.setAccessibleName(self.tr("One line of reflection"))
        self.line.textEdited.connect(lambda _text: self._pause.start())
        self.line.returnPressed.connect(self._finish)
        self._done = QPushButton(self.tr("Done  (Enter)"))
        self._done.setProperty("primary", True)
        self._done.setEnabled(False)
        self._done.clicked.connect(self._finish)
        self._lay_out(choices)

    def _lay_out(self, choices: QHBoxLayout) -> None:
        title = QLabel(self.tr("The set is done. How hard was it?"))
        theme.big(title, 1.5, bold=True)
        hint = QLabel(self.tr("Your answer sets the level of the next one."))
        hint.setProperty("quiet", True)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self._done)
        inside = QWidget()
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * 90)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(inside, 6)
        outer.addStretch(1)
        column = QVBoxLayout(inside)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(hint)
        column.addLayout(choices)
        column.addSpacing(8)
        column.addWidget(self.line)
        column.addLayout(foot)
        column.addStretch(2)

    def tell(self) -> None:
        """Tell what is chosen and typed, if it was not told yet."""
        self._pause.stop()
        if (now := self._answers()) != self._told:
            self._told = now
            self.said.emit(*now)

    def not_kept(self) -> None:
        """The log refused it: tell it once more, with the next key or on the way out."""
        self._told = ("", "")

    def _answers(self) -> tuple[str, str]:
        button = self._group.checkedButton()
        return str(button.property("felt")) if button else "", self.line.text().strip()

    def _chosen(self) -> None:
        self._done.setEnabled(True)
        self.line.setFocus()
        self.tell()

    def _finish(self) -> None:
        felt, line = self._answers()
        if felt:
            self._pause.stop()
            self.finished.emit(felt, line)
        else:
            self.tell()
