"""``attune record`` on a microphone that goes: what was heard is kept, and what is missing told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.pulse import MICROPHONE, NullSink
from tests.journeys import sound_tools as tools
from trainer.media.wav import repair


@contextmanager
def recording(
    sound: NullSink, folder: Path, seconds: float, *words: str
) -> Iterator[subprocess.Popen[str]]:
    """The command at work on the private server, into ``folder``."""
    command = [sys.executable, "-m", "trainer", "--home", str(folder / "home"), "record"]
    command += ["--out", str(folder / "x.wav"), "--seconds", str(seconds), *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=sound.env, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def next_told(process: subprocess.Popen[str]) -> str:
    """The next trouble on standard error; the level that is shown between is left out."""
    assert process.stderr is not None
    while line := process.stderr.readline():
        if line.startswith("attune: "):
            return line
    raise AssertionError("it ended")


@pytest.mark.parametrize("words", [["--json"], []], ids=["json", "for people"])
def test_a_microphone_that_goes_and_comes_back_leaves_a_file_its_hole_and_no_failure(
    null_sink: NullSink, tmp_path: Path, words: list[str]
) -> None:
    out = tmp_path / "x.wav"
    with recording(null_sink, tmp_path, 8, *words) as process:
        tools.wait_for(lambda: out.exists() and out.stat().st_size > 100_000)
        tools.suspend(null_sink, MICROPHONE, True)
        try:
            assert "No sound arrives from the microphone" in next_told(process)
        finally:
            tools.suspend(null_sink, MICROPHONE, False)
        assert "The recording goes on" in next_told(process)
        assert process.wait(20) == 0
        assert process.stdout is not None
        said = process.stdout.read()
    if words:
        document = json.loads(said)
        (hole,) = document["holes"]
        assert hole["kind"] == "lost"
        assert hole["missing_s"] == pytest.approx(hole["silence_s"], abs=0.01)
        assert document["duration_s"] == pytest.approx(repair(out).duration_s, abs=1e-3)
    else:
        assert "s: the microphone was gone for " in said
    assert repair(out).changed is False
    assert repair(out).duration_s > 7


def test_a_microphone_that_never_sends_is_a_failure_and_leaves_no_file(
    null_sink: NullSink, tmp_path: Path
) -> None:
    tools.suspend(null_sink, MICROPHONE, True)
    try:
        with recording(null_sink, tmp_path, 1, "--json") as process:
            said, told = process.communicate(timeout=30)
    finally:
        tools.suspend(null_sink, MICROPHONE, False)
    assert (process.returncode, said) == (1, "")
    assert told.startswith("attune: Nothing was recorded: no sound came from the microphone")
    assert not (tmp_path / "x.wav").exists()
