"""The trainees of a new assignment: pasted as codes or as names, counted, wrong lines told."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from trainer.app.composing import Draft
from trainer.app.enrolled import Trainees
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.in_sight import InSight

LINES = 9


class TraineeLines(QWidget):
    """``changed`` comes at every key."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = Choice()
        self.kind.setAccessibleName(self.tr("What each line is"))
        self.kind.addItem(self.tr("A line is a code, or a code, a comma and a name"), False)
        self.kind.addItem(self.tr("A line is a name; codes are made for them"), True)
        self.kind.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setMinimumContentsLength(20)
        self.kind.currentIndexChanged.connect(lambda _index: self._changed())
        self.lines = QPlainTextEdit(tabChangesFocus=True)
        self.lines.setFixedHeight(self.fontMetrics().lineSpacing() * LINES)
        self.lines.setPlaceholderText("T1\nT2, Anna Berg")
        self.lines.textChanged.connect(self._changed)
        InSight(self.lines)
        self.field = Field(self.tr("One a line"), self.lines, self._note())
        self._count = quiet("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.kind, self.field, self._count):
            column.addWidget(widget)

    def typed(self) -> dict[str, Any]:
        """The fields of a draft that stand here."""
        return {
            "trainees": self.lines.toPlainText(), "by_name": bool(self.kind.currentData()),
        }  # fmt: skip

    def show_draft(self, draft: Draft) -> None:
        """Show what was typed."""
        self.kind.setCurrentIndex(int(draft.by_name))
        self.lines.setPlainText(draft.trainees)

    def tell(self, who: Trainees) -> None:
        """Say how many they are, and what may be a mistake."""
        count = len(who.codes)
        said = self.tr("1 trainee") if count == 1 else self.tr("{0} trainees").format(count)
        if who.names:
            said = self.tr("{0}, {1} of them by name").format(said, len(who.names))
        if who.doubtful:
            some = ", ".join(who.doubtful[:3])
            said += ". " + self.tr(
                "These look like names and would go out as codes: {0}. If they are names, choose "
                "above that a line is a name"
            ).format(some)
        self._count.setText(f"{said}.")

    def _note(self) -> str:
        stay = self.tr("Names stay on this computer; only codes go into the file.")
        if self.kind.currentData():
            return stay
        how = self.tr("T1 is a code alone; T2, Anna Berg is a code, a comma and a name.")
        return f"{how} {stay}"

    def _changed(self) -> None:
        self.field.explain(self._note())
        self.lines.setPlaceholderText(
            "Anna Berg\nTom Field" if self.kind.currentData() else "T1\nT2, Anna Berg"
        )
        self.changed.emit()
