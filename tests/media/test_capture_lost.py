"""A take goes on when its microphone is lost or replaced: in real time, without a click."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media.tone import CHUNK_S, FORM, START_S, TONE_HZ, World, clicks, read
from trainer.domain.errors import KnownError
from trainer.domain.response import LOST, MOVED, MUTED, Hole
from trainer.media.capture import JOINT_S, LONGEST_SILENCE_S, SETTLE_S
from trainer.media.ports import PRE_ROLL_S, Moment, Take
from trainer.media.wav import SampleKind, SoundFormat


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
    world = World(first)
    world.now_s += 0.25 / TONE_HZ  # so that the second one begins where the tone is loudest
    take = lost_for(world, tmp_path / "a.wav", 1.5, second)
    assert (take.sample_rate, take.channels) == (first.sample_rate, first.channels)
    (hole,) = take.holes or ()
    assert hole.missing_s == pytest.approx(1.5, abs=0.02)
    assert take.duration_s == pytest.approx(10.5, abs=0.02)
    samples = read(take)
    noise = 0.01 if second.kind is SampleKind.U8 else 1e-3
    for channel in range(first.channels):
        after = samples[round(6.6 * first.sample_rate) :, channel]
        at = np.arange(len(after)) / first.sample_rate
        bases = np.stack([np.sin(2 * np.pi * TONE_HZ * at), np.cos(2 * np.pi * TONE_HZ * at)])
        found = np.linalg.lstsq(bases.T, after, rcond=None)[0]
        rest = after - bases.T @ found
        assert np.hypot(*found) == pytest.approx(0.4, abs=0.005)
        assert float(np.sqrt(np.mean(np.square(rest)))) < noise
    assert clicks(samples[first.sample_rate :, 0], first.sample_rate) < max(1.5e-3, noise / 2)


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


def test_where_the_system_put_another_microphone_is_marked_and_nothing_is_added(
    world: World, tmp_path: Path
) -> None:
    world.hear(1)
    world.capture.moved(START_S + 0.5)  # before the take, and none of its business
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(3)
    since_s = world.now_s
    world.hear(0.3)
    world.capture.moved(since_s)
    world.hear(2)
    take = world.capture.finish()
    (hole,) = take.holes or ()
    assert (hole.kind, hole.missing_s, hole.silence_s) == (MOVED, 0, 0)
    assert hole.at_s == pytest.approx(5, abs=0.02)
    assert take.duration_s == pytest.approx(7.3)
    assert world.told == []


def test_what_comes_while_it_is_muted_is_a_hole_from_before_the_take_to_its_end(
    world: World, tmp_path: Path
) -> None:
    world.hear(3)
    world.capture.muted(world.now_s - 2.5)  # 0.5 s of it before what a take begins with
    world.hear(1)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(3)
    assert not world.capture.level(world.now_s).heard
    assert world.capture.holes == (Hole(MUTED, 0.0, 0.0),)  # should it be killed now
    world.capture.muted(None)
    world.hear(2)
    since_s = world.now_s
    for _ in range(3):
        world.hear(1)
        world.capture.muted(since_s)
    take = world.capture.finish()
    found = [(h.kind, h.at_s, h.missing_s, h.silence_s) for h in take.holes or ()]
    assert found == [
        (MUTED, 0.0, pytest.approx(5), pytest.approx(5)),
        (MUTED, *[pytest.approx(seconds, abs=0.02) for seconds in (7, 3, 3)]),
    ]
    assert take.duration_s == pytest.approx(10)
    world.capture.muted(since_s)  # still, and so it is when the next take begins
    world.hear(3)
    world.capture.begin(tmp_path / "b.wav")
    world.hear(1)
    (hole,) = world.capture.finish().holes or ()
    assert (hole.kind, hole.at_s + hole.silence_s) == (MUTED, pytest.approx(3))


def test_one_that_is_lost_while_it_is_muted_leaves_holes_that_follow_each_other(
    world: World, tmp_path: Path
) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    since_s = world.now_s
    world.hear(1)
    world.capture.muted(since_s)
    world.nothing(2)
    world.plug()
    world.hear(2)
    world.capture.muted(since_s)
    world.hear(1)
    take = world.capture.finish()
    first, lost, second = take.holes or ()
    assert [first.kind, lost.kind, second.kind] == [MUTED, LOST, MUTED]
    assert lost.at_s == pytest.approx(first.at_s + first.silence_s)
    assert second.at_s == pytest.approx(lost.at_s + lost.silence_s)
    assert second.at_s + second.silence_s == pytest.approx(take.duration_s)


def test_another_microphone_that_sends_nothing_either_is_only_a_hole(
    world: World, tmp_path: Path
) -> None:
    world.hear(3)
    world.capture.begin(tmp_path / "a.wav")
    world.hear(2)
    world.capture.moved(world.now_s - 0.2)
    world.nothing(2)
    world.plug()
    world.hear(1)
    assert [hole.kind for hole in world.capture.finish().holes or ()] == [LOST]


def test_the_level_says_from_when_to_when_nothing_was_heard(world: World) -> None:
    world.hear(2)
    assert world.capture.level(world.now_s).heard
    world.nothing(0.5)
    assert world.capture.level(world.now_s).heard  # a hold-up, as far as is known
    world.nothing(0.5)
    assert not world.capture.level(world.now_s).heard
    world.plug()
    world.hear(0.1)
    assert world.capture.level(world.now_s).heard
