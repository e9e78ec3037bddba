"""How true the moments are, and what playing and recording cost: through a null sink.

``python -m tests.benchmarks.bench_sound [--runs N]`` prints one JSON document (seconds, MB, share
of one core). The microphone here is the loudspeaker's own monitor, so a take holds exactly what
was heard, and cross-correlation with the clip tells where the client truly ended in it.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from tests.helpers.pulse import pulse_server
from tests.journeys import sound_tools as tools

if TYPE_CHECKING:
    from trainer.gui.player import QtPlayer
    from trainer.gui.recorder import QtRecorder

KINDS = (".wav", ".flac", ".ogg", ".mp3", ".mp4", ".webm")
TAIL_S = 0.5
CLIP_S = 2.5


def turn_for(seconds: float) -> None:
    """Let Qt's events run for ``seconds``."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def turn_until(done: Callable[[], bool], seconds: float) -> None:
    """Let Qt's events run until ``done``, at most for ``seconds``."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, watch = QEventLoop(), QTimer()
    watch.timeout.connect(lambda: loop.quit() if done() else None)
    watch.start(5)
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    watch.stop()


class Repetition:
    """One client heard to the end and answered for half a second, as Practice does it."""

    def __init__(self, player: "QtPlayer", recorder: "QtRecorder", folder: Path) -> None:
        self.player, self.recorder, self.folder = player, recorder, folder

    def run(self, clip: Path, stop_after_s: float | None = None) -> tuple[float, float, Path]:
        """Where the end is said to be in the take, how long ``begin`` took, and the take."""
        from trainer.media.ports import Moment

        ended: list[Moment] = []
        self.player.on_ended = ended.append
        self.recorder.open()
        turn_for(0.4)
        self.player.play(clip)
        if stop_after_s is None:
            turn_until(lambda: bool(ended), CLIP_S + 5)
        else:
            turn_for(stop_after_s)
            ended.append(self.player.stop())
        path = self.folder / f"{time.monotonic_ns()}.wav"
        before_s = time.monotonic()
        self.recorder.begin(path)
        begin_s = time.monotonic() - before_s
        said = self.recorder.position_of(ended[0])
        turn_for(0.5)
        self.recorder.finish()
        self.recorder.close()
        return said.at_s, begin_s, path


def spread(values: list[float]) -> dict[str, float]:
    """Middle and 95 % half-width around it (seconds)."""
    middle = float(np.median(values))
    half = float(np.quantile(np.abs(np.array(values) - middle), 0.95))
    numbers = {"n": len(values), "median": middle, "half_width_95": half}
    numbers |= {"min": min(values), "max": max(values)}
    return {name: round(value, 4) for name, value in numbers.items()}


def end_errors(one: Repetition, clips: list[Path], runs: int) -> dict[str, object]:
    """Said minus true end of the client in the take, per kind of file."""
    tail = tools.speech(CLIP_S)[-round(TAIL_S * tools.RATE) :]
    found: dict[str, object] = {}
    everything: list[float] = []
    for clip in clips:
        errors, begins, alike, firsts = [], [], [], []
        for _ in range(runs):
            said_s, begin_s, path = one.run(clip)
            at, likeness = tools.find(tail, tools.read_mono(path))
            path.unlink()
            errors.append(said_s - (at / tools.RATE + TAIL_S))
            begins.append(begin_s)
            firsts.append(-said_s)
            alike.append(likeness)
        everything += errors
        found[clip.suffix] = {
            "said_minus_true": spread(errors),
            "begin_s": round(max(begins), 4),
            "likeness": round(min(alike), 3),
            "first_sample_after_end_s": round(max(firsts), 3),
        }
    return {"kinds": found, "all": spread(everything)}


def stop_errors(one: Repetition, clip: Path, runs: int) -> dict[str, float]:
    """Said minus true moment of the last sound after ``stop``."""
    errors = []
    for number in range(runs):
        said_s, _, path = one.run(clip, random.Random(number).uniform(1.0, 2.0))
        loud = np.flatnonzero(np.abs(tools.read_mono(path)) > 0.002)
        path.unlink()
        errors.append(said_s - (int(loud[-1]) + 1) / tools.RATE)
    return spread(errors)


def kill_losses(runs: int) -> dict[str, float]:
    """Seconds that a recorder killed with SIGKILL had heard of but not written."""
    from trainer.media.wav import repair

    losses = []
    for number in range(runs):
        with tempfile.TemporaryDirectory() as name:
            take = Path(name) / "take.wav"
            with tools.child_at_work("record", take, seconds=60) as child:
                began = child.wait_for("began")
                turn_for(0.3 + 0.137 * number)
                child.process.kill()
                killed_s = time.monotonic()
                child.process.wait()
            said_s = began["position_s"] + killed_s - began["at_s"]
            losses.append(said_s - repair(take).duration_s)
    return spread(losses)


def cost(what: Callable[[], None]) -> float:
    """Share of one core that this process uses while ``what`` runs."""
    used, wall = time.process_time(), time.monotonic()
    what()
    return round((time.process_time() - used) / (time.monotonic() - wall), 4)


def memory_mb() -> float:
    """Resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(runs: int, kinds: tuple[str, ...]) -> dict[str, object]:
    """Everything, on a sound server of its own."""
    with pulse_server() as sound, tempfile.TemporaryDirectory() as name:
        os.environ |= {"PULSE_SERVER": sound.env["PULSE_SERVER"], "QT_QPA_PLATFORM": "offscreen"}
        from PySide6.QtCore import QCoreApplication

        from trainer.gui.player import QtPlayer
        from trainer.gui.recorder import QtRecorder

        app = QCoreApplication([])
        folder = Path(name)
        samples = tools.speech(CLIP_S)
        clips = [tools.make_clip(folder / f"clip{kind}", samples) for kind in kinds]
        with tools.ear_at_the_speaker(sound) as ear:
            player, recorder = QtPlayer(), QtRecorder(ear)
            one = Repetition(player, recorder, folder)
            for clip in clips:  # the first of each kind wakes codecs and the server
                one.run(clip)[2].unlink()
            result: dict[str, object] = {"end": end_errors(one, clips, runs)}
            result["stop_said_minus_true"] = stop_errors(one, clips[0], runs)
            before = memory_mb()
            for _ in range(30):
                one.run(clips[0], 0.3)[2].unlink()
            result["mb_after_30_more"] = round(memory_mb() - before, 1)
            recorder.open()
            recorder.begin(folder / "long.wav")
            result["cpu_recording"] = cost(lambda: turn_for(10))
            recorder.finish()
            recorder.close()
            player.play(clips[0])
            result["cpu_playing"] = cost(lambda: turn_for(CLIP_S))
            player.close()
            result["kill_9_loss"] = kill_losses(max(3, runs // 2))
        del app
        soundfile.info(str(folder / "long.wav"))
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=20, help="repetitions of each kind of file")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(measure(given.runs, tuple(given.kinds)), indent=1) + "\n")
