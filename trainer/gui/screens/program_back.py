"""Results back to trainees: what was rated goes to each of them as a file of their own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QProgressBar, QWidget

from trainer.app import results
from trainer.app.assign import given_out
from trainer.app.desk import Desk
from trainer.app.results import Ask, Done, Stock
from trainer.domain.assignment import Assignment
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.shared_place import Several
from trainer.gui.widgets.cards import Card, Tick, in_a_row, plain, quiet
from trainer.gui.widgets.dialogs import ask_folder
from trainer.gui.widgets.elided import LongButton

MOST_CODES = 20  # in one sentence

T = TypeVar("T")


class BackCard(Card):
    """Seen once something was rated; ``failed(error)`` tells of faults, ``said`` what was done for
    an assignment that is not shown any more, ``to_place(Several)`` that files are to be left in
    the shared place.
    """

    failed = Signal(object)
    said = Signal(str)
    to_place = Signal(object)
    _told = Signal(int, int)  # while files are written beside

    def __init__(self, desk: Desk) -> None:
        super().__init__(self.tr("Send results back"))
        self._desk = desk
        self._id = ""
        self._asked: Assignment | None = None
        self._cancel = Event()
        self._folder: Path | None = None  # None: the shared place
        self._told.connect(self._show_told)
        self._lay_out()
        self.hide()

    def open(self, assignment_id: str) -> None:
        """Read what of an assignment could go back."""
        if assignment_id != self._id:
            self._id = assignment_id
            self._show_done(None)
            self.hide()  # until it is known what there is of this one
        self.post.setVisible(bool(self._desk.settings.text("place")))
        self._desk.runner.database(
            lambda log: (results.stock(log, [assignment_id]), given_out(log, assignment_id)),
            lambda found: self._show(*found) if assignment_id == self._id else None,
            self.failed.emit, alive=alive(self),
        )  # fmt: skip

    def write_to(self, folder: Path) -> None:
        """Write a file for each trainee into ``folder``."""
        desk, ask = self._desk, self._ask()
        cancel = self._cancel = Event()

        def progress(done: int, of: int) -> None:
            if cancel.is_set():
                raise KnownError(self.tr("Stopped"), self.tr("No file was written."))
            self._told.emit(done, of)

        self._folder, of = folder, self._id
        self._busy.show()
        self._enable(on=False)
        # Written beside the log, and finished also when the window is closed meanwhile.
        desk.runner.change_after(
            lambda log: results.plan(log, desk.library, ask, folder),
            lambda plan: results.write(desk.home, plan, progress),
            results.keep,
            self._if_alive(partial(self._written, of)),
            self._if_alive(self._cannot),
        )

    def post_all(self) -> None:
        """Leave a file for each trainee in the shared place."""
        desk, ask = self._desk, self._ask()
        self._folder, of = None, self._id
        self._enable(on=False)
        here = alive(self)
        self.to_place.emit(Several(
            lambda log, folder: results.plan(log, desk.library, ask, folder),
            lambda plan, told: results.write(desk.home, replace(plan, marked=True), told),
            results.keep,
            lambda done, _waited: self._written(of, done) if here() else None,
            lambda: self._ended() if here() else None,
        ))  # fmt: skip

    # Inside

    def _ask(self) -> Ask:
        return Ask((self._id,), comments=self.comments.isChecked())

    def _enable(self, *, on: bool) -> None:
        self.write.setEnabled(on)
        self.post.setEnabled(on)

    def _if_alive(self, call: Callable[[T], None]) -> Callable[[T], None]:
        here = alive(self)
        return lambda value: call(value) if here() else None

    def _show(self, stock: Stock, asked: Assignment) -> None:
        self._asked = asked
        self.setVisible(bool(stock.rated))
        said = by_count(
            stock.trainees,
            self.tr("Responses that are rated: {0}, of 1 trainee."),
            self.tr("Responses that are rated: {0}, of {1} trainees."),
        ).format(stock.rated, stock.trainees)
        if stock.waiting:
            said += " " + self.tr(
                "Of these {0} still wait for a rater, who is to hear them without knowing what "
                "others gave."
            ).format(stock.waiting)
        self._stock.setText(said)

    def _written(self, of: str, done: Done) -> None:
        self._ended()
        if of != self._id:  # another assignment is shown by now
            self.said.emit(self._told_of(done))
            return
        self._show_done(done)
        self._open.setVisible(self._folder is not None)
        if not done.files:
            self.write.setFocus()
        else:
            (self._copies if self._folder is None else self._open).setFocus()

    def _show_done(self, done: Done | None) -> None:
        self._where.setVisible(done is not None)
        self._after.setVisible(bool(done and done.files))
        if done is None:
            return
        self._where.setText(self._told_of(done))

    def _told_of(self, done: Done) -> str:
        codes = results.codes_told(done.files, MOST_CODES)
        if not done.files:
            said = [self.tr("No file was written.")]
        elif self._folder is None:
            told = self.tr("In the shared place, for {0}. Each takes in their own under Today.")
            said = [told.format(codes)]
        else:
            told = self.tr("Written into {0}, for {1}. Send each of them their own.")
            said = [told.format(self._folder, codes)]
        said += [f"{sentence}." for sentence in results.held_told(done.held, MOST_CODES)]
        return "\n".join(said)

    def _show_told(self, done: int, of: int) -> None:
        self._bar.setMaximum(max(1, of))
        self._bar.setValue(done)

    def _stop(self) -> None:
        self._cancel.set()

    def _cannot(self, error: Exception) -> None:
        self._ended()
        self.failed.emit(error)

    def _ended(self) -> None:
        self._busy.hide()
        self._enable(on=True)

    def _copy(self) -> None:
        if self._asked is not None:
            said = results.message(self._asked, in_place=self._folder is None)
            QGuiApplication.clipboard().setText(said)

    # Making

    def _lay_out(self) -> None:
        self._stock, self._where = plain(""), plain("")
        self.comments = Tick(self.tr("With what raters said of moments"))
        self.comments.setChecked(True)
        self.write = LongButton(self.tr("Send results back …"))
        self.write.clicked.connect(lambda: ask_folder(self, self.write_to))
        self.post = LongButton(self.tr("Put results into the shared place"))
        self.post.clicked.connect(self.post_all)
        self._open = LongButton(self.tr("Open the folder"))
        self._open.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder or "")))
        )
        self._copies = LongButton(self.tr("Copy a message for trainees"))
        self._copies.clicked.connect(self._copy)
        self._after = in_a_row(self._open, self._copies)
        self.add(
            self._stock,
            quiet(self.tr(
                "Each trainee gets one file that only they can open: what was given to their own "
                "responses, raters as R1, R2 and so on. Done again, a file is written only for "
                "those of whom something new was rated."
            )),
            self.comments, self._make_busy(), in_a_row(self.write, self.post),
            self._where, self._after,
        )  # fmt: skip
        self._where.hide()
        self._after.hide()

    def _make_busy(self) -> QWidget:
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(self.tr("How many files are written"))
        stop = LongButton(self.tr("Stop"))
        stop.clicked.connect(self._stop)
        self._busy = Card("")
        self._busy.add(self._bar, in_a_row(stop))
        self._busy.hide()
        return self._busy
