"""Speak the answer that ``attune demo`` gives: the level-5 exemplar of its vignette, as Ogg Opus.

    python packaging/render_speech.py

Build-time only; needs Debian's ``flite`` and ``opus-tools``. The same words give the same bytes.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
VIGNETTE = ROOT / "scenarios" / "core" / "vignettes" / "eli-bike-racks.yaml"
OUT = ROOT / "assets" / "speech" / "response.opus"
VOICE = "slt"  # CMU, free to use and pass on: see scenarios/core/VOICES.md
SERIAL = "20261123"  # of the Ogg stream; a random one would change the bytes at every run


def answer() -> str:
    """The words of the exemplar at level 5."""
    content = yaml.safe_load(VIGNETTE.read_text(encoding="utf-8"))
    return next(
        " ".join(exemplar["text"].split())
        for exemplar in content["turns"][0]["exemplars"]
        if exemplar["level"] == 5
    )


def main() -> None:
    """Write the sound file."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "answer.wav"
        try:
            subprocess.run(["flite", "-voice", VOICE, "-t", answer(), "-o", str(wav)], check=True)
            subprocess.run(
                ["opusenc", "--quiet", "--bitrate", "24", "--speech", "--serial", SERIAL,
                 "--discard-comments", "--padding", "0", str(wav), str(OUT)],
                check=True,
            )  # fmt: skip
        except FileNotFoundError as missing:
            sys.exit(f"{missing.filename} is missing: apt install flite opus-tools")
    print(f"{OUT.relative_to(ROOT)}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
