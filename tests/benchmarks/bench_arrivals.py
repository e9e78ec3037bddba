"""How long the window stands still while files come in, as when a class's submissions are dropped.

    python -m tests.benchmarks.bench_arrivals --folder /somewhere/large [--submissions 100]

The submissions are those of ``bench_import`` (8 recordings of 20 s each). They are dropped on the
Program screen of a real window, or with ``--place`` lie in its shared place, or with ``--share``
one share with that many responses is taken in under Rate. Prints one JSON line: how long it took,
the longest that the event loop did not come round (ms), how often that was over 20 and 50 ms, and
the longest that another question to the log waited meanwhile. On a machine that has other work a
process stands still because it is not its turn, so each gap is counted a second time, in what this
process (all its threads) worked in it: ``own``; ``idle`` is the same with nothing to do.
"""

import argparse
import gc
import json
import shutil
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from tests.app.fakes import FakeRecorder
from tests.app.travelled import Program, Rater, library
from tests.benchmarks.bench_import import fresh, prepared
from tests.benchmarks.bench_locked import until
from trainer.app import arrivals, settings, today
from trainer.app.paths import Home
from trainer.domain import assignment as rules
from trainer.gui.application import make_application, open_window
from trainer.gui.arrivals import Arrivals
from trainer.gui.shared_place import SharedPlace
from trainer.store.assignments import assignments

ASK_MS = 25


class Beats(QObject):
    """Every time the event loop came round, and how long each question to the log waited (ms)."""

    def __init__(self, runner: Any) -> None:
        super().__init__()
        self._runner = runner
        self._beat, self._ask = QTimer(self, interval=1), QTimer(self, interval=ASK_MS)
        self._beat.timeout.connect(self._tick)
        self._ask.timeout.connect(self._question)
        self._asking = False
        self.begin()

    def begin(self) -> None:
        self.gaps: list[float] = []
        self.own: list[float] = []
        self.waits: list[float] = []
        self._last, self._worked = time.perf_counter(), time.process_time()
        self._beat.start()
        self._ask.start()

    def told(self) -> dict[str, float]:
        self._tick()
        return {
            "longest_ms": round(max(self.gaps), 1),
            "over_20_ms": sum(gap > 20 for gap in self.gaps),
            "over_50_ms": sum(gap > 50 for gap in self.gaps),
            "own_longest_ms": round(max(self.own), 1),
            "own_over_20_ms": sum(gap > 20 for gap in self.own),
            "own_over_50_ms": sum(gap > 50 for gap in self.own),
            "log_waited_ms": round(max(self.waits, default=0.0), 1),
        }

    def _tick(self) -> None:
        now, worked = time.perf_counter(), time.process_time()
        gap = (now - self._last) * 1000
        self.gaps.append(gap)
        self.own.append(min(gap, (worked - self._worked) * 1000))
        self._last, self._worked = now, worked

    def _question(self) -> None:
        if self._asking:
            return
        self._asking, asked = True, time.perf_counter()

        def answered(_: object) -> None:
            self._asking = False
            self.waits.append((time.perf_counter() - asked) * 1000)

        self._runner.database(lambda log: log.row("SELECT 1"), answered)


def share_of(folder: Path, count: int, home: Home) -> Path:
    """A share of everything that came to a program, for the rater in ``home``."""
    fresh(folder, count)
    program = Program(Home(folder / "taking"))
    out = folder / "shares"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    with program.log() as log:
        arrivals.take_in(program.home, log, [folder / str(count)], lambda _done, _of: None)
        asked = [rules.read_document(one) for one in assignments(log, mine=True)]
    (given,) = program.share(asked, [Rater(home)], out)
    return given.path


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--submissions", type=int, default=100)
    parse.add_argument("--folder", type=Path, required=True)
    parse.add_argument("--place", action="store_true")
    parse.add_argument("--share", action="store_true")
    asked = parse.parse_args()
    folder, count = asked.folder.absolute(), asked.submissions
    prepared(folder, count)
    if asked.share:
        home = Home(folder / "rating")
        shutil.rmtree(home.folder, ignore_errors=True)
        home.ensure()
        what = [share_of(folder, count, home)]
    else:
        fresh(folder, count)
        home, what = Home(folder / "taking"), [folder / str(count)]
    with Program(home).log() as log:
        person = today.add_person(log, "M. K.").value
    chosen = settings.Settings(home.settings_file)
    chosen.set("person", person.id)
    chosen.set("place", str(what[0]) if asked.place else "")
    app = make_application([], chosen)
    window, close = open_window(home, chosen, lambda: FakeRecorder(time.monotonic))
    until(lambda: window.shown() is not None)
    window.go("rate" if asked.share else "program")
    until(lambda: False, 4.0)  # what it reads ahead
    assert window.desk is not None
    library()
    gc.collect()
    beats = Beats(window.desk.runner)
    until(lambda: False, 3.0)
    idle = beats.told()
    came: list[Any] = []
    Arrivals.of(window).arrived.connect(came.extend)
    beats.begin()
    began = time.perf_counter()
    if asked.place:
        SharedPlace.of(window).look()
    else:
        Arrivals.of(window).take_in(what)
    until(lambda: came, 600.0)
    took = time.perf_counter() - began
    until(lambda: False, 1.0)
    found = {
        "idle": idle, "taking_in": beats.told(), "seconds": round(took, 1), "files": len(came),
        "refused": [str(one.refused) for one in came if one.refused][:3],
    }  # fmt: skip
    window.close()
    close()
    del app
    print(json.dumps(found))


if __name__ == "__main__":
    main()
