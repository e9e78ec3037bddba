"""The film of an answer beside its client: one playhead, one sound, and nothing where none is."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised
from tests.gui.reviewed import rated, show
from tests.helpers.pulse import NullSink
from tests.journeys.pictures import clock_film
from tests.journeys.sound_tools import WAIT_MS
from trainer.domain.response import Response
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.widgets.listening import Listening
from trainer.gui.widgets.pictures import Pictures
from trainer.gui.widgets.playback import Passage
from trainer.gui.widgets.timeline_picture import RESPONSE

FILM_S = 5.0


@pytest.fixture
def view(practised: Practised, qtbot: QtBot, null_sink: NullSink) -> Iterator[FeedbackView]:
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


@pytest.fixture
def filmed(practised: Practised, tmp_path: Path) -> Response:
    response = rated(practised)
    practised.film(response, clock_film(tmp_path / "film.mkv", FILM_S))
    return response


def shown(view: FeedbackView, response: Response) -> tuple[Listening, Pictures]:
    show(view, response.id)
    assert view._page is not None
    listening = view._page.listening
    assert listening.pictures is not None
    return listening, listening.pictures


def seen_s(pictures: Pictures) -> float:
    """Which second of the film is seen, told by its picture."""
    image = pictures.you.sink().videoFrame().toImage()
    if image.isNull():
        return -1.0
    small = image.convertToFormat(QImage.Format.Format_Grayscale8)
    row = np.frombuffer(small.constScanLine(small.height() // 2), np.uint8)[: small.width()]
    return float((row > 128).mean() * FILM_S)


def begins_s(listening: Listening) -> float:
    assert listening._line is not None
    return listening._line.response_at_s + 2.1


def test_without_a_film_there_are_no_pictures(practised: Practised, view: FeedbackView) -> None:
    show(view, rated(practised).id)
    assert view._page is not None
    assert view._page.listening.pictures is None
    assert view._page.findChildren(Pictures) == []


def test_both_are_seen_side_by_side_and_have_names(view: FeedbackView, filmed: Response) -> None:
    _, pictures = shown(view, filmed)
    client, you = pictures.client, pictures.you
    assert client.isVisible()
    assert you.isVisible()
    assert client.geometry().height() == you.geometry().height()
    assert (
        you.mapTo(view, you.rect().topLeft()).x() > client.mapTo(view, client.rect().center()).x()
    )
    assert you.accessibleName() == "You, filmed"


def test_the_film_keeps_to_the_sound_and_stays_silent(
    view: FeedbackView, filmed: Response, qtbot: QtBot
) -> None:
    listening, pictures = shown(view, filmed)
    off: list[float] = []

    def look() -> None:
        off.append(begins_s(listening) + seen_s(pictures) - listening.duet.at_s)

    listening.duet.play_response()
    qtbot.waitUntil(lambda: seen_s(pictures) > 0.8, timeout=WAIT_MS)
    pictures.you.sink().videoFrameChanged.connect(look)
    qtbot.waitUntil(lambda: seen_s(pictures) > FILM_S - 0.5, timeout=WAIT_MS)
    pictures.you.sink().videoFrameChanged.disconnect(look)
    assert len(off) > 40
    assert abs(float(np.median(off))) < 0.06
    assert all(film._player.audioOutput() is None for film in pictures._films)


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_it_keeps_to_another_speed_as_well(
    view: FeedbackView, filmed: Response, qtbot: QtBot, rate: float
) -> None:
    listening, pictures = shown(view, filmed)
    listening.duet.set_rate(rate)
    listening.duet.seek(RESPONSE, begins_s(listening) + 1.0)
    listening.duet.toggle()
    qtbot.waitUntil(lambda: seen_s(pictures) > 2.0, timeout=WAIT_MS)
    off = begins_s(listening) + seen_s(pictures) - listening.duet.at_s
    assert abs(off) < 0.15 * max(1.0, rate)


def test_a_paused_playhead_shows_the_picture_of_its_place(
    view: FeedbackView, filmed: Response, qtbot: QtBot
) -> None:
    listening, pictures = shown(view, filmed)
    for place in (3.0, 1.0, 4.2):
        listening.duet.seek(RESPONSE, begins_s(listening) + place)
        qtbot.waitUntil(lambda place=place: abs(seen_s(pictures) - place) < 0.1, timeout=WAIT_MS)
    # While the client speaks there is no film yet: its first picture waits.
    qtbot.keyClick(view, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: 0 <= seen_s(pictures) < 0.1, timeout=WAIT_MS)


def test_a_repeated_passage_repeats_the_film(
    view: FeedbackView, filmed: Response, qtbot: QtBot
) -> None:
    listening, pictures = shown(view, filmed)
    first = begins_s(listening) + 1.0
    listening.duet.repeat(Passage(RESPONSE, first, first + 1.0))
    listening.duet.seek(RESPONSE, first)
    listening.duet.toggle()
    back = 0
    before = -1.0
    seen: list[float] = []

    def again() -> bool:
        nonlocal back, before
        now = seen_s(pictures)
        seen.append(now)
        back += now < before - 0.5
        before = now
        return back >= 2

    qtbot.waitUntil(again, timeout=WAIT_MS)
    assert max(seen) < 2.4


def test_a_film_of_which_it_is_not_known_where_it_begins_begins_with_the_answer(
    practised: Practised, view: FeedbackView, qtbot: QtBot, tmp_path: Path
) -> None:
    response = rated(practised)
    practised.film(response, clock_film(tmp_path / "film.mkv", FILM_S), starts_s=None)
    listening, pictures = shown(view, response)
    assert listening._line is not None
    listening.duet.seek(RESPONSE, listening._line.client_end_s + 2.0)
    qtbot.waitUntil(lambda: abs(seen_s(pictures) - 2.0) < 0.1, timeout=WAIT_MS)


def test_a_film_that_is_gone_is_told_and_the_sound_plays(
    practised: Practised, view: FeedbackView, tmp_path: Path
) -> None:
    response = rated(practised)
    video = practised.film(response, clock_film(tmp_path / "film.mkv", FILM_S))
    film = practised.home.recordings / video.file
    film.unlink()
    show(view, response.id)
    assert view._page is not None
    listening = view._page.listening
    assert listening.pictures is None
    assert str(film) in listening.trouble.text()
    assert listening.response.isEnabled()
