"""The committed clips of the core pack: present, unchanged, captioned to the word, comfortable.

Nothing is synthesized here: flite and WORLD are needed only to make the clips.
"""

import hashlib
import html
import importlib.util
import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile as sf
import yaml
from scipy.signal import resample_poly

from trainer.domain.vignette import AFFECTS

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "scenarios" / "core"
STAMP = re.compile(r"(\d+):(\d\d):(\d\d\.\d{3})")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def synthetic_turns() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    vignettes = [load(path) for path in sorted((PACK / "vignettes").glob("*.yaml"))]
    return [(v, turn) for v in vignettes for turn in v["turns"] if not turn["media"].get("video")]


TURNS = synthetic_turns()
each_turn = pytest.mark.parametrize(
    ("vignette", "turn"), TURNS, ids=[f"{v['id']}.{turn['id']}" for v, turn in TURNS]
)


@pytest.fixture(scope="module")
def clips() -> dict[str, dict[str, Any]]:
    return dict(load(PACK / "media" / "media.yaml")["clips"])


def row_of(clips: dict[str, Any], vignette: dict[str, Any], turn: dict[str, Any]) -> dict[str, Any]:
    return dict(clips[f"{vignette['id']}.{turn['id']}"])


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cues_of(path: Path) -> list[tuple[float, float, str]]:
    head, *blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    assert head == "WEBVTT"
    cues = []
    for block in blocks:
        _number, times, text = block.split("\n")
        start, end = (
            int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in STAMP.findall(times.strip())
        )
        cues.append((start, end, html.unescape(text)))
    return cues


def sound_of(turn: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    sound, rate = sf.read(PACK / turn["media"]["audio"], always_2d=True)
    assert rate == 48000
    assert sound.shape[1] == 1
    return np.asarray(sound[:, 0], dtype=np.float64)


def test_the_manifest_lists_exactly_the_clips_of_the_pack(clips: dict[str, Any]) -> None:
    said = [f"{v['id']}.{turn['id']}" for v, turn in TURNS]
    for data in map(load, (PACK / "references").glob("*.yaml")):
        said += [f"{data['id']}.{one['id']}" for one in data["references"]]
    assert sorted(clips) == sorted(said)


def test_no_file_in_media_is_unaccounted_for(clips: dict[str, Any]) -> None:
    kinds = ("audio", "captions")
    listed = {row[kind] for row in clips.values() for kind in kinds if kind in row}
    found = {f"media/{path.name}" for path in (PACK / "media").iterdir()} - {"media/media.yaml"}
    assert {name for name in found if name.endswith((".opus", ".vtt"))} == listed


@each_turn
def test_files_are_those_that_were_measured(
    clips: dict[str, Any], vignette: dict[str, Any], turn: dict[str, Any]
) -> None:
    row = row_of(clips, vignette, turn)
    for kind in ("audio", "captions"):
        assert row[kind] == turn["media"][kind]
        assert row[f"{kind}_sha256"] == sha256(PACK / turn["media"][kind])
    assert row["audio_bytes"] == (PACK / turn["media"]["audio"]).stat().st_size


@each_turn
def test_clip_was_made_from_this_script(
    clips: dict[str, Any], vignette: dict[str, Any], turn: dict[str, Any]
) -> None:
    row = row_of(clips, vignette, turn)
    said = []
    for line in turn["says"]:
        pause = line.get("pause_before_s")
        text = re.sub(r"\s+", " ", line["text"]).strip()
        said.append([text, line["affect"], None if pause is None else float(pause)])
    now = hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()
    hint = f"the script changed: python packaging/render_voices.py --only {vignette['id']}"
    assert row["script_sha256"] == now, hint
    assert row["vignette_version"] == vignette["version"], hint
    assert row["voice"] == vignette["client"]["voice"]
    assert row["licence"] == vignette["licence"]


@each_turn
def test_captions_follow_the_sentences(vignette: dict[str, Any], turn: dict[str, Any]) -> None:
    cues = cues_of(PACK / turn["media"]["captions"])
    assert [text for _, _, text in cues] == [
        re.sub(r"\s+", " ", line["text"]).strip() for line in turn["says"]
    ]
    edges = [edge for start, end, _ in cues for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(start < end for start, end, _ in cues)


@each_turn
def test_pauses_are_as_written(vignette: dict[str, Any], turn: dict[str, Any]) -> None:
    cues = cues_of(PACK / turn["media"]["captions"])
    for before, after, line in zip(cues, cues[1:], turn["says"][1:], strict=False):
        if "pause_before_s" in line:
            assert after[0] - before[1] == pytest.approx(line["pause_before_s"], abs=0.05)


@each_turn
def test_duration_and_end(
    clips: dict[str, Any], vignette: dict[str, Any], turn: dict[str, Any]
) -> None:
    duration = len(sound_of(turn)) / 48000
    cues = cues_of(PACK / turn["media"]["captions"])
    assert 15 <= duration <= 60
    assert duration == pytest.approx(row_of(clips, vignette, turn)["duration_s"], abs=0.01)
    assert 0 <= duration - cues[-1][1] <= 0.3


@each_turn
def test_speech_is_where_the_cues_say(vignette: dict[str, Any], turn: dict[str, Any]) -> None:
    sound = sound_of(turn)
    cues = cues_of(PACK / turn["media"]["captions"])

    def level(start: float, end: float) -> float:
        part = sound[round(start * 48000) : round(end * 48000)]
        return float(20 * np.log10(np.sqrt((part**2).mean()) + 1e-12))

    for before, after in pairwise(cues):
        speech = level(before[0], before[1])
        # After the room has faded and before a breath there is tone, which is not dead silence.
        quiet = level(before[1] + 0.15, min(before[1] + 0.25, after[0]))
        assert -80 < quiet < speech - 15


@each_turn
def test_loudness_is_comfortable(vignette: dict[str, Any], turn: dict[str, Any]) -> None:
    sound = sound_of(turn)
    assert pyloudnorm.Meter(48000).integrated_loudness(sound) == pytest.approx(-20, abs=1)
    # Oversampled, so that peaks between the samples count: a converter would clip on them.
    assert 20 * np.log10(np.abs(resample_poly(sound, 4, 1)).max()) < -1


@each_turn
def test_markers_fall_on_the_start_of_a_sentence(
    vignette: dict[str, Any], turn: dict[str, Any]
) -> None:
    starts = [start for start, _, _ in cues_of(PACK / turn["media"]["captions"])]
    for marker in turn.get("markers_at") or []:
        assert min(abs(marker["at_s"] - start) for start in starts) < 0.06, marker


@each_turn
def test_words_can_be_understood(
    clips: dict[str, Any], vignette: dict[str, Any], turn: dict[str, Any]
) -> None:
    assert row_of(clips, vignette, turn)["word_error_rate"] <= 0.35


def test_every_client_has_a_voice_with_a_licence() -> None:
    cast = load(PACK / "voices.yaml")["voices"]
    for vignette, _ in TURNS:
        voice = cast[vignette["client"]["voice"]]
        assert voice["flite"] in ("rms", "awb", "slt", "kal16")
        assert voice["licence"]
        assert voice["copyright"]
        assert (PACK / voice["licence_text"]).read_text(encoding="utf-8")


def test_no_two_clients_share_a_voice() -> None:
    cast = load(PACK / "voices.yaml")["voices"]
    heard = [(v["flite"], v["semitones"], v["formant"]) for v in cast.values()]
    assert len(set(heard)) == len(heard)


def test_every_affect_of_the_bank_can_be_performed() -> None:
    path = ROOT / "packaging" / "voices" / "affects.py"
    spec = importlib.util.spec_from_file_location("affects_of_the_renderer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by name while they are made
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    assert tuple(module.AFFECTS) == AFFECTS
