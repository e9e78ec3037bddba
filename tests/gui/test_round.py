"""The Rate screen in the real window: by keys alone, and nothing lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

from tests.gui.classroom import classroom
from tests.gui.fakes import Opened
from tests.gui.rounds_walked import (
    ALL,
    LET_GO,
    Open,
    at_round,
    begin,
    locked,
    newest,
    plays,
    recordings_by_name,
    room,
    said,
    text_of_focus,
    without_gate,
    words,
)
from tests.journeys import sound_tools as tools
from trainer.app.consent import state_for_one
from trainer.app.paths import Home
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.response import Response
from trainer.domain.rounds import MARKERS
from trainer.gui.screens.round import RoundScreen
from trainer.store.db import open_log

CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


Begun = tuple[Opened, RoundScreen, Home]


@pytest.fixture
def begun(open_at: Open, school: tuple[Home, tuple[Response, ...]]) -> Begun:
    """A supervisor who has begun to rate what is in the log."""
    it = open_at(school[0])
    return it, begin(it), school[0]


@pytest.fixture
def long_ones(open_at: Open, tmp_path: Path) -> Begun:
    """The same, with answers of 12 seconds."""
    home, _ = classroom(tmp_path / "h", 12.0)
    it = open_at(home)
    return it, begin(it), home


# ------------------------------------------------------------ by keys alone


def test_six_responses_are_rated_by_keys_alone_the_next_one_playing_by_itself(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    rate = room(it)
    it.shows(lambda: f"In this log {ALL} responses of others wait for you." in words(rate))
    screen = begin(it)
    for number in range(1, ALL + 1):
        it.shows(lambda: plays(screen))
        assert f"Response {number} of {ALL}" in words(screen)
        it.press("4", "3", str(1 + number % 5), "Return")
    it.shows(lambda: f"All {ALL} are rated and locked." in words(screen))
    it.shows(lambda: [] not in locked(home))
    assert locked(home) == [[4, 3, 1 + n % 5] for n in range(1, ALL + 1)]
    it.press("Return")
    assert it.screen() == "RateScreen"
    it.shows(lambda: f"{ALL} of {ALL} rated" in words(it.window.shown()))
    assert "In this log there is no response of somebody else that you have not" in words(rate)


def test_no_key_is_lost_at_any_speed(begun: Begun) -> None:
    it, _, home = begun
    for number in range(ALL):  # no waiting: not for the sound, not for the log, not for a picture
        it.press(str(1 + number % 5), "0" if number % 2 else "2", "3", "Return")
    it.shows(lambda: [] not in locked(home))
    assert locked(home) == [[1 + n % 5, None if n % 2 else 2, 3] for n in range(ALL)]


def test_typing_holds_the_sound_and_enter_goes_on_with_it_but_not_at_its_end(
    long_ones: Begun,
) -> None:
    it, screen, home = long_ones
    it.shows(lambda: plays(screen) and screen.page.hear.at_s > 0.5)
    it.press("T")
    assert plays(screen)  # it goes on until there is something to say
    it.type("s")
    assert not plays(screen)
    held_s = screen.page.hear.at_s
    it.type("he names 3 things, and waits")
    assert screen.page.hear.at_s == held_s
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {}  # digits in a sentence rate nothing
    it.press("Return")
    assert plays(screen)
    it.shows(lambda: len(said(home)) == 1)
    (kept,) = said(home)
    assert kept.text == "she names 3 things, and waits"
    assert kept.at_s == pytest.approx(held_s, abs=0.2)
    it.press("M", "J")
    it.shows(lambda: len(said(home)) == 2)
    assert [one.marker for one in said(home) if one.marker] == [MARKERS["abcdefghij".index("j")]]
    assert plays(screen)
    hear = screen.page.hear
    it.press(*("Right",) * 6)
    it.shows(lambda: hear.duet.at_end and not plays(screen))
    it.press("T")
    it.type("late")
    it.press("Return")
    assert not plays(screen)  # nor is it begun again from the client on
    assert hear.duet.at_end
    it.press("R", "Space", "T")
    assert not plays(screen)  # the rater has held it
    it.type("by hand")
    it.press("Return")
    assert plays(screen)


def test_a_half_typed_comment_that_was_left_holds_the_sound_again_and_enter_goes_on_there(
    long_ones: Begun,
) -> None:
    it, screen, home = long_ones
    hear = screen.page.hear
    it.shows(lambda: plays(screen) and hear.at_s > 1.0)
    it.press("T")
    it.type("half")
    held_s = hear.at_s
    it.press("Escape")  # out of the line: it sounds again, and the words stay
    assert plays(screen)
    it.press("T")
    it.type(" a")
    assert not plays(screen)  # who goes on typing holds it again
    it.press("Escape", "Escape")
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, screen)
    hear = screen.page.hear
    it.shows(lambda: hear.at_s > 1.0)  # the sound is read, and stands where it was held
    assert not plays(screen)
    assert hear.at_s == pytest.approx(held_s, abs=0.1)
    it.press("T")
    it.type(" sentence")
    it.press("Return")
    assert plays(screen)
    assert hear.at_s > held_s - 0.1
    it.shows(lambda: [one.text for one in said(home)] == ["half a sentence"])
    assert said(home)[0].at_s == pytest.approx(held_s, abs=0.1)


def test_what_was_undone_is_done_again_and_a_key_that_means_nothing_says_why(begun: Begun) -> None:
    it, screen, home = begun
    rating = screen.rating
    assert rating is not None
    it.press("0")
    assert it.banner() == (
        "Warmth applies to every answer, so it cannot be left out: press 1 to 5."
    )
    assert rating.work.draft.scores == {}
    it.press("4", "3", "M", "J")
    for _ in range(3):
        it.control("Z")
    assert (rating.work.draft.scores, rating.work.comments) == ({}, ())
    it.control("Y")
    QTest.keyClick(screen, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert rating.work.draft.scores == {"warmth": 4, "repair": 3}
    it.control("Y")
    it.shows(lambda: [one.marker for one in said(home)] == [MARKERS["abcdefghij".index("j")]])
    it.press("2")  # the item that is open then is the one that has no score yet
    assert rating.missing == ()


def test_a_comment_is_said_otherwise_taken_back_and_heard_again_by_keys(begun: Begun) -> None:
    it, screen, home = begun
    it.shows(lambda: plays(screen))
    it.press("T")
    it.type("too quick")
    it.press("Return")
    it.shows(lambda: screen.page.hear.at_s > 0.5)
    it.press("M", "H")
    it.tab_to("Your comments on this response")
    it.press("Home", "F2")
    it.type(", far")
    it.press("Return")
    it.shows(lambda: [one.text for one in said(home)] == ["too quick, far", ""])
    it.tab_to("Your comments on this response")
    it.press("End", "Delete")
    it.shows(lambda: [one.text for one in said(home)] == ["too quick, far"])
    it.press("Home", "Return")
    it.shows(lambda: plays(screen))
    assert locked(home) == [[]] * ALL  # Enter in the list locks nothing


def test_it_goes_on_where_it_was_left_with_what_was_half_typed(begun: Begun) -> None:
    it, screen, _ = begun
    it.press("4", "3", "2", "Return", "5", "O", "T")
    it.type("half a sen")
    it.press("Escape")
    assert it.screen() == "RoundScreen"  # out of the line first
    it.press("Escape")
    assert it.screen() == "RateScreen"
    it.shows(lambda: f"1 of {ALL} rated" in words(it.window.shown()))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, screen)
    assert f"Response 2 of {ALL}" in words(screen)
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 5}
    assert screen.page.second.isChecked()
    assert screen.page.remarks.line.text() == "half a sen"
    assert not plays(screen)  # not over a sentence that is being thought


def test_an_earlier_one_is_corrected_with_the_old_rating_in_sight(begun: Begun) -> None:
    it, screen, home = begun
    it.press("4", "3", "2", "Return", "PageUp")
    it.shows(lambda: "Locked: Warmth 4, Repair 3, Metacommunication 2." in words(screen))
    it.press("1", "Return")
    it.shows(lambda: locked(home)[0] == [1, 3, 2])
    assert f"Response 2 of {ALL}" in words(screen)
    it.press("PageUp")
    assert "Before: Warmth 4, Repair 3, Metacommunication 2." in words(screen)
    it.press("PageDown")
    it.control("Z")  # the lock is gone back to
    assert f"Response 1 of {ALL}" in words(screen)


def test_a_button_reached_by_tab_is_pressed_and_a_click_takes_no_keys(
    begun: Begun, qtbot: QtBot
) -> None:
    it, screen, _ = begun
    it.shows(lambda: plays(screen))
    it.tab_to("Second opinion  (O)")
    it.press("Return")
    assert screen.page.second.isChecked()
    it.press("Space")
    assert not screen.page.second.isChecked()
    qtbot.mouseClick(screen.page.hear.speed, Qt.MouseButton.LeftButton)
    assert screen.page.hear.duet.rate == 1.25
    it.press("S")
    assert screen.page.hear.duet.rate == 1.5
    anchor = it.tab_to("1: " + anchors(screen)[1])
    it.press("Space")  # who went there by Tab chooses it so
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 1}
    assert anchor is not None


def test_one_that_is_rated_is_gone_through_again_by_digits_and_undo_opens_what_it_undid(
    begun: Begun,
) -> None:
    it, screen, home = begun
    it.press("4", "3", "2", "Return", "PageUp", "3", "3", "5", "Return")
    it.shows(lambda: locked(home)[0] == [3, 3, 5])
    it.press("4")
    it.control("Z")
    it.press("2")
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {"warmth": 2}


def anchors(screen: RoundScreen) -> dict[int, str]:
    assert screen.rating is not None
    return screen.rating.rubric.items[0].anchors


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


# ------------------------------------------------------------ for everybody


def test_tab_goes_through_hearing_comments_anchors_and_what_ends_it_and_all_have_names(
    begun: Begun,
) -> None:
    it, screen, _ = begun
    it.shows(lambda: plays(screen))
    it.press("T")
    it.type("a")
    it.press("Return", "4", "3", "2")  # so that all of it is there
    order = []
    for _ in range(60):
        it.press("Tab")
        focused = QApplication.focusWidget()
        assert focused is not None
        interface = QAccessible.queryAccessibleInterface(focused)
        assert interface is not None
        name = interface.text(QAccessible.Text.Name)
        assert name.strip(), f"{type(focused).__name__} has no name"
        if (name, interface.role()) in order:
            break
        order.append((name, interface.role()))
    names = [name for name, _ in order]
    expected = [
        "Time line of the client and the response",
        "Client  (C)",
        "Response  (R)",
        "Speed 1 ×  (S)",
        "Comment on this moment",
        "Your comments on this response",
        "1: ",
        "5: ",
        "Not applicable",
        "Second opinion  (O)",
        "Lock, and next  (Enter)",
    ]
    places = [next(i for i, name in enumerate(names) if part in name) for part in expected]
    assert places == sorted(places), names
    it.tab_to(next(name for name in names if name.startswith("1: ")))
    it.press("Tab", "Tab", "Tab", "Tab", "Tab", "Space")  # from anchor to anchor
    assert screen.rating is not None
    assert screen.rating.work.draft.scores["metacommunication"] is None
    roles = dict(order)
    assert roles["Comment on this moment"] == QAccessible.Role.EditableText
    assert roles["Your comments on this response"] == QAccessible.Role.List
    assert roles["Second opinion  (O)"] == QAccessible.Role.CheckBox
    anchors_ = [role for name, role in order if name[:2] in ("1:", "2:", "3:", "4:", "5:")]
    assert set(anchors_) <= {QAccessible.Role.RadioButton, QAccessible.Role.CheckBox}


# ------------------------------------------------------------ films


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
