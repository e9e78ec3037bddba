"""The sounds of the references: those that were measured, understood, and telling nothing.

Nothing is synthesized here: flite and WORLD are needed only to make the clips.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile as sf
import yaml
from scipy.signal import resample_poly

PACK = Path(__file__).resolve().parents[2] / "scenarios" / "core"


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


CLIPS = load(PACK / "media" / "media.yaml")["clips"]
CAST = load(PACK / "voices.yaml")
ALL = [(data, one) for data in map(load, sorted((PACK / "references").glob("*.yaml")))
       for one in data["references"]]  # fmt: skip
NAMES = [f"{data['id']}.{one['id']}" for data, one in ALL]
each_reference = pytest.mark.parametrize(("data", "one"), ALL, ids=NAMES)


def row_of(data: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    return dict(CLIPS[f"{data['id']}.{one['id']}"])


@each_reference
def test_sound_is_the_one_that_was_measured(data: dict[str, Any], one: dict[str, Any]) -> None:
    row, path = row_of(data, one), PACK / one["audio"]
    assert row["audio"] == one["audio"]
    assert row["audio_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert row["audio_bytes"] == path.stat().st_size
    assert row["licence"] == data["licence"]
    assert row["synthetic"] is True


@each_reference
def test_sound_says_these_words(data: dict[str, Any], one: dict[str, Any]) -> None:
    text = re.sub(r"\s+", " ", one["text"]).strip()
    said = [[part, "neutral", None] for part in re.split(r"(?<=[^.][.?!])\s+", text)]
    now = hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()
    hint = f"the words changed: python packaging/render_voices.py --only {data['id']}.{one['id']}"
    assert row_of(data, one)["script_sha256"] == now, hint
    assert row_of(data, one)["word_error_rate"] <= 0.35


@each_reference
def test_sound_is_as_loud_as_the_clients(data: dict[str, Any], one: dict[str, Any]) -> None:
    sound, rate = sf.read(PACK / one["audio"], always_2d=True)
    assert (rate, sound.shape[1]) == (48000, 1)
    assert pyloudnorm.Meter(48000).integrated_loudness(sound[:, 0]) == pytest.approx(-20, abs=1)
    assert 20 * np.log10(np.abs(resample_poly(sound[:, 0], 4, 1)).max()) < -1
    duration = len(sound) / 48000
    assert 4 <= duration <= 60
    assert duration == pytest.approx(row_of(data, one)["duration_s"], abs=0.01)


def test_the_whole_set_stays_small() -> None:
    """Whoever fetches the app fetches all of them."""
    assert mean((PACK / one["audio"]).stat().st_size for _, one in ALL) < 86_900


def test_who_speaks_is_written_down_and_is_no_client() -> None:
    clients = {load(path)["client"]["voice"] for path in (PACK / "vignettes").glob("*.yaml")}
    for data, one in ALL:
        voice = CAST["references"][data["id"]][one["id"]]
        assert voice in CAST["voices"]
        assert voice not in clients
        assert row_of(data, one)["voice"] == voice


def test_nobody_is_answered_by_their_own_speaker() -> None:
    clients = {data["id"]: data["client"]["voice"]
               for data in map(load, (PACK / "vignettes").glob("*.yaml"))}  # fmt: skip
    for data, one in ALL:
        voice = CAST["references"][data["id"]][one["id"]]
        client = clients[one["vignette"]]
        assert CAST["voices"][voice]["flite"] != CAST["voices"][client]["flite"]


def test_a_voice_says_nothing_about_score_or_use() -> None:
    """Means by voice are nearer to the whole's than one standard error of nine scores (0.45)."""
    voice_of = CAST["references"]["first-references"]
    for voice in sorted(set(voice_of.values())):
        spoken = [one for _, one in ALL if voice_of[one["id"]] == voice]
        assert set(Counter(one["use"] for one in spoken)) == {"training", "gate", "hidden"}
        for item in ("warmth", "repair", "metacommunication"):
            assert _mean(spoken, item) == pytest.approx(
                _mean([one for _, one in ALL], item), abs=0.4
            )


def _mean(references: list[dict[str, Any]], item: str) -> float:
    ratings = (one["ratings"][item] for one in references)
    return mean(rating["score"] for rating in ratings if "score" in rating)
