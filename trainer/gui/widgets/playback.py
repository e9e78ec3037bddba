"""Plays the client and then the response as one, along the axis of a time line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from trainer.app.waveform import TimeLine, Track
from trainer.domain.errors import KnownError
from trainer.gui.widgets.timeline_picture import CLIENT, RESPONSE
from trainer.media.ports import Moment, Source

# Whoever began before the client had finished is heard from a little before.
BEFORE_ONSET_S = 0.3
AT_END_S = 0.05
RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
SHORTEST_LOOP_S = 0.3
# Between two reports of a player nobody heard more than this: it was a leap.
LEAP_S = 1.5


@dataclass(frozen=True, slots=True)
class Passage:
    """What is played again and again, in seconds of the axis, and the lane it begins in."""

    lane: str
    start_s: float
    end_s: float


class Deck(Protocol):
    """What playing back needs of the loudspeaker (``gui.player.QtPlayer``)."""

    on_ended: Callable[[Moment], None]
    on_failed: Callable[[KnownError], None]
    on_position: Callable[[float], None]

    @property
    def mute(self) -> KnownError | None:
        """Why nothing of it can be heard now; None if it can."""

    def play(self, clip: Source, from_s: float = 0.0) -> None:
        """Play from an offset."""

    def pause(self) -> None:
        """Hold."""

    def resume(self) -> None:
        """Go on."""

    def seek(self, at_s: float) -> None:
        """Go on from there."""

    def set_rate(self, rate: float) -> None:
        """Play at ``rate`` times the speed."""

    def close(self) -> None:
        """Stop, and let go of the file."""


class Duet(QObject):
    """One playhead over two files. Seconds are of the axis; the deck is made when first needed.

    ``played`` tells from where to where the response was heard. ``aloud``: it runs only while it
    can be heard; else ``unheard`` tells why it does not (KnownError).
    """

    moved = Signal(float)
    played = Signal(float, float)
    playing_changed = Signal(bool)
    failed = Signal(object)
    unheard = Signal(object)

    def __init__(
        self, make_deck: Callable[[], Deck], parent: QObject | None = None, *, aloud: bool = False
    ) -> None:
        super().__init__(parent)
        self._make_deck, self._aloud = make_deck, aloud
        self._deck: Deck | None = None
        self._line: TimeLine | None = None
        self._after_client_s = 0.0
        self._lane = CLIENT
        self._at_s = 0.0
        self._loaded = False  # whether the deck holds the lane's file, playing or paused
        self._playing = False
        self._rate = 1.0
        self._passage: Passage | None = None

    @property
    def rate(self) -> float:
        """How many times the speed."""
        return self._rate

    @property
    def playing(self) -> bool:
        """Whether it sounds now."""
        return self._playing

    @property
    def lane(self) -> str:
        """Which of the two the playhead is in."""
        return self._lane

    @property
    def at_s(self) -> float:
        """Where the playhead is."""
        return self._at_s

    @property
    def at_end(self) -> bool:
        """Whether there is nothing after the playhead."""
        return self._line is None or self._at_s >= self._line.end_s - AT_END_S

    def set_rate(self, rate: float) -> None:
        """Play at ``rate`` times the speed, now and from now on."""
        self._rate = rate
        if self._deck is not None:
            self._deck.set_rate(rate)

    def repeat(self, passage: Passage | None) -> None:
        """Play ``passage`` again whenever its end is reached; None: play on."""
        self._passage = passage

    def extent(self) -> Passage | None:
        """All that can be heard; None while there is nothing."""
        line = self._line
        if line is None:
            return None
        if line.client:
            return Passage(CLIENT, 0.0, line.end_s)
        return Passage(RESPONSE, self._after_client_s, line.end_s)

    def load(self, line: TimeLine | None) -> None:
        """Take another time line; what played is stopped."""
        self.stop()
        self._line = line
        if line is not None:
            self._lane = CLIENT if line.client else RESPONSE
            self._after_client_s = line.client_end_s if line.aligned else line.response_at_s
            self._at_s = 0.0 if line.client else self._after_client_s

    def begins_at(self, onset_s: float | None) -> None:
        """Tell when the response begins, so that an early one is heard whole."""
        if onset_s is not None and self._line is not None and self._line.aligned:
            self._after_client_s = min(self._line.client_end_s, onset_s - BEFORE_ONSET_S)

    def toggle(self) -> None:
        """Play or pause; from the beginning when it is at the end, of all or of the passage."""
        if self._playing:
            self._player().pause()
            self._set_playing(False)
        elif self._passage is not None and self._reaches(self._at_s):
            self._start(self._passage.lane, self._passage.start_s)
        elif self._line is not None:
            if self.at_end:
                self.play_client()
            elif self._loaded:
                if not self._mute():
                    self._player().resume()
                    self._set_playing(True)
            else:
                self._start(self._lane, self._at_s)

    def play_client(self) -> None:
        """Play from the beginning of the client's clip."""
        if self._line is not None:
            lane = CLIENT if self._line.client else RESPONSE
            self._start(lane, 0.0 if self._line.client else self._after_client_s)

    def play_response(self) -> None:
        """Play from where the client has ended."""
        self._start(RESPONSE, self._after_client_s)

    def play_from(self, lane: str, at_s: float) -> None:
        """Play from there, whatever played before."""
        self._start(lane, at_s)

    def seek(self, lane: str, at_s: float) -> None:
        """Put the playhead there, in the lane that has sound there; what played plays on."""
        if self._line is None:
            return
        if lane == CLIENT and (self._line.client is None or at_s >= self._line.client_end_s):
            lane = RESPONSE
        if lane == RESPONSE and self._line.response is None:
            lane = CLIENT
        track, begins = self._track(lane)
        if track is None:
            return
        at_s = min(max(at_s, begins), begins + track.duration_s)
        if self._playing and (lane != self._lane or not self._loaded):
            self._start(lane, at_s)
            return
        if lane != self._lane:
            self._unload()
        elif self._loaded:
            self._player().seek(at_s - begins)
        self._lane = lane
        self._move(at_s)

    def step(self, by_s: float) -> None:
        """Move the playhead, from one of the two into the other where they meet."""
        if self._line is None:
            return
        at_s = self._at_s + by_s
        lane = self._lane
        if lane == RESPONSE and at_s < self._after_client_s and self._line.client:
            lane, at_s = CLIENT, self._line.client_end_s - (self._after_client_s - at_s)
        elif lane == CLIENT and at_s >= self._line.client_end_s:
            lane, at_s = RESPONSE, self._after_client_s + at_s - self._line.client_end_s
        self.seek(lane, at_s)

    def stop(self) -> None:
        """Stop, and let go of the file; the playhead stays."""
        self._unload()
        self._set_playing(False)

    def _start(self, lane: str, at_s: float) -> None:
        track, begins = self._track(lane)
        if track is None:
            return
        if self._mute():
            self._lane = lane
            self._move(max(at_s, begins))
            return
        self._lane, self._loaded = lane, True
        self._player().play(track.file, max(0.0, at_s - begins))
        self._set_playing(True)
        self._move(max(at_s, begins))

    def _track(self, lane: str) -> tuple[Track | None, float]:
        if self._line is None:
            return None, 0.0
        if lane == CLIENT:
            return self._line.client, 0.0
        return self._line.response, self._line.response_at_s

    def _player(self) -> Deck:
        if self._deck is None:
            self._deck = self._make_deck()
            self._deck.on_ended = self._ended
            self._deck.on_failed = self._fail
            self._deck.on_position = self._position
            self._deck.set_rate(self._rate)
        return self._deck

    def _mute(self) -> bool:
        """Whether it is to be heard and cannot be; then it stops, and why is told."""
        why = self._player().mute if self._aloud else None
        if why is not None:
            self.stop()
            self.unheard.emit(why)
        return why is not None

    def _ended(self, _moment: Moment) -> None:
        self._loaded = False
        if self._mute():
            return
        track, begins = self._track(self._lane)
        if track is not None:
            self._hear(begins + track.duration_s)
        if track is not None and self._reaches(begins + track.duration_s + AT_END_S):
            self._again()
        else:
            self._go_on()

    def _go_on(self) -> None:
        """From the client to the response, and from the response to rest."""
        if self._lane == CLIENT and self._line is not None and self._line.response:
            self._start(RESPONSE, self._after_client_s)
            return
        self._set_playing(False)
        if self._line is not None:
            self._move(self._line.end_s)

    def _fail(self, error: KnownError) -> None:
        self._loaded = False
        self._set_playing(False)
        self.failed.emit(error)

    def _position(self, file_s: float) -> None:
        if not self._playing or self._mute():
            return
        self._hear(self._track(self._lane)[1] + file_s)
        if self._reaches(self._track(self._lane)[1] + file_s):
            self._again()
        elif self._lane == CLIENT and self._cut_off(file_s):
            self._unload()
            self._go_on()
        else:
            self._move(self._track(self._lane)[1] + file_s)

    def _hear(self, now_s: float) -> None:
        if self._lane == RESPONSE and 0 < now_s - self._at_s <= LEAP_S:
            self.played.emit(self._at_s, now_s)

    def _reaches(self, now_s: float) -> bool:
        """Whether the end of the repeated passage is reached, where it may just have been marked;
        whoever went beyond it plays on.
        """
        passage, line = self._passage, self._line
        if passage is None or line is None:
            return False
        own = passage.lane == RESPONSE or passage.end_s > line.client_end_s
        lane = RESPONSE if own and line.response else CLIENT
        return lane == self._lane and self._at_s <= passage.end_s <= now_s

    def _again(self) -> None:
        passage = self._passage
        if passage is None:
            return
        if self._loaded and passage.lane == self._lane:
            self.seek(passage.lane, passage.start_s)
        else:
            self._start(passage.lane, passage.start_s)

    def _cut_off(self, file_s: float) -> bool:
        """Whether the clip goes on beyond what was heard of it."""
        line = self._line
        return line is not None and line.stopped and file_s >= line.client_end_s

    def _move(self, at_s: float) -> None:
        self._at_s = at_s
        self.moved.emit(at_s)

    def _unload(self) -> None:
        if self._deck is not None and self._loaded:
            self._deck.close()
        self._loaded = False

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)
