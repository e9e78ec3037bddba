"""Before a test: what will happen, what it touches on, whether one is heard; one key begins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.desk import Desk
from trainer.app.sitting import Sitting
from trainer.domain.assignment import FILM
from trainer.domain.counted import by_count
from trainer.gui.screen import Screen
from trainer.gui.widgets.camera import OFF, CameraCheck
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.microphone import MicrophoneCheck

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

WIDEST_CHARACTERS = 120


class BeforeScreen(Screen):
    """The page before the stage, for a test and where an assignment asks for film."""

    def __init__(self, desk: Desk, sitting: Sitting, window: "MainWindow") -> None:
        super().__init__()
        assert sitting.assignment is not None, "only what is assigned is explained before"
        self._desk, self._sitting, self._window = desk, sitting, window
        self._asked = sitting.assignment
        self.microphone = MicrophoneCheck(
            desk.home.folder, desk.settings.text("microphone"),
            make_recorder=lambda _device: window.make_recorder(),
        )  # fmt: skip
        self.microphone.chosen.connect(lambda device: desk.settings.set("microphone", device))
        self.camera: CameraCheck | None = None
        self.begin = QPushButton(self.tr("Begin  (Enter)"))
        self.begin.setProperty("primary", True)
        self.begin.clicked.connect(self._begin)
        self._lay_out()
        key_of(self, "Esc", lambda: window.go("today"))

    def entered(self) -> None:
        """Listen at once, so that the bar moves while the page is read."""
        self.microphone.begin()
        self.begin.setFocus()

    def left(self) -> None:
        """Let go of microphone and camera."""
        self.microphone.end()
        if self.camera is not None:
            self.camera.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins, unless what has the focus takes it: a button (see the window), a list."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not isinstance(self.focusWidget(), QAbstractButton):
            if not event.isAutoRepeat():
                self._begin()
        else:
            super().keyPressEvent(event)

    def _begin(self) -> None:
        if self.begin.isEnabled():
            self.begin.setEnabled(False)
            self.left()
            self._window.practise(self._sitting)

    def _filmed(self, setting: str) -> None:
        self._desk.settings.set("camera", setting)
        self.begin.setEnabled(setting != OFF)

    # What is said

    def _rules(self) -> list[str]:
        """What will happen, a sentence each."""
        asked, count = self._asked, len(self._sitting.vignettes)
        said = []
        if asked.is_test:
            clients = self.tr("One client speaks") if count == 1 else self.tr("{0} clients speak")
            said += [
                self.tr("{0}, each once and to the end. You answer each once, aloud.").format(
                    clients.format(count)
                ),
                self.tr("There is no pause and no second take. Between two clients you may rest."),
            ]
        elif asked.attempts:
            said.append(
                self.tr("You answer each client once.")
                if asked.attempts == 1
                else self.tr("You answer each client once, or up to {0} times.").format(
                    asked.attempts
                )
            )
        said.append(self._time())
        if asked.is_test:
            said += [
                self.tr("After each answer you rate yourself. Nothing is played back or measured "
                        "for you; that comes when others have rated your answers."),
                self.tr("What breaks in (leaving, a crash, sleep, a microphone that is unplugged) "
                        "is put on record. That client is not heard again; the test goes on with "
                        "the next one, today or later."),
            ]  # fmt: skip
        if asked.recorded == FILM:
            said.append(self.tr("Your answers are filmed."))
        return said

    def _time(self) -> str:
        turns = [turn for one in self._sitting.vignettes for turn in one.turns]
        seconds = {self._sitting.window_s(turn) for turn in turns}
        if len(seconds) == 1:
            return self.tr("You have {0:g} seconds for an answer.").format(*seconds)
        return self.tr("You have {0:g} to {1:g} seconds for an answer; a ring shows them.").format(
            min(seconds), max(seconds)
        )

    def _touches_on(self) -> str:
        """All content notes together: which client brings what is not given away."""
        found = {note for one in self._sitting.vignettes for note in one.content_notes}
        notes = sorted((note[:1].upper() + note[1:] for note in found), key=str.casefold)
        return "  ·  ".join(notes) or self.tr("Nothing that would need a word before.")

    # Layout

    def _lay_out(self) -> None:
        asked, before = self._asked, self._sitting.before
        title = self.tr("Before you go on: {0}") if before else self.tr("Before you begin: {0}")
        by = self.tr("From {0}.").format(asked.program)
        if before:
            by = by_count(
                before,
                self.tr("From {0}. 1 of {2} clients is behind you."),
                self.tr("From {0}. {1} of {2} clients are behind you."),
            ).format(asked.program, before, before + len(self._sitting.vignettes))
        what = Card(self.tr("What will happen"))
        what.add(*(plain(one) for one in self._rules()))
        touches = Card(self.tr("What it touches on"))
        touches.add(plain(self._touches_on()))
        touches.add(quiet(self.tr("You can leave any client at any moment, with Esc.")))
        heard = Card(self.tr("Can you be heard?"))
        heard.add(self.microphone)
        cards: list[QWidget] = [what, touches, heard]
        if asked.recorded == FILM:
            cards.append(self._film())
        later = QPushButton(self.tr("Not now  (Esc)"))
        later.clicked.connect(lambda: self._window.go("today"))
        inside = QWidget()
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST_CHARACTERS)
        column = QVBoxLayout(inside)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        column.addWidget(heading(title.format(asked.title), 1.6))
        column.addWidget(quiet(by))
        for card in cards:
            column.addWidget(card)
        column.addWidget(in_a_row(self.begin, later))
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _film(self) -> QWidget:
        """The assignment asks for film, so the camera is chosen, and agreed to, here."""
        about = self.tr(
            "A film shows your face as well. It goes to {0} with your answer; here it stays in "
            "your data folder, and is deleted with its response."
        ).format(self._asked.program)
        self.camera = CameraCheck(
            self._desk.settings.text("camera"), self._window.make_camera, about=about
        )
        self.camera.chosen.connect(self._filmed)
        self.begin.setEnabled(self.camera.setting() != OFF)
        card = Card(self.tr("Your picture"))
        card.add(plain(self.tr("This assignment asks for film: choose a camera to begin.")))
        card.add(self.camera)
        return card
