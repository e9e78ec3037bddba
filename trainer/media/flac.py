"""A finished take to the FLAC that is kept: 48 kHz, mono, checked sample by sample."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from trainer.domain.errors import KnownError
from trainer.media import decode
from trainer.media.resample import resample_blocks

RATE = 48_000
_BLOCK_S = 10.0
_LOSSLESS = {"PCM_16": 16, "PCM_24": 24}
# Of the file's format (RFC 9639): blocks before the frames, and what others put behind them.
_MAGIC, _LAST, _PADDING, _INFO_BYTES, _FILL = b"fLaC", 0x80, 1, 34, 64
_TAILS, _MOST_TAIL = (b"TAG", b"APETAGEX", b"LYRICS"), 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def to_flac(wav: Path, flac: Path) -> int:
    """Make ``flac`` (48 kHz mono) of ``wav`` (any rate, channels, format); returns the rate in Hz.

    Bit-exact where ``wav`` is 48 kHz mono of 16 or 24 bits, else resampled and mixed as in
    ``decode``. ``flac`` appears whole or not at all and ``wav`` is left as it is. KnownError when
    ``wav`` cannot be read, the disk is full, or what was written does not read back the same.
    """
    bits, exact = _plan(wav)
    whole = _exact(wav) if exact else _converted(wav, bits)
    part = flac.with_name(f".{flac.name}.part")
    try:
        written = _write(whole, part, bits)
        if _digest(part) != written:
            raise KnownError(
                f"{flac.name} does not read back as it was written",
                "The recording is kept as WAV. Look at the disk.",
            )
        part.replace(flac)
    except OSError as error:
        raise _not_written(flac, error) from error
    finally:
        part.unlink(missing_ok=True)
    return RATE


def without_marks(flac: Path, target: Path) -> None:
    """The same sound in ``target`` without anything that other programs wrote into the file.

    The frames are copied as they are; what has marks around them is made anew as ``to_flac`` does.
    Its bytes differ from those of ``flac`` in any case. KnownError likewise.
    """
    try:
        with flac.open("rb") as source:
            info = _stream_info(source)
            if info is not None:
                with target.open("wb") as made:
                    made.write(_MAGIC + bytes((0, *_INFO_BYTES.to_bytes(3, "big"))) + info)
                    made.write(bytes((_LAST | _PADDING, *_FILL.to_bytes(3, "big"))) + bytes(_FILL))
                    shutil.copyfileobj(source, made, 1 << 20)
                return
    except OSError as error:
        raise _not_written(target, error) from error
    to_flac(flac, target)


def _stream_info(source: BinaryIO) -> bytes | None:
    """The block that decoding needs; ``source`` stands at the first frame then.

    None: it begins or ends with marks of another kind, or is no FLAC.
    """
    size = source.seek(0, os.SEEK_END)
    source.seek(max(0, size - _MOST_TAIL))
    if any(mark in source.read() for mark in _TAILS):
        return None
    source.seek(0)
    if source.read(4) != _MAGIC:
        return None
    info, last = None, False
    while not last:
        head = source.read(4)
        if len(head) < 4:
            return None
        last, kind, length = bool(head[0] & _LAST), head[0] & 0x7F, int.from_bytes(head[1:])
        if kind == 0 and length == _INFO_BYTES:
            info = source.read(length)
        else:
            source.seek(length, os.SEEK_CUR)
    sync = source.read(2)
    source.seek(-len(sync), os.SEEK_CUR)
    return info if len(sync) == 2 and sync[0] == 0xFF and sync[1] & 0xFC == 0xF8 else None


def _plan(wav: Path) -> tuple[int, bool]:
    """Bits of the FLAC, and whether the samples can go over untouched."""
    import soundfile

    try:
        info = soundfile.info(decode.for_libsndfile(wav))
    except (soundfile.SoundFileError, TypeError, ValueError):
        return 24, False  # whether it is sound at all is told by decode
    exact = info.samplerate == RATE and info.channels == 1 and info.subtype in _LOSSLESS
    # Resampling and mixing make values between the steps of 16 bits; 24 keep them.
    return (_LOSSLESS[info.subtype], True) if exact else (24, False)


def _exact(wav: Path) -> Iterator[NDArray[np.int32]]:
    import soundfile

    # Only to be told of a file that breaks off or holds nothing.
    decode.duration(wav)
    with soundfile.SoundFile(decode.for_libsndfile(wav)) as file:
        yield from file.blocks(int(RATE * _BLOCK_S), dtype="int32")


def _converted(wav: Path, bits: int) -> Iterator[NDArray[np.int32]]:
    mixer, rate = _heard(wav)
    mono = (mixer.mix(block) for block, _ in decode.channel_blocks(wav, _BLOCK_S))
    step = 2 ** (32 - bits)
    top = 2 ** (bits - 1)
    for block in resample_blocks(mono, rate, RATE):
        levels = np.clip(np.rint(block.astype(np.float64) * top), -top, top - 1)
        yield (levels * step).astype(np.int32)


def _heard(wav: Path) -> tuple[decode.Mixer, int]:
    """What each channel is worth over the whole file, so that the level does not jump within it."""
    blocks = decode.channel_blocks(wav, _BLOCK_S)
    first, rate = next(blocks)
    mixer = decode.Mixer(first.shape[1])
    mixer.learn(first)
    for block, _ in blocks:
        mixer.learn(block)
    return mixer, rate


def _write(blocks: Iterator[NDArray[np.int32]], part: Path, bits: int) -> bytes:
    """Write and force to disk; the digest of what was to be written."""
    import soundfile

    digest = hashlib.blake2b()
    try:
        opened = decode.for_libsndfile(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        with soundfile.SoundFile(opened, "w", RATE, 1, f"PCM_{bits}", format="FLAC") as file:
            for block in blocks:
                digest.update(np.ascontiguousarray(block).tobytes())
                file.write(block)
    except (soundfile.SoundFileError, AssertionError) as error:
        # libsndfile does not say why it wrote less than it should.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    return digest.digest()


def _digest(flac: Path) -> bytes:
    import soundfile

    digest = hashlib.blake2b()
    try:
        with soundfile.SoundFile(decode.for_libsndfile(flac)) as file:
            for block in file.blocks(int(RATE * _BLOCK_S), dtype="int32"):
                digest.update(block.tobytes())
    except soundfile.SoundFileError:
        return b""
    return digest.digest()


def _not_written(flac: Path, error: OSError) -> KnownError:
    if error.errno in _FULL:
        return KnownError(
            f"The disk is full: {flac.name} could not be written",
            "The recording is kept as WAV. Make room and it is converted later.",
        )
    return KnownError(
        f"{flac.name} could not be written: {error.strerror or error}",
        "The recording is kept as WAV. Look at the folder's permissions.",
    )
