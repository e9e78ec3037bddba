"""Whether the microphone heard the client from the loudspeakers: how late, and how loud.

The clip is known, and so is the second of the recording at which it ended. What the microphone
caught up to there is compared with the clip's last seconds, phase by phase (after GCC-PHAT, Knapp
& Carter 1976). A room, a loudspeaker and noise change levels; a common phase at one delay they do
not make, and neither does another voice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.domain.errors import KnownError
from trainer.media.decode import read
from trainer.media.frames import RATE, Floats
from trainer.media.resample import resample

# Compared: at most this much before the client's end, and never less.
_LONGEST_S, _LEAST_S = 4.0, 0.5
# The client's end is known to some hundredths; a loudspeaker without a wire adds what is late.
_EARLY_S, _LATE_S = 0.2, 0.6
# What agrees at other delays, this far from those above, does so by chance.
_MARGIN_S = 0.05
# What a small loudspeaker gives and a small microphone takes.
_BAND_HZ = (300.0, 3600.0)
_EVEN_HZ = 100.0
# How much higher the agreement must be than any that chance makes. Two voices agree by chance as
# far as both are periodic: never so much in 3500 takes without this client (bench_overheard.py).
_CERTAIN = 3.0
# The direct sound and what follows at once, for the level.
_DIRECT_S = (0.002, 0.012)
_SILENT = 1e-5


@dataclass(frozen=True, slots=True)
class Played:
    """What the client's sound was: a file, and where in it (s) it was stopped; None: nowhere."""

    clip: Path
    stopped_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Overheard:
    """The client in the recording: by how much later than said (s), how loud (dB re full scale)."""

    late_s: float
    level_db: float


def overheard(sound: Iterable[Floats], played: Played, end_s: float) -> Overheard | None:
    """The client's voice in ``sound``, blocks (n,) at 16 kHz in which they ended at ``end_s``.

    None where it is not heard, and where that cannot be told: no clip, or too little of it.
    """
    spoken = _last_of(played, min(end_s, _LONGEST_S))
    if len(spoken) < _LEAST_S * RATE or np.abs(spoken).max() < _SILENT:
        return None
    last = round((end_s + _LATE_S) * RATE)
    heard = _cut(sound, round(end_s * RATE) - len(spoken), last)
    if np.abs(heard).max(initial=0.0) < _SILENT:
        return None
    return _compare(heard, spoken)


def _last_of(played: Played, seconds: float) -> Floats:
    """The last ``seconds`` that were played of the clip; empty when it cannot be read."""
    try:
        clip = read(played.clip)
    except KnownError:
        return np.zeros(0, np.float32)
    stopped = played.stopped_at_s
    end = len(clip.samples) if stopped is None else round(stopped * clip.rate)
    last = clip.samples[:end][-max(1, round(seconds * clip.rate)) :]
    return resample(last, clip.rate, RATE)


def _cut(sound: Iterable[Floats], first: int, last: int) -> Floats:
    """Samples ``first`` to ``last``, as far as there are any."""
    parts, at = [np.zeros(0, np.float32)], 0
    for block in sound:
        parts.append(block[max(0, first - at) : max(0, last - at)])
        at += len(block)
        if at >= last:
            break
    return np.concatenate(parts)


def _compare(heard: Floats, spoken: Floats) -> Overheard | None:
    from scipy.fft import next_fast_len

    early, late = round(_EARLY_S * RATE), round(_LATE_S * RATE)
    # Round a circle, so that at every delay equally much is compared.
    size = next_fast_len(len(spoken) + late, real=True)
    theirs, ours = np.fft.rfft(spoken, size), np.fft.rfft(heard, size)
    hz = np.fft.rfftfreq(size, 1 / RATE)
    band = (hz >= _BAND_HZ[0]) & (hz < _BAND_HZ[1])
    even = _even(theirs, band, round(_EVEN_HZ / hz[1]))
    phase = np.where(band, ours / (np.abs(ours) + 1e-12), 0)
    agreement = np.abs(np.roll(np.fft.irfft(phase * np.conj(even), size), early))
    possible, chance = agreement[: early + late], agreement[early + late :]
    margin = round(_MARGIN_S * RATE)
    at = int(possible.argmax())
    if possible[at] < _CERTAIN * chance[margin:-margin].max():
        return None
    return Overheard((at - early) / RATE, _level_db(theirs, ours * band, at - early, size))


def _even(
    spectrum: NDArray[np.complex128], band: NDArray[np.bool_], width: int
) -> NDArray[np.complex128]:
    """``spectrum`` with its formants evened out, its harmonics kept."""
    from scipy.ndimage import uniform_filter1d

    around = uniform_filter1d(np.abs(spectrum), max(3, width))
    return np.where(band, spectrum / (around + 1e-12), 0)


def _level_db(
    theirs: NDArray[np.complex128], ours: NDArray[np.complex128], lag: int, size: int
) -> float:
    """Mean power of what arrived at about ``lag`` samples (dB re full scale)."""
    power = np.abs(theirs) ** 2
    way = np.fft.irfft(ours * np.conj(theirs) / (power + 0.05 * power[ours != 0].mean()), size)
    before, after = (round(seconds * RATE) for seconds in _DIRECT_S)
    direct = np.zeros(size)
    taps = np.arange(lag - before, lag + after)
    direct[taps] = way[taps]
    arrived = np.fft.irfft(np.fft.rfft(direct) * theirs, size)
    return 10 * float(np.log10(np.mean(arrived**2) + 1e-12))
