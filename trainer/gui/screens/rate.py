"""Rate: the rounds one has begun, the way to a new one, and what belongs to rating others."""

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app import rounds
from trainer.app.desk import Desk
from trainer.app.queue import Candidate
from trainer.app.rounds import Begun
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.rounds import UNGATED
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.new_round import NewRound
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet, strong
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SHOWN = 12  # rounds, before older ones are folded away

AHEAD_MS = 250
"""After the page is shown: what is read ahead does not hold it up."""


class RateScreen(Screen):
    """The rounds of the person at this computer, newest first; nobody's name is on it."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._every = False  # older rounds are shown too
        self._buttons: dict[str, QPushButton] = {}  # by round
        self._first: QPushButton | None = None  # goes on with the newest round that is not whole
        self._lay_out()

    def entered(self) -> None:
        self._read()
        # From here one goes to Reliability; loaded now, it does not hold up the window then.
        ahead = partial(import_module, "trainer.gui.screens.reliability")
        QTimer.singleShot(AHEAD_MS, self, ahead)

    def left(self) -> None:
        self.new.leave()

    def news(self, changes: Changes) -> None:
        if changes & (Changes.RATINGS | Changes.RESPONSES):
            self._read()

    # What is shown

    def _read(self) -> None:
        me = self._desk.settings.text("person")
        rubric = self.new.rubric
        self._desk.runner.database(
            lambda log: (rounds.begun(log, me), rounds.waiting(log, me, rubric)),
            lambda found: self._show(*found),
            alive=alive(self),
        )

    def _show(self, begun: tuple[Begun, ...], waiting: int) -> None:
        focused = self._go_on_with_focus()
        self._clear()
        open_ones = [one for one in begun if one.pace.rated < one.pace.of]
        for one in begun if self._every else begun[:SHOWN]:
            self._rounds.addWidget(self._card(one, first=bool(open_ones) and one is open_ones[0]))
        if len(begun) > SHOWN and not self._every:
            more = QPushButton(self.tr("Show all {0} rounds").format(len(begun)))
            more.clicked.connect(self._show_every)
            self._rounds.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.new.show_waiting(waiting, first=not open_ones)
        if focused in self._buttons:  # its card was made anew under the rater's finger
            self._buttons[focused].setFocus()
        elif self.isVisible() and not self._elsewhere_has_focus():
            (self.new.first if self._first is None else self._first).setFocus()

    def _go_on_with_focus(self) -> str:
        return next((key for key, button in self._buttons.items() if button.hasFocus()), "")

    def _elsewhere_has_focus(self) -> bool:
        return self.isAncestorOf(self.window().focusWidget())

    def _card(self, one: Begun, *, first: bool) -> Card:
        of, pace = one.round, one.pace
        card = Card("")
        card.setAccessibleName(of.title)
        title = strong(self.tr("{0}, begun {1}").format(of.title, moment(of.began_at)))
        said = [self.tr("{0} of {1} rated").format(pace.rated, pace.of)]
        if pace.each_s is not None:
            said.append(self.tr("{0:.0f} s each beyond listening").format(pace.each_s))
        bar = QProgressBar(textVisible=False, maximum=max(1, pace.of), value=pace.rated)
        bar.setAccessibleName(said[0])
        whole = pace.rated == pace.of
        go = QPushButton(self.tr("Look through it") if whole else self.tr("Go on rating"))
        go.setAccessibleName(self.tr("{0}: {1}").format(go.text(), title.text()))
        go.setProperty("primary", first)
        go.clicked.connect(partial(self._window.rate_round, of.id))
        self._buttons[of.id] = go
        if first:
            self._first = go
        buttons = [go]
        if of.kind == UNGATED:
            said.append(self.tr("begun without the gate"))
        if one.astray:
            said.append(
                self.tr("{0} recordings are not where they were").format(one.astray)
                if one.astray > 1
                else self.tr("one recording is not where it was")
            )
            find = QPushButton(self.tr("Find them again …"))
            find.clicked.connect(partial(self.new.ask_folder, self.find_again))
            buttons.append(find)
        card.add(title, bar, quiet(" · ".join(said)), in_a_row(*buttons))
        return card

    def _clear(self) -> None:
        self._first = None
        self._buttons.clear()
        while (item := self._rounds.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_every(self) -> None:
        self._every = True
        self._read()

    # Recordings that were moved

    def find_again(self, folder: Path) -> None:
        """Look in a folder for what was heard elsewhere before."""
        self.new.look_in(folder, self._found)

    def _found(self, candidates: Sequence[Candidate]) -> None:
        self._desk.runner.database(
            lambda log: rounds.found_again(log, candidates), self._told_found, alive=alive(self)
        )

    def _told_found(self, count: int) -> None:
        self._read()
        if not count:
            self._window.failed(
                KnownError(
                    self.tr("No recording there is one that you have rated or set out to rate"),
                    self.tr("Choose the folder into which they were moved."),
                )
            )

    # Making

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(heading(self.tr("Rate"), 1.7))
        column.addWidget(
            plain(
                self.tr(
                    "Rate what others answered: blind, one client across all who answered, by "
                    "keys alone. You see neither names nor dates, and no other rating."
                )
            )
        )
        self._rounds = QVBoxLayout()
        self._rounds.setSpacing(12)
        self._clear()
        column.addLayout(self._rounds)
        self.new = NewRound(self._desk, self._window)
        self.new.rubric_chosen.connect(self._read)
        column.addWidget(self.new)
        column.addWidget(self._make_more())
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _make_more(self) -> Card:
        card = Card(self.tr("What belongs to it"))
        for room, title, about in (
            (
                "calibration",
                self.tr("Calibration"),
                self.tr("Rate responses whose ratings are known, before you rate others."),
            ),
            (
                "reliability",
                self.tr("How far ratings agree"),
                self.tr("Agreement, severity, and what a decision takes."),
            ),
            (
                "consensus",
                self.tr("Consensus"),
                self.tr("Two raters' ratings side by side, and what they agree on."),
            ),
            (
                "trainee-report",
                self.tr("Report for a trainee"),
                self.tr("What was heard, and one thing to practise."),
            ),
        ):
            go = QPushButton(title)
            go.clicked.connect(partial(self._window.go, room))
            card.body.addWidget(go, 0, Qt.AlignmentFlag.AlignLeft)
            card.add(quiet(about))
        return card
