"""Forget a person in a locked folder, killed before each line of the code that does it.

``python -m tests.app.kill_forget_locked FOLDER [STEP]``; see ``kill_forget``.
"""

import itertools
import shutil
import sys
from functools import partial
from pathlib import Path

from tests.app import locked
from tests.app.kill_forget import WATCHED
from tests.app.test_locking_forget import crowd, traces_in
from tests.helpers.killing import killed
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.paths import Home
from trainer.store import recordings
from trainer.store.db import open_log


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    clean, ada, bob = crowd(Home(root / "clean"))
    for number in itertools.count(1, step):
        home = locked.copied(clean, root / "killed")
        forget = partial(forget_for_good, home, Choice(person=ada.person.id), lambda _toll: True)
        ended = not killed(forget, WATCHED, number)
        assert forget().done
        left = traces_in(home, root / "work", ada.traces())
        assert left == [], f"not gone after a kill at line {number}: {left}"
        assert traces_in(home, root / "work", [bob.film(1)]), f"lost at line {number}"
        log = open_log(home.folder, home.key)
        check = recordings.missing_or_altered(log, hashes=True)
        assert (check.missing, check.altered, check.orphans) == ((), (), ()), f"line {number}"
        log.close()
        shutil.rmtree(home.folder)
        if ended:
            break
    sys.stdout.write(f"{number // step}\n")


if __name__ == "__main__":
    main()
