"""A test that was sat twice, in a copy of the data folder: that is told, and goes on being told."""

import shutil
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.travelled import Program, Trainee
from trainer.app.asked import SAT_TWICE
from trainer.app.assign import find_came
from trainer.app.cohort_figures import overview
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.practice import TAIL_S
from trainer.app.roster import roster

FIRST, SECOND = CLIENTS


@pytest.fixture
def copied(program: Program, trainee: Trainee, post: Path, tmp_path: Path) -> Trainee:
    """The same trainee with the same key, in another folder."""
    _, out = program.give_out(post / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    with trainee.log() as log:
        own_pair(log)
    shutil.copytree(trainee.home.folder, tmp_path / "copy")
    return Trainee(Home(tmp_path / "copy"), trainee.person_id)


def sit(desk: Trainee, *, after_s: float = 0, leave: bool = False) -> None:
    """Sit the test so much later, or leave it while the first client speaks."""
    with desk.log() as log:
        (row,) = log.rows("SELECT assignment_id FROM taken_on")
        room = Room(log, find_came(log, row["assignment_id"]), desk.person_id)
        room.clock.pass_s(after_s)
        room.sit()
        if leave:
            room.begin()
            room.exam.leave()
        else:
            room.to_the_end()


def come(program: Program, desk: Trainee, out: Path) -> tuple[str, ...]:
    """What is told of what they send."""
    with desk.log() as log:
        (row,) = log.rows("SELECT assignment_id FROM taken_on")
        asked = find_came(log, row["assignment_id"])
    return program.receive(desk.submit(asked, out).path).notes


def told(program: Program) -> tuple[str, ...]:
    """What the table tells of the trainee, for good."""
    with program.log() as log:
        (row,) = log.rows("SELECT assignment_id FROM assignments")
        (line,) = roster(log, row["assignment_id"]).lines
    return line.problems


def test_two_answers_to_one_client_are_both_there_and_told(
    program: Program, trainee: Trainee, copied: Trainee, post: Path
) -> None:
    sit(trainee)
    assert come(program, trainee, post / "1.attune") == ()
    assert told(program) == ()
    sit(copied, after_s=600)
    played = {f"{one} was played 2 times" for one in CLIENTS}
    given = {f"{one} was answered 2 times, asked was once" for one in CLIENTS}
    notes = come(program, copied, post / "2.attune")
    assert set(notes) == set(told(program)) == {*played, *given, SAT_TWICE}
    with program.log() as log:
        (row,) = log.rows("SELECT assignment_id FROM assignments")
        assert overview(log, row["assignment_id"]).responses == 4


def test_a_client_who_was_heard_before_in_another_folder_is_told_for_good(
    program: Program, trainee: Trainee, copied: Trainee, post: Path
) -> None:
    sit(trainee, leave=True)
    come(program, trainee, post / "1.attune")
    without = (
        f"{FIRST} was interrupted on 2026-09-01 while the client spoke (left by the trainee), "
        "without an answer, and does not come again"
    )
    assert told(program) == (without,)
    sit(copied, after_s=600)
    notes = come(program, copied, post / "2.attune")
    twice = (f"{FIRST} was played 2 times", SAT_TWICE)
    assert notes == (f"1 interruption: {without}", *twice)
    assert told(program) == (without, *twice)


def test_one_answer_that_became_two_is_told_and_the_first_one_stays(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    with trainee.log() as log:
        own_pair(log)
        room = Room(log, asked, trainee.person_id)
        room.sit()
        room.listen()
        shutil.copytree(trainee.home.folder, tmp_path / "copy")  # while they answer
        room.exam.finish()
        room.clock.pass_s(TAIL_S)
        room.exam.tick()
    program.receive(trainee.submit(asked, post / "1.attune").path)
    copied = Trainee(Home(tmp_path / "copy"), trainee.person_id)
    with copied.log() as log:
        Room(log, asked, trainee.person_id).restart()
    notes = program.receive(copied.submit(asked, post / "2.attune").path).notes
    assert f"another answer to {FIRST} than came before has the same id, and was left out" in (
        notes
    )
