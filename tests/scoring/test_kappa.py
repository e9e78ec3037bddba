"""Weighted kappa and the share within one point: published tables, identities, what has none."""

from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.made import of_rows, shuffled, study
from trainer.scoring.kappa import (
    by_pair,
    kappas,
    pairs,
    quadratic,
    weighted_kappa,
    wilson,
    within_one,
)

N = None
# Fleiss, Cohen & Everitt 1969, table 1: 200 patients, three diagnoses, weights of agreement.
DIAGNOSES = np.array([[106.0, 10, 4], [22, 28, 10], [2, 12, 6]])
WEIGHTS = np.array([[1, 0, 4 / 9], [0, 1, 6 / 9], [4 / 9, 6 / 9, 1]])


def scores_of(table):
    """A table of counts as ratings of two raters."""
    first, second = np.indices(table.shape)
    count = table.astype(int).ravel()
    return of_rows([np.repeat(first.ravel(), count).tolist(),
                    np.repeat(second.ravel(), count).tolist()])  # fmt: skip


def test_fleiss_cohen_and_everitts_example():
    kappa, error = weighted_kappa(DIAGNOSES, WEIGHTS)
    assert f"{kappa:.3f}" == "0.507"
    assert f"{error**2:.6f}" == "0.003248"


def test_their_example_without_weights():
    kappa, error = weighted_kappa(DIAGNOSES, np.eye(3))
    assert f"{kappa:.3f}" == "0.429"
    assert f"{error**2:.6f}" == "0.002885"


def test_cohens_first_example_of_weighted_kappa():
    # Cohen 1968, table 1: .348 with his weights of disagreement, .492 without.
    table = np.array([[88.0, 14, 18], [10, 40, 10], [2, 6, 12]])
    apart = np.array([[0.0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert f"{weighted_kappa(table, 1 - apart / 6)[0]:.3f}" == "0.348"
    assert f"{weighted_kappa(table, 1 - apart)[0]:.3f}" == "0.348"
    assert f"{weighted_kappa(table, np.eye(3))[0]:.3f}" == "0.492"


def test_quadratic_kappa_of_scores_is_that_of_their_table():
    scores = scores_of(DIAGNOSES)
    (pair,) = kappas(scores)
    apart = np.subtract.outer(np.arange(3.0), np.arange(3.0)) ** 2
    kappa, error = weighted_kappa(DIAGNOSES, 1 - apart / 4)
    assert pair.responses == 200
    assert pair.kappa.value == pytest.approx(kappa, abs=1e-12)
    # as statsmodels 0.14 gives it: cohens_kappa(table, wt="quadratic")
    assert f"{kappa:.6f} {error:.6f}" == "0.566667 0.055666"
    assert pair.error == pytest.approx(error, abs=1e-12)
    # the jackknife's error is about the same here, and Fisher's z about symmetrical
    assert (pair.kappa.high - pair.kappa.low) / 2 == pytest.approx(1.96 * error, rel=0.05)


def test_it_is_lins_concordance():
    """Lin 1989: twice the covariance over both variances and the squared difference of means."""
    draw = np.random.default_rng(1)
    one = draw.normal(3, 1, 50)
    other = one + draw.normal(0.3, 0.5, 50)
    both = np.cov(one, other, bias=True)
    expected = 2 * both[0, 1] / (both[0, 0] + both[1, 1] + (one.mean() - other.mean()) ** 2)
    assert quadratic(one, other)[0] == pytest.approx(expected, abs=1e-12)


def test_influences_are_those_of_leaving_one_out():
    draw = np.random.default_rng(2)
    one = draw.normal(3, 1, 4000)
    other = one + draw.normal(0.3, 0.5, 4000)
    kappa, influence = quadratic(one, other)
    for row in range(5):
        without = quadratic(np.delete(one, row), np.delete(other, row))[0]
        assert 3999 * (kappa - without) == pytest.approx(influence[row], abs=0.01)


def test_limits_are_fishers_with_the_jackknifes_error():
    draw = np.random.default_rng(9)
    one = draw.integers(1, 6, 30).astype(float)
    other = np.clip(one + draw.integers(-1, 2, 30), 1, 5)
    (pair,) = kappas(of_rows([one.tolist(), other.tolist()]))
    left = [quadratic(np.delete(one, row), np.delete(other, row))[0] for row in range(30)]
    error = (np.var(left) * 29) ** 0.5
    z = np.arctanh(pair.kappa.value)
    wide = 2.045230 * error / (1 - pair.kappa.value**2)  # t with 29 degrees of freedom
    assert pair.kappa.low == pytest.approx(np.tanh(z - wide), abs=1e-6)
    assert pair.kappa.high == pytest.approx(np.tanh(z + wide), abs=1e-6)


def test_each_pair_counts_the_responses_both_rated():
    scores = of_rows([[1, 2, 3, 4, N, 5], [1, 3, 3, N, 5, 5], [N, N, N, N, 2, 2]])
    found = dict(by_pair(kappas(scores)))
    assert {name: one.responses for name, one in found.items()} == {
        "r1~r2": 4, "r1~r3": 1, "r2~r3": 2,
    }  # fmt: skip
    assert found["r1~r3"].kappa is None
    assert found["r1~r3"].reason == "only one response in common"


def test_raters_are_named_in_order_whatever_comes_first():
    draw = np.random.default_rng(3)
    scores = study(draw, trainees=10, vignettes=3, severity=(0.0,) * 11)
    once = kappas(scores)
    again = kappas(shuffled(scores, draw))
    assert [one.raters for one in once][:2] == [("r1", "r2"), ("r1", "r3")]
    assert ("r2", "r10") in [one.raters for one in once]
    assert [one.raters for one in again] == [one.raters for one in once]
    for one, other in zip(once, again, strict=True):
        assert other.kappa.value == pytest.approx(one.kappa.value, abs=1e-12)
        assert other.kappa.low == pytest.approx(one.kappa.low, abs=1e-12)


def test_trainees_make_the_interval_wider_where_their_responses_are_alike():
    draw = np.random.default_rng(4)
    scores = study(draw, trainees=15, vignettes=1, severity=(0.0, 0.0), spread=0.7)
    eight = np.repeat(np.arange(len(scores.score)), 8)  # the same response eight times
    response = scores.response.codes[eight] * 8 + np.tile(np.arange(8), len(scores.score))
    copied = replace(
        scores, score=scores.score[eight], response=replace(scores.response, codes=response,
        names=tuple(map(str, range(120)))), rater=replace(scores.rater,
        codes=scores.rater.codes[eight]), trainee=replace(scores.trainee,
        codes=scores.trainee.codes[eight]), vignette=None,
    )  # fmt: skip
    (once,), (whole,) = kappas(replace(scores, trainee=None, vignette=None)), kappas(copied)
    assert whole.kappa.value == pytest.approx(once.kappa.value)
    assert whole.kappa.low == pytest.approx(once.kappa.low)  # copies tell nothing new
    (alone,) = kappas(replace(copied, trainee=None))
    assert alone.kappa.low > once.kappa.low


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, N, N], [N, N, 3, 4]], "no response in common"),
        ([[3, 3, 3], [3, 3, 3]], "all their ratings are the same"),
    ],
)
def test_what_has_no_kappa_says_why(rows, reason):
    (pair,) = kappas(of_rows(rows))
    assert pair.kappa is None
    assert pair.reason == reason


def test_full_agreement_has_no_limits():
    (pair,) = kappas(of_rows([[1, 2, 3], [1, 2, 3]]))
    assert (pair.kappa.value, pair.kappa.low, pair.kappa.high) == (1, None, None)
    assert "agreed everywhere" in pair.reason


def test_one_rater_has_no_pair():
    assert kappas(of_rows([[1, 2, 3]])) == ()
    assert len(pairs(of_rows([[1, 2, 3]])).first) == 0


# ---------------------------------------------------------------- within one point


def test_within_one_counts_every_pair_of_raters_of_a_response():
    found = within_one(of_rows([[1, 2, 3.5, N], [2, 4, 2.5, 5], [1, 2, N, N]]))
    # u1: 1-2 yes, 1-1 yes, 2-1 yes; u2: 2-4 no, 2-2 yes, 4-2 no; u3: 3.5-2.5 yes
    assert found.pairs == 7
    assert found.share.value == pytest.approx(5 / 7)


def test_wilsons_limits_as_published():
    # Newcombe 1998, table I, method 3 (Wilson without correction): 81 of 263, 15 of 148, 0 of 20.
    for hits, count, low, high in (
        (81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ):  # fmt: skip
        limits = wilson(hits / count, count)
        assert [f"{limit:.4f}" for limit in limits] == [low, high]


def test_all_within_one_is_less_sure_with_few_responses():
    few = within_one(of_rows([[1, 2, 3]] * 2))
    many = within_one(of_rows([[1, 2, 3] * 20] * 2))
    assert few.share.value == many.share.value == 1
    assert few.share.low == pytest.approx(3 / (3 + 1.959964**2), abs=1e-6)
    assert few.share.low < many.share.low
    assert many.share.high == pytest.approx(1)


def test_pairs_of_one_response_go_together():
    """Ten raters of one response make 45 pairs, which are not 45 independent ones."""
    draw = np.random.default_rng(5)
    scores = study(draw, trainees=1, vignettes=12, severity=(0.0,) * 10, spread=1.0)
    found = within_one(replace(scores, trainee=None, vignette=None))
    share = found.share.value
    naive = 1.96 * (share * (1 - share) / found.pairs) ** 0.5
    assert found.share.high - found.share.low > 2.5 * naive


@pytest.mark.parametrize("rows", [[[1, 2, 3]], [[1, N], [N, 2]]])
def test_no_two_raters_no_share(rows):
    found = within_one(of_rows(rows))
    assert found.share is None
    assert found.reason == "no response was rated by two raters"
