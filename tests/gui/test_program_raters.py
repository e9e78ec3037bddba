"""Who rates an assignment: what is chosen while the log is read is newer than what is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.app.fakes import LateRunner
from tests.app.travelled import Program, Rater, Trainee, library
from tests.gui.fakes import Opened
from tests.gui.test_program import answered, entered, given_out, words
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.receive import receive
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.domain.assignment import Assignment
from trainer.gui import theme
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


def one_sent(
    folder: Path, count: int | None = None
) -> tuple[Program, Rater, Trainee, Path, Assignment]:
    """A program, a rater, and a trainee who sent so many answers, by way of a folder ``post``."""
    program, rae = Program(Home(folder / "program")), Rater(Home(folder / "rae"))
    post = folder / "post"
    post.mkdir()
    asked, out = program.give_out(post)
    first = Trainee(Home(folder / "T1"))
    first.begin(out, "T1")
    first.answer(asked, count)
    program.receive(first.submit(asked, post).path)
    return program, rae, first, post, asked


def test_a_rater_known_from_before_is_ticked_in_place_of_pasting(
    qtbot: QtBot, tmp_path: Path
) -> None:
    program, rae, _, post, asked = one_sent(tmp_path, 1)
    program.share([asked], [rae], post)
    later, _ = program.give_out(post, occasion="after")
    with program.log() as log:
        home, runner = program.home, InlineRunner(log, Bus())
        desk = Desk(home, Settings(home.settings_file), Bus(), runner, library())
        raters = RatersSection(desk)
        qtbot.addWidget(raters)
        raters.open(later.id)
        raters.each.setCurrentIndex(0)
        assert not raters.write.isEnabled()
        (tick,) = raters.known.ticks.values()
        assert tick.accessibleName().startswith("Rae (")
        tick.click()
        assert raters.write.isEnabled()
        raters.leave()
        assert raters.draft().chosen == (f"Rae = {rae.named().address}",)
        raters.open(asked.id)
        assert not next(iter(raters.known.ticks.values())).isChecked()
        raters.open(later.id)
        assert next(iter(raters.known.ticks.values())).isChecked()
        raters.lines.setPlainText(f"Rae = {rae.named().address}")
        assert not raters.write.isEnabled()  # ticked and typed


def test_another_address_under_the_name_of_one_who_is_known_is_refused(
    qtbot: QtBot, tmp_path: Path
) -> None:
    program, rae, first, post, asked = one_sent(tmp_path, 1)
    program.share([asked], [rae], post)
    first.answer(asked)
    program.receive(first.submit(asked, post).path)
    files = sorted(post.iterdir())
    with program.log() as log:
        home, runner = program.home, InlineRunner(log, Bus())
        raters = RatersSection(Desk(home, Settings(home.settings_file), Bus(), runner, library()))
        failed = list[Exception]()
        raters.failed.connect(failed.append)
        qtbot.addWidget(raters)
        raters.open(asked.id)
        raters.each.setCurrentIndex(0)
        raters.lines.setPlainText(f"Rae = {Rater(Home(tmp_path / 'new')).named().address}")
        assert raters.write.isEnabled()
        raters.write_to(post)
        assert "Rae is known here by the key" in str(failed[0])
        assert "another name" in str(failed[0])
        assert raters.write.isEnabled()  # once it is put right
        assert raters._written.isHidden()
    assert sorted(post.iterdir()) == files


def test_what_is_written_of_one_assignment_is_not_told_under_another(
    tmp_path: Path, qtbot: QtBot
) -> None:
    program, rae, _, post, asked = one_sent(tmp_path)
    later, _ = program.give_out(post, occasion="after")
    with program.log() as log:
        home, runner = program.home, LateRunner(InlineRunner(log, Bus()))
        desk = Desk(home, Settings(home.settings_file), Bus(), runner, library())
        raters, said = RatersSection(desk), list[str]()
        raters.said.connect(said.append)
        qtbot.addWidget(raters)
        raters.open(asked.id)
        runner.land()
        raters.lines.setPlainText(f"Rae = {rae.named().address}")
        raters.each.setCurrentIndex(0)
        raters.write_to(post)
        raters.open(later.id)
        runner.land()
        assert said == [f"Written into {post}: Rae: 2 responses."]
        assert raters._written.isHidden()

        (share,) = post.glob("* Rae.attune")
        begun = rae.begin(share)
        share_id = rae.take(share)
        rae.rate(begun, rae.codes(share_id))
        receive(home, log, rae.send(share_id, post))
        raters.open(asked.id)
        runner.land()
        assert not raters.back.isHidden()
        raters.back.write_to(post)
        raters.open(later.id)
        assert raters.back.isHidden()  # what is known is of the other
        runner.land()
        assert said[1:] == [f"Written into {post}, for T1. Send each of them their own."]
        assert raters.back._where.isHidden()


@pytest.mark.parametrize("percent", [100, 200])
def test_that_the_files_are_written_is_in_sight(
    window: Opened, home_of_mk: Home, tmp_path: Path, percent: int
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    asked = given_out(home_of_mk, out)
    Program(home_of_mk).receive(answered(tmp_path / "T1", out, "T1", 2, post))
    some = [Rater(Home(tmp_path / name), name=name.title()).named() for name in ("rae", "sam")]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", percent)
    window.window.resize(1120, 760)
    try:
        screen = entered(window)
        screen.open(asked)
        window.tab_to("Raters")
        window.press("Return")
        raters = screen.one.raters
        window.shows(lambda: "given to nobody yet: 2" in words(raters))
        raters.lines.setPlainText("\n".join(f"{one.name} = {one.address}" for one in some))
        screen.one.ensureWidgetVisible(raters.write)
        raters.write_to(post)
        window.shows(lambda: "0 of 2" in words(raters))  # what is above it now
        card, port = raters._written, screen.one.viewport()
        window.shows(lambda: inside(card, port))
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        assert focused.text() == "Open the folder"
        assert card.isAncestorOf(focused)
    finally:
        theme.apply(app, "light", 100)


def inside(card: QWidget, port: QWidget) -> bool:
    """Whether all of it is seen."""
    at = card.mapTo(port, QPoint())
    return port.rect().contains(QRect(at, card.size()))
