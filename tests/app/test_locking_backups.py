"""Backups of a locked data folder: made, restored here and elsewhere, and told when they lie."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pyrage
import pytest

from tests.app import locked
from tests.app.backed import contents, fill, interrupt, rehashed
from tests.store import made
from trainer.app.backup import automatic, backup
from trainer.app.backup_content import read_manifest
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.errors import KnownError
from trainer.exchange import bundle
from trainer.store import key, recordings, sealed
from trainer.store.db import open_log
from trainer.store.key import Key, new_key


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A locked folder under a real passphrase, and what was in it when it was plain."""
    home, of = Home(tmp_path_factory.mktemp("once") / "Übung Таня"), new_key()
    shut, before = locked.well_used(home, of)
    key.write_key(home.folder / key.LOCK, of, locked.PASSPHRASE)
    shutil.rmtree(home.backups)
    return shut, before


@pytest.fixture
def home(once, tmp_path):
    return locked.copied(once[0], tmp_path / "home, Ü")


@pytest.fixture
def before(once):
    return once[1]


def known() -> str:
    return locked.PASSPHRASE


def never() -> str:
    raise AssertionError("asked for a passphrase that is known")


def plain_of(home: Home, to: Path) -> dict[str, list[str]]:
    """What is in a locked folder, as one sees it when a copy is unlocked."""
    return contents(locked.unlock(locked.copied(home, to)))


def test_nothing_new_makes_no_backup_and_what_is_new_reads_only_that(home):
    assert automatic(home)
    assert automatic(home) is None
    kept = {path: path.stat() for path in (home.backups / bundle.OUTSIDE).iterdir()}
    assert len(kept) == 4
    for path in home.recordings.rglob("*.age"):
        assert path.stat().st_nlink == 2
    locked.answered(home, 400)
    again = automatic(home)
    assert again
    assert again.whole
    assert (again.recordings, again.films) == (4, 1)
    for path, stat in kept.items():
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)
    assert automatic(home) is None
    key.write_key(home.folder / key.LOCK, home.key, "another four words here")
    assert automatic(home)  # the new passphrase is kept too


def test_no_byte_of_it_can_be_read_in_a_backup(home, tmp_path):
    done = backup(home, tmp_path / "kept.attune")
    assert done.whole
    with zipfile.ZipFile(done.path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert not any(magic in data for magic in locked.MAGIC)
            assert b"breathe" not in data
        assert key.LOCK in archive.namelist()
    manifest = read_manifest(done.path)
    assert manifest
    assert manifest.facts["locked_for"] == home.key.recipient
    log = open_log(home.folder, home.key)
    for row in log.rows("SELECT id FROM people UNION SELECT id FROM sessions"):
        assert row["id"].encode() not in done.path.read_bytes()
    log.close()


def test_an_altered_and_a_missing_file_are_told_in_every_backup(home, tmp_path):
    assert automatic(home)
    one, two, _ = locked.responses_in(home)
    paths = [sealed.stored(home.recordings / r.recording.file) for r in (one, two)]
    data = bytearray(paths[0].read_bytes())
    data[-5] ^= 1
    paths[0].unlink()
    paths[0].write_bytes(data)
    paths[1].unlink()
    done = backup(home, tmp_path / "kept.attune")
    assert (done.altered, done.missing) == ((one.recording.file,), (two.recording.file,))


@pytest.mark.parametrize("made_by", ["hand", "itself"])
def test_into_a_fresh_folder_it_comes_out_plain_and_says_so(home, before, tmp_path, made_by):
    kept = backup(home, tmp_path / "k.attune") if made_by == "hand" else automatic(home)
    other = Home(tmp_path / "other")
    done = restore(other, kept.path, passphrase=known)
    assert done.whole
    assert done.now_plain
    assert contents(other) == before
    assert restore(other, kept.path, passphrase=lambda: home.key.secret).recordings == 0
    assert contents(other) == before
    assert not list(other.folder.rglob("*.age"))


def test_back_into_the_same_folder_it_asks_for_nothing_and_mends_it(home, before, tmp_path):
    take = interrupt_locked(home)
    kept = backup(home, tmp_path / "kept.attune").path
    shutil.rmtree(home.recordings)
    (home.folder / "log.db").unlink()
    done = restore(home, kept, passphrase=never)
    assert (done.whole, done.interrupted_takes, done.now_plain) == (True, 1, False)
    assert locked.is_locked_well(home)
    assert (home.recordings / "open" / f"{take}.wav").read_bytes().startswith(b"RIFF")
    for path in (home.recordings / "open").iterdir():
        path.unlink()
    after = plain_of(home, tmp_path / "x")
    assert {**after, "sessions": None, "people": None} == {
        **before, "sessions": None, "people": None,
    }  # fmt: skip


def interrupt_locked(home: Home) -> str:
    log = open_log(home.folder, home.key)
    plan = made.plan(made.begun(log, made.later(90)))
    log.close()
    made.write_wav(recordings.begin_take(home.folder, plan), frames=9600)
    return plan.response_id


def test_a_locked_one_into_a_plain_folder_with_the_same_log_adds_what_is_new(
    home, before, tmp_path
):
    plain = locked.unlock(locked.copied(home, tmp_path / "plain"))
    locked.answered(home, 500)
    kept = backup(home, tmp_path / "kept.attune").path
    done = restore(plain, kept, passphrase=known)
    assert (done.whole, done.recordings, done.added["responses"]) == (True, 1, 1)
    assert contents(plain) == plain_of(home, tmp_path / "x")


def test_a_plain_one_into_a_locked_folder_is_locked_there(home, before, tmp_path):
    other = Home(tmp_path / "other")
    fill(other, 2, minutes=600)
    interrupt(other)
    kept = backup(other, tmp_path / "kept.attune").path
    done = restore(home, kept, passphrase=never)
    assert (done.whole, done.recordings, done.interrupted_takes) == (True, 2, 1)
    assert locked.is_locked_well(home)
    assert locked.readable(home, list(locked.MAGIC)) == []
    assert len(locked.responses_in(home)) == 5


def test_one_locked_with_another_key_into_a_locked_folder(home, tmp_path):
    other = Home(tmp_path / "other")
    fill(other, 2, minutes=600)
    theirs = locked.lock(other)
    key.write_key(other.folder / key.LOCK, theirs.key, "theirs is another passphrase")
    kept = backup(theirs, tmp_path / "kept.attune").path
    with pytest.raises(KnownError, match="another passphrase"):
        restore(home, kept)
    with pytest.raises(KnownError, match="not the passphrase"):
        restore(home, kept, passphrase=known)
    with pytest.raises(KnownError, match="not that of the backup"):
        restore(home, kept, passphrase=lambda: home.key.secret)
    assert len(locked.responses_in(home)) == 3
    done = restore(home, kept, passphrase=lambda: theirs.key.secret)
    assert (done.whole, done.recordings, done.now_plain) == (True, 2, False)
    assert locked.is_locked_well(home)
    assert len(locked.sounds(home)) == 6  # each opens with this folder's own key
    log = open_log(home.folder, home.key)
    check = recordings.missing_or_altered(log, hashes=True)
    log.close()
    assert (check.missing, check.altered, check.orphans) == ((), (), ())


def test_after_a_new_passphrase_an_old_backup_needs_none_here(home, before, tmp_path):
    kept = backup(home, tmp_path / "kept.attune").path
    key.write_key(home.folder / key.LOCK, home.key, "another four words here")
    (sealed.stored(home.recordings / locked.responses_in(home)[0].recording.file)).unlink()
    assert restore(home, kept, passphrase=never).recordings == 1
    assert plain_of(home, tmp_path / "x") == before
    with pytest.raises(KnownError, match="not the passphrase"):
        restore(Home(tmp_path / "y"), kept, passphrase=lambda: "another four words here")
    assert not (tmp_path / "y" / "log.db").exists()


# ------------------------------------------------------------ hostile


def with_sealed(kept: Path, out: Path, to: Key, data: bytes) -> Path:
    """The backup with other content in its first recording, encrypted as it should be."""

    def alter(members, manifest):
        name = min(name for name in members if name.endswith(".flac.age"))
        members[name] = pyrage.encrypt(data, [to.identity.to_public()])

    return rehashed(kept, out, alter)


def test_content_that_is_not_what_the_row_says_is_not_taken_for_it(home, tmp_path):
    kept = backup(home, tmp_path / "kept.attune").path
    lie = with_sealed(kept, tmp_path / "lie.attune", home.key, b"fLaC something else")
    one = locked.responses_in(home)[0]
    (sealed.stored(home.recordings / one.recording.file)).unlink()
    restore(home, lie)
    assert not sealed.stored(home.recordings / one.recording.file).exists()
    assert restore(home, kept).recordings == 1


def test_stopped_before_its_rows_an_altered_one_is_completed_all_the_same(home, tmp_path):
    kept = backup(home, tmp_path / "kept.attune").path
    lie = with_sealed(kept, tmp_path / "lie.attune", home.key, b"fLaC as it lay")
    other = locked.copied(home, tmp_path / "other")
    shutil.rmtree(other.recordings)
    (other.folder / "log.db").unlink()
    again = locked.copied(other, tmp_path / "again")
    restore(other, lie)
    shutil.copytree(other.recordings, again.recordings)
    assert restore(again, lie).differed == []
    assert len(locked.responses_in(again)) == 3


@pytest.mark.parametrize("lie", ["age1lie", ["a"], {"a": 1}, 5, True, ""])
def test_a_recipient_that_is_none_is_refused(home, tmp_path, lie):
    kept = backup(home, tmp_path / "kept.attune").path

    def alter(_members, manifest):
        manifest["facts"]["locked_for"] = lie

    bad = rehashed(kept, tmp_path / "bad.attune", alter)
    with pytest.raises(KnownError):
        restore(home, bad, passphrase=lambda: home.key.secret)


def test_a_log_of_another_key_under_our_name_is_refused(home, tmp_path):
    other = Home(tmp_path / "other")
    fill(other, 1, minutes=600)
    theirs = locked.lock(other)
    kept = backup(theirs, tmp_path / "kept.attune").path

    def alter(_members, manifest):
        manifest["facts"]["locked_for"] = home.key.recipient

    bad = rehashed(kept, tmp_path / "bad.attune", alter)
    with pytest.raises(KnownError, match="cannot be used"):
        restore(home, bad, passphrase=never)
    assert len(locked.responses_in(home)) == 3


@pytest.mark.parametrize("lock", [b"", b"x" * 100_000_000, b"\0" * 300])
def test_a_damaged_lock_is_told_and_the_recovery_key_opens_it(home, before, tmp_path, lock):
    kept = backup(home, tmp_path / "kept.attune").path

    def alter(members, _manifest):
        members[key.LOCK] = lock

    bad = rehashed(kept, tmp_path / "bad.attune", alter)
    other = Home(tmp_path / "other")
    with pytest.raises(KnownError, match="damaged"):
        restore(other, bad, passphrase=known)
    restore(other, bad, passphrase=lambda: home.key.secret)
    assert contents(other) == before


def test_without_its_lock_the_recovery_key_opens_it(home, before, tmp_path):
    kept = backup(home, tmp_path / "kept.attune").path
    bad = rehashed(kept, tmp_path / "bad.attune", lambda members, _m: members.pop(key.LOCK))
    other = Home(tmp_path / "other")
    restore(other, bad, passphrase=lambda: home.key.secret)
    assert contents(other) == before


def test_encrypted_files_in_a_backup_that_calls_itself_plain_are_not_taken(home, tmp_path):
    other = Home(tmp_path / "other")
    fill(other, 1)
    kept = backup(other, tmp_path / "kept.attune").path

    def alter(members, _manifest):
        [name] = [name for name in members if name.startswith("recordings/")]
        data = members.pop(name)
        members[f"{name}.age"] = pyrage.encrypt(data, [new_key().identity.to_public()])

    bad = rehashed(kept, tmp_path / "bad.attune", alter)
    fresh = Home(tmp_path / "fresh")
    assert not restore(fresh, bad).whole
    assert not list(fresh.folder.rglob("*.age"))


def test_a_damaged_encrypted_log_is_set_aside_by_a_restore(home, before, tmp_path):
    kept = backup(home, tmp_path / "kept.attune").path
    (home.folder / "log.db").write_bytes(os.urandom(100_000))
    done = restore(home, kept, passphrase=never)
    assert done.set_aside
    assert done.whole
    assert locked.is_locked_well(home)
    assert plain_of(home, tmp_path / "x") == before


def test_the_document_of_a_backup_shows_no_key(home, tmp_path):
    from trainer.app import backup as use_case

    done = backup(home, tmp_path / "kept.attune")
    with zipfile.ZipFile(done.path) as archive:
        text = archive.read("manifest.json").decode() + json.dumps(use_case.as_json(done))
    assert home.key.secret not in text
    assert home.key.of_log not in text
