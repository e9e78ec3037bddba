import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from sqlite_utils import Database

from tests.store import made
from trainer.domain.errors import KnownError
from trainer.store import (
    comments,
    migrations,
    people,
    queries,
    ratings,
    responses,
    rounds,
    upgrade,
)
from trainer.store.db import open_log

DUMPS = sorted((Path(__file__).parent / "dumps").glob("v*.sql"))


def shape(db: Database) -> set[tuple[str, str]]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(name, " ".join(sql.split())) for name, sql in rows}


@contextmanager
def old_log(path: Path, *, version: int = 1) -> Iterator[Database]:
    """A small log of a made-up history, at its first version."""
    db = Database(sqlite3.connect(path), execute_plugins=False)
    db.execute("CREATE TABLE people (id TEXT PRIMARY KEY)")
    db.execute("INSERT INTO people VALUES ('p1'), ('p2')")
    db.execute("CREATE TABLE visits (person TEXT REFERENCES people (id))")
    made = migrations.migration_set((("m001", lambda db: None),))
    made.apply(db)
    db.execute(f"PRAGMA user_version = {version}")
    db.execute("PRAGMA foreign_keys = ON")
    yield db
    db.close()


def first(db: Database) -> None:
    raise AssertionError("applied long ago")


def names(db: Database) -> None:
    db.execute("ALTER TABLE people ADD COLUMN name TEXT")


def crashes(db: Database) -> None:
    db.execute("DROP TABLE visits")
    raise RuntimeError("a bug in a step")


def orphans(db: Database) -> None:
    db.execute("INSERT INTO visits VALUES ('nobody')")


def stored(db: Database) -> list[str]:
    return list(db.iterdump())


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_each_stored_version_becomes_this_one_with_its_rows(dump: Path, folder: Path) -> None:
    folder.mkdir()
    old = sqlite3.connect(folder / "log.db")
    old.executescript(dump.read_text("utf-8"))
    old.close()
    log, new = open_log(folder), open_log(folder / "new")
    assert shape(log.db) == shape(new.db)
    assert upgrade.version_of(log.db) == len(migrations.STEPS)
    (who,) = people.people(log)
    (row,) = queries.log_rows(log, who.id)
    assert responses.response(log, row.id).recording.file == f"2026/03/{row.id}.wav"
    assert (row.gaps, row.stopped_at_s) == ((None, None) if dump.stem == "v1" else (2, 8.25))
    assert row.holes == (made.HOLES if int(dump.stem[1:]) >= 3 else None)
    assert row.scores == {"warmth": 3.0, "repair": 5.0, "metacommunication": None}
    assert len(ratings.ratings_of(log, row.id)) == 2
    assert {one.blind for one in ratings.ratings_of(log, row.id)} == {None}
    for made_here in rounds.rounds_of(log, "me"):
        elsewhere, here = made_here.places
        assert (here.response_id, here.reference) == (row.id, True)
        assert comments.comments_of(log, elsewhere.response_id)[0].text == "stays with it"
    assert len(rounds.rounds_of(log, "me")) == (int(dump.stem[1:]) >= 6)
    log.close()
    new.close()


def test_the_newest_version_has_a_dump() -> None:
    assert DUMPS[-1].stem == f"v{len(migrations.STEPS)}"


class TestUpgrade:
    def test_copies_before_it_migrates(self, tmp_path: Path) -> None:
        with old_log(tmp_path / "log.db") as db:
            before = stored(db)
            upgrade.upgrade(db, tmp_path / "log.db", (("m001", first), ("m002", names)))
            assert "name" in db["people"].columns_dict
            assert upgrade.version_of(db) == 2
            (copy,) = upgrade.copies(tmp_path / "log.db")
        assert copy.name.startswith("log.db.before-2-")
        copied = Database(sqlite3.connect(copy), execute_plugins=False)
        assert stored(copied) == before
        assert upgrade.version_of(copied) == 1
        copied.close()
        assert not list(tmp_path.glob("*.part"))

    def test_a_step_that_fails_takes_the_steps_before_it_back(self, tmp_path: Path) -> None:
        steps = (("m001", first), ("m002", names), ("m003", crashes))
        with old_log(tmp_path / "log.db") as db:
            before = stored(db)
            with pytest.raises(RuntimeError, match="a bug in a step"):
                upgrade.upgrade(db, tmp_path / "log.db", steps)
            assert stored(db) == before
            assert upgrade.version_of(db) == 1
            assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1

    def test_broken_references_are_found_before_anything_is_kept(self, tmp_path: Path) -> None:
        with old_log(tmp_path / "log.db") as db:
            before = stored(db)
            with pytest.raises(KnownError, match="cannot be brought up to date") as caught:
                upgrade.upgrade(db, tmp_path / "log.db", (("m001", first), ("m002", orphans)))
            (copy,) = upgrade.copies(tmp_path / "log.db")
            assert str(copy) in caught.value.hint
            assert stored(db) == before

    def test_keeps_the_three_newest_copies(self, tmp_path: Path) -> None:
        with old_log(tmp_path / "log.db") as db:
            made = [upgrade.copy_before(db, tmp_path / "log.db", number) for number in (9, 10, 2)]
            made += [upgrade.copy_before(db, tmp_path / "log.db", 11) for _ in range(2)]
        assert upgrade.copies(tmp_path / "log.db") == tuple(made[-3:])
        assert not made[0].exists()

    def test_keeps_the_copy_just_made_also_when_the_clock_was_ahead(self, tmp_path: Path) -> None:
        for year in (2131, 2132, 2133):
            (tmp_path / f"log.db.before-1-{year}0101T000000000000Z").write_bytes(b"old")
        with old_log(tmp_path / "log.db") as db:
            made = upgrade.copy_before(db, tmp_path / "log.db", 2)
        assert made.exists()
        assert [one.name[-22:-18] for one in upgrade.copies(tmp_path / "log.db")[1:]] == [
            "2132", "2133",
        ]  # fmt: skip

    def test_a_disk_without_room_for_the_copy_changes_nothing(self, mounted: Path) -> None:
        with old_log(mounted / "log.db") as db:
            db.execute("CREATE TABLE big (data BLOB)")
            db.execute("INSERT INTO big VALUES (zeroblob(250000))")
            with pytest.raises(sqlite3.Error, match="full"):
                upgrade.upgrade(db, mounted / "log.db", (("m001", first), ("m002", names)))
            assert upgrade.version_of(db) == 1
        assert not list(mounted.glob("*.before-*"))

    def test_waits_for_another_that_migrates_but_not_for_ever(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upgrade, "_WAIT_S", 0.05)
        with (
            old_log(tmp_path / "log.db") as db,
            FileLock(tmp_path / "log.db.upgrade.lock"),
            pytest.raises(KnownError, match="Another Attune is bringing"),
        ):
            upgrade.upgrade(db, tmp_path / "log.db", (("m001", first), ("m002", names)))

    def test_nothing_to_do_makes_no_copy(self, folder: Path) -> None:
        open_log(folder).close()
        open_log(folder).close()
        assert upgrade.copies(folder / "log.db") == ()

    def test_a_kill_in_the_middle_of_a_step_changes_nothing(self, tmp_path: Path) -> None:
        with old_log(tmp_path / "log.db") as db:
            before = stored(db)
        script = (
            "import os, signal, sqlite3, sys, pathlib\n"
            "from sqlite_utils import Database\n"
            "from trainer.store import upgrade\n"
            "path = pathlib.Path(sys.argv[1])\n"
            "def step(db):\n"
            "    db.execute('DROP TABLE visits'); os.kill(os.getpid(), signal.SIGKILL)\n"
            "steps = (('m001', None), ('m002', step))\n"
            "upgrade.upgrade(Database(sqlite3.connect(path)), path, steps)\n"
        )
        done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "log.db")], check=False)
        assert done.returncode == -9
        db = Database(sqlite3.connect(tmp_path / "log.db"), execute_plugins=False)
        assert stored(db) == before
        db.close()


class TestNewer:
    def test_a_higher_version_is_refused_and_left_as_it_is(self, folder: Path) -> None:
        log = open_log(folder)
        log.db.execute("PRAGMA user_version = 99")
        log.close()
        before = (folder / "log.db").read_bytes()
        for read_only in (False, True):
            with pytest.raises(KnownError, match="newer Attune") as caught:
                open_log(folder, read_only=read_only)
            assert str(folder / "log.db") in caught.value.text
        assert (folder / "log.db").read_bytes() == before

    def test_an_unknown_step_is_refused(self, folder: Path) -> None:
        log = open_log(folder)
        log.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, '')",
            (migrations.SET, "m900"),
        )
        log.close()
        with pytest.raises(KnownError, match="newer Attune"):
            open_log(folder)


def test_an_older_log_is_not_changed_by_reading(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "log.db").close()
    (tmp_path / "log.db").touch()
    with pytest.raises(KnownError, match="older Attune"):
        open_log(tmp_path, read_only=True)
