"""Every command, run as a person runs it: what it prints where, and how it ends."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import trainer
from trainer import cli
from trainer.bank import KINDS, schema
from trainer.domain.errors import KnownError

GROUPS = {name: list(getattr(c, "commands", {})) for name, c in cli.attune.commands.items()}
COMMANDS = [
    *[(name,) for name, inner in GROUPS.items() if not inner],
    *[(name, each) for name, inner in GROUPS.items() for each in inner],
]
# What each needs so that it is good usage, and fails for a reason that a person can mend.
BAD_NEWS: list[tuple[tuple[str, ...], str]] = [
    (("bank", "show", "nobody"), "There is no vignette called 'nobody'"),
    (("log", "list"), "There is no log yet"),
    (("log", "show", "nothing"), "There is no log yet"),
    (("log", "export", "--out", "x.csv"), "There is no log yet"),
    (("log", "research", "--out", "x"), "There is no log yet"),
    (("report", "nothing", "--out", "x"), "log"),
    (("report", "--trainee", "M. K.", "--out", "x"), "There is no practice log"),
    (("backup",), "There is no practice log"),
    (("forget", "nothing"), "There is no log yet"),
    (("restore", "no such file ü.attune"), "no such file ü.attune"),
    (("analyze", "no such file ü.wav"), "no such file ü.wav"),
    (("analyze", "."), "This is a folder, not a sound or video file"),
    (("lock", "change"), "This data folder is not locked"),
    (("agreement", "no such file ü.csv"), "no such file ü.csv"),
    (("gstudy", "no such file ü.csv"), "no such file ü.csv"),
]


pytestmark = pytest.mark.usefixtures("here")


def test_the_list_of_commands_is_known() -> None:
    assert {"demo", "check", "bank", "record", "analyze", "log", "report", "doctor"} <= set(GROUPS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help_with_its_two_common_options(
    attune: Any, words: tuple[str, ...], flag: str
) -> None:
    done = attune(*words, flag)
    assert (done.code, done.err) == (0, "")
    assert "Usage: attune" in done.out
    assert "--json" in done.out
    assert "--home" in done.out


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("--nonsense",), ("bank", "nonsense"), ("bank", "show"), ("log", "show"),
     ("log", "list", "--limit", "0"), ("bank", "schema", "novel"), ("analyze",), ("demo",),
     ("record", "--out", "x.wav", "--seconds", "-1"), ("check", "--nonsense"), ("forget",),
     ("forget", "one", "--expired"), ("forget", "--before", "yesterday"),
     ("forget", "--before", "2026-01-01", "--person", "M. K."), ("agreement",), ("gstudy",),
     ("report", "--out", "x"), ("report", "one", "--trainee", "M. K.", "--out", "x"),
     ("gstudy", "a.csv", "--g", "1"), ("gstudy", "a.csv", "--g", "much"),
     ("log", "export", "--out", "x", "--long", "--wide"), ("bank", "list", "--level", "nosuch")],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_two_and_says_how(attune: Any, words: tuple[str, ...]) -> None:
    done = attune(*words)
    assert done.code == 2
    assert done.out == ""
    assert "Error: " in done.err


@pytest.mark.parametrize(("words", "said"), BAD_NEWS, ids=lambda w: " ".join(w)[:30])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_persons_problem_is_one_line_on_standard_error_and_one(
    attune: Any, words: tuple[str, ...], said: str, as_json: bool
) -> None:
    done = attune(*words, *(["--json"] if as_json else []))
    assert done.code == 1
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("attune: ")
    assert said in line


def test_version(attune: Any) -> None:
    assert attune("--version").out == f"Attune, version {trainer.__version__}\n"


def test_json_is_one_document_and_nothing_else(attune: Any, answered: str, tmp_path: Path) -> None:
    sound = tmp_path / "my answer, ü.wav"
    soundfile.write(sound, np.random.default_rng(1).normal(0, 0.1, 16_000), 8_000)
    rows = attune("log", "list", "--json").json()
    assert [row["attempt"] for row in rows] == [2, 1]
    assert attune("log", "show", answered, "--json").json()["response"]["id"] == answered
    assert attune("log", "list", "--limit", 1, "--json").json() == rows[:1]
    assert attune("log", "list", "--vignette", "nobody", "--json").json() == []
    shown = attune("bank", "show", "anna-late", "--json").json()
    assert shown["client"]["name"] == "Anna"
    listed = attune("bank", "list", "--level", "beginner", "--json").json()
    assert "anna-late" in [row["id"] for row in listed]
    for kind in KINDS:
        assert attune("bank", "schema", kind).json() == schema(kind)
    (measured,) = attune("analyze", sound, "--json").json()
    assert measured["file"] == str(sound)
    assert measured["duration_s"] == pytest.approx(2.0)
    exported = attune("log", "export", "--out", "tab, ü.csv", "--json").json()
    assert exported == {"file": "tab, ü.csv", "rows": 3}
    assert Path("tab, ü.csv").read_text(encoding="utf-8").count("\n") == 4


def test_silence_has_no_onset_and_is_no_error(attune: Any, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(16_000), 8_000)
    (measured,) = attune("analyze", tmp_path / "silence.wav", "--json").json()
    assert measured["onset_s"] is None
    assert measured["problems"]


def test_for_people_the_same_in_lines(attune: Any, answered: str) -> None:
    assert "warmth 4  repair N/A" in attune("log", "list").out
    assert "self rating (alliance-skills)" in attune("log", "show", answered).out
    assert "anna-late" in attune("bank", "list").out
    none = attune("bank", "list", "--level", "advanced", "--rupture", "none")
    assert "No vignette fits." in none.out


def test_the_data_folder_may_be_named_before_or_after_the_command(
    attune: Any, answered: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere, ü"
    home.rename(elsewhere)
    monkeypatch.setenv("ATTUNE_HOME", str(tmp_path / "nothing here"))
    for words in (("log", "list", "--home", elsewhere), ("--home", elsewhere, "log", "list")):
        assert answered in attune(*words).out


def test_a_relative_data_folder_is_taken_from_where_one_stands(
    attune: Any, home: Path, answered: str
) -> None:
    name = os.path.relpath(home)
    assert answered in attune("log", "list", "--home", name).out


def test_a_known_error_anywhere_is_never_a_traceback(
    attune: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise KnownError("The disk is full", "Make room.")

    monkeypatch.setattr("trainer.app.content.rows", full)
    done = attune("bank", "list")
    assert (done.code, done.out, done.err) == (1, "", "attune: The disk is full. Make room.\n")
