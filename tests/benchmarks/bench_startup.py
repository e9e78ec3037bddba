"""How long until the first window is painted, against a bare PySide6 window in the same run.

By hand: ``python tests/benchmarks/bench_startup.py [repeats]``. Asked: at most 2.0 x the floor.
Each start is a process of its own, timed from its spawn until its first paint event was handled.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FLOOR = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
class Window(QWidget):
    def paintEvent(self, event):
        print("painted", flush=True)
        app.quit()
window = Window()
window.resize(1120, 760)
window.show()
app.exec()
"""

ATTUNE = """
import sys
from trainer.cli import attune
from trainer.gui import application
class Paint(application._FirstPaint):
    def eventFilter(self, watched, event):
        if event.type() is application.QEvent.Type.Paint:
            print("painted", flush=True)
            application.QApplication.quit()
        return False
application._FirstPaint = Paint
attune.main(["--home", sys.argv[1]], prog_name="attune", standalone_mode=True)
"""

EAGER = "import trainer.wiring, trainer.gui.screens.stage\n" + ATTUNE


def seconds(code: str, home: str) -> float:
    """Wall time from spawn to first paint (s)."""
    env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    env["PYTHONPATH"] = str(ROOT)
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code, home],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        text=True,
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        took = time.perf_counter() - began
    if "painted" not in line:
        raise SystemExit("the window was never painted")
    return took


def main() -> None:
    """Interleave the three, so that a busy moment hits all of them, and print the ratios."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as home:
        found: dict[str, list[float]] = {"floor": [], "attune": [], "all imported first": []}
        for _ in range(repeats + 1):
            for name, code in zip(found, (FLOOR, ATTUNE, EAGER), strict=True):
                found[name].append(seconds(code, home))
    floor = statistics.median(found["floor"][1:])  # the first of each warms the disk cache
    for name, times in found.items():
        middle = statistics.median(times[1:])
        print(f"{name:20} {middle * 1000:6.0f} ms   {middle / floor:4.2f} x floor")


if __name__ == "__main__":
    main()
