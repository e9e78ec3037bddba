"""Commands where something is not there: a screen, a microphone, Qt."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.commands import Done


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
