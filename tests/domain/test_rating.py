"""What may be rated, and when a rating is whole."""

from dataclasses import replace

import pytest

from tests.domain.made import item, rubric
from trainer.domain.errors import ContentError, KnownError, Problem
from trainer.domain.rating import check_complete, check_score, missing_items
from trainer.domain.rubric import Scale, heard_at

RUBRIC = rubric(item("warmth"), item("repair", not_applicable=True))


@pytest.mark.parametrize("score", [1, 2.0, 5])
def test_whole_points_of_the_scale_may_be_given(score: float) -> None:
    check_score(RUBRIC, "warmth", score)
    assert Scale(1, 5).admits(score)


@pytest.mark.parametrize("score", [0, 5.5, 6, -1, 2.5, 3.0001])
def test_others_may_not_and_the_sentence_names_the_scale(score: float) -> None:
    with pytest.raises(KnownError, match="Warmth cannot be rated") as told:
        check_score(RUBRIC, "warmth", score)
    assert told.value.hint == "Choose a score from 1 to 5."


def test_half_points_only_where_the_scale_has_them() -> None:
    halves = Scale(1, 5, half_points=True)
    assert halves.admits(2.5)
    assert not halves.admits(2.25)
    assert not halves.admits(5.5)


def test_not_applicable_only_where_the_item_allows_it() -> None:
    check_score(RUBRIC, "repair", None)
    with pytest.raises(KnownError, match="Warmth always applies"):
        check_score(RUBRIC, "warmth", None)


def test_an_item_of_another_rubric_is_a_bug() -> None:
    with pytest.raises(KeyError):
        check_score(RUBRIC, "courage", 3)


def test_a_rating_is_whole_when_every_item_has_its_score_or_not_applicable() -> None:
    check_complete(RUBRIC, {"warmth": 3, "repair": None})
    assert missing_items(RUBRIC, {"repair": None}) == ("Warmth",)
    with pytest.raises(KnownError, match="Not rated yet: Warmth, Repair"):
        check_complete(RUBRIC, {})
    with pytest.raises(KnownError, match="always applies"):
        check_complete(RUBRIC, {"warmth": None, "repair": None})


def test_a_known_error_reads_as_sentences() -> None:
    assert str(KnownError("The disk is full", "Make room.")) == "The disk is full. Make room."
    assert str(KnownError("The disk is full")) == "The disk is full."


def test_a_content_error_names_the_first_problem_and_counts_the_rest() -> None:
    first, second = Problem("a.yaml", 3, "title", "is empty"), Problem("b.yaml", 1, "id", "x")
    assert str(first) == "a.yaml:3: title: is empty"
    told = str(ContentError((first, second)))
    assert told.startswith("a.yaml:3: title: is empty (and 1 more). ")
    assert "attune check a.yaml" in told


def test_an_anchor_is_said_to_who_does_not_see_the_others() -> None:
    one = replace(item("warmth"), anchors={3: "Gives it back.", 4: "As 3, and in particulars: so."})
    assert heard_at(one, 3) == "Gives it back."
    assert heard_at(one, 4) == "In particulars: so."
    assert heard_at(one, 9) == ""
