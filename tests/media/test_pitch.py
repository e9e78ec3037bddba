import numpy as np
import parselmouth
import pytest

from tests.media import synth
from trainer.media import activity, pitch
from trainer.media.frames import HOP_S, frames


def listen(samples):
    made = frames([samples.astype(np.float32)], len(samples), lambda done: None)
    return made, activity.find(made).stretches


def of(samples, stretches):
    return pitch.pitch([samples.astype(np.float32)], stretches, lambda done: None)


@pytest.mark.parametrize("f0_hz", [85.0, 120.0, 180.0, 240.0, 320.0])
def test_pitch_agrees_with_praat_and_with_the_truth(f0_hz):
    made = synth.speech(int(f0_hz), f0_hz=f0_hz, phrases=3)
    heard = synth.with_noise(made.samples, np.random.default_rng(1), 25, "pink")
    found = of(heard, listen(heard)[1])
    praat = parselmouth.Sound(heard, synth.RATE).to_pitch_ac(
        0.01, 0.6 * f0_hz, pitch_ceiling=1.7 * f0_hz
    )
    direct = praat.selected_array["frequency"]
    direct = direct[direct > 0]
    assert found.median_hz == pytest.approx(np.median(direct), rel=0.02)
    assert found.median_hz == pytest.approx(np.median(made.f0), rel=0.03)
    assert found.sd_semitones == pytest.approx(np.std(12 * np.log2(made.f0)), abs=0.4)


def test_hum_in_the_pauses_does_not_draw_the_pitch():
    made = synth.speech(5, f0_hz=210.0)
    heard = synth.with_noise(made.samples, np.random.default_rng(1), 15, "hum")
    assert of(heard, listen(heard)[1]).median_hz == pytest.approx(np.median(made.f0), rel=0.03)


def test_too_little_voice_has_no_pitch():
    assert of(np.zeros(16_000), (activity.Stretch(10, 60, 10),)) is None
    assert of(np.zeros(16_000), ()) is None


def test_syllables_are_counted():
    ratios = []
    for seed in range(12):
        made = synth.speech(seed, phrases=4)
        heard = synth.with_noise(made.samples, np.random.default_rng(seed), 25, "pink")
        shape, stretches = listen(heard)
        spoken = sum(s.end - s.start for s in stretches) * HOP_S
        ratios.append(pitch.syllables_per_s(shape, stretches) * spoken / made.syllables)
    assert np.median(ratios) == pytest.approx(1, abs=0.1)
    assert np.percentile(np.abs(np.array(ratios) - 1), 90) < 0.2


def test_less_than_two_seconds_have_no_pace():
    made = synth.speech(1, phrases=1)
    shape, _ = listen(made.samples)
    assert pitch.syllables_per_s(shape, (activity.Stretch(300, 690, 300),)) is None
