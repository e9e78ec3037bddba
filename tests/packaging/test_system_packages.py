"""System libraries on Debian and Ubuntu, with programs that stand in for dpkg-query and apt-get."""

import io
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no apt on Windows")

WANTED = [["libgl1"], ["libasound2t64", "libasound2"], ["libnss3"]]


class Debian:
    """A folder of programs: what is installed, what apt knows, what apt-get was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "apt-get.log"
        self.log.touch()
        self.program("dpkg-query", 'printf "libgl1 installed\\nlibnss3 config-files\\n"; exit 1')
        self.program("apt-cache", 'case "$*" in *t64*) exit 100;; esac')
        self.program("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> "{self.log}"')

    def program(self, name: str, body: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: ModuleType) -> Debian:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(environment, "is_root", lambda: True)
    monkeypatch.setattr(environment.time, "sleep", lambda seconds: None)
    return Debian(folder)


def test_sections_and_alternatives(environment: ModuleType) -> None:
    text = "# no\n[always]\na  # why\nb | c\n\n[screen]\nd\n[test]\ne\n"
    assert environment.read_apt_list(text, ("always", "test")) == [["a"], ["b", "c"], ["e"]]


def test_the_real_list_has_the_libraries_of_qt(environment: ModuleType) -> None:
    wanted = environment.read_apt_list(environment.APT_LIST.read_text(), ("always",))
    assert ["libegl1"] in wanted
    assert ["libglib2.0-0t64", "libglib2.0-0"] in wanted


def test_what_is_missing(environment: ModuleType, debian: Debian) -> None:
    assert environment.missing_packages(WANTED) == WANTED[1:]


def test_other_systems_are_left_alone(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.install_system(WANTED, yes=True) == ""


def test_root_installs_unasked_what_apt_knows(environment: ModuleType, debian: Debian) -> None:
    assert environment.install_system(WANTED, yes=False) == ""
    last = debian.asked()[-1]
    assert last.startswith("noninteractive ")
    assert last.endswith("install -y -qq --no-install-recommends libasound2 libnss3")


def test_it_reads_the_list_again_and_retries(
    environment: ModuleType, debian: Debian, capfd: pytest.CaptureFixture[str]
) -> None:
    once = f'[ "$(grep -c install "{debian.log}")" -ge 2 ] || {{ echo broken; exit 100; }}'
    script = f'echo "- $*" >> "{debian.log}"; case "$*" in *update*) ;; *) {once};; esac'
    debian.program("apt-get", script)
    assert environment.install_system(WANTED, yes=False) == ""
    words = [line.split()[5] for line in debian.asked()]
    assert words[-3:] == ["install", "update", "install"]
    assert "broken" in capfd.readouterr().out


def test_when_it_cannot_the_command_is_told(
    environment: ModuleType, debian: Debian, capfd: pytest.CaptureFixture[str]
) -> None:
    debian.program("apt-get", "exit 100")
    by_hand = "sudo apt-get install libasound2 libnss3"
    assert environment.install_system(WANTED, yes=False) == by_hand
    assert by_hand in capfd.readouterr().out


def test_without_root_or_terminal_nothing_is_installed(
    environment: ModuleType,
    debian: Debian,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(environment, "is_root", lambda: False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    by_hand = "sudo apt-get install libasound2 libnss3"
    assert environment.install_system(WANTED, yes=False) == by_hand
    assert by_hand in capsys.readouterr().out
    assert debian.asked() == []


@pytest.mark.parametrize(("answer", "installs"), [("\n", True), ("y\n", True), ("no\n", False)])
def test_at_a_terminal_it_asks(
    environment: ModuleType,
    debian: Debian,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    installs: bool,
) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(environment, "is_root", lambda: False)
    debian.program("sudo", '"$@"')
    environment.install_system(WANTED, yes=False)
    assert bool(debian.asked()) is installs


def test_missing_libraries_stop_only_when_qt_does_not_start(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "install_system", lambda wanted, yes: "sudo apt-get install x")
    monkeypatch.setattr(environment, "install_python_packages", lambda level, stamp, yes: None)
    monkeypatch.setattr(environment, "works", lambda command: True)
    environment.set_up("run", yes=False, screen=False)
    monkeypatch.setattr(environment, "works", lambda command: False)
    with pytest.raises(environment.SetupError, match="sudo apt-get install x"):
        environment.set_up("run", yes=False, screen=False)
