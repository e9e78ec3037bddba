"""A take outlives the computer's sleep, and is told when it is too loud."""

from pathlib import Path

import numpy as np
import pytest

from tests.media.tone import CHUNK_S, World, clicks, read
from trainer.domain.response import ASLEEP


@pytest.fixture
def world() -> World:
    return World()


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
    (hole,) = world.capture.finish().holes or ()
    assert (hole.kind, hole.at_s, hole.silence_s) == (ASLEEP, 3.0, 0.0)
    assert hole.missing_s == pytest.approx(100.1, abs=0.05)


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
