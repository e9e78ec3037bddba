"""Damaged and ill-meant files that travel, taken in one after the other: refused in a sentence.

    python -m tests.benchmarks.bench_hostile_bundles --files 10000

An assignment, a submission, a share, a file of ratings and one of results are hurt, by turns, in
four ways: the file as it was sent; the zip inside, closed again to its reader; and, with right
hashes and signed with the sender's own key, as an ill-meaning sender could, its ``manifest.json``
and the ``log.db`` of a submission. Prints one JSON document: what was said how often, what was
taken, slowest (s), most memory (MB), and what is wrong: a traceback, a file outside, a row or a
sound of what was refused.
"""

import argparse
import copy
import hashlib
import json
import random
import resource
import shutil
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.app.travelled import Program, Rater, Trainee
from tests.benchmarks.bench_hostile import MUTATIONS
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.exchange import bundle, envelope
from trainer.store import copies
from trainer.store.db import FILE as LOG
from trainer.store.db import open_log

# What a manifest may hold instead of what belongs there.
STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, "", "x" * 100_000, "../../evil", "/etc/passwd", "C:\\evil",
    "a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), [], {}, [[]],
    {"a": {"b": []}}, "9999-99-99", "2026-11-26T10:00:00", "0" * 64, ["T1"] * 1000,
)  # fmt: skip


@dataclass
class Kind:
    """One kind of file: as sent, the zip inside, who signs it, who reads it, into which folder."""

    sent: Path
    plain: Path
    signs: envelope.Pair
    reads: envelope.Pair | None
    home: Home


@dataclass
class Found:
    said: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


def kinds(folder: Path) -> dict[str, Kind]:
    """A program, a trainee and a rater send each other one file of each kind."""
    program, trainee, rater = (
        make(Home(folder / name))
        for make, name in ((Program, "program"), (Trainee, "trainee"), (Rater, "rater"))
    )
    for one in (program, trainee, rater):
        one.home.ensure()
    post = folder / "post"
    post.mkdir()
    asked, out = program.give_out(post)
    fresh_trainee = Home(folder / "new trainee")
    fresh_trainee.ensure()
    trainee.begin(out, "T1")
    trainee.answer(asked)
    submission = trainee.submit(asked, post).path
    before = copied(program.home, folder / "program before")
    program.receive(submission)
    (given,) = program.share([asked], [rater], post, per_response=1)
    before_rater = copied(rater.home, folder / "rater before")
    going = rater.begin(given.path)
    rater.rate(going, rater.codes(given.share_id))
    ratings = rater.send(given.share_id, post)
    before_ratings = copied(program.home, folder / "program before ratings")
    program.receive(ratings)
    (back,) = program.give_back([asked], post).files
    keys = {}
    for name, one in (("program", program), ("trainee", trainee), ("rater", rater)):
        with one.log() as log:
            keys[name] = own_pair(log)
    found = {
        "assignment": (out, keys["program"], None, fresh_trainee),
        "submission": (submission, keys["trainee"], keys["program"], before),
        "share": (given.path, keys["program"], keys["rater"], before_rater),
        "ratings": (ratings, keys["rater"], keys["program"], before_ratings),
        "results": (back.path, keys["program"], keys["trainee"], trainee.home),
    }
    made = {}
    for name, (sent, signs, reads, home) in found.items():
        plain = folder / f"{name}.zip"
        with (
            sent.open("rb") as file,
            envelope.opened(file, sent, [reads.reads] if reads else [], None) as inside,
        ):
            plain.write_bytes(inside.read())
        made[name] = Kind(sent, plain, signs, reads, home)
    return made


def copied(home: Home, to: Path) -> Home:
    with closing(open_log(home.folder)) as log:
        log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copytree(home.folder, to)
    return Home(to)


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
                at.append(copy.deepcopy(at[key]))
            else:
                at[key] = copy.deepcopy(rng.choice(STRANGE))
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


WAYS = ("sent", "inside", "manifest", "log")


def hostile(one: Kind, way: str, folder: Path, seed: int) -> Path:
    """One file, hurt in this way."""
    rng, draw = np.random.default_rng(seed), random.Random(seed)
    path, part = folder / "hostile.attune", folder / "part.zip"
    if way == "sent":
        path.write_bytes(hurt(rng, one.sent.read_bytes()))
        return path
    if way == "inside":
        part.write_bytes(hurt(rng, one.plain.read_bytes()))
    elif way == "manifest":
        signed(one.plain, part, one.signs, lambda _, data: data,
               lambda found: twisted(draw, found))  # fmt: skip
    else:
        signed(one.plain, part, one.signs,
               lambda name, data: hurt(rng, data) if name == LOG else data)  # fmt: skip
    if one.reads is None:
        shutil.copy(part, path)
    else:
        envelope.close_to(part, path, [one.reads.read_by])
    return path


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


OWN = ("work/", "hostile", "part")


def tried(every: dict[str, Kind], folder: Path, files: int, found: Found) -> None:
    work, turn = folder / "work", [(kind, way) for kind in every for way in WAYS]
    # Only a submission has a log in it; what the others say is in their manifest.
    turn = [
        (kind, way if kind == "submission" or way != "log" else "manifest") for kind, way in turn
    ]
    around = listing(folder)
    before: dict[str, list[str]] = {}
    for seed in range(files):
        name, way = turn[seed % len(turn)]
        one, desk = every[name], Program(Home(work / name))
        if name not in before:
            copied(one.home, desk.home.folder)
            before[name] = state(desk.home)
        path = hostile(one, way, folder, seed)
        began = time.perf_counter()
        label, count = f"{name} {way}", len(found.wrong)
        try:
            desk.receive(path)
        except KnownError as error:
            found.said[sentence(error.text, folder)] += 1
            if state(desk.home) != before[name]:
                found.wrong.append(f"{seed}: {label}: refused, but something is left of it")
        except Exception as error:  # noqa: BLE001 - what this looks for
            found.wrong.append(f"{seed}: {label}: {type(error).__name__}: {error}"[:300])
        else:
            found.taken[label] += 1
            count = -1
        found.slowest_s = max(found.slowest_s, time.perf_counter() - began)
        outside = [line for line in listing(folder) if not line.startswith(OWN)]
        if outside != [line for line in around if not line.startswith(OWN)]:
            found.wrong.append(f"{seed}: {label}: a file was written outside")
        if len(found.wrong) != count:
            shutil.rmtree(desk.home.folder)
            del before[name]


def sentence(text: str, folder: Path) -> str:
    """What was said, without what is another in each."""
    return text.replace(str(folder), "").split(" (")[0][:90]


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--files", type=int, default=10_000)
    asked = parse.parse_args()
    found = Found()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tried(kinds(folder), folder, asked.files, found)
    print(json.dumps({
        "files": asked.files,
        "taken": dict(found.taken),
        "slowest_s": round(found.slowest_s, 2),
        "most_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "minutes": round((time.perf_counter() - began) / 60, 1),
        "said": dict(found.said.most_common(40)),
        "wrong": found.wrong[:40],
    }, indent=1, ensure_ascii=False))  # fmt: skip


if __name__ == "__main__":
    main()
