"""What a round plays: films, sounds that are missing, and what is held back."""

from pathlib import Path

import pytest

from tests.gui.classroom import classroom
from tests.gui.rounds_walked import (
    ALL,
    LET_GO,
    Open,
    at_round,
    newest,
    plays,
    recordings_by_name,
    room,
    text_of_focus,
    without_gate,
    words,
)
from tests.journeys import sound_tools as tools
from trainer.app.consent import state_for_one
from trainer.app.paths import Home
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.response import Response
from trainer.store.db import open_log

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


def test_a_sound_that_is_missing_can_be_left_out_and_is_found_again(
    open_at: Open, school: tuple[Home, tuple[Response, ...]], tmp_path: Path
) -> None:
    folder = recordings_by_name(school, tmp_path)
    home, _ = classroom(tmp_path / "the rater's own", trainees=())
    it = open_at(home)
    shown = room(it)
    shown.new.rate_folder(folder)
    without_gate(it, shown)
    it.press("Escape")
    folder.rename(tmp_path / "moved by Zebulon Quick")
    it.control("5")
    it.shows(lambda: "6 recordings are not where they were" in words(it.window.shown()))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, shown)
    number = 1
    it.shows(lambda: plays(screen) or "This response cannot be heard" in words(screen))
    if plays(screen):  # the reference, which lies elsewhere, came first
        it.press("PageDown")
        number = 2
        it.shows(lambda: "This response cannot be heard" in words(screen))
    it.press("PageDown")
    assert f"Response {number + 1} of {ALL}" in words(screen)
    it.press("Escape")
    shown = room(it)
    it.shows(lambda: "6 recordings are not where they were" in words(shown))
    shown.find_again(tmp_path / "moved by Zebulon Quick")
    it.shows(lambda: "not where they were" not in words(it.window.shown()))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, shown)
    it.shows(lambda: plays(screen))


def test_a_film_is_seen_beside_its_sound_and_a_sound_shows_no_empty_screen(
    open_at: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    said = tools.speech(4.0, seed=3)
    film = tools.make_clip(tmp_path / "a.mp4", said)  # its sound is left beside it
    film.rename(folder / "dana-parking a.mp4")
    tools.make_clip(folder / "dana-parking b.wav", said[::-1].copy())
    home, _ = classroom(tmp_path / "the rater's own", trainees=())
    it = open_at(home)
    shown = room(it)
    shown.new.rate_folder(folder)
    screen = without_gate(it, shown)
    seen = []
    for _ in range(3):  # with the hidden reference
        it.shows(lambda: plays(screen))
        hear, candidate = screen.page.hear, screen.rating.candidate if screen.rating else None
        assert candidate is not None
        if candidate.film is not None:
            it.shows(hear.film.isVisible)
        else:
            it.shows(lambda hear=hear: hear.at_s > 0.6)
        seen.append((candidate.film is not None, hear.film.isVisible()))
        it.press("4", "3", "2", "Return")
    assert sorted(seen) == [(False, False), (False, False), (True, True)]


def test_what_is_held_back_is_counted_and_how_it_is_opened_is_said(
    open_at: Open, tmp_path: Path
) -> None:
    theirs, (kept, _) = classroom(tmp_path / "h", trainees=("Zoe",))
    log = open_log(theirs.folder)
    state_for_one(log, kept.id, Consent("practice", UNTIL_DELETED))
    log.close()
    mine, _ = classroom(tmp_path / "the rater's own", trainees=("Ann",), agreed=None)
    it = open_at(mine)
    shown = room(it)
    it.shows(lambda: "2 responses are held back" in words(shown.new))
    assert "for one in Review, for all of theirs in Settings" in words(shown.new)
    assert not shown.new.own.isEnabled()
    shown.new.rate_log(theirs.folder)
    without_gate(it, shown)
    assert "One response is held back" in it.banner()
    log = open_log(mine.folder, read_only=True)
    assert kept.id not in {place.response_id for place in newest(log).places}
    log.close()


def test_a_trainees_own_film_in_another_attune_folder_is_seen_too(
    open_at: Open, tmp_path: Path
) -> None:
    theirs, _ = classroom(tmp_path / "h", 3.0, trainees=("Zoe",), filmed=True)
    mine, _ = classroom(tmp_path / "the rater's own", trainees=())
    it = open_at(mine)
    shown = room(it)
    shown.new.rate_log(theirs.folder)
    screen = without_gate(it, shown)
    assert screen.rating is not None
    for _ in range(3):
        it.shows(lambda: plays(screen))
        if screen.rating.candidate.film is not None:
            it.shows(screen.page.hear.film.isVisible)
            return
        it.press("4", "3", "2", "Return")
    raise AssertionError("no film came")
