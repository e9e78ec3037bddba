"""The gate: what passes, what only just does not, and why."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.referenced import Desk, Scores, higher, references, with_references
from tests.app.stage import Stage
from tests.app.test_calibration import gate_of, ids, train
from trainer.app import calibration
from trainer.app.gate import GateResult, gate, judge, read_gates, verdict
from trainer.domain.reference import GATE, TRAINING
from trainer.scoring.closeness import Closeness
from trainer.scoring.estimate import Estimate

WELL = Estimate(0.9, 0.7, 0.96)


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    made = references(tmp_path / "pack", stage.rubric, stage.clients)
    return Desk(stage.log, stage.home, with_references(stage.library, made), stage.rubric)


def taken(desk: Desk, judge_it: Callable[[str, Scores], Scores]) -> GateResult:
    desk.rate(gate_of(desk), judge_it)
    found = gate(desk.log, desk.library, desk.rubric, desk.rater)
    assert found is not None
    return found


def exactly(_: str, scores: Scores) -> Scores:
    return scores


def figures(within: int, of: int, icc: Estimate | None = WELL) -> Closeness:
    return Closeness(of, within, 0, 0, Estimate(within / of), icc, Estimate(0.0, -0.2, 0.2))


class TestEdges:
    @pytest.mark.parametrize(
        ("within", "of", "passes"),
        [(9, 10, True), (18, 20, True), (17, 19, False), (27, 30, True), (26, 29, False),
         (10, 11, True), (8, 9, False)],
    )  # fmt: skip
    def test_nine_in_ten_and_no_less(self, within: int, of: int, passes: bool) -> None:
        found = verdict("warmth", "Warmth", figures(within, of))
        assert found.passed is passes
        assert bool(found.missing) is not passes

    def test_how_many_would_have_been_needed_is_said(self) -> None:
        (said,) = verdict("warmth", "Warmth", figures(26, 30)).missing
        assert said == "Within one point on 26 of 30 ratings; 27 are needed (90 %)."

    @pytest.mark.parametrize(("low", "passes"), [(0.5, True), (0.4999, False), (0.5001, True)])
    def test_a_lower_limit_of_a_half_and_no_less(self, low: float, passes: bool) -> None:
        found = verdict("warmth", "Warmth", figures(10, 10, Estimate(0.8, low, 0.95)))
        assert found.passed is passes
        assert any("lower limit must be 0.5" in said for said in found.missing) is not passes

    @pytest.mark.parametrize("icc", [None, Estimate(0.9)])
    def test_what_cannot_be_estimated_is_not_passed(self, icc: Estimate | None) -> None:
        found = verdict("warmth", "Warmth", replace(figures(10, 10, icc), reasons=("Because.",)))
        assert found.missing == ("How far you agree cannot be worked out. Because.",)


class TestTaken:
    def test_who_rates_as_the_references_passes(self, desk: Desk) -> None:
        found = taken(desk, exactly)
        assert found.passed
        assert found.references == 12
        assert [one.title for one in found.items] == [i.title for i in desk.rubric.items]
        assert found.whole.found.ratings == 12 * 2 + 10
        assert found.whole.found.both_na == 2
        assert (found.practise, found.notes) == (None, ())

    def test_nothing_is_told_before_it_is_rated_to_its_end(self, desk: Desk) -> None:
        of = gate_of(desk)
        desk.rate(of, only=ids(of)[:-1])
        assert gate(desk.log, desk.library, desk.rubric, "me") is None

    def test_one_item_missed_misses_the_gate_and_says_what_to_do(self, desk: Desk) -> None:
        of = train(desk)
        desk.rate(of, higher(1, "repair"))
        found = taken(desk, higher(2, "repair"))
        assert not found.passed
        warmth, repair, _ = found.items
        assert warmth.passed
        assert not repair.passed
        assert any("90 %" in said for said in repair.missing)
        assert found.practise is not None
        assert found.practise.item == "repair"
        assert "On Repair you rate higher than the references" in found.practise.said
        every = desk.known()
        first, second = found.practise.hear_again
        assert {every[first].use, every[second].use} == {TRAINING}
        # Rated too high in training, where 5 leaves no room to.
        assert every[first].scores["repair"] != 5
        assert every[second].scores["repair"] != 5

    def test_who_rates_too_low_hears_strong_ones_again(self, desk: Desk) -> None:
        found = taken(desk, higher(-2, "warmth"))
        assert found.practise is not None
        assert "lower" in found.practise.said
        best = desk.known()[found.practise.hear_again[0]]
        assert best.scores["warmth"] == 5

    def test_n_a_against_a_score_is_a_miss_that_is_named(self, desk: Desk) -> None:
        def never(_: str, scores: Scores) -> Scores:
            return {**scores, "metacommunication": scores["metacommunication"] or 1.0}

        meta = taken(desk, never).items[2]
        assert (meta.found.ratings, meta.found.within, meta.found.one_na) == (12, 10, 2)
        assert not meta.passed
        assert "N/A by one and a score by the other" in meta.missing[0]

    def test_an_item_that_is_n_a_throughout_cannot_be_passed(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        spread = [(1, 1, None), (3, 3, None), (5, 5, None)]
        made = references(tmp_path / "n", stage.rubric, stage.clients, {GATE: 12}, spread)
        desk = Desk(stage.log, stage.home, with_references(stage.library, made), stage.rubric)
        found = taken(desk, exactly)
        *others, meta = found.items
        assert all(one.passed for one in others)
        assert not meta.passed
        assert "said N/A each time (12)" in meta.missing[0]
        assert found.whole.passed
        assert not found.passed

    def test_references_that_are_all_alike_cannot_be_passed(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        spread = [(3, 1, 1), (3, 3, 3), (3, 5, 5)]
        made = references(tmp_path / "n", stage.rubric, stage.clients, {GATE: 12}, spread)
        desk = Desk(stage.log, stage.home, with_references(stage.library, made), stage.rubric)
        warmth = taken(desk, exactly).items[0]
        assert not warmth.passed
        assert "All references have the same score" in warmth.missing[0]

    def test_what_was_rated_before_is_said(self, desk: Desk) -> None:
        taken(desk, higher(2))
        found = taken(desk, exactly)
        assert found.passed
        assert "12 of the 12 references had been rated by you before" in found.notes[0]

    def test_corrections_after_its_end_change_nothing(self, desk: Desk) -> None:
        of = gate_of(desk)
        desk.rate(of, higher(2))
        before = gate(desk.log, desk.library, desk.rubric, "me")
        desk.rate(of)
        assert gate(desk.log, desk.library, desk.rubric, "me") == before

    def test_corrections_before_its_end_count(self, desk: Desk) -> None:
        of = gate_of(desk)
        first, *others = ids(of)
        desk.rate(of, higher(4), [first])
        desk.rate(of, only=[first])
        desk.rate(of, only=others)
        found = gate(desk.log, desk.library, desk.rubric, "me")
        assert found is not None
        assert found.whole.found.bias == Estimate(0, 0, 0)

    def test_of_another_version_of_the_rubric_it_counts_for_nothing(self, desk: Desk) -> None:
        taken(desk, exactly)
        newer = replace(desk.rubric, ref=replace(desk.rubric.ref, version=99))
        assert gate(desk.log, desk.library, newer, "me") is None

    def test_references_that_are_gone_are_told(self, desk: Desk) -> None:
        taken(desk, exactly)
        (made,) = desk.library.reference_sets
        left = [one for one in made.references if one.id not in ("gate-0", "gate-1", "gate-2")]
        fewer = with_references(desk.library, replace(made, references=tuple(left)))
        found = gate(desk.log, fewer, desk.rubric, "me")
        assert found is not None
        assert not found.passed
        assert "Only 9 references of this gate" in found.notes[0]


def test_it_can_be_judged_in_another_process(desk: Desk) -> None:
    desk.rate(gate_of(desk), higher(1, "warmth"))
    every = tuple(desk.known().values())
    (sheet,) = read_gates(desk.log, every, desk.rubric, "me")
    assert judge(pickle.loads(pickle.dumps(sheet))) == judge(sheet)
    assert calibration.permit(desk.rubric, judge(sheet)).passed is judge(sheet).passed
