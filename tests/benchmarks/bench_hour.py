"""An hour of recording: what is missing of it, and what it costs.

``python -m tests.benchmarks.bench_hour [minutes]`` prints one JSON document. Noise that never
repeats is played into a null sink and recorded by a program of its own, as the app does; the take
is then compared with what was played, sample by sample. Where a busy machine did not play in time,
the server hears silence: that is told apart, for a second program records the same microphone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.helpers.pulse import NullSink, pulse_server
from tests.journeys.sound_tools import Child

RATE = 48_000
STEP = RATE // 10
SEARCH_S = 20
Samples = NDArray[np.int16]


def second(number: int) -> Samples:
    """The noise of one second, the same for the same number."""
    random = np.random.default_rng(number)
    return random.integers(-8_000, 8_000, RATE).astype(np.int16)


def played(first: int) -> Iterator[Samples]:
    """The noise from a second on, without an end."""
    while True:
        yield second(first)
        first += 1


def play(sound: NullSink, stop: threading.Event) -> subprocess.Popen[bytes]:
    """Play into the microphone, well buffered, until ``stop``."""
    form = ["--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=1000"]
    player = subprocess.Popen(
        ["pacat", "--playback", *form, f"--device={sound.mouth}"],
        env=sound.env, stdin=subprocess.PIPE,
    )  # fmt: skip

    def feed() -> None:
        assert player.stdin is not None
        try:
            for block in played(0):
                if stop.is_set():
                    return
                player.stdin.write(block.tobytes())
        except BrokenPipeError:
            return

    threading.Thread(target=feed, daemon=True).start()
    return player


def used(pid: int) -> tuple[float, float]:
    """CPU seconds and resident MB of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def align(take: Samples) -> tuple[int, int]:
    """A place in ``take`` and the frame that was played there."""
    for at in range(3 * RATE, min(len(take), 60 * RATE), RATE):
        part = take[at : at + 256].astype(np.float64)
        for number in range(at // RATE + SEARCH_S):
            both = np.concatenate([second(number), second(number + 1)]).astype(np.float64)
            match = np.correlate(both[: RATE + 256], part, "valid")
            best = int(match.argmax())
            if np.abs(both[best : best + 256] - part).max() <= 1:
                return at, number * RATE + best
    raise AssertionError("what was played is not in the take")


def stretch(frame: int, count: int) -> Samples:
    """``count`` frames of what was played, from ``frame`` on."""
    first, last = frame // RATE, (frame + count) // RATE
    whole = np.concatenate([second(number) for number in range(first, last + 1)])
    return np.asarray(whole[frame - first * RATE : frame - first * RATE + count])


def compare(take: Samples) -> dict[str, int]:
    """Frames compared, missing, and silent where nothing was played in time."""
    at, frame = align(take)
    found = {"compared": 0, "missing": 0, "silent": 0, "places": 0}
    while at + STEP <= len(take):
        expected = stretch(frame, STEP)
        same = np.abs(take[at : at + STEP].astype(np.int32) - expected) <= 1
        good = STEP if same.all() else int(np.argmin(same))
        found["compared"] += good
        at, frame = at + good, frame + good
        if good == STEP:
            continue
        found["places"] += 1
        silence = 0
        while at < len(take) and take[at] == 0:
            at, silence = at + 1, silence + 1
        found["silent"] += silence
        part = take[at : at + 64]
        ahead = np.lib.stride_tricks.sliding_window_view(stretch(frame, 5 * RATE), 64)
        hits = np.flatnonzero((np.abs(ahead[:, :8] - part[:8].astype(np.int32)) <= 1).all(axis=1))
        if len(part) < 64 or not len(hits):
            break
        found["missing"] += int(hits[0])
        frame += int(hits[0])
    found["left_over"] = len(take) - at
    return found


def measure(minutes: float) -> dict[str, object]:
    """Record, and compare with what was played."""
    stop = threading.Event()
    with pulse_server() as sound, tempfile.TemporaryDirectory() as name:
        take, beside = Path(name) / "take.wav", Path(name) / "beside.wav"
        player, other = play(sound, stop), sound.record(beside)
        command = [sys.executable, "-m", "tests.journeys.sound_child", "record", str(take)]
        process = subprocess.Popen(
            [*command, str(minutes * 60)], env=sound.env, text=True, stdout=subprocess.PIPE
        )
        child = Child(process, None)
        try:
            child.wait_for("began")
            time.sleep(5)
            began_s, (cpu_s, begin_mb) = time.monotonic(), used(process.pid)
            time.sleep(max(1.0, minutes * 60 - 10))
            spent_s, end_mb = used(process.pid)
            share = (spent_s - cpu_s) / (time.monotonic() - began_s)
            done = child.wait_for("duration_s")
        finally:
            stop.set()
            child.end()
            for program in (player, other):
                program.terminate()
                program.wait()
        kept = soundfile.read(str(take), dtype="int16")[0]
        heard = np.fromfile(beside, "<i2")[22:]
    return {
        "minutes": round(len(kept) / RATE / 60, 2), "holes_told": done["gaps"],
        "take": compare(kept), "another_program": compare(heard),
        "cpu_of_a_core": round(share, 4),
        "begin_mb": round(begin_mb, 1), "end_mb": round(end_mb, 1),
        "troubles": [one["trouble"] for one in child.said if "trouble" in one],
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("minutes", type=float, nargs="?", default=60.0)
    sys.stdout.write(json.dumps(measure(parser.parse_args().minutes), indent=1) + "\n")
