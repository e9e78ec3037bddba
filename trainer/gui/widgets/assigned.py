"""Assignments on Today: what a program asks for, how far one is, and the file to send back."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QMoveEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.assign import Put, put_away, take_on, take_up
from trainer.app.assigned import Assigned, assigned, sitting_for
from trainer.app.desk import Desk
from trainer.app.own_code import Change
from trainer.app.results_in import News, news, told
from trainer.app.sitting import Sitting
from trainer.app.submit import Submitted, submit
from trainer.domain.assignment import FILM, REFUSED
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.gui.arrivals import Arrivals
from trainer.gui.jobs import alive
from trainer.gui.shared_place import SharedPlace
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet
from trainer.gui.widgets.dialogs import ask_files, ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.own_code import OwnCode
from trainer.gui.widgets.spoken import speak
from trainer.gui.widgets.terms import answered, kept, terms, unsent
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class AssignedCards(QWidget):
    """One card for each assignment that came, and the way to take one in.

    ``filled`` when the cards are others than before.
    """

    filled = Signal()

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._shown: tuple[Assigned, ...] | None = None
        self._card_of: dict[str, QWidget] = {}
        self.cards: list[QWidget] = []  # as they stand, of what is to be done
        self.rows: list[QWidget] = []  # likewise, below
        self._place = ""
        self._wanted: frozenset[str] = frozenset()  # one of these is to be brought into sight
        self._on_its_way = False  # from a press till the clients are there
        self._begins: list[LongButton] = []  # what can be begun, those first that are due first
        self.waits = False  # whether an assignment is still to be taken on or answered
        self._cards = QVBoxLayout()
        self._cards.setSpacing(16)
        self.take_in = LongButton(self.tr("Take in a file from a program …"))
        self.take_in.clicked.connect(self._ask_file)
        self.look = LongButton(self.tr("Look into the shared place"))
        self.look.clicked.connect(lambda: SharedPlace.of(self._window).look())
        # Below what else there is today: what is over, and how a file is taken in.
        self.below = QWidget()
        self._over = QVBoxLayout()
        self._over.setSpacing(8)
        lower = QVBoxLayout(self.below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(16)
        lower.addLayout(self._over)
        self._ways_in = in_a_row(self.take_in, self.look)
        lower.addWidget(self._ways_in)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._cards)
        self.hide()  # until there is something to be done

    @property
    def first(self) -> LongButton | None:
        """Begins with what is due first."""
        return self._begins[0] if self._begins else None

    def read(self) -> None:
        """Read what was asked of the person at this computer."""
        desk, person = self._desk, self._desk.settings.text("person")
        if (place := desk.settings.text("place")) != self._place:  # the cards offer it, or not
            self._place, self._shown = place, None
        self.look.setVisible(bool(place))
        desk.runner.database(
            lambda log: assigned(log, desk.library, person), self._show, alive=alive(self)
        )
        desk.runner.database(lambda log: news(log, person), self._tell, alive=alive(self))

    def point_to(self, *ids: str) -> None:
        """Bring an assignment into sight, with the focus on what is to be done about it; of several
        the one that stands first.
        """
        self._wanted = frozenset(ids)
        self.read()

    def begin(self, assignment_id: str) -> None:
        """Meet the clients that are left."""
        if self._on_its_way:  # a second press
            return
        self._on_its_way = True
        desk, person = self._desk, self._desk.settings.text("person")
        desk.runner.database(
            lambda log: sitting_for(log, desk.library, assignment_id, person),
            self._sit, self._not_begun, alive=alive(self),
        )  # fmt: skip

    def _not_begun(self, error: Exception) -> None:
        self._on_its_way = False
        self._window.failed(error)

    def _sit(self, sitting: Sitting) -> None:
        """To the stage; before a test, and to choose a camera that is asked for, past a page."""
        self._on_its_way = False
        asked = sitting.assignment
        assert asked is not None  # it was read from one
        blind = self._desk.settings.text("camera") == "off"
        if asked.is_test or (asked.recorded == FILM and blind):
            self._window.explain(sitting)
        else:
            self._window.practise(sitting)

    def send_to(self, assignment_id: str, folder: Path, *, again: bool = False) -> None:
        """Write what was not sent yet (``again``: all of it) as a file into ``folder``."""
        home, person = self._desk.home, self._desk.settings.text("person")
        self._desk.runner.change(
            lambda log: submit(home, log, assignment_id, person, folder, again=again), self._sent,
            self._window.failed, alive=alive(self),
        )  # fmt: skip

    # Inside

    def _show(self, found: tuple[Assigned, ...]) -> None:
        if found != self._shown:  # else a code that is being typed stays
            self._shown = found
            self._fill(found)
        if wanted := [card for of, card in self._card_of.items() if of in self._wanted]:
            # Once the page is laid out with it.
            QTimer.singleShot(0, self, partial(self._focus, wanted[0]))
            self._wanted = frozenset()

    def moveEvent(self, event: QMoveEvent) -> None:
        """What is above grew or shrank: who is at work in here is not to lose it from sight."""
        super().moveEvent(event)
        QTimer.singleShot(0, self, self._keep_in_sight)

    def _focus(self, card: QWidget) -> None:
        kinds = (QLineEdit, QPushButton)
        every = (w for kind in kinds for w in card.findChildren(kind))
        first = next((w for w in every if w.isEnabled() and w.isVisibleTo(card)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        focused: QWidget | None = self.window().focusWidget()
        if focused is None:
            return
        card = next((one for one in self._card_of.values() if one.isAncestorOf(focused)), None)
        area: QWidget | None = self
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and card is not None:
            area.ensureWidgetVisible(card)
            area.ensureWidgetVisible(focused)  # of a card that is higher than the window

    def _fill(self, found: tuple[Assigned, ...]) -> None:
        held = any(one.hasFocus() for one in self._begins[:1])
        self._card_of, self._begins = {}, []
        self.waits = any(not one.done and (one.taken is None or one.left) for one in found)
        for place in (self._cards, self._over):
            while place.count():
                item = place.takeAt(0)
                if item is not None and (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
        for one in found:
            card = self._card_of[one.assignment.id] = self._card(one)
            (self._over if one.done else self._cards).addWidget(card)
        self.setVisible(bool(self._cards.count()))
        self.cards = [self._card_of[one.assignment.id] for one in found if not one.done]
        over = [self._card_of[one.assignment.id] for one in found if one.done]
        self.rows = [*over, self._ways_in]
        if held and self._begins:
            self._begins[0].setFocus()
        self.filled.emit()

    def _tell(self, came: tuple[News, ...]) -> None:
        """Once, wherever they were taken in."""
        banner, person = self._window.banner, self._desk.settings.text("person")
        if not came or banner.urgent:  # then the next time
            return
        said = "; ".join(
            self.tr("Ratings of one response came back from {0}").format(one.program)
            if one.responses == 1
            else self.tr("Ratings of {0} responses came back from {1}").format(
                one.responses, one.program
            )
            for one in came
        )
        way = self.tr("See Progress"), partial(self._window.go, "progress")
        if not banner.offer(said, *way):  # where it was told of the file
            banner.say(said, *way)
        self._desk.runner.change(lambda log: told(log, person))

    def _card(self, one: Assigned) -> QWidget:
        asked = one.assignment
        title = ", ".join(filter(None, (asked.title, asked.occasion)))
        by = self.tr("{0} ({1})").format(title, asked.program)
        if one.away:
            return self._away(one, by)
        if one.done:
            return self._over_line(one, by)
        card = Card(by)
        card.add(quiet(self._when(one)))
        if one.left or one.taken is None:
            card.add(plain(terms(one)))
        if one.unknown:
            card.add(plain(self.tr(
                "Not in your library, or in another version: {0}. Ask the program for the file "
                "with packs."
            ).format(", ".join(one.unknown))))  # fmt: skip
        if one.taken is None:
            self._ask_code(card, one)
            return card
        card.add(plain(answered(one)))
        if one.kept:
            card.add(plain(kept(one)))
        if one.new.interruptions or one.new.uses:
            card.add(plain(unsent(one.new)))
        begin = [self._begin_button(one, by)] if one.left else []
        card.add(in_a_row(*begin, *self._ways(one, by)), self._own_code(one, by))
        return card

    def _ways(self, one: Assigned, by: str) -> list[LongButton]:
        """How what is new goes to the program."""
        asked = one.assignment
        write = LongButton(self.tr("Write the file ({0} new) …").format(one.to_send))
        write.clicked.connect(partial(self._ask_folder, asked.id))
        ways = [write]
        if self._desk.settings.text("place"):
            send = LongButton(self.tr("Send ({0} new)").format(one.to_send))
            send.setToolTip(self.tr("Into the shared place"))
            send.clicked.connect(partial(SharedPlace.of(self._window).send, asked.id))
            ways.insert(0, send)
        for way in ways:
            way.setAccessibleName(self.tr("{0}: {1}").format(by, way.text()))
            way.setEnabled(bool(one.to_send))
        return ways

    def _over_line(self, one: Assigned, by: str) -> QWidget:
        again = LongButton(self.tr("Write it once more …"))
        again.setAccessibleName(self.tr("{0}: {1}").format(by, again.text()))
        again.clicked.connect(partial(self._ask_folder, one.assignment.id, again=True))
        said = quiet(self.tr("{0}: all is answered and sent.").format(by))
        over = QWidget()
        column = QVBoxLayout(over)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(in_a_row(said, again))
        column.addWidget(self._own_code(one, by))
        return over

    def _away(self, one: Assigned, by: str) -> QWidget:
        up = LongButton(self.tr("Take it up again"))
        up.setAccessibleName(self.tr("{0}: {1}").format(by, up.text()))
        up.clicked.connect(partial(self._put, one.assignment.id, take_up))
        return in_a_row(quiet(self.tr("{0}: put away, since it is for others.").format(by)), up)

    def _put(self, wanted: str, change: Put, _checked: bool = False) -> None:
        self._desk.runner.change(
            lambda log: change(log, wanted), lambda _: self.point_to(wanted), self._window.failed,
            alive=alive(self),
        )  # fmt: skip

    def _begin_button(self, one: Assigned, by: str) -> LongButton:
        """What it begins is named, since practice begins on the same page."""
        if one.answered or one.interrupted:
            said = self.tr("Go on with the test"), self.tr("Go on with the assignment")
        else:
            said = self.tr("Begin the test"), self.tr("Begin the assignment")
        text = said[0] if one.assignment.is_test else said[1]
        begin = LongButton(text)
        begin.setAccessibleName(self.tr("{0}: {1}").format(by, text))
        begin.clicked.connect(partial(self.begin, one.assignment.id))
        if one.can_begin:
            if not self._begins:
                begin.setText(self.tr("{0}  (Enter)").format(text))
                begin.setProperty("primary", True)
            self._begins.append(begin)
        return begin

    def _own_code(self, one: Assigned, by: str) -> OwnCode:
        found = OwnCode(self._desk, one, by)
        found.failed.connect(self._window.failed)
        found.done.connect(partial(self._put_right, one.assignment.id))
        return found

    def _put_right(self, assignment_id: str, done: Change) -> None:
        self.point_to(assignment_id)
        said = self.tr("Your code is {0} now").format(done.code)
        if done.sent:
            said += self.tr(". Write the file again and send it: all of it goes under {0}").format(
                done.code
            )
        self._window.banner.note(said)

    def _when(self, one: Assigned) -> str:
        asked, said = one.assignment, list[str]()
        if asked.due_at is not None:
            due = self.tr("due {0}").format(moment(asked.due_at.astimezone()))
            if one.late and asked.late == REFUSED:
                due = self.tr("{0}, which is over: it is not taken any more").format(due)
            elif one.late:
                due = self.tr("{0}, which is over").format(due)
            said.append(due)
        if one.taken is not None:
            said.append(self.tr("your code is {0}").format(one.taken.code))
        return " · ".join(said) or self.tr("without a due date")

    def _ask_code(self, card: Card, one: Assigned) -> None:
        """Nothing is recorded for it before its words are agreed to."""
        asked = one.assignment
        card.add(plain(asked.consent_text))
        code = QLineEdit()
        field = Field(self.tr("Your code"), code, short=True)
        code.setAccessibleName(self.tr("Your code for {0}").format(asked.title))
        agree = LongButton(self.tr("I agree and begin"))

        def not_taken(error: Exception) -> None:
            if isinstance(error, KnownError):
                field.say(str(error))
                speak(code, str(error), urgent=True)
                code.setFocus()
            else:
                self._window.failed(error)

        def taken() -> None:
            person = self._desk.settings.text("person")
            given = code.text().strip()
            self._desk.runner.change(
                lambda log: take_on(log, asked, person, given), lambda _: self.begin(asked.id),
                not_taken, alive=alive(field),
            )  # fmt: skip

        agree.clicked.connect(taken)
        code.returnPressed.connect(agree.click)
        agree.setEnabled(False)
        code.textChanged.connect(lambda text: agree.setEnabled(bool(text.strip())))
        code.textChanged.connect(lambda _text: field.say(""))
        others = LongButton(self.tr("It is for others: put it away"))
        others.setProperty("flat", True)
        others.setAccessibleName(self.tr("{0}: {1}").format(asked.title, others.text()))
        others.clicked.connect(partial(self._put, asked.id, put_away))
        card.add(field, in_a_row(agree, others))

    def _sent(self, done: Submitted) -> None:
        said = self.tr(
            "Written: {0}. Send it to the program as you like; only they can open it"
        ).format(done.path)
        if done.said:
            said += self.tr(". It tells what {0} that were sent before may be used for now").format(
                done.said
            )
        if done.withheld:
            said += by_count(
                done.withheld,
                self.tr(". 1 is kept back: you have not agreed to its use"),
                self.tr(". {0} are kept back: you have not agreed to their use"),
            ).format(done.withheld)
        self._window.banner.say(
            said, self.tr("Open the folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(done.path.parent))),
        )  # fmt: skip

    def _ask_file(self) -> None:
        ask_files(self, Arrivals.of(self._window).take_in)

    def _ask_folder(
        self, assignment_id: str, _checked: bool = False, *, again: bool = False
    ) -> None:
        ask_folder(self, partial(self.send_to, assignment_id, again=again))
