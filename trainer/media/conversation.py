"""Client and answer as one sound file that any telephone plays, for whoever is to hear both."""

import warnings
from pathlib import Path

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe

from trainer.domain.errors import KnownError
from trainer.media.decode import read

with warnings.catch_warnings():  # of an ffmpeg that it does not find, and that it is given below
    warnings.filterwarnings("ignore", message="Couldn't find ff", category=RuntimeWarning)
    from pydub import AudioSegment
    from pydub.exceptions import CouldntEncodeError

RATE = 44_100
BITRATE = "96k"
AS_LOUD_DBFS = -20.0
LOUDEST_GAIN_DB = 20.0


def write_conversation(
    clip: Path,
    recording: Path,
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
    AudioSegment.converter = get_ffmpeg_exe()  # the app's own: none needs to be installed
    try:
        both.export(str(out), format="mp3", bitrate=BITRATE).close()
    except (OSError, CouldntEncodeError) as error:
        raise KnownError(
            f"The sound of client and answer was not written ({out})",
            "Make room or permission there, or choose another folder.",
        ) from error
    return len(both) / 1000


def _segment(path: Path) -> AudioSegment:
    sound = read(path, rate=RATE)
    samples = (np.clip(sound.samples, -1, 1) * 32767).astype("<i2")
    return AudioSegment(samples.tobytes(), sample_width=2, frame_rate=RATE, channels=1)


def _as_loud(segment: AudioSegment) -> AudioSegment:
    """Raise or lower the whole, never so far that it clips or that mere noise becomes loud."""
    if segment.rms == 0:
        return segment
    gain = min(AS_LOUD_DBFS - segment.dBFS, LOUDEST_GAIN_DB, -1.0 - segment.max_dBFS)
    return segment.apply_gain(gain)
