"""Layouts that ask how much room there is: a row that wraps, columns that become one."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QWidget

ALIKE_LINES = 2


class _Items(QLayout):
    """What a layout has to keep; its height always depends on its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
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

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items]
        return QSize(
            max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0)
        )


class Columns(_Items):
    """Two columns where there is room for ``wide`` characters, else one.

    Each item keeps the height it needs and goes below the shorter column, so that none ends in
    empty space and they can still be read in order: where both are nearly alike, the left one is
    next. Where both end nearly alike, they are made to.

    It is the width asked about that decides, so that a height is right before it is needed:
    turning a QBoxLayout round in a resize event comes too late for whoever scrolls it.
    """

    def __init__(self, wide: int, parent: QWidget, gap: int = 14) -> None:
        self._known: dict[int, list[QRect]] = {}  # first: the parent invalidates a new layout
        super().__init__(parent)
        self._wide, self._gap, self._owner = wide, gap, parent

    def invalidate(self) -> None:
        self._known.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        return max((rect.bottom() + 1 for rect in self._places(width)), default=0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        places = self._places(rect.width())
        lowest = max((place.bottom() for place in places), default=0)
        for left in {place.left() for place in places}:
            last = max((p for p in places if p.left() == left), key=QRect.bottom)
            if lowest - last.bottom() <= self._alike():
                last.setBottom(lowest)
        for item, place in zip(self._items, places, strict=True):
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:
        width = max((item.sizeHint().width() for item in self._items), default=0)
        return QSize(width, self.heightForWidth(width))

    def _alike(self) -> int:
        return ALIKE_LINES * self._owner.fontMetrics().height()

    def _places(self, width: int) -> list[QRect]:
        """Where each item belongs in a layout of this width (to be changed by the caller)."""
        # Layouts within layouts are asked again and again: a page would take 50 ms to be laid out.
        if width not in self._known:
            self._known[width] = self._placed(width)
        return [QRect(place) for place in self._known[width]]

    def _placed(self, width: int) -> list[QRect]:
        wide = width >= self._wide * self._owner.fontMetrics().averageCharWidth()
        ends = [0, 0] if wide else [0]
        each = (width - self._gap * (len(ends) - 1)) // len(ends)
        places = []
        for item in self._items:
            if item.isEmpty():  # hidden
                places.append(QRect())
                continue
            height = (
                item.heightForWidth(each) if item.hasHeightForWidth() else item.sizeHint().height()
            )
            column = next(n for n, end in enumerate(ends) if end <= min(ends) + self._alike())
            places.append(QRect(column * (each + self._gap), ends[column], each, height))
            ends[column] += height + self._gap
        return places


class Flow(_Items):
    """Lays widgets out like words; each keeps the size it asks for, a text as long as the line.

    They stand in the middle of their line, or at its top where they are aligned so.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._gap = gap

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
                at_top = item.alignment() & Qt.AlignmentFlag.AlignTop
                begins = top if at_top else top + (height - size.height()) // 2
                item.setGeometry(QRect(left, begins, size.width(), size.height()))
                left += size.width() + self._gap
            top += height + self._gap

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        width = sum(s.width() for s in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((s.height() for s in sizes), default=0))

    def _lines(self, width: int) -> Iterator[tuple[list[QLayoutItem], int]]:
        line: list[QLayoutItem] = []
        used, height = 0, 0
        for item in self._items:
            if item.isEmpty():  # hidden: no gap either
                continue
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
        label = item.widget()
        if isinstance(label, QLabel) and label.wordWrap():
            # Left to itself it would ask for a block of several short lines.
            size.setWidth(_in_one_line(label))
        if size.width() > width:
            size.setWidth(max(width, item.minimumSize().width()))
        elif not isinstance(label, QLabel):
            return size
        tall = item.heightForWidth(size.width()) if item.hasHeightForWidth() else size.height()
        return QSize(size.width(), tall)


def _in_one_line(label: QLabel) -> int:
    """How wide a text is that does not wrap, in pixels."""
    around = label.contentsMargins().left() + label.contentsMargins().right()
    lines = label.text().splitlines() or [""]
    return max(map(label.fontMetrics().horizontalAdvance, lines)) + around + 2
