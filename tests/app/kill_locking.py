"""Put the lock on and take it off again, killed before each line of the code that does it.

``python -m tests.app.kill_locking FOLDER [STEP]`` forks one child per line (or per STEP lines), so
it has a process (with one thread) of its own. Prints how many lines it killed at; a failed check
is a traceback.
"""

import itertools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.app import locked
from tests.app.backed import contents, fill, interrupt
from tests.app.forgotten import Someone
from tests.helpers.killing import killed
from tests.store import made
from trainer.app import locking
from trainer.app.backup import automatic
from trainer.app.paths import Home
from trainer.store import key, recordings
from trainer.store.db import integrity, open_log
from trainer.store.key import Key, new_key

WATCHED = {
    ("app", "locking.py"), ("app", "backup.py"), ("store", "sealed.py"), ("store", "connect.py"),
    ("store", "files.py"), ("store", "recordings.py"), ("app", "repair.py"),
    ("app", "backup_content.py"), ("app", "readable.py"),
}  # fmt: skip


def is_sound(home: Home) -> None:
    """The log opens, every row has its file as it was made, and an interrupted take is there."""
    log = open_log(home.folder, home.key)
    assert integrity(log) == ()
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered) == ((), ())
    assert len(recordings.open_takes(home.folder)) == 1
    log.close()


def on(home: Home, of: Key, expected: object, words: list[bytes], number: int) -> bool:
    """Whether locking ran to its end before that line; checks what a kill left."""
    ended = not killed(lambda: locked.lock(home, of), WATCHED, number)
    shut = Home(home.folder, of)
    assert key.is_locked(home.folder), f"no lock at line {number}"
    is_sound(shut)
    assert locking.settle(shut).key == of
    is_sound(shut)
    assert locked.is_locked_well(shut), f"not locked after a kill at line {number}"
    left = locked.readable(shut, [*words, *locked.MAGIC])
    assert left == [], f"readable after a kill at line {number}: {left}"
    assert automatic(shut) is None
    assert list(home.backups.glob("*.attune")), f"no backup at line {number}"
    assert contents(locked.unlock(shut)) == expected, f"not the same at line {number}"
    return ended


def off(home: Home, of: Key, expected: object, number: int) -> bool:
    """The same of unlocking."""
    shut = Home(home.folder, of)
    ended = not killed(lambda: locked.unlock(shut), WATCHED, number)
    if key.is_locked(home.folder):
        is_sound(shut)
        locked.unlock(shut)
    is_sound(home)
    assert contents(home) == expected, f"not the same at line {number}"
    left = [path.name for path in home.folder.rglob("*") if "age" in path.suffix]
    assert left == [], f"left at line {number}: {left}"
    assert not list(home.folder.rglob("*.part*"))
    assert list(home.backups.glob("*.attune")), f"no backup at line {number}"
    assert automatic(home) is None
    return ended


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    plain, of = Home(root / "plain"), new_key()
    ada = Someone(plain, "Ada Quillfeather", 0)
    locked.store_small(plain)
    automatic(plain)
    fill(plain, 1, minutes=60)
    interrupt(plain)
    shutil.copytree(plain.folder, root / "shut")
    locked.lock(Home(root / "shut"), of)
    shutil.copytree(root / "shut", root / "again")
    expected = contents(locked.unlock(Home(root / "again", of)))
    assert made.everything(root / "again")
    runs: list[tuple[str, Callable[[Home, int], bool]]] = [
        ("plain", lambda home, n: on(home, of, expected, locked.words(ada), n)),
        ("shut", lambda home, n: off(home, of, expected, n)),
    ]
    for name, run in runs:
        for number in itertools.count(1, step):
            place = Home(root / "killed")
            shutil.copytree(root / name, place.folder)
            if run(place, number):
                break
            shutil.rmtree(place.folder)
        shutil.rmtree(root / "killed")
        sys.stdout.write(f"{number - 1}\n")


if __name__ == "__main__":
    main()
