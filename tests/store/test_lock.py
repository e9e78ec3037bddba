import subprocess
import sys
from pathlib import Path

import pytest

from trainer.domain.errors import KnownError
from trainer.store import lock

HOLDER = (
    "import sys, pathlib; from trainer.store import lock\n"
    "held = lock.hold(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()\n"
)


def holder(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_window_is_told_which_log_until_the_first_lets_go(folder: Path) -> None:
    with lock.hold(folder) as first:
        with pytest.raises(KnownError) as caught:
            lock.hold(folder)
        assert caught.value.text == f"Attune is already open on this log ({folder})"
        assert caught.value.hint == "Use that window, or close it first."
        first.release()
        first.release()
        lock.hold(folder).release()


def test_a_killed_window_holds_nothing(folder: Path) -> None:
    with holder(folder) as process:
        with pytest.raises(KnownError, match="already open"):
            lock.hold(folder)
        process.kill()
        process.wait()
        lock.hold(folder).release()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError, match="in the way"):
        lock.hold(tmp_path / "file" / "home")
