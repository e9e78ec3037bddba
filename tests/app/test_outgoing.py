"""What waits to go to a shared place, and may not go there any more."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.test_whose import ONE_FORM, decide
from tests.app.travelled import Program, Rater, Trainee, library, shared_now
from trainer.app import giving, outgoing, share, whose
from trainer.app.consent import state_for_one
from trainer.app.doctor import doctor
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.paths import Home
from trainer.app.share_again import Again, plan_again
from trainer.domain.assignment import Assignment
from trainer.domain.consent import Consent
from trainer.domain.ids import new_id


def unheard(_done: int, _whole: int) -> None:
    """Nobody listens."""


def given(program: Program, asked: Assignment, where: str, *raters: Rater) -> None:
    """Give what came to raters by way of a place, and be cut off before anything is there."""
    begun = outgoing.begin(program.home, where, unheard)
    ask = share.Ask((asked.id,), tuple(one.named() for one in raters), 1, 0.0)
    with program.log() as log:
        plan = share.plan(program.home, log, library(), ask, begun.folder)
        share.keep(log, share.write(program.home, replace(plan, named=False)))


def test_what_may_not_be_rated_any_more_does_not_go_to_its_rater(
    program: Program, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainees = {code: Trainee(Home(tmp_path / code)) for code in ("T1", "T2")}
    for code, one in trainees.items():
        one.begin(out, code)
        one.answer(asked)
        program.receive(one.submit(asked, post).path)
    there = tmp_path / "there"
    there.mkdir()
    where, raters = there.as_uri(), [Rater(Home(tmp_path / name), name=name) for name in ("A", "B")]
    given(program, asked, where, *raters)
    assert len(outgoing.waiting(program.home, where)) == 2
    (told,) = (one for one in doctor(program.home) if one.name == "outgoing")
    assert not told.ok
    assert "2 files have not reached their shared place" in told.text
    # Of one answer it is taken back that others may use it.
    had = shared_now(program)
    (first, *_), anna = had["A"] - had["B"], None
    for one in trainees.values():
        with one.log() as log:
            if log.row("SELECT 1 FROM responses WHERE id = ?", (first,)):
                anna = one
                state_for_one(log, first, Consent("practice", 0))
    assert anna is not None
    program.receive(anna.submit(asked, post / f"{new_id()}.attune").path)

    again = Again((asked.id,), "A")
    with program.log() as log:
        done, before = outgoing.give_out(
            program.home, log, where,
            lambda folder: plan_again(program.home, log, library(), again, folder), unheard,
        )  # fmt: skip
    assert (before.withheld, len(before.waited)) == (("A",), 1)
    assert "was not sent: some of it may not be rated any more" in before.lines[1]
    (anew,) = done
    assert len(list(there.glob("*.attune"))) == 2
    with program.log() as log:
        assert first not in share.rows.codes_of(log, anew.share_id).values()
        assert outgoing.withhold(program.home, log) == ()
    assert not [one for one in doctor(program.home) if one.name == "outgoing"]


@pytest.mark.parametrize("killed", [False, True])
def test_what_was_set_aside_as_nobodys_does_not_go_to_its_rater(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, killed: bool,
) -> None:  # fmt: skip
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    with monkeypatch.context() as then:
        if killed:  # the log knows of the file, which is hidden yet
            then.setattr(giving, "show", lambda _log: {})
        given(program, asked, post.as_uri(), Rater(Home(tmp_path / "A"), name="A"))
    with program.log() as log:
        assert outgoing.withhold(program.home, log) == ()
        (sender,) = whose.senders(log)
    decide(program, sender, whose.NOBODY)
    with program.log() as log:
        assert outgoing.withhold(program.home, log) == ("A",)
        giving.show(log)
    assert outgoing.waiting(program.home, post.as_uri()) == ()


def test_what_is_forgotten_while_it_goes_is_no_fault(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    there = tmp_path / "there"
    there.mkdir()
    raters = [Rater(Home(tmp_path / name), name=name) for name in ("A", "B")]
    given(program, asked, there.as_uri(), *raters)

    def forget(_done: int, _whole: int) -> None:
        if program.home.outgoing.is_dir():
            forget_for_good(program.home, Choice(person="T1"), lambda _toll: True)

    assert outgoing.deliver(program.home, there.as_uri(), forget) == ()
    assert not list(there.glob("*.attune"))
