"""What is written: Ogg Opus with repeatable bytes, and WebVTT captions."""

import hashlib
import html
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile as sf

from voices.clip import Clip, Cue
from voices.script import RenderError
from voices.speak import Samples
from voices.world import OUT_RATE

_KBITS = "28"


def write_opus(clip: Clip, path: Path, name: str) -> None:
    """Encode to mono Ogg Opus. The stream's serial number comes from ``name``, so bytes repeat."""
    program = shutil.which("opusenc")
    if program is None:
        raise RenderError("opusenc is missing: apt install opus-tools")
    serial = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "clip.wav"
        # 24 bits: rounding to 16 without dither would grain the quiet room tone.
        sf.write(wav, clip.sound, OUT_RATE, subtype="PCM_24")
        options = ["--quiet", "--bitrate", _KBITS, "--vbr", "--speech", "--comp", "10"]
        options += ["--serial", str(serial), "--discard-comments", "--padding", "0"]
        command = [program, *options, str(wav), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RenderError(f"opusenc failed on {name}: {done.stderr.strip()}")


def read_sound(path: Path) -> Samples:
    """Decode a clip: mono, 48 kHz."""
    try:
        sound, rate = sf.read(path, dtype="float64", always_2d=True)
    except sf.LibsndfileError as error:
        raise RenderError(f"{path}: cannot be decoded: {error}") from error
    if rate != OUT_RATE or sound.shape[1] != 1:
        raise RenderError(f"{path}: {sound.shape[1]} channels at {rate} Hz, expected mono 48000")
    return np.ascontiguousarray(sound[:, 0])


def webvtt(cues: tuple[Cue, ...]) -> str:
    """Captions of a clip: one cue per sentence, in order."""
    blocks = ["WEBVTT"]
    for number, cue in enumerate(cues, 1):
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{number}\n{_stamp(cue.start_s)} --> {_stamp(cue.end_s)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def read_cues(path: Path) -> tuple[Cue, ...]:
    """Cues of captions that :func:`webvtt` wrote."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RenderError(f"{path} is missing: render first") from error
    found = re.findall(r"(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)\n(.+)", text)
    return tuple(
        Cue(
            int(row[0]) * 3600 + int(row[1]) * 60 + float(row[2]),
            int(row[3]) * 3600 + int(row[4]) * 60 + float(row[5]),
            html.unescape(row[6]),
        )
        for row in found
    )


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
