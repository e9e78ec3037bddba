"""Every command, run as a person runs it: what it prints where, and how it ends."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import trainer
from tests.gui.practised import begin
from tests.journeys.short_pack import make_pack, zip_pack
from trainer import cli
from trainer.app.library import load_library
from trainer.app.paths import Home, bundled
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


class Done:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def attune(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """Run a command in this process, in a folder of its own."""
    (tmp_path / "here, ü").mkdir()
    monkeypatch.chdir(tmp_path / "here, ü")

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["attune", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def practised(home: Path) -> str:
    """A log with one rated response and one that is not; the first one's id."""
    library = load_library((bundled("scenarios") / "core", make_pack(Home(home).packs)))
    anna = next(v for v in library.vignettes if v.id == "anna-late")
    made = begin(home, library)
    first = made.respond(anna, seconds=4)
    made.rate(first, library.rubric("alliance-skills"), 4, None, 2)
    made.respond(anna, seconds=3, change_tried="less")
    made.log.close()
    return first.id


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


# ---------------------------------------------------------------- JSON


def test_json_is_one_document_and_nothing_else(attune: Any, practised: str, tmp_path: Path) -> None:
    sound = tmp_path / "my answer, ü.wav"
    soundfile.write(sound, np.random.default_rng(1).normal(0, 0.1, 16_000), 8_000)
    rows = attune("log", "list", "--json").json()
    assert [row["attempt"] for row in rows] == [2, 1]
    assert attune("log", "show", practised, "--json").json()["response"]["id"] == practised
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


def test_for_people_the_same_in_lines(attune: Any, practised: str) -> None:
    assert "warmth 4  repair N/A" in attune("log", "list").out
    assert "self rating (alliance-skills)" in attune("log", "show", practised).out
    assert "anna-late" in attune("bank", "list").out
    none = attune("bank", "list", "--level", "advanced", "--rupture", "none")
    assert "No vignette fits." in none.out


def test_the_data_folder_may_be_named_before_or_after_the_command(
    attune: Any, practised: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere, ü"
    home.rename(elsewhere)
    monkeypatch.setenv("ATTUNE_HOME", str(tmp_path / "nothing here"))
    for words in (("log", "list", "--home", elsewhere), ("--home", elsewhere, "log", "list")):
        assert practised in attune(*words).out


def test_a_relative_data_folder_is_taken_from_where_one_stands(
    attune: Any, home: Path, practised: str
) -> None:
    name = os.path.relpath(home)
    assert practised in attune("log", "list", "--home", name).out


# ---------------------------------------------------------------- packs as one file


def test_a_zipped_pack_in_the_data_folder_is_in_the_list(
    attune: Any, home: Path, tmp_path: Path
) -> None:
    (home / "packs").mkdir(parents=True)
    path = zip_pack(make_pack(tmp_path / "made"), home / "packs" / "short.attunepack")
    assert "anna-late" in [row["id"] for row in attune("bank", "list", "--json").json()]
    shown = attune("bank", "show", "anna-late", "--json").json()
    assert Path(shown["turns"][0]["media"]["audio"]).is_file()
    assert str(path) in attune("check", "--json").out


def test_a_damaged_zip_in_the_data_folder_is_told_by_the_check_and_stops_nothing(
    attune: Any, home: Path
) -> None:
    (home / "packs").mkdir(parents=True)
    bad = home / "packs" / "bad, ü.attunepack"
    bad.write_bytes(b"hello")
    assert attune("bank", "list").code == 0
    done = attune("check")
    assert done.code == 1
    assert f"{bad}:1: file: is damaged or not a pack; ask for it again" in done.out.splitlines()


# ---------------------------------------------------------------- check


def test_a_broken_pack_is_told_by_file_line_and_field(attune: Any, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "my packs, ü")
    faulty = folder / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("level: beginner", "level: heroic"))
    done = attune("check", folder)
    assert done.code == 1
    line = next(x for x in done.out.splitlines() if "heroic" in x or "tags.level" in x)
    number = 1 + faulty.read_text().splitlines().index("  level: heroic")
    assert line.startswith(f"{faulty}:{number}: tags.level: ")
    as_json = attune("check", folder, "--json")
    assert as_json.code == 1
    problems = json.loads(as_json.out)["problems"]
    assert {"file", "line", "field", "what"} == set(problems[0])
    assert len(problems) == len(done.out.splitlines())


def test_a_sound_rubric_is_one_line_and_no_error(attune: Any) -> None:
    good = bundled("scenarios") / "core" / "rubrics" / "alliance-skills.yaml"
    done = attune("check", good)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"No problem in {good}.\n"


def test_a_path_that_is_not_there_is_a_problem(attune: Any) -> None:
    done = attune("check", "no such pack, ü")
    assert done.code == 1
    assert "no such pack, ü" in done.out + done.err


def test_coverage_comes_with_the_check(attune: Any) -> None:
    done = attune("check", bundled("scenarios") / "core", "--coverage", "--json")
    assert json.loads(done.out)["coverage"]


# ---------------------------------------------------------------- devices, in a process of its own


def run(*words: object, env: dict[str, str] | None = None) -> Done:
    command = [sys.executable, "-m", "trainer", *map(str, words)]
    quiet = {**os.environ, "PULSE_SERVER": "unix:/nonexistent/attune-tests", **(env or {})}
    done = subprocess.run(
        command, env=quiet, capture_output=True, text=True, timeout=60, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_the_window_is_a_sentence(tmp_path: Path) -> None:
    none = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    done = run("--home", tmp_path, env=none)
    assert done.code == 1
    assert done.err.startswith("attune: There is no screen")
    assert len(done.err.splitlines()) == 1


def test_doctor_says_what_is_missing_and_ends_with_one(tmp_path: Path) -> None:
    done = run("doctor", "--json", "--home", tmp_path / "new, ü")
    checks = {check["name"]: check for check in json.loads(done.out)}
    assert not checks["microphone"]["ok"]
    assert "connect one" in checks["microphone"]["text"]
    assert checks["log"]["ok"]
    assert done.code == 1
    assert not (tmp_path / "new, ü").exists()


def test_record_without_a_microphone_is_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    done = run("record", "--out", tmp_path / "x.wav", "--seconds", 1, "--json")
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert line.startswith("attune: No microphone was found")
    assert not (tmp_path / "x.wav").exists()


def test_record_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("mine")
    done = run("record", "--out", tmp_path / "x.wav", "--seconds", 1)
    assert done.code == 1
    assert "exists already" in done.err
    assert (tmp_path / "x.wav").read_text() == "mine"


def test_a_known_error_anywhere_is_never_a_traceback(
    attune: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise KnownError("The disk is full", "Make room.")

    monkeypatch.setattr("trainer.app.content.rows", full)
    done = attune("bank", "list")
    assert (done.code, done.out, done.err) == (1, "", "attune: The disk is full. Make room.\n")


def test_commands_without_a_window_do_not_need_qt() -> None:
    blocked = "import sys; sys.modules['PySide6'] = None; from trainer import cli; cli.main()"
    for words in (["bank", "list", "--json"], ["check", "--help"], ["bank", "schema", "set"]):
        done = subprocess.run(
            [sys.executable, "-c", blocked, *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_a_backup_is_restored_elsewhere(attune: Any, practised: str, tmp_path: Path) -> None:
    done = attune("backup", "--json")
    kept = Path(done.json()["path"])
    assert (kept.parent, done.json()["recordings"]) == (Path.cwd(), 2)
    assert done.err == ""  # no terminal: no progress
    there = tmp_path / "there"
    restored = attune("restore", kept, "--into", there, "--json")
    assert restored.json()["added"]["responses"] == 2
    assert restored.json()["into"] == str(there)
    assert attune("--home", there, "log", "show", practised, "--json").json()["ratings"]
    again = attune("restore", kept, "--into", there)
    assert (again.code, again.err) == (0, "")
    assert "responses      0 added, 2 already there" in again.out
    assert again.out.startswith(f"Restored into {there}:\n")


def test_a_backup_that_lacks_a_recording_ends_with_one_and_names_it(
    attune: Any, practised: str, home: Path
) -> None:
    lost = next((home / "recordings").rglob(f"{practised}.*"))
    lost.unlink()
    done = attune("backup", "--out", "kept.attune")
    assert done.code == 1
    assert f"missing, so not in it: {lost.relative_to(home / 'recordings').as_posix()}" in done.out
    assert attune("restore", "kept.attune", "--into", "there").code == 1


def ids(attune: Any) -> list[str]:
    return [row["id"] for row in attune("log", "list", "--json").json()]


def test_forget_shows_what_would_go_and_a_plain_no_keeps_it(
    attune: Any, practised: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ("n\n", ""):  # Ctrl+C ends as an empty input does
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        done = attune("forget", practised)
        assert (done.code, done.out) == (1, "Nothing was forgotten.\n")
        assert "1 response, 0.1 minutes" in done.err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert "2" in attune("forget", "--person", "M. K.").err  # the number is to be typed
    assert len(ids(attune)) == 2


def test_forget_with_json_only_shows_until_it_is_told_to(attune: Any, practised: str) -> None:
    shown = attune("forget", practised, "--json").json()
    assert (shown["done"], shown["responses"]) == (False, [practised])
    assert practised in ids(attune)
    done = attune("forget", practised, "--yes", "--json").json()
    assert (done["done"], done["left"]) == (True, [])
    assert practised not in ids(attune)


def test_forgetting_many_asks_for_their_number(
    attune: Any, practised: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n"))
    done = attune("forget", "--before", "2099-01-01")
    assert "Forgotten: 2 responses" in done.out
    assert ids(attune) == []


def test_doctor_repairs_only_when_it_is_asked_to(attune: Any, practised: str, home: Path) -> None:
    strange = home / "recordings" / "strange.wav"
    strange.write_bytes(b"RIFF")
    told = attune("doctor", "--json")
    assert "in no row" in told.out
    assert strange.exists()
    said = json.loads(attune("doctor", "--repair", "--json").out)
    assert said[0]["name"] == "repaired"
    assert "strange.wav" in said[0]["text"]
    assert (home / "recordings" / "lost" / "strange.wav").exists()
