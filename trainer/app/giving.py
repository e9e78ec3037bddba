"""Files given to others: hidden beside their place until the log knows of them.

Whoever sees one can send it on at once, and what comes back for it must be known here. So a file is
written under a name that nobody sees, then its rows are kept with where it is to lie, then it is
moved there. Killed before the rows, it was never given; killed after, the next start moves it.
"""

import time
from contextlib import suppress
from pathlib import Path

from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.store import drafts, files
from trainer.store.db import Log

_LEFT_S = 3600.0


def hidden(target: Path, one_id: str) -> Path:
    """Where a file lies until the log knows of it; what was never given goes after an hour."""
    for left in target.parent.glob(".attune-*.part"):
        with suppress(OSError):  # it is not ours to remove, or gone meanwhile
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()
    return _part(target, one_id)


def hidden_name(one_id: str) -> str:
    """What it is called until then."""
    return f".attune-{one_id}.part"


def expect(log: Log, target: Path, one_id: str) -> None:
    """Keep that a hidden file is given; in the transaction that keeps what it is."""
    drafts.save_draft(log, drafts.GIVING + one_id, {"path": str(target)})


def show(log: Log) -> dict[str, Path]:
    """Move every file that is given to its place; where each lies now, by its id.

    After the transaction, on the log's thread; again and again without harm. KnownError: the disk
    refuses; the next start goes on with it.
    """
    done = {}
    for key, data in drafts.drafts_of(log, drafts.GIVING).items():
        one_id, target = key.removeprefix(drafts.GIVING), Path(str(data["path"]))
        part = _part(target, one_id)
        if not target.parent.is_dir():  # a drive that is not there now
            continue
        if part.exists():
            if target.exists():
                target = target.with_name(f"{target.stem} {one_id[-4:]}{target.suffix}")
            _move(part, target)
            done[one_id] = target
        drafts.drop_draft(log, key)
    return done


def finish_left_over(log: Log) -> Outcome[None]:
    """The same at the window's start."""
    show(log)
    return Outcome(None, Changes.NOTHING)


def _part(target: Path, one_id: str) -> Path:
    return target.with_name(hidden_name(one_id))


def _move(part: Path, target: Path) -> None:
    try:
        part.replace(target)
        files.sync_folder(target.parent)
    except OSError as error:
        raise KnownError(
            f"The file is written and not at its place yet ({target}: {error.strerror or error})",
            "The next start of Attune puts it there.",
        ) from error
