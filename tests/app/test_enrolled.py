"""Names behind codes: read as they are typed, kept here alone, corrected, forgotten."""

import pytest

from tests.store import made
from trainer.app import assign
from trainer.app.backup import automatic, backup
from trainer.app.enrolled import names, read_trainees, rename
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.domain.assignment import CODE
from trainer.domain.errors import KnownError
from trainer.exchange.bundle import open_bundle
from trainer.store import drafts, enrolled, people


def test_codes_and_names_are_read_as_people_paste_them():
    found = read_trainees(["T1", "", "T2,Anna Berg", "T3\tŽ. Ōe", "T4 = Li; Wei"], {})
    assert found.codes == ("T1", "T2", "T3", "T4")
    assert found.names == {"T2": "Anna Berg", "T3": "Ž. Ōe", "T4": "Li; Wei"}
    assert (found.problems, found.doubtful) == ((), ())


def test_a_name_alone_gets_a_code_that_tells_nothing_and_keeps_it_the_next_time():
    found = read_trainees(["Berg, Anna", "Tom", "T7=Ruth"], {}, by_name=True)
    assert [found.names[code] for code in found.codes] == ["Berg, Anna", "Tom", "Ruth"]
    assert found.codes[2] == "T7"
    assert found.drawn == set(found.codes[:2])
    assert all(CODE.fullmatch(code) and len(code) == 6 for code in found.drawn)
    assert read_trainees(["=Tom"], found.names).codes == (found.codes[1],)
    assert read_trainees(["Tom"], {}).doubtful == ("Tom",)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["T1", "T 2"], "Line 2: 'T 2' is no code"),
        (["T1", "", "T1"], "Line 3: the code T1 was there in line 1"),
        (["=Anna", "=Anna"], "Line 2: Anna is there twice"),
        (["A1", "=Anna"], "Line 2: Anna is A1, who was there in line 1"),
        (["A1=Bob"], "Line 1: A1 is Anna here; a code stays one person's"),
        (["=Ben"], "Line 1: Ben is behind several codes"),
        (["T1=" + "x" * 121], "Line 1: the name has more than 120 letters"),
    ],
)
def test_what_is_wrong_is_said_by_line(lines: list[str], said: str) -> None:
    known = {"A1": "Anna", "B1": "Ben", "B2": "Ben"}
    known = {} if "twice" in said else known
    (problem,) = read_trainees(lines, known).problems
    assert problem.startswith(said)


def test_a_name_stays_here_and_can_be_corrected(program, trainee, post):
    asked, _ = program.give_out(post / "none.attune")
    with program.log() as log:
        out = assign.give_out(log, asked, post / "out.attune", {"T1": "Anna Berg"})
        assert [line.name for line in roster(log, asked.id).lines] == ["Anna Berg", "", ""]
    with open_bundle(out, "assignment") as found:
        assert "Anna" not in str(found.manifest)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    with program.log() as log:
        rename(log, "T1", " Anna Berge ")
        assert roster(log, asked.id).lines[0].name == "Anna Berge"
        assert log.rows("SELECT name FROM people") == [{"name": "T1"}]
        with pytest.raises(KnownError, match="too long"):
            rename(log, "T1", "x" * 121)
        rename(log, "T1", "")
        assert names(log) == {}


@pytest.mark.parametrize("answered", [True, False])
def test_who_is_forgotten_leaves_no_name_behind(program, trainee, post, tmp_path, answered):
    asked, _ = program.give_out(post / "none.attune")
    with program.log() as log:
        who = {"T1": "Anna Berg", "T2": "Tom Field"}
        out = assign.give_out(log, asked, post / "out.attune", who)
        drafts.save_draft(log, drafts.ENROLLING, {"trainees": "T1 = Anna Berg"})
    if answered:
        trainee.begin(out, "T1")
        trainee.answer(asked)
        program.receive(trainee.submit(asked, post).path)
    kept = tmp_path / "kept.attune"
    backup(program.home, kept)
    automatic(program.home)

    done = forget_for_good(program.home, Choice(person="Anna Berg"), bool)
    assert (done.done, done.left) == (True, ())
    assert "Anna Berg (T1)" in done.toll.people
    for path in program.home.folder.rglob("*"):
        assert not path.is_file() or b"Anna Berg" not in path.read_bytes(), path
    with program.log() as log:
        assert names(log) == {"T2": "Tom Field"}
        assert drafts.draft(log, drafts.ENROLLING) is None
    restore(program.home, kept)
    with program.log() as log:
        assert names(log) == {"T2": "Tom Field"}
        enrolled.keep_names(log, {"T1": "Ann Other"})
    restore(program.home, kept)  # what is here stays
    with program.log() as log:
        assert names(log)["T1"] == "Ann Other"


def test_of_two_with_one_name_nobody_is_forgotten_by_it(program, post):
    with program.log() as log:
        people.add_person(log, made.person("Anna"))
        enrolled.keep_names(log, {"T1": "Anna", "T2": "Tom", "T3": "Tom"})
    for name in ("Anna", "Tom"):
        with pytest.raises(KnownError, match=f"Several people are called '{name}'"):
            forget_for_good(program.home, Choice(person=name), bool)
    assert forget_for_good(program.home, Choice(person="T3"), bool).done
    with program.log() as log:
        assert names(log) == {"T1": "Anna", "T2": "Tom"}


def test_a_trainee_whose_name_was_changed_is_forgotten_by_code(program, trainee, post):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    with program.log() as log:
        (person_id,) = enrolled.people_of(log, "T1")
        people.rename(log, person_id, "Anna Berg")
    done = forget_for_good(program.home, Choice(person="T1"), bool)
    assert (done.done, done.toll.people) == (True, ("Anna Berg",))
    with program.log() as log:
        assert enrolled.people_of(log, "T1") == ()
