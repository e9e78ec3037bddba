"""Plain speech from flite, cut into phrases: the raw material of every client and affect."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy.signal import butter, sosfiltfilt

from voices.script import RenderError

Samples = np.ndarray[tuple[int], np.dtype[np.float64]]

FLITE_RATE = 16000
# Voices of Debian's flite whose licence allows redistribution of what they say. The app's rule.
FLITE_VOICES = ("rms", "awb", "slt", "kal16")
_WH = ("what", "why", "how", "when", "where", "who", "which", "whose")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch between pauses. ``gap_s``: pause before it when inside a sentence (at rate 1)."""

    text: str
    ending: str
    gap_s: float


def phrases_of(sentence: str) -> list[Phrase]:
    """Split one caption sentence where a speaker would stop: full stops, dashes, ellipses.

    ``ending`` is one of ``.`` (falls), ``?`` (rises; questions with a wh-word fall) and ``,``
    (stays up: the speaker breaks off or goes on).
    """
    text = sentence.replace("…", "...").replace("\u2019", "'").replace("\u2018", "'")
    text = re.sub(r"[\u201c\u201d\"*_()]", "", text)
    pieces = re.split(r"(\.{2,}|[.?!]+(?=\s|$)|\s*[\u2013\u2014]\s*|\s-\s|;\s)", text)
    phrases: list[Phrase] = []
    gap = 0.0
    for words, mark in zip(pieces[::2], [*pieces[1::2], "."], strict=True):
        words = words.strip(" ,")
        if re.search(r"\w", words):
            phrases.append(Phrase(words, _ending(words, mark), gap))
            gap = _gap_after(mark)
    return phrases


def _ending(words: str, mark: str) -> str:
    mark = mark.strip()
    if mark.startswith("?"):
        first = re.findall(r"[\w']+", words.lower())[0]
        return "." if first.split("'")[0] in _WH else "?"
    return "." if mark[:1] in (".", "!") and not mark.startswith("..") else ","


def _gap_after(mark: str) -> float:
    mark = mark.strip()
    if mark.startswith(".."):
        return 0.50
    return 0.38 if mark[:1] in (".", "?", "!") else 0.24


def speak(phrase: Phrase, flite_voice: str, rate: float) -> Samples:
    """One phrase in the untouched voice: mono float samples at 16 kHz, silence cut off.

    ``rate`` is the client's own speed, left to flite, which knows which sounds can stretch.
    """
    if flite_voice not in FLITE_VOICES:
        raise RenderError(f"flite voice {flite_voice!r} is not one of {', '.join(FLITE_VOICES)}")
    program = shutil.which("flite")
    if program is None:
        raise RenderError("flite is missing: apt install flite")
    text = phrase.text + phrase.ending
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "phrase.wav"
        stretch = f"duration_stretch={1 / rate:.4f}"
        command = [program, "-voice", flite_voice, "--setf", stretch, "-t", text, "-o", str(wav)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not wav.exists():
            raise RenderError(f"flite could not say {text!r}: {done.stderr.strip()}")
        samples, rate = sf.read(wav, dtype="float64")
    if rate != FLITE_RATE:
        raise RenderError(f"flite voice {flite_voice} speaks at {rate} Hz, expected {FLITE_RATE}")
    return _trim(samples)


def _trim(samples: Samples) -> Samples:
    """Cut silence, keeping 15 ms before and 40 ms after so that soft consonants survive."""
    step = FLITE_RATE // 200
    # kal16 hums before it speaks, which is not speech: a cue would begin too early.
    clear = sosfiltfilt(butter(4, 200, "high", fs=FLITE_RATE, output="sos"), samples)
    frames = clear[: len(samples) // step * step].reshape(-1, step)
    level = np.sqrt((frames**2).mean(axis=1))
    loud = np.flatnonzero(level > 0.01 * level.max())
    if not len(loud):
        raise RenderError("flite returned silence")
    return samples[max(0, (loud[0] - 3) * step) : (loud[-1] + 9) * step]
