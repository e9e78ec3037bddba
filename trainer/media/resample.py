"""Another sample rate, at recording quality."""

from collections.abc import Iterable, Iterator
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Half-length of the low-pass in periods of the lower rate, and its Kaiser beta: 100 dB stop band.
_REACH = 32
_BETA = 10.0


class _Filter:
    """A low-pass for going from ``rate`` to ``target`` Hz, with the reach of its sides."""

    def __init__(self, rate: int, target: int) -> None:
        from scipy.signal import firwin

        common = gcd(rate, target)
        self.up, self.down = target // common, rate // common
        longest = max(self.up, self.down)
        # The edge lies a little below Nyquist, so that what folds back is already low.
        self.taps: Any = firwin(
            2 * _REACH * longest + 1, 0.95 / longest, window=("kaiser", _BETA)
        ).astype(np.float32)
        # Input samples on either side that shape one output sample.
        self.reach = -(-_REACH * longest // self.up) + 1

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        from scipy.signal import resample_poly

        made = resample_poly(samples, self.up, self.down, window=self.taps)
        return np.asarray(made, dtype=np.float32)


def resample(samples: NDArray[np.float32], rate: int, target: int) -> NDArray[np.float32]:
    """``samples`` (n,) at ``rate`` Hz at ``target`` Hz, aligned, flat to 0.9 of its Nyquist."""
    if rate == target or not len(samples):
        return samples
    return _Filter(rate, target).apply(samples)


class Resampler:
    """The same for a stream: samples (n,) in, samples out a little later, no seam between them."""

    def __init__(self, rate: int, target: int) -> None:
        self._low = _Filter(rate, target) if rate != target else None
        # Only where a multiple of `down` input samples has passed does the filter's phase repeat.
        self._margin = -(-self._low.reach // self._low.down) * self._low.down if self._low else 0
        self._held = np.zeros(self._margin, np.float32)

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is ready once ``samples`` have come; may be empty."""
        low, margin = self._low, self._margin
        if low is None:
            return samples
        held = np.concatenate([self._held, samples])
        ready = max(0, (len(held) - 2 * margin) // low.down * low.down)
        self._held = held[ready:]
        if not ready:
            return held[:0]
        made = low.apply(held[: ready + 2 * margin])
        begin = margin // low.down * low.up
        return made[begin : begin + ready // low.down * low.up]

    def finish(self) -> NDArray[np.float32]:
        """The rest, after the last ``push``."""
        low, margin = self._low, self._margin
        rest = len(self._held) - margin
        if low is None or rest <= 0:
            return self._held[:0]
        made = low.apply(np.concatenate([self._held, np.zeros(margin, np.float32)]))
        begin = margin // low.down * low.up
        return made[begin : begin + -(-rest * low.up // low.down)]


def resample_blocks(
    blocks: Iterable[NDArray[np.float32]], rate: int, target: int
) -> Iterator[NDArray[np.float32]]:
    """A stream of blocks (n,) at ``rate`` Hz as blocks at ``target`` Hz, as ``resample`` does."""
    stream = Resampler(rate, target)
    for block in blocks:
        made = stream.push(block)
        if len(made):
            yield made
    made = stream.finish()
    if len(made):
        yield made


def resampled_length(samples: int, rate: int, target: int) -> int:
    """How many samples at ``target`` Hz come of ``samples`` at ``rate`` Hz."""
    return -(-samples * target // rate)
