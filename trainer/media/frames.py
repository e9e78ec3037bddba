"""A sound cut into short frames: how strong each band is, and whether a voice sounds in it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 16_000
HOP = 80
HOP_S = HOP / RATE
SHORTEST_S = 0.1
F0_LOW_HZ, F0_HIGH_HZ = 65.0, 450.0

_WINDOW = 320
_FFT = 512
_VOICE_WINDOW = 640
_VOICE_FFT = 2048
# Frames worked on at once; even, for voicing is told at every second frame.
_CHUNK = 1000
_FLOOR = 1e-10
# Hums and thumps lie below the speech band; hiss of s, f and sh in the high one. "over" is told
# above the noise at each frequency: a soft sound is heard where there is little of it.
_BANDS_HZ = {"full": (80, 7600), "speech": (180, 4000), "high": (3500, 7600), "over": (120, 7600)}
# In a very quiet room this share of the loudest is what counts as noise.
_QUIETEST = 1e-5
_VOICE_BAND_HZ = (150, 2400)
# A line this wide (half, Hz) with this share of all that is not steady is no voice.
_LINE_HZ, _LINE_SHARE, _BARE = 65.0, 0.75, 0.01
_SQUEAK_HZ, _TONE, _LINE_SHARE_HIGH, _BARE_HIGH = 1500.0, 0.9, 0.5, 0.1
_OCTAVE = 0.88


@dataclass(frozen=True, slots=True)
class Frames:
    """Every 5 ms, centred at ``index * HOP_S`` s: levels in dB re full scale, voicing 0..1, Hz.

    ``over``: above the steady noise (dB), each frequency measured by its own.
    ``whistle``: a single high tone, as of a squeak.
    """

    full: Floats
    speech: Floats
    high: Floats
    over: Floats
    voicing: Floats
    f0_hz: Floats
    whistle: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.full)


def frames(sound: Iterable[Floats], length: int, tick: Callable[[float], None]) -> Frames:
    """Frames of ``length`` samples at 16 kHz; ``tick`` hears 0..1 and may raise to stop.

    ``sound`` gives blocks (n,) of any sizes and is gone through twice: a voice is told from what
    is always there, and that is known only at the end.
    """
    count = length // HOP + 1
    every = max(3, count // 1000)
    voices, all_power = [], []
    for chunk in _chunks(sound, count):
        tick(0.3 * chunk.start / count)
        first = -chunk.start % every
        voices.append(_voice_power(_cut(chunk, _VOICE_WINDOW, every, first)))
        all_power.append(_power(_cut(chunk, _WINDOW, every, first)))
    noise = _noise_spectrum(np.concatenate(voices))
    steady = _steady(np.concatenate(all_power))
    made = {name: np.full(count, 10 * np.log10(_FLOOR), np.float32) for name in _BANDS_HZ}
    voicing, f0 = np.zeros(count, np.float32), np.full(count, F0_LOW_HZ, np.float32)
    whistle = np.zeros(count, np.bool_)
    for chunk in _chunks(sound, count):
        tick(0.3 + 0.7 * chunk.start / count)
        here = slice(chunk.start, chunk.stop)
        for name, values in _levels(_power(_cut(chunk, _WINDOW)), steady).items():
            made[name][here] = values
        voicing[here], f0[here], whistle[here] = _voicing(chunk, noise)
    levels = (made["full"], made["speech"], made["high"], made["over"])
    return Frames(*levels, voicing, f0, whistle)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Frames ``start`` to ``stop`` and the samples from half a window before the first on."""

    start: int
    stop: int
    samples: Floats


def _chunks(sound: Iterable[Floats], count: int) -> Iterator[_Chunk]:
    """``count`` frames in order; before and after the sound all is silent."""
    held = np.zeros(_VOICE_WINDOW // 2, np.float32)
    needed = (_CHUNK - 1) * HOP + _VOICE_WINDOW
    start = 0
    for block in chain(sound, [np.zeros(needed + HOP, np.float32)]):
        held = np.concatenate([held, block])
        while len(held) >= needed and start < count:
            yield _Chunk(start, min(start + _CHUNK, count), held[:needed])
            held = held[_CHUNK * HOP :]
            start += _CHUNK


def _cut(chunk: _Chunk, window: int, step: int = 1, first: int = 0) -> Floats:
    """Every ``step``-th frame from the ``first`` on as (n, window), each about its centre."""
    offset = (_VOICE_WINDOW - window) // 2
    view = np.lib.stride_tricks.sliding_window_view(chunk.samples[offset:], window)
    return view[first * HOP : (chunk.stop - chunk.start - 1) * HOP + 1 : HOP * step]


def _power(cut: Floats) -> Floats:
    """Power (n, frequencies); those of a row add up to 0 dB for a full-scale square wave."""
    taper = np.hanning(_WINDOW).astype(np.float32)
    spectrum = np.fft.rfft(cut * taper, _FFT)
    # Parseval, one side.
    scale = np.float32(2 / (_FFT * float(np.dot(taper, taper))))
    return np.asarray((spectrum.real**2 + spectrum.imag**2) * scale, np.float32)


def _steady(power: Floats) -> Floats:
    """The noise at each frequency, at least what is left of the loudest in a very quiet room."""
    total = power.sum(axis=1)
    least = max(float(np.percentile(total, 95)) * _QUIETEST, _FLOOR) / power.shape[1]
    heard = power[total > _FLOOR]
    chosen = heard if len(heard) > len(power) // 4 else power
    return np.asarray(np.maximum(np.percentile(chosen, 20, axis=0), least), np.float32)


def _levels(power: Floats, steady: Floats) -> dict[str, Floats]:
    hz = np.fft.rfftfreq(_FFT, 1 / RATE)
    made: dict[str, Floats] = {}
    for name, (low, high) in _BANDS_HZ.items():
        inside = (hz >= low) & (hz < high)
        chosen = power[:, inside] / steady[inside] if name == "over" else power[:, inside]
        made[name] = 10 * np.log10(chosen.sum(axis=1) + _FLOOR)
    return made


def _voice_power(cut: Floats) -> Floats:
    taper = np.hanning(_VOICE_WINDOW).astype(np.float32)
    spectrum = np.fft.rfft(cut * taper, _VOICE_FFT)
    hz = np.fft.rfftfreq(_VOICE_FFT, 1 / RATE)
    low, high = _VOICE_BAND_HZ
    # Rising with the frequency: without it, deep noise looks like a tone.
    weight = np.where((hz >= low) & (hz < high), hz / 1000.0, 0.0).astype(np.float32)
    return np.asarray((spectrum.real**2 + spectrum.imag**2) * weight, np.float32)


def _noise_spectrum(power: Floats) -> Floats:
    """What is always there, per frequency: the 20th percentile over some 1000 frames."""
    heard = power[power.sum(axis=1) > 1e-7]
    chosen = heard if len(heard) > len(power) // 4 else power
    return np.asarray(np.percentile(chosen, 20, axis=0), np.float32)


def _voicing(chunk: _Chunk, noise: Floats) -> list[NDArray[Any]]:
    """Strength (0..1), pitch (Hz) of the periodicity above the steady noise; whether it whistles.

    Autocorrelation divided by the window's own (Boersma 1993), computed at every second frame.
    """
    every = 2
    power = _voice_power(_cut(chunk, _VOICE_WINDOW, every))
    # The mean of noise lies above its 20th percentile by about this factor.
    steady = 4.0 * noise
    clean = np.maximum(power - steady, 0.0)
    lags = np.arange(round(RATE / _SQUEAK_HZ), round(RATE / F0_LOW_HZ) + 1)
    correlation = np.fft.irfft(clean, axis=1)
    taper = np.hanning(_VOICE_WINDOW)
    own = np.fft.irfft(np.abs(np.fft.rfft(taper, _VOICE_FFT)) ** 2)
    total = correlation[:, :1] + 0.25 * np.fft.irfft(steady)[0] + 1e-9
    ratio = correlation[:, lags] / total / (own[lags] / own[0])
    throat = int(np.searchsorted(lags, RATE / F0_HIGH_HZ))
    strength, f0 = _best(ratio[:, throat:], lags[throat:])
    found = (strength, f0, _whistles(clean, ratio[:, :throat].max(axis=1) > _TONE * strength))
    return [np.repeat(values, every)[: chunk.stop - chunk.start] for values in found]


def _whistles(power: Floats, high: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows in which one line above a throat's pitch holds nearly all: a squeak, a beep.

    Where the period of that line is seen too (``high``), half of all is enough.
    """
    bin_hz = RATE / _VOICE_FFT
    around = round(_LINE_HZ / bin_hz)
    total = np.cumsum(np.pad(power, ((0, 0), (around + 1, around))), axis=1)
    near = total[:, 2 * around + 1 :] - total[:, : -2 * around - 1]
    line = near.argmax(axis=1)
    strongest = near[np.arange(len(near)), line]
    # Only a voice has its pitch sounding well below its strongest harmonic.
    deep = near[:, : round((F0_HIGH_HZ - 50) / bin_hz)].max(axis=1) / (strongest + 1e-12)
    share = strongest / (total[:, -1] + 1e-12)
    sure = (share > _LINE_SHARE) & (deep < _BARE)
    likely = (share > _LINE_SHARE_HIGH) & (deep < _BARE_HIGH) & high
    return np.asarray((sure | likely) & (line * bin_hz > F0_HIGH_HZ + _LINE_HZ))


def _best(ratio: NDArray[np.floating], lags: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Height and pitch (Hz) of the strongest lag in each row."""
    top = ratio.max(axis=1)
    # Every multiple of a period is as strong: the pitch is the first that is nearly so.
    first = (ratio >= _OCTAVE * top[:, None]).argmax(axis=1)
    peak = _climb(ratio, first)
    # A parabola through the top: whole lags are a third of a semitone apart at 300 Hz.
    rows, at = np.arange(len(ratio)), np.clip(peak, 1, ratio.shape[1] - 2)
    before, here, after = (ratio[rows, at + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * here + after, -1e-9)
    f0 = RATE / (lags[peak] + np.where(peak == at, np.clip((before - after) / bend / 2, -1, 1), 0))
    return np.clip(top, 0.0, 1.0).astype(np.float32), f0.astype(np.float32)


def _climb(ratio: NDArray[np.floating], start: NDArray[np.integer]) -> NDArray[np.integer]:
    """From ``start`` to the top of the same hill in each row."""
    rows = np.arange(len(ratio))
    last = ratio.shape[1] - 1
    at = start
    for _ in range(12):
        after = np.minimum(at + 1, last)
        at = np.where(ratio[rows, after] > ratio[rows, at], after, at)
    return at
