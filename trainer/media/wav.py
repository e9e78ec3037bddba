"""WAV files that grow while they are heard, and that a crash cannot make unreadable.

Every file starts with a ``JUNK`` chunk of the size of a ``ds64`` chunk: beyond 4 GiB the header is
turned into RF64 (EBU Tech 3306) in place, so that a long take is never stopped.
"""

import errno
import os
import struct
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import numpy as np

from trainer.domain.errors import KnownError

PATCH_EVERY_S = 1.0
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_RIFF_LIMIT = 0xFFFFFFFF
_DS64_SIZE = 28
_OUR_SPARES = tuple(name + struct.pack("<I", _DS64_SIZE) for name in (b"JUNK", b"ds64"))
_COPIED_BYTES = 1 << 16  # at a time
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class SampleKind(Enum):
    """How one sample is stored, by its numpy type (all little-endian, as WAV has them)."""

    U8 = "u1"
    I16 = "<i2"
    I32 = "<i4"
    F32 = "<f4"

    @property
    def size(self) -> int:
        """Bytes of one sample."""
        return np.dtype(self.value).itemsize

    @property
    def silence(self) -> bytes:
        """One sample of digital silence."""
        return b"\x80" if self is SampleKind.U8 else b"\x00" * self.size


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """What the bytes of a stream mean: frames per second, interleaved channels, sample type."""

    sample_rate: int
    channels: int
    kind: SampleKind

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame (one sample of every channel)."""
        return self.channels * self.kind.size

    def samples(self, pcm: bytes) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        """Whole frames of ``pcm`` as float32 in -1..1, shape (frames, channels)."""
        whole = len(pcm) - len(pcm) % self.frame_bytes
        raw = np.frombuffer(pcm[:whole], self.kind.value).reshape(-1, self.channels)
        if self.kind is SampleKind.F32:
            return raw.astype(np.float32)
        if self.kind is SampleKind.U8:
            return (raw.astype(np.float32) - 128.0) / 128.0
        return raw.astype(np.float32) / float(2 ** (8 * self.kind.size - 1))

    def pcm(self, samples: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> bytes:
        """``samples`` (frames, channels) in -1..1 as bytes; what is beyond is clipped."""
        if self.kind is SampleKind.F32:
            return samples.astype("<f4").tobytes()
        top = 2 ** (8 * self.kind.size - 1)
        steps = np.clip(np.rint(samples.astype(np.float64) * top), -top, top - 1)
        if self.kind is SampleKind.U8:
            steps += top
        return bytes(steps.astype(self.kind.value).tobytes())


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file after ``repair``: what is in it and what had to go.

    ``format`` is None when the crash came before the header was whole: an empty take, left as it
    is. ``cut_bytes`` is the torn last frame. ``changed`` tells whether the file was touched.
    """

    path: Path
    format: SoundFormat | None
    frames: int
    cut_bytes: int
    changed: bool

    @property
    def duration_s(self) -> float:
        """Length in seconds; 0 for an empty take."""
        return self.frames / self.format.sample_rate if self.format else 0.0


class StreamingWav:
    """A new WAV that takes PCM as it arrives; readable from the first second on.

    What could not be written (a full disk) stays in memory and is tried again with the next
    ``append`` and at ``close``. Not for several threads at once.
    """

    def __init__(self, path: Path, form: SoundFormat) -> None:
        """Create ``path``, which must not exist; KnownError if it can't be written."""
        self.path = path
        self.format = form
        self.put_back = 0  # how often it had been taken away
        self._named = False  # whether its name is on the disk too
        self._written = 0
        self._pending = bytearray()
        try:
            # Unbuffered: what arrived is the system's at once, so kill -9 cannot take it back.
            self._file: BinaryIO = path.open("x+b", buffering=0)
        except OSError as error:
            raise _write_error(path, error) from error
        try:
            self._patch()
        except OSError as error:
            self._file.close()
            path.unlink(missing_ok=True)
            raise _write_error(path, error) from error
        self._patched_at = -PATCH_EVERY_S  # what comes first is some seconds: secured at once

    @property
    def frames(self) -> int:
        """Whole frames on disk."""
        return self._written // self.format.frame_bytes

    @property
    def unwritten_bytes(self) -> int:
        """Bytes that arrived and are only in memory (0 unless writing fails)."""
        return len(self._pending)

    def append(self, pcm: bytes) -> None:
        """Write ``pcm`` now; KnownError when it can't be (it is kept and tried again)."""
        self._pending += pcm
        try:
            self._write_pending()
            if time.monotonic() - self._patched_at >= PATCH_EVERY_S:
                self._put_back()
                self._patch()
                self._secure()
        except OSError as error:
            raise _write_error(self.path, error) from error

    def close(self) -> None:
        """Write what is left and the true sizes; KnownError when something is lost. Idempotent."""
        if self._file.closed:
            return
        try:
            try:
                self._write_pending()
            finally:
                self._put_back()
                torn = self._written % self.format.frame_bytes
                if torn:
                    self._file.truncate(len(_header(self.format, 0)) + self._written - torn)
                self._patch()
                self._file.close()
        except OSError as error:
            self._file.close()
            lost_s = len(self._pending) / self.format.frame_bytes / self.format.sample_rate
            raise KnownError(
                f"The last {lost_s:.1f} s of the recording {self.path.name} could not be written: "
                f"{error.strerror}",
                "What was written before is kept. Free some space before you go on.",
            ) from error

    def _write_pending(self) -> None:
        while self._pending:
            done = self._file.write(self._pending)  # may be short: the disk was just filled
            self._written += done
            del self._pending[:done]

    def _put_back(self) -> None:
        """Where somebody took the file away, write it anew: what is open can still be read.

        OSError when its place is taken or cannot be made; it is tried again a second later.
        """
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        anew = self.path.open("x+b", buffering=0)
        try:
            self._file.seek(0)
            _copy(self._file, anew)
        except OSError:
            # What comes goes on where it ended, not where the copying stopped.
            self._file.seek(len(_header(self.format, 0)) + self._written)
            anew.close()
            self.path.unlink(missing_ok=True)
            raise
        self._file.close()
        self._file, self._named = anew, False
        self.put_back += 1

    def _secure(self) -> None:
        """A take also outlives the battery: at most the last second is only in the cache."""
        os.fsync(self._file.fileno())
        if self._named or os.name == "nt":  # Windows knows no such thing as a folder to be forced
            return
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._named = True

    def _patch(self) -> None:
        size = self.frames * self.format.frame_bytes
        header = _header(self.format, size)
        self._file.seek(0)
        self._file.write(header)  # one write, so no crash leaves it half new
        self._file.seek(len(header) + self._written)
        self._patched_at = time.monotonic()


def repair(path: Path) -> Repaired:
    """Make the sizes in the header of ``path`` true again after a crash at any byte.

    Only what StreamingWav writes is touched (one data chunk, at the end). KnownError when the file
    is missing, can't be written, or is no WAV.
    """
    try:
        with path.open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(4096)
            form, data_at = _parse(head, path)
            if form is None:
                return Repaired(path, None, 0, size, changed=False)
            if data_at is None:
                data_at = len(_header(form, 0))
            room = max(0, size - data_at)
            frames, cut = divmod(room, form.frame_bytes)
            header = _header(form, frames * form.frame_bytes)
            whole = head[:4] == b"RIFF" and _u32(head, 4) + 8 == size
            if whole or head[12:20] not in _OUR_SPARES or data_at != len(header):
                kept = min(room, _u32(head, data_at - 4)) // form.frame_bytes
                return Repaired(path, form, kept, 0, changed=False)
            changed = cut > 0 or head[: len(header)] != header
            if changed:
                file.seek(0)
                file.write(header)
                file.truncate(len(header) + frames * form.frame_bytes)
            return Repaired(path, form, frames, cut, changed)
    except OSError as error:
        raise _write_error(path, error) from error


def read_format(path: Path) -> SoundFormat:
    """The format of the WAV at ``path``; KnownError when it is none."""
    try:
        with path.open("rb") as file:
            form, _ = _parse(file.read(4096), path)
    except OSError as error:
        raise KnownError(f"{path.name} can't be read: {error.strerror}") from error
    if form is None:
        raise KnownError(f"{path.name} ends before its header does", "The recording is empty.")
    return form


def _copy(whole: BinaryIO, to: BinaryIO) -> None:
    while block := whole.read(_COPIED_BYTES):
        left = memoryview(block)
        while left:
            left = left[to.write(left) :]  # may be short: the disk was just filled


def _header(form: SoundFormat, data_size: int) -> bytes:
    tag = _FLOAT if form.kind is SampleKind.F32 else _PCM
    frame = form.frame_bytes
    fmt = struct.pack(
        "<HHIIHH", tag, form.channels, form.sample_rate, form.sample_rate * frame, frame,
        form.kind.size * 8,
    )  # fmt: skip
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt
    if tag == _FLOAT:
        chunks += b"fact" + struct.pack("<II", 4, min(data_size // frame, _RIFF_LIMIT))
    total = 4 + 8 + _DS64_SIZE + len(chunks) + 8 + data_size
    if total <= _RIFF_LIMIT:
        start = b"RIFF" + struct.pack("<I", total) + b"WAVE"
        spare = b"JUNK" + struct.pack("<I", _DS64_SIZE) + bytes(_DS64_SIZE)
        return start + spare + chunks + b"data" + struct.pack("<I", data_size)
    start = b"RF64" + struct.pack("<I", _RIFF_LIMIT) + b"WAVE"
    ds64 = struct.pack("<4sIQQQI", b"ds64", _DS64_SIZE, total, data_size, data_size // frame, 0)
    return start + ds64 + chunks + b"data" + struct.pack("<I", _RIFF_LIMIT)


def _parse(head: bytes, path: Path) -> tuple[SoundFormat | None, int | None]:
    """The format and the place of the first sample; None for what the file is too short for."""
    if len(head) < 12:
        if b"RIFF".startswith(head[:4]) or head[:4] == b"RF64":
            return None, None
        raise _no_wav(path)
    if head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
        raise _no_wav(path)
    form: SoundFormat | None = None
    at = 12
    while at + 8 <= len(head):
        name, size = struct.unpack("<4sI", head[at : at + 8])
        if name == b"data":
            return form, at + 8
        if name == b"fmt " and at + 24 <= len(head):
            form = _parse_fmt(head[at + 8 : at + 8 + size], path)
        at += 8 + size + size % 2
    return form, None


def _parse_fmt(fmt: bytes, path: Path) -> SoundFormat:
    tag, channels, rate, _, frame, bits = struct.unpack("<HHIIHH", fmt[:16])
    if tag == _EXTENSIBLE and len(fmt) >= 26:
        tag = struct.unpack("<H", fmt[24:26])[0]
    kinds = {(_PCM, 8): SampleKind.U8, (_PCM, 16): SampleKind.I16, (_PCM, 32): SampleKind.I32,
             (_FLOAT, 32): SampleKind.F32}  # fmt: skip
    kind = kinds.get((tag, bits))
    if kind is None or not channels or not rate or frame != channels * kind.size:
        raise KnownError(f"{path.name} is a WAV of a kind that Attune doesn't record")
    return SoundFormat(rate, channels, kind)


def _u32(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "little")


def _no_wav(path: Path) -> KnownError:
    return KnownError(f"{path.name} is not a WAV file")


def _write_error(path: Path, error: OSError) -> KnownError:
    if error.errno in _FULL:
        return KnownError(
            "The disk is full: the recording is held in memory",
            f"Free some space now, and it is written. It lies in {path.parent}.",
        )
    return KnownError(
        f"The recording {path.name} can't be written in {path.parent}: {error.strerror}",
        "Check that the folder exists and can be written to.",
    )
