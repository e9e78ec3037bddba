"""Something to be filled in: its name above, and below what is wrong with what stands there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer.gui.widgets.cards import plain, quiet


class Field(QWidget):
    """One control with its name, a quiet ``note`` where it needs one, and its fault in words.

    ``short``: a few letters are written in it, so that it is not as wide as the page.
    """

    def __init__(
        self, title: str, control: QWidget, note: str = "", *, short: bool = False
    ) -> None:
        super().__init__()
        self.control = control
        label = plain(title)
        label.setBuddy(control)
        if title:
            control.setAccessibleName(title)
        self.note, self.fault = quiet(note), plain("")
        self.fault.setProperty("fault", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (label, control, self.note, self.fault):
            column.addWidget(widget)
        if short:
            column.setAlignment(control, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        label.setVisible(bool(title))
        self.note.setVisible(bool(note))
        self.fault.hide()
        control.setAccessibleDescription(note)

    def say(self, fault: str) -> None:
        """Tell what is wrong; nothing, when nothing is."""
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.control.setAccessibleDescription(fault or self.note.text())

    def explain(self, note: str) -> None:
        """Show another note."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if self.fault.isHidden():
            self.control.setAccessibleDescription(note)
