"""Work off the window's thread: one thread owns the log, two more do the rest, and what holds
Python's lock for long is done in a process of its own.

Results come back through ``deliver``, which the window makes a queued signal. A caller that has
gone away gives an ``alive`` that says so, and hears nothing.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Generic, Protocol, TypeVar

from trainer.app.apart import Apart, Told, unheard
from trainer.app.bus import Bus
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.store.db import Log

P = TypeVar("P")
S = TypeVar("S")
T = TypeVar("T")
Done = Callable[[T], object]
Failed = Callable[[Exception], None]
Deliver = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a verb returns that changed the log: its value, and the kinds of rows that changed."""

    value: T
    changes: Changes


def always() -> bool:
    """The answer of a caller that never goes away."""
    return True


class OnLog(Protocol):
    """Does something with the log and says what came of it, whichever thread asks."""

    def __call__(self, job: Callable[[Log], T], /) -> T: ...


def at_hand(log: Log) -> OnLog:
    """For who is on the log's thread already, as commands are."""

    def do(job: Callable[[Log], T], /) -> T:
        return job(log)

    return do


def asking(runner: "Runner") -> OnLog:
    """For a job that runs beside: the log's thread does it, and the job waits for that.

    What is long is done beside, and the log is free for others in between.
    """

    def do(job: Callable[[Log], T], /) -> T:
        waited: Future[T] = Future()

        def run(log: Log) -> None:
            try:
                waited.set_result(job(log))
            except BaseException as error:  # noqa: BLE001 - told where it is waited for
                waited.set_exception(error)

        runner.database(run)
        return waited.result()

    return do


class Runner(Protocol):
    """Runs jobs and brings the results back: ``Work`` does, and ``InlineRunner`` in tests."""

    def database(
        self,
        job: Callable[[Log], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Read: run ``job`` with the log, in the order asked."""

    def change(
        self,
        job: Callable[[Log], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Write: run ``job`` with the log, in the order asked, and tell the bus what it changed."""

    def change_after(
        self,
        look: Callable[[Log], P],
        prepare: Callable[[P], S],
        job: Callable[[Log, S], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Write what ``prepare`` makes, beside, of what ``look`` finds in the log.

        For what may take long before it can be written, and is finished also when all is closed.
        """

    def background(
        self,
        job: Callable[[Event], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> Event:
        """Run ``job`` beside; it may look at its event, which is set to cancel it."""

    def apart(
        self,
        job: Callable[[], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
        told: Told = unheard,
    ) -> Callable[[], None]:
        """Run ``job`` (a partial of a module's function) in another process, in the order asked.

        For what uses scipy or Praat: from a thread they would hold up the window. ``told`` hears
        how far it is, of a job that says so by ``apart.tell``. Call what is returned to end it at
        once; then nothing of it is heard.
        """


class Work:
    """The threads of one open window (or of one command that wants them)."""

    def __init__(
        self, open_log: Callable[[], Log], bus: Bus, deliver: Deliver, failed: Failed
    ) -> None:
        self._open_log = open_log
        self._bus = bus
        self._deliver = deliver
        self._failed = failed
        self._log: Log | None = None
        self._database = ThreadPoolExecutor(1, "attune-log")
        self._beside = ThreadPoolExecutor(2, "attune-work")
        self._before = ThreadPoolExecutor(1, "attune-before")  # a change to the log
        self._waiting = ThreadPoolExecutor(1, "attune-apart")  # for the process that counts
        self._apart = Apart()
        self._cancels: set[Event] = set()
        self._closed = False

    def database(
        self,
        job: Callable[[Log], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Read: run ``job`` with the log, in the order asked."""
        future = self._database.submit(lambda: job(self._opened()))
        future.add_done_callback(
            lambda f: self._deliver(lambda: self._land(f, done, failed, alive))
        )

    def change(
        self,
        job: Callable[[Log], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Write: run ``job`` with the log, in the order asked, and tell the bus what it changed."""

        def told(outcome: Outcome[T]) -> None:
            self._bus.publish(outcome.changes)
            if done is not None and alive():
                done(outcome.value)

        # What changed is told even when whoever asked has gone: other screens show it too.
        self.database(job, told, failed)

    def change_after(
        self,
        look: Callable[[Log], P],
        prepare: Callable[[P], S],
        job: Callable[[Log, S], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Write what ``prepare`` makes, beside, of what ``look`` finds in the log."""

        # From thread to thread: the window's own may be waiting for the end of it all.
        def looked(found: "Future[P]") -> None:
            self._before.submit(lambda: prepare(found.result())).add_done_callback(made)

        def made(found: "Future[S]") -> None:
            self.change(lambda log: job(log, found.result()), done, failed)

        self._database.submit(lambda: look(self._opened())).add_done_callback(looked)

    def background(
        self,
        job: Callable[[Event], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> Event:
        """Run ``job`` on one of two workers; set the event that is returned to cancel it."""
        cancel = Event()
        self._cancels.add(cancel)

        def land(future: "Future[T]") -> None:
            self._cancels.discard(cancel)
            if not cancel.is_set():
                self._deliver(lambda: self._land(future, done, failed, alive))

        self._beside.submit(job, cancel).add_done_callback(land)
        return cancel

    def apart(
        self,
        job: Callable[[], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
        told: Told = unheard,
    ) -> Callable[[], None]:
        """Run ``job`` (a partial of a module's function) in another process, in the order asked."""
        cancel = Event()

        def land(future: "Future[T]") -> None:
            if not cancel.is_set():
                self._deliver(lambda: self._land(future, done, failed, alive))

        def hear(done: int, of: int) -> None:
            if alive() and not cancel.is_set() and not self._closed:
                told(done, of)

        def step(done: int, of: int) -> None:
            if told is not unheard:
                self._deliver(partial(hear, done, of))

        def end() -> None:
            cancel.set()
            if not future.cancel():
                self._apart.stop(job)

        future = self._waiting.submit(self._apart.run, job, step)
        future.add_done_callback(land)
        return end

    def close(self) -> bool:
        """Cancel what may be cancelled, finish what writes, close the log. Blocks until done.

        Returns whether the log had been opened.

        What it brings home from now on is nobody's: it would ask for more work.
        """
        self._closed = True
        for cancel in tuple(self._cancels):
            cancel.set()
        self._database.submit(lambda: None).result()  # what looks asks for more
        self._before.shutdown(wait=True)
        self._beside.shutdown(wait=True, cancel_futures=True)
        # Nobody would take the result home: what is done apart is ended, and done next time.
        self._apart.close()
        self._waiting.shutdown(wait=True, cancel_futures=True)
        self._database.submit(self._close_log)
        self._database.shutdown(wait=True)
        return self._log is not None

    def _opened(self) -> Log:
        if self._log is None:
            self._log = self._open_log()
        return self._log

    def _close_log(self) -> None:
        if self._log is not None:
            self._log.close()

    def _land(
        self,
        future: "Future[T]",
        done: Done[T] | None,
        failed: Failed | None,
        alive: Callable[[], bool],
    ) -> None:
        if future.cancelled() or self._closed:
            return
        error = future.exception()
        if isinstance(error, Exception):
            (failed if failed is not None and alive() else self._failed)(error)
        elif done is not None and alive():
            done(future.result())


class InlineRunner:
    """Runs every job at once on the caller's thread: for commands and tests."""

    def __init__(self, log: Log, bus: Bus | None = None) -> None:
        self.log = log
        self.bus = bus or Bus()

    def database(
        self,
        job: Callable[[Log], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Run ``job`` now."""
        self._run(lambda: job(self.log), done, failed, alive)

    def change(
        self,
        job: Callable[[Log], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> None:
        """Run ``job`` now, and tell the bus."""

        def told(outcome: Outcome[T]) -> None:
            self.bus.publish(outcome.changes)
            if done is not None and alive():
                done(outcome.value)

        self._run(lambda: job(self.log), told, failed, always)

    def change_after(
        self,
        look: Callable[[Log], P],
        prepare: Callable[[P], S],
        job: Callable[[Log, S], Outcome[T]],
        done: Done[T] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run all three now."""
        self.change(lambda log: job(log, prepare(look(log))), done, failed)

    def background(
        self,
        job: Callable[[Event], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
    ) -> Event:
        """Run ``job`` now; the event that is returned comes too late."""
        cancel = Event()
        self._run(lambda: job(cancel), done, failed, alive)
        return cancel

    def apart(
        self,
        job: Callable[[], T],
        done: Done[T] | None = None,
        failed: Failed | None = None,
        alive: Callable[[], bool] = always,
        told: Told = unheard,  # noqa: ARG002 - nobody waits here
    ) -> Callable[[], None]:
        """Run ``job`` now, in this process; it is too late to end it."""
        self._run(job, done, failed, alive)
        return lambda: None

    def _run(
        self,
        job: Callable[[], T],
        done: Done[T] | None,
        failed: Failed | None,
        alive: Callable[[], bool],
    ) -> None:
        try:
            result = job()
        except KnownError as error:
            if failed is None or not alive():
                raise
            failed(error)
        else:
            if done is not None and alive():
                done(result)
