"""One rubric item to be rated: its question, and every anchor as a row that can be chosen."""

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from trainer.domain.rubric import Item, Scale
from trainer.gui import theme
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.flow import Flow

NOT_APPLICABLE_KEY = "0"
HALF = 0.5
GIVEN_CHARACTERS = 18
BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class AnchorRow(QAbstractButton):
    """A score and the behaviour it stands for; wraps, and can be chosen by mouse or keyboard."""

    def __init__(self, score: float | None, key: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.score = score
        self.by_tab = False
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        number = QLabel(key if score is not None else "N/A")
        number.setFixedWidth(self.fontMetrics().averageCharWidth() * 5)
        theme.big(number, 1.1, bold=True)
        words = QLabel(text, wordWrap=True)
        for label in (number, words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._given = QLabel(wordWrap=True)
        self._given.setProperty("badge", True)
        self._given.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._given.setMaximumWidth(self.fontMetrics().averageCharWidth() * GIVEN_CHARACTERS)
        self._given.hide()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        row.addWidget(self._given, 0, Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{key}: {text}")
        self.setToolTip(self.tr("Key {0}").format(key))

    def show_given(self, who: str) -> None:
        """Say beside the words who gave this score; empty: nobody."""
        self._given.setText(who)
        self._given.setVisible(bool(who))
        said = self.tr("Given by {0}").format(who.replace("\N{NO-BREAK SPACE}", " "))
        self.setAccessibleDescription(said if who else "")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """``by_tab`` tells whether the focus came by keys."""
        self.by_tab = event.reason() in BY_TAB
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.soft if self.isChecked() else colours.card)
        marked = self.isChecked() or self.hasFocus() or self.underMouse()
        painter.setBrush(ground)
        painter.setPen(
            QPen(QColor(colours.accent if marked else colours.line), 2 if self.hasFocus() else 1)
        )
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        if self.isChecked():  # a bar, so that the choice does not rest on colour alone
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(2, 6, 4, self.height() - 12, 2, 2)


class ItemCard(QFrame):
    """An item, open with all its anchors or folded to a line with the score chosen."""

    chosen = Signal(str, object)
    wanted = Signal(str)

    def __init__(
        self, item: Item, scale: Scale, parent: QWidget | None = None, *, without: str = ""
    ) -> None:
        super().__init__(parent)
        self.item = item
        self._without = without or self.tr("not rated")  # said of an item without a score
        self.setProperty("card", True)
        self.setAccessibleName(item.title)
        self._title = QLabel(item.title)
        theme.big(self._title, 1.15, bold=True)
        self._score = QLabel()
        self._score.setProperty("badge", True)
        self._names = Flow(gap=16)
        self._names.addWidget(self._title)
        head = QHBoxLayout()
        head.addLayout(self._names, 1)
        head.addWidget(self._score, 0, Qt.AlignmentFlag.AlignTop)
        self._body = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.addLayout(head)
        column.addWidget(self._body)
        self._scale = scale
        self._given: tuple[tuple[str, float | None], ...] = ()
        self._rows: list[AnchorRow] = []
        self._body.hide()
        self.show_score({})

    def open(self, is_open: bool) -> None:
        """Show all anchors, or fold to one line."""
        if is_open and not self._rows:  # all items at once would hold the window up
            self._fill()
            self._name_givers()
            self.show_score(self._scores)
        self._body.setVisible(is_open)

    def focus(self) -> None:
        """Give the focus to the anchor chosen, else to the first."""
        row = next((row for row in self._rows if row.isChecked()), self._rows[0])
        row.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def last_row(self) -> AnchorRow:
        """The last of its rows; it has been open."""
        return self._rows[-1]

    def is_open(self) -> bool:
        """Whether the anchors are shown."""
        return not self._body.isHidden()

    def show_score(self, scores: dict[str, float | None]) -> None:
        """Show what is chosen among ``scores`` for this item."""
        self._scores = scores
        rated = self.item.id in scores
        score = scores.get(self.item.id)
        for row in self._rows:
            row.setChecked(rated and row.score == score)
        text = ("N/A" if score is None else f"{score:g}") if rated else self._without
        self._score.setText(text)
        self.setAccessibleDescription(text)

    def show_given(self, given: tuple[tuple[str, float | None], ...]) -> None:
        """Show what others gave, (name, score): in the head, and at the anchor each one chose."""
        self._given = given
        while (item := self._names.takeAt(1)) is not None:
            if (label := item.widget()) is not None:
                label.deleteLater()
        for name, score in given:
            label = Elided(f"{name}  {'N/A' if score is None else f'{score:g}'}")
            label.setProperty("quiet", True)
            self._names.addWidget(label)
        self._name_givers()

    def _name_givers(self) -> None:
        for row in self._rows:
            near = [_whole(name) for name, score in self._given if _stands_at(score, row.score)]
            row.show_given("\n".join(near))

    def mousePressEvent(self, _event: object) -> None:
        self.wanted.emit(self.item.id)

    def _fill(self) -> None:
        item, scale = self.item, self._scale
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(6)
        question = QLabel(item.question, wordWrap=True)
        question.setProperty("quiet", True)
        column.addWidget(question)
        self._rows = [
            AnchorRow(float(score), str(score), item.anchors[score], self)
            for score in range(scale.min, scale.max + 1)
        ]
        if item.not_applicable:
            text = self.tr("Not applicable: this moment does not call for it.")
            self._rows.append(AnchorRow(None, NOT_APPLICABLE_KEY, text, self))
        for row in self._rows:
            row.clicked.connect(lambda _=False, r=row: self.chosen.emit(self.item.id, r.score))
            column.addWidget(row)
        for before, after in pairwise((self._body, *self._rows)):  # they are made after all others
            QWidget.setTabOrder(before, after)


def _whole(name: str) -> str:
    """A name that is not broken into lines where it fits into one."""
    return name.replace(" ", "\N{NO-BREAK SPACE}") if len(name) <= GIVEN_CHARACTERS else name


def _stands_at(score: float | None, anchor: float | None) -> bool:
    """Whether a score belongs beside an anchor; a half point stands at both of its neighbours."""
    if score is None or anchor is None:
        return score is anchor
    return abs(score - anchor) <= HALF
