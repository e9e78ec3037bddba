"""How far something is, and the way to stop it, inside a card."""

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from trainer.gui.widgets.cards import in_a_row


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
