"""One way to SQLite: encrypted and plain logs alike, and the same sentences for both."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store import made
from trainer.domain.errors import KnownError
from trainer.store import connect, copies, upgrade
from trainer.store.connect import is_encrypted, turn
from trainer.store.db import FILE, open_log
from trainer.store.key import LOCK, new_key

DUMPS = [f"v{number}" for number in range(1, len(upgrade.migrations.STEPS) + 1)]


@pytest.fixture(scope="module")
def key():
    return new_key()


@pytest.fixture
def home(tmp_path, key):
    """A locked folder with one response."""
    folder = tmp_path / "Übung Таня"
    log = open_log(folder, key)
    made.recorded(log, made.plan(made.begun(log)))
    log.close()
    (folder / LOCK).write_bytes(b"stands for one")
    return folder


def test_a_new_log_is_encrypted_and_holds_what_was_written(home, key):
    data = (home / FILE).read_bytes()
    assert b"SQLite" not in data
    assert b"late-again" not in data
    with closing(open_log(home, key, read_only=True)) as log:
        assert len(log.rows("SELECT * FROM responses")) == 1


def test_without_the_key_it_is_said_that_it_is_locked(home):
    for read_only in (True, False):
        with pytest.raises(KnownError, match="locked"):
            open_log(home, read_only=read_only)


def test_another_key_and_rubbish_are_told_and_nothing_is_written_beside(home, key, capfd):
    before = (home / FILE).read_bytes()
    with pytest.raises(KnownError, match="not a practice log"):
        open_log(home, new_key())
    assert (home / FILE).read_bytes() == before
    assert connect.opens(home / FILE, key)
    assert not connect.opens(home / FILE, new_key())
    (home / FILE).write_bytes(os.urandom(8192))
    assert not connect.opens(home / FILE, key)
    with pytest.raises(KnownError, match="not a practice log") as told:
        open_log(home, key)
    assert key.of_log not in str(told.value) + str(told.value.__cause__)
    assert capfd.readouterr().err == ""  # SQLCipher likes to talk


def test_damage_in_the_middle_is_told(home, key):
    data = bytearray((home / FILE).read_bytes())
    data[8192:-4096] = os.urandom(len(data) - 8192 - 4096)
    (home / FILE).write_bytes(data)
    with (
        pytest.raises(KnownError, match=r"damaged|not a practice log"),
        closing(open_log(home, key)) as log,
    ):
        log.rows("SELECT * FROM responses")
    log, aside = copies.open_or_set_aside(home, key)
    log.close()
    assert aside is not None
    assert is_encrypted(home / FILE)


def test_one_that_another_program_writes_to_is_told(home, key, monkeypatch):
    monkeypatch.setattr(connect, "BUSY_S", 0.05)
    with closing(open_log(home, key)) as mine, closing(open_log(home, key)) as other:
        with (
            other.atomic(),
            pytest.raises(KnownError, match="in use by another program"),
            mine.atomic(),
        ):
            pass
        with pytest.raises(KnownError, match="in use"):
            turn(home / FILE, key, encrypted=False)
    assert is_encrypted(home / FILE)
    assert not list(home.glob("*.part*"))


def test_a_folder_in_its_place_is_told(tmp_path, key):
    (tmp_path / FILE).mkdir()
    with pytest.raises(KnownError, match="cannot be opened"):
        open_log(tmp_path, key)


def test_a_full_disk_is_told_and_the_log_stays_as_it_was(mounted, key):
    log = open_log(mounted, key)
    rows = log.rows("SELECT name FROM sqlite_schema")
    with pytest.raises(KnownError, match="disk is full"):
        for number in range(1000):
            made.begun(log, made.later(number))
    log.close()
    with pytest.raises(KnownError, match="disk is full"):
        turn(mounted / FILE, key, encrypted=False)
    assert is_encrypted(mounted / FILE)
    assert not list(mounted.glob("*.part*"))
    with closing(open_log(mounted, key, read_only=True)) as log:
        assert log.rows("SELECT name FROM sqlite_schema") == rows


def test_turned_there_and_back_it_holds_the_same(tmp_path, key):
    log = open_log(tmp_path)
    one = made.recorded(log, made.plan(made.begun(log)))
    lines = sorted(log.db.iterdump())
    log.close()
    for encrypted in (True, True, False, False):
        (tmp_path / f"{FILE}.part").write_bytes(b"what a kill left")
        (tmp_path / f"{FILE}.part-journal").write_bytes(b"and beside it")
        turn(tmp_path / FILE, key, encrypted=encrypted)
        assert is_encrypted(tmp_path / FILE) == encrypted
        assert (one.id.encode() in (tmp_path / FILE).read_bytes()) != encrypted
    with closing(open_log(tmp_path)) as log:
        assert sorted(log.db.iterdump()) == lines
        assert upgrade.version_of(log.db) == copies.LOG_VERSION


def test_a_damaged_one_is_not_turned(tmp_path, key):
    with closing(open_log(tmp_path)) as log:
        for number in range(50):
            made.begun(log, made.later(number))
    data = bytearray((tmp_path / FILE).read_bytes())
    data[20_000:60_000] = os.urandom(40_000)
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(KnownError, match="damaged"):
        turn(tmp_path / FILE, key, encrypted=True)
    assert (tmp_path / FILE).read_bytes()[100:] == data[100:]
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("version", DUMPS)
def test_an_older_encrypted_log_is_brought_up_to_date_after_an_encrypted_copy(
    tmp_path, key, version
):
    dump = Path(__file__).parent / "dumps" / f"{version}.sql"
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.executescript(dump.read_text())
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        before = db.execute("SELECT * FROM responses").fetchall()
    turn(tmp_path / FILE, key, encrypted=True)
    (tmp_path / LOCK).write_bytes(b"stands for one")
    with closing(open_log(tmp_path, key)) as log:
        assert upgrade.is_current(log.db)
        found = log.db.conn.execute("SELECT * FROM responses").fetchall()
        assert [row[: len(before[0])] for row in found] == before
        log.db.conn.execute("PRAGMA user_version = 99")
        log.db.conn.commit()
    for copy in upgrade.copies(tmp_path / FILE):
        assert is_encrypted(copy)
        with closing(connect.connect(copy, key)) as db:
            assert db.execute("SELECT * FROM responses").fetchall() == before
    assert len(upgrade.copies(tmp_path / FILE)) == (version != DUMPS[-1])
    with pytest.raises(KnownError, match="newer Attune"):
        open_log(tmp_path, key)
