"""The window: a rail of rooms on the left, one screen at a time, one message over it."""

import gc
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.gui.errors import BugDialog, log_bug
from trainer.gui.screen import Screen
from trainer.gui.widgets.banner import MARGIN, Banner
from trainer.gui.widgets.rail import Rail

if TYPE_CHECKING:  # the window is painted before any of these is imported
    from pathlib import Path

    from trainer.app.desk import Desk
    from trainer.app.library import Library
    from trainer.app.sitting import Sitting
    from trainer.domain.changes import Changes
    from trainer.gui.camera import QtCamera
    from trainer.gui.door import Door
    from trainer.media.ports import Recorder


MakeRecorder = Callable[[], "Recorder"]
MakeCamera = Callable[[str | None], "QtCamera"]


class MainWindow(QWidget):
    """Shows one screen at a time. Screens are made when first needed."""

    about_to_close = Signal()
    ready = Signal()  # the log and the library are open, and the first screen is shown
    _unpacking = Signal(str)  # from a worker

    def __init__(
        self,
        home: Home,
        settings: Settings,
        make_recorder: "MakeRecorder | None" = None,
        make_camera: "MakeCamera | None" = None,
    ) -> None:
        super().__init__()
        self.make_recorder = make_recorder or self._microphone
        self.make_camera = make_camera or _camera
        self._filming: QtCamera | None = None
        self.to_nobody = False  # a demo rates also where nothing can be heard
        self._ahead = False  # what the next screens need is still to be loaded
        self.setWindowTitle("Attune")
        self.setMinimumSize(720, 520)
        self.resize(1120, 760)
        self.home, self.settings = home, settings
        self.desk: Desk | None = None
        self.door: Door | None = None  # set by whoever opens the data folder
        self._screens: dict[str, Screen] = {}
        self._stop_listening: Callable[[], None] = lambda: None
        self.banner = Banner()
        self._fault: BugDialog | None = None
        self._unpacking.connect(self._tell_unpacking)
        self._rail = Rail(self._walk)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting())
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.addWidget(self._stack)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addWidget(page, 1)
        self.banner.lay_over(page, self)
        self.banner.changed.connect(self._make_room)

    # Beginning and ending

    def begin(self, desk: "Desk") -> None:
        """Everything is there: read the library, then open where work was left."""
        from trainer.app.ahead import load_workshops
        from trainer.app.library import load_library, pack_folders
        from trainer.gui.jobs import alive

        self.desk, self.home = desk, desk.home
        self._stop_listening = desk.bus.subscribe(self._news)
        self._rail.dress()
        if desk.settings.problem is not None:
            self.banner.tell(desk.settings.problem)
        self._ahead = True
        desk.runner.apart(load_workshops)
        folders = pack_folders(self.home)

        def unpacking(cancel: Event, path: "Path") -> None:
            if cancel.is_set():
                raise KnownError(self.tr("Attune was closed while it unpacked {0}").format(path))
            self._unpacking.emit(path.name)

        desk.runner.background(
            lambda cancel: load_library(folders, partial(unpacking, cancel)),
            self._have_library,
            alive=alive(self),
        )

    def cannot_begin(self, error: KnownError) -> None:
        """The log cannot be opened: say so, and leave everything as it is."""
        self.banner.tell(error)
        self._message.setText(self.tr("Attune could not open your log. Nothing was changed."))

    def failed(self, error: BaseException) -> None:
        """Tell what went wrong: a person's problem in the banner, a fault in a dialog."""
        if isinstance(error, KnownError):
            self.banner.tell(error)
            if self.desk is not None and self._stack.currentIndex() == 0:
                self.cannot_begin(error)
        else:
            log_bug(error)
            if self._fault is None:  # one that comes with every frame is still one
                self._fault = BugDialog(error, self)
                self._fault.finished.connect(self._fault_seen)
                self._fault.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # gone at once; what is being written is finished behind it
        self.about_to_close.emit()
        self._stop_listening()
        self._stop_listening = lambda: None
        super().closeEvent(event)

    def shown(self) -> Screen | None:
        """The screen that is shown; None until the log is open."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as it does only on some systems."""
        focused = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focused, QAbstractButton) and not event.isAutoRepeat():
            focused.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rail.fold(self.width())

    def leave_screens(self) -> None:
        """Let the screen that is shown stop its sound and keep what was typed."""
        if (shown := self.shown()) is not None:
            shown.left()

    # Going from screen to screen

    def go(self, room: str) -> None:
        """Show one of the rooms on the rail."""
        from trainer.gui import screens

        if (desk := self.desk) is None:
            return
        self._rail.show()
        self._rail.choose(room)
        self._show(room, lambda: screens.make(room, desk, self))
        self.banner.bring_back()

    def _walk(self, room: str) -> None:
        """Go as the person chose: what is told goes with them if there was no time to read it."""
        self.banner.go_on()
        self.go(room)

    def practise(self, sitting: "Sitting") -> None:
        """Give the whole window to the stage until the sitting is over."""
        from trainer.gui.screens.stage import StageScreen

        assert self.desk is not None
        stage = StageScreen(self.desk, sitting, self)

        def enter() -> None:
            if not self.isVisible():  # closed in between
                stage.deleteLater()
                return
            self._give_all("stage", lambda _desk: stage)

        # To make it and to lay it out at once would hold the window up.
        QTimer.singleShot(0, self, enter)

    def explain(self, sitting: "Sitting") -> None:
        """Say what will happen in a sitting that is assigned; from there it begins."""
        from trainer.gui.screens.before import BeforeScreen

        self._give_all("before", lambda desk: BeforeScreen(desk, sitting, self))

    def review(self, response_id: str) -> None:
        """Show one response with all that belongs to it."""
        from trainer.gui.report_out import write_report
        from trainer.gui.screens.review import ReviewScreen

        assert self.desk is not None
        desk = self.desk
        self._drop("review")
        self._rail.show()
        self._rail.choose("log")
        self._show("review", lambda: ReviewScreen(desk, response_id, self))
        screen = self._screens["review"]
        assert isinstance(screen, ReviewScreen)
        screen.report_wanted.connect(partial(write_report, self))

    def rate(self, response_id: str) -> None:
        """Rate a response that was left before its self-rating was locked."""
        from trainer.gui.screens.rate_later import RateLaterScreen

        assert self.desk is not None
        desk = self.desk
        self._drop("rate-later")
        self._rail.show()
        self._show("rate-later", lambda: RateLaterScreen(desk, response_id, self))

    def rate_round(self, round_id: str) -> None:
        """Give the whole window to a round of rating others."""
        from trainer.gui.screens.round import RoundScreen

        self._give_all("round", lambda desk: RoundScreen(desk, round_id, self))

    def start_over(self) -> None:
        """The person whose log was open is forgotten: no screen may still show them."""
        self._drop_all()
        self.banner.dismiss()
        self._welcome()

    def another_person(self) -> None:
        """Somebody else's practice is shown from now on."""
        self._drop_all(but=self._stack.currentWidget())
        self.go("today")
        self._drop("settings")

    def put_away(self) -> None:
        """The log is about to be closed: nothing more is read from it."""
        self._stop_listening()
        self._stop_listening = lambda: None
        self.desk = None

    def show_alone(self, key: str, screen: Screen) -> None:
        """Show one screen without the rail, and forget all others."""
        self.leave_screens()
        self._drop_all()
        self._rail.hide()
        self.banner.dismiss()
        self._show(key, lambda: screen)

    def camera(self) -> "QtCamera | None":
        """The camera that films answers; None, and nothing of cameras loaded, when it is off."""
        chosen = self.settings.text("camera")
        if chosen == "off":
            return None
        self._filming = self.make_camera(None if chosen == "default" else chosen)
        return self._filming

    def finish_film(self) -> None:
        """Wait until the film of an answer that was left is closed, and on its way into the log."""
        if self._filming is not None:
            self._filming.wait()

    def restyled(self) -> None:
        """The look changed: forget the screens, which hold fonts and icons of the old one."""
        self._rail.dress()
        self._rail.fold(self.width())
        self._drop_all(but=self._stack.currentWidget())

    # Inside

    def _make_room(self) -> None:
        """Let a screen of which nothing may be covered begin below what is to be solved."""
        shown = self.shown()
        makes_room = shown is not None and shown.makes_room and self.banner.urgent
        wanted = MARGIN + self.banner.height() if makes_room else 0
        self._page.setContentsMargins(0, wanted, 0, 0)

    def _tell_unpacking(self, name: str) -> None:
        self._message.setText(self.tr("Unpacking {0} …").format(name))

    def _fault_seen(self) -> None:
        self._fault = None

    def _microphone(self) -> "Recorder":
        from trainer.gui.recorder import QtRecorder

        return QtRecorder(self.settings.text("microphone") or None)

    def _have_library(self, library: "Library") -> None:
        assert self.desk is not None
        self.desk.library = library
        if library.problems:
            first, more = library.problems[0], len(library.problems) - 1
            rest = self.tr(" and {0} more").format(more) if more else ""
            self.banner.tell(
                KnownError(
                    self.tr("Some content cannot be used: {0}{1}").format(first, rest),
                    self.tr("Run 'attune check' on the pack to see all; the rest works."),
                )
            )
        from trainer.app.today import knows
        from trainer.gui.jobs import alive

        person = self.settings.text("person")
        if not person:
            self._welcome()
            return
        # The log may be another than the settings think: moved, restored, begun anew.
        self.desk.runner.database(
            lambda log: knows(log, person),
            lambda known: self.go("today") if known else self._welcome(),
            alive=alive(self),
        )

    def _welcome(self) -> None:
        from trainer.gui.screens.welcome import WelcomeScreen

        assert self.desk is not None
        desk = self.desk
        self._rail.hide()
        self._show("welcome", lambda: WelcomeScreen(desk, self))

    def _show(self, key: str, make: Callable[[], Screen]) -> None:
        self.leave_screens()
        if key not in self._screens:
            self._screens[key] = make()
            self._stack.addWidget(self._screens[key])
        screen = self._screens[key]
        self._stack.setCurrentWidget(screen)
        self._make_room()
        screen.entered()
        if self._ahead:  # now that there is something to be looked at
            self._ahead = False
            self._load_ahead()
            self.ready.emit()

    def _load_ahead(self) -> None:
        from trainer.gui.ahead import make_names, read_ahead

        desk = self.desk

        def read() -> None:
            # What is loaded stays. To look through it for garbage takes 50 ms, often while a
            # client speaks: from here on only what is made later is looked at.
            if desk is not None and self.desk is desk:
                desk.runner.background(read_ahead, lambda _: gc.freeze())

        self.about_to_close.connect(make_names(self, read).stop)

    def _give_all(self, key: str, make: "Callable[[Desk], Screen]") -> None:
        assert self.desk is not None
        desk = self.desk
        self._drop(key)
        self._rail.hide()
        self.banner.put_by()
        self._show(key, lambda: make(desk))

    def _drop_all(self, but: QWidget | None = None) -> None:
        for key in [key for key, screen in self._screens.items() if screen is not but]:
            self._drop(key)

    def _drop(self, key: str) -> None:
        """Forget a screen that belongs to one sitting or one response."""
        screen = self._screens.pop(key, None)
        if screen is not None:
            screen.left()
            self._stack.removeWidget(screen)
            screen.deleteLater()

    def _news(self, changes: "Changes", _initiator: object) -> None:
        if (shown := self.shown()) is not None:
            shown.news(changes)

    def _waiting(self) -> QWidget:
        page = QWidget()
        self._message = QLabel(self.tr("Opening your log …"))
        self._message.setProperty("quiet", True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        QVBoxLayout(page).addWidget(self._message)
        return page


def _camera(device_id: str | None) -> "QtCamera":
    from trainer.gui.camera import QtCamera

    return QtCamera(device_id)
