"""Cohorts, drawn or typed in, and the limits of a mean worked out by hand. No test is in here."""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from trainer.scoring.cohort_table import Rated
from trainer.scoring.table import ItemScores, facet

CLIENTS = 4
# trainee, client, occasion, rater, score
Row = tuple[str, str, int, str, float]


def rated(
    rows: Sequence[Row], forms: Sequence[Mapping[str, str]] = ({}, {}),
    own: Mapping[tuple[str, str, int], float] | None = None,
) -> Rated:  # fmt: skip
    names = [f"{t} {c} {o}" for t, c, o, _, _ in rows]
    scores = ItemScores(
        "warmth", np.array([row[4] for row in rows]), facet(names), facet([row[3] for row in rows]),
        facet([row[0] for row in rows]), facet([row[1] for row in rows]),
    )  # fmt: skip
    places = dict(zip(names, rows, strict=True))
    later = np.array([places[name][2] == 1 for name in scores.response.names], np.bool_)
    mine = np.array([(own or {}).get(places[n][:3], np.nan) for n in scores.response.names])
    return Rated(scores, later, mine, (forms[0], forms[1]), 1.0)


def drawn(
    seed: int, trainees: int, occasions: Sequence[Mapping[str, str]], gain: float = 0.3,
    raters: Sequence[Mapping[str, float]] = ({"r1": 0.3, "r2": -0.3},) * 2, noise: float = 0.4,
) -> list[Row]:  # fmt: skip
    """Every trainee's clients of their form, by every rater of the occasion (severity by name)."""
    rng = np.random.default_rng(seed)
    skill, hard = rng.normal(3, 0.6, trainees), rng.normal(0, 0.4, (2, CLIENTS))
    own = rng.normal(0, 0.3, (trainees, 2, CLIENTS))
    taste = {rater: rng.normal(0, 0.3, CLIENTS) for who in raters for rater in who}
    seen = {rater: rng.normal(0, 0.2, trainees) for who in raters for rater in who}
    return [
        (f"t{t}", f"{form[f't{t}']}{c}", o, rater,
         float(skill[t] + gain * o + hard["AB".index(form[f"t{t}"]), c] + own[t, o, c] - severe
               + seen[rater][t] + taste[rater][c] + rng.normal(0, noise)))
        for o, form in enumerate(occasions)
        for t in range(trainees) for c in range(CLIENTS)
        for rater, severe in raters[o].items()
    ]  # fmt: skip


def all_in(form: str, trainees: int) -> dict[str, str]:
    return {f"t{t}": form for t in range(trainees)}


def t_limits(values: np.ndarray, looked_at: int = 1) -> tuple[float, float, float]:
    half = stdtrit(len(values) - 1, 1 - 0.025 / looked_at) * values.std(ddof=1)
    half /= sqrt(len(values))
    return values.mean(), values.mean() - half, values.mean() + half


def limits(found: object) -> tuple[float, float, float]:
    return found.value, found.low, found.high
