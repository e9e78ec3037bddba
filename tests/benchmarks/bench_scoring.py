"""Speed of ICCs and G study, against pingouin and lme4 in the same run; prints JSON.

    python -m tests.benchmarks.bench_scoring --trainees 2500

2,500 trainees x 4 vignettes x 4 raters x 3 items: 10,000 responses, 120,000 scores; once in full
and once with 30 % missing. Where pingouin can be imported and Rscript has lme4, the same table (for
lme4 one of ``--lme4-trainees``) goes through them: times are given as theirs / ours, and how far
the figures are apart at most. Processor seconds of one core.
"""

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.scoring.designs import DEVIATION, simulated
from trainer.scoring.gstudy import gstudy
from trainer.scoring.icc import iccs
from trainer.scoring.table import ItemScores

ITEMS = 3
LME4 = """
suppressMessages(library(lme4))
args <- commandArgs(TRUE)
table <- read.csv(args[1], colClasses = c("factor", "factor", "factor", "factor", "numeric"))
formula <- if (args[2] == "icc") score ~ 1 + (1 | response) + (1 | rater) else
  score ~ 1 + (1 | trainee) + (1 | vignette) + (1 | rater) +
    (1 | trainee:vignette) + (1 | trainee:rater) + (1 | vignette:rater)
took <- system.time(fit <- lmer(formula, table, control = lmerControl(
  optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhoend = 1e-9), calc.derivs = FALSE)))
found <- as.data.frame(VarCorr(fit))
cat(took[["user.self"]], "\\n")
cat(paste(found$grp, found$vcov), sep = "\\n")
"""


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def each(items: list[ItemScores], run: Callable[[ItemScores], object]) -> float:
    return seconds(lambda: [run(one) for one in items])


def ours(trainees: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for missing in (0.0, 0.3):
        items = [simulated(seed, (trainees, 4, 4), missing, DEVIATION) for seed in range(ITEMS)]
        name = "full" if not missing else "30 % missing"
        found[name] = {
            "ratings": sum(len(one.score) for one in items),
            "iccs_s": round(each(items, iccs), 2),
            "gstudy_s": round(each(items, gstudy), 2),
        }
    return found


def against_pingouin(trainees: int) -> dict[str, float] | None:
    if importlib.util.find_spec("pingouin") is None:
        return None
    import pandas
    import pingouin

    # pingouin is not told whose responses they are either.
    scores = replace(simulated(1, (trainees, 4, 4), 0.0, DEVIATION), trainee=None, vignette=None)
    table = pandas.DataFrame(
        {"t": scores.response.codes, "r": scores.rater.codes, "x": scores.score}
    )
    theirs = []
    took = seconds(
        lambda: theirs.append(pingouin.intraclass_corr(table, targets="t", raters="r", ratings="x"))
    )
    mine = []
    own = seconds(lambda: mine.append(iccs(scores).values))
    rows = theirs[0].set_index("Type")
    apart = [abs(rows.loc[name, "ICC"] - one.value) for name, one in mine[0].items() if one]
    limits = [
        max(abs(pair[0] - round(one.low, 2)), abs(pair[1] - round(one.high, 2)))
        for name, one in mine[0].items()
        if one and one.low is not None and one.high is not None
        for pair in [next(rows.loc[name, key] for key in ("CI95", "CI95%") if key in rows)]
    ]
    return {
        "pingouin_s": round(took, 3),
        "ours_s": round(own, 3),
        "ratio": round(took / own, 1),
        "values_apart": float(max(apart)),
        "limits_apart_2_digits": round(float(max(limits)), 3),
    }


def against_lme4(trainees: int) -> list[dict[str, object]] | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    known = subprocess.run(
        [program, "-e", "library(lme4)"], capture_output=True, check=False
    ).returncode
    if known:
        return None
    return [
        compared(program, what, trainees, missing)
        for what in ("icc", "gstudy")
        for missing in (0.0, 0.3, 0.6)
    ]


def compared(program: str, what: str, trainees: int, missing: float) -> dict[str, object]:
    scores = simulated(7, (trainees, 4, 4), missing, DEVIATION)
    theirs, took = lme4(program, what, scores)
    start = time.process_time()
    if what == "icc":
        table = iccs(replace(scores, trainee=None, vignette=None))
        own = time.process_time() - start
        true, rater, rest = theirs["response"], theirs["rater"], theirs["Residual"]
        expected = {
            "ICC(A,1)": true / (true + rater + rest),
            "ICC(C,1)": true / (true + rest),
        }
        mine = {name: one.value for name, one in table.values.items() if one}
    else:
        study = gstudy(scores)
        own = time.process_time() - start
        expected = {name.replace("Residual", "residual"): x for name, x in theirs.items()}
        mine = {name: one.value for name, one in study.components.items()}
    return {
        "what": what,
        "missing": missing,
        "ratings": len(scores.score),
        "lme4_s": round(took, 2),
        "ours_s": round(own, 3),
        "ratio": round(took / own, 1),
        "apart": max(abs(expected[name] - mine.get(name, 0.0)) for name in expected),
    }


def lme4(program: str, what: str, scores: ItemScores) -> tuple[dict[str, float], float]:
    facets = (scores.response, scores.trainee, scores.vignette, scores.rater)
    codes = [one.codes for one in facets if one is not None]
    lines = [
        ",".join([*(f"a{code}" for code in row[:-1]), repr(float(row[-1]))])
        for row in zip(*codes, scores.score, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "table.csv", Path(folder) / "fit.R"
        table.write_text("\n".join(["response,trainee,vignette,rater,score", *lines]))
        script.write_text(LME4)
        said = subprocess.run(
            [program, str(script), str(table), what], capture_output=True, text=True, check=True
        ).stdout.splitlines()
    parts = [line.rsplit(" ", 1) for line in said[1:] if line.strip()]
    return {name: float(x) for name, x in parts}, float(said[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainees", type=int, default=2500)
    parser.add_argument("--lme4-trainees", type=int, default=250)
    asked = parser.parse_args()
    found = {
        "ours": ours(asked.trainees),
        "pingouin": against_pingouin(asked.trainees),
        "lme4": against_lme4(asked.lme4_trainees),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
