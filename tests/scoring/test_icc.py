"""The six ICCs against published tables, against identities, and where there is nothing to say."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest

from tests.scoring.designs import DEVIATION, of_grid, simulated
from trainer.scoring.estimate import Estimate
from trainer.scoring.icc import NAMES, IccTable, iccs
from trainer.scoring.table import ItemScores, facet

# Shrout & Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
# Their table 4 (values); limits as pingouin 0.7.0 and psych::ICC print them for the same scores.
PUBLISHED = {
    "ICC(1,1)": (0.17, -0.13, 0.72),
    "ICC(A,1)": (0.29, 0.02, 0.76),
    "ICC(C,1)": (0.71, 0.34, 0.95),
    "ICC(1,k)": (0.44, -0.88, 0.91),
    "ICC(A,k)": (0.62, 0.07, 0.93),
    "ICC(C,k)": (0.91, 0.68, 0.99),
}


def triple(table: IccTable, name: str) -> tuple[float, float, float]:
    found = table.values[name]
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    return found.value, found.low, found.high


def holed(rows: Sequence[Sequence[float]], *holes: tuple[int, int]) -> list[list[float | None]]:
    return [
        [None if (r, c) in holes else x for c, x in enumerate(row)] for r, row in enumerate(rows)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_shrout_and_fleiss_to_the_printed_digit(name: str) -> None:
    table = iccs(of_grid(SHROUT_FLEISS))
    assert table.design == "complete"
    assert table.k == 4
    assert table.reasons == ()
    assert tuple(round(one, 2) for one in triple(table, name)) == PUBLISHED[name]


def test_with_three_ratings_missing_they_are_what_lme4_finds() -> None:
    """R 4.2, lme4 1.1-31: lmer(s ~ 1 + (1|t) + (1|j)) and lmer(s ~ 1 + (1|t)), REML."""
    table = iccs(of_grid(holed(SHROUT_FLEISS, (0, 1), (3, 2), (4, 3))))
    assert table.design == "incomplete"
    assert triple(table, "ICC(A,1)")[0] == pytest.approx(0.3100287, abs=1e-5)
    assert triple(table, "ICC(C,1)")[0] == pytest.approx(0.7194801, abs=1e-5)
    assert triple(table, "ICC(1,1)")[0] == pytest.approx(0.1907434, abs=1e-5)


def test_raters_who_differ_by_a_constant_are_consistent_but_do_not_agree() -> None:
    """McGraw & Wong's (1996) pairs; by hand MSR 8, MSC 6, MSE 0: A = 8 / (8 + 2 * 6 / 3)."""
    table = iccs(of_grid([[2, 4], [4, 6], [6, 8]]))
    assert table.values["ICC(C,1)"] == Estimate(1.0)
    assert triple(table, "ICC(A,1)")[0] == pytest.approx(2 / 3)
    assert table.reasons == (
        "The raters never differ but in severity, so nothing shows how far ICC(C,1), ICC(C,k) may "
        "vary: they have no limits.",
    )


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_lenient_rater_changes_agreement_and_not_consistency(missing: float) -> None:
    scores = simulated(11, (30, 1, 4), missing, DEVIATION)
    lenient = scores.score + 2.0 * (scores.rater.codes == 1)
    moved = ItemScores("warmth", lenient, scores.response, scores.rater, None, None)
    before, after = iccs(scores), iccs(moved)
    assert triple(after, "ICC(C,1)") == pytest.approx(triple(before, "ICC(C,1)"), abs=2e-3)
    assert triple(after, "ICC(A,1)")[0] < triple(before, "ICC(A,1)")[0] - 0.1


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_neither_order_nor_unit_of_scores_matters(missing: float) -> None:
    scores = simulated(12, (25, 1, 3), missing, DEVIATION)
    order = np.random.default_rng(0).permutation(len(scores.score))
    responses = [scores.response.names[code] for code in scores.response.codes[order]]
    raters = [scores.rater.names[code] for code in scores.rater.codes[order]]
    other = ItemScores(
        "warmth", 10 - 3 * scores.score[order], facet(responses), facet(raters), None, None
    )
    before, after = iccs(scores), iccs(other)
    for name in NAMES:
        assert triple(after, name) == pytest.approx(triple(before, name), abs=1e-5)


def test_one_missing_rating_hardly_changes_a_large_table() -> None:
    """The two ways to the figures, mean squares and REML, meet where the tables do."""
    full = simulated(13, (120, 1, 4), 0.0, DEVIATION)
    bare = ItemScores("warmth", full.score, full.response, full.rater, None, None)
    kept = np.arange(len(full.score)) != 77
    less = ItemScores(
        "warmth",
        full.score[kept],
        facet([full.response.names[code] for code in full.response.codes[kept]]),
        facet([full.rater.names[code] for code in full.rater.codes[kept]]),
        None,
        None,
    )
    complete, incomplete = iccs(bare), iccs(less)
    assert incomplete.design == "incomplete"
    for name in NAMES:
        assert triple(incomplete, name)[0] == pytest.approx(triple(complete, name)[0], abs=0.01)
    for name in ("ICC(1,1)", "ICC(C,1)", "ICC(1,k)", "ICC(C,k)"):
        assert triple(incomplete, name) == pytest.approx(triple(complete, name), abs=0.015)


def test_the_mean_of_k_is_spearman_and_browns_with_the_harmonic_mean_of_ratings() -> None:
    scores = simulated(14, (40, 1, 4), 0.4, DEVIATION)
    table = iccs(scores)
    counts = np.bincount(scores.response.codes)
    k = 1 / float(np.mean(1 / counts))
    assert table.k == pytest.approx(k)
    assert any(f"k = {k:.2f}" in reason for reason in table.reasons)
    for one, mean in (("ICC(1,1)", "ICC(1,k)"), ("ICC(A,1)", "ICC(A,k)"), ("ICC(C,1)", "ICC(C,k)")):
        single = triple(table, one)[0]
        assert triple(table, mean)[0] == pytest.approx(k * single / (1 + (k - 1) * single))


def test_responses_of_few_trainees_tell_less_than_as_many_unrelated_ones() -> None:
    scores = simulated(15, (12, 8, 3), 0.3, {**DEVIATION, "trainee": 1.0})
    unrelated = ItemScores("warmth", scores.score, scores.response, scores.rater, None, None)
    value, low, high = triple(iccs(scores), "ICC(C,1)")
    same, lower, higher = triple(iccs(unrelated), "ICC(C,1)")
    assert value == same
    assert high - low > 1.3 * (higher - lower)


def test_a_full_table_of_related_responses_says_that_the_limits_are_too_narrow() -> None:
    table = iccs(simulated(16, (10, 4, 3), 0.0, DEVIATION))
    assert table.design == "complete"
    said = next(reason for reason in table.reasons if "too narrow" in reason)
    wider = re.search(r"ICC\(C,1\) lies between (\S+) and (\d\.\d+)", said)
    assert wider is not None
    _, low, high = triple(table, "ICC(C,1)")
    assert float(wider[1]) < low < high < float(wider[2])


def test_negative_figures_of_full_tables_stand_as_the_formula_has_them() -> None:
    """Two raters, opposite: MSR is 0, so ICC(C,1) is -1 and ICC(C,k) would divide by 0.

    The formulas put both limits on a figure of MSR 0, as if it were certain: they are none.
    A = (0 - 2) / (0 + 2 + 2 * (0 - 2) / 3).
    """
    table = iccs(of_grid([[1, 3], [2, 2], [3, 1]]))
    assert table.values["ICC(C,1)"] == table.values["ICC(1,1)"] == Estimate(-1)
    assert table.values["ICC(A,1)"] == Estimate(pytest.approx(-3))
    assert table.values["ICC(C,k)"] is None
    assert any("differ too little to work out ICC(1,k)" in reason for reason in table.reasons)
    assert any("differ too little for limits of ICC(1,1)" in reason for reason in table.reasons)


@pytest.mark.parametrize("grid", [[[1.5, 5], [4, 2]], [[1.5, 4], [3, 3]]])
def test_limits_of_few_responses_that_would_leave_the_figure_outside_are_none(
    grid: list[list[float]],
) -> None:
    table = iccs(of_grid(grid))
    found = table.values["ICC(A,1)"]
    assert found is not None
    assert (found.value < -0.9, found.low, found.high) == (True, None, None)
    assert any("differ too little for limits of ICC(A,1)" in reason for reason in table.reasons)


EXACT = """T1 e .53|T1 p 452|T1 r 143|T2 m 14.|T3 d 32.|T3 j 42.|T3 m 452
T4 d .5.|T4 j 4..|T4 m 14.|T5 e 2.1|T5 p 2..|T5 r .21|T5 r 254"""


def test_a_model_that_fits_every_score_exactly_gives_no_limits_to_another_ones_figure() -> None:
    """Trainee, vignette and the scores of three raters; one answered a vignette twice."""
    rows = []
    for number, line in enumerate(re.split(r"[|\n]", EXACT)):
        trainee, vignette, given = line.split()
        rows += [
            (str(number), str(rater), trainee, vignette, float(score))
            for rater, score in enumerate(given)
            if score != "."
        ]
    *names, scores = zip(*rows, strict=True)
    table = iccs(ItemScores("repair", np.array(scores), *(facet(list(one)) for one in names)))
    for name in ("ICC(A,1)", "ICC(C,1)", "ICC(A,k)", "ICC(C,k)"):
        value, low, high = triple(table, name)
        assert low + 0.01 < value < high - 0.3, name


@pytest.mark.parametrize("first", [3.0, None])
def test_raters_who_never_vary_show_no_consistency(first: float | None) -> None:
    """A gives 3 to everybody and B gives 4: nothing is left over, and nothing is consistent."""
    table = iccs(of_grid([[first, 4.0], *[[3.0, 4.0]] * 5]))
    assert table.values["ICC(C,1)"] is table.values["ICC(C,k)"] is None
    assert any("differ too little to work out ICC(C,1)" in reason for reason in table.reasons)
    assert table.values["ICC(A,1)"] == Estimate(0.0)


def test_perfect_agreement_is_one_without_limits_with_ratings_missing_or_not() -> None:
    rows = [[1.0] * 3, [2.0] * 3, [4.0] * 3, [5.0] * 3]
    for table in (iccs(of_grid(rows)), iccs(of_grid(holed(rows, (2, 1))))):
        for name in NAMES:
            assert table.values[name] == Estimate(1.0), name
        assert "The raters never differ, so nothing shows how far ICC(1,1)" in table.reasons[0]


NOTHING = "There are no scores"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], NOTHING),
        ([[None, None], [None, None]], NOTHING),
        ([[1], [2], [3]], "one rater only"),
        ([[1, 2, 3]], "one response only"),
        ([[3, 3], [3, 3]], "All scores are the same"),
        ([[3, 3], [3, None]], "All scores are the same"),
        ([[1, None], [None, 2], [3, None]], "No response has two raters"),
    ],
)
def test_nothing_to_say_is_none_with_a_reason(rows: list[list[float | None]], says: str) -> None:
    table = iccs(of_grid(rows))
    assert set(table.values) == set(NAMES)
    assert all(one is None for one in table.values.values())
    assert says in table.reasons[0]


def test_raters_who_share_no_response_have_one_way_figures_only() -> None:
    rows: list[list[float | None]] = [
        [1, 2, None, None],
        [3, 3, None, None],
        [5, 4, None, None],
        [None, None, 2, 1],
        [None, None, 4, 5],
        [None, None, 3, 3],
    ]
    table = iccs(of_grid(rows))
    assert all(table.values[name] is None for name in NAMES if name[4] != "1")
    assert triple(table, "ICC(1,1)")[0] > 0.5
    assert any("2 groups that share no response" in reason for reason in table.reasons)
    table = iccs(of_grid([[1, 2], [2, None], [None, 3]]))
    assert table.values["ICC(C,1)"] is None
    assert any("Too few responses have two raters" in reason for reason in table.reasons)


def test_whatever_the_table_the_figures_are_figures_and_lie_within_their_limits() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        shape = (int(rng.integers(2, 7)), int(rng.integers(2, 5)))
        grid = rng.integers(1, 1 + int(rng.integers(1, 6)), shape).astype(float)
        holes = rng.random(shape) < rng.choice([0.0, 0.2, 0.5])
        rows = [
            [None if gone else float(x) for x, gone in zip(*pair, strict=True)]
            for pair in zip(grid, holes, strict=True)
        ]
        table = iccs(of_grid(rows))
        for name, one in table.values.items():
            assert one is not None or table.reasons, name
            if one is None:
                continue
            assert math.isfinite(one.value)
            assert one.value <= 1
            if one.low is not None and one.high is not None:
                assert math.isfinite(one.low + one.high)
                assert one.low - 1e-9 <= one.value <= one.high + 1e-9, (name, one, rows)
