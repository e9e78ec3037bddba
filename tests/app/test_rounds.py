"""A round of rating others: nothing seen but the answer, nothing lost, nothing changed unseen."""

from dataclasses import replace

import pytest

from tests.app.rater import class_of
from tests.app.stage import Stage
from trainer.app import queue, rounds
from trainer.app.rounds import Draft
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.rounds import Round
from trainer.store import drafts, forget, ratings
from trainer.store import heard as heard_rows
from trainer.store import rounds as rows
from trainer.store.db import open_log
from trainer.store.forget_scope import Scope
from trainer.store.merge import merge

WHOLE = Draft({"warmth": 3.0, "repair": 2.0, "metacommunication": None}, beyond_s=5.25)


@pytest.fixture
def candidates(stage: Stage) -> dict[str, queue.Candidate]:
    class_of(stage)
    found = queue.own(stage.log, stage.home, stage.library, "me")
    return {one.response_id: one for one in found}


@pytest.fixture
def sitting(stage: Stage, candidates: dict[str, queue.Candidate]) -> Round:
    return rounds.begin(stage.log, "me", "Spring", stage.rubric, list(candidates.values())).value


def rate(stage: Stage, sitting: Round, response_id: str, draft: Draft = WHOLE) -> str:
    return rounds.lock(stage.log, sitting, stage.rubric, response_id, draft).value.id


def test_a_round_is_kept_with_its_order_and_gone_on_with(stage: Stage, sitting: Round) -> None:
    (kept,) = rows.rounds_of(stage.log, "me")
    assert kept == sitting
    ids = [place.response_id for place in sitting.places]
    assert len(ids) == 6
    assert rounds.next_place(kept, frozenset()) == ids[0]
    rate(stage, sitting, ids[0])
    rated = rows.rated_in(stage.log, sitting.id)
    assert rounds.next_place(kept, rated) == ids[1]
    assert rounds.next_place(kept, rated, after=ids[4]) == ids[5]
    assert rounds.next_place(kept, rated, after=ids[5]) == ids[1]
    assert rounds.next_place(kept, frozenset(ids), after=ids[2]) is None


def test_all_that_is_shown_tells_neither_whose_it_is_nor_when(
    stage: Stage, sitting: Round, candidates: dict[str, queue.Candidate]
) -> None:
    for number, place in enumerate(sitting.places, start=1):
        shown = rounds.blind(sitting, candidates[place.response_id])
        assert (shown.number, shown.of) == (number, 6)
        assert shown.client in {"Anna", "Ben"}
        assert shown.clip is not None
        told = repr(replace(shown, clip=None))
        assert "Trainee" not in told
        assert place.response_id not in told
        assert "2026" not in told


def test_a_draft_is_kept_at_every_key_and_goes_with_the_lock(stage: Stage, sitting: Round) -> None:
    one, other = (place.response_id for place in sitting.places[:2])
    half = Draft({"warmth": 4.0}, True, "she says 'you", 3.5, 2.0)
    rounds.keep_draft(stage.log, sitting, one, half)
    assert rounds.draft_of(stage.log, sitting, stage.rubric, one) == half
    assert rounds.draft_of(stage.log, sitting, stage.rubric, other) == Draft()
    with pytest.raises(KnownError, match="Not rated yet: Repair, Metacommunication"):
        rate(stage, sitting, one, half)
    assert rounds.draft_of(stage.log, sitting, stage.rubric, one) == half
    rate(stage, sitting, one)
    assert rounds.draft_of(stage.log, sitting, stage.rubric, one) == Draft()


def test_a_draft_of_another_rubric_is_not_taken_for_this_one(stage: Stage, sitting: Round) -> None:
    one = sitting.places[0].response_id
    drafts.save_draft(stage.log, f"round:{sitting.id}:{one}", {"scores": {"empathy": 3}, "a": 1})
    assert rounds.draft_of(stage.log, sitting, stage.rubric, one) == Draft()


def test_a_locked_rating_says_how_it_was_made_and_is_corrected_in_the_open(
    stage: Stage, sitting: Round
) -> None:
    one = sitting.places[0].response_id
    first = rate(stage, sitting, one)
    again = replace(WHOLE, scores={**WHOLE.scores, "repair": 4.0}, second_opinion=True)
    second = rate(stage, sitting, one, again)
    given = [r for r in ratings.ratings_of(stage.log, one) if r.rater_id == "me"]
    assert [(r.id, r.supersedes) for r in given] == [(first, None), (second, first)]
    stands = rounds.given_in(stage.log, sitting, one)
    assert stands is not None
    assert (stands.role, stands.blind, stands.round_id) == ("supervisor", True, sitting.id)
    assert (stands.beyond_s, stands.second_opinion) == (5.25, True)
    assert list(stands.scores) == [item.id for item in stage.rubric.items]


def test_the_pace_is_the_middle_of_what_it_took_beyond_listening(
    stage: Stage, sitting: Round
) -> None:
    for place, beyond_s in zip(sitting.places, (4.0, 30.0, 6.0), strict=False):
        assert rounds.pace(stage.log, sitting).each_s is None
        rate(stage, sitting, place.response_id, replace(WHOLE, beyond_s=beyond_s))
    assert rounds.pace(stage.log, sitting) == rounds.Pace(3, 6, 6.0)


def test_comments_stand_by_their_moments(stage: Stage, sitting: Round) -> None:
    one = sitting.places[0].response_id
    late = rounds.comment(stage.log, sitting, one, 7.5, " owns it ", "owns-part").value
    early = rounds.comment(stage.log, sitting, one, 1.0, "", "validates").value
    assert rounds.comments_in(stage.log, sitting, one) == (early, late)
    assert late.text == "owns it"
    better = rounds.correct(stage.log, late, "owns half of it", "owns-part").value
    rounds.correct(stage.log, early, "", "")
    assert rounds.comments_in(stage.log, sitting, one) == (better,)
    assert better.at_s == 7.5


def test_what_lies_elsewhere_can_be_rated_too(stage: Stage, sitting: Round) -> None:
    stage.log.close()
    found = queue.of_log(stage.home, stage.library)
    mine = open_log(stage.home.folder.parent / "the rater's")
    try:
        there = rounds.begin(mine, "me", "Theirs", stage.rubric, found).value
        one = there.places[0].response_id
        rounds.lock(mine, there, stage.rubric, one, WHOLE)
        assert heard_rows.find_heard(mine, one) is not None
        given = rounds.given_in(mine, there, one)
        assert given is not None
        assert given.scores["warmth"] == 3.0
    finally:
        mine.close()


def test_a_round_of_nothing_is_refused(stage: Stage) -> None:
    with pytest.raises(KnownError, match="nothing to rate"):
        rounds.begin(stage.log, "me", "Empty", stage.rubric, [])


def test_a_round_is_put_away_and_taken_out_with_nothing_lost_and_so_on_another_laptop(
    stage: Stage, sitting: Round
) -> None:
    rate(stage, sitting, sitting.places[0].response_id)
    rounds.put_away(stage.log, sitting.id)
    (one,) = rounds.begun(stage.log, "me")
    assert (one.away, one.pace.rated, one.whole) == (True, 1, False)
    assert rounds.given_in(stage.log, sitting, sitting.places[0].response_id) is not None
    other = open_log(stage.home.folder.parent / "another laptop")
    try:
        for _ in range(2):  # what is repeated adds nothing
            merge(other, stage.log)
            assert [one.away for one in rounds.begun(other, "me")] == [True]
        rounds.take_out(other, sitting.id)
        assert [one.away for one in rounds.begun(other, "me")] == [False]
        merge(other, stage.log)  # an older word does not undo a newer one
        assert [one.away for one in rounds.begun(other, "me")] == [False]
        merge(stage.log, other)
        assert [one.away for one in rounds.begun(stage.log, "me")] == [False]
        kept = drafts.draft(stage.log, f"away:{sitting.id}")
        assert kept == drafts.draft(other, f"away:{sitting.id}")
        assert [away for _, away in kept["moves"]] == [True, False]  # all of it is on record
    finally:
        other.close()


@pytest.mark.parametrize("data", ["[]", '{"moves": 1}', '{"moves": [1, ["x"], [2, true]]}'])
def test_what_no_attune_wrote_of_it_tells_nothing(stage: Stage, sitting: Round, data: str) -> None:
    with stage.log.atomic():
        values = {"key": f"away:{sitting.id}", "data": data, "saved_at": "2026"}
        stage.log.insert("drafts", values)
    assert [one.away for one in rounds.begun(stage.log, "me")] == [False]
    rounds.put_away(stage.log, sitting.id)
    assert [one.away for one in rounds.begun(stage.log, "me")] == [True]


def test_whoever_is_forgotten_leaves_the_round_to_nobody_and_nothing_of_theirs_in_it(
    stage: Stage, sitting: Round
) -> None:
    rounds.put_away(stage.log, sitting.id)
    forget.begin(stage.log, Scope(people=frozenset({"me"})), local_now())
    assert rounds.begun(stage.log, "me") == ()
    assert not forget.named(stage.log.db.conn, frozenset({"me"}))
