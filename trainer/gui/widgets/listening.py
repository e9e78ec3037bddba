"""Hearing client and response again: the time line, its buttons, and what it shows in words."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from trainer.app.waveform import TimeLine
from trainer.domain.errors import KnownError
from trainer.domain.moments import clock, into_answer
from trainer.domain.response import ASLEEP, GAP, LOST, MOVED, MUTED, Hole, Response
from trainer.domain.speech import SpeechMeasures, latency
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, heading, quiet
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.marks import NO_MARKS, Marks
from trainer.gui.widgets.passages import Passages
from trainer.gui.widgets.playback import RATES, Deck, Duet
from trainer.gui.widgets.timeline import CLOSER, Timeline
from trainer.gui.widgets.timeline_picture import CLIENT, RESPONSE

if TYPE_CHECKING:
    from trainer.gui.widgets.pictures import Pictures

STEP_S = 2.0


class Listening(Card):
    """The card on which client and response are played; its owner gives it the keys."""

    def __init__(self, make_deck: Callable[[], Deck], parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Listen again"))
        self._line: TimeLine | None = None
        self._found: tuple[Response, SpeechMeasures | None] | None = None
        self._moments: tuple[float, ...] = ()
        self.pictures: Pictures | None = None  # only where there is a film
        self.timeline = Timeline()
        self.duet = Duet(make_deck, self)
        self.passages = Passages(self.duet, self.timeline, self)
        self._clock = quiet("")
        self._clock.setWordWrap(False)
        self.caption = quiet("")
        self.trouble = quiet("")
        self.trouble.hide()
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("Listen again")), 1)
        head.addWidget(self._clock)
        self.body.addLayout(head)
        self.add(self.timeline)
        self.body.addLayout(self._make_buttons())
        self.add(self.caption, self.trouble)
        self.timeline.seek_wanted.connect(self.duet.seek)
        self.duet.moved.connect(self._show_place)
        self.duet.playing_changed.connect(self._show_playing)
        self.duet.failed.connect(self._show_trouble)

    def show_line(self, line: TimeLine | None, client_name: str) -> None:
        """Show and load both sounds; None while they are being read."""
        self._line = line
        self.duet.load(line)
        self.passages.forget()
        self.timeline.show_line(line, client_name)
        for button in self._buttons:
            button.setEnabled(line is not None)
        if line is not None:
            self.client.setEnabled(line.client is not None)
            self.response.setEnabled(line.response is not None)
            self.play.setEnabled(line.client is not None or line.response is not None)
            if line.problems:
                self._show_trouble(" ".join(line.problems))
            self._show_place(self.duet.at_s)
        self._describe()

    def show_pictures(self, pictures: "Pictures") -> None:
        """Show client and person above the time line, moving with it."""
        self.pictures = pictures
        self.body.insertWidget(1, pictures)
        self.duet.moved.connect(self._move_pictures)
        self.duet.playing_changed.connect(self._move_pictures)

    def show_measures(self, response: Response, measures: SpeechMeasures | None) -> None:
        """Mark what was measured of ``response``; None while that is still going on."""
        self._found = (response, measures)
        self._describe()

    def show_moments(self, moments: tuple[float, ...]) -> None:
        """Mark what others spoke of (s of the response's file), by numbers in this order."""
        if moments != self._moments:
            self._moments = moments
            self._describe()

    def play_moment(self, at_s: float) -> None:
        """Play the response from a second of its file on."""
        if self._line is not None:
            self.duet.play_from(RESPONSE, self._line.response_at_s + at_s)

    def step(self, by: int) -> None:
        """Go forward or back by a few seconds."""
        self.duet.step(by * STEP_S)

    def change_speed(self, by: int) -> None:
        """The next speed, or with -1 the one before; round at the ends."""
        self.duet.set_rate(RATES[(RATES.index(self.duet.rate) + by) % len(RATES)])
        self._show_speed()

    def step_by_pause(self, by: int) -> None:
        """To where the response speaks again after the next pause, or with -1 the one before."""
        starts = self._marks().speaks_at()
        at_s = self.duet.at_s if self.duet.lane == RESPONSE else min(starts, default=0.0) - 1.0
        # While it plays, "before" is the stretch before the one that has only just begun.
        near = [s for s in starts if (s > at_s + 0.05 if by > 0 else s < at_s - 0.5)]
        if near:
            self.duet.seek(RESPONSE, min(near) if by > 0 else max(near))
        elif by < 0 and starts:
            self.duet.seek(CLIENT, 0.0)

    def stop(self) -> None:
        """Be silent, and let go of the files."""
        self.duet.stop()
        if self.pictures is not None:
            self.pictures.stop()

    def _move_pictures(self) -> None:
        if self.pictures is not None:
            self.pictures.follow(self.duet.at_s, self.duet.playing, self.duet.rate)

    def _make_buttons(self) -> Flow:
        self.play = QPushButton(self.tr("Play  (P)"))
        self.play.setIcon(theme.icon("play"))
        self.play.setIconSize(QSize(1, 1) * self.fontMetrics().height())
        self.play.clicked.connect(self.duet.toggle)
        self.client = QPushButton(self.tr("Client  (1)"))
        self.client.setToolTip(self.tr("Play from where the client begins"))
        self.client.clicked.connect(self.duet.play_client)
        self.response = QPushButton(self.tr("Response  (2)"))
        self.response.clicked.connect(self.duet.play_response)
        self.speed = QPushButton()
        self.speed.setToolTip(self.tr("Faster: S, slower: Shift+S; the voice keeps its pitch"))
        self.speed.clicked.connect(lambda: self.change_speed(1))
        self._show_speed()
        self.closer = QPushButton("+")
        self.closer.setAccessibleName(self.tr("Closer"))
        self.closer.setToolTip(self.tr("Look closer (+), around the playhead"))
        self.closer.clicked.connect(lambda: self.timeline.zoom(CLOSER))
        self.wider = QPushButton("\N{MINUS SIGN}")
        self.wider.setAccessibleName(self.tr("Wider"))
        self.wider.setToolTip(self.tr("See more at once (-)"))
        self.wider.clicked.connect(lambda: self.timeline.zoom(1 / CLOSER))
        self.all = QPushButton(self.tr("All  (0)"))
        self.all.setToolTip(
            self.tr("Show all of both sounds; closer and wider: Ctrl and the wheel")
        )
        self.all.clicked.connect(self.timeline.show_all)
        row = Flow()
        zoom = (self.closer, self.wider, self.all)
        self._buttons = (
            self.play,
            self.client,
            self.response,
            self.speed,
            *self.passages.buttons,
            *zoom,
        )
        for button in self._buttons:
            button.setEnabled(False)
            row.addWidget(button)
        return row

    def _show_place(self, at_s: float) -> None:
        self.timeline.show_playhead(at_s)
        if self._line is not None:
            at, whole = map(self._line.into_answer, (at_s, self._line.end_s))
            of = self.tr("{0} of {1}").format(clock(at), clock(whole))
            self._clock.setText(clock(at) if at < 0 else of)

    def _show_playing(self, playing: bool) -> None:
        self.play.setText(self.tr("Pause  (P)") if playing else self.tr("Play  (P)"))
        self.play.setIcon(theme.icon("pause" if playing else "play"))

    def _show_speed(self) -> None:
        self.speed.setText(self.tr("Speed {0:g} ×  (S)").format(self.duet.rate))

    def _show_trouble(self, what: KnownError | str) -> None:
        self.trouble.setText(str(what))
        self.trouble.show()

    # In words, and as marks on the axis

    def _describe(self) -> None:
        marks = self._marks()
        if self._line is not None:
            begins = self._line.response_at_s
            marks = replace(marks, moments=tuple(begins + at_s for at_s in self._moments))
        self.timeline.show_marks(marks)
        words = self.tr("Play from where the client has ended")
        if marks.pauses:
            words = self.tr("{0}; to the speech after a pause: , and .").format(words)
        self.response.setToolTip(words)
        text = self._summary()
        self.caption.setText(text)
        self.timeline.setAccessibleDescription(text)

    def _marks(self) -> Marks:
        if self._found is None or self._line is None:
            return NO_MARKS
        response, measures = self._found
        if measures is None:
            return NO_MARKS
        begins = self._line.response_at_s
        onset = None if measures.onset_s is None else begins + measures.onset_s
        self.duet.begins_at(onset)
        waited = latency(measures, response.stimulus_end_s, response.stimulus_end_error_s)
        label = "" if waited is None else self._after(waited.value_s)
        return Marks(
            onset_s=onset,
            onset_error_s=measures.onset_error_s or 0.0,
            pauses=tuple((begins + p.start_s, begins + p.end_s) for p in measures.pauses),
            label=label,
            holes=tuple(
                (begins + hole.at_s, begins + hole.at_s + hole.silence_s)
                for hole in response.recording.holes or ()
            ),
        )

    def _after(self, waited_s: float) -> str:
        if waited_s < 0:
            return self.tr("{0:.1f} s before the end").format(-waited_s)
        return self.tr("after {0:.1f} s").format(waited_s)

    def _summary(self) -> str:
        line = self._line
        if line is None:
            return self.tr("Reading both sounds …")
        said = []
        if line.client:
            text = (
                self.tr("You stopped the client after {0:.0f} s.")
                if line.stopped
                else self.tr("The client speaks for {0:.0f} s.")
            )
            said.append(text.format(line.client.duration_s))
        if not line.aligned and line.response and line.client:
            said.append(
                self.tr(
                    "It is not known where in your recording the client ended, "
                    "so the response stands after the clip."
                )
            )
        said += self._said_of_response() + self._said_of_gaps()
        if len(self._moments) == 1:
            said.append(self.tr("Others spoke of one moment, numbered."))
        elif self._moments:
            text = self.tr("Others spoke of {0} moments, numbered.")
            said.append(text.format(len(self._moments)))
        return " ".join(said)

    def _said_of_gaps(self) -> list[str]:
        if self._found is None:
            return []
        recording = self._found[0].recording
        holes, gaps, said = recording.holes, recording.gaps or 0, []
        if holes is not None:
            gaps = sum(hole.kind == GAP for hole in holes)
            said = self._said_of_holes(holes, self._found[0].stimulus_end_s)
        if not gaps:
            return said
        text = (
            self.tr("Sound did not arrive in one place: words may be missing.")
            if gaps == 1
            else self.tr("Sound did not arrive in {0} places: words may be missing.")
        )
        return [*said, text.format(gaps)]

    def _said_of_holes(self, holes: tuple[Hole, ...], client_end_s: float | None) -> list[str]:
        gone_s, asleep_s, muted_s = (
            sum(hole.missing_s for hole in holes if hole.kind == kind)
            for kind in (LOST, ASLEEP, MUTED)
        )
        said = []
        if gone_s:
            text = self.tr("The microphone was gone for {0:.1f} s, hatched: words may be missing.")
            said.append(text.format(gone_s))
        if muted_s:
            text = self.tr("The microphone was muted for {0:.1f} s, hatched: words may be missing.")
            said.append(text.format(muted_s))
        if asleep_s:
            text = self.tr("The computer was asleep for {0}, hatched.")
            said.append(text.format(self._long(asleep_s)))
        moved = [
            clock(into_answer(hole.at_s, client_end_s)) for hole in holes if hole.kind == MOVED
        ]
        if moved:
            text = self.tr("Another microphone is heard from {0} of your answer on, hatched.")
            said.append(text.format(self.tr(" and ").join(moved)))
        return said

    def _long(self, seconds: float) -> str:
        if seconds < 90:
            return self.tr("{0:.0f} s").format(seconds)
        minutes = seconds / 60
        if minutes < 90:
            return self.tr("{0:.0f} minutes").format(minutes)
        return self.tr("{0:.1f} hours").format(minutes / 60)

    def _said_of_response(self) -> list[str]:
        if self._found is None or self._found[1] is None:
            return []
        response, measures = self._found[0], self._found[1]
        said = []
        waited = latency(measures, response.stimulus_end_s, response.stimulus_end_error_s)
        if not measures.speech_s:
            said.append(
                self.tr("No speech was found after the client had finished.")
                if response.stimulus_end_s
                else self.tr("No speech was found in your response.")
            )
        elif measures.onset_s is None:
            text = self.tr("When you begin is not known; you speak for {0:.0f} s.")
            said.append(text.format(measures.speech_s))
        elif waited is None:
            said.append(self.tr("You speak for {0:.0f} s.").format(measures.speech_s))
        else:
            text = (
                self.tr(
                    "You begin {0:.1f} s before the client has finished (± {1:.1f} s, the band)"
                )
                if waited.value_s < 0
                else self.tr("You begin {0:.1f} s after (± {1:.1f} s, the band)")
            ).format(abs(waited.value_s), waited.error_s)
            said.append(self.tr("{0} and speak for {1:.0f} s.").format(text, measures.speech_s))
        if measures.pauses:
            longest = self.tr("the longest {0:.1f} s").format(measures.longest_pause_s)
            count = len(measures.pauses)
            said.append(
                self.tr("One pause, shaded, {0:.1f} s.").format(measures.longest_pause_s)
                if count == 1
                else self.tr("{0} pauses, shaded, {1}.").format(count, longest)
            )
        elif measures.speech_s:
            said.append(self.tr("There is no pause in it."))
        return said
