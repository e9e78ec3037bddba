"""Program: assignments for a class, what came back for them, and what is to be done about it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from trainer.app import composing
from trainer.app.composing import Draft, Written
from trainer.app.desk import Desk
from trainer.app.program import Given, overview
from trainer.domain.changes import Changes
from trainer.gui.jobs import alive
from trainer.gui.report_out import write_cohort
from trainer.gui.screen import Screen
from trainer.gui.screens.program_arrived import ArrivedPage
from trainer.gui.screens.program_list import AssignmentList
from trainer.gui.screens.program_new import NewAssignment
from trainer.gui.screens.program_one import AssignmentPage
from trainer.gui.widgets.dialogs import ask_files
from trainer.gui.widgets.keys import key_of

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class ProgramScreen(Screen):
    """The list, one assignment, a new one, or files that come in: one of them at a time."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.setAcceptDrops(True)
        self.list = AssignmentList()
        self.new = NewAssignment(desk)
        self.one = AssignmentPage(desk)
        self.arrived = ArrivedPage(desk)
        self._pages = QStackedWidget()
        for page in (self.list, self.new, self.one, self.arrived):
            self._pages.addWidget(page)
        self._back: QWidget = self.list  # where one was before files came in
        self._connect()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    def entered(self) -> None:
        """Read what was given out."""
        self._read(self._focus)

    def left(self) -> None:
        """Keep the last of what was typed."""
        self.new.leave()
        self.one.leave()

    def news(self, changes: Changes) -> None:
        """Something came in, or was given out."""
        wanted = Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.RATINGS
        if changes & wanted and not self.arrived.busy:
            self._read(lambda: None)

    def show_list(self) -> None:
        """Back to all assignments."""
        self._pages.setCurrentWidget(self.list)
        self._read(self._focus)

    def compose(self) -> None:
        """Begin a new assignment, or go on with the one that was begun."""
        self._pages.setCurrentWidget(self.new)
        self.new.begin()

    def open(self, assignment_id: str, written: Path | None = None) -> None:
        """Show one assignment."""
        self._pages.setCurrentWidget(self.one)
        self.one.open(assignment_id, written)
        self.one.focus()

    def take_in(self, paths: Sequence[Path]) -> None:
        """Take in files that came, and what lies in folders."""
        if not self.arrived.busy and self._pages.currentWidget() is not self.arrived:
            self._back = self._pages.currentWidget() or self.list
        self._pages.setCurrentWidget(self.arrived)
        self.arrived.take_in(paths)

    # Inside

    def _connect(self) -> None:
        self.list.compose.connect(self.compose)
        self.list.take_in.connect(self._ask_files)
        self.list.opened.connect(self.open)
        self.new.back.connect(self.show_list)
        self.new.failed.connect(self._window.failed)
        self.new.written.connect(self._written)
        self.one.back.connect(self.show_list)
        self.one.take_in.connect(self._ask_files)
        self.one.failed.connect(self._window.failed)
        self.one.said.connect(self._window.banner.note)
        self.one.scores.report_wanted.connect(partial(write_cohort, self._window))
        self.arrived.closed.connect(self._leave_arrived)
        self.arrived.failed.connect(self._window.failed)
        key_of(self.one, "Esc", self.one.escape)
        key_of(self.new, "Esc", self.show_list)

    def _read(self, then: Callable[[], None]) -> None:
        def have(found: tuple[tuple[Given, ...], Draft | None]) -> None:
            given, begun = found
            self.list.show_given(given, begun=begun is not None)
            then()

        self._desk.runner.database(
            lambda log: (overview(log), composing.kept(log)), have, self._window.failed,
            alive=alive(self),
        )  # fmt: skip
        if self._pages.currentWidget() is self.one:
            self.one.read()

    def _focus(self) -> None:
        shown = self._pages.currentWidget()
        if shown is self.list and not self.list.isAncestorOf(self._window.focusWidget()):
            self.list.new.setFocus()
        elif shown is self.one:
            self.one.focus()

    def _written(self, done: Written) -> None:
        self.open(done.assignment_id, done.path)

    def _leave_arrived(self) -> None:
        self._pages.setCurrentWidget(self._back)
        self._read(self._focus)

    def _ask_files(self) -> None:
        ask_files(self, self.take_in)

    # Files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _dropped(event):
            event.acceptProposedAction()
            self.take_in(paths)


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
