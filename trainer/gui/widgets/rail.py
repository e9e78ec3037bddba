"""The rail of rooms on the left of the window; in a narrow window only its icons."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from trainer.gui import theme

# key, title, icon, shortcut
ROOMS = (
    ("today", "Today", "sun", "Ctrl+1"),
    ("library", "Library", "library", "Ctrl+2"),
    ("log", "Log", "notebook-pen", "Ctrl+3"),
    ("progress", "Progress", "chart-line", "Ctrl+4"),
    ("rate", "Rate", "clipboard-check", "Ctrl+5"),
    ("program", "Program", "users", "Ctrl+6"),
    ("settings", "Settings", "settings", "Ctrl+7"),
)
# Screens that are entered from a room and have no button of their own.
UNDER = {
    "calibration": "rate",
    "reliability": "rate",
    "consensus": "rate",
    "trainee-report": "rate",
}
OPEN_CHARACTERS = 26
FOLDED_CHARACTERS = 9
NARROW_CHARACTERS = 105  # of the window: below, the rooms need the width more than their names do


class Rail(QFrame):
    """One button a room, by mouse and by Ctrl and its number."""

    def __init__(self, go: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._go = go
        self._folded = False
        self._name = QLabel("Attune")
        self._name.setContentsMargins(12, 0, 0, 14)
        self._where = QLabel(
            self.tr("Nothing leaves this computer unless you send it."), wordWrap=True
        )
        self._where.setProperty("quiet", True)
        self._where.setContentsMargins(12, 0, 0, 0)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 20, 10, 16)
        column.setSpacing(4)
        column.addWidget(self._name)
        for key, title, _icon, shortcut in ROOMS:
            column.addWidget(self._make_button(key, self.tr(title), shortcut))
        column.addStretch()
        column.addWidget(self._where)
        self._fit()

    def choose(self, room: str) -> None:
        """Show ``room`` as the one that is entered, with the focus until the room itself takes it.

        Else it would go to whatever comes after the screen that is left.
        """
        button = self._buttons[UNDER.get(room, room)]
        button.setChecked(True)
        button.setFocus()

    def dress(self) -> None:
        """Give the buttons their icons, at the text's size: after the first paint, and restyled."""
        side = round(self.fontMetrics().height() * 1.05)
        for key, _title, name, _shortcut in ROOMS:
            self._buttons[key].setIcon(theme.icon(name))
            self._buttons[key].setIconSize(QSize(side, side))
        self._fit()

    def fold(self, window_width: int) -> None:
        """Show only icons when a window of this width (logical pixels) has no room for more."""
        folded = window_width < NARROW_CHARACTERS * self.fontMetrics().averageCharWidth()
        if folded != self._folded:
            self._folded = folded
            self._fit()

    def _fit(self) -> None:
        for key, title, _icon, _shortcut in ROOMS:
            self._buttons[key].setText("" if self._folded else self.tr(title))
        for label in (self._name, self._where):
            label.setVisible(not self._folded)
        theme.big(self._name, 1.35, bold=True)
        characters = FOLDED_CHARACTERS if self._folded else OPEN_CHARACTERS
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * characters)

    def _make_button(self, key: str, title: str, shortcut: str) -> QPushButton:
        button = QPushButton(title)
        button.setCheckable(True)
        button.setAutoExclusive(True)  # a screen reader says: one of these, not: ticked or not
        button.setProperty("nav", True)
        button.setAccessibleName(title)
        button.setToolTip(f"{title} ({shortcut})")
        button.clicked.connect(lambda: self._go(key))
        QShortcut(QKeySequence(shortcut), self, lambda: self._go_by_key(key))
        self._group.addButton(button)
        self._buttons[key] = button
        return button

    def _go_by_key(self, key: str) -> None:
        if self.isVisible():  # not in the middle of a client's sentence
            self._go(key)
