"""The melody and pace of speech: F0 by Praat, syllables by their peaks of intensity."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.media.activity import Stretch
from trainer.media.frames import HOP, HOP_S, RATE, Floats, Frames

_STEP_S = 0.01
_WIDEST_HZ = (60.0, 600.0)
_LEAST_VOICED_S = 0.4
# In a second or two a syllable more or less is a quarter of them.
_LEAST_SPEECH_S = 2.0
# Praat works on so much at once; between pieces one can stop it.
_PIECE_S = 30.0
_SMOOTH_S = 0.05
_DIP_DB = 2.0
_BELOW_LOUD_DB = 25.0
_NUCLEUS_VOICING = 0.4


@dataclass(frozen=True, slots=True)
class Pitch:
    """Median F0 (Hz) and standard deviation (semitones) over the voiced frames."""

    median_hz: float
    sd_semitones: float


def pitch(
    sound: Iterable[Floats], stretches: tuple[Stretch, ...], tick: Callable[[float], None]
) -> Pitch | None:
    """F0 within ``stretches`` of ``sound``, blocks (n,) at 16 kHz; None below 0.4 s of voice.

    Twice through Praat's autocorrelation: what the first pass (60-600 Hz) finds sets floor and
    ceiling of the second at 0.75 of the first and 1.5 times the third quartile (De Looze & Hirst).
    """
    bounds = _bounds(stretches)
    rough = _track(sound, bounds, _WIDEST_HZ, lambda done: tick(done / 2))
    if len(rough) * _STEP_S < _LEAST_VOICED_S:
        return None
    low, high = np.percentile(rough, (25, 75))
    limits = (max(50.0, 0.75 * float(low)), min(800.0, 1.5 * float(high)))
    found = _track(sound, bounds, limits, lambda done: tick(0.5 + done / 2))
    if len(found) * _STEP_S < _LEAST_VOICED_S:
        return None
    semitones = 12 * np.log2(found)
    return Pitch(float(np.median(found)), float(semitones.std(ddof=1)))


def _bounds(stretches: tuple[Stretch, ...]) -> list[tuple[int, int]]:
    """First and last (exclusive) sample of each piece, in order."""
    size = round(_PIECE_S / HOP_S)
    return [
        (start * HOP, min(start + size, stretch.end) * HOP)
        for stretch in stretches
        for start in range(stretch.start, stretch.end, size)
    ]


def _pieces(sound: Iterable[Floats], bounds: list[tuple[int, int]]) -> Iterator[Floats]:
    blocks = iter(sound)
    held, at = np.zeros(0, np.float32), 0
    for begin, end in bounds:
        while at + len(held) < end and (block := next(blocks, None)) is not None:
            passed = min(max(begin - at, 0), len(held))
            held, at = np.concatenate([held[passed:], block]), at + passed
        yield held[max(begin - at, 0) : max(end - at, 0)]


def _track(
    sound: Iterable[Floats], bounds: list[tuple[int, int]], limits: tuple[float, float],
    tick: Callable[[float], None],
) -> NDArray[np.float64]:  # fmt: skip
    """F0 (Hz) of all voiced frames, 100 a second."""
    import parselmouth

    voiced = []
    for index, piece in enumerate(_pieces(sound, bounds) if bounds else ()):
        tick(index / len(bounds))
        # Praat needs three periods of the floor.
        if len(piece) < 3.2 / limits[0] * RATE:
            continue
        cut = parselmouth.Sound(piece.astype(np.float64), RATE)
        found = cut.to_pitch_ac(_STEP_S, limits[0], pitch_ceiling=limits[1])
        f0 = found.selected_array["frequency"]
        voiced.append(f0[f0 > 0])
    return np.concatenate(voiced) if voiced else np.zeros(0)


def syllables_per_s(frames: Frames, stretches: tuple[Stretch, ...]) -> float | None:
    """Syllable nuclei per second of speech; None with less than 2 s of speech.

    After de Jong & Wempe (2009): a nucleus is a voiced peak of intensity with a dip of 2 dB on
    either side, at most 25 dB below the loudest.
    """
    from scipy.signal import find_peaks

    seconds = sum(stretch.end - stretch.start for stretch in stretches) * HOP_S
    if seconds < _LEAST_SPEECH_S:
        return None
    size = round(_SMOOTH_S / HOP_S) | 1
    taper = np.hanning(size + 2)[1:-1]
    power = 10 ** (frames.speech.astype(np.float64) / 10)
    level = 10 * np.log10(np.convolve(power, taper / taper.sum(), "same") + 1e-12)
    spoken = np.concatenate([level[stretch.start : stretch.end] for stretch in stretches])
    threshold = np.percentile(spoken, 98) - _BELOW_LOUD_DB
    count = 0
    for stretch in stretches:
        inner = slice(max(0, stretch.start - size), stretch.end + size)
        tops, _ = find_peaks(level[inner], height=threshold, prominence=_DIP_DB)
        voicing = frames.voicing[inner]
        count += sum(bool(voicing[max(0, top - 4) : top + 5].max() >= _NUCLEUS_VOICING)
                     for top in tops.tolist())  # fmt: skip
    return count / seconds
