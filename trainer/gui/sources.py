"""Where a recorder's sound comes from: a microphone, or a file that plays the part of one.

A source lives on the recorder's own thread and is only touched there.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from PySide6.QtCore import QIODevice, Qt, QTimer
from PySide6.QtMultimedia import QAudio, QAudioFormat, QAudioSource

from trainer.domain.errors import KnownError
from trainer.gui import devices
from trainer.media import decode
from trainer.media.capture import no_sound
from trainer.media.wav import SampleKind, SoundFormat

Hear = Callable[[bytes, float], None]
Fail = Callable[[KnownError], None]

BUFFER_S = 2.0  # how long this program may be held up before the system throws samples away
_CHUNK_MS = 10
_ROOM_TONE = 4e-4  # a quiet room, about -73 dBFS, so that it is not taken for a dead one
_QUEUE, _FRAGMENT_MS = "PULSE_LATENCY_MSEC", 20
_KINDS = {
    QAudioFormat.SampleFormat.UInt8: SampleKind.U8,
    QAudioFormat.SampleFormat.Int16: SampleKind.I16,
    QAudioFormat.SampleFormat.Int32: SampleKind.I32,
    QAudioFormat.SampleFormat.Float: SampleKind.F32,
}
_log = logging.getLogger(__name__)


@contextmanager
def _deep_pulse_queue() -> Iterator[None]:
    """Have PulseAudio keep what this program is late to fetch.

    Qt 6.11 allows the server a queue of 1024 frames (21 ms) for a recording; on a busy machine it
    overflowed and 20 ms of speech were gone, several times in 25 s. libpulse takes this variable
    instead, with no limit to the queue. Only here: it would make playing late as well.
    """
    if _QUEUE in os.environ:
        yield
        return
    os.environ[_QUEUE] = str(_FRAGMENT_MS)
    try:
        yield
    finally:
        del os.environ[_QUEUE]


class Source(Protocol):
    """Delivers PCM with the moment of its arrival, on the thread that calls ``start``."""

    note: str

    def start(self, fail: Fail) -> SoundFormat:
        """Get ready; the format of what will come. KnownError when there is nothing to hear."""

    def listen(self, hear: Hear) -> None:
        """Deliver from now on."""

    def drain(self) -> None:
        """Deliver what has arrived and was not delivered yet."""

    def taken(self) -> None:
        """A take has begun."""

    def stop(self) -> None:
        """Deliver no more and let go of the device."""


class Microphone:
    """A device in its preferred format (forcing another breaks real ones)."""

    def __init__(self, device_id: str | None = None) -> None:
        self.note = ""
        self.in_use = ""  # the id of the device that is open
        self.was_default = False  # whether that was the system's own choice
        self._wanted = device_id
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None

    def start(self, fail: Fail) -> SoundFormat:
        """Open the device; KnownError when there is none, or the system refuses it."""
        device, self.note = devices.find_input(self._wanted)
        preferred = device.preferredFormat()
        kind = _KINDS.get(preferred.sampleFormat())
        if device.isNull() or kind is None:
            raise KnownError("No microphone was found", "Connect one, or choose one in Settings.")
        self.in_use, self.was_default = devices.id_of(device), device.isDefault()
        source = QAudioSource(device, preferred)
        source.setBufferSize(preferred.bytesForDuration(round(BUFFER_S * 1e6)))
        self._source, self._fail = source, fail
        # The stubs don't say so, but None comes when the system refuses.
        with _deep_pulse_queue():
            self._stream = cast("QIODevice | None", source.start())
        if self._stream is None:
            self.stop()
            raise KnownError(
                f"The microphone {device.description()} can't be opened",
                "Allow this program to use it in the system's privacy settings, and close other "
                "programs that may hold it.",
            )
        source.stateChanged.connect(self._changed)
        return SoundFormat(preferred.sampleRate(), preferred.channelCount(), kind)

    def listen(self, hear: Hear) -> None:
        """Deliver what the device sends, as it comes."""
        self._hear = hear
        if self._stream is not None:
            self._stream.readyRead.connect(self.drain)
            self.drain()

    def drain(self) -> None:
        """Deliver what the device's buffer holds."""
        if self._stream is not None:
            pcm = bytes(self._stream.readAll().data())
            if pcm:
                self._hear(pcm, time.monotonic())

    def taken(self) -> None:
        """Nothing to do: a microphone does not wait for a take."""

    def stop(self) -> None:
        """Close the device."""
        source, self._source, self._stream = self._source, None, None
        if source is not None:
            source.stop()
            source.deleteLater()

    def _changed(self, state: QAudio.State) -> None:
        if self._source is not None and state == QAudio.State.StoppedState:
            _log.info("the microphone stopped by itself: %s", self._source.error())
            self._fail(no_sound())


class FileSource:
    """A sound file in real time: room tone, then ``delay_s`` after a take begins its speech."""

    def __init__(self, path: Path, delay_s: float = 1.0) -> None:
        self.note = ""
        self.path = path
        self.delay_s = delay_s
        self.duration_s = 0.0
        self.spoken = False  # whether all of the latest take's speech was delivered
        self._timer: QTimer | None = None
        self._sent = 0  # frames
        self._speech_at = -1  # frame of the first word; none yet

    def start(self, fail: Fail) -> SoundFormat:
        """Read the file, of any kind ``media.decode`` knows; KnownError when it can't be."""
        del fail  # a file that was read does not go away
        self._speech, self._rate = decode.read_channels(self.path)
        self.duration_s = len(self._speech) / self._rate
        # One second of the same tone for ever: it must cost nothing and differ from zero.
        shape = (self._rate, self._speech.shape[1])
        tone = np.random.default_rng(0).uniform(-_ROOM_TONE, _ROOM_TONE, shape)
        self._tone = tone.astype(np.float32)
        return SoundFormat(self._rate, self._speech.shape[1], SampleKind.F32)

    def listen(self, hear: Hear) -> None:
        """Deliver every 10 ms what the clock says is due."""
        self._hear = hear
        self._start_s = time.monotonic()
        self._sent, self._speech_at, self.spoken = 0, -1, False  # also when opened once more
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.drain)
        self._timer.start(_CHUNK_MS)

    def drain(self) -> None:
        """Deliver what is due by now."""
        if self._timer is None:
            return
        now_s = time.monotonic()
        due = int((now_s - self._start_s) * self._rate)
        while self._sent < due:  # a second at most at a time: the room tone is no longer
            count = min(due - self._sent, self._rate)
            self._hear(self._frames(count), now_s)
            self._sent += count
        end = self._speech_at + len(self._speech)
        self.spoken = self._speech_at >= 0 and end <= self._sent

    def taken(self) -> None:
        """Let the speech start ``delay_s`` from now."""
        now = int((time.monotonic() - self._start_s) * self._rate)
        self._speech_at = now + round(self.delay_s * self._rate)
        self.spoken = False

    def stop(self) -> None:
        """Deliver no more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _frames(self, count: int) -> bytes:
        at = self._sent % self._rate
        sound = np.concatenate([self._tone[at:], self._tone])[:count].copy()
        if self._speech_at >= 0:
            begin = max(self._sent, self._speech_at)
            end = min(self._sent + count, self._speech_at + len(self._speech))
            if begin < end:
                spoken = self._speech[begin - self._speech_at : end - self._speech_at]
                sound[begin - self._sent : end - self._sent] = spoken
        return sound.tobytes()
