"""Sound files to numbers: what any of the known formats holds, as float32."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.domain.errors import KnownError
from trainer.media import ffmpeg
from trainer.media.held import Held, Source
from trainer.media.resample import resample

LONGEST_S = 4 * 3600.0
_BLOCK_S = 10.0
_RATES = range(1_000, 768_001)
_MOST_CHANNELS = 64
# A channel this far below the loudest carries nobody's voice (energy ratio: 40 dB).
_DEAD = 1e-4
# Below this share of the channels' own energy the average is cancelling: a wire is the wrong way.
_CANCELS = 0.1
_WAV_DATA = re.compile(r"^data : (\d+) \(should be (\d+)\)", re.MULTILINE)
_UNKNOWN_LENGTH = 0x7FFF_0000
_MAY_MISS_S = 0.1
_LONGEST_NAME = 1_000

Channels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound: ``samples`` (n,) float32, full scale is -1..1; ``rate`` in Hz."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


def read(path: Source, *, rate: int | None = None) -> Sound:
    """The whole sound of a file, mixed to mono, at its own rate or at ``rate`` Hz.

    KnownError when there is no such file, no sound in it, or it breaks off.
    """
    channels, own = read_channels(path)
    samples = mix(channels)
    return Sound(samples, own) if rate is None else Sound(resample(samples, own, rate), rate)


def read_channels(path: Source) -> tuple[Channels, int]:
    """The whole sound of a file as (samples (n, channels) float32, Hz); errors as ``read``."""
    parts = list(_not_too_long(path))
    return np.concatenate([block for block, _ in parts]), parts[0][1]


def _not_too_long(path: Source) -> Iterator[tuple[Channels, int]]:
    held = 0
    for block, rate in channel_blocks(path, _BLOCK_S):
        held += len(block)
        if held > LONGEST_S * rate:
            raise KnownError(
                f"{path.name} is longer than {LONGEST_S / 3600:.0f} hours", "Cut it into parts."
            )
        yield block, rate


def blocks(path: Source, seconds: float) -> Iterator[Sound]:
    """The sound of a file in blocks of ``seconds`` s (the last is shorter), mono, at its own rate.

    Memory stays at a block's size. What a channel is worth is learnt from what has gone before, so
    that of several channels the mix may differ from ``read``'s until each has been heard.
    """
    mixer: Mixer | None = None
    for block, rate in channel_blocks(path, seconds):
        mixer = mixer or Mixer(block.shape[1])
        mixer.learn(block)
        yield Sound(mixer.mix(block), rate)


class Recording:
    """A file to go through in blocks, as often as wanted: memory stays at a block's size.

    Mixed as ``read`` does it, for which a file of several channels is read once more beforehand.
    """

    def __init__(self, path: Source) -> None:
        self._path = path
        # What comes out of a locked folder must not come to lie on a disk again.
        self.may_spool = not isinstance(path, Held)
        self._mixer: Mixer | None = None

    def blocks(self) -> Iterator[tuple[Channels, NDArray[np.float32], int]]:
        """(samples (n, channels), the same as mono (n,), Hz) of 10 s each; errors as ``read``."""
        for block, rate in _not_too_long(self._path):
            if self._mixer is None:
                self._mixer = self._learnt(block.shape[1])
            yield block, self._mixer.mix(block), rate

    def _learnt(self, channels: int) -> "Mixer":
        mixer = Mixer(channels)
        if channels > 1:
            for block, _ in _not_too_long(self._path):
                mixer.learn(block)
        return mixer


def duration(path: Source) -> float:
    """Length in seconds by counting, since headers of cut recordings lie; errors as ``read``."""
    length = 0.0
    for block, rate in channel_blocks(path, _BLOCK_S):
        length += len(block) / rate
    return length


class Mixer:
    """Several channels to one: the average of those that carry sound, or the loudest of them."""

    def __init__(self, channels: int) -> None:
        self._energy = np.zeros(channels)
        self._average = 0.0

    def learn(self, block: Channels) -> None:
        """Take note of what each channel of ``block`` (n, channels) carries."""
        self._energy += np.einsum("ij,ij->j", block, block, dtype=np.float64)
        average = block.mean(axis=1)
        self._average += float(np.dot(average, average))

    def mix(self, block: Channels) -> NDArray[np.float32]:
        """``block`` (n, channels) as (n,); a dead channel does not halve the level."""
        if block.shape[1] == 1:
            return block[:, 0]
        loudest = int(self._energy.argmax())
        alive = self._energy > _DEAD * self._energy[loudest]
        if self._average < _CANCELS * self._energy[alive].mean() and alive.all():
            return block[:, loudest]
        picked = block[:, alive] if alive.any() else block
        return np.asarray(picked.mean(axis=1), dtype=np.float32)


def mix(channels: Channels) -> NDArray[np.float32]:
    """(n, channels) as (n,), judged over the whole length."""
    mixer = Mixer(channels.shape[1])
    mixer.learn(channels)
    return mixer.mix(channels)


def channel_blocks(path: Source, seconds: float) -> Iterator[tuple[Channels, int]]:
    """Blocks of ``seconds`` s, unmixed: (samples (n, channels) float32, Hz); errors as ``read``."""
    _must_hold_something(path)
    found = False
    for block, rate in _raw_blocks(path, seconds):
        if rate not in _RATES or not 1 <= block.shape[1] <= _MOST_CHANNELS:
            raise KnownError(
                f"{path.name} says it has {block.shape[1]} channels at {rate} Hz",
                "The file is damaged: copy or record it again.",
            )
        found = True
        # A damaged float file may hold what is no number; it would poison every measure.
        yield np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0), rate
    if not found:
        raise KnownError(f"{path.name} holds no sound", "Choose a recording with sound in it.")


def _must_hold_something(path: Source) -> None:
    if isinstance(path, Held):
        if not path.data:
            raise _empty(path)
        return
    try:
        if not path.is_file():
            raise KnownError(f"There is no file {path.name}", "Look at its name and its folder.")
        if path.stat().st_size == 0:
            raise _empty(path)
        with path.open("rb"):
            pass
    except OSError as error:
        raise KnownError(
            f"{path.name} cannot be opened: {error.strerror or error}", "Look at its permissions."
        ) from error


def _empty(path: Source) -> KnownError:
    return KnownError(f"{path.name} is empty", "Choose another recording.")


def for_libsndfile(path: Path, flags: int = os.O_RDONLY) -> Path | int:
    """``path``, or where its name is too long for libsndfile (1024 bytes) an open file's number."""
    if os.name == "nt" or len(os.fsencode(path)) < _LONGEST_NAME:
        return path
    return os.open(path, flags, 0o666)


def _opened(path: Source) -> Path | int | io.BytesIO:
    # A stream on bytes shares them: nothing is copied.
    return io.BytesIO(path.data) if isinstance(path, Held) else for_libsndfile(path)


def _raw_blocks(path: Source, seconds: float) -> Iterator[tuple[Channels, int]]:
    import soundfile

    try:
        file = soundfile.SoundFile(_opened(path))
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        # TypeError: a .raw file, of which libsndfile wants to be told the format.
        if _is_flac(path):  # ffmpeg would take half of one for a whole
            raise KnownError(
                f"{path.name} is damaged or breaks off", "Copy or record it again."
            ) from error
        if isinstance(path, Held):  # recordings are WAV and FLAC; ffmpeg wants a file to seek in
            raise ffmpeg.not_readable(path.name) from error
        yield from ffmpeg.channel_blocks(path, seconds)
        return
    with file:
        if file.samplerate not in _RATES or file.channels > _MOST_CHANNELS:
            raise KnownError(
                f"{path.name} says it has {file.channels} channels at {file.samplerate} Hz",
                "The file is damaged: copy or record it again.",
            )
        size = max(1, round(file.samplerate * seconds))
        got = 0
        while True:
            try:
                block = file.read(size, dtype="float32", always_2d=True)
            except soundfile.SoundFileError as error:
                raise _broken_off(path, got / file.samplerate) from error
            if len(block):
                got += len(block)
                yield block, file.samplerate
            if len(block) < size:
                break
        _must_be_whole(path, file.frames, got, file.samplerate, file.extra_info)


def _must_be_whole(path: Source, promised: int, got: int, rate: int, remarks: str) -> None:
    """KnownError if the header promised more than came: half a file would be measured as whole."""
    missing = promised - got
    # libsndfile corrects a WAV's length quietly and only notes it. Writers to a pipe state 4 GB.
    noted = _WAV_DATA.search(remarks)
    if noted and got and int(noted[1]) < _UNKNOWN_LENGTH:
        stated, held = int(noted[1]), int(noted[2])
        missing = max(missing, round(got * (stated - held) / max(held, 1)))
    if missing > _MAY_MISS_S * rate:
        raise _broken_off(path, got / rate)


def _broken_off(path: Source, at_s: float) -> KnownError:
    return KnownError(f"{path.name} breaks off after {at_s:.1f} s", "Copy or record it again.")


def _is_flac(path: Source) -> bool:
    if isinstance(path, Held):
        return path.data.startswith(b"fLaC")
    with path.open("rb") as file:
        return file.read(4) == b"fLaC"
