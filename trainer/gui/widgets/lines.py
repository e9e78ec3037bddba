"""Tables of texts as all lists of this window look: a soft ground and a bar for the chosen row.

Headers stand where their columns do: at the left, or as the model aligns both.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from trainer.gui import theme

Index = QModelIndex | QPersistentModelIndex
PAD = 8
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
LEFT = int(Qt.AlignmentFlag.AlignLeft | MIDDLE)
RIGHT = int(Qt.AlignmentFlag.AlignRight | MIDDLE)


class LineDelegate(QStyledItemDelegate):
    """Draws each cell in as many ``lines`` as it needs and the row is high, elided where they are
    not enough; ``quiet`` ones quieter.
    """

    lines = 1

    def quiet(self, _index: Index) -> bool:
        """Whether a cell stands back."""
        return False

    def elide(self, _index: Index) -> Qt.TextElideMode:
        """Where a text that is too long is cut."""
        return Qt.TextElideMode.ElideRight

    def before(self, _painter: QPainter, _option: QStyleOptionViewItem, _index: Index) -> int:
        """Draw something before the text; the room that it takes, in pixels."""
        return 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, rect = theme.current(), option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.soft))
            if index.column() == 0:  # a bar, so that the choice does not rest on colour alone
                painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), colours.accent)
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        aligned = index.data(Qt.ItemDataRole.TextAlignmentRole) or LEFT
        after = -PAD if aligned == RIGHT else -4
        inside = rect.adjusted(PAD + self.before(painter, option, index), 2, after, -3)
        painter.setPen(QColor(colours.quiet if self.quiet(index) else colours.text))
        text, metrics = str(index.data() or ""), option.fontMetrics
        if self.lines > 1 and metrics.horizontalAdvance(text) > inside.width():
            text, wraps = wrapped(text, metrics, inside.width(), self.lines, self.elide(index))
            aligned |= wraps
        else:
            text = metrics.elidedText(text, self.elide(index), inside.width())
        painter.drawText(inside, aligned, text)
        painter.restore()


def wrapped(
    text: str, metrics: QFontMetrics, room: int, lines: int, cut: Qt.TextElideMode
) -> tuple[str, int]:
    """As much of a text as so many lines hold, and how it is to be wrapped (a flag)."""
    words = max(map(metrics.horizontalAdvance, text.split()), default=0)
    flags = Qt.TextFlag
    wraps = int(flags.TextWordWrap if words <= room else flags.TextWrapAnywhere)
    shown, whole, high = text, lines * room, lines * metrics.lineSpacing()
    for share in range(100, 100 // lines - 1, -5):  # a line may end early, before a long word
        shown = metrics.elidedText(text, cut, whole * share // 100)
        if metrics.boundingRect(QRect(0, 0, room, 10 * high), wraps, shown).height() <= high:
            break
    return shown, wraps


def dress(table: QTableView, name: str) -> None:
    """Make a table a list: one row is chosen, Tab leads on."""
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height(table))
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setSectionsClickable(False)


def row_height(table: QTableView) -> int:
    """The height of a row, with some air, in pixels."""
    return round(table.fontMetrics().lineSpacing() * 1.8)
