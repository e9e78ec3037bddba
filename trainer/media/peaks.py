"""What a sound looks like: waveforms as minima and maxima, and the loudness a mouth moves with."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from trainer.media.decode import Sound
from trainer.media.resample import resample

Floats = NDArray[np.float32]

# Below this many samples a bucket is cut from the samples themselves.
_BASE = 16
_FINE_HZ = 200
_ATTACK_S = 0.015
_RELEASE_S = 0.07
# Stevens: twice as loud is ten times the energy.
_LOUDNESS = 0.3
# This far below the loud parts of a clip nothing moves a mouth (dB).
_RANGE_DB = 32.0
_ABOVE_NOISE_DB = 8.0
_SILENT_DBFS = -75.0


def peaks(samples: Floats, buckets: int) -> tuple[Floats, Floats]:
    """Minima and maxima of ``samples`` (n,) in ``buckets`` equal parts, (min(buckets, n),) each."""
    count = min(buckets, len(samples))
    if count < 1:
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    edges = np.arange(count, dtype=np.int64) * len(samples) // count
    return np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)


def stream_peaks(
    blocks: Iterable[tuple[Floats, int]], per_s: int, least: int
) -> tuple[Floats, Floats, float]:
    """Minima and maxima of a sound in ``blocks`` ((n,), Hz), ``per_s`` a second; its length (s).

    What is a single block is cut into ``least`` equal parts if that is finer. Memory stays at a
    block's size and that of the result.
    """
    stream = iter(blocks)
    first, second = next(stream, None), next(stream, None)
    if first is None:
        return np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0
    held, rate = first
    if second is None:
        seconds = len(held) / rate
        return *peaks(held, max(least, round(seconds * per_s))), seconds
    mins, maxs = [], []
    held, at, made = held[:0], 0, 0  # not in a bucket yet, samples before these, buckets
    for block, _ in chain((first, second), stream):
        held = np.concatenate([held, block])
        whole = (at + len(held)) * per_s // rate
        edges = np.arange(made, whole + 1) * rate // per_s - at
        if whole > made:
            end = int(edges[-1])
            mins.append(np.minimum.reduceat(held[:end], edges[:-1]))
            maxs.append(np.maximum.reduceat(held[:end], edges[:-1]))
            held, at, made = held[end:], at + end, whole
    if len(held):
        mins.append(held.min(keepdims=True))
        maxs.append(held.max(keepdims=True))
    return np.concatenate(mins), np.concatenate(maxs), (at + len(held)) / rate


@dataclass(frozen=True, slots=True)
class View:
    """Buckets of ``step`` samples from sample ``first`` on (the last may be shorter)."""

    first: int
    step: int
    mins: Floats
    maxs: Floats


class Pyramid:
    """Minima and maxima at every power of two, so that any stretch is drawn from few numbers."""

    def __init__(self, mins: Floats, maxs: Floats | None = None) -> None:
        """Of samples (n,), or of minima and maxima (n,) each, which then count as the samples."""
        self._mins, self._maxs = mins, mins if maxs is None else maxs
        mins, maxs = _blocks(self._mins, self._maxs, _BASE)
        self._levels: list[tuple[Floats, Floats]] = [(mins, maxs)]
        while len(mins) > 1:
            mins = _pairs(mins, np.minimum)
            maxs = _pairs(maxs, np.maximum)
            self._levels.append((mins, maxs))

    def __len__(self) -> int:
        return len(self._mins)

    def view(self, start: int, end: int, width: int) -> View:
        """At most ``width`` buckets that cover samples ``start`` to ``end`` (clamped), exact ones.

        Buckets lie on a fixed grid, so that a waveform does not flicker when it is scrolled.
        """
        start, end = max(0, start), min(end, len(self))
        if end <= start or width < 1:
            return View(max(0, start), 1, self._mins[:0], self._maxs[:0])
        step = 1
        while -(-end // step) - start // step > width:
            step *= 2
        low, high = start // step, -(-end // step)
        if step < _BASE:
            here = slice(low * step, high * step)
            mins, maxs = _blocks(self._mins[here], self._maxs[here], step)
            return View(low * step, step, mins, maxs)
        level = min(step.bit_length() - _BASE.bit_length(), len(self._levels) - 1)
        mins, maxs = self._levels[level]
        return View(low * step, step, mins[low:high], maxs[low:high])


def _blocks(mins: Floats, maxs: Floats, step: int) -> tuple[Floats, Floats]:
    """Minima and maxima of each ``step`` values; a shorter last block counts."""
    if step == 1 or not len(mins):
        return mins, maxs
    edges = np.arange(0, len(mins), step)
    return np.minimum.reduceat(mins, edges), np.maximum.reduceat(maxs, edges)


def _pairs(values: Floats, pick: np.ufunc) -> Floats:
    return np.asarray(pick.reduceat(values, np.arange(0, len(values), 2)), np.float32)


def envelope(sound: Sound, rate_hz: int = 25) -> Floats:
    """Perceived loudness 0..1 at ``rate_hz`` values a second for a portrait's mouth; 0 in pauses.

    1 is the clip's own 95th percentile. Rises in 15 ms, falls in 70 ms.
    """
    power = _fine_power(sound)
    count = int(np.ceil(len(sound.samples) / sound.rate * rate_hz))
    if not len(power) or not count:
        return np.zeros(count, np.float32)
    level = 10 * np.log10(power + 1e-12)
    audible = level[level > _SILENT_DBFS]
    if not len(audible):
        return np.zeros(count, np.float32)
    loud = np.percentile(audible, 95)
    noise = np.percentile(level, 10)
    gate = max(loud - _RANGE_DB, _SILENT_DBFS, min(noise + _ABOVE_NOISE_DB, loud - 12.0))
    loudness = np.where(level > gate, np.maximum(power, 1e-12) ** _LOUDNESS, 0.0)
    # From the gate up, so that the mouth opens smoothly rather than with a jerk.
    loudness = np.maximum(loudness - 10 ** (gate / 10 * _LOUDNESS), 0.0)
    smooth = _attack_release(loudness)
    speaking = smooth[level > gate]
    top = np.percentile(speaking, 95) if len(speaking) else 0.0
    if top <= 0:
        return np.zeros(count, np.float32)
    moments = (np.arange(count) + 0.5) / rate_hz * _FINE_HZ
    shaped = np.interp(moments, np.arange(len(smooth)) + 0.5, smooth / top)
    still = np.interp(moments, np.arange(len(smooth)) + 0.5, smooth) < 0.03 * top
    return np.where(still, 0.0, np.clip(shaped, 0.0, 1.0)).astype(np.float32)


def _fine_power(sound: Sound) -> NDArray[np.float64]:
    """Mean square of the speech band (above 150 Hz, below 4 kHz) 200 times a second."""
    from scipy.signal import butter, sosfilt

    narrow = resample(sound.samples, sound.rate, 8_000)
    if not len(narrow):
        return np.zeros(0)
    high = butter(2, 150, "highpass", fs=8_000, output="sos")
    square = np.asarray(sosfilt(high, narrow), np.float64) ** 2
    step = 8_000 // _FINE_HZ
    padded = np.pad(square, (0, -len(square) % step))
    return np.asarray(padded.reshape(-1, step).mean(axis=1), np.float64)


def _attack_release(values: NDArray[np.float64]) -> NDArray[np.float64]:
    up = 1 - np.exp(-1 / (_ATTACK_S * _FINE_HZ))
    down = 1 - np.exp(-1 / (_RELEASE_S * _FINE_HZ))
    state = 0.0
    out = np.empty_like(values)
    for index, value in enumerate(values.tolist()):
        state += (value - state) * (up if value > state else down)
        out[index] = state
    return out
