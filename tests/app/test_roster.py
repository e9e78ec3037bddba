"""Who has given what: told by code from what came back, also of a large cohort at once."""

import time
from dataclasses import replace
from datetime import timedelta

from tests.app.travelled import FORMS, Trainee
from tests.store import made
from trainer.app import assign
from trainer.app.paths import Home
from trainer.app.roster import COMPLETE, NOTHING, PARTLY, as_json, roster
from trainer.domain import assignment as rules
from trainer.domain.ids import local_now, new_id
from trainer.domain.submission import Submission
from trainer.store import assignments as rows
from trainer.store import people


def test_who_has_given_what_is_told_by_code(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "one.attune").path)
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post / "two.attune").path)
    other = Trainee(Home(post / "other"))
    other.begin(out, "T2")
    other.answer(asked, 1)
    program.receive(other.submit(asked, post / "three.attune").path)
    with program.log() as log:
        found = roster(log, asked.id)
    one, two, three = found.lines
    assert [line.code for line in found.lines] == ["T1", "T2", "T3"]
    assert [line.state for line in found.lines] == [COMPLETE, PARTLY, NOTHING]
    assert (one.given, one.files, one.missing) == ((2, 1), 2, ())
    assert two.asked == rules.vignettes_for(asked, "T2")
    assert two.missing == (two.asked[1].vignette,)
    assert (three.files, three.last, three.missing) == (0, None, tuple(FORMS[three.form]))
    assert (found.responses, found.late, found.troubled) == (4, 0, 0)
    first, second = (v.vignette for v in one.asked)
    assert as_json(found)["lines"][0]["given"] == {first: 2, second: 1}


def test_what_is_late_strange_twice_or_lost_is_told(program, trainee, post):
    asked, out = program.give_out(post, due_at=local_now() - timedelta(days=1), attempts=1)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    trainee.answer(asked, 1)
    sent = trainee.submit(asked, post).path
    done = program.receive(sent)
    assert done.late
    with program.log() as log:
        # The forms are others since: one client less, and the other in another version.
        forms = tuple(
            replace(one, vignettes=(replace(one.vignettes[1], vignette_version=9),))
            for one in asked.forms
        )
        assign.give_out(log, replace(asked, forms=forms), post / "anew.attune")
        who, key = log.row("SELECT person_id, signed_by FROM submissions").values()
        lost = Submission(new_id(), asked.id, "T1", who, key, False, local_now(), ("left-out",))
        rows.add_submission(log, lost)
        found = roster(log, asked.id)
    line = found.lines[0]
    first, second = FORMS[line.form]
    version = asked.forms["AB".index(line.form)].vignettes[1].vignette_version
    assert set(line.problems) == {
        f"{first} is not in this trainee's form",
        f"{second} is version {version}, asked was 9",
        f"{first} was answered 2 times, asked was once",
        "1 recording was missing or altered, and was left out",
    }
    assert (line.late, found.late, found.troubled, line.files) == (True, 1, 1, 2)


def test_five_hundred_trainees_with_sixteen_responses_take_a_moment(program, post):
    codes = [f"T{number:03}" for number in range(500)]
    clients = ["marcus-nodding", "eli-bike-racks", "ruth-corrected-letter", "tom-eleven-across"]
    asked, _ = program.give_out(post, codes=codes, forms={"A": clients}, order="shuffled")
    with program.log() as log:
        log.db.conn.execute("PRAGMA foreign_keys = OFF")  # of a response only what it answers
        with log.atomic():
            for code in codes:
                _answered(log, asked, code)
        began = time.process_time()
        found = roster(log, asked.id)
        took = time.process_time() - began
    assert found.count(COMPLETE) == 500
    assert found.responses == 8000
    assert took < 1


def _answered(log, asked, code):
    person = made.person(code)
    people.add_person(log, person)
    ids = [new_id() for _ in range(16)]
    for at, one in enumerate(ids):
        ref = asked.forms[0].vignettes[at % 4]
        log.insert("responses", {
            "id": one, "person_id": person.id, "session_id": "s", "pack": ref.pack,
            "pack_version": ref.pack_version, "vignette": ref.vignette,
            "vignette_version": ref.vignette_version, "turn": "t1", "attempt": 1, "position": at,
            "started_at": "2026-11-26T09:00:00.000000Z", "started_offset": 0, "ended_by": "person",
            "recording_id": one, "change_tried": "",
        })  # fmt: skip
    rows.add_submission(log, Submission(
        new_id(), asked.id, code, person.id, "k", False, local_now(), tuple(ids)
    ))  # fmt: skip
