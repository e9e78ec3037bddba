"""An assignment on Today: taken in, agreed to, answered and written as a file for the program."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from tests.app.travelled import Program
from tests.gui.fakes import Opened
from trainer.app import assign
from trainer.app.assign import Ask
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.whose import InDoubt
from trainer.gui.arrivals import Arrivals
from trainer.gui.screens.today import TodayScreen


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


def given_out(program: Program, home: Home, out: Path, **changed: object) -> Path:
    """The file of an assignment with the two clients of the test's library."""
    ask = Ask(
        title="Autumn course", program="Institute", forms={"A": ["anna-late", "ben-rain"]},
        codes=["T1", "T2"], rubric="alliance-skills", consent_text="May we listen?",
    )  # fmt: skip
    ask = replace(ask, **changed)
    with program.log() as log:
        made = assign.compose(log, load_library(pack_folders(home)), ask)
        return assign.give_out(log, made, out)


def today(window: Opened) -> TodayScreen:
    shown = window.window.shown()
    assert isinstance(shown, TodayScreen)
    return shown


def words(window: Opened) -> str:
    place = today(window).assigned
    kinds = (QLabel, QPushButton)
    shown = [w for part in (place, place.below) for kind in kinds for w in part.findChildren(kind)]
    return "\n".join(one.text() for one in shown if one.isVisible())


def code_line(window: Opened) -> QLineEdit:
    return next(one for one in today(window).assigned.findChildren(QLineEdit) if one.isVisible())


def test_from_the_file_to_the_file(
    window: Opened, home_of_mk: Home, program: Program, tmp_path: Path
) -> None:
    path = given_out(program, home_of_mk, tmp_path / "out.attune")
    Arrivals.of(window.window).take_in([path])
    window.shows(lambda: "Autumn course (Institute)" in words(window))
    assert "is on your desk" in window.window.banner.text()
    assert "May we listen?" in words(window)
    assert "without a due date" in words(window)

    code_line(window).setFocus()
    window.type("T9")
    window.press("Return")
    window.shows(lambda: "There is no T9 in this assignment" in words(window))
    code_line(window).setText("T1")
    assert today(window).start.text() == "Begin practice  (Enter)"
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")  # agreed to, and begun
    window.press("Escape")
    window.shows(lambda: "0 of 2 clients are answered." in words(window))
    assert "your code is T1" in words(window)
    begin = today(window).assigned.first
    assert begin is not None
    window.shows(begin.hasFocus)  # the one primary action of the page: it is what is due
    assert begin.text() == "Begin the assignment  (Enter)"
    start = today(window).start
    assert (start.text(), start.property("primary")) == ("Begin practice", False)
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    assert window.stage.practice.sitting.assignment is not None
    window.rate()
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "1 of 2 clients is answered." in words(window))
    assert "Write the file (1 new) …" in words(window)
    assert "goes on" not in today(window)._due.text()  # what is left of it is left on its card

    screen = today(window)
    asked = next(iter(screen.assigned._shown or ())).assignment
    screen.assigned.send_to(asked.id, tmp_path)
    window.shows(lambda: "only they can open it" in window.window.banner.text())
    window.shows(lambda: "(0 new)" in words(window))
    found = program.receive(tmp_path / "Autumn course T1.attune")
    assert (found.code, found.added, found.notes) == ("T1", 1, ())

    # The code was mistyped: it is put right here, and the program says so, too.
    window.tab_to("Autumn course (Institute): T1 is not your code?")
    window.press("Return")
    window.shows(code_line(window).hasFocus)
    window.type("T9")
    assert "There is no T9" not in words(window)  # not while one types
    window.press("Return")
    window.shows(lambda: "There is no T9 in this assignment" in words(window))
    window.press("Backspace")
    assert "written again" not in words(window)
    window.type("2")
    window.shows(lambda: "They are all written again as T2" in words(window))
    window.press("Backspace")
    window.type("2")
    window.press("Return")  # sooner than it can be looked up
    window.shows(lambda: "your code is T2" in words(window))
    assert "all of it goes under T2" in window.window.banner.text()
    assert "Write the file (1 new) …" in words(window)
    screen.assigned.send_to(asked.id, tmp_path)
    window.shows(lambda: "(0 new)" in words(window))
    with pytest.raises(InDoubt, match="known here as T1, but not as T2"):
        program.receive(tmp_path / "Autumn course T2 2.attune")


def test_before_and_after_that_come_together_are_told_and_begun_as_they_stand(
    window: Opened, home_of_mk: Home, program: Program, tmp_path: Path
) -> None:
    post = tmp_path / "post"
    post.mkdir()
    for number, occasion in ((2, "before"), (1, "after")):  # the one that is made first comes last
        given_out(program, home_of_mk, post / f"{number}.attune", occasion=occasion)
    Arrivals.of(window.window).take_in([post])
    window.shows(lambda: window.banner() == "2 assignments are on your desk")
    window.shows(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    focused, card_of = QApplication.focusWidget(), today(window).assigned._card_of
    assert isinstance(focused, QLineEdit)
    titles = [one.accessibleName() for one in card_of.values() if one.isAncestorOf(focused)]
    assert titles == ["Autumn course, before (Institute)"]
    given_out(program, home_of_mk, post / "3.attune", occasion="a year on")
    Arrivals.of(window.window).take_in([post])
    said = "1 assignment is on your desk; 2 assignments were here before"
    window.shows(lambda: window.banner() == said)
    window.shows(
        lambda: list(today(window).assigned._card_of.values())[-1].isAncestorOf(
            QApplication.focusWidget()
        )
    )


def test_a_client_that_the_library_lacks_is_named(
    window: Opened, home_of_mk: Home, program: Program, tmp_path: Path
) -> None:
    library = load_library(pack_folders(home_of_mk))
    ask = Ask(
        title="Spring", program="Institute", forms={"A": ["anna-late", "ben-rain"]},
        codes=["T1"], rubric="alliance-skills", consent_text="May we?",
    )  # fmt: skip
    with program.log() as log:
        made = assign.compose(log, library, ask)
        form = made.forms[0]
        newer = replace(form.vignettes[1], vignette_version=9)
        made = replace(made, forms=(replace(form, vignettes=(form.vignettes[0], newer)),))
        path = assign.give_out(log, made, tmp_path / "out.attune")
    Arrivals.of(window.window).take_in([path])
    window.shows(lambda: "Spring" in words(window))
    window.tab_to("Spring: It is for others: put it away")
    window.press("Return")
    window.shows(lambda: "Spring (Institute): put away, since it is for others." in words(window))
    assert today(window).start.text() == "Begin  (Enter)"
    Arrivals.of(window.window).take_in([path])  # once more
    window.shows(lambda: window.banner() == (
        "Spring was here before; it is put away, since it is for others: take it up again under "
        "Today, or with 'attune away --back'"
    ))  # fmt: skip
    window.tab_to("Spring (Institute): Take it up again")
    window.press("Return")
    window.shows(lambda: today(window).assigned.findChildren(QLineEdit))
    window.shows(lambda: "put away, since" not in words(window))
    code_line(window).setText("T1")
    code_line(window).setFocus()
    assert "in another version: ben-rain" in words(window)
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    window.press("Escape")
    window.shows(lambda: "in another version: ben-rain" in words(window))


def test_a_file_that_is_none_is_told(window: Opened, tmp_path: Path) -> None:
    path = tmp_path / "no.attune"
    path.write_bytes(b"no bundle at all")
    Arrivals.of(window.window).take_in([path])
    window.shows(lambda: "not an Attune file" in window.window.banner.text())
