"""Client and answer as one sound file that any telephone plays, for whoever is to hear both."""

import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe

from trainer.domain.errors import KnownError
from trainer.media.decode import read
from trainer.media.held import Source

with warnings.catch_warnings():  # of an ffmpeg that it does not find, and that it is given below
    warnings.filterwarnings("ignore", message="Couldn't find ff", category=RuntimeWarning)
    from pydub import AudioSegment

RATE = 44_100
BITRATE = "96k"
AS_LOUD_DBFS = -20.0
LOUDEST_GAIN_DB = 20.0


def write_conversation(
    clip: Path,
    recording: Source,
    stimulus_end_s: float | None,
    out: Path,
    *,
    stopped_at_s: float | None = None,
) -> float:
    """Write the client's clip, then the answer, as MP3 to ``out``; its length (s).

    ``stimulus_end_s``: where in the recording the client fell silent; what was recorded before is
    left out. ``stopped_at_s``: where in the clip the client was stopped; the rest, which nobody
    heard, is left out too. Both are made about equally loud. KnownError when a file
    can't be read or written.
    """
    heard = slice(None if stopped_at_s is None else round(stopped_at_s * 1000))
    client = _as_loud(_segment(clip)[heard])
    answer = _segment(recording)
    if stimulus_end_s is not None:
        answer = answer[round(stimulus_end_s * 1000) :]
    both = client + _as_loud(answer)
    _write_mp3(both, out)
    return len(both) / 1000


def _write_mp3(sound: AudioSegment, out: Path) -> None:
    """By a pipe: pydub's own export leaves the whole sound in the system's folder meanwhile."""
    command = [
        get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-v", "error", "-y",
        "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0",
        "-b:a", BITRATE, "-f", "mp3", f"file:{out}",
    ]  # fmt: skip
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    done = subprocess.run(
        command, input=sound.raw_data, capture_output=True, check=False, **options
    )
    if done.returncode:
        with suppress(OSError):  # half of it, or nothing where not even that could be written
            out.unlink()
        raise KnownError(
            f"The sound of client and answer was not written ({out})",
            "Make room or permission there, or choose another folder.",
        )


def _segment(path: Source) -> AudioSegment:
    sound = read(path, rate=RATE)
    samples = (np.clip(sound.samples, -1, 1) * 32767).astype("<i2")
    return AudioSegment(samples.tobytes(), sample_width=2, frame_rate=RATE, channels=1)


def _as_loud(segment: AudioSegment) -> AudioSegment:
    """Raise or lower the whole, never so far that it clips or that mere noise becomes loud."""
    if segment.rms == 0:
        return segment
    gain = min(AS_LOUD_DBFS - segment.dBFS, LOUDEST_GAIN_DB, -1.0 - segment.max_dBFS)
    return segment.apply_gain(gain)
