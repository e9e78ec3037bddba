"""Paper: pages with text that can be read back, in Attune's own font, on disk or not at all."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import QSize
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised, begin, measured
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.report import make_report, response_report
from trainer.domain.errors import KnownError
from trainer.exchange.report import ResponseReport, render_html
from trainer.gui.pdf import write_pdf

ROOT = Path(__file__).parent.parent.parent
A4 = (595.0, 842.0)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library(pack_folders(Home(tmp_path_factory.mktemp("none"))))


@pytest.fixture
def practised(tmp_path: Path, library: Library) -> Iterator[Practised]:
    made = begin(tmp_path / "Übung Таня", library, "Björk & <Söhne>")
    yield made
    made.log.close()


def reported(by: Practised, rubric: str = "alliance-skills", seconds: float = 20) -> str:
    """The id of a response with all that belongs to it."""
    wording = by.library.rubric(rubric)
    response = by.respond(by.library.find_vignette("dana-parking"), seconds=seconds)
    scores = [None if item.not_applicable else 3.0 for item in wording.items]
    by.rate(response, wording, *scores)
    by.measure(response, measured(seconds))
    by.note(response, "Wait after the question.", True, 1)
    return response.id


def report(by: Practised, rubric: str = "alliance-skills") -> ResponseReport:
    return make_report(by.log, by.library, by.home, reported(by, rubric))


def read(path: Path) -> tuple[QPdfDocument, list[str]]:
    """The document and the words of each page, single spaces between them."""
    document = QPdfDocument()
    assert document.load(str(path)) is QPdfDocument.Error.None_
    pages = [document.getAllText(page).text() for page in range(document.pageCount())]
    return document, [" ".join(page.split()) for page in pages]


def test_a_report_becomes_pages_with_text(
    qtbot: QtBot, practised: Practised, tmp_path: Path
) -> None:
    files = response_report(practised.home, reported(practised), tmp_path / "o", write_pdf)
    document, pages = read(files["pdf"])
    assert 2 <= len(pages) <= 3
    for number, page in enumerate(pages, start=1):
        assert f"{number} of {len(pages)}" in page
        size = document.pagePointSize(number - 1)
        assert (round(size.width()), round(size.height())) == A4
    said = " ".join(pages)
    # Not the shapes that look the same and are copied as other letters
    for words in (
        "Dana: Is there a form?", "Björk & <Söhne>", "Own rating", "N/A",
        "Wait after the question.",
        "Synthetic voice: for practice, not equivalent to filmed clients.", "client ends",
        "begins 1.6 ± 0.1 s after the client ends",
        "minutes:seconds from where the client ends", "A weak answer",
        "A strong answer", "Loudness",
        "21:37 (UTC+00:00)", "0:10",
        "Shown, never scored", "not a norm-referenced assessment", "SHA-256",
        "Alliance skills, version 2",
    ):  # fmt: skip
        assert words in said
    title = document.metaData(QPdfDocument.MetaDataField.Title)
    assert title == "Dana: Is there a form? – Björk & <Söhne>"


def test_it_is_set_in_the_bundled_font(qtbot: QtBot, practised: Practised, tmp_path: Path) -> None:
    write_pdf(render_html(report(practised), for_print=True), tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    assert b"AttuneInter-Regular" in data
    assert b"AttuneInter-SemiBold" in data


def test_there_is_ink_on_the_picture_and_none_on_the_margins(
    qtbot: QtBot, practised: Practised, tmp_path: Path
) -> None:
    write_pdf(render_html(report(practised), for_print=True), tmp_path / "a.pdf")
    document, _ = read(tmp_path / "a.pdf")
    image = document.render(0, QSize(420, 594))  # two pixels a millimetre
    colours = {image.pixelColor(x, y).name() for x in range(0, 420, 2) for y in range(150, 330)}
    assert {"#2b6a6e", "#8a5a3c"} <= colours
    for y in range(0, 594, 3):
        assert image.pixelColor(20, y).alpha() == 0 or image.pixelColor(20, y).name() == "#ffffff"
        assert image.pixelColor(400, y).alpha() == 0 or image.pixelColor(400, y).name() == "#ffffff"


def test_no_heading_stands_alone_at_the_foot(
    qtbot: QtBot, practised: Practised, tmp_path: Path
) -> None:
    write_pdf(
        render_html(report(practised, "facilitative-eight"), for_print=True), tmp_path / "a.pdf"
    )
    _, pages = read(tmp_path / "a.pdf")
    for page in pages:
        body = page.rsplit("Dana: Is there a form?", 1)[0].strip()
        assert not body.endswith(
            ("time line", "Own rating", "to change", "The moment", "asked for", "strong answer",
             "was measured", "be trusted", "rests on")
        )  # fmt: skip


def test_no_page_holds_a_few_lines_alone_and_no_paragraph_is_torn(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Whatever the length of what stands before: with 25 to 46 paragraphs, page 2 begins anew."""
    for count in range(25, 47, 3):
        body = "".join(
            f"<p>Begins {n}. {'You stay with it. ' * 12}Ends {n}.</p>" for n in range(count)
        )
        facts = "".join(f"<p>Fact {n}</p>" for n in range(5))
        page = f"<h2>Heard</h2>{body}<h2>Trusted</h2><p>Short.</p><h2>Rests on</h2>{facts}"
        write_pdf(page, tmp_path / "a.pdf")
        _, pages = read(tmp_path / "a.pdf")
        assert len(pages) in (1, 2, 3), count
        assert len(pages) == 1 or len(pages[-1].split()) > 40 or "Trusted" in pages[-1], count
        for text in pages:
            assert all(f"Ends {n}." in text for n in range(count) if f"Begins {n}." in text), count


def test_a_heading_goes_with_its_paragraph_to_the_next_page(qtbot: QtBot, tmp_path: Path) -> None:
    """Its section is too long to be kept whole, and the paragraph's first line would fit."""
    style = (ROOT / "trainer/exchange/templates/style_print.css").read_text("utf-8")
    rows = "".join(f"<tr><td>Row {n}</td></tr>" for n in range(60))
    long = f"<h2>Clients</h2><p>{'Which were harder. ' * 20}</p><table>{rows}</table>"
    for count in (32, 33, 34):
        body = "".join(f"<p>Line {n}</p>" for n in range(count))
        write_pdf(f"<style>{style}</style>{body}{long}<h2>Next</h2><p>.</p>", tmp_path / "a.pdf")
        together = [text for text in read(tmp_path / "a.pdf")[1] if "Clients" in text]
        assert [text.count("Which were harder.") for text in together] == [20], count


def test_no_row_is_torn_and_a_head_stands_on_each_page(qtbot: QtBot, tmp_path: Path) -> None:
    """Rows of one to six lines over several pages; a small table, and a picture, stay whole."""
    style = (ROOT / "trainer/exchange/templates/style_print.css").read_text("utf-8")
    rows = "".join(
        f"<tr><td class='row'>Begins {n}.</td><td class='row'>{'Some words more. ' * (n % 6 * 4)}"
        f"Ends {n}.</td></tr>" for n in range(50)
    )  # fmt: skip
    head = "<thead><tr><td class='head' width='20%'>Column</td><td class='head'>.</td></tr></thead>"
    small = "".join(f"<tr><td>Small {n}</td></tr>" for n in range(6))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200"/>'
    data = base64.b64encode(svg.encode()).decode()
    picture = f'<p><img src="data:image/svg+xml;base64,{data}"></p><p>Caption.</p>'
    body = "".join(f"<p>Line {n}</p>" for n in range(33))
    write_pdf(
        f"<style>{style}</style>{body}<table>{small}</table><h2>Pictured</h2><p>Words.</p>"
        f"{picture}<h2>Rows</h2><table width='100%' cellpadding='3'>{head}{rows}</table>",
        tmp_path / "a.pdf",
    )
    pages = read(tmp_path / "a.pdf")[1]
    assert len(pages) > 3
    for text in pages:
        assert all((f"Begins {n}." in text) == (f"Ends {n}." in text) for n in range(50))
        assert ("Column" in text) == ("Begins" in text)
        assert text.count("Small") in (0, 6)
        assert ("Pictured" in text) == ("Caption." in text)
    told = " ".join(pages)
    assert all(told.count(f"Ends {n}.") == 1 for n in range(50))


@pytest.mark.parametrize("name", ["<i>&amp;", "مريم", "👩🏽‍🚀", "W" * 400, ""])
def test_any_name_can_be_printed(
    qtbot: QtBot, practised: Practised, tmp_path: Path, name: str
) -> None:
    found = report(practised)
    assert found.vignette is not None
    client = replace(found.vignette.client, name=name)
    odd = replace(found, person=name, vignette=replace(found.vignette, client=client, title=name))
    write_pdf(render_html(odd, for_print=True), tmp_path / "a.pdf")
    document, pages = read(tmp_path / "a.pdf")
    assert len(pages) in (2, 3, 4, 5)
    assert "Own rating" in " ".join(pages)
    if name.startswith("<"):
        assert name in pages[0]
    image = document.render(0, QSize(420, 594))
    edge = {image.pixelColor(395, y).name() for y in range(594) if image.pixelColor(395, y).alpha()}
    assert edge <= {"#ffffff"}  # long words wrap


def test_a_foreign_picture_is_not_fetched(qtbot: QtBot, tmp_path: Path) -> None:
    write_pdf('<p>before</p><img src="file:///etc/passwd"><p>after</p>', tmp_path / "a.pdf")
    assert "after" in read(tmp_path / "a.pdf")[1][0]


def test_a_worker_may_write_it(qtbot: QtBot, practised: Practised, tmp_path: Path) -> None:
    html = render_html(report(practised), for_print=True)
    thread = Thread(target=write_pdf, args=(html, tmp_path / "a.pdf"))
    thread.start()
    thread.join()
    assert read(tmp_path / "a.pdf")[1]


def test_a_place_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="can't be written"):
        write_pdf("<p>x</p>", tmp_path / "none" / "a.pdf")
    (tmp_path / "dir.pdf").mkdir()
    with pytest.raises(KnownError, match="can't be written"):
        write_pdf("<p>x</p>", tmp_path / "dir.pdf")
    assert [p.name for p in tmp_path.iterdir()] == ["dir.pdf"]


def test_it_needs_no_window_and_no_screen(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY")}
    code = (
        "import sys; from pathlib import Path; from trainer.gui.pdf import write_pdf;"
        "write_pdf('<h2>Alone</h2><p>on paper</p>', Path(sys.argv[1]))"
    )
    target = tmp_path / "a.pdf"
    run = subprocess.run(
        [sys.executable, "-c", code, str(target)], cwd=ROOT, env=environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert target.read_bytes().startswith(b"%PDF")
