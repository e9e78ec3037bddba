"""The place and the body around the words: a small room, its tone, and breaths."""

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from voices.speak import Samples
from voices.world import OUT_RATE

_TONE_DBFS = -63.0
_WET_DB = -17.0
_REVERB_S = 0.22
_BREATH_DBFS = -49.0


def room_tone(samples: int, rng: np.random.Generator) -> Samples:
    """Quiet noise of a still room: falls with frequency, so that it is heard as air, not hiss."""
    noise = rng.standard_normal(samples + OUT_RATE)
    warm = sosfilt(butter(1, 250, "low", fs=OUT_RATE, output="sos"), noise)
    air = sosfilt(butter(2, [250, 4000], "band", fs=OUT_RATE, output="sos"), noise)
    tone: Samples = (warm / warm.std() + 0.35 * air / air.std())[OUT_RATE:]
    tone *= 10 ** (_TONE_DBFS / 20) / tone.std()
    return tone


def place(dry: Samples, seed: int) -> Samples:
    """The voice in a small furnished room: five early reflections and a short dark tail."""
    rng = np.random.default_rng(seed)
    length = round(_REVERB_S * OUT_RATE)
    times = np.arange(length) / OUT_RATE
    tail = rng.standard_normal(length) * np.exp(-6.9 * times / _REVERB_S)
    tail = sosfilt(butter(1, 3200, "low", fs=OUT_RATE, output="sos"), tail)
    tail[: round(0.012 * OUT_RATE)] = 0
    tail *= 0.7 / np.sqrt((tail**2).sum())
    for delay_ms, gain in ((4.3, 0.40), (7.9, -0.33), (11.6, 0.28), (16.2, 0.20), (21.7, -0.15)):
        tail[round(delay_ms / 1000 * OUT_RATE)] += gain
    wet = fftconvolve(dry, tail)[: len(dry)]
    return dry + wet * 10 ** (_WET_DB / 20)


def inhale(loudness: float, formant: float, rng: np.random.Generator) -> Samples:
    """One soft inhalation, ``loudness`` as in :class:`voices.affects.Affect`; mono, 48 kHz."""
    seconds = rng.uniform(0.28, 0.42)
    noise = rng.standard_normal(round(seconds * OUT_RATE))
    breath = np.zeros_like(noise)
    for centre, width, gain in ((1150, 500, 1.0), (1900, 700, 0.8), (3300, 1500, 0.45)):
        band = [(centre - width / 2) * formant, (centre + width / 2) * formant]
        breath += gain * sosfilt(butter(1, band, "band", fs=OUT_RATE, output="sos"), noise)
    breath = sosfilt(butter(2, 4500 * formant, "low", fs=OUT_RATE, output="sos"), breath)
    way = np.linspace(0, 1, len(breath))
    breath *= np.sin(np.pi * way**1.4) ** 1.3
    breath /= np.sqrt((breath**2).mean())
    return breath * 10 ** (_BREATH_DBFS / 20) * loudness
