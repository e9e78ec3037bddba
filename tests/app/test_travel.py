"""Assignments out, responses back: between data folders that share nothing but files."""

import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee, sounds_of
from tests.store import made
from trainer.app import assign
from trainer.app import submit as submitting
from trainer.app.backup import backup
from trainer.app.forget import Choice, forget_for_good
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.assignment import as_document
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange import bundle, envelope
from trainer.exchange.bundle import open_bundle
from trainer.store import assignments as rows
from trainer.store import people
from trainer.store.responses import find_response, response


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


@pytest.fixture
def trainee(tmp_path: Path) -> Trainee:
    return Trainee(Home(tmp_path / "trainee Таня"))


@pytest.fixture
def post(tmp_path: Path) -> Path:
    place = tmp_path / "post"
    place.mkdir()
    return place


def refused(desk, path: Path, said: str) -> None:
    """Nothing of it is kept, and a sentence says why."""

    def all_of_it() -> list[tuple[str, bytes]]:
        with desk.log() as log:
            log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return [
            (one.as_posix(), one.read_bytes())
            for one in sorted(desk.home.folder.rglob("*"))
            if one.is_file() and one.suffix not in (".lock", ".db-shm", ".db-wal")
        ]

    before = all_of_it()
    with pytest.raises(KnownError, match=said):
        desk.receive(path)
    assert all_of_it() == before


def test_what_is_asked_comes_back_and_is_what_was_said(program, trainee, post):
    asked, out = program.give_out(post)
    assert out.name == "Autumn course.attune"
    assert trainee.begin(out, "T1") == asked
    given = trainee.answer(asked)
    sent = trainee.submit(asked, post)
    assert sent.path.name == "Autumn course T1.attune"
    assert list(sent.responses) == given
    done = program.receive(sent.path)
    assert (done.kind, done.new, done.code, done.responses, done.added) == (
        "submission", True, "T1", 2, 2,
    )  # fmt: skip
    assert done.notes == ()
    assert sounds_of(program, given) == sounds_of(trainee, given)
    with program.log() as log:
        one = response(log, given[0])
        assert one.vignette == asked.forms[0].vignettes[0] or asked.enrolled[0].form == "B"
        assert log.rows("SELECT name FROM people") == [{"name": "T1"}]
        assert log.row("SELECT COUNT(*) n FROM ratings WHERE role = 'self'") == {"n": 2}
        assert log.row("SELECT COUNT(*) n FROM measures") == {"n": 2}


def test_only_the_program_can_open_it_and_nothing_private_is_in_it(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T2")
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    assert b"Name of" not in sent.read_bytes()
    with pytest.raises(KnownError, match="for somebody else"):
        open_bundle(sent, "submission")
    done = program.receive(sent)
    with program.log() as log:
        everything = "\n".join(log.db.conn.iterdump())
    assert done.new
    assert "Name of" not in everything
    assert "my own business" not in everything
    assert "stay curious" not in everything


def test_what_is_not_encrypted_is_never_where_others_may_look(program, trainee, post, monkeypatch):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    left = trainee.home.folder / ".attune-travel-killed"
    left.mkdir()
    os.utime(left, (0, 0))
    seen = []
    close_to = envelope.close_to

    def looking(source, target, readers):
        seen.extend(post.iterdir())
        close_to(source, target, readers)

    monkeypatch.setattr(envelope, "close_to", looking)
    trainee.submit(asked, post)
    assert seen == [out]
    assert {one.name for one in post.iterdir()} == {out.name, "Autumn course T1.attune"}
    assert not list(trainee.home.folder.glob(".attune-*"))


def test_the_file_names_nobody_but_by_code(program, post):
    _, out = program.give_out(post)
    with open_bundle(out, "assignment") as found:
        assert found.signed_by == found.manifest.facts["assignment"]["signs_as"]


def test_taken_in_twice_nothing_changes(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    assert not trainee.receive(out).new
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    assert program.receive(sent).new
    again = program.receive(sent)
    assert (again.new, again.added, again.notes) == (
        False, 0, ("it was taken in before; nothing was changed",),
    )  # fmt: skip


def test_what_is_new_is_sent_alone_and_all_of_it_when_asked(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    first = trainee.answer(asked, 1)
    trainee.submit(asked, post / "one.attune")
    with pytest.raises(KnownError, match="sent already"):
        trainee.submit(asked, post / "none.attune")
    second = trainee.answer(asked, 1)
    assert list(trainee.submit(asked, post / "two.attune").responses) == second
    every = trainee.submit(asked, post / "all.attune", again=True)
    assert sorted(every.responses) == sorted(first + second)
    # In whichever order they come.
    assert program.receive(post / "two.attune").added == 1
    assert program.receive(post / "all.attune").added == 1
    assert program.receive(post / "one.attune").added == 0


def test_what_may_not_be_used_so_is_not_sent(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked, use="practice")
    with pytest.raises(KnownError, match="None of the 2 responses may be used"):
        trainee.submit(asked, post)
    agreed = trainee.answer(asked, 1)
    sent = trainee.submit(asked, post)
    assert (list(sent.responses), sent.withheld) == (agreed, 2)


def test_a_code_is_of_the_assignment_and_taken_once(program, trainee, post):
    _, out = program.give_out(post)
    with pytest.raises(KnownError, match="no T9 in this assignment"):
        trainee.begin(out, "T9")
    trainee.begin(out, "T1")
    with pytest.raises(KnownError, match="as T1, not as T2"):
        trainee.begin(out, "T2")


def test_late_is_told_or_refused_as_the_assignment_says(program, trainee, post):
    past = local_now() - timedelta(days=1)
    for late in ("marked", "refused"):
        asked, out = program.give_out(post / f"{late}.attune", due_at=past, late=late)
        trainee.begin(out, "T1")
        trainee.answer(asked, 1)
        sent = trainee.submit(asked, post / f"{late} T1.attune").path
        if late == "marked":
            assert program.receive(sent).late
        else:
            refused(program, sent, "after the due date")


def test_given_out_again_with_a_later_date_it_replaces(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    later = replace(asked, due_at=made.EVENING)
    with program.log() as log:
        assign.give_out(log, later, post / "later.attune")
    assert trainee.receive(post / "later.attune").new
    with trainee.log() as log:
        assert assign.came(log) == (later,)
        assert rows.taken_on(log, asked.id, trainee.person_id).code == "T1"
    assert not trainee.receive(out).new  # the old file does not bring the old date back


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


def test_for_the_second_occasion_each_has_the_other_form(program, trainee, post):
    first, out = program.give_out(post / "first.attune")
    trainee.begin(out, "T1")
    program_form = {one.code: one.form for one in first.enrolled}
    second, _ = program.give_out(post / "second.attune", after=first.id, occasion="after")
    assert {one.code: one.form for one in second.enrolled} == {
        code: "BA"["AB".index(form)] for code, form in program_form.items()
    }


def test_a_file_of_that_name_is_not_overwritten(program, trainee, post):
    _, out = program.give_out(post)
    text = out.read_bytes()
    with pytest.raises(KnownError, match="file of this name"):
        program.give_out(post)
    assert out.read_bytes() == text


@pytest.mark.parametrize(
    ("statement", "said"),
    [("INSERT INTO keys VALUES ('k', 'AGE-SECRET-KEY-1' || hex(zeroblob(29)),"
      " 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', '2026-11-26T09:00:00Z', 0)",
      "more than one trainee"),
     ("INSERT INTO people VALUES ('p2', 'Bert', '2026-11-26T09:00:00Z', 0)", "more than one"),
     ("DROP TRIGGER ratings_no_update; UPDATE ratings SET role = 'supervisor'", "by others"),
     ("DROP TRIGGER ratings_no_update; UPDATE ratings SET rater_id = 'x'", "by others"),
     ("DROP TRIGGER assigned_no_delete; DELETE FROM assigned", "other assignments"),
     ("INSERT INTO drafts VALUES ('k', '1', '2026-11-26T09:00:00Z')", "more than one trainee"),
     ("CREATE TRIGGER mine AFTER INSERT ON people BEGIN DELETE FROM drafts; END", "programs")],
)  # fmt: skip
def test_a_submission_may_hold_only_what_a_trainee_sends(
    program, trainee, post, monkeypatch, statement, said
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)

    def hostile(log, ids, name, folder):
        path = extract(log, ids, name, folder)
        connection = sqlite3.connect(path)
        connection.executescript(statement)
        connection.close()
        return path

    extract = submitting.extract
    monkeypatch.setattr(submitting, "extract", hostile)
    sent = trainee.submit(asked, post).path
    refused(program, sent, said)


def test_a_submission_may_not_be_by_one_of_the_programs_own_people(program, trainee, post):
    asked, out = program.give_out(post)
    supervisor = made.person("the supervisor")
    with program.log() as log:
        people.add_person(log, supervisor)
    trainee.begin(out, "T1")
    with trainee.log() as log:
        people.add_person(log, supervisor)
        assign.take_on(log, asked, supervisor.id, "T1")
    trainee.person_id = supervisor.id
    trainee.answer(asked)
    refused(program, trainee.submit(asked, post).path, "by somebody who is known here")


def test_another_version_of_a_client_is_told(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    form = next(one.form for one in asked.enrolled if one.code == "T1")
    newer = replace(
        asked,
        forms=tuple(
            replace(f, vignettes=tuple(replace(v, vignette_version=9) for v in f.vignettes))
            for f in asked.forms
            if f.name == form
        ),
        enrolled=tuple(one for one in asked.enrolled if one.form == form),
    )
    trainee.answer(newer, 1)
    done = program.receive(trainee.submit(asked, post).path)
    assert any("is version 9, asked was" in note for note in done.notes)


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


def test_who_was_forgotten_stays_away(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    first, second = trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    program.receive(sent)
    forget_for_good(program.home, Choice(response=first), lambda _toll: True)
    every = trainee.submit(asked, post / "again.attune", again=True).path
    done = program.receive(every)
    assert (done.responses, done.added) == (1, 0)
    with program.log() as log:
        assert first not in "\n".join(log.db.conn.iterdump())
        assert find_response(log, second) is not None
    forget_for_good(program.home, Choice(person="T1"), lambda _toll: True)
    with program.log() as log:
        for table in ("people", "submissions", "submitted", "assigned", "responses"):
            assert log.row(f"SELECT 1 FROM {table}") is None, table
    refused(program, sent, "T1 was forgotten here")


def test_a_backup_is_no_submission(program, trainee, post):
    _, out = program.give_out(post)
    trainee.begin(out, "T1")
    backup(trainee.home, post / "kept.attune")
    refused(program, post / "kept.attune", "kind 'backup'")
    assert bundle.SUFFIX == ".attune"
