"""The interval of others' running mean: how far it counts that raters are few."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from trainer.domain.others import Given, others_points
from trainer.scoring.others import Strictness, others_trend, strictness

BEGAN = datetime(2026, 9, 1, tzinfo=UTC)


def given(*rows: Sequence[float | None], role: str = "supervisor") -> list[Given]:
    """A row a response, a column a rater."""
    return [
        Given(f"r{n}", BEGAN + timedelta(days=n), "v", 1, f"rater {k}", role, score)
        for n, row in enumerate(rows)
        for k, score in enumerate(row)
        if score is not None
    ]


def test_how_far_two_raters_differ_by_hand() -> None:
    # B gives 1, 1 and 1 point more than A: severities -0.5 and 0.5, standard deviation 0.7071
    found = strictness(given((2, 3), (3, 4), (1, 2)))
    assert found is not None
    assert (found.spread, found.freedom) == (pytest.approx(0.7071, abs=1e-4), 1)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ((3,), (2,), (4,), (5,)),
        ((3, 4), (2, 2)),
        ((3, None), (2, None), (None, 4), (None, 1)),
    ],
)
def test_nothing_is_said_of_strictness_where_too_few_responses_tell(
    rows: tuple[Sequence[float | None], ...],
) -> None:
    assert strictness(given(*rows)) is None


def test_what_was_agreed_on_says_nothing_of_how_far_raters_differ() -> None:
    assert strictness(given((3, 4), (2, 2), (1, 3), role="consensus")) is None


def test_one_rater_has_a_mean_and_no_interval() -> None:
    points = others_points(given((3,), (2,), (4,), (5,)))
    last = others_trend(points, strictness(given((3,), (2,), (4,), (5,))))[-1]
    assert (last.n, last.mean, last.low, last.high) == (4, 3.5, None, None)


def test_both_errors_are_in_the_interval_by_hand() -> None:
    rows = given((2, 3), (3, 4), (1, 2))
    *early, last = others_trend(others_points(rows), strictness(rows))
    assert [(t.mean, t.low) for t in early] == [(2.5, None), (3.0, None)]
    # Means 2.5, 3.5, 1.5: variance 1, over 3. Raters: 0.5 * (1/4 + 1/4). Both 0.58333, freedom
    # 0.58333^2 / (0.33333^2 / 2 + 0.25^2 / 1) = 2.8824.
    half = stats.t.ppf(0.975, 2.88235) * 0.583333**0.5
    assert last.mean == 2.5
    assert (last.low, last.high) == pytest.approx((2.5 - half, 2.5 + half), abs=1e-4)


def test_who_rated_nearly_all_of_it_weighs_as_much() -> None:
    strict = Strictness(0.7, 1)
    shared = others_points(given(*[(3, 3)] * 6))
    by_one = others_points(given(*[(3, None)] * 5, (3, 3)))
    wide, wider = (others_trend(points, strict)[-1] for points in (shared, by_one))
    assert wider.high is not None
    assert wide.high is not None
    assert wider.high > wide.high + 0.3


def test_only_the_last_six_count() -> None:
    points = others_points(given(*[(1,)] * 4, *[(4,)] * 6))
    assert (others_trend(points, None)[-1].n, others_trend(points, None)[-1].mean) == (6, 4)


@pytest.mark.parametrize(("raters", "missing"), [(2, 0.0), (3, 0.4)])
def test_the_interval_holds_what_many_raters_would_give(raters: int, missing: float) -> None:
    """300 supervisions of 20 responses; raters' strictness has half the variance of responses."""
    chance = np.random.default_rng(4)
    held = told = 0
    for _ in range(300):
        true = 3 + chance.normal(0, 0.55, 20)[:, None] + chance.normal(0, 0.4, raters)
        scores = np.clip(np.round(true + chance.normal(0, 0.55, true.shape)), 1, 5)
        seen = chance.random(true.shape) >= missing
        seen[:, 0] |= ~seen.any(1)
        rows = given(
            *[
                [float(s) if there else None for s, there in zip(row, those, strict=True)]
                for row, those in zip(scores, seen, strict=True)
            ]
        )
        last = others_trend(others_points(rows), strictness(rows))[-1]
        if last.low is not None and last.high is not None:
            told += 1
            held += last.low <= 3 <= last.high
    assert told > 290
    assert held / told >= 0.92
