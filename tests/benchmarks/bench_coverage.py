"""How often the 95 % limits hold the true figure: simulated designs, one JSON line of shares.

    python -m tests.benchmarks.bench_coverage --runs 1000 --missing 0.3

Scores are normal effects of trainee, vignette, rater and their interactions, added to 3, rounded to
whole points from 1 to 5. The truth is that of the rounded scores, worked out by integration.
`--unrelated` gives every response a trainee and a vignette of its own.
"""

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trainer.scoring.effects import crossed
from trainer.scoring.estimate import Estimate
from trainer.scoring.gstudy import error_shares, gstudy
from trainer.scoring.icc import iccs
from trainer.scoring.table import Facet, ItemScores, Numbers, Places, facet

SHARES = {
    "trainee": 0.30,
    "vignette": 0.08,
    "trainee:vignette": 0.15,
    "rater": 0.10,
    "trainee:rater": 0.05,
    "vignette:rater": 0.03,
    "residual": 0.30,
}
MIDDLE = 3.0


def rounded(latent: Numbers, points: bool) -> Numbers:
    return np.clip(np.rint(latent), 1, 5) if points else latent


def shared_variance(shared: float, rest: float, points: bool) -> float:
    """The covariance of two scores that share effects of variance ``shared`` and no others."""
    if not points:
        return shared
    from scipy.special import ndtr

    nodes, weights = np.polynomial.hermite_e.hermegauss(201)
    weights = weights / weights.sum()
    at = MIDDLE + np.sqrt(shared) * nodes
    edges = np.array([1.5, 2.5, 3.5, 4.5])
    if rest > 0:
        mean = 1 + ndtr((at[:, None] - edges) / np.sqrt(rest)).sum(axis=1)
    else:
        # A step function: its integral is a sum.
        return step_variance(shared)
    return float(weights @ mean**2 - (weights @ mean) ** 2)


def step_variance(variance: float) -> float:
    from scipy.special import ndtr

    edges = (np.array([1.5, 2.5, 3.5, 4.5]) - MIDDLE) / np.sqrt(variance)
    chances = np.diff(np.concatenate([[0.0], ndtr(edges), [1.0]]))
    scores = np.arange(1, 6)
    return float(chances @ scores**2 - (chances @ scores) ** 2)


def truths(share: Mapping[str, float], points: bool) -> dict[str, float]:
    whole = sum(share.values())

    def of(*names: str) -> float:
        shared = sum(share[name] for name in names)
        return shared_variance(shared, whole - shared, points)

    signal = of("trainee", "vignette", "trainee:vignette")
    rater, vignette = of("rater"), of("vignette")
    everything = step_variance(whole) if points else whole
    trainee = of("trainee")
    found = {
        "signal": signal,
        "rater": rater,
        "trainee": trainee,
        "vignette": vignette,
        "trainee:vignette": signal - trainee - vignette,
        "trainee:rater": of("trainee", "rater", "trainee:rater") - trainee - rater,
        "vignette:rater": of("vignette", "rater", "vignette:rater") - vignette - rater,
        "everything": everything,
        "ICC(1,1)": signal / everything,
        "ICC(A,1)": signal / everything,
        "ICC(C,1)": signal / (everything - rater),
    }
    effects = ("trainee", "vignette", "rater", *(name for name in found if ":" in name))
    found["residual"] = everything - sum(found[name] for name in effects)
    return found


def simulated(
    rng: np.random.Generator,
    size: tuple[int, int, int],
    share: Mapping[str, float],
    missing: float,
    points: bool,
    related: bool,
) -> ItemScores:
    _, vignettes, raters = size
    grid = np.meshgrid(*(np.arange(n) for n in size), indexing="ij")
    t, v, r = (one.ravel() for one in grid)
    latent = np.full(len(t), MIDDLE)
    codes: dict[str, NDArray[np.intp]] = {
        "trainee": t if related else t * vignettes + v,
        "vignette": v if related else t * vignettes + v,
        "rater": r,
        "trainee:vignette": t * vignettes + v,
        "trainee:rater": t * raters + r if related else np.arange(len(t)),
        "vignette:rater": v * raters + r if related else np.arange(len(t)),
        "residual": np.arange(len(t)),
    }
    for name, code in codes.items():
        latent += np.sqrt(share[name]) * rng.normal(size=int(code.max()) + 1)[code]
    kept = rng.random(len(t)) >= missing
    t, v, r, latent = t[kept], v[kept], r[kept], latent[kept]
    known = related and vignettes > 1
    return ItemScores(
        "item",
        rounded(latent, points),
        numbered("response", t * vignettes + v),
        numbered("rater", r),
        numbered("trainee", t) if known else None,
        numbered("vignette", v) if known else None,
    )


def numbered(what: str, codes: Places) -> Facet:
    return facet([f"{what} {code}" for code in codes])


def g_truth(scores: ItemScores, truth: Mapping[str, float]) -> dict[str, float]:
    """The true G and Phi of the table as it is, from the true variances."""
    effects = crossed(scores)
    found = {}
    for name, shares in zip(("g", "phi"), error_shares(scores, effects), strict=True):
        error = sum(share * truth[one] for one, share in shares.items())
        found[name] = truth["trainee"] / (truth["trainee"] + error)
    return found


class Tally:
    """For each figure: how often its limits held the truth, and how wide they were."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[float, float, bool, bool, float]]] = {}
        self.without = 0

    def add(self, name: str, found: Estimate | None, truth: float) -> None:
        if found is None or found.low is None or found.high is None:
            self.without += 1
            return
        held = found.low <= truth <= found.high
        row = (truth, found.value, held, found.high < truth, found.high - found.low)
        self.rows.setdefault(name, []).append(row)

    def shown(self) -> dict[str, dict[str, float]]:
        shown = {}
        for name, rows in self.rows.items():
            truth, value, held, below, width = (float(x) for x in np.mean(rows, axis=0))
            shown[name] = {
                "truth": round(truth, 3),
                "mean": round(value, 3),
                "coverage": round(100 * held, 1),
                "limits_too_low": round(100 * below, 1),
                "width": round(width, 3),
            }
        return shown


def asked_for() -> argparse.Namespace:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--runs", type=int, default=1000)
    parse.add_argument(
        "--size", type=int, nargs=3, default=(40, 8, 3), metavar=("TRAINEES", "VIGNETTES", "RATERS")
    )
    parse.add_argument("--missing", type=float, default=0.3)
    parse.add_argument("--share", nargs="*", default=[], help="effect=variance")
    parse.add_argument("--unrounded", action="store_true")
    parse.add_argument("--unrelated", action="store_true")
    parse.add_argument("--hide", action="store_true", help="do not tell whose response it is")
    parse.add_argument("--gstudy", action="store_true", help="G, Phi and components")
    parse.add_argument("--seed", type=int, default=1)
    return parse.parse_args()


def shares_of(asked: argparse.Namespace) -> dict[str, float]:
    share = SHARES | {name: float(x) for name, x in (one.split("=") for one in asked.share)}
    if asked.size[1] == 1:
        # To one vignette all responses are alike in it, and how raters see it is their severity.
        share["rater"] += share["vignette:rater"]
        share["vignette"] = share["vignette:rater"] = 0.0
    return share


def main() -> None:
    asked = asked_for()
    share, points = shares_of(asked), not asked.unrounded
    truth = truths(share, points)
    # Its model is of raters who differ by chance only.
    one_way = () if any(x for name, x in share.items() if "rater" in name) else ("ICC(1,1)",)
    rng, tally = np.random.default_rng(asked.seed), Tally()
    began = time.perf_counter()
    for _ in range(asked.runs):
        scores = simulated(
            rng, tuple(asked.size), share, asked.missing, points, not asked.unrelated
        )
        if asked.hide:
            scores = replace(scores, trainee=None, vignette=None)
        if asked.gstudy:
            study = gstudy(scores)
            at_hand = g_truth(scores, truth)
            tally.add("g", study.g, at_hand["g"])
            tally.add("phi", study.phi, at_hand["phi"])
            for name, one in study.components.items():
                tally.add(name, one, truth[name])
        else:
            values = iccs(scores).values
            for name in ("ICC(A,1)", "ICC(C,1)", *one_way):
                tally.add(name, values[name], truth[name])
    seconds = round((time.perf_counter() - began) / asked.runs, 3)
    said = {"asked": vars(asked), "without_limits": tally.without, "seconds_per_run": seconds}
    print(json.dumps(said | tally.shown()))


if __name__ == "__main__":
    main()
