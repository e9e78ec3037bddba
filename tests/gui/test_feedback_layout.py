"""How the cards of a response stand: nothing cut off, nothing empty, in the order they are read."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, measured
from tests.gui.reviewed import rated, show
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.widgets.cards import Card, ExemplarCard


@pytest.fixture
def view(practised: Practised, qtbot: QtBot) -> Iterator[FeedbackView]:
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


@pytest.mark.parametrize("widths", [(1500, 500), (500, 1500), (800, 830), (830, 800)])
def test_no_text_is_cut_off_when_the_window_changes(
    practised: Practised, view: FeedbackView, qtbot: QtBot, widths: tuple[int, int]
) -> None:
    response = rated(practised)
    practised.measure(response, measured(8))
    view.resize(widths[0], 500)
    show(view, response.id)
    qtbot.wait(50)
    view.resize(widths[1], 500)
    qtbot.wait(50)
    labels = [label for label in view.findChildren(QLabel) if label.isVisibleTo(view)]
    cut = [x.text() for x in labels if x.wordWrap() and x.height() < x.heightForWidth(x.width())]
    assert cut == []


@pytest.mark.parametrize("rubric", ["alliance-skills", "facilitative-eight"])
@pytest.mark.parametrize("width", [560, 860, 1340])
def test_no_card_ends_in_empty_space(
    practised: Practised, view: FeedbackView, qtbot: QtBot, rubric: str, width: int
) -> None:
    scale = practised.library.rubric(rubric)
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    practised.rate(response, scale, *[3] * len(scale.items))
    practised.measure(response, measured(4))
    view.resize(width, 700)
    show(view, response.id)
    qtbot.wait(50)
    parts = view.findChildren(QWidget)
    cards = [c for c in parts if isinstance(c, Card | ExemplarCard) and c.isVisibleTo(view)]
    assert len(cards) == 10
    lines = 2.5 * view.fontMetrics().height()
    assert [c.accessibleName() for c in cards if foot(c) > lines] == []


def foot(card: QWidget) -> int:
    """The height below the last thing in a card, without its own margin."""
    inside = card.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    lowest = max(w.geometry().bottom() for w in inside if w.isVisibleTo(card))
    return card.height() - lowest - card.layout().contentsMargins().bottom()


def test_cards_beside_each_other_are_read_in_order(
    practised: Practised, view: FeedbackView, qtbot: QtBot
) -> None:
    view.resize(1340, 700)
    show(view, rated(practised).id)
    qtbot.wait(50)
    names = ["Your rating, locked", "Which of these did you do?", "What was not said", "The trap"]
    cards = {c.accessibleName(): c for c in view.findChildren(Card)}
    rating, criteria, unsaid, trap = (cards[name] for name in names)
    assert rating.x() == unsaid.x() < criteria.x() == trap.x()
    assert rating.y() == criteria.y() < trap.y()
    view.resize(560, 700)
    qtbot.waitUntil(lambda: rating.y() < criteria.y() < unsaid.y() < trap.y())
