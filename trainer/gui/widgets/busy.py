"""That something goes on: how far it is and the way to stop it, or only that it is waited for."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from trainer.gui.widgets.cards import in_a_row, quiet
from trainer.gui.widgets.spoken import speak

LONG_MS = 500  # what is there sooner is not worth a look
BAR_PX = 100


class Busy(QWidget):
    """Hidden until something goes on; ``bar`` is told how far it is."""

    def __init__(self, name: str, stop: Callable[[], object]) -> None:
        super().__init__()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(name)
        button = QPushButton(self.tr("Stop"))
        button.clicked.connect(stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(in_a_row(button))
        self.hide()


class Wait(QWidget):
    """What is being read or worked out, in words; hidden unless it takes longer than a moment.

    ``stop`` ends it, where it can be ended; then it is one line.
    """

    def __init__(self, text: str, stop: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._bar = bar = QProgressBar(textVisible=False, minimum=0, maximum=0)
        bar.setAccessibleName(text)
        ways = QBoxLayout.Direction
        parts = QBoxLayout(ways.TopToBottom if stop is None else ways.LeftToRight, self)
        parts.setContentsMargins(0, 0, 0, 0)
        self._words = words = quiet(text)
        parts.addWidget(words)
        parts.addWidget(bar)
        if stop is not None:  # in one line, as high as the button
            words.setWordWrap(False)
            bar.setMinimumWidth(BAR_PX // 3)  # it gives way in a narrow window
            bar.setMaximumWidth(BAR_PX)
            button = QPushButton(self.tr("Stop"))
            button.clicked.connect(stop)
            parts.addWidget(button)
        self._text = text
        self._late = QTimer(self, singleShot=True, interval=LONG_MS)
        self._late.timeout.connect(self._appear)
        self.hide()

    def begin(self) -> None:
        """It is waited for from now on."""
        self.go_on(self._text, 0, 0)
        if self.isHidden():
            self._late.start()

    def go_on(self, text: str, done: int, of: int) -> None:
        """Say how far it is; 0 of 0: that is not known."""
        self._words.setText(text)
        self._bar.setMaximum(of)
        self._bar.setValue(done)

    def end(self) -> None:
        """It is there, or will not come."""
        self._late.stop()
        self.hide()

    def _appear(self) -> None:
        self.show()
        speak(self, self._text)
