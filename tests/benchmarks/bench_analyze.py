"""How fast a recording is measured, and how much memory that takes.

``python -m tests.benchmarks.bench_analyze [--quick]`` prints one JSON document: `measured` is one
process for each file, as `attune analyze` is, with its start in the seconds; `parts` says where
the time goes, in CPU milliseconds for each second of sound.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import soundfile

from tests.media import synth
from trainer.media import activity, decode, pitch
from trainer.media.flac import to_flac
from trainer.media.frames import RATE, frames
from trainer.media.loudness import Heat, Loudness
from trainer.media.measure import measure
from trainer.media.peaks import Pyramid, envelope
from trainer.media.resample import resample

WIDE = 48_000


def recording(folder: Path, seconds: float, kind: str = "flac") -> Path:
    """A 48 kHz mono file of speech in noise; the same two minutes over and over."""
    parts: list[np.ndarray] = []
    held = 0.0
    while held < min(seconds, 120.0):
        made = synth.speech(len(parts), phrases=4)
        parts.append(made.samples)
        held += len(made.samples) / made.rate
    once = np.concatenate(parts)
    noisy = synth.with_noise(once, np.random.default_rng(0), 25, "pink")
    wide = resample(noisy.astype(np.float32), synth.RATE, WIDE)
    path = folder / f"{seconds:.0f}.{kind}"
    missing = round(seconds * WIDE)
    with soundfile.SoundFile(path, "w", WIDE, 1) as file:
        while missing > 0:
            file.write(wide[:missing])
            missing -= len(wide)
    return path


def cpu_s(work: Callable[[], object], runs: int) -> float:
    """Median CPU seconds of this process and what it started."""
    taken = []
    for _ in range(runs):
        before = os.times()
        work()
        after = os.times()
        taken.append(sum(after[:4]) - sum(before[:4]))
    return median(taken)


def most_memory_mb() -> float | None:
    """The most this process ever held in memory (MB); None where the system does not tell.

    `getrusage` would count what the parent held, too.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(told.split()[1]) / 1024, 1)


def measure_one(path: Path) -> dict[str, Any]:
    """In a process of its own: CPU of the whole process, and of the measuring without its start."""
    started = sum(os.times()[:4])
    found = measure(path)
    taken = sum(os.times()[:4])
    return {
        "file": path.name,
        "cpu_s": round(taken, 2),
        "x_real_time": round(found.duration_s / taken, 1),
        "x_real_time_without_start": round(found.duration_s / (taken - started), 1),
        "most_memory_mb": most_memory_mb(),
    }


def measured(path: Path) -> dict[str, Any]:
    """``measure_one`` in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_analyze", "--one", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


def parts(path: Path, runs: int) -> dict[str, float]:
    """CPU milliseconds for each second of sound; a long file is read and resampled four times."""
    channels, rate = decode.read_channels(path)
    sound = decode.read(path)
    narrow = resample(sound.samples, rate, RATE)
    made = frames([narrow], len(narrow), lambda done: None)
    stretches = activity.find(made).stretches

    def loud() -> None:
        heat, loudness = Heat(), Loudness(rate)
        heat.hear(channels)
        loudness.hear(sound.samples)
        loudness.lufs()

    work: dict[str, Callable[[], object]] = {
        "read": lambda: decode.read_channels(path),
        "loudness": loud,
        "resample": lambda: resample(sound.samples, rate, RATE),
        "frames": lambda: frames([narrow], len(narrow), lambda done: None),
        "activity": lambda: activity.find(made),
        "pitch": lambda: pitch.pitch([narrow], stretches, lambda done: None),
        "to_flac": lambda: to_flac(path, path.with_name("again.flac")),
        "pyramid": lambda: Pyramid(sound.samples),
        "envelope": lambda: envelope(sound),
    }
    return {name: round(cpu_s(each, runs) / sound.seconds * 1e3, 2) for name, each in work.items()}


def main() -> None:
    if "--one" in sys.argv[1:]:
        sys.stdout.write(json.dumps(measure_one(Path(sys.argv[-1]))) + "\n")
        return
    quick = "--quick" in sys.argv[1:]
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [
            recording(folder, seconds, kind)
            for seconds in ([20.0] if quick else [60.0, 600.0, 3600.0])
            for kind in ("wav", "flac")
        ]
        document = {
            "measured": [measured(path) for path in files],
            "parts_ms_per_s": parts(files[0], 1 if quick else 3),
        }
    document["took_s"] = round(time.perf_counter() - begun, 1)
    sys.stdout.write(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
