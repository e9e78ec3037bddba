"""Forget a person, killed before each line of the code that does it, and once more.

``python -m tests.app.kill_forget FOLDER [STEP]`` forks one child per line (or per STEP lines), so
it has a process (with one thread) of its own. Prints how many lines it killed at; a failed check
is a traceback.
"""

import itertools
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.app.backed import contents
from tests.app.forgotten import Someone, found, two_people
from tests.helpers.killing import killed
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.paths import Home
from trainer.store import recordings
from trainer.store.db import open_log

WATCHED = {("app", "forget.py"), ("app", "unkeep.py"), ("store", "forget.py"),
           ("store", "traces.py")}  # fmt: skip
OF_THE_MOMENT = ("forgotten",)


def left(home: Home) -> dict[str, Any]:
    """What is to be the same in the end, and is the same in every run."""
    rows = {table: found for table, found in contents(home).items() if table not in OF_THE_MOMENT}
    backups = sorted(path.name for path in home.folder.rglob("*.attune"))
    kept = sorted(path.name for path in (home.backups / "recordings").iterdir())
    return {**rows, "backups": backups, "kept": kept}


def survives(home: Home, ada: Someone, expected: dict[str, Any], number: int) -> bool:
    """Whether it ran to its end before that line; checks what a kill left."""

    def forget() -> bool:
        return forget_for_good(home, Choice(person=ada.person.id), lambda _toll: True).done

    ended = not killed(forget, WATCHED, number)
    assert forget()
    assert found(home, ada.traces()) == [], f"not gone after a kill at line {number}"
    assert left(home) == expected, f"not the same after a kill at line {number}"
    log = open_log(home.folder)
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    log.close()
    return ended


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    clean, whole = Home(root / "clean"), Home(root / "whole")
    ada, _ = two_people(clean)
    shutil.copytree(clean.folder, whole.folder)
    forget_for_good(whole, Choice(person=ada.person.id), lambda _toll: True)
    expected = left(whole)
    for number in itertools.count(1, step):
        killed = Home(root / "killed")
        shutil.copytree(clean.folder, killed.folder)
        if survives(killed, ada, expected, number):
            break
        shutil.rmtree(killed.folder)
    sys.stdout.write(f"{number // step}\n")


if __name__ == "__main__":
    main()
