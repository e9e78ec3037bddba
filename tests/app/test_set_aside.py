"""What is set aside as nobody's, and a trainee's new key, in the figures of the whole log."""

from pathlib import Path

import pytest

from tests.app.test_whose import ONE_FORM, decide, doubt, exported
from tests.app.travelled import Program, Rater, Trainee, copied, library
from trainer.app import (
    calibration,
    calibration_state,
    consensus,
    logbook,
    queue,
    references,
    reliability_log,
    rounds,
    trainee_material,
    whose,
)
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.research import export
from trainer.app.research_codes import Codes
from trainer.domain.assignment import Assignment
from trainer.domain.consensus import grounds
from trainer.domain.errors import KnownError
from trainer.domain.rating import SELF, SUPERVISOR
from trainer.domain.reference import HIDDEN
from trainer.store import judged, ratings


def rated(program: Program, asked: list[Assignment], post: Path, *names: str) -> None:
    """These raters have each rated everything that came, and it came back."""
    raters = [Rater(Home(post / name), name=name) for name in names]
    for rater, share in zip(raters, program.share(asked, raters, post, len(names)), strict=True):
        of = rater.begin(share.path)
        rater.rate(of, [one.response_id for one in of.places if not one.reference])
        program.receive(rater.send(share.share_id, post / f"{rater.name}.attune"))


def counted(program: Program, asked: Assignment, out: Path) -> tuple[object, ...]:
    """On how many responses each figure of the whole log rests; whose reports can be written."""
    with program.log() as log:
        (use,) = reliability_log.rated(log, library())
        marks = reliability_log.of_log(log, asked.rubric).marks
        agenda = consensus.agenda(log, program.home, library(), "")
        people = [one.name for one in trainee_material.trainees(log, "")]
        material = trainee_material.read_material(
            log, program.home, library(), trainee_material.find_trainee(log, "T1")
        )
    return (
        use.responses, len({one.response for one in marks}),
        len(agenda.to_open), agenda.single, people, len({one.response for one in material.marks}),
        logbook.export(program.home, out, long=False),
    )  # fmt: skip


def test_what_is_nobodys_is_in_no_figure_of_the_log_until_it_is_somebodys_again(
    program, post, tmp_path
):
    asked, out = program.give_out(post, **ONE_FORM)
    for code in ("T1", "T2"):
        trainee = Trainee(Home(tmp_path / code))
        trainee.begin(out, code)
        trainee.answer(asked, 1)
        program.receive(trainee.submit(asked, post / f"{code}.attune").path)
    rated(program, [asked], post, "Rae", "Bob")
    table = post / "log.csv"
    every = (2, 2, 2, 0, ["T1", "T2"], 2, 2)
    assert counted(program, asked, table) == every
    with program.log() as log:
        (sender,) = whose.senders(log, "T2")
        (response,) = judged.rated_of(log, trainee.person_id)
    assert response in table.read_text("utf-8")

    decide(program, sender, whose.NOBODY)
    assert counted(program, asked, table) == (1, 1, 1, 0, ["T1"], 1, 1)
    assert response not in table.read_text("utf-8")
    with program.log() as log:
        said = reliability_log.of_log(log, asked.rubric).notes
        with pytest.raises(KnownError) as caught:
            trainee_material.find_trainee(log, "T2")
        with pytest.raises(KnownError, match="No response of this person"):
            trainee_material.read_material(log, program.home, library(), trainee.person_id)
    assert said[0] == "1 response is left out: it was set aside as nobody's."
    assert caught.value.hint == "Rated so far: T1. What is set aside as nobody's does not count."

    decide(program, sender, "T2")
    assert counted(program, asked, table) == every


def test_a_trainee_with_a_new_key_is_one_trainee_in_the_tables_of_the_log(
    program, trainee, post, tmp_path
):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    second, out = program.give_out(post, title="Second", after=asked.id, codes=(), **ONE_FORM)
    laptop = Trainee(Home(tmp_path / "laptop"))
    laptop.begin(out, "T1")
    laptop.answer(second, 1)
    sent = laptop.submit(second, post / "2.attune").path
    with laptop.log() as log:
        hers = own_fingerprint(log, laptop.person_id)
    sender = doubt(program, sent)
    decide(program, sender, "T1", heard=hers)
    program.receive(sent)
    rated(program, [asked, second], post, "Rae")
    with program.log() as log:
        source = reliability_log.of_log(log, asked.rubric)
    found = source.marks
    given = [one for one in found if one.role == SUPERVISOR]
    assert len({one.response for one in given}) == 2
    assert {one.trainee for one in found} == {trainee.person_id}
    # She is one, too, as the rater of her own answers, and is called by one name.
    assert {one.rater for one in found if one.role == SELF} == {trainee.person_id}
    assert sorted(source.names.values()) == ["Rae", "T1"]
    # Of what one rater alone has rated, it is told how much waits for a second one.
    with program.log() as log:
        assert consensus.agenda(log, program.home, library(), "").single == 2
    decide(program, sender, whose.NOBODY)
    with program.log() as log:
        assert consensus.agenda(log, program.home, library(), "").single == 1


def test_what_is_nobodys_under_one_of_a_persons_keys_is_not_exported_with_the_others(
    program, trainee, post, tmp_path
):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    copy = copied(trainee, tmp_path / "copy")
    given = trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    (strange,) = copy.answer(asked, 1)
    sent = copy.submit(asked, post / "2.attune").path
    with copy.log() as log:
        hers = own_fingerprint(log, copy.person_id)
    sender = doubt(program, sent)
    decide(program, sender, "T1", heard=hers, both=True)
    program.receive(sent)
    assert exported(program, post / "every") == ["T1"] * 3

    decide(program, sender, whose.NOBODY)
    with program.log() as log:
        done = export(program.home, log, post / "hers", library=library(), use="rating")
        known = Codes(log)
    assert (done.responses, done.set_aside) == (2, 1)
    table = (post / "hers" / "responses.csv").read_text("utf-8-sig")
    assert [known.response(one) in table for one in (*given, strange)] == [True, True, False]


def test_what_is_nobodys_is_no_reference_and_is_not_rated_and_the_log_says_so(
    program, trainee, post
):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    first, second = trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    rated(program, [asked], post, "Rae", "Bob")
    rubric = library().rubric("alliance-skills")
    chosen = consensus.Draft({"warmth": 3.0, "repair": 2.0, "metacommunication": None})
    with program.log() as log:
        every = queue.own(log, program.home, library(), "me")
        begun = rounds.begin(log, "me", "Live", rubric, every).value
        for one in (first, second):
            seen = grounds(ratings.standing(ratings.ratings_of(log, one)), asked.rubric)
            consensus.lock(log, rubric, one, chosen, [each.id for each in seen])
        made = references.adoptable(log, rubric)
        why = {item.id: "why" for item in rubric.items}
        references.adopt_as_reference(log, rubric, made[0], "cleo", HIDDEN, why)
        (sender,) = whose.senders(log, "T1")
    assert any("no reference to rate by" in o for o in decide(program, sender, whose.NOBODY))
    with program.log() as log:
        assert references.own_references(log, rubric) == ()
        assert references.adoptable(log, rubric) == ()
        with pytest.raises(KnownError, match="was set aside as nobody's"):
            references.adopt_as_reference(log, rubric, made[1], "cleo", HIDDEN, why)
        (own,) = calibration_state.look(log, library(), rubric, "cleo").own
        assert own.set_aside
        assert rounds.pace(log, begun).of == 0
        assert calibration.waiting(log, library(), rubric, "you").count == 0
    rows = logbook.rows(program.home, 9, None)
    assert [row["set_aside"] for row in rows] == [True, True]
    assert all(line.endswith("  set aside as nobody's") for line in logbook.as_lines(rows))
    shown = logbook.show(program.home, first)
    assert shown["set_aside"]
    assert "set aside as nobody's" in logbook.show_lines(shown)

    decide(program, sender, "T1")
    with program.log() as log:
        assert len(references.own_references(log, rubric)) == 1
        (own,) = calibration_state.look(log, library(), rubric, "cleo").own
        assert not own.set_aside
        assert rounds.pace(log, begun).of == 2
    assert not logbook.show(program.home, first)["set_aside"]
