"""What can be measured of a response's sound, and how it compares with one's own earlier responses.

Shown, never scored: the evidence that links acoustics to skill is weak and contradictory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

MEASURES_VERSION = 3
BASELINE_MIN = 4
# The newest of them: of a cold, another microphone or last year's habits it soon hears no more.
BASELINE_MOST = 20
# Half-width, as a share of the value. Talk time and pitch: of made voices, whose truth is known
# (tests/media/test_measure.py, test_pitch.py). Syllables: the most that the count was off in six
# sentences of people, five of them one reader's (test_real_voices.py): too few for a percentile.
SHARE_OFF = {
    "speech_s": 0.05,
    "f0_median_hz": 0.03,
    "syllables_per_s": 0.25,
    "speech_rate_per_s": 0.25,
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence between two stretches of speech (seconds in the file)."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class SpeechMeasures:
    """Measures of one file, in the units of their names; None: there is no such thing in it.

    ``onset_error_s`` is the half-width within which the true onset lies in 95 of 100 test cases.
    """

    duration_s: float
    onset_s: float | None
    onset_error_s: float | None
    speech_s: float
    pauses: tuple[Pause, ...]
    longest_pause_s: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    clipped: int
    f0_median_hz: float | None
    f0_sd_semitones: float | None
    syllables_per_s: float | None
    snr_db: float | None
    problems: tuple[str, ...]

    @property
    def span_s(self) -> float:
        """From the first word to the end of the last: speech, and the pauses between."""
        return self.speech_s + sum(pause.end_s - pause.start_s for pause in self.pauses)

    @property
    def talk_percent(self) -> float | None:
        """How much of that is speech."""
        return 100 * self.speech_s / self.span_s if self.speech_s else None

    @property
    def speech_rate_per_s(self) -> float | None:
        """Syllables for each second of that, where ``syllables_per_s`` leaves the pauses out."""
        rate = self.syllables_per_s
        return None if rate is None else rate * self.speech_s / self.span_s


Stretch = tuple[float, float]
"""From where to where in the file (seconds)."""


def spoken(measures: SpeechMeasures, silences: Sequence[Stretch] = ()) -> tuple[Stretch, ...]:
    """Where there is speech, from the first word to the end of the last.

    ``silences`` are where silence stands for missing sound: that is neither speech nor pause.
    """
    if measures.onset_s is None:
        return ()
    at, left, found = measures.onset_s, measures.speech_s, []
    pauses = [(pause.start_s, pause.end_s) for pause in measures.pauses]
    for start, end in sorted((*pauses, *silences)):
        length = min(left, start - at)
        if length > 0:
            found.append((at, at + length))
            left -= length
        at = max(at, end)
    if left > 0:
        found.append((at, max(at, min(at + left, measures.duration_s))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Latency:
    """Time from the true end of the client's sound to the first speech, with its error (seconds).

    Negative: the person began before the client had finished.
    """

    value_s: float
    error_s: float


def latency(
    measures: SpeechMeasures, stimulus_end_s: float | None, stimulus_end_error_s: float | None
) -> Latency | None:
    """How long the person waited, or None when the onset or the client's end is not known.

    The two errors are independent, so they add in quadrature.
    """
    if measures.onset_s is None or measures.onset_error_s is None:
        return None
    if stimulus_end_s is None or stimulus_end_error_s is None:
        return None
    error = (measures.onset_error_s**2 + stimulus_end_error_s**2) ** 0.5
    return Latency(measures.onset_s - stimulus_end_s, error)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where one's own newest earlier values lie: median and middle half, from ``n`` responses."""

    n: int
    median: float
    low: float
    high: float


def baseline(earlier: Sequence[float]) -> Baseline | None:
    """Median and quartiles of the newest 20 of ``earlier`` (oldest first), which no single odd one
    moves; None below four, where quartiles say nothing.
    """
    earlier = earlier[-BASELINE_MOST:]
    if len(earlier) < BASELINE_MIN:
        return None
    low, _, high = quantiles(earlier, n=4, method="inclusive")
    return Baseline(len(earlier), median(earlier), low, high)
