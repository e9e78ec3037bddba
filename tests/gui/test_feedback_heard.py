"""Client and response on one time line: where the playhead is, and what is heard of both."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, speech
from tests.gui.reviewed import rated, show, words
from tests.helpers.pulse import NullSink
from trainer.domain.response import GAP, LOST, MOVED, MUTED, Hole
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.widgets.timeline_picture import CLIENT, RESPONSE


def test_client_and_response_lie_on_one_axis(practised: Practised, view: FeedbackView) -> None:
    show(view, rated(practised, seconds=8).id)
    page = view._page
    assert page is not None
    line = page.listening.timeline
    end_s = page.listening.duet._line.client_end_s
    assert line.x_of(end_s) > line.x_of(0)
    assert page.listening.timeline.accessibleDescription().startswith("The client speaks for")
    assert line.x_of(end_s + 6.0) == pytest.approx(
        line.width() - 12, abs=1
    )  # 8 s, 2 of them before


def test_a_click_and_the_arrow_keys_move_the_playhead(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    page = view._page
    assert page is not None
    duet, line = page.listening.duet, page.listening.timeline
    end_s = duet._line.client_end_s
    left = Qt.MouseButton.LeftButton
    row = line.fontMetrics().height()
    qtbot.mouseClick(line, left, pos=QPoint(round(line.x_of(10.0)), 2 * row))
    assert (duet.lane, duet.at_s) == (CLIENT, pytest.approx(10.0, abs=0.2))
    qtbot.mouseClick(line, left, pos=QPoint(round(line.x_of(end_s + 3)), 7 * row))
    assert (duet.lane, duet.at_s) == (RESPONSE, pytest.approx(end_s + 3, abs=0.2))
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert (duet.lane, duet.at_s) == (CLIENT, pytest.approx(end_s - 1, abs=0.2))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert (duet.lane, duet.at_s) == (RESPONSE, pytest.approx(end_s + 1, abs=0.2))


def test_the_response_is_heard_right_after_the_client(
    null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    vignette = practised.library.find_vignette("dana-parking")
    response = practised.respond(vignette, seconds=3, sound=speech(3))
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    page = view._page
    assert page is not None
    duet = page.listening.duet
    end_s = duet._line.client_end_s
    duet.seek(CLIENT, end_s - 0.6)
    qtbot.keyClick(view, Qt.Key.Key_P)
    assert duet.playing
    heard: list[float] = []
    duet.moved.connect(heard.append)
    qtbot.waitUntil(lambda: not duet.playing, timeout=15_000)
    assert duet.lane == RESPONSE
    assert duet.at_s == pytest.approx(end_s + 1.0, abs=0.1)
    assert any(end_s < at < end_s + 0.9 for at in heard)
    assert all(at >= end_s - 0.7 for at in heard)  # not from the response's first, silent second


def test_a_client_who_was_stopped_is_played_only_as_far_as_they_were_heard(
    null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    vignette = practised.library.find_vignette("dana-parking")
    holes = (Hole(LOST, 2.0, 0.4, 0.4), Hole(GAP, 2.6, 0.2), Hole(MOVED, 2.8, 0.0))
    holes += (Hole(MUTED, 2.85, 0.1, 0.1),)
    response = practised.respond(
        vignette, seconds=3, sound=speech(3), stopped_at_s=4.0, holes=holes
    )
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    page = view._page
    assert page is not None
    said = page.listening.caption.text()
    assert "You stopped the client after 4 s." in said
    assert "Sound did not arrive in one place" in said
    assert "The microphone was gone for 0.4 s, hatched" in said
    assert "The microphone was muted for 0.1 s, hatched" in said
    assert "Another microphone is heard from 0:01 of your answer on" in said
    duet = page.listening.duet
    heard: list[tuple[str, float]] = []
    duet.moved.connect(lambda at_s: heard.append((duet.lane, at_s)))
    duet.seek(CLIENT, 3.5)
    qtbot.keyClick(view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not duet.playing, timeout=15_000)
    assert duet.lane == RESPONSE
    assert max(at_s for lane, at_s in heard if lane == CLIENT) < 4.0
    assert duet.at_s == pytest.approx(4.0 + 1.0, abs=0.1)


def test_a_recording_that_is_gone_is_told_and_the_rest_is_there(
    practised: Practised, view: FeedbackView
) -> None:
    response = rated(practised)
    (practised.home.recordings / response.recording.file).unlink()
    show(view, response.id)
    assert "There is no file" in words(view)
    assert "Weak (1)" in words(view)
    page = view._page
    assert page is not None
    assert page.listening.client.isEnabled()
    assert not page.listening.response.isEnabled()
