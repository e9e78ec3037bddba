"""A restore that is stopped by a person, a disk or a kill, or fed with what chance made."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress

import pytest

from tests.app.backed import contents, fill, interrupt, rehashed
from tests.store import made
from trainer.app.backup import backup
from trainer.app.paths import Home
from trainer.app.restore import Restored, restore
from trainer.domain.errors import KnownError
from trainer.store import recordings
from trainer.store.db import open_log


def test_cancelled_and_done_again_it_is_complete(at_home, other, kept):
    class Cancelled(Exception):
        pass

    def cancel(done: int, whole: int) -> None:
        if done > 0.6 * whole:
            raise Cancelled

    fill(at_home, 6)
    backup(at_home, kept)
    with pytest.raises(Cancelled):
        restore(other, kept, cancel)
    assert isinstance(restore(other, kept), Restored)
    assert contents(other) == contents(at_home)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file")
def test_a_disk_that_fills_up_is_a_sentence_and_with_room_it_is_completed(at_home, other, kept):
    import resource

    log = open_log(at_home.folder)
    plan = made.plan(made.begun(log))
    wav = made.write_wav(recordings.begin_take(log.folder, plan), frames=500_000)
    made.take_in(log, plan, wav)
    log.close()
    backup(at_home, kept)
    fill(other, 1, minutes=60)
    before = contents(other)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, hard))
    try:
        with pytest.raises(KnownError, match="too large"):
            restore(other, kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(other) == before
    assert restore(other, kept).added["responses"] == 1


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_before_any_line_the_log_opens_and_the_next_restore_completes_it() -> None:
    """Before every sixth line here; by hand, without ``6``, before every one."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.kill_restore", place, "plain", "6"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 50


@pytest.mark.no_cover  # to trace its thousands of cases takes longer than they do
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_wrong_with_a_file_it_is_a_sentence_or_a_restore(
    at_home, other, kept, tmp_path, seed
):
    fill(at_home, 2)
    interrupt(at_home)
    backup(at_home, kept)
    whole, chance = kept.read_bytes(), random.Random(seed)

    def scratch(members, manifest):
        for name in members:
            members[name] = bytes(scratched(bytearray(members[name]), chance))

    fill(other, 1, minutes=60)
    before = contents(other)
    strange = tmp_path / "strange.attune"
    for turn in range(20):
        if turn % 2:
            rehashed(kept, strange, scratch)
        else:
            strange.write_bytes(scratched(bytearray(whole), chance))
        shutil.copytree(other.folder, tmp_path / "tried")
        tried = Home(tmp_path / "tried")
        with suppress(KnownError):
            restore(tried, strange)
        assert all(set(rows) <= set(contents(tried)[table]) for table, rows in before.items())
        shutil.rmtree(tried.folder)


def scratched(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 3, 30])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return data[: chance.randrange(len(data))] if chance.random() < 0.1 else data
