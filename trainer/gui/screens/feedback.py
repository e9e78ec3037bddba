"""Everything that is shown of one response after its self-rating was locked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from trainer.app import review as reviews
from trainer.app.clip import clip_shape
from trainer.app.desk import Desk
from trainer.app.feedback import Feedback, turn_of
from trainer.app.paths import Home
from trainer.app.review import Review
from trainer.app.takes import film_file, has_film, sound_file
from trainer.app.waveform import TimeLine, clip_of, time_line
from trainer.domain.errors import KnownError
from trainer.domain.response import Video
from trainer.domain.vignette import Turn
from trainer.gui.jobs import alive
from trainer.gui.screens.feedback_cards import (
    ChangeCard,
    CriteriaCard,
    ExamplesCard,
    MeasuredCard,
    RatingCard,
    TrapCard,
    UnsaidCard,
    notice,
)
from trainer.gui.screens.others_card import OthersCard
from trainer.gui.widgets.cards import Pair, quiet
from trainer.gui.widgets.listening import Listening
from trainer.gui.widgets.playback import Deck
from trainer.media.ports import Source

if TYPE_CHECKING:  # loaded only where there is a film
    from trainer.gui.widgets.pictures import Pictures

WIDEST_CHARACTERS = 190
TYPED_MS = 200  # after the last key


class FeedbackPage(QWidget):
    """The cards of one rated response."""

    note_changed = Signal(str, object, tuple)
    note_made = Signal()
    whole = Signal()

    def __init__(self, review: Review, listening: Listening) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 2, 10, 12)
        self._column.setSpacing(14)
        self.listening = listening
        self._column.addWidget(listening)
        self.others = OthersCard()
        self.others.moment_wanted.connect(listening.play_moment)
        self._column.addWidget(self.others)
        # What can be asked of the page at once is made at once, the rest in its turn.
        self.change = ChangeCard(review)
        self.change.changed.connect(self._tell)
        self.change.words.returnPressed.connect(self.note_made)
        self._typed = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typed.timeout.connect(self.note_made)
        self.measured = MeasuredCard()
        self.criteria: CriteriaCard | None = None
        turn = turn_of(review.feedback)
        if turn is not None:
            self.criteria = CriteriaCard(turn, review.feedback.note)
            self.criteria.ticked.connect(self._tell)
        for card in (self.change, self.measured, self.criteria):
            if card is not None:
                card.setParent(self)
                card.hide()
        self._told = self._note()
        self.show_review(review)
        self._growing = self._grow(review, turn)
        self.setUpdatesEnabled(False)  # until it is whole: half a layout is not to be seen
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        """One card a turn of the event loop: together they would hold the window up."""
        if next(self._growing, None) is None:
            self._column.addStretch(1)
            self.setUpdatesEnabled(True)
            self.whole.emit()
        else:
            QTimer.singleShot(0, self, self._go_on)

    def _grow(self, review: Review, turn: Turn | None) -> Iterator[QWidget]:
        found = review.feedback
        if turn is None or found.vignette is None:
            gone = self.tr("This vignette is no longer in the library; your response is.")
            yield self._added(RatingCard(review), self._column)
            yield self._added(quiet(gone), self._column)
        else:
            about = Pair()
            yield self._added(about, self._column)
            yield self._added(RatingCard(review), about.columns)
            if self.criteria is not None:
                yield self._added(self.criteria, about.columns)
            yield self._added(UnsaidCard(turn, found.vignette.client.name), about.columns)
            yield self._added(TrapCard(turn), about.columns)
            yield self._added(ExamplesCard(turn, found.rubric), self._column)
        then = Pair()
        yield self._added(then, self._column)
        yield self._added(self.measured, then.columns)
        yield self._added(self.change, then.columns)
        if notice(found.vignette):
            yield self._added(quiet(self.tr(notice(found.vignette))), self._column)

    def _added(self, widget: QWidget, layout: QLayout) -> QWidget:
        layout.addWidget(widget)
        widget.show()
        return widget

    def show_review(self, review: Review) -> None:
        """Show what was measured and what others gave; the rest is as it was locked."""
        self.measured.show_review(review)
        self.listening.show_measures(review.feedback.response, review.feedback.measures)
        self.others.show_review(review)
        self.listening.show_moments(tuple(one.at_s for one in review.others.comments))

    def _note(self) -> tuple[str, bool | None, tuple[int, ...]]:
        met = self.criteria.met() if self.criteria else ()
        return self.change.words.text().strip(), self.change.hooked, met

    def _tell(self) -> None:
        note = self._note()
        if note != self._told:
            typed = note[1:] == self._told[1:]
            self._told = note
            self.note_changed.emit(*note)
            if typed:
                self._typed.start()
            else:
                self.note_made.emit()


class FeedbackView(QWidget):
    """One scrolling page for one response; nothing of it before the self-rating is locked.

    ``note_changed(change_next, hooked, criteria_met)`` comes at every key and tick; ``note_made``
    when it is to be kept: at once after a click and Enter, a moment after the last key.
    ``shown(Review)`` comes after each reading.
    """

    note_changed = Signal(str, object, tuple)
    note_made = Signal()
    shown = Signal(object)
    whole = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._response_id = ""
        self._cancel = Event()
        self._page: FeedbackPage | None = None
        self._area = QScrollArea(widgetResizable=True)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.setAccessibleName(self.tr("Feedback"))
        self.setFocusProxy(self._area)  # so that the keys that scroll do
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self._make_keys()

    def show_response(self, response_id: str) -> None:
        """Read one response and show its feedback from the top."""
        self.stop()
        self._cancel.set()
        self._response_id, self._page = response_id, None
        self._area.setWidget(self._message(self.tr("Reading …")))
        self._read()

    def reload(self) -> None:
        """Read the shown response again, for what was measured; what was typed stays."""
        if self._response_id:
            self._read()

    def stop(self) -> None:
        """Stop the sound and let go of the files; to be called before leaving."""
        if self._page is not None:
            self._page.listening.stop()

    def change_next(self) -> str:
        """What the person will try next: their own words, or the suggestion if they wrote none."""
        if self._page is None:
            return ""
        return self._page.change.words.text().strip() or self._page.change.suggested

    @property
    def response_id(self) -> str:
        """The response that is shown; empty before the first."""
        return self._response_id

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._page is not None:
            self._page.setMaximumWidth(self._widest())
        super().resizeEvent(event)

    def _widest(self) -> int:
        # Lines longer than this are hard to read; the rest of a wide window stays empty.
        return self.fontMetrics().averageCharWidth() * WIDEST_CHARACTERS

    def _read(self) -> None:
        desk, wanted = self._desk, self._response_id
        desk.runner.database(
            lambda log: reviews.review(log, desk.library, wanted),
            lambda review: self._have(wanted, review),
            alive=alive(self),
        )

    def _have(self, wanted: str, review: Review) -> None:
        if wanted != self._response_id:
            return
        if review.feedback.self_rating is None or review.closed:
            self._page = None
            self._area.setWidget(self._message(self._why_shut(review)))
        elif self._page is None:
            self._make_page(review)
        else:
            self._page.show_review(review)
        self.shown.emit(review)

    def _why_shut(self, review: Review) -> str:
        if not review.closed:
            return self.tr("Your own rating comes first; then you see the feedback.")
        if review.alone:
            return self.tr(
                "This answer is of a test, and nobody may rate it. It can be played, with what was "
                "measured and with examples, when the test is over: when you have met all its "
                "clients, or it is no longer due."
            )
        return self.tr(
            "This answer is of a test. It can be played, with what was measured and with "
            "examples, when others' ratings of it have come back."
        )

    def _make_page(self, review: Review) -> None:
        self._page = FeedbackPage(review, Listening(self._make_deck))
        self._page.setMaximumWidth(self._widest())
        self._page.note_changed.connect(self.note_changed)
        self._page.note_made.connect(self.note_made)
        self._page.whole.connect(self.whole)
        self._area.setWidget(self._page)
        found = review.feedback
        name = found.vignette.client.name if found.vignette else self.tr("The client")
        self._page.listening.show_line(None, name)
        if found.video is not None and self._has_film(found.video):
            self._page.listening.show_pictures(self._make_pictures(found, name))
        response = found.response
        clip = clip_of(found.vignette, response.turn)
        home, wanted = self._desk.home, self._response_id
        film = found.video if self._page.listening.pictures is not None else None
        self._cancel = self._desk.runner.background(
            lambda cancel: (
                time_line(
                    clip,
                    partial(sound_file, home, response.recording),
                    response.stimulus_end_s,
                    cancel,
                    stopped_at_s=response.stopped_at_s,
                ),
                None if film is None else _film(home, film),
            ),
            lambda read: self._have_line(wanted, *read, name, found),
            alive=alive(self),
        )

    def _have_line(
        self,
        wanted: str,
        line: TimeLine,
        film: Source | KnownError | None,
        client_name: str,
        found: Feedback,
    ) -> None:
        if wanted != self._response_id or self._page is None:
            return
        listening, video = self._page.listening, found.video
        if isinstance(film, KnownError):
            line, film = replace(line, problems=(*line.problems, str(film))), None
        listening.show_line(line, client_name)
        self._page.others.show_line(line)
        if listening.pictures is None or video is None:
            return
        if film is None:
            listening.pictures.hide()
        else:
            listening.pictures.show_line(line, turn_of(found), found.response, video, film)

    def _has_film(self, video: Video) -> bool:
        """Whether the film is where it belongs; says so when it is not."""
        if has_film(self._desk.home, video):
            return True
        film = self._desk.home.recordings / video.file
        if self._page is not None:
            text = self.tr("The film of this answer is missing: {0}").format(film)
            self._page.listening.trouble.setText(text)
            self._page.listening.trouble.show()
        return False

    def _make_pictures(self, found: Feedback, client_name: str) -> "Pictures":
        from trainer.gui.widgets.pictures import Pictures

        pictures = Pictures(client_name, calm=self._desk.settings.flag("reduced_motion"))
        pictures.show_client(found.vignette, turn_of(found))
        if clip := clip_of(found.vignette, found.response.turn):
            self._desk.runner.apart(
                partial(clip_shape, clip), pictures.show_shape, _ignore, alive(pictures)
            )
        return pictures

    def _make_deck(self) -> Deck:
        from trainer.gui.player import QtPlayer

        return QtPlayer(self._desk.settings.text("speaker") or None, parent=self._page)

    def _message(self, text: str) -> QLabel:
        label = quiet(text)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _make_keys(self) -> None:
        # Of the window, so that they work wherever the focus is; a text field keeps its own keys,
        # and a view that is not shown hears nothing.
        keys: tuple[tuple[str, Callable[[Listening], object]], ...] = (
            ("P", lambda page: page.play.click()),
            ("1", lambda page: page.client.click()),
            ("2", lambda page: page.response.click()),
            ("Left", lambda page: page.step(-1)),
            ("Right", lambda page: page.step(1)),
            (",", lambda page: page.step_by_pause(-1)),
            (".", lambda page: page.step_by_pause(1)),
            ("Ctrl+Left", lambda page: page.step_by_pause(-1)),
            ("Ctrl+Right", lambda page: page.step_by_pause(1)),
            ("S", lambda page: page.change_speed(1)),
            ("Shift+S", lambda page: page.change_speed(-1)),
            ("[", lambda page: page.passages.first.click()),
            ("]", lambda page: page.passages.last.click()),
            ("L", lambda page: page.passages.loop.click()),
            ("+", lambda page: page.closer.click()),
            ("=", lambda page: page.closer.click()),
            ("-", lambda page: page.wider.click()),
            ("0", lambda page: page.all.click()),
        )
        for key, act in keys:
            QShortcut(QKeySequence(key), self, partial(self._on_page, act))

    def _on_page(self, act: Callable[[Listening], object]) -> None:
        if self._page is not None:
            act(self._page.listening)


def _film(home: Home, video: Video) -> Source | KnownError:
    """The film, or why there is none: the sounds are shown all the same."""
    try:
        return film_file(home, video)
    except KnownError as error:
        return error


def _ignore(_: Exception) -> None:
    """A clip that cannot be read is told of by the time line."""
