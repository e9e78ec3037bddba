"""A pack as it goes to others: one zip of what a pack may hold, and how two are told apart."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from trainer.bank.archive import KEPT, MAX_BYTES, members
from trainer.bank.packs import FOLDERS
from trainer.bank.source import read_source
from trainer.domain.errors import KnownError

HEAD = "pack.yaml"
_MEDIA = "media"
_ID = re.compile("[a-z0-9][a-z0-9-]{0,63}")


def identity(folder: Path) -> tuple[str, int] | None:
    """Id and version of the pack in a folder; None when its pack.yaml tells none."""
    source, _ = read_source(folder / HEAD, HEAD)
    found = source.data if source is not None else {}
    name, version = found.get("id"), found.get("version")
    if not (isinstance(name, str) and _ID.fullmatch(name)) or type(version) is not int:
        return None
    return name, version


def zip_up(folder: Path, target: Path) -> None:
    """Write the pack in ``folder`` as one zip, the same bytes from the same files.

    Stored, for sound does not shrink. KnownError: too large, or not to be read or written.
    """
    try:
        files = list(_files(folder))
        if sum(path.stat().st_size for path in files) > MAX_BYTES:
            raise KnownError(f"The pack is too large to go with a file: {folder}", "2 GB at most.")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path in files:
                info = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                info.external_attr = 0o100600 << 16
                with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                    while block := source.read(1 << 20):
                        sink.write(block)
    except OSError as error:
        raise KnownError(
            f"The pack cannot be copied: {folder} ({error.strerror or error})",
            "Look whether it can be read, and whether there is room.",
        ) from error


def grows(path: Path) -> bool:
    """Whether a zip has files that are larger than their place in it. ContentError: not safe."""
    return any(info.file_size != info.compress_size for info in members(path))


def fingerprint(folder: Path) -> str:
    """The same for the same content, however it is packed (SHA-256, hex)."""
    digest = hashlib.sha256()
    for path in _files(folder):
        with path.open("rb") as file:
            inside = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{inside}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """What of a folder is its pack: known kinds of files in known places, no links."""
    found = [folder / HEAD]
    for place in (*FOLDERS.values(), _MEDIA):
        found += (folder / place).rglob("*") if (folder / place).is_dir() else ()
    for path in sorted(found):
        plain = path.is_file() and not path.is_symlink() and path.suffix.lower() in KEPT
        if plain and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path
