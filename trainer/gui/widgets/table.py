"""A small table of texts that stays readable when it is narrow."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from trainer.gui.widgets.cards import plain, quiet

NARROW_CHARACTERS = 46


class Table(QWidget):
    """Three columns; when narrow, the third stands below the other two."""

    def __init__(self, titles: tuple[str, str, str]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        first, second, third = (quiet(title) for title in titles)
        self._lines: list[tuple[QLabel, QLabel, QLabel]] = []
        self._narrow: bool | None = None
        self._keep((first, second, third))

    def add(self, first: str, second: str, third: str) -> None:
        """Add a line."""
        cells = (plain(first), plain(second), quiet(third))
        for cell, text in zip(cells[1:], (second, third), strict=True):
            cell.setAccessibleName(f"{first}: {text}")
        self._keep(cells)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._place():  # whoever laid this out is not done yet and would not hear it now
            QTimer.singleShot(0, self, self.updateGeometry)
        super().resizeEvent(event)

    def _keep(self, cells: tuple[QLabel, QLabel, QLabel]) -> None:
        for cell in cells:  # the columns' shares decide on the width, the text on the height
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            cell.setSizePolicy(policy)
        self._lines.append(cells)
        self._place()

    def _place(self) -> bool:
        """Put the cells where they belong; whether that is somewhere else than before."""
        room = self.width() / max(1, self.fontMetrics().averageCharWidth())
        narrow = room < NARROW_CHARACTERS
        placed = self._grid.count() // 3
        if narrow == self._narrow and placed == len(self._lines):
            return False
        self._narrow = narrow
        top = Qt.AlignmentFlag.AlignTop
        for column, stretch in enumerate((5, 4, 0 if narrow else 6)):
            self._grid.setColumnStretch(column, stretch)
        for number, cells in enumerate(self._lines):
            for column, cell in enumerate(cells):
                self._grid.removeWidget(cell)
                if narrow and column == 2:
                    self._grid.addWidget(cell, 2 * number + 1, 0, 1, 2, top)
                else:
                    self._grid.addWidget(cell, 2 * number, column, top)
        return True
