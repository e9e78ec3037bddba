"""How loud things are and keeping peaks in bounds. Loudness after ITU-R BS.1770 (pyloudnorm)."""

import numpy as np
import pyloudnorm
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from voices.speak import Samples
from voices.world import OUT_RATE


def lufs(sound: Samples) -> float:
    """Integrated loudness of 48 kHz mono sound; what is too short to measure is repeated."""
    if len(sound) < 0.45 * OUT_RATE:
        sound = np.tile(sound, int(0.9 * OUT_RATE / max(1, len(sound))) + 1)
    return float(pyloudnorm.Meter(OUT_RATE).integrated_loudness(sound))


def true_peak_dbfs(sound: Samples) -> float:
    """Highest peak between the samples too (4 times oversampled), dB of full scale."""
    return float(20 * np.log10(np.abs(resample_poly(sound, 4, 1)).max() + 1e-12))


def to_loudness(sound: Samples, target_lufs: float) -> Samples:
    """The same sound at ``target_lufs``; no limiting."""
    return sound * 10 ** ((target_lufs - lufs(sound)) / 20)


def limit(sound: Samples, ceiling_dbfs: float) -> Samples:
    """Turn peaks down with a gain that moves slowly enough (5 ms) not to be heard."""
    ceiling = 10 ** (ceiling_dbfs / 20)
    window = round(0.005 * OUT_RATE)
    gain = np.minimum(1.0, ceiling / np.maximum(np.abs(sound), 1e-9))
    held = -maximum_filter1d(-gain, 2 * window + 1)
    return sound * uniform_filter1d(held, window)
