"""A cohort's change, worked out a second time in the test from what was typed in or drawn."""

from math import sqrt

import numpy as np
import pytest
from scipy.special import nctdtr, stdtrit

from tests.scoring.cohorts import CLIENTS, all_in, drawn, limits, rated, t_limits
from trainer.scoring.cohort import item_figures
from trainer.scoring.cohort_table import Table


def mean_squares(grid: np.ndarray) -> dict[str, float]:
    """Of a full trainee x vignette x rater table."""
    t, v, r = grid.shape
    m = grid.mean()
    at, av, ar = grid.mean((1, 2)) - m, grid.mean((0, 2)) - m, grid.mean((0, 1)) - m
    tv = grid.mean(2) - m - at[:, None] - av
    tr = grid.mean(1) - m - at[:, None] - ar
    vr = grid.mean(0) - m - av[:, None] - ar
    e = grid - m - at[:, None, None] - av[:, None] - ar
    e = e - tv[:, :, None] - tr[:, None, :] - vr
    return {
        "t": v * r * (at**2).sum() / (t - 1),
        "tv": r * (tv**2).sum() / ((t - 1) * (v - 1)),
        "tr": v * (tr**2).sum() / ((t - 1) * (r - 1)),
        "e": (e**2).sum() / ((t - 1) * (v - 1) * (r - 1)),
    }


def test_change_with_the_same_form_against_numpy() -> None:
    form = all_in("A", 14)
    rows = [row for row in drawn(4, 14, [form, form]) if (row[0], row[2]) != ("t13", 1)]
    rows = [row for row in rows if (row[0], row[2]) != ("t12", 0)]
    rows = [(*row[:4], row[4] + 1.5 * ((row[0], row[2]) == ("t0", 1))) for row in rows]
    found = item_figures(rated(rows, [form, form]), two=True)
    moved = found.change
    assert (moved.pairs, moved.only_before, moved.only_after, moved.forms) == (12, 1, 1, "same")
    score = {}
    for t in range(14):
        for o in range(2):
            given = [row[4] for row in rows if (row[0], row[2]) == (f"t{t}", o)]
            score[t, o] = np.mean(given) if given else np.nan
    one, two = (np.array([score[t, o] for t in range(12)]) for o in range(2))
    gains = two - one
    assert limits(moved.mean) == pytest.approx(t_limits(gains))
    unit = sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)
    assert moved.d_av == pytest.approx(gains.mean() / unit)
    assert moved.effect.value == pytest.approx(gains.mean() / unit * (1 - 3 / (4 * 11 - 1)))
    # Algina & Keselman: t = mean / error is noncentral with effect / error * unit.
    error = gains.std(ddof=1) / sqrt(12)
    for limit, chance in ((moved.effect.low, 0.975), (moved.effect.high, 0.025)):
        assert nctdtr(11, limit * unit / error, gains.mean() / error) == pytest.approx(
            chance, abs=1e-6
        )
    # G of a trainee's mean over 4 vignettes and 2 raters, relative, by the analysis of variance.
    grid = np.array([row[4] for row in rows if row[2] == 0]).reshape(13, CLIENTS, 2)
    ms = mean_squares(grid)
    assert ms["tv"] > ms["e"]
    assert ms["tr"] > ms["e"]
    g = 1 - (ms["tv"] + ms["tr"] - ms["e"]) / ms["t"]
    assert moved.reliability.value == pytest.approx(g, abs=1e-5)
    before = np.array([score[t, 0] for t in range(14) if t != 12])
    assert moved.deviation == pytest.approx(before.std(ddof=1))
    least = 1.96 * before.std(ddof=1) * sqrt(2) * sqrt(1 - g)
    assert moved.smallest.value == pytest.approx(least, abs=1e-4)
    assert moved.smallest.low < least < moved.smallest.high
    assert [each.change.difference for each in moved.moved] == pytest.approx(list(gains))
    assert [each.change.reliable for each in moved.moved] == list(abs(gains) > least)
    assert moved.count(1) == (gains > least).sum() > 0
    assert moved.count(1) + moved.count(0) + moved.count(-1) == 12


def test_a_harder_form_is_no_change_when_forms_were_turned() -> None:
    """Groups of 9 and 5: A then B, B then A. The form's effect is half the groups' difference."""
    first = {f"t{t}": "A" if t < 9 else "B" for t in range(14)}
    last = {code: "B" if form == "A" else "A" for code, form in first.items()}
    rows = drawn(3, 14, [first, last])
    rows = [(*row[:4], row[4] - (row[1][0] == "B") * 1.0) for row in rows]
    moved = item_figures(rated(rows, [first, last]), two=True).change
    means = np.zeros((14, 2))
    for t, _, o, _, score in rows:
        means[int(t[1:]), o] += score / 8
    gains = means[:, 1] - means[:, 0]
    ab, ba = gains[:9], gains[9:]
    mean, harder = (ab.mean() + ba.mean()) / 2, (ab.mean() - ba.mean()) / 2
    left = ((ab - ab.mean()) ** 2).sum() + ((ba - ba.mean()) ** 2).sum()
    half = stdtrit(12, 0.975) * sqrt(left / 12 * (1 / 9 + 1 / 5) / 4)
    assert moved.forms == "turned"
    assert limits(moved.mean) == pytest.approx((mean, mean - half, mean + half))
    found = moved.form_differences
    assert list(found) == ["B"]
    assert limits(found["B"]) == pytest.approx((harder, harder - half, harder + half))
    assert harder < -0.5
    within = [
        sqrt((((means[:9, o] - means[:9, o].mean()) ** 2).sum()
              + ((means[9:, o] - means[9:, o].mean()) ** 2).sum()) / 12)
        for o in range(2)
    ]  # fmt: skip
    assert moved.d_av == pytest.approx(mean / sqrt((within[0] ** 2 + within[1] ** 2) / 2))
    # A trainee's change is on the average form, too.
    assert moved.moved[0].change.difference == pytest.approx(gains[0] - harder)
    assert moved.moved[13].change.difference == pytest.approx(gains[13] + harder)
    everybody = [all_in("A", 14), all_in("B", 14)]
    confounded = item_figures(rated(drawn(3, 14, everybody), everybody), two=True).change
    assert (confounded.forms, confounded.form_differences) == ("together", {})
    assert confounded.mean.value == pytest.approx(
        np.mean([each.change.difference for each in confounded.moved])
    )


def test_part_of_the_clients_is_no_change_and_has_a_band_of_its_own() -> None:
    """Nobody changes; t0 to t4 gave only the two hard clients the second time, t5 has one rater.

    The whole design's band is that of DOMAIN 7; the others' errors by the analysis of variance.
    """
    form = all_in("A", 14)
    rows = drawn(4, 14, [form, form], 0.0, noise=0.5)
    rows = [(*row[:4], row[4] - 2 * (row[1] in ("A0", "A1"))) for row in rows]
    whole = item_figures(rated(rows, [form, form]), two=True).change
    part = [
        row for row in rows
        if row[2] == 0 or ((row[0] > "t4" or row[0][2:] or row[1] in ("A0", "A1"))
                           and row[::3] != ("t5", "r2"))
    ]  # fmt: skip
    table = rated(part, [form, form])
    found = item_figures(table, two=True)
    moved = found.change
    assert (moved.pairs, moved.partly, moved.left_out, moved.forms) == (14, 5, 0, "same")
    assert moved.reasons == (
        "5 of 14 trainees were rated on a part of their clients only at one of the occasions, and "
        "are compared over those that they have both times.",
    )
    assert (found.before.lacking, found.now.lacking) == (0, 5)
    assert found.now.mean.value < found.before.mean.value - 0.2
    assert moved.mean.low < 0 < moved.mean.high
    value = Table(table).fair.value
    at = {name: value[n] for n, name in enumerate(table.scores.response.names)}
    gains = [
        np.mean([at[f"t{t} A{c} 1"] for c in range(2 if t < 5 else 4)])
        - np.mean([at[f"t{t} A{c} 0"] for c in range(2 if t < 5 else 4)])
        for t in range(14)
    ]
    assert [each.change.difference for each in moved.moved] == pytest.approx(gains)
    assert moved.mean.value == pytest.approx(np.mean(gains))

    grid = np.array([row[4] for row in rows if row[2] == 0]).reshape(14, CLIENTS, 2)
    ms = mean_squares(grid)
    of_client, of_rater = (ms["tv"] - ms["e"]) / 2, (ms["tr"] - ms["e"]) / CLIENTS
    assert min(of_client, of_rater) > 0

    def error(clients: int, raters: int) -> float:
        return of_client / clients + of_rater / raters + ms["e"] / clients / raters

    # Each score's parts of clients x raters: what others have less or more of a rater's taste.
    parts = np.full((2, 14, CLIENTS, 2), 1 / 8)
    parts[:, :5, :2], parts[:, :5, 2:] = 1 / 4, 0
    parts[1, 5, :, 0], parts[1, 5, :, 1] = 1 / 4, 0
    apart = (
        ((parts - parts.mean(axis=1, keepdims=True)) ** 2).sum(axis=(2, 3)).sum(axis=0) * 14 / 13
    )
    taste = found.before.study.variances["vignette:rater"] * apart
    errors = np.full(14, 2 * error(4, 2))
    errors[:5], errors[5] = 2 * error(2, 2), error(4, 2) + error(4, 1)
    bands = 1.96 * np.sqrt(errors + taste)
    assert [each.change.smallest for each in moved.moved] == pytest.approx(list(bands), abs=1e-4)
    assert whole.smallest.value == pytest.approx(1.96 * sqrt(2 * error(4, 2)), abs=1e-4)
    assert moved.smallest.value == pytest.approx(sqrt(np.mean(np.square(bands))), abs=1e-4)
    assert [each.change.reliable for each in moved.moved] == list(abs(np.array(gains)) > bands)


def test_other_clients_under_the_same_name_and_parts_of_other_forms_are_not_compared() -> None:
    form, first = all_in("A", 8), {f"t{t}": "AB"[t % 2] for t in range(8)}
    rows = drawn(9, 8, [form, form])
    other = [(row[0], row[1].replace("A", "C"), *row[2:]) if row[2] else row for row in rows]
    renamed = item_figures(rated(other, [form, form]), two=True).change
    assert (renamed.pairs, renamed.forms) == (8, "together")

    last = {code: "AB"[form == "A"] for code, form in first.items()}
    rows = drawn(9, 8, [first, last])
    less = [row for row in rows if row[:3] not in (("t1", "B2", 0), ("t6", "B0", 1))]
    found = item_figures(rated(less, [first, last]), two=True)
    kept = [row for row in rows if row[0] not in ("t1", "t6")]
    six = item_figures(rated(kept, [first, last]), two=True).change
    moved = found.change
    assert (moved.pairs, moved.left_out, moved.forms) == (6, 2, "turned")
    assert moved.mean.value == pytest.approx(six.mean.value)
    assert moved.reasons[0].startswith("2 of 8 trainees with both occasions were rated on a part")
    assert (found.before.lacking, found.now.lacking) == (1, 1)


def test_stricter_raters_after_are_no_change_and_their_linking_is_in_the_limits() -> None:
    """r1 and r2 rate before, r3 and r4 after, who are two points stricter; some answers all four.

    Without chance in the scores all is exact; with it, few links make wide limits.
    """
    form = all_in("A", 10)
    panels = ({"r1": 0.5, "r2": -0.5}, {"r3": 2.5, "r4": 1.5})

    def found(noise: float, links: int) -> object:
        rows = drawn(5, 10, [form, form], 0.25, panels, noise)
        both = [
            (*row[:3], rater, row[4] + panels[0][row[3]] - severe)
            for row in rows if row[2] == 0 and row[3] == "r1" and int(row[0][1:]) < links
            for rater, severe in panels[1].items()
        ]  # fmt: skip
        return item_figures(rated(rows + both, [form, form]), two=True)

    apart = found(0.4, 0)
    assert "no response in common" in apart.raw
    assert apart.change.mean.value < -1.5
    linked = found(0.4, 10).change
    wide, narrow = found(0.4, 1).change.mean, linked.mean
    plain = np.array([each.change.difference for each in linked.moved])
    assert wide.high - wide.low > narrow.high - narrow.low > np.ptp(t_limits(plain)[1:])
    assert wide.low < 0.25 < wide.high
    assert narrow.low < 0.25 < narrow.high
