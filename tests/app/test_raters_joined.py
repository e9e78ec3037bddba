"""A program on two laptops: whoever rates for both is one rater, whichever gave them what."""

from pathlib import Path

import pytest

from tests.app.travelled import Program, Rater, Trainee, library
from trainer.app import share_again, share_raters
from trainer.app.backup import backup
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.restore import Restored, restore
from trainer.app.share import progress
from trainer.domain.ids import id_of, new_id
from trainer.store import cohort
from trainer.store.shares import given_to


def merged(one: Program, into: Program, folder: Path) -> Restored:
    done = backup(one.home, folder / f"{new_id()}.attune", lambda _done, _all: None)
    return restore(into.home, done.path, lambda _done, _all: None)


def test_who_was_given_shares_by_two_laptops_of_a_program_is_one_rater(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post).path)
    other = Program(Home(tmp_path / "second laptop"))
    assert merged(program, other, tmp_path).whole
    rae, bo = (Rater(Home(tmp_path / name), name=name) for name in ("Rae", "Bo"))
    with rae.log() as log:
        key = own_pair(log).signs_as
    shares = [*program.share([asked], [rae, bo], post, per_response=2)]
    # An older Attune knew a rater by an id that each laptop made for itself.
    with monkeypatch.context() as older:
        older.setattr(share_raters, "id_of", lambda of: new_id() if of == key else id_of(of))
        shares += other.share([asked], [rae, bo], tmp_path, per_response=2)
    (rated,) = (one for one in shares[2:] if one.rater == "Rae")
    rae.rate(rae.begin(rated.path), rae.codes(rated.share_id), 2.0)
    other.receive(rae.send(rated.share_id, tmp_path))
    for one, into in ((other, program), (program, other), (other, program)):
        assert merged(one, into, tmp_path).whole
    for laptop in (program, other):
        with laptop.log() as log:
            assert [(one.name, one.shares) for one in progress(log)] == [("Bo", 2), ("Rae", 2)]
            assert len(given_to(log)) == 2
            scored = list(cohort.scored(log, asked.id, asked.rubric))
            assert {one.rater_id for one in scored if one.role == "supervisor"} < {*given_to(log)}
            again = share_again.Again((asked.id,), "Rae")
            assert share_again.give_again(laptop.home, log, library(), again, post).value == ()
            again = share_again.Again((asked.id,), "Bo")
            assert share_again.give_again(laptop.home, log, library(), again, post).value
