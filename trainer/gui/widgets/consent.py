"""Who may use a recording, and for how long it is kept: to be read, and to be changed."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from trainer.app.consent import chosen, state_for_all
from trainer.app.desk import Desk
from trainer.app.settings import OPTIONS
from trainer.domain.consent import RATED, Consent, Statement, months_after
from trainer.domain.counted import by_count
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import in_a_row, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.times import of_day
from trainer.gui.widgets.whole import Whole


def words_of(statement: Statement | None) -> str:
    """A statement as a sentence; what it means when nothing was ever said."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Consent", text)

    uses = {
        "practice": tr("For your own practice only"),
        "rating": tr("Your supervisor or program may rate it"),
        "research": tr("Research may use it, besides rating"),
    }
    if statement is None:
        return tr("Nothing was agreed to: for your own practice only, kept until you delete it.")
    if statement.keep_until is None:
        until = tr("kept until you delete it")
    else:
        until = tr("kept until {0}").format(of_day(statement.keep_until))
    return f"{uses[statement.use]}, {until}."


class ConsentChoice(QWidget):
    """Two lists side by side. ``chosen`` tells of every change a person makes."""

    chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.use, self.months = (self._list(key) for key in ("consent", "keep_months"))
        row = Flow(self)
        row.addWidget(self.use)
        row.addWidget(self.months)

    def set(self, consent: Consent) -> None:
        """Show what is chosen."""
        for box, value in ((self.use, consent.use), (self.months, consent.keep_months)):
            box.setCurrentIndex(max(box.findData(value), 0))

    def _list(self, key: str) -> Choice:
        option = next(option for option in OPTIONS if option.key == key)
        box = Choice()
        box.setAccessibleName(self.tr(option.label))
        box.setAccessibleDescription(self.tr(option.help))
        box.setToolTip(self.tr(option.label))
        for value, label in zip(option.choices, option.labels, strict=True):
            box.addItem(self.tr(label), value)
        box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        box.setMinimumWidth(box.fontMetrics().averageCharWidth() * 14)  # where room is scarce
        box.activated.connect(lambda _index: self._tell())
        return box

    def _tell(self) -> None:
        self.chosen.emit(str(self.use.currentData()), int(self.months.currentData()))


class ConsentLine(Whole):
    """What was agreed to for one recording. ``stated`` tells what it is to be from now on."""

    stated = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._words = Elided()
        self._words.setProperty("quiet", True)
        self.change = QPushButton(self.tr("Change"))
        self.change.setCheckable(True)
        self.change.setProperty("flat", True)
        self.change.setAccessibleName(self.tr("Change who may use this recording"))
        self.choice = ConsentChoice()
        self.choice.chosen.connect(self.stated)
        self.choice.hide()
        self._of_test = quiet(
            self.tr(
                "It is an answer of a test. If only you may use it, it is not rated and counts for "
                "nothing there; you can play it, and meet its client again, when the test is over."
            )
        )
        self._of_test.hide()
        self._closed = False
        self.change.toggled.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._of_test)
        column.addWidget(self.choice)

    def show_statement(
        self, statement: Statement | None, made_at: datetime, *, closed: bool = False
    ) -> None:
        """Show what was agreed to for the recording made then; ``closed``: as it is of a test."""
        self._closed = closed
        self._of_test.setVisible(closed and self.change.isChecked())
        self._words.setText(words_of(statement))
        use = statement.use if statement else "practice"
        months = _months(statement.keep_until if statement else None, made_at)
        self.choice.set(Consent(use, months))

    def _open(self, opened: bool) -> None:
        self.choice.setVisible(opened)
        self._of_test.setVisible(opened and self._closed)


class SameForAll(QWidget):
    """Says of all recordings made so far what is chosen for those to come, when one has agreed."""

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._failed = desk, failed
        self.button = QPushButton(self.tr("Say it of all so far …"))
        self.button.clicked.connect(self._ask)
        self.question, self.status = Question(), quiet("")
        self.status.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(quiet(self.tr("Said of each recording when it is made.")))
        column.addWidget(in_a_row(self.button))
        column.addWidget(self.question)
        column.addWidget(self.status)

    def _ask(self) -> None:
        consent = chosen(self._desk.settings)
        use, months = (
            label_of(key, value)
            for key, value in (("consent", consent.use), ("keep_months", consent.keep_months))
        )
        self.status.hide()
        of_tests = self.tr("Answers of a test are not rated then, and count for nothing there.")
        asked = self.tr(
            "Who may use each of your recordings so far: {0}. Kept, from the day it was made: "
            "{1}. Is that so for all of them?"
        ).format(use, months)
        self.question.ask(
            asked if consent.use in RATED else f"{of_tests} {asked}",
            self.tr("Yes, for all"), partial(self._state, consent),
            back=self.button.setFocus, no=self.tr("Leave them  (Esc)"),
        )  # fmt: skip

    def _state(self, consent: Consent) -> None:
        person = self._desk.settings.text("person")
        self._desk.runner.change(
            lambda log: state_for_all(log, person, consent), self._said, self._failed, alive(self)
        )

    def _said(self, count: int) -> None:
        said = by_count(count, self.tr("Said of 1 recording."), self.tr("Said of {0} recordings."))
        self.status.setText(said.format(count))
        self.status.show()


def label_of(key: str, value: str | int) -> str:
    """A choice of the settings in its words."""
    option = next(option for option in OPTIONS if option.key == key)
    text = option.labels[option.choices.index(value)]
    return QCoreApplication.translate("ConsentChoice", text)


def _months(until: date | None, made_at: datetime) -> int:
    """The choice of months that leads to this day, or the first that reaches it."""
    option = next(option for option in OPTIONS if option.key == "keep_months")
    every = [int(one) for one in option.choices if one]
    if until is None:
        return 0
    return next((one for one in every if months_after(made_at.date(), one) >= until), every[-1])
