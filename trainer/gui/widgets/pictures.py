"""The client and oneself side by side, at the place of the playhead. Only where there is a film."""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from trainer.app.clip import ClipShape
from trainer.app.waveform import TimeLine
from trainer.domain.response import Response, Video
from trainer.domain.vignette import Turn, Vignette
from trainer.gui.loaded import Loaded
from trainer.gui.portrait import LATE_S, Cue, Performance
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.picture import LEAST_HEIGHT, Film, Picture
from trainer.media.ports import Source

TICK_MS = 40
SETTLE_TICKS = 4  # after the playhead has come to rest, until what was asked for is drawn
LINES = 18  # of text, high at most
SHAPE = 9 / 16
SPACE = 12
# A film that is off by less is let be, by more is played a little faster or slower, and beyond
# that is put there: putting it there costs a visible jump each time.
LET_BE_S, JUMP_S = 0.02, 0.4
PULL, MOST_PULL = 1.0, 0.2

_State = QMediaPlayer.PlaybackState
_READY = (
    QMediaPlayer.MediaStatus.LoadedMedia,
    QMediaPlayer.MediaStatus.BufferedMedia,
    QMediaPlayer.MediaStatus.BufferingMedia,
    QMediaPlayer.MediaStatus.EndOfMedia,
)


class Follower(QObject):
    """A film without its sound that keeps to a playhead; seconds are of the time line's axis."""

    def __init__(
        self, film: Source, begins_s: float, length_s: float, picture: Film, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._film, self._begins_s, self._length_s = film, begins_s, length_s
        self._player = QMediaPlayer(self)  # with no sound output it is silent
        self._source = Loaded(self._player)
        self._player.setVideoSink(picture.sink())
        picture.sink().videoFrameChanged.connect(self._seen)
        self._shown = (0.0, 0.0)  # of the film (s), and when that was
        self._put_s = -1.0
        self._loaded = False

    @property
    def shown_s(self) -> float:
        """Where on the axis the picture that is seen lies."""
        return self._begins_s + self._shown[0]

    def follow(self, at_s: float, playing: bool, rate: float) -> None:
        """Be at ``at_s``; before and after the film its first or last picture stands."""
        if not self._loaded:
            self._loaded = True
            self._source.load(self._film)
        if self._player.mediaStatus() not in _READY:
            return
        wanted_s = at_s - self._begins_s
        if playing and 0 <= wanted_s < self._length_s:
            self._run(wanted_s, rate)
        else:
            self._rest(min(max(wanted_s, 0.0), max(0.0, self._length_s - 0.02)))

    def close(self) -> None:
        """Let go of the file; the last picture stays."""
        self._player.stop()
        self._source.clear()
        self._loaded, self._put_s = False, -1.0

    def _run(self, wanted_s: float, rate: float) -> None:
        player, now_s = self._player, time.monotonic()
        if player.playbackState() != _State.PlayingState:
            player.setPlaybackRate(rate)
            self._put(wanted_s)
            player.play()
            return
        shown_s, since_s = self._shown[0], now_s - self._shown[1]
        off_s = shown_s + since_s * player.playbackRate() - wanted_s
        if abs(off_s) > JUMP_S and since_s < JUMP_S:  # else it is still on its way there
            self._put(wanted_s)
        pull = 0.0 if abs(off_s) < LET_BE_S else max(-MOST_PULL, min(MOST_PULL, PULL * off_s))
        if abs(player.playbackRate() - rate * (1 - pull)) > 0.02 * rate:
            player.setPlaybackRate(rate * (1 - pull))

    def _rest(self, wanted_s: float) -> None:
        if self._player.playbackState() != _State.PausedState:
            self._player.pause()
        if abs(self._put_s - wanted_s) > LET_BE_S:
            self._put(wanted_s)

    def _put(self, wanted_s: float) -> None:
        self._put_s = wanted_s
        self._shown = (wanted_s, time.monotonic())
        self._player.setPosition(round(wanted_s * 1000))

    @Slot(QVideoFrame)
    def _seen(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._shown = (frame.startTime() / 1e6, time.monotonic())
            if self._player.playbackState() == _State.PlayingState:
                self._put_s = -1.0


class Pictures(QWidget):
    """The client, drawn or filmed, and the film of the person's answer."""

    def __init__(self, client_name: str, *, calm: bool) -> None:
        super().__init__()
        self.client, self.you = Picture(), Film()
        self.you.setAccessibleName(self.tr("You, filmed"))
        self._calm = calm
        self._performance = Performance(())
        self._shape = ClipShape((), 0.0)
        self._line: TimeLine | None = None
        self._said_s = 0.0
        self._films: list[Follower] = []
        self._now = (0.0, False, 1.0)  # the playhead, whether it moves, and how fast
        self._ticks = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._lay_out(client_name)

    def show_client(self, vignette: Vignette | None, turn: Turn | None) -> None:
        """Draw this client; without one only the person is seen."""
        self._client_side.setVisible(turn is not None)
        if vignette is None or turn is None:
            return
        cues = tuple(Cue(s.start_s, s.end_s, s.affect, s.direction) for s in turn.says)
        self._performance = Performance(cues, vignette.client.age, self._calm)
        self._said_s = turn.says[-1].end_s if turn.says else 0.0
        self.client.portrait.set_look(vignette.client.look)
        self.client.show_film(turn.media.video is not None)

    def show_shape(self, shape: ClipShape) -> None:
        """Take the clip's loudness, which moves the client's mouth."""
        self._shape = shape

    def show_line(self, line: TimeLine, turn: Turn | None, response: Response, video: Video,
                  film: Source) -> None:  # fmt: skip
        """Lay the films on the axis of ``line``."""
        self._line = line
        starts_s = video.starts_s
        if starts_s is None:  # not measured: it began when the client had ended
            starts_s = response.stimulus_end_s or 0.0
        begins_s = line.response_at_s + starts_s
        self._films = [Follower(film, begins_s, video.duration_s, self.you, self)]
        if turn is not None and turn.media.video is not None and line.client is not None:
            clip, length_s = turn.media.clip, line.client_end_s
            self._films.append(Follower(clip, 0.0, length_s, self.client.film, self))
        self._wake()

    def follow(self, at_s: float, playing: bool, rate: float) -> None:
        """Show what was seen at ``at_s`` of the axis, and go on from there when it plays."""
        self._now = (at_s, playing, rate)
        self._wake()

    def stop(self) -> None:
        """Let go of the files."""
        self._timer.stop()
        for film in self._films:
            film.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_pictures()

    def _size_pictures(self) -> None:
        share = 2 if self._client_side.isVisibleTo(self) else 1
        most = self.fontMetrics().height() * LINES
        width = (self.width() - SPACE * (share - 1)) // share
        height = max(LEAST_HEIGHT, min(most, int(width * SHAPE)))
        for picture in (self.client, self.you):
            picture.setFixedHeight(height)

    def _wake(self) -> None:
        self._ticks = SETTLE_TICKS
        if not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        at_s, playing, rate = self._now
        line = self._line
        if line is None or not self.isVisible():
            return
        self._ticks -= not playing
        for film in self._films:
            film.follow(at_s, playing, rate)
        spoken_s = at_s
        if at_s >= line.client_end_s:  # as on the stage: they listen
            spoken_s = self._said_s + at_s - line.client_end_s
        loudness = self._shape.loudness(at_s + LATE_S) if at_s < line.client_end_s else 0.0
        self.client.portrait.set_pose(self._performance.pose(spoken_s + LATE_S, loudness))
        if self._ticks <= 0:
            self._timer.stop()

    def _lay_out(self, client_name: str) -> None:
        self._client_side = QWidget()
        named = ((self._client_side, self.client, quiet(client_name)),
                 (QWidget(), self.you, quiet(self.tr("You"))))  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addStretch(0)
        for side, picture, name in named:
            side.setMaximumWidth(round(self.fontMetrics().height() * LINES / SHAPE))
            row.addWidget(_with_name(side, picture, name), 1)
        row.addStretch(0)
        self._size_pictures()


def _with_name(side: QWidget, picture: QWidget, name: QLabel) -> QWidget:
    name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    name.setWordWrap(False)
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(picture, 1)
    column.addWidget(name)
    return side
