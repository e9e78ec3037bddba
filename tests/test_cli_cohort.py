"""``attune cohort``, as a program runs it."""

import json
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.app import classed
from tests.app.classed import Answer
from tests.app.travelled import Program, Trainee
from tests.test_cli_trainee import run
from trainer.app.paths import Home
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
    assert "Name one such as 'Course 2 (after)', or by its id" in err
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


def test_a_program_says_whose_responses_are_by_command(
    attune: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("no\n"))
    program, post = Program(Home(tmp_path / "program")), tmp_path / "post"
    post.mkdir()
    asked, file = program.give_out(post, forms={"A": ["marcus-nodding", "eli-bike-racks"]})
    anna, ben = (Trainee(Home(tmp_path / name)) for name in ("anna", "ben"))
    anna.begin(file, "T2")  # and is T1
    anna.answer(asked, 1)
    program.receive(anna.submit(asked, post / "1.attune").path)
    ben.begin(file, "T2")
    ben.answer(asked)
    held = ben.submit(asked, post / "2.attune").path
    here = ("--home", program.home.folder)
    code, out, err = attune(*here, "import", held)
    assert (code, err) == (1, "")
    assert "'attune cohort whose'" in out
    code, out, err = attune(*here, "cohort", "whose", "T2", "T1")  # who is asked says no
    assert (code, out) == (1, "Nothing was changed.\n")
    assert "1 response to Autumn course, sent as T2, is T1's." in err
    for more, said in (((), "Both have answered the same"), (("--both",), "not compared yet")):
        code, out, err = attune(*here, "cohort", "whose", held, "T2", "--yes", *more)
        assert (code, out, said in err) == (1, "", True)
    his = next(
        c for c in attune(*here[:1], ben.home.folder, "doctor")[1].splitlines() if "key" in c
    )
    his = his.split("key", 1)[1].split(":")[0].strip()
    code, out, err = attune(*here, "cohort", "whose", held, "T2", "--json")
    assert (code, err, his in out, json.loads(out)["decided"]) == (1, "", True, False)
    code, out, err = attune(*here, "cohort", "whose", held, "--nobody", "--yes")
    assert (code, err, "is in no table, share" in out) == (0, "", True)
    assert "Nothing was changed" not in out
    code, out, err = attune(*here, "cohort", "whose", "", "T1", "--yes")  # as of an unset variable
    assert (code, out, "a code that was sent, or a file" in err) == (2, "", True)
    code, out, err = attune(*here, "cohort", "whose", "T2", "T1", "--yes")
    assert (code, err) == (0, "")
    code, out, err = attune(*here, "cohort", "whose", held, "T2", "--yes", "--json")
    assert (code, err, json.loads(out)["taken_in"]) == (0, "", True)
    told = json.loads(attune(*here, "cohort", "senders", "--json")[1])
    assert [(one["code"], one["sent_as"], one["responses"]) for one in told] == [
        ("T1", ["T2"], 1), ("T2", ["T2"], 2),
    ]  # fmt: skip
    assert told[1]["fingerprint"] == his
    lines = attune(*here, "cohort", "senders", "T1")[1].splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("T1: 1 response sent as T2, key ")

    code, out, err = attune("--home", anna.home.folder, "code", "T1")
    assert (code, err) == (0, "")
    assert out.startswith("Your code is T1 (it was T2).\nYou have sent your answers as T2.")
    assert attune("--home", anna.home.folder, "submit", "--out", post / "3.attune")[0] == 0
    code, out, _ = attune(*here, "import", post / "3.attune")
    assert (code, "T1, Autumn course: 1 response, 0 of them new" in out) == (0, True)
