import time

import numpy as np
import pytest

from trainer.media.clock import SampleClock, slept_s

RATE, CHUNK = 48_000, 960
START_S = 1_000.0


def feed(
    clock: SampleClock,
    seconds: float,
    *,
    first: int = 0,
    start_s: float = START_S,
    drift: float = 0,
) -> int:
    """20 ms chunks that are late as a busy machine makes them; returns the frames in all."""
    random = np.random.default_rng(first)
    at_s, frames = 0.0, first
    for number in range(round(seconds * RATE / CHUNK)):
        frames += CHUNK
        true_s = start_s + (number + 1) * CHUNK / RATE * (1 + drift)
        late_s = random.exponential(0.004) + (0.06 if random.random() < 0.02 else 0)
        at_s = max(at_s, true_s + late_s)  # in order: what is late holds up the next
        clock.arrived(frames, at_s)
    return frames


@pytest.mark.parametrize("drift", [-1e-4, 0, 1e-4])
def test_jitter_and_drift_stay_within_the_stated_error(drift: float) -> None:
    clock = SampleClock(RATE)
    feed(clock, 60, drift=drift)
    for true_s in (0.5, 1, 10, 30, 59):
        index, error_s = clock.index_at(START_S + true_s * (1 + drift))
        assert abs(index / RATE - true_s) <= error_s <= 0.01
    assert clock.gaps == ()


def test_samples_that_did_not_arrive_are_a_gap_and_shift_what_follows() -> None:
    clock = SampleClock(RATE)
    frames = feed(clock, 10)
    feed(clock, 10, first=frames, start_s=START_S + 10.5)
    ((frame, missing_s),) = clock.gaps
    assert frame == 10 * RATE
    assert missing_s == pytest.approx(0.5, abs=0.02)
    before, error_s = clock.index_at(START_S + 5)
    assert abs(before / RATE - 5) <= error_s
    after, error_s = clock.index_at(START_S + 15)
    assert abs(after / RATE - 14.5) <= error_s


def test_a_gap_of_just_now_is_late_at_first() -> None:
    clock = SampleClock(RATE)
    frames = feed(clock, 5)
    frames = feed(clock, 0.3, first=frames, start_s=START_S + 5.2)
    ((frame, missing_s),) = clock.late
    assert (clock.gaps, frame) == ((), 5 * RATE)
    assert missing_s == pytest.approx(0.2, abs=0.02)
    feed(clock, 2, first=frames, start_s=START_S + 5.5)
    assert (len(clock.gaps), clock.late) == (1, ())


def test_a_hold_up_that_is_caught_up_is_no_gap() -> None:
    clock = SampleClock(RATE)
    frames = feed(clock, 5)
    for _ in range(100):  # two seconds that all arrive at once
        frames += CHUNK
        clock.arrived(frames, START_S + 7.05)
    feed(clock, 5, first=frames, start_s=START_S + 7)
    assert (clock.gaps, clock.late) == ((), ())
    index, error_s = clock.index_at(START_S + 6)
    assert abs(index / RATE - 6) <= error_s


def test_what_begins_anew_is_no_gap_and_the_old_moments_stay_where_they_are() -> None:
    clock = SampleClock(RATE)
    frames = feed(clock, 5)
    assert clock.end_s == pytest.approx(START_S + 5, abs=0.005)
    clock.restart()
    feed(clock, 5, first=frames, start_s=START_S + 8)
    assert (clock.gaps, clock.late) == ((), ())
    for true_s, second in ((4, 4), (9, 6)):
        index, error_s = clock.index_at(START_S + true_s)
        assert abs(index / RATE - second) <= error_s < 0.02


def test_sleep_is_told_by_a_clock_that_goes_on_and_never_runs_back() -> None:
    before_s, began_s = slept_s(), time.monotonic()
    assert before_s >= -1e-3
    assert slept_s() - before_s == pytest.approx(0, abs=0.5)
    assert time.monotonic() - began_s < 5


def test_nothing_heard_is_nothing_known() -> None:
    assert SampleClock(RATE).index_at(START_S) == (0.0, float("inf"))
