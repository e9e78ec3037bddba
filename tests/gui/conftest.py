"""The bundled library, and a log with one person in it, for every screen."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.classroom import classroom
from tests.gui.fakes import Opened, opened, settled_home
from tests.gui.practised import Practised, begin
from trainer.app.library import Library, load_library
from trainer.app.paths import Home, bundled
from trainer.domain.response import Response
from trainer.gui import devices


@pytest.fixture(scope="module")
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
    return settled_home(tmp_path / "home")


@pytest.fixture
def window(home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Attune on that folder, with Today before one."""
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        yield it
