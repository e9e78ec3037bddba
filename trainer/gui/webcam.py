"""Where a camera's pictures come from: a camera of this machine, or what plays the part of one.

A source lives on the camera's own thread and is only touched there.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtMultimedia import (
    QCamera,
    QCameraFormat,
    QMediaCaptureSession,
    QVideoFrame,
    QVideoSink,
)

from trainer.domain.errors import KnownError
from trainer.gui import devices

See = Callable[[QVideoFrame], None]
Fail = Callable[[KnownError], None]

WIDEST = QSize(1280, 720)
SLOWEST_HZ = 24.0


class PictureSource(Protocol):
    """Delivers pictures on the thread that calls ``start``."""

    def start(self, see: See, fail: Fail) -> None:
        """Deliver from now on; KnownError when there is nothing to see."""

    def stop(self) -> None:
        """Deliver no more and let go of the device."""


class Webcam:
    """A camera of this machine; None is the system's own choice."""

    def __init__(self, device_id: str | None = None) -> None:
        self._wanted = device_id
        self._camera: QCamera | None = None

    def start(self, see: See, fail: Fail) -> None:
        """Begin to open the camera; KnownError when it is not there."""
        device = devices.find_camera(self._wanted)
        if device.isNull():
            raise _no_camera(chosen=self._wanted is not None)
        self._camera = camera = QCamera(device)
        camera.setCameraFormat(_format(device.videoFormats()))
        camera.errorOccurred.connect(lambda _error, _text: fail(_refused(device.description())))
        self._sink, self._session = QVideoSink(), QMediaCaptureSession()
        self._sink.videoFrameChanged.connect(see)
        self._session.setCamera(camera)
        self._session.setVideoSink(self._sink)
        camera.start()

    def stop(self) -> None:
        """Close the camera: its light goes out."""
        if self._camera is not None:
            self._camera.stop()
            self._camera = None
            del self._session, self._sink


def _format(offered: list[QCameraFormat]) -> QCameraFormat:
    """The largest picture up to ``WIDEST`` at a speed that looks alive; else the camera's own."""

    def size(one: QCameraFormat) -> int:
        return one.resolution().width() * one.resolution().height()

    good = [
        one
        for one in offered
        if one.maxFrameRate() >= SLOWEST_HZ
        and one.resolution().width() <= WIDEST.width()
        and one.resolution().height() <= WIDEST.height()
    ]
    return max(good, key=size, default=QCameraFormat())


def _no_camera(*, chosen: bool) -> KnownError:
    return KnownError(
        "The chosen camera is not connected" if chosen else "No camera was found",
        "The sound is recorded without a film. Connect it, or choose in Settings.",
    )


def _refused(name: str) -> KnownError:
    return KnownError(
        f"The camera {name} can't be used",
        "The sound is recorded all the same. Allow this program to use the camera in the system's "
        "privacy settings, and close other programs that may hold it.",
    )
