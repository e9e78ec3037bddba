"""Raters of an assignment: who they are, what each gets, and what came back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer.app import raters, share
from trainer.app.desk import Desk
from trainer.app.known_raters import Known, known
from trainer.app.program import given_out_here
from trainer.app.raters import Draft
from trainer.app.share import Given, RaterProgress, Stock
from trainer.domain.assignment import Assignment
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.screens.program_back import BackCard
from trainer.gui.screens.program_known import KnownRaters
from trainer.gui.screens.program_rated import RatersProgress
from trainer.gui.screens.raters_told import stock_told
from trainer.gui.shared_place import Several
from trainer.gui.widgets.busy import Busy, Wait
from trainer.gui.widgets.cards import Card, Pair, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.dialogs import ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.sight import come_in_sight

MOST_EACH = 5
OVERLAPS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
KEEP_AFTER_MS = 150
LINES = 6

T = TypeVar("T")
Found = tuple[Stock, tuple[RaterProgress, ...], Draft, tuple[Known, ...], tuple[Assignment, ...]]


class RatersSection(QWidget):
    """What raters send back comes in as every file does; ``failed(error)`` tells of faults,
    ``said`` what was done for an assignment that is not shown any more, ``to_place(Several)`` that
    files are to be left in the shared place.
    """

    failed = Signal(object)
    said = Signal(str)
    to_place = Signal(object)
    _told = Signal(int, int)  # from the log's thread

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._id = ""
        self._showing = False
        self._cancel = Event()
        self._touched = False
        self._typed = 0  # how often something was changed here
        self._folder: Path | None = None  # None: the shared place
        self._posting = False
        self._where: QLabel
        self._open: QPushButton
        self._keep = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keep.timeout.connect(self.keep)
        self._told.connect(self._show_told)
        self._laid_out = False

    def open(self, assignment_id: str) -> None:
        """Show the raters of an assignment."""
        if not self._laid_out:  # what few need is made when it is wanted
            self._laid_out = True
            self._lay_out()
        if assignment_id != self._id:
            self.leave()
            self._id, self._touched = assignment_id, False
            self._written.hide()
            self._await()
        self.read()

    def read(self) -> None:
        """Read what there is to rate, and what came back; what is typed is kept first."""
        self.leave()
        home, wanted, typed = self._desk.home, self._id, self._typed
        self.back.open(wanted)
        self.post.setVisible(bool(self._desk.settings.text("place")))
        self._desk.runner.database(
            lambda log: (
                share.stock(home, log, [wanted]), share.progress(log, [wanted]),
                raters.kept(log, wanted), known(log), given_out_here(log),
            ),
            lambda found: self._show(found, typed) if wanted == self._id else None,
            self._not_read, alive=alive(self),
        )  # fmt: skip

    def draft(self) -> Draft:
        """Everything as it is typed."""
        return Draft(
            self.lines.toPlainText(), self.each.currentData(), self.overlap.currentData(),
            self.due.text(), str(self.earlier.currentData() or ""), self.known.chosen,
        )  # fmt: skip

    def leave(self) -> None:
        """Keep the last key too."""
        if self._keep.isActive():
            self.keep()

    def keep(self) -> None:
        """Keep what is typed."""
        self._keep.stop()
        draft, wanted = self.draft(), self._id
        self._desk.runner.change(
            lambda log: raters.keep(log, wanted, draft), failed=self.failed.emit, alive=alive(self)
        )

    def write_to(self, folder: Path) -> None:
        """Write a file for each rater into ``folder``."""
        desk, of, ask = self._desk, self._id, raters.ask_of(self.draft(), (self._id,))
        cancel = self._cancel = Event()

        def progress(done: int, of: int) -> None:
            if cancel.is_set():
                raise KnownError(self.tr("Stopped"), self.tr("No file was written."))
            self._told.emit(done, of)

        self._busy.show()
        self._check()
        # Written beside the log, and finished also when the window is closed meanwhile.
        desk.runner.change_after(
            lambda log: share.plan(desk.home, log, desk.library, ask, folder),
            lambda plan: share.write(desk.home, plan, progress),
            share.keep,
            self._if_alive(lambda given: self._given(of, given, folder)),
            self._if_alive(self._cannot),
        )

    def post_all(self) -> None:
        """Leave a file for each rater in the shared place."""
        desk, of, ask = self._desk, self._id, raters.ask_of(self.draft(), (self._id,))
        self._posting = True
        self._check()
        here = alive(self)
        self.to_place.emit(Several(
            lambda log, folder: share.plan(desk.home, log, desk.library, ask, folder),
            lambda plan, told: share.write(desk.home, replace(plan, named=False), told),
            share.keep,
            lambda given, waited: self._given(of, given, None, waited) if here() else None,
            lambda: self._not_posted() if here() else None,
        ))  # fmt: skip

    # Inside

    def _if_alive(self, call: Callable[[T], None]) -> Callable[[T], None]:
        here = alive(self)
        return lambda value: call(value) if here() else None

    def _show(self, found: Found, typed: int) -> None:
        self._wait.end()
        self._form.setEnabled(True)
        stock, progress, draft, before, every = found
        self._stock.setText(stock_told(self, stock))
        self._progress.show_progress(progress)
        if typed != self._typed:  # since it was asked for, which is newer
            return
        self._showing = True
        mine = next((one for one in every if one.id == self._id), None)
        self.earlier.clear()
        self.earlier.addItem(self.tr("This assignment alone"), "")
        for one in every:
            if mine is not None and one.id != mine.id and one.rubric == mine.rubric:
                told = self.tr("Together with {0} ({1}), unmarked")
                self.earlier.addItem(told.format(one.title, one.occasion or one.program), one.id)
        self.earlier.setCurrentIndex(max(0, self.earlier.findData(draft.with_earlier)))
        if self.lines.toPlainText() != draft.lines:
            self.lines.setPlainText(draft.lines)
        self.known.show_known(raters.offered(draft, before), draft.chosen)
        self.each.setCurrentIndex(max(0, self.each.findData(draft.per_response)))
        self.overlap.setCurrentIndex(max(0, self.overlap.findData(draft.overlap)))
        self.due.setText(draft.due)
        self._showing = False
        self._check()

    def _await(self) -> None:
        """Nothing of the assignment before, and nothing typed over what was typed the last time."""
        self._stock.clear()
        self._progress.hide()
        self._showing = True
        self.lines.clear()
        self.due.clear()
        self.known.show_known((), ())
        self._showing = False
        self._form.setEnabled(False)
        self._wait.begin()

    def _not_read(self, error: Exception) -> None:
        self._wait.end()
        self.failed.emit(error)

    def _changed(self) -> None:
        if not self._showing:
            self._touched = True
            self._typed += 1
            self._check()
            self._keep.start()

    def _check(self) -> None:
        draft = self.draft()
        found = raters.faults(draft)
        for name, field in self._fields.items():
            field.say(found.get(name, "") if self._touched else "")
        some, _ = raters.raters(draft)
        count = self.tr("1 rater") if len(some) == 1 else self.tr("{0} raters").format(len(some))
        self._count.setText(count)
        idle = self._busy.isHidden() and not self._posting
        self.write.setEnabled(not found and idle)
        self.post.setEnabled(not found and idle)

    def _show_told(self, done: int, of: int) -> None:
        self._busy.bar.setMaximum(max(1, of))
        self._busy.bar.setValue(done)

    def _stop(self) -> None:
        self._cancel.set()

    def _given(
        self, of: str, given: tuple[Given, ...], folder: Path | None, waited: int = 0
    ) -> None:
        """``folder`` None: they are in the shared place, with so many that had ``waited``."""
        self._ended()
        said = [
            self.tr("{0}: {1}, {2}").format(
                one.rater, self._responses(one.responses), self._unread(one.filmless)
            )
            if one.filmless
            else self.tr("{0}: {1}").format(one.rater, self._responses(one.responses))
            for one in given
        ]
        told = self.tr("Nothing is new: every response is with its raters already.")
        if given:
            at = self.tr("Written into {0}").format(folder)
            at = self.tr("In the shared place") if folder is None else at
            told = f"{at}: {'; '.join(said)}."
        if waited:
            told += " " + self.tr("Files that had waited and are there now: {0}.").format(waited)
        if of != self._id:  # another assignment is shown by now
            self.said.emit(told)
            return
        self._where.setText(told)
        self._folder = folder
        self._foot.setVisible(folder is not None)
        self._how.setText(self._how_told(folder))
        self._written.show()
        (self.lines if folder is None else self._open).setFocus()
        come_in_sight(self._written)
        self.read()

    def _responses(self, count: int) -> str:
        return by_count(count, self.tr("1 response"), self.tr("{0} responses")).format(count)

    def _unread(self, count: int) -> str:
        return by_count(
            count, self.tr("1 film could not be read"), self.tr("{0} films could not be read")
        ).format(count)

    def _how_told(self, folder: Path | None) -> str:
        if folder is None:
            return self.tr(
                "Each rater takes in their own when they look there, under Rate. What they send "
                "back comes in when you look."
            )
        return self.tr(
            "Send each rater their own file. What they send back comes in by 'Take files in'."
        )

    def _not_posted(self) -> None:
        self._ended()
        self.post.setFocus()  # it lost it while the files were written
        self.read()  # some may have gone

    def _cannot(self, error: Exception) -> None:
        self._ended()
        self.failed.emit(error)

    def _ended(self) -> None:
        self._busy.hide()
        self._posting = False
        self._check()

    # Making

    def _lay_out(self) -> None:
        self._stock, self._wait = plain(""), Wait(self.tr("Reading what there is to rate …"))
        self._progress = RatersProgress()
        self.back = BackCard(self._desk)
        self.back.failed.connect(self.failed)
        self.back.said.connect(self.said)
        self.back.to_place.connect(self.to_place)
        self._form = self._make_form()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (
            # What was written is told first: nothing that comes meanwhile pushes it away.
            self._stock, self._wait, self._make_written(), self._progress, self.back, self._form,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch()

    def _make_form(self) -> Card:
        card = Card(self.tr("Give responses to raters"))
        self.lines = QPlainTextEdit(tabChangesFocus=True)
        self.lines.setFixedHeight(self.fontMetrics().lineSpacing() * LINES)
        self.lines.setPlaceholderText("Ruth Adler = attune1…")
        self.lines.textChanged.connect(self._changed)
        self.known = KnownRaters()
        self.known.changed.connect(self._changed)
        self.due = QLineEdit(placeholderText="2026-12-24 18:00")
        self.due.textChanged.connect(lambda _text: self._changed())
        self._fields = {
            "raters": Field(
                self.tr("Raters, one a line: name = address"), self.lines,
                self.tr("The address stands in the rater's Attune under Settings. A trainee who "
                        "rates is named by their code, and never gets their own."),
            ),
            "due": Field(self.tr("Due (may stay empty)"), self.due),
        }  # fmt: skip
        self._count = quiet("")
        self._make_choices()
        self.write = LongButton(self.tr("Write the raters' files …"))
        self.write.setProperty("primary", True)
        self.write.clicked.connect(lambda: ask_folder(self, self.write_to))
        self.post = LongButton(self.tr("Put raters' files into the shared place"))
        self.post.clicked.connect(self.post_all)
        self._busy = Busy(self.tr("How many files are written"), self._stop)
        card.add(
            self.known, self._fields["raters"], self._count,
            Pair(Field(self.tr("Raters of each response"), self.each),
                 Field(self.tr("Overlap"), self.overlap), wide=72),
            Pair(Field(self.tr("What is rated"), self.earlier), self._fields["due"], wide=72),
            quiet(self.tr(
                "Each rater gets one file that only they can open, with numbers drawn by chance "
                "in place of codes. All raters can be compared with each other. Done again, each "
                "gets only what is new."
            )),
            self._busy, in_a_row(self.write, self.post),
        )  # fmt: skip
        return card

    def _make_choices(self) -> None:
        """How many hear each response, how many of these one more, and what is rated together."""
        self.each, self.overlap, self.earlier = Choice(), Choice(), Choice()
        for count in range(1, MOST_EACH + 1):
            self.each.addItem(
                self.tr("One rater hears each") if count == 1
                else self.tr("{0} raters hear each").format(count),
                count,
            )  # fmt: skip
        for overlap in OVERLAPS:
            self.overlap.addItem(
                self.tr("{0:.0f} % of them go to one more").format(100 * overlap), overlap
            )
        for box in (self.each, self.overlap, self.earlier):
            box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14)
            box.currentIndexChanged.connect(lambda _index: self._changed())

    def _make_written(self) -> Card:
        self._written = Card("")
        self._written.setAccessibleName(self.tr("The raters' files"))
        self._where, self._open = plain(""), LongButton(self.tr("Open the folder"))
        self._open.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder or "")))
        )
        self._how, self._foot = quiet(""), in_a_row(self._open)
        self._written.add(self._where, self._how, self._foot)
        self._written.hide()
        return self._written
