"""A small good pack, written by the test that breaks it."""

import hashlib
import shutil
import wave
from dataclasses import dataclass
from pathlib import Path

import pytest

from trainer.bank import check, usable
from trainer.domain.errors import Problem
from trainer.domain.pack import Pack
from trainer.domain.rubric import Rubric

PACK = """\
id: mini
version: 2
title: A small pack
language: en
about: For tests.
authors: [Test]
licence: CC-BY-4.0
voices_notice: "Synthetic voices."
"""

RUBRIC = """\
id: plain
version: 3
title: Plain
language: en
about: Not equivalent to the FIS.
scale: {min: 1, max: 5, half_points: false}
items:
  - id: warmth
    title: Warmth
    question: Is it warm?
    not_applicable: false
    anchors:
      1: Cold.
      2: Cool.
      3: Fair.
      4: Warm.
      5: Very warm.
    lifts: [A detail.]
    lowers: [A but.]
    practise: Say one detail back.
    practise_high: Say less.
  - id: repair
    title: Repair
    question: Is it mended?
    not_applicable: true
    anchors: {1: Off., 2: Near., 3: Half., 4: Own part., 5: Asks.}
    lifts: [Owns it.]
    lowers: [A reason.]
    practise: Own it.
    practise_high: Stop earlier.
authors: [Test]
licence: CC-BY-4.0
"""

SET = """\
id: first
version: 1
title: First
about: Both.
rubric: plain
vignettes: [anna-late, ben-tea]
"""

ANNA = """\
id: anna-late
version: 4
title: You were late
language: en
client: {name: Anna, age: 31, pronouns: she, look: anna, voice: anna, background: "Bakes bread."}
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
content_notes: []
turns:
  - id: t1
    says:
      - {text: "You were late.", affect: angry}
      - {text: "I saw your light, and I stood in the rain.", affect: tearful, pause_before_s: 0.8}
    media: {audio: media/anna-late.t1.wav, captions: media/anna-late.t1.vtt}
    markers_at: [{marker: complaint-about-therapist, at_s: 0.4}]
    response: {window_s: 90}
    unspoken: She feared you had gone.
    trap: Explaining the traffic.
    criteria:
      - Says that you were late.
      - Asks about the rain.
    exemplars:
      - {level: 5, items: {warmth: 5, repair: 5}, text: "I was late.", why: "Owns it."}
      - {level: 3, items: {warmth: 3, repair: 3}, text: "Rain is bad.", why: "Halfway."}
      - {level: 1, items: {warmth: 1}, text: "The traffic!", why: "A reason."}
authors: [Test]
licence: CC-BY-4.0
"""

BEN = (
    ANNA.replace("anna-late", "ben-tea")
    .replace("Anna", "Ben")
    .replace("confrontation", "none")
    .replace("  markers: [complaint-about-therapist]", "  markers: []")
    .replace("metacommunication: indicated", "metacommunication: not-indicated")
    .replace("[{marker: complaint-about-therapist, at_s: 0.4}]", "[]")
    .replace("You were late.", "My tea went cold.")
    .replace("I saw your light, and I stood in the rain.", "The dog ate a shoe, so we laughed.")
)


@dataclass(frozen=True, slots=True)
class Mini:
    """A pack's folder and how to break it."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))

    def pack(self, folder: Path | None = None, known: tuple[Rubric, ...] = ()) -> Pack:
        """The pack, without any problem."""
        pack, problems = usable(folder or self.folder, known)
        assert problems == ()
        assert pack is not None
        return pack

    def problems(self) -> list[str]:
        return self.short(check([self.folder]))

    def short(self, problems: tuple[Problem, ...]) -> list[str]:
        """Problems as shown, without the folder."""
        return [str(problem).removeprefix(f"{self.folder}/") for problem in problems]

    def record(self) -> None:
        """Write media.yaml for the media as they are."""
        rows = ["version: 1", "clips:"]
        for clip in sorted(self.folder.glob("media/*.wav")):
            captions = clip.with_suffix(".vtt")
            rows += [
                f"  {clip.stem}:",
                "    licence: CC-BY-4.0",
                f"    audio: media/{clip.name}",
                f"    audio_sha256: {_sha256(clip)}",
                *([f"    captions_sha256: {_sha256(captions)}"] if captions.exists() else []),
                "    duration_s: 20.0",
                "    word_error_rate: 0.1",
            ]
        self.write("media/media.yaml", "\n".join(rows) + "\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_wav(path: Path, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(8000)
        stream.writeframes(bytes(range(250)) * round(seconds * 64))


@pytest.fixture(scope="session")
def _good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mini = Mini(tmp_path_factory.mktemp("good") / "mini")
    mini.write("pack.yaml", PACK)
    mini.write("rubrics/plain.yaml", RUBRIC)
    mini.write("sets/first.yaml", SET)
    for name, text in (("anna-late", ANNA), ("ben-tea", BEN)):
        mini.write(f"vignettes/{name}.yaml", text)
        first, second = [line.split('"')[1] for line in text.splitlines() if "- {text" in line]
        cues = f"1\n00:00.300 --> 00:01.500\n{first}\n\n2\n00:02.300 --> 00:19.500\n{second}\n"
        mini.write(f"media/{name}.t1.vtt", f"WEBVTT\n\n{cues}")
        write_wav(mini.path(f"media/{name}.t1.wav"), 0.5)
    mini.record()
    return mini.folder


@pytest.fixture
def mini(_good: Path, tmp_path: Path) -> Mini:
    """A good pack of two vignettes, a rubric and a set, all its own."""
    return Mini(Path(shutil.copytree(_good, tmp_path / "mini")))
