"""Program: composed by keys, written, answered elsewhere, taken in, told in a table."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from tests.app.travelled import Program, Rater, Trainee
from tests.gui.fakes import Opened, drop
from trainer.app import assign
from trainer.app.assign import Ask
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.gui.screens.program import ProgramScreen

CODES = [f"T{number}" for number in range(1, 31)]


def entered(window: Opened) -> ProgramScreen:
    window.control("6")
    window.shows(lambda: window.screen() == "ProgramScreen")
    shown = window.window.shown()
    assert isinstance(shown, ProgramScreen)
    window.shows(shown.list.new.hasFocus)
    return shown


def words(place: QWidget) -> str:
    return "\n".join(one.text() for one in place.findChildren(QLabel) if one.isVisible())


def cells(table: QWidget, column: int) -> list[str]:
    model = table.model()  # type: ignore[attr-defined]  # a table's
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def line_is_seen(screen: ProgramScreen) -> bool:
    """Whether the line that is typed in is inside the part of the page that is shown."""
    lines, port = screen.new.trainees.lines, screen.new.viewport()
    at = lines.viewport().mapTo(port, lines.cursorRect().bottomLeft())
    return lines.hasFocus() and 0 < at.y() < port.height()


def given_out(home: Home, out: Path, *clients: str) -> str:
    """An assignment of two clients to thirty codes, one of them with a name; its id."""
    form = list(clients or ("anna-late", "ben-rain"))
    ask = Ask(
        title="Autumn course", program="Institute", forms={"A": form},
        codes=CODES, rubric="alliance-skills", consent_text="May we listen?",
    )  # fmt: skip
    with Program(home).log() as log:
        made = assign.compose(log, load_library(pack_folders(home)), ask)
        assign.give_out(log, made, out, {"T2": "Anna Berg"})
    return made.id


def answered(folder: Path, out: Path, code: str, count: int, post: Path) -> Path:
    one = Trainee(Home(folder))
    asked = one.begin(out, code)
    one.answer(asked, count)
    return one.submit(asked, post).path


def test_from_an_empty_page_to_a_file_and_what_is_typed_next_is_kept(
    home_of_mk: Home, open_at: Callable[[Home], Opened], tmp_path: Path
) -> None:
    Settings(home_of_mk.settings_file).set("place", str(tmp_path))
    window = open_at(home_of_mk)
    screen = entered(window)
    assert "A class without a server" in words(screen.list)
    window.press("Return")
    window.shows(lambda: screen.new.ready)
    window.type("Autumn course")
    window.press("Tab")
    window.type("Institute")
    screen.new.write.click()  # goes to what is missing and says so
    assert "Clients: still to be given." in words(screen.new)
    assert screen.new.clients.table.hasFocus()

    window.press("A")
    assert screen.new.clients.forms == (("dana-parking",),)
    window.press("Down", "A", "Up", "A")
    assert screen.new.clients.forms == (("eli-bike-racks",),)
    screen.new.clients.count.setCurrentIndex(1)
    window.shows(lambda: "Form B has no clients yet." in words(screen.new))
    window.tab_to("Propose forms that are alike")
    window.press("Return")
    window.shows(lambda: all(len(form) == 4 for form in screen.new.clients.forms))
    assert "Each form has 4 clients." in words(screen.new)

    boxes = screen.new.terms._boxes
    boxes["attempts"].setCurrentIndex(3)
    assert screen.new.draft().attempts == 3
    boxes["mode"].setCurrentIndex(boxes["mode"].findData("test"))
    assert not boxes["attempts"].isEnabled()
    assert screen.new.draft().attempts == 0
    window.tab_to("Due (may stay empty)")
    window.type("Christmas")
    assert "Write a day such as 2026-12-24" in words(screen.new)
    assert "Still needed: trainees. To be put right: the due date." in words(screen.new)
    window.tab_to("Go there")
    window.press("Return")
    assert screen.new.terms.due.hasFocus()
    screen.new.terms.due.setText("2100-12-24")
    window.window.resize(1120, 500)
    window.tab_to("One a line")
    window.shows(lambda: line_is_seen(screen))
    window.type("T1\rT2 Anna Berg\rT1\r")
    window.shows(lambda: line_is_seen(screen))  # the page follows what is typed
    said = words(screen.new)
    assert "Line 2: 'T2 Anna Berg' is no code; a comma parts a code from a name: T2, Anna" in said
    assert "Line 3: the code T1 was there in line 1." in said
    screen.new.trainees.lines.clear()
    window.type("T1\rT2, Anna Berg")
    assert "2 trainees, 1 of them by name." in words(screen.new)
    assert "Everything is there." in words(screen.new)
    assert "go to Institute in a file that only they can open" in screen.new.consent.text()

    assert "It rests on short, which your trainees may not have" in words(screen.new)
    window.tab_to("Put it into the shared place")
    window.press("Return")  # its clips are no good ones
    window.shows(lambda: "The pack short has problems" in window.banner())
    window.shows(screen.new.post.hasFocus)
    window.window.banner.dismiss()
    window.tab_to("Put your own packs inside")
    window.press("Space")
    screen.new.post.click()
    window.shows(lambda: "In the shared place: Autumn course.attune" in words(screen.one))
    window.shows(lambda: cells(screen.one.who.table, 0) == ["T1", "T2"])
    assert "Trainees: 2. All given: 0, a part: 0, nothing yet: 2." in words(screen.one)
    assert "Institute · test · due 24 Dec 2100" in words(screen.one)
    assert b"Berg" not in (tmp_path / "Autumn course.attune").read_bytes()
    window.press("Escape")
    window.shows(lambda: "Who has given what, raters and scores" in window.buttons())
    assert "New assignment" in window.buttons()  # nothing is left of the draft

    screen.list.new.setFocus()
    window.press("Return")
    window.shows(lambda: screen.new.title.hasFocus() and not screen.new.title.text())
    window.type("Half a title")
    screen.new.clients.turn(0)
    screen.new.consent.words.setPlainText("My own words")
    window.shut()
    window.close()

    again = open_at(home_of_mk)
    screen = entered(again)
    again.shows(lambda: "Go on with the new assignment" in again.buttons())
    again.press("Return")
    again.shows(lambda: screen.new.ready)
    assert screen.new.title.text() == "Half a title"
    assert screen.new.clients.forms == (("dana-parking",),)
    assert screen.new.consent.text() == "My own words"
    screen.new._drop()
    again.shows(lambda: screen.new.title.text() == "")
    again.press("Escape")
    again.shows(lambda: "New assignment" in again.buttons())


def test_files_are_taken_in_and_told_and_who_misses_something_is_found(
    window: Opened, home_of_mk: Home, tmp_path: Path
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    given_out(home_of_mk, out)
    answered(tmp_path / "one", out, "T1", 2, post)
    answered(tmp_path / "two", out, "T2", 1, post)
    (post / "letter.attune").write_bytes(b"no bundle")
    screen = entered(window)
    window.shows(lambda: "Who has given what, raters and scores" in window.buttons())
    window.tab_to("Autumn course: Who has given what, raters and scores")
    window.press("Return")
    window.shows(lambda: screen.one.who.model.rowCount() == 30)

    bad = tmp_path / "bad"
    bad.mkdir()
    for number in range(30):
        (bad / f"{number:02}.attune").write_bytes(b"no bundle")
    shutil.copyfile(next(post.glob("*T1.attune")), bad / "00.attune")
    desk = window.window.desk
    assert desk is not None
    end = desk.bus.subscribe(lambda _changes, _by: window.press("Escape"))  # at the first file
    drop(window, bad)
    window.shows(lambda: screen.arrived.model.rowCount() > 0)
    assert "Not looked at, since it was stopped: 29." in words(screen.arrived)
    assert screen.arrived.model.rowCount() == 1
    assert not window.banner()
    end()

    letter = tmp_path / "letter.txt"
    letter.write_text("no Attune file")
    assert not drop(window, letter)
    drop(window, post, letter)  # with others it is told
    window.shows(lambda: "Refused: 2." in words(screen.arrived))
    # The one that came just before is told as well.
    assert "Taken in: 2. Here before: 1. Refused: 2." in words(screen.arrived)
    states = ["refused", "refused", "taken in", "taken in", "here before"]
    assert cells(screen.arrived.table, 1) == states
    assert "damaged, or not an Attune file" in words(screen.arrived)
    window.tab_to("Copy this table")
    window.press("Return")
    assert "T2, Autumn course\t1 response, 1 of them new" in QGuiApplication.clipboard().text()
    window.press("Escape")
    window.shows(lambda: cells(screen.one.who.table, 2)[:3] == ["2 of 2", "1 of 2", "0 of 2"])

    screen.one.who.only.setCurrentIndex(screen.one.who.only.findData("missing"))
    assert len(cells(screen.one.who.table, 0)) == 29
    assert "T2, form A" in words(screen.one.who.trainee)
    window.tab_to("Copy a message for those missing")
    window.press("Return")
    told = QGuiApplication.clipboard().text()
    assert "T2: 1 of 2" in told
    assert "T1" not in told.splitlines()
    assert "Berg" not in words(screen.one) + told
    window.tab_to("Copy who has which code")
    window.press("Return")
    assert QGuiApplication.clipboard().text().splitlines()[1] == "T2\tA"
    window.tab_to("Show names")
    window.press("Space")
    assert cells(screen.one.who.table, 0)[0] == "T2 · Anna Berg"
    screen.one.who.trainee.name.setFocus()
    window.type("e")
    window.press("Return")
    window.shows(lambda: cells(screen.one.who.table, 0)[0] == "T2 · Anna Berge")

    window.tab_to("Give out again …")
    window.press("Return")
    window.type("2100-01-01")
    again = screen.one.who.again
    again.packs.setChecked(False)
    again.write_to(post)
    window.shows(lambda: "due 1 Jan 2100" in words(screen.one))
    assert (post / "Autumn course due 2100-01-01.attune").is_file()
    assert window.buttons().count("Copy who has which code") == 1  # beside the file
    (tmp_path / "nothing").mkdir()
    drop(window, post / "letter.attune")
    window.shows(lambda: "Refused: 1." in words(screen.arrived))
    assert cells(screen.arrived.table, 1) == ["refused"]  # the others were read
    drop(window, tmp_path / "nothing")
    window.shows(lambda: "There is no Attune file there." in words(screen.arrived))
    assert cells(screen.arrived.table, 1) == ["refused"]
    window.press("Escape")
    window.shows(screen.one.who.table.hasFocus)
    assert "Written" not in words(screen.one)
    assert window.buttons().count("Copy who has which code") == 1
    window.window.settings.set("place", str(tmp_path))
    window.tab_to("Give out again …")
    window.press("Return")
    window.type("2101-01-01")
    again.packs.setChecked(False)
    again.post.click()
    window.shows(lambda: "due 1 Jan 2101" in words(screen.one))
    assert "In the shared place: Autumn course due 2101-01-01.attune" in words(screen.one)
    assert (tmp_path / "Autumn course due 2101-01-01.attune").is_file()


def test_raters_get_files_theirs_come_in_and_the_scores_are_told_reported_and_exported(
    window: Opened, home_of_mk: Home, tmp_path: Path
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    asked = given_out(home_of_mk, out, "marcus-nodding", "jonas-eel")
    for code in ("T1", "T2"):
        Program(home_of_mk).receive(answered(tmp_path / code, out, code, 2, post))
    rater = Rater(Home(tmp_path / "rater"), name="Rae")
    screen = entered(window)
    screen.open(asked)
    window.shows(lambda: screen.one.who.roster)
    window.tab_to("Raters")
    window.press("Return")
    raters = screen.one.raters
    window.shows(lambda: "Responses that can be rated: 4; given to nobody yet: 4" in words(raters))
    window.tab_to("Raters, one a line: name = address")
    window.type("Rae = attune1xyz")
    assert "Line 1: This is no rater's address" in words(raters)
    assert not raters.write.isEnabled()
    raters.lines.setPlainText(f"Rae = {rater.named().address}")
    assert "1 rater is named; each response goes to 2." in words(raters)
    raters.each.setCurrentIndex(0)
    shared = tmp_path / "shared"
    window.window.settings.set("place", str(shared))
    raters.read()
    window.tab_to("Put raters' files into the shared place")
    window.press("Return")
    window.shows(lambda: "There is no folder" in window.banner())
    window.shows(raters.post.hasFocus)  # nobody was given anything: it can be pressed again
    shared.mkdir()
    window.press("Return")
    window.shows(lambda: "In the shared place: Rae: 4 responses." in words(raters))
    window.shows(lambda: "0 of 4" in words(raters))
    raters.write_to(post)
    window.shows(lambda: "Nothing is new: every response is with its raters" in words(raters))

    (share,) = shared.glob("Institute share *.attune")
    begun = rater.begin(share)
    share_id = rater.take(share)
    rater.rate(begun, rater.codes(share_id)[:3])
    drop(window, rater.send(share_id, post))
    window.shows(lambda: not screen.arrived.busy)
    assert cells(screen.arrived.table, 1) == ["taken in"]
    assert cells(screen.arrived.table, 0) == ["Rae"]
    titles = screen.arrived.table.horizontalHeader()
    title = titles.fontMetrics().horizontalAdvance("Whose")
    assert screen.arrived.table.columnWidth(0) > title  # wider than what stands in it
    window.press("Escape")
    window.shows(lambda: "3 of 4" in words(raters))
    told = "Ask them to take it (in their Attune under Rate, Calibration) and to send again."
    assert told in words(raters)  # the gate, of which their file says nothing
    back = raters.back
    window.shows(lambda: "Responses that are rated: 3, of 2 trainees." in words(back))
    window.tab_to("Send results back …")
    back.write_to(post)
    window.shows(lambda: f"Written into {post}, for T1, T2." in words(back))
    assert (post / "Institute results T2.attune").is_file()
    window.tab_to("Copy a message for trainees")
    window.press("Return")
    assert "Autumn course (Institute): raters have" in QGuiApplication.clipboard().text()
    back.write_to(post)
    window.shows(lambda: "No file for T1, T2: they have been sent everything" in words(back))
    scores = screen.one.scores
    window.tab_to("Scores")
    window.press("Return")
    window.shows(
        lambda: "3 of 4 responses are rated: 1 rater, 3 responses, 3 ratings." in words(scores)
    )
    window.shows(lambda: scores.found)
    mean = "Mean: 3.00 (0.75 to 5.25); 2 trainees, 1 of them on a part of their clients only, 1"
    window.shows(lambda: f"{mean} rater" in words(scores))
    window.tab_to("Write the report (HTML and PDF)")
    window.press("Return")
    window.shows(lambda: "The report is in" in window.window.banner.text())
    assert list(home_of_mk.reports.glob("attune-cohort-*.pdf"))
    scores.use.setCurrentIndex(1)
    scores.export_to(post)
    window.shows(lambda: "4 responses of 2 trainees" in words(scores))
    rater.rate(begun, rater.codes(share_id)[3:])
    drop(window, rater.send(share_id, post))
    window.shows(lambda: not screen.arrived.busy)
    window.press("Escape")
    screen.one.show_section(1)
    window.shows(lambda: "4 of 4" in words(raters))
    window.tab_to("Put results into the shared place")
    window.press("Return")
    window.shows(lambda: "In the shared place, for T" in words(back))
    (_,) = shared.glob("Institute results T? * 2.attune")
    window.tab_to("Copy a message for trainees")
    window.press("Return")
    assert "'Look into the shared place'" in QGuiApplication.clipboard().text()
    screen.show_list()
    window.control("1")
    again = entered(window)
    again.open(asked)
    again.one.show_section(1)
    window.shows(lambda: raters.lines.toPlainText().startswith("Rae = attune1"))
