"""What a person notices when the microphone goes in the middle of an answer, with real devices."""

import time
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.pulse import MICROPHONE, NullSink
from tests.journeys import sound_tools as tools
from tests.journeys.sound_tools import RATE, WAIT_MS, turn_for
from tests.journeys.test_sound import awake
from trainer.domain.response import Hole
from trainer.media.measure import measure
from trainer.media.ports import Moment, Take
from trainer.media.wav import repair

TALKS_S = 12.0


def places(take: Take, said: tools.Samples, *parts: tuple[float, float]) -> list[float]:
    """Where in the take each part of what was said lies, less where it was said (seconds)."""
    kept = tools.read_mono(take.path)
    found = []
    for begin, end in parts:
        part = said[round(begin * RATE) : round(end * RATE)]
        at, likeness = tools.find(part, kept)
        assert likeness > 0.7, f"the speech of {begin} to {end} s is not in the take"
        found.append(at / RATE - begin)
    return found


STEREO = ("rate=44100", "channels=2", "channel_map=front-left,front-right")


@pytest.mark.parametrize("default", [True, False], ids=["the system's own", "a chosen one"])
def test_a_microphone_that_is_pulled_out_is_told_and_another_goes_on_in_time(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path, default: bool
) -> None:
    said = tools.speech(TALKS_S, seed=5)
    clip = tools.make_clip(tmp_path / "said.wav", said)
    with (
        tools.another_microphone(null_sink, "attune_usb", *STEREO, default=default) as usb,
        awake(qtbot, usb) as heard,
        tools.playing(null_sink, clip, null_sink.mouth),
    ):
        turn_for(qtbot, 0.5)
        # Others that come and go are no business of the one that is heard.
        with tools.another_microphone(null_sink, "attune_other"):
            heard.recorder.begin(tmp_path / "take.wav")
            turn_for(qtbot, 1)
        turn_for(qtbot, 2.5)
        assert heard.texts() == []
        tools.unload(null_sink, usb)
        gone_s = time.monotonic()
        place = heard.recorder.position_of(Moment(gone_s, 0.0))
        qtbot.waitUntil(lambda: bool(heard.troubles), timeout=WAIT_MS)
        assert heard.troubles[0][0] - gone_s < 1.0
        turn_for(qtbot, 5)
        take = heard.recorder.finish()
    (told,) = heard.texts()
    assert told.startswith("The microphone was disconnected: Remapped ")
    assert told.endswith(" is used now")
    (hole,) = take.holes or ()
    assert (hole.kind, hole.missing_s) == ("moved", 0)
    assert abs(hole.at_s - place.at_s) < 0.4
    assert repair(take.path).changed is False
    assert (take.sample_rate, take.channels) == (44_100, 2)
    samples = _at_rate(take, tmp_path)
    before, after = places(samples, said, (0.5, 2.5), (6.5, 8.0))
    assert abs(after - before) < 0.08


def muffled(sound: tools.Samples) -> tools.Samples:
    """The same without what is above 4 kHz, so that a click in it is heard."""
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) > 4_000] = 0
    return np.asarray(np.fft.irfft(spectrum, len(sound)), np.float32)


def shrill(sound: tools.Samples, at_s: float) -> float:
    """How loud what is above 8 kHz is within 50 ms of a moment, as a click is."""
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) < 8_000] = 0
    high = np.fft.irfft(spectrum, len(sound))
    return float(np.abs(high[round((at_s - 0.05) * RATE) : round((at_s + 0.05) * RATE)]).max())


def _at_rate(take: Take, folder: Path) -> Take:
    """The take as the FLAC that is kept, to be compared at one rate."""
    from trainer.media.flac import to_flac

    to_flac(take.path, folder / "kept.flac")
    return Take(folder / "kept.flac", take.duration_s, RATE, 1, take.holes)


def test_a_microphone_that_falls_silent_without_an_error_and_comes_back(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    said = tools.speech(TALKS_S, seed=6)
    clip = tools.make_clip(tmp_path / "said.wav", said)
    with awake(qtbot, MICROPHONE) as heard, tools.playing(null_sink, clip, null_sink.mouth):
        heard.recorder.begin(tmp_path / "take.wav")
        turn_for(qtbot, 3.5)
        tools.suspend(null_sink, MICROPHONE, True)
        try:
            stopped_s = time.monotonic()
            qtbot.waitUntil(lambda: bool(heard.troubles), timeout=WAIT_MS)
            assert heard.troubles[0][0] - stopped_s < 1.1
            assert "No sound arrives" in heard.texts()[0]
            turn_for(qtbot, 1.2)  # it is tried again meanwhile, and there is nothing
            assert len(heard.texts()) == 1
        finally:
            tools.suspend(null_sink, MICROPHONE, False)
        qtbot.waitUntil(lambda: len(heard.troubles) > 1, timeout=WAIT_MS)
        assert "The recording goes on with" in heard.texts()[1]
        turn_for(qtbot, 3.5)
        take = heard.recorder.finish()
    (hole,) = take.holes or ()
    assert hole.kind == "lost"
    assert 1.5 < hole.missing_s < 4
    before, after = places(take, said, (0.5, 2.5), (7.0, 8.5))
    assert abs(after - before) < 0.08
    kept = tools.read_mono(take.path)
    inside = kept[
        round((hole.at_s + 0.1) * RATE) : round((hole.at_s + hole.silence_s - 0.1) * RATE)
    ]
    assert not np.any(inside)


def test_a_microphone_that_is_muted_is_told_at_once_and_its_silence_is_nobodys(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    said = tools.speech(TALKS_S, seed=9)
    clip = tools.make_clip(tmp_path / "said.wav", said)
    with awake(qtbot, MICROPHONE) as heard, tools.playing(null_sink, clip, null_sink.mouth):
        told: list[tuple[Hole, ...]] = []
        heard.recorder.on_holes = told.append
        heard.recorder.begin(tmp_path / "take.wav")
        turn_for(qtbot, 1.5)
        tools.mute(null_sink, MICROPHONE, True)
        try:
            muted_s = time.monotonic()
            place = heard.recorder.position_of(Moment(muted_s, 0.0))
            qtbot.waitUntil(lambda: bool(heard.troubles), timeout=WAIT_MS)
            assert heard.troubles[0][0] - muted_s < 1.0
            assert not heard.levels[-1].heard
            turn_for(qtbot, 4.5)  # longer than what is called silent
            assert heard.texts() == ["The microphone is muted: nothing of what you say is heard"]
            ((lasts,),) = told  # should the program be killed now
            assert (lasts.kind, lasts.missing_s) == ("muted", 0.0)
        finally:
            tools.mute(null_sink, MICROPHONE, False)
        on_s = time.monotonic()
        qtbot.waitUntil(lambda: len(heard.troubles) > 1, timeout=WAIT_MS)
        assert heard.troubles[1][0] - on_s < 1.0
        assert heard.texts()[1].startswith("The microphone is on again: ")
        assert heard.passed == heard.texts()[:1]
        turn_for(qtbot, 3)
        take = heard.recorder.finish()
    (hole,) = take.holes or ()
    assert (hole.kind, hole.missing_s) == ("muted", hole.silence_s)
    assert -0.1 < place.at_s - hole.at_s < 0.6
    lasted_s = on_s - muted_s
    assert lasted_s - 0.1 < hole.missing_s < lasted_s + 1.2
    found = measure(take.path, speech_from_s=place.at_s - 0.2, holes=take.holes or ())
    assert found.speech_s > 1
    assert found.onset_s is None  # it may have begun while nothing was heard
    end_s = hole.at_s + hole.silence_s
    assert not [p for p in found.pauses if p.end_s > hole.at_s + 0.1 and p.start_s < end_s - 0.1]


MONO = ("rate=48000", "channels=1", "channel_map=mono")


# Qt's list still has the microphone that has gone, so it is tried once in vain.
@pytest.mark.qt_log_ignore("Stream failed to connect", extend=True)
@pytest.mark.parametrize(
    ("first", "second", "begun"),
    [(MONO, STEREO, (48_000, 1)), (STEREO, MONO, (44_100, 2))],
    ids=["as 44.1 kHz stereo", "as 48 kHz mono"],
)
def test_a_microphone_that_comes_back_in_another_format_goes_on_in_the_same_take(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path,
    first: tuple[str, ...], second: tuple[str, ...], begun: tuple[int, int],
) -> None:  # fmt: skip
    said = muffled(tools.speech(TALKS_S + 3, seed=8))
    clip = tools.make_clip(tmp_path / "said.wav", said)
    tools.suspend(null_sink, MICROPHONE, True)  # what the system puts in its place hears nothing
    try:
        with (
            tools.another_microphone(null_sink, "attune_usb", *first) as usb,
            awake(qtbot, usb) as heard,
            tools.playing(null_sink, clip, null_sink.mouth),
        ):
            heard.recorder.begin(tmp_path / "take.wav")
            turn_for(qtbot, 4)
            tools.unload(null_sink, usb)
            qtbot.waitUntil(lambda: "No sound arrives" in "".join(heard.texts()), timeout=WAIT_MS)
            gone_s = time.monotonic()
            turn_for(qtbot, 1)
            tools.plug_in(null_sink, usb, *second)
            qtbot.waitUntil(lambda: "goes on with" in heard.texts()[-1], timeout=WAIT_MS)
            assert time.monotonic() - gone_s < 5
            turn_for(qtbot, 4)
            take = heard.recorder.finish()
    finally:
        tools.suspend(null_sink, MICROPHONE, False)
    assert (take.sample_rate, take.channels) == begun
    (hole,) = take.holes or ()
    assert hole.kind == "lost"
    assert hole.silence_s == pytest.approx(hole.missing_s, abs=1e-3)
    one_file = _at_rate(take, tmp_path)
    kept = tools.read_mono(one_file.path)
    for begin, end in ((1, 2), (2, 3), (8.5, 9.5), (9.5, 10.5)):
        part = said[round(begin * RATE) : round(end * RATE)]
        assert tools.find(part, kept)[1] > 0.99
    before, after = places(one_file, said, (1, 3), (8.5, 10.5))
    # Both sides lie where they were said, so the silence between them has the true length.
    assert abs(after - before) < 0.02
    for edge_s in (hole.at_s, hole.at_s + hole.silence_s):
        assert shrill(kept, edge_s) < 0.005
    loud = RATE + int(np.argmax(np.abs(kept[RATE : RATE * 3])))
    kept[loud : loud + RATE // 2] = 0  # without soft edges, for comparison
    assert shrill(kept, loud / RATE) > 0.02


def test_the_sound_server_is_killed_and_comes_back_and_the_take_goes_on(tmp_path: Path) -> None:
    said = tools.speech(4, seed=7)
    clip = tools.make_clip(tmp_path / "said.wav", said)
    with tools.child_at_work("record", tmp_path / "take.wav", seconds=11) as child:
        began = child.wait_for("began")
        child.kill_server()
        killed_s = time.monotonic()
        trouble = child.wait_for("trouble")
        assert trouble["at_s"] - killed_s < 1.0
        with child.server_again() as sound:
            (hole,) = child.wait_for("holes")["holes"]
            with tools.playing(sound, clip, sound.mouth):
                done = child.wait_for("duration_s")
            assert child.process.wait(10) == 0  # Qt would have ended it
    assert hole["kind"] == "lost"
    told = [one["trouble"] for one in child.said if "trouble" in one]
    assert "No sound arrives" in told[0]
    assert "The recording goes on with" in told[1]
    lasted_s = began["position_s"] + done["at_s"] - began["at_s"]
    assert abs(done["duration_s"] - lasted_s) < 0.3
    assert hole["missing_s"] + hole["at_s"] <= done["duration_s"]
    kept = tools.read_mono(tmp_path / "take.wav")
    at, likeness = tools.find(said[: 2 * RATE], kept)
    assert likeness > 0.7
    assert at / RATE > hole["at_s"] + hole["silence_s"]


def test_killed_between_the_parts_both_are_found(tmp_path: Path) -> None:
    with tools.child_at_work("record", tmp_path / "take.wav", seconds=60) as child:
        child.wait_for("began")
        child.kill_server()
        child.wait_for("trouble")
        with child.server_again():
            (hole,) = child.wait_for("holes")["holes"]
            heard_s = time.monotonic()
            tools.wait_for(lambda: time.monotonic() - heard_s > 0.7)
            child.process.kill()
            child.process.wait(10)
    found = repair(tmp_path / "take.wav")
    assert found.changed
    assert found.duration_s > hole["at_s"] + hole["silence_s"] + 0.4


def test_what_is_tried_while_the_sound_server_is_gone_is_refused_and_ends_nothing(
    tmp_path: Path,
) -> None:
    clip = tools.make_clip(tmp_path / "client.wav", tools.speech(5))
    with tools.child_at_work("insist", clip) as child:
        child.wait_for("began")
        child.kill_server()
        child.wait_for("refused")
        assert child.process.wait(15) == 0  # libpulse ended it, before
    said = [one.get("again") or one.get("refused") for one in child.said]
    assert said[-2:] == ["The computer's sound system has stopped"] * 2


def test_two_programs_record_at_once_and_both_takes_are_whole(
    null_sink: NullSink, qtbot: QtBot, tmp_path: Path
) -> None:
    with awake(qtbot, MICROPHONE) as one, awake(qtbot, MICROPHONE) as other:
        with tools.spoken(null_sink, qtbot, tmp_path) as voice:
            one.recorder.begin(tmp_path / "one.wav")
            other.recorder.begin(tmp_path / "other.wav")
            voice.speak()
            takes = [each.recorder.finish() for each in (one, other)]
        for take in takes:
            voice.assert_all_in(tools.read_mono(take.path))
