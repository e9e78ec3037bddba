"""A take goes on when its microphone is lost, replaced or asleep: in real time, without a click."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from trainer.domain.errors import KnownError
from trainer.domain.response import ASLEEP, LOST, Hole
from trainer.media.capture import JOINT_S, LONGEST_SILENCE_S, SETTLE_S, Capture
from trainer.media.ports import PRE_ROLL_S, Moment, Take
from trainer.media.wav import SampleKind, SoundFormat

START_S = 500.0
FORM = SoundFormat(48_000, 1, SampleKind.I16)
TONE_HZ = 330.0
CHUNK_S = 0.02


class World:
    """A tone that sounds all the time, whoever hears it: where it is in a take tells real time."""

    def __init__(self, form: SoundFormat = FORM) -> None:
        self.form = form
        self.now_s = START_S
        self.slept_s = 0.0
        self.capture = Capture(form, opened_s=START_S, slept=lambda: self.slept_s)
        self.told: list[str] = []
        self.over: list[str] = []
        self._random = np.random.default_rng(0)

    def pcm(self, from_s: float, frames: int) -> bytes:
        at = from_s - START_S + np.arange(frames) / self.form.sample_rate
        tone = (0.4 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.float32)
        return self.form.pcm(np.repeat(tone[:, np.newaxis], self.form.channels, axis=1))

    def hear(self, seconds: float, late_s: float = 0.0) -> None:
        """The device delivers what sounds now, as busy machines do: a little late."""
        for _ in range(round(seconds / CHUNK_S)):
            frames = round(CHUNK_S * self.form.sample_rate)
            pcm = self.pcm(self.now_s, frames)
            self.now_s += CHUNK_S
            self.capture.hear(pcm, self.now_s + late_s + self._random.exponential(0.002))
            self.look()

    def nothing(self, seconds: float) -> None:
        """Time passes, and nothing arrives."""
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s = min(end_s, self.now_s + 0.05)
            self.look()

    def plug(self, form: SoundFormat | None = None) -> None:
        """Another device is opened in place of the lost one."""
        self.form = form or self.form
        self.capture.joined(self.form)

    def look(self) -> None:
        self.told += [error.text for error in self.capture.tick(self.now_s)]
        self.over += [error.text for error in self.capture.over()]


def read(take: Take) -> np.ndarray:
    samples, rate = soundfile.read(str(take.path), dtype="float32", always_2d=True)
    assert rate == take.sample_rate
    return samples


def clicks(samples: np.ndarray, rate: int) -> float:
    """The loudest that is heard above 8 kHz within any 5 ms, as a share of full scale."""
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate) < 8_000] = 0
    high = np.fft.irfft(spectrum, len(samples))
    size = rate // 200
    whole = high[: len(high) // size * size].reshape(-1, size)
    return float(np.sqrt(np.mean(np.square(whole), axis=1)).max())


@pytest.fixture
def world() -> World:
    return World()


def lost_for(world: World, path: Path, seconds: float, form: SoundFormat | None = None) -> Take:
    world.hear(4)
    world.capture.begin(path)
    world.hear(3)
    world.nothing(seconds)
    world.plug(form)
    world.hear(4)
    return world.capture.finish()


@pytest.mark.parametrize("seconds", [0.05, 1.0, 7.3])
def test_another_device_goes_on_in_real_time(world: World, tmp_path: Path, seconds: float) -> None:
    take = lost_for(world, tmp_path / "a.wav", seconds)
    (hole,) = take.holes or ()
    assert (hole.kind, hole.at_s) == (LOST, 5.0)
    assert hole.missing_s == pytest.approx(seconds, abs=0.01)
    assert hole.silence_s == pytest.approx(max(seconds, JOINT_S), abs=0.01)
    assert take.duration_s == pytest.approx(9 + hole.silence_s, abs=1e-4)
    samples = read(take)[:, 0]
    silent = samples[round(5.02 * 48_000) : round((5 + hole.silence_s - 0.02) * 48_000)]
    assert not silent.any()


def test_nothing_that_was_heard_is_changed(world: World, tmp_path: Path) -> None:
    take = lost_for(world, tmp_path / "a.wav", 2)
    (hole,) = take.holes or ()
    written, _ = soundfile.read(str(take.path), dtype="int16")
    before = np.frombuffer(world.pcm(START_S + 2, 5 * 48_000), "<i2")
    assert np.array_equal(written[: 5 * 48_000], before)
    after = np.frombuffer(world.pcm(START_S + 9, 4 * 48_000), "<i2")
    assert np.array_equal(written[-4 * 48_000 :], after)
    assert hole.missing_s == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("shift_s", [0.0, 0.25 / TONE_HZ, 0.6 / TONE_HZ])
def test_neither_edge_of_a_hole_clicks(tmp_path: Path, shift_s: float) -> None:
    world = World()
    world.now_s += shift_s  # so that the tone is cut at another place
    take = lost_for(world, tmp_path / "a.wav", 1.5)
    samples = read(take)[48_000:-48_000, 0]
    assert clicks(samples, 48_000) < 1e-3
    samples[4 * 48_000 : 4 * 48_000 + 480] = 0  # without the soft edge, for comparison
    assert clicks(samples, 48_000) > 5e-3 or shift_s == 0.0  # where the tone is 0 by itself


FORMATS = [
    SoundFormat(44_100, 2, SampleKind.F32), SoundFormat(16_000, 1, SampleKind.I16),
    SoundFormat(8_000, 1, SampleKind.U8), SoundFormat(96_000, 6, SampleKind.I32),
]  # fmt: skip


@pytest.mark.parametrize("second", FORMATS, ids=str)
@pytest.mark.parametrize("first", [FORM, SoundFormat(44_100, 2, SampleKind.F32)], ids=str)
def test_another_format_is_converted_to_the_first_one(
    tmp_path: Path, first: SoundFormat, second: SoundFormat
) -> None:
    take = lost_for(World(first), tmp_path / "a.wav", 1.5, second)
    assert (take.sample_rate, take.channels) == (first.sample_rate, first.channels)
    (hole,) = take.holes or ()
    assert hole.missing_s == pytest.approx(1.5, abs=0.02)
    assert take.duration_s == pytest.approx(10.5, abs=0.02)
    samples = read(take)
    for channel in range(first.channels):
        after = samples[round(6.6 * first.sample_rate) :, channel]
        at = np.arange(len(after)) / first.sample_rate
        bases = np.stack([np.sin(2 * np.pi * TONE_HZ * at), np.cos(2 * np.pi * TONE_HZ * at)])
        found = np.linalg.lstsq(bases.T, after, rcond=None)[0]
        rest = after - bases.T @ found
        assert np.hypot(*found) == pytest.approx(0.4, abs=0.005)
        noise = 0.01 if second.kind is SampleKind.U8 else 1e-3
        assert float(np.sqrt(np.mean(np.square(rest)))) < noise
    assert clicks(samples[:, 0], first.sample_rate) < 0.01


def test_only_the_hole_is_told_and_no_gap_follows(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    world.nothing(2)
    assert [text for text in world.told if "No sound arrives" in text] == world.told
    assert len(world.told) == 1
    assert world.over == []
    world.plug()
    world.hear(0.1)
    assert world.over == world.told
    assert world.capture.holes == ()  # not before it is known how long it was
    world.hear(SETTLE_S)
    ((kind, at_s),) = [(hole.kind, hole.at_s) for hole in world.capture.holes]
    assert (kind, at_s) == (LOST, 4)
    world.hear(6)
    assert len(world.capture.finish().holes or ()) == 1
    assert len(world.told) == 1


def test_a_device_that_is_known_to_be_gone_is_told_at_once(world: World) -> None:
    world.hear(1)
    world.capture.stopped(KnownError("The microphone was disconnected"))
    world.nothing(0.05)
    assert world.told == ["The microphone was disconnected"]
    world.nothing(3)
    assert len(world.told) == 1
    world.hear(0.1)
    assert world.over == world.told


def test_one_that_only_paused_goes_on_in_real_time_too(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    world.nothing(1.5)
    world.hear(3)
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert (hole.kind, hole.at_s) == (LOST, 4)
    assert hole.missing_s == pytest.approx(1.5, abs=0.01)
    assert take.duration_s == pytest.approx(8.5, abs=0.01)


def test_one_that_was_held_up_loses_nothing_and_has_no_hole(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    spoken_s, frames = world.now_s, round(CHUNK_S * 48_000)
    world.nothing(1.5)
    for number in range(75):  # all that was held up comes at once
        world.capture.hear(world.pcm(spoken_s + number * CHUNK_S, frames), world.now_s)
    world.hear(3)
    take = world.capture.finish()
    assert take.holes == ()
    assert take.duration_s == pytest.approx(8.5)
    assert clicks(read(take)[:, 0], 48_000) < 3e-4


def test_what_is_missing_at_the_end_is_marked_there(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    world.nothing(2.5)
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert (hole.kind, hole.at_s, hole.silence_s, take.duration_s) == (LOST, 4, 0, 4)
    assert hole.missing_s == pytest.approx(2.5, abs=0.06)


def test_what_is_held_back_is_in_the_take_that_ends_then(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    world.nothing(2)
    world.plug()
    world.hear(0.06)
    take = world.capture.finish()
    assert take.duration_s == pytest.approx(6.06, abs=0.01)
    assert len(take.holes or ()) == 1


def test_moments_are_found_on_both_sides_and_within(world: World, tmp_path: Path) -> None:
    world.hear(4)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(3)
    world.nothing(2)
    world.plug()
    world.hear(3, late_s=0.03)  # a device that is slower by nature
    for true_s in (1.0, 4.5, 6.0, 8.5, 9.5):
        place = world.capture.position_of(Moment(START_S + 2 + true_s, 0.0))
        assert abs(place.at_s - true_s) <= place.error_s + 0.03
    world.capture.finish()


def test_a_hole_before_the_take_is_in_it_as_far_as_it_reaches(world: World, tmp_path: Path) -> None:
    world.hear(4)
    world.nothing(3)
    world.plug()
    world.hear(1)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert (hole.at_s, hole.kind) == (0, LOST)
    assert hole.missing_s == pytest.approx(1.0, abs=0.02)
    assert hole.silence_s == pytest.approx(1.0, abs=0.02)
    assert take.duration_s == PRE_ROLL_S + 2
    world.capture.begin(tmp_path / "b.wav")
    world.hear(1)
    assert world.capture.finish().holes == ()


def test_several_losses_are_several_holes(world: World, tmp_path: Path) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    for _ in range(3):
        world.hear(1)
        world.nothing(1.2)
        world.plug(SoundFormat(44_100, 2, SampleKind.F32))
    world.hear(1)
    take = world.capture.finish()
    at_s = [hole.at_s for hole in take.holes or ()]
    assert at_s == pytest.approx([3, 5.2, 7.4], abs=0.05)
    assert take.duration_s == pytest.approx(9.6, abs=0.05)
    assert all(b > a for a, b in itertools.pairwise(at_s))


def test_a_device_that_was_never_heard_leaves_no_hole(world: World, tmp_path: Path) -> None:
    world.nothing(4)
    world.plug()
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(1)
    assert world.capture.finish().holes == ()


def test_hours_without_a_microphone_cost_neither_memory_nor_the_disk(
    world: World, tmp_path: Path
) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(1)
    world.now_s += 7_200
    world.plug()
    world.hear(1)
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert hole.silence_s == LONGEST_SILENCE_S
    assert hole.missing_s == pytest.approx(7_200, abs=0.1)
    assert take.duration_s == pytest.approx(LONGEST_SILENCE_S + 4, abs=0.01)


# Sleep


def test_sleep_is_marked_with_its_place_and_length(world: World, tmp_path: Path) -> None:
    world.hear(4)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(3)
    world.slept_s += 754.0
    world.hear(5, late_s=0.3)  # whoever has just woken is slow for ever, it seems
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert (hole.kind, hole.at_s) == (ASLEEP, 5)
    assert hole.missing_s == pytest.approx(754, abs=0.5)
    assert hole.silence_s < 0.5  # a night must not fill the disk
    assert world.told == []
    assert clicks(read(take)[:, 0], 48_000) < 0.003


def test_a_device_that_sleep_took_away_is_one_hole(world: World, tmp_path: Path) -> None:
    world.hear(4)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(3)
    world.slept_s += 60.0
    world.nothing(2)
    assert world.told == []  # it takes its time to wake
    world.nothing(2)
    assert len(world.told) == 1
    world.plug()
    world.hear(2)
    (hole,) = world.capture.finish().holes or ()
    assert (hole.kind, hole.at_s) == (ASLEEP, 5)
    assert hole.missing_s == pytest.approx(64, abs=0.05)
    assert hole.silence_s == pytest.approx(4, abs=0.05)


def test_sleep_before_anything_is_heard_or_between_takes_is_no_hole(
    world: World, tmp_path: Path
) -> None:
    world.slept_s += 100
    world.hear(4)
    world.slept_s += 100
    world.hear(4)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(1)
    assert world.capture.finish().holes == ()


def test_asleep_to_the_end(world: World, tmp_path: Path) -> None:
    world.hear(4)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(1)
    world.slept_s += 100
    world.nothing(0.1)
    assert world.capture.finish().holes == (
        Hole(ASLEEP, 3.0, pytest.approx(100.1, abs=0.05)),  # type: ignore[arg-type]  # pytest's
    )


# Too loud


def test_too_loud_is_said_once_while_one_speaks_and_goes_when_it_is_over(
    world: World, tmp_path: Path
) -> None:
    full = np.full(960, 32767, "<i2").tobytes()

    def shout(times: int) -> None:
        for _ in range(times):
            world.now_s += CHUNK_S
            world.capture.hear(full, world.now_s)
            world.look()

    shout(20)
    assert world.told == []  # nobody is recorded yet
    world.capture.begin(tmp_path / "a.wav")
    shout(2)
    world.hear(1)
    assert world.told == []  # a knock on the table
    shout(5)
    assert ["too loud" in text for text in world.told] == [True]
    world.hear(4)
    assert world.over == []
    world.hear(2)
    assert world.over == world.told
    shout(20)
    world.capture.finish()
    assert len(world.told) == 1
    world.capture.begin(tmp_path / "b.wav")
    shout(5)
    assert len(world.told) == 2
    world.capture.finish()
