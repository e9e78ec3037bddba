"""Tables of texts as all lists of this window look: a soft ground and a bar for the chosen row."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
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


class LineDelegate(QStyledItemDelegate):
    """Draws each cell as one line of text, elided where it is too long; ``quiet`` ones quieter."""

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
        inside = rect.adjusted(PAD + self.before(painter, option, index), 2, -4, -3)
        painter.setPen(QColor(colours.quiet if self.quiet(index) else colours.text))
        text = option.fontMetrics.elidedText(
            str(index.data() or ""), self.elide(index), inside.width()
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


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
