"""Today: one key begins; what is unfinished or was interrupted is there to be finished."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from tests.app.fakes import FixedClock
from tests.gui.fakes import Opened, StagePlayer, kept, opened
from trainer.app import today
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Session, TakePlan
from trainer.gui import theme
from trainer.media.held import Held, Source
from trainer.store import people, takes
from trainer.store.db import open_log


def words(window: Opened) -> str:
    return "\n".join(w.text() for w in window.window.findChildren(QLabel) if w.isVisible())


def crash(home: Home, seconds: float = 5.0) -> str:
    """Leave an interrupted take behind; the response's id."""
    from tests.app.fakes import FakeRecorder

    log = open_log(home.folder)
    person = people.people(log)[0]
    log.close()
    vignette = load_library(pack_folders(home)).find_vignette("anna-late")
    session = Session(new_id(), person.id, "short", "", "", local_now())
    plan = TakePlan(new_id(), person.id, session.id, vignette.ref, "t1", 1, 1, local_now())
    clock = FixedClock()
    recorder = FakeRecorder(clock)
    recorder.open()
    recorder.begin(takes.begin_take(home.folder, plan))
    clock.pass_s(seconds - 2)
    recorder.finish()
    return plan.response_id


def test_enter_begins_the_set(window: Opened) -> None:
    window.shows(lambda: "about" in words(window))
    assert "Good to see you, M. K." in words(window)
    shown = window.window.shown()
    assert shown is not None
    window.shows(shown.start.isEnabled)
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    assert window.practice.state is State.READY
    assert window.practice.sitting.session.person_id == window.window.settings.text("person")


def test_a_set_that_was_left_goes_on_where_it_was_left_unless_another_is_wanted(
    window: Opened,
) -> None:
    shown = window.window.shown()
    assert shown is not None
    window.shows(shown.start.isEnabled)
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    begun, clients = window.practice.sitting.session, window.practice.sitting.vignettes
    assert len(clients) == 3
    window.rate()
    window.press("Escape")
    window.shows(lambda: "Your set of today goes on: 2 of 3 clients" in words(window))
    window.shows(lambda: clients[1].client.name in words(window))
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    assert window.practice.sitting.session == begun
    assert window.practice.vignette == clients[1]
    assert "2 of 3" in words(window)
    window.press("Escape")
    window.shows(lambda: "Another set instead" in window.buttons())
    window.tab_to("Another set instead")
    window.press("Return")
    window.shows(lambda: "3 repetitions due" in words(window))
    assert "Another set instead" not in window.buttons()
    window.press("Return")
    window.shows(lambda: window.screen() == "StageScreen")
    assert window.practice.sitting.session != begun


def test_in_the_smallest_window_with_the_largest_text_nothing_lies_beside_the_page(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        theme.apply(QApplication.instance(), "light", 200)
        it.window.resize(it.window.minimumSize())
        it.shows(lambda: "Delete it" in it.buttons())
        shown = it.window.shown()
        assert shown is not None
        it.shows(shown.start.isEnabled)
        it.press("Return")
        it.shows(lambda: it.screen() == "StageScreen")
        it.rate()
        it.press("Escape")
        it.shows(lambda: {"Another set instead", "Delete it"} <= set(it.buttons()))
        area = shown.findChild(QScrollArea)
        it.shows(lambda: area.widget().width() == area.viewport().width())


def test_a_set_of_one_client_is_told_as_one(window: Opened) -> None:
    """The others are kept for a test."""
    screen = window.window.shown()
    window.shows(lambda: screen._today)  # type: ignore[union-attr]  # Today's
    plan = screen._today  # type: ignore[union-attr]  # likewise
    one = replace(plan, vignettes=plan.vignettes[:1])
    begun = Session(new_id(), plan.person.id, "short", "", "", local_now())
    for changed, said in (
        (one, "Your first set: 1 client, about "),
        (replace(one, first_time=False), f"1 repetition due on {plan.skill}, about "),
        (replace(one, begun=begun, before=2), "Your set of today goes on: 1 of 3 clients is left"),
    ):
        screen._show(changed)  # type: ignore[union-attr]  # likewise
        assert said in words(window)


def test_clients_stand_beside_each_other_however_long_their_titles_are(
    window: Opened,
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 200)
    window.window.resize(1120, 760)
    try:
        window.shows(window.window.shown().start.isEnabled)  # type: ignore[union-attr]  # Today's
        clients = window.window.shown()._clients  # type: ignore[union-attr]  # likewise
        places = [clients.itemAt(at).widget() for at in range(clients.count())]
        *_, title = places[0].findChildren(QLabel)
        title.setText("A title that has no room in one line of it")
        window.shows(lambda: title.height() > 1.5 * title.fontMetrics().lineSpacing())
        assert len(places) > 1
        assert len({place.y() for place in places}) == 1
    finally:
        theme.apply(app, "light", 100)


def test_enter_pressed_twice_begins_one_set(window: Opened) -> None:
    shown = window.window.shown()
    assert shown is not None
    window.shows(shown.start.isEnabled)
    window.press("Return", "Return")
    window.shows(lambda: window.screen() == "StageScreen")
    window.client_speaks()
    assert window.practice.state is State.PLAYING


def test_what_was_practised_is_listed_and_opens_its_review(window: Opened) -> None:
    window.meet()
    window.rate()
    window.press("Escape")
    window.shows(lambda: any("Anna, You were late" in b for b in window.buttons()))
    window.tab_to(next(b for b in window.buttons() if "Anna, You were late" in b))
    window.press("Space")
    window.shows(lambda: window.screen() == "ReviewScreen")


def test_the_reflection_of_the_last_set_is_there(window: Opened) -> None:
    window.meet()
    window.rate()
    window.press("N", "2")
    window.type("Slower")
    window.press("Return")
    window.shows(lambda: window.screen() == "TodayScreen")
    window.shows(lambda: "You wrote: Slower" in words(window))


def test_an_interrupted_take_is_offered_and_can_be_kept(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    response_id = crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Keep it" in it.buttons())
        assert "your answer to Anna, 5 seconds" in words(it)
        it.tab_to("Keep it")
        it.press("Space")
        it.shows(lambda: "Rate it" in it.buttons())
        assert "Keep it" not in it.buttons()
        assert [(r.id, r.ended_by) for r, _ in kept(home_of_mk)] == [(response_id, "interrupted")]


def test_what_is_being_kept_is_neither_kept_again_nor_deleted(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    response_id, over = crash(home_of_mk), Event()
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Keep it" in it.buttons())
        assert it.window.desk is not None
        it.window.desk.runner.database(lambda _log: over.wait(20))  # a log that takes its time
        it.tab_to("Keep it")
        it.press("Space", "Space")
        it.tab_to("Delete it")
        it.press("Space", "Space")
        assert takes.open_takes(home_of_mk.folder) != ()
        over.set()
        it.shows(lambda: "Rate it" in it.buttons())
        assert it.banner() == ""
        assert [r.id for r, _ in kept(home_of_mk)] == [response_id]


class Loudspeaker(StagePlayer):
    """One that can begin within a sound."""

    def play(self, clip: Source, from_s: float = 0.0) -> None:
        assert isinstance(clip, Held)
        super().play(Path(clip.name))


def test_an_interrupted_take_can_be_heard_before_it_is_deleted(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    monkeypatch.setattr("trainer.gui.player.QtPlayer", Loudspeaker)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Play" in it.buttons())
        it.tab_to("Play the interrupted answer")
        it.press("Return")
        it.shows(lambda: it.player.clip is not None)
        assert it.player.clip.suffix == ".wav"
        it.control("2")
        assert it.player.clip is None  # another room is silent
        it.control("1")
        it.tab_to("Play the interrupted answer")
        it.press("Space")
        it.shows(lambda: it.player.clip is not None)
        it.tab_to("Delete it")
        it.press("Space", "Space")
        it.shows(lambda: "Keep it" not in it.buttons())
        assert it.player.clip is None
        assert takes.open_takes(home_of_mk.folder) == ()


def test_deleting_an_interrupted_take_is_asked_once_and_then_real(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Delete it" in it.buttons())
        it.tab_to("Delete it")
        it.press("Space")
        assert "Really delete?" in it.buttons()
        assert len(takes.open_takes(home_of_mk.folder)) == 1
        it.press("Space")
        it.shows(lambda: "Keep it" not in it.buttons())
        assert takes.open_takes(home_of_mk.folder) == ()
        assert kept(home_of_mk) == []


def test_enter_presses_the_button_that_has_the_focus_and_begins_no_set(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Delete it" in it.buttons())
        it.tab_to("Delete it")
        it.press("Return")
        assert "Really delete?" in it.buttons()
        it.press("Enter")
        it.shows(lambda: "Keep it" not in it.buttons())
        assert takes.open_takes(home_of_mk.folder) == ()
        it.press("Return")  # what had the focus is gone: it is where Enter begins
        it.shows(lambda: it.screen() == "StageScreen")


def test_enter_held_or_pressed_twice_keeps_and_deletes_nothing(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Delete it" in it.buttons())
        it.shows(it.window.shown().start.isEnabled)
        it.press("Return", "Return", "Return")
        it.shows(lambda: it.screen() == "StageScreen")
        assert len(takes.open_takes(home_of_mk.folder)) == 1
        assert kept(home_of_mk) == []


def test_the_focus_is_on_the_key_that_begins(window: Opened) -> None:
    shown = window.window.shown()
    assert shown is not None
    window.shows(shown.start.isEnabled)
    assert QApplication.focusWidget() is shown.start


def test_after_another_screen_the_offer_is_still_there(
    home_of_mk: Home, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home_of_mk)
    with opened(qtbot, home_of_mk, monkeypatch) as it:
        it.shows(lambda: "Keep it" in it.buttons())
        it.control("2")
        it.control("1")
        it.shows(lambda: "Keep it" in it.buttons())


def test_enter_on_a_day_without_vignettes_does_nothing(window: Opened) -> None:
    assert window.window.desk is not None
    window.window.desk.library = type(window.window.desk.library)((), ())
    window.window.go("library")
    window.window.go("today")
    window.shows(lambda: "No vignette can be played" in words(window))
    window.press("Return")
    assert window.screen() == "TodayScreen"
    assert QApplication.focusWidget() is not None


def test_the_greeting_is_of_the_person_who_is_chosen(window: Opened, home_of_mk: Home) -> None:
    assert window.window.desk is not None
    found: list[today.Today] = []
    person = window.window.settings.text("person")
    library = window.window.desk.library
    window.window.desk.runner.database(
        lambda log: today.today(log, library, person, 2), found.append
    )
    window.shows(lambda: found)
    assert found[0].person.name in words(window)
