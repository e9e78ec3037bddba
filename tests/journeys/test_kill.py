"""Killed at any moment, Attune loses nothing that it had shown as done, and offers the rest."""

import hashlib
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.gui.fakes import settled_home
from tests.journeys.sound_tools import RATE, speech, wait_for
from trainer.app import interrupted, rate, takes
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.store import people, ratings, recordings, responses, sessions
from trainer.store.db import Log, integrity, open_log
from trainer.store.takes import open_takes

SEED = 20260901
# After which line, and up to how much later (s): every state, and the steps between them.
MOMENTS = (
    ("state", "ready", 0.1), ("state", "playing", 0.8), ("state", "playing", 0.8),
    ("state", "responding", 0.8), ("state", "responding", 0.8), ("state", "responding", 0.8),
    ("state", "responding", 0.8), ("finishing", None, 0.02), ("finishing", None, 0.05),
    ("finishing", None, 0.3), ("finishing", None, 0.4), ("response", None, 0.2),
    ("draft", None, 0.05), ("draft", None, 0.1), ("rating", None, 0.05), ("rating", None, 0.2),
    ("state", "rated", 0.4), ("state", "reflecting", 0.1), ("ended", None, 0.1),
    ("state", "responding", 0.3),
)  # fmt: skip
SPAN_S = 40.0  # a child that has not come so far by then has failed
LOST_AT_MOST_S = 0.3


@dataclass
class Evening:
    """One data folder through several kills, and all that was ever reported as finished."""

    home: Home
    speech: Path
    random: random.Random
    responses: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    kept_after: int = 0
    states: list[str] = field(default_factory=list)

    def killed(self, number: int, key: str, value: str | None, up_to_s: float) -> None:
        """Start the app, kill it at this moment, and look."""
        lines = self.home.folder / f"lines-{number}.jsonl"
        lines.touch()
        command = [sys.executable, "-m", "tests.journeys.kill_child",
                   str(self.home.folder), str(self.speech), str(lines)]  # fmt: skip
        env = {**os.environ, "PULSE_SERVER": "unix:/nonexistent/attune-child"}
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(
                lambda: (
                    process.poll() is not None or any(_is(line, key, value) for line in said(lines))
                ),
                SPAN_S,
            )
            assert process.poll() is None, f"it ended by itself: {said(lines)[-3:]}"
            now_s = next(line["at_s"] for line in said(lines) if _is(line, key, value))
            at_s = now_s + self.random.uniform(0, up_to_s)
            wait_for(lambda: _now_s() >= at_s)
        finally:
            process.kill()
            killed_s = _now_s()
            process.wait()
        self._look(said(lines), killed_s)

    def _look(self, told: list[dict[str, Any]], killed_s: float) -> None:
        assert [line for line in told if "fault" in line] == []
        self.responses.update((x["response"], x["sha256"]) for x in told if "response" in x)
        self.ratings.update((x["rating"], x["of"]) for x in told if "rating" in x)
        self.ended.update(x["ended"] for x in told if "ended" in x)
        self.states.append(next((x["state"] for x in reversed(told) if "state" in x), "start"))
        log = open_log(self.home.folder)
        try:
            assert integrity(log) == ()
            takes.tidy_up(log)
            self._interrupted(log, told, killed_s)
            self._all_is_there(log)
            self._draft(log, told)
        finally:
            log.close()

    def _interrupted(self, log: Log, told: list[dict[str, Any]], killed_s: float) -> None:
        """What was being said is found, whole up to the kill, and can be kept."""
        last = told[-1] if told else {}
        found = self._offered()
        if last.get("state") == "responding":
            (take,) = found
            assert take.duration_s >= killed_s - last["at_s"] - LOST_AT_MOST_S
        elif (said_s := _closing(told)) is not None:
            # Its last sound is still awaited, or it is on its way into the log.
            if not found:
                self._adopted(log, said_s)
            assert len(found) <= 1
            assert all(take.duration_s >= said_s - LOST_AT_MOST_S for take in found)
        elif last.get("state") in ("ready", "playing"):
            # The client may have ended a moment before the kill, untold.
            assert len(found) <= 1
        else:
            assert found == ()
        for take in found:
            assert take.plan is not None
            kept = interrupted.keep(log, take).value
            assert kept.ended_by == "interrupted"
            self.responses[kept.id] = kept.recording.sha256
            self.kept_after += 1
        assert self._offered() == ()

    def _adopted(self, log: Log, said_s: float) -> None:
        """It was just in the log when the kill came, before the child could tell."""
        (person,) = people.people(log)
        every = responses.responses(log, person.id)
        (one,) = [each for each in every if each.id not in self.responses]
        assert one.recording.duration_s >= said_s - LOST_AT_MOST_S
        self.responses[one.id] = one.recording.sha256

    def _offered(self) -> tuple[interrupted.Interrupted, ...]:
        return interrupted.find(self.home, open_takes(self.home.folder))

    def _all_is_there(self, log: Log) -> None:
        for response_id, told_hash in self.responses.items():
            found = responses.response(log, response_id)
            path = self.home.recordings / found.recording.file
            assert hashlib.sha256(path.read_bytes()).hexdigest() == found.recording.sha256
            if path.suffix == ".wav":  # not stored small since
                assert found.recording.sha256 == told_hash
            frames, rate_hz = soundfile.info(path).frames, soundfile.info(path).samplerate
            assert frames / rate_hz == pytest.approx(found.recording.duration_s, abs=0.01)
        for rating_id, of in self.ratings.items():
            assert rating_id in [r.id for r in ratings.ratings_of(log, of)]
        for session_id in self.ended:
            assert sessions.end_of(log, session_id) is not None
        checked = recordings.missing_or_altered(log, hashes=True)
        assert (checked.missing, checked.altered) == ((), ())

    def _draft(self, log: Log, told: list[dict[str, Any]]) -> None:
        """What was chosen for a response that is not rated yet is chosen still."""
        drafts = {x["of"]: x["draft"] for x in told if "draft" in x}
        library = load_library(pack_folders(self.home))
        for response_id, scores in drafts.items():
            if not ratings.ratings_of(log, response_id):
                found = rate.unrated(log, library, response_id, "alliance-skills").scores
                assert scores.items() <= found.items()


def said(lines: Path) -> list[dict[str, Any]]:
    """Every whole line; the last may be torn."""
    return [json.loads(x) for x in lines.read_text().splitlines(keepends=True) if x[-1] == "\n"]


def _is(line: dict[str, Any], key: str, value: str | None) -> bool:
    return key in line and value in (None, line[key])


def _closing(told: list[dict[str, Any]]) -> float | None:
    """How long was spoken, when the answer was ended and is not told to be in the log."""
    for line in reversed(told):
        if "response" in line:
            return None
        if "finishing" in line:
            began = [x["at_s"] for x in told if x.get("state") == "responding"]
            return float(line["at_s"] - began[-1])
    return None


def _now_s() -> float:
    import time

    return time.monotonic()


@pytest.mark.timeout(180)
def test_killed_at_twenty_moments_nothing_that_was_done_is_lost(tmp_path: Path) -> None:
    sound = tmp_path / "speech.wav"
    soundfile.write(sound, speech(1.0), RATE)
    evenings = [
        Evening(settled_home(tmp_path / f"home {n}"), sound, random.Random(SEED + n))
        for n in range(2)
    ]

    def run(which: int) -> None:
        for number, moment in enumerate(MOMENTS[which::2]):
            evenings[which].killed(number, *moment)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(run, which) for which in range(2)]:
            future.result()
    # The test must have seen what it is about.
    states = {state for evening in evenings for state in evening.states}
    assert {"playing", "responding", "reviewing", "rated"} <= states
    assert sum(len(evening.ratings) for evening in evenings) >= 4
    assert sum(evening.kept_after for evening in evenings) >= 4
