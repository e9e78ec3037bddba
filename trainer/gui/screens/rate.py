"""Rate: the rounds one has begun, and what belongs to rating others."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from trainer.app.desk import Desk
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import heading

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class RateScreen(Screen):
    """The rounds of the person at this computer, newest first, and the way to a new one."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        column = QVBoxLayout(self)
        column.addWidget(heading(self.tr("Rate")))
        column.addStretch()
