"""Scores of a cohort: how far they are, and each thing under the assignment that it belongs to."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.app import classed
from tests.app.fakes import LateRunner
from tests.app.travelled import library
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.domain.assignment import Assignment
from trainer.domain.ids import local_now
from trainer.gui.screens.program_scores import ScoresSection
from trainer.store.db import open_log


@pytest.fixture
def course(tmp_path: Path, qtbot: QtBot) -> Iterator[tuple[ScoresSection, LateRunner, list[str]]]:
    """The scores of an assignment that is answered and rated, over a log that is slow."""
    first, second = assignments()
    with closing(open_log(tmp_path / "home")) as log:
        for of in (first, second):
            classed.give_out(log, of)
        classed.give_back(log, first, [
            classed.Answer(one.code, client, {"r1": (3.0, 2.0, 4.0), "r2": (2.0, 3.0, 3.0)})
            for one in first.enrolled for client in classed.FORMS[one.form]
        ])  # fmt: skip
        home, runner, said = Home(tmp_path / "home"), LateRunner(InlineRunner(log, Bus())), []
        desk = Desk(home, Settings(home.settings_file), Bus(), runner, library())
        scores = ScoresSection(desk)
        scores.said.connect(said.append)
        qtbot.addWidget(scores)
        scores.open(first.id)
        yield scores, runner, said


def assignments() -> tuple[Assignment, Assignment]:
    codes = {"T1": "A", "T2": "B"}
    return tuple(  # type: ignore[return-value]  # two of them
        classed.assignment(number, codes, title=title, occasion="before")
        for number, title in enumerate(("Warmth: a course", "Second course"), 1)
    )


def test_the_export_is_named_as_the_reports_are_and_never_over_another(
    course: tuple[ScoresSection, LateRunner, list[str]], tmp_path: Path
) -> None:
    scores, runner, _ = course
    runner.land()
    scores.use.setCurrentIndex(1)
    name = f"attune-research-warmth-a-course-before-{local_now().date()}"
    for number in range(2):
        scores.export_to(tmp_path)
        assert not scores.export.isEnabled()
        runner.land()
        beside = f"{name}-2" if number else name
        assert scores._export_told.text().startswith(f"{tmp_path / beside}: 4 responses")
        assert scores.export.isEnabled()
    assert {one.name for one in tmp_path.glob("attune-*")} == {name, f"{name}-2"}


def test_what_is_of_one_assignment_is_not_shown_under_another(
    course: tuple[ScoresSection, LateRunner, list[str]], tmp_path: Path
) -> None:
    scores, runner, said = course
    runner.land()
    assert scores.report.isEnabled()
    scores.use.setCurrentIndex(1)
    scores.export_to(tmp_path)
    scores.open(assignments()[1].id)
    assert not scores.report.isEnabled()
    assert not scores.export.isEnabled()
    runner.land()
    (told,) = said
    assert told.startswith(f"Warmth: a course: {tmp_path / 'attune-research-'}")
    assert scores._export_told.isHidden()
    assert not scores.export.isEnabled()  # nothing came for this one

    scores.open(assignments()[0].id)
    runner.land()
    scores.export_to(tmp_path)
    runner.land()
    assert not scores._export_told.isHidden()
    scores.names.setCurrentIndex(1)
    scores._not_worked_out()
    scores.open(assignments()[1].id)
    assert scores._export_told.isHidden()
    assert scores._again.isHidden()
