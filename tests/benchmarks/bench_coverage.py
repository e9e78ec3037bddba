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

import numpy as np
from numpy.typing import NDArray

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
    rater = of("rater")
    everything = step_variance(whole) if points else whole
    trainee = of("trainee")
    error = (of("trainee", "vignette", "trainee:vignette") - of("vignette")) - trainee
    return {
        "signal": signal,
        "rater": rater,
        "trainee": trainee,
        "vignette": of("vignette"),
        "trainee:vignette": error,
        "trainee:rater": of("trainee", "rater", "trainee:rater") - trainee - rater,
        "vignette:rater": of("vignette", "rater", "vignette:rater") - of("vignette") - rater,
        "everything": everything,
        "ICC(A,1)": signal / everything,
        "ICC(C,1)": signal / (everything - rater),
    }


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


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--runs", type=int, default=1000)
    parse.add_argument("--size", type=int, nargs=3, default=(40, 8, 3))
    parse.add_argument("--missing", type=float, default=0.3)
    parse.add_argument("--share", nargs="*", default=[], help="effect=variance")
    parse.add_argument("--unrounded", action="store_true")
    parse.add_argument("--unrelated", action="store_true")
    parse.add_argument("--hide", action="store_true", help="do not tell whose response it is")
    parse.add_argument("--gstudy", action="store_true")
    parse.add_argument("--seed", type=int, default=1)
    asked = parse.parse_args()
    share = SHARES | {name: float(x) for name, x in (one.split("=") for one in asked.share)}
    points = not asked.unrounded
    if asked.size[1] == 1:
        # To one vignette all responses are alike in it, and how raters see it is their severity.
        share["rater"] += share["vignette:rater"]
        share["vignette"] = share["vignette:rater"] = 0.0
    truth = truths(share, points)
    rng = np.random.default_rng(asked.seed)
    began, hits, below, widths, none = time.perf_counter(), {}, {}, {}, 0
    values: dict[str, list[float]] = {}
    for _ in range(asked.runs):
        scores = simulated(
            rng, tuple(asked.size), share, asked.missing, points, not asked.unrelated
        )
        if asked.hide:
            scores = ItemScores(
                scores.item, scores.score, scores.response, scores.rater, None, None
            )
        found = iccs(scores).values
        for name in ("ICC(A,1)", "ICC(C,1)"):
            one = found[name]
            if one is None or one.low is None or one.high is None:
                none += 1
                continue
            hits.setdefault(name, []).append(one.low <= truth[name] <= one.high)
            below.setdefault(name, []).append(one.high < truth[name])
            widths.setdefault(name, []).append(one.high - one.low)
            values.setdefault(name, []).append(one.value)
    shown = {
        name: {
            "truth": round(truth[name], 3),
            "mean": round(float(np.mean(values[name])), 3),
            "coverage": round(100 * float(np.mean(hits[name])), 1),
            "too_low": round(100 * float(np.mean(below[name])), 1),
            "width": round(float(np.mean(widths[name])), 3),
        }
        for name in hits
    }
    seconds = round((time.perf_counter() - began) / asked.runs, 3)
    print(json.dumps({"asked": vars(asked), "none": none, "seconds_per_run": seconds} | shown))


if __name__ == "__main__":
    main()
