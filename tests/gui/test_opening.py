"""What Attune says when it opens and something is wrong, and that nothing is lost."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.gui.fakes import Opened, kept
from tests.gui.reviewed import words
from tests.helpers.guards import ExpectedLogs
from tests.journeys.short_pack import make_pack, zip_pack
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.store.migrations import STEPS


def test_a_second_window_on_the_same_log_says_so_and_the_first_goes_on(
    window: Opened, open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    second = open_at(home_of_mk)
    assert "Attune is already open on this log" in second.banner()
    assert "Nothing was changed" in words(second.window)
    second.shut()
    window.window.activateWindow()
    window.meet()
    window.rate()
    assert [count for _, count in kept(home_of_mk)] == [1]


def test_after_the_first_is_closed_another_may_open(
    window: Opened, open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    window.shut()
    again = open_at(home_of_mk)
    again.shows(lambda: again.screen() == "TodayScreen")
    assert again.banner() == ""


def test_a_log_of_a_newer_attune_is_a_sentence_and_is_not_touched(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    with sqlite3.connect(home_of_mk.folder / "log.db") as raw:
        raw.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    raw.close()
    it = open_at(home_of_mk)
    it.shows(lambda: "made by a newer Attune" in it.banner())
    assert "Install the newer Attune" in it.banner()
    it.shut()
    with sqlite3.connect(home_of_mk.folder / "log.db") as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == len(STEPS) + 1
    raw.close()


def test_closing_makes_a_backup_that_holds_what_was_said(
    open_at: Callable[[Home], Opened], home_of_mk: Home, tmp_path: Path
) -> None:
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    it.meet()
    it.rate()
    it.shut()
    ((response, _),) = kept(home_of_mk)
    (made, *_) = sorted(home_of_mk.backups.glob("*.attune"), reverse=True)
    other = Home(tmp_path / "another computer")
    restore(other, made)
    ((found, rated),) = kept(other)
    assert (found.id, rated) == (response.id, 1)
    assert (other.recordings / found.recording.file).is_file()


def test_a_backup_that_cannot_be_made_stops_no_closing_and_is_told_at_the_next_start(
    open_at: Callable[[Home], Opened], home_of_mk: Home, expected_logs: ExpectedLogs
) -> None:
    expected_logs("no backup could be made")
    home_of_mk.backups.write_text("in the way")
    it = open_at(home_of_mk)
    it.shows(lambda: str(home_of_mk.backups) in it.banner())
    assert "The backup was not written" in it.banner()
    assert "Your log and recordings are untouched." in it.banner()
    it.shut()


def test_a_log_that_is_no_log_is_a_sentence(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    letter = "This is a letter to somebody and no practice log at all. " * 50
    for path in home_of_mk.folder.glob("log.db*"):
        path.unlink()
    (home_of_mk.folder / "log.db").write_text(letter)
    it = open_at(home_of_mk)
    it.shows(lambda: "not a practice log" in it.banner())
    it.shut()
    assert (home_of_mk.folder / "log.db").read_text() == letter


def test_a_data_folder_that_cannot_be_made_is_a_sentence_in_the_window(
    open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("in the way")
    it = open_at(Home(tmp_path / "a file" / "attune"))
    assert "The data folder cannot be made" in it.banner()
    assert "--home" in it.banner()
    assert "Nothing was changed" in words(it.window)


def test_a_zipped_pack_is_there_and_what_is_left_of_a_removed_one_goes(
    open_at: Callable[[Home], Opened], home_of_mk: Home, tmp_path: Path
) -> None:
    zip_pack(make_pack(tmp_path / "made", pack="zipped"), home_of_mk.packs / "ü.attunepack")
    old = home_of_mk.packs / ".unpacked" / ("0" * 32)
    old.mkdir(parents=True)
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    assert it.window.desk is not None
    assert "zipped" in [pack.id for pack in it.window.desk.library.packs]
    assert it.banner() == ""
    it.shows(lambda: not old.exists())


def test_a_broken_pack_is_a_sentence_and_the_rest_works(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    broken = make_pack(home_of_mk.packs, pack="broken")
    faulty = broken / "vignettes" / "anna-late.yaml"
    faulty.write_text("id: [")
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "TodayScreen")
    assert "Some content cannot be used" in it.window.banner.text()
    assert "attune check" in it.window.banner.text()
    it.meet()
    it.rate()
    assert [count for _, count in kept(home_of_mk)] == [1]


def test_broken_settings_are_a_sentence_and_one_is_asked_again_who_one_is(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    home_of_mk.settings_file.write_text("{")
    it = open_at(home_of_mk)
    assert "The settings could not be read" in it.banner()
    it.shows(lambda: it.screen() == "WelcomeScreen")
    assert "The settings could not be read" in it.banner()


def test_a_person_who_is_not_in_this_log_is_asked_who_they_are(
    open_at: Callable[[Home], Opened], home_of_mk: Home
) -> None:
    for path in home_of_mk.folder.glob("log.db*"):
        path.unlink()
    it = open_at(home_of_mk)
    it.shows(lambda: it.screen() == "WelcomeScreen")
    it.type("N. N.")
    it.press("Return")
    it.shows(lambda: it.screen() == "TodayScreen")
    it.shows(lambda: "Good to see you, N. N." in words(it.window))
    assert it.banner() == ""
