"""A locked folder keeps nothing readable, also of what is quite new or was left by a kill."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.app import locked
from tests.app.backed import fill
from tests.app.kept_plain import is_mended, keep_plain
from tests.store import made
from trainer import wiring
from trainer.app import locking
from trainer.app.backup import automatic, backup
from trainer.app.doctor import doctor
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.store import sealed


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("once") / "home")
    fill(home, 1, minutes=7)  # with another sound than the answers that follow
    return locked.lock(home)


@pytest.fixture
def home(once, tmp_path):
    return locked.copied(once, tmp_path / "home, Ü")


def kept(home: Home) -> list[bool]:
    """Whether each of the sounds kept for the backups is encrypted."""
    return [sealed.is_encrypted(path) for path in (home.backups / "recordings").iterdir()]


def test_an_answer_given_just_before_the_window_closes_is_not_kept_plain(home):
    failures: list[Exception] = []
    desk, close = wiring.window_desk(
        home, Settings(home.settings_file), lambda call: None, failures.append
    )
    desk.runner.database(lambda log: made.recorded(log, made.plan(made.begun(log))))
    close()
    assert (failures, kept(home)) == ([], [True, True])
    assert [path.suffixes for path in home.recordings.rglob("*.age")] == [[".flac", ".age"]] * 2
    assert locked.is_locked_well(home)
    assert locked.readable(home, list(locked.MAGIC)) == []


def test_nor_is_it_in_a_backup_made_beside_the_window(home, tmp_path):
    one = locked.answered(home, 300)
    done = backup(home, tmp_path / "mine.attune")
    assert done.whole
    with zipfile.ZipFile(done.path) as archive:
        data = archive.read(f"recordings/{one.recording.file}.age")
    assert data.startswith(b"age-encryption.org")
    done = automatic(home)
    assert done
    assert done.whole
    assert kept(home) == [True, True]
    assert automatic(home) is None  # the same, though it would be encrypted to other bytes


def test_what_an_older_attune_kept_plain_is_told_and_encrypted(home):
    old = keep_plain(home)
    assert locking.state(home).plain[-1].parent.name == "recordings"
    locking.settle(home)
    is_mended(home, old, "settled")
    before = sorted(home.backups.rglob("*"))
    locking.settle(home)
    assert sorted(home.backups.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_meanwhile_it_is_done_by_the_next_start(tmp_path):
    command = [sys.executable, "-m", "tests.app.kept_plain", str(tmp_path), "13"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


def test_sounds_of_a_backup_that_is_not_locked_stay_with_it(home, tmp_path):
    other = Home(tmp_path / "other")
    fill(other, 1, minutes=600)
    theirs = automatic(other)
    assert theirs
    theirs.path.rename(home.backups / theirs.path.name)
    [sound] = (other.backups / "recordings").iterdir()
    sound.rename(home.backups / "recordings" / sound.name)
    locking.settle(home)
    assert (home.backups / "recordings" / sound.name).exists()
    [told] = [check for check in doctor(home) if check.name == "lock"]
    assert theirs.path.name in told.text


def test_scraps_of_a_kill_are_told_and_go_at_the_next_start(home):
    scraps = [
        home.folder / name
        for name in ("microphone-check.wav", ".restoring/a+b.wav", ".attune-travel-x/log.db")
    ]
    for path in scraps:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"RIFF of a voice")
    assert set(locking.state(home).plain) == set(scraps)
    locking.settle(home)
    assert not any(path.exists() for path in (*scraps, scraps[1].parent))
    assert locked.is_locked_well(home)


def test_a_plain_file_beside_another_encrypted_one_of_its_name_is_kept_among_the_lost(home):
    one = sealed.stored(home.recordings / locked.responses_in(home)[0].recording.file)
    whole = sealed.read(one, home.key)
    sealed.plain_name(one).write_bytes(b"fLaC of another")
    locking.settle(home)
    assert locked.is_locked_well(home)
    [lost] = (home.recordings / "lost").iterdir()
    assert (sealed.read(one, home.key), sealed.read(lost, home.key)) == (whole, b"fLaC of another")


@pytest.mark.parametrize("locks", [True, False])
def test_a_backup_that_a_person_saved_among_the_automatic_ones_is_not_deleted(tmp_path, locks):
    home = Home(tmp_path / "home")
    fill(home, 1)
    if not locks:
        home = locked.lock(home)
    home.backups.mkdir(exist_ok=True)
    own = backup(home, home.backups / "before my exam.attune").path
    if locks:
        with pytest.raises(KnownError, match="before my exam"):
            locking.lock_on(home, locked.PASSPHRASE)
        assert not home.is_locked
    else:
        locked.unlock(home)
    assert own.exists()


def remade(path: Path, data: bytes) -> None:
    """Other bytes in a new file: the kept one of the backups is another name of the old."""
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("harm", ["gone", "cut", "plain and cut"])
def test_a_recording_that_is_lost_stays_in_the_backups_that_follow(home, harm):
    from trainer.app.repair import repair

    assert automatic(home) or True
    path = sealed.stored(home.recordings / locked.responses_in(home)[0].recording.file)
    whole = sealed.read(path, home.key)
    remade(path, path.read_bytes()[:-40])
    if harm != "cut":
        path.unlink()
    if harm == "plain and cut":
        sealed.plain_name(path).write_bytes(whole[:-40])
    for minutes in (300, 301):
        locked.answered(home, minutes)
        done = automatic(home)
        assert done
        assert done.whole
    for old in sorted(home.backups.glob("*.attune"))[:-1]:
        old.unlink()
    assert repair(home).could_not == []
    locking.settle(home)
    assert sealed.read(path, home.key) == whole
