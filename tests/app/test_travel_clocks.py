"""What a program says last counts at its trainees, whatever clocks do meanwhile."""

import csv
import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee, library
from trainer.app import assign, submission_in, submit
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.paths import Home
from trainer.app.research import export
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.domain.assignment import Assignment
from trainer.domain.ids import local_now, new_id
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


def exported(program: Program) -> str:
    """Whether T1's responses are late, as an export for research says it."""
    folder = program.home.folder / new_id()
    with program.log() as log:
        export(program.home, log, folder, library=library(), use="rating")
    text = (folder / "responses.csv").read_text("utf-8-sig")
    (late,) = {row["late"] for row in csv.DictReader(io.StringIO(text))}
    shutil.rmtree(folder)
    return late


def lateness(program: Program, asked: Assignment) -> tuple[bool, bool]:
    """Whether T1 is late, and whether that is not sure; the same in the overview and an export."""
    with program.log() as log:
        line, whole = roster(log, asked.id).lines[0], overview(log, asked.id)
    assert (whole.late, whole.unsure) == (line.late, line.unsure)
    assert any("clock not sure" in said for said in line.problems) == line.unsure
    assert exported(program) == ("" if line.unsure else str(int(line.late)))
    return line.late, line.unsure


@pytest.mark.parametrize(
    ("off", "due", "expected"),
    [
        (timedelta(0), timedelta(days=9), (False, False)),
        (timedelta(days=-3), timedelta(days=-1), (False, True)),  # before it was given out
        (timedelta(days=3), timedelta(days=-1), (False, True)),  # after it came
        (timedelta(days=-3), timedelta(days=1), (False, False)),  # and it was in time anyhow
        (timedelta(days=3), timedelta(days=1), (False, False)),
        (timedelta(minutes=5), timedelta(minutes=2), (False, False)),  # late by its clock alone
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
        then.setattr(submission_in, "local_now", lambda: local_now() + timedelta(days=9))
        assert not program.receive(sent).late


def sent_ahead(
    trainee: Trainee, asked: Assignment, post: Path, monkeypatch: pytest.MonkeyPatch,
    by: timedelta = timedelta(days=3),
) -> Path:  # fmt: skip
    """What a trainee answered, in a file that was made by a clock that is ahead."""
    trainee.answer(asked)
    with monkeypatch.context() as ahead:
        ahead.setattr(submit, "local_now", lambda: local_now() + by)
        return trainee.submit(asked, post).path


def came(program: Program) -> list[str]:
    """What is kept of when files came."""
    with program.log() as log:
        rows = log.rows("SELECT key, data FROM drafts WHERE key LIKE 'came %'")
        return [f"{row['key']} {row['data']}" for row in rows]


def test_when_a_file_came_goes_with_whose_it_is_and_no_backup_brings_it_back(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    asked, out = program.give_out(post, due_at=local_now() + timedelta(days=1))
    trainee.begin(out, "T1")
    program.receive(sent_ahead(trainee, asked, post, monkeypatch))
    assert len(came(program)) == 1
    kept = backup(program.home, post / "kept.attune").path
    forget_for_good(program.home, Choice(person=trainee.person_id), lambda _toll: True)
    assert came(program) == []
    restore(program.home, kept)
    assert came(program) == []


@pytest.mark.parametrize("first_here", [True, False])
def test_of_two_laptops_that_took_a_file_in_it_came_first_to_the_one(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, first_here: bool,
):  # fmt: skip
    asked, out = program.give_out(post, due_at=local_now() + timedelta(hours=1))
    laptop = Program(Home(tmp_path / "laptop"))
    restore(laptop.home, backup(program.home, post / "1.attune").path)
    trainee.begin(out, "T1")
    sent = sent_ahead(trainee, asked, post, monkeypatch)
    first, second = (program, laptop) if first_here else (laptop, program)
    first.receive(sent)
    with monkeypatch.context() as then:
        then.setattr(submission_in, "local_now", lambda: local_now() + timedelta(hours=2))
        second.receive(sent)
    assert (lateness(first, asked), lateness(second, asked)) == ((False, False), (False, True))
    restore(program.home, backup(laptop.home, post / "2.attune").path)
    assert lateness(program, asked) == (False, False)


@pytest.mark.parametrize("data", ["[]", '{"came_at": 1}', '{"came_at": "yesterday"}'])
def test_what_a_backup_says_of_it_that_is_no_time_tells_nothing(
    program: Program, trainee: Trainee, post: Path, data: str
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    elsewhere = Program(Home(post / "elsewhere"))
    restore(elsewhere.home, backup(program.home, post / "1.attune").path)
    with program.log() as log, log.atomic():
        (one,) = log.rows("SELECT id FROM submissions")
        said = {"key": f"came {one['id']}", "data": data, "saved_at": to_text(local_now())}
        log.insert("drafts", said)
    restore(elsewhere.home, backup(program.home, post / "2.attune").path)
    assert came(elsewhere) == []
