"""Choosing clients for the forms of an assignment: by hand, or proposed as balanced."""

from enum import IntEnum
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from trainer.app.desk import Desk
from trainer.app.forms import LETTERS, LONG, MIDDLE, SHORT, Filter, balance_told, clients
from trainer.domain.errors import KnownError
from trainer.domain.forms import length_s, propose
from trainer.domain.moments import clock
from trainer.domain.vignette import LEVELS, MARKERS, RUPTURES, Vignette
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.lines import LEFT, RIGHT, Index, LineDelegate, dress, row_height

Forms = tuple[tuple[str, ...], ...]
MOST_FORMS = 4
SIZES = (2, 3, 4, 5, 6, 8, 9, 10, 12)
ROWS = 8


class Column(IntEnum):
    """What stands where."""

    FORM = 0
    CLIENT = 1
    LEVEL = 2
    RUPTURE = 3
    LENGTH = 4
    MARKERS = 5


WIDTHS = {
    Column.FORM: 7, Column.CLIENT: 30, Column.LEVEL: 14, Column.RUPTURE: 15, Column.LENGTH: 8,
}  # fmt: skip
ROOM_FOR = {Column.MARKERS: 96, Column.RUPTURE: 72, Column.LENGTH: 72, Column.LEVEL: 48}


class ClientModel(QAbstractTableModel):
    """The clients that fit a filter, each with the forms it is in."""

    def __init__(self, every: tuple[Vignette, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every = every
        self.clients = list(every)
        self.forms: Forms = ((),)

    def filter(self, by: Filter) -> None:
        """Show only those who fit."""
        self.beginResetModel()
        self.clients = [one for one in self._every if by.fits(one)]
        self.endResetModel()

    def put(self, forms: Forms) -> None:
        """Show who is in which form."""
        self.forms = forms
        if self.clients:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.clients) - 1, 0))

    def letters(self, client: str) -> str:
        """The forms that a client is in."""
        return "".join(n for n, form in zip(LETTERS, self.forms, strict=False) if client in form)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.clients)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section == Column.LENGTH else LEFT
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (
            self.tr("Form"), self.tr("Client"), self.tr("Level"), self.tr("Rupture"),
            self.tr("Speaks"), self.tr("Markers"),
        )[section]  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.clients):
            return None
        one = self.clients[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() == Column.LENGTH else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.context
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        match Column(index.column()):
            case Column.FORM:
                return self.letters(one.id) or "–"
            case Column.CLIENT:
                return f"{one.client.name} · {one.title}"
            case Column.LEVEL:
                return self.tr(one.tags.level)
            case Column.RUPTURE:
                return self.tr(one.tags.rupture)
            case Column.LENGTH:
                return clock(length_s(one))
            case Column.MARKERS:
                return ", ".join(self.tr(name).replace("-", " ") for name in one.tags.markers)


class ClientPicker(QWidget):
    """``chosen`` comes whenever the forms are others; a letter puts a client in its form."""

    chosen = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._clients = {one.id: one for one in clients(desk.library)}
        self.model = ClientModel(tuple(self._clients.values()), self)
        self._into: list[QPushButton] = []
        self._lay_out()
        self._show()

    @property
    def forms(self) -> Forms:
        """The clients (ids) of each form, in the order in which they come."""
        return self.model.forms

    def set_forms(self, forms: Forms) -> None:
        """Show these."""
        self.count.blockSignals(True)
        self.count.setCurrentIndex(max(0, self.count.findData(len(forms))))
        self.count.blockSignals(False)
        self.model.put(forms)
        self._show()

    def turn(self, form: int) -> None:
        """Put the client of the chosen row in a form, as its last, or take it out of it."""
        row = self.table.currentIndex().row()
        if not 0 <= row < len(self.model.clients) or form >= len(self.forms):
            return
        client = self.model.clients[row].id
        forms = [
            tuple(one for one in each if one != client) if at == form and client in each
            else (*each, client) if at == form
            else each
            for at, each in enumerate(self.forms)
        ]  # fmt: skip
        self._set(tuple(forms))

    def empty(self) -> None:
        """Take all clients out."""
        self._set(((),) * len(self.forms))

    def propose(self) -> None:
        """Fill the forms with clients of the list, as balanced as can be."""
        pool, count, size = list(self.model.clients), len(self.forms), self.each.currentData()
        self._desk.runner.background(
            lambda _cancel: propose(pool, count, size),
            lambda found: self._set(tuple(tuple(one.id for one in form) for form in found)),
            self._cannot, alive=alive(self),
        )  # fmt: skip

    # Inside

    def _cannot(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._told.setText(f"{error.text}. {error.hint}")
            self._told.show()
        else:
            self.failed.emit(error)

    def _set(self, forms: Forms) -> None:
        self.model.put(forms)
        self._show()
        self.chosen.emit()

    def _show(self) -> None:
        forms = {
            name: [self._clients[one] for one in form if one in self._clients]
            for name, form in zip(LETTERS, self.forms, strict=False)
        }
        lines = []
        for name, form in forms.items():
            who = ", ".join(one.client.name for one in form) or self.tr("nobody yet")
            spoken = clock(sum(map(length_s, form)))
            line = self.tr("{0} ({1} speaking): {2}") if form else self.tr("{0}: {2}")
            lines.append(line.format(name, spoken, who))
        self._lists.setText("\n".join(lines))
        told = balance_told(forms)
        self._told.setText("\n".join(told))
        self._told.setVisible(bool(told))
        for at, button in enumerate(self._into):
            button.setVisible(at < len(forms))
        self.clear.setEnabled(any(forms.values()))

    def _forms_wanted(self) -> None:
        count = int(self.count.currentData())
        self._set((*self.forms[:count], *((),) * (count - len(self.forms))))

    def _filter(self) -> None:
        self.model.filter(
            Filter(*(str(box.currentData()) for box in self._filters))  # in its order
        )
        if self.model.clients:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._none.setVisible(not self.model.clients)

    # Looks and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() is QEvent.Type.Resize:
            self._fit()
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            letter = event.text().upper()
            if letter and letter in LETTERS[: len(self.forms)]:
                self.turn(LETTERS.index(letter))
                return True
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        character, room = self.fontMetrics().averageCharWidth(), self.table.viewport().width()
        for column, characters in ROOM_FOR.items():
            self.table.setColumnHidden(column, room < characters * character)
        left = room
        for column, characters in WIDTHS.items():
            if column is not Column.CLIENT and not self.table.isColumnHidden(column):
                self.table.setColumnWidth(column, characters * character)
                left -= characters * character
        both = not self.table.isColumnHidden(Column.MARKERS)
        client = max(left // 2, WIDTHS[Column.CLIENT] * character) if both else left
        self.table.setColumnWidth(Column.CLIENT, client)
        self.table.setColumnWidth(Column.MARKERS, max(0, left - client))

    def _lay_out(self) -> None:
        self._none = quiet(self.tr("No client is like that."))
        self._none.hide()
        self._lists, self._told = plain(""), quiet("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (
            self._make_proposing(), self._make_filters(), self._none, self._make_table(),
            self._make_buttons(), self._lists, self._told,
        ):  # fmt: skip
            column.addWidget(widget)

    def _make_proposing(self) -> QWidget:
        self.count, self.each = Choice(), Choice()
        self.count.setAccessibleName(self.tr("How many forms"))
        for count in range(1, MOST_FORMS + 1):
            text = (
                self.tr("One form, the same for all")
                if count == 1
                else self.tr("{0} forms, drawn by chance").format(count)
            )
            self.count.addItem(text, count)
        self.count.currentIndexChanged.connect(lambda _index: self._forms_wanted())
        self.each.setAccessibleName(self.tr("How many clients in each"))
        for size in SIZES:
            self.each.addItem(self.tr("of {0} clients").format(size), size)
        self.each.setCurrentIndex(SIZES.index(4))
        button = LongButton(self.tr("Propose"))
        button.setAccessibleName(self.tr("Propose forms that are alike"))
        button.setToolTip(self.tr(
            "From the clients in the list: levels, kinds of rupture, markers, quadrants and "
            "lengths as alike as can be"
        ))  # fmt: skip
        button.clicked.connect(self.propose)
        return in_a_row(self.count, self.each, button)

    def _make_filters(self) -> QWidget:
        self.level, self.rupture = Choice(), Choice()
        self.marker, self.length = Choice(), Choice()
        lengths = (
            (SHORT, self.tr("Under 45 s")), (MIDDLE, self.tr("45 s to 1 min")),
            (LONG, self.tr("Over 1 min")),
        )  # fmt: skip
        for box, name, every, values in (
            (self.level, self.tr("Level"), self.tr("All levels"), _same(LEVELS)),
            (self.rupture, self.tr("Rupture"), self.tr("All ruptures"), _same(RUPTURES)),
            (self.marker, self.tr("Marker"), self.tr("All markers"), _same(MARKERS)),
            (self.length, self.tr("Length"), self.tr("Any length"), lengths),
        ):
            box.setAccessibleName(name)
            box.addItem(every, "")
            for value, text in values:
                box.addItem(self.tr(text), value)
            box.currentIndexChanged.connect(lambda _index: self._filter())
        self._filters = (self.level, self.rupture, self.marker, self.length)
        return in_a_row(*self._filters)

    def _make_table(self) -> QTableView:
        self.table = table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(LineDelegate(table))
        dress(table, self.tr("Clients; a letter puts one in the form of that name"))
        rows = min(ROWS, max(3, len(self._clients)))
        table.setFixedHeight(row_height(table) * (rows + 1) + row_height(table) // 2)
        table.doubleClicked.connect(lambda _index: self.turn(0))
        table.installEventFilter(self)
        table.viewport().installEventFilter(self)
        if self.model.clients:
            table.setCurrentIndex(self.model.index(0, 0))
        return table

    def _make_buttons(self) -> QWidget:
        for at, letter in enumerate(LETTERS[:MOST_FORMS]):
            button = LongButton(self.tr("Into or out of {0}  ({0})").format(letter))
            button.clicked.connect(partial(self.turn, at))
            self._into.append(button)
        self.clear = LongButton(self.tr("Take all out"))
        self.clear.setProperty("flat", True)
        self.clear.clicked.connect(self.empty)
        return in_a_row(*self._into, self.clear)


def _same(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value.replace("-", " ").capitalize()) for value in values)
