"""What is typed on a page that scrolls is seen: the page follows the text cursor."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QWidget


class InSight(QObject):
    """Keeps ``edit`` in sight while one types in it: with its name and its fault where there is
    room, or all of it, or the line.

    The page around it is a QScrollArea; where there is none, nothing has to scroll.
    """

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._page: QWidget | None = None
        # Once the page is laid out: the field grows with what is typed, or a fault comes.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        edit.installEventFilter(self)
        edit.cursorPositionChanged.connect(self._later.start)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """When one comes to the field, and when what is above it grows."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Resize):
            self._later.start()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        edit, area = self._edit, self._area()
        page = area.widget() if area is not None else None
        if area is None or page is None or not edit.hasFocus():
            return
        if page is not self._page:
            self._page = page
            page.installEventFilter(self)
        room = area.viewport().height()
        around = (edit.parentWidget() or edit, edit)
        whole = next((one for one in around if one.height() <= room), None)
        if whole is not None:
            middle = whole.mapTo(page, whole.rect().center())
            area.ensureVisible(middle.x(), middle.y(), 0, whole.height() // 2 + 1)
        else:
            line = edit.viewport().mapTo(page, edit.cursorRect().center())
            area.ensureVisible(line.x(), line.y(), 0, 2 * edit.fontMetrics().lineSpacing())

    def _area(self) -> QScrollArea | None:
        above = self._edit.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above
