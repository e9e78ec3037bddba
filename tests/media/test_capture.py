import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media.test_wav import SmallDisk
from trainer.domain.errors import KnownError
from trainer.media.capture import Capture
from trainer.media.ports import PRE_ROLL_S, Level, Moment
from trainer.media.wav import SampleKind, SoundFormat, StreamingWav

RATE, CHUNK = 48_000, 960
FORM = SoundFormat(RATE, 1, SampleKind.I16)
START_S = 500.0


class Sea:
    """A microphone in simulated time: noise that never repeats, or whatever ``sound`` gives."""

    def __init__(self, form: SoundFormat = FORM) -> None:
        self.slept_s = 3_600.0  # since the computer was started
        self.capture = Capture(form, opened_s=START_S, slept=lambda: self.slept_s)
        self.now_s = START_S
        self.heard: list[np.ndarray[tuple[int], np.dtype[np.int16]]] = []
        self.troubles: list[str] = []
        self._random = np.random.default_rng(0)
        self._backlog = 0  # chunks

    def go_on(self, seconds: float, amplitude: float = 0.1) -> None:
        for _ in range(self._backlog):
            self.capture.hear(np.full(CHUNK, 99, "<i2").tobytes(), self.now_s)
        self._backlog = 0
        for _ in range(round(seconds * RATE / CHUNK)):
            chunk = self._random.uniform(-amplitude, amplitude, CHUNK) * 32767
            self.heard.append(chunk.astype("<i2"))
            self.now_s += CHUNK / RATE
            late_s = self._random.exponential(0.003)
            self.capture.hear(self.heard[-1].tobytes(), self.now_s + late_s)
            self._look()

    def hold_up(self, seconds: float) -> None:
        """What is heard meanwhile arrives only afterwards, the first of it just now."""
        self.now_s += seconds
        chunk = np.full(CHUNK, 99, "<i2")
        self.capture.hear(chunk.tobytes(), self.now_s)
        self._backlog = round(seconds * RATE / CHUNK) - 1

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            self.now_s += 0.05
            self._look()

    def has_trouble(self) -> bool:
        self.wait(0.05)
        return bool(self.troubles)

    def _look(self) -> None:
        self.troubles += [error.text for error in self.capture.tick(self.now_s)]


@pytest.fixture
def sea() -> Sea:
    return Sea()


def test_a_take_begins_two_seconds_before_it_was_asked_for(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(5)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(3)
    take = sea.capture.finish()
    assert take.path == tmp_path / "a.wav"
    assert (take.duration_s, take.sample_rate, take.channels, take.gaps) == (5.0, RATE, 1, 0)
    written, _ = soundfile.read(str(take.path), dtype="int16")
    assert np.array_equal(written, np.concatenate(sea.heard)[-5 * RATE :])


def test_a_short_wait_gives_a_short_pre_roll(sea: Sea, tmp_path: Path) -> None:
    assert not sea.capture.hears
    sea.capture.begin(tmp_path / "empty.wav")
    assert sea.capture.finish().duration_s == 0
    sea.go_on(0.5)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(0.5)
    assert sea.capture.finish().duration_s == 1.0


def test_takes_follow_each_other_while_it_listens_on(sea: Sea, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        sea.go_on(2.5)
        sea.capture.begin(tmp_path / name)
        assert sea.capture.taking
        with pytest.raises(RuntimeError):
            sea.capture.begin(tmp_path / "c.wav")
        sea.go_on(1)
        assert sea.capture.finish().duration_s == PRE_ROLL_S + 1
    assert not sea.capture.taking
    with pytest.raises(RuntimeError):
        sea.capture.finish()


def test_a_moment_is_found_in_the_take_within_its_error(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(4)
    sea.capture.begin(tmp_path / "a.wav")
    for before_s in (0.0, 0.7, 1.9):
        place = sea.capture.position_of(Moment(sea.now_s - before_s, 0.02))
        assert abs(place.at_s - (2 - before_s)) <= place.error_s - 0.02 < 0.01
    sea.capture.finish()


def test_gaps_are_counted_in_the_take_they_are_in(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(3)
    sea.wait(0.5)
    sea.go_on(3)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(2)
    sea.wait(0.4)
    sea.go_on(2)
    (hole,) = sea.capture.finish().holes or ()
    assert (hole.kind, hole.silence_s) == ("gap", 0)
    assert hole.at_s == pytest.approx(4)
    assert hole.missing_s == pytest.approx(0.4, abs=0.02)


def test_a_gap_just_before_the_end_counts_and_a_hold_up_at_the_begin_does_not(
    sea: Sea, tmp_path: Path
) -> None:
    sea.go_on(3)
    sea.hold_up(0.5)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(2)
    assert sea.capture.finish().gaps == 0
    sea.capture.begin(tmp_path / "b.wav")
    sea.go_on(2)
    sea.wait(0.4)
    sea.go_on(0.1)
    assert sea.capture.finish().gaps == 1


def test_torn_frames_are_put_together(tmp_path: Path) -> None:
    form = SoundFormat(RATE, 2, SampleKind.F32)
    capture, pcm = Capture(form), np.arange(960, dtype="<f4").tobytes()
    capture.begin(tmp_path / "a.wav")
    for start in range(0, len(pcm), 13):
        capture.hear(pcm[start : start + 13], START_S + start / 1e6)
    assert capture.finish().duration_s == 480 / RATE
    written, _ = soundfile.read(str(tmp_path / "a.wav"), dtype="float32")
    assert written.tobytes() == pcm


@pytest.mark.parametrize("kind", SampleKind)
def test_level_of_the_last_50_ms_in_every_format(kind: SampleKind) -> None:
    sine = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(RATE // 10) / RATE)
    both = np.stack([sine, np.zeros_like(sine)], axis=1)  # one dead channel counts for nothing
    scaled = {
        SampleKind.U8: both * 128 + 128,
        SampleKind.I16: both * 2**15,
        SampleKind.I32: both * 2**31,
        SampleKind.F32: both,
    }[kind]
    capture = Capture(SoundFormat(RATE, 2, kind))
    assert capture.level(START_S) == Level(-120, -120, clipped=False)
    capture.hear(scaled.astype(kind.value).tobytes(), START_S)
    assert capture.hears
    level = capture.level(START_S)
    assert level.rms_dbfs == pytest.approx(-9.03, abs=0.1)
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.1)
    assert not level.clipped
    capture.hear(kind.silence * RATE, START_S + 1)
    assert capture.level(START_S + 1).rms_dbfs == -120


@pytest.mark.parametrize(("run", "clipped"), [(2, False), (3, True)])
def test_clipping_takes_three_samples_in_a_row(sea: Sea, run: int, clipped: bool) -> None:
    chunk = np.zeros(CHUNK, "<i2")
    chunk[100 : 100 + run] = -32768
    sea.capture.hear(chunk.tobytes(), START_S)
    level = sea.capture.level(START_S)
    assert level.clipped is clipped
    assert level.peak_dbfs == 0
    assert sea.capture.level(START_S + 1).peak_dbfs == -120  # nothing came since


def test_a_microphone_that_stops_is_told_within_a_second_and_once(sea: Sea) -> None:
    sea.go_on(3)
    sea.wait(0.95)
    assert len(sea.troubles) == 1
    assert "No sound arrives" in sea.troubles[0]
    sea.wait(10)
    assert len(sea.troubles) == 1
    assert sea.capture.over() == []
    sea.go_on(1)
    assert ["No sound arrives" in error.text for error in sea.capture.over()] == [True]
    sea.wait(1)
    assert len(sea.troubles) == 2


def test_a_microphone_may_take_its_time_to_wake_but_not_for_ever(sea: Sea) -> None:
    sea.wait(2.5)
    assert sea.troubles == []
    sea.wait(1)
    assert len(sea.troubles) == 1


@pytest.mark.parametrize("amplitude", [0.0, 1e-5])
def test_a_silent_microphone_is_told_once_until_it_is_heard(sea: Sea, amplitude: float) -> None:
    sea.go_on(1)
    sea.go_on(3.9, amplitude)
    assert sea.troubles == []
    sea.go_on(6, amplitude)
    assert len(sea.troubles) == 1
    assert "silent for 4 seconds" in sea.troubles[0]
    assert sea.capture.over() == []
    sea.go_on(1)
    assert [error.text for error in sea.capture.over()] == sea.troubles
    assert sea.capture.over() == []
    sea.go_on(4.1, amplitude)
    assert len(sea.troubles) == 2


def test_a_quiet_room_is_not_silent(sea: Sea) -> None:
    sea.go_on(10, amplitude=3e-4)
    assert sea.troubles == []


def test_a_take_that_cannot_begin_says_so_and_listening_goes_on(sea: Sea, tmp_path: Path) -> None:
    sea.go_on(1)
    with pytest.raises(KnownError):
        sea.capture.begin(tmp_path / "nowhere" / "a.wav")
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(1)
    assert sea.capture.finish().duration_s == 2


def until(done: Callable[[], bool], seconds: float = 5.0) -> None:
    """Give the pen's thread the time it needs."""
    pause = threading.Event()
    for _ in range(round(seconds / 0.01)):
        if done():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen in time")


def test_a_disk_that_is_full_for_a_while_is_told_and_loses_nothing(
    sea: Sea, tmp_path: Path
) -> None:
    sea.go_on(1)
    sea.capture.begin(tmp_path / "a.wav")
    disk = SmallDisk(100_000)
    try:
        sea.go_on(2)
        until(sea.has_trouble)
        assert "disk is full" in sea.troubles[0]
    finally:
        disk.grow()
    sea.go_on(1)
    assert sea.capture.finish().duration_s == 4
    assert sum("disk" in text for text in sea.troubles) == 1
    written, _ = soundfile.read(str(tmp_path / "a.wav"), dtype="int16")
    assert np.array_equal(written, np.concatenate(sea.heard))


@pytest.mark.parametrize(("left_s", "told"), [(299, "5 minutes"), (45, "45 seconds"), (301, "")])
def test_a_disk_that_will_soon_be_full_is_foretold_once(
    sea: Sea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_s: int, told: str
) -> None:
    free = left_s * RATE * FORM.frame_bytes
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    sea.go_on(1)
    for number in range(2 if told else 1):
        sea.capture.begin(tmp_path / f"{number}.wav")
        sea.go_on(8)
        assert sea.capture.finish().duration_s >= 8
        sea.go_on(0.1)
        assert len(sea.troubles) == (number + 1 if told else 0)
    assert all(f"room for {told} more" in text for text in sea.troubles)


def test_what_a_full_disk_lost_is_told_after_the_take(sea: Sea, tmp_path: Path) -> None:
    sea.capture.begin(tmp_path / "a.wav")
    disk = SmallDisk(50_000)
    try:
        sea.go_on(2)
        take = sea.capture.finish()
    finally:
        disk.grow()
    assert 0.4 < take.duration_s < 0.6
    sea.go_on(0.1)
    assert any("last 1.5 s" in text for text in sea.troubles)


def test_a_slow_disk_holds_nobody_up(
    sea: Sea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, append = threading.Event(), StreamingWav.append

    def slow(self: StreamingWav, pcm: bytes) -> None:
        assert gate.wait(10)
        append(self, pcm)

    monkeypatch.setattr(StreamingWav, "append", slow)
    sea.capture.begin(tmp_path / "a.wav")
    sea.go_on(5)  # returns although nothing can be written
    gate.set()
    assert sea.capture.finish().duration_s == 5
