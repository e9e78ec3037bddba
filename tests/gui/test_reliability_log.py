"""Reliability from the log and from tables: whose names are told, and what is saved."""

import csv
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.figures_read import Around, drawn, rate_by_two, read
from tests.gui.practised import Practised
from trainer.domain.errors import ContentError
from trainer.exchange.marks import read_marks
from trainer.gui.screens.reliability import ReliabilityScreen


def test_what_others_gave_is_kept_back_until_one_has_rated_oneself(
    practised: Practised, figures: ReliabilityScreen
) -> None:
    rate_by_two(practised, self_rated=False)
    figures.read()
    assert drawn(figures) == {}


def test_an_empty_log_says_what_to_do(figures: ReliabilityScreen, around: Around) -> None:
    assert "Nobody has rated others here yet" in read(figures)
    QTest.keyClick(figures.focusWidget(), Qt.Key.Key_Space)
    assert around.went == ["rate"]


def test_the_logs_raters_are_named_unless_codes_are_asked_for(
    practised: Practised, figures: ReliabilityScreen
) -> None:
    kim, lee = rate_by_two(practised)
    figures.read()
    assert figures.source.currentText() == "In this log: Alliance skills, version 2"
    assert figures.item.currentText() == "Warmth"
    assert f"kappa of {kim} and {lee}" in drawn(figures)
    assert "2 raters, 4 responses, 24 scores on 3 items" in figures.said.text()
    figures.codes.click()
    assert "kappa of P2 and P3" in drawn(figures)
    everything = read(figures) + " ".join(one.accessibleName() for one in drawn(figures).values())
    everything += " ".join(one.accessibleDescription() for one in figures.page.sections)
    assert "Kim" not in everything
    assert "Lee" not in everything


def test_what_is_saved_opens_again_with_the_same_figures(
    practised: Practised, figures: ReliabilityScreen, tmp_path: Path, around: Around
) -> None:
    kim, _ = rate_by_two(practised)
    figures.read()
    before = {name: one.value for name, one in drawn(figures).items() if "ICC" in name}
    out, fair = tmp_path / "out, ü.csv", tmp_path / "fair.csv"
    figures.save_table(out)
    figures.save_fair(fair)
    assert str(fair) in around.banner.text()
    assert kim not in out.read_text(encoding="utf-8")
    assert practised.person.name not in fair.read_text(encoding="utf-8")
    with fair.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 12
    figures.open_table(out)
    assert figures.source.currentText() == "out, ü.csv"
    assert {name: one.value for name, one in drawn(figures).items() if "ICC" in name} == before
    figures.names.click()
    figures.source.setCurrentIndex(0)
    figures.source.activated.emit(0)
    figures.save_table(out)
    assert kim in {mark.rater for mark in read_marks(out).marks}
    assert around.told == []


def test_a_table_at_fault_is_told_and_the_old_figures_stay(
    figures: ReliabilityScreen, judges: Path, around: Around, tmp_path: Path
) -> None:
    figures.open_table(judges)
    before = {name: one.value for name, one in drawn(figures).items()}
    bad = tmp_path / "bad.csv"
    bad.write_text("response,rater,item,score\nu1,r1,warmth,4\nu1,r2,warmth,x\n", encoding="utf-8")
    figures.open_table(bad)
    (error,) = around.told
    assert isinstance(error, ContentError)
    assert str(error).startswith(f"{bad}:3: score: 'x' is not a number")
    assert {name: one.value for name, one in drawn(figures).items()} == before
    assert figures.source.currentText() == judges.name
    figures.save_table(tmp_path / "none" / "a.csv")
    assert "was not written" in str(around.told[1])
