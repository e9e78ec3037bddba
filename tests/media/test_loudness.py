import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pyloudnorm
import pytest
import soundfile

from tests.media import synth
from trainer.media import loudness
from trainer.media.resample import resample


def lufs(samples, rate, size=10_000):
    meter = loudness.Loudness(rate)
    for at in range(0, len(samples), size):
        meter.hear(samples[at : at + size])
    return meter.lufs()


def heat(channels, size=1000):
    meter = loudness.Heat()
    for at in range(0, len(channels), size):
        meter.hear(channels[at : at + size])
    return meter


def ebur128(path) -> float:
    # At 16 kHz ffmpeg's own filter is off by 0.2 LU; at 48 kHz both agree.
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", path]
    command += ["-af", "aresample=48000,ebur128", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", told)[-1])


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("seed", range(3))
def test_loudness_agrees_with_ffmpeg(seed, rate, tmp_path):
    made = synth.speech(seed, phrases=4, level=(0.2, 0.05, 0.01)[seed])
    heard = synth.with_noise(made.samples, np.random.default_rng(seed), 25, "pink", 0.05)
    samples = resample(heard.astype(np.float32), synth.RATE, rate)
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="FLOAT")
    assert lufs(samples, rate) == pytest.approx(ebur128(tmp_path / "a.wav"), abs=0.15)


@pytest.mark.parametrize("seconds", [0.46, 1.37, 1.42])
def test_a_short_file_is_as_loud_as_ffmpeg_says(seconds, tmp_path):
    made = synth.speech(2, onset_s=0.0, phrases=1).samples[: round(seconds * synth.RATE)]
    samples = resample(made.astype(np.float32), synth.RATE, 48_000)
    soundfile.write(tmp_path / "a.wav", samples, 48_000, subtype="FLOAT")
    assert lufs(samples, 48_000) == pytest.approx(ebur128(tmp_path / "a.wav"), abs=0.15)


@pytest.mark.parametrize("rate", [11_025, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("size", [999, 48_000])
def test_blocks_are_as_loud_as_pyloudnorm_finds_the_whole(rate, size):
    clean = synth.speech(6, phrases=4).samples[: 8 * synth.RATE]
    heard = synth.with_noise(clean, np.random.default_rng(6), 30, "pink").astype(np.float32)
    samples = resample(heard, synth.RATE, rate)
    good = max(rate, 48_000) if rate < 40_000 else rate
    whole = resample(samples, rate, good).astype(np.float64)
    assert lufs(samples, rate, size) == pytest.approx(
        pyloudnorm.Meter(good).integrated_loudness(whole), abs=0.005
    )


def test_what_is_too_short_or_silent_has_no_loudness():
    assert lufs(np.full(100, 0.1, np.float32), 48_000) is None
    assert lufs(np.zeros(48_000, np.float32), 48_000) is None
    assert lufs(np.full(48_000, 1e-6, np.float32), 48_000) is None
    assert lufs(np.zeros(0, np.float32), 48_000) is None


def test_peak_is_that_of_the_hottest_channel():
    channels = np.array([[0.1, -0.5], [0.2, 0.3]], np.float32)
    assert heat(channels).peak_dbfs() == pytest.approx(-6.02, abs=0.01)
    assert heat(np.zeros((5, 1), np.float32)).peak_dbfs() is None
    assert heat(np.zeros((0, 1), np.float32)).peak_dbfs() is None


def test_only_runs_at_full_scale_are_clipped():
    samples = np.array([1, 0, 1, 1, 0, 1, 1, 1, 0, -1, -1, -1, -1, 0.99, 0.99, 0.99], np.float32)
    for size in range(1, len(samples) + 1):  # a run may reach over several blocks
        assert heat(samples[:, None], size).clipping() == loudness.Clipping(7, 2)
    assert heat(np.zeros((0, 1), np.float32)).clipping() == loudness.Clipping(0, 0)


def test_the_worst_channel_counts_as_clipped():
    channels = np.zeros((10, 2), np.float32)
    channels[5:, 1] = -1
    assert heat(channels, 4).clipping() == loudness.Clipping(5, 1)


def test_16_bit_full_scale_is_full_scale(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([2.0, 2.0, 2.0, 0, -2, -2, -2]), 48_000)
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert heat(read).clipping() == loudness.Clipping(6, 2)
