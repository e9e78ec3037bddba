"""A film in the making: pictures with their times, in a file that a crash only shortens."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QObject, QTimer, Slot
from PySide6.QtMultimedia import (
    QMediaCaptureSession,
    QMediaFormat,
    QMediaRecorder,
    QVideoFrame,
    QVideoFrameInput,
)

from trainer.domain.errors import KnownError
from trainer.gui.webcam import Fail

FASTEST_S = 1 / 33  # a camera of 60 pictures a second is filmed with every other one
FILM_HZ = 25.0
CLOCK_HZ = 1000.0  # what the encoder rounds times to; told a camera's 25, it is 20 ms out
ROOM_BYTES = 300_000_000  # with less on the disk the film ends, so that the sound can go on
CLOSE_MS = 3000


class FilmWriter(QObject):
    """One film in the making; lives on the eye's thread."""

    def __init__(self, path: Path, closed: Callable[[], None], fail: Fail) -> None:
        super().__init__()
        self._closed, self._fail, self._path = closed, fail, path
        self._first_s: float | None = None  # when its first picture came
        self._last_s = 0.0
        self._over = self._finishing = False
        self._input, self._session = QVideoFrameInput(self), QMediaCaptureSession(self)
        self._recorder = QMediaRecorder(self)
        # Matroska can be read up to where a crash cut it off; of an MP4 nothing would be left.
        form = QMediaFormat(QMediaFormat.FileFormat.Matroska)
        form.setVideoCodec(QMediaFormat.VideoCodec.MPEG4)
        self._recorder.setMediaFormat(form)
        self._recorder.setQuality(QMediaRecorder.Quality.NormalQuality)
        self._recorder.setVideoFrameRate(FILM_HZ)
        # Into a device that keeps nothing back: a file by its name loses up to 256 kB in a crash,
        # which is ten seconds of somebody who sits still.
        self._file = QFile(str(path.absolute()), self)
        self._recorder.setOutputDevice(self._file)
        self._session.setVideoFrameInput(self._input)
        self._session.setRecorder(self._recorder)
        self._recorder.errorOccurred.connect(self._refused)
        self._recorder.recorderStateChanged.connect(self._changed)
        mode = QIODevice.OpenModeFlag
        if self._file.open(mode.ReadWrite | mode.Unbuffered | mode.NewOnly):
            self._recorder.record()
        else:
            self._refused(QMediaRecorder.Error.LocationNotWritable, self._file.errorString())

    def add(self, frame: QVideoFrame, at_s: float) -> bool:
        """Film a picture that came at ``at_s``; whether it is the first one."""
        if self._over or self._finishing or at_s - self._last_s < FASTEST_S:
            return False
        begins_s = at_s if self._first_s is None else self._first_s
        frame.setStartTime(round((at_s - begins_s) * 1e6))
        frame.setEndTime(-1)
        frame.setStreamFrameRate(CLOCK_HZ)
        # An encoder that is still opening takes the first picture and then none for a moment.
        if not self._input.sendVideoFrame(frame):
            return False
        is_first, self._first_s, self._last_s = self._first_s is None, begins_s, at_s
        return is_first

    def look(self) -> None:
        """End the film while the disk still has room for the sound."""
        if not self._over and not has_room(self._path.parent):
            self._fail(no_room())
            self._recorder.stop()

    def finish(self) -> None:
        """Close the file; ``closed`` is called then, at the latest ``CLOSE_MS`` later."""
        self._finishing = True
        if self._recorder.recorderState() == QMediaRecorder.RecorderState.StoppedState:
            self._end()
        else:
            QTimer.singleShot(CLOSE_MS, self, self._end)
            self._recorder.stop()

    @Slot(QMediaRecorder.RecorderState)
    def _changed(self, state: QMediaRecorder.RecorderState) -> None:
        if state == QMediaRecorder.RecorderState.StoppedState:
            self._over = True
            if self._finishing:  # else it ended by itself, and is kept when its take ends
                # Not within the recorder's own signal: it is deleted for it.
                QTimer.singleShot(0, self, self._end)

    @Slot()
    def _end(self) -> None:
        self._file.close()
        closed, self._closed = self._closed, _nothing
        closed()

    @Slot(QMediaRecorder.Error, str)
    def _refused(self, _error: QMediaRecorder.Error, text: str) -> None:
        self._fail(_not_written(self._path, text))


def has_room(folder: Path) -> bool:
    """Whether a film leaves the sound enough room on the disk."""
    try:
        return shutil.disk_usage(folder).free >= ROOM_BYTES
    except OSError:
        return True  # a folder that has gone is told by the recorder of the sound


def no_room() -> KnownError:
    """What is said when it does not."""
    return KnownError(
        "The disk is nearly full: the film ends, the sound goes on",
        "Free some space; what was filmed is kept.",
    )


def _not_written(path: Path, why: str) -> KnownError:
    return KnownError(
        f"The film can't be written in {path.parent} ({why})",
        "The sound is recorded all the same.",
    )


def _nothing() -> None:
    """What comes after a film that was told to be closed already."""
