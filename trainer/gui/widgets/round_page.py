"""What stands around a response that is rated: its number, how far the round is, what is locked."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.rating_round import RatingRound
from trainer.domain.moments import clock
from trainer.domain.rounds import CALIBRATION, GATE, LIVES
from trainer.domain.rubric import Rubric
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet
from trainer.gui.widgets.elided import Elided
from trainer.gui.widgets.hear import Hear
from trainer.gui.widgets.items import Items
from trainer.gui.widgets.playback import Deck
from trainer.gui.widgets.remarks import Remarks

WIDE_CHARACTERS = 110  # of the window: with less, what is heard stands above what is rated


class RoundPage(QWidget):
    """Hearing on one side, rating on the other; it shows a ``RatingRound`` and decides nothing."""

    leave_wanted = Signal()

    def __init__(
        self, rubric: Rubric, make_deck: Callable[[], Deck], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rubric = rubric
        self.items = Items(rubric)
        self.hear = Hear(make_deck)
        self.remarks = Remarks()
        self._earlier = quiet("")
        self._lay_out()

    def show_another(self, rating: RatingRound) -> None:
        """Another response is to be rated."""
        blind = rating.blind
        text = {
            CALIBRATION: self.tr("Training: {0} of {1}"), GATE: self.tr("Gate: {0} of {1}")
        }.get(rating.round.kind, self.tr("Response {0} of {1}"))  # fmt: skip
        self._number.setText(text.format(blind.number, blind.of))
        self.hear.wait_for(blind)
        self.items.show_scores(rating.work.draft.scores)
        self.items.restart()
        self.remarks.show_typing(rating.work.draft.typing)
        self.remarks.set_marking(False)
        self._to_hear.hide()
        self._client_said.setText(blind.said)
        self._client.setVisible(bool(blind.said))
        self._hearing.verticalScrollBar().setValue(0)

    def show_remarks(self, shown: bool) -> None:
        """Bring the comments into sight, or the sound again."""
        if shown:
            self._hearing.ensureWidgetVisible(self.remarks.marks)
            self._hearing.ensureWidgetVisible(self.remarks.line)
        else:
            self._hearing.verticalScrollBar().setValue(0)

    def show_work(self, rating: RatingRound) -> None:
        """Show what is chosen, said and locked."""
        work = rating.work
        self.items.show_scores(work.draft.scores)
        self.remarks.show_comments(work.comments, rating.blind.from_s)
        self.hear.show_moments(tuple(one.at_s for one in work.comments))
        self.second.setChecked(work.draft.second_opinion)
        self.lock.setEnabled(not rating.missing and (rating.heard or rating.mute))
        if not work.rated:
            self.lock.setText(self.tr("Lock, and next  (Enter)"))
        elif work.changed:
            self.lock.setText(self.tr("Correct  (Enter)"))
        else:
            self.lock.setText(self.tr("Next  (Enter)"))
        still = self.tr("Still to rate: {0}").format(", ".join(rating.missing))
        self._missing.setText(still if rating.missing else "")
        self._missing.setVisible(bool(rating.missing))
        self._say_to_hear(rating)
        self._show_earlier(rating)
        self._show_progress(rating)

    def ask_to_hear(self, rating: RatingRound) -> None:
        """Say, where Enter locked nothing, that it is to be heard to its end, and how."""
        if rating.missing or (rating.to_hear is None and rating.heard) or not rating.sounds:
            return
        self._to_hear.show()
        self._say_to_hear(rating)
        said = QAccessibleAnnouncementEvent(self._to_hear, self._to_hear.text())
        QAccessible.updateAccessibility(said)

    def _say_to_hear(self, rating: RatingRound) -> None:
        left = rating.to_hear
        if rating.mute and not rating.heard and not self._to_hear.isHidden():
            self._to_hear.setText(
                self.tr(
                    "It cannot be rated without being heard: connect a loudspeaker or headphones, "
                    "then R plays it."
                )
            )
        elif left is None or self._to_hear.isHidden():
            self._to_hear.hide()
        elif left[1]:
            text = self.tr(
                "Before it can be locked, hear it to its end once: {0} to {1} is still to be "
                "heard (Space goes on, R begins again, S is faster)."
            )
            self._to_hear.setText(text.format(clock(left[0]), clock(left[1])))
        else:
            self._to_hear.setText(
                self.tr("Its sound is being read: hear it to its end once, then Enter locks it.")
            )

    def _show_progress(self, rating: RatingRound) -> None:
        self._progress.setMaximum(rating.of)
        self._progress.setValue(rating.rated)
        said = [self.tr("{0} of {1} rated").format(rating.rated, rating.of)]
        if rating.each_s is not None:
            said.append(self.tr("{0:.0f} s each beyond listening").format(rating.each_s))
        if rating.left_s is not None:
            minutes = max(1, round(rating.left_s / 60))
            said.append(self.tr("about {0} min left").format(minutes))
        self._pace.setText(" · ".join(said))
        self._progress.setAccessibleName(said[0])

    def _show_earlier(self, rating: RatingRound) -> None:
        history = rating.work.history
        if not history:
            self._earlier.hide()
            return
        said = [self.tr("Locked: {0}.").format(self._in_words(history[-1]))]
        said += [
            self.tr("Before: {0}.").format(self._in_words(scores))
            for scores in reversed(history[:-1])
        ]
        said.append(self.tr("Other scores and Enter correct it; what was locked stays on record."))
        self._earlier.setText(" ".join(said))
        self._earlier.show()

    def _in_words(self, scores: Mapping[str, float | None]) -> str:
        said = []
        for item in self._rubric.items:
            score = scores.get(item.id)
            said.append(f"{item.title} {'N/A' if score is None else f'{score:g}'}")
        return ", ".join(said)

    def _lay_out(self) -> None:
        heard = QWidget()
        left = QVBoxLayout(heard)
        left.setContentsMargins(0, 0, 8, 0)
        left.addWidget(self.hear)
        left.addWidget(self.remarks)
        left.addWidget(self._make_client())
        left.addStretch()
        hearing = self._hearing = QScrollArea(widgetResizable=True)
        hearing.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hearing.setWidget(heard)
        rated = QWidget()
        right = QVBoxLayout(rated)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._earlier)
        right.addWidget(self.items, 1)
        right.addLayout(self._make_foot())
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(16)
        self._halves.addWidget(hearing, 1)
        self._halves.addWidget(rated, 1)
        self._progress = QProgressBar(textVisible=False)
        self._keys = self._make_keys_line()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 14)
        column.addLayout(self._make_head())
        column.addWidget(self._progress)
        column.addLayout(self._halves, 1)
        column.addWidget(self._keys)
        self.items.lead_to(self.second, self.lock)
        for button in self.findChildren(QPushButton):
            if button.focusPolicy() != Qt.FocusPolicy.NoFocus:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the keys

    def _make_client(self) -> Card:
        self._client = Card(self.tr("What the client said"))
        self._client_said = quiet("")
        self._client.add(self._client_said)
        return self._client

    def _make_head(self) -> QHBoxLayout:
        self._number = QLabel()
        theme.big(self._number, 1.35, bold=True)
        self._pace = Elided()
        self._pace.setProperty("quiet", True)
        leave = QPushButton(self.tr("Leave  (Esc)"))
        leave.setToolTip(self.tr("Everything is kept; the round goes on where you left it"))
        leave.clicked.connect(self.leave_wanted)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._number)
        row.addWidget(self._pace, 1)
        row.addWidget(leave)
        return row

    def _make_foot(self) -> QVBoxLayout:
        self._missing = Elided()
        self._missing.setProperty("quiet", True)
        self._to_hear = plain("")
        self._to_hear.hide()
        self.second = QPushButton(self.tr("Second opinion  (O)"))
        self.second.setCheckable(True)
        self.second.setToolTip(self.tr("Ask that somebody else rates this response too"))
        self.lock = QPushButton()
        self.lock.setProperty("primary", True)
        foot = QVBoxLayout()
        foot.addWidget(self._missing)
        foot.addWidget(self._to_hear)
        foot.addWidget(in_a_row(self.second, self.lock))
        return foot

    def _make_keys_line(self) -> QLabel:
        scale = self._rubric.scale
        half = self.tr("+ and - half a point · ") if scale.half_points else ""
        return quiet(
            self.tr(
                "Keys: {0} to {1} and 0 (not applicable) rate · {2}arrows up and down choose the "
                "item · left and right go back and forth in the sound · Page up: an earlier one · "
                "Ctrl+Z: undo, Ctrl+Y: redo"
            ).format(scale.min, scale.max, half)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where there is room for both halves, else above each other."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction
        self._halves.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._keys.setVisible(wide)
        self.hear.timeline.set_low(not wide)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


class RoundDone(QWidget):
    """Every response of the round is rated."""

    back_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = plain("")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.big(self._words, 1.2)
        self._back = QPushButton()
        self._back.setProperty("primary", True)
        self._back.clicked.connect(self.back_wanted)
        again = self._again = QPushButton(self.tr("Look through it again"))
        again.clicked.connect(self.again_wanted)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._back)
        row.addWidget(again)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 14)
        column.addStretch(2)
        column.addWidget(self._words)
        column.addSpacing(12)
        column.addLayout(row)
        column.addStretch(3)

    def show_work(self, rating: RatingRound) -> None:
        """Say what was done."""
        said = [
            self.tr("All {0} are rated and locked.").format(rating.of)
            if rating.rated == rating.of
            else self.tr("{0} of {1} are rated and locked, {2} cannot be heard.").format(
                rating.rated, rating.of, rating.of - rating.rated
            )
        ]
        if rating.each_s is not None:
            text = self.tr("Beyond listening you took {0:.0f} s for each.")
            said.append(text.format(rating.each_s))
        if flagged := rating.flagged_numbers:
            text = self.tr("For a second opinion: {0}.")
            said.append(text.format(_listed(flagged)))
        if unlocked := rating.unlocked_numbers:
            text = self.tr(
                "Changed and not locked again: {0}. Look through it and press Enter there."
            )
            said.append(text.format(_listed(unlocked)))
        if rating.round.kind == GATE:
            said.append(self.tr("Calibration has your result."))
        self._words.setText(" ".join(said))
        live = rating.round.kind in LIVES
        back = self.tr("Back to the rounds  (Enter)") if live else self.tr("Calibration  (Enter)")
        self._back.setText(back)
        if not self._again.hasFocus():
            self._back.setFocus()
