"""What a program says last counts at its trainees, whatever clocks do meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee
from trainer.app import assign, receive, submit
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.domain.assignment import Assignment
from trainer.domain.ids import local_now
from trainer.store.times import to_text


def test_a_later_due_date_counts_although_the_clock_was_set_back(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as wrong:
        wrong.setattr(assign, "local_now", lambda: local_now() + timedelta(hours=5))
        asked, out = program.give_out(post, due_at=local_now() + timedelta(days=1))
    trainee.begin(out, "T1")
    new = replace(asked, due_at=local_now() + timedelta(days=9))
    with program.log() as log:
        again = assign.give_out(log, new, post / "again.attune")
        assert assign.given_out(log, asked.id) == new
    trainee.receive(again)
    with trainee.log() as log:
        assert assign.find_came(log, asked.id) == new


def lateness(program: Program, asked: Assignment) -> tuple[bool, bool]:
    """Whether T1 is late, and whether that is not sure; the same in the overview."""
    with program.log() as log:
        line, whole = roster(log, asked.id).lines[0], overview(log, asked.id)
    assert (whole.late, whole.unsure) == (line.late, line.unsure)
    assert any("clock not sure" in said for said in line.problems) == line.unsure
    return line.late, line.unsure


@pytest.mark.parametrize(
    ("off", "due", "expected"),
    [
        (timedelta(0), timedelta(days=9), (False, False)),
        (timedelta(days=-3), timedelta(days=-1), (False, True)),  # before it was given out
        (timedelta(days=3), timedelta(days=-1), (False, True)),  # after it came
        (timedelta(days=-3), timedelta(days=1), (False, False)),  # and it was in time anyhow
        (timedelta(days=3), timedelta(days=1), (False, False)),
        (timedelta(0), timedelta(days=-1), (True, False)),
    ],
)
def test_a_clock_that_was_not_right_tells_neither_that_it_is_late_nor_that_it_is_not(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, off: timedelta, due: timedelta, expected: tuple[bool, bool],
):  # fmt: skip
    asked, out = program.give_out(post, due_at=local_now() + due)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    with monkeypatch.context() as wrong:
        wrong.setattr(submit, "local_now", lambda: local_now() + off)
        sent = trainee.submit(asked, post).path
    done = program.receive(sent)
    said = [note for note in done.notes if "its clock was not right: it says" in note]
    assert (done.late, bool(said)) == (expected[0], bool(off))
    assert lateness(program, asked) == expected
    elsewhere = Program(Home(tmp_path / "elsewhere"))
    with elsewhere.log() as log:
        log.db.conn.execute("SELECT 1")
    restore(elsewhere.home, backup(program.home, post / "kept.attune").path)
    assert lateness(elsewhere, asked) == expected


def test_a_file_that_says_it_is_older_than_an_answer_in_it_is_not_in_time_by_its_clock(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as before:
        for module in (assign, submit):
            before.setattr(module, "local_now", lambda: local_now() - timedelta(days=4000))
        asked, out = program.give_out(post, due_at=local_now() - timedelta(days=1))
        trainee.begin(out, "T1")
        trainee.answer(asked)  # long after
        sent = trainee.submit(asked, post).path
    assert "clock was not right" in " ".join(program.receive(sent).notes)
    assert lateness(program, asked) == (False, True)
    # Sent again by a clock that is right: late, or not sure as before, and never in time.
    trainee.receive(out)
    program.receive(trainee.submit(asked, post, again=True).path)
    assert lateness(program, asked) == (False, True)


def test_what_came_before_it_is_due_is_not_refused_for_a_clock_that_is_ahead(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    asked, out = program.give_out(post, due_at=local_now() + timedelta(days=1), late="refused")
    trainee.begin(out, "T1")
    trainee.answer(asked)
    with monkeypatch.context() as ahead:
        ahead.setattr(submit, "local_now", lambda: local_now() + timedelta(days=3))
        sent = trainee.submit(asked, post).path
    assert program.receive(sent).responses == 2
    with monkeypatch.context() as then:
        then.setattr(receive, "local_now", lambda: local_now() + timedelta(days=9))
        assert not program.receive(sent).late


@pytest.mark.parametrize("data", ["[]", '{"came_at": 1}', '{"came_at": "yesterday"}'])
def test_what_a_backup_says_of_it_that_is_no_time_tells_nothing(
    program: Program, tmp_path: Path, data: str
):
    with program.log() as log, log.atomic():
        log.insert("drafts", {"key": "came x", "data": data, "saved_at": to_text(local_now())})
    elsewhere = Home(tmp_path / "elsewhere")
    restore(elsewhere, backup(program.home, tmp_path / "kept.attune").path)
    with Program(elsewhere).log() as log:
        assert not log.rows("SELECT 1 FROM drafts WHERE key = 'came x'")
