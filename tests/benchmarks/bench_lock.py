"""What a lock costs: ``python tests/benchmarks/bench_lock.py``, by hand; prints JSON.

Locking and unlocking ``--recordings`` FLACs of 20 s (rate of their bytes, and how many times as
long as SHA-256 of the same bytes in the same run); opening, closing-time backup and the queries of
``bench_store`` on a locked log of ``--responses`` against a plain one; the memory that sealing one
film of ``--film`` MB takes above what the process had.
"""

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.app import locked
from tests.benchmarks import bench_store
from tests.store import made
from trainer.app import locking
from trainer.app.backup import automatic
from trainer.app.paths import Home
from trainer.store import connect, copies, files, recordings, sealed
from trainer.store.db import FILE, open_log
from trainer.store.key import new_key

SECONDS = 20
BYTES = 1_100_000  # of a FLAC of 20 s


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def filled(home: Home, count: int) -> None:
    """A log with ``count`` recordings of the size of 20 s, whose bytes do not shrink."""
    log = open_log(home.folder)
    sitting = made.begun(log)
    noise = Path("/dev/urandom")
    with noise.open("rb") as source:
        for number in range(count):
            plan = made.plan(sitting, at=made.later(number))
            recordings.begin_take(log.folder, plan)
            flac = recordings.takes.open_folder(log.folder) / f"{plan.response_id}.flac"
            flac.write_bytes(b"fLaC" + source.read(BYTES - 4))
            made.take_in(log, plan, flac, duration_s=SECONDS)
    log.close()


def locks(place: Path, count: int) -> dict[str, float]:
    home, of = Home(place / "home"), new_key()
    filled(home, count)
    automatic(home)
    sounds = [path for path in home.recordings.rglob("*.flac") if path.is_file()]
    size = sum(path.stat().st_size for path in sounds) / 1e6
    hashed = seconds(lambda: [files.sha256_of(path) for path in sounds])
    on = seconds(lambda: locked.lock(home, of))
    off = seconds(lambda: locking.lock_off(Home(home.folder, of)))
    shutil.rmtree(home.folder)
    return {
        "recordings": count, "mb": size, "sha256_s": hashed,
        "on_s": on, "on_mb_per_s": size / on, "on_times_sha256": on / hashed,
        "off_s": off, "off_mb_per_s": size / off, "off_times_sha256": off / hashed,
    }  # fmt: skip


def logs(place: Path, count: int) -> dict[str, object]:
    plain, shut, of = place / "plain", place / "shut", new_key()
    open_log(plain).close()
    bench_store.seed(plain / FILE, count)
    shutil.copytree(plain, shut)
    turned = seconds(lambda: connect.turn(shut / FILE, of, encrypted=True))
    found: dict[str, dict[str, float]] = {}
    log, closed = open_log(plain), open_log(shut, of)
    for name, run in bench_store.questions(log).items():
        found[name] = {"plain_ms": bench_store.milliseconds(run)}
    for name, run in bench_store.questions(closed).items():
        found[name]["locked_ms"] = bench_store.milliseconds(run)
    state = seconds(lambda: copies.state_of(shut))
    log.close()
    closed.close()
    found["open_log"] = {
        "plain_ms": bench_store.milliseconds(lambda: open_log(plain).close()),
        "locked_ms": bench_store.milliseconds(lambda: open_log(shut, of).close()),
    }
    for one in found.values():
        one["ratio"] = one["locked_ms"] / one["plain_ms"]
    size = (plain / FILE).stat().st_size / 1e6
    return {
        "responses": count, "mb": size, "encrypt_s": turned, "state_s": state, "queries": found,
    }  # fmt: skip


def film(place: Path, megabytes: int) -> dict[str, float]:
    path, of = place / "film.mkv", new_key()
    with path.open("wb") as file, Path("/dev/urandom").open("rb") as source:
        for _ in range(megabytes):
            file.write(source.read(1_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sealing = seconds(lambda: sealed.seal(path, of))
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"mb": megabytes, "s": sealing, "more_memory_mb": more / 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=1000)
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--film", type=int, default=500)
    parser.add_argument("--dir", help="A folder on the disk to measure on.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        place = Path(folder)
        done = {
            "film": film(place, asked.film),
            "lock": locks(place, asked.recordings),
            "log": logs(place, asked.responses),
        }
    sys.stdout.write(json.dumps(done, indent=1) + "\n")


if __name__ == "__main__":
    main()
