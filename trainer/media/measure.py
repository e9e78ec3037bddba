"""All measures of one recording: shown beside one's own earlier ones, never scored."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import IO, Any

import numpy as np

from trainer.domain.response import Hole
from trainer.domain.speech import Pause, SpeechMeasures
from trainer.media import activity, onset, pitch
from trainer.media.activity import Stretch
from trainer.media.decode import Recording
from trainer.media.frames import HOP_S, RATE, SHORTEST_S, Floats, Frames, frames
from trainer.media.held import Source
from trainer.media.holes import Cuts
from trainer.media.loudness import Clipping, Heat, Loudness
from trainer.media.overheard import Overheard, Played, overheard
from trainer.media.resample import resample_blocks, resampled_length

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
Tick = Callable[[float], None]

# A longer sound waits on the disk to be gone through again (an hour at 16 kHz is 230 MB), but for
# one that may not lie there: that is resampled anew each time.
_HELD_S = 300.0
_SPOOLED = 4 * 10 * RATE
# Below these, pitch and pace would be the noise's.
_PITCH_SNR_DB = 8.0
_PACE_SNR_DB = 10.0
_LITTLE_SNR_DB = 10.0
_QUIET_LUFS = -40.0
# Fainter than this beside the answer nobody hears the client; open headphones leak that much. It is
# the direct sound that is compared, in a room some 7 dB below all of it.
_FAINT_DB = -52.0

NO_SPEECH = "no speech found"
SILENT = "the recording is silent: is the microphone muted?"
QUIET = "very quiet: move closer to the microphone"
NOISY = "little speech above the noise"
HOLE = "sound is missing before the first words: when they began is not known"
OVERHEARD = "the client's voice came through the loudspeakers: use headphones"
NO_NOISE = "hardly a moment without speech: the noise below it cannot be told"


@dataclass(frozen=True, slots=True)
class _Signal:
    """What is measured of the sound as such, over ``samples`` at ``rate`` Hz in all.

    ``left`` of them are outside the holes.
    """

    samples: int
    left: int
    rate: int
    peak_dbfs: float | None
    clipping: Clipping
    lufs: float | None

    @property
    def duration_s(self) -> float:
        return self.samples / self.rate


class _Narrow:
    """The mono sound at 16 kHz in blocks, ``len`` samples in all, as often as it is iterated.

    What silence stands for is left out: it is no noise floor, no pause and no end of a word.
    """

    def __init__(self, recording: Recording, signal: _Signal, cuts: Cuts) -> None:
        self._recording = recording
        self._rate, self._cuts = signal.rate, cuts
        self._length = resampled_length(signal.left, signal.rate, RATE)
        self._held: list[Floats] | None = None
        self._spool: IO[bytes] | None = None
        if signal.duration_s <= _HELD_S:
            self._held = list(self._read())
        elif recording.may_spool:
            self._spool = self._spooled()

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Floats]:
        if self._held is not None:
            return iter(self._held)
        return self._read() if self._spool is None else self._again(self._spool)

    def _read(self) -> Iterator[Floats]:
        mono = (mono for _, mono, _ in self._recording.blocks())
        return resample_blocks(self._cuts.without(mono, self._rate), self._rate, RATE)

    def _spooled(self) -> IO[bytes] | None:
        """All of it on the disk; None without room there, and it is resampled anew each time."""
        try:
            with ExitStack() as undone:
                spool = undone.enter_context(tempfile.TemporaryFile())
                for block in self._read():
                    spool.write(block.tobytes())
                spool.flush()
                undone.pop_all()
        except OSError:
            return None
        return spool

    def close(self) -> None:
        """Let go of the disk; nothing can be read after that."""
        if self._spool is not None:
            self._spool.close()

    def _again(self, spool: IO[bytes]) -> Iterator[Floats]:
        spool.seek(0)
        while data := spool.read(_SPOOLED):
            yield np.frombuffer(data, np.float32)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The response's stretches of speech and what follows from them; the client beside it."""

    stretches: tuple[Stretch, ...]
    onset: onset.Onset
    snr_db: float | None
    frames: Frames
    client: Overheard | None


def measure(
    path: Source,
    *,
    speech_from_s: float | None = None,
    holes: Sequence[Hole] = (),
    played: Played | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> SpeechMeasures:
    """Measure the speech in ``path``; only what comes after ``speech_from_s``, in file time.

    ``holes`` are where sound is known to be missing: nobody's pause, and no onset is told from
    behind one. ``played`` is what ended at ``speech_from_s``: with it, it is told whether the
    microphone heard that from the loudspeakers. ``on_progress`` hears 0..1. KnownError when it
    cannot be read; ``concurrent.futures.CancelledError`` soon after ``cancelled`` says True.
    """

    def tick(done: float) -> None:
        if cancelled is not None and cancelled():
            raise CancelledError
        if on_progress is not None:
            on_progress(done)

    tick(0.0)
    from_s = max(0.0, speech_from_s or 0.0)
    recording, cuts = Recording(path), Cuts(holes)
    signal = _signal(recording, from_s, cuts, lambda: tick(0.0))
    tick(0.15)
    with closing(_Narrow(recording, signal, cuts)) as narrow:
        client = overheard(narrow, played, cuts.of_file(from_s)) if played and from_s else None
        heard = _listen(narrow, from_s, cuts, client, _part(tick, 0.2, 0.6))
        tone = _tone(narrow, heard, _part(tick, 0.6, 0.95))
    found = _measures(signal, heard, tone, cuts)
    tick(1.0)
    return found


def _measures(
    signal: _Signal, heard: _Heard, tone: pitch.Pitch | None, cuts: Cuts
) -> SpeechMeasures:
    pauses = cuts.pauses(_pauses(heard.stretches))
    onset_s = heard.onset.at_s
    return SpeechMeasures(
        duration_s=signal.duration_s,
        onset_s=None if onset_s is None else cuts.in_file(onset_s),
        onset_error_s=heard.onset.error_s,
        speech_s=sum(stretch.end - stretch.start for stretch in heard.stretches) * HOP_S,
        pauses=pauses,
        longest_pause_s=max((pause.end_s - pause.start_s for pause in pauses), default=0.0),
        loudness_lufs=signal.lufs,
        peak_dbfs=signal.peak_dbfs,
        clipped=signal.clipping.samples,
        f0_median_hz=tone.median_hz if tone else None,
        f0_sd_semitones=tone.sd_semitones if tone else None,
        syllables_per_s=_pace(heard),
        snr_db=heard.snr_db,
        problems=_problems(heard, signal),
    )


def as_json(file: str, measures: SpeechMeasures) -> dict[str, Any]:
    """One element of ``attune analyze --json``: rounded to what the measures can tell."""
    digits = {
        "loudness_lufs": 1, "peak_dbfs": 1, "f0_median_hz": 1, "f0_sd_semitones": 2,
        "syllables_per_s": 2, "snr_db": 1, "talk_percent": 1, "speech_rate_per_s": 2,
    }  # fmt: skip
    found: dict[str, Any] = {"file": file}
    more = {name: getattr(measures, name) for name in ("talk_percent", "speech_rate_per_s")}
    for key, value in (asdict(measures) | more).items():
        found[key] = round(value, digits.get(key, 3)) if isinstance(value, float) else value
    found["pauses"] = [
        {"start_s": round(pause.start_s, 3), "end_s": round(pause.end_s, 3)}
        for pause in measures.pauses
    ]
    found["problems"] = list(measures.problems)
    return found


def _part(tick: Tick, low: float, high: float) -> Tick:
    return lambda done: tick(low + (high - low) * done)


def _signal(recording: Recording, from_s: float, cuts: Cuts, check: Callable[[], None]) -> _Signal:
    heat, loudness = Heat(), None
    at = rate = 0
    for channels, mono, rate in recording.blocks():
        check()
        loudness = loudness or Loudness(rate)
        skipped = max(0, round(from_s * rate) - at)
        heat.hear(channels[skipped:])
        loudness.hear(mono[skipped:])
        at += len(mono)
    lufs = loudness.lufs() if loudness else None
    left = at - cuts.frames(rate, at)
    return _Signal(at, left, rate, heat.peak_dbfs(), heat.clipping(), lufs)


def _listen(
    narrow: _Narrow, from_s: float, cuts: Cuts, client: Overheard | None, tick: Tick
) -> _Heard:
    made = frames(narrow, len(narrow), tick)
    if len(narrow) < SHORTEST_S * RATE:
        return _Heard((), onset.Onset(None, None), None, made, client)
    found = activity.find(made)
    # A client who is heard late is no answer either.
    late_s = max(0.0, client.late_s) if client else 0.0
    stretches, problem = onset.response(found, cuts.of_file(from_s) + late_s)
    if stretches and cuts.between(from_s, stretches[0].start * HOP_S):
        problem = problem or HOLE
    snr = onset.snr_db(made, found.stretches, stretches)
    certain = snr if snr is not None else onset.least_snr_db(found, made)
    return _Heard(stretches, onset.onset(stretches, problem, certain), snr, made, client)


def _tone(narrow: _Narrow, heard: _Heard, tick: Tick) -> pitch.Pitch | None:
    if heard.snr_db is not None and heard.snr_db < _PITCH_SNR_DB:
        return None
    return pitch.pitch(narrow, heard.stretches, tick)


def _pace(heard: _Heard) -> float | None:
    if heard.snr_db is not None and heard.snr_db < _PACE_SNR_DB:
        return None
    return pitch.syllables_per_s(heard.frames, heard.stretches)


def _pauses(stretches: tuple[Stretch, ...]) -> tuple[Pause, ...]:
    return tuple(
        Pause(before.end * HOP_S, after.start * HOP_S) for before, after in pairwise(stretches)
    )


def _problems(heard: _Heard, signal: _Signal) -> tuple[str, ...]:
    problems: list[str] = []
    if signal.peak_dbfs is None:
        return (NO_SPEECH, SILENT)
    if not heard.stretches:
        problems.append(NO_SPEECH)
    if heard.onset.problem:
        problems.append(heard.onset.problem)
    if signal.clipping.places:
        count = signal.clipping.places
        places = "1 place" if count == 1 else f"{count} places"
        problems.append(f"clipped in {places}")
    if heard.stretches and signal.lufs is not None and signal.lufs < _QUIET_LUFS:
        problems.append(QUIET)
    if _client_is_heard(heard):
        problems.append(OVERHEARD)
    if heard.stretches and heard.snr_db is None:
        problems.append(NO_NOISE)
    if heard.snr_db is not None and heard.snr_db < _LITTLE_SNR_DB:
        problems.append(NOISY)
    return tuple(problems)


def _client_is_heard(heard: _Heard) -> bool:
    if heard.client is None or not heard.stretches:
        return heard.client is not None
    power = [10 ** (heard.frames.full[s.start : s.end] / 10) for s in heard.stretches]
    answer_db = 10 * np.log10(np.concatenate(power).mean())
    return bool(heard.client.level_db > answer_db + _FAINT_DB)
