"""A locked folder's answers are heard and seen as any others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, begin
from tests.gui.reviewed import Window, rated, show
from tests.gui.test_log import opened
from tests.gui.test_pictures import FILM_S, view

# The same as of a film that lies open.
from tests.gui.test_pictures import (
    test_a_film_that_is_gone_is_told_and_the_sound_plays as test_a_film_that_is_gone_is_told,
)
from tests.gui.test_pictures import (
    test_a_paused_playhead_shows_the_picture_of_its_place as test_a_place_is_shown,
)
from tests.gui.test_pictures import (
    test_a_repeated_passage_repeats_the_film as test_a_repeated_passage_repeats,
)
from tests.gui.test_pictures import test_it_keeps_to_another_speed_as_well as test_another_speed
from tests.gui.test_pictures import (
    test_the_film_keeps_to_the_sound_and_stays_silent as test_the_film_keeps_to_the_sound,
)
from tests.helpers.pulse import NullSink
from tests.journeys.pictures import clock_film
from tests.journeys.sound_tools import WAIT_MS
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.domain.response import Response
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.screens.rate_later import RateLaterScreen
from trainer.store.key import new_key

__all__ = [
    "test_a_film_that_is_gone_is_told",
    "test_a_place_is_shown",
    "test_a_repeated_passage_repeats",
    "test_another_speed",
    "test_the_film_keeps_to_the_sound",
    "view",
]


class Told(Window):
    """Of what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.troubles: list[str] = []

    def failed(self, error: Exception) -> None:
        self.troubles.append(str(error))


@pytest.fixture
def practised(home: Path, library: Library) -> Iterator[Practised]:
    made = begin(home, library, key=new_key())
    yield made
    made.log.close()


@pytest.fixture
def filmed(practised: Practised, tmp_path: Path) -> Response:
    response = rated(practised)
    practised.film(response, clock_film(tmp_path / "film.mkv", FILM_S))
    practised.seal()
    lying = {p.suffixes[-1] for p in practised.home.recordings.rglob("*.*") if p.is_file()}
    assert lying == {".age"}
    return response


def test_a_film_of_another_key_is_told_and_the_sound_plays(
    practised: Practised, view: FeedbackView, tmp_path: Path
) -> None:
    response = rated(practised)
    practised.film(response, clock_film(tmp_path / "film.mkv", FILM_S))
    own = practised.home
    practised.home = replace(own, key=new_key())
    practised.seal()
    (film,) = own.recordings.rglob("*.mkv.age")
    (sound,) = own.recordings.rglob("*.wav.age")
    sound.unlink()
    practised.home = own
    other = practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    (own.recordings / other.recording.file).rename(own.recordings / response.recording.file)
    show(view, response.id)
    assert view._page is not None
    listening = view._page.listening
    assert listening.trouble.text().startswith(f"This file cannot be decrypted: {film}")
    assert listening.pictures is not None
    assert not listening.pictures.isVisible()
    assert listening.response.isEnabled()


def test_sounds_of_another_key_are_told_and_the_client_plays(
    practised: Practised, view: FeedbackView
) -> None:
    response = rated(practised)
    practised.seal()
    practised.home = Home(practised.home.folder, new_key())
    view._desk = practised.desk()
    show(view, response.id)
    assert view._page is not None
    listening = view._page.listening
    assert "This file cannot be decrypted" in listening.trouble.text()
    assert listening.client.isEnabled()
    assert not listening.response.isEnabled()


def test_space_in_the_log_plays_it(null_sink: NullSink, practised: Practised, qtbot: QtBot) -> None:
    practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    practised.seal()
    screen, _ = opened(practised, qtbot)
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(null_sink.inputs("sink-inputs")), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: screen.status.text().startswith("Enter opens"), timeout=WAIT_MS)
    screen.left()


def test_one_that_cannot_be_decrypted_is_told_in_the_log(
    practised: Practised, qtbot: QtBot
) -> None:
    practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    practised.seal()
    practised.home = Home(practised.home.folder, new_key())
    screen, _ = opened(practised, qtbot)
    screen._window = told = Told()  # type: ignore[assignment]  # all that it asks of a window
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    assert ["This file cannot be decrypted" in trouble for trouble in told.troubles] == [True]
    assert screen.status.text().startswith("Enter opens")


def test_it_is_heard_again_when_one_rates_later(
    null_sink: NullSink, practised: Practised, qtbot: QtBot
) -> None:
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    practised.seal()
    desk = practised.desk()
    desk.settings.set("rubric", "alliance-skills")
    screen = RateLaterScreen(desk, response.id, Window())  # type: ignore[arg-type]  # all that it asks of a window
    qtbot.addWidget(screen)
    screen.entered()
    screen._play()
    qtbot.waitUntil(lambda: bool(null_sink.inputs("sink-inputs")), timeout=WAIT_MS)
    screen.left()
    qtbot.waitUntil(lambda: not null_sink.inputs("sink-inputs"), timeout=WAIT_MS)
