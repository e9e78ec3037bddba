"""Packs that travel as one ``.attunepack`` file: a zip, opened as if a stranger had made it."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from trainer.bank.source import legible
from trainer.domain.errors import ContentError, Problem
from trainer.domain.zips import DAMAGE, dangers

SUFFIX = ".attunepack"
UNFINISHED = "pack-"
MAX_FILES = 5_000
MAX_FILE_BYTES = 500_000_000
MAX_BYTES = 2_000_000_000
# Text shrinks to a fifth and media not at all; a bomb shrinks to a thousandth.
MAX_RATIO = 100
_RATIO_COUNTS_FROM = 1_000_000
KEPT = frozenset(
    ".yaml .opus .ogg .wav .flac .mp3 .mp4 .webm .vtt .yml .md .txt .json .png .jpg .svg".split()
)
# What file managers put into zips unasked.
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


def _nothing() -> None:
    """What is told of a step that nobody follows."""


def open_pack(path: Path, folder: Path) -> Path:
    """The folder of the pack at ``path``: itself, or its zip, unpacked somewhere in ``folder``.

    ContentError when the zip is damaged, too large, or has a file that would land elsewhere; then
    nothing of it remains.
    """
    return path if path.is_dir() else root(unpack(path, folder))


def unpack(path: Path, folder: Path, step: Callable[[], None] = _nothing) -> Path:
    """A new folder in ``folder``, named from ``UNFINISHED`` on, with what the zip holds.

    ``step`` is called before each file and may raise to stop. ContentError as ``open_pack`` says.
    """
    with refusing(path):
        folder.mkdir(parents=True, exist_ok=True)
        inside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, _members(archive, path), inside, step)
        except BaseException:
            shutil.rmtree(inside, ignore_errors=True)
            raise
    return inside


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The files of the zip that are worth unpacking. ContentError naming every one not safe."""
    with refusing(path), zipfile.ZipFile(path) as archive:
        return _members(archive, path)


def root(folder: Path) -> Path:
    """Where pack.yaml is: at the top, or in the one folder that was zipped as a whole."""
    if (folder / "pack.yaml").exists():
        return folder
    inner = [child for child in folder.iterdir() if child.is_dir()]
    return inner[0] if len(inner) == 1 and (inner[0] / "pack.yaml").exists() else folder


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Damage, and files that cannot be read or written, as a ContentError about the zip."""
    try:
        yield
    except DAMAGE as error:
        raise _refusal(path, "file", "is damaged or not a pack; ask for it again") from error
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise _refusal(path, "file", f"cannot be unpacked: {reason}") from error


def _members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """The files worth unpacking. ContentError naming every one that is not safe."""
    infos = [info for info in archive.infolist() if not _is_litter(info)]
    if len(infos) > MAX_FILES:
        raise _refusal(path, "file", f"holds {len(infos)} files, at most {MAX_FILES}")
    problems = [
        Problem(str(path), 1, legible(info.filename) or "file", what)
        for info in infos
        for what in _dangers(info)
    ]
    files = [info for info in infos if not info.filename.endswith("/")]
    seen: set[str] = set()
    for info in files:
        if info.filename.lower() in seen:
            what = "is in the zip twice (large and small letters count as the same)"
            problems.append(Problem(str(path), 1, legible(info.filename), what))
        seen.add(info.filename.lower())
    if sum(info.file_size for info in files) > MAX_BYTES:
        problems.append(Problem(str(path), 1, "file", _too_large("in all", MAX_BYTES)))
    if problems:
        raise ContentError(tuple(problems), "Nothing was unpacked.")
    return [info for info in files if Path(info.filename).suffix.lower() in KEPT]


def _is_litter(info: zipfile.ZipInfo) -> bool:
    return not _LITTER.isdisjoint(PurePosixPath(info.filename).parts)


def _dangers(info: zipfile.ZipInfo) -> Iterator[str]:
    """Why a member must not be unpacked."""
    yield from dangers(info, "pack")
    if info.file_size > MAX_FILE_BYTES:
        yield _too_large("in one file", MAX_FILE_BYTES)
    elif info.file_size > max(_RATIO_COUNTS_FROM, info.compress_size * MAX_RATIO):
        yield f"would grow more than {MAX_RATIO} times when unpacked"


def _unpack(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    folder: Path,
    step: Callable[[], None],
) -> None:
    """Write each member; reading one ends at the size it declares and checks its CRC."""
    for info in members:
        step()
        target = folder / info.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("xb") as sink:
            shutil.copyfileobj(source, sink)


def _too_large(what: str, limit: int) -> str:
    return f"is larger than {limit // 1_000_000} MB {what}"


def _refusal(path: Path, name: str, what: str) -> ContentError:
    return ContentError((Problem(str(path), 1, name, what),), "Nothing was unpacked.")
