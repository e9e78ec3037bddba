"""From a plain phrase to this client in this state: WORLD analysis, changes, synthesis.

WORLD (Morise 2016) takes speech apart into pitch, spectral envelope and noisiness per 5 ms. Every
change is made on those three, then sound is put together again, at 32 kHz instead of 16.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyworld
from scipy.ndimage import binary_opening, gaussian_filter1d
from scipy.signal import resample_poly

from voices.affects import Affect
from voices.script import Voice
from voices.speak import FLITE_RATE, Samples

OUT_RATE = 48000
_SYNTH_RATE = 32000  # twice flite's, so bins keep their width and the upper half can be filled in
_FRAME_S = 0.005
_FFT = 1024
_BIN_HZ = FLITE_RATE / _FFT
_HISS_EDGE_KHZ = 6.9
_PITCH_HZ = (52.0, 460.0)
Frames = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class _Speech:
    """Per frame: pitch (Hz, 0 = unvoiced), log power per bin, noisiness per bin (0 to 1)."""

    pitch: Samples
    power: Frames
    noise: Frames

    @property
    def voiced(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return self.pitch > 0


def perform(
    plain: Samples, voice: Voice, affect: Affect, ending: str, rng: np.random.Generator
) -> Samples:
    """The phrase as this client says it in this state: mono, 48 kHz.

    ``plain`` is flite's phrase at 16 kHz; ``ending`` as in :class:`voices.speak.Phrase`.
    """
    speech = _analyse(plain)
    speech = replace(speech, power=_stress(speech, affect.contrast))
    speech = replace(speech, pitch=_intone(speech, voice, affect, ending, rng))
    speech = _retime(speech, affect.rate)
    speech = _widen(speech, voice.formant * affect.formant)
    speech = _colour(speech, voice, affect)
    sound = pyworld.synthesize(
        np.ascontiguousarray(speech.pitch),
        np.exp(speech.power),
        np.ascontiguousarray(speech.noise),
        _SYNTH_RATE,
        _FRAME_S * 1000,
    )
    return _soften_ends(resample_poly(sound, OUT_RATE, _SYNTH_RATE))


def _analyse(plain: Samples) -> _Speech:
    sound = np.ascontiguousarray(plain)
    period = _FRAME_S * 1000
    rough, times = pyworld.dio(sound, FLITE_RATE, f0_floor=60, f0_ceil=420, frame_period=period)
    pitch = pyworld.stonemask(sound, rough, times, FLITE_RATE)
    power = pyworld.cheaptrick(sound, pitch, times, FLITE_RATE, fft_size=_FFT)
    # d4c's own test for voicing (threshold above 0) turns soft vowels of awb into whispers.
    noise = pyworld.d4c(sound, pitch, times, FLITE_RATE, fft_size=_FFT, threshold=0.0)
    # dio in turn finds pitch in hisses, which would buzz: they have more sound above 3 kHz.
    split = round(3000 / _BIN_HZ)
    hiss = power[:, split:].sum(axis=1) > 2 * power[:, :split].sum(axis=1)
    pitch = _without_slips(np.where(hiss, 0.0, pitch))
    noise[pitch == 0] = 1.0
    return _Speech(pitch, np.log(np.maximum(power, 1e-16)), noise)


def _without_slips(pitch: Samples) -> Samples:
    """Unvoice what cannot be one speaker's phrase: far from its median, or under 25 ms long."""
    if not pitch.any():
        return pitch
    median = np.median(pitch[pitch > 0])
    near = (pitch > median / 1.8) & (pitch < median * 1.8)
    voiced = binary_opening(near, np.ones(5, dtype=bool))
    return np.where(voiced, pitch, 0.0)


def _loudness(speech: _Speech) -> Samples:
    """Level per frame in dB against the mean of the voiced frames, smoothed over a syllable."""
    power = np.exp(speech.power).mean(axis=1)
    level: Samples = gaussian_filter1d(10 * np.log10(power + 1e-16), 4)
    level -= level[speech.voiced].mean() if speech.voiced.any() else level.mean()
    return level


def _stress(speech: _Speech, contrast: float) -> Frames:
    level = np.clip(_loudness(speech), -15, 8)
    change: Samples = (contrast - 1) * level * np.log(10) / 10
    return speech.power + change[:, None]


def _intone(
    speech: _Speech, voice: Voice, affect: Affect, ending: str, rng: np.random.Generator
) -> Samples:
    voiced = speech.voiced
    if voiced.sum() < 4:
        return speech.pitch
    octaves = np.log2(np.where(voiced, speech.pitch, 1.0))
    mean = octaves[voiced].mean()
    semitones = 12 * (octaves - mean) * voice.pitch_range * affect.pitch_range
    semitones += voice.semitones + affect.shift_st
    level = _loudness(speech)
    semitones += affect.accent_st * np.clip(gaussian_filter1d(level, 6) / 4, 0, 1.3)
    semitones += _final_glide(speech, affect.final_st, ending)
    semitones += _waver(len(octaves), voice.tremor_st + affect.tremor_st, affect.tremor_hz, rng)
    hertz = 2 ** (mean + semitones / 12)
    return np.where(voiced, np.clip(hertz, *_PITCH_HZ), 0.0)


def _final_glide(speech: _Speech, final_st: float, ending: str) -> Samples:
    """Pitch movement over the last 0.45 s: the affect's, and the rise of a yes-or-no question."""
    rise = {"?": 3.5, ",": 0.8}.get(ending, 0.0)
    last = np.flatnonzero(speech.voiced)[-1]
    start = max(0, last - round(0.45 / _FRAME_S))
    way = np.clip((np.arange(len(speech.pitch)) - start) / max(1, last - start), 0, 1)
    # A falling affect must not cancel a question, nor close a sentence that breaks off.
    affect_st = final_st if ending == "." else max(final_st, 0.0) * 0.5
    glide: Samples = (rise + affect_st) * way**1.5
    return glide


def _waver(frames: int, depth_st: float, hertz: float, rng: np.random.Generator) -> Samples:
    """Tremor of uneven speed and depth, and the small drift every living voice has."""
    drift = gaussian_filter1d(rng.standard_normal(frames + 80), 8)[40:-40] * 0.35
    if not depth_st:
        return drift
    speed = hertz * (1 + 0.6 * gaussian_filter1d(rng.standard_normal(frames + 200), 40)[100:-100])
    depth = np.clip(
        1 + 4 * gaussian_filter1d(rng.standard_normal(frames + 200), 50)[100:-100], 0, 2
    )
    phase = 2 * np.pi * np.cumsum(speed) * _FRAME_S + rng.uniform(0, 2 * np.pi)
    return drift + depth_st * depth * np.sin(phase)


def _retime(speech: _Speech, rate: float) -> _Speech:
    """Change speed mostly in the vowels, as speakers do, and lengthen the end of the phrase."""
    frames = len(speech.pitch)
    weight = gaussian_filter1d(np.where(speech.voiced, 1.2, 0.6), 3)
    stretch = np.maximum(1 + (1 / rate - 1) * weight * frames / weight.sum(), 0.4)
    stretch *= 1 + 0.12 * np.clip(1 - np.arange(frames)[::-1] * _FRAME_S / 0.3, 0, 1)
    ends = np.concatenate([[0.0], np.cumsum(stretch)])
    wanted = np.interp(np.arange(int(ends[-1])) + 0.5, ends, np.arange(frames + 1)) - 0.5
    wanted = np.clip(wanted, 0, frames - 1)
    low = wanted.astype(int)
    high = np.minimum(low + 1, frames - 1)
    part = wanted - low
    both = speech.voiced[low] & speech.voiced[high]
    nearest = speech.pitch[np.rint(wanted).astype(int)]
    glide = speech.pitch[low] * (1 - part) + speech.pitch[high] * part
    mix = part[:, None]
    return _Speech(
        np.where(both, glide, nearest),
        speech.power[low] * (1 - mix) + speech.power[high] * mix,
        speech.noise[low] * (1 - mix) + speech.noise[high] * mix,
    )


def _widen(speech: _Speech, formant: float) -> _Speech:
    """Scale the formants and continue the spectrum where flite's voices go dull, above 6 to 7 kHz.

    What is added is noise that falls faster in vowels than in hisses: air, not buzz. The vowels of
    some voices rise towards 7 kHz, a fault of their own coding that would be heard as a whine.
    """
    bins = np.arange(_FFT + 1)  # same width as flite's bins, twice as many
    source = np.minimum(bins / formant, _FFT // 2 - 1)
    low = source.astype(int)
    part = source - low
    power = speech.power[:, low] * (1 - part) + speech.power[:, low + 1] * part
    noise = speech.noise[:, low] * (1 - part) + speech.noise[:, low + 1] * part
    # Blend over some frames and 800 Hz: a switch would be heard as crackle or as a ridge.
    vowel = gaussian_filter1d(speech.voiced.astype(float), 2)[:, None]
    kilohertz = (bins / formant * _BIN_HZ / 1000)[None, :]
    share = np.clip((kilohertz - (_HISS_EDGE_KHZ - vowel)) / 0.8, 0, 1)
    upper = _upper_band(speech, vowel, kilohertz)
    return _Speech(
        speech.pitch, power * (1 - share) + upper * share, np.maximum(noise, share * 0.95)
    )


def _upper_band(speech: _Speech, vowel: Frames, kilohertz: Frames) -> Frames:
    """Log power that falls from the level just below the edge, by 4 dB/kHz in vowels."""
    levels = []
    for edge in (_HISS_EDGE_KHZ, _HISS_EDGE_KHZ - 1):
        below = slice(round((edge - 1.2) * 1000 / _BIN_HZ), round(edge * 1000 / _BIN_HZ))
        fall_db = (1.8 if edge == _HISS_EDGE_KHZ else 4.0) * np.clip(kilohertz - edge, 0, None)
        level = speech.power[:, below].mean(axis=1, keepdims=True)
        levels.append(level - fall_db * np.log(10) / 10)
    upper: Frames = levels[0] * (1 - vowel) + levels[1] * vowel
    return upper


def _colour(speech: _Speech, voice: Voice, affect: Affect) -> _Speech:
    """Brightness, breathiness, and the hisses that some speakers lack."""
    tilt_db, breath = voice.tilt_db + affect.tilt_db, voice.breath + affect.breath
    hertz = np.linspace(0, _SYNTH_RATE / 2, speech.power.shape[1])
    octaves = np.clip(np.log2(np.maximum(hertz, 150) / 1000), -1.5, 2.3)
    hiss = voice.hiss_db * np.clip((hertz - 2500) / 2500, 0, 1)[None, :] * ~speech.voiced[:, None]
    power = speech.power + (tilt_db * octaves[None, :] + hiss) * np.log(10) / 10
    share = breath * np.clip((hertz - 800) / 2700, 0, 1)[None, :]
    noise = np.clip(speech.noise + (1 - speech.noise) * share, 0, 1)
    return _Speech(speech.pitch, power, noise)


def _soften_ends(sound: Samples) -> Samples:
    """Fade 4 ms in and 15 ms out, so that a cut is never a click."""
    head, tail = round(0.004 * OUT_RATE), round(0.015 * OUT_RATE)
    if len(sound) > head + tail:
        sound[:head] *= np.linspace(0, 1, head)
        sound[-tail:] *= np.linspace(1, 0, tail)
    return sound
