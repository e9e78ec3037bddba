"""What the next screens need, loaded while nobody waits for it.

Before that every name of Qt is made on the window's thread: PySide6 makes a class, with its enums,
when it is first asked for. Two threads that do so at once crash it (6.11.3: signal 11, in 2 of 6
runs of two threads that read the names of three modules), and whoever imports pyqtgraph asks for
all of them.
"""

import importlib
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

MODULES = ("QtCore", "QtGui", "QtWidgets", "QtMultimedia")
# Those that take longest to read: what comes first, and with it what the others share.
SCREENS = (
    "stage", "progress", "round", "reliability", "consensus", "trainee_report", "program_arrived",
)  # fmt: skip
SLICE_S = 0.01  # of the window's time at once; one name alone takes up to three of it


def make_names(owner: QObject, then: Callable[[], object]) -> QTimer:
    """Make them all between the window's other work, and call ``then``; stop the timer to end it.

    Some 0.2 s in all, once in a process.
    """
    timer, names = QTimer(owner), _made()

    def go_on() -> None:
        until_s = time.perf_counter() + SLICE_S
        for _ in names:
            if time.perf_counter() > until_s:
                return
        timer.stop()
        then()

    timer.timeout.connect(go_on)
    timer.start(0)
    return timer


def read_ahead(_cancel: object) -> None:
    """Load it beside, so that entering a screen does not wait for the disk."""
    for name in SCREENS:
        importlib.import_module(f"trainer.gui.screens.{name}")


def _made() -> Iterator[None]:
    for name in MODULES:
        module = importlib.import_module(f"PySide6.{name}")
        for one in dir(module):
            getattr(module, one)
            yield
