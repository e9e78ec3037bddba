"""Restore a backup into a log, killed before each line of the code that does it, and again.

``python -m tests.app.kill_restore FOLDER [plain|locked [STEP]]`` forks one child per line (or per
STEP lines), so it has a process (with one thread) of its own; ``locked`` does it with a locked
backup into a locked folder. Prints how many lines it killed at; a failed check is a traceback.
"""

import itertools
import shutil
import sys
from pathlib import Path

from tests.app import locked
from tests.app.backed import contents, fill, interrupt
from tests.helpers.killing import killed
from trainer.app.backup import backup
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.store import recordings
from trainer.store.db import integrity, open_log
from trainer.store.key import new_key

WATCHED = {
    ("app", "restore.py"), ("store", "merge.py"), ("store", "recordings.py"),
    ("store", "files.py"), ("store", "copies.py"), ("exchange", "bundle.py"),
    ("store", "sealed.py"),
}  # fmt: skip


def is_sound(home: Home) -> None:
    """The log opens, and every row has its file."""
    log = open_log(home.folder, home.key)
    assert integrity(log) == ()
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered) == ((), ())
    log.close()


def all_in(home: Home) -> object:
    """What is in it; of a locked one, what is in it when it is unlocked."""
    if home.key is None:
        return contents(home)
    assert locked.is_locked_well(home)
    opened = locked.copied(home, home.folder.with_name("opened"))
    found = contents(locked.unlock(opened))
    shutil.rmtree(opened.folder)
    return found


def survives(home: Home, kept: Path, expected: object, number: int) -> bool:
    """Whether the restore ran to its end before that line; checks what a kill left."""
    ended = not killed(lambda: restore(home, kept), WATCHED, number)
    is_sound(home)
    assert restore(home, kept).differed == [], f"differs after a kill at line {number}"
    assert all_in(home) == expected, f"not complete after a kill at line {number}"
    assert not (home.folder / ".restoring").exists(), f"left over at line {number}"
    return ended


def main() -> None:
    root = Path(sys.argv[1])
    mine, theirs, whole = Home(root / "mine"), Home(root / "theirs"), Home(root / "whole")
    fill(mine, 1)
    fill(theirs, 2, minutes=60)
    interrupt(theirs)
    kept = backup(theirs, root / "kept.attune").path
    of, step = None, int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if sys.argv[2:3] == ["locked"]:
        of = new_key()
        for home in (mine, theirs):
            locked.lock(home, of)
        kept = backup(Home(theirs.folder, of), root / "locked.attune").path
    shutil.copytree(mine.folder, whole.folder)
    restore(Home(whole.folder, of), kept)
    expected = all_in(Home(whole.folder, of))
    for number in itertools.count(1, step):
        killed = Home(root / "killed", of)
        shutil.copytree(mine.folder, killed.folder)
        if survives(killed, kept, expected, number):
            break
        shutil.rmtree(killed.folder)
    sys.stdout.write(f"{number - 1}\n")


if __name__ == "__main__":
    main()
