"""A code is one of an assignment: trainees with several codes, and codes that became free."""

from pathlib import Path

import pytest

from tests.app.test_whose import ONE_FORM, decide, doubt
from tests.app.travelled import Program, Rater, Trainee, refused
from trainer.app import own_code, whose
from trainer.app.arrivals import as_line, take_in, what
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview
from trainer.app.consent import state_for_all
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.app.travelling import unheard
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.store import people

OTHER_FORM = {"forms": {"A": ["ruth-corrected-letter", "tom-eleven-across"]}}


def sent(program: Program, trainee: Trainee, post: Path, code: str, **asked: object):
    """An assignment that a trainee takes on as ``code``, answered; with the file."""
    given, out = program.give_out(post, **asked)
    trainee.begin(out, code)
    trainee.answer(given)
    return given, trainee.submit(given, post).path


def codes(program: Program, asked: object) -> set[str]:
    """Under which codes something came for an assignment."""
    with program.log() as log:
        return {line.code for line in roster(log, asked.id).lines if sum(line.given)}


@pytest.mark.parametrize("mistyped_first", [True, False])
def test_ratings_reach_who_mistyped_a_code_for_one_of_two_assignments(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, mistyped_first: bool
) -> None:
    typed = ("T2", "T1") if mistyped_first else ("T1", "T2")
    first, path = sent(program, trainee, post, typed[0], **ONE_FORM)
    program.receive(path)
    if mistyped_first:
        with program.log() as log:
            (sender,) = whose.senders(log, "T2")
        decide(program, sender, "T1")
    second, path = sent(program, trainee, post, typed[1], title="Second", **OTHER_FORM)
    if not mistyped_first:
        decide(program, doubt(program, path), "T1")
    assert program.receive(path).code == "T1"
    rae = Rater(Home(tmp_path / "rae"), name="Rae")
    (share,) = program.share([first, second], [rae], post, per_response=1)
    rae.rate(rae.begin(share.path), rae.codes(share.share_id))
    program.receive(rae.send(share.share_id, post))
    for which in ([first], [second], [first, second]):
        (one,) = program.give_back(which, post, again=True).files
        assert (one.code, trainee.receive(one.path).notes) == ("T1", ())


def test_one_trainee_has_another_code_in_another_course(
    program: Program, trainee: Trainee, post: Path
) -> None:
    first, path = sent(program, trainee, post, "T2", **ONE_FORM)
    program.receive(path)
    with program.log() as log:
        (sender,) = whose.senders(log, "T2")
    decide(program, sender, "T1")
    other = {"title": "Other course", "codes": ("S1", "S2"), **OTHER_FORM}
    second, path = sent(program, trainee, post, "S1", **other)
    assert program.receive(path).code == "S1"
    assert (codes(program, first), codes(program, second)) == ({"T1"}, {"S1"})
    with program.log() as log:
        (sender,) = whose.senders(log, "S1")
        assert set(whose.codes_for(log, whose.decision(sender, ""))) == {"T1", "T2", "T3", "S1",
                                                                         "S2"}  # fmt: skip
    assert decide(program, sender, "S2")[0] == "2 responses to Other course, sent as S1, are S2's."
    assert (codes(program, first), codes(program, second)) == ({"T1"}, {"S2"})
    with pytest.raises(KnownError, match="X9 is not among the trainees of Autumn course, Other"):
        decide(program, sender, "X9")


def test_a_code_that_was_put_right_is_free_for_whose_it_is(
    program: Program, trainee: Trainee, post: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T2")
    with trainee.log() as log:
        own_code.put_right(log, asked.id, trainee.person_id, "T1")
    beside = Trainee(trainee.home)
    assert beside.begin(out, "T2") == asked
    with pytest.raises(KnownError, match="Somebody else has taken this assignment on as T1"):
        Trainee(trainee.home).begin(out, "T1")


def test_what_is_taken_back_is_heeded_while_it_is_asked_whose_a_file_is(
    program: Program, trainee: Trainee, post: Path
) -> None:
    asked, path = sent(program, trainee, post, "T2", **ONE_FORM)
    program.receive(path)
    with trainee.log() as log:
        own_code.put_right(log, asked.id, trainee.person_id, "T1")
        state_for_all(log, trainee.person_id, Consent("practice", 0))
    again = trainee.submit(asked, post).path
    with pytest.raises(whose.InDoubt, match="takes back of 2 of the answers here was kept"):
        program.receive(again)
    with program.log() as log:
        assert overview(log, asked.id).responses == 0
        (sender,) = whose.senders(log, "T2")
    # Set aside, a file that was here before is told as what it is.
    decide(program, sender, whose.NOBODY)
    with program.log() as log:
        (one,) = take_in(program.home, log, [path], lambda _done, _of: unheard(0))
    assert what(one).startswith("2 responses, 0 of them new; it was taken in before")
    assert as_line(one).startswith(f"{path.name}: Autumn course: 2 responses, 0 of them new; it")


def test_two_keys_for_a_code_that_two_laptops_took_in_are_told_when_they_are_merged(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    laptop, other = Program(Home(tmp_path / "laptop")), Trainee(Home(tmp_path / "other"))
    restore(laptop.home, backup(program.home, post / "1.attune").path)
    for desk, whom in ((program, trainee), (laptop, other)):
        whom.begin(out, "T1")
        whom.answer(asked, 1)
        desk.receive(whom.submit(asked, post / f"{desk.home.folder.name}.attune").path)
    restore(program.home, backup(laptop.home, post / "2.attune").path)

    def told() -> list[str]:
        with program.log() as log:
            return [one for line in roster(log, asked.id).lines for one in line.problems]

    assert [one for one in told() if "files of 2 keys are T1's" in one]
    with program.log() as log:  # whatever they are called
        for number, whom in enumerate((trainee, other)):
            people.rename(log, whom.person_id, f"Name {number}")
    with pytest.raises(KnownError, match="Several people are called 'T1'") as several:
        forget_for_good(program.home, Choice(person="T1"), lambda _toll: True)
    assert f"Name 0 ({trainee.person_id})" in several.value.hint
    with other.log() as log:
        heard = own_fingerprint(log, other.person_id)
    with program.log() as log:
        sender = whose.one_sender(log, "T1", heard)
    decide(program, sender, "T2")
    assert told() == []


def test_who_was_decided_of_before_anything_came_is_forgotten_too(program, trainee, post, tmp_path):
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    sent, decided = {}, {}
    for name, code in (("new laptop", "T1"), ("stranger", whose.NOBODY), ("late", whose.NOBODY)):
        other = Trainee(Home(tmp_path / name))
        other.begin(out, "T1")
        other.answer(asked)
        sent[name] = other.submit(asked, post / f"{name}.attune").path
        decided[name] = found = doubt(program, sent[name])
        decide(program, found, code, heard=found.fingerprint, both=True)

    def kept() -> set[str]:
        with program.log() as log:
            return {row["person_id"] for row in log.rows("SELECT person_id FROM decided")}

    # Whose files are T1's by decision goes with T1, whoever else is named by what is known of them.
    assert kept() == {one.person_id for one in decided.values()}
    before = backup(program.home, post / "before.attune").path
    gone: list[str] = []
    forget_for_good(program.home, Choice(person="T1"), lambda toll: not gone.extend(toll.people))
    key = decided["new laptop"].fingerprint
    assert sorted(gone) == ["T1", f"whose file was not taken in (key {key})"]
    assert kept() == {decided["stranger"].person_id, decided["late"].person_id}
    for named in (decided["stranger"].fingerprint, decided["late"].person_id):
        assert forget_for_good(program.home, Choice(person=named), lambda _toll: True).left == ()
    assert kept() == set()
    # Nor does a backup bring it back, or the file itself.
    restore(program.home, before)
    assert kept() == set()
    refused(program, sent["late"], "was forgotten here, and stays away")


def test_of_who_was_forgotten_it_is_not_asked_again_whose_a_file_is(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    stranger = Trainee(Home(tmp_path / "stranger"))
    stranger.begin(out, "T1")
    stranger.answer(asked)
    sent = stranger.submit(asked, post / "2.attune").path
    decide(program, doubt(program, sent), whose.NOBODY)
    before = backup(program.home, post / "before.attune").path
    choice = Choice(person=stranger.person_id)
    forget_for_good(program.home, choice, lambda _toll: True)
    refused(program, sent, "was forgotten here, and stays away")
    # Brought back with what was decided, it is known as that again.
    restore(program.home, before, forgotten=True)
    assert doubt(program, sent).why == whose.NOBODYS
