"""Files that go to others: where they are written, and that nothing half-written is ever sent."""

import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from trainer.app.paths import Home, named_path, to_write
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.exchange import bundle, envelope
from trainer.exchange.bundle import Manifest
from trainer.store import files
from trainer.store.db import Log, open_log
from trainer.store.trouble import file_errors

SCRATCH = ".attune-travel-"
_LEFT_S = 3600.0
_MOST_BYTES, _MOST_IN_ALL, _FEWEST_LETTERS = 160, 230, 20
# What Windows takes for a device, whatever its suffix.
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{one}{n}" for one in ("COM", "LPT") for n in range(10))}


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


def made_at(found: bundle.Bundle) -> datetime:
    """When it was made, as it says itself; KnownError when it does not."""
    try:
        made = datetime.fromisoformat(found.manifest.made_at)
        made.astimezone(UTC)  # as the log has it: the year 1 is before it in some places
    except (ValueError, OverflowError) as error:
        raise bundle.refusal(found.path, "it does not say when it was made") from error
    if made.tzinfo is None:
        raise bundle.refusal(found.path, "it does not say when it was made")
    return made


def target(out: Path, title: str, *endings: str) -> Path:
    """The file to be written: ``out``, or one named after ``title`` in the folder ``out``.

    A long title is cut, what tells the files of a class apart never: the ``endings`` that are not
    empty (an occasion, a code, a date). Where a folder has a file of that name already, which a
    computer that stopped may have left, a number is added. KnownError when the file ``out`` is
    there already, or its folder is not.
    """
    out = to_write(out)
    if out.is_dir():
        ending = " ".join(said for one in endings if (said := _plain(one)))
        room = min(_MOST_BYTES, _MOST_IN_ALL - len(ending.encode()))
        letters = max(_FEWEST_LETTERS, 80 - len(ending))
        name = f"{_cut(_plain(title), letters, room) or 'attune'} {ending}".strip()
        name = f"attune {name}" if name.upper() in _DEVICES else name
        names = (f"{name}{f' {n}' if n > 1 else ''}{bundle.SUFFIX}" for n in count(1))
        return next(one for name in names if not (one := named_path(out / name)).exists())
    if out.exists():
        raise KnownError(
            f"There is a file of this name already: {out}",
            "Nothing was overwritten. Choose another name or folder.",
        )
    if not out.parent.is_dir():
        raise KnownError(f"There is no folder {out.parent}", "Make it, or choose another place.")
    if out.suffix != bundle.SUFFIX:  # a folder that is not there now, such as one on a drive
        raise KnownError(
            f"There is no folder {out}",
            f"Make it, or name a file that ends with {bundle.SUFFIX}.",
        )
    return out


def target_of(out: Path, asked: Assignment, *endings: str) -> Path:
    """The same for a file of an assignment: named after its title and its occasion."""
    return target(out, asked.title, occasion_beside(asked.title, asked.occasion), *endings)


def occasion_beside(title: str, occasion: str) -> str:
    """The occasion, for a name in which the title does not say it already."""
    says = len(title) <= _FEWEST_LETTERS and title.casefold().endswith(occasion.casefold())
    return "" if says else occasion


def _cut(text: str, letters: int, room: int) -> str:
    """As much of it as every disk takes: names have 255 bytes at most on most of them."""
    return text[:letters].encode()[:room].decode(errors="ignore").strip()


def _plain(text: str) -> str:
    """Letters, marks and digits of any script, and what no disk takes amiss."""
    kept = (
        c if unicodedata.category(c)[0] in "LMN" or c in "-_ " else "-"
        for c in unicodedata.normalize("NFC", text)
    )  # fmt: skip
    return "".join(kept).strip()


def write(
    path: Path,
    manifest: Manifest,
    sources: Mapping[str, Path],
    pair: envelope.Pair,
    readers: Sequence[str] = (),
    work: Path | None = None,
) -> None:
    """Write a signed bundle to ``path``, whole or not at all.

    With ``readers`` it is encrypted, and what is not is only ever in the folder ``work``: others
    may look into that of ``path``. KnownError when the disk refuses, or a source is not what the
    manifest says.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if readers:
            assert work is not None  # who encrypts has said where
            with scratch(work) as place:
                _write(place / "plain", manifest, sources, pair)
                envelope.close_to(place / "plain", part, readers)
        else:
            _write(part, manifest, sources, pair)
        part.replace(path)
        files.sync_folder(path.parent)
    except OSError as error:
        raise KnownError(
            f"The file was not written ({path}: {error.strerror or error})",
            "Make room, or choose another place. Nothing else was changed.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write(
    path: Path, manifest: Manifest, sources: Mapping[str, Path], pair: envelope.Pair
) -> None:
    if unlike := bundle.write(path, manifest, sources, unheard, pair):
        raise KnownError(
            f"A recording changed or could not be read while it was copied: {min(unlike)}",
            "Nothing was written. 'attune doctor' checks every recording.",
        )


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder to work in beside what is made in it, gone afterwards.

    What a kill leaves of it, which may hold sound, goes with one that is begun an hour later, when
    it is nobody's any more.
    """
    with file_errors(folder):
        _sweep(folder)
        try:
            work = tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder)
        except OSError as error:
            error.filename = str(folder)  # nobody knows the name that was tried
            raise
    with work as place:
        yield Path(place)


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):  # its own work is done meanwhile
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left)
