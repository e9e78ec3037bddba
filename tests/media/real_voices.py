"""Recordings of people, from two Debian packages, with what an eye finds in their spectrograms.

`alsa-utils` (GPL-2) carries a woman who names loudspeakers; `pocketsphinx-testdata` (BSD-2) carries
at least four people: cards, numbers, commands, and sentences of a LibriVox reading, which is in the
public domain. They are read where the packages put them and not copied.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests.media import synth
from trainer.media import decode

ALSA = Path("/usr/share/sounds/alsa")
SPHINX = Path("/usr/share/pocketsphinx/test/data")
BOOK = SPHINX / "librivox" / "sense_and_sensibility_01_austen_64kb"
PACKAGES = "alsa-utils pocketsphinx-testdata"


@dataclass(frozen=True)
class Real:
    """Where somebody begins and ends (s, give or take 15 ms), how many syllables, the pauses.

    ``syllables`` as in the packages' transcriptions, 0 where there is none. ``unsure``: gaps
    so near to 250 ms that whether one counts as a pause is a matter of taste.
    """

    path: Path
    onset_s: float
    end_s: float
    syllables: int
    pauses: tuple[tuple[float, float], ...] = ()
    unsure: tuple[tuple[float, float], ...] = ()


VOICES = (
    Real(ALSA / "Front_Center.wav", 0.012, 1.37, 3, ((0.47, 0.79),)),
    Real(ALSA / "Front_Left.wav", 0.022, 1.29, 2, (), ((0.45, 0.74),)),
    Real(ALSA / "Front_Right.wav", 0.04, 1.39, 2, (), ((0.56, 0.84),)),
    Real(ALSA / "Rear_Center.wav", 0.02, 1.24, 3),
    Real(ALSA / "Rear_Left.wav", 0.02, 1.30, 2, ((0.48, 0.81),)),
    Real(ALSA / "Rear_Right.wav", 0.03, 1.44, 2, ((0.53, 0.92),)),
    Real(ALSA / "Side_Left.wav", 0.03, 1.32, 2, (), ((0.59, 0.81),)),
    Real(ALSA / "Side_Right.wav", 0.01, 1.27, 2, (), ((0.59, 0.82),)),
    Real(SPHINX / "cards" / "001.wav", 0.188, 0.95, 3),
    Real(SPHINX / "cards" / "002.wav", 0.135, 1.71, 4),
    Real(SPHINX / "cards" / "003.wav", 0.098, 1.26, 4),
    Real(SPHINX / "cards" / "004.wav", 0.20, 1.25, 2),
    Real(SPHINX / "cards" / "005.wav", 0.212, 3.23, 10),
    Real(Path(f"{BOOK}-0870.wav"), 0.235, 6.78, 30),
    Real(Path(f"{BOOK}-0880.wav"), 0.24, 2.76, 9),
    Real(Path(f"{BOOK}-0890.wav"), 0.24, 5.07, 20),
    Real(Path(f"{BOOK}-0920.wav"), 0.245, 5.82, 27),
    Real(Path(f"{BOOK}-0930.wav"), 0.235, 3.04, 13),
    Real(SPHINX / "goforward.raw", 0.507, 2.12, 6),
    Real(SPHINX / "numbers.raw", 0.475, 3.28, 0),
    Real(SPHINX / "something.raw", 0.458, 2.08, 0),
    Real(SPHINX / "tidigits" / "dhd.2934z.raw", 0.261, 1.62, 6),
)  # fmt: skip
THERE = all(real.path.exists() for real in VOICES)


@cache
def sound(real: Real) -> np.ndarray:
    """The whole recording at 16 kHz, its speech at the RMS of ``synth.speech``."""
    if real.path.suffix == ".raw":
        samples = np.fromfile(real.path, "<i2") / 32768
    else:
        samples = decode.read(real.path, rate=synth.RATE).samples.astype(np.float64)
    spoken = samples[round(real.onset_s * synth.RATE) : round(real.end_s * synth.RATE)]
    return samples * 0.1 / synth.rms(spoken)


def spoken(real: Real, before_s: float = 0.03, after_s: float = 0.08) -> tuple[np.ndarray, float]:
    """What is said, faded in and out, and where in it somebody begins (s)."""
    first = max(0.0, real.onset_s - before_s)
    cut = sound(real)[round(first * synth.RATE) : round((real.end_s + after_s) * synth.RATE)]
    return synth.faded(cut, min(0.01, max(0.001, real.onset_s - first))), real.onset_s - first
