"""What is said later of answers that were sent reaches the program, whatever clocks say."""

import uuid
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee
from trainer.app import submit as submitting
from trainer.app.backup import backup
from trainer.app.consent import state_for_all
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.interruption import AFTER, LEFT, Interruption, Start
from trainer.store import consents, starts

PRACTICE = Consent("practice", 0)


def may_rate(program: Program, response_id: str) -> bool:
    with program.log() as log:
        return not consents.held_back(log, [response_id])


def test_after_a_clock_was_set_back(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    first = trainee.answer(asked)[0]
    three_hours = (3 * 3600 * 1000) << 80  # of a UUIDv7
    with monkeypatch.context() as ahead:
        ahead.setattr(
            submitting, "new_id", lambda: str(uuid.UUID(int=uuid.UUID(new_id()).int + three_hours))
        )
        program.receive(trainee.submit(asked, post).path)
    with trainee.log() as log:
        state_for_all(log, trainee.person_id, PRACTICE)
    told = trainee.submit(asked, post)
    assert (told.responses, told.said) == ((), 2)
    program.receive(told.path)
    assert not may_rate(program, first)
    with pytest.raises(KnownError, match="Everything for this assignment was sent"):
        trainee.submit(asked, post)


def test_from_another_laptop_merged_after_this_one_sent_more(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    (first,) = trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post).path)
    other = Trainee(Home(tmp_path / "other laptop"), trainee.person_id)
    backup(trainee.home, tmp_path / "here.attune")
    restore(other.home, tmp_path / "here.attune")
    with other.log() as log:
        state_for_all(log, other.person_id, PRACTICE)
        ref = asked.forms[0].vignettes[0]
        start = Start(new_id(), asked.id, other.person_id, ref, 1, local_now())
        starts.add_start(log, start)
        starts.add_interruption(log, Interruption(new_id(), start, LEFT, AFTER, local_now()))
    backup(other.home, tmp_path / "there.attune")
    trainee.answer(asked, 2)
    program.receive(trainee.submit(asked, post).path)
    assert may_rate(program, first)
    restore(trainee.home, tmp_path / "there.attune")
    with trainee.log() as log:
        assert starts.to_tell(log, asked.id, trainee.person_id) == 1
    told = trainee.submit(asked, post)
    assert (told.responses, told.said) == ((), 1)
    program.receive(told.path)
    assert not may_rate(program, first)
    # It is told once: the other laptop knows, as soon as it has this one's log.
    backup(trainee.home, tmp_path / "now.attune")
    restore(other.home, tmp_path / "now.attune")
    with pytest.raises(KnownError, match="Everything for this assignment was sent"):
        other.submit(asked, post)
