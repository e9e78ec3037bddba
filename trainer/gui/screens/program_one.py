"""One assignment that was given out: who has given what, and what to do about it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from trainer.app.desk import Desk
from trainer.app.program import codes_told, reminder
from trainer.app.roster import COMPLETE, NOTHING, PARTLY, Roster, RosterLine, roster
from trainer.domain.assignment import REFUSED, TEST
from trainer.gui.jobs import alive
from trainer.gui.screens.program_again import GiveAgain
from trainer.gui.screens.program_table import RosterDelegate, RosterModel, share_width
from trainer.gui.screens.program_trainee import TraineeCard
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.lines import dress, row_height
from trainer.gui.widgets.times import moment

LEAST_ROWS = 6


class AssignmentPage(QScrollArea):
    """``back``, ``take_in`` and ``failed(error)`` tell what is wanted, ``said`` what was done."""

    back = Signal()
    take_in = Signal()
    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self._id = ""
        self.roster: Roster | None = None
        self.model = RosterModel(self)
        self._lay_out()
        self._arrange()

    def open(self, assignment_id: str, written: Path | None = None) -> None:
        """Show an assignment; ``written`` is its file, where it was made just now."""
        if assignment_id != self._id:
            self._id, self.roster = assignment_id, None
            self.names.setChecked(False)
            self._choose(self.only, "all")
            self.search.clear()
            self.model.show_lines(())
            self.again.hide()
        self._show_written(written)
        self.read()

    def read(self) -> None:
        """Read who has given what."""
        wanted = self._id
        self._desk.runner.database(
            lambda log: roster(log, wanted), self._have, self.failed.emit, alive=alive(self)
        )

    def focus(self) -> None:
        """Go to the table, or to what was just written."""
        (self.table if self._written.isHidden() else self._folder).setFocus()

    def escape(self) -> None:
        """Leave what is open on the page, else the page."""
        if self.again.isHidden():
            self.back.emit()
        else:
            self._not_again()

    # What is shown

    def _have(self, found: Roster) -> None:
        if found.assignment.id != self._id:
            return
        self.roster = found
        asked = found.assignment
        self._title.setText(asked.title)
        self._about.setText(self._told(found))
        self._totals.setText(self._counted(found))
        self.remind.setEnabled(found.count(COMPLETE) < len(found.lines))
        chosen = self._line()
        self.model.show_lines(found.lines)
        self._choose_again(chosen.code if chosen else "")

    def _told(self, found: Roster) -> str:
        asked = found.assignment
        due = self.tr("without a due date")
        if asked.due_at is not None:
            due = self.tr("due {0}").format(moment(asked.due_at.astimezone()))
            if asked.late == REFUSED:
                due = self.tr("{0}, not taken after that").format(due)
        forms = ", ".join(
            self.tr("form {0}: {1} clients").format(form.name, len(form.vignettes))
            for form in asked.forms
        )
        mode = self.tr("test") if asked.mode == TEST else self.tr("practice")
        return " · ".join(p for p in (asked.program, asked.occasion, mode, due, forms) if p)

    def _counted(self, found: Roster) -> str:
        said = [
            self.tr("{0} trainees: {1} have given all, {2} a part, {3} nothing yet.").format(
                len(found.lines), found.count(COMPLETE), found.count(PARTLY), found.count(NOTHING)
            )
        ]
        if found.late:
            said.append(self.tr("Late: {0}.").format(found.late))
        if found.troubled:
            said.append(self.tr("To be looked at: {0}.").format(found.troubled))
        return " ".join(said)

    def _show_written(self, path: Path | None) -> None:
        self._written.setVisible(path is not None)
        if path is not None:
            self._where.setText(self.tr("Written: {0}").format(path))
            self._folder.clicked.disconnect()
            self._folder.clicked.connect(
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
            )

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
        if line is not None:
            self.trainee.show_line(line, self._desk.library, named=self.names.isChecked())

    # What is done

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(told)

    def _copy_reminder(self) -> None:
        if self.roster is not None:
            self._copy(reminder(self.roster), self.tr(
                "A message for those of whom something is missing is in the clipboard, by code"
            ))  # fmt: skip

    def _copy_codes(self) -> None:
        if self.roster is not None:
            named = self.names.isChecked()
            text = (
                self.tr("Codes, forms and names are in the clipboard")
                if named
                else self.tr("Codes and forms are in the clipboard; 'Show names' adds names")
            )
            self._copy(codes_told(self.roster, named=named), text)

    def _give_again(self) -> None:
        if self.roster is not None:
            self.again.ask(self.roster.assignment)
            self.ensureWidgetVisible(self.again)

    def _not_again(self) -> None:
        self.again.hide()
        self._again_button.setFocus()

    def _given_again(self, path: Path) -> None:
        self.again.hide()
        self._show_written(path)
        self.read()
        self.focus()

    # Looks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() is QEvent.Type.Resize:
            share_width(self.table)
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        back = QPushButton(self.tr("← All assignments  (Esc)"))
        back.setProperty("flat", True)
        back.clicked.connect(self.back)
        self._title, self._about, self._totals = heading("", 1.5), quiet(""), plain("")
        self._nobody = quiet(self.tr("Nobody is like that."))
        self._nobody.hide()
        self.trainee = TraineeCard(self._desk)
        self.trainee.failed.connect(self.failed)
        self.trainee.hide()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 14, 28, 20)
        column.setSpacing(10)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (
            self._title, self._about, self._make_written(), self._totals, self._make_actions(),
            self._make_again(), self._make_filter(), self._nobody,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addWidget(self._make_table(), 1)
        column.addWidget(self.trainee)
        self.setWidget(page)

    def _make_written(self) -> Card:
        self._written = Card("")
        self._where = plain("")
        self._folder = QPushButton(self.tr("Open the folder"))
        self._folder.clicked.connect(lambda: None)
        codes = QPushButton(self.tr("Copy who has which code"))
        codes.clicked.connect(self._copy_codes)
        self._written.add(
            self._where,
            quiet(self.tr(
                "Send this one file to all trainees as you like: it names nobody and holds no "
                "recording. Tell each of them their own code, by itself. They take the file in "
                "under Today; what they send back only this computer opens."
            )),
            in_a_row(self._folder, codes),
        )  # fmt: skip
        self._written.hide()
        return self._written

    def _make_actions(self) -> QWidget:
        take_in = QPushButton(self.tr("Take files in …"))
        take_in.setProperty("primary", True)
        take_in.clicked.connect(self.take_in)
        self.remind = QPushButton(self.tr("Copy a message for those missing"))
        self.remind.clicked.connect(self._copy_reminder)
        self._again_button = QPushButton(self.tr("Give out again …"))
        self._again_button.clicked.connect(self._give_again)
        self.names = QPushButton(self.tr("Show names"))
        self.names.setCheckable(True)
        self.names.toggled.connect(lambda _on: self._arrange())
        return in_a_row(take_in, self.remind, self._again_button, self.names)

    def _make_again(self) -> GiveAgain:
        self.again = GiveAgain(self._desk)
        self.again.closed.connect(self._not_again)
        self.again.done.connect(self._given_again)
        self.again.failed.connect(self.failed)
        return self.again

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
        return in_a_row(self.only, self.sort, self.search)

    def _make_table(self) -> QTableView:
        self.table = table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(RosterDelegate(table))
        dress(table, self.tr("Trainees"))
        table.setMinimumHeight(row_height(table) * (LEAST_ROWS + 1))
        table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_line())
        table.viewport().installEventFilter(self)
        return table

    def _choose(self, box: Choice, key: str) -> None:
        box.setCurrentIndex(max(0, box.findData(key)))
