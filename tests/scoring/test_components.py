"""Variance components against a likelihood written out with whole matrices, and against ANOVA."""

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.scoring.designs import DEVIATION, simulated
from trainer.scoring.components import estimable, reml
from trainer.scoring.effects import crossed, joint
from trainer.scoring.table import Numbers, Places


def matrix(effects: Mapping[str, Places], variances: Numbers) -> Numbers:
    size = len(next(iter(effects.values())))
    whole = variances[-1] * np.eye(size)
    for codes, variance in zip(effects.values(), variances, strict=False):
        whole += variance * (codes[:, None] == codes[None, :])
    return whole


def deviance(y: Numbers, effects: Mapping[str, Places], variances: Numbers) -> float:
    """-2 log REML likelihood without its constant, as in the textbook (Searle et al. 1992, 6.6)."""
    whole = matrix(effects, variances)
    inverse = np.linalg.inv(whole)
    ones = np.ones(len(y))
    mean = ones @ inverse @ y / (ones @ inverse @ ones)
    left = y - mean
    determinants = np.linalg.slogdet(whole)[1] + np.log(ones @ inverse @ ones)
    return float(determinants + left @ inverse @ left)


@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.3), (3, 0.6)])
def test_the_variances_are_where_the_textbook_likelihood_is_greatest(
    seed: int, missing: float
) -> None:
    scores = simulated(seed, (14, 4, 3), missing, DEVIATION)
    effects = crossed(scores).codes
    fit = reml(scores.score, effects)
    assert fit is not None
    assert fit.deviance == pytest.approx(deviance(scores.score, effects, fit.values), abs=1e-8)
    bounds = [(0.0, None)] * len(effects) + [(1e-6, None)]
    found = minimize(
        lambda at: deviance(scores.score, effects, at),
        np.full(len(bounds), 0.2),
        bounds=bounds,
        method="L-BFGS-B",
        options={"ftol": 1e-13, "gtol": 1e-8},
    )
    assert fit.deviance <= found.fun + 1e-8
    assert fit.values == pytest.approx(found.x, abs=2e-4)


RIDGE = """.42 32. 342 ...
444 .43 455 ...
22. 111 122 ...
333 232 ... 2.2
343 3.3 ... 243
232 2.2 132 ...
.44 343 ... .44
23. 242 ... .43"""


def test_the_top_of_a_flat_ridge_is_found() -> None:
    """Eight trainees by four vignettes, three raters each; steps alone crept up for 200 rounds."""
    cells = [
        (trainee, vignette, rater, int(score))
        for trainee, line in enumerate(RIDGE.splitlines())
        for vignette, scores in enumerate(line.split())
        for rater, score in enumerate(scores)
        if score != "."
    ]
    trainee, vignette, rater, score = np.array(cells).T
    y = score.astype(np.float64)
    effects = {
        "trainee": trainee, "vignette": vignette, "rater": rater,
        "trainee:vignette": joint(trainee, vignette), "trainee:rater": joint(trainee, rater),
        "vignette:rater": joint(vignette, rater),
    }  # fmt: skip
    fit = reml(y, effects)
    assert fit is not None
    inverse = np.linalg.inv(matrix(effects, fit.values))
    least = inverse - np.outer(inverse.sum(axis=0), inverse.sum(axis=0)) / inverse.sum()
    assert (fit.values > 0).all()  # so that the slope is level there
    for codes in (*effects.values(), np.arange(len(y))):
        same = (codes[:, None] == codes[None, :]).astype(np.float64)
        assert y @ least @ same @ least @ y - (least * same).sum() == pytest.approx(0, abs=1e-4)


def test_the_covariance_is_that_of_the_textbook_information() -> None:
    scores = simulated(4, (9, 3, 3), 0.2, DEVIATION)
    effects = crossed(scores).codes
    fit = reml(scores.score, effects)
    assert fit is not None
    inverse = np.linalg.inv(matrix(effects, fit.values))
    ones = np.ones((len(scores.score), 1))
    inverse -= inverse @ ones @ ones.T @ inverse / (ones.T @ inverse @ ones)
    kernels = [codes[:, None] == codes[None, :] for codes in effects.values()]
    parts = [inverse @ one for one in (*kernels, np.eye(len(ones)))]
    information = np.array([[np.trace(one @ other) / 2 for other in parts] for one in parts])
    assert fit.covariance == pytest.approx(np.linalg.inv(information), rel=1e-6, abs=1e-9)


def analysis_of_variance(cube: Numbers) -> dict[str, float]:
    """The components of a full table (trainees, vignettes, raters), which may be below 0."""
    trainees, vignettes, raters = cube.shape
    t, v, r = (cube.mean(axis=pair) - cube.mean() for pair in ((1, 2), (0, 2), (0, 1)))
    tv = cube.mean(axis=2) - cube.mean() - t[:, None] - v
    tr = cube.mean(axis=1) - cube.mean() - t[:, None] - r
    vr = cube.mean(axis=0) - cube.mean() - v[:, None] - r
    rest = cube - cube.mean() - t[:, None, None] - v[:, None] - r
    rest -= tv[:, :, None] + tr[:, None, :] + vr
    df_t, df_v, df_r = (size - 1 for size in cube.shape)
    error = (rest**2).sum() / (df_t * df_v * df_r)
    square_tv = raters * (tv**2).sum() / (df_t * df_v)
    square_tr = vignettes * (tr**2).sum() / (df_t * df_r)
    square_vr = trainees * (vr**2).sum() / (df_v * df_r)
    of_t, of_v, of_r = vignettes * raters, trainees * raters, trainees * vignettes
    return {
        "residual": error,
        "trainee:vignette": (square_tv - error) / raters,
        "trainee:rater": (square_tr - error) / vignettes,
        "vignette:rater": (square_vr - error) / trainees,
        "trainee": (of_t * (t**2).sum() / df_t - square_tv - square_tr + error) / of_t,
        "vignette": (of_v * (v**2).sum() / df_v - square_tv - square_vr + error) / of_v,
        "rater": (of_r * (r**2).sum() / df_r - square_tr - square_vr + error) / of_r,
    }


def test_on_a_full_table_they_are_those_of_the_analysis_of_variance() -> None:
    scores = simulated(6, (20, 5, 4), 0.0, DEVIATION)
    fit = reml(scores.score, crossed(scores).codes)
    assert fit is not None
    expected = analysis_of_variance(scores.score.reshape(20, 5, 4))
    assert min(expected.values()) > 0, "else REML and ANOVA differ by right"
    for name, value in expected.items():
        assert fit.of(name) == pytest.approx(value, rel=1e-6), name


def test_without_the_bound_they_are_those_also_where_one_is_below_zero() -> None:
    scores = simulated(6, (20, 5, 4), 0.0, {**DEVIATION, "rater": 0.0, "vignette:rater": 0.0})
    fit = reml(scores.score, crossed(scores).codes)
    assert fit is not None
    expected = analysis_of_variance(scores.score.reshape(20, 5, 4))
    below = [name for name, value in expected.items() if value < 0]
    assert below
    assert [fit.of(name) for name in below] == [0.0] * len(below)
    for name, value in zip(fit.names, fit.unbounded, strict=True):
        assert value == pytest.approx(expected[name], rel=1e-5, abs=1e-9), name


def test_neither_the_order_nor_the_unit_of_scores_changes_the_variances() -> None:
    scores = simulated(7, (200, 4, 3), 0.4, DEVIATION)
    effects = crossed(scores).codes
    order = np.random.default_rng(1).permutation(len(scores.score))
    one = reml(scores.score, effects)
    other = reml(scores.score[order], {name: codes[order] for name, codes in effects.items()})
    moved = reml(10 + 2 * scores.score, effects)
    assert one is not None
    assert other is not None
    assert moved is not None
    assert other.values == pytest.approx(one.values, abs=1e-6)
    assert moved.values == pytest.approx(4 * one.values, abs=4e-6)


def test_effects_that_part_the_ratings_alike_are_not_both_estimable() -> None:
    trainee = np.repeat(np.arange(6), 4)
    rater = np.tile(np.arange(4), 6)
    effects = {"trainee": trainee, "rater": rater, "twin": trainee[::1], "cell": np.arange(24)}
    assert estimable(effects, 24) == ["trainee", "rater"]
    assert estimable(effects, 24, ["twin", "trainee", "rater"]) == ["twin", "rater"]


def test_scores_that_fit_exactly_have_no_residual() -> None:
    response, rater = np.repeat(np.arange(8), 3), np.tile(np.arange(3), 8)
    kept = np.arange(24) != 5
    y = (response % 5 + 0.5 * rater)[kept].astype(np.float64)
    fit = reml(y, {"response": response[kept], "rater": rater[kept]})
    assert fit is not None
    assert fit.of("residual") == 0
    assert fit.of("rater") == pytest.approx(np.var([0, 0.5, 1], ddof=1), rel=1e-3)
    assert fit.of("response") == pytest.approx(np.var(np.arange(8) % 5, ddof=1), rel=1e-3)
