import errno
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.domain.errors import KnownError
from trainer.media import decode, flac
from trainer.media.flac import to_flac


@pytest.fixture(scope="module")
def speech():
    return synth.speech(31, phrases=2).samples.astype(np.float32)


@pytest.mark.parametrize(("subtype", "dtype"), [("PCM_16", "int16"), ("PCM_24", "int32")])
def test_what_is_48_khz_mono_stays_bit_for_bit(subtype, dtype, tmp_path):
    samples = np.random.default_rng(0).uniform(-1, 1, 48_000 * 12)
    soundfile.write(tmp_path / "a.wav", samples, 48_000, subtype)
    assert to_flac(tmp_path / "a.wav", tmp_path / "a.flac") == 48_000
    before, _ = soundfile.read(tmp_path / "a.wav", dtype=dtype)
    after, rate = soundfile.read(tmp_path / "a.flac", dtype=dtype)
    assert rate == 48_000
    assert soundfile.info(tmp_path / "a.flac").subtype == subtype
    assert np.array_equal(before, after)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "a.wav"]


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2), (48_000, 2), (96_000, 6)])
def test_any_wav_becomes_48_khz_mono(rate, channels, subtype, speech, tmp_path):
    from trainer.media.resample import resample

    samples = resample(speech, synth.RATE, rate)
    soundfile.write(tmp_path / "a.wav", np.stack([samples] * channels, axis=1), rate, subtype)
    to_flac(tmp_path / "a.wav", tmp_path / "a.flac")
    made, made_rate = soundfile.read(tmp_path / "a.flac", dtype="float32")
    assert (made_rate, made.ndim) == (48_000, 1)
    truth = resample(speech, synth.RATE, 48_000)
    assert len(made) == pytest.approx(len(truth), abs=3)
    size = min(len(made), len(truth))
    off = synth.rms(made[:size] - truth[:size]) / synth.rms(truth)
    assert off < (0.08 if subtype == "PCM_U8" else 2e-3)


def test_a_dead_channel_does_not_halve_the_level(speech, tmp_path):
    stereo = np.stack([speech, np.zeros_like(speech)], axis=1)
    soundfile.write(tmp_path / "a.wav", stereo, 48_000, "PCM_24")
    to_flac(tmp_path / "a.wav", tmp_path / "a.flac")
    made = decode.read(tmp_path / "a.flac")
    assert synth.rms(made.samples) == pytest.approx(synth.rms(speech), rel=1e-3)


def test_what_does_not_read_back_is_not_kept(monkeypatch, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(4_800), 48_000)
    monkeypatch.setattr(flac, "_digest", lambda path: b"other")
    with pytest.raises(KnownError, match="does not read back"):
        to_flac(tmp_path / "a.wav", tmp_path / "a.flac")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_an_older_flac_survives_a_failure(monkeypatch, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(4_800), 48_000)
    (tmp_path / "a.flac").write_bytes(b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KnownError, match="disk is full"):
        to_flac(tmp_path / "a.wav", tmp_path / "a.flac")
    assert (tmp_path / "a.flac").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


FULL = """
import resource, signal, sys
from pathlib import Path
from trainer.domain.errors import KnownError
from trainer.media.flac import to_flac
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    to_flac(Path(sys.argv[1]), Path(sys.argv[2]))
except KnownError as error:
    sys.stdout.write(error.text)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file size there")
def test_a_full_disk_leaves_the_wav(tmp_path):
    samples = np.random.default_rng(0).uniform(-1, 1, 48_000 * 15)
    soundfile.write(tmp_path / "a.wav", samples, 48_000)
    before = (tmp_path / "a.wav").read_bytes()
    told = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "a.wav", tmp_path / "a.flac"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "disk is full" in told.stdout
    assert (tmp_path / "a.wav").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("content", [b"", b"RIFF....WAVE", b"nothing of the kind" * 50])
def test_what_is_no_wav_is_the_users_to_solve(content, tmp_path):
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(KnownError, match="a.wav"):
        to_flac(tmp_path / "a.wav", tmp_path / "a.flac")


def test_a_folder_that_is_not_there_is_the_users_to_solve(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(4_800), 48_000)
    with pytest.raises(KnownError, match="a.flac"):
        to_flac(tmp_path / "a.wav", tmp_path / "gone" / "a.flac")
