"""To bring a part of a page into the part of it that is seen."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget


def come_in_sight(part: QWidget) -> None:
    """Scroll what ``part`` lies in until it is seen, once the page is laid out with it."""
    area: QWidget | None = part
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        QTimer.singleShot(0, part, partial(area.ensureWidgetVisible, part))
