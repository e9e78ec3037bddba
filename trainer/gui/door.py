"""From the first paint to an open log: a locked data folder asks for its passphrase in between.

While the lock is put on, changed or taken off there is no desk: the log is closed, a thread does
the work, and then all is opened again.
"""

from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication

from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.gui.jobs import Deliverer
from trainer.gui.main_window import MainWindow

if TYPE_CHECKING:
    from trainer.gui.screens.locked import WorkingScreen

T = TypeVar("T")
Progress = Callable[[int, int], None]
Job = Callable[[Progress], None]


class Door:
    """Opens the data folder for a window, locks it, and shuts it at the end."""

    def __init__(self, window: MainWindow, home: Home, settings: Settings) -> None:
        self._window, self._home, self._settings = window, home, settings
        self._deliverer = Deliverer(window)
        self._closers: list[Callable[[], None]] = []
        self._close_desk: Callable[[], None] | None = None
        self._thread: Thread | None = None
        self._cancel = Event()
        self._working: WorkingScreen | None = None
        window.door = self

    def begin(self) -> None:
        """The window has been painted: open what is not locked, ask for the rest."""
        from trainer.app.logs import start_logging

        try:
            self._home.ensure()
            self._closers.append(start_logging(self._home.log_file))
        except KnownError as error:
            self._window.cannot_begin(error)
            return
        if self._home.is_locked:
            self._ask()
        else:
            self._open()

    def new_passphrase(self) -> None:
        """Ask for one twice; the folder is locked with it, or gets it in place of the old one."""
        from trainer.gui.screens.locked import NewPassphraseScreen

        locked = self._home.key is not None
        accepted = self._change if locked else self._lock
        screen = NewPassphraseScreen(accepted, self._to_settings, change=locked)
        self._window.show_alone("new-passphrase", screen)

    def show_recovery_key(self) -> None:
        """Show the key of the folder that is open, to be written down."""
        self._show_key(self._to_settings)

    def take_lock_off(self) -> None:
        """Decrypt everything, and open it again."""

        def job(progress: Progress) -> None:
            from trainer.app import locking

            self._home = locking.lock_off(self._home, progress)

        self._shut_for(job, self._tr("Decrypting the data folder …"), self._open)

    def close(self) -> None:
        """Stop what goes on (the next start goes on with it) and let go of the folder."""
        self._cancel.set()
        self._window.leave_screens()
        self._window.finish_film()
        if self._thread is not None:
            self._thread.join()
        self._shut()
        while self._closers:
            self._closers.pop()()

    # Inside

    def _ask(self) -> None:
        """The data folder is locked: nothing is shown until it is opened."""
        from trainer.gui.screens.locked import LockedScreen

        def opens(passphrase: str) -> None:
            self._run(partial(job, passphrase), self._enter, screen.failed)

        def job(passphrase: str, progress: Progress) -> None:
            from trainer.app import locking

            self._home = _apart(partial(locking.unlock, self._home, passphrase))
            # What was interrupted of the lock is gone on with before anything is open.
            self._home = locking.settle(self._home, progress)

        screen = LockedScreen(opens)
        self._window.show_alone("locked", screen)

    def _enter(self) -> None:
        """It is unlocked: show its key if a crash came before that, then open it."""
        from trainer.app import locking

        if locking.is_key_unseen(self._home):
            self._show_key(self._open)
        else:
            self._open()

    def _lock(self, passphrase: str) -> None:
        def job(progress: Progress) -> None:
            from trainer.app import locking

            self._home = _apart(partial(locking.begin, self._home, passphrase))
            self._home = locking.settle(self._home, progress)

        text = self._tr("Encrypting the data folder …")
        self._shut_for(job, text, lambda: self._show_key(self._open))

    def _show_key(self, kept: Callable[[], None]) -> None:
        from trainer.app import locking
        from trainer.gui.screens.locked import RecoveryScreen

        def seen() -> None:
            try:
                locking.key_seen(self._home)
            except KnownError as error:
                self._window.failed(error)
            kept()

        if self._home.key is not None and not self._cancel.is_set():
            screen = RecoveryScreen(self._home.key.secret, seen)
            self._window.show_alone("recovery", screen)

    def _change(self, passphrase: str) -> None:
        def job(_progress: Progress) -> None:
            from trainer.app import locking

            _apart(partial(locking.change, self._home, passphrase))

        def failed(error: Exception) -> None:
            self._to_settings()
            self._window.failed(error)

        self._show_work(self._tr("Changing the passphrase …"))
        self._run(job, self._to_settings, failed)

    def _to_settings(self) -> None:
        self._window.go("settings")

    def _open(self) -> None:
        from trainer import wiring

        if self._cancel.is_set():
            return
        try:
            desk, self._close_desk = wiring.window_desk(
                self._home, self._settings, self._deliverer.deliver, self._window.failed
            )
        except KnownError as error:
            self._window.cannot_begin(error)
            return
        self._window.begin(desk)

    def _shut(self) -> None:
        close, self._close_desk = self._close_desk, None
        if close is not None:
            close()

    def _shut_for(self, job: Job, text: str, done: Callable[[], None]) -> None:
        """Close the log, do ``job``, and go on with ``done``; after an error open it as it lies."""

        def failed(error: Exception) -> None:
            self._open()
            self._window.failed(error)

        def shut_first(progress: Progress) -> None:
            self._shut()
            job(progress)

        self._window.finish_film()
        self._show_work(text)
        self._window.put_away()
        self._run(shut_first, done, failed)

    def _show_work(self, text: str) -> None:
        from trainer.gui.screens.locked import WorkingScreen

        self._working = WorkingScreen(text)
        self._window.show_alone("working", self._working)

    def _run(self, job: Job, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Do ``job`` on a thread of its own."""
        deliver = self._deliverer.deliver

        def progress(count: int, whole: int) -> None:
            if self._cancel.is_set():
                raise CancelledError
            deliver(partial(self._show_progress, count, whole))

        def run() -> None:
            try:
                job(progress)
            except CancelledError:
                return
            except Exception as error:  # noqa: BLE001 - told in the window
                deliver(partial(failed, error))
            else:
                deliver(done)

        if self._thread is not None:
            self._thread.join()
        self._thread = Thread(target=run, name="attune-lock")
        self._thread.start()

    def _show_progress(self, done: int, whole: int) -> None:
        if self._working is not None and self._working is self._window.shown():
            self._working.show_progress(done, whole)

    def _tr(self, text: str) -> str:
        return QCoreApplication.translate("Door", text)


def _apart(job: Callable[[], T]) -> T:
    """Python stands still for the two seconds that a passphrase costs: so in another process."""
    from trainer.app.apart import Apart

    apart = Apart()
    try:
        return apart.run(job)
    finally:
        apart.close()
