"""The Rate screen in the real window: by keys alone, nothing lost, and blind."""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.classroom import TRAINEES, classroom
from tests.gui.fakes import Opened, opened
from tests.store import made
from trainer.app.paths import Home
from trainer.domain.ids import new_id
from trainer.domain.rating import SELF, SUPERVISOR
from trainer.domain.response import Response
from trainer.domain.rounds import MARKERS, Comment, Round
from trainer.gui.screens.rate import RateScreen
from trainer.gui.screens.round import RoundScreen
from trainer.store import comments, ratings
from trainer.store import rounds as round_rows
from trainer.store.db import open_log

# A sound that is let go of while it is being opened says so.
pytestmark = pytest.mark.qt_log_ignore("Immediate exit requested", extend=True)

ALL = 7  # six responses of trainees, and one reference hidden among them
Open = Callable[[Home], Opened]


@pytest.fixture
def open_at(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda home: stack.enter_context(opened(qtbot, home, monkeypatch))


@pytest.fixture
def school(tmp_path: Path) -> tuple[Home, tuple[Response, ...]]:
    return classroom(tmp_path / "a class, ü", 2.0)


def room(it: Opened) -> RateScreen:
    it.shows(lambda: it.screen() in ("TodayScreen", "RateScreen"))
    it.control("5")
    shown = it.window.shown()
    assert isinstance(shown, RateScreen)
    return shown


def begin(it: Opened) -> RoundScreen:
    """Rate what is in the log, by the key that is offered."""
    shown = room(it)
    it.shows(lambda: text_of_focus() == "Rate responses in this log")
    it.press("Return")
    return without_gate(it, shown)


def without_gate(it: Opened, shown: QWidget) -> RoundScreen:
    """Say that one rates although the gate is not passed."""
    it.shows(lambda: text_of_focus() == "Go to Calibration")
    assert "You have not taken the gate of Alliance skills" in words(shown)
    it.tab_to("Rate without the gate")
    it.press("Return")
    return at_round(it, shown)


def at_round(it: Opened, _from: QWidget) -> RoundScreen:
    it.shows(lambda: it.screen() == "RoundScreen" and round_screen(it).rating is not None)
    return round_screen(it)


def round_screen(it: Opened) -> RoundScreen:
    shown = it.window.shown()
    assert isinstance(shown, RoundScreen)
    return shown


def text_of_focus() -> str:
    focused = QApplication.focusWidget()
    return focused.text() if isinstance(focused, QAbstractButton) else ""


def locked(home: Home) -> list[list[float | None]]:
    """The newest round's ratings in its order, as they stand; [] for what has none."""
    log = open_log(home.folder, read_only=True)
    try:
        of = newest(log)
        found = []
        for place in of.places:
            every = ratings.standing(ratings.ratings_of(log, place.response_id))
            given = [list(r.scores.values()) for r in every if r.round_id == of.id]
            found.append(given[0] if given else [])
        return found
    finally:
        log.close()


def newest(log: object) -> Round:
    from trainer.store.db import Log
    from trainer.store.people import people

    assert isinstance(log, Log)
    every = [one for p in people(log) for one in round_rows.rounds_of(log, p.id)]
    return max(every, key=lambda one: one.began_at)


def said(home: Home) -> list[Comment]:
    """Every comment in the log that stands, by its moment."""
    from trainer.domain.rounds import standing

    log = open_log(home.folder, read_only=True)
    try:
        of = newest(log)
        return [
            one
            for place in of.places
            for one in standing(comments.comments_of(log, place.response_id))
        ]
    finally:
        log.close()


def plays(screen: RoundScreen) -> bool:
    return screen.page.hear.duet.playing


# ------------------------------------------------------------ by keys alone


def test_six_responses_are_rated_by_keys_alone_the_next_one_playing_by_itself(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
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


def test_no_key_is_lost_at_any_speed(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    begin(it)
    for number in range(ALL):  # no waiting: not for the sound, not for the log, not for a picture
        it.press(str(1 + number % 5), "0" if number % 2 else "2", "3", "Return")
    it.shows(lambda: [] not in locked(home))
    assert locked(home) == [[1 + n % 5, None if n % 2 else 2, 3] for n in range(ALL)]


def test_typing_holds_the_sound_and_enter_goes_on_with_it(open_at: Open, tmp_path: Path) -> None:
    home, _ = classroom(tmp_path / "h", 12.0)
    it = open_at(home)
    screen = begin(it)
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


def test_a_comment_is_said_otherwise_taken_back_and_heard_again_by_keys(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    screen = begin(it)
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


def test_it_goes_on_where_it_was_left_with_what_was_half_typed(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    screen = begin(it)
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


def test_an_earlier_one_is_corrected_with_the_old_rating_in_sight(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    screen = begin(it)
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
    open_at: Open, school: tuple[Home, tuple[Response, ...]], qtbot: QtBot
) -> None:
    home, _ = school
    it = open_at(home)
    screen = begin(it)
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
    it.shows(lambda: "This response cannot be heard" in words(screen))
    it.press("PageDown")
    assert f"Response 2 of {ALL}" in words(screen)
    it.press("Escape")
    shown = room(it)
    shown.find_again(tmp_path / "moved by Zebulon Quick")
    it.shows(lambda: "not where they were" not in words(it.window.shown()))
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, shown)
    it.shows(lambda: plays(screen))


def recordings_by_name(school: tuple[Home, tuple[Response, ...]], tmp_path: Path) -> Path:
    """A folder of sounds whose names tell whose they are and when."""
    home, given = school
    folder = tmp_path / "Zebulon Quick and others, March 2025"
    for number, one in enumerate(given):
        place = folder / TRAINEES[number // 2]
        place.mkdir(parents=True, exist_ok=True)
        name = f"{one.vignette.vignette} {TRAINEES[number // 2]} 2025-03-1{number}.wav"
        shutil.copyfile(home.recordings / one.recording.file, place / name)
    return folder


# ------------------------------------------------------------ blind


def everything(root: QWidget) -> str:
    """Every word that a window shows, says to a screen reader, or would show as a tooltip."""
    found = [root.windowTitle()]
    for one in (root, *root.findChildren(QWidget)):
        found += [one.toolTip(), one.statusTip(), one.whatsThis(), one.objectName()]
        found += [one.accessibleName(), one.accessibleDescription(), one.windowFilePath()]
        interface = QAccessible.queryAccessibleInterface(one)
        if interface is not None:
            found += [interface.text(kind) for kind in QAccessible.Text if kind.value < 6]
        if isinstance(one, QLabel | QLineEdit | QAbstractButton):
            found.append(one.text())
        if isinstance(one, QLineEdit):
            found.append(one.placeholderText())
        if isinstance(one, QComboBox):
            found += [one.itemText(index) for index in range(one.count())]
        if isinstance(one, QAbstractItemView) and (model := one.model()) is not None:
            columns = 1 if isinstance(one, QListView) else model.columnCount()
            found += [
                str(model.index(row, column).data(role))
                for row in range(model.rowCount())
                for column in range(columns)
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            ]
    return "\n".join(text for text in found if text)


def words(root: QWidget | None) -> str:
    assert root is not None
    shown = [w for w in root.findChildren(QLabel) if w.isVisible()]
    return "\n".join(w.text() for w in shown)


def telling(school: tuple[Home, tuple[Response, ...]]) -> set[str]:
    """What would tell whose a response is, when it was given, or what others think of it."""
    home, given = school
    found = {part for name in TRAINEES for part in (name, *name.split())}
    for one in given:
        found |= {one.id, one.person_id, one.session_id, one.recording.id, one.recording.sha256}
        found |= {Path(one.recording.file).name, Path(one.recording.file).stem}
        found |= dates(one.started_at)  # the round itself was begun today, as the files were made
    found |= {"4.37", "4.4", "1.63", "1.6", home.folder.name, "2025"}
    found |= {"first-references"}  # nor which one is known
    return found


def dates(at: datetime) -> set[str]:
    forms = ("%Y-%m-%d", "%d %b %Y", "%-d %b", "%B", "%d.%m.", "%H:%M")
    return {at.strftime(form) for form in forms} | {at.astimezone().strftime(f) for f in forms}


def judged(school: tuple[Home, tuple[Response, ...]]) -> None:
    """Others' judgements of every response, by scores that nothing else could show."""
    home, given = school
    log = open_log(home.folder)
    try:
        for one in given:
            for rater, role, score in (("a", SELF, 4.37), ("b", SUPERVISOR, 1.63)):
                scores = dict.fromkeys(("warmth", "repair", "metacommunication"), score)
                given_one = replace(made.rating(one.id, rater, role=role), scores=scores)
                ratings.add_rating(log, given_one)
            text = "Wilhelmina, as ever"
            comments.add_comment(log, Comment(new_id(), one.id, "b", 0.5, text, "", made.EVENING))
    finally:
        log.close()


def rate_all(it: Opened, screen: RoundScreen) -> str:
    """Go through a round as a rater does, reading everything on the way."""
    read = []
    assert screen.rating is not None
    for _ in range(screen.rating.of):
        it.shows(lambda: plays(screen) or "cannot be heard" in words(screen))
        read.append(everything(it.window))
        it.press("C", "T")
        it.type("hm")
        it.press("Return", "M", "A", "O", "4", "3")
        read.append(everything(it.window))
        it.press("2")
        number = screen.rating.blind.number
        it.press("PageUp" if number > 1 else "PageDown")
        read.append(everything(it.window))
        it.press("PageDown" if number > 1 else "PageUp", "Return")
    it.shows(lambda: f"All {ALL} are rated" in words(screen))
    read.append(everything(it.window))
    it.press("Escape")
    it.shows(lambda: f"{ALL} of {ALL} rated" in words(it.window.shown()))
    read.append(everything(it.window))
    return "\n".join(read)


def check_blind(read: str, school: tuple[Home, tuple[Response, ...]]) -> None:
    assert "Dana" in read  # the client is known: it is what was answered
    assert [secret for secret in sorted(telling(school)) if secret in read] == []


def test_nothing_on_the_screen_tells_whose_when_or_what_others_think(
    open_at: Open, school: tuple[Home, tuple[Response, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    judged(school)
    home, _ = school
    with caplog.at_level(logging.DEBUG):
        it = open_at(home)
        screen = begin(it)
        read = rate_all(it, screen)
    check_blind(read, school)
    check_logs(home, caplog, school)


def test_names_of_files_and_folders_are_not_shown_either_nor_in_what_goes_wrong(
    open_at: Open,
    school: tuple[Home, tuple[Response, ...]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = recordings_by_name(school, tmp_path)
    broken = sorted(folder.rglob("*.wav"))
    broken[0].write_bytes(b"no sound at all")
    home, _ = classroom(tmp_path / "the rater's own", trainees=())
    with caplog.at_level(logging.DEBUG):
        it = open_at(home)
        shown = room(it)
        shown.new.rate_folder(folder)
        screen = without_gate(it, shown)
        read = rate_all(it, screen)
    assert "This response cannot be heard" in read
    check_blind(read, school)
    check_logs(home, caplog, school)


def check_logs(
    home: Home, caplog: pytest.LogCaptureFixture, school: tuple[Home, tuple[Response, ...]]
) -> None:
    diary = "".join(path.read_text("utf-8") for path in home.folder.glob("*.log*"))
    told = "\n".join([*(record.getMessage() for record in caplog.records), diary])
    names = {part for name in TRAINEES for part in (name, *name.split())}
    assert [name for name in sorted(names) if name in told] == []


# ------------------------------------------------------------ for everybody


def test_tab_goes_through_hearing_comments_anchors_and_what_ends_it_and_all_have_names(
    open_at: Open, school: tuple[Home, tuple[Response, ...]]
) -> None:
    home, _ = school
    it = open_at(home)
    screen = begin(it)
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
