"""Opens the window at once, and everything heavy only after it has been painted."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.door import Door
from trainer.gui.main_window import MainWindow, MakeCamera, MakeRecorder
from trainer.gui.second import Listening, hand_over


class _FirstPaint(QObject):
    """Calls once, after the window it watches has been painted."""

    def __init__(self, window: MainWindow, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call = call
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return False


class Application(QApplication):
    """Attune's own: macOS tells it of a file that is to be opened."""

    file_opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.file_opened.emit(event.file())
            return True
        return super().event(event)


def make_application(arguments: list[str], settings: Settings) -> Application:
    """The QApplication with Attune's name and look."""
    # Qt hands wide fills to a pool of threads and waits, with Python's lock held: without it a
    # frame of the portrait costs less than half, and holds up the window less.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    app = Application(arguments)
    app.setApplicationName("attune")
    app.setDesktopFileName("attune")
    app.setApplicationDisplayName("Attune")
    app.setOrganizationName("Attune")
    theme.apply(app, settings.text("theme"), settings.number("text_size"))
    return app


def open_window(
    home: Home,
    settings: Settings,
    make_recorder: MakeRecorder | None = None,
    make_camera: MakeCamera | None = None,
    begun: Callable[[], object] = lambda: None,
) -> tuple[MainWindow, Callable[[], None]]:
    """Show the main window; its work begins after the first paint, and ``begun`` is called then.

    Call the second of what is returned to close it.
    """
    window = MainWindow(home, settings, make_recorder, make_camera)
    door = Door(window, home, settings)

    def begin() -> None:
        from trainer.gui.arrivals import Arrivals
        from trainer.gui.shared_place import SharedPlace

        SharedPlace(window, Arrivals(window))
        begun()
        door.begin()

    _FirstPaint(window, begin)
    window.about_to_close.connect(door.close)
    window.show()
    return window, door.close


def _need_a_screen() -> None:
    """Qt would end the program without a word that helps."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in named):
        raise KnownError(
            "There is no screen to open the window on",
            "Start Attune on a desktop; every command of 'attune --help' works without one.",
        )


def run(home: Home, paths: Sequence[Path] = ()) -> int:
    """Open Attune and stay until it is closed; the process's exit code. KnownError: no screen.

    The files at ``paths`` are taken in, by the window that is open already where there is one.
    """
    _need_a_screen()
    settings = Settings(home.settings_file)
    app = make_application([sys.argv[0]], settings)
    if hand_over(home, paths):
        return 0
    came, closers = list(paths), ExitStack()
    app.file_opened.connect(lambda name: came.append(Path(name)))

    def begun() -> None:
        from trainer.gui.arrivals import Arrivals

        arrivals = Arrivals.of(window)
        arrivals.take_in(came)
        app.file_opened.connect(lambda name: arrivals.take_in([Path(name)]))
        closers.callback(Listening(window, home, arrivals.take_in).close)

    window, close_all = open_window(home, settings, begun=begun)
    closers.callback(close_all)

    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app.quit()
            return
        window.failed(error)

    sys.excepthook = hook
    try:
        return app.exec()
    finally:
        closers.close()
        sys.excepthook = sys.__excepthook__
