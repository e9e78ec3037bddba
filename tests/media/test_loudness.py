import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.media import loudness
from trainer.media.resample import resample


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
    assert loudness.lufs(samples, rate) == pytest.approx(ebur128(tmp_path / "a.wav"), abs=0.2)


def test_what_is_too_short_or_silent_has_no_loudness():
    assert loudness.lufs(np.full(100, 0.1, np.float32), 48_000) is None
    assert loudness.lufs(np.zeros(48_000, np.float32), 48_000) is None
    assert loudness.lufs(np.full(48_000, 1e-6, np.float32), 48_000) is None
    assert loudness.lufs(np.zeros(0, np.float32), 48_000) is None


def test_peak_is_that_of_the_hottest_channel():
    channels = np.array([[0.1, -0.5], [0.2, 0.3]], np.float32)
    assert loudness.peak_dbfs(channels) == pytest.approx(-6.02, abs=0.01)
    assert loudness.peak_dbfs(np.zeros((5, 1), np.float32)) is None
    assert loudness.peak_dbfs(np.zeros((0, 1), np.float32)) is None


def test_only_runs_at_full_scale_are_clipped():
    samples = np.array([1, 0, 1, 1, 0, 1, 1, 1, 0, -1, -1, -1, -1, 0.99, 0.99, 0.99], np.float32)
    assert loudness.clipping(samples[:, None]) == loudness.Clipping(7, 2)
    assert loudness.clipping(np.zeros((0, 1), np.float32)) == loudness.Clipping(0, 0)


def test_16_bit_full_scale_is_full_scale(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([2.0, 2.0, 2.0, 0, -2, -2, -2]), 48_000)
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert loudness.clipping(read) == loudness.Clipping(6, 2)
