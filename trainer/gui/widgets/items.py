"""A rubric's items, one of them open with its anchors, rated by keys or by mouse."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from trainer.domain.rubric import Rubric
from trainer.gui.widgets.anchors import NOT_APPLICABLE_KEY, AnchorRow, ItemCard
from trainer.gui.widgets.keys import key_of


class Items(QScrollArea):
    """The cards of all items; what is chosen opens the next one without a score.

    Whoever owns it shows what was chosen (``show_scores``) and gives it the keys (``take_keys``).
    """

    scored = Signal(str, object)  # item, score (None: not applicable)
    refused = Signal(str)  # why a key does nothing, as a sentence
    whole = Signal()  # a score was chosen, and none is missing any more

    def __init__(self, rubric: Rubric, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.rubric = self._rubric = rubric
        self._scores: dict[str, float | None] = {}
        self._cards = {item.id: ItemCard(item, rubric.scale) for item in rubric.items}
        self._current = self._last = rubric.items[0].id
        self._owner: QWidget | None = None
        self._followers: tuple[QWidget, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 8, 0)
        for card in self._cards.values():
            self.column.addWidget(card)
            card.chosen.connect(self._choose)
            card.wanted.connect(self.open)
        self.column.addStretch()
        self.setWidget(inside)

    @property
    def current(self) -> str:
        """The item whose anchors are open."""
        return self._current

    @property
    def last(self) -> str:
        """The item that was rated last."""
        return self._last

    def show_scores(self, scores: dict[str, float | None]) -> None:
        """Show what is chosen so far."""
        self._scores = dict(scores)
        for card in self._cards.values():
            card.show_score(self._scores)

    def restart(self) -> None:
        """Begin with the first item that has no score, or with the first one."""
        first = self._last = self._rubric.items[0].id
        if not self.open_next(self._rubric.items[-1].id):
            self.open(first)

    def open_next(self, after: str) -> bool:
        """Open the next item without a score; False when every one has its score."""
        ids = [item.id for item in self._rubric.items]
        start = ids.index(after) + 1
        for item_id in ids[start:] + ids[:start]:
            if item_id not in self._scores:
                self.open(item_id)
                return True
        return False

    def open(self, item_id: str) -> None:
        """Show the anchors of one item, and fold the others."""
        focused, by_tab = self.window().focusWidget(), False
        if isinstance(focused, AnchorRow) and self.isAncestorOf(focused):
            by_tab = focused.by_tab  # then the anchors are where the keys go
            if self._owner is not None:  # what is folded hands its focus to whatever comes next
                self._owner.setFocus()
        self._current = item_id
        for key, card in self._cards.items():
            card.open(key == item_id)
        # Its rows are made when it is first opened, which is after everything else in the window.
        for before, after in pairwise((self._cards[item_id].last_row, *self._followers)):
            QWidget.setTabOrder(before, after)
        if by_tab:
            self._cards[item_id].focus()
        # once the layout knows the new heights; the question is read first, so its top is shown
        QTimer.singleShot(0, self, self._scroll_to_current)

    def lead_to(self, *followers: QWidget) -> None:
        """Let Tab go from the anchors to these."""
        self._followers = followers

    def take_keys(self, owner: QWidget) -> None:
        """Let digits, 0 and the arrows mean scores and items wherever in ``owner`` the focus is."""
        self._owner = owner
        scale = self._rubric.scale
        keys: dict[str, partial[None]] = {
            str(score): partial(self._press, float(score))
            for score in range(scale.min, scale.max + 1)
        }
        keys[NOT_APPLICABLE_KEY] = partial(self._press, None)
        keys["Up"], keys["Down"] = partial(self._step, -1), partial(self._step, 1)
        for key, act in keys.items():
            key_of(owner, key, act, repeats=key in ("Up", "Down"))  # held, it rates one item

    def _choose(self, item_id: str, score: object) -> None:
        value = None if score is None else float(score)  # type: ignore[arg-type]  # a Signal's object
        was_missing = item_id not in self._scores
        self._scores[item_id] = value
        self._last = item_id
        self.scored.emit(item_id, value)
        self.show_scores(self._scores)
        if self.open_next(item_id):
            return
        ids = [item.id for item in self._rubric.items]
        if item_id == ids[-1] or was_missing:
            self.whole.emit()
        else:  # one rating after another is gone through again
            self.open(ids[ids.index(item_id) + 1])

    def _scroll_to_current(self) -> None:
        self.verticalScrollBar().setValue(self._cards[self._current].y())

    def _step(self, by: int) -> None:
        ids = [item.id for item in self._rubric.items]
        self.open(ids[min(max(ids.index(self._current) + by, 0), len(ids) - 1)])

    def _press(self, score: float | None) -> None:
        item = self._rubric.item(self._current)
        if score is not None or item.not_applicable:
            self._choose(self._current, score)
            return
        scale = self._rubric.scale
        text = self.tr("{0} applies to every answer, so it cannot be left out: press {1} to {2}.")
        self.refused.emit(text.format(item.title, scale.min, scale.max))
