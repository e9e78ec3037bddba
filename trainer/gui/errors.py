"""What happened, what is safe, what to do: a banner for a person's problems, a dialog for bugs."""

import logging
import traceback
from collections.abc import Callable

from PySide6.QtCore import QMetaObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer import __version__
from trainer.domain.errors import KnownError

_LOG = logging.getLogger(__name__)


class Banner(QFrame):
    """One sentence at the top of the window, until it is closed or replaced."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acting: QMetaObject.Connection | None = None
        self.setProperty("banner", "warning")
        self.setAccessibleName(self.tr("Message"))
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._act = QPushButton()
        self._act.setProperty("flat", True)
        close = QPushButton(self.tr("Close"))
        close.setProperty("flat", True)
        close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._act, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, error: KnownError) -> None:
        """Show ``error`` in place of what was shown before."""
        self._show(str(error), "warning")

    def say(self, text: str, act_label: str, act: Callable[[], object]) -> None:
        """Show good news, with one thing that can be done about it."""
        self._show(text, "notice")
        self._act.setText(act_label)
        self._acting = self._act.clicked.connect(lambda _checked: act())
        self._act.show()

    def text(self) -> str:
        """The sentence that is shown, or nothing."""
        return self._text.text() if not self.isHidden() else ""

    def _show(self, text: str, kind: str) -> None:
        if self._acting is not None:
            self._act.clicked.disconnect(self._acting)
            self._acting = None
        self._act.hide()
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.setProperty("banner", kind)
        for widget in (self, self._text):
            widget.style().polish(widget)
        self.show()

    def withdraw(self, error: KnownError) -> None:
        """Take ``error`` away because it is over; whatever else is shown stays."""
        if self.text() == str(error):
            self.dismiss()

    def dismiss(self) -> None:
        """Take the sentence away."""
        self.hide()
        self.closed.emit()


class BugDialog(QDialog):
    """A fault of Attune's own: what is safe, and everything a report needs, to be copied."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something in Attune went wrong"))
        self.resize(640, 420)
        says = QLabel(
            self.tr(
                "This is a fault of Attune, not yours. What you recorded and rated is kept. "
                "You can go on; if it happens again, close and open Attune. "
                "Nothing is sent anywhere: copy the text below if you want to report it."
            ),
            wordWrap=True,
        )
        self._details = QPlainTextEdit(details(error), readOnly=True)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self.copy)
        close = QPushButton(self.tr("Go on"), default=True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(says)
        column.addWidget(self._details, 1)
        column.addLayout(buttons)

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self._details.toPlainText())


def details(error: BaseException) -> str:
    """Version, system and traceback; holds no names and no words of a person."""
    import platform  # slow on some systems, and not needed before something fails

    trace = "".join(traceback.format_exception(error))
    return (
        f"Attune {__version__}, Python {platform.python_version()}, {platform.platform()}\n{trace}"
    )


def log_bug(error: BaseException) -> None:
    """Write a fault to the app's diary."""
    _LOG.error("a fault of Attune", exc_info=error)
