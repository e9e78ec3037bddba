"""Files are taken in beside the log, and can be stopped within."""

from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TypeVar

import pytest

from tests.app.locked import lock
from tests.app.travelled import Desk, Program, Rater, Trainee
from trainer.app.paths import Home
from trainer.app.receive import receive_beside
from trainer.store import sealed
from trainer.store.db import Log

T = TypeVar("T")


def taken_in_beside(desk: Desk, path: Path, stop_at: int) -> int:
    """Take a file in, stopped at a step; how many steps there were. The log is never held then."""
    steps, held = 0, False

    def step(_count: int) -> None:
        nonlocal steps
        assert not held, "it reads or writes the file while others wait for the log"
        steps += 1
        if steps == stop_at:
            raise CancelledError

    with desk.log() as log:

        def on_log(job: Callable[[Log], T]) -> T:
            nonlocal held
            held = True
            try:
                return job(log)
            finally:
                held = False

        receive_beside(desk.home, on_log, path, step)
    return steps


def everything(desk: Desk) -> object:
    with desk.log() as log:
        rows = {
            table: [tuple(row) for row in log.rows(f"SELECT * FROM {table}")]
            for table in ("responses", "submissions", "shares", "recordings", "people")
        }
    files = (one for one in desk.home.folder.rglob("*") if not one.name.startswith("log.db"))
    return rows, sorted(one.name for one in files if one.is_file())


@pytest.mark.parametrize("locked", [False, True])
def test_stopped_at_any_step_it_leaves_nothing_and_repeated_all(
    tmp_path: Path, locked: bool
) -> None:
    post, program = tmp_path / "post", Program(Home(tmp_path / "program"))
    post.mkdir()
    asked, out = program.give_out(post)
    trainee, rater = Trainee(Home(tmp_path / "trainee")), Rater(Home(tmp_path / "rater"))
    trainee.begin(out, "T1")
    ids = trainee.answer(asked)
    submission = trainee.submit(asked, post).path
    if locked:
        program.home, rater.home = lock(program.home), lock(rater.home)
    stopped(program, submission)
    (given,) = program.share([asked], [rater], post)
    stopped(rater, given.path)
    assert len(rater.codes(given.share_id)) == len(ids)
    for desk in (program, rater):
        sounds = [one for one in desk.home.recordings.rglob("*") if one.is_file()]
        assert len(sounds) == len(ids)
        assert {sealed.is_sealed(one) for one in sounds} == {locked}


def stopped(desk: Desk, path: Path) -> None:
    before, stop_at = everything(desk), 1
    while True:
        try:
            steps = taken_in_beside(desk, path, stop_at)
        except CancelledError:
            assert everything(desk) == before
            stop_at += 1
        else:
            break
    assert steps == stop_at - 1 >= 2  # each sound, and the log
    assert everything(desk) != before
