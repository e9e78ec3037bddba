"""The listening half of a recorder, without a device: pre-roll, level, watch, clock and file.

``Capture`` is fed with PCM and the moment it arrived. It never waits for the disk: a ``Pen`` (one
thread per take) writes, so that a slow disk costs memory for a while and never a sample.

A device that is lost and opened again, or replaced, goes on in the same file, in the first one's
format and in real time: silence is written for the hole once sound has come again. One file that
only grows is repairable at every byte and needs no joining afterwards; of parts in files of their
own, a crash could leave one without the other, and what measures, plays and adopts a take would
have to know of both.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trainer.domain.errors import KnownError
from trainer.domain.response import ASLEEP, GAP, LOST, MOVED, MUTED, Hole
from trainer.media import joining
from trainer.media.clock import SampleClock, slept_s
from trainer.media.pen import Pen
from trainer.media.ports import PRE_ROLL_S, Level, Moment, Take
from trainer.media.watch import Watch
from trainer.media.wav import SoundFormat, StreamingWav

LEVEL_S = 0.05
FLOOR_DBFS = -120.0
_CLIP = 0.999
_CLIP_RUN = 3  # samples: one at full scale can be chance, three in a row cannot
_STALE_S = 0.3  # what arrived longer ago is no level of now
SLEEP_S = 1.0  # less is no sleep
# After a silence, so much sound is held back to tell from its arrivals how long nothing was heard:
# the first alone may be late. It is what kill -9 can cost in that moment.
SETTLE_S = 0.15
_NO_HOLE_S = 0.1
_HEARD_S = 0.5  # of another microphone: less may be what was on the way from the one before
JOINT_S = 0.1  # of silence at least, so that there is room for two soft edges
LONGEST_SILENCE_S = 600.0  # no answer is that long, and a night would fill the disk
_FASTER = 1.5  # what comes in faster than it was spoken was held up somewhere, and is not missing


class Capture:
    """Holds what was just heard, and writes from ``begin`` on. Safe to use from two threads.

    ``hear``, ``tick``, ``joined``, ``moved``, ``muted`` and ``stopped`` belong to the thread that
    has the device; the rest to the caller's. Moments are on ``time.monotonic()``, in seconds;
    ``slept`` tells how long the computer has been suspended.
    """

    def __init__(
        self,
        form: SoundFormat,
        opened_s: float | None = None,
        slept: Callable[[], float] = slept_s,
    ) -> None:
        self.format = form
        self._delivered = form  # by the device that is heard now
        self._converter: joining.Converter | None = None
        self._lock = threading.RLock()
        self._clock = SampleClock(form.sample_rate)
        self._heard = 0  # frames since the start
        self._rest = b""  # of a torn frame
        self._ring: deque[bytes] = deque()
        self._ring_bytes = 0
        self._pen: Pen | None = None
        self._first = 0  # index of the take's first frame
        self._watch = Watch(time.monotonic() if opened_s is None else opened_s)
        self._slept, self._slept_before_s = slept, slept()
        self._broken = ""  # why what comes next does not follow what was heard last
        self._asleep_s = 0.0
        self._held: list[tuple[bytes, float]] = []  # until it is known how long nothing was heard
        self._muted: int | None = None  # the first frame of a mute that lasts
        self._holes: list[Hole] = []  # at_s counts from the first frame heard

    def hear(self, pcm: bytes, at_s: float) -> None:
        """Take the next samples, the last of which arrived at ``at_s``."""
        with self._lock:
            self._look_for_sleep(at_s)
            pcm = self._rest + pcm
            whole = len(pcm) - len(pcm) % self._delivered.frame_bytes
            pcm, self._rest = pcm[:whole], pcm[whole:]
            if not pcm:
                return
            samples = self._delivered.samples(pcm)
            unsure = self._heard > 0 and (self._watch.missing or bool(self._broken))
            self._watch.heard(_rms_dbfs(samples), _clips(samples), at_s)
            if self._converter:
                pcm = self._converter.convert(pcm)
            if self._held or unsure:
                self._held.append((pcm, at_s))
                self._settle(at_s)
            else:
                self._keep(pcm)
                self._clock.arrived(self._heard, at_s)

    def joined(self, form: SoundFormat) -> None:
        """What comes from now on is of another device, or of the same opened again, as ``form``."""
        with self._lock:
            self._join_held()
            self._rest, self._delivered = b"", form
            same = form == self.format
            self._converter = None if same else joining.Converter(form, self.format)
            if self._heard:
                self._broken = self._broken or LOST

    def stopped(self, why: KnownError) -> None:
        """The device is known to send nothing more; ``why`` is told at the next look."""
        with self._lock:
            self._watch.stopped(why)

    def moved(self, since_s: float) -> None:
        """What comes has been another device's since ``since_s``, and nothing stopped for it."""
        with self._lock:
            if self._heard:
                at_s = self._frame_of(since_s) / self.format.sample_rate
                self._holes.append(Hole(MOVED, at_s, 0.0))

    def muted(self, since_s: float | None) -> None:
        """The microphone is muted, at the earliest since then; None: it is on. Safe to repeat.

        What comes meanwhile is a hole, however long the silence in it is.
        """
        with self._lock:
            self._watch.muted(since_s is not None)
            if since_s is None:
                self._end_mute()
            elif self._muted is None and self._heard:
                ended = (hole.at_s + hole.silence_s for hole in self._holes[-1:])
                after = round(next(ended, 0.0) * self.format.sample_rate)
                self._muted = max(self._frame_of(since_s), after)

    def tick(self, now_s: float) -> list[KnownError]:
        """What has gone wrong since the last look, each trouble said once while it lasts."""
        with self._lock:
            self._look_for_sleep(now_s)
            self._settle(now_s)
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

    @property
    def missing(self) -> bool:
        """Whether nothing arrives, as was told."""
        return self._watch.missing

    def level(self, now_s: float) -> Level:
        """RMS and peak of the last 50 ms, of the loudest channel; the floor when none arrive."""
        with self._lock:
            fresh = now_s - self._watch.arrived_s < _STALE_S
            pcm = self._newest(round(LEVEL_S * self.format.sample_rate)) if fresh else b""
            heard = self._watch.hears
        samples = self.format.samples(pcm)
        if not len(samples):
            return Level(FLOOR_DBFS, FLOOR_DBFS, clipped=False, heard=heard)
        peak = float(np.abs(samples).max())
        return Level(_rms_dbfs(samples), _dbfs(peak), _clips(samples), heard)

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
            self._watch.begin()
            self._pen = pen

    @property
    def taking(self) -> bool:
        """Whether a take is running."""
        return self._pen is not None

    @property
    def holes(self) -> tuple[Hole, ...]:
        """Where sound is missing in the running take so far; those of late sound a second later.

        A mute that lasts is the last of them, of no length yet.
        """
        with self._lock:
            if not self._pen:
                return ()
            begun = self._muted
            rate = self.format.sample_rate
            lasts = () if begun is None else (Hole(MUTED, max(begun, self._first) / rate, 0.0),)
            return self._holes_of_take(self._clock.gaps, lasts)

    def position_of(self, moment: Moment) -> Moment:
        """Where in the running take ``moment`` lies, in seconds from its first sample."""
        with self._lock:
            index, error_s = self._clock.index_at(moment.at_s)
            at_s = (index - self._first) / self.format.sample_rate
            return Moment(at_s, moment.error_s + error_s)

    def finish(self) -> Take:
        """Close the running take; KnownError when the disk doesn't answer."""
        with self._lock:
            if self._pen is None:
                raise RuntimeError("no take is running")
            self._join_held()
            self._end_mute()  # of this take; it begins anew if it lasts
            # Nothing is left to arrive, so what is late now will never be made up for.
            holes = self._holes_of_take(self._clock.gaps + self._clock.late) + self._open_hole()
            pen, self._pen = self._pen, None
        pen.close()
        with self._lock:
            self._watch.late += pen.troubles()
        wav = pen.wav
        duration_s = wav.frames / self.format.sample_rate
        return Take(wav.path, duration_s, self.format.sample_rate, self.format.channels, holes)

    # Holes

    def _look_for_sleep(self, now_s: float) -> None:
        slept_s = self._slept() - self._slept_before_s
        if slept_s < SLEEP_S:
            return
        self._join_held()
        self._slept_before_s += slept_s
        self._watch.woke(now_s)
        if self._heard:
            self._asleep_s += slept_s
            self._broken = ASLEEP

    def _settle(self, now_s: float) -> None:
        if self._held and now_s - self._held[0][1] >= SETTLE_S:
            self._join_held()

    def _join_held(self) -> None:
        """Write what was held back, behind silence for the time in which nothing was heard."""
        held, self._held = self._held, []
        pcm, at_s = b"".join(pcm for pcm, _ in held), held[-1][1] if held else 0.0
        if not pcm:
            return
        gone_s = self._gone_s(held)
        if self._broken or gone_s > _NO_HOLE_S:
            self._fill(self._broken or LOST, gone_s, pcm)
            self._clock.restart()
        self._broken, self._asleep_s = "", 0.0
        self._keep(pcm)
        self._clock.arrived(self._heard, at_s)

    def _gone_s(self, held: list[tuple[bytes, float]]) -> float:
        """How long nothing was heard before ``held``, by the earliest of its arrivals."""
        arrived, firsts = 0, []
        for pcm, at_s in held:
            arrived += len(pcm)
            firsts.append(at_s - arrived / self.format.frame_bytes / self.format.sample_rate)
        later_s = (arrived - len(held[0][0])) / self.format.frame_bytes / self.format.sample_rate
        took_s = held[-1][1] - held[0][1]
        if not self._broken and later_s > _FASTER * took_s + _NO_HOLE_S:
            return 0.0  # it was held up and comes at once now; the clock looks whether all does
        return max(0.0, min(firsts) - self._clock.end_s)

    def _frame_of(self, at_s: float) -> int:
        return min(max(0, round(self._clock.index_at(at_s)[0])), self._heard)

    def _end_mute(self) -> None:
        begun, self._muted = self._muted, None
        if begun is not None and begun < self._heard:
            rate = self.format.sample_rate
            long_s = (self._heard - begun) / rate
            self._holes.append(Hole(MUTED, begun / rate, long_s, long_s))

    def _fill(self, kind: str, gone_s: float, after: bytes) -> None:
        self._end_mute()  # no two holes lie over each other
        form = self.format
        frames = round(min(max(gone_s, JOINT_S), LONGEST_SILENCE_S) * form.sample_rate)
        edge = round(joining.EDGE_S * form.sample_rate)
        out = form.pcm(joining.fade_out(form.samples(self._newest(edge)), edge))
        lead = form.pcm(joining.fade_in(form.samples(after), edge))
        at_s, silence_s = self._heard / form.sample_rate, frames / form.sample_rate
        self._forget_moved(at_s)
        self._holes.append(Hole(kind, at_s, gone_s + self._asleep_s, silence_s))
        self._keep(out)
        left = frames - (len(out) + len(lead)) // form.frame_bytes
        page = form.kind.silence * form.channels * form.sample_rate
        while left > 0:  # one page for all: silence must not cost memory
            self._keep(page[: left * form.frame_bytes])
            left -= form.sample_rate
        self._keep(lead)

    def _forget_moved(self, until_s: float) -> None:
        """What the system put in its place a moment ago sent nothing either: it was not heard."""
        while (
            self._holes
            and self._holes[-1].kind == MOVED
            and until_s - self._holes[-1].at_s < _HEARD_S
        ):
            self._holes.pop()

    def _open_hole(self) -> tuple[Hole, ...]:
        """What is missing at the end of the take when it is closed before sound comes again."""
        if not self._heard or not (self._broken or self._watch.missing):
            return ()
        gone_s = max(0.0, self._watch.now_s - self._clock.end_s)
        at_s = (self._heard - self._first) / self.format.sample_rate
        return (Hole(self._broken or LOST, at_s, gone_s + self._asleep_s),)

    def _holes_of_take(
        self, gaps: tuple[tuple[int, float], ...], lasts: tuple[Hole, ...] = ()
    ) -> tuple[Hole, ...]:
        rate = self.format.sample_rate
        first_s, found = self._first / rate, []
        late = (Hole(GAP, frame / rate, by_s) for frame, by_s in gaps)
        for hole in (*self._holes, *lasts, *late):
            before_s = max(0.0, first_s - hole.at_s)  # of it lie before the take
            if before_s < hole.silence_s or (not before_s and not hole.silence_s):
                silence_s = max(0.0, hole.silence_s - before_s)
                missing_s = max(0.0, hole.missing_s - before_s)
                at_s = max(0.0, hole.at_s - first_s)
                found.append(Hole(hole.kind, at_s, missing_s, silence_s))
        return tuple(sorted(found, key=lambda hole: hole.at_s))

    # What was heard

    def _keep(self, pcm: bytes) -> None:
        self._heard += len(pcm) // self.format.frame_bytes
        if self._pen:
            self._pen.write(pcm)
        self._remember(pcm)

    def _remember(self, pcm: bytes) -> None:
        if not pcm:
            return
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


def _clips(samples: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> bool:
    """Whether one of the channels stays at full scale for some samples."""
    full = np.abs(samples) >= _CLIP
    if not full.any():
        return False
    runs = np.cumsum(np.pad(full, ((1, 0), (0, 0))), axis=0)
    return len(runs) > _CLIP_RUN and bool((runs[_CLIP_RUN:] - runs[:-_CLIP_RUN]).max() >= _CLIP_RUN)


def _rms_dbfs(samples: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> float:
    return _dbfs(float(np.sqrt(np.mean(np.square(samples), axis=0).max())))


def _dbfs(amplitude: float) -> float:
    return max(FLOOR_DBFS, 20.0 * float(np.log10(max(amplitude, 1e-6))))
