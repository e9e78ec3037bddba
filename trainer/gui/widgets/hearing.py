"""Hearing somebody else's answer, and what raters said of its moments."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trainer.app.waveform import TimeLine
from trainer.domain.errors import KnownError
from trainer.domain.rounds import MARKER_WORDS, Comment
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, plain, quiet
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.marks import NO_MARKS
from trainer.gui.widgets.playback import RATES, Deck, Duet
from trainer.gui.widgets.timeline import RESPONSE, Timeline, clock

STEP_S = 2.0


class Hearing(Card):
    """Client and answer on one time line with the raters' comments; its owner gives it the keys."""

    def __init__(self, make_deck: Callable[[], Deck], parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("The response"))
        self._line: TimeLine | None = None
        self._said: tuple[tuple[str, Comment], ...] = ()
        self.timeline = Timeline()
        self.timeline.name_response(
            self.tr("The response"), self.tr("Time line of the client and the response")
        )
        self.duet = Duet(make_deck, self)
        self._clock = quiet("")
        self._clock.setWordWrap(False)
        self.trouble = quiet("")
        self.trouble.hide()
        self.body.addWidget(self.timeline)
        self.body.addLayout(self._make_buttons())
        self.add(self.trouble)
        self._comments = QWidget()
        self.add(self._comments)
        self.timeline.seek_wanted.connect(self.duet.seek)
        self.duet.moved.connect(self._show_place)
        self.duet.playing_changed.connect(self._show_playing)
        self.duet.failed.connect(self._tell)

    def show_line(
        self, line: TimeLine | None, client: str, said: tuple[tuple[str, Comment], ...] = ()
    ) -> None:
        """Load both sounds (None while they are read), and what was said: (name, it)."""
        self._line, self._said = line, said
        self.duet.load(line)
        self.timeline.show_line(line, client)
        self.trouble.hide()
        there = line is not None and line.response is not None
        self.play.setEnabled(there)
        self.client.setEnabled(line is not None and line.client is not None)
        self.speed.setEnabled(there)
        if line is None:
            return
        if line.problems:
            self._tell(" ".join(line.problems))
        if line.response is not None:
            self.duet.seek(RESPONSE, line.client_end_s if line.aligned else line.response_at_s)
        moments = tuple(line.response_at_s + one.at_s for _, one in said)
        self.timeline.show_marks(replace(NO_MARKS, moments=moments))
        self._list_comments(line)

    def play_client(self) -> None:
        """Play the client, then the answer."""
        self.client.click()

    def change_speed(self, by: int) -> None:
        """The next speed, or with -1 the one before; round at the ends."""
        self.duet.set_rate(RATES[(RATES.index(self.duet.rate) + by) % len(RATES)])
        self._show_speed()

    def step(self, by: int) -> None:
        """Go forward or back by a few seconds."""
        self.duet.step(by * STEP_S)

    def stop(self) -> None:
        """Be silent, and let go of the files."""
        self.duet.stop()

    # Inside

    def _list_comments(self, line: TimeLine) -> None:
        self._comments.deleteLater()
        self._comments = QWidget()
        self._comments.setAccessibleName(self.tr("What the raters said"))
        self.add(self._comments)
        column = QVBoxLayout(self._comments)
        column.setContentsMargins(0, 0, 0, 0)
        for number, (name, one) in enumerate(self._said, start=1):
            column.addLayout(self._row(number, line.response_at_s + one.at_s, name, one))
        self._comments.setVisible(bool(self._said))

    def _row(self, number: int, at_s: float, name: str, one: Comment) -> QHBoxLayout:
        marker = MARKER_WORDS.get(one.marker, one.marker)
        said = " \N{EN DASH} ".join(part for part in (marker, one.text) if part)
        words = f"{name}: {said}"
        button = QPushButton(clock(at_s))
        button.setProperty("flat", True)
        button.setAccessibleName(self.tr("Play from {0}. {1}").format(clock(at_s), words))
        button.setToolTip(self.tr("Play from here"))
        button.clicked.connect(partial(self._play_from, at_s))
        place = QLabel(str(number), alignment=Qt.AlignmentFlag.AlignCenter)
        place.setProperty("moment", True)
        place.setMinimumWidth(self.fontMetrics().horizontalAdvance("00") + 14)
        row = QHBoxLayout()
        row.addWidget(place, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(plain(words), 1)
        return row

    def _play_from(self, at_s: float) -> None:
        self.duet.seek(RESPONSE, at_s)
        if not self.duet.playing:
            self.duet.toggle()

    def _make_buttons(self) -> Flow:
        self.play = QPushButton(self.tr("Play  (P)"))
        self.play.setIcon(theme.icon("play"))
        self.play.setIconSize(QSize(1, 1) * self.fontMetrics().height())
        self.play.clicked.connect(self.duet.toggle)
        self.client = QPushButton(self.tr("Client  (C)"))
        self.client.setToolTip(self.tr("Play the client, then the response"))
        self.client.clicked.connect(self.duet.play_client)
        self.speed = QPushButton()
        self.speed.setToolTip(self.tr("Faster: S, slower: Shift+S; the voice keeps its pitch"))
        self.speed.clicked.connect(lambda: self.change_speed(1))
        self._show_speed()
        row = Flow()
        for widget in (self.play, self.client, self.speed, self._clock):
            row.addWidget(widget)
        return row

    def _show_place(self, at_s: float) -> None:
        self.timeline.show_playhead(at_s)
        if self._line is not None:
            self._clock.setText(self.tr("{0} of {1}").format(clock(at_s), clock(self._line.end_s)))

    def _show_playing(self, playing: bool) -> None:
        self.play.setText(self.tr("Pause  (P)") if playing else self.tr("Play  (P)"))
        self.play.setIcon(theme.icon("pause" if playing else "play"))

    def _show_speed(self) -> None:
        self.speed.setText(self.tr("Speed {0:g} ×  (S)").format(self.duet.rate))

    def _tell(self, what: KnownError | str) -> None:
        self.trouble.setText(str(what))
        self.trouble.show()
