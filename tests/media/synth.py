"""Sound made in code, with the truth about it: speech-like phrases, breaths, thumps, noise."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len
from scipy.signal import butter, lfilter, sosfilt

Samples = NDArray[np.float64]
RATE = 16_000

# Formants (Hz) of a, e, i, o, u, schwa.
VOWELS = (
    (730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010),
    (570, 840, 2410), (300, 870, 2240), (500, 1500, 2500),
)  # fmt: skip
ONSETS = ("vowel", "nasal", "fricative", "stop", "cluster", "h")


@dataclass
class Speech:
    """Sound with its truth: onset and end (s), pauses (s, s), syllables, voiced F0 (Hz)."""

    samples: Samples
    rate: int
    onset_s: float
    end_s: float
    pauses: list[tuple[float, float]]
    syllables: int
    f0: Samples

    @property
    def speech_s(self) -> float:
        return self.end_s - self.onset_s - sum(end - start for start, end in self.pauses)


@cache
def _bandpass(low: float, high: float) -> Samples:
    return np.asarray(butter(3, (low, high), "bandpass", fs=RATE, output="sos"))


def band(noise: Samples, low: float, high: float) -> Samples:
    return np.asarray(sosfilt(_bandpass(low, high), noise))


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def faded(samples: Samples, seconds: float = 0.01, rate: int = RATE) -> Samples:
    size = min(int(seconds * rate), len(samples) // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, size)) ** 2
    out = samples.copy()
    out[:size] *= ramp
    out[len(out) - size :] *= ramp[::-1]
    return out


def vowel(rng, seconds: float, f0: Samples, formants, rate: int = RATE) -> Samples:
    """A glottal pulse train with jitter and shimmer through three formants."""
    n = len(f0)
    slow = np.interp(np.arange(n), np.linspace(0, n, max(3, n // 400)),
                     rng.normal(0, 0.006, max(3, n // 400)))  # fmt: skip
    phase = np.cumsum(f0 * (1 + slow)) / rate
    source = np.zeros(n)
    source[np.flatnonzero(np.diff(np.floor(phase), prepend=0))] = 1.0
    source *= 1 + rng.normal(0, 0.05, n)
    out = lfilter([1.0], [1.0, -1.85, 0.8556], source) + rng.normal(0, 0.02, n)
    for centre, width in zip((*formants, 3500), (80, 100, 130, 200), strict=True):
        r = np.exp(-np.pi * width / rate)
        out = lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * centre / rate), r * r], out)
    out = out - out.mean()
    return faded(out / (rms(out) + 1e-12), 0.02, rate)


def hiss(rng, seconds: float, low: float, high: float, level: float) -> Samples:
    out = band(rng.normal(0, 1, int(seconds * RATE)), low, high)
    return faded(out / rms(out) * level, 0.012)


def syllable(rng, f0_hz: float, onset: str, coda: bool) -> tuple[Samples, Samples]:
    """One syllable (vowel RMS 1) and the F0 of its voiced samples."""
    seconds = rng.uniform(0.11, 0.2)
    n = int(seconds * RATE)
    f0 = f0_hz * np.linspace(rng.uniform(0.97, 1.06), rng.uniform(0.92, 1.02), n)
    body = vowel(rng, seconds, f0, VOWELS[rng.integers(len(VOWELS))]) * rng.uniform(0.7, 1.2)
    closure = np.zeros(int(rng.uniform(0.04, 0.07) * RATE))
    burst = hiss(rng, rng.uniform(0.015, 0.03), 800, 6000, 0.35)
    sibilant = hiss(rng, rng.uniform(0.08, 0.16), 3500, 7500, rng.uniform(0.2, 0.45))
    if onset == "nasal":
        m = int(0.06 * RATE)
        lead = vowel(rng, 0.06, np.full(m, f0[0]), (270, 1000, 2200)) * 0.35
    elif onset == "fricative":
        lead = sibilant
    elif onset == "stop":
        lead = burst
    elif onset == "cluster":
        lead = np.concatenate([sibilant, closure, burst])
    elif onset == "h":
        lead = hiss(rng, rng.uniform(0.05, 0.08), 700, 4000, 0.15)
    else:
        lead = np.zeros(0)
    parts = [lead, body]
    if coda:
        parts.append(hiss(rng, rng.uniform(0.06, 0.12), 3500, 7500, 0.2))
    return np.concatenate(parts), f0


def phrase(rng, f0_hz: float, syllables: int, first: str) -> tuple[Samples, list[Samples]]:
    parts, pitch = [], []
    for index in range(syllables):
        kind = first if index == 0 else ONSETS[rng.integers(len(ONSETS))]
        if kind == "stop" and index:
            parts.append(np.zeros(int(rng.uniform(0.04, 0.07) * RATE)))
        contour = f0_hz * (1.08 - 0.2 * index / max(syllables, 2)) * rng.uniform(0.94, 1.06)
        made, f0 = syllable(rng, contour, kind, rng.random() < 0.25)
        parts.append(made)
        pitch.append(f0)
    return np.concatenate(parts), pitch


def speech(
    seed: int, *, onset_s: float = 1.5, phrases: int = 3, first: str | None = None,
    f0_hz: float | None = None, tail_s: float = 0.8, level: float = 0.1,
) -> Speech:  # fmt: skip
    """Phrases with pauses between; speech RMS ``level``. No noise."""
    rng = np.random.default_rng(seed)
    f0_hz = f0_hz or float(rng.uniform(90, 230))
    parts: list[Samples] = [np.zeros(round(onset_s * RATE))]
    pauses, pitch, count = [], [], 0
    at = onset_s
    for index in range(phrases):
        if index:
            long = rng.uniform(0.32, 1.3)
            pauses.append((at, at + long))
            parts.append(np.zeros(round(long * RATE)))
            at = sum(map(len, parts)) / RATE
        n = int(rng.integers(3, 9))
        kind = first if first and index == 0 else ONSETS[rng.integers(len(ONSETS))]
        made, f0 = phrase(rng, f0_hz, n, kind)
        parts.append(made)
        pitch += f0
        count += n
        at = sum(map(len, parts)) / RATE
    parts.append(np.zeros(round(tail_s * RATE)))
    whole = np.concatenate(parts)
    spoken = whole[whole != 0]
    whole = whole * (level / rms(spoken))
    return Speech(whole, RATE, onset_s, at, pauses, count, np.concatenate(pitch))


def noise(rng, n: int, colour: str) -> Samples:
    """RMS 1."""
    white = rng.normal(0, 1, n)
    if colour == "white":
        return white / rms(white)
    if colour == "hum":
        out = mains(rng, n, float(rng.choice([50.0, 60.0])), 1.0) + 0.02 * white
        return out / rms(out)
    size = next_fast_len(n, real=True)  # of other lengths some take ten times as long
    spectrum = np.fft.rfft(white, size)
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 30)
    out = np.fft.irfft(spectrum / np.sqrt(hz), size)[:n]
    return out / rms(out)


def with_noise(clean: Samples, rng, snr_db: float, colour: str, level: float = 0.1) -> Samples:
    return clean + noise(rng, len(clean), colour) * level * 10 ** (-snr_db / 20)


def breath(rng, level: float = 0.02) -> Samples:
    out = band(rng.normal(0, 1, int(rng.uniform(0.3, 0.55) * RATE)), 400, 5000)
    shape = np.sin(np.linspace(0, np.pi, len(out))) ** 0.7
    return out / rms(out) * shape * level


def click(rng, level: float = 0.3) -> Samples:
    n = int(rng.uniform(0.003, 0.012) * RATE)
    return rng.normal(0, 1, n) * np.exp(-np.arange(n) / (n / 4)) * level


def thump(rng, level: float = 0.2) -> Samples:
    n = int(rng.uniform(0.15, 0.3) * RATE)
    t = np.arange(n) / RATE
    knock = np.sin(2 * np.pi * rng.uniform(45, 110) * t) + 0.2 * rng.normal(0, 1, n)
    return knock * np.exp(-t / rng.uniform(0.03, 0.06)) * level


def squeak(rng, level: float = 0.05) -> Samples:
    n = int(rng.uniform(0.08, 0.25) * RATE)
    t = np.arange(n) / RATE
    hz = rng.uniform(600, 1800) * (1 + 0.3 * t)
    return faded(np.sin(2 * np.pi * np.cumsum(hz) / RATE) * level, 0.02)


def keyboard(rng, level: float = 0.15) -> Samples:
    """Typing: 1 to 2 s of clicks, 5 to 8 a second, each key with its own knock."""
    out = np.zeros(int(rng.uniform(1, 2) * RATE))
    at = 0.0
    while at < len(out) / RATE - 0.05:
        key = click(rng, level * rng.uniform(0.5, 1))
        put(out, key, at)
        put(out, thump(rng, 0.2 * level)[: RATE // 25], at)
        at += rng.uniform(1 / 8, 1 / 5)
    return out


def creak(rng, level: float = 0.06) -> Samples:
    """A chair: wood that sticks and slips 15 to 40 times a second, ever more slowly."""
    n = int(rng.uniform(0.3, 0.8) * RATE)
    rate = np.linspace(1, rng.uniform(0.5, 0.9), n) * rng.uniform(15, 40)
    phase = np.cumsum(rate * (1 + 0.3 * np.interp(np.arange(n), np.arange(0, n, 300),
                      rng.normal(0, 1, len(range(0, n, 300)))))) / RATE  # fmt: skip
    source = np.zeros(n)
    source[np.flatnonzero(np.diff(np.floor(phase), prepend=0))] = 1.0
    source *= rng.uniform(0.4, 1, n)
    for hz, width in ((rng.uniform(180, 350), 60), (rng.uniform(500, 900), 120)):
        r = np.exp(-np.pi * width / RATE)
        source = lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * hz / RATE), r * r], source)
    return faded(source / rms(source) * level, 0.02)


def mains(rng, n: int, hz: float, level: float = 0.02) -> Samples:
    """Hum of the mains at ``hz`` with eleven harmonics."""
    t = np.arange(n) / RATE
    out = sum(
        rng.uniform(0.2, 1) / k * np.sin(2 * np.pi * hz * k * t + rng.uniform(0, 6.28))
        for k in range(1, 12)
    )
    return out / rms(out) * level


def put(into: Samples, what: Samples, at_s: float) -> None:
    """Add ``what`` to ``into`` from ``at_s`` on, as far as there is room."""
    start = max(0, round(at_s * RATE))
    room = into[start : start + len(what)]
    room += what[: len(room)]
