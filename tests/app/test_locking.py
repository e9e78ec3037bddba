"""A locked data folder: nothing in it can be read, and unlocked it is as it was."""

import os
import shutil

import pytest

from tests.app import locked
from tests.app.backed import contents, fill, interrupt
from tests.app.forgotten import two_people
from tests.helpers.disk import small_disk
from tests.store import made
from trainer.app import locking
from trainer.app.backup import automatic, backup
from trainer.app.backup_content import read_manifest
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.errors import KnownError
from trainer.store import connect, files, key, recordings, sealed
from trainer.store.db import open_log
from trainer.store.lock import hold
from trainer.store.trouble import database_errors


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "Übung Таня")


def test_no_byte_of_what_a_person_made_can_be_read(home):
    ada, bob = locked.crowded(home)
    interrupt(home)
    with pytest.raises(KnownError, match=r"my own\.attune"):
        locking.lock_on(home, locked.PASSPHRASE)
    (home.folder / "my own.attune").unlink()
    assert not key.is_locked(home.folder)
    shut = locked.lock(home)
    assert locked.readable(shut, [*locked.words(ada, bob), *locked.MAGIC]) == []
    assert locked.is_locked_well(shut)
    assert (home.folder / key.LOCK).exists()
    assert [b.name for b in home.backups.glob("*.attune")]  # and there is a backup


def test_unlocked_again_every_row_and_file_is_as_it_was(home):
    fill(home, 2)
    two_people(home)
    interrupt(home)
    for scrap in home.recordings.rglob("*.part"):
        scrap.unlink()
    locked.store_small(home)
    before, sounds = contents(home), made.everything(home.folder)
    shut = locked.lock(home)
    assert locked.sounds(shut) == sounds
    open_again = locked.unlock(shut)
    assert open_again.key is None
    assert contents(home) == before
    assert not list(home.folder.rglob("*.age"))
    assert not key.is_locked(home.folder)
    manifests = [read_manifest(path) for path in home.backups.glob("*.attune")]
    assert manifests
    assert all(found and "locked_for" not in found.facts for found in manifests)
    for kept in (home.backups / "recordings").iterdir():
        assert files.sha256_of(kept)[0] == kept.name
        assert not sealed.is_encrypted(kept)


def test_with_the_very_passphrase_it_opens_and_with_no_other(home):
    fill(home, 1)
    locked.store_small(home)
    before = contents(home)
    shut = locking.lock_on(home, locked.PASSPHRASE)
    assert shut.key is not None
    assert locking.unlock(home, locked.PASSPHRASE).key == shut.key
    with pytest.raises(KnownError, match="not the passphrase"):
        locking.unlock(home, locked.PASSPHRASE.upper())
    with pytest.raises(KnownError, match="locked already"):
        locking.lock_on(home, locked.PASSPHRASE)
    with pytest.raises(KnownError, match="locked"):
        open_log(home.folder)
    assert shut.key.secret not in repr(shut) + repr(shut.key) + repr(
        open_log(home.folder, shut.key)
    )
    locking.lock_off(shut)
    assert contents(home) == before


def test_a_recording_only_a_backup_still_has_is_put_back_before_the_backup_goes(home):
    fill(home, 3)
    locked.store_small(home)
    assert automatic(home)
    before = contents(home)
    gone, bad, _ = locked.responses_in(home)
    (home.recordings / gone.recording.file).unlink()
    spoiled = home.recordings / bad.recording.file
    data = bytearray(spoiled.read_bytes())
    data[100] ^= 1
    spoiled.unlink()  # the kept one is another name of the same bytes
    spoiled.write_bytes(data)
    shut = locked.lock(home)
    (sealed.stored(home.recordings / gone.recording.file)).unlink()
    locked.unlock(shut)
    shutil.rmtree(home.recordings / "lost")
    assert contents(home) == before


def kept_as_wav(home):
    """An answer that lies as FLAC, and is WAV in the newest backup; its FLAC."""
    log = open_log(home.folder, home.key)
    plan = made.plan(made.begun(log, made.later(300)))
    one = made.take_in(log, plan, made.write_wav(recordings.begin_take(log.folder, plan), seed=77))
    log.close()
    assert automatic(home)
    locked.store_small(home)
    locking.settle(home)
    return sealed.stored(home.recordings / one.recording.file.replace(".wav", ".flac"))


@pytest.mark.parametrize("harm", ["gone", "cut"])
@pytest.mark.parametrize("turn", [locked.lock, locked.unlock])
def test_so_is_one_that_a_backup_has_in_its_other_format(home, turn, harm):
    fill(home, 1)
    if turn is locked.unlock:
        home = locked.lock(home)
    flac = kept_as_wav(home)
    data = flac.read_bytes()
    flac.unlink()
    if harm == "cut":
        flac.write_bytes(data[:-40])
    home = turn(home)
    log = open_log(home.folder, home.key)
    check = recordings.missing_or_altered(log, hashes=True)
    log.close()
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    assert len(list(home.recordings.glob("lost/*"))) == (harm == "cut")
    assert home.key is None or locked.is_locked_well(home)


def test_a_backup_that_cannot_be_read_stays_while_a_recording_is_missing(home):
    fill(home, 1)
    for gone in (False, True):
        if gone:
            kept_as_wav(home).unlink()
        [*_, newest] = sorted(home.backups.glob("*.attune")) or [automatic(home).path]
        data = bytearray(newest.read_bytes())
        at = data.index(b"SQLite format 3")
        data[at : at + 9] = b"scratched"
        newest.write_bytes(data)
        shut = locked.lock(home)
        left = list(home.backups.glob(f"*{newest.name}"))
        assert len(left) == gone
        assert list(locking.state(shut).open_backups) == left
        assert automatic(shut) is None
        locked.answered(shut, 400)
        assert automatic(shut)
        assert list(home.backups.glob(f"*{newest.name}")) == left
        home = locked.unlock(shut)


def test_nor_does_one_go_that_alone_has_a_sound_though_an_altered_one(home):
    [one] = fill(home, 1)
    path = home.recordings / one.recording.file
    path.write_bytes(path.read_bytes() + b"!")
    assert automatic(home).altered
    path.unlink()
    locked.lock(home)
    [kept] = home.backups.glob("kept-*.attune")
    [sound] = read_manifest(kept).outside
    assert (home.backups / "recordings" / sound.sha256).exists()


def test_a_folder_that_lost_its_log_keeps_its_backups(home):
    fill(home, 1)
    made_before = automatic(home)
    assert made_before
    (home.folder / "log.db").unlink()
    with pytest.raises(KnownError, match="no practice log"):
        locking.lock_on(home, locked.PASSPHRASE)
    assert made_before.path.exists()
    assert not key.is_locked(home.folder)


def test_a_locked_folder_that_lost_its_log_keeps_its_backups_too(home):
    fill(home, 1)
    shut = locked.lock(home)
    assert automatic(shut) is None
    (home.folder / "log.db").unlink()
    with pytest.raises(KnownError, match="no practice log"):
        locking.lock_off(shut)
    (home.folder / key.LOCK).replace(home.folder / key.LEAVING)  # it was lost in between
    locking.settle(shut)
    [kept] = home.backups.glob("*.attune")
    assert restore(home, kept, passphrase=lambda: shut.key.secret).recordings == 0


def test_a_backup_of_another_folder_among_ours_stays(home, tmp_path):
    fill(home, 1)
    assert automatic(home)
    other = Home(tmp_path / "other")
    fill(other, 1, minutes=60)
    stranger = backup(locked.lock(other), home.backups / "theirs.attune").path
    locked.unlock(locked.lock(home))
    assert stranger.exists()
    assert len(list(home.backups.glob("*.attune"))) == 2


def test_a_damaged_log_is_not_unlocked_and_stays_locked(home):
    fill(home, 1)
    shut = locked.lock(home)
    log = home.folder / "log.db"
    data = bytearray(log.read_bytes())
    data[9000:30000] = os.urandom(21000)
    log.write_bytes(data)
    with pytest.raises(KnownError, match=r"damaged|not a practice log"):
        locking.lock_off(shut)
    assert (home.folder / key.LOCK).exists()
    assert list(home.backups.glob("*.attune"))


def test_a_damaged_log_is_not_locked(home):
    fill(home, 1)
    assert automatic(home)
    log = home.folder / "log.db"
    data = bytearray(log.read_bytes())
    data[5000:9000] = os.urandom(4000)
    log.write_bytes(data)
    with pytest.raises(KnownError, match=r"damaged"):
        locking.lock_on(home, locked.PASSPHRASE)
    assert not key.is_locked(home.folder)
    assert list(home.backups.glob("*.attune"))


def test_beside_an_open_window_nothing_is_changed(home):
    fill(home, 1)
    with hold(home.folder), pytest.raises(KnownError, match="already open"):
        locking.lock_on(home, locked.PASSPHRASE)
    assert not key.is_locked(home.folder)
    shut = locked.lock(home)
    with hold(home.folder), pytest.raises(KnownError, match="already open"):
        locking.lock_off(shut)
    assert (home.folder / key.LOCK).exists()


def test_a_passphrase_that_would_be_taken_for_a_key_is_refused(home):
    fill(home, 1)
    with pytest.raises(KnownError, match="recovery key"):
        locking.lock_on(home, "age-secret-key-1 is my passphrase")
    assert not key.is_locked(home.folder)


def test_what_an_adoption_had_moved_when_it_was_killed_is_not_lost(home):
    fill(home, 1)
    shut = locked.lock(home)
    log = open_log(home.folder, shut.key)
    plan = made.plan(made.begun(log, made.later(200)))
    wav = made.write_wav(recordings.begin_take(log.folder, plan))
    log.db.conn.execute(
        "CREATE TEMP TRIGGER kill BEFORE INSERT ON recordings"
        " BEGIN SELECT RAISE(ABORT, 'killed here'); END"
    )
    with pytest.raises(database_errors(), match="killed here"):
        made.take_in(log, plan, wav)
    log.close()
    locking.settle(shut)
    log = open_log(home.folder, shut.key)
    assert [one.id for one in recordings.finish_adoptions(log)] == [plan.response_id]
    assert recordings.open_takes(home.folder) == ()
    log.close()
    locking.settle(shut)
    assert locked.is_locked_well(shut)
    assert locked.readable(shut, list(locked.MAGIC)) == []


def test_a_late_plain_file_and_a_half_written_one_are_seen_to_at_the_next_start(home):
    fill(home, 1)
    shut = locked.lock(home)
    one = locked.answered(shut, 300)
    half = home.recordings / one.recording.file
    half.with_name(f".{one.id}.flac.part").write_bytes(b"fLaC half a voice")
    half.with_name(f"{one.id}.wav.age.part").write_bytes(b"half sealed")
    assert not locked.is_locked_well(shut)
    locking.settle(shut)
    assert locked.is_locked_well(shut)
    assert locked.readable(shut, list(locked.MAGIC)) == []
    assert not list(home.recordings.rglob("*.part"))


def test_a_damaged_file_stays_locked_and_what_opens_it_stays_too(home):
    fill(home, 2)
    shut = locked.lock(home)
    for one in locked.responses_in(shut):
        path = sealed.stored(home.recordings / one.recording.file)
        shutil.rmtree(home.backups)
        path.write_bytes(path.read_bytes()[:-40])
        home.backups.mkdir()
        shut = locked.unlock(shut)
        kept = sorted(home.folder.glob("lock-of-damaged-files*.age"))
        assert path.exists()
        shut = locked.lock(shut)
    assert len(kept) == 2
    assert kept[0].read_bytes()


def test_without_room_for_all_of_it_nothing_is_begun(tmp_path):
    with small_disk(tmp_path / "disk", "2500k") as disk:
        home = Home(disk / "home")
        fill(home, 1)
        log = open_log(home.folder)
        plan = made.plan(made.begun(log, made.later(300)))
        wav = recordings.begin_take(home.folder, plan)
        made.take_in(log, plan, made.write_wav(wav, frames=450_000))
        log.close()
        assert automatic(home)
        before = contents(home)
        with pytest.raises(KnownError, match="not enough room"):
            locking.lock_on(home, locked.PASSPHRASE)
        assert not key.is_locked(home.folder)
        assert contents(home) == before


def test_a_very_long_path_does(tmp_path):
    place = tmp_path
    for _ in range(3):
        place /= "Ü" * 50
    home = Home(place)
    fill(home, 1)
    locked.store_small(home)
    before = contents(home)
    shut = locked.lock(home)
    assert locked.is_locked_well(shut)
    locked.unlock(shut)
    assert contents(home) == before


def test_plain_and_locked_again_it_has_one_lock_and_no_plain_backup(home):
    fill(home, 1)
    for _ in range(2):
        assert automatic(home) or True
        shut = locked.lock(home)
        assert automatic(shut) is None
        assert locked.readable(shut, list(locked.MAGIC)) == []
        locked.unlock(shut)
    assert connect.is_encrypted(home.folder / "log.db") is False
