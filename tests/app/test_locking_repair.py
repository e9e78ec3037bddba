"""Looking at a locked folder and putting it in order: the same promises as in a plain one."""

import os
import shutil

import pytest

from tests.app import locked
from tests.app.backed import contents
from trainer.app.backup import automatic, backup
from trainer.app.doctor import doctor
from trainer.app.paths import Home
from trainer.app.repair import repair
from trainer.store import key, sealed


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("once") / "home")
    shut, before = locked.well_used(home)
    (home.folder / key.LOCK).write_bytes(b"stands for a lock")
    return shut, before


@pytest.fixture
def home(once, tmp_path):
    return locked.copied(once[0], tmp_path / "home, Ü")


@pytest.fixture
def before(once):
    return once[1]


def said(home: Home, name: str, *, hashes: bool = True) -> tuple[bool, str]:
    [one] = [one for one in doctor(home, hashes=hashes) if one.name == name]
    return one.ok, one.text


def sound(home: Home, number: int = 0):
    one = locked.responses_in(home)[number]
    return sealed.stored(home.recordings / one.recording.file)


def film(home: Home):
    [path] = home.recordings.rglob("*.mkv.age")
    return path


def is_as_before(home: Home, before: dict[str, list[str]]) -> None:
    assert said(home, "recordings")[0]
    assert said(home, "lock")[0]
    assert locked.is_locked_well(home)
    shutil.rmtree(home.recordings / "lost", ignore_errors=True)
    assert contents(locked.unlock(home)) == before


def rewrite(path, data: bytes) -> None:
    """Other bytes in a new file: the kept one of the backups is another name of the old."""
    path.unlink()
    path.write_bytes(data)


def test_a_sound_folder_is_said_to_be(home):
    assert all(check.ok for check in doctor(home, hashes=True) if check.name != "disk")
    assert said(home, "lock") == (True, "Locked: everything recorded or typed is encrypted")
    assert repair(home).did == []


@pytest.mark.parametrize("what", [sound, film])
@pytest.mark.parametrize("harm", ["missing", "a byte", "cut short", "empty", "swapped", "another"])
def test_what_is_wrong_is_told_and_put_back_from_the_kept_ones(home, before, what, harm):
    path = what(home)
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "a byte":
        rewrite(path, data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    elif harm == "cut short":
        rewrite(path, data[: len(data) // 2])
    elif harm == "empty":
        rewrite(path, b"")
    elif harm == "swapped":
        rewrite(path, sound(home, 1).read_bytes())
    else:
        stranger = path.with_name("stranger")
        stranger.write_bytes(sealed.read(path, home.key))
        sealed.seal(stranger, key.new_key()).replace(path)
    ok, text = said(home, "recordings")
    assert (ok, ("missing" if harm == "missing" else "altered") in text) == (False, True)
    done = repair(home)
    assert done.could_not == []
    is_as_before(home, before)


def test_an_altered_one_without_a_copy_stays_as_it_is(home):
    shutil.rmtree(home.backups)
    path = sound(home, 1)
    rewrite(path, harmed := path.read_bytes()[:-1])
    done = repair(home)
    assert any("Altered" in text for text in done.could_not)
    assert path.read_bytes() == harmed


def test_a_missing_one_comes_out_of_a_backup_that_was_made_by_hand(home, before):
    kept = backup(home, home.folder / "mine.attune").path
    shutil.rmtree(home.backups)
    sound(home).unlink()
    assert repair(home).could_not == []
    kept.unlink()
    automatic(home)
    is_as_before(home, before)


def test_a_plain_file_that_came_late_is_told_and_encrypted(home, before):
    path = sound(home)
    plain = sealed.plain_name(path)
    plain.write_bytes(sealed.read(path, home.key))
    path.unlink()
    assert said(home, "recordings")[0]  # it is there, as it was made
    ok, text = said(home, "lock")
    assert (ok, plain.name in text) == (False, True)
    locked.locking.settle(home)
    is_as_before(home, before)


def test_half_done_seals_of_every_kind_are_finished(home, before):
    first, second = sound(home), sound(home, 1)
    plain = sealed.plain_name(first)
    plain.write_bytes(sealed.read(first, home.key))  # killed before the plain one went
    other = sealed.plain_name(second)
    other.write_bytes(sealed.read(second, home.key))
    rewrite(second, second.read_bytes()[:100])  # and with a half-written one beside
    assert said(home, "recordings")[0]
    first.with_name(f"{first.name}.part").write_bytes(b"half")
    locked.locking.settle(home)
    assert not list(home.recordings.rglob("*.part"))
    is_as_before(home, before)


@pytest.mark.parametrize("form", ["plain", "sealed", "of another key"])
def test_a_file_in_no_row_is_moved_aside_and_locked(home, before, form):
    orphan = home.recordings / "2026" / "03" / "an orphan, Ü.flac"
    orphan.write_bytes(b"fLaC of nobody known")
    if form != "plain":
        sealed.seal(orphan, home.key if form == "sealed" else key.new_key())
    assert "in no row" in said(home, "recordings")[1]
    assert repair(home).could_not == []
    locked.locking.settle(home)
    assert len(list((home.recordings / "lost").iterdir())) == 1
    assert locked.readable(home, [b"nobody known"]) == []
    is_as_before(home, before)


def test_repaired_it_is_not_left_plain(home, before):
    """The kept sound of a time before the lock mends it, and is encrypted in its place."""
    path = sound(home)
    data = sealed.read(path, home.key)
    rewrite(path, os.urandom(50))
    shutil.rmtree(home.backups)
    (home.recordings / "lost").mkdir()
    (home.recordings / "lost" / "found again.flac").write_bytes(data)
    assert repair(home).could_not == []
    locked.locking.settle(home)
    automatic(home)
    is_as_before(home, before)
