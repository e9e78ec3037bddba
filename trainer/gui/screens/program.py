"""Program: assignments for a class, what came back for them, and what is to be done about it."""

from collections.abc import Callable
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from trainer.app import composing
from trainer.app.composing import Draft, Written
from trainer.app.desk import Desk
from trainer.app.program import Given, overview, written_again
from trainer.domain.changes import Changes
from trainer.gui.arrivals import Arrivals
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.program_list import AssignmentList
from trainer.gui.shared_place import SharedPlace
from trainer.gui.widgets.dialogs import ask_files
from trainer.gui.widgets.keys import key_of

if TYPE_CHECKING:
    from trainer.app.cohort_figures import Cohort
    from trainer.gui.main_window import MainWindow
    from trainer.gui.screens.program_again import Again
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
        self.list = AssignmentList()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._back: QWidget = self.list  # where one was before files came in
        self._arrivals = Arrivals.of(window)
        self._arrivals.arrived.connect(self._have_come)
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
        page.to_place.connect(self._post)
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
        page.again_to_place.connect(self._post_again)
        page.to_place.connect(SharedPlace.of(self._window).give_several)
        page.decide.connect(self._decide)
        key_of(page, "Esc", page.escape)
        self._pages.addWidget(page)
        return page

    @cached_property
    def arrived(self) -> "ArrivedPage":
        """Files that come in."""
        from trainer.gui.screens.program_arrived import ArrivedPage

        page = ArrivedPage(self._desk)
        page.failed.connect(self._window.failed)
        page.again.connect(self._arrivals.take_in)
        page.look_again.connect(lambda: SharedPlace.of(self._window).look())
        page.closed.connect(self._leave_arrived)
        page.stopped.connect(self._arrivals.stop)
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
        if "arrived" in vars(self):
            self.arrived.begin_anew()

    def news(self, changes: Changes) -> None:
        """Something came in, or was given out."""
        wanted = Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.RATINGS
        if changes & wanted and not self._arrivals.busy:
            self._read(lambda: None)

    def show_list(self) -> None:
        """Back to all assignments."""
        self._pages.setCurrentWidget(self.list)
        self._read(self._focus)

    def compose(self) -> None:
        """Begin a new assignment, or go on with the one that was begun."""
        self._pages.setCurrentWidget(self.new)
        self.new.begin()

    def open(self, assignment_id: str, written: Written | None = None) -> None:
        """Show one assignment."""
        self._pages.setCurrentWidget(self.one)
        self.one.open(assignment_id, written)
        self._show_waiting()
        self.one.focus()

    def teller(self) -> "ArrivedPage":
        """The table of what comes."""
        if self._pages.currentWidget() is not self.arrived:
            self._back = self._pages.currentWidget() or self.list
            self.arrived.begin_anew()
        self._pages.setCurrentWidget(self.arrived)
        if "one" in vars(self):
            self.one.put_by()
        return self.arrived

    # Inside

    def _have_come(self, _every: object) -> None:
        if self.isVisible():  # else it is read when it is shown
            self._read(lambda: None)

    def _read(self, then: Callable[[], None]) -> None:
        focused = self._window.focusWidget()

        def have(found: tuple[tuple[Given, ...], Draft | None]) -> None:
            given, begun = found
            stayed = self._window.focusWidget() is focused  # else somebody went on meanwhile
            self.list.show_given(given, begun=begun is not None)
            if stayed:
                then()

        def cannot(error: Exception) -> None:
            self.list.wait.end()
            self._window.failed(error)

        self.list.expect()
        self._desk.runner.database(
            lambda log: (overview(log), composing.kept(log)), have, cannot,
            alive=alive(self),
        )  # fmt: skip
        if self._shows_one():
            self.one.read()
            self._show_waiting()

    def _show_waiting(self) -> None:
        waiting = self._arrivals.in_doubt(self.one.shown_id)
        self.one.show_waiting([one.path.name for one in waiting])

    def _decide(self, assignment_id: str) -> None:
        self.teller().tell(self._arrivals.in_doubt(assignment_id), 0)

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
        self.open(done.assignment_id, done)

    def _post(self, draft: Draft) -> None:
        desk, where = self._desk, self._place()
        SharedPlace.of(self._window).give_out(
            lambda log, folder: composing.written(
                desk.home, log, desk.library, draft, folder, where
            ),
            self.new.done, self.new.undone,
        )  # fmt: skip

    def _post_again(self, of: "Again") -> None:
        home, where = self._desk.home, self._place()
        SharedPlace.of(self._window).give_out(
            lambda log, folder: written_again(
                home, log, of.asked, of.due_at, folder, where, with_packs=of.with_packs
            ),
            self.one.who.done_again,
        )

    def _place(self) -> str:
        from trainer.app.place import shown  # numpy comes with it: the room is to open at once

        return shown(self._desk.settings.text("place"))

    def _leave_arrived(self) -> None:
        self._pages.setCurrentWidget(self._back)
        self._read(self._focus)

    def _ask_files(self) -> None:
        ask_files(self, self._arrivals.take_in)
