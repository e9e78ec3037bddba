"""Tab leads through a page as the eye does."""

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QWidget


def in_order(*parts: QWidget) -> None:
    """Let Tab go through these parts one after the other: Qt puts what is made last at the end.

    Within each it goes as its parts were made.
    """
    stops = [
        one
        for part in parts
        for one in (part, *part.findChildren(QWidget))
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.window() is part.window()
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def widgets_in(layout: QLayout) -> list[QWidget]:
    """The widgets of a layout as they stand, without those of layouts in it."""
    items = [layout.itemAt(at) for at in range(layout.count())]
    widgets = [item.widget() for item in items if item is not None]
    return [one for one in widgets if one is not None]


def empty(layout: QLayout, back: Callable[[], None]) -> None:
    """Take all widgets out of a layout; ``back`` if one of them has the focus."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            focused = QApplication.focusWidget()
            if focused is not None and widget.isAncestorOf(focused):
                back()
            widget.hide()
            widget.deleteLater()
