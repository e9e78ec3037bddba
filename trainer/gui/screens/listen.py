"""The stage itself: who this is, the client speaking, and the person answering."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from trainer.app.clip import ClipShape
from trainer.app.practice import Practice, State
from trainer.domain.vignette import Turn, Vignette
from trainer.gui import theme
from trainer.gui.portrait import LATE_S, Cue, Performance
from trainer.gui.widgets.picture import Picture
from trainer.gui.widgets.ring import LINES, LevelRing
from trainer.media.ports import Level

# A window with less room than this for text shows only what is needed.
ROOMY_LINES, ROOMY_CHARACTERS = 24, 80
SMALL_RING_LINES = 2.4
SPACING, CROWDED_SPACING = 14, 8
SYNTHETIC = "Synthetic voice: for practice, not equivalent to filmed clients."


class ListenPage(QWidget):
    """Shows ready, playing and responding. Tells which of its few actions is wanted."""

    primary = Signal()
    captions_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = Picture()
        self.ring = LevelRing()
        self._captions = False
        self._crowded = self._responding = self._test = False
        self._performance = Performance(())
        self._shape = ClipShape((), 0.0)
        self._turn: Turn | None = None
        self._lay_out()
        self._keys()

    # What is shown

    def show_vignette(self, vignette: Vignette, turn: Turn, change: str, *, calm: bool) -> None:
        """Show who this is and what has just happened; the client waits."""
        self._turn = turn
        cues = tuple(Cue(s.start_s, s.end_s, s.affect, s.direction) for s in turn.says)
        self._performance = Performance(cues, seed=vignette.client.age, reduced_motion=calm)
        self._shape = ClipShape((), turn.says[-1].end_s if turn.says else 1.0)
        self.picture.portrait.set_look(vignette.client.look)
        self.picture.show_film(turn.media.video is not None)
        self.picture.caption("")
        self._name.setText(f"{vignette.client.name}, {vignette.client.age}")
        self._background.setText(vignette.client.background)
        self._context.setText(vignette.context)
        notes = ", ".join(vignette.content_notes)
        self._notes.setText(self.tr("Before you begin, this touches on: {0}").format(notes))
        self._notes.setVisible(bool(notes))
        self._try.setText(self.tr("This time: {0}").format(change))
        self._try.setVisible(bool(change))
        self._synthetic.setVisible(turn.media.video is None)
        self._context_card.verticalScrollBar().setValue(0)
        self._progress.setValue(0)
        self.show_pose(-1.0)

    def show_shape(self, shape: ClipShape) -> None:
        """Take the clip's loudness, which moves the mouth."""
        self._shape = shape

    def show_state(self, practice: Practice) -> None:
        """Show what can be done now."""
        state, asked = practice.state, practice.sitting.assignment
        self._test = asked is not None and asked.is_test
        self._context_card.setVisible(state is State.READY)
        self._progress.setVisible(state is State.PLAYING)
        speaking = state in (State.PLAYING, State.RESPONDING)
        self.ring.setVisible(speaking)
        self._said.setVisible(state is State.RESPONDING or (speaking and not self._crowded))
        if state is State.PLAYING:
            self.ring.rest()
        self._responding = state is State.RESPONDING
        self._say()
        text = {
            State.READY: self.tr("Listen to {0}  (Space)").format(practice.vignette.client.name),
            State.PLAYING: self.tr("Respond now  (Space)"),
            State.RESPONDING: self.tr("I have said it  (Space)"),
        }.get(state, "")
        self._primary.setText(text)
        # In a test every client is heard to the end.
        self._primary.setVisible(bool(text) and not (self._test and state is State.PLAYING))
        self._primary.setProperty("primary", state is not State.PLAYING)
        self._primary.style().polish(self._primary)
        if state is not State.PLAYING:
            self.picture.caption("")
        self._explain(state, practice.sitting.window_s(practice.turn))

    def show_level(self, level: Level) -> None:
        """Show what the microphone hears, or that it hears nothing."""
        before = self.ring.heard
        self.ring.hear(level.rms_dbfs, level.clipped, level.heard)
        if level.heard != before:
            self._say()

    def show_camera(self, runs: bool) -> None:
        """Say that the camera runs. No mirror: who sees themselves speaks in another way."""
        self.camera.setVisible(runs)

    def show_position(self, at_s: float) -> None:
        """Show the client at a second of the clip: pose, mouth, caption, progress."""
        self.show_pose(at_s)
        self._progress.setValue(min(1000, round(1000 * at_s / max(self._shape.duration_s, 0.1))))
        self.picture.caption(self._sentence(at_s) if self._captions else "")

    def show_pose(self, at_s: float) -> None:
        """Show only the client, also before and after they speak."""
        seen_s = at_s + LATE_S
        loudness = self._shape.loudness(seen_s) if at_s >= 0 else 0.0
        self.picture.portrait.set_pose(self._performance.pose(seen_s, loudness))

    def set_captions(self, shown: bool) -> None:
        """Show what the client says as text."""
        self._captions = shown
        self._captions_button.setChecked(shown)
        if not shown:
            self.picture.caption("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        metrics = self.fontMetrics()
        self._crowded = (
            self.height() < ROOMY_LINES * metrics.height()
            or self.width() < ROOMY_CHARACTERS * metrics.averageCharWidth()
        )
        self._explanation.setVisible(not self._crowded)
        self.ring.set_lines(SMALL_RING_LINES if self._crowded else LINES)
        self.picture.set_crowded(self._crowded)
        self._column.setSpacing(CROWDED_SPACING if self._crowded else SPACING)

    # Inside

    def _sentence(self, at_s: float) -> str:
        says = self._turn.says if self._turn else ()
        return next((s.text for s in says if s.start_s - 0.1 <= at_s < s.end_s + 0.4), "")

    def _say(self) -> None:
        if not self.ring.heard:
            text = self.tr("The microphone does not hear you now.")
        elif self._responding:
            text = self.tr("Answer aloud, as if you were the therapist.")
        else:
            text = self.tr("The microphone hears you already. Listen.")
        self._said.setText(text)

    def _explain(self, state: State, window_s: float) -> None:
        self._explanation.setText(
            {
                State.READY: self.tr(
                    "You hear it once, to the end. Then you answer aloud, once, within {0:g} "
                    "seconds; Space ends it."
                ).format(window_s),
                State.PLAYING: self.tr("Recording starts by itself when the client stops."),
                State.RESPONDING: self.tr("Recording. This is your one answer."),
            }.get(state, "")
            if self._test
            else {
                State.READY: self.tr(
                    "You hear it once. When the client stops, recording has already begun: answer "
                    "aloud, then press Space."
                ),
                State.PLAYING: self.tr("Recording starts by itself when the client stops."),
                State.RESPONDING: self.tr("Recording. It is kept, also when you leave with Esc."),
            }.get(state, "")
        )

    def _keys(self) -> None:
        # A key that is held must not start the client, cut them off and end the answer.
        QShortcut(QKeySequence("Space"), self, self.primary.emit, autoRepeat=False)
        toggle = partial(self._captions_button.click)
        QShortcut(QKeySequence("C"), self, toggle)

    def _lay_out(self) -> None:
        self._make_context_card()
        stage = QHBoxLayout()
        stage.setSpacing(18)
        stage.addWidget(self.picture, 3)
        stage.addWidget(self._context_card, 2)
        self._progress = QProgressBar(textVisible=False, maximum=1000)
        keep = self._progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # the picture must not jump when the client stops
        self._progress.setSizePolicy(keep)
        self._progress.setAccessibleName(self.tr("How far the client has spoken"))
        self._captions_button = QPushButton(self.tr("Captions  (C)"))
        self._captions_button.setCheckable(True)
        self._captions_button.toggled.connect(self._caption_toggled)
        self._explanation = QLabel(wordWrap=True)
        self._explanation.setProperty("quiet", True)
        self._said = QLabel(wordWrap=True)
        theme.big(self._said, 1.15)
        self.camera = self._make_camera_sign()
        self._primary = QPushButton()
        self._primary.clicked.connect(self.primary)
        theme.big(self._primary, 1.1)
        answering = QHBoxLayout()
        answering.setSpacing(18)
        answering.addWidget(self.ring)
        answering.addWidget(self._said, 1)
        answering.addStretch()
        answering.addWidget(self.camera)
        foot = QHBoxLayout()
        foot.addWidget(self._captions_button)
        foot.addWidget(self._explanation, 1)
        foot.addStretch()
        foot.addWidget(self._primary)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(stage, 1)
        column.addWidget(self._progress)
        column.addLayout(answering)
        column.addLayout(foot)

    def _make_camera_sign(self) -> QWidget:
        sign = QWidget()
        sign.setAccessibleName(self.tr("The camera is on"))
        side = self.fontMetrics().height()
        picture, words = QLabel(), QLabel(self.tr("Camera on"))
        picture.setPixmap(theme.icon("video").pixmap(QSize(side, side)))
        words.setProperty("quiet", True)
        row = QHBoxLayout(sign)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(picture)
        row.addWidget(words)
        sign.hide()
        return sign

    def _caption_toggled(self, shown: bool) -> None:
        self._captions = shown
        if not shown:
            self.picture.caption("")
        self.captions_wanted.emit(shown)

    def _make_context_card(self) -> None:
        inside = QFrame()
        inside.setProperty("card", True)
        self._name, self._background, self._context, self._notes, self._try, self._synthetic = (
            QLabel(wordWrap=True) for _ in range(6)
        )
        theme.big(self._name, 1.5, bold=True)
        theme.big(self._context, 1.12)
        for label in (self._background, self._synthetic):
            label.setProperty("quiet", True)
        for label in (self._notes, self._try):
            label.setProperty("badge", True)
        self._synthetic.setText(self.tr(SYNTHETIC))
        column = QVBoxLayout(inside)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(12)
        # The notes first: who does not want to meet this must read it before anything else.
        for label in (self._notes, self._name, self._background, self._context, self._try):
            column.addWidget(label)
        column.addStretch()
        column.addWidget(self._synthetic)
        self._context_card = QScrollArea(widgetResizable=True)
        self._context_card.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._context_card.setWidget(inside)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._context_card.setSizePolicy(policy)
