"""A list of choices in a page that scrolls."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """A combo box that the wheel does not change: whoever scrolls past it gave no consent."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # without the wheel's

    def setAccessibleName(self, name: str) -> None:
        """What it is for.

        On Linux Qt tells a screen reader the chosen text in place of a combo box's name, which is
        left to a label beside it; the description is read, so it begins with the name.
        """
        super().setAccessibleName(name)
        self.setAccessibleDescription(self.accessibleDescription())

    def setAccessibleDescription(self, text: str) -> None:
        """What more there is to say of it; the name is put before."""
        name = self.accessibleName()
        more = text.removeprefix(name).removeprefix(". ")
        super().setAccessibleDescription(". ".join(one for one in (name, more) if one))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page, which scrolls."""
        event.ignore()
