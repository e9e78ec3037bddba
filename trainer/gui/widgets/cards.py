"""Small pieces that several screens share: cards, texts, rows that can be ticked, examples."""

import unicodedata

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from trainer.domain.vignette import Exemplar
from trainer.gui import theme
from trainer.gui.widgets.flow import Columns, Flow
from trainer.gui.widgets.title import Title

WIDE_CHARACTERS = 92


def plain(text: str) -> QLabel:
    """A paragraph that wraps, never read as markup, and can be copied with the mouse."""
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def quiet(text: str) -> QLabel:
    """A paragraph in the quiet colour."""
    label = plain(text)
    label.setProperty("quiet", True)
    return label


def heading(text: str, factor: float = 1.15) -> QLabel:
    """A title that wraps, ``factor`` times as large as the text."""
    label = Title(text)
    theme.big(label, factor, bold=True)
    return label


def at_the_start(label: QLabel) -> QLabel:
    """Keep a name at the page's own side, whichever way its script runs."""
    start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
    side = QStyle.visualAlignment(QGuiApplication.layoutDirection(), start)
    label.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
    return label


def isolated(name: str) -> str:
    """A name within a line, which keeps its own direction although the name runs the other way."""
    runs_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name)
    return f"\u2068{name}\u2069" if runs_left else name


def strong(text: str) -> QLabel:
    """A short text in bold."""
    return heading(text, 1.0)


def badge(text: str) -> QLabel:
    """A short text on a soft ground: a score, a key."""
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("badge", True)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def notice(text: str, *buttons: QPushButton) -> QFrame:
    """A card of one sentence, with what can be done about it."""
    card = QFrame()
    card.setProperty("card", True)
    row = QHBoxLayout(card)
    row.setContentsMargins(20, 12, 20, 12)
    row.addWidget(QLabel(text, wordWrap=True), 1)
    row.addWidget(in_a_row(*buttons))
    return card


def in_a_row(*widgets: QWidget) -> QWidget:
    """Widgets beside each other, in as many lines as they need."""
    holder = QWidget()
    row = Flow(holder)
    for widget in widgets:
        row.addWidget(widget)
    return holder


class Card(QFrame):
    """A framed part of a page with a heading; ``body`` takes what is in it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 18)
        self.body.setSpacing(8)
        if title:
            self.setAccessibleName(title)
            self.body.addWidget(heading(title))

    def add(self, *widgets: QWidget) -> None:
        """Put ``widgets`` below what is there."""
        for widget in widgets:
            self.body.addWidget(widget)


class Pair(QWidget):
    """Widgets in two columns when there is room for their text, else one below the other.

    ``columns`` takes more of them.
    """

    def __init__(self, *widgets: QWidget, wide: int = WIDE_CHARACTERS) -> None:
        super().__init__()
        self.columns = Columns(wide, self)
        for widget in widgets:
            self.columns.addWidget(widget)


class Tick(QCheckBox):
    """A check box whose text wraps."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(text)
        self._words = QLabel(text, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(self._indent(), 5, 6, 5)
        self._row.addWidget(self._words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.layout() is not None:
            self._row.setContentsMargins(self._indent(), 5, 6, 5)  # the box is as high as a line

    def hitButton(self, position: object) -> bool:  # noqa: ARG002 - Qt's name and arguments
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
        side = self._side()
        top = 5 + (self.fontMetrics().height() - side) // 2
        painter.setPen(QPen(QColor(colours.accent if self.isChecked() else colours.quiet), 1.5))
        painter.setBrush(QColor(colours.accent if self.isChecked() else colours.card))
        painter.drawRoundedRect(8, top, side, side, 4, 4)
        if self.isChecked():
            painter.setPen(QPen(QColor(colours.on_accent), max(1.6, side / 8)))
            unit = side / 10
            for a, b in (((2.4, 5.2), (4.3, 7.2)), ((4.3, 7.2), (7.8, 3.0))):
                painter.drawLine(
                    round(8 + a[0] * unit), round(top + a[1] * unit),
                    round(8 + b[0] * unit), round(top + b[1] * unit),
                )  # fmt: skip

    def say(self, text: str) -> None:
        """Another text beside the box."""
        self.setAccessibleName(text)
        self._words.setText(text)
        self.updateGeometry()

    def _side(self) -> int:
        return round(self.fontMetrics().height() * 0.95)

    def _indent(self) -> int:
        return 8 + self._side() + 9


class Inset(QWidget):
    """A part of a card on a ground of its own."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.line))
        painter.setBrush(QColor(colours.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)


class ExemplarCard(Inset):
    """One model response: how strong it is, its words, and why it is where it is."""

    def __init__(self, exemplar: Exemplar, name: str, scores: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(6)
        box.addWidget(strong(name))
        box.addWidget(plain(f"“{exemplar.text.strip()}”"))
        box.addWidget(quiet(exemplar.why.strip()))
        box.addWidget(quiet(scores))
        box.addStretch()
