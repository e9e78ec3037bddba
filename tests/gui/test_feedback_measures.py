"""What was measured of a response: it comes later and is never too sure."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, measured
from tests.gui.reviewed import rated, show, words
from trainer.gui.screens.feedback import FeedbackView


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
