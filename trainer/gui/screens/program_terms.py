"""How a new assignment is answered: mode, order, until when, what is recorded, and for how long."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from trainer.app.composing import Draft
from trainer.app.desk import Desk
from trainer.domain import assignment as rules
from trainer.domain.assignment import MOST_ATTEMPTS
from trainer.domain.consent import MONTHS, RATED, UNTIL_DELETED
from trainer.gui.widgets.cards import Pair
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.field import Field


class Terms(QWidget):
    """``changed(field)`` comes with every change; ``field`` is empty for what cannot be wrong."""

    changed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._boxes: dict[str, Choice] = {}
        self.due, self.longest = QLineEdit(), QLineEdit()
        self.due.setPlaceholderText("2026-12-24 18:00")
        self.longest.setPlaceholderText(self.tr("as each client has it"))
        self.due.textChanged.connect(lambda _text: self.changed.emit("due"))
        self.longest.textChanged.connect(lambda _text: self.changed.emit("window"))
        self.fields = {
            "due": Field(self.tr("Due (may stay empty)"), self.due),
            "window": Field(self.tr("Longest answer, in seconds (may stay empty)"), self.longest),
        }
        self._mode = self._make("mode", self.tr("Mode"), (
            (rules.PRACTICE, self.tr("Practice: with feedback, again if wanted")),
            (rules.TEST, self.tr("Test: one hearing, one answer, no feedback")),
        ))  # fmt: skip
        self._attempts = self._make("attempts", self.tr("Answers to each client"), (
            (0, self.tr("As many as wanted")),
            *((n, self.tr("At most {0}").format(n)) for n in range(1, MOST_ATTEMPTS + 1)),
        ))  # fmt: skip
        self._boxes["mode"].currentIndexChanged.connect(lambda _index: self._fit_mode())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        every = self._all()
        for left, right in zip(every[::2], every[1::2], strict=True):  # so that rows stay rows
            column.addWidget(Pair(left, right, wide=72))

    def chosen(self) -> dict[str, Any]:
        """The fields of a draft that stand here."""
        test = self._boxes["mode"].currentData() == rules.TEST
        found = {name: box.currentData() for name, box in self._boxes.items()}
        return {
            **found, "due": self.due.text(), "window": self.longest.text(),
            "attempts": 0 if test else found["attempts"],
        }  # fmt: skip

    def show_draft(self, draft: Draft) -> None:
        """Show what was chosen."""
        for name, box in self._boxes.items():
            value = getattr(draft, name) or (
                self._desk.settings.text("rubric") if name == "rubric" else getattr(draft, name)
            )
            box.setCurrentIndex(max(0, box.findData(value)))
        self.due.setText(draft.due)
        self.longest.setText(draft.window)
        self._fit_mode()

    def _fit_mode(self) -> None:
        test = self._boxes["mode"].currentData() == rules.TEST
        self._boxes["attempts"].setEnabled(not test)
        self._attempts.explain(self.tr("A test has one answer to each.") if test else "")

    def _all(self) -> tuple[QWidget, ...]:
        library = self._desk.library
        return (
            self._mode,
            self._attempts,
            self._make("order", self.tr("Order of the clients"), (
                (rules.FIXED, self.tr("As in the form")),
                (rules.SHUFFLED, self.tr("By chance, another for each trainee")),
            )),
            self._make("rubric", self.tr("Rubric"), tuple(
                (one.id, one.title) for one in library.rubrics
            )),
            self.fields["due"],
            self._make("late", self.tr("What comes after that"), (
                (rules.MARKED, self.tr("Is taken in, and marked as late")),
                (rules.REFUSED, self.tr("Is not taken in")),
            )),
            self.fields["window"],
            self._make("recorded", self.tr("What is recorded"), (
                (rules.EITHER, self.tr("Sound; film where there is a camera")),
                (rules.SOUND, self.tr("Sound only")),
                (rules.FILM, self.tr("Sound and film")),
            )),
            self._make("use", self.tr("Who may use the answers"), tuple(zip(RATED, (
                self.tr("Raters: supervisor, program"), self.tr("Raters and research"),
            ), strict=True))),
            self._make("keep_months", self.tr("How long they are kept"), tuple(
                (n, self.tr("Until deletion is asked for") if n == UNTIL_DELETED
                 else self.tr("{0} months").format(n))
                for n in MONTHS
            )),
        )  # fmt: skip

    def _make(self, name: str, title: str, values: tuple[tuple[object, str], ...]) -> Field:
        box = self._boxes[name] = Choice()
        for value, text in values:
            box.addItem(text, value)
        box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.currentIndexChanged.connect(lambda _index: self.changed.emit(""))
        return Field(title, box)
