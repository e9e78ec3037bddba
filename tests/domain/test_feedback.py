"""One thing to change: of the lowest rated item."""

from dataclasses import replace

import pytest

from tests.domain.made import item, rubric
from trainer.domain.feedback import Figure, suggestion
from trainer.domain.rubric import Scale
from trainer.domain.speech import Baseline

RUBRIC = rubric(item("warmth"), item("repair", not_applicable=True), item("talk"))


def test_nothing_rated_gives_no_advice() -> None:
    assert suggestion(RUBRIC, {}, ()) is None
    assert suggestion(RUBRIC, {"warmth": None, "repair": None}, ()) is None


def test_the_lowest_item_gives_the_advice_and_not_applicable_ones_do_not_count() -> None:
    found = suggestion(RUBRIC, {"warmth": 3, "repair": None, "talk": 2}, ())
    assert found is not None
    assert (found.item, found.text) == ("talk", "practise talk")


def test_of_equals_the_one_that_the_vignette_asks_for_first() -> None:
    scores = {"warmth": 2.0, "repair": 2.0, "talk": 2.0}
    asked = suggestion(RUBRIC, scores, ("talk", "repair"))
    unasked = suggestion(RUBRIC, scores, ())
    assert asked is not None
    assert unasked is not None
    assert (asked.item, unasked.item) == ("talk", "warmth")


@pytest.mark.parametrize(
    ("score", "text"), [(3, "practise warmth"), (4, "refine warmth"), (5, "refine warmth")]
)
def test_who_is_high_is_given_something_finer(score: int, text: str) -> None:
    found = suggestion(RUBRIC, {"warmth": score, "talk": 5, "repair": 5}, ())
    assert found is not None
    assert found.text == text


def test_high_is_three_quarters_of_any_scale() -> None:
    zero_to_four = rubric(item("warmth"), scale=Scale(0, 4))
    for score, text in ((0, "practise warmth"), (2, "practise warmth"), (3, "refine warmth")):
        found = suggestion(zero_to_four, {"warmth": score}, ())
        assert found is not None
        assert found.text == text


@pytest.mark.parametrize(
    ("value", "place"), [(1.9, "below"), (1.96, "within"), (4, "within"), (4.2, "above")]
)
def test_a_value_has_its_place_in_the_middle_half_as_it_is_read(value: float, place: str) -> None:
    figure = Figure("x", "X", value, "s", 1, None, Baseline(5, 3, 2, 4.1))
    assert figure.place == place
    assert replace(figure, baseline=None).place is None


@pytest.mark.parametrize(
    ("value", "error", "place"),
    [
        (165, 5, "within its error"),
        (170, 5, "above"),
        (158, 5, "below"),
        (160, 5, "within its error"),
        (164, 5, "within"),
        (165, 0.2, "within its error"),
        (166, 0.2, "above"),
    ],
)
def test_a_difference_within_the_error_is_none(value: float, error: float, place: str) -> None:
    figure = Figure("x", "X", value, "Hz", 0, error, Baseline(4, 164, 164, 164.4))
    assert figure.place == place


@pytest.mark.parametrize(
    ("error", "decimals", "said"), [(0.083, 1, 0.1), (0.02, 1, 0.1), (0.25, 0, 1), (4.95, 0, 5)]
)
def test_no_error_is_written_as_none_at_all(error: float, decimals: int, said: float) -> None:
    assert Figure("x", "X", 5.0, "s", decimals, error, None).error_said == pytest.approx(said)
