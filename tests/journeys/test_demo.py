"""The demo: the main job through the real window, player and recorder, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PySide6.QtGui import QImage

from tests.journeys.short_pack import make_pack
from tests.journeys.sound_tools import RATE, speech
from trainer.media.decode import read

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ("welcome", "today", "ready", "practice", "responding", "rating", "review", "reflect",
            "progress", "log")  # fmt: skip
ANSWER_AFTER_S = 1.2  # the demo's speech begins so long after the take does


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("the demo – ünï")
    make_pack(out / "data" / "packs", 3.0)
    soundfile.write(out / "answer.wav", speech(4.0, 11), RATE)
    done = subprocess.run(
        [sys.executable, "-m", "trainer", "demo", "--out", str(out), "--json",
         "--speech", str(out / "answer.wav"), "--vignette", "anna-late"],
        check=False, capture_output=True, text=True, timeout=100, cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    document["out"] = out
    return document


def test_it_ends_with_a_rated_response_in_the_log(played: dict[str, Any]) -> None:
    assert all(played["ids"].values())
    assert played["scores"] == {"warmth": 4.0, "repair": 3.0, "metacommunication": 3.0}


def test_every_picture_shows_something(played: dict[str, Any]) -> None:
    for name in PICTURES:
        image = QImage(played["files"][name])
        assert (image.width(), image.height()) == (1280, 800)
        seen = {image.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 800, 16)}
        assert len(seen) > 5, f"{name} is empty"


def test_the_report_is_a_page_a_paper_and_a_sound(played: dict[str, Any]) -> None:
    files = played["files"]
    assert "Anna" in Path(files["report_html"]).read_text(encoding="utf-8")
    assert Path(files["report_pdf"]).read_bytes().startswith(b"%PDF")
    assert read(Path(files["report_sound"])).seconds > 6


def test_the_waiting_time_is_true_within_its_error(played: dict[str, Any]) -> None:
    timings, measures = played["timings"], played["measures"]
    waited = measures["onset_s"] - timings["stimulus_end_s"]
    first_sound = 0.15  # the made speech begins softly
    error = timings["stimulus_end_error_s"] + measures["onset_error_s"] + first_sound
    assert waited == pytest.approx(ANSWER_AFTER_S, abs=error)
