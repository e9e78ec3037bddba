"""The listening half of a recorder, without a device: pre-roll, level, watch, clock and file.

``Capture`` is fed with PCM and the moment it arrived. It never waits for the disk: a ``Pen`` (one
thread per take) writes, so that a slow disk costs memory for a while and never a sample.
"""

import queue
import shutil
import threading
import time
from collections import deque
from pathlib import Path

import numpy as np

from trainer.domain.errors import KnownError
from trainer.media.clock import SampleClock
from trainer.media.ports import PRE_ROLL_S, Level, Moment, Take
from trainer.media.wav import SoundFormat, StreamingWav

LEVEL_S = 0.05
FLOOR_DBFS = -120.0
FIRST_SOUND_S = 3.0  # a wireless headset takes its time to wake
NO_SOUND_S = 0.8  # so that, looked at every 50 ms, it is told within a second
SILENT_S = 4.0
SILENT_DBFS = -80.0
_CLIP = 0.999
_CLIP_RUN = 3  # samples: one at full scale can be chance, three in a row cannot
_CLOSE_S = 5.0
FORETOLD_S = 300.0  # of room on the disk
LOOK_EVERY_S = 5.0
_STALE_S = 0.3  # what arrived longer ago is no level of now


class Capture:
    """Holds what was just heard, and writes from ``begin`` on. Safe to use from two threads.

    ``hear`` and ``tick`` belong to the thread that has the device; the rest to the caller's.
    Moments are on ``time.monotonic()``, in seconds.
    """

    def __init__(self, form: SoundFormat, opened_s: float | None = None) -> None:
        self.format = form
        self._lock = threading.RLock()
        self._clock = SampleClock(form.sample_rate)
        self._heard = 0  # frames since the start
        self._rest = b""  # of a torn frame
        self._ring: deque[bytes] = deque()
        self._ring_bytes = 0
        self._pen: Pen | None = None
        self._first = 0  # index of the take's first frame
        self._gaps_before = 0
        self._watch = _Watch(time.monotonic() if opened_s is None else opened_s)

    def hear(self, pcm: bytes, at_s: float) -> None:
        """Take the next samples, the last of which arrived at ``at_s``."""
        with self._lock:
            pcm = self._rest + pcm
            whole = len(pcm) - len(pcm) % self.format.frame_bytes
            pcm, self._rest = pcm[:whole], pcm[whole:]
            if not pcm:
                return
            self._heard += len(pcm) // self.format.frame_bytes
            self._clock.arrived(self._heard, at_s)
            self._watch.heard(_rms_dbfs(self.format.samples(pcm)), at_s)
            if self._pen:
                self._pen.write(pcm)
            self._remember(pcm)

    def tick(self, now_s: float) -> list[KnownError]:
        """What has gone wrong since the last look, each trouble said once while it lasts."""
        with self._lock:
            troubles = self._watch.look(now_s)
            if self._pen:
                troubles += self._pen.troubles()
            return troubles

    def over(self) -> list[KnownError]:
        """Troubles that were told and have passed since the last look: sound has come again."""
        with self._lock:
            passed, self._watch.passed = self._watch.passed, []
            return passed

    @property
    def hears(self) -> bool:
        """Whether anything has arrived at all."""
        return self._heard > 0

    def level(self, now_s: float) -> Level:
        """RMS and peak of the last 50 ms, of the loudest channel; the floor when none arrive."""
        with self._lock:
            fresh = now_s - self._watch.arrived_s < _STALE_S
            pcm = self._newest(round(LEVEL_S * self.format.sample_rate)) if fresh else b""
        samples = self.format.samples(pcm)
        if not len(samples):
            return Level(FLOOR_DBFS, FLOOR_DBFS, clipped=False)
        size = np.abs(samples)
        runs = np.cumsum(np.pad(size >= _CLIP, ((1, 0), (0, 0))), axis=0)
        clipped = (
            len(runs) > _CLIP_RUN and (runs[_CLIP_RUN:] - runs[:-_CLIP_RUN]).max() >= _CLIP_RUN
        )
        return Level(_rms_dbfs(samples), _dbfs(float(size.max())), bool(clipped))

    def begin(self, path: Path) -> None:
        """Open a take at ``path`` that starts ``PRE_ROLL_S`` ago; KnownError if it can't be."""
        if self._pen:
            raise RuntimeError("a take is running")
        pen = Pen(StreamingWav(path, self.format))  # not under the lock: the disk may be slow
        with self._lock:
            before = self._newest(round(PRE_ROLL_S * self.format.sample_rate))
            pen.write(before)
            pen.start()
            self._first = self._heard - len(before) // self.format.frame_bytes
            self._gaps_before = self._clock.gaps
            self._pen = pen

    @property
    def taking(self) -> bool:
        """Whether a take is running."""
        return self._pen is not None

    def position_of(self, moment: Moment) -> Moment:
        """Where in the running take ``moment`` lies, in seconds from its first sample."""
        with self._lock:
            index, error_s = self._clock.index_at(moment.at_s)
            at_s = (index - self._first) / self.format.sample_rate
            return Moment(at_s, moment.error_s + error_s)

    def finish(self) -> Take:
        """Close the running take; KnownError when the disk doesn't answer."""
        with self._lock:
            pen, self._pen = self._pen, None
            if pen is None:
                raise RuntimeError("no take is running")
            # Nothing is left to arrive, so what is late now will never be made up for.
            gaps = self._clock.gaps + self._clock.late - self._gaps_before
        pen.close()
        with self._lock:
            self._watch.late += pen.troubles()
        wav = pen.wav
        duration_s = wav.frames / self.format.sample_rate
        return Take(wav.path, duration_s, self.format.sample_rate, self.format.channels, gaps)

    def _remember(self, pcm: bytes) -> None:
        self._ring.append(pcm)
        self._ring_bytes += len(pcm)
        enough = round(PRE_ROLL_S * self.format.sample_rate) * self.format.frame_bytes
        while self._ring_bytes - len(self._ring[0]) >= enough:
            self._ring_bytes -= len(self._ring.popleft())

    def _newest(self, frames: int) -> bytes:
        size, parts = frames * self.format.frame_bytes, []
        for chunk in reversed(self._ring):
            parts.append(chunk[-size:])
            size -= len(parts[-1])
            if size <= 0:
                break
        return b"".join(reversed(parts))


class Pen(threading.Thread):
    """Writes one take behind the back of whoever hears it."""

    def __init__(self, wav: StreamingWav) -> None:
        super().__init__(name="pen", daemon=True)  # a dead disk must not keep the program alive
        self.wav = wav
        self._pages: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._troubles: queue.SimpleQueue[KnownError] = queue.SimpleQueue()
        self._look_at_s = 0.0  # when to look at the disk's room again
        self._foretold = False

    def write(self, pcm: bytes) -> None:
        """Have ``pcm`` written soon; returns at once."""
        self._pages.put(pcm)

    def troubles(self) -> list[KnownError]:
        """What has gone wrong with the file since the last call."""
        found = []
        while not self._troubles.empty():
            found.append(self._troubles.get())
        return found

    def close(self) -> None:
        """Write what is left and close the file; KnownError when the disk doesn't answer."""
        self._pages.put(None)
        self.join(_CLOSE_S)
        if self.is_alive():
            raise KnownError(
                f"The recording {self.wav.path.name} can't be closed: the disk does not answer",
                "What was said is kept; the file is put right when Attune starts again.",
            )

    def run(self) -> None:
        """Write until ``close``; a failure is told once, and tried again with each new page."""
        failing = False
        while (pcm := self._pages.get()) is not None:
            self._foresee(time.monotonic())
            try:
                self.wav.append(pcm)
                failing = False
            except KnownError as error:
                if not failing:
                    self._troubles.put(error)
                failing = True
        try:
            self.wav.close()
        except KnownError as error:
            self._troubles.put(error)

    def _foresee(self, now_s: float) -> None:
        """Tell once when the disk has room for only a few minutes more."""
        if self._foretold or now_s < self._look_at_s:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        form = self.wav.format
        try:
            free = shutil.disk_usage(self.wav.path.parent).free
        except OSError:
            return  # a folder that has gone is told by the writing itself
        left_s = free / (form.sample_rate * form.frame_bytes)
        if left_s < FORETOLD_S:
            self._foretold = True
            self._troubles.put(_nearly_full(self.wav.path.parent, left_s))


class _Watch:
    """Notices that nothing arrives, or that what arrives is silence; says each once."""

    def __init__(self, opened_s: float) -> None:
        self.arrived_s = self._loud_s = opened_s
        self._patience_s = FIRST_SOUND_S
        self._missing: list[KnownError] = []  # told, and not over yet
        self._silent: list[KnownError] = []
        self.late: list[KnownError] = []  # troubles that came while a take was closed
        self.passed: list[KnownError] = []

    def heard(self, rms_dbfs: float, at_s: float) -> None:
        self.arrived_s = at_s
        self._patience_s = NO_SOUND_S
        self.passed += self._missing
        self._missing.clear()
        if rms_dbfs >= SILENT_DBFS:
            self._loud_s = at_s
            self.passed += self._silent
            self._silent.clear()

    def look(self, now_s: float) -> list[KnownError]:
        found, self.late = self.late, []
        missing = now_s - self.arrived_s >= self._patience_s
        if missing:
            # What does not arrive is not silent too: one trouble at a time.
            self._loud_s = max(self._loud_s, now_s)
        if missing and not self._missing:
            self._missing.append(no_sound())
            found += self._missing
        if now_s - self._loud_s >= SILENT_S and not self._silent:
            self._silent.append(_silent())
            found += self._silent
        return found


def no_sound() -> KnownError:
    """The trouble of a microphone that stopped sending."""
    return KnownError(
        "No sound arrives from the microphone",
        "Check that it is still connected, or choose another; what was recorded is kept.",
    )


def _nearly_full(folder: Path, left_s: float) -> KnownError:
    minutes = f"{left_s / 60:.0f} minutes" if left_s >= 90 else f"{left_s:.0f} seconds"
    return KnownError(
        f"The disk is nearly full: it has room for {minutes} more of recording in {folder}",
        "Free some space; what is recorded so far is kept.",
    )


def _silent() -> KnownError:
    return KnownError(
        f"The microphone has been silent for {SILENT_S:.0f} seconds",
        "If you are speaking, check that it is not muted and is the one you mean.",
    )


def _rms_dbfs(samples: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> float:
    return _dbfs(float(np.sqrt(np.mean(np.square(samples), axis=0).max())))


def _dbfs(amplitude: float) -> float:
    return max(FLOOR_DBFS, 20.0 * float(np.log10(max(amplitude, 1e-6))))
