"""A process killed before a certain line of our code, as a crash or a power cut might do it."""

import os
import signal
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType
from typing import Any

Watched = Collection[tuple[str, str]]  # (folder, file), such as ("store", "files.py")


def killed(work: Callable[[], object], watched: Watched, number: int) -> bool:
    """Do ``work`` in a fork that is killed before line ``number`` of the ``watched`` files.

    Lines count as they are new. False when it came to its end before; AssertionError when it
    failed by itself. For a program with one thread, not on Windows.
    """
    child = os.fork()
    if child == 0:
        _kill_before_line(watched, number)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    was_killed = os.WIFSIGNALED(status)
    assert was_killed or os.WEXITSTATUS(status) == 0, f"failed at line {number}"
    return was_killed


def _kill_before_line(watched: Watched, number: int) -> None:
    seen: set[tuple[str, str, int]] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        path = Path(frame.f_code.co_filename)
        if (path.parent.name, path.name) not in watched:
            return None
        if event == "line":
            seen.add((path.parent.name, path.name, frame.f_lineno))
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
