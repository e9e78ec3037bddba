"""What can be measured of a response's sound, and how it compares with one's own earlier responses.

Shown, never scored: the evidence that links acoustics to skill is weak and contradictory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

MEASURES_VERSION = 3
BASELINE_MIN = 4


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
    """Where one's own earlier values lie: median and the middle half, from ``n`` responses."""

    n: int
    median: float
    low: float
    high: float

    def place(self, value: float) -> str:
        """``below``, ``within`` or ``above`` the middle half of one's earlier values."""
        if value < self.low:
            return "below"
        return "above" if value > self.high else "within"


def baseline(earlier: Sequence[float]) -> Baseline | None:
    """Median and quartiles of earlier values; None below four, where quartiles say nothing."""
    if len(earlier) < BASELINE_MIN:
        return None
    low, _, high = quantiles(earlier, n=4, method="inclusive")
    return Baseline(len(earlier), median(earlier), low, high)
