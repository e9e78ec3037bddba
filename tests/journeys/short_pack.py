"""A pack whose clients say one sentence each, so that a whole evening takes seconds."""

import zipfile
from pathlib import Path

import soundfile

from tests.journeys.sound_tools import RATE, speech

PACK = """\
id: {id}
version: 2
title: Short clients
language: en
about: For tests.
authors: [Test]
licence: CC-BY-4.0
voices_notice: "Synthetic voices."
"""

VIGNETTE = """\
id: {id}
version: 4
title: {title}
language: en
client:
  {{name: {name}, age: 31, pronouns: she, look: dana, voice: dana, background: "Bakes bread."}}
context: >
  Third session. You were late.
tags:
  rupture: confrontation
  markers: [complaint-about-therapist]
  quadrant: hostile-dominant
  attachment: preoccupied
  presentation: [anxiety]
  modality: cbt
  setting: in-person
  phase: first-sessions
  skills: [repair]
  level: beginner
  metacommunication: indicated
content_notes: [anger]
turns:
  - id: t1
    says:
      - {{text: "You were late again.", affect: angry}}
    media: {{audio: media/{id}.t1.{kind}, captions: media/{id}.t1.vtt}}
    markers_at: [{{marker: complaint-about-therapist, at_s: 0.4}}]
    response: {{window_s: {window_s}}}
    unspoken: She feared you had gone.
    trap: Explaining the traffic.
    criteria:
      - Says that you were late.
      - Asks about the rain.
    exemplars:
      - {{level: 5, items: {{warmth: 5, repair: 5}}, text: "I was late.", why: "Owns it."}}
      - {{level: 3, items: {{warmth: 3, repair: 3}}, text: "Rain is bad.", why: "Halfway."}}
      - {{level: 1, items: {{warmth: 1}}, text: "The traffic!", why: "A reason."}}
authors: [Test]
licence: CC-BY-4.0
"""

CLIENTS = (("anna-late", "Anna", "You were late"), ("ben-rain", "Ben", "In the rain"))


def make_pack(
    packs: Path, seconds: float = 1.5, *, pack: str = "short", kind: str = "wav",
    window_s: float = 60,
) -> Path:  # fmt: skip
    """A pack of two clients in the folder of a person's own packs."""
    folder = packs / pack
    for name in ("vignettes", "media"):
        (folder / name).mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK.format(id=pack), encoding="utf-8")
    for seed, (id_, name, title) in enumerate(CLIENTS, 7):
        text = VIGNETTE.format(id=id_, name=name, title=title, kind=kind, window_s=window_s)
        (folder / "vignettes" / f"{id_}.yaml").write_text(text, encoding="utf-8")
        cue = f"WEBVTT\n\n00:00.100 --> 00:{seconds - 0.1:06.3f}\nYou were late again.\n"
        (folder / "media" / f"{id_}.t1.vtt").write_text(cue, encoding="utf-8")
        soundfile.write(folder / "media" / f"{id_}.t1.{kind}", speech(seconds, seed), RATE)
    return folder


def zip_pack(folder: Path, to: Path | None = None, *, top: str = "") -> Path:
    """The pack as one file, by default beside its folder; below ``top`` inside."""
    path = to or folder.with_suffix(".attunepack")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            target.write(file, f"{top}{file.relative_to(folder).as_posix()}")
    return path
