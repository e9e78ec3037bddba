"""Nothing that this program reads of its log's files costs it SQLite's lock on them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store import made
from trainer.store import connect, files, sealed, traces
from trainer.store.beside import reading
from trainer.store.db import FILE, Log, open_log
from trainer.store.key import new_key
from trainer.store.people import add_person, people

LOOK = """
import sqlite3, sys
log = sqlite3.connect(sys.argv[1])
print(log.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
log.close()
"""


def somebody_looks(folder: Path) -> None:
    """Another program opens the log, looks, and leaves: an inspector, a backup, a colleague's."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder / FILE)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 5


def kept_after_a_kill(folder: Path) -> list[str]:
    """Who is in the log, as a program finds it that starts now; nobody has closed the first one."""
    text = (
        "import sys; from pathlib import Path; from trainer.store.db import open_log;"
        "from trainer.store.people import people;"
        "print([p.name for p in people(open_log(Path(sys.argv[1]), read_only=True))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", text, str(folder)], capture_output=True, text=True, check=True
    )
    return list(eval(done.stdout))


def head(log: Log) -> None:
    assert not connect.is_encrypted(log.folder / FILE)


def second(log: Log) -> None:
    open_log(log.folder, read_only=True).close()


def bytes_of(log: Log) -> None:
    for path in sorted(log.folder.glob(f"{FILE}*")):
        traces.holds(path, frozenset({"nobody"}))


def hashed(log: Log) -> None:
    files.sha256_of(log.folder / FILE)


def as_if_sealed(log: Log) -> None:
    assert sealed.size_of(log.folder / FILE) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to descriptors there")
@pytest.mark.parametrize("read", [head, second, bytes_of, hashed, as_if_sealed])
def test_what_is_written_after_another_program_has_looked_is_there(home: Path, read) -> None:
    log = open_log(home)
    try:
        made.begun(log)
        read(log)
        somebody_looks(home)
        assert (home / f"{FILE}-wal").exists()
        add_person(log, made.person("After"))
        assert "After" in kept_after_a_kill(home)
    finally:
        log.close()


def test_what_was_kept_open_beside_it_goes_with_the_log(home: Path) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    for _ in range(3):
        log = open_log(home)
        for _ in range(3):
            head(log)
        with reading(home / FILE) as one, reading(home / FILE) as other:
            assert one.read(6) == b"SQLite"
            assert other.read(6) == b"SQLite"  # each at its own place
            assert one.read(7) == b" format"
        log.close()
    assert open_files() == before


def test_an_encrypted_log_is_watched_over_too(home: Path) -> None:
    key = new_key()
    log = open_log(home, key)
    made.begun(log)
    assert connect.is_encrypted(home / FILE)
    other = open_log(home, key, read_only=True)
    assert len(people(other)) == 1
    other.close()
    log.close()
    with reading(home / FILE) as file:
        assert file.read(6) != b"SQLite"
