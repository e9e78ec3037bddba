"""A cohort's figures, each worked out a second time in the test from what was typed in or drawn."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.special import chdtri, stdtrit

from tests.scoring.cohorts import CLIENTS, all_in, drawn, limits, rated, t_limits
from trainer.scoring import cohort
from trainer.scoring.cohort import item_figures


def test_one_occasion_against_numpy() -> None:
    """Complete: both raters are in every score alike, so that fair scores are the plain means."""
    rows = drawn(2, 12, [all_in("A", 12)])
    own = {row[:3]: row[4] + 0.5 for row in rows if row[3] == "r1" and row[0] != "t3"}
    found = item_figures(rated(rows, own=own), two=False)
    grid = np.array([row[4] for row in rows]).reshape(12, CLIENTS, 2)
    answers, people = grid.mean(axis=2), grid.mean(axis=(1, 2))
    assert found.raw is None
    assert found.change is found.before is None
    assert limits(found.now.mean) == pytest.approx(t_limits(people))
    assert found.now.spread == pytest.approx(people.std(ddof=1))
    counts = (found.now.responses, found.now.ratings, found.now.raters)
    assert counts == (48, 96, 2)
    scores = {one.trainee: one for one in found.now.scores}
    # Their raters' severities, which are estimates, take no part: both are in every score alike.
    assert limits(scores["t5"].score) == pytest.approx(t_limits(answers[5]))
    assert (scores["t5"].vignettes, scores["t5"].responses, scores["t5"].raters) == (4, 4, 2)
    for client in found.clients:
        at = int(client.vignette[1])
        rest = np.delete(answers, at, axis=1).mean(axis=1)
        assert limits(client.mean) == pytest.approx(t_limits(answers[:, at]))
        assert limits(client.apart) == pytest.approx(t_limits(answers[:, at] - rest))
        _, low, high = t_limits(answers[:, at] - rest, CLIENTS)
        assert client.stands == ("harder" if high < 0 else "easier" if low > 0 else None)
    assert {client.stands for client in found.clients} == {"harder", "easier", None}
    assert [c.mean.value for c in found.clients] == sorted(c.mean.value for c in found.clients)
    mine = np.delete(grid[:, :, 0].mean(axis=1) + 0.5, 3)
    assert found.gap.pairs == 11
    assert limits(found.gap.difference) == pytest.approx(t_limits(mine - np.delete(people, 3)))
    severe = float((grid[:, :, 1] - grid[:, :, 0]).mean()) / 2
    assert found.severity.points["r1"].value == pytest.approx(severe)


@pytest.mark.parametrize("differs", [0.3, 1.0])
def test_a_rater_who_became_stricter_is_told_with_an_interval(differs: float) -> None:
    """r2 is 0.8 points stricter the second time, with some trainees more than with others.

    Beside each other half of it is r2's, and half is r1's the other way. The interval is the wider
    of two: of the trainees' differences (paired), and of answers as if all were independent.
    """
    form = all_in("A", 14)
    rows = drawn(4, 14, [form, form], raters=({"r1": 0.3, "r2": -0.3}, {"r1": 0.3, "r2": 0.5}))
    rows = [
        (*row[:4], row[4] - (int(row[0][1:]) % 5) * differs * (row[2] == 1 and row[3] == "r2"))
        for row in rows
    ]
    found = item_figures(rated(rows, [form, form]), two=True)
    apart = np.zeros((2, 14, CLIENTS))
    for t, client, o, rater, score in rows:
        apart[o, int(t[1:]), int(client[1])] += (score if rater == "r1" else -score) / 2
    mean, low, high = t_limits((apart[1] - apart[0]).mean(axis=1))
    answers = apart.reshape(2, -1)
    alone = stdtrit(2 * 56 - 2, 0.975) * sqrt((answers.var(axis=1, ddof=1) / 56).sum())
    assert (high - low > 2 * alone) == (differs == 1.0)
    half = max((high - low) / 2, alone)
    changes = {who: course.change for who, course in found.drift.among.items()}
    assert limits(changes["r2"]) == pytest.approx((mean, mean - half, mean + half))
    assert limits(changes["r1"]) == pytest.approx((-mean, -mean - half, -mean + half))
    assert changes["r2"].low > 0.3
    assert item_figures(rated(rows, [form, form]), two=False).drift is None
    few = [row for row in rows if row[0] == "t0"]
    alone = item_figures(rated(few, [form, form]), two=True).drift
    assert alone.among["r1"].change is None
    assert alone.reason == "it takes two occasions with 5 responses each that two raters rated"


def test_what_cannot_be_estimated_is_none_and_said() -> None:
    form = all_in("A", 6)
    nothing = item_figures(rated([]), two=True)
    assert (nothing.now.mean, nothing.now.scores, nothing.clients) == (None, (), ())
    assert nothing.now.reasons == ("nothing was rated",)
    assert (nothing.change.mean, nothing.change.smallest) == (None, None)
    assert nothing.gap.difference is None

    only = ({"r1": 0.0}, {"r1": 0.0})
    one_rater = item_figures(rated(drawn(6, 6, [form, form], raters=only), [form, form]), two=True)
    assert one_rater.raw == "there is only one rater"
    assert one_rater.now.icc is one_rater.now.g is None
    assert "one rater only" in one_rater.now.reasons[0]
    assert one_rater.change.mean.low is not None
    assert one_rater.change.smallest is None
    assert "How far raters agree is not known yet." in one_rater.change.reasons
    assert {each.change.reliable for each in one_rater.change.moved} == {None}

    rows = drawn(7, 6, [form, form])
    alone = item_figures(rated([row for row in rows if row[0] == "t0"], [form, form]), two=True)
    assert (alone.now.mean.low, alone.now.spread, alone.now.g) == (None, None, None)
    assert (alone.change.pairs, alone.change.mean, alone.change.effect) == (1, None, None)
    assert "two trainees or more" in alone.change.reasons[0]

    pair = item_figures(rated([row for row in rows if row[0] in ("t0", "t1")], [form, form]),
                        two=True).change  # fmt: skip
    assert (pair.pairs, pair.effect) == (2, None)
    assert "There are too few trainees for an effect size." in pair.reasons

    apart = [row for row in rows if (int(row[0][1:]) < 3) == (row[2] == 0)]
    nobody = item_figures(rated(apart, [form, form]), two=True).change
    assert (nobody.pairs, nobody.only_before, nobody.only_after) == (0, 3, 3)
    assert (nobody.mean, nobody.effect, nobody.moved) == (None, None, ())

    # As good as no error at all: the limits are those of the standard deviations alone.
    exact = [(*row[:4], row[4] + row[2] + 1e-9 * int(row[0][1:])) for row in rows if row[2] == 0]
    exact += [(*row[:2], 1, row[3], row[4] + 1 + 1e-9 * int(row[0][1:]) ** 2) for row in exact]
    effect = item_figures(replace(rated(exact, [form, form]), step=0.0), two=True).change.effect
    d_av = effect.value / (1 - 3 / (4 * 5 - 1))
    assert effect.low == pytest.approx(d_av * sqrt(chdtri(5, 0.975) / 5), rel=1e-2)
    assert effect.high == pytest.approx(d_av * sqrt(chdtri(5, 0.025) / 5), rel=1e-2)

    equal = item_figures(rated([(*row[:4], 3.0) for row in rows], [form, form]), two=True)
    assert equal.change.effect is None
    # Rounded scores that are all the same are not certain: each is the mean of 8 of them.
    half = stdtrit(5, 0.975) * sqrt(1 / 6 / 8 / 6)
    assert limits(equal.change.mean) == pytest.approx((0, -half, half))


def test_of_many_trainees_some_are_drawn_for_reliability_and_all_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = all_in("A", 40)
    table = rated(drawn(8, 40, [form]), [form, form])
    whole = item_figures(table, two=False)
    monkeypatch.setattr(cohort, "MOST_DRAWN", 25)
    part = item_figures(table, two=False)
    assert (whole.now.drawn, part.now.drawn, len(part.now.scores)) == (40, 25, 40)
    assert (part.now.mean, part.clients) == (whole.now.mean, whole.clients)
    assert part.now.g != whole.now.g
    assert part.now.g.low < whole.now.g.value < part.now.g.high
    again = item_figures(replace(table, step=0.5), two=False)
    assert (again.now.g, again.now.mean) == (part.now.g, whole.now.mean)
