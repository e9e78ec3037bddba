"""Brings results of other threads back to the window's thread, by a queued signal."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal


class Deliverer(QObject):
    """Calls what it is given on the thread it was made on, whichever thread asks."""

    _came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Queued even on the same thread: a finished future's callback may run inside submit().
        self._came.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def deliver(self, call: Callable[[], None]) -> None:
        """Have ``call`` called by the event loop of this object's thread; lost once it is gone."""
        if shiboken6.isValid(self):
            self._came.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


def alive(owner: QObject) -> Callable[[], bool]:
    """A test of whether ``owner`` still exists, for callbacks that must not outlive it."""
    return lambda: shiboken6.isValid(owner)
