"""Tables of ratings to test with: typed in as a grid, or simulated with effects of known size."""

from collections.abc import Mapping, Sequence

import numpy as np

from trainer.scoring.table import ItemScores, Places, facet


def of_grid(rows: Sequence[Sequence[float | None]]) -> ItemScores:
    """Responses x raters; None where a rater did not rate."""
    cells = [(r, c, x) for r, row in enumerate(rows) for c, x in enumerate(row) if x is not None]
    return ItemScores(
        "warmth",
        np.array([x for _, _, x in cells], np.float64),
        facet([f"response {r}" for r, _, _ in cells]),
        facet([f"rater {c}" for _, c, _ in cells]),
        None,
        None,
    )


def of_ratings(rows: Sequence[tuple[str, str, str, float]]) -> ItemScores:
    """Rows of trainee, vignette, rater, score; one response per trainee and vignette."""
    trainees, vignettes, raters, scores = zip(*rows, strict=True)
    responses = [f"{t} {v}" for t, v in zip(trainees, vignettes, strict=True)]
    return ItemScores(
        "warmth",
        np.array(scores, np.float64),
        facet(responses),
        facet(raters),
        facet(trainees),
        facet(vignettes),
    )


def simulated(
    seed: int, size: tuple[int, int, int], missing: float, deviation: Mapping[str, float]
) -> ItemScores:
    """A trainee x vignette x rater table with normal effects and ratings left out by chance."""
    rng = np.random.default_rng(seed)
    t, v, r = (one.ravel() for one in np.meshgrid(*map(np.arange, size), indexing="ij"))
    codes: dict[str, Places] = {
        "trainee": t,
        "vignette": v,
        "rater": r,
        "trainee:vignette": t * size[1] + v,
        "trainee:rater": t * size[2] + r,
        "vignette:rater": v * size[2] + r,
        "residual": np.arange(len(t)),
    }
    score = np.full(len(t), 3.0)
    for name, code in codes.items():
        score += deviation.get(name, 0.0) * rng.normal(size=int(code.max()) + 1)[code]
    kept = rng.random(len(t)) >= missing
    names = (
        [f"trainee {a}" for a in t[kept]],
        [f"vignette {a}" for a in v[kept]],
        [f"rater {a}" for a in r[kept]],
    )
    return of_ratings(list(zip(*names, [float(x) for x in score[kept]], strict=True)))


DEVIATION = {
    "trainee": 0.6,
    "vignette": 0.3,
    "rater": 0.4,
    "trainee:vignette": 0.4,
    "trainee:rater": 0.3,
    "vignette:rater": 0.2,
    "residual": 0.5,
}
