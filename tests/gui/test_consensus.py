"""Agreeing in the window: by keys alone, nothing typed lost, nothing shown too early."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.app import judged
from tests.gui.fakes import Opened, opened
from tests.gui.practised import catch_up
from tests.gui.raters import Raters, settled
from tests.helpers.pulse import NullSink
from trainer.app import consensus, today
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.rating import CONSENSUS, Rating
from trainer.domain.response import Response
from trainer.domain.rubric import Scale
from trainer.gui.screens.consensus import ConsensusScreen
from trainer.gui.screens.round import RoundScreen
from trainer.gui.widgets.anchors import AnchorRow
from trainer.gui.widgets.timeline_picture import CLIENT, RESPONSE
from trainer.store import ratings
from trainer.store.db import open_log


@pytest.fixture
def raters(tmp_path: Path) -> Iterator[Raters]:
    made = settled(Home(tmp_path / "data"))
    catch_up(made.log)
    yield made
    made.log.close()


def rated(raters: Raters) -> tuple[Response, Response]:
    """One with two points between the raters, one with one."""
    far, near = raters.given[raters.trainees[0].id][:2]
    raters.both(near, (3, 3, 3), (4, 3, 3))
    raters.both(far, (2, 2, 2), (4, 3, 2))
    return far, near


def go(it: Opened) -> ConsensusScreen:
    it.window.go("consensus")
    screen = it.window.shown()
    assert isinstance(screen, ConsensusScreen)
    return screen


def texts(screen: QWidget) -> str:
    """Everything that can be read now, or is read out."""
    shown = [w for w in screen.findChildren(QWidget) if w.isVisible()]
    said = [w.text() for w in shown if isinstance(w, QLabel | QPushButton)]
    said += [part for w in shown for part in (w.accessibleName(), w.accessibleDescription())]
    said += [w.toolTip() for w in shown]
    if isinstance(screen, ConsensusScreen):
        said += [screen.list.item(row).text() for row in range(screen.list.count())]
    return "\n".join(said)


def agreed(raters: Raters, response: Response) -> list[Rating]:
    log = open_log(raters.home.folder, read_only=True)
    try:
        every = ratings.ratings_of(log, response.id)
    finally:
        log.close()
    return [one for one in every if one.role == CONSENSUS]


def test_a_whole_discussion_by_keys(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = rated(raters)
    raters.say(raters.ada, far, 4.0, "the detail comes back", "validates")
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None and screen.page.case.line.response_id == far.id)
        assert screen.page is not None
        assert "2 points apart: Warmth" in texts(screen)
        assert "Trainee" not in texts(screen)
        screen.page.whose.click()
        assert "Trainee One" in texts(screen)
        page = screen.page
        it.shows(lambda: "the detail comes back" in texts(page))
        assert "Ada: says that what the client feels makes sense – the detail" in texts(page)
        given = {
            row.accessibleName()[0]: row.accessibleDescription()
            for row in page.findChildren(AnchorRow)
            if row.isVisible()
        }
        assert given == {
            "1": "", "2": "Given by M. K.", "3": "", "4": "Given by Ada", "5": "",
        }  # fmt: skip
        it.press("3", "3", "2")
        assert QApplication.focusWidget() is page.why
        it.type("1 word of hers, 3 of his")
        assert page.draft().scores == {"warmth": 3.0, "repair": 3.0, "metacommunication": 2.0}
        it.press("Return")
        it.shows(lambda: screen.page is not None and screen.page.case.line.response_id == near.id)
        it.press("4", "3", "3", "Return")
        it.shows(lambda: screen.page is None)
        it.shows(lambda: "Agreed: 2" in texts(screen))
        assert it.banner() == ""
    (one,) = agreed(raters, far)
    assert dict(one.scores) == {"warmth": 3.0, "repair": 3.0, "metacommunication": 2.0}
    assert consensus.why_of(raters.log, far.id, raters.rubric.ref) == "1 word of hers, 3 of his"
    assert len(agreed(raters, near)) == 1


def test_a_killed_window_loses_no_key(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, _ = rated(raters)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None)
        it.press("5", "1")
        assert screen.page is not None
        screen.page.why.setFocus()
        it.type("half a sen")
        there = consensus.Draft({"warmth": 5.0, "repair": 1.0}, "half a sen")
        # kept before the window closes, as a kill would find it
        it.shows(lambda: consensus.draft_of(raters.log, raters.rubric, far.id) == there)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None)
        assert screen.page is not None
        assert screen.page.draft() == there
        assert screen.page.current_item == "metacommunication"
    assert agreed(raters, far) == []


def test_what_was_agreed_can_be_corrected(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, _ = rated(raters)
    seen = [one.id for one in ratings.ratings_of(raters.log, far.id) if one.role == "supervisor"]
    first = consensus.Draft({"warmth": 3.0, "repair": 2.0, "metacommunication": 2.0}, "so")
    consensus.lock(raters.log, raters.rubric, far.id, first, seen)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "Agreed: 1" in texts(screen))
        line = screen._agenda.done[0]
        screen.open_line(line)
        it.shows(lambda: screen.page is not None and screen.page.case.consensus is not None)
        assert screen.page is not None
        assert screen.page.draft() == first
        it.press("Up", "Up", "4")
        it.press("Return")
        it.shows(lambda: len(agreed(raters, far)) == 2)
        raters.rate(raters.ada, far, 5, 3, 2)  # and now it rests on an old rating
        screen.entered()
        it.shows(lambda: "rests on an old rating" in texts(screen))
        screen.open_line(next(one for one in screen._agenda.to_agree if one.outdated))
        it.shows(lambda: "rests on a rating that was corrected since" in texts(screen))
    old, new = agreed(raters, far)
    assert new.supersedes == old.id
    assert new.scores["warmth"] == 4.0


def test_whoever_has_not_locked_is_shown_no_other_rating(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M. K. has chosen all scores and not locked; Ada and a third have rated it 1 and 5."""
    response = raters.given[raters.trainees[0].id][0]
    raters.rate(raters.ada, response, 1, 1, 1)
    third = judged.begin(raters.log, raters.home, raters.library, raters.rubric, "third")
    judged.lock(raters.log, third, raters.rubric, response.id, (5, 5, 5))
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "locked a rating of your own" in texts(screen))
        said = texts(screen)
        assert screen.page is None
        assert screen.list.count() == 0
        for secret in ("Ada", "Rater A", "points", "Dana", "Trainee"):
            assert secret not in said
        raters.rate(raters.me, response, 3, 3, 3)
        screen.entered()
        it.shows(lambda: screen.page is not None)
        assert "Ada" in texts(screen)


def test_a_moment_has_one_time_wherever_it_is_told(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3.6 s into the file, in which the client ends after 2 s: on every screen 0:02."""
    far, _ = rated(raters)
    raters.say(raters.me, far, 3.6, "the pause", "")
    room = raters.rounds[raters.me.id]
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "Play from 0:02. M. K.: the pause" in texts(screen))
        it.window.go("trainee-report")
        it.shows(lambda: "0:02  the pause" in names(it))
        it.window.review(far.id)
        it.shows(lambda: "1: at 0:02; the pause; M. K." in names(it))
        it.window.rate_round(room.id)
        it.shows(lambda: it.screen() == "RoundScreen" and "of 6" in names(it))
        round_screen = it.window.shown()
        assert isinstance(round_screen, RoundScreen)
        rating = round_screen.rating
        assert rating is not None
        it.press(*["PageUp"] * rating.of)
        for _ in range(rating.of):
            if rating.candidate.response_id != far.id:
                it.press("PageDown")
        remarks = round_screen.page.remarks.list
        assert [remarks.item(row).text() for row in range(remarks.count())] == [
            "1  0:02  the pause"
        ]


def names(it: Opened) -> str:
    shown = it.window.shown()
    assert shown is not None
    every = shown.findChildren(QWidget)
    return "\n".join(one.accessibleName() for one in every if one.isVisible())


def test_who_rates_nobody_is_asked_whether_they_read_or_rate(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(raters)
    leads = today.add_person(raters.log, "Lea D.").value
    Settings(raters.home.settings_file).set("person", leads.id)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "You have not rated what two or more others" in texts(screen))
        said = texts(screen)
        assert "for raters who have locked their own" in said
        assert "Lea D. is the person chosen in Settings" in said
        assert "a rating you give later counts as not blind" in said
        assert "Ada" not in said
        it.tab_to("Open 2 as a reader")
        it.press("Space")
        it.shows(lambda: screen.page is not None)
        assert "Given by Ada" in texts(screen)
        assert "as a reader" not in texts(screen)


def test_half_points_by_key_and_the_next_response_without_a_mouse(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = rated(raters)
    shown = consensus.case

    def halved(*asked: Any) -> consensus.Case:
        found = shown(*asked)
        return replace(found, rubric=replace(found.rubric, scale=Scale(1, 5, half_points=True)))

    monkeypatch.setattr(consensus, "case", halved)  # no rubric of the library has half points
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None)
        assert screen.page is not None
        page = screen.page
        assert "Half a point more: +, less: −." in texts(page)
        assert "to agree" in texts(page).split("\n")
        assert "not rated" not in texts(page)
        it.press("3", "Plus", "0", "2", "Up", "Minus")
        assert page.draft().scores == {"warmth": 3.5, "repair": None, "metacommunication": 1.5}
        (badge,) = (
            one._given for one in page.findChildren(AnchorRow)
            if one.isVisible() and "M." in one._given.text()
        )  # fmt: skip
        assert badge.height() < 2 * badge.fontMetrics().height()  # "M. K." stays on one line
        it.press("PageDown")
        it.shows(lambda: screen.page is not None and screen.page.case.line.response_id == near.id)
        it.press("PageUp")
        it.shows(lambda: screen.page is not None and screen.page.case.line.response_id == far.id)
        assert screen.page is not None
        assert screen.page.draft().scores["warmth"] == 3.5


def test_everything_has_a_name_and_is_reached_by_tab(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, _ = rated(raters)
    raters.say(raters.ada, far, 5.0, "here", "explains")
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None and screen.page.hearing.play.isEnabled())
        assert screen.page is not None
        page = screen.page
        for name in (
            "Play  (P)", "Client  (C)", "Speed 1 ×  (S)", "Play from 0:05. Ada: explains – here",
            "1: " + raters.rubric.items[0].anchors[1], "Why you agree on this",
            "Responses that two or more have rated", "Back to Rate  (Esc)", "Whose is it?",
        ):  # fmt: skip
            if name.startswith("Play from"):
                name = next(
                    one.accessibleName() for one in page.findChildren(QPushButton)
                    if one.accessibleName().endswith("Ada: explains – here")
                )  # fmt: skip
            it.tab_to(name)
        named = [
            one for one in screen.findChildren(QWidget)
            if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]  # fmt: skip
        assert len(named) > 8
        for one in named:
            text = one.text() if isinstance(one, QPushButton) else ""
            assert one.accessibleName() or text, one
        screen.list.setFocus()
        it.press("Down", "Return")
        it.shows(lambda: screen.page is not None and screen.page is not page)
        assert screen.page is not None
        assert screen.page.case.line.response_id != far.id


def test_an_empty_room_says_what_to_do(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "No response here has been rated" in texts(screen))
        raters.rate(raters.me, raters.given[raters.trainees[0].id][0], 3, 3, 3)
        screen.entered()
        it.shows(lambda: "by one rater so far" in texts(screen))
        it.tab_to("Go to Rate")
        it.press("Return")
        it.shows(lambda: it.screen() == "RateScreen")


def test_a_narrow_window_shows_the_list_and_the_response_in_turn(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(raters)
    with opened(qtbot, raters.home, monkeypatch) as it:
        it.window.resize(720, 520)
        screen = go(it)
        it.shows(lambda: screen.list.count() == 3)
        assert screen.page is None
        it.press("Down", "Up", "Return")
        it.shows(lambda: screen.page is not None)
        assert not screen.list.isVisible()
        screen.page.why.setFocus()  # the last of what is filled in: Tab does not go up again
        it.press("Tab")
        assert not isinstance(QApplication.focusWidget(), AnchorRow)
        screen.page.setFocus()
        it.press("Escape")
        assert screen.list.isVisible()
        it.press("Escape")
        it.shows(lambda: it.screen() == "RateScreen")


def test_the_response_is_heard_by_keys(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, null_sink: NullSink
) -> None:
    far, _ = rated(raters)
    raters.say(raters.ada, far, 5.0, "here", "")
    Settings(raters.home.settings_file).set("speaker", null_sink.speaker)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: screen.page is not None and screen.page.hearing.play.isEnabled())
        assert screen.page is not None
        hearing = screen.page.hearing
        it.press("P")
        it.shows(lambda: hearing.duet.playing and hearing.duet.lane == RESPONSE)
        begun_s = hearing.duet.at_s
        it.shows(lambda: hearing.duet.at_s > begun_s + 0.2)
        it.press("C", "S")
        it.shows(lambda: hearing.duet.lane == CLIENT and hearing.duet.at_s > 0.2)
        assert hearing.duet.rate == 1.25
        play = next(
            one for one in screen.page.findChildren(QPushButton)
            if one.accessibleName().endswith("Ada: here")
        )  # fmt: skip
        play.click()
        it.shows(lambda: hearing.duet.lane == RESPONSE)
        told_s = hearing.duet.at_s
        it.shows(lambda: hearing.duet.at_s > told_s + 0.1)
        it.press("P")
        assert not hearing.duet.playing
        assert screen.page.current_item == "warmth"
        it.press("Down")
        assert screen.page.current_item == "repair"
    assert it.banner() == ""
