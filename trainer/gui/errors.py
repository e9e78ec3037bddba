"""A dialog for bugs: what happened, what is safe, what to do. What a person can solve is no bug."""

import logging
import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer import __version__

_LOG = logging.getLogger(__name__)


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
