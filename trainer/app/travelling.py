"""Files that go to others: where they are written, and that nothing half-written is ever sent."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.exchange import bundle, envelope
from trainer.exchange.bundle import Manifest
from trainer.store import files
from trainer.store.db import Log, open_log

SCRATCH = ".attune-travel-"


@contextmanager
def writing(home: Home) -> Iterator[Log]:
    """The log for a command that changes it; the window may be open beside it."""
    home.ensure()
    log = open_log(home.folder, home.key)
    try:
        yield log
    finally:
        log.close()


def unheard(_: int) -> None:
    """Nobody is told how far it is."""


def target(out: Path, title: str) -> Path:
    """The file to be written: ``out``, or one named after ``title`` in the folder ``out``.

    KnownError when it is there already, or its folder is not.
    """
    out = out.expanduser().absolute()
    if out.is_dir():
        plain = "".join(c if c.isalnum() or c in "-_ " else "-" for c in title).strip()
        out = out / f"{plain[:80] or 'attune'}{bundle.SUFFIX}"
    if out.exists():
        raise KnownError(
            f"There is a file of this name already: {out}",
            "Nothing was overwritten. Choose another name or folder.",
        )
    if not out.parent.is_dir():
        raise KnownError(f"There is no folder {out.parent}", "Make it, or choose another place.")
    return out


def write(
    path: Path,
    manifest: Manifest,
    sources: Mapping[str, Path],
    pair: envelope.Pair,
    readers: Sequence[str] = (),
    step: Callable[[int], None] = unheard,
) -> None:
    """Write a signed bundle to ``path``, encrypted when there are ``readers``, whole or not at all.

    ``step`` is told of bytes and may raise to stop. KnownError when the disk refuses, or a source
    is not what the manifest says.
    """
    try:
        with scratch(path.parent) as place:
            plain = place / "plain"
            if unlike := bundle.write(plain, manifest, sources, step, pair):
                raise KnownError(
                    f"A recording changed or could not be read while it was copied: {min(unlike)}",
                    "Nothing was written. 'attune doctor' checks every recording.",
                )
            if readers:
                closed = place / "closed"
                envelope.close_to(plain, closed, readers)
                plain = closed
            plain.replace(path)
            files.sync_folder(path.parent)
    except OSError as error:
        raise KnownError(
            f"The file was not written ({path}: {error.strerror or error})",
            "Make room, or choose another place. Nothing else was changed.",
        ) from error


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder to work in beside what is made in it, gone afterwards.

    What a kill leaves of it goes with the next one: it may hold sound that is not encrypted.
    """
    for left in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as place:
        yield Path(place)
