"""How fast submissions are taken in, as a ratio to ``sha256sum`` over the same bytes in one run.

    python -m tests.benchmarks.bench_import --submissions 1000 --folder /somewhere/large

Each submission has 8 recordings of 20 s (FLAC of speech in a room; 16 bytes of each are its own)
and comes from a data folder of its own through ``app.submit``; written once, they stay in
``--folder``. They are taken in by ``app.arrivals.take_in``, as ``attune import`` does, into a new
data folder. Prints one JSON line: seconds of wall and processor, their ratio, most memory, and
where ``--kill`` is given whether an import killed so often at random moments ended the same.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from tests.app.travelled import Program, Trainee, library
from tests.media import synth
from tests.store import made
from trainer.app import arrivals, travelling
from trainer.app.paths import Home
from trainer.domain.assignment import vignettes_for
from trainer.domain.consent import Consent
from trainer.media.resample import resample
from trainer.store import assignments as rows
from trainer.store import files, recordings, sessions
from trainer.store.db import open_log

RECORDINGS, SECONDS = 8, 20.0
MD5 = slice(26, 42)  # in a FLAC file: nothing that plays it reads it


def speech(folder: Path) -> bytes:
    """20 s of speech in a room as a FLAC file."""
    draw = np.random.default_rng(1)
    said = resample(synth.speech(21, onset_s=0.5, phrases=8).samples, synth.RATE, 48_000)
    whole = np.resize(said, round(SECONDS * 48_000)) + draw.normal(
        0, 0.002, round(SECONDS * 48_000)
    )
    soundfile.write(folder / "speech.flac", whole.astype(np.float32), 48_000, subtype="PCM_16")
    return (folder / "speech.flac").read_bytes()


def give(folder: Path, assignment: Path, code: str) -> Path:
    """One trainee's submission, from a data folder that is gone afterwards."""
    out = folder / f"{code}.attune"
    if out.exists():
        return out
    sound = (folder / "speech.flac").read_bytes()
    home = folder / f"home-{code}"
    shutil.rmtree(home, ignore_errors=True)
    one = Trainee(Home(home))
    one.home.ensure()
    found = one.begin(assignment, code)
    with one.log() as log:
        sitting = made.session(one.person_id)
        sessions.add_session(log, sitting)
        rows.assign_session(log, sitting.id, found.id)
        for at, ref in enumerate(vignettes_for(found, code), 1):
            plan = replace(
                made.plan(sitting, at=made.later(at), position=at),
                vignette=ref, consent=Consent("rating", 12),
            )  # fmt: skip
            wav = recordings.begin_take(log.folder, plan)
            wav.parent.mkdir(parents=True, exist_ok=True)
            wav.write_bytes(sound[: MD5.start] + os.urandom(16) + sound[MD5.stop :])
            made.take_in(log, plan, wav, duration_s=SECONDS)
    one.submit(found, out)
    shutil.rmtree(home)
    return out


def prepared(folder: Path, count: int) -> None:
    """A program's data folder (before), its assignment, and so many submissions."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = [f"T{n:04d}" for n in range(count)]
    program = Program(Home(folder / f"program-{count}"))
    assignment = folder / f"assignment-{count}.attune"
    if not assignment.exists():
        speech(folder)
        shutil.rmtree(program.home.folder, ignore_errors=True)
        program.home.ensure()
        form = [one.id for one in library().vignettes[:RECORDINGS]]
        program.give_out(assignment, forms={"A": form}, codes=codes)
    with ProcessPoolExecutor() as pool:
        out = folder / str(count)
        out.mkdir(exist_ok=True)
        shutil.copy(folder / "speech.flac", out)
        for done, _ in enumerate(pool.map(partial(give, out, assignment), codes), 1):
            if done % 50 == 0:
                print(f"{done} of {count}", file=sys.stderr)


def take_in(folder: Path, count: int) -> None:
    """What is measured, in a process of its own; one JSON line."""
    home = Home(folder / "taking")
    told: list[int] = []
    began, spent = time.perf_counter(), time.process_time()
    with travelling.writing(home) as log:
        arrived = arrivals.take_in(
            home, log, [folder / str(count)], lambda done, _: told.append(done)
        )
    print(json.dumps({
        "wall_s": round(time.perf_counter() - began, 2),
        "processor_s": round(time.process_time() - spent, 2),
        "files": len(arrived),
        "refused": [str(one.refused) for one in arrived if one.refused][:3],
        "told": len(told),
        "most_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))  # fmt: skip


def fresh(folder: Path, count: int) -> None:
    shutil.rmtree(folder / "taking", ignore_errors=True)
    shutil.copytree(folder / f"program-{count}", folder / "taking")


def run(folder: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_import", "--take-in"]
    command += ["--folder", str(folder), "--submissions", str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def state(folder: Path) -> dict[str, object]:
    """What an import leaves: rows that matter, and every sound's hash."""
    home = Home(folder / "taking")
    with closing(open_log(home.folder)) as log:
        found: dict[str, object] = {
            table: sorted(str(tuple(row)) for row in log.rows(f"SELECT * FROM {table}"))
            for table in ("responses", "submissions", "submitted", "people", "consents")
        }
    sounds = sorted(p for p in home.recordings.rglob("*") if p.is_file())
    found["sounds"] = [
        (p.relative_to(home.folder).as_posix(), files.sha256_of(p)[0]) for p in sounds
    ]
    found["left over"] = sorted(p.name for p in home.folder.glob(f"{travelling.SCRATCH}*"))
    return found


def killed(folder: Path, count: int, times: int, whole_s: float) -> dict[str, object]:
    fresh(folder, count)
    run(folder, count).wait()
    expected = state(folder)
    fresh(folder, count)
    draw, hit = random.Random(1), 0
    for _ in range(times):
        going = run(folder, count)
        try:
            going.wait(draw.uniform(0.3, 0.5 + whole_s))
        except subprocess.TimeoutExpired:
            going.send_signal(signal.SIGKILL)
            going.wait()
            hit += 1
    run(folder, count).wait()
    found = state(folder)
    expected.pop("left over")
    left = found.pop("left over")
    return {"killed": hit, "same": found == expected, "left_over": left}


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--submissions", type=int, default=100)
    parse.add_argument("--folder", type=Path, required=True)
    parse.add_argument("--kill", type=int, default=0)
    parse.add_argument("--take-in", action="store_true")
    asked = parse.parse_args()
    folder, count = asked.folder.absolute(), asked.submissions
    if asked.take_in:
        take_in(folder, count)
        return
    prepared(folder, count)
    every = sorted((folder / str(count)).glob("*.attune"))[:count]
    size = sum(path.stat().st_size for path in every)
    began = time.perf_counter()
    for start in range(0, len(every), 500):
        subprocess.run(
            ["sha256sum", *every[start : start + 500]], stdout=subprocess.DEVNULL, check=True
        )
    reference = time.perf_counter() - began
    fresh(folder, count)
    said, _ = run(folder, count).communicate()
    told = json.loads(said)
    ratio = round(reference / told["wall_s"], 3)
    found = {"bytes": size, "sha256sum_s": round(reference, 2), **told, "speed_of_sha256sum": ratio}
    if asked.kill:
        found["kills"] = killed(folder, count, asked.kill, told["wall_s"])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
