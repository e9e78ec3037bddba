"""What of an assignment or a submission is not taken, and that nothing of it is kept."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee, refused, sounds_of
from tests.store import made
from trainer.app import assign, submit
from trainer.app.backup import backup
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.assignment import as_document
from trainer.domain.ids import local_now
from trainer.exchange import bundle, envelope
from trainer.store import assignments as rows
from trainer.store import people
from trainer.store.extract import extract


def test_another_program_cannot_change_an_assignment(program, trainee, post, tmp_path):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    other = Program(Home(tmp_path / "other"))
    with other.log() as log:
        pair = own_pair(log)
        stolen = replace(asked, read_by=pair.read_by, signs_as=pair.signs_as)
        assign.give_out(log, stolen, post / "stolen.attune")
        assign.give_out(log, replace(asked, id="x"), post / "foreign.attune")
    refused(trainee, post / "stolen.attune", "not signed by the program")
    refused(trainee, post / "foreign.attune", "not signed by the program")


@pytest.mark.parametrize("made", ["[[]]", "0000-01-01", "2026-11-26T09:00:00", ""])
def test_a_file_that_does_not_say_when_it_was_made_is_refused(program, trainee, post, made):
    asked, _ = program.give_out(post)
    with program.log() as log:
        facts = {"assignment": as_document(asked)}
        manifest = bundle.Manifest("assignment", "x", made, "1", 7, facts, ())
        bundle.write(post / "odd.attune", manifest, {}, lambda _: None, own_pair(log))
    refused(trainee, post / "odd.attune", "does not say when it was made")


def test_a_submission_sent_to_another_program_is_told(program, trainee, post, tmp_path):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    refused(Program(Home(tmp_path / "other")), sent, "for somebody else")
    refused(trainee, sent, "for somebody else")


def passed_on(program: Program, sent: Path, to: envelope.Pair, out: Path) -> Path:
    """The submission as the program can send it on: opened, and closed again for another one."""
    plain = out.with_suffix(".plain")
    with program.log() as log, sent.open("rb") as file:
        reads = [own_pair(log).reads]
        with envelope.opened(file, sent, reads, None) as inside, plain.open("wb") as target:
            shutil.copyfileobj(inside, target)
    envelope.close_to(plain, out, [to.read_by])
    plain.unlink()
    return out


def test_a_submission_that_was_opened_and_sent_on_is_told(program, trainee, post, tmp_path):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    other = Program(Home(tmp_path / "other"))
    with other.log() as log:
        pair = own_pair(log)
        document = {**as_document(asked), "read_by": pair.read_by}
        rows.add_assignment(log, "r", document, local_now(), pair.signs_as, mine=True)
    refused(other, passed_on(program, sent, pair, post / "on.attune"), "sent on")


@pytest.mark.parametrize(
    "tables", [("responses", "consents", "measures", "ratings", "scores"), ("ratings", "scores")]
)
def test_nobody_says_anything_of_an_answer_that_somebody_else_gave(
    program, trainee, post, tmp_path, monkeypatch, tables
):
    asked, out = program.give_out(post, forms={"A": ["marcus-nodding"]})
    trainee.begin(out, "T1")
    (theirs,) = trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    other = Trainee(Home(tmp_path / "other"))
    other.begin(out, "T2")
    (own,) = other.answer(asked)

    def forged(*words: object) -> Path:
        file = extract(*words)
        with closing(sqlite3.connect(file)) as log, log:
            for (name,) in log.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                log.execute(f'DROP TRIGGER "{name}"')
            for table in tables:
                column = "id" if table == "responses" else "response_id"
                log.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (theirs, own))
        return file

    monkeypatch.setattr(submit, "extract", forged)
    sent = other.submit(asked, post / "2.attune").path
    refused(program, sent, "an answer that somebody else gave")


def test_the_same_code_from_another_key_is_told_until_the_backup_brings_the_key(
    program, trainee, post, tmp_path
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    backup(trainee.home, tmp_path / "kept.attune")

    stranger = Trainee(Home(tmp_path / "stranger"))
    stranger.begin(out, "T1")
    stranger.answer(asked, 1)
    refused(program, stranger.submit(asked, post / "2.attune").path, "another key than before")

    laptop = Trainee(Home(tmp_path / "laptop"), trainee.person_id)
    with laptop.log() as log:
        own_pair(log)  # it had keys of its own before
    restore(laptop.home, tmp_path / "kept.attune")
    laptop.code = "T1"
    given = laptop.answer(asked, 1)
    done = program.receive(laptop.submit(asked, post / "3.attune").path)
    assert (done.new, done.added) == (True, 1)
    assert sounds_of(program, given) == sounds_of(laptop, given)


def test_somebody_who_gives_another_code_is_told(program, trainee, post):
    first, out = program.give_out(post / "first.attune")
    trainee.begin(out, "T1")
    trainee.answer(first, 1)
    program.receive(trainee.submit(first, post / "1.attune").path)
    second, out = program.give_out(post / "second.attune", after=first.id, occasion="after")
    trainee.begin(out, "T2")
    trainee.answer(second, 1)
    refused(program, trainee.submit(second, post / "2.attune").path, "but not as T2")


def test_a_submission_may_not_be_by_one_of_the_programs_own_people(program, trainee, post):
    asked, out = program.give_out(post)
    supervisor = made.person("the supervisor")
    with program.log() as log:
        people.add_person(log, supervisor)
    with trainee.log() as log:
        people.add_person(log, supervisor)
    trainee.person_id = supervisor.id
    trainee.begin(out, "T1")
    trainee.answer(asked)
    refused(program, trainee.submit(asked, post).path, "by somebody who is known here")


def test_a_member_that_was_changed_is_refused_whole(program, trainee, post, tmp_path):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    with program.log() as log:
        reads, pair = [own_pair(log).reads], own_pair(log)
    plain = tmp_path / "plain"
    with sent.open("rb") as file, envelope.opened(file, sent, reads, None) as inside:
        data = bytearray(inside.read())
    data[-2000] ^= 1
    plain.write_bytes(data)
    envelope.close_to(plain, post / "changed.attune", [pair.read_by])
    refused(program, post / "changed.attune", "damaged")


def test_a_backup_is_no_submission(program, trainee, post):
    _, out = program.give_out(post)
    trainee.begin(out, "T1")
    backup(trainee.home, post / "kept.attune")
    refused(program, post / "kept.attune", "kind 'backup'")
    assert bundle.SUFFIX == ".attune"
