import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from trainer.domain.errors import KnownError
from trainer.media import wav
from trainer.media.wav import SampleKind, SoundFormat, StreamingWav, read_format, repair

MONO = SoundFormat(48_000, 1, SampleKind.I16)
KINDS = [SoundFormat(rate, channels, kind) for kind in SampleKind for rate, channels in
         ((48_000, 1), (44_100, 2), (8_000, 6))]  # fmt: skip


def noise(form: SoundFormat, frames: int, seed: int = 0) -> bytes:
    random = np.random.default_rng(seed)
    values = random.uniform(-0.9, 0.9, (frames, form.channels))
    scaled = {
        SampleKind.U8: values * 127 + 128,
        SampleKind.I16: values * 32_767,
        SampleKind.I32: values * (2**31 - 1),
        SampleKind.F32: values,
    }[form.kind]
    return scaled.astype(form.kind.value).tobytes()


@pytest.mark.parametrize("form", KINDS, ids=str)
def test_every_format_is_read_back_by_others(form: SoundFormat, tmp_path: Path) -> None:
    path, pcm = tmp_path / "a.wav", noise(form, 1_000)
    file = StreamingWav(path, form)
    for start in range(0, len(pcm), 333):  # chunks that tear frames
        file.append(pcm[start : start + 333])
    file.close()
    samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    assert rate == form.sample_rate
    assert samples.shape == (1_000, form.channels)
    assert np.allclose(samples, form.samples(pcm), atol=1e-6)
    assert read_format(path) == form
    assert repair(path) == wav.Repaired(path, form, 1_000, 0, changed=False)


def test_what_was_appended_is_readable_before_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = StreamingWav(tmp_path / "a.wav", MONO)
    file.append(noise(MONO, 4_800))
    assert soundfile.info(str(file.path)).frames == 4_800  # the first is secured at once
    file.append(noise(MONO, 4_800))
    assert soundfile.info(str(file.path)).frames == 4_800  # then once a second
    monkeypatch.setattr(wav, "PATCH_EVERY_S", 0.0)
    file.append(noise(MONO, 4_800))
    assert soundfile.info(str(file.path)).frames == 14_400
    file.close()


@pytest.mark.parametrize("form", [MONO, SoundFormat(44_100, 2, SampleKind.F32)], ids=str)
def test_a_crash_at_any_byte_is_repaired(form: SoundFormat, tmp_path: Path) -> None:
    whole, pcm = tmp_path / "whole.wav", noise(form, 50)
    file = StreamingWav(whole, form)
    file.append(pcm)  # not closed: the sizes in the header say that nothing is there
    crashed = whole.read_bytes()
    file.close()
    header = len(crashed) - len(pcm)
    for length in range(len(crashed) + 1):
        path = tmp_path / "crashed.wav"
        path.write_bytes(crashed[:length])
        found = repair(path)
        kept = max(0, length - header) // form.frame_bytes
        assert found.frames == kept
        if found.format is None:
            assert length < header
            assert path.read_bytes() == crashed[:length]
        else:
            assert found.format == form
            assert found.duration_s == kept / form.sample_rate
            samples, _ = soundfile.read(str(path), dtype="float32", always_2d=True)
            assert np.array_equal(samples, form.samples(pcm)[:kept])
            assert not repair(path).changed
        path.unlink()


def test_a_crash_after_a_patch_keeps_what_came_later(tmp_path: Path) -> None:
    file = StreamingWav(tmp_path / "a.wav", MONO)
    file.append(noise(MONO, 100))
    file._patch()
    file.append(noise(MONO, 77, seed=1) + b"x")
    file._file.close()
    found = repair(file.path)
    assert (found.frames, found.cut_bytes, found.changed) == (177, 1, True)
    assert soundfile.info(str(file.path)).frames == 177


def test_other_programs_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.wav"
    soundfile.write(path, np.zeros(480), 48_000)
    path.write_bytes(path.read_bytes() + b"LIST" + struct.pack("<I", 4) + b"INFO")
    before = path.read_bytes()
    assert repair(path) == wav.Repaired(path, MONO, 480, 0, changed=False)
    assert path.read_bytes() == before


def test_what_is_no_wav_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_bytes(b"dear diary, " * 10)
    for ask in (repair, read_format):
        with pytest.raises(KnownError, match=r"notes\.wav is not a WAV"):
            ask(path)
    for ask in (repair, read_format):
        with pytest.raises(KnownError, match=r"gone\.wav"):
            ask(tmp_path / "gone.wav")


def test_an_empty_file_is_an_empty_take(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.touch()
    assert repair(path) == wav.Repaired(path, None, 0, 0, changed=False)
    with pytest.raises(KnownError, match="ends before its header"):
        read_format(path)


def test_beyond_4_gib_the_header_is_rf64(tmp_path: Path) -> None:
    path, form = tmp_path / "long.wav", SoundFormat(192_000, 8, SampleKind.I32)
    file = StreamingWav(path, form)
    file.close()
    header = path.stat().st_size
    frames = 2**32 // form.frame_bytes + 5
    os.truncate(path, header + frames * form.frame_bytes)  # a hole: it takes no space
    found = repair(path)
    assert (found.frames, found.changed) == (frames, True)
    with path.open("rb") as long:
        assert long.read(4) == b"RF64"
    info = soundfile.info(str(path))
    assert (info.frames, info.samplerate, info.channels) == (frames, 192_000, 8)
    assert not repair(path).changed


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")
    with pytest.raises(KnownError, match=r"a\.wav can't be written"):
        StreamingWav(path, MONO)
    assert path.read_bytes() == b"precious"
    with pytest.raises(KnownError, match="nowhere"):
        StreamingWav(tmp_path / "nowhere" / "a.wav", MONO)


class SmallDisk:
    """Lets files grow to ``size`` bytes; what comes beyond is refused by the kernel itself."""

    def __init__(self, size: int) -> None:
        self._system = pytest.importorskip("resource")  # not on Windows
        _, self._hard = self._system.getrlimit(self._system.RLIMIT_FSIZE)
        self._limit(size)

    def grow(self) -> None:
        self._limit(self._hard)

    def _limit(self, size: int) -> None:
        self._system.setrlimit(self._system.RLIMIT_FSIZE, (size, self._hard))


def test_a_full_disk_keeps_what_fits_and_writes_the_rest_when_there_is_space(
    tmp_path: Path,
) -> None:
    path, pcm = tmp_path / "a.wav", noise(MONO, 10_000)
    file = StreamingWav(path, MONO)
    disk = SmallDisk(9_001)
    try:
        with pytest.raises(KnownError, match="disk is full") as caught:
            file.append(pcm[:12_000])
        assert "held in memory" in str(caught.value)
        with pytest.raises(KnownError, match="disk is full"):
            file.append(pcm[12_000:])
        assert path.stat().st_size == 9_001
    finally:
        disk.grow()
    shutil.copy(path, tmp_path / "meanwhile.wav")
    file.append(b"")
    file.close()
    samples, _ = soundfile.read(str(path), dtype="int16")
    assert samples.tobytes() == pcm
    assert repair(tmp_path / "meanwhile.wav").frames > 4_400


@pytest.mark.parametrize("room", [9_001, 150_001])
def test_a_take_that_was_taken_away_and_has_no_room_again_keeps_every_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(wav, "PATCH_EVERY_S", 0.0)
    path, pcm = tmp_path / "a.wav", noise(MONO, 100_000)
    said = room + 10_000
    file = StreamingWav(path, MONO)
    file.append(pcm[:said])
    path.unlink()
    disk = SmallDisk(room)
    try:
        with pytest.raises(KnownError, match="disk is full"):
            file.append(b"")
    finally:
        disk.grow()
    file.append(pcm[said:])
    file.close()
    samples, _ = soundfile.read(str(path), dtype="int16")
    assert samples.tobytes() == pcm


def test_a_full_disk_at_the_end_is_told_with_what_was_lost(tmp_path: Path) -> None:
    file = StreamingWav(tmp_path / "a.wav", MONO)
    disk = SmallDisk(9_001)
    try:
        with pytest.raises(KnownError):
            file.append(noise(MONO, 48_000))
        with pytest.raises(KnownError, match=r"last 0\.9 s of the recording a\.wav"):
            file.close()
        file.close()
    finally:
        disk.grow()
    assert soundfile.info(str(file.path)).frames == file.frames > 4_400
