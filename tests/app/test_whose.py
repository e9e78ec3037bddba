"""Whose what came is: a mistyped code, a trainee's new key, and what every reading makes of it."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.travelled import Program, Rater, Trainee, library, refused
from trainer.app import own_code, queue, whose
from trainer.app.assigned import assigned
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview, read_cohort
from trainer.app.cohort_letters import trainee_reports
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.research import export
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.app.whose import NOBODYS, OTHER_CODE, OTHER_KEY, InDoubt
from trainer.domain.errors import KnownError
from trainer.store import judged

ONE_FORM = {"forms": {"A": ["marcus-nodding", "eli-bike-racks"]}}


def doubt(program: Program, path: Path) -> InDoubt:
    """Nothing of it is taken in, and what is to be said of it."""
    refused(program, path, "Nothing was changed")
    with pytest.raises(InDoubt) as caught:
        program.receive(path)
    return caught.value


def decide(program: Program, of: object, code: str, **more: object) -> tuple[str, ...]:
    """Say whose what somebody sends is; what it does."""
    with program.log() as log:
        return whose.decide(log, replace(whose.decision(of, code), **more)).value.lines


def given(program: Program, asked: object) -> dict[str, tuple[int, ...]]:
    """Who has given what, in the table, and the same in the overview."""
    with program.log() as log:
        found = roster(log, asked.id)
        assert overview(log, asked.id).responses == found.responses
    return {line.code: line.given for line in found.lines}


def exported(program: Program, out: Path) -> list[str]:
    """Whose each response of an export is."""
    with program.log() as log:
        export(program.home, log, out, library=library(), use="rating")
    with (out / "responses.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted(row["trainee"] for row in csv.DictReader(file))


def test_what_came_under_anothers_code_is_put_right_in_every_reading(
    program, trainee, post, tmp_path
):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T2")  # and is T1
    mistyped = trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    other = Trainee(Home(tmp_path / "other"))
    other.begin(out, "T2")
    other.answer(asked, 1)
    held = other.submit(asked, post / "2.attune").path
    found = doubt(program, held)
    assert (found.why, found.code) == (OTHER_KEY, "T2")
    with program.log() as log:
        (sender,) = whose.senders(log, "T2")
        assert not whose.consequence(log, whose.decision(sender, "T1")).clashes
    assert decide(program, sender, "T1")[0] == (
        "2 responses to Autumn course, sent as T2, are T1's."
    )
    assert program.receive(held).code == "T2"
    assert given(program, asked) == {"T1": (1, 1), "T2": (1, 0), "T3": (0, 0)}
    with program.log() as log:
        line = roster(log, asked.id).lines[0]
    assert line.decided == ("2 responses came as T2 and are T1's, as you decided",)

    rae = Rater(Home(tmp_path / "rae"))
    (share,) = program.share([asked], [rae], post)
    of = rae.begin(share.path)
    rae.rate(of, [one.response_id for one in of.places if not one.reference], warmth=4.0)
    program.receive(rae.send(share.share_id, post / "rated.attune"))
    with program.log() as log:
        read = read_cohort(log, library(), asked.id).material
    assert sorted(one.code for one in read.responses) == ["T1", "T1", "T2"]
    assert exported(program, post / "export") == ["T1", "T1", "T2"]
    back = {one.code: one.path for one in program.give_back([asked], post).files}
    assert set(back) == {"T1", "T2"}
    assert trainee.receive(back["T1"]).responses == 2  # who knows herself as T2 still

    # The trainee puts it right as well, and writes all of it again.
    with trainee.log() as log:
        change = own_code.put_right(log, asked.id, trainee.person_id, "T1").value
        (card,) = assigned(log, library(), trainee.person_id)
    assert (change.sent, card.taken.code, card.to_send) == (True, "T1", 2)
    anew = trainee.submit(asked, post / "3.attune")
    assert (sorted(anew.responses), anew.path.name) == (sorted(mistyped), "3.attune")
    came = program.receive(anew.path)
    assert (came.code, came.responses, came.added) == ("T1", 2, 0)

    # To turn it back would put two people under one code.
    for more, said in (({}, "Both have answered the same"), ({"both": True}, "not compared yet")):
        with pytest.raises(KnownError, match=said):
            decide(program, sender, "T2", **more)
    decide(program, sender, whose.NOBODY)
    assert given(program, asked) == {"T1": (0, 0), "T2": (1, 0), "T3": (0, 0)}
    assert exported(program, post / "without") == ["T2"]
    with program.log() as log:
        to_rate = {one.response_id for one in queue.own(log, program.home, library(), "")}
    assert to_rate.isdisjoint(mistyped)
    decide(program, sender, "T1")
    with program.log() as log:
        to_rate = {one.response_id for one in queue.own(log, program.home, library(), "")}
    assert to_rate >= set(mistyped)

    # A backup carries the decisions, also into a log that has gone on without them.
    kept = backup(program.home, post / "kept.attune").path
    laptop = Program(Home(tmp_path / "laptop"))
    restore(laptop.home, kept)
    assert given(laptop, asked) == {"T1": (1, 1), "T2": (1, 0), "T3": (0, 0)}
    decide(laptop, sender, whose.NOBODY)
    restore(program.home, backup(laptop.home, post / "later.attune").path)
    assert given(program, asked) == {"T1": (0, 0), "T2": (1, 0), "T3": (0, 0)}


def test_a_trainee_with_a_new_key_is_known_again_once_the_fingerprints_were_compared(
    program, trainee, post, tmp_path
):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    laptop = Trainee(Home(tmp_path / "laptop"))
    laptop.begin(out, "T1")
    laptop.answer(asked)
    sent = laptop.submit(asked, post / "2.attune").path
    found = doubt(program, sent)
    with laptop.log() as log:
        hers = own_fingerprint(log, laptop.person_id)
    assert (found.why, hers in found.hint) == (OTHER_KEY, True)
    with program.log() as log:
        seen = whose.consequence(log, whose.decision(found, "T1"))
    assert seen.other_key
    assert seen.clashes == ("Autumn course: marcus-nodding",)  # the file is not taken in yet
    with pytest.raises(KnownError, match="Both have answered the same"):
        decide(program, found, "T1", heard=hers)
    for heard, said in (("", "not compared yet"), ("AAAA BBBB CCCC DDDD", "not what was read out")):
        with pytest.raises(KnownError, match=said):
            decide(program, found, "T1", heard=heard, both=True)
    decide(program, found, "T1", heard=hers.lower().replace("-", " "), both=True)
    assert program.receive(sent).notes == ()
    assert given(program, asked)["T1"] == (2, 1)
    with program.log() as log:
        (said,) = roster(log, asked.id).lines[0].decided
    assert said.startswith("2 senders count as T1, as you decided: keys ")
    assert hers in said
    assert exported(program, post / "export") == ["T1", "T1", "T1"]

    # Ratings go to where the answers are: what the new computer has, and what the old one had.
    rae = Rater(Home(tmp_path / "rae"))
    (share,) = program.share([asked], [rae], post)
    of = rae.begin(share.path)
    rae.rate(of, [one.response_id for one in of.places if not one.reference])
    program.receive(rae.send(share.share_id, post / "rated.attune"))
    with program.log() as log:  # and the letter to the trainee is about all of it
        assert judged.trainees(log) == {trainee.person_id: 3}
    letters = trainee_reports(program.home, asked.id, post, lambda *_: None)
    assert [type(one) for one in letters.values()] == [dict]
    # Also where all of an assignment came by the new key.
    second, out = program.give_out(post, title="Second", **ONE_FORM)
    laptop.begin(out, "T1")
    laptop.answer(second)
    program.receive(laptop.submit(second, post / "second.attune").path)
    letters = trainee_reports(program.home, second.id, tmp_path / "letters", lambda *_: None)
    assert [type(one) for one in letters.values()] == [dict]
    old, new = sorted(program.give_back([asked], post).files, key=lambda one: one.responses)
    assert (old.code, new.code, new.responses) == ("T1", "T1", 2)
    assert (laptop.receive(new.path).responses, trainee.receive(old.path).responses) == (2, 1)

    # Taken back, what came with the new key is nobody's, and no more of it comes in.
    decide(program, found, whose.NOBODY)
    assert given(program, asked)["T1"] == (1, 0)
    laptop.answer(asked, 1)
    again = laptop.submit(asked, post / "3.attune").path
    assert doubt(program, again).why == NOBODYS
    decide(program, found, "T1", heard=hers, both=True)
    program.receive(again)
    assert given(program, asked)["T1"] == (3, 1)

    # Who is forgotten by code is forgotten whole.
    forget_for_good(program.home, Choice(person="T1"), lambda toll: toll.answers == 6)
    assert given(program, asked)["T1"] == (0, 0)
    with program.log() as log:
        assert log.rows("SELECT 1 FROM decided") == []


def test_a_mistyped_code_is_put_right_before_and_after_it_was_sent(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    form = {line.code: line.form for line in asked.enrolled}
    twin = next(code for code in ("T2", "T3") if form[code] != form["T1"])
    with trainee.log() as log:
        with pytest.raises(KnownError, match="no trainee T9|T9"):
            own_code.put_right(log, asked.id, trainee.person_id, "T9")
        said = own_code.put_right(log, asked.id, trainee.person_id, twin).value
    assert said.lines == ("Nothing was sent yet, so the program sees the new code alone.",)
    trainee.code = twin
    trainee.answer(asked)
    first = program.receive(trainee.submit(asked, post / "1.attune").path)
    assert (first.code, first.notes) == (twin, ())
    with trainee.log() as log:
        said = own_code.put_right(log, asked.id, trainee.person_id, "T1").value
    assert "2 of the clients you have met are not among those of T1" in said.lines[0]
    sent = trainee.submit(asked, post / "2.attune").path
    found = doubt(program, sent)
    assert (found.why, found.known_as) == (OTHER_CODE, twin)
    assert f"The trainee says that {twin} was mistyped and T1 is theirs" in found.hint
    assert any("not in T1's form" in line for line in decide(program, found, "T1"))
    assert program.receive(sent).added == 0
    with program.log() as log:
        found = roster(log, asked.id)
    assert [sum(line.given) for line in found.lines] == [0, 0, 0]  # other clients than asked
    assert len(found.lines[0].problems) == 2
