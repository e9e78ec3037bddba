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


def resample_blocks(
    blocks: Iterable[NDArray[np.float32]], rate: int, target: int
) -> Iterator[NDArray[np.float32]]:
    """The same for a stream: blocks (n,) in, blocks out, no seam between them."""
    if rate == target:
        yield from blocks
        return
    low = _Filter(rate, target)
    # Only where a multiple of `down` input samples has passed does the filter's phase repeat.
    margin = -(-low.reach // low.down) * low.down
    held = np.zeros(margin, np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        ready = (len(held) - 2 * margin) // low.down * low.down
        if ready <= 0:
            continue
        made = low.apply(held[: ready + 2 * margin])
        begin = margin // low.down * low.up
        yield made[begin : begin + ready // low.down * low.up]
        held = held[ready:]
    rest = len(held) - margin
    if rest > 0:
        made = low.apply(np.concatenate([held, np.zeros(margin, np.float32)]))
        begin = margin // low.down * low.up
        yield made[begin : begin + -(-rest * low.up // low.down)]
