"""A test that was sat twice, in a copy of the data folder: that is told, and goes on being told."""

import shutil
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.test_results_keys import accept, key
from tests.app.test_whose import decide
from tests.app.travelled import Program, Trainee
from tests.app.travelled import copied as copy_of
from trainer.app import whose
from trainer.app.asked import sat_twice
from trainer.app.assign import find_came
from trainer.app.cohort_figures import overview
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.practice import TAIL_S
from trainer.app.roster import roster

FIRST, SECOND = CLIENTS
SAT_TWICE = sat_twice(several=True, aside=0)


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
    assert SAT_TWICE.endswith("data folder; of several answers to a client the mean counts")
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
    # There is one answer to each client, and no mean.
    twice = (f"{FIRST} was played 2 times", sat_twice(several=False, aside=0))
    assert notes == (f"1 interruption: {without}", *twice)
    assert told(program) == (without, *twice)


@pytest.mark.parametrize("with_her_own_key_too", [False, True])
def test_what_was_set_aside_of_a_test_is_said_and_does_not_count(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, with_her_own_key_too: bool
) -> None:
    asked, out = program.give_out(post / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    strange = copy_of(trainee, tmp_path / "strange")  # there is no key yet
    with trainee.log() as log:
        own_pair(log)
    same = copy_of(trainee, tmp_path / "same")
    sit(trainee)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    if with_her_own_key_too:
        sit(same, after_s=300)
        program.receive(same.submit(asked, post / "2.attune").path)
    sit(strange, after_s=600)
    accept(program, strange, asked, post)
    assert SAT_TWICE in told(program)
    with program.log() as log:
        (sender,) = [one for one in whose.senders(log, "T1") if one.fingerprint == key(strange)]
    decide(program, sender, whose.NOBODY)

    times = 3 if with_her_own_key_too else 2
    played = {f"{one} was played {times} times" for one in CLIENTS}
    twice = sat_twice(several=with_her_own_key_too, aside=2)
    assert "data folder; 2 answers were set aside" in twice
    assert "nothing is left out" not in twice
    assert twice.endswith("the mean counts") == with_her_own_key_too
    said = [one for one in told(program) if "answered" not in one]
    assert set(said) == {*played, twice}
    assert any("was answered 2 times" in one for one in told(program)) == with_her_own_key_too
    # Told, too, of what she sends from now on.
    notes = program.receive(trainee.submit(asked, post / "3.attune", again=True).path).notes
    assert {one for one in notes if "answered" not in one} == {*played, twice}
    assert any("was answered 2 times" in one for one in notes) == with_her_own_key_too

    decide(program, sender, "T1", heard=key(strange), both=True)
    assert SAT_TWICE in told(program)


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
