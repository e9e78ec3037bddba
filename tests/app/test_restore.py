"""What a backup brings back, and what it leaves alone."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from tests.app.backed import change, contents, fill, interrupt, rehashed, sound_of
from tests.store import made
from trainer.app.backup import backup
from trainer.app.interrupted import find
from trainer.app.restore import restore
from trainer.store import heard, people, ratings, recordings
from trainer.store.db import open_log
from trainer.store.takes import open_takes

DUMPS = Path(__file__).parent.parent / "store" / "dumps"


def test_into_an_empty_folder_everything_is_as_it_was(at_home, other, kept):
    fill(at_home)
    interrupt(at_home)
    backup(at_home, kept)
    done = restore(other, kept)
    assert {p.name for p in other.folder.iterdir()} - {"window.lock", "log.db.upgrade.lock"} == {
        "log.db", "recordings", "settings.json"
    }  # fmt: skip
    assert contents(other) == contents(at_home)
    assert other.settings_file.read_bytes() == at_home.settings_file.read_bytes()
    assert (done.added["responses"], done.recordings, done.whole) == (3, 3, True)


def test_restoring_twice_changes_nothing(at_home, other, kept):
    fill(at_home)
    interrupt(at_home)
    backup(at_home, kept)
    first = restore(other, kept)
    before = contents(other)
    again = restore(other, kept)
    assert contents(other) == before
    assert (again.added, again.recordings, again.interrupted_takes) == ({}, 0, 0)
    assert again.there == first.added
    assert again.whole


def test_two_logs_become_one(at_home, other, kept):
    fill(at_home)
    fill(other, 2, minutes=60)
    theirs = contents(other)
    backup(at_home, kept)
    done = restore(other, kept)
    merged = contents(other)
    for table, rows in contents(at_home).items():
        assert set(merged[table]) == {*rows, *theirs[table]}
        assert len(merged[table]) == len({*rows, *theirs[table]})
    assert (done.added["people"], done.added["ratings"], done.there) == (1, 9, {})


def test_what_was_added_since_the_backup_stays(at_home, kept):
    fill(at_home)
    backup(at_home, kept)
    fill(at_home, 1, minutes=60)
    before = contents(at_home)
    assert restore(at_home, kept).added == {}
    assert contents(at_home) == before


def test_settings_that_are_there_stay(at_home, other, kept):
    fill(at_home)
    backup(at_home, kept)
    fill(other, 1, minutes=60)
    other.settings_file.write_text('{"captions": false}')
    assert not restore(other, kept).settings
    assert other.settings_file.read_text() == '{"captions": false}'


def test_a_row_that_differs_is_told_and_left_as_it_is(at_home, other, kept):
    one, *_ = fill(at_home)
    backup(at_home, kept)
    restore(other, kept)
    change(other, "DROP TRIGGER responses_no_update", "UPDATE responses SET change_tried = 'mine'")
    before = contents(other)
    done = restore(other, kept)
    assert ("responses", one.id) in done.differed
    assert len(done.differed) == 3
    assert not done.whole
    assert contents(other) == before


def test_a_new_name_and_sounds_found_elsewhere_are_no_difference_and_stay(at_home, kept):
    log = open_log(at_home.folder)
    who, far = made.begun(log).person_id, made.heard()
    heard.add_heard(log, far)
    log.close()
    backup(at_home, kept)
    log = open_log(at_home.folder)
    people.rename(log, who, "Ada B.")
    heard.add_heard(log, replace(far, place="/mnt/usb/new.flac"))
    log.close()
    before = contents(at_home)
    done = restore(at_home, kept)
    assert (done.differed, done.whole) == ([], True)
    assert contents(at_home) == before


def test_a_rating_with_other_scores_is_told_and_left_as_it_is(at_home, other, kept):
    one, *_ = fill(at_home, 1)
    backup(at_home, kept)
    restore(other, kept)
    log = open_log(other.folder)
    rating = ratings.ratings_of(log, one.id)[0].id
    log.close()
    change(other, "DROP TRIGGER scores_no_update", "UPDATE scores SET score = 1 WHERE score = 3")
    before = contents(other)
    assert ("ratings", rating) in restore(other, kept).differed
    assert contents(other) == before


def test_a_recording_whose_file_is_gone_gets_it_back(at_home, kept):
    one, *_ = fill(at_home)
    before = contents(at_home)
    backup(at_home, kept)
    sound_of(at_home, one).unlink()
    done = restore(at_home, kept)
    assert (done.recordings, done.added) == (1, {})
    assert contents(at_home) == before


def test_a_recording_that_was_stored_smaller_since_is_the_same_one(at_home, kept):
    one, *_ = fill(at_home, 1)
    backup(at_home, kept)
    twin = at_home.folder / "twin.flac"
    twin.write_bytes(b"fLaC")
    log = open_log(at_home.folder)
    small = recordings.replace_file(log, one.recording.id, twin, sample_rate=16_000)
    log.close()
    before = contents(at_home)
    assert restore(at_home, kept).whole
    assert contents(at_home) == before
    (at_home.recordings / small.file).unlink()
    assert restore(at_home, kept).recordings == 1  # as the sound that it was made from
    log = open_log(at_home.folder)
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    log.close()


def test_a_file_that_lies_in_the_way_is_not_overwritten(at_home, other, kept):
    one, *_ = fill(at_home)
    backup(at_home, kept)
    in_the_way = sound_of(other, one)
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_bytes(b"somebody's")
    done = restore(other, kept)
    assert in_the_way.read_bytes() == b"somebody's"
    assert ("responses", one.id) in done.differed
    assert done.added["responses"] == 2


def test_an_interrupted_take_is_offered_after_a_restore(at_home, other, kept):
    response_id = interrupt(at_home)
    backup(at_home, kept)
    assert restore(other, kept).interrupted_takes == 1
    (found,) = find(other, open_takes(other.folder))
    assert found.plan.response_id == response_id


def test_an_interrupted_take_that_was_kept_since_is_not_offered_again(at_home, kept):
    interrupt(at_home)
    backup(at_home, kept)
    log = open_log(at_home.folder)
    (take,) = open_takes(at_home.folder)
    made.take_in(log, take.plan, take.path)
    log.close()
    assert restore(at_home, kept).interrupted_takes == 0
    assert open_takes(at_home.folder) == ()


def test_a_log_that_is_damaged_is_kept_aside(at_home, kept):
    fill(at_home)
    before = contents(at_home)
    backup(at_home, kept)
    (at_home.folder / "log.db").write_bytes(b"no database at all " * 500)
    for helper in at_home.folder.glob("log.db-*"):
        helper.unlink()
    done = restore(at_home, kept)
    assert contents(at_home) == before
    assert done.set_aside is not None
    assert done.set_aside.read_bytes().startswith(b"no database")


def test_a_backup_of_an_older_log_is_brought_up_to_date(at_home, other, kept, tmp_path):
    fill(at_home)
    backup(at_home, kept)
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    connection.executescript(sorted(DUMPS.iterdir())[0].read_text())
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()

    def age(members, manifest):
        members["log.db"] = old.read_bytes()

    done = restore(other, rehashed(kept, tmp_path / "old.attune", age))
    assert done.added["responses"] > 0
    assert contents(other)["people"] != contents(at_home)["people"]


def test_a_log_that_is_damaged_inside_is_kept_aside(at_home, kept):
    fill(at_home, 40)
    before = contents(at_home)
    backup(at_home, kept)
    data = bytearray((at_home.folder / "log.db").read_bytes())
    for page in range(len(data) // 8192, len(data) // 4096):  # it still opens
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    (at_home.folder / "log.db").write_bytes(data)
    done = restore(at_home, kept)
    assert contents(at_home) == before
    assert done.set_aside is not None
    assert done.set_aside.read_bytes() == data
