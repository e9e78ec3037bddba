"""Killed after any key, a round of rating has all that was rated, chosen, typed and said."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.gui.classroom import classroom
from tests.journeys.round_kill_child import SCRIPT, state
from tests.journeys.sound_tools import wait_for
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.round_work import open_round
from trainer.store import people
from trainer.store import rounds as round_rows
from trainer.store.db import integrity, open_log

SEED = 20261126
KILLS = 5
SPAN_S = 40.0
LATER = 3  # keys that may have reached the log between what was read and the kill


def start(home: Home, lines: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "tests.journeys.round_kill_child",
        str(home.folder),
        str(lines),
    ]
    env = {**os.environ, "PULSE_SERVER": "unix:/nonexistent/attune-child"}
    lines.touch()
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def told(lines: Path) -> list[list[dict[str, Any]]]:
    whole = lines.read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in whole]


def in_the_log(home: Home) -> list[dict[str, Any]]:
    log = open_log(home.folder)
    try:
        assert integrity(log) == ()
        rater = next(p.id for p in people.people(log) if round_rows.rounds_of(log, p.id))
        (of,) = round_rows.rounds_of(log, rater)
        opened = open_round(log, home, load_library(pack_folders(home)), of.id)
        return state(opened.work)
    finally:
        log.close()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with six responses that nobody has rated yet."""
    home, _ = classroom(tmp_path_factory.mktemp("school"), 1.0)
    return home.folder


@pytest.mark.parametrize("number", range(KILLS))
def test_nothing_is_lost_by_a_kill_after_any_key(school: Path, tmp_path: Path, number: int) -> None:
    home = Home(tmp_path / "h")
    shutil.copytree(school, home.folder)
    chance = random.Random(SEED + number)
    after = chance.randrange(1, 2 * len(SCRIPT))
    lines = tmp_path / "lines"
    process = start(home, lines)
    try:
        wait_for(lambda: process.poll() is not None or len(told(lines)) > after, SPAN_S)
        assert process.poll() is None, f"it ended by itself after {len(told(lines))} keys"
    finally:
        process.kill()
        process.wait()
    seen = told(lines)
    kept = in_the_log(home)
    if kept != seen[-1]:  # a key more may have been pressed, and have come through
        assert kept in states(school, tmp_path, len(seen) + LATER)[len(seen) - 1 :]


def states(school: Path, tmp_path: Path, count: int) -> list[list[dict[str, Any]]]:
    """What the same keys lead to when nobody is killed: the first ``count`` states."""
    home = Home(tmp_path / "unharmed")
    shutil.copytree(school, home.folder)
    lines = tmp_path / "all lines"
    process = start(home, lines)
    try:
        wait_for(lambda: process.poll() is not None or len(told(lines)) >= count, SPAN_S)
    finally:
        process.kill()
        process.wait()
    return told(lines)[:count]
