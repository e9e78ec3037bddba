"""A sound card made of nothing: a private PulseAudio, with a microphone that tests speak into.

``null_sink`` is started before the first test of a run that has a test asking for it, because
QtMultimedia looks for a sound server once per process. In a run that has none, PULSE_SERVER names
nothing, so that no test reaches the person's own sound card.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MOUTH = "attune_mic"  # the sink that is played to ...
MICROPHONE = "attune_mic_source"  # ... and the source on which it is heard
SPEAKER = "attune_speaker"
START_S = 20.0
# Qt does not offer the monitor of a sink as a microphone, so it is given as a source of its own.
SCRIPT = """\
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name={mouth} rate=48000 channels=1
load-module module-null-sink sink_name={speaker} rate=48000 channels=2
load-module module-remap-source source_name={microphone} master={mouth}.monitor
set-default-sink {speaker}
set-default-source {microphone}
"""


@dataclass(frozen=True)
class NullSink:
    """The running server. What is played to the microphone is what the default source hears."""

    env: dict[str, str]
    mouth: str = MOUTH
    microphone: str = MICROPHONE
    speaker: str = SPEAKER

    def play(self, path: Path, sink: str = MOUTH) -> subprocess.Popen[bytes]:
        """Start to play a sound file into the microphone; the caller waits for the player's end."""
        command = ["paplay", "--latency-msec=20", f"--device={sink}", str(path)]
        return subprocess.Popen(command, env=self.env)

    def record(self, path: Path, source: str = MICROPHONE) -> subprocess.Popen[bytes]:
        """Start to record a source to a WAV file (48 kHz mono); ends when it is terminated."""
        form = ["--file-format=wav", "--rate=48000", "--channels=1", "--format=s16le"]
        command = ["parec", "--latency-msec=20", f"--device={source}", *form, str(path)]
        return subprocess.Popen(command, env=self.env)

    def inputs(self, kind: str = "source-outputs") -> list[str]:
        """One line for each program that listens (or plays: ``sink-inputs``) at this moment."""
        command = ["pactl", "list", "short", kind]
        answer = subprocess.run(command, env=self.env, check=True, capture_output=True, text=True)
        return answer.stdout.splitlines()


@contextmanager
def running(
    command: list[str], env: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until the end of the block, its output in a file."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def pulse_server() -> Iterator[NullSink]:
    """Start a server in a folder of its own, which is gone afterwards; AssertionError if not."""
    programs = ("pulseaudio", "pactl", "paplay", "parec")
    missing = [name for name in programs if not shutil.which(name)]
    assert not missing, f"{missing} not found: 'python3 packaging/bootstrap.py test' installs them"
    # a short path of its own: the name of a socket may have some 100 characters
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attune-pulse-")))
        socket, script = folder / "native", folder / "server.pa"
        script.write_text(
            SCRIPT.format(socket=socket, mouth=MOUTH, microphone=MICROPHONE, speaker=SPEAKER)
        )
        own = {
            name: str(folder)
            for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH")
        }
        sound = NullSink({**os.environ, **own, "PULSE_SERVER": f"unix:{socket}"})
        stack.enter_context(_served(sound, script))
        yield sound


@contextmanager
def restarted(sound: NullSink) -> Iterator[NullSink]:
    """The same server once more, after it was killed, until the end of the block."""
    folder = Path(sound.env["PULSE_RUNTIME_PATH"])
    for left in ("native", "pid"):
        (folder / left).unlink(missing_ok=True)
    with _served(sound, folder / "server.pa"):
        yield sound


@contextmanager
def _served(sound: NullSink, script: Path) -> Iterator[None]:
    folder, env = script.parent, sound.env
    log = folder / "server.log"
    options = "-n --daemonize=no --exit-idle-time=-1 --realtime=no --high-priority=no"
    command = ["pulseaudio", *options.split(), "--disable-shm=yes", "-F", str(script)]
    with ExitStack() as stack:
        server = stack.enter_context(running(command, env, log))
        _wait_until_ready(server, env, log)
        # a null sink is late by seconds unless somebody listens to it closely; in another form than
        # the sink's own, the server would convert it all the time
        for name, channels in ((MOUTH, 1), (SPEAKER, 2)):
            form = ["--rate=48000", f"--channels={channels}", "--format=s16le"]
            reader = ["parec", "--latency-msec=20", f"--device={name}.monitor", *form]
            stack.enter_context(running(reader, env, folder / f"{name}.log"))
        _wait_for_readers(sound)
        yield


def _wait_until_ready(server: subprocess.Popen[bytes], env: dict[str, str], log: Path) -> None:
    deadline = time.monotonic() + START_S
    default = f"Default Source: {MICROPHONE}\n"
    while time.monotonic() < deadline and server.poll() is None:
        info = subprocess.run(
            ["pactl", "info"], env=env, check=False, capture_output=True, text=True
        )
        if default in info.stdout:
            return
        time.sleep(0.05)
    raise AssertionError(f"PulseAudio did not start: {log.read_text(errors='replace')}")


def _wait_for_readers(sound: NullSink) -> None:
    deadline = time.monotonic() + START_S
    while len(sound.inputs()) < 2:
        assert time.monotonic() < deadline, "the readers of the null sinks did not start"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def null_sink() -> Iterator[NullSink]:
    """The private sound server; this process and the programs it starts are on it."""
    with pytest.MonkeyPatch.context() as patch, pulse_server() as sound:
        patch.setenv("PULSE_SERVER", sound.env["PULSE_SERVER"])
        yield sound


@pytest.fixture(scope="session", autouse=True)
def sound_card(request: pytest.FixtureRequest) -> Iterator[None]:
    """The private server where a test of this run asks for it, and otherwise none at all."""
    if any("null_sink" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("null_sink")
        yield
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PULSE_SERVER", "unix:/nonexistent/attune-tests")
            yield
