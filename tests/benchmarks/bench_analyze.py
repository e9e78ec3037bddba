"""How fast a recording is measured: times real time on one core, beside reading the file alone.

``python -m tests.benchmarks.bench_analyze [--quick]`` prints one JSON document.
"""

import json
import os
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
from trainer.media import decode
from trainer.media.flac import to_flac
from trainer.media.measure import measure
from trainer.media.peaks import Pyramid, envelope
from trainer.media.resample import resample


def recording(folder: Path, seconds: float) -> Path:
    """A 48 kHz mono FLAC of speech in noise."""
    parts: list[np.ndarray] = []
    held = 0.0
    while held < min(seconds, 60.0):
        made = synth.speech(len(parts), phrases=4)
        parts.append(made.samples)
        held += len(made.samples) / made.rate
    once = np.concatenate(parts)
    whole = np.resize(once, round(seconds * synth.RATE))
    noisy = synth.with_noise(whole, np.random.default_rng(0), 25, "pink")
    path = folder / f"{seconds:.0f}.flac"
    soundfile.write(path, resample(noisy.astype(np.float32), synth.RATE, 48_000), 48_000)
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


def bench(folder: Path, seconds: float, runs: int) -> dict[str, Any]:
    path = recording(folder, seconds)
    wav = folder / "a.wav"
    sound = decode.read(path)
    soundfile.write(wav, sound.samples, sound.rate)
    measure(path)  # everything imported
    reading = cpu_s(lambda: soundfile.read(path, dtype="float32"), max(runs, 3))
    measuring = cpu_s(lambda: measure(path), runs)
    return {
        "seconds": seconds,
        "read_cpu_s": round(reading, 4),
        "measure_cpu_s": round(measuring, 3),
        "measure_x_real_time": round(seconds / measuring, 1),
        "measure_over_read": round(measuring / max(reading, 1e-6), 1),
        "to_flac_x_real_time": round(seconds / cpu_s(lambda: to_flac(wav, folder / "b.flac"), 1)),
        "pyramid_x_real_time": round(seconds / max(cpu_s(lambda: Pyramid(sound.samples), 3), 0.01)),
        "envelope_x_real_time": round(seconds / max(cpu_s(lambda: envelope(sound), 3), 0.01)),
    }


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        results = [
            bench(Path(folder), seconds, runs)
            for seconds, runs in ([(20.0, 3)] if quick else [(20.0, 5), (600.0, 1)])
        ]
    document = {"analyze": results, "took_s": round(time.perf_counter() - begun, 1)}
    sys.stdout.write(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
