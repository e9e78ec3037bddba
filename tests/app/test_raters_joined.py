"""A program on two laptops: whoever rates for both is one rater, whichever gave them what."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Rater, Trainee, library
from trainer.app import rated_back, share_again, share_raters
from trainer.app.backup import backup
from trainer.app.doctor import doctor
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.restore import Restored, restore
from trainer.app.share import progress
from trainer.domain.ids import id_of, local_now, new_id
from trainer.domain.share import Attest
from trainer.store import cohort, merge
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
    failed = Attest(False, local_now(), 12, 0.5, None, None)
    with monkeypatch.context() as wrong:  # the rater's clock is ahead, and is put right then
        wrong.setattr(rated_back, "local_now", lambda: local_now() + timedelta(hours=5))
        other.receive(rae.send(rated.share_id, tmp_path, failed))
    passed = replace(failed, passed=True)
    other.receive(rae.send(rated.share_id, tmp_path, passed))
    # An older Attune made two of one; that is told, and put right by way of an empty folder.
    old, new = (Program(Home(tmp_path / name)) for name in ("merged before", "new"))
    with monkeypatch.context() as older:
        older.setattr(merge, "_known_by_key", lambda *_: {})
        for one in (program, other):
            assert merged(one, old, tmp_path).whole
    (twice,) = (one for one in doctor(old.home) if one.name == "raters")
    assert (twice.ok, "counted so: Rae;" in twice.text) == (False, True)
    for one, into in ((other, program), (program, other), (old, new)):
        assert merged(one, into, tmp_path).whole
    assert not [one for one in doctor(new.home) if one.name == "raters"]
    for laptop in (program, other, new):
        with laptop.log() as log:
            found = [(one.name, one.shares, one.gate) for one in progress(log)]
            assert found == [("Bo", 2, None), ("Rae", 2, passed)]
            assert len(given_to(log)) == 2
            scored = list(cohort.scored(log, asked.id, asked.rubric))
            assert {one.rater_id for one in scored if one.role == "supervisor"} < {*given_to(log)}
            again = share_again.Again((asked.id,), "Rae")
            assert share_again.give_again(laptop.home, log, library(), again, post).value == ()
            again = share_again.Again((asked.id,), "Bo")
            assert share_again.give_again(laptop.home, log, library(), again, post).value
