"""A cohort of 2,000 trainees x 16 responses x 3 raters: how soon it opens, and is reported.

    python -m tests.benchmarks.bench_cohort

Two occasions of 8 clients each, forms A and B counterbalanced, 3 raters of a panel of 12 for each
response, drawn anew (so all are connected), 3 items, self-ratings: 288,000 scores by raters and
96,000 by trainees. Each figure is of a process of its own: seconds on the clock, seconds of the
processor, and the most memory held (MB, of which ``import`` is what loading the modules takes).
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.app import classed
from trainer.domain.assignment import turned
from trainer.store.db import open_log

CLIENTS = 8
ITEMS = classed.ITEMS
FORMS = {form: [f"client-{form.lower()}{n}" for n in range(CLIENTS)] for form in "AB"}


def seed(folder: Path, trainees: int, panel: int, raters: int) -> tuple[str, str]:
    rng = np.random.default_rng(20261126)
    codes = [f"T{n:04}" for n in range(trainees)]
    before = classed.assignment(1, {c: "AB"[n % 2] for n, c in enumerate(codes)}, FORMS)
    after = classed.assignment(
        2, {one.code: one.form for one in turned(before, list(FORMS))}, FORMS, occasion="after"
    )
    skill = rng.normal(0, 0.5, (trainees, 1, len(ITEMS)))
    severity = rng.normal(0, 0.3, panel)
    client = {form: rng.normal(0, 0.3, (CLIENTS, 1)) for form in FORMS}
    log = open_log(folder)
    for occasion, (made, gain) in enumerate(((before, 0.0), (after, 0.2))):
        classed.give_out(log, made)
        gained = gain + rng.normal(0, 0.2 * occasion, (trainees, 1, 1))
        own = skill + gained + rng.normal(0, 0.5, (trainees, CLIENTS, len(ITEMS)))
        classed.give_back(
            log, made, answers(rng, made, own, client, severity, raters)
        )  # fmt: skip
    log.close()
    return before.id, after.id


def answers(
    rng: np.random.Generator, made: object, true: np.ndarray, client: dict[str, np.ndarray],
    severity: np.ndarray, raters: int,
) -> Iterator[classed.Answer]:  # fmt: skip
    for trainee, one in enumerate(made.enrolled):
        exact = 3 + true[trainee] + client[one.form]
        for at, name in enumerate(FORMS[one.form]):
            chosen = rng.choice(len(severity), raters, replace=False)
            noise = rng.normal(0, 0.5, (raters + 1, len(ITEMS)))
            given = np.clip(np.rint(exact[at] - severity[chosen][:, None] + noise[:raters]), 1, 5)
            own = np.clip(np.rint(exact[at] + 0.4 + noise[raters]), 1, 5)
            yield classed.Answer(
                one.code, name,
                {f"r{r:02}": tuple(map(float, row)) for r, row in zip(chosen, given, strict=True)},
                tuple(map(float, own)),
            )  # fmt: skip


def measured(job: Callable[..., object], *words: object) -> dict[str, float]:
    """Run ``job`` in a new process and tell what it took."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (job, words))


def _measure(job: Callable[..., object], words: tuple[object, ...]) -> dict[str, float]:
    import trainer.app.cohort_figures  # noqa: F401 - not part of the work

    imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter(), time.process_time()
    job(*words)
    return {
        "wall_s": round(time.perf_counter() - wall, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "most_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "import_mb": round(imported),
    }


def opens(folder: Path, ids: tuple[str, str]) -> None:
    """What the screen shows first: what was given out, and one cohort."""
    from trainer.app import cohort_figures

    log = open_log(folder)
    cohort_figures.overview(log, ids[1])
    log.close()


def counts(folder: Path, ids: tuple[str, str]) -> None:
    """Every figure, as the screen and ``attune cohort show`` have them."""
    from trainer.app.cohort_read import read_whole

    read_whole(_home(folder), ids[1], ids[0])


def reports(folder: Path, ids: tuple[str, str]) -> None:
    """The whole report, page and paper."""
    from trainer.app.cohort_report import cohort_report
    from trainer.gui.pdf import write_pdf

    with tempfile.TemporaryDirectory() as out:
        files = cohort_report(_home(folder), ids[1], ids[0], Path(out), write_pdf)
        sizes = {kind: path.stat().st_size for kind, path in files.items()}
        sys.stderr.write(f"{sizes}\n")


def _home(folder: Path) -> object:
    from trainer.app.paths import Home

    return Home(folder)


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--trainees", type=int, default=2000)
    parse.add_argument("--panel", type=int, default=12)
    parse.add_argument("--raters", type=int, default=3)
    parse.add_argument("--keep", type=Path, help="make the log there, or take the one that is")
    asked = parse.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = asked.keep or Path(place)
        ids = (classed._id(1), classed._id(2))
        if not (folder / "log.db").exists():
            folder.mkdir(exist_ok=True, parents=True)
            ids = seed(folder, asked.trainees, asked.panel, asked.raters)
        found = {"asked": {k: str(v) for k, v in vars(asked).items()},
                 "log_mb": round((folder / "log.db").stat().st_size / 1e6)}  # fmt: skip
        for name, job in (("opens", opens), ("counts", counts), ("reports", reports)):
            found[name] = measured(job, folder, ids)
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
