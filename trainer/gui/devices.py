"""Microphones, loudspeakers and cameras by name, and what to take when the chosen one is gone."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtMultimedia import QAudioDevice, QCameraDevice, QMediaDevices

from trainer.domain.errors import KnownError

# The thread on which Qt talks to PulseAudio. It is there while the server is.
_TALKS_TO_SERVER = "QPulseAudioEngi"
_talked = False
# What PulseAudio and PipeWire put in the place of a loudspeaker while there is none.
_DUMMY = "auto_null"


class Device(NamedTuple):
    """A device; ``id`` stays the same between starts."""

    id: str
    description: str
    is_default: bool


def inputs() -> list[Device]:
    """The microphones there are now, the system's default first."""
    return _described(QMediaDevices.audioInputs())


def outputs() -> list[Device]:
    """The loudspeakers and headphones there are now, the system's default first."""
    return _described(QMediaDevices.audioOutputs())


def no_output() -> KnownError | None:
    """Why nothing can be heard now: there is no loudspeaker; None if there is one.

    Under a microsecond: Qt keeps the list.
    """
    if any(id_of(one) != _DUMMY for one in QMediaDevices.audioOutputs()):
        return None
    return KnownError(
        "Nothing can be heard: this computer has no loudspeaker or headphones now",
        "Connect some, then play it again. Until then nothing counts as heard.",
    )


def server_lost() -> KnownError | None:
    """Why no sound can be opened now: the sound server that there was has gone; None if it can.

    Qt (6.11) ends the whole program when it is to open a device on a PulseAudio that has crashed
    ("Assertion 'c' failed", in libpulse), until it has found the new one, which it looks for once,
    3 s later. It tells nobody, but the thread on which it talks to the server goes and comes.
    """
    global _talked  # noqa: PLW0603 - there is one server for the program, and Qt keeps it too
    talks = on_pulse()
    _talked = _talked or talks
    if talks or not _talked:
        return None
    return KnownError(
        "The computer's sound system has stopped",
        "What was recorded is kept. Wait a moment; if it lasts, close Attune and open it again.",
    )


def on_pulse() -> bool:
    """Whether Qt talks to a PulseAudio now."""
    return sys.platform.startswith("linux") and _has_thread(_TALKS_TO_SERVER)


def _has_thread(name: str) -> bool:
    for task in list(Path("/proc/self/task").iterdir()):
        try:
            if (task / "comm").read_text().strip() == name:
                return True
        except OSError:
            continue  # it has just ended
    return False


def find_input(device_id: str | None) -> tuple[QAudioDevice, str]:
    """The microphone ``device_id``, or the default with a note of why; null when there is none."""
    default = QMediaDevices.defaultAudioInput()
    return _find(QMediaDevices.audioInputs(), default, device_id, "microphone")


def find_output(device_id: str | None) -> tuple[QAudioDevice, str]:
    """The output ``device_id``, or the default with a note of why; null when there is none."""
    default = QMediaDevices.defaultAudioOutput()
    return _find(QMediaDevices.audioOutputs(), default, device_id, "sound output")


def cameras() -> list[Device]:
    """The cameras there are now, the system's default first."""
    return _described(QMediaDevices.videoInputs())


def find_camera(device_id: str | None) -> QCameraDevice:
    """The camera ``device_id``, or the default for None; null when there is none.

    Never another one than was chosen: it may look elsewhere.
    """
    if device_id is None:
        return QMediaDevices.defaultVideoInput()
    found = (one for one in QMediaDevices.videoInputs() if id_of(one) == device_id)
    return next(found, QCameraDevice())


def id_of(device: QAudioDevice | QCameraDevice) -> str:
    """The id of ``device`` as text."""
    return bytes(device.id().data()).decode("utf-8", "backslashreplace")


def _described(found: Sequence[QAudioDevice | QCameraDevice]) -> list[Device]:
    named = [Device(id_of(one), one.description(), one.isDefault()) for one in found]
    return sorted(named, key=lambda device: not device.is_default)


def _find(
    found: list[QAudioDevice], default: QAudioDevice, device_id: str | None, what: str
) -> tuple[QAudioDevice, str]:
    if device_id is None:
        return default if not default.isNull() or not found else found[0], ""
    for one in found:
        if id_of(one) == device_id:
            return one, ""
    if default.isNull():
        return default, ""
    return default, f"The chosen {what} is not connected; {default.description()} is used instead"
