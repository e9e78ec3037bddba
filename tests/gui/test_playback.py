"""Listening closely: slower at the same pitch, one passage again and again, from pause to pause."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, measured, speech
from tests.gui.reviewed import rated, show
from tests.helpers.pulse import NullSink
from trainer.gui.player import QtPlayer
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.widgets.listening import Listening
from trainer.gui.widgets.timeline_picture import CLIENT, RESPONSE
from trainer.media.ports import Held

TONE_HZ = 440.0
RATE = 48_000


@pytest.fixture
def view(practised: Practised, qtbot: QtBot) -> Iterator[FeedbackView]:
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


def listening(view: FeedbackView) -> Listening:
    page = view._page
    assert page is not None
    return page.listening


@pytest.mark.parametrize(
    ("rate", "held"),
    [
        (0.5, False),
        (0.75, False),
        (1.25, False),
        (1.5, False),
        (2.0, False),
        (0.5, True),
        (2.0, True),
    ],
)
def test_another_speed_keeps_the_pitch(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path, rate: float, held: bool
) -> None:
    at = np.arange(round(3 * RATE * rate)) / RATE
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * TONE_HZ * at), RATE)
    clip = tmp_path / "tone.wav"
    player, ended = QtPlayer(null_sink.speaker), list[object]()
    player.on_ended = ended.append
    player.set_rate(rate)
    heard = null_sink.record(tmp_path / "heard.wav", f"{null_sink.speaker}.monitor")
    try:
        player.play(Held(clip.name, clip.read_bytes()) if held else clip)
        qtbot.waitUntil(lambda: bool(ended), timeout=15_000)
    finally:
        player.close()
        heard.terminate()
        heard.wait()
    sound = soundfile.read(tmp_path / "heard.wav")[0]
    loud = np.flatnonzero(np.abs(sound) > 0.05)
    assert (loud[-1] - loud[0]) / RATE == pytest.approx(3, abs=0.6)  # it was that much faster
    middle = sound[loud[0] + RATE // 2 : loud[0] + 2 * RATE]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 19))
    found_hz = float(np.argmax(spectrum)) * RATE / (1 << 19)
    assert found_hz == pytest.approx(TONE_HZ, rel=0.01)


def test_the_key_changes_the_speed_and_the_button_says_it(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    card = listening(view)
    assert card.speed.text() == "Speed 1 ×  (S)"
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert (card.speed.text(), card.duet.rate) == ("Speed 1.25 ×  (S)", 1.25)
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert (card.speed.text(), card.duet.rate) == ("Speed 0.75 ×  (S)", 0.75)


def test_a_marked_passage_is_heard_again_and_again_until_it_is_turned_off(
    null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    response = practised.respond(
        practised.library.find_vignette("dana-parking"), seconds=4, sound=speech(4)
    )
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    card = listening(view)
    end_s = card.duet._line.client_end_s
    card.duet.seek(RESPONSE, end_s + 0.2)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    card.duet.seek(RESPONSE, end_s + 1.0)
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    assert card.passages.loop.isChecked()
    heard: list[float] = []
    card.duet.moved.connect(heard.append)
    card.duet.seek(RESPONSE, end_s + 0.2)
    qtbot.keyClick(view, Qt.Key.Key_P)

    def back() -> int:
        return sum(later < earlier - 0.5 for earlier, later in pairwise(heard))

    qtbot.waitUntil(lambda: back() >= 2, timeout=15_000)
    assert max(heard) < end_s + 1.3
    qtbot.keyClick(view, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: not card.duet.playing, timeout=15_000)
    assert card.duet.at_s == pytest.approx(end_s + 2.0, abs=0.1)


@pytest.mark.parametrize("paused", [False, True])
def test_a_passage_marked_while_it_plays_is_repeated_at_once(
    null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot, paused: bool
) -> None:
    response = practised.respond(
        practised.library.find_vignette("dana-parking"), seconds=5, sound=speech(5)
    )
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    card = listening(view)
    qtbot.keyClick(view, Qt.Key.Key_2)
    begins = card.duet.at_s
    qtbot.waitUntil(lambda: card.duet.at_s > begins + 0.3, timeout=15_000)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    start_s = card.duet.at_s
    qtbot.waitUntil(lambda: card.duet.at_s > start_s + 0.6, timeout=15_000)
    if paused:
        qtbot.keyClick(view, Qt.Key.Key_P)
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    end_s = card.duet.at_s
    heard: list[float] = []
    card.duet.moved.connect(heard.append)
    if paused:
        qtbot.keyClick(view, Qt.Key.Key_P)
        assert heard == [pytest.approx(start_s)]  # not a word of what follows
    qtbot.waitUntil(
        lambda: sum(later < earlier - 0.3 for earlier, later in pairwise([end_s, *heard])) >= 2,
        timeout=15_000,
    )
    assert max(heard) < end_s + 0.3


def test_the_client_and_the_answer_together_begin_again_when_all_is_repeated(
    null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    response = practised.respond(
        practised.library.find_vignette("dana-parking"), seconds=3, sound=speech(3)
    )
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    card = listening(view)
    end_s = card.duet._line.client_end_s
    card.duet.seek(CLIENT, end_s - 0.5)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)  # to the end of all
    lanes: list[str] = []
    card.duet.moved.connect(lambda _at_s: lanes.append(card.duet.lane))
    qtbot.keyClick(view, Qt.Key.Key_P)
    qtbot.waitUntil(
        lambda: RESPONSE in lanes and CLIENT in lanes[lanes.index(RESPONSE) :], timeout=15_000
    )
    assert card.duet.playing


def test_from_pause_to_pause_of_the_response(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    response = rated(practised, seconds=12)
    practised.measure(response, measured(12))
    show(view, response.id)
    card = listening(view)
    begins = card.duet._line.response_at_s
    starts = [begins + s for s in (3.6, 3.6 + 3.6 + 1.2, 3.6 + 7.2 + 1.2)]
    went = []
    for key in (Qt.Key.Key_Period,) * 4 + (Qt.Key.Key_Comma,) * 2:
        qtbot.keyClick(view, key)
        went.append(card.duet.at_s)
    expected = [*starts[:2], *[min(starts[2], begins + 12)] * 2, starts[1], starts[0]]
    assert went == pytest.approx(expected)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert card.duet.at_s == pytest.approx(starts[1])


def test_also_where_it_is_not_known_when_the_response_begins(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    response = rated(practised, seconds=12)
    practised.measure(response, replace(measured(12), onset_s=None, onset_error_s=None))
    show(view, response.id)
    card = listening(view)
    ends = [card.duet._line.response_at_s + p.end_s for p in measured(12).pauses]
    qtbot.keyClick(view, Qt.Key.Key_Period)
    assert card.duet.at_s == pytest.approx(ends[0])
    qtbot.keyClick(view, Qt.Key.Key_Period)
    qtbot.keyClick(view, Qt.Key.Key_Comma)
    assert card.duet.at_s == pytest.approx(ends[0])


def test_where_there_is_no_pause_to_go_to_that_is_said(
    practised: Practised, view: FeedbackView
) -> None:
    response = rated(practised, seconds=12)
    practised.measure(response, replace(measured(12), pauses=(), longest_pause_s=0.0))
    show(view, response.id)
    card = listening(view)
    assert card.caption.text().endswith("There is no pause in it.")
    assert "pause" not in card.response.toolTip()
    practised.measure(response, measured(12))
    view.reload()
    assert "2 pauses, shaded" in card.caption.text()
    assert "to the speech after a pause: , and ." in card.response.toolTip()


def test_zooming_keeps_the_playhead_in_its_place_and_follows_it(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    card = listening(view)
    line, whole = card.timeline, card.timeline.view()
    card.duet.seek(CLIENT, 20.0)
    x = line.x_of(20.0)
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert line.view()[1] == pytest.approx(whole[1] / 1.6**3)
    assert line.x_of(20.0) == pytest.approx(x, abs=1)
    card.duet.seek(CLIENT, 45.0)
    assert 0 < line.x_of(45.0) < line.width()
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert line.view()[1] == pytest.approx(whole[1] / 1.6**2)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert line.view() == whole
    for _ in range(20):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert line.view()[1] == pytest.approx(2.0)


def test_dragging_with_shift_marks_a_passage_and_leaves_the_playhead(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    card = listening(view)
    line, left = card.timeline, Qt.MouseButton.LeftButton
    before_s, y = card.duet.at_s, 2 * line.fontMetrics().height()
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(line, left, shift, QPoint(round(line.x_of(30)), y))
    qtbot.mouseMove(line, QPoint(round(line.x_of(20)), y))
    qtbot.mouseRelease(line, left, shift, QPoint(round(line.x_of(20)), y))
    assert card.passages.loop.isChecked()
    assert line.passage == pytest.approx((20, 30), abs=0.2)
    assert card.duet.at_s == before_s
    qtbot.keyClick(view, Qt.Key.Key_L)
    assert line.passage is None


@pytest.mark.parametrize("points", [10, 20])
def test_no_button_is_cut_off_in_a_narrow_window(
    practised: Practised, view: FeedbackView, qtbot: QtBot, points: int
) -> None:
    font = view.font()
    font.setPointSize(points)
    view.setFont(font)
    view.resize(720, 700)
    show(view, rated(practised).id)
    card = listening(view)
    qtbot.waitUntil(lambda: 0 < card.width() <= 720)
    for button in card.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()
        assert card.rect().contains(button.geometry())
