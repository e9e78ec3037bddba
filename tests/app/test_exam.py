"""A test as it is sat: heard once, answered once, nothing shown, whatever breaks in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable

import pytest

from tests.app.examined import CLIENTS, Room
from trainer.app.practice import State
from trainer.domain.errors import KnownError
from trainer.domain.response import LOST, MOVED, Hole, Response
from trainer.store import recordings, sessions, starts
from trainer.store.db import Log

FIRST, SECOND = CLIENTS
GONE = KnownError("No microphone was found", "Connect one, or choose one in Settings.")


def test_each_client_speaks_once_to_the_end_is_answered_once_and_nothing_is_shown(
    room: Room,
) -> None:
    exam = room.sit()
    room.begin()
    exam.respond_now()  # in a test that does nothing
    assert exam.state is State.PLAYING
    room.player.end()
    assert exam.seconds_left() == 20  # the assignment's, not the client's own
    for _ in range(2):
        room.clock.pass_s(10.05)
        exam.tick()
    assert (exam.state, exam.time_over) == (State.REVIEWING, True)
    room.clock.pass_s(1)
    exam.tick()
    room.rate()
    assert (exam.state, exam.vignette.id) == (State.READY, SECOND)  # no feedback in between
    room.answer()
    room.rate()
    assert exam.state is State.DONE
    assert room.given() == [(FIRST, "window"), (SECOND, "person")]
    assert (room.begun(), room.broke(), room.left()) == (list(CLIENTS), [], [])
    end = sessions.end_of(room.log, exam.sitting.session.id)
    assert end is not None
    assert end.felt == ""
    with pytest.raises(KnownError, match="Everything is answered"):
        room.sit()


def test_a_client_does_not_speak_before_it_is_on_the_disk(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = room.late()
    exam = room.sit()
    exam.play()
    exam.play()  # a second press while the disk is waited for
    assert (exam.state, room.player.clip, room.begun()) == (State.READY, None, [])
    late.land()
    assert (exam.state, room.begun()) == (State.PLAYING, [FIRST])
    exam.leave()
    late.land()

    def full(_log: Log, _start: object) -> None:
        raise KnownError("The disk is full", "Make room.")

    monkeypatch.setattr(starts, "add_start", full)
    exam = room.sit()
    exam.play()
    late.land()
    assert (exam.state, exam.vignette.id, room.player.clip) == (State.READY, SECOND, None)
    assert [one.text for one in room.troubles] == ["The disk is full"]
    assert not room.recorder.is_open


# What breaks in


def leaves(room: Room) -> None:
    room.begin()
    room.exam.leave()


def leaves_in_the_answer(room: Room) -> None:
    room.listen()
    room.exam.leave()


def sleeps(room: Room) -> None:
    room.begin()
    room.slept_s = 3600.0
    room.exam.tick()
    assert room.player.clip is None


def stands_still(room: Room) -> None:
    room.begin()
    room.clock.pass_s(20)
    room.exam.tick()


def sleeps_in_the_answer(room: Room) -> None:
    room.listen()
    room.slept_s = 3600.0
    room.exam.tick()
    room.clock.pass_s(1)
    room.exam.tick()
    room.rate()


def is_unplugged(room: Room) -> None:
    room.recorder.refuses["begin"] = GONE
    room.begin()
    room.player.end()
    room.recorder.refuses.clear()


def is_unplugged_in_the_answer(room: Room) -> None:
    room.recorder.holes = (Hole(LOST, 3.0, 2.0, 2.0), Hole(MOVED, 6.0, 0.0))
    room.answer()
    room.rate()
    room.recorder.holes = ()


def hears_nothing(room: Room) -> None:
    room.recorder.deaf = True
    room.answer()
    room.recorder.deaf = False


def stalls(room: Room) -> None:
    room.begin()
    room.player.fail(at_s=2.0)


@pytest.mark.parametrize(
    ("happens", "broke", "kept"),
    [
        (leaves, ("left", "client"), ""),
        (leaves_in_the_answer, ("left", "answer"), "interrupted"),
        (sleeps, ("asleep", "client"), ""),
        (stands_still, ("asleep", "client"), ""),
        (sleeps_in_the_answer, ("asleep", "answer"), "interrupted"),
        (is_unplugged, ("microphone", "answer"), ""),
        (is_unplugged_in_the_answer, ("microphone", "answer"), "person"),
        (hears_nothing, ("microphone", "answer"), ""),
        (stalls, ("clip", "client"), ""),
    ],
)
def test_what_breaks_in_is_on_record_and_the_next_client_comes(
    room: Room, happens: Callable[[Room], None], broke: tuple[str, str], kept: str
) -> None:
    exam = room.sit()
    happens(room)
    assert room.broke() == [(FIRST, *broke)]
    assert room.given() == ([(FIRST, kept)] if kept else [])
    assert room.left() == [SECOND]
    if exam.state is State.LEFT:
        exam = room.sit()
    assert (exam.state, exam.vignette.id) == (State.READY, SECOND)
    room.answer()
    room.rate()
    assert exam.state is State.DONE
    assert room.begun() == list(CLIENTS)
    assert room.restart().kept == ()
    assert len(room.broke()) == 1


def test_a_clip_that_never_sounded_and_a_microphone_that_is_not_there_cost_nobody_a_client(
    room: Room,
) -> None:
    exam = room.sit()
    room.recorder.refuses["open"] = GONE
    exam.play()
    assert (exam.state, room.begun()) == (State.READY, [])
    room.recorder.refuses.clear()
    exam.play()
    room.player.fail()
    assert room.broke() == [(FIRST, "clip", "before")]
    assert (exam.vignette.id, room.left()) == (FIRST, list(CLIENTS))
    room.to_the_end()
    assert room.begun() == [FIRST, FIRST, SECOND]  # the second start is on record too
    assert room.given() == [(FIRST, "person"), (SECOND, "person")]


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_before_any_line_it_is_gone_on_with_and_nobody_is_heard_twice() -> None:
    # By hand before every one of them: see kill_exam.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.kill_exam", place, "20"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 9


def test_what_cannot_be_kept_now_is_kept_at_the_next_start(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.sit()
    room.listen()  # and here it is killed
    room.recorder.finish()
    adopt, full = recordings.adopt, KnownError("The disk is full", "Make room.")

    def refuses(*_: object, **__: object) -> Response:
        raise full

    monkeypatch.setattr(recordings, "adopt", refuses)
    found = room.restart()
    assert (found.kept, found.offered, found.wrong) == ((), (), (full,))
    assert room.broke() == []
    monkeypatch.setattr(recordings, "adopt", adopt)
    assert len(room.restart().kept) == 1
    assert (room.given(), room.broke()) == (
        [(FIRST, "interrupted")], [(FIRST, "stopped", "answer")],
    )  # fmt: skip
