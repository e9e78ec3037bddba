"""What stands before a gate's first answer, and after each one of training."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from trainer.app.gate import LIMIT, SHARE, minutes
from trainer.domain.rubric import Rubric
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet
from trainer.gui.widgets.reveal import Reveal

LINE_CHARACTERS = 84  # of the sentences: longer lines are hard to read


class _Page(QScrollArea):
    """A page that scrolls, its Enter button in sight of the keys."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(24, 14, 24, 14)
        self.setWidget(page)


class ToldPage(_Page):
    """How a training reference was rated; ``next`` leads on."""

    def __init__(self, rubric: Rubric) -> None:
        super().__init__()
        self.reveal = Reveal(rubric)
        self.next = QPushButton(self.tr("Next  (Enter)"))
        self.next.setProperty("primary", True)
        self.column.addWidget(self.reveal)
        self.column.addWidget(quiet(self.tr("R plays it again, C the client.")))
        self.column.addWidget(self.next, 0, Qt.AlignmentFlag.AlignRight)
        self.column.addStretch()


class GatePage(_Page):
    """What comes in a gate of ``count`` answers, before the first is heard."""

    leave_wanted = Signal()

    def __init__(self, count: int) -> None:
        super().__init__()
        card = Card("")
        card.setAccessibleName(self.tr("Before the gate"))
        self.said = tuple(plain(text) for text in self._sentences(count))
        self.begin = QPushButton(self.tr("Begin  (Enter)"))
        self.begin.setProperty("primary", True)
        self.begin.setAccessibleDescription(" ".join(one.text() for one in self.said))
        leave = QPushButton(self.tr("Not now  (Esc)"))
        leave.clicked.connect(self.leave_wanted)
        card.add(heading(self.tr("Before the gate"), 1.35))
        card.body.setSpacing(12)
        card.add(*self.said, in_a_row(self.begin, leave))
        self._card = card
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 1000)
        row.addStretch(1)
        self.column.addStretch(2)
        self.column.addLayout(row)
        self.column.addStretch(3)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._card.setMaximumWidth(LINE_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.begin.setFocus()

    def _sentences(self, count: int) -> tuple[str, ...]:
        return (
            self.tr(
                "You rate {0} answers whose ratings are known, each once it is heard to its end: "
                "about {1} minutes, and what you leave with Esc is gone on with later."
            ).format(count, minutes(count)),
            self.tr(
                "You pass if, on every item and on all together, {0} of your scores are within one "
                "point of the known ones and agreement, ICC(A,1), is {1:g} or more even at its "
                "lower 95 % limit."
            ).format(f"{100 * float(SHARE):.0f} %", LIMIT),
            self.tr("Nothing is told until the end: Calibration then has your result."),
            self.tr(
                "Until the last one is locked you can go back and correct (Page up); afterwards "
                "what was rated counts as it stands and cannot be taken back."
            ),
        )
