"""Recordings whose day is over: offered for deletion, never deleted unasked."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from trainer.app.consent import keep_another_year
from trainer.app.desk import Desk
from trainer.app.forget import Toll, forget_later
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import plain
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.times import day, length


class ExpiredCard(QFrame):
    """Hidden as long as there is no such recording."""

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._failed = desk, failed
        self._toll: Toll | None = None
        self.setProperty("card", True)
        self._words = plain("")
        self.keep = QPushButton(self.tr("Keep for another year"))
        self.keep.clicked.connect(self._keep)
        self.delete = QPushButton(self.tr("Delete …"))
        self.delete.clicked.connect(self._ask)
        self.question = Question()
        buttons = Flow()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(buttons)
        column.addWidget(self.question)
        self.hide()

    def show_toll(self, toll: Toll) -> None:
        """Show what is past its date, if anything is."""
        if toll == self._toll:
            return  # a question that is being asked stays
        self._toll = toll
        self.question.hide()
        if toll.responses == 1:
            text = self.tr("The time for which you wanted to keep a recording is over ({1}).")
        else:
            text = self.tr(
                "The time for which you wanted to keep {0} recordings is over (the oldest: {1})."
            )
        if toll.first is not None:
            self._words.setText(text.format(toll.responses, day(toll.first)))
        self.setVisible(bool(toll))

    def _keep(self) -> None:
        if self._toll is not None:
            ids = tuple(sorted(self._toll.scope.responses))
            self._desk.runner.change(
                lambda log: keep_another_year(log, ids), failed=self._failed, alive=alive(self)
            )

    def _ask(self) -> None:
        toll = self._toll
        if toll is None:
            return
        text = self.tr(
            "Delete for good what is past its date ({0}, {1} of sound), with ratings, notes and "
            "reports, also from the backups in the data folder?"
        ).format(toll.responses, length(60 * toll.minutes))
        count = str(toll.responses) if toll.responses > 1 else ""
        self.question.ask(
            text, self.tr("Delete for good"), lambda: self._delete(toll),
            back=self.delete.setFocus, type_first=count,
        )  # fmt: skip

    def _delete(self, toll: Toll) -> None:
        self.setEnabled(False)

        def gone() -> None:
            self.setEnabled(True)
            self.hide()

        still_there = alive(self)
        forget_later(
            self._desk, toll.scope, lambda: gone() if still_there() else None, lambda: None,
            self._failed,
        )  # fmt: skip
