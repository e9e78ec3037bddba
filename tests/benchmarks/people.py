"""Short recordings of people in a folder, by speaker, with where each begins, ends and pauses.

The truth is read from the quiet recording, as an eye reads it from a spectrogram: every sound that
touches a voice (Praat finds the voices) and stands out of the room's own tone in one of three
bands. It was held against the beginnings read by eye in tests/media/real_voices.py, of which it
can tell 12: the two are 5 ms apart in the median, and on the whole neither lies earlier. What
cannot be told is left out and counted: noisy rooms, recordings cut too near to the first sound, a
lead so long that it may be a breath.
"""

import random
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import parselmouth
from scipy.signal import butter, sosfiltfilt

from tests.media import synth

RATE = synth.RATE
SUFFIXES = {".wav", ".ogg", ".oga", ".opus", ".mp3", ".flac", ".g722", ".gsm", ".raw"}
# Tones and silences for telephones; animals and machines.
NOBODY = re.compile(
    r"/(silence|letters)/|beep|tone|ascending|descending|confbridge-(join|leave)|tuxpaint/(?!.*_desc)"
)
# Who speaks, as the packages' own paths tell; else the folder.
SPEAKERS = (
    re.compile(r"(asterisk)/sounds/(\w+)/"),
    re.compile(r"(ktuberling)/sounds/([^/]+)/"),
    re.compile(r"(tuxpaint)/.*_desc_?(\w*)\.\w+$"),
)
HOP_S = 0.0025
_HOP, _WINDOW = 40, 160
_BANDS_HZ = ((160, 1000), (1000, 3500), (3500, 7800))
# A sound is seen this far above the room and at most this far below the loud parts (dB).
_OVER_DB, _DEEP_DB, _QUIET_DB = 9.0, 45.0, 32.0
_HOLE_S, _TAIL_HOLE_S, _STOP_S = 0.03, 0.09, 0.14
# A gap between these is a pause to some and none to others (s).
_UNSURE_S = (0.17, 0.33)
SHORTEST_S, LONGEST_S, LEAST_SPOKEN_S = 0.6, 12.0, 0.5


@dataclass(frozen=True)
class Clip:
    """A recording at 16 kHz and the stretches of speech in it (s)."""

    name: str
    samples: np.ndarray
    stretches: tuple[tuple[float, float], ...]

    def cut(self) -> tuple[np.ndarray, float]:
        """What is said, its RMS that of ``synth.speech``, and where in it it begins (s)."""
        inside = [self.samples[round(a * RATE) : round(b * RATE)] for a, b in self.stretches]
        first = max(0.0, self.stretches[0][0] - 0.03)
        end = self.stretches[-1][1] + 0.08
        cut = self.samples[round(first * RATE) : round(end * RATE)].astype(np.float64)
        scaled = cut * 0.1 / synth.rms(np.concatenate(inside))
        return synth.faded(scaled, 0.01), self.stretches[0][0] - first

    def gaps(self) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Its pauses, and gaps of which nobody can say whether they are pauses (s)."""
        gaps = [(before[1], after[0]) for before, after in pairwise(self.stretches)]
        low, high = _UNSURE_S
        return (
            [gap for gap in gaps if gap[1] - gap[0] >= high],
            [gap for gap in gaps if low <= gap[1] - gap[0] < high],
        )


@dataclass
class Speaker:
    """The clips of one speaker (or group of them) and why others were left out."""

    name: str
    clips: list[Clip] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def speakers(folders: list[Path]) -> dict[str, list[Path]]:
    """Recordings below ``folders`` by who speaks."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and not NOBODY.search(path.as_posix()):
                heard = next((m for s in SPEAKERS if (m := s.search(path.as_posix()))), None)
                name = " ".join(heard.groups()).strip() if heard else folder.name
                found.setdefault(name, []).append(path)
    return found


def read(name: str, paths: list[Path], most: int, tried: int) -> Speaker:
    """Up to ``most`` clips of ``tried`` recordings drawn from ``paths``."""
    drawn = random.Random(name).sample(paths, min(tried, len(paths)))
    speaker = Speaker(name)
    for path in drawn:
        if len(speaker.clips) == most:
            break
        samples = decoded(path)
        if not SHORTEST_S < len(samples) / RATE < LONGEST_S:
            speaker.left_out["length"] += 1
            continue
        found = stretches(samples)
        if isinstance(found, str):
            speaker.left_out[found] += 1
        else:
            speaker.clips.append(Clip(path.stem, samples, found))
    return speaker


def decoded(path: Path) -> np.ndarray:
    raw = {".g722": ["-f", "g722"], ".gsm": ["-f", "gsm"], ".raw": ["-f", "s16le", "-ar", "16k"]}
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error"]
    command += [*raw.get(path.suffix.lower(), []), "-i", str(path)]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    told = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(told.stdout, np.float32)


def stretches(samples: np.ndarray) -> tuple[tuple[float, float], ...] | str:
    """Where somebody speaks in a quiet recording (s), or why that cannot be told."""
    power = _band_power(samples)
    level = _db(_smooth(power, 4))
    whole = _db(power.sum(axis=0))
    loud = float(np.percentile(whole, 95))
    voiced = _runs(_voiced(samples, len(whole)) & (whole > loud - 28))
    voices = [run for run in voiced if (run[1] - run[0]) * HOP_S >= 0.04]
    if not voices:
        return "no voice"
    least = _least(power, level, voices)
    if least is None:
        return "no room tone"
    least = np.maximum(least, loud - _DEEP_DB)
    if loud - _db((10 ** (least / 10)).sum()) < _QUIET_DB:
        return "noisy"
    sounds = (level > least[:, None]).any(axis=0)
    hisses = level[2] - np.maximum(level[0], level[1]) > 3
    found: list[tuple[int, int]] = []
    for begin, end in voices:
        start = _begin(sounds, hisses, begin)
        if (begin - start) * HOP_S > 0.26 and not found:
            return "long lead"
        stop = end + _reach(sounds[end:], _TAIL_HOLE_S)
        if found and (start - found[-1][1]) * HOP_S < 0.05:
            start, stop = found[-1][0], max(found.pop()[1], stop)
        found.append((start, stop))
    if found[0][0] * HOP_S < 0.03:
        return "cut at its start"
    if (found[-1][1] - found[0][0]) * HOP_S < LEAST_SPOKEN_S:
        return "short"
    return tuple((start * HOP_S, stop * HOP_S) for start, stop in found)


def _least(power: np.ndarray, level: np.ndarray, voices: list[tuple[int, int]]):
    """What a sound must exceed in each band (dB), from the room's tone beside the voices."""
    size = 16
    aside = np.ones(power.shape[1], bool)
    aside[max(0, voices[0][0] - 4) : voices[-1][1] + 4] = False
    aside[: size // 2] = aside[-size // 2 :] = False
    if aside.sum() * HOP_S < 0.04:
        return None
    room = np.percentile(_db(_smooth(power, size))[:, aside], 20, axis=1)
    quiet = aside & (level.max(axis=0) < room.max() + 10)
    if quiet.sum() * HOP_S < 0.04:
        return None
    return np.maximum(room + _OVER_DB, np.percentile(level[:, quiet], 95, axis=1) + 3)


def _begin(sounds: np.ndarray, hisses: np.ndarray, voice: int) -> int:
    """Back over all that touches a voice, and over the closure of a stop to the s before it."""
    start = voice - _reach(sounds[:voice][::-1], _HOLE_S)
    before = sounds[:start][::-1][: round(_STOP_S / HOP_S)]
    if before.any():
        end = start - int(before.argmax())
        first = end - _reach(sounds[:end][::-1], 0.02)
        if 0.04 <= (end - first) * HOP_S <= 0.25 and hisses[first:end].mean() > 0.6:
            return first
    return start


def _reach(sounds: np.ndarray, hole_s: float) -> int:
    heard = np.flatnonzero(sounds)
    holes = np.diff(heard, prepend=-1) - 1 >= hole_s / HOP_S
    kept = heard[: int(holes.argmax())] if holes.any() else heard
    return int(kept[-1]) + 1 if len(kept) else 0


@cache
def _no_rumble() -> np.ndarray:
    return np.asarray(butter(4, 100, "highpass", fs=RATE, output="sos"))


def _band_power(samples: np.ndarray) -> np.ndarray:
    clean = sosfiltfilt(_no_rumble(), samples.astype(np.float64))
    cut = np.lib.stride_tricks.sliding_window_view(np.pad(clean, _WINDOW // 2), _WINDOW)[::_HOP]
    taper = np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(cut * taper, 256, axis=1)) ** 2 * 2 / (256 * (taper @ taper))
    hz = np.fft.rfftfreq(256, 1 / RATE)
    return np.stack([power[:, (hz >= a) & (hz < b)].sum(axis=1) for a, b in _BANDS_HZ])


def _voiced(samples: np.ndarray, count: int) -> np.ndarray:
    """Where Praat finds a pitch: ``To Pitch (ac)`` from 70 to 500 Hz, all else default."""
    sound = parselmouth.Sound(np.pad(samples.astype(np.float64), RATE // 20), RATE)
    pitch = sound.to_pitch_ac(0.005, 70.0, pitch_ceiling=500.0)
    found = (pitch.selected_array["frequency"] > 0).astype(float)
    return np.interp(np.arange(count) * HOP_S, pitch.xs() - 0.05, found, left=0, right=0) > 0.5


def _db(power: np.ndarray) -> np.ndarray:
    return np.asarray(10 * np.log10(power + 1e-11))


def _smooth(power: np.ndarray, size: int) -> np.ndarray:
    padded = np.pad(power, ((0, 0), (size, size)), "edge")
    made = [np.convolve(row, np.ones(size) / size, "same") for row in padded]
    return np.stack(made)[:, size:-size]


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
