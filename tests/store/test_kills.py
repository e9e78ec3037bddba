"""Kill -9 while sound is taken into the log: nothing is lost, and repeating completes it."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.store import kill_each_line, made
from trainer.store.db import open_log

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")

ADOPTER = """
import sys
from pathlib import Path
from tests.store import made
from trainer.store import recordings, sessions
from trainer.store.db import open_log
log = open_log(Path(sys.argv[1]))
sitting = sessions.session(log, sys.argv[2])
print("ready", flush=True)
number = 0
while True:
    number += 1
    plan = made.plan(sitting, attempt=number)
    wav = made.write_wav(recordings.begin_take(log.folder, plan), frames=4800, seed=number)
    made.take_in(log, plan, wav)
    if number % 2:
        one = recordings.recording(log, made.responses_recording(log, plan))
        twin = log.folder / f"{plan.response_id}.flac"
        twin.write_bytes(b"fLaC" + wav.name.encode())
        recordings.replace_file(log, one.id, twin, sample_rate=16000)
"""


def kill_an_adopter(folder: Path, session_id: str, after_s: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ADOPTER, str(folder), session_id],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    # The moment of the kill is what is being tried, not something that is waited for.
    end = time.monotonic() + after_s
    while time.monotonic() < end:
        pass
    process.kill()
    process.wait()
    process.stdout.close()


def test_at_any_moment(folder: Path) -> None:
    log = open_log(folder)
    sitting = made.begun(log)
    log.close()
    chance = random.Random(7)
    in_the_middle = 0
    for _ in range(10):
        kill_an_adopter(folder, sitting.id, chance.uniform(0.0, 0.15))
        in_the_middle += kill_each_line.complete(folder, sitting.person_id)
    assert in_the_middle > 0


def test_before_every_fourth_line_of_our_code() -> None:
    # By hand before every one of them: see kill_each_line. In memory where there is such a disk:
    # each of the rounds waits for it many times.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.store.kill_each_line", place, "4"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 25
