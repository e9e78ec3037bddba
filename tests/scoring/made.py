"""Ratings for the tests of this room: typed-in tables, and studies drawn from a known model."""

import numpy as np

from trainer.domain.mark import Mark
from trainer.scoring.table import Facet, ItemScores, of_items


def of_rows(rows: list[list[float | None]], item: str = "warmth") -> ItemScores:
    """One row a rater (r1, r2, ...), one column a response (u1, u2, ...); None: not rated."""
    marks = [
        Mark(f"u{u}", f"r{r}", item, value)
        for u, column in enumerate(zip(*rows, strict=True), start=1)
        for r, value in enumerate(column, start=1)
        if value is not None
    ]
    return of_items(marks)[item]


def facet(codes: np.ndarray, prefix: str) -> Facet:
    return Facet(tuple(f"{prefix}{n + 1}" for n in range(int(codes.max()) + 1)), codes)


def study(
    draw: np.random.Generator, trainees: int = 40, vignettes: int = 8,
    severity: tuple[float, ...] = (-0.4, 0.0, 0.4), missing: float = 0.0,
    spread: float = 0.5, step: float = 1.0,
) -> ItemScores:  # fmt: skip
    """Scores 1 to 5 of every trainee with every vignette by raters of known severity.

    ``step`` 0: any score, as exact as drawn.
    """
    shape = (trainees, vignettes, len(severity))
    exact = (
        3 + draw.normal(0, 0.6, (trainees, 1, 1)) + draw.normal(0, 0.3, (1, vignettes, 1))
        + draw.normal(0, 0.4, (trainees, vignettes, 1)) - np.array(severity)
        + draw.normal(0, spread, shape)
    )  # fmt: skip
    score = np.clip(np.round(exact / step) * step, 1, 5) if step else exact
    kept = draw.random(shape) >= missing
    trainee, vignette, rater = (codes[kept] for codes in np.indices(shape))
    numbers, response = np.unique(trainee * vignettes + vignette, return_inverse=True)
    names = tuple(f"u{number + 1}" for number in numbers)  # the same whatever is missing
    return ItemScores(
        "warmth", score[kept], Facet(names, response), facet(rater, "r"), facet(trainee, "t"),
        facet(vignette, "v"),
    )  # fmt: skip


def shuffled(scores: ItemScores, draw: np.random.Generator) -> ItemScores:
    """The same ratings in another order, with names numbered in another order too."""
    order = draw.permutation(len(scores.score))

    def again(old: Facet | None) -> Facet | None:
        if old is None:
            return None
        place = draw.permutation(len(old.names))
        names = tuple(old.names[i] for i in np.argsort(place))
        return Facet(names, place[old.codes[order]])

    response, rater = again(scores.response), again(scores.rater)
    assert response is not None
    assert rater is not None
    return ItemScores(
        scores.item, scores.score[order], response, rater, again(scores.trainee),
        again(scores.vignette),
    )  # fmt: skip
