"""A process of its own for what would hold up the window even from another thread.

scipy and Praat keep Python's lock while they load and while they count: half a second in which no
window is painted. In a process beside they disturb nobody, and if one of them crashes on a strange
file, it takes no recording with it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from trainer.domain.errors import KnownError

T = TypeVar("T")


class Apart:
    """One process, started by its first job; to be used and closed on one thread."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def run(self, job: Callable[[], T]) -> T:
        """Do ``job`` there and wait for its result; both travel pickled.

        What the job raises is raised here. KnownError when the process ended without an answer;
        the next job starts another.
        """
        if self._pool is None:
            # Spawned, not forked: a fork would copy locks that threads of the window hold.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, initializer=_begin)
        try:
            return self._pool.submit(job).result()
        except BrokenProcessPool as error:
            self.close()
            raise KnownError(
                "Reading a sound file ended without a result",
                "The recording is kept. It is tried again when Attune starts next.",
            ) from error

    def close(self) -> None:
        """Let the process end."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


def _begin() -> None:
    """In the process: leave Ctrl-C to the window, and go when the window was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    window = multiprocessing.parent_process()
    assert window is not None, "only ever run in a child"

    def follow() -> None:
        window.join()
        os._exit(0)  # nobody is left to hear of anything

    threading.Thread(target=follow, name="follow", daemon=True).start()
