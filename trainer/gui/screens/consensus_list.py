"""What two or more have rated, as lines: how far they are apart, and what is agreed on."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from trainer.app.consensus import Agenda, Line
from trainer.domain.rubric import RubricRef
from trainer.gui import theme
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.times import length

Index = QModelIndex | QPersistentModelIndex
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
PAD, ROUND = 9, 8


class _Lines(QStyledItemDelegate):
    """Who it is in bold, and below, wrapped, what there is to say of it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        assert isinstance(view, QListWidget)
        width = view.viewport().width() - 2 * PAD
        heights = [rect.height() for rect, _, _ in self._parts(option, index, width)]
        return QSize(width, sum(heights) + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, room = theme.current(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(QColor(colours.soft))
            painter.drawRoundedRect(QRectF(room).adjusted(2.5, 1.5, -2.5, -1.5), ROUND, ROUND)
        top = room.top() + PAD
        for rect, font, text in self._parts(option, index, room.width() - 2 * PAD):
            place = QRect(room.left() + PAD, top, room.width() - 2 * PAD, rect.height())
            bold = font.weight() > QFont.Weight.Medium
            painter.setFont(font)
            painter.setPen(QColor(colours.text if bold else colours.quiet))
            painter.drawText(place, WRAPPED, text)
            top += rect.height()
        painter.restore()

    def _parts(
        self, option: QStyleOptionViewItem, index: Index, width: int
    ) -> list[tuple[QRect, QFont, str]]:
        head, _, rest = str(index.data()).partition("\n")
        plain = option.font
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.DemiBold)
        if not index.flags() & Qt.ItemFlag.ItemIsEnabled:  # the name of a group
            return [(QRect(0, 0, width, _height(plain, width, head)), plain, head)]
        return [
            (QRect(0, 0, width, _height(font, width, text)), font, text)
            for font, text in ((bold, head), (plain, rest))
            if text
        ]


def _height(font: QFont, width: int, text: str) -> int:
    return QFontMetrics(font).boundingRect(0, 0, width, 10_000, int(WRAPPED), text).height()


class AsReader(QWidget):
    """Says that some are not shown, and what it means to open them unrated; ``wanted()``."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, centred: bool = False) -> None:
        super().__init__(parent)
        kind = Qt.AlignmentFlag
        across = kind.AlignHCenter if centred else kind.AlignLeft
        self._what = quiet("")
        self._what.setAlignment(across)
        self.open = QPushButton()
        self.open.clicked.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._what)
        column.addWidget(self.open, 0, across)
        self.hide()

    def show_waiting(self, count: int) -> None:
        """So many that others have rated and the person here has not."""
        self.setVisible(bool(count))
        one = count == 1
        text = (
            self.tr(
                "One response that others rated is not shown. If you are to rate it, do that first."
            )
            if one
            else self.tr(
                "{0} responses that others rated are not shown. If you are to rate them, do that "
                "first."
            ).format(count)
        )
        means = self.tr(
            "Opened as a reader, you see what others gave; that is kept, and a rating you give "
            "later counts as not blind."
        )
        self._what.setText(f"{text} {means}")
        self.open.setText(
            self.tr("Open it as a reader") if one
            else self.tr("Open {0} as a reader").format(count)
        )  # fmt: skip


class AgendaList(QListWidget):
    """Two groups, each under its name; ``wanted(Line)`` when one is to be opened."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Responses that two or more have rated"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setItemDelegate(_Lines(self))
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self.follows = False  # the page beside shows the row that the keys are on
        self.currentItemChanged.connect(self._row_changed)

    def show_agenda(self, agenda: Agenda) -> None:
        """Show these, the furthest apart first."""
        was = self.blockSignals(True)
        self._fill(agenda)
        self.blockSignals(was)

    def _row_changed(self, item: QListWidgetItem | None) -> None:
        """Digits would else agree on another response than the one that is lit."""
        if self.follows and self.hasFocus():
            self._choose(item)

    def _fill(self, agenda: Agenda) -> None:
        self.clear()
        for title, lines in (
            (self.tr("To agree on: {0}"), agenda.to_agree),
            (self.tr("Agreed: {0}"), agenda.done),
        ):
            if lines:
                head = QListWidgetItem(title.format(len(lines)))
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.addItem(head)
            for line in lines:
                item = QListWidgetItem(self._in_words(line))
                item.setData(Qt.ItemDataRole.UserRole, line)
                self.addItem(item)
        if self.count() > 1:
            self.setCurrentRow(1)

    def mark(self, response_id: str, rubric: RubricRef) -> None:
        """Show which one is open."""
        was = self.blockSignals(True)
        for row in range(self.count()):
            line = self.item(row).data(Qt.ItemDataRole.UserRole)
            if line is not None and (line.response_id, line.rubric) == (response_id, rubric):
                self.setCurrentRow(row)
        self.blockSignals(was)
        self.viewport().update()

    def keyboardSearch(self, _search: str) -> None:
        """Letters and figures are keys of the page beside."""

    def _in_words(self, line: Line) -> str:
        name = "  ·  ".join(part for part in (line.client, line.title) if part)
        said = [name or self.tr("A client nobody knows"), self._how_far(line)]
        more = [length(line.duration_s)] if line.duration_s is not None else []
        if line.second_opinion:
            more.append(self.tr("second opinion asked"))
        if line.outdated:
            more.append(self.tr("rests on an old rating"))
        elif line.added:
            more.append(self.tr("a rating came after"))
        return "\n".join([*said, ", ".join(more)] if more else said)

    def _how_far(self, line: Line) -> str:
        unlike, items = len(line.apart.unlike), line.items
        said = []
        if unlike:
            said.append(self.tr("One says N/A: {0}").format(", ".join(items[:unlike])))
        if line.apart.points:
            text = self.tr("1 point apart: {1}") if line.apart.points == 1 else self.tr(
                "{0:g} points apart: {1}"
            )  # fmt: skip
            said.append(text.format(line.apart.points, ", ".join(items[unlike:])))
        return "\n".join(said) or self.tr("The same scores")

    def _choose(self, item: QListWidgetItem | None) -> None:
        line = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if line is not None:
            self.wanted.emit(line)
