"""What is told after a training rating can be read at a glance, at any text size and width."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.reviewed import words
from trainer.app.calibration import Revealed, Told
from trainer.app.library import Library
from trainer.gui.widgets.reveal import ItemTold, Reveal, apart_text


def told(
    own: float | None, known: float | None, item: str = "warmth", title: str = "Warmth"
) -> Told:
    apart = None if own is None or known is None else own - known
    return Told(item, title, own, known, apart, "Takes up 'alone', and stays.", "Anchor words.")


def revealed(*items: Told) -> Revealed:
    return Revealed(3, 14, items, "Exemplars (core): the authors agreed.")


@pytest.mark.parametrize(
    ("own", "known", "said"),
    [
        (3, 3, "as the reference"), (4, 3, "one point above"), (1, 3, "two points below"),
        (3.5, 3, "half a point above"), (1.5, 3, "1.5 points below"),
        (None, None, "as the reference"),
        (None, 3, "applicable there"),
        (3, None, "not applicable there"),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_words(own: float | None, known: float | None, said: str) -> None:
    assert apart_text(told(own, known)) == said


@pytest.fixture
def shown(library: Library, qtbot: QtBot) -> Reveal:
    made = Reveal(library.rubric("alliance-skills"))
    qtbot.addWidget(made)
    made.resize(700, 500)
    return made


def test_all_is_there_in_words(shown: Reveal) -> None:
    shown.show(revealed(told(4, 3), told(2, 2, "repair", "Repair"),
                        told(1, None, "metacommunication", "Metacommunication")))  # fmt: skip
    said = words(shown)
    assert shown.summary.text() == (
        "Warmth one point above; Metacommunication not applicable there. As the reference: 1 of 3."
    )
    assert "Yours 4, reference 3: one point above" in said
    assert "Takes up 'alone', and stays." in said
    assert "What decides for 3: Anchor words." in said
    assert "Reference 3 of 14. Exemplars (core): the authors agreed." in said
    first = shown.findChildren(ItemTold)[0]
    assert first.accessibleName() == "Warmth. Yours 4, reference 3: one point above"
    assert "Anchor words." in first.accessibleDescription()


def test_the_next_one_takes_its_place(shown: Reveal, qtbot: QtBot) -> None:
    shown.show(revealed(told(4, 3)))
    shown.show(revealed(told(3, 3)))
    qtbot.waitUntil(lambda: len(shown.findChildren(ItemTold)) == 1)
    assert shown.summary.text() == "As the reference on every item"
    assert "above" not in words(shown)


@pytest.mark.parametrize("size", [10.5, 21])
@pytest.mark.parametrize("width", [480, 1000])
def test_nothing_is_cut_off(shown: Reveal, qtbot: QtBot, size: float, width: int) -> None:
    font = shown.font()
    font.setPointSizeF(size)
    shown.setFont(font)
    shown.show(revealed(told(4, 3), told(2, None, "metacommunication", "Metacommunication")))
    shown.resize(width, shown.heightForWidth(width))
    assert shown.width() == width
    for label in shown.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())
            assert label.mapTo(shown, label.rect().bottomRight()).x() <= width
