"""Program: assignments for a class, what came back for them, and what is to be done about it."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from trainer.app import composing
from trainer.app.composing import Draft, Written
from trainer.app.desk import Desk
from trainer.app.program import Given, overview
from trainer.domain.changes import Changes
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.program_list import AssignmentList
from trainer.gui.shared_place import SharedPlace
from trainer.gui.widgets.dialogs import ask_files
from trainer.gui.widgets.keys import key_of

if TYPE_CHECKING:
    from trainer.app.cohort_figures import Cohort
    from trainer.gui.main_window import MainWindow
    from trainer.gui.screens.program_arrived import ArrivedPage
    from trainer.gui.screens.program_new import NewAssignment
    from trainer.gui.screens.program_one import AssignmentPage

AHEAD = ("new", "one")
AHEAD_MS = 250  # after the page is shown


class ProgramScreen(Screen):
    """The list, one assignment, a new one, or files that come in: one of them at a time."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.setAcceptDrops(True)
        self.list = AssignmentList()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._back: QWidget = self.list  # where one was before files came in
        self.list.compose.connect(self.compose)
        self.list.take_in.connect(self._ask_files)
        self.list.opened.connect(self.open)
        self.list.look.clicked.connect(lambda: SharedPlace.of(window).look())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    # The pages, each made when it is first wanted: all at once they would hold the window up

    @cached_property
    def new(self) -> "NewAssignment":
        """A new assignment."""
        from trainer.gui.screens.program_new import NewAssignment

        page = NewAssignment(self._desk)
        page.back.connect(self.show_list)
        page.failed.connect(self._window.failed)
        page.written.connect(self._written)
        key_of(page, "Esc", self.show_list)
        self._pages.addWidget(page)
        return page

    @cached_property
    def one(self) -> "AssignmentPage":
        """One that was given out."""
        from trainer.gui.screens.program_one import AssignmentPage

        page = AssignmentPage(self._desk)
        page.back.connect(self.show_list)
        page.take_in.connect(self._ask_files)
        page.failed.connect(self._window.failed)
        page.said.connect(self._window.banner.note)
        page.report_wanted.connect(self._write_report)
        key_of(page, "Esc", page.escape)
        self._pages.addWidget(page)
        return page

    @cached_property
    def arrived(self) -> "ArrivedPage":
        """Files that come in."""
        from trainer.gui.screens.program_arrived import ArrivedPage

        page = ArrivedPage(self._desk)
        page.closed.connect(self._leave_arrived)
        page.failed.connect(self._window.failed)
        self._pages.addWidget(page)
        return page

    def entered(self) -> None:
        """Read what was given out."""
        self.list.look.setVisible(bool(self._desk.settings.text("place")))
        self._read(self._focus)
        for name in AHEAD:  # loaded now, they do not hold up the window then
            ahead = partial(import_module, f"trainer.gui.screens.program_{name}")
            QTimer.singleShot(AHEAD_MS, self, ahead)

    def left(self) -> None:
        """Keep the last of what was typed."""
        if "new" in vars(self):
            self.new.leave()
        if "one" in vars(self):
            self.one.leave()

    def news(self, changes: Changes) -> None:
        """Something came in, or was given out."""
        wanted = Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.RATINGS
        if changes & wanted and not self._is_busy():
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
        if not self._is_busy() and self._pages.currentWidget() is not self.arrived:
            self._back = self._pages.currentWidget() or self.list
        self._pages.setCurrentWidget(self.arrived)
        self.arrived.take_in(paths)

    # Inside

    def _read(self, then: Callable[[], None]) -> None:
        def have(found: tuple[tuple[Given, ...], Draft | None]) -> None:
            given, begun = found
            self.list.show_given(given, begun=begun is not None)
            then()

        self._desk.runner.database(
            lambda log: (overview(log), composing.kept(log)), have, self._window.failed,
            alive=alive(self),
        )  # fmt: skip
        if self._shows_one():
            self.one.read()

    def _is_busy(self) -> bool:
        return "arrived" in vars(self) and self.arrived.busy

    def _shows_one(self) -> bool:
        return "one" in vars(self) and self._pages.currentWidget() is self.one

    def _focus(self) -> None:
        elsewhere = not self.list.isAncestorOf(self._window.focusWidget())
        if self._pages.currentWidget() is self.list and elsewhere:
            self.list.new.setFocus()
        elif self._shows_one():
            self.one.focus()

    def _write_report(self, found: "Cohort") -> None:
        from trainer.gui.report_out import write_cohort

        write_cohort(self._window, found)

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
