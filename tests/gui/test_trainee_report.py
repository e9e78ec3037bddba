"""The feedback report in the window: edited by keys, kept at every one, written as it stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.app import locked
from tests.gui.fakes import Opened, opened
from tests.gui.practised import catch_up
from tests.gui.raters import Raters, settled
from tests.gui.test_lock import unlock
from tests.gui.test_pdf import read
from trainer.app.paths import Home
from trainer.app.trainee_material import read_material
from trainer.app.trainee_report import Draft, draft_of
from trainer.app.trainee_words import STRONGEST, TO_WORK_ON, TYPICAL
from trainer.domain.rounds import SEEN_OTHERS
from trainer.gui.screens.trainee_report import TraineeReportScreen
from trainer.gui.screens.trainee_report_page import SheetPage
from trainer.gui.widgets.cards import Tick
from trainer.store import comments, people

HOSTILE = "<b>no</b> & {{ 1 }} אבג"
GIVEN: tuple[tuple[tuple[float | None, ...], tuple[float | None, ...]], ...] = (
    ((4, 2, 3), (5, 2, 3)),
    ((3, 1, 3), (4, 2, 2)),
    ((4, 2, None), (4, 1, None)),
    ((5, 2, 4), (5, 3, 4)),
)


@pytest.fixture
def raters(tmp_path: Path) -> Iterator[Raters]:
    made = settled(Home(tmp_path / "data"), names=("Tim", "Una"), clients=4, seconds=1.0)
    catch_up(made.log)
    yield made
    made.log.close()


@pytest.fixture
def rated(raters: Raters) -> Raters:
    for response, (mine, hers) in zip(raters.given[raters.trainees[0].id], GIVEN, strict=True):
        raters.both(response, mine, hers)
    raters.say(raters.ada, raters.given[raters.trainees[0].id][3], 16.2, "so quiet", "validates")
    return raters


def go(it: Opened) -> TraineeReportScreen:
    it.window.go("trainee-report")
    screen = it.window.shown()
    assert isinstance(screen, TraineeReportScreen)
    return screen


def page_of(it: Opened, screen: TraineeReportScreen) -> SheetPage:
    it.shows(lambda: screen.page is not None and screen.write.isEnabled())
    assert screen.page is not None
    return screen.page


def kept(raters: Raters) -> Draft:
    material = read_material(
        raters.log, raters.home, raters.library, raters.trainees[0].id, raters.me.id
    )
    return draft_of(raters.log, material)


def reports(raters: Raters) -> list[Path]:
    return sorted(raters.home.reports.glob("*.pdf"))


def test_it_is_edited_and_written_by_keys(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, rated.home, monkeypatch) as it:
        screen = go(it)
        page = page_of(it, screen)
        it.tab_to("Opening")
        it.control("End")
        it.press("Return", "Return")
        it.type("1 thing: you wait.")
        it.tab_to("One thing to practise")
        it.control("A")
        it.type("Breathe out first.")
        page.closing.words.say(HOSTILE)
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        it.shows(lambda: reports(rated))
        it.shows(lambda: "The report is in" in it.banner())
    (paper,) = reports(rated)
    document, pages = read(paper)
    assert document.pageCount() == 2
    assert all(len(text) > 200 for text in pages)
    whole = " ".join(pages)
    assert "1 thing: you wait." in whole
    assert "Breathe out first." in whole
    assert "<b>no</b> & {{ 1 }}" in whole
    assert "0:14 You say that what the client feels makes sense. “so quiet”" in whole
    assert "Say what you did in one sentence" not in whole
    html = paper.with_suffix(".html").read_text("utf-8")
    assert "&lt;b&gt;no&lt;/b&gt; &amp; {{ 1 }} אבג" in html


def test_out_of_a_locked_folder_it_goes_where_the_person_says(
    rated: Raters, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated.log.close()
    home = locked.lock(rated.home)
    assert home.key is not None
    out = tmp_path / "outside"
    out.mkdir()

    def save_to(it: Opened, folder: Path) -> None:
        screen.write.click()
        asked = it.window.findChildren(QFileDialog)[-1]
        assert "It is not locked there" in asked.windowTitle()
        asked.selectFile(str(folder))
        asked.accept()

    with opened(qtbot, Home(home.folder), monkeypatch) as it:
        unlock(it, home.key.secret)
        it.shows(lambda: it.screen() == "TodayScreen")
        screen = go(it)
        page_of(it, screen).opening.words.say("Only between the two of us.")
        save_to(it, home.folder)
        it.shows(lambda: "lies in the locked data folder" in it.banner())
        save_to(it, out)
        it.shows(lambda: "whoever has the file can read it" in it.banner())
    html, pdf = sorted(out.iterdir())
    assert (html.suffix, pdf.suffix) == (".html", ".pdf")
    assert "Only between the two of us." in html.read_text("utf-8")
    inside = [path for path in home.folder.rglob("*") if path.is_file()]
    assert not any(b"between the two" in path.read_bytes() for path in inside)
    assert not home.reports.exists()


def test_words_for_pages_are_written_whole(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "\n\n".join(f"Paragraph {number}. " + "You stay with it. " * 40 for number in range(25))
    with opened(qtbot, rated.home, monkeypatch) as it:
        screen = go(it)
        page = page_of(it, screen)
        page.opening.words.say(long)
        it.shows(lambda: kept(rated).opening == long)
        screen.write.click()
        it.shows(lambda: reports(rated))
    document, pages = read(reports(rated)[0])
    assert document.pageCount() >= 5
    assert all(len(text) > 200 for text in pages)
    whole = " ".join(pages)
    assert [number for number in range(25) if f"Paragraph {number}." not in whole] == []


def test_a_killed_window_loses_nothing_typed(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor whose report it was that was being written: Abe is the first in the list."""
    people.rename(rated.log, rated.trainees[1].id, "Abe")
    rated.both(rated.given[rated.trainees[1].id][0], (2, 2, 2), (3, 3, 3))
    with opened(qtbot, rated.home, monkeypatch) as it:
        screen = go(it)
        assert "Abe" in page_of(it, screen).opening.text()
        screen.trainee.setCurrentIndex(1)
        screen.trainee.activated.emit(1)
        it.shows(lambda: screen.page is not None and "Tim" in screen.page.opening.text())
        page = page_of(it, screen)
        card = page.answers[TO_WORK_ON]
        card.block.words.setFocus()
        it.control("A")
        it.type("Half a sentence and th")
        one = page.sheet.response(TO_WORK_ON)
        assert one is not None
        # in the log before anything is closed, as a kill would leave it
        it.shows(lambda: kept(rated).texts == {one.response_id: "Half a sentence and th"})
    with opened(qtbot, rated.home, monkeypatch) as it:
        page = page_of(it, go(it))
        assert page.answers[TO_WORK_ON].block.text() == "Half a sentence and th"
        assert page.answers[TYPICAL].block.text() == page.sheet.suggested_text(TYPICAL)


def test_every_edit_can_be_undone_and_a_comment_left_out(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, rated.home, monkeypatch) as it:
        page = page_of(it, go(it))
        block, suggested = page.opening, page.opening.text()
        # whoever wrote a report has seen what others gave: a correction is not blind
        seen = comments.marked_by(rated.log, rated.me.id, SEEN_OTHERS)
        assert seen == {one.id for one in rated.given[rated.trainees[0].id]}
        assert not block.again.isEnabled()
        block.words.setFocus()
        it.control("A")
        it.type("Mine")
        it.shows(lambda: kept(rated).opening == "Mine")
        block.again.click()
        assert block.text() == suggested
        it.shows(lambda: kept(rated).opening is None)
        block.words.setFocus()
        it.control("Z")
        assert block.text() == "Mine"
        it.shows(lambda: kept(rated).opening == "Mine")
        (tick,) = page.findChildren(Tick)
        assert tick.accessibleName() == (
            "0:14  You say that what the client feels makes sense. so quiet"
        )
        tick.setFocus()
        it.press("Space")
        it.shows(lambda: len(kept(rated).left_out) == 1)
        it.press("Space")
        it.shows(lambda: kept(rated).left_out == ())


def test_another_answer_brings_its_own_words_and_two_change_places(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, rated.home, monkeypatch) as it:
        page = page_of(it, go(it))
        strongest, typical = page.answers[STRONGEST], page.answers[TYPICAL]
        strongest.block.words.setFocus()
        it.control("A")
        it.type("Of the first")
        first, other = strongest.which.currentData(), typical.which.currentData()
        strongest.which.setCurrentIndex(strongest.which.findData(other))
        strongest.which.activated.emit(strongest.which.currentIndex())
        assert typical.which.currentData() == first
        assert typical.block.text() == "Of the first"
        assert "Of the first" not in strongest.block.text()
        it.shows(lambda: kept(rated).chosen == {STRONGEST: other, TYPICAL: first})
        strongest.which.setCurrentIndex(0)
        strongest.which.activated.emit(0)
        assert not strongest.block.words.isEnabled()
        it.shows(lambda: kept(rated).chosen[STRONGEST] == "")


def test_an_empty_room_says_what_to_do(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "Nobody's answers have been rated yet." in said(screen))
        assert not screen.trainee.isVisible()
        it.tab_to("Go to Rate")
        it.press("Return")
        it.shows(lambda: it.screen() == "RateScreen")


def test_whoever_has_still_to_rate_sees_no_rating(
    raters: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for response in raters.given[raters.trainees[0].id]:
        raters.rate(raters.ada, response, 1, 5, 1)
    with opened(qtbot, raters.home, monkeypatch) as it:
        screen = go(it)
        it.shows(lambda: "set out to rate 4 of these responses" in said(screen))
        assert screen.page is None
        assert not screen.write.isEnabled()
        assert "5" not in said(screen)


def test_the_next_trainee_has_a_report_of_their_own(
    rated: Raters, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated.both(rated.given[rated.trainees[1].id][0], (2, 2, 2), (3, 3, 3))
    with opened(qtbot, rated.home, monkeypatch) as it:
        screen = go(it)
        page = page_of(it, screen)
        page.opening.words.say("For Tim")
        it.shows(lambda: kept(rated).opening == "For Tim")
        screen.trainee.setCurrentIndex(1)
        screen.trainee.activated.emit(1)
        it.shows(lambda: screen.page is not page and screen.write.isEnabled())
        assert screen.page is not None
        assert "Una" in screen.page.opening.text()
        assert "For Tim" not in screen.page.opening.text()


def said(screen: TraineeReportScreen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(QLabel) if one.isVisible())
