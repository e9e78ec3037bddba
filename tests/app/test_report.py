"""Reports from a real log and the bundled pack: read, named and written, or told why not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from tests.app.rated import by_other
from tests.gui.practised import Practised, begin, measured
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.report import (
    file_stem,
    make_report,
    read_report,
    response_report,
    write_report,
)
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.rating import CALIBRATION, CONSENSUS, REFERENCE, SELF, SUPERVISOR
from trainer.domain.response import Response, SessionEnd
from trainer.exchange.report import render_html
from trainer.store import sessions


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library(pack_folders(Home(tmp_path_factory.mktemp("none"))))


@pytest.fixture
def practised(tmp_path: Path, library: Library) -> Iterator[Practised]:
    made = begin(tmp_path / "Übung Таня", library, "M. <K> & Co")
    yield made
    made.log.close()


def rated(by: Practised, *scores: float | None) -> Response:
    response = by.respond(by.library.find_vignette("dana-parking"), seconds=12)
    by.rate(response, by.library.rubric("alliance-skills"), *(scores or (3, 2, None)))
    return response


def fake_pdf(html: str, path: Path) -> None:
    path.write_text(html, encoding="utf-8")


def test_both_files_are_written_from_a_log_that_is_only_read(
    practised: Practised, tmp_path: Path
) -> None:
    response = rated(practised)
    practised.measure(response, measured(12))
    practised.note(response, "Wait.", True, 0)
    end = SessionEnd(response.session_id, "right", "The detail first.", local_now())
    sessions.end_session(practised.log, end)
    before = practised.log.path.read_bytes()
    files = response_report(practised.home, response.id, tmp_path / "out" / "new", fake_pdf)
    assert practised.log.path.read_bytes() == before
    assert list(files) == ["html", "pdf", "sound"]
    assert {f.name for f in (tmp_path / "out" / "new").iterdir()} == {
        f.name for f in files.values()
    }
    for file in (files["html"], files["pdf"]):
        said = file.read_text("utf-8")
        assert "M. &lt;K&gt; &amp; Co" in said
        assert "begins" in said
        assert "The detail first." in said
        assert response.recording.sha256[:12] in said
        assert "Synthetic voice: for practice, not equivalent to filmed clients." in said


def test_it_holds_what_the_window_shows(practised: Practised, library: Library) -> None:
    response = rated(practised)
    practised.measure(response, measured(12))
    report = make_report(practised.log, library, practised.home, response.id)
    assert report.turn is not None
    assert report.waves.client is not None
    assert report.waves.response is not None
    assert report.waves.aligned
    clip_s = report.waves.client.duration_s
    assert report.waves.onset_s == pytest.approx(clip_s - 2.0 + 3.6)
    assert report.suggestion is not None
    assert report.suggestion.item == "repair"
    assert report.ratings[0].rater == "M. <K> & Co"
    assert report.earlier["latency_s"] == 0


def test_a_vignette_that_is_gone_and_a_lost_recording_still_make_a_report(
    practised: Practised, tmp_path: Path
) -> None:
    response = rated(practised)
    (practised.home.recordings / response.recording.file).unlink()
    report = make_report(practised.log, Library((), ()), practised.home, response.id)
    assert report.vignette is None
    assert report.ratings[0].rubric is None
    assert report.waves.response is None
    assert report.waves.problems
    page = write_report(report, tmp_path, fake_pdf)["html"]
    assert page.name.startswith("attune-dana-parking-")
    assert "no longer in the library" in page.read_text("utf-8")


def test_a_response_that_is_not_rated_shows_nothing_yet(
    practised: Practised, tmp_path: Path
) -> None:
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=5)
    with pytest.raises(KnownError, match="not rated yet"):
        response_report(practised.home, response.id, tmp_path / "out", fake_pdf)
    assert not (tmp_path / "out").exists()
    by_other(practised.log, response, practised.library.rubric("alliance-skills"), "a", 1, 1, 1)
    with pytest.raises(KnownError, match="not rated yet"):
        response_report(practised.home, response.id, tmp_path / "out", fake_pdf)
    assert not (tmp_path / "out").exists()


def test_neither_training_nor_a_reference_nor_what_is_outdated_is_printed(
    practised: Practised,
) -> None:
    response, log = rated(practised), practised.log
    scale = practised.library.rubric("alliance-skills")
    a, b = (by_other(log, response, scale, rater, 3, 2, None) for rater in ("a", "b"))
    for role in (CALIBRATION, REFERENCE):
        by_other(log, response, scale, role, 1, 1, 1, role=role)
    by_other(log, response, scale, "panel", 3, 2, None, of=(a, b))

    def roles() -> list[str]:
        report = read_report(log, practised.library, response.id)
        assert "3 raters rated this response." in render_html(report, for_print=True)
        return [one.rating.role for one in report.ratings]

    assert roles() == [SELF, SUPERVISOR, SUPERVISOR, CONSENSUS]
    by_other(log, response, scale, "a", 2, 2, None, supersedes=a)
    assert roles() == [SELF, SUPERVISOR, SUPERVISOR]


def test_no_such_response(practised: Practised, tmp_path: Path) -> None:
    with pytest.raises(KnownError):
        response_report(practised.home, "nothing", tmp_path, fake_pdf)


def test_a_second_report_does_not_replace_the_first(practised: Practised, tmp_path: Path) -> None:
    response = rated(practised)
    first = response_report(practised.home, response.id, tmp_path / "o", fake_pdf)
    second = response_report(practised.home, response.id, tmp_path / "o", fake_pdf)
    assert second["html"].stem == f"{first['html'].stem}-2" == second["pdf"].stem
    assert len(list((tmp_path / "o").iterdir())) == 6


def test_page_and_paper_or_neither(practised: Practised, tmp_path: Path) -> None:
    def failing(_html: str, path: Path) -> None:
        raise KnownError(f"The PDF can't be written ({path})")

    with pytest.raises(KnownError, match="PDF"):
        response_report(practised.home, rated(practised).id, tmp_path / "o", failing)
    assert list((tmp_path / "o").iterdir()) == []


def test_a_file_in_the_way_is_told(practised: Practised, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(KnownError, match="can't be written") as told:
        response_report(practised.home, rated(practised).id, blocked / "o", fake_pdf)
    assert told.value.hint


NAMES = {
    "Dana": "dana",
    "../../etc/passwd": "etc-passwd",
    'a<b>:"c|d?*\\': "a-b-c-d",
    "Мария Иванова": "мария-иванова",
    "मरियम": "मरियम",
    "💀": "client",
    " . ": "client",
    "\u202eevil": "evil",
}


def test_a_name_becomes_a_safe_name_of_a_file(practised: Practised, library: Library) -> None:
    response = rated(practised)
    report = make_report(practised.log, library, practised.home, response.id)
    vignette = report.vignette
    assert vignette is not None

    def stem(name: str) -> str:
        client = replace(vignette.client, name=name)
        return file_stem(replace(report, vignette=replace(vignette, client=client)))

    ends = f"-{response.started_at.date()}-attempt1"
    assert {name: stem(name) for name in NAMES} == {
        name: f"attune-{kept}{ends}" for name, kept in NAMES.items()
    }
    assert len(stem("Ж" * 500).encode()) < 150  # so that it fits a file system


def test_another_thread_may_write_it(
    practised: Practised, library: Library, tmp_path: Path
) -> None:
    report = make_report(practised.log, library, practised.home, rated(practised).id)
    thread = Thread(target=write_report, args=(report, tmp_path / "o", fake_pdf))
    thread.start()
    thread.join()
    assert [f.suffix for f in sorted((tmp_path / "o").iterdir())] == [".html", ".pdf"]
