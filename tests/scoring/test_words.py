"""Koo & Li (2016): the words go by the limits."""

import pytest

from trainer.scoring.estimate import Estimate
from trainer.scoring.words import words


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        # Koo & Li's own example: .83 to .94 is "good to excellent".
        (0.83, 0.94, "good to excellent"),
        (0.6, 0.8, "moderate to good"),
        (-0.2, 0.49, "poor"),
        (0.2, 0.95, "poor to excellent"),
        (0.5, 0.7499, "moderate"),
        (0.75, 0.9, "good"),
        (0.9001, 1.0, "excellent"),
    ],
)
def test_the_words_are_those_of_both_limits(low: float, high: float, said: str) -> None:
    assert words(Estimate((low + high) / 2, low, high)) == said


def test_without_limits_there_are_no_words() -> None:
    assert words(None) is None
    assert words(Estimate(0.8)) is None
    assert words(Estimate(0.8, None, 0.9)) is None
