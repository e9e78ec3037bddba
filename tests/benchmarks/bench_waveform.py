"""What the picture of an hour of sound costs: to make it, and to draw a frame at any zoom.

``python -m tests.benchmarks.bench_waveform [--quick]`` prints one JSON document. `made` is one
process that does what the feedback page does before it can draw; `reference` reads the whole file
and draws each frame from its samples. Asked: a few ms a frame, memory that does not grow with the
samples.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.bench_analyze import most_memory_mb, recording

WIDTH, HEIGHT = 1600, 220
RUNS = 30


def ms(work: Callable[[], object]) -> dict[str, float]:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1e3)
    return {
        "median_ms": round(float(np.median(taken)), 2),
        "most_ms": round(max(taken), 2),
    }


def make(path: Path) -> None:
    """In a process of its own."""
    from trainer.app.waveform import time_line

    before = most_memory_mb()
    begun = time.perf_counter()
    line = time_line(None, path, None)
    assert line.response is not None
    print(json.dumps({
        "seconds_of_sound": round(line.response.duration_s),
        "took_s": round(time.perf_counter() - begun, 2),
        "memory_before_mb": before,
        "most_memory_mb": most_memory_mb(),
    }))  # fmt: skip


def frames(path: Path) -> dict[str, dict[str, float]]:
    """A frame that has to be drawn anew, and one in which only the playhead moves."""
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

    from trainer.app.waveform import time_line
    from trainer.gui.widgets.marks import Marks
    from trainer.gui.widgets.timeline import Timeline

    app = QApplication([])
    line = time_line(path, path, 2.0)
    assert line.client is not None
    widget = Timeline()
    widget.resize(WIDTH, HEIGHT)
    widget.show_line(line, "Dana")
    pauses = tuple((at, at + 0.8) for at in np.arange(line.start_s, line.end_s, 4.0).tolist())
    widget.show_marks(Marks(line.response_at_s + 4.0, 0.1, pauses, "You begin after 2 s"))
    picture = QPixmap(widget.size())
    found = {}

    def anew() -> None:
        widget._redraw()
        widget.render(picture)

    while True:
        span_s = widget.view()[1]
        found[f"{span_s:.0f} s seen"] = ms(anew)
        widget.zoom(4.0)
        if widget.view()[1] == span_s:
            break
    middle = sum(widget.view()) - widget.view()[1] / 2

    def playing() -> None:
        widget.show_playhead(middle)
        widget.render(picture)

    found["only the playhead"] = ms(playing)
    app.processEvents()
    return found


def reference(path: Path) -> dict[str, dict[str, float]]:
    from trainer.media.decode import read
    from trainer.media.peaks import peaks

    sound = read(path)
    found = {}
    span = len(sound.samples)
    while span > 2 * sound.rate:
        cut = sound.samples[:span]
        found[f"{span / sound.rate:.0f} s seen"] = ms(lambda cut=cut: peaks(cut, WIDTH))
        span //= 4
    return found


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if "--make" in sys.argv[1:]:
        make(Path(sys.argv[-1]))
        return
    seconds = [20.0, 60.0] if "--quick" in sys.argv[1:] else [60.0, 600.0, 3600.0]
    with tempfile.TemporaryDirectory() as name:
        made = []
        for length in seconds:
            path = recording(Path(name), length)
            command = [sys.executable, "-m", "tests.benchmarks.bench_waveform", "--make", str(path)]
            told = subprocess.run(command, capture_output=True, text=True, check=True)
            made.append(json.loads(told.stdout))
        document = {"made": made, "frames": frames(path), "reference": reference(path)}
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
