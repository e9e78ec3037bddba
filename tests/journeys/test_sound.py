"""The real player and the real recorder, through a sound server without a sound card."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.pulse import MICROPHONE, NullSink
from tests.journeys import sound_tools as tools
from tests.journeys.sound_tools import RATE, WAIT_MS, turn_for
from trainer.domain.errors import KnownError
from trainer.gui import devices
from trainer.gui.recorder import FileSource, QtRecorder
from trainer.media.ports import Level, Moment, Recorder
from trainer.media.wav import read_format, repair


class Heard:
    """What a recorder tells, in order, with the moment it was told."""

    def __init__(self, recorder: QtRecorder) -> None:
        self.recorder = recorder
        self.levels: list[Level] = []
        self.troubles: list[tuple[float, KnownError]] = []
        self.passed: list[str] = []
        recorder.on_level = self.levels.append
        recorder.on_over = lambda error: self.passed.append(error.text)
        recorder.on_trouble = lambda error: self.troubles.append((time.monotonic(), error))

    def texts(self) -> list[str]:
        return [error.text for _, error in self.troubles]


@contextmanager
def awake(qtbot: QtBot, microphone: str) -> Iterator[Heard]:
    """A recorder that hears ``microphone``; closed in the end."""
    heard = Heard(QtRecorder(microphone))
    tools.wait_for_microphone(qtbot, microphone)
    heard.recorder.open()
    try:
        qtbot.waitUntil(lambda: bool(heard.levels), timeout=WAIT_MS)
        yield heard
    finally:
        heard.recorder.close()


@pytest.fixture
def heard(null_sink: NullSink, qtbot: QtBot) -> Iterator[Heard]:
    with awake(qtbot, MICROPHONE) as heard:
        yield heard


def test_what_is_said_is_what_is_kept(
    heard: Heard, null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    recorder: Recorder = heard.recorder
    with tools.spoken(null_sink, qtbot, tmp_path) as voice:
        recorder.begin(tmp_path / "take.wav")
        began_s = time.monotonic()
        voice.speak()
        now = recorder.position_of(Moment(time.monotonic(), 0.0))
        take = recorder.finish()
        took_s = time.monotonic() - began_s
    kept = tools.read_mono(take.path)
    voice.assert_all_in(kept)
    assert take.gaps == 0
    assert take.duration_s == len(kept) / RATE
    # Every sample of the time is there, and no more: the clock and the count agree.
    assert abs(take.duration_s - now.at_s) <= now.error_s + 0.06
    assert took_s <= take.duration_s + 0.1 <= took_s + 2.2
    assert heard.texts() == []
    assert max(level.rms_dbfs for level in heard.levels) > -30


def test_a_window_that_hangs_costs_no_sample(
    heard: Heard, null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    with tools.spoken(null_sink, qtbot, tmp_path) as voice:
        heard.recorder.begin(tmp_path / "take.wav")
        voice.speak(hang_s=1.5)
        take = heard.recorder.finish()
    assert take.gaps == 0
    voice.assert_all_in(tools.read_mono(take.path))


def test_takes_follow_each_other_and_finish_is_quick(
    heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    took_s = []
    for number in range(5):
        heard.recorder.begin(tmp_path / f"{number}.wav")
        turn_for(qtbot, 0.2)
        before_s = time.monotonic()
        take = heard.recorder.finish()
        took_s.append(time.monotonic() - before_s)
        assert repair(take.path).changed is False
        assert take.duration_s > 0.15
    assert np.median(took_s) < 0.02


def test_a_running_take_is_kept_when_the_recorder_is_closed(
    heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    heard.recorder.begin(tmp_path / "take.wav")
    turn_for(qtbot, 0.3)
    heard.recorder.close()
    assert not heard.recorder.is_open
    assert repair(tmp_path / "take.wav").duration_s > 0.25
    with pytest.raises(KnownError, match="not open"):
        heard.recorder.finish()
    heard.recorder.open()  # and it can be opened again
    count = len(heard.levels)
    qtbot.waitUntil(lambda: len(heard.levels) > count, timeout=WAIT_MS)


def test_a_silent_microphone_is_told(heard: Heard, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=WAIT_MS)
    assert "silent for 4 seconds" in heard.texts()[0]
    assert heard.levels[-1].rms_dbfs == -120


def test_a_microphone_that_goes_is_told_within_a_second_and_the_take_kept(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    with tools.ear_at_the_speaker(null_sink, default=True) as ear, awake(qtbot, ear) as heard:
        heard.recorder.begin(tmp_path / "take.wav")
        turn_for(qtbot, 0.5)
        tools.unload(null_sink, ear)
        gone_s = time.monotonic()
        qtbot.waitUntil(lambda: bool(heard.troubles), timeout=WAIT_MS)
        assert heard.troubles[0][0] - gone_s < 1.0
        assert "microphone" in heard.texts()[0]
        take = heard.recorder.finish()
    assert take.duration_s > 0.45
    assert repair(take.path).changed is False


def test_the_server_killed_in_mid_take_is_told_and_the_take_kept(tmp_path: Path) -> None:
    with tools.child_at_work("record", tmp_path / "take.wav", seconds=4) as child:
        began = child.wait_for("began")
        child.kill_server()
        killed_s = time.monotonic()
        trouble = child.wait_for("trouble")
        assert trouble["at_s"] - killed_s < 1.0
        done = child.wait_for("duration_s")
    assert done["duration_s"] >= began["position_s"] - 0.1
    assert repair(tmp_path / "take.wav").changed is False


def test_kill_9_costs_at_most_a_quarter_of_a_second(tmp_path: Path) -> None:
    with tools.child_at_work("record", tmp_path / "take.wav", seconds=60) as child:
        began = child.wait_for("began")
        tools.wait_for(lambda: time.monotonic() - began["at_s"] > 1.3)
        child.process.kill()
        killed_s = time.monotonic()
        child.process.wait(10)
        said_s = began["position_s"] + killed_s - began["at_s"]
        found = repair(tmp_path / "take.wav")
    assert found.changed
    assert 0 <= said_s - found.duration_s + 0.05 <= 0.25 + 0.05
    assert found.format == read_format(tmp_path / "take.wav")
    assert len(tools.read_mono(tmp_path / "take.wav")) == found.frames


def test_no_microphone_is_said_with_what_to_do(tmp_path: Path) -> None:
    with tools.child_at_work("record", tmp_path / "take.wav", seconds=1, server=False) as child:
        refused = child.wait_for("refused")
    assert refused["refused"] == "No microphone was found"
    assert "Settings" in refused["hint"]
    assert not (tmp_path / "take.wav").exists()


def test_devices_have_names_and_a_missing_one_is_replaced_with_a_note(
    heard: Heard, null_sink: NullSink
) -> None:
    first = devices.inputs()[0]
    assert (first.id, first.is_default) == (null_sink.microphone, True)
    assert devices.outputs()[0].id == null_sink.speaker
    device, note = devices.find_input(null_sink.microphone)
    assert (devices.id_of(device), note) == (null_sink.microphone, "")
    for find, what in ((devices.find_input, "microphone"), (devices.find_output, "sound output")):
        device, note = find("gone")
        assert device.isDefault()
        assert f"chosen {what} is not connected; {device.description()}" in note
        assert find(None)[1] == ""


def test_a_file_plays_the_part_of_the_microphone(qtbot: QtBot, tmp_path: Path) -> None:
    said = tools.speech(2)
    source = FileSource(tools.make_clip(tmp_path / "said.flac", said), delay_s=0.7)
    heard = Heard(QtRecorder(source=source))
    heard.recorder.open()
    turn_for(qtbot, 1)
    heard.recorder.begin(tmp_path / "take.wav")
    begun = heard.recorder.position_of(Moment(time.monotonic(), 0.0))
    qtbot.waitUntil(lambda: source.spoken, timeout=WAIT_MS)
    take = heard.recorder.finish()
    turn_for(qtbot, 4.5)  # long enough for its silence to be taken for a dead microphone
    heard.recorder.close()
    at, likeness = tools.find(said, tools.read_mono(take.path))
    assert likeness > 0.999
    assert at / RATE == pytest.approx(begun.at_s + source.delay_s, abs=0.05)
    assert 1.0 <= begun.at_s <= 1.3
    assert take.gaps == 0
    assert heard.texts() == []


def test_a_file_that_is_no_sound_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("missing.wav", "notes.wav"):
        (tmp_path / "notes.wav").write_text("no sound")
        recorder = QtRecorder(source=FileSource(tmp_path / name))
        with pytest.raises(KnownError, match=name):
            recorder.open()
        assert not recorder.is_open
