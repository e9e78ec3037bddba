"""Ids in the bytes of files: whether one is still there, and how it goes out of a text."""

import re
from pathlib import Path
from typing import BinaryIO

from trainer.store.beside import reading

UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID_BYTES = 36
_BLOCK = 1 << 22


def holds(path: Path, ids: frozenset[str]) -> bool:
    """Whether one of these ids stands anywhere in the bytes of a file."""
    with reading(path) as file:
        return holds_in(file, ids)


def holds_in(file: BinaryIO, ids: frozenset[str]) -> bool:
    """The same of a file that is open."""
    wanted = {one.encode() for one in ids}
    tail = b""
    while block := file.read(_BLOCK):
        if not wanted.isdisjoint(UUID.findall(tail + block)):
            return True
        tail = block[-_UUID_BYTES:]
    return False


def blot_out(path: Path, ids: frozenset[str]) -> bool:
    """Write dashes over these ids in a text that may be written to meanwhile; whether any was."""
    data = path.read_bytes()
    wanted = {one.encode() for one in ids}
    found = [match for match in UUID.finditer(data) if match[0] in wanted]
    if found:
        with path.open("r+b") as file:
            for match in found:
                file.seek(match.start())
                file.write(b"-" * len(match[0]))
    return bool(found)
