"""What ``run`` and ``test`` do once the environment stands."""

from pathlib import Path
from types import ModuleType

import pytest


class Calls:
    """Notes every program that would run; those whose words contain ``fails`` exit with 1."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.extra: list[dict[str, str]] = []
        self.fails = "no such words"

    def __call__(self, command: list[str], **extra: str) -> int:
        self.made.append([str(word) for word in command[1:]] or command)
        self.extra.append(extra)
        return 1 if self.fails in " ".join(command) else 0


@pytest.fixture
def calls(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    recorder = Calls()
    monkeypatch.setattr(bootstrap, "call", recorder)
    monkeypatch.setattr(bootstrap, "set_up", lambda level, yes, screen: None)
    return recorder


def test_run_opens_the_app_where_there_is_a_screen(
    bootstrap: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.main(["run", "--yes", "--home", "x"]) == 0
    assert calls.made == [["-m", "trainer", "--home", "x"]]


def test_run_without_a_screen_does_the_demo_and_says_where(
    bootstrap: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap, "has_screen", lambda: False)
    out = bootstrap.ROOT / "demo-out"
    out.mkdir()
    (out / "report.html").touch()
    assert bootstrap.main(["run"]) == 0
    assert calls.made == [["-m", "trainer", "demo", "--out", str(out)]]
    assert calls.extra == [{"QT_QPA_PLATFORM": "offscreen"}]
    assert str(out / "report.html") in capsys.readouterr().out


def test_the_exit_code_is_the_apps(bootstrap: ModuleType, calls: Calls) -> None:
    calls.fails = "trainer"
    assert bootstrap.main(["run"]) == 1


def test_every_leg_runs_and_the_whole_suite_is_last(bootstrap: ModuleType, calls: Calls) -> None:
    (bootstrap.ROOT / "tests" / "domain").mkdir(parents=True)
    assert bootstrap.main(["test", "-k", "one thing", "--yes", "-x"]) == 0
    words = [" ".join(command) for command in calls.made]
    assert [line.split()[1] for line in words if line.startswith("-m")] == [
        "ruff",
        "ruff",
        "mypy",
        "pytest",
        "pytest",
    ]
    assert words[3].endswith("lint-imports")
    assert "tests.helpers.no_qt" in words[4]
    assert "tests/domain" in words[4]
    assert words[-1].endswith("-k one thing -x")


@pytest.mark.parametrize("failing", ["mypy", "lint-imports", "no_qt", "--cov-append"])
def test_a_leg_that_fails_fails_the_run_after_all_of_them(
    bootstrap: ModuleType, calls: Calls, failing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calls.fails = failing
    assert bootstrap.main(["test"]) == 1
    assert len(calls.made) == 6
    told = calls.extra[-1]["ATTUNE_FAILED_LEGS"]
    assert bool(told) is (failing != "--cov-append")
    assert f"failed before this: {told or 'nothing'}" in capsys.readouterr().out


def test_what_ran_without_qt_is_not_run_again_and_nothing_else_is_left_out(
    bootstrap: ModuleType, calls: Calls
) -> None:
    for name in ("domain", "gui"):
        (bootstrap.ROOT / "tests" / name).mkdir(parents=True)
    assert bootstrap.main(["test"]) == 0
    without_qt, rest = (set(command) for command in calls.made[-2:])
    assert "tests/domain" in without_qt
    assert {word for word in rest if word.startswith("--ignore")} == {"--ignore=tests/domain"}


@pytest.mark.parametrize(("wanted", "used"), [(0, True), (10**18, False)])
def test_the_tests_write_to_memory_where_there_is_room(
    bootstrap: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    wanted: int,
    used: bool,
) -> None:
    monkeypatch.setattr(bootstrap, "MEMORY", tmp_path)
    monkeypatch.setattr(bootstrap, "ROOM", wanted)
    assert bootstrap.main(["test"]) == 0
    places = [extra.get("PYTEST_DEBUG_TEMPROOT") for extra in calls.extra[-2:]]
    assert places == [str(tmp_path) if used else None] * 2
    monkeypatch.setattr(bootstrap, "MEMORY", tmp_path / "not on this system")
    assert bootstrap.quick_place() == {}


def test_setup_takes_no_further_arguments(bootstrap: ModuleType, calls: Calls) -> None:
    with pytest.raises(SystemExit) as stop:
        bootstrap.main(["setup", "-x"])
    assert stop.value.code == 2
