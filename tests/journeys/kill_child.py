"""The app itself, worked by a script that never stops, until somebody kills it.

``python -m tests.journeys.kill_child HOME SPEECH LINES``. Each line of LINES is one JSON object,
on the disk before the script goes on: the state it is in, and what it knows to be finished.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from trainer.app.paths import Home
from trainer.app.practice import Practice, State
from trainer.app.settings import Settings
from trainer.app.today import single
from trainer.gui.application import make_application, open_window
from trainer.gui.main_window import MainWindow
from trainer.gui.recorder import QtRecorder
from trainer.gui.screens.stage import StageScreen
from trainer.gui.screens.today import TodayScreen
from trainer.gui.sources import FileSource

POLL_MS = 15
Condition = Callable[[], bool]


class Script:
    """Meets one client again and again: listens, answers, rates, reads, says how it was."""

    def __init__(self, window: MainWindow, lines: Path) -> None:
        self.window = window
        self._lines = lines.open("a", encoding="utf-8")
        self._told: tuple[object, ...] = ()
        self._steps = self._evening()
        self._ready: Condition = lambda: True

    def say(self, **facts: object) -> None:
        self._lines.write(json.dumps({"at_s": time.monotonic()} | facts) + "\n")
        self._lines.flush()
        os.fsync(self._lines.fileno())

    def step(self) -> None:
        """Tell of a new state; go on when what was waited for has come."""
        shown = self.window.shown()
        if isinstance(shown, StageScreen):
            now = (shown.practice, shown.practice.state, shown.practice.attempt)
            if now != self._told:
                self._told = now
                self.say(state=shown.practice.state.value)
        if self._ready():
            self._ready = next(self._steps)

    def _evening(self) -> Iterator[Condition]:
        while True:
            yield lambda: isinstance(self.window.shown(), TodayScreen)
            self._meet()
            yield lambda: isinstance(self.window.shown(), StageScreen)
            stage = self.window.shown()
            assert isinstance(stage, StageScreen)
            practice = stage.practice
            again = practice.attempt % 2 == 0  # once more, in every other sitting
            yield from self._repetition(practice)
            if again:
                self._press(Qt.Key.Key_R)
                yield from self._repetition(practice)
            self._press(Qt.Key.Key_N)
            yield self._after(0.1)
            self._press(Qt.Key.Key_2)
            QTest.keyClick(stage.reflect.line, Qt.Key.Key_Return)
            yield partial(self._is_done, practice)
            self.say(ended=practice.sitting.session.id)

    def _repetition(self, practice: Practice) -> Iterator[Condition]:
        yield self._after(0.1)
        self._press(Qt.Key.Key_Space)
        yield lambda: practice.state is State.RESPONDING
        yield self._after(0.7)
        self._press(Qt.Key.Key_Space)
        self.say(finishing=True)
        yield lambda: practice.response is not None
        response = practice.response
        assert response is not None
        self.say(response=response.id, sha256=response.recording.sha256)
        chosen: dict[str, float | None] = {}
        for key, item in zip("432", practice.sitting.rubric.items, strict=True):
            self._press(getattr(Qt.Key, f"Key_{key}"))
            chosen[item.id] = float(key)
            yield from self._draft_is_kept(response.id, dict(chosen))
        self._press(Qt.Key.Key_Return)
        yield lambda: practice.state is State.RATED
        assert practice.rating is not None
        self.say(rating=practice.rating.id, of=response.id)
        yield self._after(0.15)

    def _draft_is_kept(self, of: str, scores: dict[str, float | None]) -> Iterator[Condition]:
        landed: list[object] = []
        assert self.window.desk is not None
        # Jobs of the log are done in order: after this one, the draft is in it.
        self.window.desk.runner.database(lambda _log: None, landed.append)
        yield lambda: bool(landed)
        self.say(draft=scores, of=of)

    def _meet(self) -> None:
        desk, window = self.window.desk, self.window
        assert desk is not None
        vignette = desk.library.find_vignette("anna-late")
        rubric = desk.library.rubric(desk.settings.text("rubric"))
        person = desk.settings.text("person")
        desk.runner.database(lambda log: single(log, person, vignette, rubric), window.practise)

    def _is_done(self, practice: Practice) -> bool:
        return practice.state is State.DONE

    def _press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def _after(self, seconds: float) -> Condition:
        until = time.monotonic() + seconds
        return lambda: time.monotonic() >= until


def main(home: Home, speech: Path, lines: Path) -> None:
    """Open the window and work it until the end of the world."""
    app = make_application(sys.argv[:1], Settings(home.settings_file))
    source = FileSource(speech, delay_s=0.2)
    window, _close = open_window(
        home, Settings(home.settings_file), lambda: QtRecorder(source=source)
    )
    script = Script(window, lines)
    failed = window.failed

    def fail(error: BaseException) -> None:
        script.say(fault=repr(error))
        failed(error)

    window.failed = fail
    sys.excepthook = lambda _kind, error, _trace: fail(error)
    timer = QTimer(interval=POLL_MS)
    timer.timeout.connect(script.step)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]))
