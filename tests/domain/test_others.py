"""Whose score counts as others' judgement, and that nobody's counts twice."""

from datetime import UTC, datetime

from trainer.domain.others import Given, others_points, raters_of
from trainer.domain.rounds import MARKER_WORDS, MARKERS

AT = datetime(2026, 9, 1, tzinfo=UTC)


def given(rater: str, score: float | None, *agreed: str, of: str = "r1", role: str = "") -> Given:
    role = role or ("consensus" if agreed else "supervisor")
    return Given(of, AT, "v", 1, rater, role, score, agreed)


def test_a_response_has_the_mean_of_its_raters_and_knows_them() -> None:
    first, second = others_points(
        [given("a", 2), given("b", 3), given("a", 5, of="r2"), given("c", 4)]
    )
    assert (first.score, first.raters, first.consensus) == (3, ("a", "b", "c"), False)
    assert (second.response_id, second.score, second.raters) == ("r2", 5, ("a",))
    assert raters_of([first, second]) == {"a", "b", "c"}


def test_who_rated_twice_counts_once_with_what_they_said_last() -> None:
    (point,) = others_points([given("a", 1), given("b", 3), given("a", 5)])
    assert (point.score, set(point.raters)) == (4, {"a", "b"})


def test_a_consensus_speaks_for_those_who_agreed_and_is_no_further_rater() -> None:
    (both,) = others_points([given("a", 1), given("b", 3), given("a", 3, "a", "b")])
    assert (both.score, set(both.raters), both.consensus) == (3, {"a", "b"}, True)
    (third,) = others_points([given("a", 4, "a", "b"), given("a", 1), given("b", 3), given("c", 1)])
    assert (third.score, set(third.raters), third.consensus) == (3, {"a", "b", "c"}, True)


def test_what_was_agreed_not_to_apply_has_no_score() -> None:
    assert others_points([given("a", 1), given("b", 3), given("a", None, "a", "b")]) == ()
    (point,) = others_points([given("a", None), given("b", 3)])
    assert (point.score, point.raters) == (3, ("b",))
    assert others_points([]) == ()


def test_a_consensus_whose_ground_is_not_known_counts_as_one() -> None:
    (point,) = others_points([given("a", 2, role="consensus")])
    assert (point.score, point.raters, point.consensus) == (2, ("a",), True)


def test_every_marker_has_words_of_its_own() -> None:
    assert set(MARKER_WORDS) == set(MARKERS)
    assert len(set(MARKER_WORDS.values())) == len(MARKERS)
