"""Locked folders as an older Attune left them: the last answer kept plain for the backups.

``python -m tests.app.kept_plain FOLDER [STEP]`` has that encrypted, killed before each line of the
code that does it (or each STEP lines). Prints how many lines it killed at; a failed check is a
traceback.
"""

import itertools
import shutil
import sys
from pathlib import Path

from tests.app import locked
from tests.app.backed import fill, rewritten
from tests.helpers.killing import killed
from trainer.app import locking
from trainer.app.backup import automatic
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.store import files, sealed
from trainer.store.key import new_key

WATCHED = {("app", "readable.py"), ("app", "backup.py")}


def keep_plain(home: Home) -> Path:
    """One answer more, which the newest backup keeps plain; that backup."""
    one = locked.answered(home, 300)
    done = automatic(home)
    assert done is not None
    old = done.path.rename(home.folder.parent / "old")

    def alter(_members, manifest):
        [member] = [m for m in manifest["outside"] if one.id in m["name"]]
        kept = home.backups / "recordings" / member["sha256"]
        assert home.key is not None
        plain = sealed.unseal(kept.rename(kept.with_suffix(".age")), home.key)
        member["sha256"], member["size"] = files.sha256_of(plain)
        member["name"] = member["name"].removesuffix(".age")
        plain.rename(plain.with_name(member["sha256"]))

    rewritten(old, done.path, alter)
    old.unlink()
    assert locking.state(home).plain
    return done.path


def is_mended(home: Home, kept: Path, at: str) -> None:
    """Nothing of it lies plain, and the backup still has everything."""
    assert home.key is not None
    secret = home.key.secret
    assert locked.is_locked_well(home), at
    assert locked.readable(home, list(locked.MAGIC)) == [], at
    fresh = Home(home.folder.with_name("fresh"))
    done = restore(fresh, kept, passphrase=lambda: secret)
    assert (done.whole, done.recordings) == (True, 2), at
    shutil.rmtree(fresh.folder)


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    home = Home(root / "home", new_key())
    fill(Home(home.folder), 1)
    kept = keep_plain(locked.lock(home, home.key))
    for number in itertools.count(1, step):
        place = Home(root / "killed", home.key)
        shutil.copytree(home.folder, place.folder)
        ended = not killed(lambda home=place: locking.settle(home), WATCHED, number)
        locking.settle(place)
        is_mended(place, place.backups / kept.name, f"killed at line {number}")
        shutil.rmtree(place.folder)
        if ended:
            break
    sys.stdout.write(f"{number - 1}\n")


if __name__ == "__main__":
    main()
