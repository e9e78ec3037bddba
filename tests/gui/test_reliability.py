"""The reliability screen: the same figures as the command, each drawn, spoken and explained."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.gui.figures_read import Around, drawn, inside, rate_by_two, read
from tests.gui.practised import Practised
from tests.gui.reviewed import words
from tests.scoring.test_agreement import marks_of
from trainer.app import reliability
from trainer.exchange.marks import write_marks
from trainer.gui.screens.reliability import ReliabilityScreen
from trainer.gui.widgets.parts import Parts
from trainer.gui.widgets.plans import Plans
from trainer.gui.widgets.table import Table


def test_the_figures_are_those_of_the_command(figures: ReliabilityScreen, judges: Path) -> None:
    figures.open_table(judges)
    document = reliability.as_json(reliability.agree(judges))["items"]["warmth"]
    shown = drawn(figures)
    expected = {
        f"{name} of warmth" if name in ("ICC(A,1)", "ICC(A,k)") else name: value
        for name, value in document["icc"].items()
    }
    for name, value in document["alpha"].items():
        expected[f"alpha, {name}"] = {"value": value, **document["alpha_intervals"][name]}
    for name, value in document["kappa_quadratic"].items():
        limits = document["kappa_quadratic_intervals"][name]
        expected[f"kappa of {name.replace('~', ' and ')}"] = {"value": value, **limits}
    expected["within one point"] = {
        "value": document["within_one"], **document["within_one_interval"],
    }  # fmt: skip
    for name, one in document["severity"].items():
        expected[f"severity of {name}, points"] = {**one, "value": one["points"]}
        expected[f"severity of {name}, logits"] = {
            "value": one["logits"], "low": one["logits_low"], "high": one["logits_high"],
        }  # fmt: skip
    for name, value in expected.items():
        one = shown[name]
        assert (one.value, one.low, one.high) == (value["value"], value["low"], value["high"])
    assert set(shown) == set(expected)
    assert shown["ICC(A,1) of warmth"].accessibleName() == (
        "ICC(A,1) of warmth 0.29, 95 % interval 0.02 to 0.76: poor to good"
    )
    text = read(figures)
    assert "One rater: 0.29   (95 % interval 0.02 to 0.76)   poor to good" in text
    assert "4 raters, 6 responses, 24 ratings; no rating missing" in text
    assert "4 raters, 6 responses, 24 scores on 1 item" in figures.said.text()


def test_the_g_study_and_drift_are_those_of_the_commands(
    figures: ReliabilityScreen, course: Path
) -> None:
    figures.open_table(course)
    figures.item.setCurrentIndex(figures.item.findText("repair"))
    figures.item.activated.emit(figures.item.currentIndex())
    found = reliability.study_as_json(reliability.study(course, 0.8))["items"]["repair"]
    told = reliability.as_json(reliability.agree(course))
    shown = drawn(figures)
    assert (shown["G"].value, shown["G"].low) == (found["g"], found["g_interval"]["low"])
    assert (shown["Phi"].value, shown["Phi"].high) == (found["phi"], found["phi_interval"]["high"])
    drift = told["items"]["repair"]["drift"]["r2"]["slope"]
    one = shown["drift of r2, against the others"]
    assert (one.value, one.low, one.high) == tuple(drift.values())
    halo = shown["correlation of warmth and repair"]
    assert halo.value == told["halo"]["warmth~repair"]["value"]
    (parts,) = inside(figures, Parts)
    whole = sum(found["components"].values())
    names = {"residual": "rest"}
    assert dict(parts.parts) == pytest.approx(
        {names.get(name, name.replace(":", " × ")): value / whole
         for name, value in found["components"].items()}
    )  # fmt: skip
    (plans,) = inside(figures, Plans)
    first = found["needed"][0]
    text = f"With {first['raters']} rater you need {first['vignettes']} vignettes each"
    assert text in read(figures)
    assert plans.accessibleName() in read(figures)
    assert "before: " in read(figures)


def test_the_first_screen_shows_the_agreement_of_every_item_by_its_title(
    practised: Practised, figures: ReliabilityScreen
) -> None:
    rate_by_two(practised)
    figures.resize(1040, 840)  # what a window of 1280 x 900 leaves
    figures.read()
    text = read(figures)
    first, doubts, *_ = figures.page.sections
    for title in ("Warmth", "Repair", "Metacommunication"):
        one = drawn(figures)[f"ICC(A,1) of {title}"]
        assert figures.rect().contains(one.mapTo(figures, one.rect().bottomRight()))
    assert doubts.y() > first.y()
    assert "Occasions are the days on which the raters rated" in text
    assert doubts.accessibleName() == "Before you trust these figures"
    assert "Only 4 responses have two raters" in doubts.accessibleDescription()
    everything = text + "".join(one.accessibleDescription() for one in figures.page.sections)
    for word in ("warmth", "repair", "metacommunication"):
        assert word not in everything


def test_many_doubts_are_folded_away_and_one_key_shows_them(
    figures: ReliabilityScreen, tmp_path: Path
) -> None:
    path = tmp_path / "doubtful.csv"
    made = marks_of([[2, 4], [1, None], [3, 5], [4, 4]], blind=False)
    more = [replace(made[0], rater="x", role=role) for role in ("self", "reference")]
    write_marks(path, [*(m for m in made if m.score), more[0], replace(more[1], rater="y")])
    figures.open_table(path)
    few = "Only 3 responses have two raters"
    assert few not in read(figures)
    (fold,) = figures.page.sections[1].findChildren(QPushButton)
    assert fold.text() == "Show 5 things to know"
    fold.setFocus()
    QTest.keyClick(fold, Qt.Key.Key_Space)
    assert few in words(figures)


def test_who_would_gain_or_lose_is_named(figures: ReliabilityScreen, tmp_path: Path) -> None:
    rows = [[2, 4, 4], [1, 3, 3], [3, 5, 5], [2, None, None], [None, 4, 3]]
    path = tmp_path / "severe.csv"
    write_marks(path, [m for m in marks_of(rows) if m.score is not None])
    figures.open_table(path)
    assert "2 of 5 responses would gain or lose more than half a point" in read(figures)
    document = reliability.as_json(reliability.agree(path))["items"]["warmth"]
    far = {name: one for name, one in document["fair_scores"].items()
           if abs(one["fair"] - one["raw"]) > 0.5}  # fmt: skip
    assert len(far) == 2
    (table,) = inside(figures, Table)
    for name, one in far.items():
        assert name in words(table)
        assert f"{one['raw']:.2f}" in words(table)
        assert f"{one['fair']:.2f}" in words(table)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1], [2], [3]], "Let a second rater rate some of these responses"),
        ([[1, 2, 3]], "There is one response only"),
        ([[2, 2], [2, 2], [2, 2]], "All scores are the same"),
    ],
)
def test_what_cannot_be_told_has_its_reason(
    figures: ReliabilityScreen, tmp_path: Path, around: Around, rows: list[list[int]], reason: str
) -> None:
    path = tmp_path / "few.csv"
    write_marks(path, marks_of(rows))
    figures.open_table(path)
    assert around.told == []
    assert reason in read(figures)
    assert "ICC(A,1) of warmth" not in drawn(figures)
    if len(rows[0]) > 1:
        assert "the table does not say on which occasion" in read(figures)
