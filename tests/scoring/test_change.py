"""Reliable change and the gap between self and supervisor."""

import math

import pytest

from trainer.scoring.change import change, error_of_difference, gap


@pytest.mark.parametrize(("reliability", "smallest"), [(0.69, 0.65), (0.84, 0.47)])
def test_the_smallest_reliable_change_of_the_domain_notes(
    reliability: float, smallest: float
) -> None:
    found = change(None, None, 0.42, reliability)
    assert found.smallest is not None
    assert round(found.smallest, 2) == smallest
    assert found.reason is not None


def test_jacobson_and_truaxs_example() -> None:
    """Jacobson & Truax (1991), p. 14: 32.5 to 47.5 with SD 7.5 and r .80 has an index of 3.16."""
    found = change(32.5, 47.5, 7.5, 0.80)
    assert error_of_difference(7.5, 0.80) == pytest.approx(4.74, abs=0.005)
    assert found.index == pytest.approx(3.16, abs=0.005)
    assert found.reliable


def test_a_typical_gain_is_not_reliable_in_one_person() -> None:
    found = change(3.0, 3.18, 0.42, 0.84)
    assert found.reliable is False
    assert change(3.18, 3.0, 0.42, 0.84).index == pytest.approx(-(found.index or 0))


@pytest.mark.parametrize(
    ("deviation", "reliability"),
    [(None, 0.8), (0.5, None), (0.5, 1.0), (0.5, -0.1), (0.0, 0.8), (math.nan, 0.8)],
)
def test_without_a_reliability_there_is_a_reason(
    deviation: float | None, reliability: float | None
) -> None:
    found = change(2, 4, deviation, reliability)
    assert (found.smallest, found.index, found.reliable) == (None, None, None)
    assert found.reason


def test_the_gap_is_the_mean_difference_with_its_t_interval() -> None:
    """By hand: differences 1 0 2 1, mean 1, SD .8165, t(3) = 3.1824: 1 +- 1.2992."""
    found = gap([4, 3, 5, 2, None, 3], [3, 3, 3, 1, 2, None])
    assert found.pairs == 4
    assert found.difference is not None
    assert found.difference.value == 1
    assert found.difference.low == pytest.approx(1 - 1.2992, abs=1e-4)
    assert found.difference.high == pytest.approx(1 + 1.2992, abs=1e-4)


def test_the_correlation_has_fishers_limits() -> None:
    own = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    other = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]
    found = gap(own, other).correlation
    assert found is not None
    # sum of d^2 is 10: r = 1 - 6 * 10 / 990; z = 1.7385, +- 1.96 / sqrt(7).
    assert found.value == pytest.approx(1 - 60 / 990)
    assert found.low == pytest.approx(math.tanh(math.atanh(1 - 60 / 990) - 0.74080), abs=1e-4)
    assert found.high == pytest.approx(math.tanh(math.atanh(1 - 60 / 990) + 0.74080), abs=1e-4)


def test_the_gap_says_what_it_lacks() -> None:
    assert gap([], []).difference is None
    assert gap([1, None], [2, 3]).reasons
    always = gap([3, 3, 3, 3], [1, 2, 3, 4])
    assert always.correlation is None
    assert "same score" in always.reasons[0]
    assert always.difference is not None
    two = gap([1, 2], [2, 4])
    assert two.difference is not None
    assert two.correlation is None
    three = gap([1, 2, 3], [2, 4, 5])
    assert three.correlation is not None
    assert three.correlation.low is None
    same = gap([1, 2, 3, 4], [2, 3, 4, 5])
    assert same.correlation is not None
    assert (same.correlation.value, same.correlation.low) == (1, None)
    assert "lie on one line" in same.reasons[0]


def test_equal_differences_of_rounded_scores_are_not_certain() -> None:
    """t(2) = 4.3027 times the least spread over sqrt(3)."""
    sure = gap([4, 4, 4], [3, 3, 3])
    assert sure.difference is not None
    assert (sure.difference.value, sure.difference.low) == (1, None)
    assert "the same everywhere" in sure.reasons[-1]
    found = gap([4, 4, 4], [3, 3, 3], least_spread=0.4082).difference
    assert found is not None
    assert found.high == pytest.approx(1 + 4.3027 * 0.4082 / 3**0.5, abs=1e-4)
