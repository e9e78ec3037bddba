"""The G study against Brennan (2001) and against figures worked out by hand."""

import math

import numpy as np
import pytest
from scipy.stats import chi2

from tests.scoring.designs import DEVIATION, of_ratings, simulated
from trainer.scoring.components import reml
from trainer.scoring.gstudy import GStudy, gstudy, needed
from trainer.scoring.table import ItemScores, facet

# Brennan (2001), synthetic data set 1: persons x items.
SET_1 = """
1 0 1 0 0 0 0 0 0 0 0 0
1 1 1 0 0 1 0 0 0 0 0 0
1 1 1 1 1 0 0 0 0 0 0 0
1 1 0 1 1 0 0 1 0 0 0 0
1 1 1 1 1 0 1 0 0 0 0 0
1 1 1 0 1 1 1 0 0 0 0 0
1 1 1 1 1 1 1 0 0 0 0 0
1 1 1 1 0 1 1 1 1 1 0 0
1 1 1 1 1 1 1 1 1 1 1 0
1 1 1 1 1 1 1 1 1 1 1 1
"""
# Set 3: persons x four items on each of two occasions. Set 2: the same scores, items within person.
SET_3 = """
2 6 7 5 2 5 5 5
4 5 6 7 6 7 5 7
5 5 4 6 5 4 5 5
5 9 8 6 5 7 7 6
4 3 5 6 4 5 6 4
4 4 4 7 6 4 7 8
2 6 6 5 2 7 7 5
3 4 4 5 6 6 6 4
0 5 4 5 5 5 5 3
6 8 7 6 6 8 8 6
"""
# Set 4: persons x four raters within each of three tasks.
SET_4 = """
5 6 5 5 5 3 4 5 6 7 3 3
9 3 7 7 7 5 5 5 7 7 5 2
3 4 3 3 5 3 3 5 6 5 1 6
7 5 5 3 3 1 4 3 5 3 3 5
9 2 9 7 7 7 3 7 2 7 5 3
3 4 3 5 3 3 6 3 4 5 1 2
7 3 7 7 7 5 5 7 5 5 5 4
5 8 5 7 7 5 5 4 3 2 1 1
9 9 8 8 6 6 6 5 5 8 1 1
4 4 4 3 3 5 6 5 5 7 1 1
"""


def rows(table: str) -> list[list[float]]:
    return [[float(one) for one in line.split()] for line in table.strip().splitlines()]


def values(study: GStudy) -> dict[str, float]:
    return {name: round(one.value, 4) for name, one in study.components.items()}


def coefficients(study: GStudy) -> tuple[float, float]:
    assert study.g is not None
    assert study.phi is not None
    return study.g.value, study.phi.value


def test_brennans_persons_by_items_with_one_rater() -> None:
    study = gstudy(
        of_ratings(
            [
                (f"p{p}", f"i{i}", "r", x)
                for p, row in enumerate(rows(SET_1))
                for i, x in enumerate(row)
            ]
        )
    )
    assert values(study) == {"trainee": 0.0574, "vignette": 0.0754, "residual": 0.1269}
    assert coefficients(study) == pytest.approx((0.844, 0.773), abs=5e-4)
    assert {row.raters for row in study.dstudy} == {1}
    assert any("one rater only" in reason for reason in study.reasons)


def test_brennans_persons_by_items_with_items_as_raters_of_one_vignette() -> None:
    study = gstudy(
        of_ratings(
            [
                (f"p{p}", "v", f"i{i}", x)
                for p, row in enumerate(rows(SET_1))
                for i, x in enumerate(row)
            ]
        )
    )
    assert values(study) == {"trainee": 0.0574, "rater": 0.0754, "residual": 0.1269}
    assert coefficients(study) == pytest.approx((0.844, 0.773), abs=5e-4)
    assert {row.vignettes for row in study.dstudy} == {1}


def test_brennans_items_within_persons() -> None:
    study = gstudy(
        of_ratings(
            [
                (f"p{p}", f"p{p} i{i}", f"p{p} i{i}", x)
                for p, row in enumerate(rows(SET_3))
                for i, x in enumerate(row)
            ]
        )
    )
    assert values(study) == {"trainee": 0.6108, "residual": 2.025}
    assert coefficients(study) == pytest.approx((0.71, 0.71), abs=5e-3)


def crossed_set() -> ItemScores:
    return of_ratings(
        [
            (f"p{p}", f"i{at % 4}", f"o{at // 4}", x)
            for p, row in enumerate(rows(SET_3))
            for at, x in enumerate(row)
        ]
    )


def test_brennans_persons_by_items_by_occasions() -> None:
    study = gstudy(crossed_set())
    assert values(study) == {
        "trainee": 0.5528,
        "vignette": 0.4417,
        "trainee:vignette": 0.575,
        "rater": 0.0074,
        "trainee:rater": 0.1009,
        "vignette:rater": 0.1565,
        "residual": 0.9352,
    }
    assert coefficients(study) == pytest.approx((0.64, 0.55), abs=5e-3)
    same = next(row for row in study.dstudy if (row.vignettes, row.raters) == (4, 2))
    assert (same.g, same.phi) == pytest.approx(coefficients(study))


def test_with_every_seventh_score_missing_the_components_are_those_of_lme4() -> None:
    """R 4.2, lme4 1.1-31: lmer with all six random effects, REML (p:o singular, at 0)."""
    marks = [
        (f"p{p}", f"i{at % 4}", f"o{at // 4}", x)
        for p, row in enumerate(rows(SET_3))
        for at, x in enumerate(row)
        if (8 * p + at) % 7 != 2
    ]
    study = gstudy(of_ratings(marks))
    found = {name: one.value for name, one in study.components.items()}
    assert found == pytest.approx(
        {
            "trainee": 0.70150355,
            "vignette": 0.58259695,
            "trainee:vignette": 0.54562532,
            "rater": 0.013596928,
            "trainee:rater": 0.0,
            "vignette:rater": 0.24507726,
            "residual": 1.0094238,
        },
        abs=2e-5,
    )
    assert any("Estimated as 0" in reason for reason in study.reasons)


def test_brennans_persons_by_raters_within_tasks() -> None:
    study = gstudy(
        of_ratings(
            [
                (f"p{p}", f"t{at // 4}", f"r{at}", x)
                for p, row in enumerate(rows(SET_4))
                for at, x in enumerate(row)
            ]
        )
    )
    assert values(study) == {
        "trainee": 0.4731,
        "vignette": 0.3252,
        "trainee:vignette": 0.5596,
        "vignette:rater": 0.6475,
        "residual": 2.3802,
    }
    assert coefficients(study) == pytest.approx((0.55, 0.46), abs=5e-3)
    assert any(
        reason.startswith("rater is left out: each rater has one") for reason in study.reasons
    )


def test_the_forecast_is_brennans_formula_and_needed_is_where_it_first_reaches_the_goal() -> None:
    study = gstudy(simulated(3, (60, 6, 4), 0.3, DEVIATION))
    part = {name: one.value for name, one in study.components.items()}
    for row in study.dstudy:
        v, r = row.vignettes, row.raters
        relative = part["trainee:vignette"] / v + part["trainee:rater"] / r
        relative += part["residual"] / (v * r)
        absolute = relative + part["vignette"] / v + part["rater"] / r
        absolute += part["vignette:rater"] / (v * r)
        assert row.g == pytest.approx(part["trainee"] / (part["trainee"] + relative))
        assert row.phi == pytest.approx(part["trainee"] / (part["trainee"] + absolute))
    goals = {row.raters: row.vignettes for row in needed(study, 0.8)}
    for raters in range(1, 6):
        reached = [row.vignettes for row in study.dstudy if row.raters == raters and row.g >= 0.8]
        if reached:
            assert goals[raters] == min(reached)
    assert goals


def test_other_raters_for_other_trainees_count_in_a_comparison_of_trainees() -> None:
    """Half the trainees are rated by A and B, half by C and D: their severity is in the error."""
    full = simulated(5, (40, 6, 4), 0.0, DEVIATION)
    assert full.trainee is not None
    half = full.trainee.codes % 2 == full.rater.codes // 2
    kept = [
        (full.trainee.names[t], full.vignette.names[v], full.rater.names[r], float(x))
        for t, v, r, x, keep in zip(
            full.trainee.codes,
            full.vignette.codes if full.vignette else [],
            full.rater.codes,
            full.score,
            half,
            strict=True,
        )
        if keep and full.vignette
    ]
    study = gstudy(of_ratings(kept))
    assert any("2 groups that share no response" in reason for reason in study.reasons)
    part = {name: one.value for name, one in study.components.items()}
    error = part["trainee:vignette"] / 6 + part["trainee:rater"] / 2 + part["residual"] / 12
    # Two trainees of the same half share raters, two of different halves do not.
    apart = (40 / 39) / 2
    error += apart * (part["rater"] / 2 + part["vignette:rater"] / 12)
    assert coefficients(study)[0] == pytest.approx(part["trainee"] / (part["trainee"] + error))


def test_a_second_answer_to_the_same_vignette_is_an_effect_of_its_own() -> None:
    rng = np.random.default_rng(2)
    marks = [
        (f"t{t}", f"v{v}", f"t{t} v{v} {take}", f"r{r}")
        for t in range(30)
        for v in range(4)
        for take in range(2)
        for r in range(3)
    ]
    trainee, vignette, response, rater = (facet(list(one)) for one in zip(*marks, strict=True))
    score = 3 + rng.normal(size=30)[trainee.codes] + rng.normal(size=240)[response.codes]
    score += 0.5 * rng.normal(size=len(score))
    scores = ItemScores("warmth", score, response, rater, trainee, vignette)
    study = gstudy(scores)
    assert study.components["response"].value == pytest.approx(1.0, abs=0.3)
    assert study.components["trainee:vignette"].value < 0.2
    assert study.components["residual"].value == pytest.approx(0.25, abs=0.05)


def test_without_vignettes_a_trainees_answers_stand_for_them() -> None:
    scores = crossed_set()
    bare = ItemScores(
        scores.item, scores.score, scores.response, scores.rater, scores.trainee, None
    )
    study = gstudy(bare)
    assert set(study.components) == {"trainee", "response", "rater", "trainee:rater", "residual"}
    assert study.g is not None
    assert {row.vignettes for row in study.dstudy} == set(range(1, 17))


def test_one_rating_per_answer_leaves_the_confounded_out_and_says_so() -> None:
    full = simulated(8, (20, 6, 3), 0.0, DEVIATION)
    assert full.trainee is not None
    assert full.vignette is not None
    one = (full.trainee.codes + full.vignette.codes) % 3 == full.rater.codes
    study = gstudy(
        of_ratings(
            [
                (full.trainee.names[t], full.vignette.names[v], full.rater.names[r], float(x))
                for t, v, r, x in zip(
                    full.trainee.codes[one],
                    full.vignette.codes[one],
                    full.rater.codes[one],
                    full.score[one],
                    strict=True,
                )
            ]
        )
    )
    assert "trainee:vignette" not in study.components
    assert any("trainee:vignette is left out" in reason for reason in study.reasons)
    assert {row.raters for row in study.dstudy} == {1}


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ([("a", "v", "r", 1.0), ("a", "w", "r", 2.0)], "one trainee only"),
        ([("a", "v", "r", 2.0), ("b", "v", "r", 2.0)], "All scores are the same"),
        ([("a", "v", "r", 1.0), ("b", "v", "r", 2.0)], "one rating only"),
        (
            [
                (f"t{t}", f"v{v}", f"r{t % 4}", float(t * v % 5))
                for t in range(12)
                for v in range(4)
            ],
            "Each trainee has one rater only",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_none_with_a_reason(
    marks: list[tuple[str, str, str, float]], says: str
) -> None:
    study = gstudy(of_ratings(marks))
    assert study.g is None
    assert study.phi is None
    assert study.dstudy == ()
    assert any(says in reason for reason in study.reasons)


def test_without_trainees_or_scores_there_is_a_reason_and_nothing_else() -> None:
    scores = crossed_set()
    bare = ItemScores(scores.item, scores.score, scores.response, scores.rater, None, None)
    none = ItemScores("warmth", np.array([]), facet([]), facet([]), facet([]), facet([]))
    for one, says in ((bare, "add a column trainee"), (none, "no scores")):
        study = gstudy(one)
        assert study.components == {}
        assert says in study.reasons[0]


def test_estimates_lie_within_their_limits_and_more_raters_do_not_harm() -> None:
    for seed, missing in ((1, 0.0), (2, 0.4), (3, 0.6)):
        study = gstudy(simulated(seed, (40, 8, 3), missing, DEVIATION))
        for one in (*study.components.values(), study.g, study.phi):
            assert one is not None
            assert one.low is not None
            assert one.high is not None
            assert one.low <= one.value <= one.high
        by_place = {(row.vignettes, row.raters): row.g for row in study.dstudy}
        assert all(
            by_place[v, r] <= min(by_place[v + 1, r], by_place[v, r + 1])
            for v in range(1, 16)
            for r in range(1, 5)
        )


def test_raters_who_happen_to_be_alike_limit_their_variance_by_their_own_mean_square() -> None:
    """Which is less than chance alone leads to expect: the variance is 0, and surely not large."""
    scores = simulated(0, (40, 1, 3), 0.0, {"trainee": 0.7, "residual": 0.6})
    grid = scores.score.reshape(40, 3)
    rater = grid.mean(axis=0) - grid.mean()
    rest = grid - grid.mean(axis=1)[:, None] - rater
    square, error = 40 * (rater**2).sum() / 2, (rest**2).sum() / (39 * 2)
    assert square < 0.5 * error
    found = gstudy(scores).components["rater"]
    assert found.value == 0
    assert found.high is not None
    assert found.high == pytest.approx((2 * square / chi2.ppf(0.025, 2) - error) / 40, rel=0.02)


def test_scores_that_vignette_and_rater_explain_wholly_leave_no_trainee_and_no_residual() -> None:
    marks = [
        (f"t{t}", f"v{v}", f"r{r}", 1.0 + v + r)
        for t in range(5)
        for v in range(3)
        for r in range(3)
        if (t + v + r) % 4
    ]
    study = gstudy(of_ratings(marks))
    assert study.g is not None
    assert study.g.value == 0
    assert study.components["residual"].value == 0
    assert reml(np.array([2.0, 2.0]), {}) is None


def test_whatever_the_table_the_figures_are_figures_or_there_is_a_reason() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        size = tuple(int(x) for x in rng.integers(1, 5, 3))
        marks = [
            (f"t{t}", f"v{v}", f"r{r}", float(rng.integers(1, 4)))
            for t in range(size[0])
            for v in range(size[1])
            for r in range(size[2])
            if rng.random() < 0.6
        ]
        study = gstudy(of_ratings([*marks, ("t0", "v0", "r9", 2.0)]))
        assert study.reasons or study.g is not None
        for one in (*study.components.values(), study.g, study.phi):
            if one is not None and one.low is None:
                assert any("fit exactly" in reason for reason in study.reasons)
            elif one is not None:
                assert one.high is not None
                assert 0 <= one.low <= one.value <= one.high < math.inf
