"""The commands on a locked data folder, as real processes: asked, refused, and one document."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app import locked
from tests.app.backed import contents, fill
from tests.store import light_lock
from trainer.app.backup import backup
from trainer.app.paths import Home
from trainer.store import key
from trainer.store.key import new_key

ROOT = Path(__file__).parents[1]


def attune(home: Home, *words: object, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal; ``given`` are variables of its environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    command = [sys.executable, "-m", "trainer", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, stdin=subprocess.DEVNULL,
        env={**clean, "ATTUNE_HOME": str(home.folder), **given}, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder locked under a passphrase; opened by its recovery key, which costs nothing."""
    home = Home(tmp_path_factory.mktemp("cli") / "Übung Таня")
    [one] = fill(home, 1)
    shut = locked.lock(home, new_key())
    data = light_lock.encrypt(shut.key.secret.encode(), locked.PASSPHRASE)
    (home.folder / key.LOCK).write_bytes(data)
    kept = backup(shut, home.folder.parent / "kept.attune").path
    return shut, one.id, kept


def commands(response: str, kept: object, out: Path) -> list[tuple[object, ...]]:
    return [
        ("log", "list"), ("log", "show", response), ("log", "export", "--out", out / "a.csv"),
        ("report", response, "--out", out), ("backup", "--out", out),
        ("restore", kept), ("forget", "--before", "2000-01-01", "--yes"),
        ("doctor",), ("doctor", "--repair"), ("lock", "change"), ("lock", "off"),
    ]  # fmt: skip


def test_every_command_on_the_log_asks_and_without_a_terminal_says_so(once, tmp_path):
    home, response, kept = once
    for words in commands(response, kept, tmp_path):
        done = attune(home, *words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert done.stderr.startswith("attune: A passphrase is needed"), done.stderr
        assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_one_is_one_sentence_and_changes_nothing(once):
    home, _, _ = once
    done = attune(home, "log", "list", "--json", ATTUNE_PASSPHRASE="not the right one")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("attune: This is not the passphrase")
    assert "not the right one" not in done.stderr
    done = attune(home, "lock", "off", ATTUNE_PASSPHRASE=new_key().secret)
    assert "not the recovery key" in done.stderr
    assert (home.folder / key.LOCK).exists()


def test_with_the_right_one_each_gives_one_document(once, tmp_path):
    home, response, kept = once
    secret = home.key.secret
    for words in commands(response, kept, tmp_path)[:-2]:
        done = attune(home, *words, "--json", ATTUNE_PASSPHRASE=secret)
        assert done.returncode in ((0, 1) if words[0] == "doctor" else (0,)), (words, done.stderr)
        json.loads(done.stdout)
        assert secret not in done.stdout + done.stderr
        assert "CORE" not in done.stderr
    assert secret not in "".join(
        path.read_text("utf-8", "replace") for path in home.folder.glob("attune.log*")
    )


def test_a_locked_backup_into_a_fresh_folder_asks_for_its_passphrase(once, tmp_path):
    home, _, kept = once
    other = Home(tmp_path / "other")
    done = attune(other, "restore", kept)
    assert "ATTUNE_BACKUP_PASSPHRASE" in done.stderr
    done = attune(other, "restore", kept, ATTUNE_BACKUP_PASSPHRASE=home.key.secret)
    assert done.returncode == 0, done.stderr
    assert "'attune lock on' locks it" in done.stdout


def test_locked_changed_and_unlocked_by_commands(tmp_path):
    home = Home(tmp_path / "home")
    fill(home, 1)
    locked.store_small(home)
    before = contents(home)
    done = attune(home, "lock", "on")
    assert "ATTUNE_PASSPHRASE" in done.stderr
    weak = attune(home, "lock", "on", ATTUNE_PASSPHRASE="short")
    assert (weak.returncode, weak.stdout) == (1, "")
    assert not key.is_locked(home.folder)
    done = attune(home, "lock", "on", "--json", ATTUNE_PASSPHRASE=locked.PASSPHRASE)
    assert done.returncode == 0, done.stderr
    secret = json.loads(done.stdout)["recovery_key"]
    assert key.open_key(home.folder, locked.PASSPHRASE).secret == secret
    assert locked.PASSPHRASE not in done.stdout + done.stderr
    again = attune(home, "lock", "on", ATTUNE_PASSPHRASE=locked.PASSPHRASE)
    assert (again.returncode, "locked already" in again.stderr) == (1, True)
    new = "another four words"
    changed = attune(
        home, "lock", "change", ATTUNE_PASSPHRASE=secret, ATTUNE_NEW_PASSPHRASE=new
    )  # fmt: skip
    assert changed.returncode == 0, changed.stderr
    assert secret not in changed.stdout
    off = attune(home, "lock", "off", "--json", ATTUNE_PASSPHRASE=new)
    assert json.loads(off.stdout) == {"locked": False}
    assert contents(home) == before
    plain = attune(home, "lock", "off")
    assert (plain.returncode, "not locked" in plain.stderr) == (1, True)
