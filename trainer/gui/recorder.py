"""The app's ear: a source on a thread of its own, heard by a ``Capture``, told of on the caller's.

A window that is busy, or a slow disk, never costs a sample: the device is read on the ear's
thread, the file is written on the take's, and the system's buffer bridges two seconds more.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtMultimedia import QMediaDevices

from trainer.domain.errors import KnownError
from trainer.domain.response import ASLEEP, GAP, MOVED, MUTED, Hole
from trainer.gui import devices
from trainer.gui.sources import FileSource, Microphone, Moved, Source
from trainer.media.capture import Capture
from trainer.media.ports import Level, Moment, Take
from trainer.media.wav import SoundFormat

TICK_MS = 50
_OPEN_S = 5.0
_DRAIN_S = 0.1

# A driver that never returns: Qt ends the program when a running thread's object goes.
_stuck: list[tuple[QThread, QObject]] = []

__all__ = ["FileSource", "Microphone", "QtRecorder", "Source"]


class _Ear(QObject):
    """Owns the source; everything here runs on the ear's thread."""

    level = Signal(object)
    trouble = Signal(object)
    over = Signal(object)
    holes = Signal(object)

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._timer: QTimer | None = None
        self.capture: Capture | None = None
        self.refused: KnownError | None = None
        self.opened = threading.Event()
        self.drained = threading.Event()
        self._holes: tuple[Hole, ...] = ()
        self._name = ""  # of the device that was heard last
        self._moved_to = ""  # by the system, to be told once it is heard

    @Slot()
    def open(self) -> None:
        try:
            form = self._source.start(self.lost)
        except KnownError as error:
            self.refused = error
        else:
            self.capture, self._name = Capture(form), self._source.name
            self._source.listen(self.capture.hear, self._switched)
            self._timer = QTimer()
            self._timer.timeout.connect(self._tick)
            self._timer.start(TICK_MS)
        self.opened.set()

    @Slot(object)
    def lost(self, why: KnownError) -> None:
        if self.capture is not None:
            self.capture.stopped(why)

    @Slot(str)
    def moved(self, name: str) -> None:
        self._moved_to = name

    @Slot()
    def drain(self) -> None:
        self._source.drain()
        self.drained.set()

    @Slot()
    def taken(self) -> None:
        self._source.taken()

    @Slot()
    def close(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._source.stop()
        QThread.currentThread().quit()

    def _switched(self, form: SoundFormat) -> None:
        assert self.capture is not None, "nothing switches before it is heard"
        self.capture.joined(form)
        self._moved_to = ""
        if not self.capture.taking and self._source.name != self._name:
            self.trouble.emit(_used_now(self._source.name))
        self._name = self._source.name

    def _take_over(self, capture: Capture, moved: Moved) -> None:
        """The system has: it goes on with what there is, and where that began is marked."""
        if not moved.name:
            capture.stopped(_disconnected())
            return
        self._name = moved.name
        capture.moved(moved.since_s)
        self.trouble.emit(_used_instead(moved.name) if moved.gone else _used_now(moved.name))

    def _tick(self) -> None:
        if self.capture is None:
            return
        # After a hold-up, what waits in the device's buffer has arrived: look at it first.
        self._source.drain()
        if moved := self._source.moved():
            self._take_over(self.capture, moved)
        self.capture.muted(self._source.muted_since)
        now_s = time.monotonic()
        for error in self.capture.tick(now_s):
            self.trouble.emit(error)
        for error in self.capture.over():
            self.over.emit(error)
        if self.capture.missing:
            self._source.retry()
        elif self._moved_to:
            self.trouble.emit(_used_now(self._moved_to))
            self._moved_to = ""
        self._tell_holes(self.capture.holes)
        if self.capture.hears:  # the first level says that the microphone is awake
            self.level.emit(self.capture.level(now_s))

    def _tell_holes(self, holes: tuple[Hole, ...]) -> None:
        before, self._holes = self._holes, holes
        if not holes or holes == before:
            return
        self.holes.emit(holes)
        for hole in holes:
            # Those are told otherwise, and so is a mute that lasts, which has no length yet.
            told = hole.kind in (GAP, MOVED) or not hole.missing_s
            if hole not in before and not told:
                self.trouble.emit(_goes_on(hole, self._source.name))


class QtRecorder(QObject):
    """``ports.Recorder`` on a microphone of this machine, or on any other ``Source``.

    ``note`` says, once open, when another microphone than the chosen one is used; else empty.
    """

    _wants_open = Signal()
    _wants_drain = Signal()
    _wants_taken = Signal()
    _wants_close = Signal()
    _lost = Signal(object)
    _moved = Signal(str)

    def __init__(
        self,
        device_id: str | None = None,
        source: Source | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.on_level: Callable[[Level], None] = _ignore
        self.on_trouble: Callable[[KnownError], None] = _ignore
        self.on_over: Callable[[KnownError], None] = _ignore
        self.on_holes: Callable[[tuple[Hole, ...]], None] = _ignore
        self.source: Source = source or Microphone(device_id)
        self._ear: _Ear | None = None
        self._thread: QThread | None = None
        self._asked_s = 0.0  # when the device was asked to open
        self._devices: QMediaDevices | None = None

    @property
    def note(self) -> str:
        """Why another microphone than the chosen one is used; empty when it isn't."""
        return self.source.note

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._ear is not None

    @property
    def ready(self) -> bool:
        """Whether ``open`` returns at once; also when the device has had time enough to answer."""
        ear = self._ear
        waited_s = time.monotonic() - self._asked_s
        return ear is None or ear.opened.is_set() or waited_s > _OPEN_S

    def prepare(self) -> None:
        """Begin to open without waiting for the device, so that ``open`` need not wait either."""
        if self._ear is not None:
            return
        self._asked_s = time.monotonic()
        ear, thread = _Ear(self.source), QThread()
        thread.setObjectName("ear")
        ear.moveToThread(thread)
        self._ear, self._thread = ear, thread
        queued = Qt.ConnectionType.QueuedConnection
        ear.level.connect(self._tell_level, queued)
        ear.trouble.connect(self._tell_trouble, queued)
        ear.over.connect(self._tell_over, queued)
        ear.holes.connect(self._tell_holes, queued)
        self._wants_open.connect(ear.open, queued)
        self._wants_drain.connect(ear.drain, queued)
        self._wants_taken.connect(ear.taken, queued)
        self._wants_close.connect(ear.close, queued)
        self._lost.connect(ear.lost, queued)
        self._moved.connect(ear.moved, queued)
        thread.start(QThread.Priority.TimeCriticalPriority)
        self._wants_open.emit()

    def open(self) -> None:
        """Start listening; KnownError when there is no microphone. Nothing if it does already."""
        if self._ear is not None and self._ear.refused is not None:
            self.close()  # what refused a moment ago may have been plugged in since
        self.prepare()
        ear = self._ear
        assert ear is not None, "prepared above"
        answered = ear.opened.wait(_OPEN_S)
        if ear.refused is not None or not answered:
            self.close()
            raise ear.refused or KnownError(
                "The microphone does not answer", "Unplug it and connect it again, then retry."
            )
        if isinstance(self.source, Microphone) and self._devices is None:
            self._devices = QMediaDevices()  # no parent: it goes when the device does
            self._devices.audioInputsChanged.connect(self._check_device)

    def begin(self, path: Path) -> None:
        """Write from ``PRE_ROLL_S`` before now into a new WAV at ``path``; KnownError if not."""
        self._capture().begin(path)
        self._wants_taken.emit()

    def position_of(self, moment: Moment) -> Moment:
        """Where in the running take (seconds from its first sample) ``moment`` lies."""
        return self._capture().position_of(moment)

    def finish(self) -> Take:
        """Close the take with all that has arrived; listening goes on."""
        capture, ear = self._capture(), self._ear
        if ear is not None:
            ear.drained.clear()
            self._wants_drain.emit()
            ear.drained.wait(_DRAIN_S)  # a device that hangs must not hang the window
        return capture.finish()

    def close(self) -> None:
        """Stop listening and let go of the device; a running take is closed and kept."""
        ear, thread = self._ear, self._thread
        if ear is None or thread is None:
            return
        self._devices = None
        try:
            if ear.capture is not None and ear.capture.taking:
                self.finish()
                for error in ear.capture.tick(time.monotonic()):
                    self.on_trouble(error)
        finally:
            self._ear = self._thread = None
            self._wants_close.emit()
            if not thread.wait(round(_OPEN_S * 1000)):
                _stuck.append((thread, ear))

    def _capture(self) -> Capture:
        if self._ear is None or self._ear.capture is None:
            raise KnownError("The microphone is not open", "Choose a microphone in Settings.")
        return self._ear.capture

    @Slot()
    def _check_device(self) -> None:
        source = self.source
        if not isinstance(source, Microphone) or self._ear is None or source.watched:
            return
        now = devices.inputs()
        default = now[0].id if now and now[0].is_default else ""
        gone = bool(source.in_use) and source.in_use not in [device.id for device in now]
        if not gone and not (source.was_default and default and default != source.in_use):
            return
        # PulseAudio moves the stream, and may keep what is gone in its list: only this shows. If it
        # is not moved, nothing arrives any more, and the ear opens what there is.
        source.in_use = now[0].id if now else ""
        source.was_default = bool(default)
        if gone:
            self._lost.emit(_disconnected())
        if now:
            self._moved.emit(now[0].description)

    @Slot(object)
    def _tell_level(self, level: Level) -> None:
        if self._ear is not None:
            self.on_level(level)

    @Slot(object)
    def _tell_holes(self, holes: tuple[Hole, ...]) -> None:
        if self._ear is not None:
            self.on_holes(holes)

    @Slot(object)
    def _tell_over(self, error: KnownError) -> None:
        if self._ear is not None:
            self.on_over(error)

    @Slot(object)
    def _tell_trouble(self, error: KnownError) -> None:
        if self._ear is not None:
            self.on_trouble(error)


def _disconnected() -> KnownError:
    return KnownError(
        "The microphone was disconnected",
        "Connect it again, or another: then it goes on by itself. What was said is kept.",
    )


def _used_instead(name: str) -> KnownError:
    return KnownError(
        f"The microphone was disconnected: {name} is used now",
        "Go on speaking, and watch the level. What was said is kept.",
    )


def _used_now(name: str) -> KnownError:
    return KnownError(
        f"Another microphone is used now, {name}",
        "Watch the level: if it is the wrong one, choose the microphone in Settings.",
    )


def _goes_on(hole: Hole, name: str) -> KnownError:
    if hole.kind == ASLEEP:
        return KnownError(
            f"The computer was asleep for {_length(hole.missing_s)}: the recording goes on",
            "What was said before is kept; go on speaking.",
        )
    if hole.kind == MUTED:
        return KnownError(
            f"The microphone is on again: {_length(hole.missing_s)} are missing",
            "What was said before is kept; go on speaking.",
        )
    return KnownError(
        f"The recording goes on with {name}: {_length(hole.missing_s)} are missing",
        "What was said before is kept; go on speaking.",
    )


def _length(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _ignore(_: object) -> None:
    """What nobody asked to be told."""
