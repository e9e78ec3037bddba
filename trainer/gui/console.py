"""Devices for commands that have no window: the recorder with a level, and what doctor asks."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtMultimedia import QMediaFormat

from trainer.app.doctor import Check
from trainer.app.paths import Home, named_path
from trainer.app.settings import Settings
from trainer.app.takes import nothing_heard
from trainer.domain.errors import KnownError
from trainer.gui import devices
from trainer.gui.recorder import QtRecorder
from trainer.media.ports import Level, Take

ShowLevel = Callable[[float, float], None]
_log = logging.getLogger(__name__)


@contextmanager
def hushed() -> Iterator[None]:
    """Qt's own remarks go to the diary: a command's standard error is for sentences."""
    before = qInstallMessageHandler(_to_diary)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _to_diary(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    _log.log(logging.ERROR if grave else logging.INFO, "%s", text)


@hushed()
def record_to(
    out: Path,
    seconds: float | None,
    home: Home,
    show: ShowLevel | None,
    tell: Callable[[KnownError], None],
) -> Take:
    """Record into ``out`` until ``seconds`` are over or Ctrl+C; KnownError when nothing could be.

    ``tell`` hears of troubles as they come: what was heard in spite of them is kept.
    """
    if named_path(out).exists():
        raise KnownError(f"{out} exists already", "Choose another name: nothing is overwritten.")
    app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    recorder = QtRecorder(Settings(home.settings_file).text("microphone") or None)
    started = time.monotonic()
    recorder.on_trouble = tell
    if show is not None:
        recorder.on_level = lambda level: _show(show, level, started)
    recorder.open()
    try:
        recorder.begin(out)
        _wait(app, seconds)
        take = recorder.finish()
    finally:
        recorder.close()
    if not take.duration_s:
        out.unlink(missing_ok=True)
        raise nothing_heard()
    return take


@hushed()
def device_checks() -> tuple[Check, ...]:
    """Microphones, loudspeakers, cameras and what QtMultimedia can write."""
    app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    del app  # only has to exist
    ears, mouths = devices.inputs(), devices.outputs()
    codecs = QMediaFormat().supportedAudioCodecs(QMediaFormat.ConversionMode.Encode)
    return (
        Check("microphone", bool(ears), ", ".join(d.description for d in ears)
              or "None found: connect one, then look again"),
        Check("loudspeaker", True, ", ".join(d.description for d in mouths)
              or "None found: clips run silently"),
        Check("camera", True, ", ".join(d.description for d in devices.cameras())
              or "None found: answers cannot be filmed"),
        Check("codecs", True, ", ".join(sorted(c.name for c in codecs)) or "none"),
    )  # fmt: skip


def _show(show: ShowLevel, level: Level, started: float) -> None:
    show(level.rms_dbfs, time.monotonic() - started)


def _wait(app: QCoreApplication, seconds: float | None) -> None:
    """Run the event loop until the time is over or Ctrl+C."""
    signal.signal(signal.SIGINT, lambda _number, _frame: app.quit())
    awake = QTimer()  # gives Python a moment to see the signal
    awake.start(100)
    if seconds is not None:
        QTimer.singleShot(round(seconds * 1000), app.quit)
    app.exec()
    awake.stop()
