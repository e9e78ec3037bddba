"""``attune agreement`` and ``attune gstudy`` as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scoring.made import study
from tests.scoring.test_agreement import marks_in
from trainer.exchange.marks import write_marks


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "my ratings, ü.csv"
    write_marks(path, marks_in(study(np.random.default_rng(1), trainees=12, missing=0.2)))
    return path


@pytest.mark.parametrize("command", ["agreement", "gstudy"])
def test_json_is_one_document_and_nothing_else(attune: Any, table: Path, command: str) -> None:
    code, out, err = attune(command, table, "--json")
    assert (code, err) == (0, "")
    assert list(json.loads(out)["items"]) == ["warmth"]


def test_for_people_there_are_lines(attune: Any, table: Path) -> None:
    code, out, _ = attune("agreement", table)
    assert code == 0
    assert "  ICC(A,1)" in out
    assert "95 % interval" in out
    code, out, _ = attune("gstudy", table, "--g", "0.9")
    assert code == 0
    assert "G = 0.90 takes" in out


def test_fair_scores_are_written_where_one_says(attune: Any, table: Path) -> None:
    out_file = table.with_name("fair, ü.csv")
    code, out, _ = attune("agreement", table, "--out", out_file)
    assert code == 0
    assert out.splitlines()[-1].startswith(f"{out_file}: ")
    head = out_file.read_text(encoding="utf-8").splitlines()[0]
    assert head.startswith("item,response,trainee,vignette,raters,raw,fair")


@pytest.mark.parametrize("command", ["agreement", "gstudy"])
def test_every_problem_of_a_table_is_a_line(attune: Any, table: Path, command: str) -> None:
    rows = table.read_text(encoding="utf-8").splitlines()
    rows[3] = rows[3].replace(",warmth,", ",warmth,x")
    table.write_text("\n".join([*rows, rows[1]]), encoding="utf-8")
    code, out, err = attune(command, table)
    assert (code, out) == (1, "")
    first, second = err.splitlines()
    assert first.startswith(f"{table}:4: score: 'x")
    assert second.startswith(f"{table}:{len(rows) + 1}: score: ")
    assert "twice (first on line 2); keep one" in second


def test_other_commands_start_without_what_these_need() -> None:
    heavy = {"numpy", "scipy", "csv", "polars", "pyreadstat", "pympi", "webvtt"}
    code = f"import sys, trainer.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[1])  # fmt: skip
    assert done.stdout.strip() == "[]"
