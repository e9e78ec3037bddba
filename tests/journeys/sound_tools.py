"""Speech made in code, and where it lies in a recording."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import soundfile
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from tests.helpers.pulse import NullSink, pulse_server, restarted

RATE = 48_000
WAIT_MS = 15_000
EAR = "attune_ear"  # a microphone that hears the loudspeaker
Samples = NDArray[np.float32]


def speech(seconds: float, seed: int = 1) -> Samples:
    """Harmonics and noise in syllables, no two alike; loud at both ends. Mono, 48 kHz."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    time_s = np.arange(count) / RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.7 * time_s + random.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    voice = sum(np.sin(number * phase) / number for number in range(1, 20))
    knots = random.uniform(0.05, 1.0, round(seconds / 0.08) + 2)
    knots[:2] = knots[-4:] = 1.0
    syllables = np.interp(time_s, np.arange(len(knots)) * 0.08, knots) ** 1.5
    sound = (voice + random.normal(0, 0.8, count)) * syllables
    return np.asarray(0.5 * sound / np.abs(sound).max(), np.float32)


def find(part: Samples, recording: Samples) -> tuple[int, float]:
    """Where ``part`` begins in ``recording`` (index) and how alike the two are there (0 to 1)."""
    size = 1 << (len(part) + len(recording)).bit_length()
    product = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(part, size))
    match = np.fft.irfft(product, size)[: max(1, len(recording) - len(part) + 1)]
    at = int(np.argmax(match))
    there = recording[at : at + len(part)]
    both = float(np.sqrt(np.sum(np.square(there)) * np.sum(np.square(part[: len(there)]))))
    return at, float(np.dot(there, part[: len(there)])) / both if both else 0.0


def read_mono(path: Path) -> Samples:
    """A sound file at 48 kHz, its first channel."""
    samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    assert rate == RATE
    return np.ascontiguousarray(samples[:, 0])


def make_clip(path: Path, samples: Samples) -> Path:
    """``samples`` as a clip of the kind its name says; film gets a moving test picture."""
    match path.suffix:
        case ".wav" | ".flac" | ".mp3":
            soundfile.write(path, samples, RATE)
        case ".ogg" | ".opus":
            soundfile.write(path, samples, RATE, format="OGG", subtype="OPUS")
        case _:
            _make_film(path, samples)
    return path


def _make_film(path: Path, samples: Samples) -> None:
    sound = path.with_suffix(".sound.wav")
    soundfile.write(sound, samples, RATE)
    codecs = {
        ".mp4": ["-c:v", "libx264", "-c:a", "aac"],
        ".webm": ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"],
    }[path.suffix]
    picture = f"testsrc=size=320x240:rate=25:duration={len(samples) / RATE}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", picture]
    command += ["-i", str(sound), "-pix_fmt", "yuv420p", *codecs, str(path)]
    subprocess.run(command, check=True)


@contextmanager
def another_microphone(
    sound: NullSink, name: str, *form: str, default: bool = False
) -> Iterator[str]:
    """The id of one more microphone that hears what is played to the mouth."""
    plug_in(sound, name, *form)
    if default:
        _pactl(sound, "set-default-source", name)
    try:
        yield name
    finally:
        unload(sound, name)
        if default:
            _pactl(sound, "set-default-source", sound.microphone)


def plug_in(sound: NullSink, name: str, *form: str) -> None:
    """Connect one more microphone that hears what is played to the mouth."""
    _pactl(sound, "load-module", "module-remap-source", f"source_name={name}",
           f"master={sound.mouth}.monitor", *form)  # fmt: skip


def suspend(sound: NullSink, source: str, asleep: bool) -> None:
    """Have a microphone send nothing more, without any error, or wake it again."""
    _pactl(sound, "suspend-source", source, "1" if asleep else "0")


def mute(sound: NullSink, source: str, muted: bool) -> None:
    """Mute a microphone in the system, as its key does, or switch it on again."""
    _pactl(sound, "set-source-mute", source, "1" if muted else "0")


@contextmanager
def ear_at_the_speaker(sound: NullSink, default: bool = False) -> Iterator[str]:
    """The id of a microphone (on request the default) that hears what the loudspeaker plays."""
    _pactl(sound, "load-module", "module-remap-source", f"source_name={EAR}",
           f"master={sound.speaker}.monitor")  # fmt: skip
    try:
        if default:
            _pactl(sound, "set-default-source", EAR)
        yield EAR
    finally:
        unload(sound, EAR)
        _pactl(sound, "set-default-source", sound.microphone)


def unload(sound: NullSink, source: str) -> None:
    """Take a microphone away, if it is still there."""
    for line in _pactl(sound, "list", "short", "modules").splitlines():
        if f"source_name={source}" in line.split():
            _pactl(sound, "unload-module", line.split()[0])


def _pactl(sound: NullSink, *words: str) -> str:
    done = subprocess.run(
        ["pactl", *words], env=sound.env, check=True, capture_output=True, text=True
    )
    return done.stdout


def wait_for_microphone(qtbot: QtBot, device_id: str) -> None:
    """Until Qt knows of a microphone that has just been plugged in."""
    from trainer.gui import devices

    qtbot.waitUntil(lambda: device_id in [one.id for one in devices.inputs()], timeout=WAIT_MS)


def turn_for(qtbot: QtBot, seconds: float) -> None:
    """Let the event loop run; what is waited for is time itself."""
    end_s = time.monotonic() + seconds
    qtbot.waitUntil(lambda: time.monotonic() >= end_s, timeout=round(seconds * 1000) + WAIT_MS)


@contextmanager
def playing(sound: NullSink, path: Path, sink: str) -> Iterator[subprocess.Popen[bytes]]:
    """A sound file on its way to ``sink``, well buffered: this machine may be busy."""
    command = ["paplay", "--latency-msec=400", f"--device={sink}", str(path)]
    player = subprocess.Popen(command, env=sound.env)
    try:
        yield player
    finally:
        player.kill()
        player.wait()


class Voice:
    """Speech into the microphone, heard by another program too."""

    def __init__(self, sound: NullSink, qtbot: QtBot, folder: Path) -> None:
        self._sound, self._qtbot = sound, qtbot
        self._said = speech(4)
        self._clip = make_clip(folder / "said.wav", self._said)
        self.reference = folder / "reference.wav"

    def speak(self, hang_s: float = 0.0) -> None:
        """Say it all, and half a second of silence; the window may hang meanwhile."""
        with playing(self._sound, self._clip, self._sound.mouth) as player:
            hangs_until_s = time.monotonic() + hang_s
            while time.monotonic() < hangs_until_s:  # no event loop, Python's lock is held
                pass
            self._qtbot.waitUntil(lambda: player.poll() is not None, timeout=WAIT_MS)
        turn_for(self._qtbot, 0.5)

    def assert_all_in(self, kept: Samples) -> None:
        """All that the sound server delivered is in ``kept``, sample by sample.

        A busy machine stutters when it plays; what the other program heard tells that apart.
        """
        reference = read_mono(self.reference)
        loud = np.flatnonzero(np.abs(reference) > 0.01)
        assert find(reference[loud[0] : loud[-1] + 1], kept)[1] > 0.999
        assert find(self._said, kept)[1] >= 0.95 * find(self._said, reference)[1]


@contextmanager
def spoken(sound: NullSink, qtbot: QtBot, folder: Path) -> Iterator[Voice]:
    """A voice, and the other program that hears it, which has closed its file afterwards."""
    voice = Voice(sound, qtbot, folder)
    other = sound.record(voice.reference)
    try:
        path = voice.reference
        qtbot.waitUntil(lambda: path.exists() and path.stat().st_size > 10_000, timeout=WAIT_MS)
        yield voice
    finally:
        other.terminate()
        other.wait(10)


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait outside any event loop until ``done``."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.01)


class Child:
    """``sound_child`` at work, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], sound: NullSink | None) -> None:
        self.process = process
        self._sound = sound
        self.said: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, key: str) -> dict[str, Any]:
        """The first thing said that has ``key``."""
        wait_for(lambda: any(key in one for one in self.said))
        return next(one for one in self.said if key in one)

    def kill_server(self) -> None:
        """Take the child's sound server away, as a crash would."""
        assert self._sound is not None
        os.kill(_server_pid(self._sound), signal.SIGKILL)

    @contextmanager
    def server_again(self) -> Iterator[NullSink]:
        """Start the killed server once more, as the system does."""
        assert self._sound is not None
        with restarted(self._sound) as sound:
            yield sound

    def end(self) -> None:
        """Kill what is left of it."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))


@contextmanager
def child_at_work(
    what: str, path: Path, seconds: float = 0, server: bool = True
) -> Iterator[Child]:
    """``sound_child`` on a sound server of its own, or on none: "record" or "play" ``path``."""
    with ExitStack() as stack:
        env, sound = {**os.environ, "PULSE_SERVER": "unix:/nonexistent/attune-child"}, None
        if server:
            sound = stack.enter_context(pulse_server())
            env = sound.env
        command = [
            sys.executable,
            "-m",
            "tests.journeys.sound_child",
            what,
            str(path),
            str(seconds),
        ]
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        child = Child(process, sound)
        stack.callback(child.end)
        yield child


def _server_pid(sound: NullSink) -> int:
    """Whoever holds the server's pid file, which is in its own folder."""
    return int((Path(sound.env["PULSE_RUNTIME_PATH"]) / "pid").read_text())
