"""Today: what is due, what is not finished, and one key to begin."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app import forget, giving, interrupted, takes
from trainer.app.backup import automatic
from trainer.app.consent import chosen
from trainer.app.desk import Desk
from trainer.app.on_record import settle_later
from trainer.app.today import Today, sitting, today
from trainer.domain.changes import Changes
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.vignette import Vignette
from trainer.gui import theme
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.widgets.assigned import AssignedCards
from trainer.gui.widgets.cards import Card, in_a_row, notice, quiet
from trainer.gui.widgets.cut_off import CutOff
from trainer.gui.widgets.elided import ElidedButton
from trainer.gui.widgets.expired import ExpiredCard
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.order import empty, in_order, widgets_in
from trainer.gui.widgets.small_picture import small_picture
from trainer.gui.widgets.start import Start
from trainer.gui.widgets.terms import about

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


_OURS = ~(Changes.PEOPLE | Changes.MEASURES | Changes.NOTES | Changes.SETTINGS)


class TodayScreen(Screen):
    """The first thing seen. One primary action: begin."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._today: Today | None = None
        self._waits: object = ()  # what is shown of what waits
        self._pictured: tuple[Vignette, ...] = ()  # likewise of who is coming
        self._listed: tuple[object, str] = ((), "")  # and of what was lately
        self._anew = False  # whether another set is wanted than the one that was left
        self._lay_out()
        self._tidy_up()

    def entered(self) -> None:
        """Read what is due."""
        self._read()
        self._to_begin()

    def left(self) -> None:
        """Be silent."""
        self.cut_off.silence()

    def news(self, changes: Changes) -> None:
        """Something in the log changed."""
        if changes & _OURS:
            self._read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins, unless what has the focus takes it: a button (see the window), a line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not isinstance(self.focusWidget(), QAbstractButton | QLineEdit):
            if not event.isAutoRepeat():
                (self.begin_set if self.assigned.first is None else self.assigned.first.click)()
        else:
            super().keyPressEvent(event)

    def begin_set(self) -> None:
        """Start today's set."""
        if self._today is None or not self.start.isEnabled():  # nothing to begin, or begun
            return
        plan, rubric_id = self._today, self._desk.settings.text("rubric")
        rubric = self._desk.library.rubric(rubric_id)
        self.setFocus()  # else the next button had it, and a second Enter
        self.start.setEnabled(False)
        self._anew = False
        consent = chosen(self._desk.settings)
        self._desk.runner.database(
            lambda log: sitting(
                log, plan.person, plan.vignettes, rubric, set_id=plan.set_id, objective=plan.skill,
                consent=consent, begun=plan.begun, before=plan.before,
            ),
            self._window.practise,
            alive=alive(self),
        )  # fmt: skip

    def _another(self) -> None:
        """A new set instead of the one that was left; nothing of it is begun yet."""
        self._anew = True
        self.setFocus()
        self._read()

    # Reading

    def _read(self) -> None:
        desk = self._desk
        person, count = desk.settings.text("person"), desk.settings.number("repetitions")
        anew = self._anew
        self.assigned.read()  # first: what is assigned comes before practice
        desk.runner.database(
            lambda log: today(log, desk.library, person, count, anew=anew),
            self._show,
            alive=alive(self),
        )
        desk.runner.database(
            forget.past_its_date(person), self.expired.show_toll, alive=alive(self)
        )

    def _tidy_up(self) -> None:
        """What a crash left: finish it, or offer it."""
        runner, home = self._desk.runner, self._desk.home
        vignettes, since = self._desk.library.vignettes, new_id()
        # First: what is forgotten must not be offered, nor kept once more.
        runner.change(
            lambda log: forget.finish_left_over(log, home), failed=self._window.failed,
            alive=alive(self),
        )  # fmt: skip
        runner.change(giving.finish_left_over, failed=self._window.failed, alive=alive(self))

        def finished(waiting: takes.Waiting) -> None:
            wrong: list[KnownError] = []
            runner.background(
                lambda _cancel: interrupted.find(home, waiting.left_open, wrong.append),
                lambda found: settle_later(
                    self._desk, found, since, partial(self._offer, wrong), self._window.failed
                ),
                alive=alive(self),
            )
            takes.catch_up(runner, home, vignettes, waiting, self._window.failed)
            # After a crash there was no closing; and one that failed then is told of now.
            runner.background(
                lambda _cancel: automatic(home), failed=self._window.failed, alive=alive(self)
            )

        runner.change(takes.tidy_up, finished, alive=alive(self))

    # Showing

    def _show(self, plan: Today) -> None:
        self._today = plan
        self._greeting.setText(self.tr("Good to see you, {0}").format(plan.person.name))
        count = len(plan.vignettes)
        if not count:
            self._due.setText(self.tr("No vignette can be played; see the message above."))
        elif plan.begun is not None:
            said = by_count(
                count,
                self.tr("Your set of today goes on: 1 of {1} clients is left, {2}."),
                self.tr("Your set of today goes on: {0} of {1} clients are left, {2}."),
            )
            self._due.setText(said.format(count, plan.before + count, about(plan.minutes)))
        elif plan.first_time:
            one, more = (
                self.tr("Your first set: 1 client, {1}."),
                self.tr("Your first set: {0} clients, {1}."),
            )
            self._due.setText(by_count(count, one, more).format(count, about(plan.minutes)))
        else:
            said = by_count(
                count,
                self.tr("1 repetition due on {1}, {2}."),
                self.tr("{0} repetitions due on {1}, {2}."),
            )
            self._due.setText(said.format(count, self.tr(plan.skill), about(plan.minutes)))
        going_on = plan.begun is not None
        self.start.setEnabled(bool(count))
        self._name_start()
        if count and self.hasFocus():
            self._to_begin()
        self.other.setVisible(going_on)
        self._fill_clients(plan.vignettes)
        self._fill_waiting()
        self._fill_recent(plan)
        self._lead_through()

    def _name_start(self) -> None:
        """What is assigned is named apart, and is the primary action when it is due."""
        self.start.name_it(
            going_on=self._today is not None and self._today.begun is not None,
            beside=self.assigned.waits, primary=self.assigned.first is None,
        )  # fmt: skip

    def _to_begin(self) -> None:
        """The focus on the primary action."""
        first = self.assigned.first or self.start
        (first if first.isEnabled() else self).setFocus()

    def _back(self) -> None:
        """What had the focus is gone: it goes where Enter begins."""
        (self.start if self.start.isEnabled() else self).setFocus()

    def _assigned_filled(self) -> None:
        self._name_start()
        if self.hasFocus() or self.start.hasFocus():
            self._to_begin()
        self._lead_through()

    def _lead_through(self) -> None:
        """Let Tab go down the page."""
        waiting, recent = widgets_in(self._waiting), widgets_in(self._recent)
        cards, rows = self.assigned.cards, self.assigned.rows
        in_order(*cards, self._set, self.cut_off, *waiting, self.expired, *rows, *recent)

    def _fill_clients(self, vignettes: tuple[Vignette, ...]) -> None:
        if vignettes == self._pictured:  # made anew, the page would shrink and grow again
            return
        self._pictured = vignettes
        empty(self._clients, self._back)
        for vignette in vignettes:
            picture = small_picture(vignette)
            self._clients.addWidget(picture)
            self._clients.setAlignment(picture, Qt.AlignmentFlag.AlignTop)

    def _fill_waiting(self) -> None:
        now = self._today.unrated if self._today else ()
        if now == self._waits:  # who is about to press one of these is not to lose it
            return
        self._waits = now
        empty(self._waiting, self._back)
        for row in now:
            vignette = self._desk.library.vignette(row.pack, row.vignette)
            name = vignette.client.name if vignette else row.vignette
            text = self.tr("Your answer to {0} ({1:%d %b, %H:%M}) is not rated yet.").format(
                name, row.started_at
            )
            rate = QPushButton(self.tr("Rate it"))
            rate.clicked.connect(partial(self._window.rate, row.id))
            self._waiting.addWidget(notice(text, rate))

    def _fill_recent(self, plan: Today) -> None:
        rated = [row for row in plan.recent if row.scores]
        now = (tuple(rated), plan.reflection)
        if now == self._listed:
            return
        self._listed = now
        empty(self._recent, self._back)
        if not rated:
            return
        card = Card(self.tr("Lately"))
        if plan.reflection:
            card.add(quiet(self.tr("You wrote: {0}").format(plan.reflection)))
        for row in rated:
            vignette = self._desk.library.vignette(row.pack, row.vignette)
            client = f"{vignette.client.name}, {vignette.title}" if vignette else row.vignette
            when = f"{row.started_at:%d %b, %H:%M}"
            # The page is as wide as the window, however long a title is.
            button = ElidedButton(self.tr("{0}  ·  attempt {1}  ·  {2}").format(
                client, row.attempt, when))  # fmt: skip
            button.setProperty("nav", True)
            button.clicked.connect(partial(self._window.review, row.id))
            card.add(button)
        self._recent.addWidget(card)

    def _offer(self, wrong: list[KnownError], found: tuple[interrupted.Interrupted, ...]) -> None:
        if alive(self)():  # else the next one finds them
            self.cut_off.show_those(found)
            self._lead_through()
        for error in wrong:
            self._window.failed(error)

    # Layout

    def _lay_out(self) -> None:
        self._greeting, self._due = QLabel(wordWrap=True), QLabel(wordWrap=True)
        theme.big(self._greeting, 1.7, bold=True)
        theme.big(self._due, 1.2)
        self.start = Start()
        self.start.clicked.connect(self.begin_set)
        self._set = QFrame()
        self._set.setProperty("card", True)
        inside = QVBoxLayout(self._set)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(12)
        inside.addWidget(self._due)
        self._clients = Flow(gap=16)
        inside.addLayout(self._clients)
        self.other = QPushButton(self.tr("Another set instead"))
        self.other.clicked.connect(self._another)
        self.other.hide()
        inside.addWidget(in_a_row(self.start, self.other))
        self.cut_off = CutOff(self._desk, self._window.failed, self._back)
        self.cut_off.gone.connect(self._read)
        self._waiting, self._recent = QVBoxLayout(), QVBoxLayout()
        self.expired = ExpiredCard(self._desk, self._window.failed)
        self.assigned = AssignedCards(self._desk, self._window)
        page = QWidget()
        column = QVBoxLayout(page)
        self.assigned.filled.connect(self._assigned_filled)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        for part in (self._greeting, self.assigned, self._set):  # others wait for what is assigned
            column.addWidget(part)
        column.addWidget(self.cut_off)
        column.addLayout(self._waiting)
        column.addWidget(self.expired)
        column.addWidget(self.assigned.below)
        column.addLayout(self._recent)
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
