"""A good file, damaged in 200 ways that are the same in every run: problems or nothing, quickly."""

import random
import time

import pytest

from tests.bank.conftest import ANNA, RUBRIC
from tests.bank.reference_pack import REFERENCES
from trainer.bank import check
from trainer.domain.errors import Problem

BITS = (
    "\t", "\0", "\x85", "\u2028", "\ufeff", "&a ", "*a", "!!int ", "---\n", "...\n", "? ", ": ",
    " #", "{", "}", "[", "]", '"', "'", "|", ">", "%", "@", "- ", "<<: ", "null", "yes", "1:30",
    "9" * 30, "-1", "1e9", "\ud7ff", "\U0001f600", "\n", "\n\n  ", "..", "/",
)  # fmt: skip


def mutated(text: str, rng: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(lines))
        match rng.randrange(7):
            case 0:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 1:
                del lines[at]
            case 2:
                lines[at] = " " * rng.randrange(1, 4) + lines[at]
            case 3:
                lines[at] = lines[at].lstrip()
            case 4:
                cut = rng.randrange(len(lines[at]))
                lines[at] = lines[at][:cut] + rng.choice(BITS) + lines[at][cut:]
            case 5:
                cut = rng.randrange(len(lines[at]))
                lines[at] = lines[at][:cut] + rng.choice(BITS)
            case 6:
                lines[at] = lines[at].replace(*rng.choice(((" ", ""), (":", ""), (",", ", ,"))))
    raw = bytearray("".join(lines).encode())
    if rng.random() < 0.15 and raw:
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


@pytest.mark.no_cover  # to trace its thousands of cases takes longer than they do
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vignettes/anna-late.yaml", ANNA),
        ("rubrics/plain.yaml", RUBRIC),
        ("references/mine.yaml", REFERENCES),
    ],
)
def test_damaged_files_give_problems_only(mini, name, text):
    rng = random.Random(name)
    start = time.process_time()
    faulty = 0
    for _ in range(200):
        raw = mutated(text, rng)
        mini.write(name, raw)
        problems = check([mini.folder])
        faulty += bool(problems)
        for problem in problems:
            assert isinstance(problem, Problem)
            assert 1 <= problem.line <= raw.count(b"\n") + 40
            assert problem.what
    assert faulty > 150
    assert time.process_time() - start < 15
