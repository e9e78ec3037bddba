"""A control chart: what it flags, what it leaves alone, and where its limits come from"""

import math
from functools import partial

import pytest

from trainer.scoring.control import LAMBDA, LEAST_VALUES, L
from trainer.scoring.control import control_chart as chart_of

control_chart = partial(chart_of, lean=math.inf)

BASELINE = (0, 1, 0, -1, 0, 0, 1, 0, -1, 0, 1, -1)
CALM = (0, 1, -1, 0, 0, -1, 1, 0, 1, -1, 0, 0, 1, 0, -1, 0, 0, 1, -1, 0)


def test_the_average_is_the_textbooks():
    """Each value counts for a fifth, what was before for four fifths, from the centre on."""
    chart = control_chart(BASELINE, (1.0, 0.0, 2.0), 0.1)
    assert chart.centre == 0
    assert [one.average for one in chart.levels] == pytest.approx([0.2, 0.16, 0.528])
    assert chart.sigma == pytest.approx(math.sqrt(6 / 11))


def test_with_much_known_the_limits_are_the_textbooks():
    """Montgomery (9.25): L sigma sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^2i)).

    Nothing is left to be uncertain of after 10,000 values before."""
    base = tuple((-1) ** n for n in range(10_000))
    chart = control_chart(base, (0.0,) * 60, 0.1)
    first, last = chart.levels[0], chart.levels[-1]
    assert first.high == pytest.approx(L * LAMBDA, rel=1e-3)
    assert last.high == pytest.approx(L * math.sqrt(LAMBDA / (2 - LAMBDA)), rel=1e-3)


def test_with_little_known_they_are_wider():
    little = control_chart(BASELINE, CALM, 0.1)
    much = control_chart(BASELINE * 50, CALM, 0.1)
    assert little.levels[-1].high > 1.3 * much.levels[-1].high


def test_a_calm_rater_is_left_alone():
    chart = control_chart(BASELINE, CALM * 3, 0.41)
    assert chart.flagged is None
    assert not any(one.beyond for one in chart.levels)


@pytest.mark.parametrize("way", [1, -1])
def test_a_shift_is_flagged_after_it_and_not_before(way):
    values = (*CALM, *(way * (1 + one) for one in (*CALM, *CALM)))
    chart = chart_of(BASELINE, values, 0.41, 0.2)
    assert chart.flagged is not None
    assert len(CALM) <= chart.flagged < len(CALM) + 15
    level = chart.levels[chart.flagged]
    assert level.average > level.high if way > 0 else level.average < level.low


def test_a_centre_is_drawn_to_where_those_of_others_lie():
    leaning = tuple(1.0 + one for one in BASELINE)
    alone = control_chart(leaning, CALM, 0.1)
    drawn = chart_of(leaning, CALM, 0.1, 0.2)
    sigma, many = alone.sigma, len(BASELINE)
    assert alone.centre == 1
    # The mean and the prior weigh as their precisions do.
    assert drawn.centre == pytest.approx((many / sigma**2) / (many / sigma**2 + 1 / 0.2**2))
    wide, narrow = (one.levels[-1].high - one.centre for one in (alone, drawn))
    assert narrow < wide


def test_one_value_alone_is_no_drift():
    assert control_chart((0.0,) * 12, (2.0,), 0.41).flagged is None
    chart = control_chart((0.0,) * 12, (2.0,) * LEAST_VALUES, 0.41)
    assert chart.flagged == LEAST_VALUES - 1


def test_a_gate_without_any_difference_has_limits_all_the_same():
    chart = control_chart((0.0,) * 12, (0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0), 0.41)
    assert chart.sigma == 0.41
    assert chart.flagged is None


def test_a_short_baseline_makes_no_chart():
    assert control_chart(BASELINE[:9], CALM, 0.41) is None
    assert control_chart(BASELINE[:10], CALM, 0.41) is not None
