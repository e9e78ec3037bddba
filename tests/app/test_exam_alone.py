"""An answer of a test that nobody may rate any more: it opens when the test is over, not before."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.travelled import Program, Trainee, library
from trainer.app import assign, today
from trainer.app.consent import state_for_one
from trainer.app.kept_back import ALONE, UNRATED, kept_back, why_kept
from trainer.app.review import review
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.store import responses

FIRST, SECOND = CLIENTS


def take_back(room: Room, use: str = "practice") -> str:
    """Say so of the oldest answer; its id."""
    oldest = responses.responses(room.log, room.person_id)[-1].id
    state_for_one(room.log, oldest, Consent(use, 0))
    return oldest


def may_practise(room: Room, client: str) -> bool:
    rubric = library().rubric("alliance-skills")
    try:
        today.single(room.log, room.person_id, library().find_vignette(client), rubric)
    except KnownError:
        return False
    return True


def test_it_is_open_and_its_client_free_once_every_client_was_met(room: Room) -> None:
    room.sit()
    room.answer()
    room.rate()
    first = take_back(room)
    found = review(room.log, library(), first)
    assert (found.closed, found.alone) == (True, True)  # there is a client to come
    kept = kept_back(room.log, room.person_id)["core", FIRST]
    assert kept.why == ALONE
    assert why_kept(kept) == (
        f"You met them in {room.asked.title}, and nobody may rate your answer there: they are free "
        "again when you have met all its clients."
    )
    assert not may_practise(room, FIRST)

    room.answer()
    room.rate()
    assert not review(room.log, library(), first).closed
    second = responses.responses(room.log, room.person_id)[0].id
    assert review(room.log, library(), second).closed  # that one is to be rated
    assert kept_back(room.log, room.person_id)["core", SECOND].why == UNRATED
    assert (may_practise(room, FIRST), may_practise(room, SECOND)) == (True, False)
    take_back(room, "rating")  # it waits for its raters again
    assert review(room.log, library(), first).closed
    assert not may_practise(room, FIRST)


@pytest.mark.parametrize(("days", "over"), [(-1, True), (1, False)])
def test_it_is_open_once_the_test_is_no_longer_due(
    program: Program, trainee: Trainee, post: Path, days: int, over: bool
) -> None:
    due = local_now() + timedelta(days=days)
    asked, out = program.give_out(post, codes=["T1"], due_at=due, **TEST)
    trainee.begin(out, "T1")
    with trainee.log() as log:
        room = Room(log, asked, trainee.person_id)
        room.sit()
        room.answer()
        room.rate()
        first = take_back(room)
        assert review(log, library(), first).closed is not over
        assert may_practise(room, FIRST) is over
        assert not may_practise(room, SECOND)  # which is still to be met
        if not over:
            kept = kept_back(log, room.person_id)["core", FIRST]
            assert why_kept(kept).endswith(
                f"or when it is no longer due, after {due.astimezone():%Y-%m-%d}."
            )
        assert assign.came(log)


def test_a_client_who_was_interrupted_was_met(room: Room) -> None:
    room.sit()
    room.begin()
    room.exam.leave()
    room.sit()
    room.answer()
    room.rate()
    first = take_back(room)
    assert not review(room.log, library(), first).closed
    assert (may_practise(room, FIRST), may_practise(room, SECOND)) == (True, True)
