"""Files that come to the window: dropped on it, chosen, opened with it, handed over by a second.

They are taken in one after the other beside the log, and told when all are through: by the screen
that was shown if it has a page for that, else in the banner.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent

from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.gui.arrivals_told import several_told
from trainer.gui.jobs import alive
from trainer.gui.widgets.coming import Coming
from trainer.gui.widgets.rail import Rail

if TYPE_CHECKING:
    from trainer.app.arrivals import Arrived, File
    from trainer.app.received import Received
    from trainer.app.whose import InDoubt
    from trainer.app.work import Outcome
    from trainer.gui.main_window import MainWindow
    from trainer.gui.screen import Teller

SUFFIX = ".attune"


class Arrivals(QObject):
    """Takes in what comes to one window, whichever screen it shows."""

    arrived = Signal(object)  # all that came together, as a tuple of app.arrivals.Arrived
    _heard = Signal(int)  # bytes, from a worker

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._wanted: list[Path] = []  # until there is a log
        self._files: list[File] = []
        self._done: list[Arrived] = []
        self._in_doubt: dict[Path, Arrived] = {}  # until it is said whose they are
        self._teller: Teller | None = None
        self._bytes = self._whole = 0
        self._stopped = Event()
        self.coming = Coming(window)
        self.coming.stopped.connect(self.stop)
        self._heard.connect(self._count)
        window.ready.connect(self._begin_again)
        window.about_to_close.connect(self._stopped.set)
        window.setAcceptDrops(True)
        # Before the parts of the window: a line to write in would take the name of a file as text.
        if (handle := window.windowHandle()) is not None:
            handle.installEventFilter(self)

    @staticmethod
    def of(window: "MainWindow") -> "Arrivals":
        """Those of a window that was opened."""
        found = window.findChild(Arrivals)
        assert isinstance(found, Arrivals)
        return found

    def take_in(self, paths: Iterable[Path]) -> None:
        """Take in files, and of folders the Attune files in them, once the log is open."""
        self._wanted += paths
        self._begin()

    def stop(self) -> None:
        """Take in no more; what is on its way is left out whole."""
        self._stopped.set()

    @property
    def busy(self) -> bool:
        """Whether some are on their way."""
        return bool(self._files)

    @property
    def alone(self) -> bool:
        """Whether one screen has the whole window, and is not to be left for another."""
        rail = self._window.findChild(Rail)
        return rail is None or rail.isHidden()

    def in_doubt(self, assignment_id: str) -> "tuple[Arrived, ...]":
        """Those that came for an assignment and wait for the program to say whose they are."""
        every = [(one, _doubt(one)) for one in self._in_doubt.values()]
        return tuple(one for one, of in every if of and of.assignment_id == assignment_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that are held over the window, and dropped."""
        if isinstance(event, QDropEvent) and (paths := _files_in(event)):
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.take_in(paths)
            return True
        return super().eventFilter(watched, event)

    def tell(self, every: Sequence["Arrived"], *, front: bool = True) -> None:
        """Say what came, and show an assignment that did; or offer to, if not to the ``front``."""
        shown = self._window.shown()
        teller = shown.teller() if shown is not None and front and not self.busy else None
        if teller is None:
            self._say(every, front=front)
        else:
            teller.tell(every, 0)
        self._follow(every)

    # Inside

    def _follow(self, every: Sequence["Arrived"]) -> None:
        for one in every:
            self._in_doubt.pop(one.path, None)
            if _doubt(one) is not None:
                self._in_doubt[one.path] = one
        if any(one.received is not None and one.received.packs for one in every):
            self._read_library()
        self.arrived.emit(tuple(every))

    def _say(self, every: Sequence["Arrived"], *, front: bool) -> None:
        """In the banner."""
        taken = [one.received for one in every if one.received is not None]
        refused = [one for one in every if one.refused is not None]
        passed = len(every) - len(taken) - len(refused)
        banner, show = self._window.banner, self._shows(taken)
        if refused:
            error = self._refusal(refused, len(every) - passed)
            banner.tell(error, *self._each(every, str(error)))
        elif not taken:
            banner.note(self.passed_told(passed))
        else:
            said = self._with_passed(self._taken_told(taken), passed)
            way = self._each(every, said)
            if show is not None and not front:
                way = self.tr("Show it"), show
            if way:
                banner.say(said, *way)
            else:
                banner.note(said)
        if show is not None and front:
            show()

    def _shows(self, taken: "Sequence[Received]") -> "Callable[[], None] | None":
        """What leads to the assignments that came, unless one screen has the whole window.

        In the place of a class lie assignments that are nothing to who came for a share.
        """
        asked = [(one.new, one.assignment.id) for one in taken if one.assignment and not one.code]
        if not asked or self.alone or any(map(_is_share, taken)):
            return None
        news = [of for new, of in asked if new]
        return partial(self._show_assignments, news or [of for _, of in asked])

    def _taken_told(self, taken: "Sequence[Received]") -> str:
        return self._sentence(taken[0]) if len(taken) == 1 else several_told(self, taken)

    def passed_told(self, count: int) -> str:
        """How many files are for others, in a sentence without its full stop; empty for none."""
        if count == 1:
            return self.tr("1 file is not for this computer")
        return self.tr("{0} files are not for this computer").format(count) if count else ""

    def _with_passed(self, said: str, passed: int) -> str:
        return f"{said}. {self.passed_told(passed)}" if passed else said

    def _each(
        self, every: Sequence["Arrived"], said: str
    ) -> "tuple[str, Callable[[], None]] | tuple[()]":
        """What leads from what is ``said`` to a table of several files, or to where it is said
        whose one is, unless one screen has the whole window.
        """
        in_doubt = any(_doubt(one) is not None for one in every)
        if self.alone or (len(every) < 2 and not in_doubt):
            return ()
        told = self.tr("Show each") if len(every) > 1 else self.tr("Say whose it is …")
        return told, partial(self._show_each, every, said)

    def _show_each(self, every: Sequence["Arrived"], said: str) -> None:
        self._window.banner.withdraw(said)
        self._window.go("program")
        shown = self._window.shown()
        if shown is not None and (teller := shown.teller()) is not None:
            teller.tell(every, 0)

    def _refusal(self, refused: Sequence["Arrived"], of: int) -> KnownError:
        first = refused[0].refused
        assert first is not None  # it was refused
        doubt, name = _doubt(refused[0]), refused[0].path.name
        if doubt is not None and not self.alone:  # there is a button for the rest of it
            first = doubt.at_a_glance(name)
        if of == 1:
            return first
        said = self.tr("{0} of {1} files were taken in. {2}: {3}")
        return KnownError(said.format(of - len(refused), of, name, first.text), first.hint)

    def _there(self) -> "Teller | None":
        """The page that tells it, if there is one and it still exists."""
        return self._teller if self._teller is not None and alive(self._teller)() else None

    def _begin_again(self) -> None:
        """The log is open, perhaps after it was closed in the middle of files."""
        self._wanted = [one.path for one in self._files] + self._wanted
        self._files, self._done, self._bytes, self._whole = [], [], 0, 0
        self._teller = None  # it went with its screen
        self._begin()

    def _begin(self) -> None:
        desk, paths, shown = self._window.desk, self._wanted, self._window.shown()
        if desk is None or not paths or shown is None:
            return
        self._wanted = []
        if not self._files:
            self._stopped.clear()
        if (teller := shown.teller()) is not None:
            self._teller = teller
            teller.expect()
        desk.runner.background(
            lambda _: _sized(paths), self._line_up, self._unread, alive=alive(self)
        )

    def _unread(self, error: Exception) -> None:
        if not self._files:
            self._end(0)
        self._window.failed(error)

    def _line_up(self, found: "tuple[File, ...]") -> None:
        if not found:
            self._nothing_there()
            return
        idle = not self._files
        self._files += found
        self._whole += sum(one.size for one in found)
        if idle and self._stopped.is_set():
            self._end(len(found))
        elif idle:
            self._next()

    def _nothing_there(self) -> None:
        if self._there() is None or self._files:
            said = self.tr("There is no Attune file in it"), self.tr("Its name ends in .attune.")
            self._window.banner.tell(KnownError(*said))
        if not self._files:
            self._end(0)

    def _next(self) -> None:
        from trainer.app.arrivals import take_one
        from trainer.app.work import asking

        desk = self._window.desk
        if desk is None:
            return
        home, runner, file = desk.home, desk.runner, self._files[0]
        self._show_progress()

        def job(cancel: Event) -> "Outcome[Arrived]":
            return take_one(home, asking(runner), file, partial(self._step, cancel))

        def taken(done: "Outcome[Arrived]") -> None:
            desk.bus.publish(done.changes)
            self._one_done(None, done.value)

        runner.background(job, taken, lambda error: self._one_done(error, None), alive=alive(self))

    def _one_done(self, error: Exception | None, found: "Arrived | None") -> None:
        size = self._files.pop(0).size
        if found is not None:
            self._done.append(found)
        elif error is not None and not isinstance(error, CancelledError):
            self._window.failed(error)
        self._bytes += size
        if self._files and not self._stopped.is_set():
            self._next()
            return
        self._end(len(self._files) + isinstance(error, CancelledError))

    def _end(self, left: int) -> None:
        done, teller = self._done, self._there()
        self._files, self._done, self._bytes, self._whole = [], [], 0, 0
        self._teller = None
        self.coming.end()
        if teller is not None:
            teller.tell(done, left)
        if done and (teller is None or not teller.isVisible()):
            self._say(done, front=teller is None)
        if left and teller is None:
            one = self.tr("Stopped: 1 file was not taken in; what was before it is kept")
            said = self.tr("Stopped: {0} files were not taken in; what was before them is kept")
            self._window.banner.note(by_count(left, one, said).format(left))
        if done:
            self._follow(done)

    def _step(self, cancel: Event, count: int) -> None:
        """On a worker."""
        if self._stopped.is_set() or cancel.is_set():
            raise CancelledError
        if count:
            self._heard.emit(count)

    def _count(self, count: int) -> None:
        if self._files:
            size = self._files[0].size
            self._files[0] = replace(self._files[0], size=max(0, size - count))
            self._bytes += min(size, count)
            self._show_progress()

    def _show_progress(self) -> None:
        at, of = len(self._done) + 1, len(self._done) + len(self._files)
        text = self.tr("Taking in {0} ({1} of {2})").format(self._files[0].path.name, at, of)
        teller = self._there()
        if teller is not None:
            teller.go_on(text, self._bytes, self._whole)
        if teller is None or not teller.isVisible():
            self.coming.show_that(text, self._bytes, self._whole)
        else:
            self.coming.end()

    def _sentence(self, found: "Received") -> str:
        if found.assignment is None:
            see = _is_share(found) and not self._shows_rate()
            said = self.tr("{0}: see Rate").format(found.said) if see else found.said
        elif found.code:
            one = self.tr("{0}: 1 response, new") if found.added else self.tr("{0}: 1 response")
            said = by_count(found.responses, one, self.tr("{0}: {1} responses, {2} of them new"))
            said = said.format(found.code, found.responses, found.added)
        elif found.new:
            said = self.tr("{0} is on your desk").format(found.assignment.title)
        else:
            said = self.tr("{0} was here before").format(found.assignment.title)
        return "; ".join((said, *map(self._by_name, found.notes)))

    def _by_name(self, text: str) -> str:
        from trainer.gui.client_names import ClientNames

        desk = self._window.desk
        return ClientNames(desk.library).told(text) if desk is not None else text

    def _shows_rate(self) -> bool:
        from trainer.gui.screens.rate import RateScreen

        return isinstance(self._window.shown(), RateScreen)

    def _show_assignments(self, ids: Sequence[str]) -> None:
        from trainer.gui.screens.today import TodayScreen

        self._window.go("today")
        shown = self._window.shown()
        assert isinstance(shown, TodayScreen)
        shown.assigned.point_to(*ids)

    def _read_library(self) -> None:
        """Packs came: what rests on them is there at once."""
        from trainer.app.library import Library, load_library, pack_folders
        from trainer.domain.changes import Changes

        desk = self._window.desk
        if desk is None:
            return
        home = desk.home

        def have(library: Library) -> None:
            desk.library = library
            desk.bus.publish(Changes.ASSIGNMENTS)

        desk.runner.background(
            lambda _: load_library(pack_folders(home)), have, self._window.failed,
            alive=alive(self),
        )  # fmt: skip


def _is_share(found: "Received") -> bool:
    from trainer.app.share import KIND

    return found.kind == KIND


def _doubt(one: "Arrived") -> "InDoubt | None":
    from trainer.app.whose import InDoubt

    return one.refused if isinstance(one.refused, InDoubt) else None


def _files_in(event: QDropEvent) -> list[Path]:
    """The files that are dragged, if one of them is Attune's or a folder: the others are told."""
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    paths = [Path(url.toLocalFile()) for url in urls]
    return paths if any(path.suffix == SUFFIX or path.is_dir() for path in paths) else []


def _sized(paths: Sequence[Path]) -> "tuple[File, ...]":
    from trainer.app.arrivals import files_of

    return files_of(paths)
