from pathlib import Path

import numpy as np
import pytest
import soundfile

from trainer.domain.errors import KnownError
from trainer.media.conversation import write_conversation
from trainer.media.decode import read

RATE = 16_000


def tone(path: Path, hertz: float, seconds: float, level: float, silent_s: float = 0.0) -> Path:
    at = np.arange(round(seconds * RATE)) / RATE
    sound = level * np.sin(2 * np.pi * hertz * at) * (at >= silent_s)
    soundfile.write(path, sound, RATE)
    return path


def strongest(samples: np.ndarray, rate: int) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * rate / len(samples))


def test_the_client_is_heard_first_and_then_the_answer_without_what_came_before(tmp_path: Path):
    clip = tone(tmp_path / "clip.wav", 300, 2.0, 0.5)
    answer = tone(tmp_path / "answer.flac", 700, 4.0, 0.05, silent_s=2.0)
    out = tmp_path / "both.mp3"
    seconds = write_conversation(clip, answer, 2.0, out)
    assert seconds == pytest.approx(4.0, abs=0.01)
    heard = read(out)
    half = round(2.0 * heard.rate)
    assert strongest(heard.samples[: half - 3000], heard.rate) == pytest.approx(300, abs=3)
    assert strongest(heard.samples[half + 3000 :], heard.rate) == pytest.approx(700, abs=3)


def test_what_a_stopped_client_did_not_say_is_not_in_it(tmp_path: Path):
    clip = tone(tmp_path / "clip.wav", 300, 3.0, 0.5)
    answer = tone(tmp_path / "answer.flac", 700, 4.0, 0.05, silent_s=2.0)
    out = tmp_path / "both.mp3"
    assert write_conversation(clip, answer, 2.0, out, stopped_at_s=1.0) == pytest.approx(3, abs=0.1)
    heard = read(out)
    after = heard.samples[round(1.1 * heard.rate) : -3000]
    assert strongest(after, heard.rate) == pytest.approx(700, abs=3)


def test_a_quiet_answer_is_about_as_loud_as_the_client(tmp_path: Path):
    clip = tone(tmp_path / "clip.wav", 300, 2.0, 0.5)
    answer = tone(tmp_path / "answer.flac", 700, 2.0, 0.03)
    write_conversation(clip, answer, 0.0, tmp_path / "both.mp3")
    heard = read(tmp_path / "both.mp3")
    first, second = np.array_split(heard.samples, 2)
    ratio = np.std(first[2000:-2000]) / np.std(second[2000:-2000])
    assert 20 * np.log10(ratio) == pytest.approx(0, abs=1.5)


def test_silence_stays_silent_and_an_unknown_end_keeps_the_whole_recording(tmp_path: Path):
    clip = tone(tmp_path / "clip.wav", 300, 1.0, 0.5)
    answer = tone(tmp_path / "answer.wav", 300, 1.5, 0.0)
    assert write_conversation(clip, answer, None, tmp_path / "b.mp3") == pytest.approx(2.5, abs=0.1)
    heard = read(tmp_path / "b.mp3")
    assert np.abs(heard.samples[round(1.2 * heard.rate) :]).max() < 1e-3


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path):
    clip = tone(tmp_path / "clip.wav", 300, 0.5, 0.5)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KnownError, match="was not written"):
        write_conversation(clip, clip, 0.0, tmp_path / "file" / "both.mp3")
