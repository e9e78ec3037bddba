"""Assignments out, responses back: between data folders that share nothing but files."""

import os
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import library, refused, sounds_of
from tests.store import made
from trainer.app import assign
from trainer.app import submit as submitting
from trainer.app.assigned import assigned
from trainer.app.forget import Choice, forget_for_good
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange import envelope
from trainer.exchange.bundle import open_bundle
from trainer.store import assignments as rows
from trainer.store import consents
from trainer.store.responses import find_response, response


def test_what_is_asked_comes_back_and_is_what_was_said(program, trainee, post):
    asked, out = program.give_out(post)
    assert out.name == "Autumn course before.attune"
    assert trainee.begin(out, "T1") == asked
    given = trainee.answer(asked)
    sent = trainee.submit(asked, post)
    assert sent.path.name == "Autumn course before T1.attune"
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


def test_files_of_an_assignment_with_a_long_title_are_told_apart_by_code(program, trainee, post):
    asked, out = program.give_out(post, title="Repairing ruptures " * 6)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    assert trainee.submit(asked, post).path.name.endswith(" T1.attune")


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
    assert {one.name for one in post.iterdir()} == {out.name, "Autumn course before T1.attune"}
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
    one = trainee.submit(asked, post).path
    with pytest.raises(KnownError, match="sent already"):
        trainee.submit(asked, post / "none.attune")
    second = trainee.answer(asked, 1)
    two = trainee.submit(asked, post)
    assert list(two.responses) == second
    assert [path.name for path in (one, two.path)] == [
        "Autumn course before T1.attune", "Autumn course before T1 2.attune",
    ]  # fmt: skip
    every = trainee.submit(asked, post / "all.attune", again=True)
    assert sorted(every.responses) == sorted(first + second)
    # In whichever order they come.
    assert program.receive(two.path).added == 1
    assert program.receive(post / "all.attune").added == 1
    assert program.receive(one).added == 0


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
        program.give_out(out)
    with pytest.raises(KnownError, match="T1 and t1 differ in capital letters"):
        program.give_out(post, codes=("T1", "t1"))
    # Nobody chose a name in the folder: it is the next one that is free.
    _, other = program.give_out(post)
    assert (other.stem, out.read_bytes()) == (f"{out.stem} 2", text)
    # Some letters take four bytes, and a file's name may have 255 of them.
    _, long = program.give_out(post, title="\N{OLD ITALIC LETTER A}" * 90)
    assert long.stem == "\N{OLD ITALIC LETTER A}" * 40 + " before"


def test_files_of_two_occasions_are_told_apart_by_their_names(program, trainee, post):
    first, out = program.give_out(post)
    second, later = program.give_out(post, occasion="after", title="Autumn course" + " long" * 20)
    assert out.stem == "Autumn course before"
    assert (len(later.stem), later.stem[-6:]) == (81, " after")
    sent = []
    for asked, file in ((first, out), (second, later)):
        trainee.begin(file, "T1")
        trainee.answer(asked)
        sent.append(trainee.submit(asked, post).path.stem)
    assert (sent[0], sent[1].endswith(" after T1")) == ("Autumn course before T1", True)
    for title, occasion, stem in (
        ("Course after", "After", "Course after"),
        ("U\N{COMBINING DIAERESIS}bung: eins", "", "Übung- eins"),
        ("Aux", "", "attune Aux"),  # which Windows takes for a device
        ("नमस्ते", "पहले", "नमस्ते पहले"),
    ):
        assert program.give_out(post, title=title, occasion=occasion)[1].stem == stem


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

    def hostile(log, ids, name, folder, *whose):
        path = extract(log, ids, name, folder, *whose)
        connection = sqlite3.connect(path)
        connection.executescript(statement)
        connection.close()
        return path

    extract = submitting.extract
    monkeypatch.setattr(submitting, "extract", hostile)
    sent = trainee.submit(asked, post).path
    refused(program, sent, said)


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


def test_consent_that_is_taken_back_or_given_later_reaches_the_program(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    first, second = trainee.answer(asked)
    sent = trainee.submit(asked, post / "one.attune").path

    def say(use: str, *ids: str) -> Path:
        """At the trainee's; with what is sent for it, which is small."""
        with trainee.log() as log:
            consents.state(log, ids, Consent(use, 0), local_now())
            (shown,) = assigned(log, library(), trainee.person_id)
            assert shown.to_send == len(ids)
        done = trainee.submit(asked, post / f"{use} {len(ids)}.attune")
        assert (done.responses, done.said, done.withheld) == ((), len(ids), 0)
        with pytest.raises(KnownError, match="sent already"):
            trainee.submit(asked, post / "none.attune")
        return done.path

    def held() -> frozenset[str]:
        with program.log() as log:
            return consents.held_back(log, (first, second))

    back = say("practice", first)
    done = program.receive(back)  # it comes before what it is about
    assert (done.new, done.responses, done.notes) == (True, 0, ())
    assert program.receive(sent).notes == (
        "of what was sent, 1 may not be rated any more: in no share and no figure from now on",
    )
    assert held() == {first}
    program.receive(say("practice", first, second))
    assert held() == {first, second}
    agreed = say("research", first, second)
    assert program.receive(agreed).notes == ("of what was sent, 2 may be rated from now on",)
    assert (held(), program.receive(agreed).new) == (frozenset(), False)
    every = trainee.submit(asked, post / "all.attune", again=True)
    assert sorted(every.responses) == sorted((first, second))
    assert program.receive(every.path).notes == ()
