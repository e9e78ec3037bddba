"""Reading the bytes of a log's files while the log is open in this program.

On POSIX a program that closes any descriptor of a file loses all its locks on it, also SQLite's.
Whoever else then opens the log believes to be alone, and on leaving deletes the journal into which
this program goes on writing: all of that would be gone. So what is opened beside an open log stays
open until the log is closed. (https://www.sqlite.org/howtocorrupt.html, section 2.2)
"""

import io
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

_lock = threading.Lock()
_logs: Counter[str] = Counter()  # connections of this program, by the file's absolute path
_kept: dict[tuple[str, int, int], int] = {}  # descriptors, by path and inode


def opened(path: Path) -> str:
    """SQLite has opened the database at ``path``; give what is returned to ``closed``."""
    name = str(path.absolute())
    with _lock:
        _logs[name] += 1
    return name


def closed(name: str) -> None:
    """One connection fewer; with the last one goes what was kept open beside it."""
    with _lock:
        _logs[name] -= 1
        if _logs[name] > 0:
            return
        del _logs[name]
        for key in [key for key in _kept if key[0].startswith(name)]:
            os.close(_kept.pop(key))


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The file at ``path`` to be read, without harm to a log that is open; OSError as ``open``."""
    descriptor = _beside_a_log(path) if os.name == "posix" else None
    if descriptor is None:
        with path.open("rb") as file:
            yield file
    else:
        yield cast(BinaryIO, io.BufferedReader(_At(descriptor)))


def _beside_a_log(path: Path) -> int | None:
    """A descriptor that stays open; None: no log is open there, and it need not."""
    name = str(path.absolute())
    with _lock:
        if not any(name.startswith(log) for log in _logs):
            return None
        there = path.stat()
        key = (name, there.st_dev, there.st_ino)
        if key not in _kept:
            _kept[key] = os.open(path, os.O_RDONLY)
        return _kept[key]


class _At(io.RawIOBase):
    """A file by its descriptor, which others read too and nobody closes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._place = descriptor, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: "memoryview") -> int:  # type: ignore[override]  # of a narrower kind
        data = os.pread(self._descriptor, len(into), self._place)
        into[: len(data)] = data
        self._place += len(data)
        return len(data)
