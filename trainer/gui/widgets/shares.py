"""Shares in the Rate room: what a program sent to be rated, and the ratings that go back."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from trainer.app.calibration_state import Look, Standing, look, stand
from trainer.app.desk import Desk
from trainer.app.rated_back import Sent, attest, send
from trainer.app.share import KIND as SHARE
from trainer.app.shared import Came
from trainer.domain.counted import by_count
from trainer.domain.rubric import Rubric
from trainer.domain.share import Attest
from trainer.gui.arrivals import Arrivals
from trainer.gui.jobs import alive
from trainer.gui.shared_place import SharedPlace
from trainer.gui.widgets.cards import Card, in_a_row, quiet
from trainer.gui.widgets.dialogs import ask_files, ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.times import day, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trainer.app.arrivals import Arrived
    from trainer.gui.main_window import MainWindow


class ShareCards(QWidget):
    """A card for each share that is not begun; ``begun`` tells that one is to be, ``taken_in`` that
    one came.

    ``buttons`` by share (id) are what is pressed first on each.
    """

    begun = Signal(object)
    taken_in = Signal()

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.buttons: dict[str, QPushButton] = {}
        Arrivals.of(window).arrived.connect(self._arrived)
        self._cards = QVBoxLayout(self)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)

    def show_shares(self, came: tuple[Came, ...]) -> None:
        """Show those that have no round in the list and something to be done."""
        self.buttons.clear()
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        waiting = [o for o in came if not o.round_id and (o.rated < o.responses or o.unsent)]
        for one in waiting:
            self._cards.addWidget(self._card(one))
        self.setVisible(bool(waiting))

    def said(self, one: Came) -> str:
        """What a share is, in one line."""
        text = (
            self.tr("{0} responses from {1}").format(one.responses, one.program)
            if one.responses != 1
            else self.tr("One response from {0}").format(one.program)
        )
        if one.due_at is None:
            return text
        return self.tr("{0}, by {1}").format(text, day(one.due_at.astimezone()))

    def about(self, one: Came) -> str:
        """What is to be said of it besides: clients, sounds, and what was sent when."""
        said = list(one.notes)
        if one.due_at is not None and one.round_id and one.rated < one.responses:
            said.insert(0, self.tr("due {0}").format(day(one.due_at.astimezone())))
        if one.lost:
            lost = self.tr("{0} sounds are not there any more: take the file in again")
            said.append(lost.format(one.lost))
        if one.sent_at is not None:
            said.append(self.tr("ratings written {0}").format(moment(one.sent_at.astimezone())))
        return " · ".join(said)

    def send_buttons(self, one: Came) -> list[QPushButton]:
        """Ways for the ratings of a share to its program, the usual one first."""
        ask = partial(ask_folder, self, partial(self.send_to, one))
        ways = [(self.tr("Send ratings ({0} new) …").format(one.unsent), ask)]
        if self._desk.settings.text("place"):
            send = self.tr("Send ratings ({0} new)").format(one.unsent)
            ways = [(send, partial(self.send_to, one, None)), (self.tr("Write a file …"), ask)]
        buttons = []
        for text, way in ways:
            button = QPushButton(text)
            button.setAccessibleName(self.tr("{0}: {1}").format(self.said(one), text))
            button.setEnabled(bool(one.unsent and one.rated))
            button.clicked.connect(lambda _checked, way=way: way())
            buttons.append(button)
        if len(buttons) > 1:
            buttons[0].setToolTip(self.tr("Into the shared place"))
        return buttons

    def ask_file(self) -> None:
        """Let files be chosen that a program sent."""
        ask_files(self, Arrivals.of(self._window).take_in)

    def send_to(self, one: Came, folder: Path | None) -> None:
        """Write what was given on a share into ``folder``, with how the newest gate went.

        None: leave it in the shared place.
        """
        desk, me = self._desk, self._desk.settings.text("person")
        rubric = next((each for each in desk.library.rubrics if each.ref == one.rubric), None)
        if rubric is None:
            self._send(one, folder, None)
            return
        self._look(rubric, me, one, folder)

    # Inside

    def _arrived(self, every: "Sequence[Arrived]") -> None:
        if any(one.received is not None and one.received.kind == SHARE for one in every):
            self.taken_in.emit()

    def _look(self, rubric: Rubric, me: str, one: Came, folder: Path | None) -> None:
        desk = self._desk

        def judged(found: Standing) -> None:
            self._send(one, folder, attest(found.gate))

        def looked(found: Look) -> None:
            desk.runner.apart(partial(stand, found), judged, self._window.failed, alive=alive(self))

        desk.runner.database(
            lambda log: look(log, desk.library, rubric, me), looked, self._window.failed,
            alive=alive(self),
        )  # fmt: skip

    def _send(self, one: Came, folder: Path | None, gate: Attest | None) -> None:
        if folder is None:
            SharedPlace.of(self._window).send_ratings(one.id, gate)
            return
        home, me = self._desk.home, self._desk.settings.text("person")
        self._desk.runner.change(
            lambda log: send(home, log, one.id, me, gate, folder), self._sent,
            self._window.failed, alive=alive(self),
        )  # fmt: skip

    def _sent(self, done: Sent) -> None:
        text = by_count(
            done.of,
            self.tr("Written: {0}, ratings of {1} of 1 response. "),
            self.tr("Written: {0}, ratings of {1} of {2} responses. "),
        ).format(done.path, done.responses, done.of)
        text += self.tr("Send it to the program as you like; only they can open it")
        self._window.banner.say(
            text, self.tr("Open the folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(done.path.parent))),
        )  # fmt: skip

    def _card(self, one: Came) -> Card:
        card = Card(self.said(one))
        if about := self.about(one):
            card.add(quiet(about))
        buttons: list[QPushButton] = []
        if one.rated < one.responses:
            begin = LongButton(self.tr("Begin rating"))
            begin.setAccessibleName(self.tr("{0}: {1}").format(self.said(one), begin.text()))
            begin.clicked.connect(partial(self.begun.emit, one))
            buttons.append(begin)
        if one.unsent:
            buttons += self.send_buttons(one)
        self.buttons[one.id] = buttons[0]
        card.add(in_a_row(*buttons))
        return card
