"""How long a large research export takes: ``python tests/benchmarks/bench_export.py``.

2,000 trainees x 16 responses, each rated by its trainee and three of six raters on three items
(128,000 ratings, 384,000 scores), seeded with plain sqlite3. Time and memory of this process, which
holds nothing else, without annotations and (``--annotations``) with them.
"""

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_store import MEASURED, START, filled
from trainer.app.paths import Home
from trainer.app.research import export
from trainer.domain.speech import MEASURES_VERSION
from trainer.store.db import open_log
from trainer.store.times import to_text

EACH, RATERS, OF = 16, 3, 6
ITEMS = ("warmth", "repair", "metacommunication")
CLIENTS = ("marcus-nodding", "eli-bike-racks", "ruth-corrected-letter", "tom-eleven-across")


def seed(path: Path, trainees: int) -> None:
    """Write the cohort into a log that is made already."""
    db = sqlite3.connect(path)
    numbers = range(trainees * EACH)
    at = [to_text(START + timedelta(minutes=7 * n)) for n in numbers]
    whose = [f"p{n // EACH}" for n in numbers]
    db.executemany(
        filled("people", 4), ((f"p{n}", f"Name {n}", at[0], 60) for n in range(trainees))
    )
    db.executemany(
        filled("sessions", 7),
        ((f"s{n}", f"p{n}", "core", "", "", at[n * EACH], 60) for n in range(trainees)),
    )
    db.executemany(
        filled("recordings", 10),
        (
            (f"f{n}", f"r{n}.flac", "0" * 64, 10**6, 30.0, 48000, at[n], 60, 0, "[]")
            for n in numbers
        ),
    )
    db.executemany(
        filled("responses", 18),
        (
            (f"r{n}", whose[n], f"s{n // EACH}", "core", 1, CLIENTS[n % 4], 2, "t1", n % EACH // 4,
             n % EACH, at[n], 60, "person", f"f{n}", 2.0, 0.02, "", None)
            for n in numbers
        ),
    )  # fmt: skip
    db.executemany(
        filled("consents", 6),
        ((f"c{n}", f"r{n}", "research", None, at[n], 60) for n in numbers),
    )
    db.executemany(
        filled("measures", 16), ((f"r{n}", MEASURES_VERSION, *MEASURED) for n in numbers)
    )
    rated = [
        (f"r{n}-{who}", n, who, role)
        for n in numbers
        for who, role in (
            (whose[n], "self"),
            *((f"rater{(n + k) % OF}", "supervisor") for k in range(RATERS)),
        )
    ]
    db.executemany(
        filled("ratings", 15),
        (
            (key, f"r{n}", who, role, "core", "alliance-skills", 2, 1, at[n], 60, None, None, 1,
             12.5, 0)
            for key, n, who, role in rated
        ),
    )  # fmt: skip
    db.executemany(
        filled("scores", 6),
        (
            (key, item, place, None if n % 7 == place else float(n % 5 + 1), f"r{n}", who)
            for key, n, who, _ in rated
            for place, item in enumerate(ITEMS)
        ),
    )
    db.commit()
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainees", type=int, default=2000)
    parser.add_argument("--annotations", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Home(Path(place) / "home")
        open_log(home.folder).close()
        seed(home.folder / "log.db", asked.trainees)
        log = open_log(home.folder)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        start, at_once = time.perf_counter(), time.process_time()
        done = export(home, log, Path(place) / "out", annotations=asked.annotations)
        took, used = time.perf_counter() - start, time.process_time() - at_once
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        files = [path for path in done.path.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        print(f"{done.responses} responses, {done.ratings} ratings by {done.raters} raters")
        print(f"{took:.1f} s ({used:.1f} s of CPU), peak {most} MB (before: {before} MB)")
        print(f"{len(files)} files, {size:.0f} MB")
        log.close()


if __name__ == "__main__":
    main()
