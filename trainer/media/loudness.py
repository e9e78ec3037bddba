"""How loud, how hot: loudness after EBU R 128, peak, and samples cut off at full scale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.media.resample import Resampler

# The highest value 16 bits hold, less a hair for what a lossy coder rounds.
FULL_SCALE = 0.9995
SHORTEST_RUN = 3
_GATE_LUFS, _GATE_LU = -70.0, -10.0
_OFFSET_LUFS = -0.691
# The recommendation's blocks of 0.4 s begin every 0.1 s: each is four steps.
_STEPS_PER_S, _STEPS = 10, 4
_LEAST_RATE, _GOOD_RATE = 40_000, 48_000


class Loudness:
    """Integrated, gated loudness (ITU-R BS.1770-4) of mono sound at ``rate`` Hz, block by block."""

    def __init__(self, rate: int) -> None:
        # The weighting's shelf bends where it comes near half the rate.
        self._rate = rate if rate >= _LEAST_RATE else _GOOD_RATE
        self._resampler = Resampler(rate, self._rate)
        self._weighting = _weighting(self._rate)
        self._state = np.zeros((len(self._weighting), 2))
        self._energies: list[NDArray[np.float64]] = []
        self._steps = 0
        self._rest = np.zeros(0)

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Take in the next ``samples`` (n,)."""
        self._weigh(self._resampler.push(samples))

    def lufs(self) -> float | None:
        """Loudness of all that was heard (LUFS); call it once, after the last block.

        None when shorter than one 0.4 s block or when all of it lies below the -70 LUFS gate.
        """
        self._weigh(self._resampler.finish())
        # A block that the end cuts short does not count.
        if self._steps < _STEPS:
            return None
        power = np.convolve(np.concatenate(self._energies), np.ones(_STEPS), "valid")
        power *= _STEPS_PER_S / (_STEPS * self._rate)
        heard = power[power >= _power(_GATE_LUFS)]
        if not len(heard):
            return None
        gate = max(_power(_GATE_LUFS), float(heard.mean()) * 10 ** (_GATE_LU / 10))
        loud = heard[heard > gate]
        return _OFFSET_LUFS + 10 * float(np.log10(loud.mean())) if len(loud) else None

    def _weigh(self, samples: NDArray[np.float32]) -> None:
        from scipy.signal import sosfilt

        if not len(samples):
            return
        weighted, self._state = sosfilt(self._weighting, samples.astype(np.float64), zi=self._state)
        square = np.concatenate([self._rest, np.square(weighted)])
        most = len(square) * _STEPS_PER_S // self._rate + 2
        edges = (self._steps + np.arange(most)) * self._rate // _STEPS_PER_S
        edges -= edges[0]
        whole = int(np.searchsorted(edges, len(square), "right")) - 1
        if whole:
            self._energies.append(np.add.reduceat(square[: edges[whole]], edges[:whole]))
        self._rest = square[edges[whole] :]
        self._steps += whole


def _weighting(rate: int) -> NDArray[np.float64]:
    """K-weighting as second-order sections (2, 6)."""
    from pyloudnorm.iirfilter import IIRfilter

    stages = (
        IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate, "high_shelf"),
        IIRfilter(0.0, 0.5, 38.0, rate, "high_pass"),
    )
    return np.array([[*(stage.passband_gain * stage.b), *stage.a] for stage in stages])


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


@dataclass(frozen=True, slots=True)
class Clipping:
    """Runs of three or more samples at full scale: how many samples, in how many places."""

    samples: int
    places: int


class Heat:
    """Peak and clipping of sound of several channels, block by block."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._runs: list[_Runs] = []

    def hear(self, channels: NDArray[np.float32]) -> None:
        """Take in the next samples (n, channels)."""
        if not channels.size:
            return
        self._peak = max(self._peak, float(channels.max()), -float(channels.min()))
        self._runs = self._runs or [_Runs() for _ in range(channels.shape[1])]
        for index, runs in enumerate(self._runs):
            samples = channels[:, index]
            runs.hear((samples >= FULL_SCALE) | (samples <= -FULL_SCALE))

    def peak_dbfs(self) -> float | None:
        """Highest absolute sample (dBFS) in any channel; None in digital silence."""
        return 20 * float(np.log10(self._peak)) if self._peak > 0 else None

    def clipping(self) -> Clipping:
        """What is cut off in the worst channel."""
        found = [runs.clipping() for runs in self._runs]
        return max(found, key=lambda clip: clip.samples, default=Clipping(0, 0))


class _Runs:
    """Runs of samples at full scale; one may reach over several blocks."""

    def __init__(self) -> None:
        self._samples = self._places = self._open = 0

    def hear(self, hot: NDArray[np.bool_]) -> None:
        edges = np.flatnonzero(np.diff(np.pad(hot.astype(np.int8), 1)))
        lengths = edges[1::2] - edges[::2]
        if hot[0]:
            lengths[0] += self._open
        else:
            self._close(np.array([self._open]))
        self._open = int(lengths[-1]) if hot[-1] else 0
        self._close(lengths[:-1] if hot[-1] else lengths)

    def clipping(self) -> Clipping:
        still = self._open >= SHORTEST_RUN
        return Clipping(self._samples + still * self._open, self._places + still)

    def _close(self, lengths: NDArray[np.int64]) -> None:
        long = lengths[lengths >= SHORTEST_RUN]
        self._samples += int(long.sum())
        self._places += len(long)
