"""A room with loudspeakers: what a microphone hears of a client and of the one who answers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from scipy.fft import next_fast_len

from tests.media import synth
from trainer.media import decode

MEDIA = Path(__file__).parents[2] / "scenarios" / "core" / "media"
CLIPS = sorted(MEDIA.glob("*.opus"))
PRE_ROLL_S = 2.0
LEVEL = 0.1


@dataclass(frozen=True)
class Heard:
    """A take at 16 kHz, the clip that was played, and where in the take it was said to end."""

    samples: np.ndarray
    clip: Path
    end_s: float
    stopped_at_s: float | None
    onset_s: float


@cache
def voice(clip: Path) -> np.ndarray:
    """A clip at 16 kHz, its loud parts at an RMS of 1."""
    samples = decode.read(clip, rate=synth.RATE).samples.astype(np.float64)
    return samples / synth.rms(samples[np.abs(samples) > 0.02])


def plain(clip: Path, folder: Path) -> Path:
    """The same clip at 16 kHz as WAV, which is read in no time."""
    made = folder / f"{clip.stem}.wav"
    if not made.exists():
        soundfile.write(made, 0.1 * voice(clip), synth.RATE, subtype="FLOAT")
    return made


def echo(rng, samples: np.ndarray, rt60_s: float) -> np.ndarray:
    """Through a small loudspeaker and across a room (0: none), where the walls answer too."""
    small = synth.band(samples, 250, 7000)
    if rt60_s <= 0:
        return small
    n = int(rt60_s * synth.RATE)
    t = np.arange(n) / synth.RATE
    walls = rng.normal(0, 1, n) * 10 ** (-3 * t / rt60_s)
    walls[: int(0.003 * synth.RATE)] = 0
    walls *= 10 ** (-rng.uniform(-2, 6) / 20) / np.sqrt(np.sum(walls**2))
    walls[0] = 1.0
    length = len(small) + n
    size = next_fast_len(length, real=True)
    return np.fft.irfft(np.fft.rfft(small, size) * np.fft.rfft(walls, size), size)[:length]


def take(
    seed: int, *, leak_db: float | None, rt60_s: float = 0.3, snr_db: float = 35.0,
    over: bool = False, late_s: float | None = None, stopped: bool = False,
) -> Heard:  # fmt: skip
    """The end of a client, ``leak_db`` beside the answer (None: headphones), and an answer.

    ``over``: somebody speaks while the client does.
    """
    rng = np.random.default_rng(seed)
    clip = CLIPS[seed % len(CLIPS)]
    client = voice(clip)
    stopped_at_s = float(rng.uniform(3, len(client) / synth.RATE - 1)) if stopped else None
    end = len(client) if stopped_at_s is None else round(stopped_at_s * synth.RATE)
    answer = synth.speech(seed + 500, onset_s=float(rng.uniform(0.8, 2.5)), phrases=3, level=LEVEL)
    whole = np.zeros(round((PRE_ROLL_S + 1.5) * synth.RATE) + len(answer.samples))
    synth.put(whole, answer.samples, PRE_ROLL_S)
    if leak_db is not None:
        late_s = float(rng.uniform(-0.03, 0.12)) if late_s is None else late_s
        # From before the take on, so that the room already answers when it begins.
        heard = echo(rng, client[max(0, end - round(3.5 * synth.RATE)) : end], rt60_s)
        heard *= LEVEL * 10 ** (leak_db / 20) / synth.rms(heard[np.abs(heard) > 0.02])
        begins = round((PRE_ROLL_S + late_s) * synth.RATE) - min(end, round(3.5 * synth.RATE))
        synth.put(whole, heard[max(0, -begins) :], max(0, begins) / synth.RATE)
    if over:
        other = synth.speech(seed + 900, onset_s=0.0, phrases=2, tail_s=0.0, level=LEVEL)
        synth.put(whole, other.samples[: round(1.9 * synth.RATE)], 0.0)
    whole = synth.with_noise(whole, rng, snr_db, ("pink", "white", "hum")[seed % 3], LEVEL)
    return Heard(whole, clip, PRE_ROLL_S, stopped_at_s, PRE_ROLL_S + answer.onset_s)
