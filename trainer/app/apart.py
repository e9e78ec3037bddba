"""A process of its own for what would hold up the window even from another thread.

scipy and Praat keep Python's lock while they load and while they count: half a second in which no
window is painted. In a process beside they disturb nobody, and if one of them crashes on a strange
file, it takes no recording with it.
"""

import multiprocessing
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import NamedTuple, TypeVar, cast

from trainer.domain.errors import KnownError

T = TypeVar("T")

Told = Callable[[int, int], object]  # how much is done, of how much


class _Step(NamedTuple):
    """How far a job is."""

    done: int
    of: int


def unheard(done: int, of: int) -> None:
    """For who does not ask how far it is."""


def tell(done: int, of: int) -> None:
    """Say from within a job how far it is; nobody hears it where no process does the job."""
    if _at_work:
        _at_work[-1].send(_Step(done, of))


_at_work: list[Connection] = []  # in the process: the line to the window

# Spawned, not forked: a fork would copy locks that threads of the window hold.
_CONTEXT = multiprocessing.get_context("spawn")


class Apart:
    """One process, started by its first job. Jobs come from one thread, ``close`` from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None
        self._closed = False
        self._doing: Callable[[], object] | None = None

    def run(self, job: Callable[[], T], told: Told = unheard) -> T:
        """Do ``job`` there and wait for its result; both travel pickled.

        ``told`` hears on this thread what the job says by ``tell``.

        What the job raises is raised here. KnownError when the process ended without an answer;
        the next job has another.
        """
        line = self._ready()
        try:
            with self._lock:
                self._doing = job
            line.send(job)
            while isinstance(came := line.recv(), _Step):
                told(*came)
            result, error = came
        except (EOFError, OSError) as lost:
            self._end()
            raise KnownError(
                "A file was not read to its end: what reads it was ended",
                "Recordings are kept; one that was being measured is measured at the next start.",
            ) from lost
        finally:
            with self._lock:
                self._doing = None
        if error is not None:
            raise error
        return cast(T, result)

    def stop(self, job: Callable[[], object]) -> None:
        """End the process if it is doing this very job, which fails; from any thread."""
        with self._lock:
            if self._doing is job and self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process at once. A job that it was doing fails, and no other is begun."""
        with self._lock:
            self._closed = True
        self._end()

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()

    def _ready(self) -> Connection:
        """The line to a process that lives."""
        with self._lock:
            if self._closed:
                raise KnownError("Attune is being closed", "What was not done is done next time.")
            if self._line is None or self._process is None or not self._process.is_alive():
                self._line, theirs = _CONTEXT.Pipe()
                # Daemonic: it goes also with a program that ends without closing.
                self._process = _CONTEXT.Process(
                    target=_work, args=(theirs,), name="attune-apart", daemon=True
                )
                self._process.start()
                theirs.close()
            return self._line


def _work(line: Connection) -> None:
    """In the process: do what comes until the window has gone, which also ends the line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the window's
    _at_work.append(line)
    while True:
        try:
            job = line.recv()
        except (EOFError, OSError):
            return
        answer: tuple[object, Exception | None]
        try:
            answer = (job(), None)
        except Exception as error:  # noqa: BLE001 - raised again where the job came from
            error.add_note(traceback.format_exc())
            answer = (None, error)
        try:
            line.send(answer)
        except OSError:
            return
