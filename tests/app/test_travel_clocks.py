"""What a program says last counts at its trainees, whatever clocks do meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee
from trainer.app import assign
from trainer.domain.ids import local_now


def test_a_later_due_date_counts_although_the_clock_was_set_back(
    program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as wrong:
        wrong.setattr(assign, "local_now", lambda: local_now() + timedelta(hours=5))
        asked, out = program.give_out(post, due_at=local_now() + timedelta(days=1))
    trainee.begin(out, "T1")
    new = replace(asked, due_at=local_now() + timedelta(days=9))
    with program.log() as log:
        again = assign.give_out(log, new, post / "again.attune")
        assert assign.given_out(log, asked.id) == new
    trainee.receive(again)
    with trainee.log() as log:
        assert assign.find_came(log, asked.id) == new
