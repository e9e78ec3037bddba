"""Zipped packs, unpacked once into a hidden folder beside them: one folder for what a zip holds."""

import hashlib
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from trainer.bank.archive import SUFFIX, UNFINISHED, members, refusing, root, unpack
from trainer.domain.errors import ContentError

FOLDER = ".unpacked"
_NAME_LENGTH = 32
_NAME = re.compile(f"[0-9a-f]{{{_NAME_LENGTH}}}")
# No unpacking takes longer; what is older was left by a process that was killed.
UNFINISHED_FOR_S = 24 * 3600


def unpacked(path: Path, step: Callable[[Path], None]) -> Path:
    """The folder of the zipped pack at ``path``; unpacked beside it unless it is there already.

    ``step`` is called with the path before each file is unpacked, and may raise to stop.

    ContentError when the zip is damaged or not safe, or when there is no room or permission.
    """
    infos = members(path)
    place = path.parent / FOLDER / _key(infos)
    if not _is_whole(place, infos):
        _adopt(unpack(path, place.parent, partial(step, path)), place, path, infos)
    return root(place)


def clear_unpacked(packs: Path) -> None:
    """Remove what was unpacked of zips that ``packs`` no longer holds.

    Not while a window shows them: a client may be speaking from there.
    """
    wanted = set()
    for path in packs.glob(f"*{SUFFIX}"):
        with suppress(ContentError):
            wanted.add(_key(members(path)))
    with suppress(OSError):
        for child in (packs / FOLDER).iterdir():
            if _is_ours(child) and child.name not in wanted and not _is_under_way(child):
                shutil.rmtree(child, ignore_errors=True)


def _key(infos: Sequence[zipfile.ZipInfo]) -> str:
    """A name for this content. A zip's directory has each file's checksum, so films stay unread."""
    content = sorted((info.filename, info.file_size, info.CRC) for info in infos)
    return hashlib.sha256(repr(content).encode()).hexdigest()[:_NAME_LENGTH]


def _is_whole(place: Path, infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether every file is there in its length: after a power failure, some may be empty."""
    try:
        return place.is_dir() and all(
            (place / info.filename).stat().st_size == info.file_size for info in infos
        )
    except OSError:
        return False


def _adopt(fresh: Path, place: Path, path: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Give what was unpacked its name, in one step: nobody ever sees half of it there."""
    try:
        with refusing(path):
            _rename(fresh, place, infos)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # when it has its name, there is no such folder


def _rename(fresh: Path, place: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    try:
        fresh.rename(place)
    except OSError:
        if not _is_whole(place, infos):  # else another process was faster
            shutil.rmtree(place, ignore_errors=True)
            fresh.rename(place)


def _is_ours(child: Path) -> bool:
    """Whether this program made it: the folder may be a link to where somebody keeps more."""
    named = _NAME.fullmatch(child.name) or child.name.startswith(UNFINISHED)
    return bool(named) and child.is_dir() and not child.is_symlink()


def _is_under_way(child: Path) -> bool:
    return (
        child.name.startswith(UNFINISHED) and time.time() - child.stat().st_mtime < UNFINISHED_FOR_S
    )
