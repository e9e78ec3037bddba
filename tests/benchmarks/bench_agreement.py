"""Agreement: time of the whole command, coverage of its 95 % limits, severity against R's eRm.

    python -m tests.benchmarks.bench_agreement --runs 1000

Time: 10,000 responses x 4 raters x 3 items as CSV, in full and with 30 % missing, through the use
case of ``attune agreement`` (processor seconds of one core). Coverage: designs like ours (40
trainees x 8 vignettes x 3 raters, scores 1 to 5 in whole points, 20 % missing), whose raters' true
figures come from 270,000 responses of the same model. Severity in logits: where Rscript has eRm
(conditional maximum likelihood) or TAM (marginal, as here), the same ratings go through them.
Prints one JSON document.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.scoring.made import facet
from trainer.app import reliability
from trainer.domain.mark import Mark
from trainer.exchange.marks import write_marks
from trainer.scoring.alpha import LEVELS, alphas
from trainer.scoring.estimate import Estimate
from trainer.scoring.facets import facets
from trainer.scoring.halo import halos
from trainer.scoring.kappa import kappas, within_one
from trainer.scoring.severity import severities
from trainer.scoring.table import Facet, ItemScores, only

SEVERITY = np.array([-0.3, 0.0, 0.3])
# SDs of trainee, vignette, trainee:vignette, trainee:rater, vignette:rater, rest; then of what a
# rater adds to a response on both of two items.
MODELS = {
    "scattered": (0.5, 0.3, 0.4, 0.2, 0.1, 0.5, 0.3),
    "agreeing": (0.8, 0.6, 0.5, 0.1, 0.05, 0.25, 0.15),
}
ERM = """
args <- commandArgs(TRUE)
table <- as.matrix(read.csv(args[1]))
table <- table[rowSums(!is.na(table)) > 1, ]  # eRm takes no others, they tell little
own <- function(difficulty) paste(difficulty - mean(difficulty), collapse = " ")
if (suppressWarnings(require(eRm, quietly = TRUE))) {
  took <- system.time(fit <- RSM(table))[["user.self"]]
  steps <- thresholds(fit)$threshtable[[1]]
  cat("eRm", took, own(steps[, "Location"]), "\\n")
}
if (suppressWarnings(require(TAM, quietly = TRUE))) {
  took <- system.time(fit <- tam.mml(table, irtmodel = "RSM", verbose = FALSE))[["user.self"]]
  cat("TAM", took, own(fit$xsi$xsi[seq_len(ncol(table))]), "\\n")
}
"""


def drawn(
    draw: np.random.Generator, size: tuple[int, int], missing: float, model: str
) -> list[ItemScores]:
    """Two items of one study."""
    sds, shape = MODELS[model], (*size, len(SEVERITY))
    kept, halo = draw.random(shape) >= missing, draw.normal(0, sds[6], shape)
    trainee, vignette, rater = (codes[kept] for codes in np.indices(shape))
    response = trainee * size[1] + vignette
    found = []
    for item in ("warmth", "repair"):
        exact = 3 - SEVERITY + halo
        for sd, over in zip(sds, ((0,), (1,), (0, 1), (0, 2), (1, 2), (0, 1, 2)), strict=False):
            exact = exact + draw.normal(
                0, sd, [n if axis in over else 1 for axis, n in enumerate(shape)]
            )
        names = Facet(tuple(f"u{n}" for n in range(size[0] * size[1])), response)
        score = np.clip(np.round(exact), 1, 5)[kept]
        whole = ItemScores(
            item, score, names, facet(rater, "r"), facet(trainee, "t"), facet(vignette, "v")
        )
        found.append(only(whole, np.arange(len(score))))
    return found


def figures(items: list[ItemScores]) -> Iterator[tuple[str, Estimate | None]]:
    first = items[0]
    alpha = alphas(first)
    yield from ((f"alpha {level}", getattr(alpha, level)) for level in LEVELS)
    yield from ((f"kappa {'~'.join(pair.raters)}", pair.kappa) for pair in kappas(first))
    yield "within one", within_one(first).share
    yield from ((f"points {name}", one) for name, one in severities(first).points.items())
    for name, fitted in (("logits", facets([first])), ("logits of both", facets(items))):
        for rater in first.rater.names:
            fit = None if isinstance(fitted, str) else fitted.raters[rater]
            yield f"{name} {rater}", fit.severity if fit else None
    (halo,) = halos({one.item: one for one in items})
    yield "halo", halo.pooled
    yield "halo within response", halo.within_response


def coverage(runs: int, model: str) -> dict[str, object]:
    true: dict[str, list[float]] = {}
    for seed in range(6):
        for name, one in figures(drawn(np.random.default_rng([9, seed]), (300, 150), 0.0, model)):
            true.setdefault(name, []).append(one.value if one else np.nan)
    truth = {name: float(np.mean(values)) for name, values in true.items()}
    inside: dict[str, list[bool]] = {name: [] for name in truth}
    for seed in range(runs):
        for name, one in figures(drawn(np.random.default_rng(seed), (40, 8), 0.2, model)):
            if one is not None and one.low is not None and one.high is not None:
                inside[name].append(one.low <= truth[name] <= one.high)
    return {
        name: {
            "truth": round(truth[name], 3),
            "covered_percent": round(100 * float(np.mean(hits)), 1),
            "without_limits": runs - len(hits),
        }
        for name, hits in inside.items()
    }


def speed(responses: int) -> dict[str, float]:
    found = {}
    for missing in (0.0, 0.3):
        draw = np.random.default_rng(1)
        level = draw.normal(3, 0.8, (responses, 1))
        severity = np.array([-0.3, -0.1, 0.1, 0.3])
        marks = [
            Mark(f"u{u}", f"r{r}", f"item {item}", float(score), f"t{u // 8}", f"v{u % 8}")
            for item in range(3)
            for (u, r), score in np.ndenumerate(
                np.clip(np.round(level - severity + draw.normal(0, 0.7, (responses, 4))), 1, 5)
            )
            if draw.random() >= missing
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ratings.csv"
            write_marks(path, marks)
            began = time.process_time()
            reliability.as_json(reliability.agree(path))
            found["full" if not missing else "30 % missing"] = time.process_time() - began
    return {name: round(took, 2) for name, took in found.items()}


def against_r(responses: int) -> list[dict[str, object]] | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    return [line for missing in (0.0, 0.3) for line in compared(program, responses, missing)]


def compared(program: str, responses: int, missing: float) -> Iterator[dict[str, object]]:
    (scores, _) = drawn(np.random.default_rng(3), (responses // 8, 8), missing, "scattered")
    alone = replace(scores, trainee=None, vignette=None)
    began = time.process_time()
    ours = facets([alone])
    own = time.process_time() - began
    assert not isinstance(ours, str)
    grid = scores.grid() - scores.score.min()
    rows = [",".join("NA" if np.isnan(x) else str(int(x)) for x in row) for row in grid]
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "table.csv", Path(folder) / "fit.R"
        table.write_text("\n".join([",".join(scores.rater.names), *rows]), encoding="utf-8")
        script.write_text(ERM, encoding="utf-8")
        said = subprocess.run(
            [program, str(script), str(table)], capture_output=True, text=True, check=True
        ).stdout
    for line in said.splitlines():
        name, took, *theirs = line.split()
        pairs = zip(scores.rater.names, map(float, theirs), strict=True)
        fits = [(ours.raters[rater], other) for rater, other in pairs]
        apart = [abs(fit.severity.value - other) for fit, other in fits if fit]
        yield {
            "program": name,
            "missing": missing,
            "theirs_s": float(took),
            "ours_s": round(own, 3),
            "apart_logits": round(max(apart), 4),
            "half_width_of_limits": round(max(
                (fit.severity.high or 0) - fit.severity.value for fit, _ in fits if fit), 3),
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--responses", type=int, default=10_000)
    asked = parser.parse_args()
    found = {
        "seconds": speed(asked.responses),
        "severity_against_r": against_r(2_000),
        "coverage": {model: coverage(asked.runs, model) for model in MODELS},
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
