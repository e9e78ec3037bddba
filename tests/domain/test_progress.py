"""The running mean and its interval, against figures worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from scipy import stats

from trainer.domain.progress import T_975, Point, Trend, trend

BEGAN = datetime(2026, 9, 1, tzinfo=UTC)


def series(*scores: float, window: int = 6) -> tuple[Trend, ...]:
    points = [
        Point(f"r{day}", BEGAN + timedelta(days=day), score, "self", "v", 1)
        for day, score in enumerate(scores)
    ]
    return trend(points, window)


def test_nothing_gives_nothing() -> None:
    assert series() == ()


def test_one_and_two_ratings_have_a_mean_and_no_interval() -> None:
    first, second = series(2, 3)
    assert (first.n, first.mean, first.low, first.high) == (1, 2.0, None, None)
    assert (second.n, second.mean, second.low, second.high) == (2, 2.5, None, None)


def test_three_ratings_have_the_interval_of_students_t() -> None:
    # 2, 3, 4: mean 3, standard deviation 1, half width 4.303 / sqrt(3) = 2.484
    last = series(2, 3, 4)[-1]
    assert last.low == pytest.approx(3 - 2.484, abs=1e-3)
    assert last.high == pytest.approx(3 + 2.484, abs=1e-3)


def test_six_ratings_by_hand() -> None:
    # 1 2 3 3 4 5: mean 3, squares 4+1+0+0+1+4 = 10, sd sqrt(2), half 2.571 * sqrt(2/6) = 1.4844
    last = series(1, 2, 3, 3, 4, 5)[-1]
    assert last.n == 6
    assert (last.low, last.high) == pytest.approx((1.5156, 4.4844), abs=1e-3)


def test_only_the_last_six_count() -> None:
    last = series(1, 1, 1, 5, 5, 5, 5, 5, 5)[-1]
    assert (last.at, last.n, last.mean) == (BEGAN + timedelta(days=8), 6, 5)


def test_equal_ratings_are_as_sure_as_whole_points_can_be_and_no_surer() -> None:
    # A whole point hides a spread of 1 / sqrt(12) = 0.2887; half width 4.303 * 0.2887 / sqrt(3)
    last = series(4, 4, 4)[-1]
    assert (last.low, last.high) == pytest.approx((4 - 0.7172, 4 + 0.7172), abs=1e-3)


def test_every_point_has_its_own_place() -> None:
    found = series(1, 2, 3, 4)
    assert [t.at for t in found] == [BEGAN + timedelta(days=d) for d in range(4)]
    assert [t.mean for t in found] == [1, 1.5, 2, 2.5]


@pytest.mark.parametrize("freedom", range(1, 11))
def test_the_quantiles_are_students(freedom: int) -> None:
    assert T_975[freedom - 1] == pytest.approx(stats.t.ppf(0.975, freedom), abs=6e-4)


def test_a_window_as_long_as_the_table_works() -> None:
    last = series(*[1, 5] * 6, window=11)[-1]
    assert last.n == 11
    assert last.low is not None
