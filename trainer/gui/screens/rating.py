"""Rating yourself: one item open at a time, all of it by keys, then locked."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from trainer.domain.rating import missing_items
from trainer.domain.rubric import Rubric
from trainer.gui import theme
from trainer.gui.widgets.anchors import NOT_APPLICABLE_KEY, AnchorRow, ItemCard
from trainer.gui.widgets.elided import Elided


class RatingPage(QWidget):
    """Shows the rubric's items; tells what was chosen, and when the rating is to be locked."""

    scored = Signal(str, object)
    lock_wanted = Signal()

    def __init__(self, rubric: Rubric, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rubric = rubric
        self._scores: dict[str, float | None] = {}
        self._cards = {item.id: ItemCard(item, rubric.scale) for item in rubric.items}
        self._current = rubric.items[0].id
        self._lock = QPushButton(self.tr("Lock my rating  (Enter)"))
        self._lock.setProperty("primary", True)
        self._lock.clicked.connect(self.lock_wanted)
        self._missing = Elided()
        self._missing.setProperty("quiet", True)
        self._lay_out()
        for card in self._cards.values():
            card.chosen.connect(self._choose)
            card.wanted.connect(self._open)
        self._make_keys()
        self.show_scores({})
        self._open(self._current)

    def show_scores(self, scores: dict[str, float | None]) -> None:
        """Show what is chosen so far."""
        self._scores = dict(scores)
        for card in self._cards.values():
            card.show_score(self._scores)
        missing = missing_items(self._rubric, self._scores)
        self._lock.setEnabled(not missing)
        self._missing.setText(
            self.tr("Still to rate: {0}").format(", ".join(missing))
            if missing
            else self.tr("After locking you see the feedback, and the rating stays as it is.")
        )

    def restart(self, *, time_over: bool = False) -> None:
        """Begin with the first item, for a new response; ``time_over`` says why it ended."""
        self._over.setVisible(time_over)
        self.show_scores({})
        self._open(self._rubric.items[0].id)
        self.setFocus()

    def resume(self, scores: dict[str, float | None]) -> None:
        """Show what was chosen earlier, and go on where it stopped."""
        self.show_scores(scores)
        self._open_next(self._rubric.items[-1].id)

    @property
    def current_item(self) -> str:
        """The item whose anchors are open."""
        return self._current

    def _choose(self, item_id: str, score: object) -> None:
        value = None if score is None else float(score)  # type: ignore[arg-type]  # a Signal's object
        self._scores[item_id] = value
        self.scored.emit(item_id, value)
        self.show_scores(self._scores)
        self._open_next(item_id)

    def _open_next(self, after: str) -> None:
        """Open the next item without a score; stay when every one has its score."""
        ids = [item.id for item in self._rubric.items]
        start = ids.index(after) + 1
        for item_id in ids[start:] + ids[:start]:
            if item_id not in self._scores:
                self._open(item_id)
                return
        self._lock.setFocus()

    def _open(self, item_id: str) -> None:
        focused, by_tab = self.focusWidget(), False
        if isinstance(focused, AnchorRow) and focused.hasFocus():
            by_tab = focused.by_tab  # then the anchors are where the keys go
            self.setFocus()  # what is folded hands its focus to whatever comes next in the window
        self._current = item_id
        for key, card in self._cards.items():
            card.open(key == item_id)
        if by_tab:
            self._cards[item_id].focus()
        # once the layout knows the new heights; the question is read first, so its top is shown
        QTimer.singleShot(0, self, self._scroll_to_current)

    def _scroll_to_current(self) -> None:
        self._area.verticalScrollBar().setValue(self._cards[self._current].y())

    def _step(self, by: int) -> None:
        ids = [item.id for item in self._rubric.items]
        self._open(ids[min(max(ids.index(self._current) + by, 0), len(ids) - 1)])

    def _press(self, score: float | None) -> None:
        item = self._rubric.item(self._current)
        if score is not None or item.not_applicable:
            self._choose(self._current, score)

    def _enter(self) -> None:
        if self._lock.isEnabled():
            self.lock_wanted.emit()

    def _make_keys(self) -> None:
        scale = self._rubric.scale
        keys: dict[str, partial[None]] = {
            str(score): partial(self._press, float(score))
            for score in range(scale.min, scale.max + 1)
        }
        keys[NOT_APPLICABLE_KEY] = partial(self._press, None)
        keys["Up"], keys["Down"] = partial(self._step, -1), partial(self._step, 1)
        keys["Return"] = keys["Enter"] = partial(self._enter)
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(key in ("Up", "Down"))  # a held key rates one item, not all

    def _lay_out(self) -> None:
        title = QLabel(self.tr("How was it? Your own rating first"), wordWrap=True)
        theme.big(title, 1.5, bold=True)
        scale = self._rubric.scale
        hint = QLabel(
            self.tr(
                "Read the anchors and press {0} to {1}; {2} where it does not apply; "
                "up and down to go back. Nobody sees this but you."
            ).format(scale.min, scale.max, NOT_APPLICABLE_KEY),
            wordWrap=True,
        )
        hint.setProperty("quiet", True)
        self._over = QLabel(self.tr("The time to answer was over; your answer is kept."))
        self._over.setWordWrap(True)
        self._over.setProperty("badge", True)
        self._over.hide()
        inside = QWidget()
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 8, 0)
        cards.addWidget(title)
        cards.addWidget(hint)
        for card in self._cards.values():
            cards.addWidget(card)
        cards.addStretch()
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        foot = QHBoxLayout()
        foot.addWidget(self._missing, 1)
        foot.addWidget(self._lock)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._over)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
