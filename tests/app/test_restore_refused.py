"""A backup that is not let in, and the log that stays as it was."""

import shutil
import sqlite3
import stat
import zipfile
from pathlib import Path

import pytest

from tests.app.backed import contents, fill, interrupt, rehashed, rewritten, sound_of
from trainer.app.backup import backup
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.errors import KnownError
from trainer.store.lock import hold


def everything(home: Home) -> dict[str, bytes]:
    """Every file of a data folder but those that only say that it is in use."""
    return {
        path.relative_to(home.folder).as_posix(): path.read_bytes()
        for path in home.folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def refused(other: Home, path: Path, said: str) -> None:
    """Into a log that is there: not let in, and every byte of the log is as before."""
    fill(other, 1, minutes=500)
    before, beside = contents(other), set(everything(other))
    with pytest.raises(KnownError, match=said):
        restore(other, path)
    assert contents(other) == before
    assert set(everything(other)) == beside


def test_while_the_window_is_open_nothing_is_restored(at_home, other, kept):
    fill(at_home)
    backup(at_home, kept)
    with hold(other.folder), pytest.raises(KnownError, match="already open"):
        restore(other, kept)
    assert not (other.folder / "log.db").exists()


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"RIFF" * 100])
def test_what_is_no_backup_is_a_sentence(other, kept, data):
    kept.write_bytes(data)
    refused(other, kept, "This file cannot be used")


def test_a_file_that_is_not_there_is_a_sentence(other, kept):
    refused(other, kept, "no such file")


def test_a_backup_that_ends_in_the_middle_is_a_sentence(at_home, other, kept):
    fill(at_home)
    backup(at_home, kept)
    kept.write_bytes(kept.read_bytes()[:-5000])
    refused(other, kept, "damaged")


def test_a_changed_byte_in_the_log_is_found_before_anything_is_added(at_home, other, kept):
    fill(at_home)
    backup(at_home, kept)
    data = bytearray(kept.read_bytes())
    data[data.index(b"SQLite format 3") + 5000] ^= 1
    kept.write_bytes(data)
    refused(other, kept, "its log is damaged")


def test_a_changed_byte_in_a_recording_costs_that_recording_only(at_home, other, kept):
    one, two, three = fill(at_home)
    backup(at_home, kept)
    data = bytearray(kept.read_bytes())
    data[data.index(sound_of(at_home, two).read_bytes()) + 100] ^= 1
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
    at_home, other, kept, tmp_path, field, value, said
):
    fill(at_home, 1)
    backup(at_home, kept)

    def alter(members, manifest):
        manifest[field] = value

    refused(other, rewritten(kept, tmp_path / "strange.attune", alter), said)


@pytest.mark.parametrize(
    "name",
    ["../../out.wav", "/tmp/out.wav", "recordings/../../../out.wav", "C:\\out.wav", "a//b", "nul"],
)
def test_a_name_that_leads_elsewhere_is_refused(at_home, other, kept, tmp_path, name):
    fill(at_home, 1)
    backup(at_home, kept)

    def alter(members, manifest):
        members[name] = b"x"

    refused(other, rehashed(kept, tmp_path / "strange.attune", alter), "name that")
    assert not list(tmp_path.rglob("out.wav"))


def test_links_and_compressed_members_are_refused(at_home, other, kept, tmp_path):
    fill(at_home, 1)
    backup(at_home, kept)
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
def test_a_log_that_attune_did_not_write_is_refused(
    at_home, other, kept, tmp_path, statement, said
):
    fill(at_home, 1)
    backup(at_home, kept)
    strange = tmp_path / "strange.db"

    def alter(members, manifest):
        strange.write_bytes(members["log.db"])
        connection = sqlite3.connect(strange)
        connection.executescript(statement)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        members["log.db"] = strange.read_bytes()

    refused(other, rehashed(kept, tmp_path / "strange.attune", alter), said)


def test_a_take_that_says_to_be_another_is_not_placed(at_home, other, kept, tmp_path):
    response_id = interrupt(at_home)
    backup(at_home, kept)

    def alter(members, manifest):
        name = f"recordings/open/{response_id}.take.json"
        members[name] = members[name].replace(response_id.encode(), b"../../../elsewhere")

    done = restore(other, rehashed(kept, tmp_path / "strange.attune", alter))
    assert done.silent == [f"{response_id}.take.json"]
    assert [p.name for p in (other.recordings / "open").iterdir()] == [f"{response_id}.wav"]
