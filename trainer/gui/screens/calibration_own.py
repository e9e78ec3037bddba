"""References of one's own: which there are, and how one is withdrawn."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from trainer.app.calibration_state import Own
from trainer.app.desk import Desk
from trainer.app.references import withdraw
from trainer.domain.reference import GATE, HIDDEN, TRAINING
from trainer.domain.rubric import Rubric
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, Inset, in_a_row, quiet, strong
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.times import day


class OwnBox(Inset):
    """One reference; ``wanted`` asks to withdraw it."""

    wanted = Signal()

    def __init__(self, shown: Own) -> None:
        super().__init__()
        client = shown.client or self.tr("An answer to a client who is not known")
        self.title = self.tr("{0} ({1})").format(client, self._use(shown.reference.use))
        self.setAccessibleName(self.title)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(6)
        box.addWidget(strong(self.title))
        box.addWidget(quiet(self._said(shown)))
        self.withdraw = QPushButton(self.tr("Withdraw …"))
        self.withdraw.setAccessibleName(self.tr("Withdraw {0}").format(self.title))
        self.withdraw.clicked.connect(self.wanted)
        if shown.reference.withdrawn_at is None:
            box.addWidget(in_a_row(self.withdraw))

    def _use(self, use: str) -> str:
        return {
            TRAINING: self.tr("to train with"),
            GATE: self.tr("for the gate"),
            HIDDEN: self.tr("to be hidden"),
        }[use]

    def _said(self, shown: Own) -> str:
        one, said = shown.reference, []
        if one.adopted_at is not None:
            said.append(self.tr("Adopted on {0}.").format(day(one.adopted_at)))
        if one.withdrawn_at is not None:
            said.append(self.tr("Withdrawn on {0}.").format(day(one.withdrawn_at)))
        if shown.set_aside:
            said.append(self.tr("Its response was set aside as nobody's: it comes up no more."))
        said.append(
            self.tr("Ratings given on it: {0}.").format(shown.rated)
            if shown.rated
            else self.tr("Nobody has rated it as a reference yet.")
        )
        return " ".join(said)


class OwnCard(Card):
    """Those this person had a part in: of others they are not told, for they may meet them yet.

    ``asked`` tells whether a question is open now, which Esc answers.
    """

    asked = Signal(bool)

    def __init__(
        self, desk: Desk, rubric: Rubric, every: tuple[Own, ...],
        failed: Callable[[Exception], None],
    ) -> None:  # fmt: skip
        super().__init__(self.tr("References of your own"))
        self._desk, self._rubric, self._failed = desk, rubric, failed
        self.add(
            quiet(
                self.tr(
                    "From consensus, and only those that you had a part in: you do not meet these "
                    "yourself. Of others nothing is told here: you may meet those."
                )
            )
        )
        self.question = Question()
        self.question.asked.connect(self.asked)
        self.boxes = tuple(OwnBox(one) for one in every)
        for box, one in zip(self.boxes, every, strict=True):
            box.wanted.connect(partial(self._ask, box, one))
            self.add(box)
        self.add(self.question)

    def _ask(self, box: OwnBox, one: Own) -> None:
        text = self.tr(
            "Withdraw {0}? It comes up no more in training, gates and rounds that are begun from "
            "now on, and is made a reference again only if its consensus is corrected."
        ).format(box.title)
        if one.rated:
            stays = self.tr(
                "What was rated on it stays ({0}); gates and charts that rest on it stand as they "
                "were, and say that it was withdrawn."
            )
            text = f"{text} {stays.format(one.rated)}"
        self.body.removeWidget(self.question)
        self.body.insertWidget(self.body.indexOf(box) + 1, self.question)
        self.question.ask(
            text,
            self.tr("Withdraw it"),
            partial(self._withdraw, one.reference.rating_id),
            back=box.withdraw.setFocus,
        )

    def _withdraw(self, rating_id: str) -> None:
        by = self._desk.settings.text("person")
        self._desk.runner.change(
            lambda log: withdraw(log, self._rubric, rating_id, by),
            failed=self._failed,
            alive=alive(self),
        )
