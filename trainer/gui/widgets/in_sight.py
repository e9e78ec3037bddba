"""What is typed on a page that scrolls is seen: the page follows the text cursor."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QWidget


class InSight(QObject):
    """Keeps the cursor of ``edit`` in sight, and all of ``edit`` when one comes to it.

    The page around it is a QScrollArea; where there is none, nothing has to scroll.
    """

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        edit.installEventFilter(self)
        edit.cursorPositionChanged.connect(self._later)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self._later(whole=True)
        return False

    def _later(self, *, whole: bool = False) -> None:
        """Once the page is laid out: the field grows with what is typed, or a fault comes."""
        QTimer.singleShot(0, self, lambda: self._show(whole=whole))

    def _show(self, *, whole: bool) -> None:
        edit = self._edit
        area: QWidget | None = edit.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is None or not edit.hasFocus():
            return
        page, port = area.widget(), area.viewport()
        if whole and edit.height() <= port.height():
            middle = edit.mapTo(page, edit.rect().center())
            area.ensureVisible(middle.x(), middle.y(), 0, edit.height() // 2 + 1)
        line = edit.viewport().mapTo(page, edit.cursorRect().center())
        area.ensureVisible(line.x(), line.y(), 0, 2 * edit.fontMetrics().lineSpacing())
