"""What is forgotten in a locked folder is gone from every row and file that its key opens."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app import locked
from tests.app.forgotten import Someone, two_people
from tests.store import made
from trainer.app.backup import automatic, backup
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.ids import local_now
from trainer.store import connect, consents, forget, key, recordings, sealed, upgrade
from trainer.store.db import FILE, open_log


def crowd(home: Home) -> tuple[Home, Someone, Someone]:
    """Two people in a locked folder, with backups, copies and damaged logs of both kinds."""
    ada, bob = two_people(home)
    (home.folder / "my own.attune").unlink()
    for scrap in home.recordings.rglob("*.part"):
        scrap.unlink()
    shut = locked.lock(home, key.new_key())
    log = open_log(home.folder, shut.key)
    upgrade.copy_before(log.db, log.path, 3, shut.key)
    log.close()
    data = bytearray((home.folder / FILE).read_bytes())
    data[:50] = os.urandom(50)
    (home.folder / f"{FILE}.damaged-20260202T000000").write_bytes(data)
    (home.folder / f"{FILE}.damaged-20260202T000000-wal").write_bytes(os.urandom(5000))
    locked.answered(shut, 900)
    assert automatic(shut)
    locking_settled = locked.locking.settle(shut)
    backup(shut, home.folder / "my own.attune")
    return locking_settled, ada, bob


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return crowd(Home(tmp_path_factory.mktemp("once") / "home"))


@pytest.fixture
def both(once, tmp_path):
    return locked.copied(once[0], tmp_path / "home, Ü"), *once[1:]


def opened(home: Home, place: Path) -> dict[str, bytes]:
    """Everything that the key opens, as it reads when it is open; also what is in backups."""
    assert home.key is not None
    found: dict[str, bytes] = {}
    for path in sorted(p for p in home.folder.rglob("*") if p.is_file()):
        name = path.relative_to(home.folder).as_posix()
        found[name] = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found |= {f"{name}!{one}": archive.read(one) for one in archive.namelist()}
    for name, data in list(found.items()):
        work = place / "work"
        work.write_bytes(data)
        if data.startswith(b"age-encryption") and not name.endswith("lock.age"):
            found[f"{name}!!"] = sealed.read(work, home.key)
        elif connect.is_encrypted(work) and connect.opens(work, home.key):
            connect.turn(work, home.key, encrypted=False)
            found[f"{name}!!"] = work.read_bytes()
    return found


def traces_in(home: Home, place: Path, traces: list[bytes]) -> list[str]:
    """Where any of these stands, in names or in what can be opened."""
    place.mkdir(exist_ok=True)
    return [
        f"{name}: {trace[:40]!r}"
        for name, data in opened(home, place).items()
        for trace in traces
        if trace in data or trace in name.encode()
    ]


def yes(_toll: object) -> bool:
    return True


def test_a_person_is_gone_from_everything_the_key_opens(both, tmp_path):
    home, ada, bob = both
    assert len(traces_in(home, tmp_path / "w", [ada.note(1).encode()])) >= 4
    done = forget_for_good(home, Choice(person=ada.name), yes)
    assert done.done
    assert done.left == ()
    assert traces_in(home, tmp_path / "w", ada.traces()) == []
    assert not list(home.folder.glob(f"{FILE}.damaged-*"))  # nobody could look into them
    assert traces_in(home, tmp_path / "w", [bob.note(1).encode(), bob.film(1)])
    assert list(home.folder.glob(f"{FILE}.before-*"))  # cleaned, not thrown away
    assert (home.folder / "my own.attune").exists()
    assert locked.is_locked_well(home)
    log = open_log(home.folder, home.key)
    check = recordings.missing_or_altered(log, hashes=True)
    log.close()
    assert (check.missing, check.altered, check.orphans) == ((), (), ())


def test_a_response_is_gone_and_the_person_s_others_stay(both, tmp_path):
    home, ada, _ = both
    first, second = ada.responses
    assert forget_for_good(home, Choice(first.id), yes).left == ()
    assert traces_in(home, tmp_path / "w", ada.traces_of(1)) == []
    assert traces_in(home, tmp_path / "w", [second.id.encode()])
    assert ada.name.encode() in b"".join(opened(home, tmp_path / "w").values())


def test_what_is_before_a_day_and_what_is_past_its_date_is_gone(both, tmp_path):
    home, ada, bob = both
    log = open_log(home.folder, home.key)
    now = local_now()
    consents.keep_until(log, [bob.responses[0].id], now.date() - timedelta(days=1), now)
    log.close()
    assert forget_for_good(home, Choice(expired=True), yes).left == ()
    assert traces_in(home, tmp_path / "w", bob.traces_of(1)) == []
    day = made.later(60 * 48).date()
    assert forget_for_good(home, Choice(before=day), yes).left == ()
    assert traces_in(home, tmp_path / "w", [*ada.traces_of(1), *bob.traces_of(2)]) == []


def test_nothing_that_lies_here_brings_it_back(both, tmp_path):
    home, ada, _ = both
    elsewhere = backup(home, tmp_path / "elsewhere.attune").path
    forget_for_good(home, Choice(person=ada.name), yes)
    for kept in (*home.backups.glob("*.attune"), home.folder / "my own.attune", elsewhere):
        assert restore(home, kept).whole
    assert traces_in(home, tmp_path / "w", ada.traces()) == []
    assert restore(home, elsewhere, forgotten=True).added["responses"] == 2


def test_a_backup_of_another_key_that_names_it_goes_and_one_that_does_not_stays(both, tmp_path):
    home, ada, bob = both
    other = Home(tmp_path / "other")
    of_bob = Someone(other, "Bob Underbough", 600)
    theirs = locked.lock(other)
    stranger = backup(theirs, home.backups / "stranger.attune").path
    again = locked.lock(locked.unlock(locked.copied(home, tmp_path / "again")))
    named = backup(again, home.backups / "named.attune").path
    done = forget_for_good(home, Choice(person=ada.name), yes)
    assert str(named) in done.erased.removed
    assert not named.exists()
    assert stranger.exists()
    assert of_bob.person.id != bob.person.id


def test_killed_at_any_step_and_repeated_it_is_gone():
    if os.name == "nt":
        pytest.skip("no fork, no kill -9")
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        command = [sys.executable, "-m", "tests.app.kill_forget_locked", place, "23"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 5


def test_marks_stay_and_the_rest_of_the_log_is_as_it_was(both):
    home, ada, bob = both
    forget_for_good(home, Choice(person=ada.name), yes)
    log = open_log(home.folder, home.key)
    assert forget.mark_of(ada.person.id) in forget.marks(log)
    assert forget.pending(log) is None
    assert {row["name"] for row in log.rows("SELECT name FROM people")} >= {bob.name}
    log.close()
    shutil.rmtree(home.folder)
