"""A rater's walk with a share: taken in, rated blind in the Rate room, and sent back as a file."""

import logging
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import imageio_ffmpeg
import pytest
from PySide6.QtWidgets import QApplication

from tests.app.travelled import Program, Rater, ask
from tests.gui.classroom import CLIENTS, TRAINEES, classroom
from tests.gui.fakes import Opened
from tests.gui.rounds_walked import LET_GO, Open, plays, room, text_of_focus, without_gate, words
from tests.gui.test_round_blind import OTHERS, check_blind, check_logs, everything, judged
from tests.store import made
from trainer.app import assign, share
from trainer.app.keys import identities
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Response
from trainer.domain.submission import Submission
from trainer.exchange.bundle import open_bundle
from trainer.gui.arrivals import Arrivals
from trainer.gui.screens.settings import SettingsScreen
from trainer.store import assignments, ratings, videos
from trainer.store import shares as rows
from trainer.store.db import open_log

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)

School = tuple[Home, tuple[Response, ...]]
CODE = "SECRET-QZ1"
OCCASIONS = ("Erstmals", "Danach")


def sent_in(school: School) -> Program:
    """The class as a program to which a trainee sent one answer on each of two occasions."""
    home, given = school
    program = Program(home)
    library = load_library(pack_folders(home))
    with program.log() as log:
        for one, occasion in zip(given, OCCASIONS, strict=True):
            asked = assign.compose(log, library, ask(
                title=f"The {occasion} course", occasion=occasion, codes=[CODE],
                forms={"A": list(CLIENTS)},
            ))  # fmt: skip
            assign.give_out(log, asked, home.folder / f"{occasion}.attune")
            sent = Submission(
                new_id(), asked.id, CODE, one.person_id, "key", False, local_now(), (one.id,)
            )
            assignments.add_submission(log, sent)
    return program


def shared(program: Program, rater: Rater, out: Path) -> Path:
    out.mkdir()
    due = datetime(2031, 5, 6, 21, tzinfo=UTC)
    with program.log() as log:
        ids = tuple(one["id"] for one in assignments.assignments(log, mine=True))
        asked = share.Ask(ids, (rater.named(),), 1, 0.0, due)
        library = load_library(pack_folders(program.home))
        (done,) = share.give_out(program.home, log, library, asked, out).value
    assert done.filmless == 0
    return done.path


def marked_film(path: Path) -> None:
    """A film that says in itself whose it is and when it was made."""
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-f", "lavfi", "-i",
         "testsrc=size=64x48:rate=25:duration=1.5", "-c:v", "mpeg4",
         "-metadata", f"title={TRAINEES[0]}", "-metadata", "creation_time=2025-03-14T19:30:00Z",
         "-f", "matroska", "-y", str(path)],
        check=True,
    )  # fmt: skip


def filmed(school: School) -> None:
    """Each response has such a film."""
    home, given = school
    log = open_log(home.folder)
    try:
        for one in given:
            marked_film(videos.film_path(home.folder, one.id))
            made.filmed(log, one)
    finally:
        log.close()


def secrets(school: School) -> set[str]:
    """What may be nowhere at the rater's: not on the screen, in a file, or in a file's name."""
    home, given = school
    found = {CODE, *OCCASIONS, *map(str, OTHERS), home.folder.name, "2025-03-14", "course"}
    found |= {part for name in TRAINEES for part in (name, *name.split())}
    for one in given:
        found |= {one.id, one.person_id, one.session_id, one.recording.id, one.recording.file}
        found |= {f"{one.started_at:%Y-%m-%d}"}
    log = open_log(home.folder)
    try:
        return found | {one["id"] for one in assignments.assignments(log, mine=True)}
    finally:
        log.close()


def all_that_lies_there(rater: Rater, path: Path) -> str:
    """Every byte of the data folder and of the share, the log and names of files among them."""
    with rater.log() as log:
        text = [*log.db.iterdump(), path.name]
        with open_bundle(path, "share", identities(log)) as found:
            text += [repr(found.manifest.facts), repr(found.manifest.members)]
            dates = {info.date_time for info in found._archive.infolist()}
            assert dates == {(1980, 1, 1, 0, 0, 0)}
    for one in sorted(rater.home.folder.rglob("*")):
        text.append(one.relative_to(rater.home.folder).as_posix())
        if one.is_file() and one.suffix not in (".db-wal", ".db-shm"):
            text.append(one.read_bytes().decode("latin-1"))
    return "\n".join(text)


def rate(it: Opened, screen: object) -> str:
    """Go through the round, reading everything on the way."""
    read, films = [], 0
    assert screen.rating is not None
    while not screen.rating.done:
        it.shows(lambda: plays(screen))
        read.append(everything(it.window))
        films += screen.rating.candidate.film is not None
        it.press("T")
        it.type("hm")
        it.press("Return", "M", "A", "4", "3", "2")
        read.append(everything(it.window))
        it.press("Return")
    assert films == 2  # all but the known one
    it.shows(lambda: "are rated and locked" in words(screen))
    read.append(everything(it.window))
    it.press("Escape")
    return "\n".join(read)


def test_a_share_is_rated_blind_and_sent_back(
    open_at: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    school = classroom(tmp_path / "a class, ü", 2.0, TRAINEES[:1])
    judged(school)
    filmed(school)
    program = sent_in(school)
    home, _ = classroom(tmp_path / "rater", trainees=())
    rater = Rater(home, Settings(home.settings_file).text("person"), name="Rae")
    path = shared(program, rater, tmp_path / "post")
    with caplog.at_level(logging.DEBUG):
        it = open_at(home)
        shown = room(it)
        Arrivals.of(it.window).take_in([path])
        it.shows(lambda: "2 responses from Institute Übung, by 6 May 2031" in words(shown))
        read = everything(it.window)
        it.shows(lambda: text_of_focus() == "Begin rating")
        it.press("Return")
        read += rate(it, without_gate(it, shown))
        it.shows(lambda: "3 of 3 rated" in words(it.window.shown()))  # a known one is hidden in it
        read += everything(it.window)
        # Two ratings; a comment and a mark on each.
        it.shows(lambda: it.buttons_named("Send ratings (6 new) …"))
        assert it.buttons_named("Send ratings (6 new) …")[0].property("primary")
        read += everything(it.window)
        (one,) = shown._shares.values()
        shown.shares.send_to(one, tmp_path / "post")
        it.shows(lambda: "ratings of 2 of 2 responses" in it.window.banner.text())
        it.shows(lambda: "Send ratings (0 new) …" in everything(it.window))
        it.window.settings.set("place", str(tmp_path / "post"))
        shown.shares.send_to(one, None)
        it.shows(lambda: "Ratings of 2 of 2 responses are in the" in it.window.banner.text())
        it.shows(lambda: "Send ratings (0 new)\n" in everything(it.window))
        assert len(list((tmp_path / "post").glob("Institute Übung ratings*.attune"))) == 2
    check_blind(read, school)
    check_logs(home, caplog, school)
    lying = read + all_that_lies_there(rater, path)
    assert [secret for secret in sorted(secrets(school)) if secret in lying] == []

    sent = next(p for p in (tmp_path / "post").iterdir() if "ratings" in p.name)
    done = program.receive(sent)
    assert (done.added, done.said.startswith("ratings by Rae on 2 of 2")) == (2, True)
    with program.log() as log:
        (progress,) = share.progress(log)
        assert (progress.outstanding, progress.gate) == (0, None)
        (share_row,) = rows.shares(log, mine=True)
        response_ids = rows.codes_of(log, share_row.id).values()
        for response_id in response_ids:
            (given,) = [
                one
                for one in ratings.ratings_of(log, response_id)
                if one.rater_id == progress.rater_id
            ]
            assert list(given.scores.values()) == [4.0, 3.0, 2.0]


def test_the_address_is_shown_with_what_it_is_for_and_copied(window: Opened) -> None:
    window.window.go("settings")
    shown = window.window.shown()
    assert isinstance(shown, SettingsScreen)
    window.shows(lambda: shown.address.text.text().startswith("attune1"))
    shown.address.copy.click()
    copied = QApplication.clipboard().text()
    assert copied == shown.address.text.text().replace(" ", "")
    assert "nobody else can open it" in words(shown.address)
