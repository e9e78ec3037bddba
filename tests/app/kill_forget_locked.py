"""Forget a person in a locked folder, killed before each line of the code that does it.

``python -m tests.app.kill_forget_locked FOLDER [STEP]``; see ``kill_forget``.
"""

import itertools
import os
import shutil
import sys
from pathlib import Path

from tests.app import locked
from tests.app.kill_forget import kill_before_line
from tests.app.test_locking_forget import crowd, traces_in
from trainer.app.forget import Choice, forget_for_good
from trainer.app.paths import Home
from trainer.store import recordings
from trainer.store.db import open_log


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    clean, ada, bob = crowd(Home(root / "clean"))
    for number in itertools.count(1, step):
        home = locked.copied(clean, root / "killed")
        child = os.fork()
        if child == 0:
            kill_before_line(number)
            forget_for_good(home, Choice(person=ada.person.id), lambda _toll: True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        assert killed or os.WEXITSTATUS(status) == 0, f"failed at line {number}"
        assert forget_for_good(home, Choice(person=ada.person.id), lambda _toll: True).done
        left = traces_in(home, root / "work", ada.traces())
        assert left == [], f"not gone after a kill at line {number}: {left}"
        assert traces_in(home, root / "work", [bob.film(1)]), f"lost at line {number}"
        log = open_log(home.folder, home.key)
        check = recordings.missing_or_altered(log, hashes=True)
        assert (check.missing, check.altered, check.orphans) == ((), (), ()), f"line {number}"
        log.close()
        shutil.rmtree(home.folder)
        if not killed:
            break
    sys.stdout.write(f"{number // step}\n")


if __name__ == "__main__":
    main()
