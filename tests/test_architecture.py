"""Rules of the house that no tool knows. Who may import whom is import-linter's: pyproject.toml."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "trainer").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
WINDOW_MODULES = [path for path in MODULES if "gui" in path.parts]
MAX_LINES = 400
# Each runs a loop inside a handler, and the caller waits. `open` and `popup` do not wait.
NESTED_LOOPS = {"exec", "exec_", "processEvents"}
# Loops that are not nested: each is the program's own, of the window, the demo and the recorder.
OUTERMOST = {f"trainer/gui/{name}.py" for name in ("application", "console", "demo")}
MODAL_STATICS = {
    "QMessageBox": {"about", "aboutQt", "critical", "information", "question", "warning"},
    "QInputDialog": {"getDouble", "getInt", "getItem", "getMultiLineText", "getText"},
}


@cache
def tree(path: Path) -> ast.Module:
    """A module, read once for all the rules."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """Every call ``owner.name(...)`` in a module: line, owner, name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value), node.func.attr


def imports(path: Path) -> Iterator[str]:
    """The top-level name of every module that a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def normalized(requirement: str) -> str:
    """``PySide6_Addons>=6.10`` -> ``pyside6-addons``."""
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_hold_one_idea() -> None:
    lines = {where(path): path.read_text("utf-8").count("\n") for path in (*MODULES, *TESTS)}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_the_window_never_waits_in_a_loop_of_its_own() -> None:
    found = [
        f"{where(path)}:{line}: {owner}.{name}"
        for path in WINDOW_MODULES
        for line, owner, name in calls(path)
        if (name in NESTED_LOOPS and not (name == "exec" and where(path) in OUTERMOST))
        or name in MODAL_STATICS.get(owner.rpartition(".")[2], set())
    ]
    assert found == []


def test_nothing_sleeps_in_the_window() -> None:
    sleeps = {("time", "sleep"), ("QThread", "sleep"), ("QThread", "msleep"), ("QTest", "qWait")}
    found = [
        f"{where(path)}:{line}: {owner}.{name}"
        for path in WINDOW_MODULES
        for line, owner, name in calls(path)
        if (owner, name) in sleeps
    ]
    assert found == []


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {normalized(requirement) for requirement in project["dependencies"]}
    # its only module is a compiled file, which Python 3.11 does not count
    distributions = {**packages_distributions(), "parselmouth": ["praat-parselmouth"]}
    imported = {name for path in MODULES for name in imports(path)} - {"trainer", "shiboken6"}
    undeclared = {
        name
        for name in imported - sys.stdlib_module_names
        if not declared.intersection(map(normalized, distributions.get(name, [name])))
    }
    assert undeclared == set()


def test_packaging_does_not_shadow_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_lock_files_name_no_place(lock: str) -> None:
    lines = (ROOT / "packaging" / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith(("-", "/", "."))] == []


def test_a_run_with_tests_installs_the_versions_that_people_get() -> None:
    run, test = (
        {
            line
            for line in (ROOT / "packaging" / lock).read_text("utf-8").splitlines()
            if "==" in line
        }
        for lock in ("requirements.txt", "requirements-test.txt")
    )
    assert run - test == set()


def test_ci_calls_the_second_command() -> None:
    assert (ROOT / ".ci" / "run").read_text() == "exec python3 packaging/bootstrap.py test\n"
