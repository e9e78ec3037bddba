"""What is lost when a recording program is killed, or the power goes, at any moment.

``python -m tests.benchmarks.bench_kills [--runs 200]`` prints one JSON document (milliseconds). A
real recording from a null sink is killed with SIGKILL at a random moment; the take is repaired as
the next start does it. For the power, all that was not forced to the disk is dropped: the file is
cut at the size it had at the last fsync, with the header of then or with a newer one.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from tests.helpers.pulse import NullSink, pulse_server
from tests.journeys.sound_tools import Child
from trainer.domain.errors import KnownError
from trainer.media.wav import repair

HEADER = 4096
LATEST_S = 4.0  # after the take began
AT_ONCE = 3


@dataclass(frozen=True)
class Loss:
    """Of one run, in seconds; None where it was killed before it could tell where it was."""

    killed: float | None
    power: tuple[float, ...]
    unreadable: int


def record_and_tell(take: Path, notes: Path) -> None:
    """In the child: record, and note what is on the disk for sure after each fsync."""
    from tests.journeys import sound_child

    force = os.fsync

    def noted(number: int) -> None:
        force(number)
        if Path(f"/proc/self/fd/{number}").readlink() == take:
            head = os.pread(number, HEADER, 0)
            size = os.fstat(number).st_size
            with notes.open("a") as file:
                file.write(f"{size} {head[: min(size, HEADER)].hex()}\n")

    os.fsync = noted
    sound_child.record(take, 60)


def one_run(sound: NullSink, seed: int) -> Loss:
    """Record, kill, repair; then the same as if the power had gone."""
    after_s = random.Random(seed).uniform(0.02, LATEST_S)
    with tempfile.TemporaryDirectory() as name:
        take, notes = Path(name).resolve() / "take.wav", Path(name) / "notes"
        command = [sys.executable, "-m", "tests.benchmarks.bench_kills", "--child"]
        process = subprocess.Popen(
            [*command, str(take), str(notes)], env=sound.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        child = Child(process, None)
        try:
            begun_s = child.wait_for("begun")["at_s"]
            time.sleep(max(0.0, begun_s + after_s - time.monotonic()))
            process.kill()
            killed_s = time.monotonic()
        finally:
            child.end()
        began = [one for one in child.said if "began" in one]
        said_s = began[0]["position_s"] + killed_s - began[0]["at_s"] if began else None
        size, head = synced(notes)
        data = take.read_bytes()
        cut = data[:size]
        powers = [head + cut[len(head) :], cut] if size else []
        whole, *left = [found(write(take.with_name(f"{i}.wav"), one))
                        for i, one in enumerate([data, *powers])]  # fmt: skip
        bad = [one is None for one in (whole, *left)].count(True)
        if said_s is None or whole is None:
            return Loss(None, (), bad)
        return Loss(said_s - whole, tuple(said_s - one for one in left if one is not None), bad)


def synced(notes: Path) -> tuple[int, bytes]:
    """Size and header at the last fsync that returned."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    whole = [line for line in lines if " " in line]
    if not whole:
        return 0, b""
    size, head = whole[-1].split()
    return int(size), bytes.fromhex(head)


def write(path: Path, data: bytes) -> Path:
    """A file as the crash left it."""
    path.write_bytes(data)
    return path


def found(path: Path) -> float | None:
    """Seconds that are read from a take after repair; None when it cannot be."""
    try:
        kept = repair(path)
        if kept.format is None:
            return 0.0
        samples, rate = soundfile.read(str(path))
    except (KnownError, soundfile.SoundFileError):
        return None
    return len(samples) / rate


def spread(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    values = np.array(seconds) * 1000
    names = {"n": len(values), "median": np.median(values), "worst": values.max()}
    return {key: round(float(value), 1) for key, value in names.items()}


def measure(runs: int) -> dict[str, object]:
    """All runs, some at a time, on one sound server."""
    with pulse_server() as sound, ThreadPoolExecutor(AT_ONCE) as pool:
        losses = list(pool.map(lambda seed: one_run(sound, seed), range(runs)))
    return {
        "runs": runs,
        "unreadable": sum(loss.unreadable for loss in losses),
        "kill_9_lost_ms": spread([one.killed for one in losses if one.killed is not None]),
        "power_lost_ms": spread([lost for one in losses for lost in one.power]),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        record_and_tell(*given.child)
    else:
        sys.stdout.write(json.dumps(measure(given.runs), indent=1) + "\n")
