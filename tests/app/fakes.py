"""A loudspeaker, a microphone, a clock and a runner that do what a test says. No Qt."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import soundfile

from trainer.app.films import keep_later
from trainer.app.paths import Home
from trainer.app.work import InlineRunner
from trainer.domain.errors import KnownError
from trainer.domain.response import Hole, Video
from trainer.media.ports import PRE_ROLL_S, Level, Moment, Take
from trainer.store import responses, videos
from trainer.store.db import Log

RATE = 8_000


class FixedClock:
    """Seconds that pass only when told; ``now`` is the wall's time of the same moment."""

    def __init__(self, at_s: float = 100.0) -> None:
        self.at_s = at_s
        self._began_s = at_s
        self._set_back_s = 0.0

    def __call__(self) -> float:
        return self.at_s

    def pass_s(self, seconds: float) -> None:
        self.at_s += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody corrects the wall's clock; the one that counts seconds goes on."""
        self._set_back_s += seconds

    def now(self) -> datetime:
        at_s = self.at_s - self._set_back_s
        return datetime(2026, 9, 1, 19, 30, tzinfo=UTC) + timedelta(seconds=at_s)


def nothing(_: object) -> None:
    """What nobody asked to be told."""


class FakePlayer:
    """A loudspeaker whose clips end, or fail, when the test says so."""

    def __init__(self, clock: Callable[[], float], journal: list[str] | None = None) -> None:
        self.on_ended: Callable[[Moment], None] = nothing
        self.on_failed: Callable[[KnownError], None] = nothing
        self.on_position: Callable[[float], None] = nothing
        self.clip: Path | None = None  # what plays now
        self._began_s = self._played_s = 0.0
        self.journal = [] if journal is None else journal
        self._clock = clock

    @property
    def position_s(self) -> float:
        return self._clock() - self._began_s if self.clip else self._played_s

    def play(self, clip: Path) -> None:
        self.journal.append("play")
        self.clip, self._began_s = clip, self._clock()

    def stop(self) -> Moment:
        self.journal.append("stop")
        self._played_s = self.position_s
        self.clip = None
        return Moment(self._clock(), 0.02)

    def end(self) -> None:
        """The client has said it."""
        assert self.clip is not None, "nothing plays"
        self.journal.append("end")
        self.clip = None
        self.on_ended(Moment(self._clock(), 0.03))

    def fail(self, at_s: float = 0.0) -> None:
        """The clip cannot be played, or not beyond ``at_s``."""
        assert self.clip is not None, "nothing plays"
        clip, self.clip = self.clip, None
        self._played_s = at_s
        self.on_failed(KnownError(f"The clip {clip.name} can't be played", "Replace it."))


class FakeRecorder:
    """A microphone that writes a real, small WAV: the seconds before, and what was said since."""

    def __init__(self, clock: Callable[[], float], journal: list[str] | None = None) -> None:
        self.on_level: Callable[[Level], None] = nothing
        self.on_trouble: Callable[[KnownError], None] = nothing
        self.on_over: Callable[[KnownError], None] = nothing
        self.on_holes: Callable[[tuple[Hole, ...]], None] = nothing
        self.journal = [] if journal is None else journal
        self.refuses: dict[str, KnownError] = {}  # by method
        self.is_open = False
        self.holes: tuple[Hole, ...] = ()  # in the takes to come
        self.ready = True  # whether it would open at once
        self.deaf = False  # whether no sound comes into them
        self.path: Path | None = None  # of the running take
        self._clock = clock
        self._first_s = 0.0

    def prepare(self) -> None:
        """A fake has nothing to wait for."""

    def open(self) -> None:
        self._check("open")
        self.journal.append("open")
        self.is_open = True

    def begin(self, path: Path) -> None:
        self._check("begin")
        assert self.is_open, "a microphone that is not open hears nothing"
        self.journal.append("begin")
        with path.open("xb") as file:
            soundfile.write(file, _sound(1.0), RATE, format="WAV")
        self.path, self._first_s = path, self._clock() - PRE_ROLL_S

    def position_of(self, moment: Moment) -> Moment:
        return Moment(moment.at_s - self._first_s, moment.error_s + 0.01)

    def finish(self) -> Take:
        path, self.path = self.path, None
        assert path is not None, "no take is running"
        self._check("finish")
        self.journal.append("finish")
        seconds = 0.0 if self.deaf else self._clock() - self._first_s
        soundfile.write(path, _sound(seconds), RATE)
        return Take(path, seconds, RATE, 1, self.holes)

    def close(self) -> None:
        if self.is_open:
            self.journal.append("close")
        self.is_open = False

    def _check(self, method: str) -> None:
        if method in self.refuses:
            raise self.refuses[method]


class FakeCamera:
    """A camera that writes a real, small film of one second; it is closed when the test says."""

    def __init__(self, clock: Callable[[], float], journal: list[str] | None = None) -> None:
        self.on_begun: Callable[[Moment], None] = nothing
        self.on_trouble: Callable[[KnownError], None] = nothing
        self.journal = [] if journal is None else journal
        self.late = False  # whether films wait for ``land``
        self.blind = False  # whether no picture comes
        self.runs = False
        self.path: Path | None = None
        self._clock = clock
        self._waiting: list[Callable[[], None]] = []

    def open(self) -> None:
        self.journal.append("camera opens")
        self.runs = not self.blind

    def begin(self, path: Path) -> None:
        self.journal.append("camera begins")
        self.path = path
        if self.blind:
            path.write_bytes(b"a head and no picture")
        else:
            make_film(path)
            self.on_begun(Moment(self._clock() + 0.125, 0.04))

    def finish(self, then: Callable[[], None]) -> None:
        self.journal.append("camera ends")
        self._waiting.append(then)
        if not self.late:
            self.land()

    def land(self) -> None:
        """The films are closed."""
        while self._waiting:
            self._waiting.pop(0)()

    def close(self) -> None:
        if self.runs:
            self.journal.append("camera closes")
        self.runs = False


def make_film(path: Path, seconds: float = 1.0, size: str = "64x48") -> None:
    """A film as the app's own are: Matroska, MPEG-4, no sound."""
    picture = f"testsrc=size={size}:rate=25:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-f", "lavfi"]
    command += ["-i", picture, "-c:v", "mpeg4", "-f", "matroska", "-y", str(path)]
    subprocess.run(command, check=True)


def _sound(seconds: float) -> np.ndarray:
    """A quiet room, then a second and a half after the client something like speech."""
    noise = np.random.default_rng(1)
    sound = noise.normal(0, 0.001, round(seconds * RATE))
    spoken = sound[round((PRE_ROLL_S + 1.5) * RATE) :]
    at = np.arange(len(spoken)) / RATE
    spoken += 0.3 * np.sin(2 * np.pi * 140 * at) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * at))
    return sound


class QuickRunner(InlineRunner):
    """Measures and compresses nothing, unless a test is about that."""

    beside = False

    def apart(self, *args: Any, **kwargs: Any) -> Callable[[], None]:
        return super().apart(*args, **kwargs) if self.beside else lambda: None


class LateRunner(InlineRunner):
    """Holds every job back until ``land``, as a busy disk does."""

    def __init__(self, inline: InlineRunner) -> None:
        super().__init__(inline.log, inline.bus)
        self.waiting: list[Callable[[], object]] = []

    def land(self) -> None:
        """Do what was asked for, in order, and what that asks for."""
        while self.waiting:
            self.waiting.pop(0)()

    def database(self, *args: Any, **kwargs: Any) -> None:
        later = super().database
        self.waiting.append(lambda: later(*args, **kwargs))

    def change(self, *args: Any, **kwargs: Any) -> None:
        later = super().change
        self.waiting.append(lambda: later(*args, **kwargs))

    def apart(self, *args: Any, **kwargs: Any) -> Callable[[], None]:
        later = super().apart
        wanted = [True]
        self.waiting.append(lambda: later(*args, **kwargs) if wanted else None)
        return wanted.clear


def keep_film(log: Log, response_id: str) -> Video | None:
    """Keep the closed film of a response now, on this thread; what goes wrong is raised."""

    def failed(error: Exception) -> None:
        raise error

    keep_later(InlineRunner(log), Home(log.folder), response_id, failed)
    return videos.video_of(log, responses.response(log, response_id).recording.id)
