"""The window with a round of rating, worked key by key until somebody kills it.

``python -m tests.journeys.round_kill_child HOME LINES``: after each key that has reached the log, a
line on the disk with all that is rated, chosen, typed and said.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from trainer.app import queue, rounds
from trainer.app.paths import Home
from trainer.app.round_work import Work
from trainer.app.settings import Settings
from trainer.gui.application import make_application, open_window
from trainer.gui.main_window import MainWindow
from trainer.gui.screens.round import RoundScreen
from trainer.gui.screens.today import TodayScreen

# What a rater presses at one response: everything there is. Letters after T are typed.
SCRIPT = (
    "4", "Up", "2", "3", "T", "s", "o", "r", "r", "y", "Return", "M", "H", "0", "O", "Return",
    "PgUp", "1", "Return", "5", "T", "h", "a", "Esc", "Ctrl+Z", "3", "3", "3", "Return", "PgUp",
    "Ctrl+Z", "PgDown",
)  # fmt: skip
KEYS = {"PgUp": Qt.Key.Key_PageUp, "PgDown": Qt.Key.Key_PageDown, "Esc": Qt.Key.Key_Escape}
POLL_MS = 2


def state(work: dict[str, Work]) -> list[dict[str, Any]]:
    """What is rated, chosen, typed and said of each response; no ids and no times."""
    return [
        {
            "scores": dict(one.draft.scores),
            "second": one.draft.second_opinion,
            "typing": one.draft.typing,
            "locked": [dict(scores) for scores in one.history],
            "said": sorted([comment.text, comment.marker] for comment in one.comments),
        }
        for one in work.values()
    ]


class Script:
    """Presses one key, waits until it is in the log, tells of it."""

    def __init__(self, window: MainWindow, lines: Path) -> None:
        self._window, self._lines = window, lines.open("a", encoding="utf-8")
        self._landed = False
        self._steps = self._round()

    def step(self) -> None:
        next(self._steps)

    def _round(self) -> Iterator[None]:
        window = self._window
        while not isinstance(window.shown(), TodayScreen):
            yield
        self._begin()
        while not isinstance(window.shown(), RoundScreen):
            yield
        screen = window.shown()
        assert isinstance(screen, RoundScreen)
        while screen.rating is None:
            yield
        yield from self._tell(screen)
        while True:
            for key in SCRIPT:
                self._press(screen, key)
                yield from self._tell(screen)

    def _begin(self) -> None:
        desk, window = self._window.desk, self._window
        assert desk is not None
        me, rubric = desk.settings.text("person"), desk.library.rubric("alliance-skills")
        desk.runner.change(
            lambda log: rounds.begin(
                log, me, "Kills", rubric, queue.own(log, desk.home, desk.library, me)
            ),
            lambda made: window.rate_round(made.id),
        )

    def _press(self, screen: RoundScreen, key: str) -> None:
        target = QApplication.focusWidget() or screen
        if key == "Ctrl+Z":
            QTest.keyClick(target, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        elif key in KEYS:
            QTest.keyClick(target, KEYS[key])
        elif key in ("Return", "Up"):
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{key}"))
        else:
            QTest.keyClick(target, key)

    def _tell(self, screen: RoundScreen) -> Iterator[None]:
        rating, desk = screen.rating, self._window.desk
        assert rating is not None
        assert desk is not None
        landed: list[object] = []
        desk.runner.database(lambda _log: None, landed.append)  # jobs of the log keep their order
        while not landed:
            yield
        self._lines.write(json.dumps(state(rating.all_work)) + "\n")
        self._lines.flush()
        os.fsync(self._lines.fileno())


def main(home: Home, lines: Path) -> None:
    """Open the window and work it until the end of the world."""
    app = make_application(sys.argv[:1], Settings(home.settings_file))
    window, _close = open_window(home, Settings(home.settings_file))
    window.to_nobody = True
    script = Script(window, lines)
    timer = QTimer(interval=POLL_MS)
    timer.timeout.connect(script.step)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), Path(sys.argv[2]))
