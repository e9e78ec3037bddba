import time

import numpy as np
import pytest

from tests.media import synth
from trainer.media.decode import Sound
from trainer.media.peaks import Pyramid, envelope, peaks, stream_peaks


@pytest.fixture(scope="module")
def samples():
    return np.random.default_rng(0).normal(0, 0.1, 100_003).astype(np.float32)


@pytest.mark.parametrize(("n", "buckets"), [(10, 3), (10, 10), (10, 30), (1, 5), (0, 5), (1000, 0)])
def test_peaks_cover_every_sample(n, buckets, samples):
    mins, maxs = peaks(samples[:n], buckets)
    assert len(mins) == len(maxs) == min(n, buckets)
    if len(mins):
        assert mins.min() == samples[:n].min()
        assert maxs.max() == samples[:n].max()
        assert (mins <= maxs).all()


@pytest.mark.parametrize("seed", range(200))
def test_a_view_is_exact_and_never_wider_than_asked(seed, samples):
    rng = np.random.default_rng(seed)
    n = int(rng.choice([1, 5, 16, 17, 1_000, 100_003]))
    start, end = sorted(rng.integers(-5, n + 6, 2).tolist())
    width = int(rng.choice([1, 2, 7, 640]))
    view = Pyramid(samples[:n]).view(start, end, width)
    assert len(view.mins) == len(view.maxs) <= width
    start, end = max(0, start), min(n, end)
    if end <= start:
        assert len(view.mins) == 0
        return
    assert view.first <= start
    assert view.first + view.step * len(view.mins) >= end
    for index in range(len(view.mins)):
        cut = samples[:n][view.first + index * view.step : view.first + (index + 1) * view.step]
        assert view.mins[index] == cut.min()
        assert view.maxs[index] == cut.max()


@pytest.mark.parametrize("rate", [1_000, 8_000, 44_100, 48_000])
@pytest.mark.parametrize("size", [777, 10_001, 200_000])
def test_a_stream_has_the_peaks_of_the_whole(rate, size, samples):
    blocks = [(samples[at : at + size], rate) for at in range(0, len(samples), size)]
    mins, maxs, seconds = stream_peaks(blocks, 800, 4096)
    assert seconds == pytest.approx(len(samples) / rate)
    if len(blocks) == 1:
        whole = peaks(samples, max(4096, round(seconds * 800)))
        assert (mins == whole[0]).all()
        assert (maxs == whole[1]).all()
        return
    edges = np.arange(int(np.ceil(len(samples) * 800 / rate))) * rate // 800
    assert len(mins) == len(maxs) == len(edges)
    assert (mins == np.minimum.reduceat(samples, edges)).all()
    assert (maxs == np.maximum.reduceat(samples, edges)).all()


def test_a_stream_without_a_block_has_no_peaks():
    mins, maxs, seconds = stream_peaks([], 800, 4096)
    assert (len(mins), len(maxs), seconds) == (0, 0, 0.0)


def test_a_long_recording_is_drawn_quickly():
    pyramid = Pyramid(np.zeros(48_000 * 600, np.float32))
    begun = time.perf_counter()
    for _ in range(50):
        pyramid.view(1_234, 28_000_000, 1_000)
        pyramid.view(1_234_567, 1_300_000, 1_000)
    assert (time.perf_counter() - begun) / 100 < 0.003


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_the_mouth_moves_with_the_voice_and_rests_in_pauses(rate):
    from trainer.media.resample import resample

    made = synth.speech(41, onset_s=1.0, phrases=4)
    heard = synth.with_noise(made.samples, np.random.default_rng(1), 35, "pink")
    sound = Sound(resample(heard.astype(np.float32), synth.RATE, rate), rate)
    found = envelope(sound)
    assert len(found) == int(np.ceil(sound.seconds * 25))
    assert found.min() == 0
    assert 0.9 <= found.max() <= 1
    at = (np.arange(len(found)) + 0.5) / 25
    for start, end in [(0.0, made.onset_s - 0.04), *made.pauses]:
        still = found[(at > start + 0.25) & (at < end - 0.03)]
        assert not still.any()
    for start, end in zip(
        [made.onset_s, *(pause[1] for pause in made.pauses)],
        [*(pause[0] for pause in made.pauses), made.end_s], strict=True,
    ):  # fmt: skip
        assert found[(at > start) & (at < end)].max() > 0.5


def test_the_mouths_measure_does_not_depend_on_the_level():
    made = synth.speech(42).samples.astype(np.float32)
    loud, soft = (envelope(Sound(made * gain, synth.RATE)) for gain in (2.0, 0.1))
    assert np.abs(loud - soft).max() < 0.02


@pytest.mark.parametrize("samples", [[], [0.0] * 9, [0.0] * 16_000])
def test_silence_has_a_closed_mouth(samples):
    found = envelope(Sound(np.array(samples, np.float32), 16_000))
    assert not found.any()
