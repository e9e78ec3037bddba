"""Guard rails around every test, as a pytest plugin: what no test may do without saying so.

A test may not: reach the person's own files, log a warning that it does not expect, open a dialog
that waits for a click, reach the network, or leave threads and windows behind. (Qt's own warnings
are pytest-qt's: ``qt_log_level_fail`` in pyproject.toml.) Nothing here imports Qt, so that the leg
without Qt has the same rails.
"""

import logging
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

THREAD_GRACE_S = 2.0
# Not QMenu.exec, which PySide finds past any replacement: tests/test_architecture.py forbids it.
MODAL = {
    "QDialog": ("exec", "exec_"),
    "QMessageBox": ("about", "aboutQt", "critical", "information", "question", "warning"),
    "QInputDialog": ("getDouble", "getInt", "getItem", "getMultiLineText", "getText"),
    "QColorDialog": ("getColor",),
    "QFontDialog": ("getFont",),
    "QFileDialog": (
        "getExistingDirectory",
        "getExistingDirectoryUrl",
        "getOpenFileName",
        "getOpenFileNames",
        "getOpenFileUrl",
        "getOpenFileUrls",
        "getSaveFileName",
        "getSaveFileUrl",
    ),
}

has_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[has_failed] = item.stash.get(has_failed, False) or report.failed
    return report


# ---------------------------------------------------------------- home


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and a home of this test's own; the path is the data folder (ATTUNE_HOME)."""
    folder = tmp_path_factory.mktemp("home")
    data = folder / "attune"
    monkeypatch.setenv("ATTUNE_HOME", str(data))
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return data


# ---------------------------------------------------------------- logs


class ExpectedLogs(logging.Handler):
    """Collects records of WARNING and above; those that were announced are no failure.

    ``expected_logs("disk .* full")`` announces that a message matching the pattern will come, any
    number of times; the test fails if it does not come at all.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self._patterns: list[re.Pattern[str]] = []

    def __call__(self, pattern: str) -> None:
        self._patterns.append(re.compile(pattern))

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def problems(self) -> list[str]:
        """Unexpected records and expectations that were not met, each as a sentence."""
        messages = [record.getMessage() for record in self.records]
        stray = [
            f"unexpected log: {record.levelname} {record.name}: {message}"
            for record, message in zip(self.records, messages, strict=True)
            if not any(pattern.search(message) for pattern in self._patterns)
        ]
        silent = [
            f"expected log did not come: {pattern.pattern}"
            for pattern in self._patterns
            if not any(pattern.search(message) for message in messages)
        ]
        return stray + silent


@pytest.fixture(autouse=True)
def expected_logs(request: pytest.FixtureRequest) -> Iterator[ExpectedLogs]:
    """Fails the test on unexpected warnings in any log; call it with a pattern to expect one."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    watch = ExpectedLogs()
    root.addHandler(watch)
    yield watch
    for handler in set(root.handlers) - {*before[1], watch}:
        handler.close()
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    if watch.problems() and not request.node.stash.get(has_failed, False):
        pytest.fail("\n".join(watch.problems()), pytrace=False)


# ---------------------------------------------------------------- forbidden calls


class Forbidden:
    """Calls that no test may make. Each raises where it is made, and fails the test in the end too.

    The second is for calls made where somebody catches the exception, such as an error handler.
    """

    def __init__(self) -> None:
        self.made: list[str] = []
        self.ports: set[int] = set()  # of this machine, where a test's own server answers

    def refuse(self, what: str) -> None:
        self.made.append(what)
        raise AssertionError(f"not allowed in a test: {what}")

    def instead_of(self, name: str) -> Callable[..., None]:
        """A stand-in for the function ``name`` that refuses."""

        def stand_in(*args: object, **kwargs: object) -> None:
            self.refuse(name)

        return stand_in


@pytest.fixture(autouse=True)
def forbidden(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forbidden]:
    """No dialog that waits for a click, no network."""
    calls = Forbidden()
    _forbid_modal(calls, monkeypatch)
    _forbid_network(calls, monkeypatch)
    yield calls
    if calls.made:
        pytest.fail("not allowed in a test: " + ", ".join(calls.made), pytrace=False)


def _forbid_modal(calls: Forbidden, monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest-qt has imported it in every run that has Qt at all
    widgets = sys.modules.get("PySide6.QtWidgets")
    for name, methods in MODAL.items() if widgets else ():
        for method in methods:
            stand_in = calls.instead_of(f"{name}.{method}")
            monkeypatch.setattr(getattr(widgets, name), method, stand_in)


def _forbid_network(calls: Forbidden, monkeypatch: pytest.MonkeyPatch) -> None:
    for method in ("connect", "connect_ex", "sendto"):
        original = getattr(socket.socket, method)

        def guarded(
            self: socket.socket, *args: Any, _original: Any = original, _method: str = method
        ) -> Any:
            ours = any(args[-1][:2] == ("127.0.0.1", port) for port in calls.ports)
            if self.family != getattr(socket, "AF_UNIX", None) and not ours:
                calls.refuse(f"socket.{_method}({args[-1]!r})")
            return _original(self, *args)

        monkeypatch.setattr(socket.socket, method, guarded)


# ---------------------------------------------------------------- leftovers


@pytest.fixture(autouse=True)
def no_leftovers(request: pytest.FixtureRequest) -> Iterator[None]:
    """No thread that would keep the program alive, and no window, may outlive its test."""
    threads, windows = set(threading.enumerate()), _windows()
    yield
    left = [f"thread {thread.name}" for thread in _threads_left(threads)]
    left += [f"window {name}" for name in _windows_left(windows)]
    if left and not request.node.stash.get(has_failed, False):
        pytest.fail("left behind: " + ", ".join(left), pytrace=False)


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = time.monotonic() + THREAD_GRACE_S
    started = [thread for thread in threading.enumerate() if thread not in before]
    for thread in started:
        if not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in started if thread.is_alive() and not thread.daemon]


def _windows() -> list[Any]:
    widgets: Any = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    _delete_deferred()
    # a tool tip belongs to Qt, which keeps and reuses it
    found: list[Any] = widgets.QApplication.topLevelWidgets()
    return [window for window in found if window.metaObject().className() != "QTipLabel"]


def _windows_left(before: list[Any]) -> list[str]:
    """Names of the windows left; they are destroyed, so that the next test starts without them."""
    left = [window for window in _windows() if window not in before]
    names = []
    for window in left:
        names.append(f"{type(window).__name__} {window.objectName() or window.windowTitle()!r}")
        window.close()
        window.deleteLater()
    if left:
        _delete_deferred()
    return names


def _delete_deferred() -> None:
    core: Any = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


# ---------------------------------------------------------------- the end of a run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    failed = os.environ.get("ATTUNE_FAILED_LEGS")
    if failed:
        terminalreporter.section("failed before the tests", red=True, bold=True)
        terminalreporter.line(failed, red=True)
