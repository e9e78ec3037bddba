"""A window's desk with a reference set in its library, and a rater who has rated some of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.referenced import Desk as Rater
from tests.app.referenced import Scores, references, with_references
from tests.gui.practised import Practised
from tests.gui.reviewed import Window as Elsewhere
from tests.store.made import TO_BE_RATED
from trainer.app import calibration, rounds
from trainer.app.desk import Desk
from trainer.domain.reference import GATE, HIDDEN, TRAINING
from trainer.gui.screens.calibration import CalibrationScreen

COUNTS = {TRAINING: 6, GATE: 15, HIDDEN: 30}


def rater_of(practised: Practised, folder: Path, rubric: str = "alliance-skills") -> Rater:
    """The person of the log as a rater, with references for a rubric.

    What is recorded from then on may be rated.
    """
    practised.agreed = TO_BE_RATED
    library = practised.library
    of = library.rubric(rubric)
    spread = ((1, 2, 1), (2, 1, 2), (3, 3, 3), (4, 5, None), (5, 4, 5))
    if len(of.items) != 3:
        spread = tuple((score,) * len(of.items) for score in (1, 2, 3, 4, 5))  # type: ignore[assignment]  # as many as the rubric has
    made = references(folder, of, library.vignettes[:4], COUNTS, spread)
    practised.library = with_references(library, made)
    return Rater(practised.log, practised.home, practised.library, of, practised.person.id)


def train(rater: Rater, judge: Callable[[str, Scores], Scores], only: int | None = None) -> None:
    of = calibration.training(rater.log, rater.home, rater.library, rater.rubric, rater.rater).value
    rater.rate(of, judge, [place.response_id for place in of.places][:only])


def gate(rater: Rater, judge: Callable[[str, Scores], Scores], only: int | None = None) -> None:
    of = calibration.gate_round(
        rater.log, rater.home, rater.library, rater.rubric, rater.rater
    ).value
    rater.rate(of, judge, [place.response_id for place in of.places][:only])


def live(rater: Rater, count: int, judge: Callable[[str, Scores], Scores]) -> None:
    """Rate so many hidden references."""
    found = calibration.hidden_among(
        rater.log, rater.home, rater.library, rater.rubric, rater.rater, 10 * count
    )
    ids = frozenset(one.response_id for one in found)
    of = rounds.begin(rater.log, rater.rater, "Live", rater.rubric, found, references=ids).value
    rater.rate(of, judge)


def desk_of(practised: Practised) -> Desk:
    desk = practised.desk()
    desk.library = practised.library
    return desk


class Window(Elsewhere):
    def rate_round(self, round_id: str) -> None:
        self.went.append(f"round {round_id}")


def opened(practised: Practised, qtbot: QtBot) -> tuple[CalibrationScreen, Window]:
    window = Window()
    screen = CalibrationScreen(desk_of(practised), window)
    qtbot.addWidget(screen)
    screen.resize(1000, 720)
    with qtbot.waitActive(screen):
        screen.show()
    screen.entered()
    return screen, window


def card(screen: CalibrationScreen, kind: type) -> object:
    return next(one for one in screen.cards if isinstance(one, kind))


def button(screen: CalibrationScreen, begins: str) -> QPushButton:
    return next(
        one
        for one in screen.findChildren(QPushButton)
        if one.isVisibleTo(screen) and one.text().startswith(begins)
    )
