"""What has to be spoken by whom: the cast and the scripts of a pack, read for rendering only.

The bank validates content properly; here a wrong file only has to stop with a clear sentence.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from voices.affects import AFFECTS


class RenderError(Exception):
    """A problem whoever runs the command can solve; its text is the whole message."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One client's or therapist's voice: a flite speaker and what is changed about it."""

    id: str
    flite: str
    semitones: float
    formant: float
    rate: float
    pitch_range: float = 1.0
    tilt_db: float = 0.0
    breath: float = 0.0
    tremor_st: float = 0.0
    hiss_db: float = 0.0
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a script. ``pause_s`` is None where the affect's own pause applies."""

    text: str
    affect: str
    pause_s: float | None


@dataclass(frozen=True, slots=True)
class Script:
    """One clip to render: a turn of a client, or a therapist's answer of a reference set.

    ``name`` is the clip's in tables and messages, ``origin`` says in its row of the manifest what
    it is of. Paths are relative to the pack. A clip shorter or longer than this is not installed.
    """

    pack: Path
    name: str
    origin: dict[str, Any]
    voice: str
    lines: tuple[Line, ...]
    audio: str
    captions: str | None
    licence: str
    shortest_s: float
    longest_s: float

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is said and how: a clip whose script changed is stale."""
        said = [[line.text, line.affect, line.pause_s] for line in self.lines]
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


_NUMBERS = (
    "semitones",
    "formant",
    "rate",
    "pitch_range",
    "tilt_db",
    "breath",
    "tremor_st",
    "hiss_db",
)


def read_cast(path: Path) -> dict[str, Voice]:
    """Voices of the pack by id, from ``voices.yaml``."""
    rows = _load(path).get("voices") or {}
    cast = {}
    for voice_id, row in rows.items():
        try:
            numbers = {key: float(row[key]) for key in _NUMBERS if key in row}
            cast[voice_id] = Voice(
                id=voice_id, flite=row["flite"], licence=row["licence"], **numbers
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RenderError(f"{path}: voice {voice_id!r} is incomplete: {error}") from error
    return cast


def read_scripts(pack: Path, only: str | None = None) -> list[Script]:
    """Every turn that has no video, then every reference, each in order of file name."""
    files = sorted((pack / "vignettes").glob("*.yaml"))
    scripts = [script for file in files for script in _scripts_of(pack, file)]
    for file in sorted((pack / "references").glob("*.yaml")):
        scripts += _references_of(pack, file)
    if only is not None:
        scripts = [s for s in scripts if s.name == only or s.name.startswith(f"{only}.")]
    if not scripts:
        wanted = f"vignette or reference set {only!r}" if only else "a vignette without video"
        raise RenderError(f"{pack}: found no {wanted} to render")
    return scripts


def _scripts_of(pack: Path, file: Path) -> list[Script]:
    data = _load(file)
    try:
        return [
            Script(
                pack=pack,
                name=f"{data['id']}.{turn['id']}",
                origin={
                    "vignette": data["id"],
                    "vignette_version": int(data["version"]),
                    "turn": turn["id"],
                },
                voice=data["client"]["voice"],
                lines=tuple(_line(file, row) for row in turn["says"]),
                audio=turn["media"]["audio"],
                captions=turn["media"]["captions"],
                licence=data["licence"],
                shortest_s=15,
                longest_s=60,
            )
            for turn in data["turns"]
            if not (turn.get("media") or {}).get("video")
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise RenderError(f"{file}: not a vignette that can be spoken: {error!r}") from error


def _references_of(pack: Path, file: Path) -> list[Script]:
    """The therapists' answers of a reference set; who speaks each stands in ``voices.yaml``."""
    data = _load(file)
    voices = (_load(pack / "voices.yaml").get("references") or {}).get(data.get("id")) or {}
    try:
        return [
            Script(
                pack=pack,
                name=f"{data['id']}.{one['id']}",
                origin={"reference_set": data["id"], "reference": one["id"]},
                voice=voices[one["id"]],
                lines=tuple(Line(text, "neutral", None) for text in _sentences(one["text"])),
                audio=one["audio"],
                captions=None,
                licence=data["licence"],
                shortest_s=4,
                longest_s=60,
            )
            for one in data["references"]
        ]
    except (KeyError, TypeError) as error:
        raise RenderError(f"{file}: not a reference set that can be spoken: {error!r}") from error


def _sentences(text: str) -> list[str]:
    """Where a speaker would stop; the dots of a sentence that breaks off are no end."""
    return re.split(r"(?<=[^.][.?!])\s+", re.sub(r"\s+", " ", text).strip())


def _line(file: Path, row: dict[str, Any]) -> Line:
    if row["affect"] not in AFFECTS:
        raise RenderError(f"{file}: unknown affect {row['affect']!r}; known: {', '.join(AFFECTS)}")
    pause = row.get("pause_before_s")
    text = re.sub(r"\s+", " ", str(row["text"])).strip()
    return Line(text, row["affect"], None if pause is None else float(pause))


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RenderError(f"{path} is missing") from error
    except yaml.YAMLError as error:
        raise RenderError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, dict):
        raise RenderError(f"{path}: expected fields at the top level")
    return data
