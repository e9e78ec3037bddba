"""The environment: made once, brought up to date, and made again when it cannot be trusted."""

import ast
import shutil
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.packaging.conftest import SOURCE, Pip


def test_it_installs_what_is_locked_and_then_the_project(bootstrap: ModuleType, pip: Pip) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    assert pip.made == 1
    assert pip.asked == [str(bootstrap.LOCKS["run"]), str(bootstrap.ROOT)]


def test_nothing_to_do_is_quick_and_calls_nothing(bootstrap: ModuleType, pip: Pip) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    pip.asked.clear()
    started = time.monotonic()
    bootstrap.set_up("run", yes=False, screen=False)
    assert time.monotonic() - started < 1
    assert (pip.made, pip.asked) == (1, [])


def test_the_test_setup_is_also_a_setup_to_run(bootstrap: ModuleType, pip: Pip) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    bootstrap.set_up("test", yes=False, screen=False)
    assert pip.asked[2:] == [str(bootstrap.LOCKS["test"]), str(bootstrap.ROOT)]
    pip.asked.clear()
    bootstrap.set_up("run", yes=False, screen=False)
    assert (pip.made, pip.asked) == (1, [])


@pytest.mark.parametrize(
    "changed", ["packaging/requirements.txt", "pyproject.toml", "trainer/__init__.py"]
)
def test_a_change_is_installed_into_what_is_there(
    bootstrap: ModuleType, pip: Pip, changed: str
) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    (bootstrap.ROOT / changed).write_text("# new")
    bootstrap.set_up("run", yes=False, screen=False)
    assert (pip.made, len(pip.asked)) == (1, 4)


def test_an_environment_made_by_hand_is_kept(bootstrap: ModuleType, pip: Pip) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    bootstrap.STAMP.unlink()
    bootstrap.set_up("run", yes=False, screen=False)
    assert (pip.made, len(pip.asked)) == (1, 4)


def test_one_that_was_not_finished_is_made_again(
    bootstrap: ModuleType, pip: Pip, capsys: pytest.CaptureFixture[str]
) -> None:
    pip.fails = True
    with pytest.raises(bootstrap.SetupError, match="run the same command again"):
        bootstrap.set_up("run", yes=False, screen=False)
    pip.fails = False
    bootstrap.set_up("run", yes=False, screen=False)
    assert pip.made == 2
    assert "did not finish" in capsys.readouterr().out


def test_one_killed_while_it_was_updated_is_made_again(bootstrap: ModuleType, pip: Pip) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    bootstrap.UNFINISHED.touch()  # as left by a kill: the stamp of the time before is still there
    bootstrap.set_up("run", yes=False, screen=False)
    assert pip.made == 2


def break_python(bootstrap: ModuleType) -> None:
    bootstrap.PYTHON.unlink()


def break_stamp(bootstrap: ModuleType) -> None:
    stamp = bootstrap.STAMP.read_text()
    bootstrap.STAMP.write_text(stamp.replace(str(bootstrap.place()["python"]), "3.11.0"))


def empty_folder(bootstrap: ModuleType) -> None:
    shutil.rmtree(bootstrap.VENV)
    bootstrap.VENV.mkdir()


@pytest.mark.parametrize("harm", [break_python, break_stamp, empty_folder])
def test_a_broken_one_is_made_again(bootstrap: ModuleType, pip: Pip, harm: object) -> None:
    bootstrap.set_up("run", yes=False, screen=False)
    assert callable(harm)
    harm(bootstrap)
    bootstrap.set_up("run", yes=False, screen=False)
    assert pip.made == 2


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_supported_pythons(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    bootstrap.check_python(version)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_other_pythons_get_one_sentence(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    have = ".".join(map(str, version))
    with pytest.raises(bootstrap.SetupError, match=rf"needs Python .*; this is {have} "):
        bootstrap.check_python(version)


def test_an_old_python_can_read_the_file_far_enough_to_say_so() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_pip_is_kept_inside_the_environment(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PIP_CERT", "kept")
    environment = bootstrap.clean_environment(QT_QPA_PLATFORM="offscreen")
    assert not {"PIP_USER", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"} & set(environment)
    assert environment["PIP_CERT"] == "kept"
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
