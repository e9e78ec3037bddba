"""A file is late where answers came late, and first in it: so the table and the page agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee
from trainer.app import assign, submit
from trainer.app.arrivals import Arrived, as_line, state, take_in
from trainer.app.consent import state_for_all
from trainer.app.roster import roster
from trainer.domain.assignment import Assignment
from trainer.domain.consent import Consent
from trainer.domain.ids import local_now

NOTHING = Consent("practice", 0)


@contextmanager
def days_ago(days: int, module: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as then:
        then.setattr(module, "local_now", lambda: local_now() - timedelta(days=days))
        yield


@pytest.fixture
def asked(program: Program, trainee: Trainee, post: Path) -> Assignment:
    """Given out ten days ago and due yesterday; T1 has taken it on."""
    with days_ago(10, assign):
        made, out = program.give_out(
            post / "out.attune", due_at=local_now() - timedelta(days=1), late="marked"
        )
    trainee.begin(out, "T1")
    return made


def read(program: Program, *files: Path) -> tuple[Arrived, ...]:
    with program.log() as log:
        return take_in(program.home, log, files, lambda *_: None)


def late(program: Program, asked: Assignment) -> int:
    """How many trainees the page says are late."""
    with program.log() as log:
        return roster(log, asked.id).late


def test_a_consent_that_is_taken_back_after_the_due_date_is_not_late(
    program: Program, trainee: Trainee, asked: Assignment, post: Path
) -> None:
    trainee.answer(asked)
    with days_ago(5, submit):
        first = trainee.submit(asked, post / "first.attune").path
    with trainee.log() as log:
        state_for_all(log, trainee.person_id, NOTHING)
    second = trainee.submit(asked, post / "second.attune").path
    said = [as_line(one) for one in (*read(program, first), *read(program, second))]
    assert not any("late" in line for line in said)
    assert "2 may not be rated any more" in said[1]
    assert "late" not in as_line(read(program, second)[0])  # nor once more
    assert late(program, asked) == 0


@pytest.mark.parametrize("in_time_first", [True, False])
def test_answers_that_came_in_time_as_well_are_not_late(
    program: Program, trainee: Trainee, asked: Assignment, post: Path, in_time_first: bool
) -> None:
    trainee.answer(asked, 1)
    with days_ago(5, submit):
        in_time = trainee.submit(asked, post / "in time.attune").path
    again = trainee.submit(asked, post / "again.attune", again=True).path
    trainee.answer(asked, 2)
    new = trainee.submit(asked, post / "new.attune").path
    files = [in_time, again] if in_time_first else [again, in_time]
    told = read(program, *files, new)
    assert [state(one) for one in told] == ["taken", "taken", "late"]
    assert late(program, asked) == 1


def test_of_two_late_files_with_the_same_answers_the_first_is_late(
    program: Program, trainee: Trainee, asked: Assignment, post: Path
) -> None:
    trainee.answer(asked)
    first = trainee.submit(asked, post / "first.attune").path
    again = trainee.submit(asked, post / "again.attune", again=True).path
    assert [state(one) for one in read(program, first, again)] == ["late", "taken"]
    assert late(program, asked) == 1
