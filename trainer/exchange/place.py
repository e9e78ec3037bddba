"""A shared place: a folder, WebDAV, S3 or SFTP, in which a cohort's files are left and found.

Nothing in it is seen half: a file has another, hidden name until it is there whole (on S3 it has
none). Everything that lies there may be a stranger's: names, numbers and sizes are limited here,
and what is in a file is looked at by whoever takes it in.
"""

import hashlib
import itertools
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

from trainer.domain.errors import KnownError
from trainer.domain.zips import dangers
from trainer.exchange.bundle import SUFFIX
from trainer.exchange.place_address import HIDDEN, Address

MAX_LISTED = 50_000
MAX_BYTES = 8_000_000_000
MAX_NAME = 200
KEPT_FREE = 500_000_000  # bytes of the disk that no download takes
HEAD = 4096
# Not ".part": Nextcloud refuses that.
_SENDING = ".sending"
BLOCK = 1 << 20

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Lying:
    """A file in a place: name, size (bytes), and what the place tells its contents by."""

    name: str
    size: int
    mark: str


class Place:
    """A place that is open. To be closed, or used in a ``with`` block.

    KnownError from each method: it cannot be reached, or does not let one in, or the disk here
    is full. What ``step`` (told of bytes) raises stops the work and goes through.
    """

    errors: ClassVar[tuple[type[Exception], ...]] = (OSError, ValueError, RuntimeError)

    def __init__(
        self, address: Address, files: Any, folder: str, errors: tuple[type[Exception], ...] = ()
    ) -> None:
        self.address = address
        self.files = files
        self._folder = folder.rstrip("/")
        self._errors = errors or self.errors

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""

    def lying(self) -> tuple[Lying, ...]:
        """The Attune files in it, by name; what has a dangerous name or size is left out."""
        with self._telling("looked into"):
            found = [self._read(info) for info in itertools.islice(self._list(), MAX_LISTED)]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))

    def head(self, one: Lying) -> bytes:
        """The first HEAD bytes of a file."""
        with self._telling("read"), self._open(one.name) as source:
            return bytes(source.read(HEAD))

    def fetch(self, one: Lying, target: Path, step: Step) -> None:
        """Write a file to ``target``, whole; what is left of an earlier try (``.part``) is used."""
        part = target.with_name(f"{target.name}.part")
        have = part.stat().st_size if part.exists() else 0
        if have > one.size:
            part.unlink()
            have = 0
        if shutil.disk_usage(target.parent).free < one.size - have + KEPT_FREE:
            raise KnownError(f"There is no room here for {one.name}", "Make room, then try again.")
        with self._telling("read"), part.open("ab") as sink, self._open(one.name) as source:
            have = _resume(source, sink, have)
            step(have)
            while have < one.size and (block := source.read(min(BLOCK, one.size - have))):
                sink.write(block)
                have += len(block)
                step(len(block))
            sink.flush()
            os.fsync(sink.fileno())
        if have != one.size:
            raise KnownError(
                f"{one.name} ended too soon in the shared place ({self.address.shown})",
                "What came is kept, and gone on with the next time.",
            )
        part.replace(target)

    def put(
        self,
        source: Path,
        name: str,
        step: Step,
        ready: Callable[[], object] = lambda: None,
        *,
        replace: bool = False,
    ) -> Lying:
        """Leave a file there under ``name``, never to be seen half, and read back.

        ``ready`` is called once it lies there whole, before anybody sees it. KnownError: there is
        one of that name already, unless it may be replaced.
        """
        with self._telling("written to"):
            if not replace and self.files.exists(self._path(name)):
                raise KnownError(
                    f"There is a file of this name already: {name} ({self.address.shown})",
                    "Nothing was overwritten. Choose another title.",
                )
            self._put(source, name, step, ready)
            info = self._info(name)
        size = source.stat().st_size
        if info["size"] != size:
            raise self._altered(name)
        return Lying(name, size, _mark(info))

    # What the kinds of places do differently

    def _list(self) -> Iterable[Mapping[str, Any]]:
        found: list[dict[str, Any]] = self.files.ls(self._folder, detail=True)
        return found

    def _info(self, name: str) -> Mapping[str, Any]:
        found: dict[str, Any] = self.files.info(self._path(name))
        return found

    def _open(self, name: str) -> Any:
        return self.files.open(self._path(name), "rb")

    def _put(self, source: Path, name: str, step: Step, ready: Callable[[], object]) -> None:
        hidden = f".{name}{_SENDING}"
        try:
            self._write(source, hidden, step)
            if self._sha256(hidden) != _sha256(source):
                raise self._altered(name)
            ready()
            self._rename(self._path(hidden), self._path(name))
        except BaseException:
            with suppress(*self._errors):  # gone with it, or not to be reached any more
                self.files.rm_file(self._path(hidden))
            raise

    def _write(self, source: Path, name: str, step: Step) -> None:
        with source.open("rb") as file, self.files.open(self._path(name), "wb") as sink:
            copy(file, sink, step)

    def _rename(self, old: str, new: str) -> None:
        self.files.mv(old, new)

    # Inside

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name

    def _sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._open(name) as source:
            while block := source.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def _read(self, info: Mapping[str, Any]) -> Lying | None:
        name, size = str(info["name"]).rstrip("/").rpartition("/")[2], info.get("size")
        if info.get("type") != "file" or not is_welcome(name):
            return None
        if type(size) is not int or not 0 < size <= MAX_BYTES:
            return None
        return Lying(name, size, _mark(info))

    def _altered(self, name: str) -> KnownError:
        return KnownError(
            f"{name} did not arrive as it was sent ({self.address.shown})",
            "Send it again. What was there before is as it was.",
        )

    @contextmanager
    def _telling(self, done: str) -> Iterator[None]:
        with telling(self.address, done, self._errors):
            yield


def is_welcome(name: str) -> bool:
    """Whether a stranger's file may be called so: an Attune file that any computer can write."""
    info = zipfile.ZipInfo(name)
    plain = name.isprintable() and "/" not in name and len(name) <= MAX_NAME
    return (
        plain and name.endswith(SUFFIX) and not name.startswith(".") and not any(dangers(info, ""))
    )


# Inside


@contextmanager
def telling(address: Address, done: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    """Tell what goes wrong as a KnownError that holds no secret."""
    try:
        yield
    except errors as error:
        raise KnownError(
            f"The shared place cannot be {done} ({address.shown}: {_reason(error, address)})",
            "Nothing was changed. Look whether it can be reached, and try again.",
        ) from None  # the library's own words may hold the password


def _reason(error: Exception, address: Address) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such folder"
    said = (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip()
    for secret in address.secrets:
        said = said.replace(secret, HIDDEN)
    return " ".join(said.split())[:200].rstrip(".")


def copy(source: IO[bytes], sink: Any, step: Step) -> None:
    """Block by block; ``step`` is told of each (bytes)."""
    while block := source.read(BLOCK):
        sink.write(block)
        step(len(block))


def _resume(source: Any, sink: IO[bytes], have: int) -> int:
    """Go on where an earlier try ended; from the beginning where the place can only do that."""
    if have:
        try:
            source.seek(have)
        except ValueError:
            sink.truncate(0)
            return 0
    return have


def _mark(info: Mapping[str, Any]) -> str:
    for key in ("ETag", "etag", "mtime", "modified", "LastModified"):
        if info.get(key):
            return str(info[key])
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
