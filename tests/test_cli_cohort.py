"""``attune cohort``, as a program runs it."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.app import classed
from tests.app.classed import Answer
from tests.test_cli_trainee import run
from trainer.store.db import open_log
from trainer.store.enrolled import keep_names


def made(folder: Path) -> None:
    with closing(open_log(folder)) as log:
        form = {"A": classed.FORMS["A"]}
        first = classed.assignment(1, {"T1": "A", "T2": "A"}, form)
        second = classed.assignment(2, {"T1": "A", "T2": "A"}, form, occasion="after")
        other = classed.assignment(3, {"X1": "A"})
        for gain, one in enumerate((first, second)):
            classed.give_out(log, one)
            classed.give_back(log, one, [
                Answer(code, client, {"r1": (at + gain,), "r2": (at,)}, (at + 1.0,))
                for at, code in enumerate(("T1", "T2"), 1) for client in classed.FORMS["A"]
            ], items=("warmth",))  # fmt: skip
        classed.give_out(log, other)


def test_a_cohort_is_listed_and_shown(attune: Any, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "data")
    made(tmp_path / "data")
    first, second, other = (classed._id(n) for n in (1, 2, 3))
    code, out, err = attune(*home, "cohort")
    assert (code, err) == (0, "")
    assert out.splitlines()[1] == (
        f"{second}  Course 2 (after): 2 of 2 complete, 4 of 4 responses rated by 2"
    )
    rows = json.loads(attune(*home, "cohort", "list", "--json")[1])
    assert json.loads(attune("cohort", *home, "--json")[1]) == rows
    assert [row["id"] for row in rows] == [other, second, first]
    code, out, err = attune(*home, "cohort", "show", second, "--json")
    found = json.loads(out)
    assert (code, err, found["before"]["id"]) == (0, "", first)
    warmth = found["items"]["warmth"]
    assert (warmth["scores"], warmth["change"]["forms"]) == ("fair", "same")
    # r1 gives a point more the second time, r2 does not.
    assert warmth["change"]["mean"]["value"] == 0.5
    assert warmth["now"]["scores"]["T2"]["value"] == 2.5
    assert set(warmth["severity"]) == {"R1", "R2"}
    assert json.loads(attune(*home, "cohort", "show", "course 2  (After)", "--json")[1]) == found
    with closing(open_log(tmp_path / "data")) as log:
        classed.give_out(log, classed.assignment(4, {"X1": "A"}, title="Course 2"))
    code, out, err = attune(*home, "cohort", "show", "course 2")
    assert (code, out) == (1, "")
    assert "2 assignments are called course 2" in err
    assert f"{second} Course 2 (after), 2026-05-01" in err
    code, out, err = attune(*home, "cohort", "show", second, "--before", "Course 3")
    assert (code, "have no trainee in common" in err) == (1, True)
    code, out, err = attune(*home, "cohort", "show", second, "--before", "")
    assert (code, err) == (0, "")
    assert "  agreement ICC(A,1) " in out
    assert "change" not in out
    code, out, err = attune(*home, "cohort", "show", "nobody")
    assert (code, out) == (1, "")
    assert "No assignment nobody was given out here" in err


def test_a_cohorts_report_brings_those_of_its_trainees(tmp_path: Path) -> None:
    made(tmp_path / "data")
    with closing(open_log(tmp_path / "data")) as log:
        keep_names(log, {"T1": "Anna Übel"})
    asked = ("--home", tmp_path / "data", "cohort", "report", classed._id(2), "--json", "--out")
    code, out, err = run(*asked, tmp_path, "--trainees", "--names")
    assert (code, err) == (0, "")
    told = json.loads(out)
    files = told["files"]
    assert Path(files["pdf"]).read_bytes().startswith(b"%PDF")
    assert "Course 2 – after" in Path(files["html"]).read_text("utf-8")
    assert set(told["trainees"]) == {"T1", "T2"}
    for code, each in told["trainees"].items():
        assert each["problem"] is None
        name = {"T1": "Anna Übel"}.get(code, code)
        assert f"Feedback for {name}" in Path(each["files"]["html"]).read_text("utf-8")
        assert Path(each["files"]["pdf"]).is_file()
