"""Moments of a response that others spoke of: a list whose lines play from there."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from trainer.app.others import OthersComment
from trainer.app.waveform import TimeLine
from trainer.domain.moments import clock
from trainer.gui import theme
from trainer.gui.widgets.cards import heading, quiet


class MomentRow(QAbstractButton):
    """One comment with its number on the time line; wraps; a click, Enter or Space presses it."""

    def __init__(self, number: int, comment: OthersComment) -> None:
        super().__init__()
        self.comment, self._number = comment, number
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._place = QLabel(str(number), alignment=Qt.AlignmentFlag.AlignCenter)
        self._place.setProperty("moment", True)
        self._place.setMinimumWidth(self.fontMetrics().horizontalAdvance("00") + 14)
        self._time = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        self._time.setMinimumWidth(self.fontMetrics().horizontalAdvance("00:00"))
        words = QVBoxLayout()
        words.setSpacing(1)
        texts = [heading(comment.marker[:1].upper() + comment.marker[1:], 1.0)] * bool(
            comment.marker
        )
        if comment.text:
            texts.append(QLabel(comment.text, wordWrap=True, textFormat=Qt.TextFormat.PlainText))
        for label in (*texts, quiet(comment.name)):
            words.addWidget(label)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(10, 7, 12, 7)
        row.setSpacing(10)
        row.addWidget(self._place, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_time(None)

    def show_time(self, at_s: float | None) -> None:
        """How far into the answer it is (s); None: not known, so it cannot be played."""
        self._time.setText("" if at_s is None else clock(at_s))
        self._time.setVisible(at_s is not None)
        self.setEnabled(at_s is not None)
        when = "" if at_s is None else self.tr("at {0}").format(clock(at_s))
        comment = self.comment
        said = [part for part in (when, comment.marker, comment.text, comment.name) if part]
        self.setAccessibleName(self.tr("{0}: {1}").format(self._number, "; ".join(said)))
        self.setToolTip("" if at_s is None else self.tr("Play from here"))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isEnabled() and (self.hasFocus() or self.underMouse())
        painter.setBrush(QColor(colours.card))
        painter.setPen(
            QPen(QColor(colours.accent if marked else colours.line), 2 if self.hasFocus() else 1)
        )
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)


class Moments(QWidget):
    """The comments of one response in the order of their moments.

    ``wanted`` is the second of the response's file from which to play.
    """

    wanted = Signal(float)

    def __init__(self, comments: tuple[OthersComment, ...]) -> None:
        super().__init__()
        self.rows = tuple(MomentRow(n, one) for n, one in enumerate(comments, 1))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for row in self.rows:
            row.clicked.connect(lambda _=False, at=row.comment.at_s: self.wanted.emit(at))
            column.addWidget(row)

    def show_line(self, line: TimeLine | None) -> None:
        """Tell each its place on the time line; without the response's sound there is none."""
        for row in self.rows:
            there = line is not None and line.response is not None
            at_s = row.comment.at_s
            row.show_time(line.into_answer(line.response_at_s + at_s) if line and there else None)
