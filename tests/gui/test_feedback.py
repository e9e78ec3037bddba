"""What a person sees and hears of a response, once they have rated it and not before."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, measured
from tests.gui.reviewed import rated, show, words
from trainer.app.library import Library
from trainer.gui.screens.feedback import FeedbackView


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
