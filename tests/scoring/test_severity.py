"""Severity in points and fair scores: against plain least squares, and where there are none."""

from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.made import of_rows, shuffled, study
from trainer.scoring.severity import EXACT, connected, severities
from trainer.scoring.table import facet

N = None


def by_dummies(scores):
    """Rater effects by least squares with one column a response and one a rater."""
    design = np.hstack([
        np.eye(len(scores.response))[scores.response.codes],
        np.eye(len(scores.rater))[scores.rater.codes],
    ])  # fmt: skip
    effect = np.linalg.lstsq(design, scores.score, rcond=None)[0]
    responses = len(scores.response)
    raters = effect[responses:]
    return -(raters - raters.mean()), effect[:responses] + raters.mean()


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.6])
def test_severity_and_fair_scores_are_those_of_least_squares(missing):
    draw = np.random.default_rng(1)
    scores = study(draw, trainees=10, severity=(-0.5, -0.2, 0.0, 0.3, 0.4), missing=missing)
    found = severities(scores)
    severity, response = by_dummies(scores)
    for name, value in zip(scores.rater.names, severity, strict=True):
        assert found.points[name].value == pytest.approx(value, abs=1e-9)
    for name, value in zip(scores.response.names, response, strict=True):
        assert found.fair[name].fair == pytest.approx(value, abs=1e-9)


def test_a_complete_design_is_the_difference_of_means():
    found = severities(of_rows([[2, 3, 4], [1, 2, 3], [3, 4, 5]]))
    assert {name: one.value for name, one in found.points.items()} == pytest.approx(
        {"r1": 0, "r2": 1, "r3": -1}
    )
    for one, mean in zip(found.fair.values(), (2, 3, 4), strict=True):
        assert (one.raw, one.fair) == pytest.approx((mean, mean))


def test_who_rated_the_weaker_responses_is_not_severe():
    """r2 gave low scores because it rated weak responses; r1 is the severe one."""
    found = severities(of_rows([[1, 2, 4, 4, N, N], [2, 3, N, N, 2, 1], [N, N, 5, 5, 2, 1]]))
    assert found.points["r1"].value == pytest.approx(2 / 3)
    assert found.points["r2"].value == pytest.approx(-1 / 3)
    assert found.points["r3"].value == pytest.approx(-1 / 3)
    assert (found.fair["u3"].raw, found.fair["u3"].raters) == (4.5, 2)
    assert found.fair["u3"].fair == pytest.approx(4.5 + (2 / 3 - 1 / 3) / 2)


def test_severity_follows_a_rater_who_scores_lower():
    scores = study(np.random.default_rng(2), missing=0.3)
    before = severities(scores).points
    harsh = replace(scores, score=scores.score - 0.3 * (scores.rater.codes == 1))
    after = severities(harsh).points
    name = scores.rater.names[1]
    assert after[name].value == pytest.approx(before[name].value + 0.2)
    other = scores.rater.names[0]
    assert after[other].value == pytest.approx(before[other].value - 0.1)
    assert sum(one.value for one in after.values()) == pytest.approx(0, abs=1e-12)


def test_limits_of_a_complete_design_are_those_of_the_t_test():
    """Every response one rater pair: the interval of the mean of paired differences."""
    draw = np.random.default_rng(3)
    one, other = draw.normal(3, 1, (2, 25))
    found = severities(of_rows([one.tolist(), other.tolist()])).points["r1"]
    half = (other - one) / 2
    margin = 2.063899 * half.std(ddof=1) / 5  # t with 24 degrees of freedom
    assert (found.low, found.high) == pytest.approx(
        (half.mean() - margin, half.mean() + margin), abs=1e-6
    )


def test_order_changes_nothing():
    draw = np.random.default_rng(4)
    scores = study(draw, missing=0.4)
    once, again = severities(scores), severities(shuffled(scores, draw))
    assert list(again.points) == list(once.points) == ["r1", "r2", "r3"]
    for name, one in once.points.items():
        other = again.points[name]
        assert (other.value, other.low, other.high) == pytest.approx(
            (one.value, one.low, one.high), abs=1e-9
        )


def test_a_rater_and_trainee_that_do_not_match_make_it_less_sure():
    draw = np.random.default_rng(5)
    scores = study(draw, trainees=12, vignettes=8)
    taste = draw.normal(0, 1.0, (12, 3))
    own = scores.score + taste[scores.trainee.codes, scores.rater.codes]
    known = severities(replace(scores, score=own)).points["r1"]
    unknown = severities(replace(scores, score=own, trainee=None)).points["r1"]
    assert known.value == unknown.value
    assert known.high - known.low > 1.5 * (unknown.high - unknown.low)


def test_true_severity_is_within_the_limits_about_95_times_in_100():
    draw = np.random.default_rng(6)
    true = {"r1": -0.3, "r2": 0.1, "r3": 0.2}
    inside = 0
    for _ in range(200):
        # neither rounded nor cut at the ends of a scale, so that the truth is exactly known
        scores = study(draw, severity=tuple(true.values()), missing=0.2, trainees=20, step=0)
        found = severities(scores).points["r1"]
        inside += found.low <= true["r1"] <= found.high
    assert 182 <= inside <= 199


def test_raters_without_a_common_response_are_named():
    scores = of_rows([[1, 2, N, N], [2, 2, N, N], [N, N, 3, 4], [N, N, 4, 4]])
    found = severities(scores)
    assert found.points == {"r1": None, "r2": None, "r3": None, "r4": None}
    assert {(one.raw, one.fair) for one in found.fair.values()} == {
        (1.5, None), (2, None), (3.5, None), (4, None)
    }  # fmt: skip
    assert found.reason == "r1 and r2 have no response in common with r3 and r4"
    assert connected(scores) == [["r1", "r2"], ["r3", "r4"]]


def test_many_groups_are_counted():
    rows = [[3 if u == r else N for u in range(5)] for r in range(5)]
    assert severities(of_rows(rows)).reason == (
        "r1 has no response in common with r2, nor with r3, nor with 2 more such groups"
    )


def test_raters_connected_through_others_are_compared():
    found = severities(of_rows([[1, 2, N, N], [N, 3, 3, N], [N, N, 4, 4]]))
    assert [one.value for one in found.points.values()] == pytest.approx([1, 0, -1])


def test_one_common_response_gives_a_figure_without_limits():
    found = severities(of_rows([[1, N], [2, 4]]))
    assert found.points["r1"].value == pytest.approx(0.5)
    assert found.points["r1"].low is None
    assert found.reason == "too few responses were rated by two raters"


def test_raters_who_never_differ_but_in_severity_have_no_limits():
    for rows, value in ((([3] * 4, [3] * 4), 0.0), (([3, 4, 5, 2], [2, 3, 4, 1]), -0.5)):
        found = severities(of_rows(list(rows)))
        assert (found.points["r1"].value, found.reason) == (pytest.approx(value), EXACT)
        assert found.points["r1"].low is None
        assert str(found.points["r1"].value) != "-0.0"


def test_one_rater_or_none():
    assert severities(of_rows([[1, 2]])).reason == "there is only one rater"
    empty = of_rows([[1, 2]])
    nothing = facet([])
    empty = replace(empty, score=np.empty(0), response=nothing, rater=nothing)
    assert severities(empty).reason == "nothing was rated"
