"""The client in the room: told when the microphone heard them, and never else."""

import numpy as np
import pytest
import soundfile

from tests.media import rooms, synth
from trainer.media import measure as module
from trainer.media.measure import measure
from trainer.media.overheard import Played, overheard


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


def said(heard, folder, clip=None):
    plain = rooms.plain(clip or heard.clip, folder)
    samples = heard.samples.astype(np.float32)
    return overheard([samples], Played(plain, heard.stopped_at_s), heard.end_s)


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize(("leak_db", "least"), [(-20.0, 8), (-30.0, 8), (-40.0, 5)])
def test_a_client_from_the_loudspeakers_is_told(leak_db, least, stopped, folder):
    takes = (
        rooms.take(seed, leak_db=leak_db, rt60_s=(0.0, 0.2, 0.4, 0.7)[seed % 4], stopped=stopped)
        for seed in range(8)
    )
    assert sum(said(take, folder) is not None for take in takes) >= least


@pytest.mark.parametrize("over", [False, True])
def test_with_headphones_nothing_is_told(over, folder):
    for seed in range(24):
        take = rooms.take(
            seed, leak_db=None, snr_db=(35, 20, 10)[seed % 3], over=over, stopped=seed % 2 == 0
        )
        assert said(take, folder) is None


def test_another_client_in_the_room_is_not_this_one(folder):
    for seed in range(10):
        take = rooms.take(seed, leak_db=-6.0)
        other = rooms.CLIPS[(rooms.CLIPS.index(take.clip) + 3) % len(rooms.CLIPS)]
        assert said(take, folder, other) is None


@pytest.mark.parametrize("late_s", [0.0, 0.12, 0.35])
def test_how_late_and_how_loud_is_told(late_s, folder):
    take = rooms.take(5, leak_db=-20.0, rt60_s=0.2, late_s=late_s)
    found = said(take, folder)
    assert found.late_s == pytest.approx(late_s, abs=0.002)
    assert found.level_db == pytest.approx(20 * np.log10(rooms.LEVEL) - 20, abs=10)


def test_what_cannot_be_compared_is_not_told(tmp_path, folder):
    take = rooms.take(1, leak_db=-6.0)
    samples = take.samples.astype(np.float32)
    clip = rooms.plain(take.clip, folder)
    assert overheard([samples], Played(tmp_path / "gone.opus"), take.end_s) is None
    assert overheard([samples], Played(clip), 0.3) is None
    assert overheard([samples * 0], Played(clip), take.end_s) is None
    assert overheard([], Played(clip), take.end_s) is None
    soundfile.write(tmp_path / "silent.wav", np.zeros(5 * synth.RATE), synth.RATE)
    assert overheard([samples], Played(tmp_path / "silent.wav"), take.end_s) is None
    soundfile.write(tmp_path / "short.wav", np.ones(100), synth.RATE)
    assert overheard([samples], Played(tmp_path / "short.wav"), take.end_s) is None


def measured(take, tmp_path, folder):
    soundfile.write(tmp_path / "take.wav", take.samples, synth.RATE)
    played = Played(rooms.plain(take.clip, folder), take.stopped_at_s)
    return measure(tmp_path / "take.wav", speech_from_s=take.end_s, played=played)


@pytest.mark.parametrize("late_s", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_the_measures_say_so_and_keep_their_onset(seed, late_s, tmp_path, folder):
    take = rooms.take(seed, leak_db=-3.0, rt60_s=0.3, late_s=late_s)
    found = measured(take, tmp_path, folder)
    assert module.OVERHEARD in found.problems
    assert found.onset_s == pytest.approx(take.onset_s, abs=found.onset_error_s)


def test_the_measures_say_nothing_of_what_nobody_hears(tmp_path, folder):
    with_headphones = rooms.take(3, leak_db=None)
    assert module.OVERHEARD not in measured(with_headphones, tmp_path, folder).problems
    faint = rooms.take(3, leak_db=-62.0, snr_db=70.0)
    assert said(faint, folder) is not None
    assert module.OVERHEARD not in measured(faint, tmp_path, folder).problems
