"""A supervisor's hands in the Rate screen, for the tests of it."""

from collections.abc import Callable
from pathlib import Path

import soundfile
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from tests.gui.classroom import TRAINEES
from tests.gui.fakes import Opened
from trainer.app.paths import Home
from trainer.domain.response import Response
from trainer.domain.rounds import Comment, Round
from trainer.gui.screens.rate import RateScreen
from trainer.gui.screens.round import RoundScreen
from trainer.store import comments, ratings
from trainer.store import rounds as round_rows
from trainer.store.db import open_log

# What Qt says of a sound that is let go of while it is being opened, as when the next response is
# wanted at once: each of the 22 messages in 12 runs of the tests of rounds without this filter.
LET_GO = r"^Could not open media\. FFmpeg error description: Immediate exit requested$"
ALL = 7  # six responses of trainees, and one reference hidden among them
Open = Callable[[Home], Opened]
Begun = tuple[Opened, RoundScreen, Home]


def room(it: Opened) -> RateScreen:
    it.shows(lambda: it.screen() in ("TodayScreen", "RateScreen"))
    it.control("5")
    shown = it.window.shown()
    assert isinstance(shown, RateScreen)
    return shown


def begin(it: Opened) -> RoundScreen:
    """Rate what is in the log, by the key that is offered."""
    shown = room(it)
    it.shows(lambda: text_of_focus() == "Rate responses in this log")
    it.press("Return")
    return without_gate(it, shown)


def without_gate(it: Opened, shown: QWidget) -> RoundScreen:
    """Say that one rates although the gate is not passed."""
    it.shows(lambda: text_of_focus() == "Go to Calibration")
    assert "You have not taken the gate of Alliance skills" in words(shown)
    it.tab_to("Rate without the gate")
    it.press("Return")
    return at_round(it, shown)


def at_round(it: Opened, _from: QWidget) -> RoundScreen:
    it.shows(lambda: it.screen() == "RoundScreen" and round_screen(it).rating is not None)
    return round_screen(it)


def round_screen(it: Opened) -> RoundScreen:
    shown = it.window.shown()
    assert isinstance(shown, RoundScreen)
    return shown


def text_of_focus() -> str:
    focused = QApplication.focusWidget()
    return focused.text() if isinstance(focused, QAbstractButton) else ""


def locked(home: Home) -> list[list[float | None]]:
    """The newest round's ratings in its order, as they stand; [] for what has none."""
    log = open_log(home.folder, read_only=True)
    try:
        of = newest(log)
        found = []
        for place in of.places:
            every = ratings.standing(ratings.ratings_of(log, place.response_id))
            given = [list(r.scores.values()) for r in every if r.round_id == of.id]
            found.append(given[0] if given else [])
        return found
    finally:
        log.close()


def newest(log: object) -> Round:
    from trainer.store.db import Log
    from trainer.store.people import people

    assert isinstance(log, Log)
    every = [one for p in people(log) for one in round_rows.rounds_of(log, p.id)]
    return max(every, key=lambda one: one.began_at)


def said(home: Home) -> list[Comment]:
    """Every comment in the log that stands, by its moment."""
    from trainer.domain.rounds import standing

    log = open_log(home.folder, read_only=True)
    try:
        of = newest(log)
        return [
            one
            for place in of.places
            for one in standing(comments.comments_of(log, place.response_id))
        ]
    finally:
        log.close()


def plays(screen: RoundScreen) -> bool:
    return screen.page.hear.duet.playing


def recordings_by_name(school: tuple[Home, tuple[Response, ...]], tmp_path: Path) -> Path:
    """A folder of sounds whose names tell whose they are and when."""
    home, given = school
    folder = tmp_path / "Zebulon Quick and others, March 2025"
    for number, one in enumerate(given):
        place = folder / TRAINEES[number // 2]
        place.mkdir(parents=True, exist_ok=True)
        name = f"{one.vignette.vignette} {TRAINEES[number // 2]} 2025-03-1{number}.wav"
        soundfile.write(place / name, *soundfile.read(home.recordings / one.recording.file))
    return folder


def words(root: QWidget | None) -> str:
    assert root is not None
    shown = [w for w in root.findChildren(QLabel) if w.isVisible()]
    return "\n".join(w.text() for w in shown)
