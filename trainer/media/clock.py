"""Which sample was taken when, told from arrivals that can only be late."""

import sys
import time
from bisect import bisect_right
from dataclasses import dataclass, field

GAP_S = 0.1
_CONFIRM_S = 1.0
_BUCKET_S = 1.0
_REACH_S = 5.0
_LEAST_ERROR_S = 0.005
_SYSTEM: str = sys.platform


@dataclass(slots=True)
class _Stretch:
    """Samples without a hole. ``lows`` are (moment, least offset) of one second each.

    An offset is arrival time minus sample count in seconds: what the clock said at sample 0, plus
    the delay of this arrival. The least offset is the truth plus the least delay.
    """

    first_frame: int
    missing_s: float = 0.0  # before it; 0 for one that begins for another reason
    lows: list[tuple[float, float]] = field(default_factory=list)

    def add(self, at_s: float, offset_s: float) -> None:
        if self.lows and at_s - self.lows[-1][0] < _BUCKET_S:
            start_s, low_s = self.lows[-1]
            self.lows[-1] = (start_s, min(low_s, offset_s))
        else:
            self.lows.append((at_s, offset_s))

    def near(self, at_s: float) -> list[float]:
        """The lows within ``_REACH_S`` of ``at_s``: near enough for clock drift not to matter."""
        near = [low for start, low in self.lows if abs(start - at_s) <= _REACH_S]
        return near or [min(self.lows, key=lambda low: abs(low[0] - at_s))[1]]


class SampleClock:
    """Maps the monotonic clock to sample indexes by the lower envelope of the arrival times.

    Jitter only ever delays an arrival, so the earliest within some seconds are the best witnesses.
    Two crystals drift by up to 100 ppm: 0.5 ms over the 5 s that are looked at. An offset that has
    grown by more than 100 ms and stays there for a second is a gap: samples that did not arrive.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._stretches: list[_Stretch] = []
        self._late: _Stretch | None = None
        self._frames = 0
        self._anew = True

    @property
    def gaps(self) -> tuple[tuple[int, float], ...]:
        """What did not arrive so far, as (frame, seconds); known a second after each."""
        return tuple((one.first_frame, one.missing_s) for one in self._stretches if one.missing_s)

    @property
    def late(self) -> tuple[tuple[int, float], ...]:
        """The same of what arrives late now: a hold-up, or a gap of just now."""
        late = self._late
        return () if late is None else ((late.first_frame, self._behind_s(late)),)

    @property
    def end_s(self) -> float:
        """When the newest sample was taken."""
        return self._frames / self._rate + min(self._lows_at_the_end())

    def restart(self) -> None:
        """Compare what arrives from now on with nothing before: it is known to be no gap."""
        self._anew = True

    def arrived(self, frames: int, at_s: float) -> None:
        """Note that ``frames`` samples in all had arrived at ``at_s``."""
        before, self._frames = self._frames, frames
        offset_s = at_s - frames / self._rate
        if self._anew:
            self._stretches.append(_Stretch(before))
            self._anew, self._late = False, None
        stretch = self._stretches[-1]
        if not stretch.lows or offset_s - min(stretch.near(at_s)) <= GAP_S:
            stretch.add(at_s, offset_s)
            self._late = None
            return
        if self._late is None:
            self._late = _Stretch(before)
        self._late.add(at_s, offset_s)
        if at_s - self._late.lows[0][0] >= _CONFIRM_S:
            self._late.missing_s = self._behind_s(self._late)
            self._stretches.append(self._late)
            self._late = None

    def _behind_s(self, late: _Stretch) -> float:
        return min(low for _, low in late.lows) - min(self._lows_at_the_end())

    def _lows_at_the_end(self) -> list[float]:
        newest = self._stretches[-1]
        return newest.near(newest.lows[-1][0])

    def index_at(self, at_s: float) -> tuple[float, float]:
        """The sample (fractional) taken at ``at_s`` and how far that may be off (seconds)."""
        if not self._stretches:
            return 0.0, float("inf")
        starts = [one.lows[0][0] for one in self._stretches]
        number = max(0, bisect_right(starts, at_s) - 1)
        lows = sorted(self._stretches[number].near(at_s))
        index = (at_s - lows[0]) * self._rate
        # How much the lows of single seconds differ is how well each of them is known.
        return index, _LEAST_ERROR_S + (lows[len(lows) // 2] - lows[0])


def slept_s() -> float:
    """Seconds for which this computer has been suspended since it started, by its two clocks.

    ``time.monotonic()`` stands still meanwhile on Linux and macOS, another clock goes on. Windows
    has one clock for both, so there it is always 0: a night's sleep is a long hole and no more.
    """
    goes_on, stands_still = _clocks()
    if not hasattr(time, goes_on) or not hasattr(time, stands_still):
        return 0.0
    return time.clock_gettime(getattr(time, goes_on)) - time.clock_gettime(
        getattr(time, stands_still)
    )


def _clocks() -> tuple[str, str]:
    if _SYSTEM.startswith("linux"):
        return "CLOCK_BOOTTIME", "CLOCK_MONOTONIC"
    return "CLOCK_MONOTONIC", "CLOCK_UPTIME_RAW"  # as macOS names them
