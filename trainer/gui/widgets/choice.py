"""A list of choices in a page that scrolls."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """A combo box that the wheel does not change: whoever scrolls past it gave no consent."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # without the wheel's

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page, which scrolls."""
        event.ignore()
