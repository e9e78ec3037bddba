"""Where a recorder's sound comes from: a microphone, or a file that plays the part of one.

A source lives on the recorder's own thread and is only touched there.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import numpy as np
from PySide6.QtCore import QIODevice, Qt, QTimer
from PySide6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat, QAudioSource

from trainer.domain.errors import KnownError
from trainer.gui import devices, pulse
from trainer.media import decode
from trainer.media.watch import FIRST_SOUND_S, no_sound
from trainer.media.wav import SampleKind, SoundFormat

Hear = Callable[[bytes, float], None]
Fail = Callable[[KnownError], None]
Switched = Callable[[SoundFormat], None]

RETRY_S = 1.0  # between two tries to open a device that was lost
BUFFER_S = 2.0  # how long this program may be held up before the system throws samples away
CONNECT = "Connect one, or choose one in Settings."
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


class Moved(NamedTuple):
    """Another device in place of the one that was heard.

    By the system: what comes is of the device ``name`` since ``since_s`` (monotonic) at the
    earliest; nothing comes when that is empty. ``gone``: the one before is no longer there.
    """

    name: str
    since_s: float
    gone: bool


class Source(Protocol):
    """Delivers PCM with the moment of its arrival, on the thread that calls ``start``."""

    note: str
    name: str  # of the device that is heard
    muted_since: float | None  # by the system, as far as that tells; None: it is on

    def start(self, fail: Fail) -> SoundFormat:
        """Get ready; the format of what will come. KnownError when there is nothing to hear."""

    def listen(self, hear: Hear, switched: Switched) -> None:
        """Deliver from now on; ``switched`` tells the format when a device was opened anew."""

    def retry(self) -> None:
        """Nothing comes: open the device once more, or another; to be called again and again."""

    def drain(self) -> None:
        """Deliver what has arrived and was not delivered yet."""

    def moved(self) -> Moved | None:
        """Whether the system has put another device in place of the one that is open; said once."""

    def taken(self) -> None:
        """A take has begun."""

    def stop(self) -> None:
        """Deliver no more and let go of the device."""


class _Opened:
    """One device, open."""

    def __init__(self, device: QAudioDevice) -> None:
        """Open it; KnownError when there is none, or the system refuses it."""
        preferred = device.preferredFormat()
        kind = _KINDS.get(preferred.sampleFormat())
        if device.isNull() or kind is None:
            raise KnownError("No microphone was found", CONNECT)
        if lost := devices.server_lost():
            raise lost
        self.id, self.name = devices.id_of(device), device.description()
        self.is_default = device.isDefault()
        self.format = SoundFormat(preferred.sampleRate(), preferred.channelCount(), kind)
        self.source = QAudioSource(device, preferred)
        self.source.setBufferSize(preferred.bytesForDuration(round(BUFFER_S * 1e6)))
        # The stubs don't say so, but None comes when the system refuses.
        with _deep_pulse_queue():
            stream = cast("QIODevice | None", self.source.start())
        if stream is None:
            self.close()
            raise KnownError(
                f"The microphone {self.name} can't be opened",
                "Allow this program to use it in the system's privacy settings, and close other "
                "programs that may hold it.",
            )
        self.stream = stream

    def read(self) -> bytes:
        return bytes(self.stream.readAll().data())

    def has_stopped(self) -> bool:
        # PySide has two such enums, never equal: state() gives the one, stateChanged the other.
        return self.source.state().name == QAudio.State.StoppedState.name

    def close(self) -> None:
        self.source.stop()
        self.source.deleteLater()


class Microphone:
    """A device in its preferred format (forcing another breaks real ones).

    When nothing comes, ``retry`` opens the same device or the system's own *beside* the one that is
    open: a device that was only held up still has what was said meanwhile, and is then heard on.
    """

    def __init__(self, device_id: str | None = None) -> None:
        self.note = self.name = ""
        self.muted_since: float | None = None
        self.in_use = ""  # the id of the device that is open
        self.was_default = False  # whether that was the system's own choice
        self._wanted = device_id
        self._now: _Opened | None = None
        self._next: _Opened | None = None
        self._tries, self._tried_s = 0, 0.0
        self._server: pulse.Server | None = None
        self._judged_s = 0.0  # when the answer was asked for that was looked at last
        self._in_use_s = 0.0  # the same of the last that said that it is this device that is heard
        self._gone = False  # whether that was said

    def start(self, fail: Fail) -> SoundFormat:
        """Open the device; KnownError when there is none, or the system refuses it."""
        device, self.note = devices.find_input(self._wanted)
        self._fail, self._tries = fail, 0
        self._take(_Opened(device))
        assert self._now is not None, "just taken"
        self._now.source.stateChanged.connect(self._changed)
        return self._now.format

    @property
    def watched(self) -> bool:
        """Whether ``moved`` is sure to tell: Qt's list of devices is then not needed for it."""
        return self._in_use_s > 0

    def listen(self, hear: Hear, switched: Switched) -> None:
        """Deliver what the device sends, as it comes."""
        self._hear, self._switched = hear, switched
        if self._now is not None:
            self._now.stream.readyRead.connect(self.drain)
            self.drain()

    def drain(self) -> None:
        """Deliver what the device's buffer holds."""
        pcm = self._now.read() if self._now else b""
        if pcm:
            self._forget_next()
            self._tries = 0
        elif self._next is not None and (pcm := self._next.read()):
            following, self._next = self._next, None
            self._forget_now()
            self._take(following)
            self._switched(following.format)
        if pcm:
            self._hear(pcm, time.monotonic())

    def retry(self) -> None:
        """Open the device once more, and every other time the system's own; with more patience."""
        now_s = time.monotonic()
        patience_s = min(self._tries * RETRY_S, FIRST_SOUND_S) if self._next else RETRY_S
        if now_s - self._tried_s < patience_s or devices.server_lost():
            return
        self._tried_s = now_s
        self._tries += 1
        self._forget_next()
        if self._tries > 1:
            # Some systems let a device be opened only once; and by now it is not held up but gone.
            self._forget_now()
        same = (self._wanted or self.in_use) if self._tries % 2 else None
        try:
            self._next = _Opened(devices.find_input(same)[0])
        except KnownError as error:
            _log.info("the microphone could not be opened again: %s", type(error).__name__)
        else:
            self._next.source.stateChanged.connect(self._changed)
            self._next.stream.readyRead.connect(self.drain)

    def moved(self) -> Moved | None:
        """What the sound server says of it, if that is a PulseAudio; Qt does not notice."""
        answer = self._server.look() if self._server else None
        if answer is None:
            self._in_use_s, self.muted_since = 0.0, None
            return None
        if answer.asked_s <= self._judged_s or self._next is not None:
            return None
        self._judged_s = answer.asked_s
        if self.in_use in answer.heard:
            if self.in_use not in answer.muted:
                self.muted_since = None
            elif self.muted_since is None:  # at the earliest since it was on when last asked
                self.muted_since = self._in_use_s or answer.asked_s
            self._in_use_s, self._gone = answer.asked_s, False
        elif self._in_use_s:
            return self._replaced(answer)
        return None

    def _replaced(self, answer: pulse.Answer) -> Moved | None:
        since_s, gone = self._in_use_s, self.in_use not in answer.microphones
        if answer.heard:
            self.in_use, self._in_use_s = answer.heard[0], answer.asked_s
            self.name, self._gone = answer.microphones[self.in_use], False
            return Moved(self.name, since_s, gone)
        said, self._gone = self._gone, gone
        return Moved("", since_s, gone) if gone and not said else None

    def taken(self) -> None:
        """Nothing to do: a microphone does not wait for a take."""

    def stop(self) -> None:
        """Close the device."""
        self._forget_next()
        self._forget_now()

    def _take(self, opened: _Opened) -> None:
        self._now = opened
        self.in_use, self.was_default, self.name = opened.id, opened.is_default, opened.name
        self._tries = 0
        self._ask_anew()

    def _ask_anew(self) -> None:
        self._leave_server()
        if devices.on_pulse():
            try:
                self._server = pulse.Server()
            except OSError as error:
                _log.warning("libpulse can't be asked what is heard: %s", type(error).__name__)

    def _leave_server(self) -> None:
        server, self._server, self._in_use_s, self._gone = self._server, None, 0.0, False
        if server is not None:
            server.close()

    def _forget_now(self) -> None:
        now, self._now = self._now, None  # before it says that it has stopped
        self._leave_server()
        if now is not None:
            now.close()

    def _forget_next(self) -> None:
        following, self._next = self._next, None
        if following is not None:
            following.close()

    def _changed(self, state: QAudio.State) -> None:
        now, stopped = self._now, QAudio.State.StoppedState
        # It may also be one that is tried beside it.
        if state == stopped and now is not None and now.has_stopped():
            _log.info("the microphone stopped by itself: %s", now.source.error())
            self._fail(no_sound())


class FileSource:
    """A sound file in real time: room tone, then ``delay_s`` after a take begins its speech."""

    def __init__(self, path: Path, delay_s: float = 1.0) -> None:
        self.note, self.name = "", path.name
        self.muted_since: float | None = None
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

    def listen(self, hear: Hear, switched: Switched) -> None:
        """Deliver every 10 ms what the clock says is due."""
        del switched  # there is one file
        self._hear = hear
        self._start_s = time.monotonic()
        self._sent, self._speech_at, self.spoken = 0, -1, False  # also when opened once more
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.drain)
        self._timer.start(_CHUNK_MS)

    def retry(self) -> None:
        """Nothing to do: a file that was read does not stop."""

    def moved(self) -> Moved | None:
        """Never."""
        return None

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
