"""One assignment that was given out: who has given what, its raters, its scores."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from trainer.app.composing import Written
from trainer.app.desk import Desk
from trainer.app.roster import Roster, roster
from trainer.domain.assignment import REFUSED, TEST
from trainer.domain.counted import by_count
from trainer.gui.jobs import alive
from trainer.gui.screens.program_who import WhoSection
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import Card, heading, in_a_row, isolated, plain, quiet
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.screens.program_raters import RatersSection
    from trainer.gui.screens.program_scores import ScoresSection

WHO, RATERS, SCORES = range(3)


class AssignmentPage(QScrollArea):
    """``back``, ``take_in``, ``report_wanted(Cohort)`` and ``failed(error)`` tell what is wanted,
    ``said`` what was done.
    """

    back = Signal()
    take_in = Signal()
    failed = Signal(object)
    said = Signal(str)
    report_wanted = Signal(object)
    again_to_place = Signal(object)  # screens.program_again.Again
    to_place = Signal(object)  # gui.shared_place.Several
    decide = Signal(str)  # whose the files are that wait for that, of this assignment

    def __init__(self, desk: Desk) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self._id = ""
        self.who = WhoSection(desk)
        self._tabs: list[QPushButton] = []
        self._chosen = 0
        self._lay_out()
        self.who.take_in.connect(self.take_in)
        self.who.said.connect(self.said)
        self.who.failed.connect(self.failed)
        self.who.given_again.connect(self._given_again)
        self.who.again.to_place.connect(self.again_to_place)

    # Sections, each made when it is first wanted

    @cached_property
    def raters(self) -> "RatersSection":
        """Who rates it."""
        from trainer.gui.screens.program_raters import RatersSection

        section = RatersSection(self._desk)
        section.failed.connect(self.failed)
        section.said.connect(self.said)
        section.to_place.connect(self.to_place)
        self._column.addWidget(section, 1)
        return section

    @cached_property
    def scores(self) -> "ScoresSection":
        """What was given."""
        from trainer.gui.screens.program_scores import ScoresSection

        section = ScoresSection(self._desk)
        section.failed.connect(self.failed)
        section.said.connect(self.said)
        section.report_wanted.connect(self.report_wanted)
        self._column.addWidget(section, 1)
        return section

    def open(self, assignment_id: str, written: Written | None = None) -> None:
        """Show an assignment; ``written`` is its file, where it was made just now."""
        if assignment_id != self._id:
            self._id = assignment_id
            self._title.clear()  # of the one before
            self._about.clear()
            self.who.begin()
            self._wait.begin()
            self._turn_to(WHO)
        self._show_written(written)
        self.read()

    def read(self) -> None:
        """Read what is shown of it."""
        wanted = self._id
        self._desk.runner.database(
            lambda log: roster(log, wanted), self._have, self._cannot, alive=alive(self)
        )
        if self._chosen == RATERS:
            self.raters.open(wanted)
        elif self._chosen == SCORES:
            self.scores.open(wanted)

    def show_section(self, number: int) -> None:
        """Show one of the sections."""
        self._turn_to(number)
        if self._id:
            self.read()

    def show_waiting(self, names: Sequence[str]) -> None:
        """Files that came and were not taken in, since it is to be said whose they are."""
        self._waiting.setVisible(bool(names))
        self._waits.setText(
            self.tr("Waiting for you to say whose it is, and not taken in: {0}").format(
                ", ".join(map(isolated, names))
            )
        )

    @property
    def shown_id(self) -> str:
        """Of the assignment that is shown."""
        return self._id

    def leave(self) -> None:
        """Keep the last key of what was typed."""
        if "raters" in vars(self):
            self.raters.leave()

    def put_by(self) -> None:
        """What was written is told no more: files come back for it."""
        self._show_written(None)

    def focus(self) -> None:
        """Go to the table, or to what was just written."""
        if self._written.isHidden():
            (self.who.table if self._chosen == WHO else self._tabs[self._chosen]).setFocus()
        else:
            (self._codes if self._folder.isHidden() else self._folder).setFocus()

    def escape(self) -> None:
        """Leave what is open on the page, else the page."""
        if not self.who.escape():
            self.back.emit()

    # Inside

    def _turn_to(self, number: int) -> None:
        self._chosen = number
        for at, tab in enumerate(self._tabs):
            tab.setChecked(at == number)
        self.who.setVisible(number == WHO)
        for at, name in ((RATERS, "raters"), (SCORES, "scores")):
            if at == number or name in vars(self):
                getattr(self, name).setVisible(at == number)

    def _have(self, found: Roster) -> None:
        if found.assignment.id == self._id:
            self._wait.end()
            self._title.setText(found.assignment.title)
            self._about.setText(self._told(found))
            self.who.show_roster(found)

    def _cannot(self, error: Exception) -> None:
        self._wait.end()
        self.failed.emit(error)

    def _told(self, found: Roster) -> str:
        asked = found.assignment
        due = self.tr("without a due date")
        if asked.due_at is not None:
            due = self.tr("due {0}").format(moment(asked.due_at.astimezone()))
            if asked.late == REFUSED:
                due = self.tr("{0}, not taken after that").format(due)
        forms = ", ".join(
            by_count(
                len(form.vignettes), self.tr("form {0}: 1 client"), self.tr("form {0}: {1} clients")
            ).format(form.name, len(form.vignettes))
            for form in asked.forms
        )
        mode = self.tr("test") if asked.mode == TEST else self.tr("practice")
        named = (isolated(asked.program), isolated(asked.occasion))
        return " · ".join(part for part in (*named, mode, due, forms) if part)

    def _show_written(self, done: Written | None) -> None:
        self._written.setVisible(done is not None)
        self.who.codes.setVisible(done is None)  # there is one beside the file
        if done is None:
            return
        path = done.path
        self._folder.setVisible(not done.place)
        self._where.setText(self._where_told(done))
        if done.place:
            self._send.setText(self.tr(
                "Your trainees take it in when they look there, under Today. It names nobody and "
                "holds no recording; tell each of them their own code, by itself. What they send "
                "back only this computer opens."
            ))  # fmt: skip
            return
        self._send.setText(self.tr(
            "Send this one file to all trainees as you like: it names nobody and holds no "
            "recording. Tell each of them their own code, by itself. They take the file in "
            "under Today; what they send back only this computer opens."
        ))  # fmt: skip
        self._folder.clicked.disconnect()
        self._folder.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
        )

    def _where_told(self, done: Written) -> str:
        if done.place:
            return self.tr("In the shared place: {0}").format(done.path.name)
        return self.tr("Written: {0}").format(done.path)

    def _given_again(self, done: Written) -> None:
        if done.assignment_id != self._id or not self.isVisible():  # something else is shown by now
            self.said.emit(self._where_told(done))
            return
        self._show_written(done)
        self.read()
        self.focus()

    # Looks

    def _lay_out(self) -> None:
        back = LongButton(self.tr("← All assignments  (Esc)"))
        back.setProperty("flat", True)
        back.clicked.connect(self.back)
        self._title, self._about = heading("", 1.5), quiet("")
        self._wait = Wait(self.tr("Reading who has given what …"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 14, 28, 20)
        column.setSpacing(10)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (
            self._title, self._about, self._make_written(), self._make_waiting(), self._make_tabs(),
        ):  # fmt: skip
            column.addWidget(widget)
        column.addWidget(self._wait)
        column.addWidget(self.who, 1)
        self._column = column
        self.setWidget(page)

    def _make_tabs(self) -> QWidget:
        titles = (self.tr("Who has given what"), self.tr("Raters"), self.tr("Scores"))
        for at, title in enumerate(titles):
            tab = QPushButton(title)
            tab.setCheckable(True)
            tab.setChecked(at == WHO)
            tab.clicked.connect(partial(self.show_section, at))
            self._tabs.append(tab)
        return in_a_row(*self._tabs)

    def _make_written(self) -> Card:
        self._written = Card("")
        self._where = plain("")
        self._folder = LongButton(self.tr("Open the folder"))
        self._folder.clicked.connect(lambda: None)
        codes = LongButton(self.tr("Copy who has which code"))
        codes.clicked.connect(self.who.copy_codes)
        self._send = quiet("")
        self._codes = codes
        self._written.add(self._where, self._send, in_a_row(self._folder, codes))
        self._written.hide()
        return self._written

    def _make_waiting(self) -> Card:
        self._waiting, self._waits = Card(""), plain("")
        say = LongButton(self.tr("Say whose it is …"))
        say.clicked.connect(lambda: self.decide.emit(self._id))
        self._waiting.add(self._waits, in_a_row(say))
        self._waiting.hide()
        return self._waiting
