"""The reliability screen: the same figures as the command, each drawn, spoken and explained."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.app.fakes import LateRunner
from tests.gui.fakes import opened, settled_home
from tests.gui.practised import Practised
from tests.gui.test_feedback import words
from tests.scoring.made import study
from tests.scoring.test_agreement import JUDGES, marks_in, marks_of
from trainer.app import reliability, today
from trainer.domain.errors import ContentError
from trainer.domain.ids import new_id
from trainer.domain.rating import Rating
from trainer.exchange.marks import read_marks, write_marks
from trainer.gui.screens.reliability import ReliabilityScreen
from trainer.gui.widgets.banner import Banner
from trainer.gui.widgets.figures import Section
from trainer.gui.widgets.intervals import Interval
from trainer.gui.widgets.parts import Parts
from trainer.gui.widgets.plans import Plans
from trainer.gui.widgets.table import Table
from trainer.store import ratings


class Window:
    """Where the screen leads to, and what it says went wrong."""

    def __init__(self) -> None:
        self.banner = Banner()
        self.went: list[str] = []
        self.told: list[Exception] = []

    def go(self, room: str) -> None:
        self.went.append(room)

    def failed(self, error: Exception) -> None:
        self.told.append(error)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made.banner)
    return made


@pytest.fixture
def screen(practised: Practised, qtbot: QtBot, window: Window) -> Iterator[ReliabilityScreen]:
    made = ReliabilityScreen(practised.desk(), window)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    with qtbot.waitActive(made):
        made.show()
    made.entered()
    yield made
    made.left()


@pytest.fixture
def judges(tmp_path: Path) -> Path:
    """Shrout & Fleiss 1979, table 2."""
    path = tmp_path / "Shrout & Fleiss, ü.csv"
    write_marks(path, marks_of(JUDGES))
    return path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course: 20 trainees, 8 vignettes, 3 raters, 2 items, before and after."""
    draw, path = np.random.default_rng(1), tmp_path / "course.csv"
    table = [
        replace(mark, occasion="before" if int(mark.vignette[1:]) < 5 else "then")
        for item in ("warmth", "repair")
        for mark in marks_in(study(draw, trainees=20, missing=0.2), item)
    ]
    write_marks(path, table)
    return path


def read(screen: ReliabilityScreen) -> str:
    """Everything that can be read, once all sections are there."""
    settle(screen)
    return words(screen)


def settle(screen: ReliabilityScreen) -> None:
    """Until the sections, which come one after another, are there and shown."""
    for _ in range(1000):
        QTest.qWait(1)
        if screen.page.whole and all(one.isVisibleTo(screen) for one in screen.page.sections):
            return
    raise AssertionError("the sections do not come")


def drawn(screen: ReliabilityScreen) -> dict[str, Interval]:
    """Every drawn interval by what it is of, folded away or not."""
    return {_name(one.accessibleName()): one for one in inside(screen, Interval)}


def inside(screen: ReliabilityScreen, kind: type) -> list:
    """The widgets of a kind in the sections that are shown."""
    settle(screen)
    return [one for section in screen.page.sections for one in section.findChildren(kind)]


def _name(said: str) -> str:
    """Without the figures: the value is the last word before the interval."""
    return said.split(", 95 % interval")[0].rsplit(" ", 1)[0]


def rate_by_two(practised: Practised, *, self_rated: bool = True) -> tuple[str, str]:
    """Two supervisors rate four answers of the person here; their names."""
    rubric = practised.library.rubric("alliance-skills")
    kim, lee = (today.add_person(practised.log, name).value for name in ("Kim Ü.", "Lee O."))
    for number in range(4):
        response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=0.5)
        if self_rated:
            practised.rate(response, rubric, 3, 3, 3)
        for less, rater in enumerate((kim, lee)):
            scores = dict.fromkeys((item.id for item in rubric.items), float(2 + number % 3 - less))
            ratings.add_rating(practised.log, Rating(
                new_id(), response.id, rater.id, "supervisor", rubric.ref, scores, True,
                practised.at, blind=True,
            ))  # fmt: skip
    return kim.name, lee.name


def test_what_others_gave_is_kept_back_until_one_has_rated_oneself(
    practised: Practised, screen: ReliabilityScreen
) -> None:
    rate_by_two(practised, self_rated=False)
    screen.read()
    assert drawn(screen) == {}


# What is shown


def test_the_figures_are_those_of_the_command(screen: ReliabilityScreen, judges: Path) -> None:
    screen.open_table(judges)
    document = reliability.as_json(reliability.agree(judges))["items"]["warmth"]
    shown = drawn(screen)
    expected = dict(document["icc"])
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
    assert shown["ICC(A,1)"].accessibleName() == (
        "ICC(A,1) 0.29, 95 % interval 0.02 to 0.76: poor to good"
    )
    text = read(screen)
    assert "0.29   (95 % interval 0.02 to 0.76)   poor to good" in text
    assert "4 raters, 6 responses, 24 ratings; no rating missing" in text
    assert "4 raters, 6 responses, 24 ratings on 1 item" in screen.said.text()


def test_the_g_study_and_drift_are_those_of_the_commands(
    screen: ReliabilityScreen, course: Path
) -> None:
    screen.open_table(course)
    screen.item.setCurrentIndex(screen.item.findText("repair"))
    screen.item.activated.emit(screen.item.currentIndex())
    found = reliability.study_as_json(reliability.study(course, 0.8))["items"]["repair"]
    told = reliability.as_json(reliability.agree(course))
    shown = drawn(screen)
    assert (shown["G"].value, shown["G"].low) == (found["g"], found["g_interval"]["low"])
    assert (shown["Phi"].value, shown["Phi"].high) == (found["phi"], found["phi_interval"]["high"])
    drift = told["items"]["repair"]["drift"]["r2"]["slope"]
    one = shown["drift of r2, against the others"]
    assert (one.value, one.low, one.high) == tuple(drift.values())
    halo = shown["correlation of warmth and repair"]
    assert halo.value == told["halo"]["warmth~repair"]["value"]
    (parts,) = inside(screen, Parts)
    whole = sum(found["components"].values())
    assert dict(parts.parts) == pytest.approx(
        {name: value / whole for name, value in found["components"].items()}
    )
    (plans,) = inside(screen, Plans)
    first = found["needed"][0]
    text = f"With {first['raters']} rater you need {first['vignettes']} vignettes each"
    assert text in read(screen)
    assert plans.accessibleName() in read(screen)
    assert "before: " in read(screen)


def test_who_would_gain_or_lose_is_named(screen: ReliabilityScreen, tmp_path: Path) -> None:
    rows = [[2, 4, 4], [1, 3, 3], [3, 5, 5], [2, None, None], [None, 4, 3]]
    path = tmp_path / "severe.csv"
    write_marks(path, [m for m in marks_of(rows) if m.score is not None])
    screen.open_table(path)
    assert "2 of 5 responses would gain or lose more than half a point" in read(screen)
    document = reliability.as_json(reliability.agree(path))["items"]["warmth"]
    far = {name: one for name, one in document["fair_scores"].items()
           if abs(one["fair"] - one["raw"]) > 0.5}  # fmt: skip
    assert len(far) == 2
    (table,) = inside(screen, Table)
    for name, one in far.items():
        assert name in words(table)
        assert f"{one['raw']:.2f}" in words(table)
        assert f"{one['fair']:.2f}" in words(table)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1], [2], [3]], "there is only one rater"),
        ([[1, 2, 3]], "There is one response only"),
        ([[2, 2], [2, 2], [2, 2]], "All scores are the same"),
    ],
)
def test_what_cannot_be_told_has_its_reason(
    screen: ReliabilityScreen, tmp_path: Path, window: Window, rows: list[list[int]], reason: str
) -> None:
    path = tmp_path / "few.csv"
    write_marks(path, marks_of(rows))
    screen.open_table(path)
    assert window.told == []
    assert reason in read(screen)
    assert "ICC(A,1)" not in drawn(screen)
    assert "the table does not say on which occasion" in read(screen)


def test_an_empty_log_says_what_to_do(screen: ReliabilityScreen, window: Window) -> None:
    assert "Nobody has rated others here yet" in read(screen)
    QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Space)
    assert window.went == ["rate"]


# From the log, and back


def test_the_logs_raters_are_named_unless_codes_are_asked_for(
    practised: Practised, screen: ReliabilityScreen
) -> None:
    kim, lee = rate_by_two(practised)
    screen.read()
    assert screen.source.currentText() == "In this log: Alliance skills, version 2"
    assert screen.item.currentText() == "Warmth"
    assert f"kappa of {kim} and {lee}" in drawn(screen)
    assert "2 raters, 4 responses, 24 ratings on 3 items" in screen.said.text()
    screen.codes.click()
    assert "kappa of P2 and P3" in drawn(screen)
    everything = read(screen) + " ".join(one.accessibleName() for one in drawn(screen).values())
    everything += " ".join(one.accessibleDescription() for one in screen.page.sections)
    assert "Kim" not in everything
    assert "Lee" not in everything


def test_what_is_saved_opens_again_with_the_same_figures(
    practised: Practised, screen: ReliabilityScreen, tmp_path: Path, window: Window
) -> None:
    kim, _ = rate_by_two(practised)
    screen.read()
    before = {name: one.value for name, one in drawn(screen).items() if "ICC" in name}
    out, fair = tmp_path / "out, ü.csv", tmp_path / "fair.csv"
    screen.save_table(out)
    screen.save_fair(fair)
    assert str(fair) in window.banner.text()
    assert kim not in out.read_text(encoding="utf-8")
    assert practised.person.name not in fair.read_text(encoding="utf-8")
    with fair.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 12
    screen.open_table(out)
    assert screen.source.currentText() == "out, ü.csv"
    assert {name: one.value for name, one in drawn(screen).items() if "ICC" in name} == before
    screen.names.click()
    screen.source.setCurrentIndex(0)
    screen.source.activated.emit(0)
    screen.save_table(out)
    assert kim in {mark.rater for mark in read_marks(out).marks}
    assert window.told == []


def test_a_table_at_fault_is_told_and_the_old_figures_stay(
    screen: ReliabilityScreen, judges: Path, window: Window, tmp_path: Path
) -> None:
    screen.open_table(judges)
    before = {name: one.value for name, one in drawn(screen).items()}
    bad = tmp_path / "bad.csv"
    bad.write_text("response,rater,item,score\nu1,r1,warmth,4\nu1,r2,warmth,x\n", encoding="utf-8")
    screen.open_table(bad)
    (error,) = window.told
    assert isinstance(error, ContentError)
    assert str(error).startswith(f"{bad}:3: score: 'x' is not a number")
    assert {name: one.value for name, one in drawn(screen).items()} == before
    assert screen.source.currentText() == judges.name
    screen.save_table(tmp_path / "none" / "a.csv")
    assert "was not written" in str(window.told[1])


# With patience, by keyboard, by ear


def test_what_takes_long_is_shown_and_can_be_ended(
    practised: Practised, qtbot: QtBot, window: Window, judges: Path, course: Path
) -> None:
    desk = practised.desk()
    late = LateRunner(desk.runner)
    desk.runner = late
    screen = ReliabilityScreen(desk, window)
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
    screen: ReliabilityScreen, course: Path, qtbot: QtBot
) -> None:
    screen.open_table(course)
    settle(screen)
    qtbot.waitUntil(lambda: screen.page.sections[-1].height() > 50)
    screen.source.setFocus()
    met: list[Section] = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(focused, Section) and focused not in met:
            met.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert met == list(screen.page.sections)
    bar = screen.page.verticalScrollBar()
    screen.page.sections[0].setFocus()
    bar.setValue(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
        before = bar.value()
        QTest.keyClick(screen.page.sections[0], key)
        assert bar.value() > before
    QTest.keyClick(screen.page.sections[0], Qt.Key.Key_Up)
    assert bar.value() < bar.maximum()


def test_everything_drawn_is_told_to_a_screen_reader(
    screen: ReliabilityScreen, course: Path
) -> None:
    screen.open_table(course)
    settle(screen)
    for section in screen.page.sections:
        assert section.accessibleName()
        for one in section.findChildren(Interval):
            assert f"{abs(one.value):.2f}" in one.accessibleName()
            assert "95 % interval" in one.accessibleName()
            assert one.accessibleName() in section.accessibleDescription()
    assert "trainee" in inside(screen, Parts)[0].accessibleName()
    for choice in (screen.source, screen.item):
        assert choice.accessibleName()
    agree = next(
        one for one in screen.page.sections if one.accessibleName() == "How far raters agree"
    )
    fold = next(one for one in agree.findChildren(QPushButton) if one.text() == "All six")
    assert "ICC(C,k)" not in read(screen)
    fold.click()
    assert "ICC(C,k)" in read(screen)


def test_the_plans_leave_out_columns_where_it_is_narrow(
    screen: ReliabilityScreen, course: Path, qtbot: QtBot
) -> None:
    screen.open_table(course)
    (plans,) = inside(screen, Plans)
    assert plans.columns() == tuple(range(1, 17))
    screen.resize(520, 700)
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
        assert drawn(screen)["ICC(A,1)"].value == pytest.approx(0.2898, abs=1e-4)
        judges.write_text("rater,item\n", encoding="utf-8")
        screen.open_table(judges)
        it.shows(it.banner)
        assert f"{judges}:1: " in it.banner()
