"""The stage is left, closed or short of a disk: nothing that was said or chosen is lost."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from tests.gui.fakes import Opened, end_in_log, kept, note_in_log
from trainer.app.practice import State
from trainer.store.db import Log


def reach(stage: Opened, state: State) -> None:
    match state:
        case State.PLAYING:
            stage.client_speaks()
        case State.RESPONDING:
            stage.client_speaks()
            stage.client_ends()
        case State.REVIEWING:
            stage.answer()
            stage.press("4")
        case State.RATED:
            stage.rate()
        case State.REFLECTING:
            stage.rate()
            stage.press("N")
    assert stage.practice.state is state


STATES = [
    (State.READY, []),
    (State.PLAYING, []),
    (State.RESPONDING, [("interrupted", 0)]),
    (State.REVIEWING, [("person", 0)]),
    (State.RATED, [("person", 1)]),
    (State.REFLECTING, [("person", 1)]),
]


def test_esc_leads_to_today_from_every_state_and_loses_nothing(stage: Opened) -> None:
    there: list[tuple[str, int]] = []
    for state, kept_of_it in STATES:
        if stage.screen() == "TodayScreen":
            stage.meet()
        reach(stage, state)
        stage.press("Escape")
        stage.shows(lambda: stage.screen() == "TodayScreen")
        assert not stage.recorder.is_open
        assert stage.player.clip is None
        there += kept_of_it
        unrated = sum(1 for _, count in there if not count)
        stage.shows(lambda unrated=unrated: stage.buttons().count("Rate it") == unrated)
        assert [(r.ended_by, count) for r, count in kept(stage.home)] == there


@pytest.mark.parametrize(("state", "there"), STATES)
def test_closing_the_window_loses_nothing_and_is_no_fault(
    stage: Opened, state: State, there: list[tuple[str, int]]
) -> None:
    reach(stage, state)
    stage.shut()
    QApplication.sendPostedEvents()
    assert not stage.recorder.is_open
    assert [(r.ended_by, count) for r, count in kept(stage.home)] == there
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []
    left = stage.home.recordings / "open"
    assert not left.is_dir() or list(left.iterdir()) == []


@pytest.mark.parametrize("leave", ["Esc", "close"])
def test_what_was_said_of_the_set_counts_also_without_the_last_key(
    stage: Opened, leave: str
) -> None:
    reach(stage, State.REFLECTING)
    stage.press("3")
    stage.type("Slower")
    if leave == "Esc":
        stage.press("Escape")
        stage.shows(lambda: stage.screen() == "TodayScreen")
    else:
        stage.shut()
    stage.shows(lambda: end_in_log(stage) == ("too-hard", "Slower"))


def test_what_was_said_of_the_set_is_kept_while_it_is_typed(stage: Opened) -> None:
    reach(stage, State.REFLECTING)
    assert end_in_log(stage) is None
    stage.press("1")
    stage.shows(lambda: end_in_log(stage) == ("too-easy", ""))
    stage.type("Ask")
    stage.shows(lambda: end_in_log(stage) == ("too-easy", "Ask"))
    assert stage.practice.state is State.REFLECTING


def disk(stage: Opened, *, full: bool) -> None:
    """Let the log refuse every row from now on, or none; in turn with what was asked before."""
    done: list[bool] = []

    def tell(log: Log) -> bool:
        log.db.conn.execute(f"PRAGMA query_only = {int(full)}")
        return True

    stage.window.desk.runner.database(tell, done.append)
    stage.shows(lambda: done)


def test_what_the_log_refused_once_is_kept_on_the_way_out(stage: Opened) -> None:
    stage.rate()
    feedback = stage.stage.feedback
    stage.shows(lambda: [x for x in feedback.findChildren(QLineEdit) if x.isVisible()])
    stage.tab_to_line()
    disk(stage, full=True)
    stage.type("Wait")
    stage.press("Return")
    stage.shows(lambda: "may not be written" in stage.banner())
    feedback.setFocus()
    stage.press("N")
    assert stage.practice.state is State.REFLECTING
    stage.window.banner.dismiss()
    stage.press("1")
    disk(stage, full=False)
    assert "may not be written" in stage.banner()
    assert (note_in_log(stage), end_in_log(stage)) == (None, None)
    stage.press("Escape")
    stage.shows(lambda: stage.screen() == "TodayScreen")
    stage.shows(lambda: note_in_log(stage) == ("Wait", None))
    stage.shows(lambda: end_in_log(stage) == ("too-easy", ""))


def test_a_line_is_kept_also_where_nobody_said_how_hard_it_was(stage: Opened) -> None:
    reach(stage, State.REFLECTING)
    stage.stage.reflect.line.setFocus()
    stage.type("Ask first")
    stage.press("Escape")
    stage.shows(lambda: stage.screen() == "TodayScreen")
    stage.shows(lambda: end_in_log(stage) == ("", "Ask first"))
    stage.shows(stage.window.shown().start.isEnabled)  # and the next set has its level


def test_who_leaves_without_a_word_has_said_nothing(stage: Opened) -> None:
    reach(stage, State.REFLECTING)
    stage.press("Escape")
    stage.shows(lambda: stage.screen() == "TodayScreen")
    stage.shut()
    stage.close()
    assert end_in_log(stage) is None


def test_what_was_chosen_before_leaving_is_chosen_when_one_rates_later(stage: Opened) -> None:
    reach(stage, State.REVIEWING)
    stage.press("Escape")
    stage.shows(lambda: "Rate it" in stage.buttons())
    stage.tab_to("Rate it")
    stage.press("Space")
    stage.shows(lambda: stage.screen() == "RateLaterScreen")
    stage.shows(lambda: "Still to rate: Repair, Metacommunication" in screen_words(stage))
    stage.press("3", "2")
    stage.shows(lambda: "After locking" in screen_words(stage))
    assert kept(stage.home)[0][1] == 0
    stage.press("Return")
    stage.shows(lambda: stage.screen() == "ReviewScreen")
    assert [count for _, count in kept(stage.home)] == [1]


def screen_words(stage: Opened) -> str:
    shown = stage.window.shown()
    assert shown is not None
    return "\n".join(w.text() for w in shown.findChildren(QLabel) if w.isVisible())
