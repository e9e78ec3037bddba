import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.domain.errors import KnownError
from trainer.media import decode, ffmpeg
from trainer.media.resample import resample, resample_blocks

FORMATS = {
    "opus": ["-c:a", "libopus", "-b:a", "48k"],
    "ogg": ["-c:a", "libvorbis"],
    "wav": ["-c:a", "pcm_s16le"],
    "flac": ["-c:a", "flac"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "96k"],
    "m4a": ["-c:a", "aac", "-b:a", "96k"],
    "mp4": ["-c:v", "mpeg4", "-c:a", "aac", "-shortest"],
    "webm": ["-c:v", "libvpx", "-c:a", "libopus", "-shortest"],
    "mkv": ["-c:v", "mjpeg", "-c:a", "flac", "-shortest"],
}
PICTURE = ["-f", "lavfi", "-i", "color=c=gray:s=64x48:r=10"]


def encode(source: Path, target: Path, *options: str) -> Path:
    picture = PICTURE if "-c:v" in options else []
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-i", source,
         *picture, *options, target], check=True,
    )  # fmt: skip
    return target


@pytest.fixture(scope="module")
def made():
    return synth.speech(21, onset_s=1.0, phrases=2)


@pytest.fixture(scope="module")
def files(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spaces and ü")
    samples = resample(made.samples.astype(np.float32), synth.RATE, 48_000)
    soundfile.write(folder / "a.wav", samples, 48_000)
    for kind, options in FORMATS.items():
        if kind != "wav":
            encode(folder / "a.wav", folder / f"a.{kind}", *options)
    return {kind: folder / f"a.{kind}" for kind in FORMATS}


def read_or_told(path):
    """What the error says, else the samples."""
    try:
        return "", decode.read(path).samples
    except KnownError as error:
        return str(error), np.zeros(0)


def lag_s(a, b, rate):
    """By how much ``b`` is later than ``a``."""
    size = 2 * max(len(a), len(b))
    both = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)))
    at = int(both.argmax())
    return (at - size if at > size // 2 else at) / rate


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_on_time(kind, made, files):
    sound = decode.read(files[kind], rate=synth.RATE)
    assert sound.rate == synth.RATE
    assert sound.samples.dtype == np.float32
    # Pictures come ten a second, so a video may be cut or filled to the next one.
    assert sound.seconds == pytest.approx(len(made.samples) / made.rate, abs=0.12)
    assert lag_s(made.samples, sound.samples, synth.RATE) == pytest.approx(0, abs=0.003)
    level = synth.rms(sound.samples) / synth.rms(made.samples)
    assert level == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize("kind", FORMATS)
def test_blocks_joined_are_the_whole(kind, files):
    whole = decode.read(files[kind])
    parts = list(decode.blocks(files[kind], 0.7))
    assert all(part.rate == whole.rate for part in parts)
    assert len(parts) == int(np.ceil(round(whole.seconds / 0.7, 6)))
    joined = np.concatenate([part.samples for part in parts])
    # mpg123 rounds the last bit differently from block to block.
    assert np.allclose(joined, whole.samples, atol=1e-6)
    assert decode.duration(files[kind]) == pytest.approx(whole.seconds, abs=1e-6)


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_never_crash_or_hang(kind, files, tmp_path, capfd):
    data = files[kind].read_bytes()
    rng = np.random.default_rng(sum(map(ord, kind)))
    for index in range(20):
        hurt = bytearray(data)
        if index % 4 == 0:
            hurt = hurt[: rng.integers(1, len(hurt))]
        elif index % 4 == 1:
            hurt[:200] = rng.bytes(200)
        else:
            # The header is where lies do most harm.
            reach = 200 if index % 4 == 2 else len(hurt)
            for at in rng.integers(0, reach, 12):
                hurt[at] = rng.integers(256)
        path = tmp_path / f"hurt {index}.{kind}"
        path.write_bytes(hurt)
        begun = time.monotonic()
        told, samples = read_or_told(path)
        assert path.name in told or np.isfinite(samples).all()
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize("kind", ["flac", "wav", "mp4", "m4a"])
def test_half_a_file_is_not_taken_for_a_whole(kind, files, tmp_path):
    data = files[kind].read_bytes()
    path = tmp_path / f"half.{kind}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(KnownError, match=r"half\."):
        decode.read(path)


def test_half_a_video_of_a_crash_is_read(files, tmp_path):
    data = files["mkv"].read_bytes()
    path = tmp_path / "half.mkv"
    path.write_bytes(data[: len(data) // 2])
    assert decode.read(path).seconds > 0.5


def test_a_wav_still_open_is_read_as_far_as_its_header_says(tmp_path):
    path = tmp_path / "open.wav"
    soundfile.write(path, np.full(48_000, 0.1), 48_000)
    with path.open("ab") as file:
        file.write(bytes(9_600))
    assert decode.duration(path) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["x.wav", "x.mp4", "x.opus", "x.raw", "x", "x.flac", "x.mp3"])
@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"#EXTM3U\nhttp://127.0.0.1/a.ts\n", b"\0" * 5000]
)
def test_what_is_no_sound_is_the_users_to_solve(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(KnownError, match="x") as caught:
        decode.read(path)
    assert caught.value.hint


def test_missing_files_and_folders_are_the_users_to_solve(tmp_path):
    for path in (tmp_path / "gone.wav", tmp_path):
        with pytest.raises(KnownError, match=path.name):
            decode.read(path)


def test_a_video_without_sound_says_so(tmp_path):
    path = tmp_path / "mute.mp4"
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *PICTURE, "-t", "1",
         "-c:v", "mpeg4", path], check=True,
    )  # fmt: skip
    with pytest.raises(KnownError, match=r"mute\.mp4 holds no sound"):
        decode.read(path)


def test_a_sound_track_that_starts_late_keeps_the_files_time(made, files, tmp_path):
    path = encode(
        files["wav"], tmp_path / "late.mkv", "-c:v", "mjpeg", "-c:a", "flac",
        "-af", "asetpts=PTS+0.5/TB", "-shortest",
    )  # fmt: skip
    sound = decode.read(path, rate=synth.RATE)
    assert lag_s(made.samples, sound.samples, synth.RATE) == pytest.approx(0.5, abs=0.01)


def test_what_stalls_is_killed(files, monkeypatch, tmp_path):
    assert ffmpeg.STALL_S <= 10
    # A player that never says a word.
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(slow))
    begun = time.monotonic()
    with pytest.raises(KnownError, match="takes too long"):
        list(ffmpeg.channel_blocks(files["mp4"], 1.0, stall_s=0.3))
    assert time.monotonic() - begun < 5


def test_leaving_a_stream_early_ends_ffmpeg(files):
    stream = decode.blocks(files["mp4"], 0.1)
    assert len(next(stream).samples) == 4_800
    stream.close()


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [(1.0, 1.0, 1.0), (1.0, 0.0, 1.0), (0.0, 0.5, 0.5), (1.0, 0.5, 0.75), (1.0, -1.0, 1.0)],
)
def test_channels_are_averaged_unless_one_is_dead_or_reversed(left, right, level):
    samples = np.random.default_rng(0).normal(0, 0.1, 4_800).astype(np.float32)
    mixed = decode.mix(np.stack([left * samples, right * samples], axis=1))
    assert synth.rms(mixed) == pytest.approx(level * synth.rms(samples), rel=1e-4)


@pytest.mark.parametrize(("rate", "target"), [(44_100, 48_000), (48_000, 16_000), (8_000, 48_000)])
def test_resampling_keeps_tones_and_has_no_seams(rate, target):
    t = np.arange(rate * 2) / rate
    tone = (0.5 * np.sin(2 * np.pi * 1_000 * t)).astype(np.float32)
    made = resample(tone, rate, target)
    assert len(made) == 2 * target
    truth = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(len(made)) / target)
    inner = slice(target // 10, -target // 10)
    assert np.abs(made - truth)[inner].max() < 1e-4
    pieces = [tone[at : at + 7_001] for at in range(0, len(tone), 7_001)]
    joined = np.concatenate(list(resample_blocks(pieces, rate, target)))
    assert len(joined) == len(made)
    assert np.abs(joined - made).max() < 1e-6


def test_nothing_folds_back_when_the_rate_falls():
    t = np.arange(48_000) / 48_000
    high = np.sin(2 * np.pi * 9_000 * t).astype(np.float32)
    assert np.abs(resample(high, 48_000, 16_000)[800:-800]).max() < 1e-4
