"""What can befall a take from outside: what was said is kept, and the person is told."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.helpers.disk import small_disk
from tests.media.test_capture import Sea, until
from trainer.domain.errors import KnownError
from trainer.media import decode, wav
from trainer.media.flac import to_flac
from trainer.media.wav import StreamingWav, repair

DEEP = "Übung – Сеанс 練習"


@pytest.fixture
def sea() -> Sea:
    return Sea()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "500k") as place:
        (place / "films").write_bytes(b"x" * 250_000)
        yield place


def told(sea: Sea, part: str) -> bool:
    sea.has_trouble()
    return any(part in text for text in sea.troubles)


def written(path: Path) -> np.ndarray:
    return np.asarray(soundfile.read(str(path), dtype="int16")[0])


def test_a_real_disk_that_fills_up_is_told_and_holds_what_fits_until_there_is_room(
    sea: Sea, disk: Path
) -> None:
    sea.go_on(1)
    sea.capture.begin(disk / "a.wav")
    sea.go_on(2)
    until(lambda: told(sea, "The disk is full"))
    assert any("room for" in text for text in sea.troubles)  # which was foretold
    (disk / "films").unlink()
    sea.go_on(0.5)
    take = sea.capture.finish()
    assert np.array_equal(written(take.path), np.concatenate(sea.heard))


def test_a_real_disk_that_stays_full_keeps_what_fitted_and_says_what_did_not(
    sea: Sea, disk: Path
) -> None:
    sea.go_on(1)
    sea.capture.begin(disk / "a.wav")
    sea.go_on(4)
    take = sea.capture.finish()
    kept = written(take.path)
    assert 1.5 * 48_000 < len(kept) < 3.2 * 48_000
    assert np.array_equal(kept, np.concatenate(sea.heard)[: len(kept)])
    assert told(sea, "could not be written")
    assert repair(take.path).changed is False


def test_a_folder_that_goes_in_mid_take_is_made_again_with_all_of_it(
    sea: Sea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wav, "PATCH_EVERY_S", 0.0)
    folder = tmp_path / "data" / "open"
    folder.mkdir(parents=True)
    sea.go_on(1)
    sea.capture.begin(folder / "a.wav")
    sea.go_on(2)
    # At once: while it is emptied file by file, it is being made again already.
    shutil.rmtree((tmp_path / "data").rename(tmp_path / "gone"))
    sea.go_on(1)
    until(lambda: told(sea, "written anew"))
    sea.go_on(1)
    take = sea.capture.finish()
    assert take.path == folder / "a.wav"
    assert np.array_equal(written(take.path), np.concatenate(sea.heard))


def test_a_file_that_goes_just_before_the_end_is_put_back(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(1)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(0.5)
    until(lambda: (tmp_path / "a.wav").stat().st_size > 140_000)
    (tmp_path / "a.wav").unlink()
    assert sea.capture.finish().duration_s == 1.5
    assert np.array_equal(written(tmp_path / "a.wav"), np.concatenate(sea.heard))


def test_a_folder_that_cannot_be_made_again_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    file = StreamingWav(folder / "a.wav", Sea().capture.format)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    with pytest.raises(KnownError, match=r"a\.wav can't be written"):
        file.append(b"\1\0" * 100)
    folder.unlink()
    file.append(b"\2\0" * 100)
    file.close()
    assert repair(folder / "a.wav").frames == 200


def test_the_wall_clock_set_back_changes_nothing(
    sea: Sea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sea.go_on(3)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(2)
    yesterday = time.time() - 86_400
    monkeypatch.setattr(time, "time", lambda: yesterday)
    monkeypatch.setattr(time, "time_ns", lambda: int(yesterday * 1e9))
    sea.go_on(2)
    take = sea.capture.finish()
    assert (take.duration_s, take.holes, sea.troubles) == (6.0, (), [])
    assert np.array_equal(written(take.path), np.concatenate(sea.heard)[-6 * 48_000 :])


def test_a_path_of_any_script_and_of_great_length(sea: Sea, tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder).encode()) < 3_000:
        folder = folder / (DEEP * 5)
    folder.mkdir(parents=True)
    sea.go_on(1)
    sea.capture.begin(folder / f"{DEEP}.wav")
    sea.go_on(1)
    take = sea.capture.finish()
    assert repair(take.path).duration_s == 2
    to_flac(take.path, take.path.with_suffix(".flac"))
    assert decode.duration(take.path.with_suffix(".flac")) == 2


@pytest.mark.parametrize("name", ["n" * 300 + ".wav", "/".join(["d" * 200] * 25) + "/a.wav"])
def test_a_path_that_is_too_long_is_one_sentence(sea: Sea, tmp_path: Path, name: str) -> None:
    sea.go_on(1)
    with pytest.raises(KnownError, match="too long"):
        sea.capture.begin(tmp_path / name)
    assert not sea.capture.taking


def test_two_takes_for_one_file_do_not_write_over_each_other(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(1)
    sea.capture.begin(tmp_path / "a.wav")
    other = Sea()
    other.go_on(1)
    with pytest.raises(KnownError, match="exists"):
        other.capture.begin(tmp_path / "a.wav")
    sea.go_on(1)
    assert sea.capture.finish().duration_s == 2
    assert threading.active_count() < 20
