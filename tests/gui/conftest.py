"""The bundled library, and a log with one person in it, for every screen."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.app.referenced import Desk as Rater
from tests.gui.calibrated import rater_of
from tests.gui.classroom import classroom
from tests.gui.fakes import Opened, opened, settled_home
from tests.gui.figures_read import Around
from tests.gui.practised import Practised, begin
from tests.gui.rounds_walked import Begun, Open
from tests.gui.rounds_walked import begin as begin_round
from trainer.app.library import Library, load_library
from trainer.app.paths import Home, bundled
from trainer.domain.response import Response
from trainer.gui import devices
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.screens.reliability import ReliabilityScreen


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library([bundled("scenarios") / "core"])


@pytest.fixture
def practised(home: Path, library: Library) -> Iterator[Practised]:
    made = begin(home, library)
    yield made
    made.log.close()


@pytest.fixture(autouse=True)
def loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with a loudspeaker, as nearly all have; what is played runs in real time."""
    monkeypatch.setattr(devices, "no_output", lambda: None)


@pytest.fixture
def open_at(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Home], Opened]]:
    """Open windows on data folders; all closed afterwards."""
    with ExitStack() as stack:
        yield lambda home: stack.enter_context(opened(qtbot, home, monkeypatch))


@pytest.fixture
def school(tmp_path: Path) -> tuple[Home, tuple[Response, ...]]:
    """A supervisor's data folder, and what three trainees answered two clients in it."""
    return classroom(tmp_path / "a class, ü", 2.0)


@pytest.fixture
def home_of_mk(tmp_path: Path) -> Home:
    """The data folder of somebody with two quick clients."""
    return settled_home(tmp_path / "a home, ü")


@pytest.fixture
def window(home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Attune on that folder, with Today before one."""
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        yield it


@pytest.fixture
def stage(home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Attune on that folder, with a client on the stage."""
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        it.meet()
        yield it


@pytest.fixture
def view(practised: Practised, qtbot: QtBot) -> Iterator[FeedbackView]:
    """The feedback on responses, in a window of its own."""
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


@pytest.fixture
def rater(practised: Practised, tmp_path: Path) -> Rater:
    """The person of the log as a rater, with references in the library."""
    return rater_of(practised, tmp_path / "references")


@pytest.fixture
def around(qtbot: QtBot) -> Around:
    """What the reliability screen stands in."""
    made = Around()
    qtbot.addWidget(made.banner)
    return made


@pytest.fixture
def figures(practised: Practised, qtbot: QtBot, around: Around) -> Iterator[ReliabilityScreen]:
    """The reliability screen of that log."""
    made = ReliabilityScreen(practised.desk(), around)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    with qtbot.waitActive(made):
        made.show()
    made.entered()
    yield made
    made.left()


# What counts is imported for those who ask for a table.


@pytest.fixture
def judges(tmp_path: Path) -> Path:
    """Shrout & Fleiss 1979, table 2."""
    from tests.scoring.test_agreement import JUDGES, marks_of
    from trainer.exchange.marks import write_marks

    path = tmp_path / "Shrout & Fleiss, ü.csv"
    write_marks(path, marks_of(JUDGES))
    return path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course: 20 trainees, 8 vignettes, 3 raters, 2 items, before and after."""
    import numpy as np

    from tests.scoring.made import study
    from tests.scoring.test_agreement import marks_in
    from trainer.exchange.marks import write_marks

    draw, path = np.random.default_rng(1), tmp_path / "course.csv"
    table = [
        replace(mark, occasion="before" if int(mark.vignette[1:]) < 5 else "then")
        for item in ("warmth", "repair")
        for mark in marks_in(study(draw, trainees=20, missing=0.2), item)
    ]
    write_marks(path, table)
    return path


@pytest.fixture
def begun(open_at: Open, school: tuple[Home, tuple[Response, ...]]) -> Begun:
    """A supervisor who has begun to rate what is in the log."""
    it = open_at(school[0])
    return it, begin_round(it), school[0]


@pytest.fixture
def long_ones(open_at: Open, tmp_path: Path) -> Begun:
    """A supervisor who has begun a round, with answers of 12 seconds."""
    home, _ = classroom(tmp_path / "h", 12.0)
    it = open_at(home)
    return it, begin_round(it), home
