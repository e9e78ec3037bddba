"""How often drift's 95 % limits hold the true drift: simulated designs, one JSON line of shares.

    python -m tests.benchmarks.bench_drift_coverage --runs 1000

40 trainees x 8 vignettes x 3 raters, scores 1 to 5 in whole points, 20 % missing. Trainees answer
half of the vignettes (a quarter, with four occasions) on each occasion, or all of them on every
one (``--again``). One rater grows more severe by .15 points an occasion, and a third of the
responses have a reference. The truth comes from six designs of 1,000 trainees x 120 vignettes.
"""

import argparse
import json
import time
from collections.abc import Iterator

import numpy as np

from tests.scoring.made import facet
from trainer.scoring.courses import Course
from trainer.scoring.drift import Occasions, drift
from trainer.scoring.estimate import Estimate
from trainer.scoring.table import Facet, ItemScores, only

SEVERITY = np.array([-0.3, 0.0, 0.3])
GROWS = np.array([0.0, 0.0, 0.15])
# SDs of trainee, vignette, trainee:vignette, trainee:rater, vignette:rater, rest; of the reference.
SDS = (0.5, 0.3, 0.4, 0.2, 0.1, 0.5)
REFERENCE_SD = 0.3


def drawn(
    draw: np.random.Generator, size: tuple[int, int], occasions: int, missing: float, again: bool
) -> tuple[ItemScores, Occasions]:
    """One item of one study, its occasions named by number."""
    times = occasions if again else 1
    shape = (size[0], size[1], times, 3)
    vignette_at = np.arange(size[1]) * occasions // size[1]
    at = np.broadcast_to(
        np.arange(times)[None, None, :, None] if again else vignette_at[None, :, None, None], shape
    )
    exact = 3 - SEVERITY - GROWS * at + np.zeros(shape)
    axes = ((0,), (1,), (0, 1, 2), (0, 3), (1, 3), (0, 1, 2, 3))
    level = np.full(shape, 3.0)
    for place, (sd, over) in enumerate(zip(SDS, axes, strict=True)):
        effect = draw.normal(0, sd, [n if axis in over else 1 for axis, n in enumerate(shape)])
        exact = exact + effect
        level = level + effect if place < 3 else level
    kept = draw.random(shape) >= missing
    trainee, vignette, time_of, rater = (codes[kept] for codes in np.indices(shape))
    response = (trainee * size[1] + vignette) * times + time_of
    names = tuple(f"u{n}" for n in range(size[0] * size[1] * times))
    whole = ItemScores(
        "warmth", np.clip(np.round(exact), 1, 5)[kept], Facet(names, response), facet(rater, "r"),
        facet(trainee, "t"), facet(vignette, "v"),
    )  # fmt: skip
    right = np.clip(np.round(level[..., 0] + draw.normal(0, REFERENCE_SD, shape[:3])), 1, 5)
    known = draw.random(shape[:3]) < 1 / 3
    return only(whole, np.arange(len(response))), Occasions(
        dict(zip(names, map(str, at[..., 0].ravel()), strict=True)),
        {"warmth": {names[n]: float(right.ravel()[n]) for n in np.flatnonzero(known.ravel())}},
    )


def figures(made: tuple[ItemScores, Occasions]) -> Iterator[tuple[str, Estimate | None]]:
    found = drift(*made)
    assert found.reason is None
    for what, courses in (("among", found.among), ("against", found.against)):
        for rater, course in courses.items():
            yield from of_course(f"{what} {rater}", course)


def of_course(name: str, course: Course) -> Iterator[tuple[str, Estimate | None]]:
    yield f"{name} slope", course.slope
    yield f"{name} change", course.change
    yield f"{name} first", next(iter(course.points.values()))


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--runs", type=int, default=1000)
    parse.add_argument("--size", type=int, nargs=2, default=(40, 8))
    parse.add_argument("--occasions", type=int, default=2)
    parse.add_argument("--missing", type=float, default=0.2)
    parse.add_argument("--again", action="store_true")
    asked = parse.parse_args()
    true: dict[str, list[float]] = {}
    for seed in range(6):
        draw = np.random.default_rng([7, seed])
        for name, one in figures(drawn(draw, (1000, 120), asked.occasions, 0.0, asked.again)):
            assert one is not None  # from so many
            true.setdefault(name, []).append(one.value)
    truth = {name: float(np.mean(values)) for name, values in true.items()}
    rows: dict[str, list[tuple[bool, float, float]]] = {name: [] for name in truth}
    began = time.process_time()
    for seed in range(asked.runs):
        made = drawn(np.random.default_rng(seed), tuple(asked.size), asked.occasions,
                     asked.missing, asked.again)  # fmt: skip
        for name, one in figures(made):
            if one is not None and one.low is not None and one.high is not None:
                held = one.low <= truth[name] <= one.high
                rows[name].append((held, one.value, one.high - one.low))
    shown = {
        name: {
            "truth": round(truth[name], 3),
            "mean": round(float(np.mean([value for _, value, _ in found])), 3),
            "covered_percent": round(100 * float(np.mean([held for held, _, _ in found])), 1),
            "width": round(float(np.mean([width for _, _, width in found])), 3),
            "without_limits": asked.runs - len(found),
        }
        for name, found in rows.items()
    }
    each = round((time.process_time() - began) / asked.runs, 4)
    print(json.dumps({"asked": vars(asked), "seconds_each": each, "found": shown}, indent=1))


if __name__ == "__main__":
    main()
