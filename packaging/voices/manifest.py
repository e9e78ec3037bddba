"""``media.yaml``: where each clip of a pack came from, what it measures, and its hashes."""

import importlib.metadata
import subprocess
from pathlib import Path
from typing import Any

import yaml

from voices.files import sha256
from voices.gate import Measures
from voices.script import Script, Voice

_HEAD = "# Written by `python packaging/render_voices.py`; do not edit by hand.\n"
# What a clip's bytes depend on besides the sources in this repository.
_LIBRARIES = ("pyworld", "numpy", "scipy", "pyloudnorm", "pocketsphinx")


def entry(script: Script, voice: Voice, measures: Measures, folder: Path) -> dict[str, Any]:
    """The row of one clip; ``folder`` holds the files that were measured."""
    audio = folder / Path(script.audio).name
    return {
        **script.origin,
        "script_sha256": script.fingerprint,
        "voice": voice.id,
        "synthetic": True,
        "licence": script.licence,
        "voice_licence": voice.licence,
        "audio": script.audio,
        "audio_sha256": sha256(audio),
        "audio_bytes": audio.stat().st_size,
        **_captions(script, folder),
        "duration_s": round(measures.duration_s, 3),
        "word_error_rate": round(measures.word_error_rate, 3),
        "loudness_lufs": round(measures.loudness_lufs, 1),
        "true_peak_dbfs": round(measures.true_peak_dbfs, 1),
    }


def _captions(script: Script, folder: Path) -> dict[str, str]:
    if script.captions is None:
        return {}
    file = folder / Path(script.captions).name
    return {"captions": script.captions, "captions_sha256": sha256(file)}


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Rows by clip name; empty when there is no manifest yet."""
    if not path.exists():
        return {}
    data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return dict(data.get("clips") or {})


def write(path: Path, clips: dict[str, dict[str, Any]]) -> None:
    """Write all rows, sorted by name, with the versions of the tools."""
    data = {"version": 1, "tools": _tools(), "clips": dict(sorted(clips.items()))}
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(_HEAD + text, encoding="utf-8")


def _tools() -> dict[str, str]:
    tools = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    tools["flite"] = _says("flite", "--version", "version:")
    tools["opusenc"] = _says("opusenc", "--version", "opusenc")
    return tools


def _says(program: str, option: str, marker: str) -> str:
    """The rest of the line with ``marker`` in what a program says of itself."""
    done = subprocess.run([program, option], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return next((line.split(marker, 1)[1].strip() for line in lines if marker in line), "unknown")
