"""A test by keys alone: a page before, each client once, nothing shown, and what breaks in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.app.travelled import Program
from tests.gui.fakes import Opened
from tests.gui.test_assigned import code_line, given_out, today
from tests.gui.test_assigned import words as cards
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.domain.errors import KnownError
from trainer.gui.arrivals import Arrivals
from trainer.gui.screens.log import LogScreen

GONE = KnownError("The microphone was disconnected", "Connect it again.")
CLIENTS = ["anna-late", "ben-rain", "marcus-nodding"]


def words(window: Opened) -> str:
    """Everything that can be read on the shown screen."""
    shown = window.window.shown()
    assert shown is not None
    found = [*shown.findChildren(QLabel), *shown.findChildren(QPushButton)]
    return "\n".join(one.text() for one in found if one.isVisible())


def taken_on(window: Opened, path: Path, code: str = "T1") -> None:
    """Take the file in, give one's code, which leads to the clients at once; and leave them."""
    Arrivals.of(window.window).take_in([path])
    window.shows(lambda: "Autumn course (Institute)" in cards(window))
    code_line(window).setText(code)
    code_line(window).setFocus()
    window.press("Return")
    window.shows(lambda: window.screen() in ("BeforeScreen", "StageScreen"))
    window.press("Escape")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "your code is" in cards(window))


def speaks(window: Opened) -> None:
    """A client of a test speaks once that is on the disk."""
    window.press("Space")
    window.shows(lambda: window.practice.state is State.PLAYING)


def go_on(window: Opened, button: str = "Go on with the test") -> None:
    window.tab_to(f"Autumn course (Institute): {button}")
    window.press("Return")
    window.shows(lambda: window.screen() == "BeforeScreen")


def test_from_the_page_before_it_to_the_file(
    home_of_mk: Home, open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    program = Program(Home(tmp_path / "program"))
    path = given_out(
        program, home_of_mk, tmp_path / "out.attune", mode="test", window_s=20.0,
        forms={"A": CLIENTS},
    )  # fmt: skip
    window = open_at(home_of_mk)
    window.shows(lambda: window.screen() == "TodayScreen")
    taken_on(window, path)
    assert "A test: one playing, one answer, no pause; 3 clients, about" in cards(window)
    assert "20 seconds for an answer." in cards(window)
    window.control("2")
    window.shows(lambda: "Kept for a test. They may come in Autumn course" in words(window))
    assert "Practise with Anna" not in window.buttons()
    window.control("1")
    window.shows(lambda: window.screen() == "TodayScreen")

    go_on(window, "Begin the test")
    said = words(window)
    assert "3 clients speak, each once and to the end." in said
    assert "You have 20 seconds for an answer." in said
    assert "A relative's severe illness  ·  Anger" in said
    for given_away in ("Anna", "Ben", "You were late", "In the rain"):
        assert given_away not in said
    window.tab_to("Not now  (Esc)")
    window.press("Return")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "your code is" in cards(window))
    go_on(window, "Begin the test")
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")

    # Anna: the microphone is unplugged while she speaks, and does not come back in time.
    speaks(window)
    assert "Respond now" not in words(window)
    window.wait_past_the_guard()
    window.press("Space", "Escape")
    assert "Leave now? Anna counts as interrupted" in words(window)
    window.press("Escape")
    assert "Leave now?" not in words(window)
    assert window.practice.state is State.PLAYING
    window.recorder.refuses["begin"] = GONE
    window.player.end()
    window.recorder.refuses.clear()
    window.shows(lambda: "Anna counts as interrupted" in window.window.banner.text())
    assert window.practice.state is State.READY
    assert "Listen to Ben  (Space)" in words(window)

    # Ben: left in the middle of the answer.
    speaks(window)
    window.press("Escape")
    window.client_ends()
    assert "what you said is kept as your answer" in words(window)
    window.tab_to("Leave")
    window.press("Return")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "1 of 3 clients is answered." in cards(window))
    assert "One was interrupted and is not heard again." in cards(window)
    assert "Write the file (3 new)" in cards(window)  # an answer and two interruptions
    assert "Anna" not in today(window)._due.text()

    # Marcus: the window is closed while he speaks, and opened again.
    go_on(window)
    assert "2 of 3 clients are behind you." in words(window)
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    speaks(window)
    window.shut()
    window.close()
    again = open_at(home_of_mk)
    again.shows(lambda: again.screen() == "TodayScreen")
    again.shows(lambda: "2 were interrupted and are not heard again." in cards(again))
    assert "Autumn course (Institute): Go on" not in again.buttons()

    # What is left of it: the rating, without a sound. Nothing of it is shown.
    again.shows(lambda: "Your answer to Ben" in words(again))
    again.tab_to("Rate it")
    again.press("Return")
    again.shows(lambda: "How was it?" in words(again))
    assert "Play my answer" not in words(again)
    assert "It goes to Institute with your answer." in words(again)
    again.press("4", "3", "2", "Return")
    again.shows(lambda: again.screen() == "TodayScreen")
    again.window.go("log")
    log = again.window.shown()
    assert isinstance(log, LogScreen)
    again.shows(lambda: log.model.rowCount() == 1)
    log.table.setFocus()
    again.press("Space")
    assert "it is played when others have rated it" in log.status.text()
    again.press("Return")
    again.shows(lambda: "This answer is of a test." in words(again))
    assert "Save a report" not in words(again)
    assert "I was late." not in words(again)  # what a strong answer is

    again.window.go("today")
    asked = next(iter(today(again).assigned._shown or ())).assignment
    (tmp_path / "post").mkdir()
    today(again).assigned.send_to(asked.id, tmp_path)
    again.shows(lambda: "only they can open it" in again.window.banner.text())
    done = program.receive(tmp_path / "Autumn course T1.attune")
    assert (done.responses, len(done.notes)) == (1, 1)
    assert done.notes[0].startswith("3 interruptions: anna-late was interrupted on ")
    for told in (
        " in the answer (the microphone",
        " in the answer (left by the trainee), answer kept",
        " while the client spoke (left by the trainee), without an answer, and does not come again",
    ):
        assert told in done.notes[0]
    # It was lost on the way: the same once more.
    again.shows(lambda: "all is answered and sent" in words(again))
    again.tab_to("Autumn course (Institute): Write it once more …")
    today(again).assigned.send_to(asked.id, tmp_path / "post", again=True)
    again.shows(lambda: "post" in again.window.banner.text())
    assert program.receive(tmp_path / "post" / "Autumn course T1 2.attune").added == 0


@pytest.mark.parametrize("recorded", ["film", "sound"])
def test_what_is_recorded_is_as_the_program_asks(
    home_of_mk: Home, open_at: Callable[[Home], Opened], tmp_path: Path, recorded: str
) -> None:
    program = Program(Home(tmp_path / "program"))
    path = given_out(
        program, home_of_mk, tmp_path / "out.attune", recorded=recorded, attempts=1,
        forms={"A": ["anna-late"]},
    )  # fmt: skip
    window = open_at(home_of_mk)
    window.shows(lambda: window.screen() == "TodayScreen")
    taken_on(window, path)
    assert "one take of each client" in cards(window)
    if recorded == "film":  # the camera is off: it is chosen first, by who is filmed
        go_on(window, "Begin the assignment")
        assert "This assignment asks for film" in words(window)
        window.press("Return")
        assert window.screen() == "BeforeScreen"
        window.press("Escape")
        return
    window.window.settings.set("camera", "default")
    window.tab_to("Autumn course (Institute): Begin the assignment")
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    window.rate()
    window.shows(lambda: "Your takes of this client are used up." in words(window))
    window.press("R")
    assert window.practice.state is State.RATED
    assert window.window._filming is None
    window.press("N")
    assert window.practice.state is State.REFLECTING
