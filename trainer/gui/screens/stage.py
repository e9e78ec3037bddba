"""The whole window for one sitting: shows what the practice says, passes on what is pressed."""

from functools import cached_property, partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app.clip import ClipShape, clip_shape
from trainer.app.desk import Desk
from trainer.app.exam import Exam
from trainer.app.practice import Practice, State
from trainer.app.sitting import Sitting
from trainer.domain.assignment import SOUND
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.gui import theme
from trainer.gui.jobs import alive
from trainer.gui.player import QtPlayer
from trainer.gui.screen import Screen
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.screens.listen import ListenPage
from trainer.gui.screens.rating import RatingPage
from trainer.gui.screens.reflect import ReflectPage
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.terms import who_sees
from trainer.media.ports import Level

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

FRAME_MS = 40
NO_CHANGE: tuple[str, bool | None, tuple[int, ...]] = ("", None, ())
WHILE_READING_MS = 800  # nobody has read the context by then, and the client is drawn


class StageScreen(Screen):
    """Practice as a person meets it."""

    makes_room = True  # whoever speaks sees what they are told, and themselves

    def __init__(self, desk: Desk, sitting: Sitting, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._player = QtPlayer(desk.settings.text("speaker") or None, parent=self)
        self._recorder = window.make_recorder()
        self._heard_s, self._heard_at = 0.0, 0.0
        self._shown: tuple[State, int, int] | None = None
        self._change = self._kept_change = NO_CHANGE
        asked = sitting.assignment
        self._test = asked is not None and asked.is_test
        self.practice = (Exam if self._test else Practice)(
            sitting,
            self._player,
            self._recorder,
            desk.runner,
            desk.home,
            changed=self._show,
            trouble=window.failed,
            camera=None if asked is not None and asked.recorded == SOUND else window.camera(),
        )
        self._player.on_position = self._heard
        self._recorder.on_level = self._level
        self._recorder.on_over = window.banner.withdraw
        self._make_pages()
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._frame)
        escape = QShortcut(QKeySequence("Esc"), self, self.leave)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # The window's side

    def entered(self) -> None:
        """The person is here."""
        self._timer.start()
        self._show()
        QTimer.singleShot(WHILE_READING_MS, self, self._make_ready)

    def _make_ready(self) -> None:
        if self.practice.state is State.READY:  # else it is made when it is needed
            _ = self.rating

    def left(self) -> None:
        """Another screen is shown, or the window closes: nothing that was said is lost."""
        self._timer.stop()
        self.feedback.stop()
        if self.practice.state not in (State.LEFT, State.DONE):
            self._keep_note()
            self.reflect.tell()
            self.practice.leave()

    def news(self, changes: Changes) -> None:
        """Measures arrive a moment after the rating was locked."""
        if Changes.MEASURES in changes and self.practice.state is State.RATED:
            self.feedback.reload()

    def leave(self) -> None:
        """Esc: back to Today; in the middle of a client of a test, only after saying what it means.

        Nothing waits for the answer: the client goes on speaking.
        """
        if not self.question.isHidden():
            self.question.dismiss()
        elif isinstance(self.practice, Exam) and self.practice.breaks_in:
            self._ask_to_leave(self.practice)
        else:
            self._window.go("today")

    def _ask_to_leave(self, exam: Exam) -> None:
        answering = exam.state is State.RESPONDING
        kept = self.tr("what you said is kept as your answer")
        none = self.tr("there is no answer then")
        text = self.tr(
            "Leave now? {0} counts as interrupted and is not heard again; {1}. Later the test goes "
            "on with the next client."
        ).format(exam.vignette.client.name, kept if answering else none)
        self.question.ask(
            text, self.tr("Leave"), lambda: self._window.go("today"),
            back=self.listen.setFocus, no=self.tr("Stay  (Esc)"),
        )  # fmt: skip

    # What is shown

    def _show(self) -> None:
        practice = self.practice
        state = practice.state
        if state is State.LEFT:
            return
        if state is State.DONE:
            self._window.go("today")
            if self._test:
                self._window.banner.note(self.tr(
                    "That was the last client of the test. Write the file for the program below."
                ))  # fmt: skip
            return
        now = (state, practice.index, practice.attempt)
        fresh, self._shown = now != self._shown, now
        if not self.question.isHidden():  # what it says of the client is another thing by now
            self.question.dismiss()
            if state is State.RESPONDING:
                self.leave()
        if state in (State.READY, State.PLAYING, State.RESPONDING):
            self._show_stage(fresh)
        elif state is State.REVIEWING:
            self._show_rating(fresh)
        elif state is State.RATED and fresh:
            self._show_feedback()
        elif state is State.REFLECTING and fresh:
            self._pages.setCurrentWidget(self.reflect)
            self.reflect.setFocus()
        self._show_head()

    def _show_head(self) -> None:
        practice = self.practice
        before = practice.sitting.before
        count = before + len(practice.sitting.vignettes)
        where = self.tr("{0} of {1}").format(before + practice.index + 1, count)
        if practice.attempt > 1 and not self._test:
            where += self.tr("  ·  attempt {0}").format(practice.attempt)
        client = practice.vignette.client
        self._title.setText(f"{client.name}  ·  {practice.vignette.title}")
        self._where.setText(where)
        asked = not self.question.isHidden()  # in a small window it takes the room
        self._head.setHidden(asked or practice.state is State.REFLECTING)

    def _show_stage(self, fresh: bool) -> None:
        practice = self.practice
        if fresh and practice.state is State.READY:
            self.listen.show_vignette(
                practice.vignette,
                practice.turn,
                practice.change_tried,
                calm=self._desk.settings.flag("reduced_motion"),
            )
            self._read_clip()
            self._recorder.prepare()
        if fresh and practice.state is State.PLAYING:
            self._window.banner.dismiss()
            self._heard_s = 0.0
        self._heard_at = monotonic()
        self.listen.show_state(practice)
        self._pages.setCurrentWidget(self.listen)
        if self.question.isHidden():
            self.listen.setFocus()

    def _show_rating(self, fresh: bool) -> None:
        if fresh:
            self.rating.restart(time_over=self.practice.time_over)
            self._pages.setCurrentWidget(self.rating)
            self.rating.setFocus()

    def _show_feedback(self) -> None:
        response = self.practice.response
        assert response is not None, "a rating is locked only after its response is kept"
        self._change = self._kept_change = NO_CHANGE
        may_repeat = self.practice.sitting.may_repeat(self.practice.vignette, self.practice.attempt)
        self._again_button.setEnabled(may_repeat)
        self._again_button.setVisible(may_repeat)
        self._used_up.setVisible(not may_repeat)
        self._next.setText(
            self.tr("Finish the set  (N)") if self.practice.last else self.tr("Next client  (N)")
        )
        self.feedback.show_response(response.id)
        self._pages.setCurrentWidget(self._feedback_page)
        self.feedback.setFocus()

    # What is pressed

    def _primary(self) -> None:
        match self.practice.state:
            case State.READY if self._recorder.ready:
                self.practice.play()
            case State.READY:  # the key came while the device opens: the window does not wait
                QTimer.singleShot(FRAME_MS, self, self._play_when_ready)
            case State.PLAYING:
                self.practice.respond_now()
            case State.RESPONDING:
                self.practice.finish()

    def _play_when_ready(self) -> None:
        if self.practice.state is State.READY:
            self._primary()

    def _score(self, item_id: str, value: object) -> None:
        score = None if value is None else float(value)  # type: ignore[arg-type]  # a Signal's object
        self.practice.score(item_id, score)

    def _lock(self) -> None:
        try:
            self.practice.lock()
        except KnownError as error:
            self._window.failed(error)

    def _again(self) -> None:
        if not self._again_button.isEnabled():
            return
        self._keep_note()
        change = self.feedback.change_next()
        self.feedback.stop()
        self.practice.again(change)

    def _go_on(self) -> None:
        self._keep_note()
        self.feedback.stop()
        self.practice.next()

    def _note_changed(self, change: str, hooked: object, criteria: tuple[int, ...]) -> None:
        self._change = (change, hooked if isinstance(hooked, bool) else None, criteria)

    def _keep_note(self) -> None:
        """Keep what was made of the feedback, if anything, and what the log refused before."""
        if self.practice.state is not State.RATED:
            return
        if self._change != self._kept_change:
            self._kept_change = self._change
            self.practice.note(*self._change)
        else:
            self.practice.notes.try_again()

    # What moves

    def _heard(self, at_s: float) -> None:
        self._heard_s, self._heard_at = at_s, monotonic()

    def _level(self, level: Level) -> None:
        self.listen.show_level(level)

    def _frame(self) -> None:
        self.practice.tick()
        state = self.practice.state
        self.listen.show_camera(self.practice.filming.runs)
        since = monotonic() - self._heard_at
        if state is State.PLAYING:
            self.listen.show_position(self._heard_s + min(since, 0.2))
        elif state is State.RESPONDING:
            window_s = self.practice.sitting.window_s(self.practice.turn)
            self.listen.ring.show_time(self.practice.seconds_left(), window_s)
            self.listen.show_pose(self.practice.turn.says[-1].end_s + since)
        elif state is State.READY:
            self.listen.show_pose(-1.0 - since)

    def _read_clip(self) -> None:
        clip = self.practice.turn.media.clip

        def show(shape: ClipShape) -> None:
            if self.practice.turn.media.clip == clip:
                self.listen.show_shape(shape)

        self._desk.runner.apart(partial(clip_shape, clip), show, alive=alive(self))

    # How it is laid out

    def _make_pages(self) -> None:
        self.listen = ListenPage()
        self.listen.set_captions(self._desk.settings.flag("captions"))
        self.listen.primary.connect(self._primary)
        self.listen.captions_wanted.connect(partial(self._desk.settings.set, "captions"))
        self._player.set_video_sink(self.listen.picture.film.sink())
        self.feedback = FeedbackView(self._desk)
        self.feedback.note_changed.connect(self._note_changed)
        self.feedback.note_made.connect(self._keep_note)
        self.reflect = ReflectPage()
        self.reflect.said.connect(partial(self.practice.reflect, done=False))
        self.practice.on_not_reflected = self.reflect.not_kept
        self.reflect.finished.connect(self.practice.reflect)
        self._pages = QStackedWidget()
        for page in (self.listen, self._make_feedback_page(), self.reflect):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 20)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        self.question = Question(esc=False)
        self.question.asked.connect(self._head.setHidden)
        column.addWidget(self.question)
        column.addWidget(self._pages, 1)

    @cached_property
    def rating(self) -> RatingPage:
        """Made once the client is seen, while the context is read: it takes its time."""
        sitting = self.practice.sitting
        page = RatingPage(sitting.rubric, who_sees(sitting.assignment), test=self._test)
        page.scored.connect(self._score)
        page.lock_wanted.connect(self._lock)
        page.refused.connect(self._window.banner.note)
        self._pages.addWidget(page)
        return page

    def _make_head(self) -> QWidget:
        self._title, self._where = Elided(), QLabel()
        theme.big(self._title, 1.25, bold=True)
        self._where.setProperty("quiet", True)
        leave = QPushButton(self.tr("Leave  (Esc)"))
        leave.setProperty("flat", True)
        leave.clicked.connect(self.leave)
        self._head = QWidget()
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title)
        row.addSpacing(10)
        row.addWidget(self._where)
        row.addStretch(1)
        row.addWidget(leave)
        return self._head

    def _make_feedback_page(self) -> QWidget:
        again = self._again_button = QPushButton(self.tr("Again, with this change  (R)"))
        again.clicked.connect(self._again)
        self._used_up = quiet(self.tr("Your takes of this client are used up."))
        self._used_up.hide()
        self._next = QPushButton()
        self._next.clicked.connect(self._go_on)
        self._next.setProperty("primary", True)
        foot = QHBoxLayout()
        foot.addWidget(again)
        foot.addWidget(self._used_up, 1)
        foot.addStretch()
        foot.addWidget(self._next)
        self._feedback_page = QWidget()
        column = QVBoxLayout(self._feedback_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.feedback, 1)
        column.addLayout(foot)
        for key, act in (("R", self._again), ("N", self._go_on)):
            QShortcut(QKeySequence(key), self._feedback_page, act, autoRepeat=False)
        return self._feedback_page
