"""Severity in logits: a published table, derivatives, recovery of the truth, what has none."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from tests.scoring.made import facet, of_rows, shuffled, study
from trainer.scoring import facets as room
from trainer.scoring.facets import Facets, facets
from trainer.scoring.rasch import At, fit_model
from trainer.scoring.severity import severities
from trainer.scoring.table import ItemScores, joined

N = None
# LSAT section 6 (Bock & Lieberman 1970): how often each of the 32 patterns from 00000 to 11111 was
# found among 1,000 candidates.
LSAT = """3 6 2 11 1 1 3 4 1 8 0 16 0 3 2 15 10 29 14 81 3 28 15 80 16 56 21 173 11 61 28 298"""
STEPS = (-2.0, -0.7, 0.7, 2.0)


def lsat():
    patterns = [f"{pattern:05b}" for pattern in range(32)]
    rows = [list(map(int, one)) for one, count in zip(patterns, map(int, LSAT.split()), strict=True)
            for _ in range(count)]  # fmt: skip
    return of_rows(np.array(rows).T.tolist())


def drawn(draw, responses=400, severity=(-0.6, 0.0, 0.6), items=(-0.5, 0.0, 0.5), missing=0.0):
    """Items rated by the model itself, on scores 1 to 5, eight responses a trainee."""
    level = draw.normal(0, 1.5, responses)
    found = []
    for item, hard in enumerate(items):
        gap = level[:, None] - np.array(severity) - hard
        raw = np.cumsum(gap[..., None] - np.array(STEPS), axis=2)
        weight = np.exp(np.concatenate([np.zeros((*gap.shape, 1)), raw], axis=2))
        passed = np.cumsum(weight, axis=2) / weight.sum(axis=2, keepdims=True)
        score = 1.0 + (draw.random((*gap.shape, 1)) > passed).sum(axis=2)
        kept = draw.random(gap.shape) >= missing
        response, rater = (codes[kept] for codes in np.indices(gap.shape))
        place = np.unique(response, return_inverse=True)[1]
        names = tuple(f"u{one}" for one in np.unique(response))
        found.append(ItemScores(
            f"item {item + 1}", score[kept], replace(facet(place, "u"), names=names),
            facet(rater, "r"), facet(response // 8, "t"), facet(response % 8, "v"),
        ))  # fmt: skip
    return found


def model_of(items, start=None):
    scores, item = joined(items)
    scale, category = np.unique(scores.score, return_inverse=True)
    ratings = room._ratings(scores, item, category, len(scale))
    return ratings, room._start(ratings, category) if start is None else start


def test_the_law_school_test_as_published():
    """Five raters who say yes or no are five items: R's ltm, rasch(LSAT), and Thissen 1982."""
    found = facets([lsat()])
    assert isinstance(found, Facets)
    assert f"{found.spread:.4f}" == "0.7551"
    published = np.array([-3.6152, -1.3224, -0.3176, -1.7301, -2.7802]) * 0.7551
    for rater, hard in enumerate(published - published.mean(), start=1):
        assert found.raters[f"r{rater}"].severity.value == pytest.approx(hard, abs=1e-4)
    model = fit_model(*model_of([lsat()]))
    assert f"{model.at.log_likelihood:.3f}" == "-2466.938"
    assert model.at.step[:, 0] / model.spread == pytest.approx(published / 0.7551, abs=1e-4)


@pytest.mark.parametrize("sparse", [False, True])
def test_derivatives_are_those_of_differences(sparse):
    draw = np.random.default_rng(1)
    items = drawn(draw, responses=12 if sparse else 200, missing=0.3)
    ratings, start = model_of(items)
    at = At(ratings, start + draw.normal(0, 0.3, len(start)), 61)
    own = len(items) * len(STEPS)
    assert len(start) == 2 + 1 + (own if not sparse else 2 + at.step.shape[1])
    little = 1e-5

    def moved(index, by):
        return replace(at, parameters=at.parameters + by * (np.arange(len(start)) == index))

    information, scores = at.information()
    for index in range(len(start)):
        up, down = moved(index, little), moved(index, -little)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * little)
        assert at.gradient()[index] == pytest.approx(slope, abs=1e-5)
        bend = (up.gradient() - down.gradient()) / (2 * little)
        assert -information[index] == pytest.approx(bend, abs=1e-5)
    assert scores.sum(axis=0) == pytest.approx(at.gradient(), abs=1e-9)


def test_the_likelihood_is_that_of_the_definition_and_its_maximum_is_found():
    """The product of each rating's chance, integrated over where its response may lie."""
    draw = np.random.default_rng(10)
    items = drawn(draw, responses=30, missing=0.3)
    ratings, start = model_of(items)
    at = fit_model(ratings, start).at
    spread, step = np.exp(at.parameters[-1]), at.step

    def of_response(response, step):
        mine = np.flatnonzero(ratings.response == response)

        def density(z):
            chance = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
            for cell, category in zip(ratings.cell[mine], ratings.category[mine], strict=True):
                odds = np.exp([sum(spread * z - step[cell, :k]) for k in range(5)])
                chance = chance * odds[category] / odds.sum()
            return chance

        return np.log(quad(density, -7, 7, epsabs=1e-12)[0])

    whole = sum(of_response(response, step) for response in range(ratings.responses))
    assert at.log_likelihood == pytest.approx(whole, abs=2e-4)
    for _ in range(3):  # nowhere near is it higher
        other = replace(at, parameters=at.parameters + draw.normal(0, 0.02, len(at.parameters)))
        assert other.log_likelihood < at.log_likelihood


def test_the_truth_is_found_again():
    draw = np.random.default_rng(2)
    found = facets(drawn(draw, responses=2000, missing=0.3))
    assert isinstance(found, Facets)
    for name, true in (("r1", -0.6), ("r2", 0.0), ("r3", 0.6)):
        one = found.raters[name]
        assert one.severity.value == pytest.approx(true, abs=0.06)
        assert one.severity.high - one.severity.low < 0.15
        assert one.infit == pytest.approx(1, abs=0.06)
        assert one.outfit == pytest.approx(1, abs=0.08)
    assert list(found.difficulty.values()) == pytest.approx([-0.5, 0, 0.5], abs=0.1)
    for steps in found.steps.values():
        assert steps == pytest.approx(STEPS, abs=0.2)
        assert sum(steps) == pytest.approx(0, abs=1e-9)
    assert found.spread == pytest.approx(1.5, abs=0.1)


def test_few_ratings_of_a_response_do_not_stretch_the_scale():
    """Joint maximum likelihood would put two raters' severity at about twice its size."""
    apart = []
    for seed in range(6):
        items = drawn(np.random.default_rng(seed), 600, severity=(-0.5, 0.5), items=(0.0,))
        apart.append(facets(items).raters["r2"].severity.value)
    assert np.mean(apart) == pytest.approx(0.5, abs=0.04)


def test_limits_hold_the_truth_about_95_times_in_100():
    inside = 0
    for seed in range(60):
        found = facets(drawn(np.random.default_rng(seed), 120, missing=0.3, items=(0.0,)))
        limits = found.raters["r1"].severity
        inside += limits.low <= -0.6 <= limits.high
    assert 52 <= inside <= 60


def test_severity_in_logits_and_in_points_say_the_same_direction():
    scores = study(np.random.default_rng(3), missing=0.3)
    logits, points = facets([scores]), severities(scores)
    for name, one in points.points.items():
        assert np.sign(one.value) == np.sign(logits.raters[name].severity.value)
    assert logits.raters["r1"].fair_average > logits.raters["r3"].fair_average


def test_order_changes_nothing():
    draw = np.random.default_rng(4)
    scores = study(draw, missing=0.3)
    once, again = facets([scores]), facets([shuffled(scores, draw)])
    assert list(once.raters) == list(again.raters) == ["r1", "r2", "r3"]
    for name, one in once.raters.items():
        assert again.raters[name].severity.value == pytest.approx(one.severity.value, abs=1e-4)
        assert again.raters[name].severity.low == pytest.approx(one.severity.low, abs=1e-4)
        assert again.raters[name].infit == pytest.approx(one.infit, abs=1e-4)


def test_an_erratic_rater_does_not_fit():
    draw = np.random.default_rng(5)
    items = drawn(draw, responses=600, severity=(0.0, 0.0, 0.0, 0.0))
    noisy = [
        replace(one, score=np.where(
            one.rater.codes == 2, draw.integers(1, 6, len(one.score)), one.score)) for one in items
    ]  # fmt: skip
    found = facets(noisy).raters
    assert found["r3"].infit > 1.5
    assert all(found[name].infit < 1.2 for name in ("r1", "r2", "r4"))


def test_fair_averages_undo_who_rated():
    """The same response, once by the lenient rater alone and once by the severe one alone."""
    items = drawn(np.random.default_rng(6), responses=800, severity=(-1.0, 1.0))
    found = facets(items)
    scores, _ = joined(items)
    raw = np.bincount(scores.response.codes, scores.score) / np.bincount(scores.response.codes)
    fair = np.array([found.responses[name].fair_average for name in scores.response.names])
    assert np.corrcoef(raw, fair)[0, 1] > 0.98  # all by both raters: nothing to undo
    half = [room.only(one, np.flatnonzero(one.rater.codes == one.response.codes % 2))
            if index else one for index, one in enumerate(items)]  # fmt: skip
    by_one = facets(half).responses
    lenient = [by_one[n].fair_average - found.responses[n].fair_average
               for n in scores.response.names[::2]]  # fmt: skip
    assert abs(np.mean(lenient)) < 0.1


def test_a_rater_with_only_top_scores_has_no_end_and_is_left_out():
    draw = np.random.default_rng(7)
    (scores,) = drawn(draw, severity=(0.0, 0.2, 0.1, -0.3), items=(0.0,))
    top = replace(scores, score=np.where(scores.rater.codes == 3, 5.0, scores.score))
    found = facets([top])
    assert found.extreme == ("r4",)
    assert found.raters["r4"] is None
    without = facets([room.only(scores, np.flatnonzero(scores.rater.codes != 3))])
    assert found.raters["r2"].severity.value == without.raters["r2"].severity.value


def test_a_category_nobody_used_is_closed_up():
    (scores,) = drawn(np.random.default_rng(8), items=(0.0,))
    holed = replace(scores, score=np.where(scores.score > 3, scores.score + 2, scores.score))
    found = facets([holed])
    assert found.scale == (1, 2, 3, 6, 7)
    assert found.raters["r1"].severity == facets([scores]).raters["r1"].severity


def test_responses_that_do_not_differ_still_show_who_is_severe():
    draw = np.random.default_rng(9)
    score = np.clip(np.round(3 - np.array([-0.5, 0, 0.5]) + draw.normal(0, 0.8, (60, 3))), 1, 5)
    score[:, 1] = np.clip(6 - score[:, 0] + draw.integers(-1, 2, 60), 1, 5)  # if anything, contrary
    found = facets([of_rows(score.T.tolist())])
    assert found.spread < 0.05
    values = [one.severity.value for one in found.raters.values()]
    means = -score.mean(axis=0)
    assert np.argsort(values).tolist() == np.argsort(means).tolist()
    assert all(one.severity.low < one.severity.value for one in found.raters.values())


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, 3]], "only one rater"),
        ([[1, 2, N, N], [N, N, 2, 1]], "r1 has no response in common with r2"),
        ([[2, 2, 2], [2, 2, 2]], "all ratings are the same"),
        ([[1, 2, 3, 2], [5, 5, 5, 5]], "r2 gave only top or only bottom scores, and without, "
                                       "there is only one rater"),
        ([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]], "logits have no end"),
        ([list(range(30)), list(range(30))], "too many for steps of a scale"),
    ],
)  # fmt: skip
def test_what_has_no_logits_says_why(rows, reason):
    found = facets([of_rows(rows)])
    assert isinstance(found, str)
    assert reason in found


def test_nothing_rated_is_a_reason():
    assert facets([]) == "nothing was rated"
