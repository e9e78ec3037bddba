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
    """Where somebody begins and ends (s, give or take 15 ms), the pauses between, the words.

    ``unsure``: gaps so near to 250 ms that whether one counts as a pause is a matter of taste.
    """

    path: Path
    onset_s: float
    end_s: float
    says: str
    pauses: tuple[tuple[float, float], ...] = ()
    unsure: tuple[tuple[float, float], ...] = ()


VOICES = (
    Real(ALSA / "Front_Center.wav", 0.012, 1.37, "front center", ((0.47, 0.79),)),
    Real(ALSA / "Front_Left.wav", 0.022, 1.29, "front left", (), ((0.45, 0.74),)),
    Real(ALSA / "Front_Right.wav", 0.04, 1.39, "front right", (), ((0.56, 0.84),)),
    Real(ALSA / "Rear_Center.wav", 0.02, 1.24, "rear center"),
    Real(ALSA / "Rear_Left.wav", 0.02, 1.30, "rear left", ((0.48, 0.81),)),
    Real(ALSA / "Rear_Right.wav", 0.03, 1.44, "rear right", ((0.53, 0.92),)),
    Real(ALSA / "Side_Left.wav", 0.03, 1.32, "side left", (), ((0.59, 0.81),)),
    Real(ALSA / "Side_Right.wav", 0.01, 1.27, "side right", (), ((0.59, 0.82),)),
    Real(SPHINX / "cards" / "001.wav", 0.188, 0.95, "ten of clubs"),
    Real(SPHINX / "cards" / "002.wav", 0.135, 1.71, "four queen of clubs"),
    Real(SPHINX / "cards" / "003.wav", 0.098, 1.26, "seven of clubs"),
    Real(SPHINX / "cards" / "004.wav", 0.20, 1.25, "five five"),
    Real(SPHINX / "cards" / "005.wav", 0.212, 3.23,
         "eight of spades four of clubs seven of hearts"),
    Real(Path(f"{BOOK}-0870.wav"), 0.235, 6.78,
         "and mister john dashwood had then leisure to consider how much there might be "
         "prudently in his power to do for them"),
    Real(Path(f"{BOOK}-0880.wav"), 0.24, 2.76, "he was not an ill disposed young man"),
    Real(Path(f"{BOOK}-0890.wav"), 0.24, 5.07,
         "unless to be rather cold hearted and rather selfish is to be ill disposed"),
    Real(Path(f"{BOOK}-0920.wav"), 0.245, 5.82,
         "had he married a more amiable woman he might have been made still more respectable "
         "than he was"),
    Real(Path(f"{BOOK}-0930.wav"), 0.235, 3.04, "he might even have been made amiable himself"),
    Real(SPHINX / "goforward.raw", 0.507, 2.12, "go forward ten meters"),
    Real(SPHINX / "numbers.raw", 0.475, 3.28, "thirty three four six ninety two"),
    Real(SPHINX / "something.raw", 0.458, 2.08, "go somewhere and do something"),
    Real(SPHINX / "tidigits" / "dhd.2934z.raw", 0.261, 1.62, "two nine three four zero"),
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
