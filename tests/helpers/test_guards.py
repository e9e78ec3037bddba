"""Every guard rail fails a test that breaks its rule, and lets through one that keeps it."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BAD = """
import logging, socket, threading
from pathlib import Path
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

kept = []

def test_stray_log(): logging.getLogger("trainer.x").warning("disk is full")
def test_log_that_does_not_come(expected_logs): expected_logs("disk is full")
def test_qt_warning(qapp): qWarning("a warning of Qt")
def test_network():
    with socket.socket() as stream:
        stream.connect(("127.0.0.1", 9))
def test_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.sendto(b"x", ("127.0.0.1", 9))
def test_thread():
    gate = threading.Event()
    kept.append(gate)
    threading.Thread(target=gate.wait, args=(4,), name="the-thread").start()
def test_window(qapp):
    window = QWidget(objectName="the-window")
    kept.append(window)
    window.show()
def test_dialog(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.exec()
def test_message(qapp): QMessageBox.question(None, "a", "b")
def test_file(qapp): QFileDialog.getOpenFileName()
def test_swallowed(qapp):
    with pytest.raises(AssertionError):
        QMessageBox.warning(None, "a", "b")
def test_python_warning():
    import warnings
    warnings.warn("old", DeprecationWarning)
"""
GOOD = """
import logging, os, socket, subprocess, sys, threading
from pathlib import Path
from PySide6.QtWidgets import QDialog, QWidget

def test_expected_log(expected_logs):
    expected_logs("disk .* full")
    logging.getLogger("trainer.x").warning("disk %s full", 3)
def test_information(): logging.getLogger("trainer.x").info("fine")
def test_home(home):
    assert os.environ["ATTUNE_HOME"] == str(home)
    assert Path.home() == home.parent
def test_subprocess(): subprocess.run([sys.executable, "-c", "pass"], check=True)
def test_thread():
    thread = threading.Thread(target=len, args=("x",))
    thread.start()
def test_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
def test_later(qapp):
    window = QWidget()
    window.show()
    window.deleteLater()
def test_dialog(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.isVisible()
def test_local_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name may not be long
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("s")
        server.listen()
        client.connect("s")
"""


def run(pytester: pytest.Pytester, text: str, *options: str) -> pytest.RunResult:
    """Run tests of this text in a Python of their own, with this project's options and rails."""
    pytester.makeconftest('pytest_plugins = ["tests.helpers.guards"]')
    pytester.makepyfile(text)
    config = ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={pytester.path}"]
    return pytester.runpytest_subprocess(*config, "-v", *options, ".")


@pytest.fixture(autouse=True)
def import_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_each_rule_fails_the_test_that_breaks_it(pytester: pytest.Pytester) -> None:
    result = run(pytester, BAD)
    output = result.stdout.str()
    names = re.findall(r"^def (\w+)", BAD, flags=re.MULTILINE)
    summary = output[output.index("short test summary info") :]
    assert set(re.findall(r"::(test_\w+)", summary)) == set(names)
    for reason in (
        "unexpected log: WARNING trainer.x: disk is full",
        "expected log did not come: disk is full",
        "a warning of Qt",
        "socket.connect",
        "socket.sendto",
        "left behind: thread the-thread",
        "left behind: window QWidget 'the-window'",
        "QDialog.exec",
        "QMessageBox.question",
        "QFileDialog.getOpenFileName",
        "QMessageBox.warning",
        "DeprecationWarning: old",
    ):
        assert reason in output


def test_a_test_that_keeps_the_rules_passes(pytester: pytest.Pytester) -> None:
    result = run(pytester, GOOD)
    result.assert_outcomes(passed=GOOD.count("def test_"))


def test_without_qt_it_cannot_be_imported_and_the_rails_stand(pytester: pytest.Pytester) -> None:
    text = """
        import logging, socket
        import pytest
        @pytest.mark.parametrize("name", ["PySide6.QtCore", "shiboken6", "pyqtgraph"])
        def test_blocked(name):
            with pytest.raises(ModuleNotFoundError):
                __import__(name)
        def test_stray_log(): logging.getLogger("x").warning("stray")
        def test_network():
            with socket.socket() as stream:
                stream.connect(("127.0.0.1", 9))
    """
    result = run(pytester, text, "-p", "no:pytest-qt", "-p", "tests.helpers.no_qt")
    result.assert_outcomes(passed=4, failed=1, errors=2)


def test_a_leg_that_failed_is_told_above_the_closing_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_FAILED_LEGS", "mypy")
    lines = [line for line in run(pytester, "def test_fine(): pass").outlines if line]
    assert lines[-2] == "mypy"
    assert "1 passed" in lines[-1]


def test_the_tests_of_this_project_are_on_the_rails(home: Path) -> None:
    assert home.parent == Path.home()
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
