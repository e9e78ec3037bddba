"""Deletion is real, so it is asked for once: a card in the page that says what would go."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout

from trainer.gui.widgets.cards import plain
from trainer.gui.widgets.flow import Flow


class Question(QFrame):
    """Hidden until ``ask``. The safe answer has the focus, and Esc gives it.

    For much at once a number is to be typed before the other answer can be given.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("banner", "warning")
        self._act: Callable[[], None] = lambda: None
        self._before: Callable[[], None] = lambda: None
        self._word = ""
        self.words = plain("")
        self.typed = QLineEdit()
        self.typed.textChanged.connect(lambda _text: self._check())
        self.typed.returnPressed.connect(self._yes)
        self.yes, self.no = QPushButton(), QPushButton(self.tr("Keep it  (Esc)"))
        self.yes.setAutoDefault(True)
        self.yes.clicked.connect(self._yes)
        self.no.clicked.connect(self.dismiss)
        row = Flow()
        for widget in (self.typed, self.no, self.yes):
            row.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(10)
        self._column.addWidget(self.words)
        self._column.addLayout(row)
        QShortcut(
            QKeySequence("Esc"), self, self.dismiss,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        self.hide()

    def ask(
        self,
        text: str,
        yes: str,
        act: Callable[[], None],
        *,
        back: Callable[[], None],
        type_first: str = "",
    ) -> None:
        """Ask, and call ``act`` after yes; ``back`` gives the focus back, whatever is answered."""
        self._act, self._before, self._word = act, back, type_first
        self.words.setText(text)
        self.setAccessibleName(self.tr("Question"))
        self.setAccessibleDescription(text)
        self.yes.setText(yes)
        self.no.setAccessibleDescription(text)
        self.typed.clear()
        self.typed.setVisible(bool(type_first))
        self.typed.setPlaceholderText(self.tr("Type {0}").format(type_first))
        self.typed.setAccessibleName(self.tr("Type {0} to delete for good").format(type_first))
        self._check()
        self.show()
        self._give_room()
        (self.typed if type_first else self.no).setFocus()

    def dismiss(self) -> None:
        """Take the question away; nothing was deleted."""
        self.hide()
        self._before()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Whatever else is on the page gives way: what is asked is read whole."""
        margins = self.contentsMargins() + self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        self.words.setMinimumHeight(max(0, self.words.heightForWidth(width)))

    def _check(self) -> None:
        self.yes.setEnabled(self.typed.text().strip() == self._word)

    def _yes(self) -> None:
        if self.yes.isEnabled() and not self.isHidden():
            self.hide()
            self._before()
            self._act()
