"""A camera made in code, a microphone that beeps to the same clock, and reading a film back."""

import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtMultimedia import QVideoFrame

from trainer.domain.errors import KnownError
from trainer.gui.sources import FileSource
from trainer.gui.webcam import Fail, See

WIDTH, HEIGHT = 320, 240
FRAME_MS = 40
BEEP_S = 0.05
RATE = 48_000


def picture(phase: float, width: int = WIDTH, height: int = HEIGHT) -> QImage:
    """A white bar over so much of the width (0 to 1): what a clock's hand is to people."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.fillRect(0, 0, round(phase * width), height, QColor("white"))
    painter.end()
    return image


class ClockPictures:
    """25 pictures a second, each of which shows where in its second it was made."""

    def __init__(self, refuses: KnownError | None = None, size: tuple[int, int] = (WIDTH, HEIGHT)):
        self.refuses, self.size = refuses, size
        self.frozen = False  # pictures come no more, and nothing says so
        self.open = False
        self.count = 0
        self._timer: QTimer | None = None

    def start(self, see: See, fail: Fail) -> None:
        if self.refuses is not None:
            raise self.refuses
        self._see, self.fail = see, fail
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(FRAME_MS)
        self.open = True

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.open = False

    def _tick(self) -> None:
        if not self.frozen:
            self.count += 1
            self._see(QVideoFrame(picture(time.monotonic() % 1.0, *self.size)))


class Beeps(FileSource):
    """A microphone that hears a beep whenever the monotonic clock begins a second."""

    def __init__(self, folder: Path) -> None:
        path = folder / "silence.wav"
        soundfile.write(path, np.zeros(RATE), RATE)
        super().__init__(path)

    def _frames(self, count: int) -> bytes:
        at_s = self._start_s + (self._sent + np.arange(count)) / RATE
        beep = 0.5 * np.sin(2 * np.pi * 1000 * at_s) * (at_s % 1.0 < BEEP_S)
        room = np.frombuffer(super()._frames(count), np.float32)
        return (beep.astype(np.float32) + room).tobytes()


def clock_film(path: Path, seconds: float, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """A film whose white bar grows from its beginning to its end."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr0",
        "-s", f"{size[0]}x{size[1]}", "-r", "25", "-i", "-", "-c:v", "mpeg4", "-q:v", "3",
        "-f", "matroska", "-y", str(path),
    ]  # fmt: skip
    count = round(seconds * 25)
    frames = (bytes(picture(k / count, *size).constBits()) for k in range(count))
    subprocess.run(command, input=b"".join(frames), check=True)
    return path


def read_film(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each picture's time in the film (s), and which part of its width is white."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-i", str(path),
        "-fps_mode", "passthrough",
    ]  # fmt: skip
    small = ["-vf", f"scale={WIDTH}:1,format=gray"]
    raw = subprocess.run(
        [*command, *small, "-f", "rawvideo", "-"], check=True, capture_output=True
    ).stdout
    said = subprocess.run(
        [*command, "-f", "framecrc", "-"], check=True, capture_output=True, text=True
    ).stdout
    base = next(line for line in said.splitlines() if line.startswith("#tb 0: "))
    above, below = (int(part) for part in base.removeprefix("#tb 0: ").split("/"))
    ticks = [int(line.split(",")[2]) for line in said.splitlines() if line[:1].isdigit()]
    rows = np.frombuffer(raw, np.uint8).reshape(-1, WIDTH)
    assert len(rows) == len(ticks)
    return np.array(ticks) * above / below, (rows > 128).mean(axis=1)


def beeps(path: Path) -> NDArray[np.float64]:
    """Where beeps begin in a sound file (s)."""
    sound, rate = soundfile.read(str(path), dtype="float32")
    loud = np.abs(sound) > 0.1
    at = np.flatnonzero(loud)
    begins = at[np.diff(at, prepend=-rate) > rate * 0.5]
    return begins / rate
