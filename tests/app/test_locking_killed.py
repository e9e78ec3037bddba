"""Locking and unlocking that is killed, or stopped by a person or a full disk, loses nothing."""

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from tests.app import locked
from tests.app.backed import contents, fill
from tests.helpers.disk import small_disk
from tests.store import made
from trainer.app import locking
from trainer.app.backup import automatic
from trainer.app.doctor import doctor
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.store import key, recordings
from trainer.store.db import open_log


class Stopped(Exception):
    """What a person does who closes the window meanwhile."""


def stop(done: int, _whole: int) -> None:
    if done == 2:
        raise Stopped


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_before_any_line_nothing_is_lost_and_the_next_start_goes_on() -> None:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        command = [sys.executable, "-m", "tests.app.kill_locking", place, "19"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert all(int(lines) > 250 for lines in done.stdout.split())


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_a_restore_into_a_locked_folder_is_killed_and_completed() -> None:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        command = [sys.executable, "-m", "tests.app.kill_restore", place, "locked", "29"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 200


def test_stopped_by_the_person_it_goes_on_later(tmp_path):
    home, of = Home(tmp_path / "home"), key.new_key()
    fill(home, 4)
    locked.store_small(home)
    before = contents(home)
    (home.folder / key.ENTERING).write_bytes(b"stands for a lock")
    shut = Home(home.folder, of)
    with pytest.raises(Stopped):
        locking.settle(shut, stop)
    assert locking.state(shut).unfinished
    locking.settle(shut)
    assert locked.is_locked_well(shut)
    with pytest.raises(Stopped):
        locking.lock_off(shut, stop)
    assert locking.state(shut).unfinished
    locking.settle(shut)
    assert contents(home) == before


def test_the_doctor_tells_an_interrupted_lock_first_and_would_have_no_backup_deleted(tmp_path):
    home, of = Home(tmp_path / "home"), key.new_key()
    fill(home, 4)
    locked.store_small(home)
    assert automatic(home)
    (home.folder / key.ENTERING).write_bytes(b"stands for a lock")

    def said(at: Home) -> str:
        [one] = [one for one in doctor(at) if one.name == "lock"]
        assert not one.ok
        return one.text

    plain = said(Home(home.folder, of))  # killed before anything was encrypted
    assert plain.startswith("Locking was interrupted: 5 files are not encrypted yet (")
    assert "open Attune, or 'attune lock on', to go on" in plain
    with pytest.raises(Stopped):
        locking.settle(Home(home.folder, of), stop)
    half = said(Home(home.folder, of))
    assert half.startswith("Locking was interrupted: 2 files are not encrypted yet (")
    assert "delete" not in plain + half
    shut = locking.settle(Home(home.folder, of))
    with pytest.raises(Stopped):
        locking.lock_off(shut, stop)
    off = said(shut)
    assert off.startswith("Taking the lock off was interrupted: 2 files are still encrypted (")
    assert "open Attune, or 'attune lock off', to go on" in off


def test_locked_again_with_the_same_passphrase_it_goes_on_and_tells_the_key(tmp_path):
    home = Home(tmp_path / "home")
    fill(home, 1)
    of = key.new_key()
    key.write_key(home.folder / key.ENTERING, of, locked.PASSPHRASE)
    shut = locking.lock_on(home, locked.PASSPHRASE)
    assert shut.key == of
    assert locked.is_locked_well(shut)


def test_the_lock_of_another_folder_in_its_place_is_told_and_nothing_is_encrypted_for_it(tmp_path):
    home = Home(tmp_path / "home")
    fill(home, 1)
    shut = locked.lock(home)
    key.write_key(home.folder / key.LOCK, key.new_key(), locked.PASSPHRASE)
    with pytest.raises(KnownError, match="not the lock of this data folder"):
        locking.unlock(home, locked.PASSPHRASE)
    assert shut.key is not None
    assert locking.unlock(home, shut.key.secret).key == shut.key
    (home.folder / "log.db").write_bytes(os.urandom(9000))  # damaged, so that a file must tell
    assert locking.unlock(home, shut.key.secret).key == shut.key


def test_given_up_half_way_it_is_plain_again(tmp_path):
    home, of = Home(tmp_path / "home"), key.new_key()
    fill(home, 4)
    locked.store_small(home)
    before = contents(home)
    (home.folder / key.ENTERING).write_bytes(b"stands for a lock")
    with pytest.raises(Stopped):
        locking.settle(Home(home.folder, of), stop)
    locking.lock_off(Home(home.folder, of))
    assert contents(home) == before
    assert not home.is_locked


def test_the_recovery_key_of_another_folder_does_not_go_on_with_it(tmp_path):
    home = Home(tmp_path / "home")
    fill(home, 1)
    (home.folder / key.ENTERING).write_bytes(b"stands for a lock")
    with pytest.raises(KnownError, match="not the recovery key"):
        locking.lock_on(home, key.new_key().secret)
    shut = locked.lock(home)
    assert shut.key is not None
    with pytest.raises(KnownError, match="not the recovery key"):
        locking.unlock(home, key.new_key().secret)
    assert locking.unlock(home, shut.key.secret.lower()).key == shut.key


FULL = ("done", "full", "room", "No space")


@pytest.mark.parametrize("free_kb", range(8, 1800, 150))
def test_a_disk_that_is_full_at_any_point_loses_nothing(tmp_path, free_kb):
    with small_disk(tmp_path / "disk", "6m") as disk:
        home, of = Home(disk / "home"), key.new_key()
        fill(home, 2)
        log = open_log(home.folder)
        plan = made.plan(made.begun(log, made.later(300)))
        wav = recordings.begin_take(home.folder, plan)
        made.take_in(log, plan, made.write_wav(wav, frames=150_000))
        log.close()
        locked.store_small(home)
        assert automatic(home)
        before = contents(home)
        (home.folder / key.ENTERING).write_bytes(b"stands for a lock")
        shut = Home(home.folder, of)
        ends = []
        for work in (lambda: locking.settle(shut), lambda: locking.lock_off(shut)):
            filler = disk / "filler"
            filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - free_kb * 1024)))
            try:
                work()
                ends.append("done")
            except KnownError as error:
                ends.append(str(error))
            filler.unlink()
            whole = Home(home.folder, of if key.is_locked(home.folder) else None)
            log = open_log(whole.folder, whole.key)
            check = recordings.missing_or_altered(log, hashes=True)
            log.close()
            assert (check.missing, check.altered) == ((), ())
            if ends[-1] != "done":
                work()
        assert all(any(word in end for word in FULL) for end in ends)
        assert contents(home) == before
        assert not [path for path in home.folder.rglob("*") if ".part" in path.name]
        if free_kb < 100:
            assert ends[0] != "done"
