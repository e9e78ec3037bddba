"""The real window with a fake loudspeaker and microphone, worked by keys alone."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.app.fakes import FakePlayer, FakeRecorder
from tests.journeys.short_pack import make_pack
from trainer.app import today
from trainer.app.paths import Home, bundled
from trainer.app.practice import NOT_BEFORE_S, Practice, State
from trainer.app.settings import Settings
from trainer.app.today import single
from trainer.domain.response import Response
from trainer.gui import theme
from trainer.gui.application import open_window
from trainer.gui.main_window import MainWindow, MakeCamera
from trainer.gui.screens.stage import StageScreen
from trainer.store import notes, people, ratings, responses, sessions
from trainer.store.db import open_log

WAIT_MS = 30_000  # a passphrase takes a second of a core, and others test beside


class StagePlayer(FakePlayer):
    """A loudspeaker as the stage makes it."""

    made: "list[StagePlayer]" = []  # noqa: RUF012 - emptied by the fixture that opens windows

    def __init__(self, _device: str | None = None, parent: object = None) -> None:
        super().__init__(time.monotonic)
        self.made.append(self)

    def set_video_sink(self, _sink: object) -> None:
        """No film is shown."""


class _Strays(QObject):
    """Notes what is shown as a window of its own, as a part is that is shown without a parent.

    A person sees it flash, and the keys go there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = Qt.WindowType
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and not isinstance(watched, MainWindow)
            and watched.windowType() in (kinds.Window, kinds.Widget)
            and watched.isWindow()
        ):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()!r}")
        return False


class Opened:
    """A window on a data folder, and a person's hands on its keyboard."""

    def __init__(self, qtbot: QtBot, home: Home, make_camera: MakeCamera | None = None) -> None:
        self.qtbot, self.home = qtbot, home
        self.recorder = FakeRecorder(time.monotonic)
        self.window, self.close = open_window(
            home, Settings(home.settings_file), lambda: self.recorder, make_camera
        )
        self.shows(lambda: self.window.shown() is not None or self.banner())

    # Looking

    def shows(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def banner(self) -> str:
        """The sentence above the screens; what is wrong with the bundled pack is tests/bank's."""
        text = self.window.banner.text()
        return "" if str(bundled("scenarios")) in text else text

    def screen(self) -> str:
        return type(self.window.shown()).__name__

    @property
    def stage(self) -> StageScreen:
        shown = self.window.shown()
        assert isinstance(shown, StageScreen), f"{self.screen()} is shown"
        return shown

    @property
    def practice(self) -> Practice:
        return self.stage.practice

    @property
    def player(self) -> StagePlayer:
        return StagePlayer.made[-1]

    def buttons(self) -> list[str]:
        """What can be pressed on the shown screen."""
        shown = self.window.shown()
        assert shown is not None
        return [b.text() for b in shown.findChildren(QPushButton) if b.isVisible()]

    def buttons_named(self, text: str) -> list[QPushButton]:
        shown = self.window.shown()
        found = shown.findChildren(QPushButton) if shown else []
        return [button for button in found if button.text() == text]

    # Pressing

    def press(self, *keys: str) -> None:
        """Press keys where the focus is: single characters, or names such as Return."""
        for key in keys:
            focused = QApplication.focusWidget()
            target = self.window if focused is None else focused
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{key}"))

    def type(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        QTest.keyClicks(focused, text)

    def tab_to(self, name: str) -> QWidget:
        """Go to a control by Tab alone."""
        for _ in range(120):
            focused = QApplication.focusWidget()
            if focused is not None and name in (focused.accessibleName(), _text(focused)):
                return focused
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name!r}")

    def tab_to_line(self) -> QLineEdit:
        """Go to the next line one can write in, by Tab alone."""
        for _ in range(120):
            focused = QApplication.focusWidget()
            if isinstance(focused, QLineEdit):
                return focused
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
        raise AssertionError("Tab leads to no line to write in")

    def control(self, key: str) -> None:
        """Press a key together with Ctrl."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)

    # On the way

    def meet(self, vignette_id: str = "anna-late") -> None:
        """Sit down with one client of the library."""
        desk = self.window.desk
        assert desk is not None
        vignette = desk.library.find_vignette(vignette_id)
        rubric = desk.library.rubric(desk.settings.text("rubric"))
        person = desk.settings.text("person")
        desk.runner.database(
            lambda log: single(log, person, vignette, rubric), self.window.practise
        )
        self.shows(lambda: self.screen() == "StageScreen")

    def client_speaks(self) -> None:
        self.press("Space")
        assert self.practice.state is State.PLAYING

    def client_ends(self) -> None:
        self.player.end()
        assert self.practice.state is State.RESPONDING

    def answer(self) -> None:
        """To the rating, with the response in the log."""
        self.client_speaks()
        self.client_ends()
        self.press("Space")
        assert self.practice.state is State.REVIEWING
        self.shows(lambda: self.practice.response is not None)

    def rate(self) -> None:
        self.answer()
        self.press("4", "3", "2", "Return")
        self.shows(lambda: self.practice.state is State.RATED)

    def wait_past_the_guard(self) -> None:
        """Until a second press of Space means something."""
        begun_s = time.monotonic()
        self.shows(lambda: time.monotonic() - begun_s > NOT_BEFORE_S)

    def shut(self) -> None:
        """Close the window, as a person does."""
        self.window.close()


def drop(window: Opened, *paths: Path, at: tuple[int, int] = (400, 300)) -> bool:
    """Hold files over the window and let them go; whether it took them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    said = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    handle = window.window.windowHandle()
    over = QDragEnterEvent(QPoint(*at), Qt.DropAction.CopyAction, *said)
    QApplication.sendEvent(handle, over)
    if not over.isAccepted():
        return False
    dropped = QDropEvent(QPointF(*at), Qt.DropAction.CopyAction, *said)
    QApplication.sendEvent(handle, dropped)
    return dropped.isAccepted()


def words(stage: Opened) -> str:
    """Everything that can be read on the stage now."""
    shown = [*stage.stage.findChildren(QLabel), *stage.stage.findChildren(QPushButton)]
    return "\n".join(w.text() for w in shown if w.isVisible())


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QPushButton) else ""


@contextmanager
def opened(
    qtbot: QtBot,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    make_camera: MakeCamera | None = None,
) -> Iterator[Opened]:
    """Open Attune on ``home``; closed and gone afterwards."""
    monkeypatch.setattr("trainer.gui.screens.stage.QtPlayer", StagePlayer)
    # Nobody answers as fast as a test presses keys; tests/app is about the guard itself.
    monkeypatch.setattr("trainer.app.practice.ANSWER_BEGINS_S", 0.0)
    # What a window reads ahead costs a second of a core each time; who needs it reads it then.
    monkeypatch.setattr("trainer.app.ahead.load_workshops", os.getpid)
    StagePlayer.made.clear()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    strays = _Strays()
    app.installEventFilter(strays)
    it = Opened(qtbot, home, make_camera)
    try:
        yield it
        assert strays.seen == [], f"shown as windows of their own: {strays.seen}"
    finally:
        app.removeEventFilter(strays)
        it.window.close()
        it.close()
        it.window.deleteLater()
        theme.apply(app, "light", 100)  # whatever was chosen in it
        StagePlayer.made.clear()


def settled_home(folder: Path) -> Home:
    """A data folder with a person and two quick clients, as after a first evening's welcome."""
    home = Home(folder)
    make_pack(home.packs, 0.8)
    log = open_log(home.folder)
    person = today.add_person(log, "M. K.").value
    log.close()
    Settings(home.settings_file).set("person", person.id)
    return home


def kept(home: Home) -> list[tuple[Response, int]]:
    """Every response in the log, oldest first, with how many ratings it has; all files there."""
    log = open_log(home.folder, read_only=True)
    try:
        found = [r for p in people.people(log) for r in responses.responses(log, p.id)]
        assert all((home.recordings / r.recording.file).is_file() for r in found)
        return [(r, len(ratings.ratings_of(log, r.id))) for r in reversed(found)]
    finally:
        log.close()


def note_in_log(of: Opened) -> tuple[str, bool | None] | None:
    """What the log holds of what was made of the feedback, read as another program would."""
    log = open_log(of.home.folder, read_only=True)
    try:
        note = notes.note_of(log, kept(of.home)[0][0].id)
        return note and (note.change_next, note.hooked)
    finally:
        log.close()


def end_in_log(of: Opened) -> tuple[str, str] | None:
    """What the log holds of how the set felt, read as another program would."""
    log = open_log(of.home.folder, read_only=True)
    try:
        end = sessions.end_of(log, kept(of.home)[0][0].session_id)
        return end and (end.felt, end.reflection)
    finally:
        log.close()


__all__ = [
    "MainWindow", "Opened", "end_in_log", "kept", "note_in_log", "opened", "settled_home", "words",
]  # fmt: skip
