"""Who has given what of an assignment: a table, what to do about it, and one trainee."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QTableView, QVBoxLayout, QWidget

from trainer.app.composing import Written
from trainer.app.desk import Desk
from trainer.app.program import codes_told, reminder
from trainer.app.roster import COMPLETE, NOTHING, OVER, PARTLY, Roster, RosterLine
from trainer.app.whose import Sender, what_of
from trainer.gui.client_names import ClientNames
from trainer.gui.screens.program_again import GiveAgain
from trainer.gui.screens.program_table import RosterDelegate, RosterModel, share_width
from trainer.gui.screens.program_trainee import SenderLines, TraineeCard
from trainer.gui.screens.program_whose import WhoseForm
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.lines import dress, row_height

LEAST_ROWS = 6


class WhoSection(QWidget):
    """``take_in`` and ``failed(error)`` tell what is wanted, ``said(text)`` what was done.

    ``given_again(Written)``: the file of the assignment was written anew.
    """

    take_in = Signal()
    failed = Signal(object)
    said = Signal(str)
    given_again = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.roster: Roster | None = None
        self._wanted: Callable[[Roster], None] | None = None  # pressed before it was read
        self.model = RosterModel(self)
        self._lay_out()
        self._arrange()

    def begin(self) -> None:
        """Another assignment: everybody, without names, until it is read."""
        self.roster = self._wanted = None
        self.names.setChecked(False)
        self._choose(self.only, "all")
        self.search.clear()
        self._totals.clear()
        self.model.show_lines(())
        self.again.hide()
        self.whose.hide()
        self._aside.hide()

    def show_roster(self, found: Roster) -> None:
        """Show who has given what."""
        self.roster = found
        self._totals.setText(self._counted(found))
        self.remind.setEnabled(any(line.missing for line in found.lines))
        chosen = self._line()
        self.model.told = ClientNames(self._desk.library).told
        self.model.show_lines(found.lines)
        self._choose_again(chosen.code if chosen else "")
        self._aside.setVisible(bool(found.aside))
        self._aside_lines.show_senders(found.aside)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted(found)

    def escape(self) -> bool:
        """Leave what is open here; whether anything was."""
        if not self.whose.isHidden():
            self._not_whose()
        elif not self.again.isHidden():
            self._not_again()
        else:
            return False
        return True

    def copy_codes(self) -> None:
        """Put into the clipboard who has which code and form."""
        self._once_read(self._copy_codes)

    # What is shown

    def _counted(self, found: Roster) -> str:
        said = [
            self.tr("Trainees: {0}. All given: {1}, a part: {2}, nothing yet: {3}.").format(
                len(found.lines), found.count(COMPLETE), found.count(PARTLY), found.count(NOTHING)
            )
        ]
        if over := found.count(OVER):
            said.append(self.tr("Interrupted, no more comes: {0}.").format(over))
        if found.late:
            said.append(self.tr("Late: {0}.").format(found.late))
        if found.unsure:
            said.append(self.tr("Clock not sure: {0}.").format(found.unsure))
        if found.troubled:
            said.append(self.tr("To be looked at: {0}.").format(found.troubled))
        return " ".join(said)

    def _arrange(self) -> None:
        chosen = self._line()
        named = self.names.isChecked()
        self.search.setPlaceholderText(
            self.tr("Find a code or a name") if named else self.tr("Find a code")
        )
        self.model.arrange(
            only=self.only.currentData(), sort=self.sort.currentData(),
            text=self.search.text().strip(), named=named,
        )  # fmt: skip
        self._choose_again(chosen.code if chosen else "")

    def _choose_again(self, code: str) -> None:
        row = max(0, self.model.row_of(code))
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._show_line()
        self._nobody.setVisible(self.roster is not None and not self.model.rowCount())

    def _line(self) -> RosterLine | None:
        return self.model.line(self.table.currentIndex().row())

    def _show_line(self) -> None:
        line = self._line()
        self.trainee.setVisible(line is not None)
        if line is not None and self.roster is not None:
            senders = self.roster.of(line.code)
            named = self.names.isChecked()
            self.trainee.show_line(line, senders, self._desk.library, named=named)

    # What is done

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(told)

    def _once_read(self, do: Callable[[Roster], None]) -> None:
        """Now, or when it is read who they are: what was pressed is done."""
        if self.roster is not None:
            do(self.roster)
        else:
            self._wanted = do

    def _copy_codes(self, found: Roster) -> None:
        named = self.names.isChecked()
        text = (
            self.tr("Codes, forms and names are in the clipboard")
            if named
            else self.tr("Codes and forms are in the clipboard; 'Show names' adds names")
        )
        self._copy(codes_told(found, named=named), text)

    def _copy_reminder(self, found: Roster) -> None:
        if self.remind.isEnabled():  # else nobody lacks anything, which was not known yet
            self._copy(reminder(found), self.tr(
                "A message for those of whom something is missing is in the clipboard, by code"
            ))  # fmt: skip

    def _give_again(self, found: Roster) -> None:
        self.again.ask(found.assignment)

    def _not_again(self) -> None:
        self.again.hide()
        self._again_button.setFocus()

    def _decided(self, _of: object) -> None:
        self._not_whose()
        self.said.emit(self.tr("It is decided, and put on record"))

    def _not_whose(self) -> None:
        self.whose.hide()
        self.table.setFocus()

    def done_again(self, written: Written) -> None:
        """It is given out again."""
        if self.again.is_of(written.assignment_id):  # else it is asked about another by now
            self.again.hide()
        self.given_again.emit(written)

    # Looks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() is QEvent.Type.Resize:
            share_width(self.table, self.model)
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self._totals = plain("")
        self._nobody = quiet(self.tr("Nobody is like that."))
        self._nobody.hide()
        self.trainee = TraineeCard(self._desk)
        self.trainee.failed.connect(self.failed)
        self.trainee.hide()
        self._aside, self._aside_lines = Card(self.tr("Set aside")), SenderLines()
        self._aside.add(self._aside_lines)
        self._aside.hide()
        for place in (self.trainee, self._aside_lines):
            place.doubted.connect(self._ask_whose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (
            self._totals, self._make_actions(), self._make_again(), self._make_whose(),
            self._make_filter(), self._nobody,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addWidget(self._make_table(), 1)
        for widget in (self.trainee, self._aside):
            column.addWidget(widget)

    def _make_actions(self) -> QWidget:
        take_in = LongButton(self.tr("Take files in …"))
        take_in.setProperty("primary", True)
        take_in.clicked.connect(self.take_in)
        self.remind = LongButton(self.tr("Copy a message for those missing"))
        self.remind.clicked.connect(lambda: self._once_read(self._copy_reminder))
        self._again_button = LongButton(self.tr("Give out again …"))
        self._again_button.clicked.connect(lambda: self._once_read(self._give_again))
        self.codes = LongButton(self.tr("Copy who has which code"))
        self.codes.clicked.connect(self.copy_codes)
        return in_a_row(take_in, self.remind, self._again_button, self.codes)

    def _make_again(self) -> GiveAgain:
        self.again = GiveAgain(self._desk)
        self.again.closed.connect(self._not_again)
        self.again.done.connect(self.done_again)
        self.again.failed.connect(self.failed)
        return self.again

    def _make_whose(self) -> WhoseForm:
        self.whose = WhoseForm(self._desk)
        self.whose.closed.connect(self._not_whose)
        self.whose.decided.connect(self._decided)
        self.whose.failed.connect(self.failed)
        return self.whose

    def _ask_whose(self, of: Sender) -> None:
        self.whose.ask(of, f"{what_of(of)}.")

    def _make_filter(self) -> QWidget:
        self.only, self.sort = Choice(), Choice()
        self.only.setAccessibleName(self.tr("Show"))
        for key, text in (
            ("all", self.tr("Everybody")), ("missing", self.tr("Something is missing")),
            ("nothing", self.tr("Nothing yet")), ("complete", self.tr("All given")),
            ("late", self.tr("Late")), ("odd", self.tr("To be looked at")),
        ):  # fmt: skip
            self.only.addItem(text, key)
        self.sort.setAccessibleName(self.tr("Sorted by"))
        for key, text in (
            ("named", self.tr("As they were named")), ("code", self.tr("By code")),
            ("missing", self.tr("Who has given least")), ("last", self.tr("Newest file")),
        ):  # fmt: skip
            self.sort.addItem(text, key)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Find"))
        self.search.setMinimumWidth(self.fontMetrics().averageCharWidth() * 22)
        self.search.textChanged.connect(lambda _text: self._arrange())
        for choice in (self.only, self.sort):
            choice.currentIndexChanged.connect(lambda _index: self._arrange())
        self.names = LongButton(self.tr("Show names"))
        self.names.setCheckable(True)
        self.names.toggled.connect(lambda _on: self._arrange())
        return in_a_row(self.only, self.sort, self.search, self.names)

    def _make_table(self) -> QTableView:
        self.table = table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(RosterDelegate(table))
        dress(table, self.tr("Trainees"))
        self.model.modelReset.connect(lambda: share_width(table, self.model))
        table.setMinimumHeight(row_height(table) * (LEAST_ROWS + 1))
        table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_line())
        table.viewport().installEventFilter(self)
        return table

    def _choose(self, box: Choice, key: str) -> None:
        box.setCurrentIndex(max(0, box.findData(key)))
