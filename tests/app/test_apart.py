"""What is worked out in another process: one of it, ended when asked, gone with the program."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.app.office import Office
from tests.journeys.sound_tools import wait_for
from trainer.app.apart import tell
from trainer.app.clip import clip_shape
from trainer.domain.errors import KnownError


def test_what_is_done_apart_is_done_in_one_other_process(office: Office) -> None:
    pids: list[int] = []
    for _ in range(2):
        office.work.apart(os.getpid, pids.append)
    office.fetch(2)
    assert office.failures == []
    assert pids[0] == pids[1] != os.getpid()


def test_a_problem_met_apart_comes_home_whole(office: Office) -> None:
    office.work.apart(partial(clip_shape, office.folder / "gone.opus"))
    office.fetch()
    (problem,) = office.failures
    assert isinstance(problem, KnownError)
    assert "gone.opus" in problem.text


def test_a_process_that_crashes_is_told_and_the_next_job_has_another(office: Office) -> None:
    pids: list[int] = []
    office.work.apart(partial(os._exit, 7))
    office.work.apart(os.getpid, pids.append)
    office.fetch(2)
    (problem,) = office.failures
    assert isinstance(problem, KnownError)
    assert "kept" in problem.hint
    assert len(pids) == 1


def test_who_has_gone_does_not_hear_what_came_apart(office: Office) -> None:
    heard: list[int] = []
    office.work.apart(os.getpid, heard.append, alive=lambda: False)
    office.fetch()
    assert heard == []


def test_what_is_done_apart_can_be_ended_and_others_are_not(office: Office) -> None:
    heard: list[object] = []
    office.work.apart(os.getpid, heard.append)
    office.fetch()
    begun = office.folder / "begun"
    long = f"open({str(begun)!r}, 'w').close(); import time; time.sleep(600)"
    end = office.work.apart(partial(exec, long), heard.append)
    never = office.work.apart(partial(time.sleep, 601), heard.append)
    office.work.apart(os.getpid, heard.append)
    never()
    wait_for(begun.exists)
    end()
    office.fetch()
    assert office.failures == []
    assert len(heard) == 2
    assert heard[0] != heard[1]
    end()
    office.work.apart(os.getpid, heard.append)
    office.fetch()
    assert heard[2] == heard[1]


def test_a_process_that_went_while_nobody_asked_costs_no_job(office: Office) -> None:
    pids: list[int] = []
    office.work.apart(os.getpid, pids.append)
    office.fetch()
    os.kill(pids[0], signal.SIGTERM)
    wait_for(lambda: not multiprocessing.active_children())
    office.work.apart(os.getpid, pids.append)
    office.fetch()
    assert office.failures == []
    assert pids[0] != pids[1]


def test_closing_waits_for_nothing_that_is_done_apart(tmp_path: Path) -> None:
    office = Office(tmp_path)
    heard: list[object] = []
    office.work.apart(os.getpid, heard.append)
    office.fetch()  # it is under way
    for _ in range(2):
        office.work.apart(partial(time.sleep, 600), heard.append)
    began_s = time.monotonic()
    office.work.close()
    assert time.monotonic() - began_s < 60
    assert multiprocessing.active_children() == []
    while not office.calls.empty():
        office.fetch()
    assert len(heard) == 1
    assert office.failures == []


def test_a_killed_program_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "window.py"
    script.write_text(
        "import os, sys, threading\n"
        "from trainer.app.apart import Apart\n"
        "if __name__ == '__main__':\n"
        "    print(Apart().run(os.getpid), flush=True)\n"
        "    threading.Event().wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as window:
        assert window.stdout is not None
        assert int(window.stdout.readline()) != window.pid
        window.kill()
        # The process apart holds the other end of this pipe too: it ends when the last has gone.
        assert window.communicate(timeout=30)[0] == ""


def told_twice() -> str:
    tell(1, 2)
    tell(2, 2)
    return "done"


def test_what_is_done_apart_tells_how_far_it_is(office: Office) -> None:
    heard: list[object] = []
    office.work.apart(told_twice, heard.append, told=lambda done, of: heard.append((done, of)))
    office.work.apart(told_twice, heard.append)  # nobody asks
    office.fetch(4)
    assert office.failures == []
    assert heard == [(1, 2), (2, 2), "done", "done"]
    assert told_twice() == "done"  # in no process of its own it is told to nobody
