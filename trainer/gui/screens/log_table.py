"""The log as a table that reads a page more when its end comes into sight."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from trainer.app.log import LogLine, LogPage
from trainer.gui import theme
from trainer.gui.widgets.times import day, length, moment

Index = QModelIndex | QPersistentModelIndex
Scores = tuple[tuple[str, float | None], ...]
LINE_ROLE = int(Qt.ItemDataRole.UserRole)
PAD = 8
BETWEEN_SCORES = 12


class Column(IntEnum):
    """What stands where."""

    WHEN = 0
    CLIENT = 1
    ATTEMPT = 2
    LENGTH = 3
    WAITED = 4
    RATING = 5
    OTHERS = 6
    NOTE = 7


WIDTHS = {  # in characters; the rest of the room goes to client and ratings
    Column.WHEN: 13, Column.ATTEMPT: 8, Column.LENGTH: 7, Column.WAITED: 8, Column.NOTE: 5,
}  # fmt: skip
ROOM_FOR = {  # in characters of the table: with less, a column is left out
    Column.LENGTH: 90, Column.WAITED: 90, Column.OTHERS: 90, Column.ATTEMPT: 70, Column.NOTE: 70,
}  # fmt: skip
BESIDE_OTHERS = 130  # what length and waiting time need where others' ratings stand there too


class LogModel(QAbstractTableModel):
    """Lines of the log, newest first. ``read(before)`` is called when a page is wanted."""

    def __init__(self, read: Callable[[str | None], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._lines: list[LogLine] = []
        self._next: str | None = None
        self._waiting = False

    def start(self) -> None:
        """Ask for the first page; what is shown stays until it comes."""
        self._waiting = True
        self._read(None)

    def begin_with(self, page: LogPage) -> None:
        """Show ``page`` in place of everything."""
        self.beginResetModel()
        self._lines, self._next, self._waiting = list(page.lines), page.next_before, False
        self.endResetModel()

    def go_on_with(self, page: LogPage) -> None:
        """Add the page that was asked for."""
        self._next, self._waiting = page.next_before, False
        if page.lines:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(page.lines) - 1)
            self._lines.extend(page.lines)
            self.endInsertRows()

    def line(self, row: int) -> LogLine | None:
        """The line in a row, or None."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, response_id: str) -> int:
        """The row of a response, or -1."""
        return next((i for i, line in enumerate(self._lines) if line.id == response_id), -1)

    def has_others(self) -> bool:
        """Whether others rated any response in what has been read."""
        return any(line.others for line in self._lines)

    def waiting(self) -> bool:
        """Whether a page is on its way."""
        return self._waiting

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def canFetchMore(self, _parent: Index) -> bool:
        return self._next is not None and not self._waiting

    def fetchMore(self, _parent: Index) -> None:
        if self._next is not None and not self._waiting:
            self._waiting = True
            self._read(self._next)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (
            self.tr("When"), self.tr("Client"), self.tr("Attempt"), self.tr("Length"),
            self.tr("Waited"), self.tr("Your rating"), self.tr("Others"), self.tr("Note"),
        )[section]  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(line, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, Column(index.column()))
        return None

    def text(self, line: LogLine, column: Column) -> str:
        """What a cell says, in one line."""
        match column:
            case Column.WHEN:
                return moment(line.at)
            case Column.CLIENT:
                parts = [line.client, line.title]
                if line.interrupted:
                    parts.append(self.tr("interrupted"))
                return " · ".join(part for part in parts if part)
            case Column.ATTEMPT:
                return str(line.attempt)
            case Column.LENGTH:
                return length(line.duration_s)
            case Column.WAITED:
                return "" if line.waited_s is None else self.tr("{0:.1f} s").format(line.waited_s)
            case Column.RATING:
                if not line.scores:
                    return self.tr("not rated yet")
                return ", ".join(f"{title} {points(score)}" for title, score in line.scores)
            case Column.OTHERS:
                if not line.others:
                    return ""
                means = ", ".join(f"{title} {points(mean)}" for title, mean in line.others)
                return self.tr("{0} ({1})").format(means, self.raters(line))
            case Column.NOTE:
                return self.tr("note") if line.has_note else ""

    def raters(self, line: LogLine) -> str:
        """How many others rated it."""
        if line.raters == 1:
            return self.tr("one other rater")
        if line.uneven:
            return self.tr("mean of up to {0} others").format(line.raters)
        return self.tr("mean of {0} others").format(line.raters)

    def _tip(self, line: LogLine, column: Column) -> str:
        if column in (Column.RATING, Column.OTHERS) and line.scores:
            said = [f"{title} {points(score)}" for title, score in line.scores]
            if line.others:
                said = [self.tr("You:"), *said, self.tr("Others, {0}:").format(self.raters(line))]
                said += [f"{title} {points(mean)}" for title, mean in line.others]
            return "\n".join(said)
        text = self.text(line, column)
        if column is Column.CLIENT and line.change_tried:
            text += "\n" + self.tr("You set out to: {0}").format(line.change_tried)
        return text


def points(score: float | None) -> str:
    """A score as it stands in a table, a mean to one decimal."""
    return "—" if score is None else f"{round(score, 1):g}"


class LogDelegate(QStyledItemDelegate):
    """Draws a cell as a line and a quieter one below; scores each behind their item's name."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, row_height(option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE_ROLE)
        colours = theme.current()
        rect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.soft))
            if index.column() == 0:  # a bar, so that the choice does not rest on colour alone
                painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), colours.accent)
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inside = rect.adjusted(PAD, 6, -4, -6)
        if isinstance(line, LogLine):
            column = Column(index.column())
            scores = {Column.RATING: line.scores, Column.OTHERS: line.others}.get(column)
            if scores:
                self._paint_scores(painter, option.fontMetrics, inside, scores)
            else:
                first, second = self._lines(line, column, str(index.data() or ""))
                self._paint_lines(painter, option.fontMetrics, inside, first, second)
        painter.restore()

    def _lines(self, line: LogLine, column: Column, text: str) -> tuple[str, str]:
        if column is Column.WHEN:
            return day(line.at), text.removeprefix(day(line.at)).lstrip(", ")
        if column is Column.CLIENT and line.client:
            return line.client, text.removeprefix(line.client).lstrip(" ·")
        if column is Column.RATING:
            return "", text
        return text, ""

    def _paint_lines(
        self, painter: QPainter, metrics: QFontMetrics, rect: QRect, first: str, second: str
    ) -> None:
        colours = theme.current()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        height = metrics.height()
        both = bool(first and second)
        upper = QRect(rect.left(), rect.top(), rect.width(), height if both else rect.height())
        lower = QRect(rect.left(), rect.bottom() - height, rect.width(), height)
        elide = Qt.TextElideMode.ElideRight
        if first:
            painter.setPen(QColor(colours.text))
            painter.drawText(upper, left, metrics.elidedText(first, elide, rect.width()))
        if second:
            painter.setPen(QColor(colours.quiet))
            where = lower if both else rect
            painter.drawText(where, left, metrics.elidedText(second, elide, rect.width()))

    def _paint_scores(
        self, painter: QPainter, metrics: QFontMetrics, rect: QRect, scores: Scores
    ) -> None:
        colours = theme.current()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        names, places = score_places(metrics, [title for title, _ in scores], rect.width())
        height = rect.height() // (places[-1].y() + 1)
        for (_, score), name, place in zip(scores, names, places, strict=True):
            top = rect.top() + place.y() * height
            cell = QRect(rect.left() + place.x(), top, rect.width() - place.x(), height)
            painter.setPen(QColor(colours.quiet))
            painter.drawText(cell, left, name)
            painter.setPen(QColor(colours.text))
            painter.drawText(cell.adjusted(name_width(metrics, name), 0, 0, 0), left, points(score))


def score_places(
    metrics: QFontMetrics, names: list[str], width: int
) -> tuple[list[str], list[QPoint]]:
    """The names to be shown before the scores, and where each pair begins: pixels from the left,
    and line from 0. No name at all where not every one can be read whole, in at most two lines;
    the tooltip has them.

    The place depends on the names only, so that the scores of several rows stand in columns.
    """
    places, line, left, fit = [], 0, 0, True
    for name in names:
        needed = name_width(metrics, name) + metrics.horizontalAdvance("3.5")
        fit = fit and needed <= width
        if left and left + needed > width:
            line, left = line + 1, 0
        places.append(QPoint(left, line))
        left += needed + BETWEEN_SCORES
    if line > 1 or not fit:
        return [""] * len(names), _even_places(metrics, len(names), width)
    return names, places


def _even_places(metrics: QFontMetrics, count: int, width: int) -> list[QPoint]:
    """Places of scores without names, about as many in each line."""
    step = metrics.horizontalAdvance("3.5") + BETWEEN_SCORES
    lines = -(-count // max(1, (width + BETWEEN_SCORES) // step))
    each = -(-count // lines)
    return [QPoint(place % each * step, place // each) for place in range(count)]


def name_width(metrics: QFontMetrics, name: str) -> int:
    """The room for an item's name and the space before its score, in pixels."""
    return metrics.horizontalAdvance(f"{name} ") if name else 0


def row_height(metrics: QFontMetrics) -> int:
    """Two lines of text and some air."""
    return 2 * metrics.height() + 14


def share_width(table: QTableView, metrics: QFontMetrics, others: bool) -> None:
    """Share out the width; what is least needed goes first when it is small."""
    character, room = metrics.averageCharWidth(), table.viewport().width()
    both = others and room >= ROOM_FOR[Column.OTHERS] * character
    for column, characters in ROOM_FOR.items():
        needed = BESIDE_OTHERS if both and column in (Column.LENGTH, Column.WAITED) else characters
        table.setColumnHidden(column, room < needed * character)
    table.setColumnHidden(Column.OTHERS, not both)
    for column, characters in WIDTHS.items():
        table.setColumnWidth(column, characters * character + 14)
        if not table.isColumnHidden(column):
            room -= characters * character + 14
    scores = max(0, room) // (3 if both else 2)
    table.setColumnWidth(Column.CLIENT, max(0, room) - scores * (2 if both else 1))
    for column in (Column.RATING, Column.OTHERS):
        table.setColumnWidth(column, scores)
