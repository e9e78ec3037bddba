"""Hearing somebody else's response: the time line, and its few buttons. Keys are its owner's."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from trainer.app.rounds import Blind
from trainer.app.waveform import TimeLine
from trainer.domain.errors import KnownError
from trainer.domain.moments import clock
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, quiet, strong
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.marks import NO_MARKS
from trainer.gui.widgets.picture import Film
from trainer.gui.widgets.pictures import Follower
from trainer.gui.widgets.playback import RATES, Deck, Duet
from trainer.gui.widgets.timeline import Timeline
from trainer.gui.widgets.timeline_picture import RESPONSE
from trainer.media.ports import Source

STEP_S = 2.0
FILM_LINES = 13  # of text, high
SEEN_BEFORE_S = 2.0  # of the client's end


class Hear(Card):
    """Plays client and response. What goes wrong is told without the name of a file.

    ``played`` tells what was heard of the response, in seconds of its file. It does not run where
    nothing can be heard: ``unheard`` tells why (KnownError).
    """

    sounding = Signal(bool)
    played = Signal(float, float)
    unheard = Signal(object)

    def __init__(
        self,
        make_deck: Callable[[], Deck],
        parent: QWidget | None = None,
        *,
        play_key: str = "Space",
    ) -> None:
        super().__init__("", parent)
        self._play_key = play_key
        self.setAccessibleName(self.tr("The response"))
        self._line: TimeLine | None = None
        self._moments: tuple[float, ...] = ()
        self._begun = False  # some of it was played
        self._mute = False  # the last time it was to be played, nothing could be heard
        self.timeline = Timeline()
        self.timeline.hide_before_end()
        self.timeline.name_response(
            self.tr("Response"), self.tr("Time line of the client and the response")
        )
        self.duet = Duet(make_deck, self, aloud=True)
        self.film = Film()
        self.film.setAccessibleName(self.tr("The response, filmed"))
        self.film.sink().videoFrameChanged.connect(self._film_seen)
        self.film.hide()
        self._follower: Follower | None = None
        self._client = strong("")
        self._clock = quiet("")
        self._clock.setWordWrap(False)
        self.trouble = quiet("")
        self.trouble.hide()
        head = QHBoxLayout()
        head.addWidget(self._client, 1)
        head.addWidget(self._clock)
        self.body.addLayout(head)
        self.add(self.film, self.timeline)
        self.body.addLayout(self._make_buttons())
        self.add(self.trouble)
        self.timeline.seek_wanted.connect(self.duet.seek)
        self.duet.moved.connect(self._show_place)
        self.duet.moved.connect(self._follow)
        self.duet.playing_changed.connect(self._follow)
        self.duet.playing_changed.connect(self._show_playing)
        self.duet.failed.connect(lambda _error: self._cannot())
        self.duet.played.connect(self._heard)
        self.duet.unheard.connect(self._say_unheard)

    @property
    def at_s(self) -> float:
        """Where in the response's file the playhead is; its beginning while the client speaks."""
        line = self._line
        if line is None or self.duet.lane != RESPONSE:
            return max(0.0, line.client_end_s - line.response_at_s) if line else 0.0
        return max(0.0, self.duet.at_s - line.response_at_s)

    def wait_for(self, blind: Blind) -> None:
        """Another response: say whose client it is, and be silent until its sound is read."""
        self.wait(blind.client)
        name = self.tr("{0}: {1}").format(blind.client, blind.title)
        self._client.setText(name if blind.client else self.tr("It is not known to whom"))

    def wait(self, client: str) -> None:
        """Be silent until the sounds are read."""
        self._line, self._begun = None, False
        self._drop_film()
        self.duet.load(None)
        self.timeline.show_line(None, client)
        self._clock.setText("")
        self.trouble.hide()
        for button in self._buttons:
            button.setEnabled(False)

    def show_line(self, line: TimeLine, client: str, *, play: bool) -> None:
        """Its sound is read; ``play`` lets it be heard at once."""
        self._line = line
        self.duet.load(line)
        self.timeline.show_line(line, client or self.tr("Client"))
        self.show_moments(self._moments)
        for button in self._buttons:
            button.setEnabled(line.response is not None)
        self.client.setEnabled(line.client is not None)
        if line.response is None:
            self._cannot()
            return
        self.duet.seek(RESPONSE, line.client_end_s if line.aligned else line.response_at_s)
        self._show_place(self.duet.at_s)
        if line.client is not None:  # the response is what is rated; the client when they speak
            self.timeline.look_at(max(line.start_s, line.client_end_s - SEEN_BEFORE_S), line.end_s)
        length = self.tr("The response lasts {0:.0f} seconds.").format(line.response.duration_s)
        self.timeline.setAccessibleDescription(length)
        if play:
            self.duet.play_response()

    def show_film(self, film: Source, starts_s: float, duration_s: float | None) -> None:
        """Show the pictures of the response beside its sound, once there are any."""
        line = self._line
        if line is None or line.response is None:
            return
        length_s = line.response.duration_s if duration_s is None else duration_s
        begins_s = line.response_at_s + starts_s
        self._follower = Follower(film, begins_s, length_s, self.film, self)
        self._follow()

    def _follow(self) -> None:
        if self._follower is not None:
            self._follower.follow(self.duet.at_s, self.duet.playing, self.duet.rate)

    def _film_seen(self, frame: QVideoFrame) -> None:
        if frame.isValid() and self._follower is not None and self.film.isHidden():
            self.film.setFixedHeight(self.fontMetrics().height() * FILM_LINES)
            self.film.show()

    def _drop_film(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._follower.deleteLater()
            self._follower = None
        self.film.clear()
        self.film.hide()

    def show_moments(self, moments: tuple[float, ...]) -> None:
        """Number the moments (s of the response's file) that were spoken of, in their order."""
        self._moments = moments
        begins = self._line.response_at_s if self._line else 0.0
        marked = tuple(begins + at_s for at_s in moments) if self._line else ()
        self.timeline.show_marks(replace(NO_MARKS, moments=marked))

    def go_to(self, file_s: float) -> None:
        """Play from a second of the response's file."""
        if self._line is not None:
            self.duet.seek(RESPONSE, self._line.response_at_s + file_s)
            if not self.duet.playing:
                self.duet.toggle()

    def answer(self) -> tuple[float, float]:
        """From where to where in its file the response lies, once it is read."""
        line = self._line
        assert line is not None
        assert line.response is not None
        before_s = line.client_end_s - line.response_at_s if line.aligned else 0.0
        return max(0.0, before_s), line.response.duration_s

    def _heard(self, from_s: float, to_s: float) -> None:
        if self._line is not None:
            at_s = self._line.response_at_s
            self.played.emit(from_s - at_s, to_s - at_s)

    def toggle(self) -> None:
        """Play or pause."""
        self.duet.toggle()

    def hold(self) -> bool:
        """Hold what plays; whether there is something to go on with, held now or before."""
        if self.duet.playing:
            self.duet.toggle()
        return self._begun and not self.duet.at_end

    def stand_at(self, file_s: float) -> None:
        """Be held at a second of the response's file, as if it had been played until there."""
        if (line := self._line) is not None:
            begins_s = line.client_end_s if line.aligned else line.response_at_s
            self.duet.seek(RESPONSE, max(line.response_at_s + file_s, begins_s))

    def resume(self) -> None:
        """Go on where it was held; at the end there is nothing to go on with."""
        if not self.duet.playing and not self.duet.at_end:
            self.duet.toggle()

    def step(self, by: int) -> None:
        """A few seconds forward or back."""
        self.duet.step(by * STEP_S)

    def change_speed(self, by: int) -> None:
        """The next speed, or with -1 the one before; round at the ends."""
        self.duet.set_rate(RATES[(RATES.index(self.duet.rate) + by) % len(RATES)])
        self._show_speed()

    def stop(self) -> None:
        """Be silent, and let go of the files."""
        self.duet.stop()
        if self._follower is not None:
            self._follower.close()

    def _make_buttons(self) -> Flow:
        self.play = QPushButton(self.tr("Play  ({0})").format(self._play_key))
        self.play.setIcon(theme.icon("play"))
        self.play.setIconSize(QSize(1, 1) * self.fontMetrics().height())
        self.play.clicked.connect(self.duet.toggle)
        self.client = QPushButton(self.tr("Client  (C)"))
        self.client.setToolTip(self.tr("Hear what the client said"))
        self.client.clicked.connect(self.duet.play_client)
        self.response = QPushButton(self.tr("Response  (R)"))
        self.response.setToolTip(self.tr("Hear the response from its beginning"))
        self.response.clicked.connect(self.duet.play_response)
        self.speed = QPushButton()
        self.speed.setToolTip(self.tr("Faster: S, slower: Shift+S; the voice keeps its pitch"))
        self.speed.clicked.connect(lambda: self.change_speed(1))
        self._show_speed()
        self._buttons = (self.play, self.client, self.response, self.speed)
        row = Flow()
        for button in self._buttons:
            row.addWidget(button)
        return row

    def _show_place(self, at_s: float) -> None:
        self.timeline.show_playhead(at_s)
        line = self._line
        if line is not None and line.response is not None:
            at = clock(max(0.0, line.into_answer(at_s)))
            length_s = line.into_answer(line.response_at_s + line.response.duration_s)
            self._clock.setText(
                self.tr("{0} of {1}").format(at, clock(length_s))
                if length_s > 0
                else self.tr("It ends before the client does")
            )

    def _say_unheard(self, why: KnownError) -> None:
        self._mute = True
        self.trouble.setText(str(why))
        self.trouble.show()
        self.unheard.emit(why)

    def _show_playing(self, playing: bool) -> None:
        self._begun = self._begun or playing
        if playing and self._mute:
            self._mute = False
            self.trouble.hide()
        text = self.tr("Pause  ({0})") if playing else self.tr("Play  ({0})")
        self.play.setText(text.format(self._play_key))
        self.play.setIcon(theme.icon("pause" if playing else "play"))
        self.sounding.emit(playing)

    def _show_speed(self) -> None:
        self.speed.setText(self.tr("Speed {0:g} ×  (S)").format(self.duet.rate))

    def _cannot(self) -> None:
        # What went wrong names a file, and its name may say whose response it is.
        self.trouble.setText(self._cannot_said())
        self.trouble.show()

    def _cannot_said(self) -> str:
        return self.tr(
            "This response cannot be heard: its sound is missing or damaged. Leave it out with "
            "Page down; it stays unrated. The page of the rounds helps to find it again."
        )
