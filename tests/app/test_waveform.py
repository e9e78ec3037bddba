"""Client and response on one axis."""

import tracemalloc
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import soundfile

from trainer.app.waveform import QUIETEST, time_line

RATE = 8_000


def sound(path: Path, seconds: float, level: float = 0.5) -> Path:
    at = np.arange(round(seconds * RATE)) / RATE
    soundfile.write(path, level * np.sin(2 * np.pi * 200 * at), RATE)
    return path


def test_the_end_of_the_client_in_the_recording_lies_on_the_end_of_the_clip(tmp_path: Path) -> None:
    clip, take = sound(tmp_path / "clip.wav", 5), sound(tmp_path / "take.wav", 9)
    line = time_line(clip, take, 2.0)
    assert line.aligned
    assert line.client_end_s == pytest.approx(5)
    assert line.response_at_s + 2.0 == pytest.approx(line.client_end_s)
    assert (line.start_s, line.end_s) == pytest.approx((0, 12))


def test_a_recording_that_begins_before_the_clip_is_shown_whole(tmp_path: Path) -> None:
    line = time_line(sound(tmp_path / "clip.wav", 1), sound(tmp_path / "take.wav", 4), 2.0)
    assert line.start_s == pytest.approx(-1)
    assert line.end_s == pytest.approx(3)


def test_without_a_known_end_the_response_stands_after_the_clip(tmp_path: Path) -> None:
    line = time_line(sound(tmp_path / "clip.wav", 5), sound(tmp_path / "take.wav", 4), None)
    assert not line.aligned
    assert line.response_at_s == pytest.approx(5)


def test_a_client_who_was_stopped_is_shown_only_as_far_as_they_were_heard(tmp_path: Path) -> None:
    clip, take = sound(tmp_path / "clip.wav", 5), sound(tmp_path / "take.wav", 9)
    line = time_line(clip, take, 2.0, stopped_at_s=3.5)
    assert line.stopped
    assert line.client is not None
    assert line.client.duration_s == pytest.approx(3.5)
    assert line.client_end_s == pytest.approx(3.5)
    assert line.response_at_s == pytest.approx(1.5)


def test_who_stopped_the_client_in_the_last_moment_heard_all_of_them(tmp_path: Path) -> None:
    clip, take = sound(tmp_path / "clip.wav", 5), sound(tmp_path / "take.wav", 9)
    line = time_line(clip, take, 2.0, stopped_at_s=4.95)
    assert not line.stopped
    assert line.client_end_s == pytest.approx(5)


def test_without_a_clip_the_response_is_shown_alone(tmp_path: Path) -> None:
    line = time_line(None, sound(tmp_path / "take.wav", 4), 2.0)
    assert line.client is None
    assert not line.aligned
    assert line.end_s - line.start_s == pytest.approx(4)


def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    line = time_line(sound(tmp_path / "clip.wav", 5), tmp_path / "take.wav", 2.0)
    assert line.response is None
    assert line.client is not None
    assert "take.wav" in line.problems[0]


def test_a_cancelled_job_reads_no_further(tmp_path: Path) -> None:
    cancel = Event()
    cancel.set()
    line = time_line(sound(tmp_path / "c.wav", 1), sound(tmp_path / "t.wav", 1), 0.5, cancel)
    assert line.response is None


@pytest.mark.parametrize("width", [1, 7, 500, 100_000])
def test_a_drawing_fills_its_height_at_any_width(tmp_path: Path, width: int) -> None:
    line = time_line(None, sound(tmp_path / "take.wav", 4, 0.2), None)
    assert line.response is not None
    columns = line.response.columns(width)
    assert 1 <= len(columns) <= width
    assert max(high for _, high in columns) == pytest.approx(1, abs=0.02)
    assert min(low for low, _ in columns) == pytest.approx(-1, abs=0.02)


def test_room_noise_is_not_blown_up_to_look_like_speech(tmp_path: Path) -> None:
    line = time_line(None, sound(tmp_path / "take.wav", 4, QUIETEST / 10), None)
    assert line.response is not None
    assert max(high for _, high in line.response.columns(100)) == pytest.approx(0.1, abs=0.02)


def test_the_flac_twin_is_played_once_it_has_taken_the_place(tmp_path: Path) -> None:
    line = time_line(None, sound(tmp_path / "take.wav", 1), None)
    assert line.response is not None
    assert line.response.file == tmp_path / "take.wav"
    (tmp_path / "take.wav").rename(tmp_path / "take.flac")
    assert line.response.file == tmp_path / "take.flac"


def test_memory_does_not_grow_with_the_samples_of_a_long_recording(tmp_path: Path) -> None:
    path = sound(tmp_path / "take.wav", 400)
    tracemalloc.start()
    line = time_line(None, path, None)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert line.response is not None
    assert line.response.duration_s == pytest.approx(400)
    # Its samples are 13 MB, and reading them in one piece held them twice.
    assert most < 10


@pytest.mark.parametrize("at_s", [0.0, 17.3, 61.0])
def test_a_click_in_a_long_recording_is_drawn_where_it_is(tmp_path: Path, at_s: float) -> None:
    samples = np.zeros(62 * 44_100)
    samples[round(at_s * 44_100)] = 0.9
    soundfile.write(tmp_path / "take.wav", samples, 44_100)
    track = time_line(None, tmp_path / "take.wav", None).response
    assert track is not None
    seen = track.outline(1000, max(0.0, at_s - 0.5), at_s + 0.5)
    highest = max(range(len(seen.columns)), key=lambda i: seen.columns[i][1])
    assert seen.at_s + highest * seen.step_s == pytest.approx(at_s, abs=0.003)
