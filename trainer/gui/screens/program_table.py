"""Who has given what, as a table that stays quick with thousands of trainees."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from trainer.app.roster import COMPLETE, NOTHING, OVER, PARTLY, RosterLine
from trainer.gui import theme
from trainer.gui.widgets.lines import PAD, Index, LineDelegate
from trainer.gui.widgets.times import day

LINE_ROLE = int(Qt.ItemDataRole.UserRole)
MOST_DOTS = 16


class Column(IntEnum):
    """What stands where."""

    WHO = 0
    FORM = 1
    GIVEN = 2
    STATE = 3
    LAST = 4
    NOTE = 5


WIDTHS = {  # in characters; the rest of the room goes to who it is and to the note
    Column.FORM: 7, Column.GIVEN: 12, Column.STATE: 17, Column.LAST: 14,
}  # fmt: skip
ROOM_FOR = {  # else it is left out
    Column.LAST: 98, Column.NOTE: 86, Column.FORM: 54, Column.STATE: 40,
}  # fmt: skip
LEAST_NOTE = 26
A_DOT = 1.2  # characters

FILTERS: dict[str, Callable[[RosterLine], bool]] = {
    "all": lambda line: True,  # noqa: ARG005 - whichever
    "missing": lambda line: bool(line.missing),
    "nothing": lambda line: line.state == NOTHING,
    "complete": lambda line: line.state == COMPLETE,
    "late": lambda line: line.late,
    "odd": lambda line: bool(line.problems),
}
SORTS: dict[str, Callable[[RosterLine], object]] = {
    "named": lambda line: 0,  # noqa: ARG005 - as they stand
    "code": lambda line: line.code.casefold(),
    "missing": lambda line: (line.answered / max(1, len(line.asked)), line.code.casefold()),
    "last": lambda line: -(line.last.timestamp() if line.last else 0.0),
}


class RosterModel(QAbstractTableModel):
    """The lines that fit a filter, sorted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every: tuple[RosterLine, ...] = ()
        self._lines: list[RosterLine] = []
        self._filter, self._sort, self._text = "all", "named", ""
        self.named = False
        self.told: Callable[[str], str] = str  # sentences as they are shown
        self.most_clients = 0
        self.longest_name = ""

    def show_lines(self, lines: tuple[RosterLine, ...]) -> None:
        """Show these trainees."""
        self._every = lines
        self._arrange()

    def arrange(self, *, only: str, sort: str, text: str, named: bool) -> None:
        """Show those who fit, in this order; ``named``: with names, which the text finds too."""
        self._filter, self._sort, self._text, self.named = only, sort, text.casefold(), named
        self._arrange()

    def line(self, row: int) -> RosterLine | None:
        """The trainee in a row, or None."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, code: str) -> int:
        """The row of a trainee, or -1."""
        return next((i for i, line in enumerate(self._lines) if line.code == code), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (
            self.tr("Code and name") if self.named else self.tr("Code"), self.tr("Form"),
            self.tr("Given"), self.tr("State"), self.tr("Last file"), self.tr("Notes"),
        )[section]  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if role in (*shown, Qt.ItemDataRole.ToolTipRole):
            return self.text(line, Column(index.column()))
        return None

    def text(self, line: RosterLine, column: Column) -> str:
        """What a cell says."""
        match column:
            case Column.WHO:
                return f"{line.code} · {line.name}" if self.named and line.name else line.code
            case Column.FORM:
                return line.form
            case Column.GIVEN:
                return self.tr("{0} of {1}").format(line.answered, len(line.asked))
            case Column.STATE:
                return self._state(line)
            case Column.LAST:
                return day(line.last.astimezone()) if line.last else ""
            case Column.NOTE:
                return self.told("; ".join((*line.problems, *line.decided)))

    def _state(self, line: RosterLine) -> str:
        state = {
            COMPLETE: self.tr("all given"), PARTLY: self.tr("a part"),
            NOTHING: self.tr("nothing yet"), OVER: self.tr("interrupted"),
        }[line.state]  # fmt: skip
        if line.late:
            return self.tr("{0}, late").format(state)
        return self.tr("{0}, late?").format(state) if line.unsure else state

    def _arrange(self) -> None:
        fits, key = FILTERS[self._filter], SORTS[self._sort]
        self.beginResetModel()
        found = [line for line in self._every if fits(line) and self._has_text(line)]
        self._lines = sorted(found, key=key)  # type: ignore[arg-type]  # each of one kind
        self.most_clients = max((len(line.given) for line in self._lines), default=0)
        names = (self.text(line, Column.WHO) for line in self._lines)
        self.longest_name = max(names, key=len, default="")
        self.endResetModel()

    def _has_text(self, line: RosterLine) -> bool:
        named = line.name.casefold() if self.named else ""
        return self._text in line.code.casefold() or bool(named and self._text in named)


class RosterDelegate(LineDelegate):
    """Draws a dot for each client, full where there is a response, before how many there are."""

    def quiet(self, index: Index) -> bool:
        line, column = index.data(LINE_ROLE), Column(index.column())
        nothing = isinstance(line, RosterLine) and line.state == NOTHING
        return column in (Column.LAST, Column.FORM) or (column is Column.STATE and nothing)

    def before(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> int:
        line = index.data(LINE_ROLE)
        if not isinstance(line, RosterLine) or Column(index.column()) is not Column.GIVEN:
            return 0
        return self._dots(painter, option, line) if len(line.given) <= MOST_DOTS else 0

    def _dots(self, painter: QPainter, option: QStyleOptionViewItem, line: RosterLine) -> int:
        colours = theme.current()
        room = option.rect.width() - PAD - option.fontMetrics.horizontalAdvance("16 of 16 ")
        side = option.fontMetrics.height() * 0.5
        step = min(side * 1.45, room / max(1, len(line.given)))
        if step < side * 0.9:
            return 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent), 1.4))
        for at, count in enumerate(line.given):
            painter.setBrush(QColor(colours.accent) if count else Qt.BrushStyle.NoBrush)
            x = option.rect.left() + PAD + at * step
            painter.drawEllipse(
                round(x), round(option.rect.center().y() - side / 2), round(side), round(side)
            )
        return round(step * len(line.given) + side * 0.6)


def share_width(table: QTableView, model: RosterModel) -> None:
    """Share out the width; what is least needed goes first when it is small.

    Who it is has what the longest name needs, as far as a note beside it keeps some room.
    """
    metrics = table.fontMetrics()
    character, room = metrics.averageCharWidth(), table.viewport().width()
    for column in Column:
        hidden = room < ROOM_FOR.get(column, 0) * character
        table.setColumnHidden(column, hidden)
    for column, characters in WIDTHS.items():
        dots = min(model.most_clients, MOST_DOTS) * A_DOT if column is Column.GIVEN else 0
        # A name that is cut to a few letters says nothing; fewer dots, or none, say as much.
        width = min(round((characters + dots) * character) + 14, room // 3)
        table.setColumnWidth(column, width)
        if not table.isColumnHidden(column):
            room -= width
    noted = not table.isColumnHidden(Column.NOTE)
    needed = metrics.horizontalAdvance(model.longest_name) + 3 * PAD
    most = room - LEAST_NOTE * character if noted else room
    who = max(60, min(max(needed, room // 2), most)) if noted else max(60, room)
    table.setColumnWidth(Column.WHO, who)
    table.setColumnWidth(Column.NOTE, max(60, room - who))
