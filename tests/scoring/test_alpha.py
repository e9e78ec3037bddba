"""Krippendorff's alpha: his published example, identities, and input that has no alpha."""

from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.made import of_rows, shuffled, study
from trainer.scoring import alpha
from trainer.scoring.alpha import LEVELS, alphas, of_coincidences

N = None
# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: 4 observers, 12 units.
FOUR_BY_TWELVE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def values(found):
    return [getattr(found, level).value for level in LEVELS]


def test_krippendorffs_example_with_missing_ratings():
    found = alphas(of_rows(FOUR_BY_TWELVE))
    assert [f"{value:.3f}" for value in values(found)] == ["0.743", "0.815", "0.849"]
    for level in LEVELS:
        estimate = getattr(found, level)
        assert estimate.low < estimate.value <= estimate.high <= 1


def test_krippendorffs_example_of_two_observers_and_two_values():
    # The same paper, section A: 2 observers, 10 units, alpha .095 (binary: all levels agree).
    rows = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert [f"{value:.3f}" for value in values(alphas(of_rows(rows)))] == ["0.095"] * 3


def test_krippendorffs_example_of_three_observers():
    # Krippendorff's entry on his alpha: 3 observers, 15 units, nominal .691, interval .811; the
    # first two units have at most one rating and count for nothing.
    rows = [
        [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
        [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
        [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
    ]
    found = alphas(of_rows(rows))
    assert f"{found.nominal.value:.3f}" == "0.691"
    assert f"{found.interval.value:.3f}" == "0.811"


def test_by_the_definition_for_every_pair():
    """Observed over expected disagreement of pairs, written out as in the book."""
    scores = study(np.random.default_rng(3), trainees=6, vignettes=4, missing=0.3, step=0.5)
    grid = scores.grid()
    units = [row[~np.isnan(row)] for row in grid if np.count_nonzero(~np.isnan(row)) > 1]
    given = np.concatenate(units)
    scale, counts = np.unique(given, return_counts=True)
    middle = dict(zip(scale, np.cumsum(counts) - counts / 2, strict=True))
    metrics = (
        lambda a, b: float(a != b),
        lambda a, b: (middle[a] - middle[b]) ** 2,
        lambda a, b: (a - b) ** 2,
    )
    expected = []
    for metric in metrics:
        seen = sum(metric(a, b) / (len(unit) - 1) for unit in units for a in unit for b in unit)
        chance = sum(metric(a, b) for a in given for b in given)
        expected.append(1 - (len(given) - 1) * seen / chance)
    assert values(alphas(scores)) == pytest.approx(expected, abs=1e-12)


def test_resamples_from_coincidences_and_from_patterns_are_the_same(monkeypatch):
    for scores in (
        study(np.random.default_rng(4), missing=0.4),
        replace(study(np.random.default_rng(4), missing=0.4), trainee=None),
    ):
        fast = alphas(scores, resamples=50)
        with monkeypatch.context() as slow:
            slow.setattr(alpha, "_MOST_CELLS", 0)
            slow.setattr(alpha, "_BLOCK_CELLS", 10_000)
            again = alphas(scores, resamples=50)
        for level in LEVELS:
            one, other = getattr(fast, level), getattr(again, level)
            assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_coincidences_of_the_example_give_its_alpha():
    # Krippendorff 2011, section C, the coincidence matrix as printed.
    printed = np.array([
        [7, 4 / 3, 1 / 3, 1 / 3, 0], [4 / 3, 10, 4 / 3, 1 / 3, 0], [1 / 3, 4 / 3, 8, 1 / 3, 0],
        [1 / 3, 1 / 3, 1 / 3, 4, 0], [0, 0, 0, 0, 3],
    ])  # fmt: skip
    found = of_coincidences(printed[None], np.arange(1.0, 6))[0]
    assert [f"{value:.3f}" for value in found] == ["0.743", "0.815", "0.849"]


def test_order_of_ratings_raters_and_responses_changes_nothing():
    draw = np.random.default_rng(5)
    scores = study(draw, missing=0.2)
    assert values(alphas(shuffled(scores, draw))) == pytest.approx(values(alphas(scores)))


def test_another_unit_changes_nothing_but_what_each_level_may_see():
    scores = study(np.random.default_rng(6), missing=0.2)
    before = alphas(scores)
    stretched = alphas(replace(scores, score=10 - 3 * scores.score))
    assert values(stretched) == pytest.approx(values(before))
    bent = alphas(replace(scores, score=np.exp(scores.score)))
    assert values(bent)[:2] == pytest.approx(values(before)[:2])
    assert values(bent)[2] != pytest.approx(values(before)[2], abs=0.01)


def test_trainees_are_drawn_whole():
    """Where a trainee's responses are alike, the interval by trainees is the wider one."""
    draw = np.random.default_rng(7)
    scores = study(draw, trainees=12, vignettes=8)
    level = draw.normal(0, 1.5, 12)
    alike = np.clip(np.round(scores.score + level[scores.trainee.codes]), -5, 11)
    whole = alphas(replace(scores, score=alike))
    alone = alphas(replace(scores, score=alike, trainee=None))
    assert whole.interval.value == alone.interval.value
    width = [e.high - e.low for e in (whole.interval, alone.interval)]
    assert width[0] > 1.3 * width[1]


def test_the_same_ratings_have_the_same_interval_twice():
    scores = study(np.random.default_rng(8))
    assert alphas(scores) == alphas(scores)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, 3, 4]], "no response was rated by two raters"),
        ([[1, 2, N, N], [N, N, 3, 4]], "no response was rated by two raters"),
        ([[3, 3, 3], [3, 3, 3]], "all ratings are the same"),
    ],
)
def test_what_has_no_alpha_says_why(rows, reason):
    found = alphas(of_rows(rows))
    assert (found.nominal, found.ordinal, found.interval) == (None, None, None)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, 3], [1, 2, 3]], "agreed everywhere"),
        ([[1], [2]], "only one response"),
        ([[3] * 40, [3] * 39 + [4]], "hardly vary"),
        ([[3] * 30, [4] * 30], "the same scores"),
        ([[1, 3, 5], [3, 5, 1], [5, 1, 3]], "the same scores"),
    ],
)
def test_what_has_an_alpha_but_no_interval_says_why(rows, reason):
    found = alphas(of_rows(rows))
    assert reason in found.reason
    for level in LEVELS:
        assert getattr(found, level).low is None
        assert getattr(found, level).high is None
