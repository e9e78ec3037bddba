"""How loud, how hot: loudness after EBU R 128, peak, and samples cut off at full scale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.media.resample import resample

# The highest value 16 bits hold, less a hair for what a lossy coder rounds.
FULL_SCALE = 0.9995
SHORTEST_RUN = 3
_GATE_LUFS = -70.0
_BLOCK_S = 0.4
_LEAST_RATE, _GOOD_RATE = 40_000, 48_000


@dataclass(frozen=True, slots=True)
class Clipping:
    """Runs of three or more samples at full scale: how many samples, in how many places."""

    samples: int
    places: int


def lufs(samples: NDArray[np.float32], rate: int) -> float | None:
    """Integrated, gated loudness (ITU-R BS.1770-4) of mono ``samples`` (n,) in LUFS.

    None when shorter than one 0.4 s block or when all of it lies below the -70 LUFS gate.
    """
    import pyloudnorm

    if len(samples) < _BLOCK_S * rate or not samples.any():
        return None
    if rate < _LEAST_RATE:
        # The weighting's shelf bends where it comes near half the rate.
        samples, rate = resample(samples, rate, _GOOD_RATE), _GOOD_RATE
    value = float(pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64)))
    return value if np.isfinite(value) and value > _GATE_LUFS else None


def peak_dbfs(channels: NDArray[np.float32]) -> float | None:
    """Highest absolute sample (dBFS) in any channel of (n, channels); None in digital silence."""
    peak = max(float(channels.max()), -float(channels.min())) if channels.size else 0.0
    return 20 * float(np.log10(peak)) if peak > 0 else None


def clipping(channels: NDArray[np.float32]) -> Clipping:
    """What is cut off in the worst channel of (n, channels)."""
    found = [_runs(channels[:, index]) for index in range(channels.shape[1])]
    return max(found, key=lambda clip: clip.samples, default=Clipping(0, 0))


def _runs(samples: NDArray[np.float32]) -> Clipping:
    hot = np.concatenate([[False], (samples >= FULL_SCALE) | (samples <= -FULL_SCALE), [False]])
    edges = np.flatnonzero(hot[1:] != hot[:-1])
    lengths = edges[1::2] - edges[::2]
    long = lengths[lengths >= SHORTEST_RUN]
    return Clipping(int(long.sum()), len(long))
