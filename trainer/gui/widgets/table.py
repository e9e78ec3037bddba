"""A small table of texts that stays readable when it is narrow."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from trainer.gui.widgets.cards import at_the_start, plain, quiet

NARROW_CHARACTERS = 46
BETWEEN_LINES = 6


class Table(QWidget):
    """Three columns; when narrow, the third stands below the other two, and then a note."""

    def __init__(self, titles: tuple[str, str, str]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(1)
        first, second, third, note = (quiet(title) for title in (*titles, ""))
        self._lines: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []
        self._narrow: bool | None = None
        self._keep((first, second, third, note))

    def add(self, first: str, second: str, third: str, note: str = "") -> None:
        """Add a line, and what is to be said of it."""
        cells = (at_the_start(plain(first)), plain(second), quiet(third), quiet(note))
        for cell, text in zip(cells[1:3], (second, third), strict=True):
            cell.setAccessibleName(f"{first}: {text}")
        self._keep(cells)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._place():  # whoever laid this out is not done yet and would not hear it now
            QTimer.singleShot(0, self, self.updateGeometry)
        super().resizeEvent(event)

    def _keep(self, cells: tuple[QLabel, QLabel, QLabel, QLabel]) -> None:
        for cell in cells:  # the columns' shares decide on the width, the text on the height
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            cell.setSizePolicy(policy)
        if not cells[3].text():
            cells[3].hide()
        self._lines.append(cells)
        self._place()

    def _place(self) -> bool:
        """Put the cells where they belong; whether that is somewhere else than before."""
        room = self.width() / max(1, self.fontMetrics().averageCharWidth())
        narrow = room < NARROW_CHARACTERS
        placed = self._grid.count() // 4
        if narrow == self._narrow and placed == len(self._lines):
            return False
        self._narrow = narrow
        top = Qt.AlignmentFlag.AlignTop
        for column, stretch in enumerate((5, 4, 0 if narrow else 6)):
            self._grid.setColumnStretch(column, stretch)
        for number, cells in enumerate(self._lines):
            for column, cell in enumerate(cells):
                begins = column < (2 if narrow else 3)
                cell.setContentsMargins(0, BETWEEN_LINES if begins else 0, 0, 0)
                self._grid.removeWidget(cell)
                if column == 3:
                    self._grid.addWidget(cell, 3 * number + 2, 0, 1, 2 if narrow else 3, top)
                elif narrow and column == 2:
                    self._grid.addWidget(cell, 3 * number + 1, 0, 1, 2, top)
                else:  # in one row: over several a grid gives a text the height it has if narrow
                    self._grid.addWidget(cell, 3 * number, column, top)
        return True
