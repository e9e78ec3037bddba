"""The main job played through the real window, in real time, without a screen or a microphone.

A script presses the keys that a person would press; everything else is the app: the same window,
player, recorder, log and report. Only the microphone is a file.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from trainer.app import logbook
from trainer.app.calibration import training
from trainer.app.paths import Home, bundled, named_path
from trainer.app.practice import Practice, State
from trainer.app.report import response_report
from trainer.app.settings import Settings
from trainer.app.today import single
from trainer.domain.errors import KnownError
from trainer.gui.application import make_application, open_window
from trainer.gui.console import hushed
from trainer.gui.main_window import MainWindow
from trainer.gui.pdf import write_pdf
from trainer.gui.recorder import QtRecorder
from trainer.gui.screens.round import RoundScreen
from trainer.gui.screens.stage import StageScreen
from trainer.gui.screens.today import TodayScreen
from trainer.gui.screens.welcome import WelcomeScreen
from trainer.gui.sources import FileSource

DEFAULT_VIGNETTE = "eli-bike-racks"
SPEECH = "speech/response.opus"
SCORES = ("4", "3", "3", "4", "3", "3", "4", "3")
STEP_DEADLINE_S = 150.0
POLL_MS = 30

Tell = Callable[[str], None]
Condition = Callable[[], bool]


@hushed()
def run_demo(
    out: Path, speech: Path | None, vignette: str | None, tell: Tell = print
) -> dict[str, Any]:
    """Play the main job into ``out``: ids, timings (s), measures, files; KnownError on trouble."""
    if sys.platform.startswith("linux") and not _has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = Home(named_path(out).resolve() / "data")
    home.ensure()
    settings = Settings(home.settings_file)
    _app = make_application(sys.argv[:1], settings)  # kept alive until the window is closed
    source = FileSource(speech or bundled("assets") / SPEECH, delay_s=1.2)
    window, close = open_window(home, settings, lambda: QtRecorder(source=source))
    window.to_nobody = True  # it shows how rating goes, on machines without a loudspeaker too
    window.resize(1280, 800)
    demo = _Demo(window, out, source, vignette or DEFAULT_VIGNETTE, tell)
    try:
        demo.play()
    finally:
        window.close()
        close()
    document = _document(home, demo)
    document["files"].update(_report(home, demo.response_id, out))
    return document


class _Demo:
    """The script, and what it saw."""

    def __init__(
        self, window: MainWindow, out: Path, source: FileSource, vignette: str, tell: Tell
    ) -> None:
        self.window, self.out, self.source, self.vignette = window, out, source, vignette
        self.tell = tell
        self.files: dict[str, str] = {}
        self.timings: dict[str, float] = {}
        self.response_id = ""
        self._began = time.monotonic()

    def play(self) -> None:
        """Press one key after another, each when the window is ready for it."""
        loop, steps = QEventLoop(), self._steps()
        failure: list[Exception] = []
        ready: Condition = lambda: True  # noqa: E731 - replaced at each step
        deadline = time.monotonic() + STEP_DEADLINE_S

        def poll() -> None:
            nonlocal ready, deadline
            try:
                self._check(deadline)
                if ready():
                    ready = next(steps)
                    deadline = time.monotonic() + STEP_DEADLINE_S
            except StopIteration:
                loop.quit()
            except Exception as error:  # noqa: BLE001 - raised again below, outside the event loop
                failure.append(error)
                loop.quit()

        timer = QTimer(interval=POLL_MS)
        timer.timeout.connect(poll)
        timer.start()
        loop.exec()
        timer.stop()
        if failure:
            raise failure[0]

    def _steps(self) -> Iterator[Condition]:
        window = self.window
        yield lambda: isinstance(self._shown(), WelcomeScreen | TodayScreen)
        welcome = self._shown()
        if isinstance(welcome, WelcomeScreen):
            self._picture("welcome")
            QTest.keyClicks(welcome.name, "Demo")
            QTest.keyClick(welcome.name, Qt.Key.Key_Return)
            yield lambda: isinstance(self._shown(), TodayScreen)
        today = self._shown()
        yield lambda: isinstance(today, TodayScreen) and today.start.isEnabled()
        self._picture("today")
        self._meet()
        yield lambda: isinstance(self._shown(), StageScreen)
        yield from self._practise(self._practice())
        window.go("progress")
        yield self._after(1.2)
        self._picture("progress")
        window.go("log")
        yield self._after(0.8)
        self._picture("log")
        yield from self._rate_others()

    def _practise(self, practice: Practice) -> Iterator[Condition]:
        yield self._after(1.0)  # who this is, is read while the client is being drawn
        self._picture("ready")
        self.tell(f"{practice.vignette.client.name} speaks …")
        self._press(Qt.Key.Key_Space)
        middle = practice.turn.says[len(practice.turn.says) // 2]
        yield self._after(middle.start_s + 0.8)
        self._press(Qt.Key.Key_C)
        yield self._after(0.15)
        self._picture("practice")
        yield lambda: practice.state is State.RESPONDING
        self.timings["client_ended_after_s"] = self._since()
        self.tell("The answer is recorded …")
        yield self._after(3.0)
        self._picture("responding")
        yield lambda: self.source.spoken
        yield self._after(0.7)
        self._press(Qt.Key.Key_Space)
        yield lambda: practice.state is State.REVIEWING and practice.response is not None
        for number, _item in enumerate(practice.sitting.rubric.items):
            if number == 1:
                self._picture("rating")
            self._press(getattr(Qt.Key, f"Key_{SCORES[number]}"))
            yield self._after(0.3)
        self._press(Qt.Key.Key_Return)
        yield lambda: practice.state is State.RATED
        self.timings["rated_after_s"] = self._since()
        assert practice.response is not None, "a rated response is in the log"
        self.response_id = practice.response.id
        yield self._after(4.0)  # the measures arrive, as they do for a person
        self._picture("review")
        self._press(Qt.Key.Key_N)
        yield lambda: practice.state is State.REFLECTING
        self._press(Qt.Key.Key_2)
        QTest.keyClicks(self._stage().reflect.line, "Slower; the detail first.")
        self._picture("reflect")
        QTest.keyClick(self._stage().reflect.line, Qt.Key.Key_Return)
        yield lambda: isinstance(self._shown(), TodayScreen)

    def _rate_others(self) -> Iterator[Condition]:
        """A reference is rated as a supervisor rates: heard, marked, commented on, scored."""
        self._train()
        yield lambda: isinstance(self._shown(), RoundScreen)
        screen = self._shown()
        assert isinstance(screen, RoundScreen)
        yield lambda: screen.rating is not None and screen.page.hear.duet.playing
        yield self._after(2.5)
        self._press(Qt.Key.Key_M)
        self._press(Qt.Key.Key_A)
        yield self._after(1.5)
        self._press(Qt.Key.Key_T)
        QTest.keyClicks(screen.page.remarks.line, "Keeps the client's own word, and waits.")
        self._press(Qt.Key.Key_Return)
        self._press(getattr(Qt.Key, f"Key_{SCORES[0]}"))
        yield self._after(0.5)
        self._picture("round")
        self._press(Qt.Key.Key_Escape)
        yield self._after(0.5)
        self._picture("calibration")

    def _train(self) -> None:
        desk, window = self.window.desk, self.window
        assert desk is not None, "a room is shown only with a desk"
        rubric = desk.library.rubric(desk.settings.text("rubric"))
        person = desk.settings.text("person")
        desk.runner.change(
            lambda log: training(log, desk.home, desk.library, rubric, person),
            lambda made: window.rate_round(made.id),
        )

    def _meet(self) -> None:
        desk, window = self.window.desk, self.window
        assert desk is not None, "Today is shown only with a desk"
        vignette = desk.library.find_vignette(self.vignette)
        rubric = desk.library.rubric(desk.settings.text("rubric"))
        person = desk.settings.text("person")
        desk.runner.database(lambda log: single(log, person, vignette, rubric), window.practise)

    def _check(self, deadline: float) -> None:
        if told := self.window.banner.text():
            raise KnownError(f"The demo came to a halt: {told}")
        if time.monotonic() > deadline:
            raise KnownError("The demo came to a halt", "Look at attune.log in its data folder.")

    def _shown(self) -> QWidget | None:
        return self.window.shown()

    def _stage(self) -> StageScreen:
        shown = self._shown()
        assert isinstance(shown, StageScreen), "the stage is left only at the end of the set"
        return shown

    def _practice(self) -> Practice:
        return self._stage().practice

    def _press(self, key: Qt.Key) -> None:
        focused = QApplication.focusWidget()
        QTest.keyClick(self.window if focused is None else focused, key)

    def _after(self, seconds: float) -> Condition:
        until = time.monotonic() + seconds
        return lambda: time.monotonic() >= until

    def _since(self) -> float:
        return round(time.monotonic() - self._began, 3)

    def _picture(self, name: str) -> None:
        path = self.out / f"{name}.png"
        self.window.grab().save(str(path))
        self.files[name] = str(path)


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _document(home: Home, demo: _Demo) -> dict[str, Any]:
    shown = logbook.show(home, demo.response_id)
    response = shown["response"]
    return {
        "ids": {
            "response": demo.response_id,
            "person": response["person_id"],
            "session": response["session_id"],
            "rating": shown["ratings"][0]["id"],
        },
        "timings": {
            **demo.timings,
            "stimulus_end_s": response["stimulus_end_s"],
            "stimulus_end_error_s": response["stimulus_end_error_s"],
            "recording_s": response["recording"]["duration_s"],
        },
        "scores": shown["ratings"][0]["scores"],
        "measures": shown["measures"],
        "files": dict(demo.files),
    }


def _report(home: Home, response_id: str, out: Path) -> dict[str, str]:
    files = response_report(home, response_id, out, write_pdf)
    return {f"report_{kind}": str(path) for kind, path in files.items()}
