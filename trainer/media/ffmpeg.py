"""Sound out of files that libsndfile does not read, by the ffmpeg that the wheel carries.

pydub is no help here: without ffprobe it must be told the codec, it waits for ever and holds all in
memory at 16 bits. So ffmpeg is asked for a stream of floats and watched.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from trainer.domain.errors import KnownError

# Ten seconds of sound take a fraction of one to decode; a file may make ffmpeg seek for ever.
STALL_S = 10.0
# A playlist posing as a clip could make ffmpeg open other files or the network.
_FORMATS = "mov,matroska,webm,ogg,wav,w64,aiff,caf,flac,mp3,aac,avi,mpegts,asf"
_AU_HEADER = 24
_NO_SOUND = ("matches no streams", "does not contain any stream", "Output file is empty")


class _Watchdog:
    """Kills a process that has given nothing for ``limit_s`` seconds."""

    def __init__(self, process: "subprocess.Popen[bytes]", limit_s: float) -> None:
        self.fired = False
        self._process = process
        self._limit_s = limit_s
        self._timer: Timer | None = None

    def _fire(self) -> None:
        self.fired = True
        self._process.kill()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Watch while the body waits for the process."""
        self._timer = Timer(self._limit_s, self._fire)
        self._timer.daemon = True
        self._timer.start()
        try:
            yield
        finally:
            self._timer.cancel()
            self._timer.join()


def channel_blocks(
    path: Path, seconds: float, *, stall_s: float = STALL_S
) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Blocks of ``seconds`` s as (samples (n, channels) in -1..1, Hz), from the first sound stream.

    Time is the file's own: where the stream starts late or has holes there is silence. KnownError
    when there is no sound, when it cannot be read, or after ``stall_s`` s without any output.
    """
    with tempfile.TemporaryFile() as complaints:
        process = _start(path, complaints)
        watchdog = _Watchdog(process, stall_s)
        found = False
        try:
            for block in _blocks(process, watchdog, seconds):
                found = True
                yield block
            with watchdog.waiting():
                code = process.wait()
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        _complain(path, complaints, code, found, watchdog.fired)


def _start(path: Path, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    import imageio_ffmpeg

    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-v", "error",
        "-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS,
        "-i", f"file:{path}", "-map", "0:a:0", "-vn", "-sn", "-dn",
        "-af", "aresample=async=1:first_pts=0", "-c:a", "pcm_f32be", "-f", "au", "pipe:1",
    ]  # fmt: skip
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, **options
    )


def _blocks(
    process: "subprocess.Popen[bytes]", watchdog: _Watchdog, seconds: float
) -> Iterator[tuple[NDArray[np.float32], int]]:
    assert process.stdout is not None
    with watchdog.waiting():
        head = process.stdout.read(_AU_HEADER)
    if len(head) < _AU_HEADER or head[:4] != b".snd":
        return
    offset, _, _, rate, channels = (int(word) for word in np.frombuffer(head[4:], ">u4"))
    with watchdog.waiting():
        process.stdout.read(offset - _AU_HEADER)
    frame = 4 * channels
    size = frame * max(1, round(rate * seconds))
    while True:
        with watchdog.waiting():
            data = process.stdout.read(size)
        whole = len(data) // frame * frame
        if whole:
            samples = np.frombuffer(data[:whole], ">f4").reshape(-1, channels)
            yield samples.astype(np.float32), rate
        if len(data) < size:
            return


def _complain(path: Path, complaints: IO[bytes], code: int, found: bool, stalled: bool) -> None:
    if stalled:
        raise KnownError(
            f"{path.name} takes too long to read", "Convert it to FLAC or MP4 and try again."
        )
    complaints.seek(0)
    said = complaints.read(20_000).decode("utf-8", "replace")
    if "partial file" in said:
        raise KnownError(f"{path.name} breaks off before its end", "Copy or record it again.")
    if not found and any(phrase in said for phrase in _NO_SOUND):
        raise KnownError(f"{path.name} holds no sound", "Choose a recording with a sound track.")
    if not found or code:
        raise not_readable(path.name)


def not_readable(name: str) -> KnownError:
    """What is said of a file of an unknown kind."""
    return KnownError(
        f"{name} is not a sound or video file this program can read",
        "Sound and video may be opus, ogg, wav, flac, mp3, m4a, mp4, webm or mkv.",
    )
