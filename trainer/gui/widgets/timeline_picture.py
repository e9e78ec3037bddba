"""The client's clip and the response above each other on one time axis, with a playhead."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.app.waveform import TimeLine, Track
from trainer.domain.moments import clock
from trainer.gui import theme
from trainer.gui.widgets.marks import NO_MARKS, Marks, draw_holes, draw_moments, draw_pauses
from trainer.gui.widgets.wave import draw_wave

CLIENT, RESPONSE = "client", "response"
MARGIN = 12.0
SHORTEST_VIEW_S = 2.0
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


class TimelinePicture(QWidget):
    """Draws the time line, or the part of it that is looked at. Seconds are of the axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: TimeLine | None = None
        self._marks = NO_MARKS
        self._client_name = ""
        self._own_name = self.tr("You")
        self._at_s: float | None = None
        self._view: tuple[float, float] | None = None  # (from, span) in s; None: all
        self._passage: tuple[float, float] | None = None
        self._still: QPixmap | None = None
        self._low = self._from_end = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Time line of the client and your response"))

    def name_response(self, name: str, both: str) -> None:
        """Call the response's lane ``name`` instead of "You", and all of it ``both``."""
        self._own_name = name
        self.setAccessibleName(both)
        self._redraw()

    def hide_before_end(self) -> None:
        """Draw nothing of the response before the client's end, where the files differ."""
        self._from_end = True

    def show_line(self, line: TimeLine | None, client_name: str) -> None:
        """Show both sounds; None while they are being read."""
        self._line, self._client_name = line, client_name
        self._view = None
        self._redraw()

    def show_marks(self, marks: Marks) -> None:
        """Show onset and pauses."""
        self._marks = marks
        self._redraw()

    def show_passage(self, passage: tuple[float, float] | None) -> None:
        """Show the passage that is played again and again (s); None: there is none."""
        self._passage = passage
        self._redraw()

    @property
    def passage(self) -> tuple[float, float] | None:
        """The passage that is shown as repeated (s)."""
        return self._passage

    def show_playhead(self, at_s: float | None) -> None:
        """Move the playhead; None takes it away."""
        self._at_s = at_s
        self._follow()
        self.update()

    def view(self) -> tuple[float, float]:
        """What is seen: from where on, and how much (s)."""
        if self._view is not None or self._line is None:
            return self._view or (0.0, 1.0)
        return self._line.start_s, self._line.end_s - self._line.start_s

    def show_all(self) -> None:
        """Show all of both sounds."""
        self._view = None
        self._redraw()

    def look_at(self, from_s: float, to_s: float) -> None:
        """Show this part, as far as there is something."""
        if self._line is not None:
            self._look(from_s, max(to_s - from_s, SHORTEST_VIEW_S))

    def set_low(self, low: bool) -> None:
        """Take less height: where the window has little of it."""
        if low != self._low:
            self._low = low
            self.updateGeometry()
            self._redraw()

    def _look(self, from_s: float, span_s: float) -> None:
        line = self._line
        if line is not None:
            all_s = line.end_s - line.start_s
            from_s = min(max(from_s, line.start_s), line.end_s - span_s)
            self._view = (from_s, span_s) if span_s < all_s else None
            self._redraw()

    def _follow(self) -> None:
        """Turn the page when the playhead leaves it."""
        from_s, span_s = self.view()
        if self._view and self._at_s is not None and not 0 <= self._at_s - from_s <= span_s:
            self._look(self._at_s - 0.1 * span_s, span_s)

    def x_of(self, at_s: float) -> float:
        """Where a second of the axis lies, in pixels."""
        if self._line is None:
            return MARGIN
        from_s, span_s = self.view()
        share = (at_s - from_s) / span_s
        return MARGIN + share * (self.width() - 2 * MARGIN)

    def sizeHint(self) -> QSize:
        return QSize(480, round(self._row() * (7.4 if self._low else 10.2)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    # Painting: all that stands still is drawn once, a frame is that picture and one line

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw()
            self.updateGeometry()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._still = None
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._still is None or self._still.devicePixelRatio() != self.devicePixelRatio():
            self._still = self._draw_still()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        if self._at_s is not None and self._line is not None and self._seen(self._at_s):
            x = self.x_of(self._at_s)
            top, bottom = self._lane(CLIENT).top() - 3, self._lane(RESPONSE).bottom() + 3
            painter.setPen(QPen(QColor(colours.text), 1.6))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.text))
            painter.drawEllipse(QPointF(x, top), 4, 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _seen_of(self, part: tuple[float, float]) -> tuple[float, float]:
        return self.x_of(part[0]), self.x_of(part[1])

    def _seen(self, at_s: float) -> bool:
        from_s, span_s = self.view()
        return from_s <= at_s <= from_s + span_s

    def _redraw(self) -> None:
        self._still = None
        self.update()

    def _row(self) -> int:
        return self.fontMetrics().height()

    def _lane(self, name: str) -> QRectF:
        row = self._row()
        high = (1.4 if self._low else 2.8) * row
        top = 1.35 * row if name == CLIENT else 2.8 * row + high
        return QRectF(MARGIN, top, self.width() - 2 * MARGIN, high)

    def _draw_still(self) -> QPixmap:
        ratio = self.devicePixelRatio()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        self._draw_lanes(painter)
        line = self._line
        if line is None:
            painter.setPen(QColor(colours.quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Reading …"))
        else:
            painter.setClipRect(self.rect().adjusted(int(MARGIN) - 1, 0, 1 - int(MARGIN), 0))
            self._draw_passage(painter)
            lane = self._lane(RESPONSE)
            draw_pauses(painter, lane, [self._seen_of(p) for p in self._marks.pauses])
            self._draw_wave(painter, CLIENT, line.client, 0.0, colours.client)
            self._draw_wave(painter, RESPONSE, line.response, line.response_at_s, colours.own)
            draw_holes(painter, lane, [self._seen_of(hole) for hole in self._marks.holes])
            self._draw_end_and_onset(painter, line)
            draw_moments(painter, lane, [self.x_of(at_s) for at_s in self._marks.moments])
            painter.setClipping(False)
            self._draw_axis(painter, line)
        painter.end()
        return picture

    def _draw_lanes(self, painter: QPainter) -> None:
        colours = theme.current()
        for name, text, colour in (
            (CLIENT, self._client_name, colours.client),
            (RESPONSE, self._own_name, colours.own),
        ):
            lane = self._lane(name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.ground))
            painter.drawRoundedRect(lane, 6, 6)
            box = QRectF(lane.left(), lane.top() - 1.25 * self._row(), 9, 1.1 * self._row())
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(box.left(), box.center().y() - 4, 9, 9), 2.5, 2.5)
            painter.setPen(QColor(colours.text))
            room = QRectF(box.right() + 6, box.top(), lane.width() - 20, box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_wave(
        self, painter: QPainter, name: str, track: Track | None, at_s: float, colour: str
    ) -> None:
        lane = self._lane(name)
        if track is None:
            painter.setPen(QColor(theme.current().quiet))
            words = self.tr("cannot be shown")
            painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, words)
            return
        from_s, span_s = self.view()
        if self._from_end and name == RESPONSE and self._line is not None and self._line.aligned:
            from_s, span_s = self._line.client_end_s, span_s - (self._line.client_end_s - from_s)
        first_s = min(max(0.0, from_s - at_s), track.duration_s)
        last_s = min(max(0.0, from_s + span_s - at_s), track.duration_s)
        if last_s <= first_s:
            return
        per_s = lane.width() / span_s
        columns = max(2, round((last_s - first_s) * per_s * self.devicePixelRatio()))
        seen = track.outline(columns, first_s, last_s)
        left, width = self.x_of(at_s + seen.at_s), len(seen.columns) * seen.step_s * per_s
        room = QRectF(left, lane.top() + 4, width, lane.height() - 8)
        draw_wave(painter, seen, room, QColor(colour))

    def _draw_passage(self, painter: QPainter) -> None:
        """A ground over both lanes, and brackets at its ends: colour is not the only sign."""
        if self._passage is None:
            return
        accent = QColor(theme.current().accent)
        left, right = map(self.x_of, self._passage)
        top, bottom = self._lane(CLIENT).top(), self._lane(RESPONSE).bottom()
        soft = QColor(accent)
        soft.setAlpha(40)
        painter.fillRect(QRectF(left, top, right - left, bottom - top), soft)
        painter.setPen(QPen(accent, 2))
        for x, inward in ((left, 6), (right, -6)):
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            for y in (top, bottom):
                painter.drawLine(QPointF(x, y), QPointF(x + inward, y))

    def _draw_end_and_onset(self, painter: QPainter, line: TimeLine) -> None:
        colours = theme.current()
        client, own = self._lane(CLIENT), self._lane(RESPONSE)
        end_x = self.x_of(line.client_end_s)
        if line.aligned:
            painter.setPen(QPen(QColor(colours.quiet), 1, Qt.PenStyle.DashLine))
            named = self._name_room()
            crosses = own.left() <= end_x <= named.right() + 4
            pauses_at = named.top() if crosses else own.top()
            painter.drawLine(QPointF(end_x, client.top()), QPointF(end_x, pauses_at))
            painter.drawLine(QPointF(end_x, own.top()), QPointF(end_x, own.bottom()))
        onset = self._marks.onset_s
        if onset is None or not self._seen(onset):
            return
        x, error = self.x_of(onset), self._marks.onset_error_s
        band = QColor(colours.own)
        band.setAlpha(70)
        low = self.x_of(onset - error)
        painter.fillRect(QRectF(low, own.top(), self.x_of(onset + error) - low, own.height()), band)
        painter.setPen(QPen(QColor(colours.text), 1))
        painter.drawLine(QPointF(x, own.top() - 5), QPointF(x, own.bottom()))
        painter.setBrush(QColor(colours.text))
        tip = QPointF(x, own.top() - 1)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-4, -7), tip + QPointF(4, -7)]))
        self._draw_onset_label(painter, x, min(x, end_x))

    def _name_room(self) -> QRectF:
        """Where the response's name stands, above its lane."""
        own, metrics = self._lane(RESPONSE), self.fontMetrics()
        wide = 15 + metrics.horizontalAdvance(self._own_name)
        return QRectF(own.left(), own.top() - 1.25 * self._row(), wide, 1.1 * self._row())

    def _draw_onset_label(self, painter: QPainter, x: float, left_of: float) -> None:
        """Right of the onset where there is room, else left of the client's end, else not."""
        own, text = self._lane(RESPONSE), self._marks.label
        width = self.fontMetrics().horizontalAdvance(text) + 4
        taken = self._name_room().right() + 12
        left = x + 9
        if left + width > own.right():
            left = left_of - 9 - width
        if left < taken:
            return
        painter.setPen(QColor(theme.current().text))
        room = QRectF(left, own.top() - 1.25 * self._row(), width, 1.1 * self._row())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_axis(self, painter: QPainter, line: TimeLine) -> None:
        lane, metrics = self._lane(RESPONSE), self.fontMetrics()
        apart = metrics.horizontalAdvance("00:00") * 2.2
        from_s, span_s = self.view()
        per_second = lane.width() / span_s
        step = next((s for s in _STEPS if s * per_second >= apart), _STEPS[-1])
        painter.setPen(QColor(theme.current().quiet))
        zero_s = line.client_end_s  # the clock begins with the answer
        at = -int((zero_s - max(0.0, from_s)) // step) * step
        while zero_s + at <= min(line.end_s, from_s + span_s):
            x = self.x_of(zero_s + at)
            painter.drawLine(QPointF(x, lane.bottom() + 2), QPointF(x, lane.bottom() + 6))
            text = clock(at)
            wide = metrics.horizontalAdvance(text) + 2
            left = min(max(0.0, x - wide / 2), self.width() - wide)  # whole, also at the edges
            room = QRectF(left, lane.bottom() + 7, wide, self._row())
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, text)
            at += step
