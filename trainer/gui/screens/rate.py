"""Rate: the rounds one has begun, the way to a new one, and what belongs to rating others."""

from collections.abc import Callable, Sequence
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
from trainer.app.calibration import Waiting, waiting
from trainer.app.desk import Desk
from trainer.app.queue import Candidate
from trainer.app.rounds import Begun
from trainer.app.shared import Came, came
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.rounds import UNGATED
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.new_round import NewRound
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet, strong
from trainer.gui.widgets.order import in_order
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.shares import ShareCards
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SHOWN = 12  # rounds, before older ones are folded away
# In place of a round's id: the button that shows those put away, and what is offered first.
_AWAY, _FIRST = "put away", "first"

AHEAD_MS = 250
"""After the page is shown: what is read ahead does not hold it up."""


class RateScreen(Screen):
    """The rounds of the person at this computer, newest first; nobody's name is on it."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._every = False  # older rounds are shown too
        self._away = False  # so are those that were put away
        self._buttons: dict[str, QPushButton] = {}  # by round
        self._puts: dict[str, QPushButton] = {}  # likewise: put away, or take out again
        self._steps: list[QWidget] = []  # where Tab goes in the list, in its order
        self._wanted = ""  # the round that has the focus after the list was made anew
        self._fold_away: QPushButton | None = None
        self._shares: dict[str | None, Came] = {}  # by the round that they are rated in
        self._some_left = False  # a round is not rated whole
        self._first: QPushButton | None = None  # goes on with the newest round that is not whole
        self._lay_out()

    def entered(self) -> None:
        self.new.look.setVisible(bool(self._desk.settings.text("place")))
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
        rubric, library = self.new.rubric, self._desk.library
        self._desk.runner.database(
            lambda log: (
                rounds.begun(log, me),
                waiting(log, library, rubric, me),
                came(log, library, me),
            ),
            lambda found: self._show(*found),
            alive=alive(self),
        )

    def _show(self, begun: tuple[Begun, ...], wait: Waiting, came: tuple[Came, ...]) -> None:
        focused = self._go_on_with_focus() or self._wanted
        self._clear()
        self._shares = {one.round_id: one for one in came if one.round_id}
        self.shares.show_shares(came)
        listed = [one for one in begun if not one.away]
        away = [one for one in begun if one.away]
        first = next((one for one in listed if not one.whole), None)
        self._some_left = first is not None
        for one in listed if self._every else listed[:SHOWN]:
            self._rounds.addWidget(self._card(one, first=one is first))
        if len(listed) > SHOWN and not self._every:
            self._fold(self.tr("Show all {0} rounds").format(len(listed)), self._show_every)
        if away:
            self._show_away(away)
        self._lead_through()
        to_begin = next(iter(self.shares.buttons.values()), None)
        if self._first is None and to_begin is not None:
            to_begin.setProperty("primary", True)
            self._first = to_begin
        self.new.show_waiting(wait, first=self._first is None)
        again = {**self._buttons, **self.shares.buttons}
        if focused in again:  # its card was made anew under the rater's finger
            again[focused].setFocus()
        elif focused == _AWAY and self._fold_away is not None:
            self._fold_away.setFocus()
        elif focused == _FIRST or (self.isVisible() and not self._elsewhere_has_focus()):
            (self.new.first if self._first is None else self._first).setFocus()
        self._wanted = ""

    def _show_away(self, away: list[Begun]) -> None:
        text = self.tr("Hide rounds put away") if self._away else self.tr("Show rounds put away")
        self._fold_away = self._fold(self.tr("{0} ({1})").format(text, len(away)), self._turn_away)
        for one in away if self._away else ():
            self._rounds.addWidget(self._card(one, first=False))

    def _lead_through(self) -> None:
        """Let Tab go from the rounds to what stands below: Qt puts what is made last at the end."""
        in_order(*self._steps, self.shares, self.new, self._more)

    def _fold(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(act)
        self._rounds.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._steps.append(button)
        return button

    def _go_on_with_focus(self) -> str:
        every = {**self._buttons, **self.shares.buttons}
        return next((key for key, button in every.items() if button.hasFocus()), "")

    def _elsewhere_has_focus(self) -> bool:
        focused = self.window().focusWidget()
        return self.isAncestorOf(focused) or self._window.banner.isAncestorOf(focused)

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
        go = QPushButton(self.tr("Look through it") if one.whole else self.tr("Go on rating"))
        go.setAccessibleName(self.tr("{0}: {1}").format(go.text(), title.text()))
        go.setProperty("primary", first)
        go.clicked.connect(partial(self._window.rate_round, of.id))
        self._buttons[of.id] = go
        if first:
            self._first = go
        buttons = [go]
        if of.kind == UNGATED:
            said.append(self.tr("begun without the gate"))
        share = self._shares.get(of.id)
        if share is not None:
            ways = self.shares.send_buttons(share)
            if one.whole and share.unsent and self._first is None and not self._some_left:
                self._first = ways[0]
                self._first.setProperty("primary", True)
            buttons += ways
            said += [about] if (about := self.shares.about(share)) else []
        if one.astray and share is None:
            said.append(
                self.tr("{0} recordings are not where they were").format(one.astray)
                if one.astray > 1
                else self.tr("one recording is not where it was")
            )
            find = QPushButton(self.tr("Find them again …"))
            find.clicked.connect(partial(self.new.ask_folder, self.find_again))
            buttons.append(find)
        buttons.append(self._make_put(one, title.text()))
        self._steps += buttons
        card.add(title, bar, quiet(" · ".join(said)), in_a_row(*buttons))
        return card

    def _make_put(self, one: Begun, title: str) -> QPushButton:
        if one.away:
            put = QPushButton(self.tr("Take it out again"))
            put.clicked.connect(partial(self._take_out, one.round.id))
        else:
            put = QPushButton(self.tr("Put it away"))
            put.clicked.connect(partial(self._put_away, one, title))
        put.setAccessibleName(self.tr("{0}: {1}").format(put.text(), title))
        put.setProperty("flat", True)
        self._puts[one.round.id] = put
        return put

    def _clear(self) -> None:
        self._first = self._fold_away = None
        self._buttons.clear()
        self._puts.clear()
        self._steps.clear()
        while (item := self._rounds.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _lead_to_first(self) -> None:
        if self.isVisible():
            self._wanted = _FIRST
            self._read()

    def _show_every(self) -> None:
        self._every = True
        self._read()

    # Rounds that are put away

    def _turn_away(self) -> None:
        self._away, self._wanted = not self._away, _AWAY
        self._read()

    def _put_away(self, one: Begun, title: str) -> None:
        """At once what is rated whole; of another it is asked first."""
        if one.whole:
            self._put(one.round.id)
            return
        text = self.tr(
            "{0}: {1} of {2} are rated. Put away, it leaves this list. What is rated stays and "
            "counts, what is not can come in a new round, and the round can be taken out again."
        )
        self.question.ask(
            text.format(title, one.pace.rated, one.pace.of),
            self.tr("Put it away"),
            partial(self._put, one.round.id),
            back=partial(self._back_to_put, one.round.id),
            no=self.tr("Leave it here  (Esc)"),
        )
        self._area.ensureWidgetVisible(self.question)

    def _back_to_put(self, round_id: str) -> None:
        if round_id in self._puts:
            self._puts[round_id].setFocus()

    def _put(self, round_id: str) -> None:
        then = self._neighbour(round_id)

        def told(_: str) -> None:
            self._wanted = then  # not before: a list that is still being read would take it
            self._window.banner.say(
                self.tr("The round is put away, with all that was rated in it."),
                self.tr("Take it out again"),
                partial(self._take_out, round_id),
            )

        self._move(rounds.put_away, round_id, told)

    def _take_out(self, round_id: str) -> None:
        def told(_: str) -> None:
            self._wanted = round_id
            self._window.banner.dismiss()

        self._move(rounds.take_out, round_id, told)

    def _move(
        self, move: Callable[..., Outcome[str]], round_id: str, done: Callable[[str], object]
    ) -> None:
        self._desk.runner.change(
            lambda log: move(log, round_id), done, self._window.failed, alive=alive(self)
        )

    def _neighbour(self, round_id: str) -> str:
        """The round in the list that takes its place, or comes before it."""
        ids = list(self._buttons)
        at = ids.index(round_id)
        return next(iter((*ids[at + 1 :], *reversed(ids[:at]))), _FIRST)

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
        self.question = Question()
        column.addWidget(self.question)
        self._rounds = QVBoxLayout()
        self._rounds.setSpacing(12)
        self._clear()
        column.addLayout(self._rounds)
        self.shares = ShareCards(self._desk, self._window)
        column.addWidget(self.shares)
        self.new = NewRound(self._desk, self._window)
        self.shares.begun.connect(self.new.rate_share)
        self.shares.taken_in.connect(self._lead_to_first)
        self.new.file.clicked.connect(self.shares.ask_file)
        self.new.rubric_chosen.connect(self._read)
        column.addWidget(self.new)
        self._more = self._make_more()
        column.addWidget(self._more)
        column.addStretch()
        area = self._area = QScrollArea(widgetResizable=True)
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
