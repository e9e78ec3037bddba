"""The time line under a person's hands: where they point, and how near they look."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from trainer.gui.widgets.timeline_picture import (
    CLIENT,
    MARGIN,
    RESPONSE,
    SHORTEST_VIEW_S,
    TimelinePicture,
)

CLOSER = 1.6


class Timeline(TimelinePicture):
    """Tells where a person points at. Seconds are of the axis."""

    seek_wanted = Signal(str, float)
    passage_wanted = Signal(str, float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dragged = ""
        self._marked_from: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def zoom(self, factor: float) -> None:
        """Show ``1 / factor`` of what is seen, around the playhead, or the middle without one."""
        if self._line is None:
            return
        from_s, span_s = self.view()
        at_s = self._at_s
        around = at_s if at_s is not None and self._seen(at_s) else from_s + span_s / 2
        new_s = max(span_s / factor, min(span_s, SHORTEST_VIEW_S))
        self._look(around - (around - from_s) * new_s / span_s, new_s)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        border = (self._lane(CLIENT).bottom() + self._lane(RESPONSE).top()) / 2
        self._dragged = RESPONSE if event.position().y() >= border else CLIENT
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._line is not None:
            self._marked_from = self._second_at(event.position().x())
        else:
            self._point_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._point_at(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged, self._marked_from = "", None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self._line
        if line is not None and event.key() == Qt.Key.Key_Home:
            self.seek_wanted.emit(CLIENT if line.client else RESPONSE, line.start_s)
        elif line is not None and event.key() == Qt.Key.Key_End:
            self.seek_wanted.emit(RESPONSE, line.end_s - 1.0)
        else:
            super().keyPressEvent(event)

    def _point_at(self, x: float) -> None:
        if self._line is None:
            return
        at_s, marked_s = self._second_at(x), self._marked_from
        if marked_s is None:
            self.seek_wanted.emit(self._dragged, at_s)
        else:
            self.passage_wanted.emit(self._dragged, min(at_s, marked_s), max(at_s, marked_s))

    def _second_at(self, x: float) -> float:
        from_s, span_s = self.view()
        share = (x - MARGIN) / max(1.0, self.width() - 2 * MARGIN)
        return from_s + min(max(share, 0.0), 1.0) * span_s

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoom(CLOSER if event.angleDelta().y() > 0 else 1 / CLOSER)
        else:
            event.ignore()  # the page scrolls
