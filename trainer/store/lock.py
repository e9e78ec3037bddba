"""One window on one log. Commands may read beside it: they do not ask for the lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from trainer.domain.errors import KnownError
from trainer.store.trouble import file_errors

FILE = "window.lock"
KEEPING = "backups.lock"
WAIT_S = 60.0


class Hold:
    """The right to be the one window on a log, until released or until the process ends."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def release(self) -> None:
        """Let another window open this log. Safe to repeat."""
        self._lock.release(force=True)

    def __enter__(self) -> "Hold":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def hold(folder: Path) -> Hold:
    """Take the log in ``folder`` for this window; KnownError when another window has it.

    The operating system holds the lock, so it is free again however the process ends.
    """
    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Any thread of this process may release it; filelock's default is the taking one only.
        lock = FileLock(folder / FILE, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise KnownError(
                f"Attune is already open on this log ({folder})",
                "Use that window, or close it first.",
            ) from error
    return Hold(lock)


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Have the backups in the data folder for oneself, so that none is made of what is forgotten.

    Waits for another that has them; KnownError when that takes over a minute.
    """
    with file_errors(folder):
        lock = FileLock(folder / KEEPING, timeout=WAIT_S, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise KnownError(
                f"A backup is being made ({folder})", "Wait until it has finished, then try again."
            ) from error
    try:
        yield
    finally:
        lock.release()
