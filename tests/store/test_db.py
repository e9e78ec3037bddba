import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.disk import small_disk
from tests.store import made
from trainer.domain.errors import KnownError
from trainer.domain.response import SessionEnd
from trainer.store import drafts, notes, people, ratings, sessions
from trainer.store.db import Log, integrity, open_log


def put(path: Path, *, rows: int = 200) -> None:
    """A log with some pages in it, closed."""
    log = open_log(path)
    with log.atomic():
        for number in range(rows):
            people.add_person(log, made.person(f"P{number} " + "x" * 100))
    log.close()


def test_makes_the_folder_and_a_wal_log_with_references_checked(folder: Path) -> None:
    log = open_log(folder / "deep")
    settings = [
        log.db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    ]
    assert settings == ["wal", 1, 1, 5000]
    assert (folder / "deep" / "log.db").is_file()
    assert all(t.strict for t in log.db.tables if not t.name.startswith(("_", "sqlite_")))
    assert integrity(log) == ()
    log.close()
    log.close()


def test_what_was_written_is_there_after_reopening(folder: Path) -> None:
    put(folder, rows=3)
    log = open_log(folder)
    assert len(people.people(log)) == 3
    log.close()


def test_a_failed_block_leaves_nothing_and_an_inner_one_only_itself(log: Log) -> None:
    kept = made.person("kept")
    with pytest.raises(RuntimeError), log.atomic():
        people.add_person(log, made.person("lost"))
        raise RuntimeError
    with log.atomic(durable=True):
        people.add_person(log, kept)
        with pytest.raises(RuntimeError), log.atomic(durable=True):
            people.add_person(log, made.person("lost too"))
            raise RuntimeError
    assert people.people(log) == (kept,)
    assert log.db.execute("PRAGMA synchronous").fetchone()[0] == 1


def test_a_block_that_reads_first_keeps_its_turn_to_write(folder: Path, log: Log) -> None:
    other = sqlite3.connect(folder / "log.db", timeout=0)
    with log.atomic():
        assert people.people(log) == ()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        people.add_person(log, made.person())
    other.close()


@pytest.mark.parametrize(
    "table", ["responses", "ratings", "scores", "sessions", "session_ends", "notes", "recordings"]
)
def test_rows_cannot_be_changed_or_deleted(log: Log, table: str) -> None:
    one = made.recorded(log, made.plan(made.begun(log)))
    ratings.add_rating(log, made.rating(one.id))
    notes.add_note(log, made.note(one.id, "slower"))
    sessions.end_session(log, SessionEnd(one.session_id, "right", "", made.EVENING))
    column = log.rows(f"SELECT * FROM {table}")[0].keys() - {"file", "sha256"}
    name = "id" if "id" in column else "item"
    for statement in (
        f"DELETE FROM {table}",
        f"UPDATE {table} SET {name} = {name}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), log.atomic():
            log.db.conn.execute(statement)


def test_a_reference_to_a_missing_row_is_refused(log: Log) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        made.begun(log)
        sessions.add_session(log, made.session("nobody"))


class TestReadOnly:
    def test_reads_beside_the_window_and_cannot_write(self, folder: Path, log: Log) -> None:
        who = made.person()
        people.add_person(log, who)
        beside = open_log(folder, read_only=True)
        assert people.people(beside) == (who,)
        another = made.person("another")
        people.add_person(log, another)
        assert len(people.people(beside)) == 2
        with pytest.raises(KnownError, match="may not be written"):
            people.add_person(beside, made.person())
        beside.close()

    def test_reads_a_log_that_nobody_has_open(self, folder: Path) -> None:
        put(folder, rows=3)
        beside = open_log(folder, read_only=True)
        assert len(people.people(beside)) == 3
        beside.close()

    def test_says_that_there_is_no_log_and_makes_none(self, folder: Path) -> None:
        with pytest.raises(KnownError, match="There is no practice log in"):
            open_log(folder, read_only=True)
        assert not folder.exists()


class TestRefusals:
    def test_a_file_where_the_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("a letter")
        with pytest.raises(KnownError) as caught:
            open_log(tmp_path / "home")
        assert str(tmp_path / "home") in caught.value.text
        assert (tmp_path / "home").read_text() == "a letter"

    def test_a_folder_where_the_file_should_be(self, folder: Path) -> None:
        (folder / "log.db").mkdir(parents=True)
        with pytest.raises(KnownError, match="cannot be opened") as caught:
            open_log(folder)
        assert str(folder / "log.db") in caught.value.text

    def test_a_file_that_is_no_database_is_left_as_it_is(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "log.db").write_text("Dear diary, " * 500)
        with pytest.raises(KnownError, match="not a practice log") as caught:
            open_log(folder)
        assert "recordings are separate files" in caught.value.hint
        assert (folder / "log.db").read_text() == "Dear diary, " * 500

    def test_a_truncated_log_is_damaged_and_left_as_it_is(self, folder: Path) -> None:
        put(folder)
        whole = (folder / "log.db").read_bytes()
        (folder / "log.db").write_bytes(whole[: len(whole) // 3 // 4096 * 4096])
        with pytest.raises(KnownError, match="is damaged") as caught:
            people.people(open_log(folder))
        assert str(folder / "log.db") in caught.value.text
        assert "restore" in caught.value.hint

    def test_pages_of_rubbish_are_found_when_they_are_read(self, folder: Path) -> None:
        put(folder, rows=2000)
        whole = bytearray((folder / "log.db").read_bytes())
        middle = len(whole) // 2 // 4096 * 4096
        whole[middle : middle + 40 * 4096] = b"\xa5" * (40 * 4096)
        (folder / "log.db").write_bytes(whole)
        log = open_log(folder)
        with pytest.raises(KnownError, match="is damaged"):
            people.people(log)
        log.close()

    def test_another_writer_that_does_not_end(self, folder: Path, log: Log) -> None:
        log.db.execute("PRAGMA busy_timeout = 20")
        other = sqlite3.connect(folder / "log.db")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KnownError, match="in use by another program"):
            people.add_person(log, made.person())
        other.rollback()
        other.close()
        people.add_person(log, made.person())


class TestFullDisk:
    def test_sqlite_says_full_and_what_was_there_stays(self, log: Log) -> None:
        who = made.person()
        people.add_person(log, who)
        pages = log.db.execute("PRAGMA page_count").fetchone()[0]
        log.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(KnownError, match="The disk is full") as caught:
            drafts.save_draft(log, "k", {"text": "x" * 100_000})
        assert "Free some space" in caught.value.hint
        assert people.people(log) == (who,)
        assert drafts.draft(log, "k") is None

    @pytest.mark.skipif(sys.platform == "win32", reason="no rlimit")
    def test_files_that_may_not_grow(self, folder: Path) -> None:
        put(folder, rows=1)
        script = (
            "import sys, pathlib; from trainer.store import db, drafts\n"
            "from trainer.domain.errors import KnownError\n"
            "log = db.open_log(pathlib.Path(sys.argv[1]))\n"
            "try: drafts.save_draft(log, 'k', {'text': 'x' * 2_000_000})\n"
            "except KnownError as error: print('KNOWN', error.text)\n"
            "print(drafts.draft(log, 'k'))\n"
        )

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            preexec_fn=limit,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "KNOWN The disk" in done.stdout
        assert done.stdout.endswith("None\n")
        log = open_log(folder)
        assert integrity(log) == ()
        log.close()


def test_a_real_full_disk(mounted: Path) -> None:
    log = open_log(mounted)
    with pytest.raises(KnownError, match="full"):
        drafts.save_draft(log, "k", {"text": "x" * 500_000})
    drafts.save_draft(log, "k", {"text": "short"})
    assert drafts.draft(log, "k") == {"text": "short"}
    log.close()


def test_a_real_read_only_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as mounted:
        read_only(mounted)


def read_only(mounted: Path) -> None:
    log = open_log(mounted)
    who = made.person()
    people.add_person(log, who)
    log.close()
    remount = ["mount", "-o", "remount,ro", str(mounted)]
    subprocess.run(remount, check=True)
    with pytest.raises(KnownError, match="cannot be opened|may not be written"):
        open_log(mounted)
    with pytest.raises(KnownError, match="read-only"):
        open_log(mounted / "new")
    beside = open_log(mounted, read_only=True)
    assert people.people(beside) == (who,)
    beside.close()


def test_two_processes_that_make_the_log_at_once(folder: Path) -> None:
    script = (
        "import sys, pathlib; sys.stdin.readline()\n"
        "from trainer.store import db; log = db.open_log(pathlib.Path(sys.argv[1]))\n"
        "print(len(log.db.table_names())); log.close()\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert len({out for out, _ in said}) == 1
