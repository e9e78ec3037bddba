"""Files that survive a crash: written whole or not at all, and on the disk when we say so."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trainer.store.beside import reading

_BLOCK = 1 << 20
_AT_ONCE = 8


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size (bytes) of a file, read in blocks."""
    digest, size = hashlib.sha256(), 0
    with reading(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def sync_file(path: Path) -> None:
    """Wait until the file's bytes are on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_all(paths: Iterable[Path]) -> None:
    """The same for several, which the disk writes together."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(sync_file, paths))


def sync_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk (nothing to do on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace ``path`` so that a reader finds the old bytes or the new, never a part."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``, on the disk when it returns.

    Between two disks it is copied and ``source`` stays, for the caller to delete when all is safe.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sync_file(source)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
    sync_folder(target.parent)
    if source.parent.exists():
        sync_folder(source.parent)


def move_all(moves: Mapping[Path, Path]) -> None:
    """Give each target what is its source now, all on the disk when it returns; see ``move``.

    The disk is waited for once, not for each: it writes what it is asked for at the same time
    together. Nothing has moved when a source cannot be written to the disk.
    """
    for folder in dict.fromkeys(target.parent for target in moves):
        folder.mkdir(parents=True, exist_ok=True)
    sync_all(moves.values())
    for target, source in moves.items():
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(source, target)
    for folder in dict.fromkeys(target.parent for target in moves):
        sync_folder(folder)


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        sync_file(part)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
