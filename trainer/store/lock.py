"""One window on one log. Commands may read beside it: they do not ask for the lock."""

from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from trainer.domain.errors import KnownError
from trainer.store.trouble import file_errors

FILE = "window.lock"


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
