import json
import tempfile
import tracemalloc
from concurrent.futures import CancelledError
from dataclasses import asdict

import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.domain.errors import KnownError
from trainer.media import activity, decode, pitch
from trainer.media import measure as module
from trainer.media.frames import HOP_S, RATE, frames
from trainer.media.measure import as_json, measure
from trainer.media.onset import UNDER_WAY
from trainer.media.resample import resample


def save(path, samples, rate=synth.RATE, **options):
    soundfile.write(path, samples, rate, **options)
    return path


def noisy(made, snr_db=30.0, seed=0):
    return synth.with_noise(made.samples, np.random.default_rng(seed), snr_db, "pink")


@pytest.fixture(scope="module")
def made():
    return synth.speech(11, onset_s=2.5, phrases=4, f0_hz=140.0)


@pytest.fixture(scope="module")
def found(made, tmp_path_factory):
    return measure(save(tmp_path_factory.mktemp("m") / "a.wav", noisy(made)))


def test_every_measure_is_near_the_truth(made, found):
    assert found.duration_s == pytest.approx(len(made.samples) / made.rate, abs=1e-3)
    assert found.onset_s == pytest.approx(made.onset_s, abs=found.onset_error_s)
    assert found.speech_s == pytest.approx(made.speech_s, rel=0.05)
    assert len(found.pauses) == len(made.pauses)
    longest = max(end - start for start, end in made.pauses)
    assert found.longest_pause_s == pytest.approx(longest, abs=0.08)
    assert found.f0_median_hz == pytest.approx(np.median(made.f0), rel=0.03)
    assert found.f0_sd_semitones == pytest.approx(np.std(12 * np.log2(made.f0)), abs=0.5)
    assert found.syllables_per_s == pytest.approx(made.syllables / made.speech_s, rel=0.2)
    assert found.snr_db == pytest.approx(30, abs=2)
    assert found.clipped == 0
    assert found.problems == ()


def test_json_is_the_contract(found):
    told = as_json("a b.wav", found)
    assert list(told) == [
        "file", "duration_s", "onset_s", "onset_error_s", "speech_s", "pauses", "longest_pause_s",
        "loudness_lufs", "peak_dbfs", "clipped", "f0_median_hz", "f0_sd_semitones",
        "syllables_per_s", "snr_db", "problems", "talk_percent", "speech_rate_per_s",
    ]  # fmt: skip
    assert set(told) - {"file", "talk_percent", "speech_rate_per_s"} == set(asdict(found))
    assert told["file"] == "a b.wav"
    assert set(told["pauses"][0]) == {"start_s", "end_s"}
    assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize("content", ["silence", "noise"])
def test_without_speech_all_that_needs_it_is_none(content, tmp_path):
    rng = np.random.default_rng(0)
    samples = np.zeros(48_000) if content == "silence" else rng.normal(0, 0.01, 48_000)
    found = measure(save(tmp_path / "a.wav", samples))
    assert module.NO_SPEECH in found.problems
    assert (module.SILENT in found.problems) == (content == "silence")
    assert found.pauses == ()
    assert found.speech_s == 0
    for field in ("onset_s", "onset_error_s", "f0_median_hz", "syllables_per_s", "snr_db"):
        assert getattr(found, field) is None


@pytest.mark.parametrize("samples", [1, 7, 100, 1599, 1601, 6000])
def test_a_very_short_file_measures_as_nothing(samples, tmp_path):
    found = measure(save(tmp_path / "a.wav", np.full(samples, 0.1)))
    assert found.onset_s is None
    assert found.problems == (module.NO_SPEECH,)


def test_what_is_before_the_response_does_not_count(made, tmp_path):
    client = synth.speech(12, onset_s=0.2, phrases=1, tail_s=0)
    before = client.samples[: round(2.0 * synth.RATE)].copy()
    before[:400] = 1.0  # clipped, and loud
    whole = np.concatenate([before, np.zeros(round(2.0 * synth.RATE) - len(before)), made.samples])
    whole = synth.with_noise(whole, np.random.default_rng(1), 30, "pink")
    found = measure(save(tmp_path / "a.wav", whole), speech_from_s=2.0)
    assert found.onset_s == pytest.approx(2.0 + made.onset_s, abs=0.04)
    assert found.speech_s == pytest.approx(made.speech_s, rel=0.05)
    assert found.duration_s == pytest.approx(2.0 + len(made.samples) / made.rate, abs=0.01)
    assert found.clipped == 0
    assert all(pause.start_s > 2.0 for pause in found.pauses)


def test_speech_that_had_begun_before_has_no_onset(made, tmp_path):
    found = measure(save(tmp_path / "a.wav", noisy(made)), speech_from_s=made.pauses[0][1] + 0.2)
    assert found.onset_s is None
    assert UNDER_WAY in found.problems
    assert found.speech_s > 1


def test_the_clients_echo_is_not_the_response(made, tmp_path):
    first_end = made.pauses[0][0]
    found = measure(save(tmp_path / "a.wav", noisy(made)), speech_from_s=first_end - 0.2)
    assert found.onset_s == pytest.approx(made.pauses[0][1], abs=0.05)


def test_from_beyond_the_end_there_is_nothing(made, tmp_path):
    found = measure(save(tmp_path / "a.wav", noisy(made)), speech_from_s=1e4)
    assert found.problems[0] == module.NO_SPEECH
    assert found.loudness_lufs is None


def test_problems_are_told(made, tmp_path):
    loud = np.clip(noisy(made) * 14, -1, 1)
    clipped = measure(save(tmp_path / "loud.wav", loud))
    assert clipped.clipped > 10
    assert any(problem.startswith("clipped in ") for problem in clipped.problems)
    quiet = measure(save(tmp_path / "quiet.wav", noisy(made) * 0.03))
    assert module.QUIET in quiet.problems
    assert quiet.onset_s == pytest.approx(made.onset_s, abs=0.06)
    bad = measure(save(tmp_path / "bad.wav", noisy(made, 6.0)))
    assert module.NOISY in bad.problems
    assert bad.f0_median_hz is None
    assert bad.syllables_per_s is None


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_the_rate_of_the_file_changes_nothing(made, found, rate, tmp_path):
    samples = resample(noisy(made).astype(np.float32), synth.RATE, rate)
    again = measure(save(tmp_path / "a.wav", samples, rate))
    assert again.onset_s == pytest.approx(found.onset_s, abs=0.03)
    assert again.f0_median_hz == pytest.approx(found.f0_median_hz, rel=0.02)
    assert again.duration_s == pytest.approx(found.duration_s, abs=0.001)


def test_a_dead_channel_changes_nothing(made, found, tmp_path):
    samples = noisy(made)
    stereo = np.stack([np.zeros(len(samples)), samples], axis=1)
    again = measure(save(tmp_path / "a.wav", stereo))
    assert as_json("", again) == as_json("", found)


def test_the_clients_voice_in_the_room_is_not_the_response(made, tmp_path):
    """The loudspeaker speaks until ``speech_from_s``, louder than the person and in many words."""
    client = synth.speech(31, onset_s=0.4, phrases=5, f0_hz=210.0, tail_s=0.05, level=0.2)
    from_s = len(client.samples) / client.rate
    whole = np.concatenate([client.samples, made.samples])
    whole = synth.with_noise(whole, np.random.default_rng(2), 25, "pink")
    found = measure(save(tmp_path / "a.wav", whole), speech_from_s=from_s)
    assert found.onset_s == pytest.approx(from_s + made.onset_s, abs=0.05)
    assert len(found.pauses) == len(made.pauses)
    assert found.f0_median_hz == pytest.approx(np.median(made.f0), rel=0.03)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_long_recording_measures_as_if_it_were_held_in_one_piece(channels, tmp_path, monkeypatch):
    parts = [synth.speech(seed, phrases=6).samples for seed in range(40, 44)]
    heard = synth.with_noise(np.concatenate(parts), np.random.default_rng(4), 25, "pink")
    wide = resample(heard.astype(np.float32), synth.RATE, 44_100)
    sides = [wide, 0.4 * wide][:channels]
    path = save(tmp_path / "a.flac", np.stack(sides, axis=1), 44_100)
    held = measure(path)
    monkeypatch.setattr(module, "_HELD_S", 0.0)
    assert measure(path) == held
    # Without room on the disk it takes longer, and comes to the same.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert measure(path) == held

    narrow = decode.read(path, rate=RATE).samples
    whole = frames([narrow], len(narrow), lambda done: None)
    stretches = activity.find(whole).stretches
    assert sum(s.end - s.start for s in stretches) * HOP_S == pytest.approx(held.speech_s, abs=0.02)
    assert stretches[0].start * HOP_S == pytest.approx(held.onset_s, abs=0.005)
    tone = pitch.pitch([narrow], stretches, lambda done: None)
    assert held.f0_median_hz == pytest.approx(tone.median_hz, rel=1e-3)
    assert held.f0_sd_semitones == pytest.approx(tone.sd_semitones, rel=1e-2)


def test_memory_does_not_grow_with_the_recording(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_HELD_S", 30.0)
    once = noisy(synth.speech(13, phrases=20)).astype(np.float32)
    peaks = []
    for minutes in (1, 4):
        long = np.resize(once, round(minutes * 60 * synth.RATE))
        path = save(tmp_path / f"{minutes}.flac", long)
        tracemalloc.start()
        measure(path)
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    # The sound of three minutes more would be 11 MB; their levels and pitches are 1 MB.
    assert peaks[0] < 80
    assert peaks[1] < peaks[0] + 5


def test_progress_rises_to_one_and_can_be_stopped(made, tmp_path):
    path = save(tmp_path / "a.wav", noisy(made))
    seen = []
    measure(path, on_progress=seen.append)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    asked = iter([False, False, False, True])
    with pytest.raises(CancelledError):
        measure(path, cancelled=lambda: next(asked))


def test_a_missing_file_is_the_users_to_solve(tmp_path):
    with pytest.raises(KnownError, match="not there.wav"):
        measure(tmp_path / "not there.wav")
