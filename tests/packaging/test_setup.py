"""The environment: made once, brought up to date, and made again when it cannot be trusted."""

import ast
import shutil
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.packaging.conftest import SOURCE, Pip


def test_it_installs_what_is_locked_and_then_the_project(environment: ModuleType, pip: Pip) -> None:
    environment.set_up("run", yes=False, screen=False)
    assert pip.made == 1
    assert pip.asked == [str(environment.LOCKS["run"]), str(environment.ROOT)]


def test_nothing_to_do_is_quick_and_calls_nothing(environment: ModuleType, pip: Pip) -> None:
    environment.set_up("run", yes=False, screen=False)
    pip.asked.clear()
    started = time.monotonic()
    environment.set_up("run", yes=False, screen=False)
    assert time.monotonic() - started < 1
    assert (pip.made, pip.asked) == (1, [])


def test_the_test_setup_is_also_a_setup_to_run(environment: ModuleType, pip: Pip) -> None:
    environment.set_up("run", yes=False, screen=False)
    environment.set_up("test", yes=False, screen=False)
    assert pip.asked[2:] == [str(environment.LOCKS["test"]), str(environment.ROOT)]
    pip.asked.clear()
    environment.set_up("run", yes=False, screen=False)
    assert (pip.made, pip.asked) == (1, [])


@pytest.mark.parametrize(
    "changed", ["packaging/requirements.txt", "pyproject.toml", "trainer/__init__.py"]
)
def test_a_change_is_installed_into_what_is_there(
    environment: ModuleType, pip: Pip, changed: str
) -> None:
    environment.set_up("run", yes=False, screen=False)
    (environment.ROOT / changed).write_text("# new")
    environment.set_up("run", yes=False, screen=False)
    assert (pip.made, len(pip.asked)) == (1, 4)


def test_an_environment_made_by_hand_is_kept(environment: ModuleType, pip: Pip) -> None:
    environment.set_up("run", yes=False, screen=False)
    environment.STAMP.unlink()
    environment.set_up("run", yes=False, screen=False)
    assert (pip.made, len(pip.asked)) == (1, 4)


def test_one_that_was_not_finished_is_made_again(
    environment: ModuleType, pip: Pip, capsys: pytest.CaptureFixture[str]
) -> None:
    pip.fails = True
    with pytest.raises(environment.SetupError, match="run the same command again"):
        environment.set_up("run", yes=False, screen=False)
    pip.fails = False
    environment.set_up("run", yes=False, screen=False)
    assert pip.made == 2
    assert "did not finish" in capsys.readouterr().out


def test_one_killed_while_it_was_updated_is_made_again(environment: ModuleType, pip: Pip) -> None:
    environment.set_up("run", yes=False, screen=False)
    environment.UNFINISHED.touch()  # as left by a kill: the stamp of the time before is still there
    environment.set_up("run", yes=False, screen=False)
    assert pip.made == 2


def break_python(environment: ModuleType) -> None:
    environment.PYTHON.unlink()


def break_stamp(environment: ModuleType) -> None:
    stamp = environment.STAMP.read_text()
    environment.STAMP.write_text(stamp.replace(str(environment.place()["python"]), "3.11.0"))


def empty_folder(environment: ModuleType) -> None:
    shutil.rmtree(environment.VENV)
    environment.VENV.mkdir()


@pytest.mark.parametrize("harm", [break_python, break_stamp, empty_folder])
def test_a_broken_one_is_made_again(environment: ModuleType, pip: Pip, harm: object) -> None:
    environment.set_up("run", yes=False, screen=False)
    assert callable(harm)
    harm(environment)
    environment.set_up("run", yes=False, screen=False)
    assert pip.made == 2


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_supported_pythons(environment: ModuleType, version: tuple[int, ...]) -> None:
    environment.check_python(version)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_other_pythons_get_one_sentence(environment: ModuleType, version: tuple[int, ...]) -> None:
    have = ".".join(map(str, version))
    with pytest.raises(environment.SetupError, match=rf"needs Python .*; this is {have} "):
        environment.check_python(version)


@pytest.mark.parametrize("name", ["bootstrap.py", "environment.py"])
def test_an_old_python_can_read_the_files_far_enough_to_say_so(name: str) -> None:
    ast.parse((SOURCE / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_pip_is_kept_inside_the_environment(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PIP_CERT", "kept")
    kept = environment.clean_environment(QT_QPA_PLATFORM="offscreen")
    assert not {"PIP_USER", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"} & set(kept)
    assert kept["PIP_CERT"] == "kept"
    assert kept["QT_QPA_PLATFORM"] == "offscreen"
