"""Microphones and loudspeakers by name, and what to take when the chosen one is gone."""

from typing import NamedTuple

from PySide6.QtMultimedia import QAudioDevice, QMediaDevices


class Device(NamedTuple):
    """A sound device; ``id`` stays the same between starts."""

    id: str
    description: str
    is_default: bool


def inputs() -> list[Device]:
    """The microphones there are now, the system's default first."""
    return _described(QMediaDevices.audioInputs())


def outputs() -> list[Device]:
    """The loudspeakers and headphones there are now, the system's default first."""
    return _described(QMediaDevices.audioOutputs())


def find_input(device_id: str | None) -> tuple[QAudioDevice, str]:
    """The microphone ``device_id``, or the default with a note of why; null when there is none."""
    default = QMediaDevices.defaultAudioInput()
    return _find(QMediaDevices.audioInputs(), default, device_id, "microphone")


def find_output(device_id: str | None) -> tuple[QAudioDevice, str]:
    """The output ``device_id``, or the default with a note of why; null when there is none."""
    default = QMediaDevices.defaultAudioOutput()
    return _find(QMediaDevices.audioOutputs(), default, device_id, "sound output")


def id_of(device: QAudioDevice) -> str:
    """The id of ``device`` as text."""
    return bytes(device.id().data()).decode("utf-8", "backslashreplace")


def _described(found: list[QAudioDevice]) -> list[Device]:
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
