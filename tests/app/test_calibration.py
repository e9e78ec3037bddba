"""Learning to rate as the references are rated, and what may be begun when."""

from collections import Counter
from pathlib import Path

import pytest

from tests.app.rater import class_of
from tests.app.referenced import COUNTS, Desk, higher, references, with_references
from tests.app.stage import Stage
from tests.app.test_references import REASONS, agreed
from trainer.app import calibration, queue, rounds
from trainer.app.gate import gate
from trainer.app.references import adopt_as_reference
from trainer.app.told import told_again
from trainer.domain.errors import KnownError
from trainer.domain.rating import CALIBRATION as LEARNING
from trainer.domain.rating import SUPERVISOR
from trainer.domain.reference import GATE, HIDDEN, TRAINING
from trainer.domain.rounds import CALIBRATION, LIVE, UNGATED, Round
from trainer.domain.rounds import GATE as GATE_ROUND
from trainer.store import ratings


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    return desk_with(stage, tmp_path / "pack")


def desk_with(stage: Stage, folder: Path, **counts: int) -> Desk:
    made = references(folder, stage.rubric, stage.clients, {**COUNTS, **counts})
    return Desk(stage.log, stage.home, with_references(stage.library, made), stage.rubric)


def train(desk: Desk, *only: str) -> Round:
    return calibration.training(
        desk.log, desk.home, desk.library, desk.rubric, desk.rater, only
    ).value


def gate_of(desk: Desk) -> Round:
    return calibration.gate_round(desk.log, desk.home, desk.library, desk.rubric, desk.rater).value


def ids(of: Round) -> list[str]:
    return [place.response_id for place in of.places]


def used_for(desk: Desk, of: Round) -> set[str]:
    every = desk.known()
    return {every[one].use for one in ids(of)}


class TestTraining:
    def test_is_a_round_of_all_training_references_in_an_order_of_its_own(self, desk: Desk) -> None:
        of = train(desk)
        assert of.kind == CALIBRATION
        assert used_for(desk, of) == {TRAINING}
        assert len(of.places) == COUNTS[TRAINING]
        orders = set()
        for rater in "abcdef":
            desk.rater = rater
            orders.add(tuple(ids(train(desk))))
        assert len(orders) > 1
        assert len({frozenset(order) for order in orders}) == 1

    def test_is_gone_on_with_until_it_is_done_and_then_begun_again(self, desk: Desk) -> None:
        of = train(desk)
        desk.rate(of, only=ids(of)[:2])
        assert train(desk) == of
        desk.rate(of, only=ids(of)[2:])
        again = train(desk)
        assert again.id != of.id
        assert set(ids(again)) == set(ids(of))

    def test_can_be_of_a_few_to_hear_again(self, desk: Desk) -> None:
        of = train(desk)
        two = set(ids(of)[:2])
        assert set(ids(train(desk, *two))) == two

    def test_its_ratings_are_no_raters_among_raters(self, desk: Desk) -> None:
        of = train(desk)
        desk.rate(of)
        (given,) = ratings.ratings_of(desk.log, ids(of)[0])
        assert (given.role, given.blind) == (LEARNING, True)

    def test_without_references_says_where_they_come_from(self, stage: Stage) -> None:
        bare = Desk(stage.log, stage.home, with_references(stage.library), stage.rubric)
        with pytest.raises(KnownError, match="no training references"):
            train(bare)


class TestReveal:
    def told(self, desk: Desk, of: Round, one: str) -> calibration.Revealed | None:
        return calibration.reveal(desk.log, desk.library, desk.rubric, of, one)

    def test_tells_both_scores_the_reason_and_the_anchor(self, desk: Desk) -> None:
        of = train(desk)
        strong = next(i for i, k in desk.known().items()
                      if k.use == TRAINING and k.scores["metacommunication"] is None)  # fmt: skip
        judge = higher(-1, "warmth")
        desk.rate(of, lambda i, s: {**judge(i, s), "metacommunication": 3.0}, [strong])
        told = self.told(desk, of, strong)
        assert told is not None
        assert (told.number, told.of) == (ids(of).index(strong) + 1, len(ids(of)))
        warmth, repair, meta = told.items
        assert (warmth.own, warmth.known, warmth.difference) == (3, 4, -1)
        assert warmth.anchor == desk.rubric.item("warmth").anchors[4]
        assert warmth.reason.endswith("what decides")
        assert repair.difference == 0
        assert (meta.own, meta.known, meta.difference) == (3, None, None)
        assert "Not applicable" in meta.anchor
        assert "no panel of experts" in told.source

    def test_tells_nothing_before_the_rating_and_nothing_new_after_it(self, desk: Desk) -> None:
        of = train(desk)
        one = ids(of)[0]
        assert self.told(desk, of, one) is None
        desk.rate(of, higher(1), [one])
        first = self.told(desk, of, one)
        desk.rate(of, only=[one])  # corrected, once the reference was told
        assert self.told(desk, of, one) == first

    def test_tells_nothing_of_a_gate_and_of_hidden_ones(self, desk: Desk) -> None:
        gate = gate_of(desk)
        desk.rate(gate)
        assert self.told(desk, gate, ids(gate)[0]) is None
        (hidden,) = hide(desk, 10)
        live = rounds.begin(
            desk.log, desk.rater, "Live", desk.rubric, [hidden],
            references=frozenset({hidden.response_id}),
        ).value  # fmt: skip
        desk.rate(live)
        assert self.told(desk, live, hidden.response_id) is None

    def test_is_told_again_whenever_it_is_asked_for_the_furthest_apart_first(
        self, desk: Desk
    ) -> None:
        assert told_again(desk.log, desk.home, desk.library, desk.rubric, "me") == ()
        first = train(desk)
        desk.rate(first, higher(1))
        again = train(desk)
        far, near = ids(again)[:2]
        desk.rate(again, lambda one, scores: {**scores, "warmth": 6 - (scores["warmth"] or 0)},
                  [far])  # fmt: skip
        desk.rate(again, only=[near])
        desk.rate(again, higher(2), [near])  # corrected once it was told
        desk.rate(gate_of(desk))
        every = told_again(desk.log, desk.home, desk.library, desk.rubric, "me")
        assert {one.candidate.response_id for one in every} == set(ids(first))
        assert [one.told.number for one in every] == [1, 2, 3, 4, 5]
        told = {one.candidate.response_id: one.told for one in every}
        assert all(item.own == item.known for item in told[near].items)
        apart = [sum(abs(i.difference or 0) for i in one.told.items) for one in every]
        assert apart == sorted(apart, reverse=True)
        assert every[0].told.words == "What is said."
        assert every[0].told.items[0].reason.endswith("what decides")
        assert every[0].client.startswith(("Anna", "Ben"))


class TestGateRound:
    def test_is_told_from_training_and_is_gone_on_with(self, desk: Desk) -> None:
        of = gate_of(desk)
        assert of.kind == GATE_ROUND
        assert used_for(desk, of) == {GATE}
        desk.rate(of, only=ids(of)[:5])
        assert gate_of(desk) == of

    def test_a_second_one_takes_what_was_not_rated_while_there_is_enough(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        desk = desk_with(stage, tmp_path / "pack", gate=29)
        first = gate_of(desk)
        assert len(first.places) == calibration.MOST
        desk.rate(first)
        second = gate_of(desk)
        assert not set(ids(first)) & set(ids(second))
        assert len(second.places) == 13
        desk.rate(second)
        third = gate_of(desk)  # all were rated: those longest ago come again
        assert set(ids(third)) == set(ids(first))

    def test_the_bundled_ones_are_enough_for_two_that_share_none(self, stage: Stage) -> None:
        desk = Desk(stage.log, stage.home, stage.library, stage.rubric)
        clients = [v.ref for v in stage.library.vignettes if v.ref.pack == "core"]
        taken: set[str] = set()
        for _ in range(2):
            of = gate_of(desk)
            assert len(of.places) == 16
            assert not taken & set(ids(of))
            answered = Counter(one.vignette for i, one in desk.known().items() if i in ids(of))
            assert answered == dict.fromkeys(clients, 2)
            desk.rate(of)
            found = gate(desk.log, desk.library, desk.rubric, desk.rater)
            assert found is not None
            assert (found.passed, found.notes) == (True, ())
            taken |= set(ids(of))

    def test_a_few_left_are_filled_up(self, stage: Stage, tmp_path: Path) -> None:
        desk = desk_with(stage, tmp_path / "pack", gate=21)
        first = gate_of(desk)
        desk.rate(first)
        second = gate_of(desk)
        assert len(second.places) == calibration.MOST
        assert len(set(ids(second)) - set(ids(first))) == 5

    def test_takes_ten_references(self, stage: Stage, tmp_path: Path) -> None:
        desk = desk_with(stage, tmp_path / "pack", gate=calibration.LEAST - 1)
        with pytest.raises(KnownError, match=r"takes 10 references or more, and .* has 9"):
            gate_of(desk)

    def test_ones_own_count_but_not_for_those_who_made_them(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        class_of(stage, 1)
        made = agreed(stage, stage.responses()[0].id)
        adopt_as_reference(stage.log, stage.rubric, made, "cleo", GATE, REASONS)
        desk = desk_with(stage, tmp_path / "pack", gate=calibration.LEAST - 1)
        assert made.response_id in ids(gate_of(desk))
        for part in ("ann", "bob", "cleo", stage.person.id):
            desk.rater = part
            with pytest.raises(KnownError, match="has 9"):
                gate_of(desk)


class TestLive:
    def test_asks_for_the_gate_and_keeps_that_it_was_passed_by(self, desk: Desk) -> None:
        found = calibration.may_rate_live(desk.log, desk.library, desk.rubric, "me")
        assert not found.passed
        assert "have not taken the gate of Alliance skills (version 2)" in found.said
        with pytest.raises(KnownError, match="have not taken the gate"):
            calibration.live_kind(found)
        assert calibration.live_kind(found, without_gate=True) == UNGATED

    def test_is_free_once_the_gate_is_passed_for_this_rater_and_version(self, desk: Desk) -> None:
        desk.rate(gate_of(desk))
        found = calibration.may_rate_live(desk.log, desk.library, desk.rubric, "me")
        assert found.passed
        assert calibration.live_kind(found) == LIVE
        assert not calibration.may_rate_live(desk.log, desk.library, desk.rubric, "you").passed

    def test_a_gate_that_was_failed_later_closes_it_again(self, desk: Desk) -> None:
        desk.rate(gate_of(desk))
        desk.rate(gate_of(desk), higher(2))
        found = calibration.may_rate_live(desk.log, desk.library, desk.rubric, "me")
        assert not found.passed
        assert "not passed" in found.said

    @pytest.mark.parametrize("kind", [LIVE, UNGATED])
    def test_ratings_count_as_a_supervisors_and_tell_how_they_were_begun(
        self, stage: Stage, desk: Desk, kind: str
    ) -> None:
        class_of(stage, 1)
        live = queue.own(stage.log, stage.home, stage.library, "me")
        (hidden,) = hide(desk, len(live))
        of = rounds.begin(
            desk.log, "me", "Spring", desk.rubric, [*live, hidden],
            references=frozenset({hidden.response_id}), kind=kind,
        ).value  # fmt: skip
        desk.rate(of)
        for place in of.places:
            given = rounds.given_in(desk.log, of, place.response_id)
            assert given is not None
            assert given.role == (LEARNING if place.reference else SUPERVISOR)
        assert of.kind == kind


class TestWaiting:
    """What waits, what a round has and what waits afterwards is one number: none is known by it."""

    def begun(self, desk: Desk, most: int | None = None) -> Round:
        every = queue.own(desk.log, desk.home, desk.library, "me")
        return calibration.begin_live(
            desk.log, desk.home, desk.library, desk.rubric, "me", "Spring", every, LIVE, most
        ).value

    def wait(self, desk: Desk) -> calibration.Waiting:
        return calibration.waiting(desk.log, desk.library, desk.rubric, "me")

    def test_all_that_wait_are_in_the_round_and_none_afterwards(
        self, stage: Stage, desk: Desk
    ) -> None:
        class_of(stage, 3)
        assert self.wait(desk).count == 7  # six, and one hidden among them
        of = self.begun(desk)
        assert len(of.places) == 7
        for one in ids(of):
            assert self.wait(desk).count == 0  # it does not change with what is rated
            desk.rate(of, only=[one])
        with pytest.raises(KnownError, match="Go on with the round they are in"):
            self.begun(desk)

    def test_what_is_left_of_a_round_that_is_put_away_waits_again(
        self, stage: Stage, desk: Desk
    ) -> None:
        class_of(stage, 2)
        rounds.put_away(desk.log, self.begun(desk).id)
        assert self.wait(desk).count == 5
        assert len(self.begun(desk).places) == 5

    @pytest.mark.parametrize("most", [5, 12])
    def test_a_part_is_as_many_as_was_asked_and_the_rest_waits(
        self, stage: Stage, desk: Desk, most: int
    ) -> None:
        class_of(stage, 6)
        assert self.wait(desk) == calibration.Waiting(14)
        hidden = []
        while (left := self.wait(desk).count) > 0:
            of = self.begun(desk, most)
            assert len(of.places) == min(most, left)
            assert self.wait(desk).count == left - len(of.places)
            hidden.append(sum(place.reference for place in of.places))
        assert sum(hidden) == 2

    def test_where_references_would_not_do_for_all_the_number_is_left_open(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        desk = desk_with(stage, tmp_path / "pack", hidden=1)
        class_of(stage, 6)
        assert self.wait(desk) == calibration.Waiting(10, exact=False)
        of = self.begun(desk, 11)
        assert (len(of.places), sum(place.reference for place in of.places)) == (11, 1)

    def test_a_reference_of_ones_own_is_hidden_and_no_response_that_waits(
        self, stage: Stage, desk: Desk
    ) -> None:
        class_of(stage, 2)
        own, gate = stage.responses()[0], stage.responses()[1]
        for one, use in ((own, HIDDEN), (gate, GATE)):
            adopt_as_reference(stage.log, stage.rubric, agreed(stage, one.id), "cleo", use, REASONS)
        assert self.wait(desk).count == 3
        places = {place.response_id: place.reference for place in self.begun(desk).places}
        assert gate.id not in places
        assert [one for one, known in places.items() if known] == [own.id]


def hide(desk: Desk, live: int, **more: object) -> tuple[queue.Candidate, ...]:
    return calibration.hidden_among(
        desk.log, desk.home, desk.library, desk.rubric, desk.rater, live, **more
    )


class TestHidden:
    @pytest.mark.parametrize(("live", "count"), [(1, 1), (10, 1), (11, 2), (40, 4), (500, 6)])
    def test_one_among_ten_begun(self, desk: Desk, live: int, count: int) -> None:
        found = hide(desk, live)
        assert len(found) == count
        assert {desk.known()[one.response_id].use for one in found} == {HIDDEN}
        assert all(one.sound() == one.place for one in found)

    def test_none_comes_twice_while_others_are_left(self, desk: Desk) -> None:
        heard: list[str] = []
        for number in range(2 * COUNTS[HIDDEN]):
            (one,) = hide(desk, 8)
            of = rounds.begin(
                desk.log, "me", f"Live {number}", desk.rubric, [one],
                references=frozenset({one.response_id}),
            ).value  # fmt: skip
            desk.rate(of)
            heard.append(one.response_id)
        first, second = heard[: COUNTS[HIDDEN]], heard[COUNTS[HIDDEN] :]
        assert len(set(first)) == COUNTS[HIDDEN]
        assert second == first  # the one heard longest ago comes again first

    def test_ones_own_sound_like_the_others_and_come_first(self, stage: Stage, desk: Desk) -> None:
        class_of(stage, 2)
        response, other = stage.responses()
        for one in (response, other):
            adopt_as_reference(
                stage.log, stage.rubric, agreed(stage, one.id), "cleo", HIDDEN, REASONS
            )
        live = [
            one
            for one in queue.own(stage.log, stage.home, stage.library, "me")
            if one.response_id != other.id
        ]
        assert response.id in {one.response_id for one in live}
        (found,) = hide(desk, 5, beside=live)  # not one that is among them anyway
        assert found.response_id == other.id

    def test_those_of_the_same_clients_stand_out_less(self, stage: Stage, desk: Desk) -> None:
        class_of(stage, 2)
        anna = [
            one
            for one in queue.own(stage.log, stage.home, stage.library, "me")
            if one.vignette and one.vignette.id == "anna-late"
        ]
        found = hide(desk, 30, beside=anna)
        assert {one.ref.vignette for one in found if one.ref} == {"anna-late"}
