"""A hole in a recording is known: nobody's pause, nobody's onset, and no quiet room."""

import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.domain.response import ASLEEP, LOST, MOVED, Hole
from trainer.media.measure import HOLE, measure

GONE_S = 3.0


@pytest.fixture(scope="module")
def made():
    return synth.speech(11, onset_s=2.5, phrases=4, f0_hz=140.0)


@pytest.fixture(scope="module")
def room(made):
    return synth.with_noise(made.samples, np.random.default_rng(0), 30.0, "pink")


@pytest.fixture(scope="module")
def whole(room, tmp_path_factory):
    path = tmp_path_factory.mktemp("m") / "whole.wav"
    soundfile.write(path, room, synth.RATE)
    return measure(path)


@pytest.fixture
def pierced(room, tmp_path):
    """Measures of the sound with silence put in at some second, known as a hole or not."""

    def measured(at_s, known=True, **options):
        at = round(at_s * synth.RATE)
        silence = np.zeros(round(GONE_S * synth.RATE))
        path = tmp_path / "pierced.wav"
        soundfile.write(path, np.concatenate([room[:at], silence, room[at:]]), synth.RATE)
        holes = (Hole(LOST, at_s, GONE_S, GONE_S),) if known else ()
        return measure(path, holes=holes, **options)

    return measured


def shifted(pauses, at_s):
    return [
        pytest.approx(one.start_s + (GONE_S if one.start_s > at_s else 0), abs=0.06)
        for one in pauses
    ]


def test_a_hole_in_a_word_is_no_pause_and_changes_nothing_else(made, whole, pierced):
    at_s = made.pauses[0][1] + 0.4
    found = pierced(at_s)
    assert pierced(at_s, known=False).longest_pause_s > GONE_S - 0.1  # else it would be one
    assert [one.start_s for one in found.pauses] == shifted(whole.pauses, at_s)
    assert found.duration_s == pytest.approx(whole.duration_s + GONE_S, abs=1e-3)
    for name in ("onset_s", "speech_s", "longest_pause_s", "snr_db", "f0_median_hz"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), rel=0.03), name
    assert found.problems == whole.problems


def test_a_hole_in_a_pause_leaves_what_is_silent_on_either_side(made, whole, pierced):
    start_s, end_s = max(made.pauses, key=lambda pause: pause[1] - pause[0])
    at_s = (start_s + end_s) / 2
    found = pierced(at_s)
    around = [p for p in found.pauses if start_s - 0.1 < p.start_s < end_s + GONE_S]
    assert 1 <= len(around) <= 2
    for pause in around:
        assert pause.end_s <= at_s + 1e-6 or pause.start_s >= at_s + GONE_S - 1e-6
    assert found.longest_pause_s <= whole.longest_pause_s + 0.01


def test_behind_a_hole_no_onset_is_told(made, whole, pierced):
    for at_s in (1.0, made.onset_s - 0.01):
        found = pierced(at_s)
        assert (found.onset_s, found.onset_error_s) == (None, None)
        assert HOLE in found.problems
        assert found.speech_s == pytest.approx(whole.speech_s, rel=0.03)


def test_a_hole_while_the_client_speaks_says_nothing_of_the_answer(made, pierced):
    found = pierced(0.5, speech_from_s=0.5 + GONE_S + 0.2)
    assert found.onset_s == pytest.approx(made.onset_s + GONE_S, abs=0.1)
    assert HOLE not in found.problems


def test_sleep_in_a_pause_is_not_counted_over(made, room, tmp_path):
    start_s, end_s = max(made.pauses, key=lambda pause: pause[1] - pause[0])
    at_s = (start_s + end_s) / 2
    soundfile.write(tmp_path / "a.wav", room, synth.RATE)
    found = measure(tmp_path / "a.wav", holes=(Hole(ASLEEP, at_s, 600.0),))
    assert not [p for p in found.pauses if p.start_s < at_s - 0.01 and p.end_s > at_s + 0.01]
    asleep = measure(tmp_path / "a.wav", holes=(Hole(ASLEEP, 1.5, 600.0),))
    assert asleep.onset_s is None
    assert asleep.duration_s == found.duration_s


def test_a_hole_at_the_end_or_beyond_is_nothing(whole, room, tmp_path):
    soundfile.write(tmp_path / "a.wav", room, synth.RATE)
    end_s = len(room) / synth.RATE
    found = measure(tmp_path / "a.wav", holes=(Hole(LOST, end_s, 4.0),))
    assert found == whole


def test_that_another_microphone_took_over_costs_no_measure(made, whole, room, tmp_path):
    soundfile.write(tmp_path / "a.wav", room, synth.RATE)
    assert measure(tmp_path / "a.wav", holes=(Hole(MOVED, made.onset_s - 0.2, 0.0),)) == whole
