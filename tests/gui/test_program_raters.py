"""Who rates an assignment: what is chosen while the log is read is newer than what is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.app.fakes import LateRunner
from tests.app.travelled import Program, library
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.gui.screens.program_raters import RatersSection


@pytest.fixture
def late(tmp_path: Path) -> Iterator[tuple[Desk, LateRunner, str]]:
    """A program's desk whose log is slow, and an assignment that it gave out."""
    program = Program(Home(tmp_path / "program"))
    asked, _ = program.give_out(tmp_path)
    with program.log() as log:
        runner = LateRunner(InlineRunner(log, Bus()))
        home = program.home
        yield Desk(home, Settings(home.settings_file), Bus(), runner, library()), runner, asked.id


def test_a_choice_made_meanwhile_stays(late: tuple[Desk, LateRunner, str], qtbot: QtBot) -> None:
    desk, runner, asked = late
    raters = RatersSection(desk)
    qtbot.addWidget(raters)
    raters.open(asked)
    runner.land()
    raters.lines.setPlainText("Rae = somewhere")
    raters.read()  # the log is asked what is kept ...
    raters.each.setCurrentIndex(0)  # ... which is not this yet
    raters.keep()
    runner.land()
    assert (raters.each.currentData(), raters.lines.toPlainText()) == (1, "Rae = somewhere")
    raters.read()
    runner.land()
    assert (raters.each.currentData(), raters.lines.toPlainText()) == (1, "Rae = somewhere")
