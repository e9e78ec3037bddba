"""How close a rater is to known scores: what counts, what does not, and when nothing can be said"""

import pytest

from trainer.domain.mark import Mark
from trainer.scoring.closeness import LEAST_SCORED, Pair, closeness
from trainer.scoring.icc import iccs
from trainer.scoring.kappa import wilson
from trainer.scoring.table import of_items

KNOWN = (1, 2, 3, 4, 5, 1, 2, 3, 4, 5)


def pairs(own: tuple[float | None, ...], known: tuple[float | None, ...] = KNOWN, item: str = "a"):
    return [Pair(f"r{n}", item, o, k) for n, (o, k) in enumerate(zip(own, known, strict=True))]


def test_the_figures_of_one_item_are_those_of_the_other_rooms():
    own = (1, 2, 3, 5, 5, 2, 2, 4, 4, 3)
    found = closeness(pairs(own))
    assert (found.ratings, found.within) == (10, 9)
    low, high = wilson(0.9, 10)
    assert (found.share.value, found.share.low, found.share.high) == (0.9, low, high)
    marks = [
        Mark(f"r{n}", who, "a", score)
        for who, scores in (("me", own), ("known", KNOWN))
        for n, score in enumerate(scores)
    ]
    assert found.icc == pytest.approx(iccs(of_items(marks)["a"]).values["ICC(A,1)"])
    assert found.bias.value == pytest.approx(0.1)
    # R: t.test(c(0,0,0,1,0,1,0,1,0,-2))$conf.int
    assert (found.bias.low, found.bias.high) == pytest.approx((-0.5264, 0.7264), abs=1e-4)


def test_a_score_against_n_a_is_a_miss_and_n_a_by_both_is_nothing():
    found = closeness(
        pairs((1, None, 3, None, 5, 1, 2, 3, 4, 5), (1, 2, 3, None, 5, 1, 2, 3, 4, None))
    )
    assert (found.ratings, found.within, found.both_na, found.one_na) == (9, 7, 1, 2)
    assert found.bias.value == 0
    assert found.icc.value == 1


def test_n_a_throughout_leaves_nothing_to_compare():
    found = closeness(pairs((None,) * 10, (None,) * 10))
    assert (found.ratings, found.both_na) == (0, 10)
    assert (found.share, found.icc, found.bias) == (None, None, None)


def test_references_that_are_all_alike_cannot_show_agreement():
    found = closeness(pairs((3, 3, 4, 3, 3, 2, 3, 3, 3, 3), (3,) * 10))
    assert found.icc is None
    assert "same score" in found.reasons[0]
    assert found.share.value == 1


def test_a_few_scores_that_agree_are_no_proof():
    few = LEAST_SCORED - 1
    found = closeness(pairs(KNOWN[:few], KNOWN[:few]))
    assert found.icc is None
    assert f"Only {few} have a score" in found.reasons[0]
    assert closeness(pairs(KNOWN[:6], KNOWN[:6])).icc.low == 1


def test_ratings_of_one_response_are_not_taken_for_independent():
    """Three items rated alike tell no more than one: the limits stay as wide."""
    own = (1, 2, 3, 5, 5, 2, 2, 4, 4, 3)
    one = closeness(pairs(own))
    three = closeness([p for item in "abc" for p in pairs(own, item=item)])
    assert three.ratings == 30
    assert three.icc == pytest.approx(one.icc)
    assert three.share.value == one.share.value
    assert three.share.high - three.share.low >= one.share.high - one.share.low
    assert three.bias.high - three.bias.low == pytest.approx(one.bias.high - one.bias.low)


def test_the_bias_says_which_way():
    own = (2, 3, 4, 5, 5, 2, 3, 4, 5, 5)
    bias = closeness(pairs(own)).bias
    assert bias.value == pytest.approx(0.8)
    assert 0 < bias.low < bias.value < bias.high
