"""A rubric with half points, from its references to the gate and the chart of drift."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.referenced import COUNTS, Desk, Scores, higher, references, with_references
from tests.app.stage import Stage
from tests.app.test_calibration import gate_of, ids, train
from trainer.app import calibration, rounds
from trainer.app.drift import drift
from trainer.app.gate import gate
from trainer.bank import reference_rules
from trainer.domain.reference import HIDDEN

SPREAD = ((1.0, 1.5, 1.0), (2.5, 1.0, 2.0), (3.0, 3.5, 3.5), (4.5, 5.0, None), (5.0, 4.0, 4.5))


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    halves = replace(stage.rubric, scale=replace(stage.rubric.scale, half_points=True))
    made = references(tmp_path / "pack", halves, stage.clients, {**COUNTS, HIDDEN: 10}, SPREAD)
    assert list(reference_rules.ratings_fit(made, halves)) == []
    assert list(reference_rules.ratings_fit(made, stage.rubric)) != []  # whole points only
    library = with_references(stage.library, made)
    first, *others = library.packs
    rubrics = tuple(halves if one.id == halves.id else one for one in first.rubrics)
    library = replace(library, packs=(replace(first, rubrics=rubrics), *others))
    return Desk(stage.log, stage.home, library, halves)


def test_training_tells_both_scores_and_the_anchors_on_either_side(desk: Desk) -> None:
    of = train(desk)
    desk.rate(of, higher(0.5))
    known = desk.known()
    one = next(i for i in ids(of) if known[i].scores["warmth"] == 2.5)
    told = calibration.reveal(desk.log, desk.library, desk.rubric, of, one)
    assert told is not None
    warmth = told.items[0]
    assert (warmth.own, warmth.known, warmth.difference) == (3.0, 2.5, 0.5)
    anchors = desk.rubric.item("warmth").anchors
    assert anchors[2] in warmth.anchor
    assert anchors[3] in warmth.anchor


def nearer_the_middle(_: str, scores: Scores) -> Scores:
    """Half a point off on most scores, one way as often as the other."""
    return {
        item: score if score is None or score == 3 else score + (0.5 if score < 3 else -0.5)
        for item, score in scores.items()
    }


def test_the_gate_is_passed_half_a_point_off_and_drift_is_seen_from_there(desk: Desk) -> None:
    desk.rate(gate_of(desk), nearer_the_middle)
    taken = gate(desk.log, desk.library, desk.rubric, desk.rater)
    assert taken is not None
    assert taken.passed, [one.missing for one in taken.items]
    hidden = calibration.hidden_among(
        desk.log, desk.home, desk.library, desk.rubric, desk.rater, 100
    )
    of = rounds.begin(
        desk.log, desk.rater, "Live", desk.rubric, hidden,
        references=frozenset(one.response_id for one in hidden),
    ).value  # fmt: skip
    desk.rate(of, higher(-1.5))
    seen = drift(desk.log, desk.library, desk.rubric, desk.rater)
    assert "Drift seen in: Mean of all items" in seen.said
