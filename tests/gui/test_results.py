"""Results on Today: a test's answers open, and what raters gave stands beside one's own."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from tests.app.travelled import Program, Rater, Trainee
from tests.gui.fakes import Opened
from tests.gui.test_assigned import given_out
from trainer.app.paths import Home
from trainer.app.receive import receive
from trainer.app.settings import Settings
from trainer.gui.arrivals import Arrivals


def words(window: Opened) -> str:
    shown = window.window.shown()
    assert shown is not None
    return "\n".join(one.text() for one in shown.findChildren(QLabel) if one.isVisible())


def test_a_file_opens_a_test_and_is_told_once(
    home_of_mk: Home, open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    program, rater = Program(Home(tmp_path / "program")), Rater(Home(tmp_path / "rater"))
    me = Trainee(home_of_mk, Settings(home_of_mk.settings_file).text("person"))
    clients = {"A": ["marcus-nodding"]}
    asked = me.begin(
        given_out(program, home_of_mk, tmp_path / "out.attune", mode="test", forms=clients), "T1"
    )
    (response,) = me.answer(asked)
    program.receive(me.submit(asked, tmp_path).path)
    (given,) = program.share([asked], [rater], tmp_path)
    rater.rate(rater.begin(given.path), rater.codes(given.share_id))
    program.receive(rater.send(given.share_id, tmp_path))
    (sent,) = program.give_back([asked], tmp_path).files

    window = open_at(home_of_mk)
    window.shows(lambda: window.screen() == "TodayScreen")
    window.window.review(response)
    window.shows(lambda: "when others' ratings of it have come back" in words(window))
    desk = window.window.desk
    assert desk is not None
    desk.runner.change(lambda log: receive(home_of_mk, log, sent.path))
    window.shows(lambda: "R1 (Institute)" in words(window))  # by itself
    assert "here, 3.0" in words(window)
    window.control("1")
    told = "Ratings of one response came back from Institute"
    window.shows(lambda: window.window.banner.text() == told)
    window.window.banner.dismiss()
    Arrivals.of(window.window).take_in([sent.path])
    window.shows(lambda: f"{told}, and were here before" in window.window.banner.text())
