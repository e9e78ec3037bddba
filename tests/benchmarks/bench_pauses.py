"""How long the window's thread stands still during practice: every gap of a 5 ms heartbeat.

By hand: ``python tests/benchmarks/bench_pauses.py [seconds at Today]``. Asked: no pause over 50 ms
during practice.
It plays the demo (the real window, player and recorder, in real time) and reports by state. The
reference is the same heartbeat in an empty event loop, in the same run: what this machine does to
a program that does nothing.
"""

import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer

from trainer.gui import demo
from trainer.gui.screens.stage import StageScreen

BEAT_MS = 5


class Heart:
    """Notes how late each beat is, under the name of what was going on when it was due."""

    def __init__(self, name) -> None:
        self.gaps = defaultdict(list)
        self._name = name
        self._before = name()
        self._last = time.perf_counter()
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, name = time.perf_counter(), self._name()
        key = name if name == self._before else f"{self._before} -> {name}"
        self.gaps[key].append((now - self._last) * 1000 - BEAT_MS)
        self._last, self._before = now, name

    def stop(self) -> None:
        self._timer.stop()


def report(title: str, gaps) -> None:
    print(title)
    for name, late in gaps.items():
        late.sort()
        over = sum(x > 50 for x in late)
        print(
            f"  {name:32} beats {len(late):6}   99 % {late[int(len(late) * 0.99)]:6.1f} ms"
            f"   worst {late[-1]:6.1f} ms   over 50 ms: {over}"
        )


def main() -> None:
    hearts: list[Heart] = []
    opened = demo.open_window

    def open_and_listen(*args):
        loop = QEventLoop()
        idle = Heart(lambda: "nothing")
        QTimer.singleShot(5000, loop.quit)
        loop.exec()
        idle.stop()
        report("Reference: an empty event loop", idle.gaps)
        window, close = opened(*args)

        def where() -> str:
            shown = window.shown()
            return str(shown.practice.state) if isinstance(shown, StageScreen) else "elsewhere"

        hearts.append(Heart(where))
        return window, close

    demo.open_window = open_and_listen
    # Libraries load beside for some seconds after the first paint (0: what that costs).
    read_today_s = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    meet = demo._Demo._meet
    demo._Demo._meet = lambda self: QTimer.singleShot(
        round(read_today_s * 1000), lambda: meet(self)
    )
    demo._Demo._picture = lambda self, name: None  # grabbing a picture is no part of practice
    with tempfile.TemporaryDirectory() as out:
        demo.run_demo(Path(out), None, None, tell=print)
    report("Practice", hearts[0].gaps)


if __name__ == "__main__":
    main()
