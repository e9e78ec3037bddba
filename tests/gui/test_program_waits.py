"""Program on a log that takes its time: that it is read is shown, and nothing typed is lost."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from tests.app import classed
from tests.gui.fakes import Opened
from tests.gui.test_program import cells, entered, words
from trainer.app import whose
from trainer.app.paths import Home
from trainer.app.whose import Sender, senders
from trainer.domain.assignment import Assignment
from trainer.gui.screens.program import ProgramScreen
from trainer.gui.widgets import busy
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.field import Field
from trainer.store.db import open_log

LONG = "Weiterbildungsstudiengang Psychologische Psychotherapie, Kohorte Herbst"


@pytest.fixture
def course(home_of_mk: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[Assignment, Assignment]:
    """An assignment and the one after it, answered and rated, and a window without patience."""
    monkeypatch.setattr(busy, "LONG_MS", 0)
    codes = {f"T{number}": "AB"[number % 2] for number in range(1, 9)}
    turned = {code: "BA"["AB".index(form)] for code, form in codes.items()}
    first = classed.assignment(1, codes, title=LONG)
    later = classed.assignment(2, turned, title="Second course", after=first.id)
    with closing(open_log(home_of_mk.folder)) as log:
        for of in (first, later):
            classed.give_out(log, of)
            classed.give_back(log, of, [
                classed.Answer(one.code, client, {"r1": (3.0, 2.0, 4.0), "r2": (2.0, 3.0, 3.0)})
                for one in of.enrolled for client in classed.FORMS[one.form]
            ])  # fmt: skip
    return first, later


@contextmanager
def slow(window: Opened) -> Iterator[None]:
    """The log answers nothing until the end of this."""
    desk, over = window.window.desk, Event()
    assert desk is not None
    desk.runner.database(lambda _log: over.wait(20))
    yield
    over.set()


def answered(window: Opened) -> None:
    """Everything that the log was asked until now has come home."""
    desk, came = window.window.desk, list[object]()
    assert desk is not None
    desk.runner.database(lambda _log: None, came.append)
    window.shows(lambda: came)


def reading(place: QWidget) -> list[str]:
    """What is said to go on."""
    waits = [one for one in place.findChildren(Wait) if one.isVisible()]
    return [one.findChildren(QLabel)[0].text() for one in waits]


def shows_that_it_reads(
    window: Opened, screen: ProgramScreen, act: Callable[[], object], said: str
) -> None:
    with slow(window):
        act()
        window.shows(lambda: reading(screen) == [said])
    window.shows(lambda: not reading(screen))


def test_each_look_into_the_log_shows_that_it_goes_on(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    first, later = course
    with slow(window):
        window.control("6")
        window.shows(lambda: window.screen() == "ProgramScreen")
        screen = window.window.shown()
        assert isinstance(screen, ProgramScreen)
        window.shows(lambda: reading(screen) == ["Reading what was given out …"])
        assert "A class without a server" not in words(screen)
    window.shows(lambda: len(screen.list.buttons) == 2)
    assert not reading(screen)

    screen.open(first.id)
    window.shows(lambda: LONG in words(screen.one))
    opens, told = lambda: screen.open(later.id), "Reading who has given what …"
    with slow(window):
        opens()
        window.shows(lambda: reading(screen) == [told])
        assert "Weiterbildung" not in words(screen.one)  # it is another one that comes
        assert "Trainees:" not in words(screen.one)
    window.shows(lambda: not reading(screen) and "Second course" in words(screen.one))
    assert len(cells(screen.one.who.table, 0)) == 8

    with closing(open_log(window.home.folder, read_only=True)) as log:
        someone = senders(log)[0]
    form = screen.one.who.whose
    looks = lambda: form.ask(someone, "")  # noqa: E731 - one of several
    shows_that_it_reads(window, screen, looks, "Looking what came before …")
    chooses = lambda: form.code.setCurrentIndex(2)  # noqa: E731 - likewise
    shows_that_it_reads(window, screen, chooses, "Looking what came before …")
    assert "are T" in words(form)


def sender(window: Opened) -> Sender:
    with closing(open_log(window.home.folder, read_only=True)) as log:
        return senders(log)[0]


def test_whose_they_are_is_offered_and_decided_once(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    screen, someone = entered(window), sender(window)
    screen.open(course[0].id)
    window.shows(lambda: LONG in words(screen.one))
    form = screen.one.who.whose
    with slow(window):
        form.ask(someone, "")
        form.ask(someone, "")
    answered(window)
    offered = [form.code.itemText(at) for at in range(form.code.count())]
    assert len(offered) == len(set(offered))
    form.code.setCurrentIndex(form.code.count() - 1)
    window.shows(form.decide.isEnabled)
    decided: list[object] = []
    form.decided.connect(decided.append)
    with slow(window):
        form.decide.click()
        assert not form.decide.isEnabled()
        assert not form.code.isEnabled()
        window.shows(lambda: reading(screen) == ["Putting it on record …"])
        form.decide.click()
    window.shows(lambda: "Set aside" in words(screen.one))
    answered(window)
    assert decided == [someone]


def test_nothing_is_typed_over_what_is_still_to_come(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    first, later = course
    screen = entered(window)
    with slow(window):
        screen.compose()
        window.shows(lambda: reading(screen) == ["Reading what was begun …"])
        assert not screen.new.title.isEnabled()
    window.shows(lambda: not reading(screen) and screen.new.title.hasFocus())
    screen.show_list()
    screen.open(first.id)
    screen.one.show_section(1)
    raters = screen.one.raters
    window.shows(raters.lines.isEnabled)
    raters.lines.setPlainText("Rae = attune1xyz")
    raters.keep()
    screen.open(later.id)
    with slow(window):
        screen.one.show_section(1)
        window.shows(lambda: "Reading what there is to rate …" in reading(screen))
        assert not raters.lines.isEnabled()
        assert raters.lines.toPlainText() == ""  # not that of the other
    window.shows(lambda: not reading(screen) and raters.lines.isEnabled())
    assert raters.lines.toPlainText() == ""
    screen.open(first.id)
    screen.one.show_section(1)
    window.shows(lambda: raters.lines.toPlainText() == "Rae = attune1xyz")


def test_scores_are_compared_with_what_came_before_and_with_nothing_that_did_not(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    first, later = course
    screen = entered(window)
    screen.open(later.id)
    with slow(window):
        screen.one.show_section(2)
        scores = screen.one.scores
        window.shows(lambda: "Reading what was rated …" in reading(screen))
    window.shows(lambda: scores.found)
    assert not reading(screen)
    assert scores.compared.currentText() == f"{LONG} (Institute), which it came after"
    window.shows(lambda: f"Compared with {LONG} (Institute)." in words(scores))
    assert f"the mean of {LONG} may differ from that on its own page" in words(scores)

    screen.open(first.id)
    screen.one.show_section(2)
    window.shows(lambda: scores.found)
    assert not scores.compared.isVisible()
    assert "Compared with" not in words(scores)
    assert "together" not in words(scores)
    fields = [one for one in scores.findChildren(Field) if one.isVisible()]
    assert fields[0].pos().x() == fields[0].pos().y() == 0  # what is hidden takes no room


def test_what_is_worked_out_can_be_stopped_and_asked_for_again(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    _first, later = course
    screen = entered(window)
    screen.open(later.id)
    screen.one.show_section(2)
    scores = screen.one.scores
    window.shows(lambda: scores.found)
    came: list[object] = []
    with slow(window):
        scores.names.setCurrentIndex(1)
        window.shows(lambda: "Working the figures out …" in reading(screen))
        (stop,) = (one for one in window.buttons_named("Stop") if one.isVisible())
        stop.click()
        assert not reading(screen)
        assert "Warmth" not in words(scores)  # they were those of codes
        assert scores.found is None
        assert not scores.report.isEnabled()
    assert window.window.desk is not None
    window.window.desk.runner.database(lambda _log: 1, came.append)
    window.shows(lambda: came)
    assert not reading(screen)  # nothing goes on unseen
    steps: list[int] = []
    (bar,) = scores._wait.findChildren(QProgressBar)
    bar.valueChanged.connect(steps.append)
    window.press("Return")  # on what was offered instead
    window.shows(lambda: scores.found)
    assert [one for one in steps if one > 0] == [1, 2]  # of three items; the last is the end
    window.shows(lambda: "Work the figures out" not in window.buttons())


def test_an_assignment_that_is_being_written_cannot_be_given_out_twice(
    course: tuple[Assignment, Assignment], window: Opened, tmp_path: Path
) -> None:
    screen = entered(window)
    screen.compose()
    new = screen.new
    window.shows(lambda: new.ready)
    new.title.setText("Third course")
    new.clients.turn(0)
    new.trainees.lines.setPlainText("T1")
    new.packs.setChecked(False)
    window.shows(lambda: "Everything is there." in words(new))
    blocked = tmp_path / "no folder"
    blocked.write_text("")
    new.write_to(blocked)
    window.shows(lambda: window.banner() and new.isEnabled())
    window.shows(new.write.hasFocus)
    with slow(window):
        new.write_to(tmp_path)
        window.shows(lambda: "Writing the file …" in reading(screen))
        new.write.click()
        assert not new.isEnabled()
    window.shows(lambda: "Third course" in words(screen.one))
    window.shows(lambda: len(screen.list.buttons) == 3)


def test_what_is_given_out_again_is_written_once_and_told_where_it_belongs(
    course: tuple[Assignment, Assignment], window: Opened, tmp_path: Path
) -> None:
    first, later = course
    screen = entered(window)
    screen.open(first.id)
    window.shows(lambda: LONG in words(screen.one))
    again = screen.one.who.again
    give = window.buttons_named("Give out again …")[0]
    give.click()
    blocked = tmp_path / "no folder"
    blocked.write_text("")
    again.write_to(blocked)
    window.shows(lambda: window.banner() and again.write.hasFocus())
    with slow(window):
        again.write_to(tmp_path)
        window.shows(lambda: reading(screen) == ["Writing the file …"])
        assert not again.write.isEnabled()
    window.shows(lambda: "Written: " in words(screen.one))
    assert not reading(screen)

    give.click()
    assert again.write.isEnabled()
    said: list[str] = []
    screen.one.said.connect(said.append)
    with slow(window):
        again.write_to(tmp_path)
        screen.open(later.id)
    window.shows(lambda: [one for one in said if one.startswith("Written: ")])
    window.shows(lambda: "Second course" in words(screen.one))
    assert "Written: " not in words(screen.one)


def test_what_was_set_aside_of_one_assignment_is_not_shown_under_another(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    first, later = course
    with closing(open_log(window.home.folder)) as log:
        whose.decide(log, whose.decision(senders(log)[0], whose.NOBODY))
    screen = entered(window)
    screen.open(first.id)
    window.shows(lambda: "Set aside" in words(screen.one))
    with slow(window):
        screen.open(later.id)
        assert "Set aside" not in words(screen.one)
    window.shows(lambda: "Set aside" in words(screen.one))


def test_what_is_typed_while_it_is_read_what_was_begun_stays(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    screen = entered(window)
    screen.compose()
    new = screen.new
    window.shows(lambda: new.ready and new.title.hasFocus())
    new.trainees.lines.setPlainText("T1")
    screen.show_list()
    answered(window)
    with slow(window):
        screen.compose()
        window.type("Third course")
        assert not reading(screen)  # what is shown is whole
    answered(window)
    assert new.title.text() == "Third course"
    screen.show_list()
    screen.compose()
    answered(window)
    assert new.title.text() == "Third course"


def test_the_focus_stays_where_somebody_took_it_while_it_was_read(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    screen = entered(window)
    screen.open(course[0].id)
    window.shows(lambda: LONG in words(screen.one))
    window.control("1")
    window.shows(lambda: window.screen() == "TodayScreen")
    with slow(window):
        window.control("6")
        window.shows(screen.one.isVisible)
        screen.one.who.search.setFocus()
        window.type("T")
    answered(window)
    window.type("3")
    assert screen.one.who.search.text() == "T3"


def test_what_is_pressed_before_it_is_read_is_done_then(
    course: tuple[Assignment, Assignment], window: Opened
) -> None:
    first, later = course
    QGuiApplication.clipboard().setText("of something else")
    screen = entered(window)
    said: list[str] = []
    with slow(window):
        screen.open(first.id)
        screen.one.said.connect(said.append)
        window.buttons_named("Give out again …")[0].click()
        screen.open(later.id)  # what was pressed was for the other
        screen.one.who.codes.click()
        assert said == []
    window.shows(lambda: said)
    assert "T1" in QGuiApplication.clipboard().text()
    assert screen.one.who.again.isHidden()
