"""The reliability screen with patience, by keyboard, by ear and in a narrow window."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.app.fakes import LateRunner
from tests.gui.fakes import opened, settled_home
from tests.gui.figures_read import Around, drawn, inside, read, settle
from tests.gui.practised import Practised
from tests.gui.reviewed import words
from trainer.gui.screens.reliability import ReliabilityScreen
from trainer.gui.widgets.figures import Section
from trainer.gui.widgets.intervals import Interval
from trainer.gui.widgets.parts import Parts
from trainer.gui.widgets.plans import Plans


def test_the_screen_opens_without_what_only_the_process_that_counts_needs() -> None:
    # To import it took a tenth of a second on the window's own thread, before anything was shown.
    code = (
        "import sys; import trainer.gui.screens.reliability;"
        "print([m for m in sys.modules if m.startswith(('trainer.scoring.', 'scipy'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_what_takes_long_is_shown_and_can_be_ended(
    practised: Practised, qtbot: QtBot, around: Around, judges: Path, course: Path
) -> None:
    desk = practised.desk()
    late = LateRunner(desk.runner)
    desk.runner = late
    screen = ReliabilityScreen(desk, around)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
    screen.open_table(judges)
    qtbot.waitUntil(lambda: "Working out the figures" in words(screen), timeout=5000)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert "Working out the figures" not in read(screen)
    late.land()
    assert screen.view is None
    screen.open_table(judges)
    screen.open_table(course)
    late.land()
    assert screen.source.currentText() == course.name
    assert "Working out the figures" not in read(screen)


def test_tab_leads_to_every_section_and_arrows_scroll(
    figures: ReliabilityScreen, course: Path, qtbot: QtBot
) -> None:
    figures.open_table(course)
    settle(figures)
    qtbot.waitUntil(lambda: figures.page.sections[-1].height() > 50)
    figures.source.setFocus()
    met: list[Section] = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(focused, Section) and focused not in met:
            met.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert met == list(figures.page.sections)
    bar = figures.page.verticalScrollBar()
    figures.page.sections[0].setFocus()
    bar.setValue(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
        before = bar.value()
        QTest.keyClick(figures.page.sections[0], key)
        assert bar.value() > before
    QTest.keyClick(figures.page.sections[0], Qt.Key.Key_Up)
    assert bar.value() < bar.maximum()


def test_everything_drawn_is_told_to_a_screen_reader(
    figures: ReliabilityScreen, course: Path
) -> None:
    figures.open_table(course)
    settle(figures)
    for section in figures.page.sections:
        assert section.accessibleName()
        for one in section.findChildren(Interval):
            assert f"{abs(one.value):.2f}" in one.accessibleName()
            assert "95 % interval" in one.accessibleName()
            assert one.accessibleName() in section.accessibleDescription()
    assert "trainee" in inside(figures, Parts)[0].accessibleName()
    for choice in (figures.source, figures.item):
        assert choice.accessibleName()
    agree = next(
        one
        for one in figures.page.sections
        if one.accessibleName() == "More on how far raters agree"
    )
    fold = next(one for one in agree.findChildren(QPushButton) if "Other ICCs" in one.text())
    assert "ICC(C,k)" not in read(figures)
    fold.click()
    assert "ICC(C,k)" in read(figures)


def test_the_plans_leave_out_columns_where_it_is_narrow(
    figures: ReliabilityScreen, course: Path, qtbot: QtBot
) -> None:
    figures.open_table(course)
    (plans,) = inside(figures, Plans)
    assert plans.columns() == tuple(range(1, 17))
    figures.resize(520, 700)
    qtbot.waitUntil(lambda: plans.width() < 480)
    assert plans.columns() == (1, 2, 3, 4, 6, 8, 12, 16)


def test_in_the_window_figures_come_from_the_process_that_counts(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judges: Path
) -> None:
    with opened(qtbot, settled_home(tmp_path / "home"), monkeypatch) as it:
        it.window.go("reliability")
        screen = it.window.shown()
        assert isinstance(screen, ReliabilityScreen)
        screen.open_table(judges)  # before the log has answered
        qtbot.waitUntil(lambda: screen.view is not None, timeout=60_000)
        assert drawn(screen)["ICC(A,1) of warmth"].value == pytest.approx(0.2898, abs=1e-4)
        judges.write_text("rater,item\n", encoding="utf-8")
        screen.open_table(judges)
        it.shows(it.banner)
        assert f"{judges}:1: " in it.banner()
