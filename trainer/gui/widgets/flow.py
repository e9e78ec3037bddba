"""A row of widgets that goes on in the next line when there is no more room."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Lays widgets out like words; each keeps the size it asks for."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = list(self._lines(width))
        return sum(height for _, height in lines) + self._gap * max(0, len(lines) - 1)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        top = rect.top()
        for items, height in self._lines(rect.width()):
            left = rect.left()
            for item in items:
                size = self._size(item, rect.width())
                middle = top + (height - size.height()) // 2
                item.setGeometry(QRect(left, middle, size.width(), size.height()))
                left += size.width() + self._gap
            top += height + self._gap

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        width = sum(s.width() for s in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((s.height() for s in sizes), default=0))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items]
        return QSize(
            max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0)
        )

    def _lines(self, width: int) -> Iterator[tuple[list[QLayoutItem], int]]:
        line: list[QLayoutItem] = []
        used, height = 0, 0
        for item in self._items:
            size = self._size(item, width)
            if line and used + size.width() > width:
                yield line, height
                line, used, height = [], 0, 0
            line.append(item)
            used += size.width() + self._gap
            height = max(height, size.height())
        if line:
            yield line, height

    @staticmethod
    def _size(item: QLayoutItem, width: int) -> QSize:
        size = item.sizeHint()
        if size.width() > width:
            wide = max(width, item.minimumSize().width())
            tall = item.heightForWidth(wide) if item.hasHeightForWidth() else size.height()
            return QSize(wide, tall)
        return size
