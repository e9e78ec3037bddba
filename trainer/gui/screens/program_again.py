"""Giving an assignment out again, with another due date."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from trainer.app.composing import Written, due_at, due_fault
from trainer.app.desk import Desk
from trainer.app.packs_inside import other_packs
from trainer.app.program import give_out_again
from trainer.domain.assignment import Assignment
from trainer.domain.ids import local_now
from trainer.gui.jobs import alive
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import Inset, in_a_row, plain
from trainer.gui.widgets.dialogs import ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.packs import PacksTick


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be given out, until when, and whether with packs."""

    asked: Assignment
    due_at: datetime | None
    with_packs: bool


class GiveAgain(Inset):
    """Hidden until it is wanted. ``done(Written)`` when it is written, ``closed`` when not.

    ``to_place(Again)``: it is to be left in the shared place.
    """

    done = Signal(object)
    to_place = Signal(object)
    failed = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asked: Assignment | None = None
        self.due = QLineEdit(placeholderText="2026-12-24 18:00")
        self.field = Field(self.tr("Due (empty: without a due date)"), self.due)
        self.due.textChanged.connect(lambda _text: self._check())
        self.write = LongButton(self.tr("Write the file again …"))
        self.write.setProperty("primary", True)
        self.write.clicked.connect(lambda: ask_folder(self, self.write_to))
        self.post = LongButton(self.tr("Put it into the shared place"))
        self.post.clicked.connect(lambda: self.to_place.emit(self._again()))
        self.packs = PacksTick()
        self._writing = Wait(self.tr("Writing the file …"))
        close = LongButton(self.tr("Not now  (Esc)"))
        close.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(plain(self.tr(
            "Everything else stays as it is. The new file takes the place of the old one wherever "
            "it is taken in; what was answered stays."
        )))  # fmt: skip
        column.addWidget(self.field)
        column.addWidget(self.packs)
        column.addWidget(self._writing)
        column.addWidget(in_a_row(self.write, self.post, close))
        self.hide()

    def ask(self, asked: Assignment) -> None:
        """Begin with the due date that it has."""
        self._asked = asked
        self.packs.offer(other_packs(asked))
        self.packs.setChecked(True)
        self.post.setVisible(bool(self._desk.settings.text("place")))
        due = asked.due_at
        self.due.setText(f"{due.astimezone():%Y-%m-%d %H:%M}" if due else "")
        self._check()
        self.show()
        self.due.setFocus()
        self.due.selectAll()

    def write_to(self, folder: Path) -> None:
        """Write it into ``folder``."""
        again, home = self._again(), self._desk.home
        self.setEnabled(False)  # pressed twice it would be written twice
        self._writing.begin()
        self._desk.runner.change(
            lambda log: give_out_again(
                home, log, again.asked, again.due_at, folder, with_packs=again.with_packs
            ),
            self._written, self._not_written, alive=alive(self),
        )  # fmt: skip

    def is_of(self, assignment_id: str) -> bool:
        """Whether it is this assignment that is asked about."""
        return self._asked is not None and self._asked.id == assignment_id

    def _written(self, done: Written) -> None:
        self._writing.end()
        self.setEnabled(True)
        self.done.emit(done)

    def _not_written(self, error: Exception) -> None:
        self._writing.end()
        self.setEnabled(True)
        self.write.setFocus()
        self.failed.emit(error)

    def _again(self) -> Again:
        assert self._asked is not None  # it was asked for
        return Again(self._asked, due_at(self.due.text()), self.packs.isChecked())

    def _check(self) -> None:
        fault = due_fault(self.due.text(), local_now())
        self.field.say(fault)
        self.write.setEnabled(not fault)
        self.post.setEnabled(not fault)
