"""The null sink is a sound card: what is played into the microphone is heard, unchanged."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from pytestqt.qtbot import QtBot

from tests.helpers.pulse import NullSink

RATE = 48_000
TONE_HZ = 440


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_played_is_heard(null_sink: NullSink, tmp_path: Path) -> None:
    seconds = np.arange(RATE) / RATE
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * TONE_HZ * seconds), RATE)
    heard = tmp_path / "heard.wav"
    listeners = len(null_sink.inputs())
    recorder = null_sink.record(heard)
    try:
        wait_for(lambda: len(null_sink.inputs()) > listeners)
        assert null_sink.play(tmp_path / "tone.wav").wait(10) == 0
        wait_for(lambda: heard.stat().st_size > RATE * 2)
    finally:
        recorder.terminate()
        recorder.wait(10)
    samples, rate = soundfile.read(heard)
    loud = samples[np.abs(samples) > 0.05]
    assert rate == RATE
    assert loud.size > 0.6 * RATE
    strongest = np.argmax(np.abs(np.fft.rfft(samples))) * rate / samples.size
    assert abs(strongest - TONE_HZ) < 2


def test_programs_that_a_test_starts_are_on_it(null_sink: NullSink) -> None:
    assert os.environ["PULSE_SERVER"] == null_sink.env["PULSE_SERVER"]


def test_qt_sees_its_microphone(null_sink: NullSink, qtbot: QtBot) -> None:
    from PySide6.QtMultimedia import QMediaDevices

    def default_input() -> str:
        return bytes(QMediaDevices.defaultAudioInput().id().data()).decode()

    qtbot.waitUntil(lambda: default_input() == null_sink.microphone)
