"""Tab leads through a page as the eye does."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def in_order(layout: QLayout) -> None:
    """Let Tab follow the layout of a page: Qt puts what is made last at the end."""
    for before, after in pairwise(_stops(layout)):
        QWidget.setTabOrder(before, after)


def _stops(layout: QLayout | None) -> Iterator[QWidget]:
    """What Tab can stop at, from top to bottom."""
    if layout is None:
        return
    for at in range(layout.count()):
        if (item := layout.itemAt(at)) is None:
            continue
        if (widget := item.widget()) is None:
            yield from _stops(item.layout())
        elif widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        else:
            yield from _stops(widget.layout())
