"""The pack that is shipped passes its own check, and quickly."""

import time
from pathlib import Path

from trainer.bank import check, usable

CORE = Path(__file__).parents[2] / "scenarios" / "core"


def test_the_core_pack_has_no_problem():
    assert [str(problem) for problem in check([CORE])] == []


def test_the_core_pack_loads_whole_and_in_time():
    assert usable(CORE)[1] == ()
    best = min(_seconds() for _ in range(5))
    # 60 ms is the aim for eight vignettes; processor time, so that a busy machine does not count.
    assert best < 0.12


def _seconds() -> float:
    start = time.process_time()
    usable(CORE)
    return time.process_time() - start


def test_each_sentence_of_the_core_pack_has_its_time():
    pack, _ = usable(CORE)
    assert pack is not None
    for vignette in pack.vignettes:
        for turn in vignette.turns:
            assert all(s.end_s > s.start_s >= 0 for s in turn.says)
