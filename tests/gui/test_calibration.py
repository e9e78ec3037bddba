"""Calibration: where one stands, what is next, what the figures are, and drift in words."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.fakes import LateRunner
from tests.app.referenced import Desk as Rater
from tests.app.referenced import higher, references, with_references
from tests.app.test_drift import exactly, scattering
from tests.gui import calibrated, fakes
from tests.gui.calibrated import Window, button, card, opened
from tests.gui.practised import Practised
from tests.gui.reviewed import words
from trainer.domain.changes import Changes
from trainer.domain.rounds import CALIBRATION, GATE
from trainer.gui import theme
from trainer.gui.screens.calibration import CalibrationScreen
from trainer.gui.screens.calibration_cards import DriftCard, GateCard
from trainer.gui.widgets.limits import Limits
from trainer.store import rounds


def last_round(practised: Practised, window: Window) -> str:
    (went,) = window.went
    (made,) = rounds.rounds_of(practised.log, practised.person.id)[:1]
    assert went == f"round {made.id}"
    return made.kind


def test_at_first_it_leads_to_training_and_says_whose_judgement_it_is(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    screen, window = opened(practised, qtbot)
    said = words(screen)
    assert "Not begun" in said
    assert "no panel of experts" in said
    assert "may speak with synthetic voices" in said
    assert "6 to train with, 15 for the gate, 30 to be hidden" in said
    train = button(screen, "Train (frame of reference)")
    assert train.property("primary")
    train.click()
    assert last_round(practised, window) == CALIBRATION


def test_training_half_done_is_gone_on_with(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.train(rater, exactly, 2)
    screen, window = opened(practised, qtbot)
    assert "Training: 2 of 6 references rated" in words(screen)
    button(screen, "Go on training (2 of 6)").click()
    assert last_round(practised, window) == CALIBRATION


def test_what_training_told_is_read_and_heard_again_by_keys(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.train(rater, higher(1, "repair"), 3)
    calibrated.gate(rater, exactly)
    screen, window = opened(practised, qtbot)
    button(screen, "What training told (3)").click()
    told = screen.told
    assert told is not None
    assert told.which.hasFocus()
    assert told.which.count() == 3
    assert "1. " in told.which.currentText()
    assert "Repair one point above" in told.which.currentText()
    qtbot.waitUntil(lambda: "Repair of training" in words(told))
    said = words(told)
    assert "What is said: “What is said.”" in said
    assert "What decides for " in said
    assert not told.earlier.isEnabled()
    for _ in range(2):
        qtbot.keyClick(told.which, Qt.Key.Key_PageDown)
    assert "Reference 3 of 3." in words(told)
    assert "for gate" not in words(told)
    sounding: list[bool] = []
    told.hearing.sounding.connect(sounding.append)
    qtbot.keyClick(told.which, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: sounding == [True, False])
    qtbot.keyClick(told.which, Qt.Key.Key_Escape)
    assert (screen.told, window.went) == (None, [])
    assert screen.steps is not None
    assert screen.steps.again.hasFocus()


def test_after_training_the_gate_is_next(practised: Practised, rater: Rater, qtbot: QtBot) -> None:
    calibrated.train(rater, exactly)
    screen, window = opened(practised, qtbot)
    gate = button(screen, "Take the gate")
    assert gate.property("primary")
    gate.click()
    assert last_round(practised, window) == GATE
    calibrated.gate(rater, exactly, 4)
    screen.news(Changes.RATINGS)
    assert "Gate begun: 4 of 15 rated" in words(screen)
    assert button(screen, "Go on with the gate (4 of 15)").isVisible()


def test_a_gate_passed_shows_its_figures_with_their_limits(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.gate(rater, scattering())
    screen, _ = opened(practised, qtbot)
    assert "✓ Gate passed on" in words(screen)
    gate = card(screen, GateCard)
    assert isinstance(gate, GateCard)
    assert len(gate.boxes) == 4
    for box in gate.boxes:
        share, agreement, bias = box.findChildren(Limits)
        assert share.accessibleName().startswith("Within one point: ")
        assert agreement.accessibleName().count("0.") == 3
        assert " to " in bias.accessibleName()
        assert box.accessibleName().endswith("✓ passed")


def test_a_gate_missed_says_why_and_leads_to_what_to_hear_again(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.train(rater, exactly)
    calibrated.gate(rater, higher(2, "repair"))
    screen, window = opened(practised, qtbot)
    said = words(screen)
    assert "✗ Gate not passed" in said
    assert "On Repair you rate higher than the references" in said
    assert "are needed (90 %)" in said
    assert "Repair: ✗ not passed" in said
    assert "Warmth: ✓ passed" in said
    button(screen, "Hear two training references").click()
    (made,) = rounds.rounds_of(practised.log, practised.person.id)[:1]
    assert window.went == [f"round {made.id}"]
    assert (made.kind, len(made.places)) == (CALIBRATION, 2)


def test_drift_is_drawn_and_read_point_by_point_with_keys(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.gate(rater, scattering())
    calibrated.live(rater, 20, higher(1.0, "warmth"))
    screen, _ = opened(practised, qtbot)
    drift = card(screen, DriftCard)
    assert isinstance(drift, DriftCard)
    mean, warmth, repair, _meta = drift.boxes
    assert "Warmth: ▲ drift" in words(warmth)
    assert "rated higher than at the gate" in words(warmth)
    assert "drift" not in words(repair).splitlines()[0]
    assert "Rings: references at the gate" in words(drift)
    warmth.chart.setFocus()
    assert "Reference 20, " in words(warmth)
    assert "beyond its limits" in words(warmth)
    qtbot.keyClick(warmth.chart, Qt.Key.Key_Home)
    assert "At the gate, " in words(warmth)
    qtbot.keyClick(warmth.chart, Qt.Key.Key_End)
    qtbot.keyClick(warmth.chart, Qt.Key.Key_Left)
    assert "Reference 19, " in words(warmth)
    assert warmth.chart.accessibleDescription() in words(warmth)
    mean.chart.setFocus()
    assert "Reference 19, " not in words(warmth)


NARROW = 567  # what a window of 720 pixels leaves of itself at 200 %


def test_nothing_goes_beyond_a_narrow_window_with_large_text(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.train(rater, exactly)
    calibrated.gate(rater, scattering())
    calibrated.live(rater, 6, exactly)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 200)
    try:
        screen, _ = opened(practised, qtbot)
        screen.resize(NARROW, 720)
        assert screen.steps is not None
        qtbot.waitUntil(lambda: screen.steps.width() < NARROW)
        assert screen.width() == NARROW
        assert screen._area.horizontalScrollBar().maximum() == 0
        screen.steps.again.click()
        assert screen.told is not None
        qtbot.waitUntil(lambda: screen.told.hearing.width() < NARROW)
        assert screen.width() == NARROW
        assert screen.told._area.horizontalScrollBar().maximum() == 0
    finally:
        theme.apply(app, "light", 100)


def test_what_takes_longer_than_a_moment_is_said_until_it_is_there(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    desk = calibrated.desk_of(practised)
    desk.runner = late = LateRunner(desk.runner)
    screen = CalibrationScreen(desk, Window())
    qtbot.addWidget(screen)
    screen.show()
    screen.entered()
    qtbot.waitUntil(lambda: "Working out where you stand" in words(screen), timeout=5000)
    late.land()
    assert screen.steps is not None
    assert "Working out where you stand" not in words(screen)


def test_without_references_it_says_where_they_come_from(
    practised: Practised, qtbot: QtBot
) -> None:
    screen, _ = opened(practised, qtbot)
    other = screen.rubric.findData("core/facilitative-eight")
    screen.rubric.setCurrentIndex(other)
    screen.rubric.activated.emit(other)
    said = words(screen)
    assert "too few references for a gate" in said
    assert "made from consensus ratings of your own" in said
    assert screen.steps is not None
    assert not screen.steps.gate.isEnabled()
    assert screen.steps.train.isHidden()


def test_another_rubric_is_another_calibration(
    practised: Practised, rater: Rater, qtbot: QtBot
) -> None:
    calibrated.gate(rater, exactly)
    screen, _ = opened(practised, qtbot)
    assert "✓ Gate passed" in words(screen)
    other = screen.rubric.findData("core/facilitative-eight")
    screen.rubric.setCurrentIndex(other)
    screen.rubric.activated.emit(other)
    assert "✓ Gate passed" not in words(screen)
    assert "too few references" in words(screen)


def test_training_leads_to_the_round_itself(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fakes.opened(qtbot, fakes.settled_home(tmp_path / "home"), monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        desk = it.window.desk
        assert desk is not None
        library, rubric = desk.library, desk.library.rubric("alliance-skills")
        clients = [v for v in library.vignettes if v.ref.pack == "short"]
        desk.library = with_references(library, references(tmp_path / "r", rubric, clients))
        it.window.go("calibration")
        it.shows(lambda: it.buttons_named("Train (frame of reference)"))
        assert "Where the references come from" in words(it.window.shown())
        it.tab_to("Train (frame of reference)")
        it.press("Return")
        it.shows(lambda: it.screen() == "RoundScreen")
        it.shows(lambda: "1 of 5" in words(it.window.shown()))
        assert it.banner() == ""
        it.window.go("calibration")
        it.shows(lambda: it.buttons_named("Begin training"))
