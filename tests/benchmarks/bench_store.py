"""How fast the log answers with 100,000 responses: ``python tests/benchmarks/bench_store.py``.

20 people x 5,000 responses, 3 ratings each, 4 items a rating (300,000 ratings, 1.2 million
scores), seeded with plain sqlite3. Each query is timed on a warm cache (median of 7) and set
against a plain sqlite3 scan of the responses table in the same run, so that machines compare.
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from trainer.domain.speech import MEASURES_VERSION
from trainer.store import measures, others, queries, responses
from trainer.store.db import Log, open_log
from trainer.store.times import to_text

START = datetime(2022, 1, 1, 18, tzinfo=timezone(timedelta(hours=1)))
PEOPLE = 20
SITTING = 10
VIGNETTES = 64
ITEMS = ("warmth", "repair", "metacommunication", "overall")
RATERS = (("self", "self"), ("boss", "supervisor"), ("other", "supervisor"))


def filled(table: str, width: int) -> str:
    return f"INSERT INTO {table} VALUES ({','.join('?' * width)})"


def seed(path: Path, count: int) -> None:
    """Write ``count`` responses with all that hangs on them into a log that is made already."""
    db = sqlite3.connect(path)
    each = count // PEOPLE
    numbers = range(each * PEOPLE)
    at = [
        to_text(START + timedelta(minutes=7 * (n // PEOPLE), seconds=n % PEOPLE)) for n in numbers
    ]
    db.executemany(filled("people", 4), ((f"p{n}", "A. B.", at[0], 60) for n in range(PEOPLE)))
    sitting = {n: f"s{n % PEOPLE}-{n // PEOPLE // SITTING}" for n in numbers}
    first = {name: n for n, name in reversed(sitting.items())}
    db.executemany(
        filled("sessions", 7),
        ((s, f"p{n % PEOPLE}", "core", "set", "", at[n], 60) for s, n in first.items()),
    )
    db.executemany(
        "INSERT INTO session_ends (session_id, felt, reflection, ended_at, ended_offset)"
        " VALUES (?, 'right', '', ?, 60)",
        ((s, at[n]) for s, n in first.items()),
    )
    db.executemany(
        filled("recordings", 10),
        (
            (f"f{n}", f"2022/01/r{n}.flac", "0" * 64, 10**6, 30.0, 48000, at[n], 60, 0, "[]")
            for n in numbers
        ),
    )
    db.executemany(filled("responses", 18), (response(n, at[n], sitting[n]) for n in numbers))
    db.executemany(filled("ratings", 15), ratings(numbers, at))
    db.executemany(filled("scores", 6), scores(numbers))
    db.executemany(
        filled("measures", 16), ((f"r{n}", MEASURES_VERSION, *MEASURED) for n in numbers)
    )
    db.executemany(
        filled("notes", 7), ((f"n{n}", f"r{n}", "wait", 1, "[0]", at[n], 60) for n in numbers[::2])
    )
    db.commit()
    db.close()


MEASURED = (30.0, 2.6, 0.03, 20.0, "[]", 1.5, -20.0, -3.0, 0, 180.0, 2.0, 4.0, 30.0, "[]")


def response(n: int, at: str, sitting: str) -> tuple[object, ...]:
    turn = n // PEOPLE
    where = ("core", 1, f"v{turn % VIGNETTES}", 1, "t1", turn // VIGNETTES + 1, turn % SITTING)
    ids = (f"r{n}", f"p{n % PEOPLE}", sitting)
    return (*ids, *where, at, 60, "person", f"f{n}", 2.0, 0.02, "", None)


def ratings(numbers: range, at: list[str]) -> Iterator[tuple[object, ...]]:
    for n in numbers:
        for rater, role in RATERS:
            key = (f"r{n}-{rater}", f"r{n}", rater, role)
            yield (*key, "core", "alliance-skills", 1, 1, at[n], 60, None, None, None, None, 0)


def scores(numbers: range) -> Iterator[tuple[object, ...]]:
    for n in numbers:
        for rater, _ in RATERS:
            for place, item in enumerate(ITEMS):
                yield (f"r{n}-{rater}", item, place, float(n // PEOPLE % 5 + 1), f"r{n}", rater)


def milliseconds(run: Callable[[], object], repeats: int = 7) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def scan(path: Path) -> float:
    """The reference: every response through plain sqlite3."""
    db = sqlite3.connect(path)
    taken = milliseconds(lambda: db.execute("SELECT * FROM responses").fetchall())
    db.close()
    return taken


def questions(log: Log) -> dict[str, Callable[[], object]]:
    who = "p7"
    middle = queries.log_rows(log, who)[-1].id
    return {
        "log_rows, first page of 200": lambda: queries.log_rows(log, who),
        "log_rows, next page": lambda: queries.log_rows(log, who, before=middle),
        "log_rows, one vignette": lambda: queries.log_rows(log, who, vignette="v3", pack="core"),
        "count_responses": lambda: queries.count_responses(log, who),
        "item_points (15,000 points)": lambda: queries.item_points(
            log, who, "alliance-skills", "repair"
        ),
        "others_given (10,000 ratings)": lambda: others.others_given(log, who, "alliance-skills"),
        "rubrics_used": lambda: queries.rubrics_used(log, who),
        "session_rows": lambda: queries.session_rows(log, who),
        "last_practised": lambda: queries.last_practised(log, who),
        "felt_history": lambda: queries.felt_history(log, who),
        "measure_history, latency": lambda: measures.measure_history(log, who, "latency_s"),
        "unmeasured": lambda: measures.unmeasured(log),
        "next_attempt": lambda: responses.next_attempt(log, who, "core", "v3", "t1"),
        "response": lambda: responses.response(log, middle),
    }


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    count = parser.parse_args().responses
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        open_log(folder).close()
        start = time.perf_counter()
        seed(folder / "log.db", count)
        size = (folder / "log.db").stat().st_size / 1e6
        say(f"seeded {count} responses in {time.perf_counter() - start:.0f} s: {size:.0f} MB")
        reference = scan(folder / "log.db")
        say(f"{'scan of all responses, plain sqlite3':38}{reference:9.2f} ms   1.000")
        log = open_log(folder)
        for name, run in questions(log).items():
            taken = milliseconds(run)
            say(f"{name:38}{taken:9.2f} ms   {taken / reference:.3f}")
        log.close()
        opened = milliseconds(lambda: open_log(folder).close())
        say(f"{'open_log':38}{opened:9.2f} ms   {opened / reference:.3f}")


if __name__ == "__main__":
    main()
