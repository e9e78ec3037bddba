"""Rating yourself: one item open at a time, all of it by keys, then locked."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trainer.domain.rating import missing_items
from trainer.domain.rubric import Rubric
from trainer.gui import theme
from trainer.gui.widgets.anchors import NOT_APPLICABLE_KEY
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.items import Items
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.terms import after_locking


class RatingPage(QWidget):
    """Shows the rubric's items; tells what was chosen, and when the rating is to be locked."""

    scored = Signal(str, object)
    lock_wanted = Signal()
    refused = Signal(str)  # why a key does nothing, as a sentence

    def __init__(self, rubric: Rubric, who_sees: str, *, test: bool = False) -> None:
        super().__init__()
        self._rubric, self._who_sees, self._test = rubric, who_sees, test
        self._scores: dict[str, float | None] = {}
        self._items = Items(rubric)
        self._lock = QPushButton(self.tr("Lock my rating  (Enter)"))
        self._lock.setProperty("primary", True)
        self._lock.clicked.connect(self.lock_wanted)
        self._missing = Elided()
        self._missing.setProperty("quiet", True)
        self._lay_out()
        self._items.scored.connect(self._choose)
        self._items.refused.connect(self.refused)
        self._items.whole.connect(self._lock.setFocus)
        self._items.take_keys(self)
        self._items.lead_to(self._lock)
        for key in ("Return", "Enter"):
            key_of(self, key, self._enter)
        self.show_scores({})
        self._items.restart()

    def show_scores(self, scores: dict[str, float | None]) -> None:
        """Show what is chosen so far."""
        self._scores = dict(scores)
        self._items.show_scores(self._scores)
        missing = missing_items(self._rubric, self._scores)
        self._lock.setEnabled(not missing)
        self._missing.setText(
            self.tr("Still to rate: {0}").format(", ".join(missing))
            if missing
            else after_locking(test=self._test)
        )

    def restart(self, *, time_over: bool = False) -> None:
        """Begin with the first item, for a new response; ``time_over`` says why it ended."""
        self._over.setVisible(time_over)
        self.show_scores({})
        self._items.restart()
        self.setFocus()

    def resume(self, scores: dict[str, float | None]) -> None:
        """Show what was chosen earlier, and go on where it stopped."""
        self.show_scores(scores)
        if not self._items.open_next(self._rubric.items[-1].id):
            self._lock.setFocus()

    @property
    def current_item(self) -> str:
        """The item whose anchors are open."""
        return self._items.current

    def _choose(self, item_id: str, score: object) -> None:
        value = None if score is None else float(score)  # type: ignore[arg-type]  # a Signal's object
        self._scores[item_id] = value
        self.scored.emit(item_id, value)
        self.show_scores(self._scores)

    def _enter(self) -> None:
        if self._lock.isEnabled():
            self.lock_wanted.emit()

    def _lay_out(self) -> None:
        title = QLabel(self.tr("How was it? Your own rating first"), wordWrap=True)
        theme.big(title, 1.5, bold=True)
        scale = self._rubric.scale
        hint = QLabel(
            self.tr(
                "Read the anchors and press {0} to {1}; {2} where it does not apply; "
                "up and down to go back. {3}"
            ).format(scale.min, scale.max, NOT_APPLICABLE_KEY, self._who_sees),
            wordWrap=True,
        )
        hint.setProperty("quiet", True)
        self._over = QLabel(self.tr("The time to answer was over; your answer is kept."))
        self._over.setWordWrap(True)
        self._over.setProperty("badge", True)
        self._over.hide()
        self._items.column.insertWidget(0, title)
        self._items.column.insertWidget(1, hint)
        foot = QHBoxLayout()
        foot.addWidget(self._missing, 1)
        foot.addWidget(self._lock)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._over)
        column.addWidget(self._items, 1)
        column.addLayout(foot)
