"""A backup is whole, says what is not, or is not there at all."""

import hashlib
import json
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.backed import contents, fill, interrupt, sound_of
from tests.store import made
from trainer.app.backup import Backup, automatic, backup
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.errors import KnownError
from trainer.store import people, recordings
from trainer.store.copies import LOG_VERSION
from trainer.store.db import open_log

DAY = datetime(2026, 3, 31, 11, tzinfo=UTC)  # of one day in nearly every place


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "Übung Таня")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "my disk" / "kept ä.attune"


@pytest.fixture(autouse=True)
def disk(out: Path) -> Path:
    out.parent.mkdir()
    return out.parent


def made_at(home: Home, at: datetime) -> Backup:
    done = automatic(home, now=at)
    assert done is not None
    return done


def test_a_backup_is_a_plain_zip_whose_first_member_tells_the_hash_of_each_other(home, out):
    responses = fill(home)
    done = backup(home, out)
    assert (done.recordings, done.missing, done.altered) == (3, (), ())
    assert done.size_bytes == out.stat().st_size
    with zipfile.ZipFile(out) as archive:
        first, *others = archive.infolist()
        manifest = json.loads(archive.read(first))
        assert first.filename == "manifest.json"
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {(m["name"], m["sha256"], m["size"]) for m in manifest["members"]} == {
            (i.filename, hashlib.sha256(archive.read(i)).hexdigest(), i.file_size) for i in others
        }
        assert {i.filename for i in others} == {"log.db", "settings.json"} | {
            f"recordings/{r.recording.file}" for r in responses
        }
    assert (manifest["kind"], manifest["format"], manifest["log_version"]) == (
        "backup",
        1,
        LOG_VERSION,
    )


def test_nothing_but_the_backup_is_left_beside_it(home, out):
    fill(home)
    backup(home, out)
    assert list(out.parent.iterdir()) == [out]


def test_into_a_folder_it_gets_a_name_of_its_own(home, disk):
    fill(home)
    done = backup(home, disk)
    assert [done.path] == list(disk.iterdir())
    assert done.path.suffix == ".attune"


def test_what_the_open_window_wrote_last_is_in_it(home, out, tmp_path):
    fill(home)
    window = open_log(home.folder)
    people.add_person(window, made.person("Late, in the WAL"))
    assert (home.folder / "log.db-wal").stat().st_size > 0
    backup(home, out)
    with window.atomic():  # it can go on writing, too
        window.db.conn.execute("DELETE FROM measures")
    window.close()
    other = Home(tmp_path / "other")
    restore(other, out)
    log = open_log(other.folder)
    assert "Late, in the WAL" in {person.name for person in people.people(log)}
    log.close()


def test_progress_counts_the_bytes_written_and_read_back_up_to_all(home, out):
    fill(home)
    seen: list[tuple[int, int]] = []
    backup(home, out, lambda done, whole: seen.append((done, whole)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1] > 2 * 3 * 960


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_cancelling_leaves_nothing(home, out, share):
    class Cancelled(Exception):
        pass

    def cancel(done: int, whole: int) -> None:
        if done >= share * whole:
            raise Cancelled

    fill(home)
    before = contents(home)
    with pytest.raises(Cancelled):
        backup(home, out, cancel)
    assert list(out.parent.iterdir()) == []
    assert contents(home) == before


def test_a_missing_recording_is_told_and_the_rest_is_in_it(home, out):
    _, two, _ = fill(home)
    sound_of(home, two).unlink()
    done = backup(home, out)
    assert (done.recordings, done.missing, done.altered) == (2, (two.recording.file,), ())
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("manifest.json"))["facts"]["missing"] == [*done.missing]


@pytest.mark.parametrize("bytes_more", [0, 7])
def test_an_altered_recording_is_told_and_kept_as_it_lies(home, out, bytes_more):
    _, two, _ = fill(home)
    data = sound_of(home, two).read_bytes()
    other = b"RIFX" + data[4:] + bytes(bytes_more)
    sound_of(home, two).write_bytes(other)
    done = backup(home, out)
    assert (done.recordings, done.missing, done.altered) == (3, (), (two.recording.file,))
    with zipfile.ZipFile(out) as archive:
        assert archive.read(f"recordings/{two.recording.file}") == other
        assert json.loads(archive.read("manifest.json"))["facts"]["altered"] == [*done.altered]


def test_a_recording_that_is_stored_smaller_meanwhile_is_in_it_as_it_is_now(home, out, tmp_path):
    *_, last = fill(home)
    log = open_log(home.folder)

    def store_smaller(done: int, whole: int) -> None:
        twin = home.folder / "twin.flac"
        if not sound_of(home, last).with_suffix(".flac").exists():
            twin.write_bytes(b"fLaC")
            recordings.replace_file(log, last.recording.id, twin, sample_rate=16_000)

    done = backup(home, out, store_smaller)
    log.close()
    assert (done.recordings, done.missing, done.altered) == (3, (), ())
    other = Home(tmp_path / "other")
    restore(other, out)
    assert contents(other) == contents(home)


def test_without_a_log_it_says_so(home, out):
    with pytest.raises(KnownError, match="no practice log"):
        backup(home, out)
    assert list(out.parent.iterdir()) == []


def test_a_damaged_log_is_not_backed_up_as_if_it_were_sound(home, out):
    fill(home, 40)
    path = home.folder / "log.db"
    data = bytearray(path.read_bytes())
    for page in range(6, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(data)
    with pytest.raises(KnownError, match="damaged"):
        backup(home, out)
    with pytest.raises(KnownError, match="damaged"):
        automatic(home)
    assert list(out.parent.iterdir()) == []


def test_a_file_of_that_name_is_not_overwritten(home, out):
    fill(home)
    out.write_bytes(b"another backup")
    with pytest.raises(KnownError, match="a file of this name already"):
        backup(home, out)
    assert out.read_bytes() == b"another backup"


def test_a_folder_that_is_not_there_is_not_made_up(home, disk):
    fill(home)
    with pytest.raises(KnownError, match="no folder"):
        backup(home, disk / "usb stick" / "kept.attune")
    assert list(disk.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file")
def test_a_disk_that_fills_up_is_a_sentence_and_leaves_no_part(home, out):
    import resource

    fill(home)
    before = contents(home)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # More than the log's copy, less than that and the manifest.
    resource.setrlimit(resource.RLIMIT_FSIZE, ((home.folder / "log.db").stat().st_size, hard))
    try:
        with pytest.raises(KnownError, match="The backup was not written") as told:
            backup(home, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(out) in str(told.value)
    assert list(out.parent.iterdir()) == []
    assert contents(home) == before


def test_an_interrupted_take_is_in_it_with_whose_it_is(home, out):
    fill(home)
    response_id = interrupt(home)
    assert backup(home, out).interrupted_takes == 1
    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
    assert {f"recordings/open/{response_id}{s}" for s in (".wav", ".take.json")} <= names


def test_an_interrupted_take_is_in_none_made_unasked_so_that_deleting_it_is_real(home):
    fill(home)
    response_id = interrupt(home)
    made = automatic(home)
    assert made is not None
    assert made.interrupted_takes == 0
    assert not any(response_id in str(path) for path in home.backups.rglob("*"))
    with zipfile.ZipFile(made.path) as archive:
        assert not any(response_id in name for name in archive.namelist())


# ------------------------------------------------------------ those made unasked


def test_an_automatic_backup_is_made_only_when_something_is_new(home):
    assert automatic(home) is None  # no log yet
    fill(home)
    first = made_at(home, DAY)
    assert first.path.parent == home.folder / "backups"
    assert automatic(home, now=DAY + timedelta(hours=1)) is None
    fill(home, 1, minutes=60)
    second = made_at(home, DAY + timedelta(days=1))
    assert sorted(home.backups.glob("*.attune")) == [first.path, second.path]


def test_opening_and_closing_the_log_is_nothing_new(home):
    fill(home)
    window = open_log(home.folder)
    people.add_person(window, made.person())
    made_at(home, DAY)  # while what is newest is in the WAL still
    window.close()
    open_log(home.folder).close()
    assert automatic(home, now=DAY + timedelta(days=1)) is None


def test_recordings_are_kept_once_for_all_automatic_backups(home):
    responses = fill(home)
    made_at(home, DAY)
    fill(home, 1, minutes=60)
    second = made_at(home, DAY + timedelta(days=1))
    kept = {path.name for path in (home.backups / "recordings").iterdir()}
    assert len(kept) == 4
    assert {r.recording.sha256 for r in responses} < kept
    with zipfile.ZipFile(second.path) as archive:
        assert not any(name.startswith("recordings/") for name in archive.namelist())


def test_an_automatic_backup_gives_back_a_recording_that_was_deleted(home):
    responses = fill(home)
    before = contents(home)
    kept = made_at(home, DAY).path
    for response in responses:
        sound_of(home, response).unlink()
    assert restore(home, kept).recordings == 3
    assert contents(home) == before


def test_a_deleted_recording_stays_in_later_automatic_backups(home):
    one, *_ = fill(home)
    made_at(home, DAY)
    sound_of(home, one).unlink()
    fill(home, 1, minutes=60)
    later = made_at(home, DAY + timedelta(days=1))
    assert (later.recordings, later.missing) == (4, ())


def test_old_automatic_backups_are_thinned_and_what_only_they_needed_goes(home):
    log = open_log(home.folder)
    log.close()
    for day in range(10):
        fill(home, 1, minutes=60 * day)
        made_at(home, DAY + timedelta(days=day))
    kept = sorted(home.backups.glob("*.attune"))
    assert len(kept) == 8  # the last 7 days, and March
    assert len(list((home.backups / "recordings").iterdir())) == 10
    for leftover in ("0" * 64, "1" * 64):
        (home.backups / "recordings" / leftover).write_bytes(b"of a backup that was thinned out")
    fill(home, 1, minutes=6000)
    made_at(home, DAY + timedelta(days=10))
    assert len(list((home.backups / "recordings").iterdir())) == 11


def test_what_lies_in_that_folder_and_is_not_ours_stays(home):
    fill(home)
    home.backups.mkdir()
    own = home.backups / "before holiday.attune"
    own.write_bytes(b"mine")
    for day in range(9):
        fill(home, 1, minutes=60 * (day + 1))
        made_at(home, DAY + timedelta(days=day))
    assert own.read_bytes() == b"mine"


def test_a_killed_automatic_backup_leaves_nothing_after_the_next(home):
    fill(home)
    made_at(home, DAY)
    (home.backups / "attune-20260101T000000000000Z.attune.part").write_bytes(b"half")
    (home.backups / ".attune-killed").mkdir()
    fill(home, 1, minutes=60)
    made_at(home, DAY + timedelta(days=1))
    assert sorted(p.suffix for p in home.backups.iterdir()) == ["", ".attune", ".attune"]
