"""A figure for people: its name, what it is in one plain sentence, and its drawn interval."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from trainer.app.reliability_view import Figure
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, Pair, plain, quiet, strong
from trainer.gui.widgets.intervals import Axis, Interval

WIDE_CHARACTERS = 74


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reliability", text)


def number(value: float, *, signed: bool = False) -> str:
    """Two digits; never a minus before nothing."""
    value = value if abs(value) >= 0.005 else 0.0
    return f"{value:+.2f}" if signed and value else f"{value:.2f}"


def between(one: Figure, *, signed: bool = False) -> str:
    """``0.41 to 0.78``; empty without limits."""
    if one.low is None or one.high is None:
        return ""
    low, high = number(one.low, signed=signed), number(one.high, signed=signed)
    return _tr("{0} to {1}").format(low, high)


def spoken(name: str, one: Figure, *, signed: bool = False) -> str:
    """What a screen reader says of a drawn interval."""
    if one.value is None:
        return _tr("{0}: not known").format(name)
    value = number(one.value, signed=signed)
    if one.low is None:
        return _tr("{0} {1}, without an interval").format(name, value)
    said = _tr("{0} {1}, 95 % interval {2}").format(name, value, between(one, signed=signed))
    return f"{said}: {one.words}" if one.words else said


class FigureRow(QWidget):
    """Words on the left, what is drawn on the right; below each other where it is narrow."""

    def __init__(
        self, name: str, sentence: str, drawn: Iterable[tuple[str, Figure, Axis]], note: str = ""
    ) -> None:
        super().__init__()
        words, lines = QWidget(), QWidget()
        left, right = QVBoxLayout(words), QVBoxLayout(lines)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(3)
        self.intervals: list[Interval] = []
        values = []
        for what, figure, axis in drawn:
            signed = axis.zero
            if figure.value is None:
                continue
            values.append(worded(figure, axis))
            said = spoken(what, figure, signed=signed)
            self.intervals.append(Interval(figure.value, figure.low, figure.high, axis, said))
        left.addWidget(strong(name))
        for value in values:
            left.addWidget(plain(value))
        for text in (sentence, note):
            if text:
                left.addWidget(quiet(text))
        left.addStretch()
        for interval in self.intervals:
            right.addWidget(interval)
        right.addStretch()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 8)
        box.addWidget(Pair(words, lines, wide=WIDE_CHARACTERS) if self.intervals else words)


def worded(one: Figure, axis: Axis) -> str:
    """A known figure as it is written beside its drawing: value, interval, words."""
    assert one.value is not None
    value = number(one.value, signed=axis.zero)
    said = f"{value} {axis.unit}" if axis.unit else value
    said = f"{axis.who}: {said}" if axis.who else said
    limits = between(one, signed=axis.zero)
    said = _tr("{0}   (95 % interval {1})").format(said, limits) if limits else said
    return f"{said}   {one.words}" if one.words else said


class Section(Card):
    """A card that Tab leads to; it tells a screen reader every figure that is drawn in it."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def done(self) -> None:
        """All is in it: say what there is."""
        drawn = [one.accessibleName() for one in self.findChildren(Interval)]
        self.setAccessibleDescription(". ".join(drawn))

    def fold(self, more: str, less: str, make: Callable[[], Iterable[QWidget]]) -> None:
        """Add what is folded away; once it is open, its figures are told too."""
        fold = Fold(more, less, make)
        fold.opened.connect(self.done)
        self.add(fold)

    def none(self, text: str) -> None:
        """Say why figures are not there."""
        self.add(quiet(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class Fold(QWidget):
    """What is folded away below a button that shows it; it is made when it is first shown."""

    opened = Signal()

    def __init__(self, more: str, less: str, make: Callable[[], Iterable[QWidget]]) -> None:
        super().__init__()
        self._more, self._less = more, less
        self._make: Callable[[], Iterable[QWidget]] | None = make
        self.button = QPushButton(more)
        self.button.setCheckable(True)
        self.button.toggled.connect(self._turn)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._inside.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self._inside)

    def _turn(self, shown: bool) -> None:
        if self._make is not None:
            for widget in self._make():
                self._column.addWidget(widget)
            self._make = None
            self.opened.emit()
        self._inside.setVisible(shown)
        self.button.setText(self._less if shown else self._more)
