"""Who takes consent back for an answer of a test is told before what that does, and after."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.app.travelled import Program, Trainee
from tests.gui.fakes import Opened
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.gui.screens.review import ReviewScreen

CLIENTS = ["marcus-nodding", "eli-bike-racks"]


def words(window: Opened) -> str:
    shown = window.window.shown()
    assert shown is not None
    return "\n".join(one.text() for one in shown.findChildren(QLabel) if one.isVisible())


@pytest.mark.parametrize("answered", [1, 2])
def test_what_it_does_to_take_consent_back_is_told_before(
    window: Opened, home_of_mk: Home, tmp_path: Path, answered: int
) -> None:
    _, out = Program(Home(tmp_path / "program")).give_out(
        tmp_path / "out.attune", codes=["T1"], mode="test", forms={"A": CLIENTS}
    )
    trainee = Trainee(home_of_mk, Settings(home_of_mk.settings_file).text("person"))
    first, *_ = trainee.answer(trainee.begin(out, "T1"), answered)
    window.window.review(first)
    window.shows(lambda: "when others' ratings of it have come back" in words(window))
    screen = window.window.shown()
    assert isinstance(screen, ReviewScreen)
    told = "If only you may use it, it is not rated and counts for nothing there"
    assert told not in words(window)
    window.tab_to("Change who may use this recording")
    window.press("Space")
    assert told in words(window)
    box = screen.consent.choice.use
    box.setCurrentIndex(box.findData("practice"))
    box.activated.emit(box.currentIndex())
    window.shows(lambda: "For your own practice only" in words(window))
    if answered == 1:
        window.shows(lambda: "This answer is of a test, and nobody may rate it." in words(window))
        assert "when you have met all its clients, or it is no longer due" in words(window)
    else:
        window.shows(lambda: "This answer is of a test" not in words(window))
        assert "Listen again" in words(window)
        assert told not in words(window)
    window.window.go("library")
    kept = "nobody may rate your answer there: they are free again when you have met all its"
    window.shows(lambda: (kept in words(window)) is (answered == 1))
