"""Files that come in: how far it is, and in the end a table of what became of each."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QProgressBar,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from trainer.app import arrivals
from trainer.app.arrivals import Arrived
from trainer.app.desk import Desk
from trainer.app.whose import HOW, InDoubt
from trainer.gui.client_names import ClientNames
from trainer.gui.screen import Teller
from trainer.gui.screens.program_whose import WhoseForm
from trainer.gui.widgets.cards import heading, in_a_row, plain, quiet
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.lines import PAD, Index, LineDelegate, dress, row_height


class Column(IntEnum):
    """What stands where."""

    WHOSE = 0
    STATE = 1
    FILE = 2
    WHAT = 3


ROOM_FOR = {Column.WHAT: 56, Column.FILE: 30}  # characters; with less it is left out
MOST_SHARE = {Column.WHOSE: 36, Column.STATE: 40, Column.FILE: 26, Column.WHAT: 100}  # per cent
LEAST_ROWS = 5


class ArrivedModel(QAbstractTableModel):
    """One row a file; those to be looked at first."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names = ClientNames(desk.library)
        self.files: list[Arrived] = []
        self._longest: dict[Column, str]  # worked out once: it is asked for with every other width
        self.show_files(())

    def show_files(self, arrived: Sequence[Arrived]) -> None:
        """Show what became of these."""
        first = [arrivals.REFUSED, arrivals.LATE, arrivals.TAKEN, arrivals.BEFORE]
        self._names = ClientNames(self._desk.library)
        self.beginResetModel()
        told = arrivals.to_tell(arrived)
        self.files = sorted(told, key=lambda one: first.index(arrivals.state(one)))
        self._longest = {column: self._longest_of(column) for column in Column}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.files)

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
            self.tr("Whose"), self.tr("State"), self.tr("File"), self.tr("What became of it"),
        )[section]  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.files):
            return None
        one, roles = self.files[index.row()], Qt.ItemDataRole
        if role in (roles.ToolTipRole, roles.AccessibleDescriptionRole):
            return self.told(one)
        if role in (roles.DisplayRole, roles.AccessibleTextRole):
            return self.text(one, Column(index.column()))
        return None

    def told(self, one: Arrived) -> str:
        """All that is known of a file, also what has no room in its row."""
        whose, what = arrivals.whose(one), self.text(one, Column.WHAT).removesuffix(".")
        state = "; ".join(part for part in (whose, self.text(one, Column.STATE)) if part)
        return f"{one.path.name}: {state}. {what[:1].upper()}{what[1:]}."

    def states(self) -> dict[str, str]:
        """The words for what can become of a file."""
        return {
            arrivals.TAKEN: self.tr("taken in"), arrivals.LATE: self.tr("taken in, late"),
            arrivals.BEFORE: self.tr("here before"), arrivals.REFUSED: self.tr("refused"),
        }  # fmt: skip

    def longest(self, column: Column) -> str:
        """The longest text of a column, its title among them."""
        return self._longest[column]

    def _longest_of(self, column: Column) -> str:
        title = str(self.headerData(column, Qt.Orientation.Horizontal))
        return max((title, *(self.text(one, column) for one in self.files)), key=len)

    def text(self, one: Arrived, column: Column) -> str:
        """What a cell says."""
        match column:
            case Column.FILE:
                return one.path.name
            case Column.STATE:
                return self.states()[arrivals.state(one)]
            case Column.WHOSE:
                return arrivals.whose(one) or ("–" if one.refused else "")
            case Column.WHAT:
                # How it is said whose a file is stands on the button below.
                return self._what(one).removesuffix(HOW).strip()

    def as_table(self) -> str:
        """All of it, for the clipboard."""
        return arrivals.as_table(self.files, self._what)

    def _what(self, one: Arrived) -> str:
        """Clients by name, and the file as it is called."""
        name, said = one.path.name, arrivals.what(one)
        return name.join(map(self._names.told, said.split(name) if name else [said]))


class ArrivedDelegate(LineDelegate):
    """Two lines a cell; of a file's name that has no room in them, both ends: what it is called
    is first, and its code last.
    """

    lines = 2

    def quiet(self, index: Index) -> bool:
        return index.column() == Column.FILE

    def elide(self, index: Index) -> Qt.TextElideMode:
        middle = index.column() == Column.FILE
        return Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight


def _is_of(one: Arrived, of: InDoubt) -> bool:
    """Whether a file waits for what was decided of this sender."""
    refused = one.refused
    return isinstance(refused, InDoubt) and (
        (refused.person_id, refused.signed_by) == (of.person_id, of.signed_by)
    )


class ArrivedPage(Teller):
    """``closed`` when it is to be left; ``stopped`` when no more are to be taken in."""

    closed = Signal()
    stopped = Signal()
    failed = Signal(object)
    again = Signal(object)  # files that waited for a decision, which was taken
    look_again = Signal()  # what was decided of lies in the shared place

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.busy = False
        self._told: tuple[Arrived, ...] = ()  # all that came since it was begun anew
        self.model = ArrivedModel(desk, self)
        self._lay_out()
        key_of(self, "Esc", self._escape)

    def begin_anew(self) -> None:
        """What stands here was read: what comes next is told alone."""
        self._told = ()

    def expect(self) -> None:
        if not self.busy:
            self.busy = True
            self.model.show_files(())
            self._show_busy(self.tr("Looking which files there are …"))

    def go_on(self, text: str, done: int, whole: int) -> None:
        if self._cancel.isEnabled():
            self._say.setText(text)
        self._bar.setValue(1000 * done // whole if whole else 0)

    def tell(self, every: Sequence[Arrived], left: int) -> None:
        self.busy = False
        # What came just before is not lost from sight; what came again is told as it is now.
        none = not every and not left
        now = {one.path for one in every}
        every = (*every, *(one for one in self._told if one.path not in now))
        self._told = every
        self.model.show_files(every)
        found = arrivals.counts(every)
        said = self.tr("Taken in: {0}. Here before: {1}. Refused: {2}.").format(
            found[arrivals.TAKEN] + found[arrivals.LATE], found[arrivals.BEFORE],
            found[arrivals.REFUSED],
        )  # fmt: skip
        if found[arrivals.LATE]:
            said += " " + self.tr("Late: {0}.").format(found[arrivals.LATE])
        if found[arrivals.PASSED]:
            said += " " + self.tr("Not for this computer: {0}.").format(found[arrivals.PASSED])
        if waiting := sum(isinstance(one.refused, InDoubt) for one in every):
            said += " " + self.tr(
                "Waiting for you to say whose it is: {0}; nothing of it is kept here until you do."
            ).format(waiting)
        if left > 0:
            said += " " + self.tr("Not looked at, since it was stopped: {0}.").format(left)
        self._say.setText(self.tr("There is no Attune file there.") if none else said)
        self._turn(busy=False)
        told = bool(self.model.files)
        self.table.setVisible(told)
        self._copy.setEnabled(told)
        self._fit()
        if self.isVisible():
            (self.table if told else self._close).setFocus()
        if told:
            self.table.setCurrentIndex(self.model.index(0, 0))

    # What the program has to decide

    def _doubt(self) -> InDoubt | None:
        """Why the chosen file waits for a decision; None: it does not."""
        row = self.table.currentIndex().row()
        one = self.model.files[row] if 0 <= row < len(self.model.files) else None
        return one.refused if one is not None and isinstance(one.refused, InDoubt) else None

    def _ask_whose(self) -> None:
        doubt, row = self._doubt(), self.table.currentIndex().row()
        if doubt is not None:
            self._open_form(opened=True)
            self.whose.ask(doubt, doubt.in_short(self.model.files[row].path.name))

    def _open_form(self, *, opened: bool) -> None:
        """It takes the place of the table."""
        self.whose.setVisible(opened)
        for part in (self.table, self._chosen, self._say_whose, self._foot):
            part.setVisible(not opened)

    def _decided(self, of: InDoubt) -> None:
        """Take in what waited for that, of whichever file it is."""
        waited = [one for one in self.model.files if _is_of(one, of)]
        paths = [one.path for one in waited]
        self._not_whose()
        if all(path.is_file() for path in paths):
            self.again.emit(paths)
        else:
            self.look_again.emit()

    def _not_whose(self) -> None:
        self.whose.hide()
        self._open_form(opened=False)
        self.table.setFocus()

    # Inside

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._say.setText(self.tr("Stopping …"))
        self.stopped.emit()

    def _show_busy(self, text: str) -> None:
        self._bar.setValue(0)
        self._say.setText(text)
        self._turn(busy=True)
        self._cancel.setFocus()

    def _turn(self, *, busy: bool) -> None:
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._cancel.setEnabled(busy)
        self._foot.setVisible(not busy)
        if busy:
            for part in (self.table, self._chosen, self._say_whose, self.whose):
                part.hide()

    def _escape(self) -> None:
        if self.busy:
            self._stop()
        elif not self.whose.isHidden():
            self._not_whose()
        else:
            self.closed.emit()

    def _show_chosen(self) -> None:
        row = self.table.currentIndex().row()
        one = self.model.files[row] if 0 <= row < len(self.model.files) else None
        self._chosen.setVisible(one is not None)
        self._say_whose.setVisible(self._doubt() is not None)
        if one is not None:
            self._chosen.setText(self.model.told(one))

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.model.as_table())

    # Looks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() is QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Share out the width: whose it is and its state are seen in any; what has no room is told
        below, of the file that is chosen.
        """
        metrics, room = self.fontMetrics(), self.table.viewport().width()
        for column, characters in ROOM_FOR.items():
            hidden = room < characters * metrics.averageCharWidth()
            self.table.setColumnHidden(column, hidden)
        texts = {column: self.model.longest(column) for column in Column}
        texts[Column.STATE] = max(self.model.states().values(), key=len)
        shown = [column for column in Column if not self.table.isColumnHidden(column)]
        needed = {  # the longest in letters is not always the widest
            column: round(1.1 * metrics.horizontalAdvance(texts[column])) + 3 * PAD
            for column in shown
        }  # fmt: skip
        widths = {column: min(needed[column], room * MOST_SHARE[column] // 100) for column in shown}
        last = shown[-1] if Column.FILE in shown else Column.WHOSE
        widths[last] += room - sum(widths.values())
        for column, width in widths.items():
            self.table.setColumnWidth(column, width)
        two = any(widths[column] < needed[column] for column in shown)
        lines = metrics.lineSpacing() if two else 0
        self.table.verticalHeader().setDefaultSectionSize(row_height(self.table) + lines)

    def _lay_out(self) -> None:
        self._say = plain("")
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._cancel = LongButton(self.tr("Stop  (Esc)"))
        self._cancel.clicked.connect(self._stop)
        self._close = LongButton(self.tr("Done  (Esc)"))
        self._close.setProperty("primary", True)
        self._close.clicked.connect(self.closed)
        self._copy = LongButton(self.tr("Copy this table"))
        self._copy.clicked.connect(self._copy_all)
        self._chosen = plain("")
        self._say_whose = LongButton(self.tr("Say whose it is …"))
        self._say_whose.clicked.connect(self._ask_whose)
        self._say_whose.hide()
        self.whose = WhoseForm(self._desk)
        self.whose.closed.connect(self._not_whose)
        self.whose.decided.connect(self._decided)
        self.whose.failed.connect(self.failed)
        self.whose.hide()
        # As high for each file, mostly: the table above is not to grow and shrink under the keys.
        self._chosen.setMinimumHeight(2 * self._chosen.fontMetrics().lineSpacing())
        self._chosen.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._foot = in_a_row(self._close, self._copy)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(12)
        column.addWidget(heading(self.tr("Files that came"), 1.5))
        for widget in (self._say, self._bar):
            column.addWidget(widget)
        column.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._make_table(), 1)
        column.addWidget(self._chosen)
        column.addWidget(self._say_whose, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.whose)
        column.addWidget(self._foot)
        column.addWidget(quiet(self.tr("The files themselves stay where they are.")))
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _make_table(self) -> QTableView:
        self.table = table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(ArrivedDelegate(table))
        dress(table, self.tr("What became of each file"))
        table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_chosen())
        table.setMinimumHeight(row_height(table) * (LEAST_ROWS + 1))
        table.viewport().installEventFilter(self)
        return table
