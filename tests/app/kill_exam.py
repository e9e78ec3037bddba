"""A test of two clients, killed before each line of the code that holds it, and gone on with.

``python -m tests.app.kill_exam FOLDER [STEP]`` forks one child per line (or per STEP lines), so it
has a process (with one thread) of its own. Prints how many lines it killed at; a failed check is a
traceback.
"""

import itertools
import os
import shutil
import sys
from contextlib import closing
from pathlib import Path

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.travelled import Program, Trainee
from tests.helpers.killing import killed
from trainer.app.paths import Home
from trainer.store.db import open_log

WATCHED = {("app", "exam.py"), ("app", "practice.py"), ("app", "on_record.py"),
           ("app", "takes.py"), ("store", "starts.py"), ("store", "takes.py")}  # fmt: skip


def sit(room: Room, heard: Path) -> None:
    """Go through what is left, as far as it goes; each client who speaks is a line of ``heard``."""
    play = room.player.play

    def aloud(clip: Path) -> None:
        with heard.open("a", encoding="utf-8") as lines:
            lines.write(f"{room.exam.vignette.id}\n")
            lines.flush()
            os.fsync(lines.fileno())
        play(clip)

    room.player.play = aloud  # type: ignore[method-assign]  # it tells that it plays
    room.sit()
    room.to_the_end()


def check(room: Room, heard: Path, number: int) -> None:
    """What a kill left is on record, and nobody is heard a second time."""
    room.restart()
    assert room.restart().kept == ()  # once is enough
    if room.left():
        sit(room, heard)
    spoken = heard.read_text().split()
    assert len(spoken) == len(set(spoken)), f"heard twice after a kill at line {number}"
    assert sorted(room.begun()) == sorted(CLIENTS)
    assert set(spoken) <= set(room.begun())
    broke, given = room.broke(), dict(room.given())
    assert len(broke) <= 1, f"{broke} after a kill at line {number}"
    for client in CLIENTS:
        phases = [phase for one, _, phase in broke if one == client]
        how = given.get(client)
        expected = ["client"] if how is None else ["answer"] if how == "interrupted" else []
        assert phases == expected, f"{client}: {how}, {phases} after a kill at line {number}"
    assert not (room.home.recordings / "open").exists() or not list(
        (room.home.recordings / "open").iterdir()
    )


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    program, trainee = Program(Home(root / "program")), Trainee(Home(root / "clean"))
    asked, out = program.give_out(root / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    for number in itertools.count(1, step):
        folder, heard = root / "killed", root / "heard"
        shutil.copytree(trainee.home.folder, folder)
        heard.touch()

        def work(folder: Path = folder, heard: Path = heard) -> None:
            with closing(open_log(folder)) as log:
                sit(Room(log, asked, trainee.person_id), heard)

        ended = not killed(work, WATCHED, number)
        with closing(open_log(folder)) as log:
            check(Room(log, asked, trainee.person_id), heard, number)
        if ended:
            break
        shutil.rmtree(folder)
        heard.unlink()
    sys.stdout.write(f"{number // step}\n")


if __name__ == "__main__":
    main()
