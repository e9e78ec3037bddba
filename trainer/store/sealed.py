"""Files of a locked data folder: ``NAME.age`` in place of ``NAME``, in the age format.

Any age program opens one. Rows, hashes and sizes speak of what is in it, so that nothing in the
log changes when a folder is locked or unlocked. Each step leaves the old file until the new one has
been read back, so that a kill leaves one or both, and never none.
"""

import hashlib
import io
import math
import os
import re
from pathlib import Path
from typing import BinaryIO, Protocol

from trainer.domain.errors import KnownError
from trainer.store import files
from trainer.store.beside import reading
from trainer.store.key import Key
from trainer.store.trouble import file_errors

SUFFIX = ".age"
DAMAGED = -1
_BLOCK = 1 << 20
_HEAD = b"age-encryption.org/v1\n"
_HEAD_END = re.compile(rb"\n--- [A-Za-z0-9+/]{43}\n")
_LONGEST_HEAD = 1 << 14
# The format's own figures (age-encryption.org/v1): a nonce, then pieces with a tag each.
_NONCE, _PIECE, _TAG = 16, 1 << 16, 16


class InTheWay(KnownError):
    """Under the name that a file is to have now lies another one, which is never overwritten."""


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted, by its name."""
    return path.suffix == SUFFIX


def is_encrypted(path: Path) -> bool:
    """Whether a file is encrypted, by how it begins: those in backups are called by their hash."""
    if is_sealed(path):
        return True
    with reading(path) as file:
        return file.read(len(_HEAD)) == _HEAD


def sealed_name(path: Path) -> Path:
    """The name that ``path`` has when it is encrypted."""
    return path if is_sealed(path) else path.with_name(path.name + SUFFIX)


def plain_name(path: Path) -> Path:
    """The name that ``path`` has when it is not encrypted."""
    return path.with_suffix("") if is_sealed(path) else path


def stored(path: Path) -> Path:
    """Where the file called ``path`` lies: there or, encrypted, beside it; ``path`` if nowhere."""
    sealed = sealed_name(path)
    return sealed if not path.exists() and sealed.exists() else path


def free_name(path: Path) -> Path:
    """``path``, or with a number if a file of that name lies there, encrypted or not."""
    stem, dot, suffix = path.name.partition(".")
    free, number = path, 1
    while plain_name(free).exists() or sealed_name(free).exists():
        number += 1
        free = path.with_name(f"{stem}-{number}{dot}{suffix}")
    return free


def seal(path: Path, key: Key) -> Path:
    """Encrypt a file, read it back, delete what it was made of; the path it has now.

    KnownError when the disk refuses, or gives back other bytes than were written; InTheWay.
    """
    return _turn(path, sealed_name(path), key)


def unseal(path: Path, key: Key) -> Path:
    """Decrypt a file, and delete what it was made of; errors as ``seal``, and KnownError when it is
    damaged or of another key.
    """
    return _turn(path, plain_name(path), key)


def copy(path: Path, target: Path, key: Key) -> None:
    """Write ``path`` to ``target``, encrypted or not as their names say; ``path`` stays.

    It is on the disk when this returns. Errors as ``unseal``; ``target`` is then not there.
    """
    part = target.with_name(target.name + ".part")
    try:
        with file_errors(path), path.open("rb") as source, part.open("wb") as sink:
            if is_encrypted(path) == is_sealed(target):
                while block := source.read(_BLOCK):
                    sink.write(block)
            elif is_sealed(target):
                _encrypt(source, sink, key)
            else:
                _decrypt(source, sink, key, path)
            sink.flush()
            os.fsync(sink.fileno())
        with file_errors(target):
            part.replace(target)
            files.sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def opens(path: Path, key: Key) -> bool:
    """Whether ``key`` is that of an encrypted file; what it is made of may still be damaged."""
    import pyrage

    with path.open("rb") as file:
        found = _HEAD_END.search(head := file.read(_LONGEST_HEAD))
    if found is None:
        return False
    try:
        pyrage.decrypt(head, [key.identity])
    except pyrage.DecryptError as error:
        return "matching keys" not in str(error)
    return True


def read(path: Path, key: Key) -> bytes:
    """The whole of an encrypted file, in memory; errors as ``unseal``."""
    held = io.BytesIO()
    with file_errors(path), path.open("rb") as source:
        _decrypt(source, held, key, path)
    return held.getvalue()


def sha256_of(path: Path, key: Key | None) -> tuple[str, int]:
    """SHA-256 (hex) and size (bytes) of a file, of an encrypted one those of what is in it.

    ("", DAMAGED), which is nothing's, when it cannot be decrypted. OSError when it is not there.
    """
    if not is_encrypted(path):
        return files.sha256_of(path)
    if key is None:
        return "", DAMAGED
    sink = _Digest()
    try:
        with reading(path) as source:
            _decrypt(source, sink, key, path)
    except KnownError:
        return "", DAMAGED
    return sink.digest.hexdigest(), sink.size


def size_of(path: Path) -> int:
    """The size (bytes) of a file, of an encrypted one that of what is in it; DAMAGED if not known.

    Read off its length and head, without a key. OSError when it is not there.
    """
    size = path.stat().st_size
    if not is_encrypted(path):
        return size
    with reading(path) as file:
        head = _HEAD_END.search(file.read(_LONGEST_HEAD))
    if head is None:
        return DAMAGED
    payload = size - head.end() - _NONCE
    plain = payload - _TAG * max(1, math.ceil(payload / (_PIECE + _TAG)))
    return plain if plain >= 0 else DAMAGED


def _turn(path: Path, target: Path, key: Key) -> Path:
    if target == path:
        return path
    with file_errors(path):
        wanted = sha256_of(path, key)
        there = sha256_of(target, key) if target.exists() else ("", DAMAGED)
        if there != wanted or there[1] == DAMAGED:
            # One that nobody can open with this key is what a kill or a bad disk left.
            if there[1] != DAMAGED:
                raise InTheWay(
                    f"Another file lies where {path.name} is to go: {target}",
                    "Both are as they were. Move one of them elsewhere.",
                )
            copy(path, target, key)
            if sha256_of(target, key) != wanted:
                target.unlink()
                raise KnownError(
                    f"The disk gave back other bytes than were written to it ({target.parent})",
                    f"Nothing is lost: {path} is as it was. Use another disk.",
                )
        path.unlink()
        files.sync_folder(path.parent)
    return target


def _encrypt(source: BinaryIO, sink: _Sink, key: Key) -> None:
    import pyrage

    told = _Telling(sink)
    try:
        pyrage.encrypt_io(source, told, [key.identity.to_public()])
    except (pyrage.EncryptError, OSError):
        if told.error is not None:
            raise told.error from None
        raise


def _decrypt(source: BinaryIO, sink: _Sink, key: Key, path: Path) -> None:
    import pyrage

    told = _Telling(sink)
    try:
        pyrage.decrypt_io(source, told, [key.identity])
    except (pyrage.DecryptError, OSError) as error:
        if told.error is not None:
            raise told.error from None
        raise KnownError(
            f"This file cannot be decrypted: {path}",
            "It is damaged, or was encrypted with another key; see 'attune doctor --hashes'.",
        ) from error


class _Telling:
    """A file that remembers what the disk refused: age only says that something went wrong."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self.error: OSError | None = None

    def write(self, data: bytes, /) -> int:
        """As the file does it."""
        try:
            return self._sink.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """As the file does it."""
        try:
            self._sink.flush()
        except OSError as error:
            self.error = error
            raise


class _Digest:
    """Where bytes are only counted."""

    def __init__(self) -> None:
        self.digest, self.size = hashlib.sha256(), 0

    def write(self, data: bytes, /) -> int:
        """Count ``data``."""
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing to wait for."""
