"""Correlations between items: by hand, what they leave out, and when they are told."""

from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.made import of_rows, study
from trainer.domain.mark import Mark
from trainer.scoring import clusters
from trainer.scoring.halo import correlation, halos, said
from trainer.scoring.table import of_items

# Anscombe 1973, first set: correlation .816.
X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def two_items(draw, real=0.0, rater=0.0, noise=0.5, responses=60, raters=3, severity=0.0):
    """``real``: SD of what a response has on both; ``rater``: of what a rater adds to both."""
    shape = (responses, raters)
    shared = draw.normal(0, real, (responses, 1)) + draw.normal(0, rater, shape) if real or rater \
        else np.zeros(shape)  # fmt: skip
    shared = shared - severity * np.arange(raters)
    marks = [
        Mark(f"u{u}", f"r{r}", item, float(3 + shared[u, r] + draw.normal(0, noise)))
        for item in ("warmth", "repair") for u in range(responses) for r in range(raters)
    ]  # fmt: skip
    return of_items(marks)


def test_one_raters_correlation_is_pearsons():
    found = halos({"x": of_rows([X], "x"), "y": of_rows([Y], "y")})
    (one,) = found
    assert one.name == "x~y"
    assert f"{one.raters['r1'].value:.3f}" == "0.816"
    assert one.pooled.value == pytest.approx(one.raters["r1"].value)
    assert one.within_response is None  # no response has two raters
    assert one.ratings == 11


def test_limits_are_about_fishers_for_many_normal_pairs():
    draw = np.random.default_rng(1)
    one = draw.normal(0, 1, 4000)
    other = one + draw.normal(0, 1, 4000)
    places = np.arange(4000)
    found = correlation(one, other, clusters.Clusters(places, None, None))
    z = np.arctanh(found.value)
    assert found.low == pytest.approx(np.tanh(z - 1.96 / 3997**0.5), abs=0.002)
    assert found.high == pytest.approx(np.tanh(z + 1.96 / 3997**0.5), abs=0.002)


def test_items_that_share_nothing_do_not_correlate_however_severe_the_raters():
    (found,) = halos(two_items(np.random.default_rng(2), severity=2.0))
    assert found.pooled.low < 0 < found.pooled.high
    assert found.within_response.low < 0 < found.within_response.high


def test_what_responses_really_share_is_no_halo_proper():
    (found,) = halos(two_items(np.random.default_rng(3), real=1.0))
    assert found.pooled.value == pytest.approx(1 / 1.25, abs=0.08)
    assert found.within_response.low < 0 < found.within_response.high


def test_what_a_rater_adds_to_both_items_is():
    (found,) = halos(two_items(np.random.default_rng(4), rater=1.0))
    assert found.within_response.value == pytest.approx(1 / 1.25, abs=0.08)
    assert found.within_response.low > 0.6


def test_items_that_can_hardly_be_told_apart_are_told():
    (found,) = halos(two_items(np.random.default_rng(5), real=1.0, noise=0.1))
    sentence = said(found)
    assert sentence.startswith("warmth and repair can hardly be told apart")
    assert f"{found.pooled.value:.2f}" in sentence
    (other,) = halos(two_items(np.random.default_rng(5), real=1.0, noise=0.5))
    assert other.pooled.value > 0.7
    assert said(other) is None


def test_only_ratings_on_both_items_count():
    items = two_items(np.random.default_rng(6), real=1.0, responses=20)
    whole = halos(items)[0]
    marks = [Mark(f"u{u}", "r0", "warmth", 1.0) for u in range(100, 140)]
    more = [Mark(items["warmth"].response.names[u], items["warmth"].rater.names[r], "warmth", s)
            for u, r, s in zip(items["warmth"].response.codes, items["warmth"].rater.codes,
                               items["warmth"].score, strict=True)]  # fmt: skip
    with_more = halos({**items, "warmth": of_items(marks + more)["warmth"]})[0]
    assert with_more.ratings == whole.ratings == 60
    assert with_more.pooled.value == pytest.approx(whole.pooled.value)


def test_a_rater_who_never_varies_has_none_and_says_nothing_of_the_others():
    draw = np.random.default_rng(7)
    items = two_items(draw, real=1.0)
    flat = {
        name: replace(one, score=np.where(one.rater.codes == 1, 3.0, one.score))
        for name, one in items.items()
    }
    (found,) = halos(flat)
    assert found.raters["r1"] is None
    assert found.raters["r0"].value == halos(items)[0].raters["r0"].value


def test_no_item_or_one_has_no_halo():
    assert halos({}) == ()
    assert halos({"warmth": study(np.random.default_rng(8))}) == ()


def test_three_ratings_are_too_few_and_a_straight_line_has_no_limits():
    items = {"x": of_rows([[1, 2, 3]], "x"), "y": of_rows([[1, 2, 4]], "y")}
    assert halos(items)[0].pooled is None
    items = {"x": of_rows([[1, 2, 3, 4]], "x"), "y": of_rows([[2, 3, 4, 5]], "y")}
    one = halos(items)[0].pooled
    assert (one.value, one.low, one.high) == (1, None, None)
