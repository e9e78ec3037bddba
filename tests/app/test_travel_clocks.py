"""What was said last counts at the other end, whatever clocks and other laptops do meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Rater, Trainee, library
from trainer.app import assign, rated_back, submit
from trainer.app.assigned import assigned
from trainer.app.backup import backup
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.share import progress
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.interruption import AFTER, LEFT, Interruption, Start
from trainer.domain.share import Attest
from trainer.store import consents, starts

AHEAD = timedelta(hours=5)


def later() -> object:
    return local_now() + AHEAD


def to_send(desk: Trainee) -> int:
    with desk.log() as log:
        return assigned(log, library(), desk.person_id)[0].to_send


def merged(one: Trainee, into: Trainee) -> None:
    done = backup(one.home, one.home.folder.parent, lambda _done, _all: None)
    restore(into.home, done.path, lambda _done, _all: None)


def test_what_is_taken_back_is_told_whatever_was_sent_meanwhile(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    (first,) = trainee.answer(asked, 1)
    # The clock is ahead while this is sent, and is put right afterwards.
    with monkeypatch.context() as wrong:
        wrong.setattr(submit, "new_id", lambda: new_id(local_now() + AHEAD))
        wrong.setattr(submit, "local_now", later)
        program.receive(trainee.submit(asked, post).path)
    other = Trainee(Home(tmp_path / "second laptop"), trainee.person_id)
    merged(trainee, other)
    with other.log() as log:
        consents.state(log, [first], Consent("practice", 0), local_now())
        ref = asked.forms[0].vignettes[0]
        start = Start(new_id(), asked.id, other.person_id, ref, 1, local_now())
        starts.add_start(log, start)
        starts.add_interruption(log, Interruption(new_id(), start, LEFT, AFTER, local_now()))
    # The first laptop sends something else, then hears of it.
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    merged(other, trainee)
    assert to_send(trainee) == 2
    done = trainee.submit(asked, post)
    assert done.said == 1
    program.receive(done.path)
    with program.log() as log:
        assert consents.held_back(log, [first]) == {first}
        assert len(starts.interruptions_of(log, asked.id, trainee.person_id)) == 1
    # Nothing is told twice, there neither, once that laptop hears of what was sent.
    merged(trainee, other)
    for laptop in (trainee, other):
        assert to_send(laptop) == 0
        with pytest.raises(KnownError, match="sent already"):
            laptop.submit(asked, post)


def test_a_later_due_date_counts_although_the_clock_was_set_back(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as wrong:
        wrong.setattr(assign, "local_now", later)
        asked, out = program.give_out(post, due_at=local_now() + timedelta(days=1))
    trainee.begin(out, "T1")
    new = replace(asked, due_at=local_now() + timedelta(days=9))
    with program.log() as log:
        again = assign.give_out(log, new, post / "again.attune")
        assert assign.given_out(log, asked.id) == new
    trainee.receive(again)
    with trainee.log() as log:
        assert assign.find_came(log, asked.id) == new


def test_the_gate_that_a_rater_told_last_counts_although_the_clock_was_set_back(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    rae = Rater(Home(tmp_path / "rater"), name="Rae")
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    (given,) = program.share([asked], [rae], post)
    rae.rate(rae.begin(given.path), rae.codes(given.share_id))
    failed = Attest(False, local_now(), 12, 0.5, None, None)
    with monkeypatch.context() as wrong:
        wrong.setattr(rated_back, "local_now", later)
        program.receive(rae.send(given.share_id, post, failed))
    passed = replace(failed, passed=True)
    program.receive(rae.send(given.share_id, post, passed))
    with program.log() as log:
        assert progress(log)[0].gate == passed
