"""Onsets against the truth of made speech: what ``onset._ERROR_AT`` rests on.

``python -m tests.media.test_onset`` prints the table.
"""

import sys
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from tests.media import synth
from trainer.media import activity, onset
from trainer.media.frames import HOP_S, frames

CASES = 48
DISTURBANCES = (
    synth.breath, synth.click, synth.thump, synth.squeak, synth.keyboard, synth.creak,
)  # fmt: skip


@dataclass
class Found:
    errors_ms: np.ndarray
    hits: int
    false: int
    missed: int
    outside: int
    snr: float

    @property
    def f1(self) -> float:
        return 2 * self.hits / (2 * self.hits + self.false + self.missed)


def listen(samples):
    made = frames([samples.astype(np.float32)], len(samples), lambda done: None)
    return made, activity.find(made)


def case(seed: int, snr_db: float):
    """Speech of any kind of first sound, late or early, in noise, with disturbances before it."""
    rng = np.random.default_rng(9000 + seed)
    made = synth.speech(
        seed, onset_s=float(rng.uniform(1.2, 4)), first=synth.ONSETS[seed % len(synth.ONSETS)]
    )
    heard = synth.with_noise(made.samples, rng, snr_db, ("pink", "white")[seed % 2])
    for _ in range(seed % 4):
        what = DISTURBANCES[rng.integers(len(DISTURBANCES))](rng)
        synth.put(heard, what, made.onset_s - len(what) / synth.RATE - rng.uniform(0.06, 1.1))
    return made, heard


def same(a, b) -> bool:
    """Two stretches of time that share more than half of what they cover."""
    return min(a[1], b[1]) - max(a[0], b[0]) > 0.5 * (max(a[1], b[1]) - min(a[0], b[0]))


@cache
def run(snr_db: float) -> Found:
    errors, snrs = [], []
    hits = false = missed = outside = 0
    for seed in range(CASES):
        made, heard = case(seed, snr_db)
        shape, found = listen(heard)
        assert found.stretches, f"no speech found in case {seed}"
        begun = found.stretches[0].start * HOP_S
        errors.append(begun - made.onset_s)
        snr = onset.snr_db(shape, found.stretches, found.stretches)
        snrs.append(snr)
        claimed = onset.onset_error_s(snr)
        outside += claimed is not None and abs(begun - made.onset_s) > claimed
        pauses = [
            (before.end * HOP_S, after.start * HOP_S)
            for before, after in zip(found.stretches, found.stretches[1:], strict=False)
        ]
        right = sum(any(same(pause, true) for true in made.pauses) for pause in pauses)
        hits += right
        false += len(pauses) - right
        missed += len(made.pauses) - right
    return Found(np.array(errors) * 1e3, hits, false, missed, outside, float(np.median(snrs)))


# median, 95th percentile: milliseconds
@pytest.mark.parametrize(
    ("snr", "median", "high"), [(30.0, 10, 40), (20.0, 15, 60), (10.0, 40, 120), (5.0, 60, 250)]
)
def test_onsets_lie_near_the_truth(snr, median, high):
    off = np.abs(run(snr).errors_ms)
    assert np.percentile(off, 50) <= median
    assert np.percentile(off, 95) <= high


@pytest.mark.parametrize("snr", [30.0, 20.0, 10.0, 5.0])
def test_the_error_shown_holds_95_of_100(snr):
    assert run(snr).outside <= 0.05 * CASES


@pytest.mark.parametrize("snr", [30.0, 20.0, 10.0])
def test_pauses_are_found(snr):
    assert run(snr).f1 >= 0.95


@pytest.mark.parametrize("snr", [30.0, 20.0, 10.0, 5.0])
def test_the_snr_is_told_within_two_db(snr):
    assert run(snr).snr == pytest.approx(snr, abs=2.0)


@pytest.mark.parametrize("seed", range(50))
def test_noise_alone_is_no_speech(seed):
    rng = np.random.default_rng(seed)
    n = 8 * synth.RATE
    kind = ("white", "pink", "hum", "silence", "events")[seed % 5]
    if kind == "silence":
        heard = np.zeros(n)
    else:
        colour = "pink" if kind == "events" else kind
        heard = synth.noise(rng, n, colour) * rng.choice([0.0003, 0.003, 0.03, 0.1])
    if kind == "events":
        for _ in range(6):
            synth.put(heard, DISTURBANCES[rng.integers(len(DISTURBANCES))](rng), rng.uniform(0, 6))
    assert listen(heard)[1].stretches == ()


@pytest.mark.parametrize("hz", [100.0, 150.0, 440.0, 1000.0])
def test_a_hum_or_a_beep_that_begins_is_no_speech(hz):
    rng = np.random.default_rng(1)
    heard = synth.noise(rng, 6 * synth.RATE, "pink") * 0.003
    t = np.arange(2 * synth.RATE) / synth.RATE
    tone = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 6)) * 0.05
    synth.put(heard, synth.faded(tone, 0.02), 2.0)
    assert listen(heard)[1].stretches == ()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("what", DISTURBANCES, ids=lambda what: what.__name__)
def test_what_a_room_does_is_no_speech(what, seed):
    rng = np.random.default_rng(seed)
    heard = synth.noise(rng, 6 * synth.RATE, "pink") * 0.003
    for at_s in (0.7, 2.4, 4.1):
        synth.put(heard, what(rng), at_s)
    assert listen(heard)[1].stretches == ()


@pytest.mark.parametrize("seed", range(12, 36))
def test_a_chair_that_squeaks_and_creaks_at_once_is_no_speech(seed):
    rng = np.random.default_rng(seed)
    heard = synth.noise(rng, 4 * synth.RATE, "pink") * 0.003
    synth.put(heard, synth.creak(rng), 1.0)
    synth.put(heard, synth.squeak(rng), 1.0 + rng.uniform(0, 0.3))
    assert listen(heard)[1].stretches == ()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("what", DISTURBANCES, ids=lambda what: what.__name__)
def test_what_a_room_does_before_the_speech_does_not_move_its_onset(what, seed):
    rng = np.random.default_rng(seed)
    made = synth.speech(seed, onset_s=3.5, first=synth.ONSETS[seed])
    heard = synth.with_noise(made.samples, rng, 25, "pink")
    event = what(rng)
    synth.put(heard, event, 3.2 - len(event) / synth.RATE)
    assert listen(heard)[1].stretches[0].start * HOP_S == pytest.approx(3.5, abs=0.06)


@pytest.mark.parametrize("seed", range(6))
def test_an_f_softer_than_the_noise_begins_the_speech(seed):
    rng = np.random.default_rng(seed)
    made = synth.speech(seed, onset_s=2.5, first="vowel")
    heard = synth.with_noise(made.samples, rng, 20, "pink")
    synth.put(heard, synth.hiss(rng, 0.12, 1500, 3600, 0.003), 2.38)
    assert listen(heard)[1].stretches[0].start * HOP_S == pytest.approx(2.38, abs=0.06)


@pytest.mark.parametrize("hz", [50.0, 60.0])
@pytest.mark.parametrize("from_s", [0.0, 1.5])
def test_the_hum_of_the_mains_does_not_move_the_onset(hz, from_s):
    made = synth.speech(7, onset_s=3.0, first="nasal")
    rng = np.random.default_rng(3)
    heard = synth.with_noise(made.samples, rng, 35, "pink")
    hum = synth.mains(rng, len(heard) - round(from_s * synth.RATE), hz)
    synth.put(heard, synth.faded(hum, 0.02), from_s)
    assert listen(heard)[1].stretches[0].start * HOP_S == pytest.approx(3.0, abs=0.06)


def test_noise_that_grows_does_not_move_the_onset():
    rng = np.random.default_rng(2)
    made = synth.speech(3, onset_s=3.5, first="vowel")
    heard = synth.with_noise(made.samples, rng, 35, "pink")
    louder = synth.noise(rng, len(heard), "pink") * 0.01
    louder[: round(1.2 * synth.RATE)] = 0
    found = listen(heard + louder)[1]
    assert found.stretches[0].start * HOP_S == pytest.approx(3.5, abs=0.06)


def test_how_the_sound_comes_in_blocks_changes_nothing():
    heard = case(3, 20.0)[1].astype(np.float32)
    whole = listen(heard)[0]
    for size in (777, 16_000, 123_457):
        blocks = [heard[at : at + size] for at in range(0, len(heard), size)]
        made = frames(blocks, len(heard), lambda done: None)
        for name in ("full", "speech", "high", "over", "voicing", "f0_hz", "whistle"):
            assert np.array_equal(getattr(made, name), getattr(whole, name))


def test_speech_at_the_very_start_has_no_known_onset():
    made = synth.speech(4, onset_s=0.0, first="vowel", tail_s=2)
    heard = synth.with_noise(made.samples, np.random.default_rng(4), 30, "pink")
    shape, found = listen(heard)
    snr = onset.snr_db(shape, found.stretches, found.stretches)
    told = onset.onset(found.stretches, None, snr)
    assert told.at_s is None
    assert told.problem == onset.UNDER_WAY_AT_START


def test_no_onset_is_shown_where_noise_covers_it():
    assert onset.onset_error_s(2.0) is None
    assert onset.onset_error_s(None) is None
    assert onset.onset_error_s(15.0) > onset.onset_error_s(40.0)


def table() -> None:
    for snr in (30.0, 20.0, 15.0, 10.0, 5.0):
        got = run(snr)
        off = np.abs(got.errors_ms)
        p50, p95 = np.percentile(off, (50, 95))
        sys.stdout.write(
            f"{snr:.0f} dB: median {p50:.0f}, p95 {p95:.0f}, max {off.max():.0f} ms, "
            f"bias {np.median(got.errors_ms):+.0f}; pauses F1 {got.f1:.3f}; "
            f"outside the error shown {got.outside}/{CASES}; SNR told {got.snr:.1f}\n"
        )


if __name__ == "__main__":
    table()
