"""What is forgotten is gone from every byte of the data folder, and nothing else is."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.backed import fill, interrupt
from tests.app.forgotten import Someone, found, two_people
from tests.store import made
from trainer.app import forget
from trainer.app.backup import automatic, backup
from trainer.app.forget import Choice, forget_for_good
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.store import comments, consents, drafts, heard, people, ratings, recordings, responses
from trainer.store.db import integrity, open_log
from trainer.store.lock import hold


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "Übung Таня")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Someone, Someone]:
    place = Home(tmp_path_factory.mktemp("once") / "home")
    return place, *two_people(place)


@pytest.fixture
def both(home: Home, made_once: tuple[Home, Someone, Someone]) -> tuple[Someone, Someone]:
    shutil.copytree(made_once[0].folder, home.folder)
    return made_once[1:]


def yes(_toll: forget.Toll) -> bool:
    return True


def is_well(home: Home) -> None:
    for half_written in home.recordings.rglob("*.part"):
        half_written.unlink()
    log = open_log(home.folder)
    assert integrity(log) == ()
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    log.close()


def known(home: Home) -> set[str]:
    log = open_log(home.folder)
    try:
        every = people.people(log)
        return {one.id for who in every for one in responses.responses(log, who.id)}
    finally:
        log.close()


def test_of_a_person_no_byte_is_left_anywhere_and_the_other_loses_none(home, both):
    ada, bob = both
    assert len(found(home, ada.traces())) > 50  # or the search would prove nothing
    done = forget_for_good(home, Choice(person=ada.name), yes)
    assert found(home, ada.traces()) == []
    assert (done.left, done.toll.responses, done.toll.people) == ((), 2, (ada.name,))
    assert known(home) == {one.id for one in bob.responses}
    is_well(home)
    for one in (1, 2):
        assert any("recordings" in where for where in found(home, [bob.sound(one)]))
    assert done.toll.heard == (ada.heard.response_id,)
    feedback = [where for where in found(home, [bob.feedback.encode()]) if "reports" in where]
    assert len(feedback) == 4


def test_of_a_response_no_byte_is_left_and_the_same_evening_s_other_stays(home, both):
    ada, bob = both
    home.outgoing.mkdir()
    (home.outgoing / "for a rater.attune").write_bytes(b"nobody here can look into it")
    forget_for_good(home, Choice(ada.responses[0].id), yes)
    assert found(home, ada.traces_of(1)) == []
    assert not home.outgoing.exists()
    assert known(home) == {ada.responses[1].id, *(one.id for one in bob.responses)}
    assert any(name.startswith("log.db") for name in found(home, [ada.note(2).encode()]))
    assert (home.reports / "attune-eli-2020-01-01-attempt1.pdf").exists()
    # A paper of feedback that may tell of it is gone with it; one that is older, or not of it, not.
    left = {path.name.removeprefix("attune-feedback-ada-") for path in home.reports.glob("*-ada-*")}
    assert left == {f"quillfeather-{end}" for end in
                    ("2026-04-01.html", "2026-04-01.pdf", "2020-01-01.pdf")}  # fmt: skip
    is_well(home)


@pytest.mark.parametrize("by", ["response", "id", "name"])
def test_someone_who_was_only_heard_can_be_forgotten(home, by):
    log = open_log(home.folder)
    made.begun(log)
    who = made.new_id()
    far = made.heard(person_id=who)
    heard.add_heard(log, far)
    ratings.add_rating(log, made.rating(far.response_id, role="supervisor"))
    comments.add_comment(log, made.comment(far.response_id, "speaks of a divorce"))
    drafts.save_draft(log, f"round:x:{far.response_id}", {"typing": "a secret"})
    log.close()
    home.reports.mkdir()
    for beside in ("", "--anna-übel-course-after"):
        stem = f"attune-feedback-trainee-{who[-4:]}{beside}-2026-04-01"
        (home.reports / f"{stem}.pdf").write_bytes(b"a secret")
    choice = {
        "response": Choice(far.response_id), "id": Choice(person=who),
        "name": Choice(person=f"Trainee {who[-4:]}"),
    }[by]  # fmt: skip
    done = forget_for_good(home, choice, yes)
    assert (done.toll.responses, done.toll.answers, done.left) == (0, 1, ())
    assert any("1 answer heard elsewhere" in line for line in forget.toll_lines(done.toll))
    traces = [who, far.response_id, "speaks of a divorce", "a secret"]
    assert found(home, [one.encode() for one in traces]) == []
    assert forget_for_good(home, choice if by != "name" else Choice(person=who), yes).done


def test_what_was_typed_of_the_forgotten_does_not_come_back_into_an_empty_log(home, tmp_path):
    ada = Someone(home, "Ada Quillfeather", 0)
    elsewhere = backup(home, tmp_path / "elsewhere.attune").path
    forget_for_good(home, Choice(person=ada.name), yes)
    restore(home, elsewhere)
    assert found(home, ada.traces()) == []


def test_the_evening_goes_with_its_last_response(home, both):
    ada, _ = both
    for one in ada.responses:
        forget_for_good(home, Choice(one.id), yes)
    assert found(home, [ada.sitting.id.encode(), b"line by Ada", b"aim of Ada"]) == []
    assert any("log.db" in name for name in found(home, [ada.name.encode()]))


def test_a_rating_given_to_another_stays_with_that_other_under_nobodys_id(home, both):
    ada, bob = both
    forget_for_good(home, Choice(person=ada.person.id), yes)
    log = open_log(home.folder)
    given = [r for r in ratings.ratings_of(log, bob.responses[0].id) if r.role == "supervisor"]
    log.close()
    assert [r.scores["warmth"] for r in given] == [3.0]
    assert given[0].rater_id not in (ada.person.id, bob.person.id)


def test_everything_before_a_day_goes_and_what_came_later_stays(home):
    early = Someone(home, "Early", -60 * 24 * 40)
    late = Someone(home, "Late", 0)
    day = made.later(-60 * 24 * 20).date()
    forget_for_good(home, Choice(before=day), yes)
    assert known(home) == {one.id for one in late.responses}
    assert found(home, [*early.traces_of(1), *early.traces_of(2), early.sitting.id.encode()]) == []


def test_what_is_past_its_date_goes_only_when_asked_and_the_newest_statement_counts(home, both):
    ada, bob = both
    log = open_log(home.folder)
    overdue = [ada.responses[0].id, bob.responses[0].id]
    now = local_now()
    consents.keep_until(log, overdue, now.date() - timedelta(days=1), now)
    consents.keep_until(log, [bob.responses[0].id], None, now + timedelta(seconds=1))
    consents.keep_until(log, [bob.responses[1].id], now.date(), now)
    log.close()
    shown = forget_for_good(home, Choice(expired=True), lambda _toll: False)
    assert (shown.done, shown.toll.responses) == (False, 1)
    assert len(known(home)) == 4
    forget_for_good(home, Choice(expired=True), yes)
    assert known(home) == {ada.responses[1].id, *(one.id for one in bob.responses)}
    again = forget_for_good(home, Choice(expired=True), yes)
    assert (again.done, again.toll.responses) == (True, 0)


def test_an_interrupted_take_of_the_person_goes_too(home):
    fill(home, 1)
    left_open = interrupt(home)
    sidecar = home.recordings / "open" / f"{left_open}.take.json"
    person = json.loads(sidecar.read_text())["plan"]["person_id"]
    done = forget_for_good(home, Choice(person=person), yes)
    assert done.toll.interrupted == 1
    assert found(home, [left_open.encode(), person.encode()]) == []


def test_the_rules_hold_again_for_everybody_else(home, both):
    ada, bob = both
    forget_for_good(home, Choice(ada.responses[0].id), yes)
    log = open_log(home.folder)
    for table in ("responses", "ratings", "notes", "consents", "sessions", "recordings"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            log.db.conn.execute(f"DELETE FROM {table}")
    log.close()
    assert bob.responses[0].id in known(home)


def test_while_the_window_is_open_nothing_is_forgotten(home, both):
    ada, _ = both
    with hold(home.folder), pytest.raises(KnownError, match="already open"):
        forget_for_good(home, Choice(person=ada.name), yes)
    assert len(known(home)) == 4


def test_who_is_meant_must_be_clear(home):
    Someone(home, "Ada", 0)
    two = Someone(home, "Ada", 60)
    with pytest.raises(KnownError, match="Several people") as caught:
        forget_for_good(home, Choice(person="Ada"), yes)
    assert two.person.id in caught.value.hint
    with pytest.raises(KnownError, match="Nobody in this log"):
        forget_for_good(home, Choice(person="ada"), yes)
    with pytest.raises(KnownError, match="no response"):
        forget_for_good(home, Choice("0190-nothing"), yes)
    assert len(known(home)) == 4


def test_forgotten_again_it_is_done_already(home, both):
    ada, _ = both
    for _ in range(2):
        assert forget_for_good(home, Choice(ada.responses[0].id), yes).done
    for _ in range(2):
        assert forget_for_good(home, Choice(person=ada.person.id), yes).done


def test_an_automatic_backup_does_not_bring_it_back(home, both):
    ada, bob = both
    forget_for_good(home, Choice(person=ada.name), yes)
    kept = sorted(home.backups.glob("*.attune"))
    assert len(kept) == 2
    for one in kept:
        assert restore(home, one).whole
    assert found(home, ada.traces()) == []
    assert known(home) == {one.id for one in bob.responses}


def test_a_backup_elsewhere_brings_it_back_only_when_asked(home, both, tmp_path):
    ada, bob = both
    elsewhere = backup(home, tmp_path / "elsewhere.attune").path
    forget_for_good(home, Choice(person=ada.name), yes)
    done = restore(home, elsewhere)
    assert (done.forgotten, done.whole) == (2, True)
    assert found(home, ada.traces()) == []
    back = restore(home, elsewhere, forgotten=True)
    assert (back.forgotten, back.added["responses"]) == (0, 2)
    assert known(home) == {one.id for one in (*ada.responses, *bob.responses)}
    assert restore(home, elsewhere).there["responses"] == 4
    is_well(home)


def test_another_laptop_learns_what_was_forgotten_but_loses_nothing_by_it(home, both, tmp_path):
    ada, _ = both
    old = backup(home, tmp_path / "old.attune").path
    merged = Home(tmp_path / "merged")
    restore(merged, old)
    forget_for_good(home, Choice(ada.responses[0].id), yes)
    new = backup(home, tmp_path / "new.attune").path
    restore(merged, new)
    assert ada.responses[0].id in known(merged)
    moved = Home(tmp_path / "moved")
    restore(moved, new)
    assert restore(moved, old).forgotten == 1
    assert ada.responses[0].id not in known(moved)


def test_a_backup_made_of_what_is_being_forgotten_is_cleaned_by_the_next_start(home, both):
    ada, _ = both
    log = open_log(home.folder)
    scope = forget.with_reports(log, forget.everything_of(ada.person.id)(log).scope)
    forget.forget.begin(log, scope, local_now())
    automatic(home, now=made.later(60 * 48))
    forget.finish(log, home)
    log.close()
    assert found(home, ada.traces()) == []


def test_a_twin_that_comes_too_late_is_swept_away(home, both):
    ada, _ = both
    one = ada.responses[1]
    forget_for_good(home, Choice(one.id), yes)
    late = home.recordings / one.recording.file
    late.parent.mkdir(parents=True, exist_ok=True)
    late.with_suffix(".flac").write_bytes(ada.sound(2))
    log = open_log(home.folder)
    assert forget.finish(log, home) is not None
    log.close()
    assert found(home, ada.traces_of(2)) == []


def test_a_program_that_reads_the_log_is_named_and_afterwards_it_is_completed(
    home, both, monkeypatch
):
    monkeypatch.setattr("trainer.store.connect.BUSY_S", 0.05)
    ada, _ = both
    reader = open_log(home.folder, read_only=True)
    reader.db.conn.execute("BEGIN")
    reader.rows("SELECT * FROM notes")
    with pytest.raises(KnownError, match="read|in use"):
        forget_for_good(home, Choice(person=ada.name), yes)
    reader.close()
    assert forget_for_good(home, Choice(person=ada.person.id), yes).done
    assert found(home, ada.traces()) == []


def test_what_was_agreed_to_is_kept_with_each_recording(home):
    log = open_log(home.folder)
    sitting = made.begun(log)
    plan = made.plan(sitting, consent=Consent("rating", 3))
    wav = made.write_wav(recordings.begin_take(log.folder, plan))
    one = made.take_in(log, plan, wav)
    said = consents.consent_of(log, one.id)
    log.close()
    assert said is not None
    assert (said.use, said.keep_until) == ("rating", made.EVENING.date().replace(month=6, day=30))


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_before_many_lines_and_repeated_it_reaches_the_same_end() -> None:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.kill_forget", place, "12"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 20
