"""Rating a response that was left, or lost its window to a crash, before the rating was locked."""

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from trainer.app import rate
from trainer.app.desk import Desk
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.jobs import alive
from trainer.gui.player import QtPlayer
from trainer.gui.screen import Screen
from trainer.gui.screens.rating import RatingPage
from trainer.gui.widgets.terms import who_sees

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class RateLaterScreen(Screen):
    """Play what was said, rate it, lock it; then its feedback is shown. Of a test, only rate it."""

    def __init__(self, desk: Desk, response_id: str, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window, self._id = desk, window, response_id
        self._page: RatingPage | None = None
        self._unrated: rate.Unrated | None = None
        self._player = QtPlayer(desk.settings.text("speaker") or None, parent=self)
        self._player.on_failed = window.failed
        self._reading = Event()  # ends the reading of the sound
        self._title = QLabel(wordWrap=True)
        theme.big(self._title, 1.25, bold=True)
        self.play = QPushButton(self.tr("Play my answer  (P)"))
        self.play.clicked.connect(self._play)
        self.play.setEnabled(False)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(28, 18, 28, 20)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.play)
        self._column.addLayout(head)
        QShortcut(QKeySequence("P"), self, self._play)
        QShortcut(QKeySequence("Esc"), self, lambda: window.go("today"))

    def entered(self) -> None:
        """Read the response and what was chosen before."""
        self._desk.runner.database(
            lambda log: rate.unrated(log, self._desk.library, self._id, self._rubric_id()),
            self._show,
            alive=alive(self),
        )

    def left(self) -> None:
        """Stop the sound; the draft is kept already."""
        self._silence()

    def _rubric_id(self) -> str:
        return self._desk.settings.text("rubric")

    def _show(self, found: rate.Unrated) -> None:
        self._unrated = found
        client = found.vignette.client.name if found.vignette else found.response.vignette.vignette
        self._title.setText(self.tr("Your answer to {0}").format(client))
        self.play.setVisible(not found.closed)
        self.play.setEnabled(not found.closed)
        who = found.assignment
        self._page = RatingPage(found.rubric, who_sees(who), test=found.closed)
        self._page.scored.connect(self._score)
        self._page.lock_wanted.connect(self._lock)
        self._page.refused.connect(self._window.banner.note)
        self._column.addWidget(self._page, 1)
        self._page.setFocus()
        self._page.resume(found.scores)

    def _score(self, item_id: str, value: object) -> None:
        assert self._unrated is not None
        score = None if value is None else float(value)  # type: ignore[arg-type]  # a Signal's object
        self._unrated.scores[item_id] = score
        scores = dict(self._unrated.scores)
        self._desk.runner.database(lambda log: rate.keep_draft(log, self._id, scores))

    def _lock(self) -> None:
        assert self._unrated is not None
        found, person = self._unrated, self._desk.settings.text("person")
        self._silence()
        try:
            rating = rate.self_rating(found, person)
        except KnownError as error:
            self._window.failed(error)
            return
        self._desk.runner.change(
            lambda log: rate.keep_rating(log, rating),
            lambda _: self._locked(found),
            alive=alive(self),
        )

    def _locked(self, found: rate.Unrated) -> None:
        if found.closed:  # of a test: nothing is shown before others have rated it
            self._window.go("today")
        else:
            self._window.review(self._id)

    def _play(self) -> None:
        if self._unrated is not None and not self._unrated.closed:
            self._reading.set()
            response = self._unrated.response
            from_s = max(0.0, (response.stimulus_end_s or 0.0) - 0.3)
            self._reading = self._desk.runner.background(
                lambda _cancel: rate.sound_file(self._desk.home, response.recording),
                lambda source: self._player.play(source, from_s=from_s),
                alive=alive(self),
            )

    def _silence(self) -> None:
        self._reading.set()
        self._player.stop()
