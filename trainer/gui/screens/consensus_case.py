"""One response that two have rated: each rating beside its anchor, agreed on by keys."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.consensus import Case, Draft
from trainer.domain.rating import missing_items
from trainer.domain.rounds import Comment
from trainer.gui.widgets.anchors import NOT_APPLICABLE_KEY, AnchorRow, ItemCard
from trainer.gui.widgets.cards import heading, quiet, strong
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.hearing import Hearing
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.order import in_order

SEEN_LINES = 6


class CasePage(QWidget):
    """Shows a case; ``chosen(Draft)`` comes at every key, ``lock_wanted(Draft)`` at Enter."""

    chosen = Signal(object)
    lock_wanted = Signal(object)

    def __init__(self, case: Case, hearing: Hearing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case, self.hearing = case, hearing
        rubric = case.rubric
        self._scores = dict(case.draft.scores)
        if not self._scores and case.consensus is not None:
            self._scores = dict(case.consensus.scores)
        self._cards = {
            item.id: ItemCard(item, rubric.scale, without=self.tr("to agree"))
            for item in rubric.items
        }
        self._current = self._last = rubric.items[0].id
        self._lay_out()
        for item_id, card in self._cards.items():
            card.chosen.connect(self._choose)
            card.wanted.connect(self._open)
            card.show_given(tuple((one.name, one.rating.scores.get(item_id)) for one in case.given))
        self._make_keys()
        self._show_scores()
        self._last = self._first()
        self._unfold(self._last)  # the head and the sound are seen first

    def draft(self) -> Draft:
        """What is chosen and typed so far."""
        return Draft(dict(self._scores), self.why.text())

    def said(self) -> tuple[tuple[str, Comment], ...]:
        """What the raters said of moments, by their moments: (name, comment)."""
        every = [(one.name, comment) for one in self.case.given for comment in one.comments]
        return tuple(sorted(every, key=lambda each: each[1].at_s))

    def begin(self) -> None:
        """Take the keys."""
        self.setFocus()

    @property
    def current_item(self) -> str:
        """The item whose anchors are open."""
        return self._current

    # Choosing

    def press(self, score: float | None) -> None:
        """A key: agree on this score of the open item."""
        if score is not None or self.case.rubric.item(self._current).not_applicable:
            self._choose(self._current, score)

    def half(self, by: int) -> None:
        """Half a point more or less on the item agreed on last, where the rubric has them."""
        score, scale = self._scores.get(self._last), self.case.rubric.scale
        if score is not None and scale.half_points and scale.admits(score + by / 2):
            self._scores[self._last] = score + by / 2
            self.chosen.emit(self.draft())
            self._show_scores()

    def _choose(self, item_id: str, score: object) -> None:
        self._last = item_id
        self._scores[item_id] = None if score is None else float(score)  # type: ignore[arg-type]  # a Signal's object
        self.chosen.emit(self.draft())
        self._show_scores()
        self._open_next(item_id)

    def _open_next(self, after: str) -> None:
        """Open the next item without a score; when every one has its score, the reason is next."""
        ids = list(self._cards)
        start = ids.index(after) + 1
        for item_id in ids[start:] + ids[:start]:
            if item_id not in self._scores:
                self._open(item_id)
                return
        self.why.setFocus()
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.why))

    def _first(self) -> str:
        return next((one for one in self._cards if one not in self._scores), self._current)

    def _open(self, item_id: str) -> None:
        focused, by_tab = self.focusWidget(), False
        if isinstance(focused, AnchorRow) and focused.hasFocus():
            by_tab = focused.by_tab  # then the anchors are where the keys go
            self.setFocus()  # what is folded hands its focus to whatever comes next in the window
        elif focused is self.why and self.why.hasFocus():
            self.setFocus()
        self._unfold(item_id)
        if by_tab:
            self._cards[item_id].focus()
        QTimer.singleShot(0, self, self._scroll_to_current)

    def _unfold(self, item_id: str) -> None:
        self._current = item_id
        for key, card in self._cards.items():
            card.open(key == item_id)
        in_order(self.hearing, *self._cards.values(), self.why, self.lock)

    def _scroll_to_current(self) -> None:
        """Show the whole open item where there is room for it, and its head where there is not."""
        card, bar = self._cards[self._current], self._area.verticalScrollBar()
        top, room = card.y(), self._area.viewport().height()
        if top < bar.value() or top + card.height() > bar.value() + room:
            bar.setValue(min(top, max(0, top + card.height() - room + 8)) if
                         card.height() < room else top)  # fmt: skip

    def step(self, by: int) -> None:
        """Open the item below, or with -1 the one above; but first show the one that is open."""
        ids = list(self._cards)
        if by < 0 and self.why.hasFocus():
            self._last = ids[-1]
            self._open(self._last)
            return
        if not self._is_seen():
            self._scroll_to_current()
            return
        self._last = ids[min(max(ids.index(self._current) + by, 0), len(ids) - 1)]
        self._open(self._last)

    def _is_seen(self) -> bool:
        """Whether the open item's question and first anchors are within the window."""
        card, bar = self._cards[self._current], self._area.verticalScrollBar()
        room = self._area.viewport().height()
        needed = min(card.height(), SEEN_LINES * self.fontMetrics().height())
        return bar.value() <= card.y() + 1 and card.y() + needed <= bar.value() + room

    def enter(self) -> None:
        """Lock, when every item is agreed on."""
        if self.lock.isEnabled():
            self.lock_wanted.emit(self.draft())

    def _show_scores(self) -> None:
        for card in self._cards.values():
            card.show_score(self._scores)
        missing = missing_items(self.case.rubric, self._scores)
        self.lock.setEnabled(not missing)
        if missing:
            said = self.tr("Still to agree on: {0}").format(", ".join(missing))
        elif self.case.consensus is not None:
            said = self.tr("Your earlier agreement is kept beside the new one.")
        else:
            said = self.tr("It is kept beside your ratings, which stay as they are.")
        self._missing.setText(said)

        # Looks

    def _make_keys(self) -> None:
        for key, by in (("Up", -1), ("Down", 1)):
            key_of(self, key, partial(self.step, by), repeats=True)
        for key in ("Return", "Enter"):
            key_of(self, key, self.enter)

    def _lay_out(self) -> None:
        inside = QWidget()
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 8, 4)
        cards.setSpacing(10)
        for text in self._notices():
            cards.addWidget(quiet(text))
        cards.addWidget(self.hearing)
        scale = self.case.rubric.scale
        hint = self.tr(
            "Beside each anchor stands who chose it. What do you agree on? Press {0} to {1}, {2} "
            "where it does not apply, up and down to go back."
        ).format(scale.min, scale.max, NOT_APPLICABLE_KEY)
        if scale.half_points:
            hint += self.tr(" Half a point more: +, less: \N{MINUS SIGN}.")
        cards.addWidget(quiet(hint))
        for card in self._cards.values():
            cards.addWidget(card)
        self._make_why(cards)
        cards.addStretch()
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self.lock = QPushButton(
            self.tr("Lock anew  (Enter)")
            if self.case.consensus is not None
            else self.tr("Lock  (Enter)")
        )
        self.lock.setProperty("primary", True)
        self.lock.clicked.connect(self.enter)
        self._missing = Elided()
        self._missing.setProperty("quiet", True)
        foot = QHBoxLayout()
        foot.addWidget(self._missing, 1)
        foot.addWidget(self.lock)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._make_head())
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Agreeing on one response"))

    def _make_head(self) -> QHBoxLayout:
        line = self.case.line
        title = "  ·  ".join(part for part in (line.client, line.title) if part)
        self.title = heading(title or self.tr("A client nobody knows"), 1.3)
        self.whose = QPushButton(self.tr("Whose is it?"))
        self.whose.setProperty("flat", True)
        self.whose.setToolTip(self.tr("Shows the name; both of you have locked"))
        self.whose.clicked.connect(self._tell_whose)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.whose, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _tell_whose(self) -> None:
        self.whose.setText(self.case.trainee or self.tr("Nobody here knows whose it is"))
        self.whose.setEnabled(False)

    def _notices(self) -> list[str]:
        line, said = self.case.line, []
        if line.second_opinion:
            said.append(self.tr("A second opinion was asked for."))
        if line.outdated:
            said.append(self.tr(
                "What you agreed on rests on a rating that was corrected since. Look again, then "
                "lock it anew."
            ))  # fmt: skip
        if line.added:
            said.append(
                self.tr("Rated after you had agreed, so not part of it: {0}.").format(
                    ", ".join(line.added)
                )
            )
        if line.waits_for:
            said.append(
                self.tr("Still to be rated by {0}: who may not hear of this yet.").format(
                    ", ".join(line.waits_for)
                )
            )
        return said

    def _make_why(self, column: QVBoxLayout) -> None:
        label = strong(self.tr("Why?"))
        self.why = QLineEdit(self.case.draft.why or self.case.why)
        self.why.setAccessibleName(self.tr("Why you agree on this"))
        self.why.setPlaceholderText(self.tr("What settled it, in a line (may stay empty)"))
        self.why.textEdited.connect(lambda _text: self.chosen.emit(self.draft()))
        column.addWidget(label)
        column.addWidget(self.why)
