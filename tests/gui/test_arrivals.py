"""Files that come to the window by themselves: dropped, opened, handed over, left in a place."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.app.test_outgoing import given as cut_off
from tests.app.travelled import Program, Rater, Trainee
from tests.gui.fakes import Opened, drop
from tests.gui.test_assigned import code_line, given_out, today, words
from trainer.app import whose
from trainer.app.arrivals import Arrived
from trainer.app.assign import came
from trainer.app.paths import Home
from trainer.app.received import Received
from trainer.app.settings import Settings
from trainer.gui.arrivals import Arrivals
from trainer.gui.screens.program import ProgramScreen
from trainer.gui.second import Listening, hand_over
from trainer.gui.shared_place import SharedPlace
from trainer.store.db import open_log


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


@pytest.fixture
def file(program: Program, home_of_mk: Home, tmp_path: Path) -> Path:
    return given_out(program, home_of_mk, tmp_path / "out ü.attune")


def test_what_comes_is_taken_in_and_comes_to_the_front(
    window: Opened, file: Path, tmp_path: Path
) -> None:
    """Each way in one window, for to open one takes a second."""
    dropped_over_a_line(window, file, tmp_path)
    a_folder_with_a_file_that_is_none(window, file, tmp_path / "folder")
    many_are_stopped(window, file)
    what_takes_longer_shows_how_far_it_is(window)
    handed_over_by_a_second_start(window, file)
    who_came_for_a_share_is_not_led_to_an_assignment(window, file)
    the_program_has_a_table_of_its_own(window, file)


def who_came_for_a_share_is_not_led_to_an_assignment(window: Opened, file: Path) -> None:
    with closing(open_log(window.home.folder, read_only=True)) as log:
        (asked,) = came(log)
    share = Received(file, "share", None, True, responses=2, said="2 responses to rate, from X")
    both = [Received(file, "assignment", asked, True), share]
    window.window.go("rate")
    Arrivals.of(window.window).tell([Arrived(file, one, None, True) for one in both])
    assert window.screen() == "RateScreen"
    assert window.banner().startswith("2 files were taken in")


def the_program_has_a_table_of_its_own(window: Opened, file: Path) -> None:
    """Also when it is left in the middle: then it is told where one is."""
    window.window.banner.dismiss()
    window.window.go("program")
    assert drop(window, file)
    screen = window.window.shown()
    assert isinstance(screen, ProgramScreen)
    window.shows(lambda: screen.arrived.model.rowCount() == 1)
    assert screen.arrived.model.files[0].path == file
    assert (window.screen(), window.banner()) == ("ProgramScreen", "")
    Arrivals.of(window.window).take_in([file] * 9)
    window.window.go("library")
    window.shows(lambda: "9 assignments were here before" in window.banner())
    assert window.screen() == "LibraryScreen"
    assert screen.arrived.model.rowCount() == 9


def dropped_over_a_line(window: Opened, file: Path, tmp_path: Path) -> None:
    window.window.go("settings")
    line = next(one for one in window.window.shown().findChildren(QLineEdit) if one.isVisible())
    before, middle = line.text(), line.mapTo(window.window, line.rect().center())
    letter = tmp_path / "letter.txt"
    letter.write_text("no Attune file")
    drop(window, letter)
    assert drop(window, file, at=(middle.x(), middle.y()))
    assert line.text() == before
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "Autumn course (Institute)" in words(window))
    assert "is on your desk" in window.banner()
    window.shows(lambda: QApplication.focusWidget() is code_line(window))
    window.type("T1")
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "your code is T1" in words(window))


def a_folder_with_a_file_that_is_none(window: Opened, file: Path, folder: Path) -> None:
    folder.mkdir()
    shutil.copyfile(file, folder / "a.attune")
    (folder / "b.attune").write_bytes(b"no bundle")
    assert drop(window, folder)
    window.shows(lambda: "1 of 2 files were taken in. b.attune: " in window.banner())
    assert "not an Attune file" in window.banner()
    window.press("F6", "Return")  # each of them
    screen = window.window.shown()
    assert isinstance(screen, ProgramScreen)
    assert [one.path.name for one in screen.arrived.model.files] == ["b.attune", "a.attune"]
    window.window.go("today")


def many_are_stopped(window: Opened, file: Path) -> None:
    arrivals = Arrivals.of(window.window)
    arrivals.take_in([file] * 40)
    coming = arrivals.coming
    window.shows(lambda: " of 40)" in coming.accessibleDescription())
    coming.stop.click()
    window.shows(lambda: window.banner().startswith("Stopped: "))
    assert coming.isHidden()
    assert 0 < int(window.banner().split()[1]) <= 40
    drop(window, file)
    window.shows(lambda: "Autumn course was here before" in window.banner())


def what_takes_longer_shows_how_far_it_is(window: Opened) -> None:
    coming = Arrivals.of(window.window).coming
    coming.show_that("Taking in " + "a long name " * 30, 500, 1000)
    assert coming.isHidden()
    window.shows(coming.isVisible)
    assert coming.parentWidget().rect().contains(coming.geometry())
    window.tab_to("Stop")
    coming.end()


def handed_over_by_a_second_start(window: Opened, file: Path) -> None:
    home = window.home
    assert not hand_over(home, [file])
    window.window.go("library")
    listening = Listening(window.window, home, Arrivals.of(window.window).take_in)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "trainer", "--home", str(home.folder), file.name],
            cwd=file.parent, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        ) as second:  # fmt: skip
            window.shows(lambda: second.poll() is not None)
        assert second.returncode == 0
        window.shows(lambda: window.screen() == "TodayScreen")
    finally:
        listening.close()


def test_by_way_of_a_shared_place(
    program: Program, home_of_mk: Home, tmp_path: Path, open_at: Any, monkeypatch: Any
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr("trainer.gui.shared_place._MINUTE_MS", 20)
    settings = Settings(home_of_mk.settings_file)
    settings.set("place", str(shared))
    window: Opened = open_at(home_of_mk)
    window.shows(lambda: window.screen() == "TodayScreen")
    shared.rmdir()
    window.tab_to("Look into the shared place")
    window.press("Return")
    window.shows(lambda: f"There is no folder {shared}" in window.banner())
    shared.mkdir()
    window.press("Return")
    assert not window.banner()  # it is tried anew: what was told is not said any more
    window.shows(lambda: "nothing new in the shared place" in window.banner())

    given_out(program, home_of_mk, shared / "out.attune")
    window.window.go("library")
    window.window.settings.set("look_minutes", 5)  # it looks by itself
    window.shows(lambda: "Autumn course is on your desk" in window.banner())
    assert window.screen() == "LibraryScreen"  # nobody asked for it now
    window.press("F6", "Return")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "Autumn course (Institute)" in words(window))
    code_line(window).setText("T1")
    window.shows(lambda: QApplication.focusWidget() is code_line(window))
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    window.window.settings.set("look_minutes", 0)
    window.rate()
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "Send (1 new)" in words(window))
    place = SharedPlace.of(window.window)
    place.send(next(iter(today(window).assigned._shown or ())).assignment.id)
    Arrivals.of(window.window).coming.stop.click()
    window.shows(lambda: "Stopped. Nothing is lost" in window.banner())
    assert not list(shared.glob("*T1*"))
    window.tab_to("Autumn course (Institute): Send (1 new)")
    window.press("Return")
    told = "1 response is in the shared place; only the program can open it"
    window.shows(lambda: told in window.banner())
    window.shows(lambda: "(0 new)" in words(window))
    (sent,) = shared.glob("Autumn course T1 *.attune")
    assert program.receive(sent).added == 1
    place.look()
    window.shows(lambda: "nothing new" in window.banner())
    assert today(window).assigned.look.isVisible()

    window.window.go("program")
    window.tab_to("Look into the shared place")

    shutil.rmtree(shared)
    place.look()
    window.shows(lambda: "There is no folder" in window.banner())


def test_what_waited_and_may_not_be_rated_any_more_is_told_and_does_not_go(
    home_of_mk: Home, tmp_path: Path, open_at: Any
) -> None:
    shared, post = tmp_path / "shared", tmp_path / "post"
    shared.mkdir()
    post.mkdir()
    desk, anna = Program(home_of_mk), Trainee(Home(tmp_path / "anna"))
    asked, out = desk.give_out(post)
    anna.begin(out, "T1")
    anna.answer(asked)
    desk.receive(anna.submit(asked, post).path)
    cut_off(desk, asked, shared.as_uri(), Rater(Home(tmp_path / "rae"), name="Rae"))
    with desk.log() as log:
        (sender,) = whose.senders(log)
        whose.decide(log, whose.decision(sender, whose.NOBODY))
    Settings(home_of_mk.settings_file).set("place", str(shared))
    window: Opened = open_at(home_of_mk)
    window.shows(lambda: window.screen() == "TodayScreen")
    SharedPlace.of(window.window).look()
    window.shows(lambda: "What waited for Rae was not sent" in window.banner())
    assert not list(shared.iterdir())
