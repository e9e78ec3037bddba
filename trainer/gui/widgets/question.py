"""Deletion is real, so it is asked for once: a card in the page that says what would go."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout

from trainer.gui.widgets.cards import plain
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.whole import Whole


class Question(Whole):
    """Hidden until ``ask``. The safe answer, ``no``, has the focus, and Esc gives it.

    For much at once a number is to be typed before the other answer can be given. ``esc`` is False
    where the screen's own Esc sees to it.
    """

    asked = Signal(bool)  # whether it is being asked now

    def __init__(self, *, esc: bool = True) -> None:
        super().__init__()
        self.setProperty("banner", "warning")
        self._act: Callable[[], None] = lambda: None
        self._before: Callable[[], None] = lambda: None
        self._word = ""
        self.words = plain("")
        self.typed = QLineEdit()
        self.typed.textChanged.connect(lambda _text: self._check())
        self.typed.returnPressed.connect(self._yes)
        self.yes, self.no = QPushButton(), QPushButton()
        self.yes.clicked.connect(self._yes)
        self.no.clicked.connect(self.dismiss)
        row = Flow()
        for widget in (self.typed, self.no, self.yes):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.words)
        column.addLayout(row)
        if esc:
            key_of(self, "Esc", self.dismiss)
        self.hide()

    def ask(
        self,
        text: str,
        yes: str,
        act: Callable[[], None],
        *,
        back: Callable[[], None],
        no: str = "",
        type_first: str = "",
    ) -> None:
        """Ask, and call ``act`` after yes; ``back`` gives the focus back, whatever is answered."""
        self._act, self._before, self._word = act, back, type_first
        self.words.setText(text)
        self.setAccessibleName(self.tr("Question"))
        self.setAccessibleDescription(text)
        self.yes.setText(yes)
        self.no.setText(no or self.tr("Keep it  (Esc)"))
        self.no.setAccessibleDescription(text)
        self.typed.clear()
        self.typed.setVisible(bool(type_first))
        self.typed.setPlaceholderText(self.tr("Type {0}").format(type_first))
        self.typed.setAccessibleName(self.tr("Type {0} to delete for good").format(type_first))
        self._check()
        self.show()
        self.asked.emit(True)
        (self.typed if type_first else self.no).setFocus()

    def dismiss(self) -> None:
        """Take the question away; nothing was deleted."""
        self._close()

    def _close(self) -> None:
        self.hide()
        self.asked.emit(False)
        self._before()

    def _check(self) -> None:
        self.yes.setEnabled(self.typed.text().strip() == self._word)

    def _yes(self) -> None:
        if self.yes.isEnabled() and not self.isHidden():
            self._close()
            self._act()
