"""Whether a clip is good enough to ship: measured on the coded file, never on what went in."""

import functools
import re
from dataclasses import dataclass

import numpy as np
import parselmouth
import pocketsphinx
from scipy.signal import resample_poly

from voices.clip import TARGET_LUFS, Cue
from voices.loudness import lufs, true_peak_dbfs
from voices.script import Script, Voice
from voices.speak import FLITE_RATE, Phrase, Samples, speak
from voices.world import OUT_RATE

WORST_WER = 0.35
AIM_WER = 0.20
_ASR_RATE = 16000


@dataclass(frozen=True, slots=True)
class SentenceHeard:
    """What the recognizer made of one sentence. ``unknown``: words it cannot know."""

    text: str
    heard: str
    errors: int
    words: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """A clip in numbers: seconds, LUFS, dBFS. ``bounds_s``: how short and how long it may be."""

    duration_s: float
    bounds_s: tuple[float, float]
    loudness_lufs: float
    true_peak_dbfs: float
    end_silence_s: float
    heard: tuple[SentenceHeard, ...]

    @property
    def word_error_rate(self) -> float:
        """Errors per word over the whole clip."""
        return sum(h.errors for h in self.heard) / max(1, sum(h.words for h in self.heard))

    @property
    def problems(self) -> list[str]:
        """Why the clip may not ship; empty when it may."""
        least, most = self.bounds_s
        lasts = f"lasts {self.duration_s:.1f} s, not {least:.0f} to {most:.0f}"
        checks = (
            (not least <= self.duration_s <= most, lasts),
            (self.word_error_rate > WORST_WER, f"word error rate {self.word_error_rate:.2f}"),
            (self.true_peak_dbfs > -1, f"true peak {self.true_peak_dbfs:.1f} dBFS, not below -1"),
            (self.end_silence_s > 0.3, f"{self.end_silence_s:.2f} s after the last word"),
            (
                abs(self.loudness_lufs - TARGET_LUFS) > 1,
                f"loudness {self.loudness_lufs:.1f} LUFS, not {TARGET_LUFS:.0f}",
            ),
        )
        return [text for failed, text in checks if failed]


@dataclass(frozen=True, slots=True)
class Acoustics:
    """How a stretch of speech sounds: median pitch (Hz), its spread, pace, level, brightness."""

    pitch_hz: float
    pitch_sd_st: float
    words_per_min: float
    loudness_lufs: float
    tilt_db: float


def measure(sound: Samples, cues: tuple[Cue, ...], bounds_s: tuple[float, float]) -> Measures:
    """Measure a decoded clip (mono, 48 kHz) against its cues."""
    duration = len(sound) / OUT_RATE
    return Measures(
        duration_s=duration,
        bounds_s=bounds_s,
        loudness_lufs=lufs(sound),
        true_peak_dbfs=true_peak_dbfs(sound),
        end_silence_s=duration - cues[-1].end_s,
        heard=tuple(_hear(cue.text, _cut(sound, cue, margin_s=0.04)) for cue in cues),
    )


def plain_word_error_rate(script: Script, voice: Voice) -> float:
    """Errors per word when the speaker says the same sentences untouched: what is in the words."""
    heard = [
        _hear(line.text, resample_poly(plain, OUT_RATE // FLITE_RATE, 1))
        for line in script.lines
        for plain in [speak(Phrase(line.text, "", 0.0), voice.flite, 1.0)]
    ]
    return sum(h.errors for h in heard) / max(1, sum(h.words for h in heard))


def acoustics(sound: Samples, cue: Cue) -> Acoustics:
    """Measure one sentence of a decoded clip."""
    cut = _cut(sound, cue, margin_s=0.0)
    pitch = parselmouth.Sound(cut, OUT_RATE).to_pitch(pitch_floor=60, pitch_ceiling=500)
    hertz = pitch.selected_array["frequency"]
    hertz = hertz[hertz > 0]
    power = np.abs(np.fft.rfft(cut)) ** 2
    bins = np.fft.rfftfreq(len(cut), 1 / OUT_RATE)
    low, high = power[(bins > 60) & (bins <= 1000)].sum(), power[bins > 1000].sum()
    return Acoustics(
        pitch_hz=float(np.median(hertz)) if len(hertz) else 0.0,
        pitch_sd_st=float((12 * np.log2(hertz)).std()) if len(hertz) else 0.0,
        words_per_min=60 * len(words_of(cue.text)) / (cue.end_s - cue.start_s),
        loudness_lufs=lufs(cut),
        tilt_db=float(10 * np.log10(high / low)),
    )


def words_of(text: str) -> list[str]:
    """Words as the recognizer spells them."""
    text = text.lower().replace("\u2019", "'").replace("-", " ")
    return [word.strip("'") for word in re.findall(r"[a-z0-9']+", text) if word.strip("'")]


@functools.cache
def _decoder() -> pocketsphinx.Decoder:
    return pocketsphinx.Decoder(samprate=_ASR_RATE, loglevel="FATAL")


def _hear(text: str, sound: Samples) -> SentenceHeard:
    decoder = _decoder()
    sound = resample_poly(sound, 1, OUT_RATE // _ASR_RATE)
    # The model expects a fixed level: quiet speech is quiet on purpose, not unclear.
    sound = np.pad(sound / (np.abs(sound).max() + 1e-9) * 0.6, _ASR_RATE // 5)
    sound += np.random.default_rng(0).standard_normal(len(sound)) * 0.0005
    decoder.start_utt()
    decoder.process_raw((sound * 32767).astype("<i2").tobytes(), no_search=False, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    said, heard = words_of(text), words_of(found.hypstr if found else "")
    unknown = tuple(word for word in said if decoder.lookup_word(word) is None)
    return SentenceHeard(text, " ".join(heard), _distance(said, heard), len(said), unknown)


def _distance(said: list[str], heard: list[str]) -> int:
    """Least number of words to insert, delete or replace."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row = row, [i, *row[1:]]
        for j, other in enumerate(heard, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (word != other))
    return row[-1]


def _cut(sound: Samples, cue: Cue, margin_s: float) -> Samples:
    start = max(0, round((cue.start_s - margin_s) * OUT_RATE))
    return sound[start : round((cue.end_s + margin_s) * OUT_RATE)]
