"""Damaged and ill-meant files that travel, taken in one after the other: refused in a sentence.

    python -m tests.benchmarks.bench_hostile_bundles --each 2500

Four ways to hurt a submission, by turns: the file as it was sent; the zip inside, closed again to
the program; its ``log.db`` and its ``manifest.json``, with right hashes and signed by the trainee's
own key, as an ill-meaning trainee could. An assignment is hurt in its bytes, and in its manifest,
signed by the program's key. Prints one JSON line: what was said how often, what was taken, slowest
(s), most memory (MB), and what is wrong: a traceback, a file outside, a row or a sound of what was
refused.
"""

import argparse
import hashlib
import json
import random
import resource
import shutil
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.app.travelled import Program, Trainee
from tests.benchmarks.bench_hostile import MUTATIONS
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.exchange import bundle, envelope
from trainer.store import copies
from trainer.store.db import FILE as LOG

# What a manifest may hold instead of what belongs there.
STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, "", "x" * 100_000, "../../evil", "/etc/passwd", "C:\\evil",
    "a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), [], {}, [[]],
    {"a": {"b": []}}, "9999-99-99", "2026-11-26T10:00:00", "0" * 64, ["T1"] * 1000,
)  # fmt: skip


@dataclass
class Party:
    """A program, one of its trainees, and what they sent each other."""

    program: Program
    reads: str
    keys: envelope.Pair
    program_keys: envelope.Pair
    assignment: Path
    submission: Path
    plain: Path


@dataclass
class Found:
    said: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


def party(folder: Path) -> Party:
    program, trainee = Program(Home(folder / "program")), Trainee(Home(folder / "trainee"))
    for one in (program, trainee):
        one.home.ensure()
    post = folder / "post"
    post.mkdir()
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    trainee.answer(asked)
    sent = trainee.submit(asked, post).path
    with program.log() as log:
        program_keys = own_pair(log)
    with trainee.log() as log:
        keys = own_pair(log)
    plain = folder / "plain.zip"
    with sent.open("rb") as file, envelope.opened(file, sent, [program_keys.reads], None) as inside:
        plain.write_bytes(inside.read())
    return Party(program, program_keys.read_by, keys, program_keys, out, sent, plain)


def hurt(rng: np.random.Generator, data: bytes) -> bytes:
    found = bytearray(data)
    MUTATIONS[int(rng.integers(len(MUTATIONS)))](rng, found)
    return bytes(found)


def twisted(rng: random.Random, document: Any) -> Any:
    """The same document with one to three of its values replaced, taken out or doubled."""
    found = json.loads(json.dumps(document))
    for _ in range(rng.randint(1, 3)):
        at = found
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(at[key], dict | list) and at[key] and rng.random() < 0.8:
                at = at[key]
                continue
            way = rng.random()
            if way < 0.15:
                del at[key]
            elif way < 0.25 and isinstance(at, list):
                at.append(at[key])
            else:
                at[key] = rng.choice(STRANGE)
            break
    return found


def signed(
    source: Path, target: Path, pair: envelope.Pair, change: Callable[[str, bytes], bytes],
    of_manifest: Callable[[Any], Any] = lambda one: one,
) -> None:  # fmt: skip
    """The zip with changed members, a manifest that fits them and a signature that fits that."""
    with zipfile.ZipFile(source) as old:
        members = {
            name: change(name, old.read(name))
            for name in old.namelist()
            if name not in (bundle.MANIFEST, bundle.SIGNATURE)
        }
        manifest = json.loads(old.read(bundle.MANIFEST))
    for one in manifest["members"]:
        data = members[one["name"]]
        one["sha256"], one["size"] = hashlib.sha256(data).hexdigest(), len(data)
    text = json.dumps(of_manifest(manifest), ensure_ascii=True).encode()
    signature = json.dumps({"by": pair.signs_as, "signature": envelope.sign(text, pair)})
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        new.writestr(bundle.MANIFEST, text)
        new.writestr(bundle.SIGNATURE, signature)
        for name, data in members.items():
            new.writestr(name, data)


def hostile(one: Party, folder: Path, seed: int) -> tuple[str, Path]:
    """One file, and what was done to it."""
    rng, draw = np.random.default_rng(seed), random.Random(seed)
    path, part = folder / "hostile.attune", folder / "part.zip"
    way = ("sent", "inside", "log", "manifest", "assignment", "assignment manifest")[seed % 6]
    if way == "sent":
        path.write_bytes(hurt(rng, one.submission.read_bytes()))
    elif way == "assignment":
        path.write_bytes(hurt(rng, one.assignment.read_bytes()))
    elif way == "assignment manifest":
        signed(one.assignment, path, one.program_keys, lambda _, data: data,
               lambda found: twisted(draw, found))  # fmt: skip
    else:
        if way == "inside":
            part.write_bytes(hurt(rng, one.plain.read_bytes()))
        elif way == "log":
            signed(one.plain, part, one.keys,
                   lambda name, data: hurt(rng, data) if name == LOG else data)  # fmt: skip
        else:
            signed(one.plain, part, one.keys, lambda _, data: data,
                   lambda found: twisted(draw, found))  # fmt: skip
        envelope.close_to(part, path, [one.reads])
    return way, path


def state(home: Home) -> list[str]:
    """Every row, and every file that is no journal."""
    with Program(home).log() as log:
        rows = [
            f"{table} {tuple(row.values())}"
            for table in copies.TABLES
            for row in log.rows(f"SELECT * FROM {table}")
        ]
    return rows + listing(home.folder)


def listing(folder: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(folder)} {path.stat().st_size}"
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("log.db")
    )


def tried(one: Party, folder: Path, seeds: Iterator[int], found: Found) -> None:
    work = folder / "work"
    fresh(one, work)
    before, around, changed = state(Home(work / "program")), listing(folder), 0
    for seed in seeds:
        way, path = hostile(one, folder, seed)
        desk = Program(Home(work / ("trainee" if "assignment" in way else "program")))
        own = state(desk.home) if "assignment" in way else before
        began = time.perf_counter()
        try:
            desk.receive(path)
        except KnownError as error:
            found.said[sentence(error.text, folder)] += 1
            if state(desk.home) != own:
                found.wrong.append(f"{seed}: {way}: refused, but something is left of it")
        except Exception as error:  # noqa: BLE001 - what this looks for
            found.wrong.append(f"{seed}: {way}: {type(error).__name__}: {error}"[:300])
        else:
            found.taken[way] += 1
        found.slowest_s = max(found.slowest_s, time.perf_counter() - began)
        outside = [
            line for line in listing(folder) if not line.startswith(("work/", "hostile", "part"))
        ]
        if outside != [
            line for line in around if not line.startswith(("work/", "hostile", "part"))
        ]:
            found.wrong.append(f"{seed}: {way}: a file was written outside")
        if sum(found.taken.values()) + len(found.wrong) > changed:
            changed = sum(found.taken.values()) + len(found.wrong)
            fresh(one, work)


def fresh(one: Party, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(one.program.home.folder, work / "program")
    Home(work / "trainee").ensure()


def sentence(text: str, folder: Path) -> str:
    """What was said, without what is another in each."""
    return text.replace(str(folder), "").split(" (")[0][:90]


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--each", type=int, default=1700, help="files for each of the six ways")
    asked = parse.parse_args()
    found = Found()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tried(party(folder), folder, iter(range(6 * asked.each)), found)
    print(json.dumps({
        "files": 6 * asked.each,
        "taken": dict(found.taken),
        "slowest_s": round(found.slowest_s, 2),
        "most_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "minutes": round((time.perf_counter() - began) / 60, 1),
        "said": dict(found.said.most_common(40)),
        "wrong": found.wrong[:40],
    }, indent=1, ensure_ascii=False))  # fmt: skip


if __name__ == "__main__":
    main()
