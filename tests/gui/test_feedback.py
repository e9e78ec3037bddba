"""What a person sees and hears of a response, once they have rated it and not before."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, measured, speech
from tests.helpers.pulse import NullSink
from trainer.app.library import Library
from trainer.domain.response import GAP, LOST, MOVED, MUTED, Hole, Response
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.screens.review import ReviewScreen
from trainer.gui.widgets.timeline import CLIENT, RESPONSE
from trainer.store import notes


class Window:
    """Where a screen leads to, written down."""

    def __init__(self) -> None:
        self.went: list[str] = []
        self.banner = self  # what is noted there is written down as well

    def note(self, text: str) -> None:
        self.went.append(text)

    def go(self, room: str) -> None:
        self.went.append(room)

    def rate(self, response_id: str) -> None:
        self.went.append(f"rate {response_id}")

    def review(self, response_id: str) -> None:
        self.went.append(f"review {response_id}")

    def failed(self, error: Exception) -> None:
        raise error


def rated(practised: Practised, *, of: str = "dana-parking", seconds: float = 8.0) -> Response:
    response = practised.respond(practised.library.find_vignette(of), seconds=seconds)
    practised.rate(response, practised.library.rubric("alliance-skills"), 2, 4, None)
    return response


def words(widget: QWidget) -> str:
    """Everything that can be read in ``widget`` now."""
    labels = (label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))
    return "\n".join(label.text() for label in labels)


def show(view: FeedbackView, response_id: str) -> None:
    """Show a response and wait until its cards are all there: they come one after another."""
    loop = QEventLoop()
    view.whole.connect(loop.quit)
    QTimer.singleShot(5000, loop, loop.quit)
    view.show_response(response_id)
    loop.exec()


@pytest.fixture
def view(practised: Practised, qtbot: QtBot) -> Iterator[FeedbackView]:
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


def test_the_rating_stands_there_in_the_words_of_its_anchors(
    practised: Practised, view: FeedbackView
) -> None:
    show(view, rated(practised).id)
    warmth, repair, _ = practised.library.rubric("alliance-skills").items
    seen = words(view)
    assert warmth.anchors[2] in seen
    assert repair.anchors[4] in seen
    assert warmth.anchors[4] not in seen
    assert "N/A" in seen


def test_what_was_not_said_the_trap_and_two_answers_are_shown_but_no_tags(
    practised: Practised, view: FeedbackView
) -> None:
    vignette = practised.library.find_vignette("ines-laminated")
    turn = vignette.turns[0]
    show(view, rated(practised, of="ines-laminated").id)
    seen = words(view)
    weak, middle, strong = (turn.exemplar(level) for level in (1, 3, 5))
    assert weak is not None
    assert middle is not None
    assert strong is not None
    for text in (turn.unspoken, turn.trap, weak.text, weak.why, strong.text, strong.why):
        assert text.strip() in seen
    assert middle.text.strip() not in seen
    assert "not equivalent to filmed clients" in seen
    for tag in (*vignette.tags.presentation, vignette.tags.attachment, vignette.tags.quadrant):
        assert tag not in seen


def test_the_answer_between_is_shown_on_demand(practised: Practised, view: FeedbackView) -> None:
    show(view, rated(practised, of="ines-laminated").id)
    middle = practised.library.find_vignette("ines-laminated").turns[0].exemplar(3)
    assert middle is not None
    button = next(b for b in view.findChildren(QWidget) if b.property("text") == "Show one between")
    button.click()
    assert middle.text.strip() in words(view)


def test_nothing_is_shown_before_the_rating_is_locked(
    practised: Practised, view: FeedbackView
) -> None:
    vignette = practised.library.find_vignette("dana-parking")
    response = practised.respond(vignette, seconds=4)
    practised.measure(response, measured(4))
    view.show_response(response.id)
    assert words(view) == "Your own rating comes first; then you see the feedback."
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    show(view, response.id)
    assert vignette.turns[0].unspoken.strip() in words(view)


def test_measures_arrive_later_and_leave_what_was_typed(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    response = rated(practised)
    show(view, response.id)
    assert "Being measured" in words(view)
    page = view._page
    assert page is not None
    qtbot.keyClicks(page.change.words, "Stop sooner")
    practised.measure(response, measured(8, waited_s=1.6))
    view.reload()
    qtbot.waitUntil(lambda: "1.6 ± 0.1 s" in words(view))
    seen = words(view)
    assert "Being measured" not in seen
    assert "needs 4 earlier responses (0 so far)" in seen
    assert "You begin 1.6 s after (± 0.1 s, the band)" in seen
    assert page.change.words.text() == "Stop sooner"
    assert "One thing" in seen


def test_figures_are_placed_among_ones_own_earlier_ones(
    practised: Practised, view: FeedbackView
) -> None:
    for waited in (1.0, 2.0, 3.0, 4.0):
        practised.measure(rated(practised), measured(12, waited_s=waited))
    response = rated(practised)
    practised.measure(response, measured(12, waited_s=0.5))
    show(view, response.id)
    assert "below 1.8 to 3.2, median 2.5 (n\u00a0=\u00a04)" in words(view)
    assert "Shown, never scored" in words(view)
    assert "from the end of the client's sound to the first word" in words(view)


def test_what_lies_within_its_own_error_is_not_called_above(
    practised: Practised, view: FeedbackView
) -> None:
    for _ in range(4):
        practised.measure(rated(practised), replace(measured(8), f0_median_hz=164.0))
    response = rated(practised)
    practised.measure(response, replace(measured(8), f0_median_hz=165.0))
    show(view, response.id)
    assert "within its error of 164 to 164, median 164 (n\u00a0=\u00a04)" in words(view)


def test_problems_of_measuring_are_told(practised: Practised, view: FeedbackView) -> None:
    response = rated(practised)
    silent = replace(
        measured(8), onset_s=None, onset_error_s=None, speech_s=0, problems=("No speech found.",)
    )
    practised.measure(response, silent)
    show(view, response.id)
    assert "No speech found." in words(view)
    assert "No speech was found after the client had finished." in words(view)
    assert "Longest pause" not in words(view)


def test_where_all_of_it_was_looked_at_that_is_told(
    practised: Practised, view: FeedbackView
) -> None:
    response = practised.respond(
        practised.library.find_vignette("dana-parking"), seconds=8, stimulus_end_s=None
    )
    practised.rate(response, practised.library.rubric("alliance-skills"), 3, 3, 3)
    silent = replace(measured(8), onset_s=None, onset_error_s=None, speech_s=0)
    practised.measure(response, silent)
    show(view, response.id)
    assert "No speech was found in your response." in words(view)


def test_who_speaks_into_the_clients_last_word_is_not_told_that_nothing_was_said(
    practised: Practised, view: FeedbackView
) -> None:
    response = rated(practised)
    practised.measure(
        response, replace(measured(8), onset_s=None, onset_error_s=None, speech_s=6.4)
    )
    show(view, response.id)
    assert "No speech" not in words(view)
    assert "When you begin is not known; you speak for 6 s." in words(view)


def test_the_suggestion_is_taken_unless_something_else_is_written(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    warmth = practised.library.rubric("alliance-skills").item("warmth")
    assert view.change_next() == warmth.practise
    page = view._page
    assert page is not None
    qtbot.keyClicks(page.change.words, "Say less")
    assert view.change_next() == "Say less"


def test_ticks_answer_and_words_are_told_as_they_are_made(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    show(view, rated(practised).id)
    told: list[tuple[object, ...]] = []
    view.note_changed.connect(lambda *note: told.append(note))
    page = view._page
    assert page is not None
    assert page.criteria is not None
    qtbot.keyClick(page.criteria.ticks[1], Qt.Key.Key_Space)
    page.change.yes.click()
    page.change.words.setFocus()
    qtbot.keyClicks(page.change.words, "p1")
    page.change.yes.click()
    assert told == [
        ("", None, (1,)),
        ("", True, (1,)),
        ("p", True, (1,)),
        ("p1", True, (1,)),
        ("p1", None, (1,)),
    ]
    assert not page.listening.duet.playing  # p and 1 went into the text


def test_an_earlier_note_is_there_again(practised: Practised, view: FeedbackView) -> None:
    response = rated(practised)
    practised.note(response, "Say less", False, 0, 2)
    show(view, response.id)
    page = view._page
    assert page is not None
    assert page.criteria is not None
    assert page.change.words.text() == "Say less"
    assert page.change.no.isChecked()
    assert page.criteria.met() == (0, 2)


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


def test_a_vignette_that_left_the_library_leaves_the_response(
    practised: Practised, view: FeedbackView
) -> None:
    response = rated(practised)
    desk = practised.desk()
    view._desk.library = Library((), ())
    show(view, response.id)
    assert "no longer in the library" in words(view)
    assert "warmth" in words(view)
    assert desk.library.packs


def review(practised: Practised, qtbot: QtBot, response_id: str) -> tuple[ReviewScreen, Window]:
    window = Window()
    screen = ReviewScreen(practised.desk(), response_id, window)
    qtbot.addWidget(screen)
    screen.resize(900, 700)
    with qtbot.waitActive(screen):
        screen.show()
    screen.entered()
    return screen, window


def test_an_unrated_response_can_only_be_rated(practised: Practised, qtbot: QtBot) -> None:
    response = practised.respond(practised.library.find_vignette("eli-bike-racks"), seconds=4)
    screen, window = review(practised, qtbot, response.id)
    assert "Rate it first" in words(screen)
    assert not screen.report.isVisible()
    screen.rate.click()
    assert window.went == [f"rate {response.id}"]


def test_a_click_and_enter_keep_the_note_at_once_and_typing_a_moment_later(
    practised: Practised, qtbot: QtBot
) -> None:
    response = rated(practised)
    screen, _ = review(practised, qtbot, response.id)
    page = screen.view._page
    assert page is not None

    def kept() -> tuple[str, bool | None] | None:
        note = notes.note_of(practised.log, response.id)
        return note and (note.change_next, note.hooked)

    page.change.yes.click()
    assert kept() == ("", True)
    qtbot.keyClicks(page.change.words, "Ask")
    qtbot.keyClick(page.change.words, Qt.Key.Key_Return)
    assert kept() == ("Ask", True)
    qtbot.keyClicks(page.change.words, ", wait")
    qtbot.waitUntil(lambda: kept() == ("Ask, wait", True), timeout=250)


def test_a_note_is_kept_in_the_log_of_the_response_it_was_written_for(
    practised: Practised, qtbot: QtBot
) -> None:
    first, second = rated(practised), rated(practised)
    screen, _ = review(practised, qtbot, second.id)
    page = screen.view._page
    assert page is not None
    qtbot.keyClicks(page.change.words, "Ask, then wait")
    qtbot.keyClick(screen, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert screen.view.response_id == first.id
    kept = notes.note_of(practised.log, second.id)
    assert kept is not None
    assert kept.change_next == "Ask, then wait"
    assert notes.note_of(practised.log, first.id) is None
    screen.left()


def test_a_note_that_the_log_refused_is_kept_when_one_leaves_or_shows_another(
    practised: Practised, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = rated(practised), rated(practised)
    told: list[Exception] = []
    monkeypatch.setattr(Window, "failed", lambda _window, error: told.append(error))
    screen, _ = review(practised, qtbot, second.id)
    page = screen.view._page
    assert page is not None
    practised.log.db.conn.execute("PRAGMA query_only = ON")
    qtbot.keyClicks(page.change.words, "Wait")
    qtbot.keyClick(page.change.words, Qt.Key.Key_Return)
    assert "may not be written" in str(told[0])
    practised.log.db.conn.execute("PRAGMA query_only = OFF")
    screen.open(first.id)
    screen.left()
    kept = notes.note_of(practised.log, second.id)
    assert kept is not None
    assert kept.change_next == "Wait"
    assert notes.note_of(practised.log, first.id) is None
    assert len(told) == 1


def test_other_attempts_are_a_choice_away_and_the_report_is_asked_for(
    practised: Practised, qtbot: QtBot
) -> None:
    first, second = rated(practised), rated(practised)
    other = rated(practised, of="eli-bike-racks")
    screen, window = review(practised, qtbot, second.id)
    assert screen.attempts.count() == 2
    screen.attempts.setCurrentIndex(0)
    screen.attempts.activated.emit(0)
    with qtbot.waitSignal(screen.report_wanted) as asked:
        screen.report.click()
    assert asked.args == [first.id]
    screen.open(other.id)
    assert not screen.attempts.isVisible()
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert window.went == ["log"]
    screen.left()
