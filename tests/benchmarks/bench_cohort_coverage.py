"""How often a cohort's 95 % limits hold the true figure, as one JSON line.

    python -m tests.benchmarks.bench_cohort_coverage --trainees 20 --runs 1000

Two occasions, forms A and B of 4 clients counterbalanced, 2 of the panel's raters for each answer.
Scores are normal effects of trainee, trainee at an occasion, trainee and client, rater and its
interactions, and the rest. ``--apart``: others rate the second time, linked by a fifth of the first
answers, which one of them rates, too. The truth of the effect size is the gain in units of the
scores' own standard deviation, from one cohort of 4,000 trainees. ``--rounded``: whole points from
1 to 5 (the truth is then from that cohort as well).
"""

import argparse
import json
import sys

import numpy as np

from trainer.scoring.cohort import change_of
from trainer.scoring.cohort_table import Rated, Table
from trainer.scoring.paired import Changed, within_forms
from trainer.scoring.table import Facet, ItemScores

CLIENTS, GAIN, FORM = 4, 0.3, 0.25
SIZES = {"trainee": 0.5, "occasion": 0.2, "answer": 0.4, "rater": 0.3, "seen": 0.2, "taste": 0.1,
         "rest": 0.5}  # fmt: skip


def drawn(
    rng: np.random.Generator, asked: argparse.Namespace, trainees: int
) -> tuple[Rated, float]:
    """A cohort's ratings, and how much higher these raters score form B."""
    panel = asked.panel * (2 if asked.apart else 1)
    t, o, c = (x.ravel() for x in np.indices((trainees, 2, CLIENTS)))
    form = (t + o) % 2
    client = form * CLIENTS + c
    exact = (
        3 + GAIN * o + FORM * form + rng.normal(0, SIZES["trainee"], trainees)[t]
        + rng.normal(0, SIZES["occasion"], (trainees, 2))[t, o]
        + rng.normal(0, SIZES["answer"], len(t))
    )  # fmt: skip
    order = rng.random((len(t), asked.panel)).argsort(axis=1)[:, :2]
    response = np.repeat(np.arange(len(t)), 2)
    rater = (order + (asked.panel * o[:, None] if asked.apart else 0)).ravel()
    if asked.apart:
        links = rng.choice(np.flatnonzero(o == 0), max(1, len(t) // 10), replace=False)
        response = np.concatenate([response, links])
        rater = np.concatenate([rater, rng.integers(asked.panel, panel, len(links))])
    severity = rng.normal(0, SIZES["rater"], panel)
    taste = rng.normal(0, SIZES["taste"], (2 * CLIENTS, panel))
    given = (
        exact[response] - severity[rater]
        + rng.normal(0, SIZES["seen"], (trainees, panel))[t[response], rater]
        + taste[client[response], rater]
        + rng.normal(0, SIZES["rest"], len(response))
    )  # fmt: skip
    if asked.rounded:
        given = np.clip(np.rint(given), 1, 5)
    names = tuple(f"t{n}" for n in range(trainees))
    kept, place = np.unique(rater, return_inverse=True)
    scores = ItemScores(
        "item", given, Facet(tuple(map(str, range(len(t)))), response),
        Facet(tuple(f"r{n}" for n in kept), place), Facet(names, t[response]),
        Facet(tuple(f"c{n}" for n in range(2 * CLIENTS)), client[response]),
    )  # fmt: skip
    forms = tuple({name: "AB"[(n + at) % 2] for n, name in enumerate(names)} for at in range(2))
    own = np.full(len(t), np.nan)
    made = Rated(scores, o == 1, own, forms, 1.0 if asked.rounded else 0.0)
    return made, FORM + float(taste[CLIENTS:].mean() - taste[:CLIENTS].mean())


def figures(rated: Rated) -> Changed:
    return change_of(Table(rated), None, None)


def truth(asked: argparse.Namespace) -> dict[str, float]:
    """The true change and effect size."""
    large, _ = drawn(np.random.default_rng(0), asked, 4000)
    table, spreads = Table(large), []
    for second in (False, True):
        rows = np.flatnonzero(table.later == second)
        whose, weights = table.trainee_means(rows)
        forms = table.form_of(whose, int(second))
        spreads.append(within_forms(weights @ table.fair.value, forms) or 0.0)
    gain = GAIN
    if asked.rounded:
        mean = figures(large).mean
        assert mean is not None
        gain = mean.value
    return {"change": gain, "g_av": gain / float(np.sqrt(np.mean(np.square(spreads))))}


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--trainees", type=int, default=20)
    parse.add_argument("--panel", type=int, default=3)
    parse.add_argument("--runs", type=int, default=1000)
    parse.add_argument("--apart", action="store_true")
    parse.add_argument("--rounded", action="store_true")
    asked = parse.parse_args()
    true = truth(asked)
    names = [*true, *([] if asked.rounded else ["form"])]
    rng = np.random.default_rng(1)
    held: dict[str, list[bool]] = {name: [] for name in names}
    value: dict[str, list[float]] = {name: [] for name in names}
    width: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(asked.runs):
        rated, true["form"] = drawn(rng, asked, asked.trainees)
        found = figures(rated)
        each = {"change": found.mean, "form": found.form_differences["B"], "g_av": found.effect}
        for name in names:
            one = each[name]
            assert one is not None
            assert one.low is not None
            assert one.high is not None
            held[name].append(one.low <= true[name] <= one.high)
            value[name].append(one.value)
            width[name].append(one.high - one.low)
    told = {
        name: {
            "truth": round(true[name], 3), "mean": round(float(np.mean(value[name])), 3),
            "coverage": round(100 * float(np.mean(held[name])), 1),
            "width": round(float(np.mean(width[name])), 3),
        }
        for name in names
    }  # fmt: skip
    sys.stdout.write(json.dumps({"asked": vars(asked), **told}) + "\n")


if __name__ == "__main__":
    main()
