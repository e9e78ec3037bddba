"""Making one recording of what two devices delivered: one format, and no click at the joint."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from trainer.media.decode import Mixer
from trainer.media.wav import SoundFormat

EDGE_S = 0.01
_REACH = 32  # periods of the lower rate, as in ``resample``
_BETA = 10.0

Samples = NDArray[np.float32]


def fade_out(before: Samples, frames: int) -> Samples:
    """What follows ``before`` (n, channels) so that it ends softly: its mirror image, fading.

    Nothing that was recorded is changed for it: the edge lies in the hole.
    """
    edge = before[::-1][:frames]
    return np.asarray(edge * _falling(len(edge)), np.float32)


def fade_in(after: Samples, frames: int) -> Samples:
    """What leads into ``after`` (n, channels): the same the other way round."""
    edge = after[:frames]
    return np.asarray((edge * _falling(len(edge)))[::-1], np.float32)


def _falling(length: int) -> Samples:
    at = (np.arange(length, dtype=np.float32) + 0.5) / max(1, length)
    return (0.5 + 0.5 * np.cos(np.pi * at)).astype(np.float32)[:, np.newaxis]


def _mirrored(after: Samples, frames: int) -> Samples:
    """``frames`` that lead into ``after`` (n, channels), as its mirror image."""
    if not len(after):
        return after
    return np.pad(after[:frames], ((max(0, frames - len(after)), 0), (0, 0)), "edge")[::-1]


class Converter:
    """A stream of one format as a stream of another, as it comes; no seam between the pieces."""

    def __init__(self, source: SoundFormat, target: SoundFormat) -> None:
        self._source, self._target = source, target
        self._mixer = Mixer(source.channels)
        same = source.channels == target.channels
        self._channels = source.channels if same else 1
        self._rates = None
        if source.sample_rate != target.sample_rate:
            self._rates = _Rates(source.sample_rate, target.sample_rate, self._channels)

    def convert(self, pcm: bytes) -> bytes:
        """Whole frames in, whole frames out, a millisecond later."""
        samples = self._source.samples(pcm)
        if self._channels != self._source.channels:
            self._mixer.learn(samples)
            samples = self._mixer.mix(samples)[:, np.newaxis]
        if self._rates is not None:
            samples = self._rates.push(samples)
        if self._channels != self._target.channels:
            samples = np.repeat(samples, self._target.channels, axis=1)
        return self._target.pcm(samples)


class _Rates:
    """Another sample rate by a polyphase filter in numpy.

    scipy's is faster, but to load it keeps Python's lock for up to a second, and this is needed in
    the middle of an answer. A second of sound takes some 20 ms.
    """

    def __init__(self, rate: int, target: int, channels: int) -> None:
        common = gcd(rate, target)
        self._up, self._down = target // common, rate // common
        longest = max(self._up, self._down)
        half = -(-_REACH * longest // self._up) * self._up
        at = np.arange(-half, half + 1)
        low = np.sinc(at * 0.95 / longest) * np.kaiser(len(at), _BETA)
        low *= self._up / low.sum()
        self._width = 2 * half // self._up  # input samples that shape one output sample
        # Row p holds, last sample first, the taps for an output that lies p/up after an input.
        self._taps = low[: 2 * half].reshape(self._width, self._up).T[:, ::-1].astype(np.float32)
        self._held = np.zeros((0, channels), np.float32)
        self._phase = 0  # of the next output, in 1/up of an input sample, from the held ones' end

    def push(self, samples: Samples) -> Samples:
        """What is ready once ``samples`` (n, channels) have come; may be empty."""
        if not len(self._held):
            # Before the first there was nothing; silence would be a step, which clicks.
            self._held = _mirrored(samples, self._width - 1)
        held = np.concatenate([self._held, samples])
        last = (len(held) - self._width + 1) * self._up
        places = np.arange(self._phase, last, self._down)
        self._phase += len(places) * self._down - last
        self._held = held[len(held) - self._width + 1 :]
        if not len(places):
            return held[:0]
        windows = np.lib.stride_tricks.sliding_window_view(held, self._width, axis=0)
        picked = windows[places // self._up]
        made = np.einsum("ncw,nw->nc", picked, self._taps[places % self._up])
        return np.asarray(made, np.float32)
