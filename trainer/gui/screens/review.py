"""One response again: what it was, its feedback, and the other attempts at the same moment."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from trainer.app.consent import state_for_one
from trainer.app.desk import Desk
from trainer.app.review import Attempt, Notes, Review
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent
from trainer.gui.screen import Screen
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.widgets.cards import heading, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.consent import ConsentLine
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SMALL_LINES = 24  # of text: less high, and the head of the page would leave no room


class ReviewScreen(Screen):
    """A response of the log. ``report_wanted(response_id)`` asks for its report as files."""

    report_wanted = Signal(str)

    def __init__(self, desk: Desk, response_id: str, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._attempts: tuple[Attempt, ...] = ()
        self._notes = Notes(desk.runner, window.failed)
        self._unsaved: tuple[str, str, bool | None, tuple[int, ...]] | None = None
        self.view = FeedbackView(desk)
        self.view.shown.connect(self._show)
        self.view.note_changed.connect(self._note_changed)
        self.view.note_made.connect(self._keep_note)
        self._lay_out()
        self._make_keys()
        self.open(response_id)

    def entered(self) -> None:
        """Read it again: it may have been rated since."""
        self.view.reload()
        self.view.setFocus()

    def left(self) -> None:
        """Be silent; keep what was typed."""
        self.view.stop()
        self._keep_note()

    def news(self, changes: Changes) -> None:
        """Measures and ratings arrive later."""
        if changes & (Changes.MEASURES | Changes.RATINGS | Changes.RESPONSES):
            self.view.reload()

    def open(self, response_id: str) -> None:
        """Show this response; what was typed about the one before is kept."""
        self._keep_note()
        self.view.show_response(response_id)

    # Inside

    def _show(self, review: Review) -> None:
        found = review.feedback
        response, vignette = found.response, found.vignette
        name = vignette.client.name if vignette else self.tr("A client no longer in the library")
        title = vignette.title if vignette else response.vignette.vignette
        self._title.setText(f"{name}  ·  {title}")
        facts = [
            moment(response.started_at),
            self.tr("attempt {0}").format(response.attempt),
            review.set_title or self.tr("from the library"),
        ]
        if response.ended_by == "interrupted":
            facts.append(self.tr("interrupted"))
        self._facts.setText("  ·  ".join(facts))
        self._tried.setText(self.tr("You set out to: {0}").format(response.change_tried))
        self._tried.setVisible(bool(response.change_tried))
        self.consent.show_statement(review.consent, response.started_at, closed=review.closed)
        rated = found.self_rating is not None
        self._pages.setCurrentIndex(1 if rated else 0)
        self._first.setText(self._why_rate(review))
        self.report.setVisible(rated and not review.closed)
        self._fill_attempts(review.attempts, response.id)

    def _why_rate(self, review: Review) -> str:
        if not review.closed:
            return self.tr("Rate it first; then you see the feedback.")
        if review.alone:
            return self.tr("Rate it first. When the test is over you see all of it.")
        return self.tr("Rate it first. Others' ratings come back later, and all of it with them.")

    def _fill_attempts(self, attempts: tuple[Attempt, ...], shown: str) -> None:
        self._attempts = attempts
        self.attempts.blockSignals(True)
        self.attempts.clear()
        for index, one in enumerate(attempts):
            text = self.tr("Attempt {0}  ·  {1}").format(one.attempt, moment(one.at))
            self.attempts.addItem(text if one.rated else self.tr("{0}, not rated").format(text))
            if one.response_id == shown:
                self.attempts.setCurrentIndex(index)
        self.attempts.blockSignals(False)
        self.attempts.setVisible(len(attempts) > 1)

    def _choose(self, index: int) -> None:
        self.open(self._attempts[index].response_id)

    def _step(self, by: int) -> None:
        index = self.attempts.currentIndex() + by
        if 0 <= index < len(self._attempts):
            self.open(self._attempts[index].response_id)

    def _note_changed(self, change: str, hooked: object, met: tuple[int, ...]) -> None:
        answer = hooked if isinstance(hooked, bool) else None
        self._unsaved = (self.view.response_id, change, answer, met)

    def _keep_note(self) -> None:
        if self._unsaved is not None:
            unsaved, self._unsaved = self._unsaved, None
            self._notes.keep(*unsaved)
        else:
            self._notes.try_again()

    def _state(self, use: str, months: int) -> None:
        response_id, consent = self.view.response_id, Consent(use, months)
        self._desk.runner.change(
            lambda log: state_for_one(log, response_id, consent), failed=self._window.failed
        )

    def _make_room(self, changing: bool) -> None:
        small = self.height() < SMALL_LINES * self.fontMetrics().height()
        for line in (self._title, self._facts):
            line.setHidden(changing and small)

    def _rate(self) -> None:
        self._window.rate(self.view.response_id)

    def _lay_out(self) -> None:
        self._title = heading("", 1.4)
        self._facts, self._tried = quiet(""), plain("")
        self._tried.hide()
        self.consent = ConsentLine()
        self.consent.stated.connect(self._state)
        self.consent.change.toggled.connect(self._make_room)
        self.attempts = Choice()
        self.attempts.setAccessibleName(self.tr("Attempts at this moment"))
        self.attempts.setToolTip(self.tr("Earlier and later: Alt+Left, Alt+Right"))
        self.attempts.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.attempts.activated.connect(self._choose)
        self.attempts.hide()
        self.report = QPushButton(self.tr("Save a report"))
        self.report.setToolTip(self.tr("As a page (HTML) and on paper (PDF)"))
        self.report.clicked.connect(lambda: self.report_wanted.emit(self.view.response_id))
        self.report.hide()
        back = QPushButton(self.tr("Back to the log  (Esc)"))
        back.clicked.connect(self._back)
        actions = Flow()
        for widget in (back, self.attempts, self.report):
            actions.addWidget(widget)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_unrated())
        self._pages.addWidget(self.view)
        self._pages.setCurrentIndex(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 12)
        column.setSpacing(8)
        for line in (self._title, self._facts, self._tried, self.consent):
            column.addWidget(line)
        column.addLayout(actions)
        column.addSpacing(4)
        column.addWidget(self._pages, 1)

    def _make_unrated(self) -> QWidget:
        page = QWidget()
        words = self._first = plain(self.tr("Rate it first; then you see the feedback."))
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rate = QPushButton(self.tr("Rate it now"))
        self.rate.setProperty("primary", True)
        self.rate.clicked.connect(self._rate)
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(words)
        column.addSpacing(8)
        column.addWidget(self.rate, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page

    def _back(self) -> None:
        self._window.go("log")

    def _make_keys(self) -> None:
        QShortcut(QKeySequence("Esc"), self, self._back)
        for key, by in (("Alt+Left", -1), ("Alt+Right", 1)):
            QShortcut(QKeySequence(key), self, partial(self._step, by))
