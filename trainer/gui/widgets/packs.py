"""Whether packs of the program's own go out inside an assignment."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer.gui.widgets.cards import Tick, quiet


class PacksTick(QWidget):
    """Hidden where an assignment rests on nothing but what every library has."""

    toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.tick = Tick(self.tr("Put your own packs inside"))
        self.tick.setChecked(True)
        self.tick.toggled.connect(self.toggled)
        self._which = quiet("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.tick)
        column.addWidget(self._which)
        self.hide()

    def offer(self, packs: Iterable[str]) -> None:
        """For these packs (ids); without any, it is not offered."""
        named = ", ".join(sorted(packs))
        self.setVisible(bool(named))
        said = self.tr("It rests on {0}, which your trainees may not have in their library yet.")
        self._which.setText(said.format(named))

    def isChecked(self) -> bool:
        """Whether they are to go out with it."""
        return self.tick.isChecked()

    def setChecked(self, on: bool) -> None:
        """Tick it, or not."""
        self.tick.setChecked(on)
