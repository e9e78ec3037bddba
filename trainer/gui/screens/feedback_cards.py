"""The cards of the feedback page. Each shows one part of what belongs to a response."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from trainer.app.review import Review
from trainer.domain.feedback import Figure
from trainer.domain.response import Note
from trainer.domain.rubric import Item, Rubric
from trainer.domain.speech import BASELINE_MIN
from trainer.domain.vignette import Exemplar, Turn, Vignette
from trainer.gui import theme
from trainer.gui.widgets.cards import (
    Card,
    ExemplarCard,
    Pair,
    Tick,
    badge,
    heading,
    plain,
    quiet,
    strong,
)
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.table import Table


def anchor(item: Item, score: float) -> str:
    """The behaviour that a score stands for; of a half point, both neighbours."""
    if float(score).is_integer():
        return item.anchors.get(int(score), "")
    low = int(score)
    return " – ".join(item.anchors[s] for s in (low, low + 1) if s in item.anchors)


def number(value: float, decimals: int) -> str:
    """A figure with a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


class RatingCard(Card):
    """The self-rating as it was locked, item by item, with the anchor of the score."""

    def __init__(self, review: Review) -> None:
        super().__init__("")
        title = self.tr("Your rating, locked")
        self.setAccessibleName(title)
        found = review.feedback
        own, rubric = found.self_rating, found.rubric
        self.add(heading(title))
        if own is None:
            return
        if rubric is None:
            self.add(quiet(self.tr("The wording of this scale is no longer in the library.")))
        for item_id, score in own.scores.items():
            item = next((i for i in rubric.items if i.id == item_id), None) if rubric else None
            self._add_item(item.title if item else item_id, item, score)
        self.body.addStretch()

    def _add_item(self, title: str, item: Item | None, score: float | None) -> None:
        given = self.tr("N/A") if score is None else f"{score:g}"
        row = QHBoxLayout()
        row.setSpacing(10)
        mark = badge(given)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark.setFixedWidth(mark.fontMetrics().horizontalAdvance(self.tr("N/A")) + 22)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(strong(title))
        if score is None:
            words.addWidget(quiet(self.tr("This moment did not call for it.")))
        elif item is not None:
            words.addWidget(quiet(anchor(item, score)))
        row.addLayout(words, 1)
        self.body.addLayout(row)


class CriteriaCard(Card):
    """What this moment asked for, to be ticked by the person."""

    ticked = Signal()

    def __init__(self, turn: Turn, note: Note | None) -> None:
        super().__init__("")
        title = self.tr("Which of these did you do?")
        self.setAccessibleName(title)
        self.add(heading(title))
        self.ticks = tuple(Tick(text) for text in turn.criteria)
        met = note.criteria_met if note else ()
        for index, tick in enumerate(self.ticks):
            tick.setChecked(index in met)
            tick.toggled.connect(lambda _on: self.ticked.emit())
            self.add(tick)
        self.body.addStretch()

    def met(self) -> tuple[int, ...]:
        """The places of those ticked."""
        return tuple(i for i, tick in enumerate(self.ticks) if tick.isChecked())


class UnsaidCard(Card):
    """What the client did not say."""

    def __init__(self, turn: Turn, client_name: str) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("What was not said"))
        title = heading(self.tr("What {0} did not say").format(client_name))
        self.add(title, plain(turn.unspoken.strip()))
        self.body.addStretch()


class TrapCard(Card):
    """What answers easily go wrong on."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("")
        title = self.tr("The trap")
        self.setAccessibleName(title)
        self.add(heading(title), plain(turn.trap.strip()))
        self.body.addStretch()


class ExamplesCard(Card):
    """A weak and a strong answer beside each other; the one between on demand."""

    def __init__(self, turn: Turn, rubric: Rubric | None) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Two answers of others"))
        self.add(heading(self.tr("A weak and a strong answer")))
        self._titles = {item.id: item.title for item in rubric.items} if rubric else {}
        ordered = sorted(turn.exemplars, key=lambda e: e.level)
        ends = (ordered[0], ordered[-1]) if len(ordered) > 1 else tuple(ordered)
        names = (self.tr("Weak ({0})"), self.tr("Strong ({0})"))
        cards = [self._card(e, n.format(e.level)) for e, n in zip(ends, names, strict=False)]
        if cards:
            self.add(Pair(*cards, wide=84))
        self._between = [
            self._card(e, self.tr("Between ({0})").format(e.level)) for e in ordered[1:-1]
        ]
        if self._between:
            self.more = QPushButton(self.tr("Show one between"))
            self.more.setCheckable(True)
            self.more.toggled.connect(self._show_between)
            self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
            for card in self._between:
                card.hide()
                self.add(card)

    def _card(self, exemplar: Exemplar, name: str) -> ExemplarCard:
        scores = ", ".join(f"{self._titles.get(i, i)} {s}" for i, s in exemplar.items.items())
        return ExemplarCard(exemplar, name, scores)

    def _show_between(self, shown: bool) -> None:
        self.more.setText(self.tr("Hide it again") if shown else self.tr("Show one between"))
        for card in self._between:
            card.setVisible(shown)


class MeasuredCard(Card):
    """What was measured, beside one's own earlier responses; nothing here is good or bad."""

    def __init__(self) -> None:
        super().__init__("")
        title = self.tr("What was measured")
        self.setAccessibleName(title)
        self.add(
            heading(title),
            quiet(self.tr("Shown, never scored; compared only with your own earlier responses.")),
        )
        self._content = QWidget()
        self.add(self._content)
        self.body.addStretch()

    def show_review(self, review: Review) -> None:
        """Show the figures, or that they are still being measured."""
        old, self._content = self._content, QWidget()
        self.body.replaceWidget(old, self._content)
        old.hide()
        old.deleteLater()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        measures = review.feedback.measures
        if measures is None:
            column.addWidget(plain(self.tr("Being measured …")))
            return
        for problem in measures.problems:
            column.addWidget(plain(problem[:1].upper() + problem[1:]))
        if review.feedback.figures:
            table = Table(
                (self.tr("Measure"), self.tr("This time"), self.tr("Your middle half before"))
            )
            for figure in review.feedback.figures:
                earlier = review.earlier.get(figure.name, 0)
                table.add(
                    self.tr(figure.label),
                    self.value_text(figure),
                    self.comparison_text(figure, earlier),
                    self.tr(figure.meaning),
                )
            column.addWidget(table)

    def value_text(self, figure: Figure) -> str:
        """The value with its error, where it has one."""
        value = number(figure.value, figure.decimals)
        if figure.error_said is not None:
            value += f" ± {figure.error_said:.{figure.decimals}f}"
        return f"{value} {figure.unit}"

    def comparison_text(self, figure: Figure, earlier: int) -> str:
        """Below, within or above the middle half of one's own earlier values."""
        base, place = figure.baseline, figure.place
        if base is None or place is None:
            return self.tr("needs {0} earlier responses ({1} so far)").format(BASELINE_MIN, earlier)
        said = {
            "below": self.tr("below"),
            "within": self.tr("within"),
            "above": self.tr("above"),
            "within its error": self.tr("within its error of"),
        }[place]
        low, high, middle = (number(x, figure.decimals) for x in (base.low, base.high, base.median))
        return self.tr("{0} {1} to {2}, median {3} (n\u00a0=\u00a0{4})").format(
            said, low, high, middle, base.n
        )


class ChangeCard(Card):
    """The one thing to try next, and whether one was pulled into the client's pattern."""

    changed = Signal()

    def __init__(self, review: Review) -> None:
        super().__init__("")
        title = self.tr("One thing to change")
        self.setAccessibleName(title)
        self.add(heading(title))
        advice = review.feedback.suggestion
        note = review.feedback.note
        self.suggested = advice.text if advice else ""
        self.hooked: bool | None = note.hooked if note else None
        if self.suggested:
            self.add(plain(self.suggested))
        self.words = QLineEdit(note.change_next if note else "")
        self.words.setAccessibleName(self.tr("What I will try next, in my own words"))
        self.words.setPlaceholderText(self.tr("Or in your own words …"))
        self.words.setMaxLength(500)
        self.words.textEdited.connect(lambda _text: self.changed.emit())
        self.add(self.words, plain(self.tr("Were you hooked: pulled into the client's pattern?")))
        self.body.addLayout(self._make_hooked())
        self.body.addStretch()

    def _make_hooked(self) -> Flow:
        self.yes = QPushButton(self.tr("Yes"))
        self.no = QPushButton(self.tr("No"))
        self._unanswered = quiet("")
        self._unanswered.setWordWrap(False)
        row = Flow()
        for button, answer in ((self.yes, True), (self.no, False)):
            button.setCheckable(True)
            button.clicked.connect(lambda on, a=answer: self._answer(a if on else None))
            row.addWidget(button)
        self.yes.setAccessibleName(self.tr("Hooked: yes"))
        self.no.setAccessibleName(self.tr("Hooked: no"))
        row.addWidget(self._unanswered)
        self._show_hooked()
        return row

    def _answer(self, hooked: bool | None) -> None:
        self.hooked = hooked
        self._show_hooked()
        self.changed.emit()

    def _show_hooked(self) -> None:
        self.yes.setChecked(self.hooked is True)
        self.no.setChecked(self.hooked is False)
        for button in (self.yes, self.no):  # a check, so that the answer does not rest on colour
            button.setIcon(theme.icon("check") if button.isChecked() else QIcon())
        self._unanswered.setText(
            self.tr("not answered")
            if self.hooked is None
            else self.tr("press again to take it back")
        )


def notice(vignette: Vignette | None) -> str:
    """What has to be said of a client who is not a person."""
    if vignette is None or not vignette.synthetic:
        return ""
    return "Synthetic voice: for practice, not equivalent to filmed clients."
