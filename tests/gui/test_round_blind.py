"""What a rater sees tells neither whose a response is, nor when, nor what others think of it."""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QWidget,
)

from tests.gui.classroom import TRAINEES, classroom
from tests.gui.fakes import Opened
from tests.gui.rounds_walked import (
    ALL,
    LET_GO,
    Open,
    begin,
    plays,
    recordings_by_name,
    room,
    without_gate,
    words,
)
from tests.store import made
from trainer.app.paths import Home
from trainer.domain.ids import new_id
from trainer.domain.rating import SELF, SUPERVISOR
from trainer.domain.response import Response
from trainer.domain.rounds import Comment
from trainer.gui.screens.round import RoundScreen
from trainer.store import comments, ratings
from trainer.store.db import open_log

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)
# Shown as 4.37, 4.4, 1.63 or 1.6; in whole no time of a rating that is kept is like them by chance.
OTHERS = (4.3712906, 1.6289404)


# ------------------------------------------------------------ blind


def everything(root: QWidget) -> str:
    """Every word that a window shows, says to a screen reader, or would show as a tooltip."""
    found = [root.windowTitle()]
    for one in (root, *root.findChildren(QWidget)):
        found += [one.toolTip(), one.statusTip(), one.whatsThis(), one.objectName()]
        found += [one.accessibleName(), one.accessibleDescription(), one.windowFilePath()]
        interface = QAccessible.queryAccessibleInterface(one)
        if interface is not None:
            found += [interface.text(kind) for kind in QAccessible.Text if kind.value < 6]
        if isinstance(one, QLabel | QLineEdit | QAbstractButton):
            found.append(one.text())
        if isinstance(one, QLineEdit):
            found.append(one.placeholderText())
        if isinstance(one, QComboBox):
            found += [one.itemText(index) for index in range(one.count())]
        if isinstance(one, QAbstractItemView) and (model := one.model()) is not None:
            columns = 1 if isinstance(one, QListView) else model.columnCount()
            found += [
                str(model.index(row, column).data(role))
                for row in range(model.rowCount())
                for column in range(columns)
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            ]
    return "\n".join(text for text in found if text)


def telling(school: tuple[Home, tuple[Response, ...]]) -> set[str]:
    """What would tell whose a response is, when it was given, or what others think of it."""
    home, given = school
    found = {part for name in TRAINEES for part in (name, *name.split())}
    for one in given:
        found |= {one.id, one.person_id, one.session_id, one.recording.id, one.recording.sha256}
        found |= {Path(one.recording.file).name, Path(one.recording.file).stem}
        found |= dates(one.started_at)  # the round itself was begun today, as the files were made
    found |= {"4.37", "4.4", "1.63", "1.6", home.folder.name, "2025"}
    found |= {"first-references"}  # nor which one is known
    return found


def dates(at: datetime) -> set[str]:
    forms = ("%Y-%m-%d", "%d %b %Y", "%-d %b", "%B", "%d.%m.", "%H:%M")
    return {at.strftime(form) for form in forms} | {at.astimezone().strftime(f) for f in forms}


def judged(school: tuple[Home, tuple[Response, ...]]) -> None:
    """Others' judgements of every response, by scores that nothing else could show."""
    home, given = school
    log = open_log(home.folder)
    try:
        for one in given:
            for rater, role, score in (("a", SELF, OTHERS[0]), ("b", SUPERVISOR, OTHERS[1])):
                scores = dict.fromkeys(("warmth", "repair", "metacommunication"), score)
                given_one = replace(made.rating(one.id, rater, role=role), scores=scores)
                ratings.add_rating(log, given_one)
            text = "Wilhelmina, as ever"
            comments.add_comment(log, Comment(new_id(), one.id, "b", 0.5, text, "", made.EVENING))
    finally:
        log.close()


def rate_all(it: Opened, screen: RoundScreen) -> str:
    """Go through a round as a rater does, reading everything on the way."""
    read = []
    assert screen.rating is not None
    while not screen.rating.done:
        it.shows(lambda: plays(screen) or "cannot be heard" in words(screen))
        read.append(everything(it.window))
        it.press("C", "T")
        it.type("hm")
        it.press("Return", "M", "A", "O", "4", "3")
        read.append(everything(it.window))
        it.press("2")
        number = screen.rating.blind.number
        it.press("PageUp" if number > 1 else "PageDown")
        read.append(everything(it.window))
        it.press("PageDown" if number > 1 else "PageUp")
        if screen.rating.heard:
            it.press("Return")
        else:  # nothing locks what nobody heard; it is left out
            it.press("Return")
            assert (screen.rating.blind.number, screen.rating.work.rated) == (number, False)
            it.press("PageDown")
    it.shows(lambda: "are rated and locked" in words(screen))
    read.append(everything(it.window))
    it.press("Escape")
    it.shows(lambda: f"of {ALL} rated" in words(it.window.shown()))
    read.append(everything(it.window))
    return "\n".join(read)


def check_blind(read: str, school: tuple[Home, tuple[Response, ...]]) -> None:
    assert "Dana" in read  # the client is known: it is what was answered
    assert [secret for secret in sorted(telling(school)) if secret in read] == []


def test_nothing_on_the_screen_tells_whose_when_or_what_others_think(
    open_at: Open, school: tuple[Home, tuple[Response, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    judged(school)
    home, _ = school
    with caplog.at_level(logging.DEBUG):
        it = open_at(home)
        screen = begin(it)
        read = rate_all(it, screen)
    check_blind(read, school)
    check_logs(home, caplog, school)


def test_names_of_files_and_folders_are_not_shown_either_nor_in_what_goes_wrong(
    open_at: Open,
    school: tuple[Home, tuple[Response, ...]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = recordings_by_name(school, tmp_path)
    broken = sorted(folder.rglob("*.wav"))
    broken[0].write_bytes(b"no sound at all")
    home, _ = classroom(tmp_path / "the rater's own", trainees=())
    with caplog.at_level(logging.DEBUG):
        it = open_at(home)
        shown = room(it)
        shown.new.rate_folder(folder)
        screen = without_gate(it, shown)
        read = rate_all(it, screen)
    assert "This response cannot be heard" in read
    check_blind(read, school)
    check_logs(home, caplog, school)


def check_logs(
    home: Home, caplog: pytest.LogCaptureFixture, school: tuple[Home, tuple[Response, ...]]
) -> None:
    diary = "".join(path.read_text("utf-8") for path in home.folder.glob("*.log*"))
    told = "\n".join([*(record.getMessage() for record in caplog.records), diary])
    names = {part for name in TRAINEES for part in (name, *name.split())}
    assert [name for name in sorted(names) if name in told] == []
