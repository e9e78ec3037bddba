"""What a program has given out, and what to do where that is nothing yet."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from trainer.app.program import Given
from trainer.domain.assignment import TEST
from trainer.domain.counted import by_count
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import (
    Card,
    badge,
    heading,
    in_a_row,
    isolated,
    plain,
    quiet,
    strong,
)
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.times import moment


class AssignmentList(QScrollArea):
    """A card for each assignment; ``compose``, ``take_in``, ``opened(id)`` tell what is wanted."""

    compose = Signal()
    take_in = Signal()
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: dict[str, QPushButton] = {}  # by assignment
        self._shown: tuple[Given, ...] | None = None
        self.new = LongButton(self.tr("New assignment"))
        self.new.setProperty("primary", True)
        self.new.clicked.connect(self.compose)
        self.files = LongButton(self.tr("Take files in …"))
        self.files.clicked.connect(self.take_in)
        self.look = LongButton(self.tr("Look into the shared place"))
        self.wait = Wait(self.tr("Reading what was given out …"))
        self._first = self._make_first()
        self._first.hide()  # until it is known that there is nothing
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(heading(self.tr("Program"), 1.7))
        column.addWidget(quiet(self.tr(
            "Assignments for a class, as files: out to the trainees, back from them, on to raters."
        )))  # fmt: skip
        column.addWidget(in_a_row(self.new, self.files, self.look))
        column.addWidget(self.wait)
        column.addWidget(self._first)
        column.addLayout(self._cards)
        column.addStretch()
        self.setWidget(page)

    def expect(self) -> None:
        """It is being read what was given out; what is shown already stays."""
        if self._shown is None:
            self.wait.begin()

    def show_given(self, given: tuple[Given, ...], *, begun: bool) -> None:
        """Show what was given out; ``begun``: one is being composed."""
        self.new.setText(
            self.tr("Go on with the new assignment") if begun else self.tr("New assignment")
        )
        self.wait.end()
        if given == self._shown:
            return
        self._shown = given
        self._first.setVisible(not given)
        self.files.setEnabled(bool(given))
        focused = next((key for key, one in self.buttons.items() if one.hasFocus()), "")
        self.buttons.clear()
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in given:
            self._cards.addWidget(self._card(one))
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def _card(self, one: Given) -> Card:
        asked = one.assignment
        card = Card("")
        card.setAccessibleName(asked.title)
        title = strong(asked.title)
        bar = QProgressBar(textVisible=False, maximum=len(asked.enrolled), value=one.complete)
        bar.setAccessibleName(self.tr("How many have given all"))
        go = LongButton(self.tr("Who has given what, raters and scores"))
        go.setAccessibleName(self.tr("{0}: {1}").format(asked.title, go.text()))
        go.clicked.connect(partial(self.opened.emit, asked.id))
        self.buttons[asked.id] = go
        card.add(title)
        if asked.mode == TEST:
            card.body.addWidget(badge(self.tr("Test")), 0, Qt.AlignmentFlag.AlignLeft)
        card.add(quiet(self._about(one)), bar, plain(counts_told(self, one)), in_a_row(go))
        return card

    def _about(self, one: Given) -> str:
        asked = one.assignment
        said = [isolated(asked.program), isolated(asked.occasion)]
        said.append(
            self.tr("due {0}").format(moment(asked.due_at.astimezone()))
            if asked.due_at
            else self.tr("without a due date")
        )
        return " · ".join(part for part in said if part)

    def _make_first(self) -> Card:
        card = Card(self.tr("A class without a server"))
        for number, text in enumerate((
            self.tr("Compose an assignment: which clients, whom, until when. It becomes one file."),
            self.tr(
                "Send the file to your trainees as you like, and to each of them their code. In "
                "their Attune they take it in under Today."
            ),
            self.tr(
                "They send a file back that only this computer opens. Drop what comes on this "
                "screen, one file or a hundred: each is checked and taken in once."
            ),
        ), 1):  # fmt: skip
            card.add(plain(f"{number}.  {text}"))
        card.add(quiet(self.tr("Who is behind a code stays on this computer.")))
        return card


def counts_told(owner: QWidget, one: Given) -> str:
    """How many have given all, a part, nothing."""
    of = len(one.assignment.enrolled)
    if one.complete == of:
        alone = owner.tr("The one trainee has given everything.")
        return by_count(of, alone, owner.tr("All {0} trainees have given everything.")).format(of)
    said = owner.tr("Trainees: {0}. All given: {1}, a part: {2}, nothing yet: {3}.").format(
        of, one.complete, one.partly, one.nothing
    )
    if one.over:
        said += " " + owner.tr("Interrupted, no more comes: {0}.").format(one.over)
    return said
