"""The app's eye: a camera on a thread of its own, and films out of its pictures.

Opening a camera takes up to seconds and closing a film some tens of milliseconds: neither is the
window's. Each picture is stamped with the monotonic clock when it comes and goes into the film with
that time, so that where the first one lies in the sound, all of them lie. What no program is told
is how long a picture was on its way out of the camera, some 30 to 100 ms by USB.
"""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame

from trainer.domain.errors import KnownError
from trainer.gui.film import CLOSE_MS, FilmWriter, has_room, no_room
from trainer.gui.webcam import PictureSource, Webcam
from trainer.media.ports import Moment

FRAME_ERROR_S = 0.04  # how old a picture may be that was taken at 25 a second
PREVIEW = QSize(640, 480)
PREVIEW_EVERY_S = 1 / 16
WAKES_IN_S = 6.0
MISSED_AFTER_S = 2.0
LOOK_MS = 250

# Open, or still closing a film: Qt ends the program when a running thread's object goes.
_open: "set[QtCamera]" = set()


class _Eye(QObject):
    """Owns the source and the film; everything here runs on the eye's thread."""

    sees = Signal()
    shown = Signal(QImage)
    begun = Signal(object)
    closed = Signal(int)
    trouble = Signal(object)

    def __init__(self, source: PictureSource, *, shows: bool) -> None:
        super().__init__()
        self._source, self._shows = source, shows
        self._film: FilmWriter | None = None
        self._number = 0  # by which the film that is being closed is known to whoever asked
        self._leaving = self._told = False
        self._opened_s = self._seen_s = self._shown_s = 0.0
        self._timer: QTimer | None = None  # while the source is open

    @Slot()
    def open(self) -> None:
        self._opened_s = time.monotonic()
        try:
            self._source.start(self._see, self._fail)
        except KnownError as error:
            self._fail(error)
            return
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    @Slot(str)
    def begin(self, path: str) -> None:
        if self._timer is None:
            return  # there is no camera, and that was told
        if has_room(Path(path).parent):
            self._film = FilmWriter(Path(path), self._film_closed, self._fail)
        else:
            self._fail(no_room())

    @Slot(int)
    def finish(self, number: int) -> None:
        self._number = number
        if self._film is None:
            self.closed.emit(number)
        else:
            self._film.finish()

    @Slot()
    def close(self) -> None:
        self._leaving = True
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._source.stop()
        if self._film is None:
            QThread.currentThread().quit()
        else:
            self._film.finish()

    def _film_closed(self) -> None:
        film, self._film = self._film, None
        if film is not None:
            film.deleteLater()
        self.closed.emit(self._number)
        if self._leaving:
            QThread.currentThread().quit()

    @Slot(QVideoFrame)
    def _see(self, frame: QVideoFrame) -> None:
        now_s = time.monotonic()
        if not frame.isValid() or self._timer is None:
            return
        if not self._seen_s:
            self.sees.emit()
        self._seen_s, self._told = now_s, False
        if self._shows and now_s - self._shown_s >= PREVIEW_EVERY_S:
            self._shown_s = now_s
            keep = Qt.AspectRatioMode.KeepAspectRatio
            self.shown.emit(frame.toImage().scaled(PREVIEW, keep))
        if self._film is not None and self._film.add(frame, now_s):
            self.begun.emit(Moment(now_s, FRAME_ERROR_S))

    @Slot()
    def _look(self) -> None:
        waited_s = time.monotonic() - (self._seen_s or self._opened_s)
        if waited_s > (MISSED_AFTER_S if self._seen_s else WAKES_IN_S):
            self._fail(_no_picture())
        if self._film is not None:
            self._film.look()

    def _fail(self, error: KnownError) -> None:
        """Tell it once, until pictures come again."""
        if not self._told:
            self._told = True
            self.trouble.emit(error)


class QtCamera(QObject):
    """``ports.Camera`` on a camera of this machine, or on any other ``PictureSource``.

    ``on_picture``, set before ``open``, is shown what the camera sees, made small.
    """

    _wants_open = Signal()
    _wants_begin = Signal(str)
    _wants_finish = Signal(int)
    _wants_close = Signal()

    def __init__(self, device_id: str | None = None, source: PictureSource | None = None) -> None:
        super().__init__()  # of no parent: a film may be closed after its screen has gone
        self.on_begun: Callable[[Moment], None] = _ignore
        self.on_trouble: Callable[[KnownError], None] = _ignore
        self.on_picture: Callable[[QImage], None] | None = None
        self._source: PictureSource = source or Webcam(device_id)
        self._open = self._runs = False
        self._threads: list[tuple[QThread, _Eye]] = []  # open, or still closing a film
        self._then: dict[int, Callable[[], None]] = {}
        self._wants = (self._wants_open, self._wants_begin, self._wants_finish, self._wants_close)
        application = QCoreApplication.instance()
        assert application is not None, "a camera lives in a window"
        application.aboutToQuit.connect(self.wait)

    @property
    def runs(self) -> bool:
        """Whether it is open and pictures have come."""
        return self._runs

    @property
    def closing(self) -> bool:
        """Whether a thread of it still runs."""
        return bool(self._threads)

    def open(self) -> None:
        """Begin to open the device; nothing if it is open already."""
        if self._open:
            return
        self._open = True
        eye, thread = _Eye(self._source, shows=self.on_picture is not None), QThread()
        thread.setObjectName("eye")
        eye.moveToThread(thread)
        self._threads.append((thread, eye))
        queued = Qt.ConnectionType.QueuedConnection
        eye.sees.connect(self._sees, queued)
        eye.shown.connect(self._show, queued)
        eye.begun.connect(self._begun, queued)
        eye.closed.connect(self._closed, queued)
        eye.trouble.connect(self._tell, queued)
        self._wants_open.connect(eye.open, queued)
        self._wants_begin.connect(eye.begin, queued)
        self._wants_finish.connect(eye.finish, queued)
        self._wants_close.connect(eye.close, queued)
        thread.finished.connect(self._gone, queued)
        thread.start()
        self._wants_open.emit()  # now, so that what is asked for next comes after it
        _open.add(self)

    def begin(self, path: Path) -> None:
        """Film into a new Matroska file at ``path`` from the next picture on."""
        self._wants_begin.emit(str(path))

    def finish(self, then: Callable[[], None]) -> None:
        """End the film; ``then`` is called once its file is closed."""
        if self._open:
            number = max(self._then, default=0) + 1
            self._then[number] = then
            self._wants_finish.emit(number)

    def close(self) -> None:
        """Let go of the device; returns at once. A running film is closed and kept."""
        if self._open:
            self._open = self._runs = False
            self._wants_close.emit()
            for signal in self._wants:
                signal.disconnect()  # the next eye's; what was sent arrives

    @Slot()
    def _sees(self) -> None:
        self._runs = self._open

    @Slot(QImage)
    def _show(self, picture: QImage) -> None:
        if self._open and self.on_picture is not None:
            self.on_picture(picture)

    @Slot(object)
    def _begun(self, moment: Moment) -> None:
        if self._open:
            self.on_begun(moment)

    @Slot(int)
    def _closed(self, number: int) -> None:
        self._then.pop(number, _nothing)()

    @Slot(object)
    def _tell(self, error: KnownError) -> None:
        self.on_trouble(error)

    @Slot()
    def _gone(self) -> None:
        self._threads = [(t, e) for t, e in self._threads if not t.isFinished()]
        if not self._threads:
            _open.discard(self)

    @Slot()
    def wait(self) -> None:
        """Wait for films to be closed, and tell so: for the end, while the log is still open."""
        self.close()
        for thread, _ in self._threads:
            thread.wait(CLOSE_MS)
        QCoreApplication.sendPostedEvents(self)


def _no_picture() -> KnownError:
    return KnownError(
        "No picture comes from the camera",
        "The sound is recorded all the same. Check that the camera is connected and uncovered.",
    )


def _nothing() -> None:
    """What comes after a film that nobody waits for."""


def _ignore(_: object) -> None:
    """What nobody asked to be told."""
