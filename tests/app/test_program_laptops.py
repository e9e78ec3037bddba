"""What two laptops of a program know, joined; and files that come late, or to the wrong desk."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.test_whose import ONE_FORM
from tests.app.travelled import Program, Rater, Trainee
from trainer.app import own_code
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview
from trainer.app.consent import state_for_all
from trainer.app.kept_back import to_come
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.roster import roster
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now

PRACTICE = Consent("practice", 0)


@pytest.fixture
def laptop(program: Program, tmp_path: Path) -> Program:
    """The program's other laptop, which knows the program's keys."""
    program.give_out(tmp_path / "first.attune")
    one = Program(Home(tmp_path / "laptop"))
    restore(one.home, backup(program.home, tmp_path / "keys.attune").path)
    return one


def joined(one: Program, other: Program, place: Path) -> None:
    """Each takes in what the other knows."""
    kept = [backup(desk.home, place / f"{desk.home.folder.name}.attune").path
            for desk in (one, other)]  # fmt: skip
    restore(one.home, kept[1])
    restore(other.home, kept[0])


def test_consent_taken_back_on_the_one_is_heeded_where_the_answers_are(
    program: Program, laptop: Program, trainee: Trainee, post: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    restore(laptop.home, backup(program.home, post / "given.attune").path)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    answers = trainee.submit(asked, post / "1.attune").path
    with trainee.log() as log:
        state_for_all(log, trainee.person_id, PRACTICE)
    taken_back = trainee.submit(asked, post / "2.attune").path
    program.receive(answers)
    laptop.receive(taken_back)
    joined(program, laptop, post)
    for desk in (program, laptop):
        with desk.log() as log:
            assert overview(log, asked.id).responses == 0


def test_one_sender_under_two_codes_is_told(
    program: Program, laptop: Program, trainee: Trainee, post: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    restore(laptop.home, backup(program.home, post / "given.attune").path)
    trainee.begin(out, "T2")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    with trainee.log() as log:
        own_code.put_right(log, asked.id, trainee.person_id, "T1")
    laptop.receive(trainee.submit(asked, post / "2.attune").path)
    joined(program, laptop, post)
    with program.log() as log:
        told = {line.code: line.problems for line in roster(log, asked.id).lines}
    assert "the same sender sent as T2 too, and nobody decided whose it is" in told["T1"]


def test_what_comes_too_late_takes_consent_back_all_the_same(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = local_now() + timedelta(hours=1)
    asked, out = program.give_out(post, late="refused", due_at=due, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post / "1.attune").path)
    trainee.answer(asked)
    with trainee.log() as log:
        state_for_all(log, trainee.person_id, PRACTICE)
        state_for_all(log, trainee.person_id, Consent("rating", 0))
        state_for_all(log, trainee.person_id, PRACTICE)
    for module in ("submit", "receive"):
        monkeypatch.setattr(f"trainer.app.{module}.local_now", lambda: due + timedelta(hours=1))
    trainee.answer(asked)
    late = trainee.submit(asked, post / "2.attune").path
    with pytest.raises(KnownError, match="What it takes back of 1 of the answers here was kept"):
        program.receive(late)
    with program.log() as log:
        assert overview(log, asked.id).responses == 0


def test_who_rates_for_a_program_is_not_kept_from_its_test(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post, mode="test", **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    rae = Rater(Home(tmp_path / "rae"))
    (share,) = program.share([asked], [rae], post, per_response=1)
    rae.receive(out)  # it lies in the shared place as well
    with rae.log() as log:
        assert to_come(log, rae.person_id)
    rae.receive(share.path)
    with rae.log() as log:
        assert to_come(log, rae.person_id) == set()
    rae.rate(rae.begin(share.path), rae.codes(share.share_id))


def test_a_folder_that_is_gone_is_no_file_to_be_made(
    program: Program, trainee: Trainee, post: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    gone = post / "drive"
    with pytest.raises(KnownError, match=r"There is no folder .*drive"):
        trainee.submit(asked, gone)
    assert (gone.exists(), len(trainee.submit(asked, post).responses)) == (False, 2)
