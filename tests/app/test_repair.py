"""A repair puts back what can be put back, says what it did, and deletes no recording."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.app import locked
from tests.app.backed import contents, fill, interrupt, sound_of
from tests.app.forgotten import shrink
from tests.store import made
from trainer.app import locking
from trainer.app.backup import automatic, backup
from trainer.app.doctor import doctor
from trainer.app.paths import Home
from trainer.app.repair import repair
from trainer.domain.errors import KnownError
from trainer.store import recordings, sealed
from trainer.store.db import open_log
from trainer.store.lock import hold


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "Übung Таня")


def lost(home: Home) -> list[str]:
    return sorted(path.name for path in (home.recordings / "lost").glob("*"))


def is_well(home: Home) -> None:
    assert [check.text for check in doctor(home, hashes=True) if not check.ok] == []


def test_where_all_is_well_it_does_nothing_at_all(home):
    fill(home)
    automatic(home)
    before = contents(home)
    done = repair(home)
    assert (done.did, done.could_not) == ([], [])
    assert contents(home) == before


def test_without_a_log_there_is_nothing_to_repair(home):
    assert repair(home).did == []
    assert not home.folder.exists()


def test_while_the_window_is_open_nothing_is_repaired(home):
    fill(home)
    with hold(home.folder), pytest.raises(KnownError, match="already open"):
        repair(home)


def test_a_missing_recording_comes_back_from_the_automatic_backup(home):
    one, *_ = fill(home)
    automatic(home)
    before = contents(home)
    sound_of(home, one).unlink()
    (said,) = repair(home).did
    assert said.startswith(f"Put back {sound_of(home, one)}")
    assert contents(home) == before


def test_a_missing_recording_that_was_moved_is_found_by_its_hash(home):
    one, *_ = fill(home)
    before = contents(home)
    shutil.move(sound_of(home, one), home.recordings / "renamed by hand.wav")
    repair(home)
    assert contents(home) == before


@pytest.mark.parametrize("was_killed", [False, True])
def test_a_missing_recording_comes_back_in_the_format_that_an_older_backup_has(home, was_killed):
    one, *_ = fill(home)
    automatic(home)
    wav = sound_of(home, one).read_bytes()
    shrink(home, one)
    sound_of(home, one).with_suffix(".flac").unlink()
    if was_killed:  # an earlier repair, before the row said so
        sound_of(home, one).write_bytes(wav)
    assert "Put back" in repair(home).did[0]
    is_well(home)
    assert sound_of(home, one).exists()


def test_a_missing_recording_comes_back_from_a_backup_saved_in_the_data_folder(home):
    one, *_ = fill(home)
    backup(home, home.folder)
    before = contents(home)
    sound_of(home, one).unlink()
    assert ".attune" in repair(home).did[0]
    assert contents(home) == before


def test_what_is_nowhere_is_told(home):
    one, *_ = fill(home)
    sound_of(home, one).unlink()
    done = repair(home)
    assert done.could_not == [f"Missing, and no copy is here: {one.recording.file}"]


def test_an_altered_recording_is_moved_aside_and_the_right_one_put_back(home):
    one, *_ = fill(home)
    automatic(home)
    path = sound_of(home, one)
    altered = path.read_bytes()[:-1] + b"!"
    path.unlink()  # the kept sound is the same file under a second name
    path.write_bytes(altered)
    done = repair(home)
    assert (len(done.did), done.could_not) == (2, [])
    assert (home.recordings / "lost" / path.name).read_bytes() == altered
    is_well(home)


def test_an_altered_recording_without_a_copy_stays_and_is_told(home):
    one, *_ = fill(home)
    path = sound_of(home, one)
    path.write_bytes(path.read_bytes() + b"!")
    done = repair(home)
    assert "stays as it is" in done.could_not[0]
    assert path.exists()


def test_a_file_in_no_row_is_moved_to_the_lost_ones_and_no_second_one_overwrites_it(home):
    fill(home)
    for _ in range(2):
        made.write_wav(home.recordings / "2026" / "03" / "strange.wav")
        assert "Moved a file that no response names" in repair(home).did[0]
    assert lost(home) == ["strange-2.wav", "strange.wav"]
    is_well(home)
    assert repair(home).did == []


def test_nor_does_one_that_comes_once_the_folder_is_locked(home):
    fill(home, 1)
    strange = home.recordings / "2026" / "03" / "interview.flac"
    strange.write_bytes(b"the first")
    repair(home)
    home = locked.lock(home)
    strange.parent.mkdir(exist_ok=True)
    strange.write_bytes(b"the second")
    repair(home)
    locking.settle(home)
    kept = (home.recordings / "lost").iterdir()
    assert {sealed.read(path, home.key) for path in kept} == {b"the first", b"the second"}


def test_a_file_in_no_row_whose_answer_is_known_is_taken_into_the_log(home):
    fill(home, 1)
    left = interrupt(home)
    sound = home.recordings / "open" / f"{left}.wav"
    shutil.move(sound, home.recordings / "2026" / "03" / sound.name)
    assert "whose answer was known" in repair(home).did[0]
    log = open_log(home.folder)
    assert recordings.find_response(log, left) is not None
    log.close()
    is_well(home)


def test_a_twin_whose_row_was_not_written_is_taken_when_it_is_as_long(home):
    log = open_log(home.folder)
    plan = made.plan(made.begun(log))
    wav = recordings.begin_take(log.folder, plan)
    soundfile.write(wav, np.zeros(4800), 48_000)
    one = made.take_in(log, plan, wav, duration_s=0.1)
    log.close()
    soundfile.write(sound_of(home, one).with_suffix(".flac"), np.zeros(4800), 48_000)
    sound_of(home, one).unlink()
    assert "Found" in repair(home).did[0]
    is_well(home)


def test_left_overs_go_and_what_is_not_ours_stays(home):
    fill(home, 1)
    automatic(home)
    parts = [home.recordings / "2026" / ".x.flac.part", home.backups / "attune-x.attune.part"]
    for part in parts:
        part.write_bytes(b"half")
    (home.folder / ".restoring").mkdir()
    (home.backups / ".attune-abc").mkdir()
    (home.backups / "mine.txt").write_text("mine")
    done = repair(home)
    assert len(done.did) == 4
    assert not any(path.exists() for path in parts)
    assert (home.backups / "mine.txt").exists()
