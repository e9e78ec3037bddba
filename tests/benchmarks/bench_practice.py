"""Thirty repetitions in one window, and a log of 100,000 responses opened and charted.

By hand: ``python tests/benchmarks/bench_practice.py [repetitions] [responses]``. Asked: memory does
not grow over 30 repetitions; the large log opens and charts. Real window (offscreen), player,
recorder and store; the microphone is a file. The reference for time is the same screens with an
empty log, in the same run.
"""

import gc
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import soundfile
from PySide6.QtCore import QEventLoop, QTimer

from tests.benchmarks.bench_store import seed
from tests.journeys.short_pack import make_pack
from tests.journeys.sound_tools import RATE, speech
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.app.settings import Settings
from trainer.app.today import add_person, single
from trainer.gui.application import make_application, open_window
from trainer.gui.recorder import QtRecorder
from trainer.gui.screens.stage import StageScreen
from trainer.gui.sources import FileSource
from trainer.store.db import open_log


def wait(condition, seconds: float = 30) -> float:
    """Run the event loop until ``condition``; how long it took (s)."""
    began = time.perf_counter()
    loop, timer = QEventLoop(), QTimer(interval=2)
    timer.timeout.connect(
        lambda: loop.quit() if condition() or time.perf_counter() - began > seconds else None
    )
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise SystemExit("waited in vain")
    return time.perf_counter() - began


def megabytes() -> tuple[float, float]:
    """Resident memory of this process, after what is garbage has gone, and of the one apart."""
    gc.collect()
    tasks = Path("/proc/self/task").iterdir()
    children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    return _resident(os.getpid()), max(map(_resident, children), default=0.0)


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def repeat(window, count: int) -> None:
    """Meet the same client ``count`` times, feedback included."""
    desk = window.desk
    vignette = desk.library.find_vignette("anna-late")
    rubric = desk.library.rubric("alliance-skills")
    person = desk.settings.text("person")
    desk.runner.database(lambda log: single(log, person, vignette, rubric), window.practise)
    wait(lambda: isinstance(window.shown(), StageScreen))
    practice = window.shown().practice
    for number in range(1, count + 1):
        practice.play()
        wait(lambda: practice.state is State.RESPONDING)
        ended = time.perf_counter()
        wait(lambda since=ended: time.perf_counter() - since > 0.5)
        practice.finish()
        wait(lambda: practice.response is not None)
        for item in rubric.items:
            practice.score(item.id, 3.0)
        practice.lock()
        wait(lambda: practice.state is State.RATED)
        rated = time.perf_counter()
        # feedback is drawn, measures arrive
        wait(lambda since=rated: time.perf_counter() - since > 0.8)
        if number in (1, 5, 10, 20, count):
            here, apart = megabytes()
            print(f"  after {number:3} repetitions: {here:7.1f} MB, the process apart {apart:7.1f}")
        practice.again("slower")
    window.go("today")


def with_window(home: Home, act) -> None:
    source = FileSource(home.folder / "speech.wav", delay_s=0.1)
    soundfile.write(source.path, speech(1.0, 3), RATE)
    settings = Settings(home.settings_file)
    window, close = open_window(home, settings, lambda: QtRecorder(source=source))
    wait(lambda: window.shown() is not None)
    act(window)
    window.close()
    close()


def times(window) -> dict[str, float]:
    found = {}
    for room in ("log", "progress", "today"):
        began = time.perf_counter()
        window.go(room)
        for _ in range(3):  # screens ask in up to three steps, and jobs are answered in order
            answered = []
            window.desk.runner.database(lambda log: None, answered.append)
            wait(lambda seen=answered: bool(seen))
        window.grab()  # painted, charts included
        found[room] = (time.perf_counter() - began) * 1000
    return found


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    responses = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    app = make_application(["bench"], Settings(Path(tempfile.mkdtemp()) / "settings.json"))
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        make_pack(home.packs, 1.5)
        log = open_log(home.folder)
        Settings(home.settings_file).set("person", add_person(log, "Bench").value.id)
        log.close()
        print(f"Memory over {repetitions} repetitions")
        with_window(home, lambda window: repeat(window, repetitions))
    results = []
    for count in (0, responses):
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder))
            log = open_log(home.folder)
            if count:
                seed(log.path, count)
                Settings(home.settings_file).set("person", "p0")
            else:
                Settings(home.settings_file).set("person", add_person(log, "Bench").value.id)
            log.close()
            # twice: the first visit of a room in a process also imports what it draws with
            with_window(home, lambda window: results.append((times(window), times(window))[1]))
    print(f"Screens, ms: empty log -> {responses} responses (5 % of them this person's)")
    for room in results[0]:
        print(f"  {room:10} {results[0][room]:7.0f} -> {results[1][room]:7.0f}")
    del app


if __name__ == "__main__":
    main()
