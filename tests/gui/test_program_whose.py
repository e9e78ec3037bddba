"""Program: whose a file is that came under another's code, said where it is told and taken back."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.travelled import Trainee, library
from tests.gui.fakes import Opened, drop
from tests.gui.test_program import cells, entered, given_out, words
from trainer.app.arrivals import Arrived
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.whose import OTHER_KEY, InDoubt
from trainer.app.work import InlineRunner
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.screens.program_arrived import ArrivedPage, Column
from trainer.store.db import open_log

FULL = KnownError("The disk is full", "Make room.")


def sent(folder: Path, out: Path, code: str, post: Path) -> tuple[Trainee, Path]:
    """A trainee's answer to the first of two clients, in a file."""
    one = Trainee(Home(folder))
    asked = one.begin(out, code)
    one.answer(asked, 1)
    return one, one.submit(asked, post / f"{folder.name}.attune").path


def test_what_was_taken_in_since_is_told_once(qtbot: QtBot, home_of_mk: Home) -> None:
    """What is decided of one file may be what another one waited for."""
    settings = Settings(home_of_mk.settings_file)
    with closing(open_log(home_of_mk.folder)) as log:
        page = ArrivedPage(Desk(home_of_mk, settings, Bus(), InlineRunner(log, Bus()), library()))
        qtbot.addWidget(page)
        about = {"signed_by": "k", "code": "T2", "known_as": "", "assignment_id": "a"}
        doubts = [
            InDoubt("Of another key", "", why=OTHER_KEY, person_id=who, holds=frozenset(), **about)
            for who in ("ben", "carla")
        ]
        waiting = [Arrived(Path(f"{one.person_id}.attune"), None, one) for one in doubts]
        page.tell(waiting, 0)
        assert cells(page.table, 1) == ["refused", "refused"]
        page.whose.decided.emit(doubts[0])
        page.tell([Arrived(one.path, None, None, found=True) for one in waiting], 0)
        assert cells(page.table, 1) == []  # neither is for this computer, and neither is refused
        page.tell(waiting, 0)
        page.whose.decided.emit(doubts[0])
        page.tell([Arrived(Path("ben.attune"), None, None, found=True)], 0)
        assert cells(page.table, 1) == ["refused"]


@pytest.mark.parametrize(("width", "percent"), [(880, 100), (1040, 200), (640, 200)])
def test_whose_a_file_is_and_its_state_are_seen_first(
    qtbot: QtBot, home_of_mk: Home, width: int, percent: int
) -> None:
    """In what a window of 1120, of 1120 with large text, and of the least size leaves of it."""
    settings, app = Settings(home_of_mk.settings_file), QApplication.instance()
    assert isinstance(app, QApplication)
    doubt = InDoubt(
        "Of another key", "", why=OTHER_KEY, person_id="p", holds=frozenset(), signed_by="k",
        code="T2", known_as="", assignment_id="a",
    )  # fmt: skip
    file = Path("Submissions of the course in autumn, as they came by post 2026-11-26 T2.attune")
    theme.apply(app, "light", percent)
    try:
        with closing(open_log(home_of_mk.folder)) as log:
            runner = InlineRunner(log, Bus())
            page = ArrivedPage(Desk(home_of_mk, settings, Bus(), runner, library()))
            qtbot.addWidget(page)
            page.resize(width, 700)
            page.show()
            page.tell([Arrived(file, None, doubt), Arrived(Path("b"), None, FULL)], 0)
            table = page.table
            assert [cells(table, 0)[0], cells(table, 1)[0]] == ["T2, says the file", "refused"]
            assert not any(map(table.isColumnHidden, (Column.WHOSE, Column.STATE)))
            metrics = table.fontMetrics()
            assert table.columnWidth(1) > metrics.horizontalAdvance("here before")
            assert 2 * 0.9 * table.columnWidth(0) > metrics.horizontalAdvance("T2, says the file")
            shown = [one for one in Column if not table.isColumnHidden(one)]
            right = table.columnViewportPosition(shown[-1]) + table.columnWidth(shown[-1])
            assert right == table.viewport().width()
            told = table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
            assert told == f"{file}: T2, says the file; refused. Of another key."
            assert table.model().index(1, 0).data() == "–"
    finally:
        theme.apply(app, "light", 100)


def test_a_file_under_anothers_code_waits_until_it_is_said_whose_it_is(
    window: Opened, home_of_mk: Home, tmp_path: Path
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    given_out(home_of_mk, out)
    _, first = sent(tmp_path / "anna", out, "T2", post)
    laptop, second = sent(tmp_path / "ben", out, "T2", post)
    with laptop.log() as log:
        key = own_fingerprint(log, laptop.person_id)
    screen = entered(window)
    window.shows(lambda: "Who has given what, raters and scores" in window.buttons())
    drop(window, first)
    window.shows(lambda: "Taken in: 1." in words(screen.arrived))
    window.control("1")
    window.shows(lambda: window.screen() == "TodayScreen")
    drop(window, second)
    window.shows(lambda: "another key than before" in window.banner())
    window.press("F6")
    window.tab_to("Say whose it is …")
    window.press("Return")
    window.shows(lambda: "Refused: 1." in words(screen.arrived))
    assert "attune cohort" not in words(screen.arrived)  # there is a button for it
    form = screen.arrived.whose
    window.tab_to("Say whose it is …")
    window.press("Return")
    window.shows(form.code.hasFocus)
    assert f"Its key is {key}" in words(form)
    assert not form.decide.isEnabled()
    shown = [form.code.itemText(at) for at in range(2)]
    assert shown == ["T2 · Anna Berg – it stands in the file", "T1"]
    form.code.setCurrentIndex(form.code.findData("T2"))  # who has a new computer
    window.shows(lambda: "signed with another key so far" in words(form))
    assert not form.decide.isEnabled()
    assert key in form.same_key.accessibleName()
    assert "I asked T2 · Anna Berg by another way" in form.same_key.accessibleName()
    form.code.setCurrentIndex(form.code.findData("T7"))  # who mistyped it
    window.shows(lambda: "1 response to Autumn course is T7's." in words(form))
    assert not form.same_key.isVisible()
    window.tab_to("Decide it")
    window.press("Return")
    window.shows(lambda: "Taken in: 1." in words(screen.arrived))
    assert "1 response came as T2 and is T7's, as you decided" in words(screen.arrived)

    window.press("Escape")
    window.shows(lambda: "Who has given what, raters and scores" in window.buttons())
    window.tab_to("Autumn course: Who has given what, raters and scores")
    window.press("Return")
    who = screen.one.who
    window.shows(lambda: cells(who.table, 2)[1:7:5] == ["1 of 2", "1 of 2"])
    who.table.setCurrentIndex(who.model.index(6, 0))
    assert cells(who.table, 5)[6] == "1 response came as T2 and is T7's, as you decided"
    sideways = Qt.Orientation.Horizontal
    assert who.model.headerData(5, sideways) == "Notes"  # nobody has to look at it any more
    assert "To be looked at" not in words(who)
    told = f"1 response sent as T2, key {key}; T7's as decided on "
    assert told in words(who.trainee)
    button = next(b for b in window.buttons() if b == "Whose are they …")
    assert button
    who.trainee.doubted.emit(who.roster.of("T7")[0])
    window.shows(who.whose.code.hasFocus)
    who.whose.code.setCurrentIndex(who.whose.code.findData("T2"))
    both = "Both have answered the same clients: Autumn course: Anna"
    window.shows(lambda: both in words(who.whose).splitlines())
    for tick in (who.whose.both, who.whose.same_key):
        assert not who.whose.decide.isEnabled()
        tick.click()
    assert who.whose.decide.isEnabled()
    who.whose.code.setCurrentIndex(who.whose.code.findData(""))
    window.shows(lambda: "is nobody's" in words(who.whose))
    who.whose.decide.click()
    window.shows(lambda: "Set aside" in words(screen.one))
    assert cells(who.table, 2)[1:7:5] == ["1 of 2", "0 of 2"]
    assert f"1 response sent as T2, key {key}; nobody's as decided on " in words(screen.one)
    assert "on record" in window.banner()


def test_what_waits_for_a_decision_is_found_where_the_assignment_is(
    window: Opened, home_of_mk: Home, tmp_path: Path
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    given_out(home_of_mk, out)
    files = [sent(tmp_path / name, out, "T2", post)[1] for name in ("anna", "ben")]
    window.shows(lambda: window.screen() == "TodayScreen")
    for file in files:
        drop(window, file)
        told = "T2: 1 response" if file is files[0] else "another key than before"
        window.shows(lambda told=told: told in window.banner())
    assert window.banner() == (
        "This submission for T2 was signed with another key than before: ben.attune. Nothing of "
        "the file is kept until you say whose it is."
    )  # the rest stands where it is said
    screen = entered(window)
    assert "another key than before" in window.banner()  # it is not solved yet
    window.press("F6", "Escape")
    window.shows(lambda: "Who has given what, raters and scores" in window.buttons())
    waits = "Waiting for you to say whose it is, and not taken in: ben.attune"
    window.tab_to("Autumn course: Who has given what, raters and scores")
    window.press("Return")
    window.shows(lambda: waits in words(screen.one))
    for _ in range(2):  # also when it was left again
        window.tab_to("Say whose it is …")
        window.press("Return")
        window.shows(lambda: "Refused: 1. Waiting for you to" in words(screen.arrived))
        window.press("Escape")
        window.shows(lambda: waits in words(screen.one))
    window.tab_to("Say whose it is …")
    window.press("Return")
    form = screen.arrived.whose
    window.tab_to("Say whose it is …")
    window.press("Return")
    window.shows(form.code.hasFocus)
    form.code.setCurrentIndex(form.code.findData("T7"))
    window.shows(form.decide.isEnabled)
    form.decide.click()
    window.shows(lambda: "Taken in: 1." in words(screen.arrived))
    window.press("Escape")
    window.shows(lambda: cells(screen.one.who.table, 2)[6:7] == ["1 of 2"])
    assert "Waiting" not in words(screen.one)
