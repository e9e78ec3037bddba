"""Where references come from: a pack's files, and one's own consensus with its reasons."""

from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest

from tests.app.rater import class_of
from tests.app.referenced import COUNTS, Desk, references, with_references
from tests.app.stage import Stage
from trainer.app import calibration, calibration_state, queue, rounds
from trainer.app.consent import state_for_one
from trainer.app.drift import drift
from trainer.app.gate import gate
from trainer.app.library import Library
from trainer.app.references import (
    adopt_as_reference,
    adoptable,
    anchor,
    candidate,
    own_references,
    withdraw,
)
from trainer.app.round_work import open_round
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.reference import GATE, HIDDEN
from trainer.domain.rounds import LIVE
from trainer.store import ratings
from trainer.store.db import Log, open_log
from trainer.store.judged import still_to_rate

SCORES: dict[str, float | None] = {"warmth": 4.0, "repair": 2.0, "metacommunication": None}
REASONS = {"warmth": "takes up 'alone'", "repair": "says sorry, moves on", "metacommunication": "-"}


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    library = with_references(
        stage.library, references(tmp_path / "pack", stage.rubric, stage.clients)
    )
    return Desk(stage.log, stage.home, library, stage.rubric)


def agreed(stage: Stage, response_id: str) -> Rating:
    """Two raters' ratings of a response, and what they agreed on."""
    grounds = [
        Rating(
            new_id(), response_id, who, SUPERVISOR, stage.rubric.ref, {**SCORES, "warmth": score},
            True, local_now(),
        )
        for who, score in (("ann", 4.0), ("bob", 3.0))
    ]  # fmt: skip
    made = Rating(
        new_id(), response_id, "ann", CONSENSUS, stage.rubric.ref, SCORES, False, local_now(),
        of=tuple(sorted(one.id for one in grounds)),
    )  # fmt: skip
    for one in (*grounds, made):
        ratings.add_rating(stage.log, one)
    return made


def test_a_packs_references_are_known_by_their_bytes(desk: Desk, tmp_path: Path) -> None:
    every = desk.known()
    assert len(every) == sum(COUNTS.values())
    one = next(one for one in every.values() if one.use == GATE)
    assert one.place is not None
    (tmp_path / "elsewhere").mkdir()
    copyfile(one.place, tmp_path / "elsewhere" / "a copy.wav")
    (same,) = queue.of_folder(tmp_path / "elsewhere", desk.library)
    assert same.response_id == one.response_id
    assert "no panel of experts" in one.source
    assert one.reasons["warmth"] == "Warmth of gate 0: what decides"


def test_those_of_another_rubric_are_none(stage: Stage, tmp_path: Path) -> None:
    other = stage.library.rubric("facilitative-eight")
    made = references(tmp_path / "pack", stage.rubric, stage.clients)
    desk = Desk(stage.log, stage.home, with_references(stage.library, made), other)
    assert desk.known() == {}
    # A set that says it is for a rubric whose items it lacks is no help.
    wrong = with_references(stage.library, replace(made, rubric=other.id))
    assert Desk(stage.log, stage.home, wrong, other).known() == {}


def test_the_anchor_that_decides_is_the_one_of_the_score(stage: Stage) -> None:
    item = stage.rubric.items[1]
    assert anchor(item, 4.0) == item.anchors[4]
    assert item.anchors[2] in anchor(item, 2.5)
    assert item.anchors[3] in anchor(item, 2.5)
    assert "Not applicable" in anchor(item, None)


class TestOwn:
    def test_a_consensus_becomes_a_reference_with_its_reasons(self, stage: Stage) -> None:
        class_of(stage, 1)
        response, other = stage.responses()
        made, left = agreed(stage, response.id), agreed(stage, other.id)
        assert adoptable(stage.log, stage.rubric) == (made, left)
        assert own_references(stage.log, stage.rubric) == ()
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", HIDDEN, REASONS)
        (one,) = own_references(stage.log, stage.rubric)
        assert (one.response_id, one.use, one.own) == (response.id, HIDDEN, True)
        assert dict(one.scores) == SCORES
        assert dict(one.reasons) == REASONS
        assert "consensus of 2 ratings" in one.source
        assert one.vignette == response.vignette
        assert adoptable(stage.log, stage.rubric) == (left,)
        found = candidate(stage.log, stage.home, stage.library, one)
        assert found is not None
        assert found.place is None
        assert found.clip is not None

    def test_it_is_none_for_those_who_had_a_part_in_it(self, stage: Stage) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS)
        (one,) = own_references(stage.log, stage.rubric)
        assert one.parties == {"ann", "bob", "cleo", stage.person.id}

    def test_each_item_needs_its_reason(self, stage: Stage) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        with pytest.raises(KnownError, match="No reason is given yet for Repair"):
            adopt_as_reference(
                stage.log, stage.rubric, made, "cleo", GATE, {**REASONS, "repair": " "}
            )
        assert own_references(stage.log, stage.rubric) == ()
        assert adoptable(stage.log, stage.rubric) == (made,)

    def test_it_cannot_be_made_twice_and_goes_with_its_consensus(self, stage: Stage) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS)
        with pytest.raises(KnownError, match="a reference already"):
            adopt_as_reference(stage.log, stage.rubric, made, "cleo", HIDDEN, REASONS)
        better = replace(made, id=new_id(), supersedes=made.id, locked_at=local_now())
        ratings.add_rating(stage.log, better)
        assert own_references(stage.log, stage.rubric) == ()
        assert adoptable(stage.log, stage.rubric) == (better,)

    def test_it_is_made_and_met_only_as_long_as_it_may_be_rated(self, stage: Stage) -> None:
        class_of(stage, 1)
        one, other = (agreed(stage, response.id) for response in stage.responses())
        adopt_as_reference(stage.log, stage.rubric, one, "cleo", GATE, REASONS)
        for response in stage.responses():
            state_for_one(stage.log, response.id, Consent("practice", UNTIL_DELETED))
        assert own_references(stage.log, stage.rubric) == ()
        assert len(own_references(stage.log, stage.rubric, withdrawn=True)) == 1
        found = calibration_state.look(stage.log, stage.library, stage.rubric, "me")
        assert not [basis for basis in found.bases if basis.title == "Your own"]
        assert adoptable(stage.log, stage.rubric) == ()
        with pytest.raises(KnownError, match="has not agreed to be rated"):
            adopt_as_reference(stage.log, stage.rubric, other, "cleo", GATE, REASONS)

    def test_its_reasons_are_no_comments_on_moments(self, stage: Stage) -> None:
        class_of(stage, 1)
        found = queue.own(stage.log, stage.home, stage.library, "cleo")
        sitting = rounds.begin(stage.log, "cleo", "Live", stage.rubric, found).value
        response = stage.responses()[0]
        said = rounds.comment(stage.log, sitting, response.id, 1.0, "here", "owns-part").value
        made = agreed(stage, response.id)
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS)
        assert rounds.comments_in(stage.log, sitting, response.id) == (said,)

    def test_it_comes_along_when_logs_merge(self, stage: Stage, library: Library) -> None:
        from trainer.store.merge import merge

        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS)
        mine: Log = open_log(stage.home.folder.parent / "another laptop")
        try:
            merge(mine, stage.log)
            assert own_references(mine, stage.rubric) == own_references(stage.log, stage.rubric)
        finally:
            mine.close()


class TestWithdrawn:
    def test_it_comes_up_no_more_and_the_log_keeps_that_it_did(self, stage: Stage) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopted = adopt_as_reference(stage.log, stage.rubric, made, "cleo", HIDDEN, REASONS).value
        begun = [
            rounds.begin(
                stage.log, "me", title, stage.rubric,
                queue.own(stage.log, stage.home, stage.library, "me"),
                references=frozenset({made.response_id}),
            ).value
            for title in ("rated", "left")
        ]  # fmt: skip
        Desk(stage.log, stage.home, stage.library, stage.rubric).rate(begun[0])
        withdraw(stage.log, stage.rubric, adopted.id, "ann")
        for of, count in zip(begun, (2, 1), strict=True):  # what is rated stays, the rest is not
            opened = open_round(stage.log, stage.home, stage.library, of.id)
            assert len(opened.work) == rounds.pace(stage.log, of).of == count
        assert made.response_id not in still_to_rate(stage.log, (made.response_id,))
        assert own_references(stage.log, stage.rubric) == ()
        (was,) = own_references(stage.log, stage.rubric, withdrawn=True)
        assert was.withdrawn_at is not None
        assert was.stood(adopted.locked_at)
        assert not was.stood(local_now())
        assert adopted in ratings.ratings_of(stage.log, made.response_id)
        assert adoptable(stage.log, stage.rubric) == ()  # not to be made one again by a slip
        with pytest.raises(KnownError, match="no reference any more"):
            withdraw(stage.log, stage.rubric, adopted.id, "ann")
        sitting = rounds.begin(
            stage.log, "ann", "Live", stage.rubric,
            queue.own(stage.log, stage.home, stage.library, "x"),
        ).value  # fmt: skip
        assert rounds.comments_in(stage.log, sitting, made.response_id) == ()

    def test_who_may_meet_it_yet_cannot_withdraw_it(self, stage: Stage) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopted = adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS).value
        with pytest.raises(KnownError, match="Only who spoke, rated or adopted"):
            withdraw(stage.log, stage.rubric, adopted.id, "me")
        assert len(own_references(stage.log, stage.rubric)) == 1

    def test_a_gate_and_a_chart_that_rest_on_it_stand_and_say_so(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        class_of(stage, 2)
        counts = {GATE: 9, HIDDEN: 1}
        library = with_references(
            stage.library, references(tmp_path / "pack", stage.rubric, stage.clients, counts)
        )
        desk = Desk(stage.log, stage.home, library, stage.rubric)
        kept = [
            adopt_as_reference(
                stage.log, stage.rubric, agreed(stage, one.id), "cleo", use, REASONS
            ).value
            for one, use in zip(stage.responses(), (GATE, HIDDEN), strict=False)
        ]
        of = calibration.gate_round(stage.log, stage.home, library, stage.rubric, "me").value
        assert len(of.places) == 10
        desk.rate(of)
        every = queue.own(stage.log, stage.home, library, "me")
        live = calibration.begin_live(
            stage.log, stage.home, library, stage.rubric, "me", "Spring", every, LIVE
        ).value
        desk.rate(live)
        for one in kept:
            withdraw(stage.log, stage.rubric, one.id, "cleo")
        passed = gate(stage.log, library, stage.rubric, "me")
        assert passed is not None
        assert (passed.passed, passed.references) == (True, 10)
        assert "Withdrawn as references since: 1." in " ".join(passed.notes)
        seen = drift(stage.log, library, stage.rubric, "me")
        assert seen.said.startswith("1 hidden reference since")
        assert "Withdrawn as references since, and counted as they were: 1." in seen.said
        with pytest.raises(KnownError, match="has 9"):
            calibration.gate_round(stage.log, stage.home, library, stage.rubric, "me")
