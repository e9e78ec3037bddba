"""Drift on hidden references: told when it is there, not told when it is not."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.referenced import Desk, Scores, higher, references, with_references
from tests.app.stage import Stage
from tests.app.test_calibration import gate_of, hide
from tests.app.test_gate import exactly
from trainer.app import calibration_state, rounds
from trainer.app.drift import Drift, drift
from trainer.app.gate import gate, signed
from trainer.app.references import known
from trainer.domain.reference import GATE, HIDDEN
from trainer.domain.rounds import UNGATED
from trainer.scoring.control import LEAST_VALUES
from trainer.store import rounds as rows


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    counts = {GATE: 15, HIDDEN: 60}
    made = references(tmp_path / "pack", stage.rubric, stage.clients, counts)
    return Desk(stage.log, stage.home, with_references(stage.library, made), stage.rubric)


def live(
    desk: Desk, count: int, judge: Callable[[str, Scores], Scores] = exactly, kind: str = "live"
) -> None:
    """Rate live rounds that hide so many references in all."""
    found = hide(desk, 10 * count)
    assert len(found) == count
    ids = frozenset(one.response_id for one in found)
    of = rounds.begin(
        desk.log, desk.rater, "Live", desk.rubric, found, references=ids, kind=kind
    ).value
    desk.rate(of, judge)


def scattering(by: float = 0.0, seed: int = 1) -> Callable[[str, Scores], Scores]:
    """A rater who is off by a point on one score of three, one way as often as the other.

    ``by``: between 0 and 1, the share of scores that get a point more.
    """
    chance = random.Random(seed)

    def judge(_: str, scores: Scores) -> Scores:
        given: Scores = {}
        for item, score in scores.items():
            off = chance.choice((-1, 0, 0, 0, 0, 1)) + (chance.random() < by)
            given[item] = None if score is None else min(5.0, max(1.0, score + off))
        return given

    return judge


def seen(desk: Desk) -> Drift:
    return drift(desk.log, desk.library, desk.rubric, desk.rater)


def test_without_a_gate_that_was_passed_there_is_none_to_tell(desk: Desk) -> None:
    live(desk, 8, kind=UNGATED)
    assert "There is none yet" in seen(desk).said
    desk.rate(gate_of(desk), higher(2))
    assert seen(desk).charts == ()


def test_a_few_hidden_references_tell_nothing_yet(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    assert seen(desk).said.startswith("No hidden reference was rated since")
    live(desk, LEAST_VALUES - 1, higher(2))
    found = seen(desk)
    assert not found.flagged
    assert found.said.startswith("4 hidden references since the gate passed on ")
    assert found.said.endswith("; drift is told from 5 on.")
    assert "4 rated since: drift is told from 5 on." in found.charts[0].said
    assert not any(point.beyond for one in found.charts for point in one.points)
    live(desk, 1, higher(2))
    found = seen(desk)
    assert found.flagged
    assert [point.beyond for point in found.charts[0].points][-5:] == [False] * 4 + [True]


def test_what_it_says_of_the_gate_is_the_gates_own_figure(desk: Desk) -> None:
    chance = random.Random(4)

    def leaning(_: str, scores: Scores) -> Scores:
        return {i: None if s is None else min(5.0, s + (chance.random() < 0.5))
                for i, s in scores.items()}  # fmt: skip

    desk.rate(gate_of(desk), leaning)
    live(desk, 6, leaning)
    found, passed = seen(desk), gate(desk.log, desk.library, desk.rubric, desk.rater)
    assert passed is not None
    assert passed.passed
    for chart, of in zip(found.charts, (passed.whole, *passed.items), strict=True):
        bias = of.found.bias
        assert bias is not None
        assert bias.value > 0.2
        assert chart.gate == bias.value
        assert f"At the gate it was {signed(bias.value)}; after that, " in chart.said
        last = chart.points[-1]
        assert (
            f"{signed(last.low or 0)} to {signed(last.high or 0)} is to be expected" in chart.said
        )
        assert chart.centre is not None
        assert 0 < chart.centre < bias.value  # what is expected: part of a lean was chance


def test_a_rater_who_stays_is_in_control(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 40, scattering(seed=2))
    found = seen(desk)
    assert not found.flagged
    assert [one.title for one in found.charts] == [
        "Mean of all items", "Warmth", "Repair", "Metacommunication",
    ]  # fmt: skip
    assert found.said.endswith("No drift seen.")
    assert found.charts[0].said.startswith("No drift: ")


def test_one_who_turns_lenient_by_half_a_point_is_flagged_afterwards(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 20, scattering(seed=2))
    assert not seen(desk).flagged
    live(desk, 25, scattering(0.5, seed=3))
    found = seen(desk)
    assert found.flagged
    mean = found.charts[0]
    assert mean.flagged
    new = [one for one in mean.points if one.average is not None]
    first = next(n for n, one in enumerate(new) if one.beyond)
    assert first >= 20
    assert f"Drift: from reference {first + 1} on" in mean.said
    assert "rated higher than at the gate" in mean.said
    assert "Drift seen in: Mean of all items" in found.said


def test_the_chart_once_seen_cannot_be_rated_to(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 6, higher(1))
    before = seen(desk)
    of = next(one for one in rows.rounds_of(desk.log, desk.rater) if one.kind == "live")
    for place in of.places:
        given = rounds.given_in(desk.log, of, place.response_id)
        assert given is not None
        lower = {i: None if s is None else max(1.0, s - 1) for i, s in given.scores.items()}
        rounds.lock(desk.log, of, desk.rubric, place.response_id, rounds.Draft(lower))
    assert seen(desk) == before


def test_one_item_may_drift_alone(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 20, higher(-1.0, "repair"))
    charts = {one.title: one for one in seen(desk).charts}
    assert charts["Repair"].flagged
    assert "rated lower than at the gate" in charts["Repair"].said
    assert not charts["Warmth"].flagged


def test_a_gate_passed_again_is_where_it_begins_anew(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 20, higher(1.0))
    assert seen(desk).flagged
    desk.rate(gate_of(desk), exactly)
    assert not seen(desk).flagged
    assert "No hidden reference was rated since" in seen(desk).said


def test_a_gate_failed_later_gives_none_of_its_references_away(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 6, scattering())
    before = seen(desk)
    for said in ("A gate taken since was not passed", "2 gates taken since were not passed"):
        desk.rate(gate_of(desk), higher(2.0))
        found = seen(desk)
        assert found.charts == before.charts
        assert found.said.startswith(f"{before.said} {said} and ")
    assert before.said.startswith("6 hidden references since the gate passed on ")


def test_where_one_stands_is_read_at_once_and_judged_apart(desk: Desk) -> None:
    desk.rate(gate_of(desk), scattering())
    live(desk, 6, scattering())
    look = calibration_state.look(desk.log, desk.library, desk.rubric, desk.rater)
    found = calibration_state.stand(look)
    assert found.drift == seen(desk)
    assert found.permit.passed
    assert look.counts == {GATE: 15, HIDDEN: 60}
    assert (look.training_left, look.gate_left, look.can_be_gated) == (None, None, True)
    assert [one.title for one in look.bases] == ["Exemplars, spoken"]
    assert len(known(desk.log, desk.library, desk.rubric)) == 75
