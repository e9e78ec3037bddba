"""What a backup brings back, what it leaves alone, and what is not let in."""

import shutil
import sqlite3
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.backed import change, contents, fill, interrupt, rehashed, rewritten, sound_of
from tests.store import made
from trainer.app.backup import backup
from trainer.app.interrupted import find
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.errors import KnownError
from trainer.store import heard, people, ratings, recordings
from trainer.store.db import open_log
from trainer.store.lock import hold
from trainer.store.takes import open_takes

DUMPS = Path(__file__).parent.parent / "store" / "dumps"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "Übung Таня")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    return Home(tmp_path / "other")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.attune"


def everything(home: Home) -> dict[str, bytes]:
    """Every file of a data folder but those that only say that it is in use."""
    return {
        path.relative_to(home.folder).as_posix(): path.read_bytes()
        for path in home.folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


# ------------------------------------------------------------ what comes back


def test_into_an_empty_folder_everything_is_as_it_was(home, other, kept):
    fill(home)
    interrupt(home)
    backup(home, kept)
    done = restore(other, kept)
    assert {p.name for p in other.folder.iterdir()} - {"window.lock", "log.db.upgrade.lock"} == {
        "log.db", "recordings", "settings.json"
    }  # fmt: skip
    assert contents(other) == contents(home)
    assert other.settings_file.read_bytes() == home.settings_file.read_bytes()
    assert (done.added["responses"], done.recordings, done.whole) == (3, 3, True)


def test_restoring_twice_changes_nothing(home, other, kept):
    fill(home)
    interrupt(home)
    backup(home, kept)
    first = restore(other, kept)
    before = contents(other)
    again = restore(other, kept)
    assert contents(other) == before
    assert (again.added, again.recordings, again.interrupted_takes) == ({}, 0, 0)
    assert again.there == first.added
    assert again.whole


def test_two_logs_become_one(home, other, kept):
    fill(home)
    fill(other, 2, minutes=60)
    theirs = contents(other)
    backup(home, kept)
    done = restore(other, kept)
    merged = contents(other)
    for table, rows in contents(home).items():
        assert set(merged[table]) == {*rows, *theirs[table]}
        assert len(merged[table]) == len({*rows, *theirs[table]})
    assert (done.added["people"], done.added["ratings"], done.there) == (1, 9, {})


def test_what_was_added_since_the_backup_stays(home, kept):
    fill(home)
    backup(home, kept)
    fill(home, 1, minutes=60)
    before = contents(home)
    assert restore(home, kept).added == {}
    assert contents(home) == before


def test_settings_that_are_there_stay(home, other, kept):
    fill(home)
    backup(home, kept)
    fill(other, 1, minutes=60)
    other.settings_file.write_text('{"captions": false}')
    assert not restore(other, kept).settings
    assert other.settings_file.read_text() == '{"captions": false}'


def test_a_row_that_differs_is_told_and_left_as_it_is(home, other, kept):
    one, *_ = fill(home)
    backup(home, kept)
    restore(other, kept)
    change(other, "DROP TRIGGER responses_no_update", "UPDATE responses SET change_tried = 'mine'")
    before = contents(other)
    done = restore(other, kept)
    assert ("responses", one.id) in done.differed
    assert len(done.differed) == 3
    assert not done.whole
    assert contents(other) == before


def test_a_new_name_and_sounds_found_elsewhere_are_no_difference_and_stay(home, kept):
    log = open_log(home.folder)
    who, far = made.begun(log).person_id, made.heard()
    heard.add_heard(log, far)
    log.close()
    backup(home, kept)
    log = open_log(home.folder)
    people.rename(log, who, "Ada B.")
    heard.add_heard(log, replace(far, place="/mnt/usb/new.flac"))
    log.close()
    before = contents(home)
    done = restore(home, kept)
    assert (done.differed, done.whole) == ([], True)
    assert contents(home) == before


def test_a_rating_with_other_scores_is_told_and_left_as_it_is(home, other, kept):
    one, *_ = fill(home, 1)
    backup(home, kept)
    restore(other, kept)
    log = open_log(other.folder)
    rating = ratings.ratings_of(log, one.id)[0].id
    log.close()
    change(other, "DROP TRIGGER scores_no_update", "UPDATE scores SET score = 1 WHERE score = 3")
    before = contents(other)
    assert ("ratings", rating) in restore(other, kept).differed
    assert contents(other) == before


def test_a_recording_whose_file_is_gone_gets_it_back(home, kept):
    one, *_ = fill(home)
    before = contents(home)
    backup(home, kept)
    sound_of(home, one).unlink()
    done = restore(home, kept)
    assert (done.recordings, done.added) == (1, {})
    assert contents(home) == before


def test_a_recording_that_was_stored_smaller_since_is_the_same_one(home, kept):
    one, *_ = fill(home, 1)
    backup(home, kept)
    twin = home.folder / "twin.flac"
    twin.write_bytes(b"fLaC")
    log = open_log(home.folder)
    small = recordings.replace_file(log, one.recording.id, twin, sample_rate=16_000)
    log.close()
    before = contents(home)
    assert restore(home, kept).whole
    assert contents(home) == before
    (home.recordings / small.file).unlink()
    assert restore(home, kept).recordings == 1  # as the sound that it was made from
    log = open_log(home.folder)
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    log.close()


def test_a_file_that_lies_in_the_way_is_not_overwritten(home, other, kept):
    one, *_ = fill(home)
    backup(home, kept)
    in_the_way = sound_of(other, one)
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_bytes(b"somebody's")
    done = restore(other, kept)
    assert in_the_way.read_bytes() == b"somebody's"
    assert ("responses", one.id) in done.differed
    assert done.added["responses"] == 2


def test_an_interrupted_take_is_offered_after_a_restore(home, other, kept):
    response_id = interrupt(home)
    backup(home, kept)
    assert restore(other, kept).interrupted_takes == 1
    (found,) = find(other, open_takes(other.folder))
    assert found.plan.response_id == response_id


def test_an_interrupted_take_that_was_kept_since_is_not_offered_again(home, kept):
    response_id = interrupt(home)
    backup(home, kept)
    log = open_log(home.folder)
    (take,) = open_takes(home.folder)
    made.take_in(log, take.plan, take.path)
    log.close()
    assert restore(home, kept).interrupted_takes == 0
    assert open_takes(home.folder) == ()
    assert response_id


def test_a_log_that_is_damaged_is_kept_aside(home, kept):
    fill(home)
    before = contents(home)
    backup(home, kept)
    (home.folder / "log.db").write_bytes(b"no database at all " * 500)
    for helper in home.folder.glob("log.db-*"):
        helper.unlink()
    done = restore(home, kept)
    assert contents(home) == before
    assert done.set_aside is not None
    assert done.set_aside.read_bytes().startswith(b"no database")


def test_a_backup_of_an_older_log_is_brought_up_to_date(home, other, kept, tmp_path):
    fill(home)
    backup(home, kept)
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    connection.executescript(sorted(DUMPS.iterdir())[0].read_text())
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()

    def age(members, manifest):
        members["log.db"] = old.read_bytes()

    done = restore(other, rehashed(kept, tmp_path / "old.attune", age))
    assert done.added["responses"] > 0
    assert contents(other)["people"] != contents(home)["people"]


def test_a_log_that_is_damaged_inside_is_kept_aside(home, kept):
    fill(home, 40)
    before = contents(home)
    backup(home, kept)
    data = bytearray((home.folder / "log.db").read_bytes())
    for page in range(len(data) // 8192, len(data) // 4096):  # it still opens
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    (home.folder / "log.db").write_bytes(data)
    done = restore(home, kept)
    assert contents(home) == before
    assert done.set_aside is not None
    assert done.set_aside.read_bytes() == data


# ------------------------------------------------------------ what is not let in


def refused(other: Home, path: Path, said: str) -> None:
    """Into a log that is there: not let in, and every byte of the log is as before."""
    fill(other, 1, minutes=500)
    before, beside = contents(other), set(everything(other))
    with pytest.raises(KnownError, match=said):
        restore(other, path)
    assert contents(other) == before
    assert set(everything(other)) == beside


def test_while_the_window_is_open_nothing_is_restored(home, other, kept):
    fill(home)
    backup(home, kept)
    with hold(other.folder), pytest.raises(KnownError, match="already open"):
        restore(other, kept)
    assert not (other.folder / "log.db").exists()


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"RIFF" * 100])
def test_what_is_no_backup_is_a_sentence(other, kept, data):
    kept.write_bytes(data)
    refused(other, kept, "This file cannot be used")


def test_a_file_that_is_not_there_is_a_sentence(other, kept):
    refused(other, kept, "no such file")


def test_a_backup_that_ends_in_the_middle_is_a_sentence(home, other, kept):
    fill(home)
    backup(home, kept)
    kept.write_bytes(kept.read_bytes()[:-5000])
    refused(other, kept, "damaged")


def test_a_changed_byte_in_the_log_is_found_before_anything_is_added(home, other, kept):
    fill(home)
    backup(home, kept)
    data = bytearray(kept.read_bytes())
    data[data.index(b"SQLite format 3") + 5000] ^= 1
    kept.write_bytes(data)
    refused(other, kept, "its log is damaged")


def test_a_changed_byte_in_a_recording_costs_that_recording_only(home, other, kept):
    one, two, three = fill(home)
    backup(home, kept)
    data = bytearray(kept.read_bytes())
    data[data.index(sound_of(home, two).read_bytes()) + 100] ^= 1
    kept.write_bytes(data)
    done = restore(other, kept)
    assert (done.silent, done.recordings, done.whole) == ([two.recording.file], 2, False)
    assert done.added["responses"] == 3
    assert [sound_of(other, r).exists() for r in (one, two, three)] == [True, False, True]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("format", 2, "newer Attune"), ("kind", "pack", "kind 'pack'"), ("members", [], "not hold"),
     ("members", None, "not complete"), ("format", "x", "not complete"),
     ("outside", [{"name": "x", "sha256": "../../x", "size": 1}], "damaged")],
)  # fmt: skip
def test_a_manifest_that_does_not_fit_is_a_sentence(
    home, other, kept, tmp_path, field, value, said
):
    fill(home, 1)
    backup(home, kept)

    def alter(members, manifest):
        manifest[field] = value

    refused(other, rewritten(kept, tmp_path / "strange.attune", alter), said)


@pytest.mark.parametrize(
    "name",
    ["../../out.wav", "/tmp/out.wav", "recordings/../../../out.wav", "C:\\out.wav", "a//b", "nul"],
)
def test_a_name_that_leads_elsewhere_is_refused(home, other, kept, tmp_path, name):
    fill(home, 1)
    backup(home, kept)

    def alter(members, manifest):
        members[name] = b"x"

    refused(other, rehashed(kept, tmp_path / "strange.attune", alter), "name that")
    assert not list(tmp_path.rglob("out.wav"))


def test_links_and_compressed_members_are_refused(home, other, kept, tmp_path):
    fill(home, 1)
    backup(home, kept)
    link = zipfile.ZipInfo("recordings/2026/03/link.wav")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = zipfile.ZipInfo("settings2.json")
    packed.compress_type = zipfile.ZIP_DEFLATED
    for info, said in ((link, "link"), (packed, "compressed")):
        strange = shutil.copyfile(kept, tmp_path / "strange.attune")
        with zipfile.ZipFile(strange, "a") as target:
            target.writestr(info, b"0" * 1_000_000)
        with pytest.raises(KnownError, match=said):
            restore(other, strange)
    assert not other.folder.exists()


@pytest.mark.parametrize(
    ("statement", "said"),
    [("DROP TRIGGER recordings_no_update; UPDATE recordings SET file = '../../out.wav'",
      "recordings.file"),
     ("DROP TRIGGER recordings_no_update; UPDATE recordings SET file = 'open/x.wav'",
      "recordings.file"),
     ("UPDATE people SET id = '../x'", "FOREIGN|refers|people.id"),
     ("UPDATE people SET created_at = 'yesterday'", "people.created_at"),
     ("UPDATE measures SET pauses = '['", "measures.pauses"),
     ("DROP TRIGGER recordings_no_update; UPDATE recordings SET holes = '[{\"kind\": \"x\"}]'",
      "recordings.holes|cannot be used"),
     ("UPDATE people SET name = CAST(x'ff' AS TEXT)", "decode"),
     ("CREATE TRIGGER mine AFTER INSERT ON people BEGIN DELETE FROM drafts; END", "programs"),
     ("CREATE VIEW mine AS SELECT 1", "programs"),
     ("INSERT INTO keys VALUES ('k', 'AGE-1', 'x', '2026-11-26T09:00:00Z', 0)", "keys.reads"),
     ("CREATE TABLE mine (x)", "other tables"),
     ("ALTER TABLE people ADD COLUMN x TEXT AS (hex(name))", "other tables"),
     ("PRAGMA user_version = 99", "newer Attune"),
     ("PRAGMA user_version = 0", "no practice log")],
)  # fmt: skip
def test_a_log_that_attune_did_not_write_is_refused(home, other, kept, tmp_path, statement, said):
    fill(home, 1)
    backup(home, kept)
    strange = tmp_path / "strange.db"

    def alter(members, manifest):
        strange.write_bytes(members["log.db"])
        connection = sqlite3.connect(strange)
        connection.executescript(statement)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        members["log.db"] = strange.read_bytes()

    refused(other, rehashed(kept, tmp_path / "strange.attune", alter), said)


def test_a_take_that_says_to_be_another_is_not_placed(home, other, kept, tmp_path):
    response_id = interrupt(home)
    backup(home, kept)

    def alter(members, manifest):
        name = f"recordings/open/{response_id}.take.json"
        members[name] = members[name].replace(response_id.encode(), b"../../../elsewhere")

    done = restore(other, rehashed(kept, tmp_path / "strange.attune", alter))
    assert done.silent == [f"{response_id}.take.json"]
    assert [p.name for p in (other.recordings / "open").iterdir()] == [f"{response_id}.wav"]
