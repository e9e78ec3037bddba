"""The app's loudspeaker: plays a clip, sound or film, and tells when its end was truly heard."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoSink

from trainer.domain.errors import KnownError
from trainer.gui import devices
from trainer.gui.loaded import Loaded
from trainer.media.ports import Held, Moment, Source

POSITION_MS = 40
PATIENCE_S = 4.0  # with a clip that does not begin
STALL_S = 3.0  # with one that does not go on; a wireless loudspeaker may wake late
# When the last sample is heard, measured by tests/benchmarks/bench_sound.py: clips played into a
# null sink whose monitor is the microphone, the true end found by cross-correlation, 20 runs each
# of wav, flac, ogg, mp3, mp4 and webm on two cores under a load of 5. EndOfMedia came 13 ms
# (median) before the end in the take, 95 % of runs within 26 ms of that; stop() is heard while
# the call lasts (1-60 ms). position() (spread 165 ms) and QAudioBufferOutput (180 ms) are worse.
# A sound card adds what no program is told: some ms by wire, 0.1-0.3 s by Bluetooth.
END_AFTER_S = 0.013
END_ERROR_S = 0.03
STOP_ERROR_S = 0.02

_REPORT_S = 0.5  # the system reports every 0.05 to 0.1 s; beyond this it has stopped

_Status = QMediaPlayer.MediaStatus


class QtPlayer(QObject):
    """``ports.Player`` on QMediaPlayer; for review also from an offset, paused, sought, slower.

    Seconds are of the clip. Without any sound output a clip runs silently in real time (``mute``
    says so), and what is connected meanwhile is taken at the next ``play``. ``note`` says when
    another output than the chosen one is used; else it is empty. ``to_nobody``: it is never mute,
    for nobody is to hear it, as in the demo.
    """

    def __init__(
        self,
        device_id: str | None = None,
        volume: float = 1.0,
        parent: QObject | None = None,
        *,
        to_nobody: bool = False,
    ) -> None:
        super().__init__(parent)
        self._to_nobody = to_nobody
        self.on_ended: Callable[[Moment], None] = _ignore
        self.on_failed: Callable[[KnownError], None] = _ignore
        self.on_position: Callable[[float], None] = _ignore
        self._clip: Source = Path()
        self._from_ms = 0
        self._busy = False  # from play() until the end, a failure or stop()
        self._loading = False
        self._paused = False
        self._heard = False  # whether some of it has been played
        self._last = Moment(time.monotonic(), 0.0)
        self._known = (0.0, 0.0)  # position (s) and when it was so
        self._moved_s = 0.0  # when the position last went on
        self._beat_s = 0.0  # when the event loop last came round
        self._player = QMediaPlayer(self)
        self._loaded = Loaded(self._player)
        self._player.setPitchCompensation(True)  # slower speech keeps its voice
        self._wanted, self._volume, self.note = device_id, volume, ""
        self._find_output()
        self._player.mediaStatusChanged.connect(self._status_changed)
        self._player.positionChanged.connect(self._position_changed)
        self._player.errorOccurred.connect(self._error_occurred)
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)

    def play(self, clip: Source, from_s: float = 0.0) -> None:
        """Play ``clip`` from ``from_s``; what played before is stopped without ``on_ended``."""
        self._release()
        self._find_output()
        self._clip, self._from_ms = clip, round(from_s * 1000)
        self._busy, self._loading = True, True
        self._heard = self._paused = False
        self._beat_s = self._moved_s = time.monotonic()
        self._known = (from_s, self._moved_s)
        self._beat.start(POSITION_MS)
        if isinstance(clip, Held) or clip.is_file():
            self._loaded.load(clip)
        # A missing file fails on the next beat, not within this call.

    def stop(self) -> Moment:
        """Stop now; the moment at which the last sample was heard (also of a clip that ended)."""
        if self._busy:
            before_s, at_s = time.monotonic(), self.position_s
            self._halt()
            self._known = (at_s, before_s)  # halting winds it back
            took_s = time.monotonic() - before_s  # the sound stops somewhere in it
            self._last = Moment(before_s + took_s / 2, STOP_ERROR_S + took_s / 2)
        self._release()
        return self._last

    def pause(self) -> None:
        """Hold; ``resume`` goes on at the same place."""
        self._paused = True
        self._known = (self.position_s, time.monotonic())
        if not self._loading:  # one that is paused while it loads never says that it has loaded
            self._player.pause()

    def resume(self) -> None:
        """Go on after ``pause``."""
        if self._busy and self._paused:
            self._paused = False
            if not self._loading:
                self._go()

    def seek(self, at_s: float) -> None:
        """Go on from ``at_s`` of the clip that plays or is paused."""
        if not self._busy:
            return
        self._known = (at_s, time.monotonic())
        if self._loading:
            self._from_ms = round(at_s * 1000)
        else:
            self._player.setPosition(round(at_s * 1000))

    def set_rate(self, rate: float) -> None:
        """Play at ``rate`` times the speed, at the same pitch where the system can."""
        self._player.setPlaybackRate(rate)

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0 to 1."""
        self._volume = volume
        output = self._player.audioOutput()
        if output is not None:
            output.setVolume(volume)

    @property
    def mute(self) -> KnownError | None:
        """Why nothing of it can be heard now; None if it can."""
        return None if self._to_nobody else devices.no_output()

    def set_video_sink(self, sink: QVideoSink | None) -> None:
        """Send pictures to ``sink`` (None: nowhere); it must outlive the player or be unset."""
        self._player.setVideoSink(cast(QVideoSink, sink))  # the stubs forget that None is allowed

    @property
    def position_s(self) -> float:
        """Where in the clip it is, or was stopped; between the system's reports, by the clock."""
        at_s, when_s = self._known
        if not self._busy or self._paused or not self._player.isPlaying():
            return at_s
        since_s = min(time.monotonic() - when_s, _REPORT_S)
        at_s += since_s * self._player.playbackRate()
        return min(at_s, self.duration_s) if self.duration_s else at_s

    @property
    def duration_s(self) -> float:
        """Length of the clip; 0 until it is loaded."""
        return self._player.duration() / 1000

    @property
    def has_video(self) -> bool:
        """Whether the clip has pictures; known once it plays."""
        return self._player.hasVideo()

    def close(self) -> None:
        """Stop and let go of the clip and the screen."""
        self._release()
        self.set_video_sink(None)

    def _find_output(self) -> None:
        """Take the wanted output, unless there is one already."""
        if self._player.audioOutput() is not None:
            return
        device, self.note = devices.find_output(self._wanted)
        if not device.isNull():
            output = QAudioOutput(device, self)
            output.setVolume(self._volume)
            _wake_notify(output)
            self._player.setAudioOutput(output)

    def _go(self) -> None:
        if error := devices.server_lost():
            self._fail(error)
            return
        self._moved_s = time.monotonic()
        self._known = (self._known[0], self._moved_s)
        self._player.play()

    def _release(self) -> None:
        self._busy = False
        self._beat.stop()
        self._halt()
        self._loaded.clear()  # so that the same clip loads anew, and no file stays open

    def _halt(self) -> None:
        if self._player.playbackState() != QMediaPlayer.PlaybackState.StoppedState:
            self._player.stop()

    def _fail(self, error: KnownError) -> None:
        self._release()
        self.on_failed(error)

    @Slot(_Status)
    def _status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if not self._busy:
            return
        if status == _Status.LoadedMedia and self._loading:  # a seek says it again
            self._loading = False
            if self._from_ms:
                self._player.setPosition(self._from_ms)
            if not self._paused:
                self._go()
        elif status == _Status.EndOfMedia:
            self._end()
        elif status == _Status.InvalidMedia:
            self._fail(_unplayable(self._clip))

    def _end(self) -> None:
        now_s = time.monotonic()
        # The news is as late as the event loop was held up; the beat knows by how much at most.
        held_s = max(0.0, now_s - self._beat_s - POSITION_MS / 1000)
        self._last = Moment(now_s + END_AFTER_S - held_s / 2, END_ERROR_S + held_s / 2)
        position_s = self.duration_s
        self._busy = False
        self._beat.stop()
        self._known = (position_s, now_s)
        self.on_position(position_s)
        if not self._busy:  # whoever heard that may have gone on to another clip
            self.on_ended(self._last)

    @Slot("qint64")
    def _position_changed(self, position_ms: int) -> None:
        if self._busy and not self._paused:
            self._moved_s = time.monotonic()
            self._known = (position_ms / 1000, self._moved_s)
            self._heard = self._heard or position_ms > self._from_ms

    @Slot()
    def _error_occurred(self) -> None:
        if self._busy:
            self._fail(_unplayable(self._clip))

    @Slot()
    def _on_beat(self) -> None:
        self._beat_s = time.monotonic()
        clip = self._clip
        if not isinstance(clip, Held) and not clip.is_file() and self._player.source().isEmpty():
            self._fail(_missing(clip))
        elif self._paused:
            self._moved_s = self._beat_s
        elif self._player.audioOutput() is None and 0 < self.duration_s <= self.position_s:
            self._end()  # some clips (Opus) never say so themselves where no sound is put out
            self._player.stop()
        elif self._beat_s - self._moved_s > (STALL_S if self._heard else PATIENCE_S):
            self._fail(_stalled(self._clip) if self._heard else _unplayable(self._clip))
        elif self._player.isPlaying():
            self.on_position(self.position_s)


def _wake_notify(output: QAudioOutput) -> None:
    """Have PySide find out, here, that nothing in Python overrides ``disconnectNotify``.

    It looks for an override at the first call, and takes Python's lock for that. The first call
    comes from the renderer's thread when it ends; while stop() waits for that thread with the lock
    held, both wait for ever (PySide 6.11: stop() twice in a row is enough). It looks only once.
    """
    output.volumeChanged.connect(_ignore)
    output.volumeChanged.disconnect(_ignore)


def _missing(clip: Path) -> KnownError:
    return KnownError(
        f"The clip {clip.name} is missing in {clip.parent}",
        "Put the file back, or install its pack again.",
    )


def _unplayable(clip: Source) -> KnownError:
    return KnownError(
        f"The clip {clip.name} can't be played",
        "The file is damaged or of an unknown kind: replace it, or install its pack again.",
    )


def _stalled(clip: Source) -> KnownError:
    return KnownError(
        f"The sound stopped in the middle of {clip.name}",
        "Check that the headphones or the loudspeaker are connected, then play it again.",
    )


def _ignore(_: object) -> None:
    """What nobody asked to be told."""
