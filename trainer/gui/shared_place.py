"""The shared place of a window: looked into, also by itself if that was chosen, and sent to."""

from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.gui.arrivals import Arrivals
from trainer.gui.jobs import alive

if TYPE_CHECKING:
    from trainer.app.arrivals import Arrived
    from trainer.app.outgoing import Begun
    from trainer.app.place import Look, WriteFrom
    from trainer.app.rated_back import Sent
    from trainer.app.submit import Submitted
    from trainer.app.work import Outcome
    from trainer.domain.share import Attest
    from trainer.gui.main_window import MainWindow

T = TypeVar("T")
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Several(Generic[T]):
    """Files for several people, each their own: ``plan(log, folder)``, ``write(plan, progress)``
    beside the log, ``keep(log, written)``.

    ``done`` is told of what was kept and how many files had waited; ``failed`` that something went
    wrong, which the banner tells.
    """

    plan: Callable[[Any, Any], Any]
    write: Callable[[Any, Callable[[int, int], None]], Any]
    keep: "Callable[[Any, Any], Outcome[T]]"
    done: Callable[[T, int], object]
    failed: Callable[[], object]


class SharedPlace(QObject):
    """One thing at a time: a look, or a file that is sent."""

    _heard = Signal(object, object)  # bytes done, all bytes; from a worker

    def __init__(self, window: "MainWindow", arrivals: Arrivals) -> None:
        super().__init__(window)
        self._window, self._arrivals = window, arrivals
        self._found: list[Arrived] = []
        self._asked = False  # whether somebody waits for what a look brings
        self._told: KnownError | None = None  # what went wrong the last time
        self._troubled = False  # that it cannot be reached is told once, not every few minutes
        self._busy = ""  # what goes on, in words
        self._bytes = 0
        self._withheld: tuple[str, ...] = ()  # raters whose file did not go, to be told
        self._stopped = Event()
        self._minutes = QTimer(self, interval=_MINUTE_MS)
        self._minutes.timeout.connect(self._minute)
        self._passed = 0
        arrivals.coming.stopped.connect(self._stopped.set)
        window.about_to_close.connect(self._stopped.set)
        window.ready.connect(self._begin_again)
        self._heard.connect(self._show_progress)

    @staticmethod
    def of(window: "MainWindow") -> "SharedPlace":
        """That of a window that was opened."""
        found = window.findChild(SharedPlace)
        assert isinstance(found, SharedPlace)
        return found

    def look(self, *, asked: bool = True) -> None:
        """Take in what nobody here has seen; ``asked``: also what was refused before."""
        from trainer.app.keys import identities

        desk, where = self._window.desk, self._window.settings.text("place")
        if desk is None or not where or (self._busy and not asked) or self._is_busy():
            return
        self._begin(self.tr("Looking into the shared place"), asked=asked)
        home = desk.home

        def read(log: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
            from trainer.app import outgoing

            return identities(log), outgoing.withhold(home, log)

        def begin(ours: tuple[str, ...]) -> "Look":
            from trainer.app import outgoing  # beside, for much comes with it
            from trainer.app.place import Look

            outgoing.deliver(home, where, self._progress)  # what was cut off the last time
            return Look(home, where, ours, again=asked)

        def go_on(found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
            ours, withheld = found
            self._withheld += withheld
            desk.runner.background(
                lambda _: begin(ours), self._next, self._failed, alive=alive(self)
            )

        desk.runner.database(read, go_on, self._failed, alive=alive(self))

    def send(self, assignment_id: str) -> None:
        """Leave in the place what was not sent yet."""
        from trainer.app import place

        desk, where = self._window.desk, self._window.settings.text("place")
        if desk is None or not where or self._is_busy():
            return
        home, person = desk.home, desk.settings.text("person")
        self._begin(self.tr("Sending to the shared place"), asked=True)
        desk.runner.change_after(
            lambda log: place.send(home, log, where, assignment_id, person),
            lambda sending: sending.deliver(self._progress, replace=True),
            lambda _log, sending: sending.keep(),
            self._sent, self._failed,
        )  # fmt: skip

    def send_ratings(self, share_id: str, gate: "Attest | None") -> None:
        """Leave in the place all that was given on a share."""
        from trainer.app import place

        desk, where = self._window.desk, self._window.settings.text("place")
        if desk is None or not where or self._is_busy():
            return
        home, person = desk.home, desk.settings.text("person")
        self._begin(self.tr("Sending to the shared place"), asked=True)
        desk.runner.change_after(
            lambda log: place.send_ratings(home, log, where, share_id, person, gate),
            lambda sending: sending.deliver(self._progress, replace=True),
            lambda _log, sending: sending.keep(),
            self._ratings_sent, self._failed,
        )  # fmt: skip

    def give_out(
        self,
        write: "WriteFrom[T]",
        done: "Callable[[T], object]",
        failed: "Callable[[], object]" = lambda: None,
    ) -> None:
        """Leave in the place what ``write`` writes into a folder.

        It is kept in the log (by the second of what that returns) before anybody can see it there.
        That it failed is told in the banner.
        """
        from trainer.app import place
        from trainer.app.work import asking

        desk, where = self._window.desk, self._window.settings.text("place")
        if desk is None or not where or self._is_busy():
            failed()
            return
        home, runner = desk.home, desk.runner
        on_log = asking(runner)
        self._begin(self.tr("Into the shared place"), asked=True)

        def deliver(posting: "place.Posting[T]") -> "Outcome[T]":
            kept: list[Outcome[T]] = []
            posting.deliver(
                self._progress, lambda: kept.append(on_log(lambda _log: posting.keep()))
            )
            return kept[0]

        def given(found: "T") -> None:
            self._end()
            done(found)

        def not_given(error: Exception) -> None:
            self._failed(error)
            failed()

        runner.change_after(
            lambda log: place.post(home, where, lambda folder: write(log, folder)),
            deliver, lambda _log, outcome: outcome, given, not_given,
        )  # fmt: skip

    def give_several(self, of: "Several[T]") -> None:
        """Leave several files in the place, in the log before anybody can see one there.

        What is cut off waits, and goes with the next of them or the next look.
        """
        desk, where = self._window.desk, self._window.settings.text("place")
        if desk is None or not where or self._is_busy():
            of.failed()
            return
        home, runner = desk.home, desk.runner
        self._begin(self.tr("Into the shared place"), asked=True)

        def withhold(log: Any) -> tuple[str, ...]:
            from trainer.app import outgoing

            return outgoing.withhold(home, log)

        def begin(withheld: tuple[str, ...]) -> None:
            self._withheld += withheld
            runner.background(reach, write, failed, alive=alive(self))

        def reach(_: Event) -> "Begun":
            from trainer.app import outgoing

            return outgoing.begin(home, where, self._progress)

        def write(begun: "Begun") -> None:
            runner.change_after(
                lambda log: of.plan(log, begun.folder),
                lambda plan: of.write(plan, self._progress),
                of.keep, partial(deliver, begun), failed,
            )  # fmt: skip

        def deliver(begun: "Begun", kept: "T") -> None:
            from trainer.app import outgoing

            def given(_: object) -> None:
                self._end()
                of.done(kept, len(begun.waited))
                self._tell_withheld()

            runner.background(
                lambda _: outgoing.deliver(home, where, self._progress), given, failed,
                alive=alive(self),
            )  # fmt: skip

        def failed(error: Exception) -> None:
            self._failed(error)
            of.failed()

        runner.database(withhold, begin, failed, alive=alive(self))

    # Inside

    def _is_busy(self) -> bool:
        """Whether something goes on, which is told then."""
        if self._busy:
            self._window.banner.note(self.tr("One after the other: {0}").format(self._busy))
        return bool(self._busy)

    def _begin_again(self) -> None:
        """The log is open, perhaps after it was closed in the middle of a look."""
        self._end()
        self._minutes.start()

    def _minute(self) -> None:
        wanted = self._window.settings.number("look_minutes")
        self._passed += 1
        if wanted and self._passed >= wanted and not self._arrivals.alone:
            self._passed = 0
            self.look(asked=False)

    def _begin(self, words: str, *, asked: bool) -> None:
        self._busy, self._asked, self._found, self._bytes = words, asked, [], 0
        self._stopped.clear()
        if asked and self._told is not None:  # what it says is tried anew
            self._window.banner.withdraw(self._told)
            self._told = None
        if asked:
            self._arrivals.coming.show_that(words, 0, 0)

    def _next(self, look: "Look") -> None:
        from trainer.app.place import take_in
        from trainer.app.work import asking

        desk = self._window.desk
        if desk is None:
            return
        home, runner = desk.home, desk.runner

        def job(cancel: Event) -> "Outcome[Arrived] | None":
            step, done = partial(self._step, cancel, look.bytes), None
            try:
                if (came := look.next(step)) is not None:
                    done = take_in(home, asking(runner), came, step)
                    look.done(came, done.value)
            finally:
                if done is None:  # there is no more, or it went wrong
                    look.close()
            return done

        def taken(done: "Outcome[Arrived] | None") -> None:
            if done is None:
                self._end()
                self._tell_looked(look.for_others)
                self._tell_withheld()
                return
            desk.bus.publish(done.changes)
            if done.value.received or done.value.refused:
                self._found.append(done.value)
            self._next(look)

        runner.background(job, taken, self._failed, alive=alive(self))

    def _tell_looked(self, for_others: int) -> None:
        """What is for others is counted for who asked; it is nothing to be woken for."""
        self._troubled = False
        if self._found:
            self._arrivals.tell(self._found, front=self._asked)
        elif self._asked:
            said = self.tr("There is nothing new in the shared place")
            if for_others:
                said = f"{said}. {self._arrivals.passed_told(for_others)}"
            self._window.banner.note(said)

    def _tell_withheld(self) -> None:
        """That something did not go to a rater is told last, and stays until it is closed."""
        if not self._withheld:
            return
        from trainer.app import outgoing

        withheld, self._withheld = self._withheld, ()
        if (error := outgoing.not_sent(withheld)) is not None:
            self._window.failed(error)

    def _sent(self, done: "Submitted") -> None:
        self._end()
        said = by_count(
            len(done.responses),
            self.tr("1 response is in the shared place; only the program can open it"),
            self.tr("{0} responses are in the shared place; only the program can open them"),
        ).format(len(done.responses))
        if done.said:
            said += self.tr(". It tells what {0} that were sent before may be used for now").format(
                done.said
            )
        if done.withheld:
            said += by_count(
                done.withheld,
                self.tr(". 1 is kept back: you have not agreed to its use"),
                self.tr(". {0} are kept back: you have not agreed to their use"),
            ).format(done.withheld)
        self._window.banner.note(said)

    def _ratings_sent(self, done: "Sent") -> None:
        self._end()
        one = self.tr("Ratings of {0} of 1 response are in the shared place; only the program can "
                      "open them")  # fmt: skip
        said = self.tr("Ratings of {0} of {1} responses are in the shared place; only the program "
                       "can open them")  # fmt: skip
        self._window.banner.note(by_count(done.of, one, said).format(done.responses, done.of))

    def _failed(self, error: Exception) -> None:
        self._end()
        if self._found:
            self._arrivals.tell(self._found, front=self._asked)
        if isinstance(error, CancelledError):
            self._window.banner.note(self.tr("Stopped. Nothing is lost; do it again when you like"))
        elif not isinstance(error, KnownError) or self._asked or not self._troubled:
            self._troubled = True
            self._told = error if isinstance(error, KnownError) else None
            self._window.failed(error)

    def _end(self) -> None:
        self._busy = ""
        self._arrivals.coming.end()

    def _step(self, cancel: Event, whole: int, count: int) -> None:
        """On a worker's thread."""
        if cancel.is_set():
            raise CancelledError
        self._bytes += count
        self._progress(self._bytes, whole)

    def _progress(self, done: int, whole: int) -> None:
        if self._stopped.is_set():
            raise CancelledError
        self._heard.emit(done, whole)

    def _show_progress(self, done: int, whole: int) -> None:
        if self._busy:
            self._arrivals.coming.show_that(self._busy, done, whole)
