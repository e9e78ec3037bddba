"""The parts of a feedback report, each to be edited before it is written."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer.app.trainee_material import Quote, RatedResponse
from trainer.app.trainee_report import HEADS, Draft, Sheet
from trainer.app.trainee_words import SLOTS, counted
from trainer.domain.markers import told
from trainer.domain.moments import clock
from trainer.domain.rubric import Scale
from trainer.gui.widgets.cards import Card, Tick, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.table import Table
from trainer.gui.widgets.times import day
from trainer.gui.widgets.words import Block

WIDEST_CHARACTERS = 120


class AnswerCard(Card):
    """One of the three answers: which, what is written of it, which comments are quoted.

    ``chosen(response)``, ``typed(text)`` and ``quoted(comment, whether)``.
    """

    chosen = Signal(str)
    typed = Signal(str)
    quoted = Signal(str, bool)

    def __init__(self, sheet: Sheet, slot: str) -> None:
        super().__init__("")
        self.slot = slot
        title = self.tr(HEADS[slot])
        self.setAccessibleName(title)
        self.which = Choice()
        self.which.setAccessibleName(self.tr("{0}: which answer").format(title))
        self.which.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.which.addItem(self.tr("None: leave this part out"), "")
        for one in sheet.material.responses:
            self.which.addItem(self._name(one, sheet), one.response_id)
        self.which.activated.connect(lambda _index: self.chosen.emit(self.which.currentData()))
        self.facts = quiet("")
        self.block = Block(title, "", "", self.which, self.facts)
        self.block.typed.connect(self.typed)
        self._quotes = QWidget()
        self.add(self.block, self._quotes)
        self.show_sheet(sheet)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the answer that is in this slot."""
        one = sheet.response(self.slot)
        self.which.setCurrentIndex(self.which.findData(one.response_id if one else ""))
        self.block.show_text(sheet.text(self.slot), sheet.suggested_text(self.slot))
        self.block.words.setEnabled(one is not None)
        self.facts.setText(self._scores(one, sheet) if one else "")
        self.facts.setVisible(one is not None)
        self._show_quotes(one, sheet.draft.left_out)

    def _name(self, one: RatedResponse, sheet: Sheet) -> str:
        parts = [one.client, one.title, day(one.at) if one.at else ""]
        name = "  ·  ".join(part for part in parts if part) or self.tr("A client nobody knows")
        if one.response_id == sheet.suggested.chosen[self.slot]:
            return self.tr("{0}  (suggested)").format(name)
        return name

    def _scores(self, one: RatedResponse, sheet: Sheet) -> str:
        titles = {item.id: item.title for item in sheet.material.rubric.items}
        given = ", ".join(f"{titles[i]} {_points(score)}" for i, score in one.means.items())
        who = (
            self.tr("one rater")
            if one.raters == 1
            else self.tr("mean of {0} raters").format(one.raters)
        )
        said = f"{given} ({who})"
        if one.agreed is None:
            return said
        agreed = ", ".join(f"{titles.get(i, i)} {_points(s)}" for i, s in one.agreed.items())
        return self.tr("{0}. Agreed on in discussion: {1}").format(said, agreed)

    def _show_quotes(self, one: RatedResponse | None, left_out: tuple[str, ...]) -> None:
        self._quotes.deleteLater()
        self._quotes = QWidget()
        self.add(self._quotes)
        column = QVBoxLayout(self._quotes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        quotes = one.quotes if one else ()
        if one is not None and quotes:
            text = (
                self.tr("Quoted if ticked. Times count from where the client ends, as in Review.")
                if one.from_client_end
                else self.tr("Quoted if ticked. Times count from where the recording begins.")
            )
            column.addWidget(quiet(text))
        for quote in quotes:
            tick = Tick(self._quote(quote))
            tick.setChecked(quote.id not in left_out)
            tick.toggled.connect(partial(self.quoted.emit, quote.id))
            column.addWidget(tick)
        self._quotes.setVisible(bool(quotes))

    def _quote(self, quote: Quote) -> str:
        marker = told(quote.marker)
        said = [self.tr("You {0}.").format(marker)] if marker else []
        said += [quote.text] if quote.text else []
        return f"{clock(quote.at_s)}  {' '.join(said)}"


class ProfileCard(Card):
    """The figures that go into the report, to have before one's eyes while writing."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Profile"))
        material = sheet.material
        table = Table(
            (self.tr("Scale"), self.tr("Mean, 95 % interval"), self.tr("Rests on; own rating"))
        )
        for item in material.rubric.items:
            one = sheet.profile.items.get(item.id)
            if one is None or one.mean is None:
                table.add(item.title, "–", self.tr("not applicable in any answer"))
                continue
            rests = ", ".join(
                counted(number, what)
                for number, what in (
                    (one.responses, "answer"), (one.clients, "client"), (one.raters, "rater")
                )
            )  # fmt: skip
            if one.own is not None and one.pairs == one.responses:
                rests = self.tr("{0}; own {1:.1f}").format(rests, one.own)
            elif one.own is not None and one.others is not None:
                text = self.tr("{0}; on the {1} rated by both: own {2:.1f}, raters {3:.1f}")
                rests = text.format(rests, one.pairs, one.own, one.others)
            table.add(item.title, self._mean(one.mean.value, one.mean.low, one.mean.high,
                                             material.rubric.scale), rests)  # fmt: skip
        self.add(table)

    def _mean(self, value: float, low: float | None, high: float | None, scale: Scale) -> str:
        if low is None or high is None:
            return self.tr("{0:.1f} (no interval yet)").format(value)
        return self.tr("{0:.1f} ({1:.1f} to {2:.1f})").format(
            value, max(low, scale.min), min(high, scale.max)
        )


class SheetPage(QWidget):
    """All parts in the order of the report; ``changed(Draft)`` at every key."""

    changed = Signal(object)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST_CHARACTERS)
        self.opening = self._part("opening", self.tr("Opening"))
        self.practise = self._part("practise", self.tr("One thing to practise"))
        self.closing = self._part("closing", self.tr("Next"))
        self.answers = {slot: AnswerCard(sheet, slot) for slot in SLOTS}
        for slot, card in self.answers.items():
            card.chosen.connect(partial(self._choose, slot))
            card.typed.connect(partial(self._typed, slot))
            card.quoted.connect(self._quoted)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 10, 12)
        column.setSpacing(14)
        for widget in (
            ProfileCard(sheet), self.opening, *self.answers.values(), self.practise, self.closing,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)

    def _part(self, name: str, title: str) -> Block:
        block = Block(title, self.sheet.part(name), getattr(self.sheet.suggested, name))
        block.typed.connect(partial(self._part_typed, name))
        return block

    def _part_typed(self, name: str, text: str) -> None:
        """What is as suggested follows the ratings; what was typed stays."""
        same = text == getattr(self.sheet.suggested, name)
        value = None if same else text
        draft = self.sheet.draft
        self._keep(
            replace(
                draft,
                opening=value if name == "opening" else draft.opening,
                practise=value if name == "practise" else draft.practise,
                closing=value if name == "closing" else draft.closing,
            )
        )

    def _typed(self, slot: str, text: str) -> None:
        one = self.sheet.response(slot)
        if one is None:
            return
        texts = dict(self.sheet.draft.texts)
        if text == self.sheet.suggested_text(slot):
            texts.pop(one.response_id, None)
        else:
            texts[one.response_id] = text
        self._keep(replace(self.sheet.draft, texts=texts))

    def _choose(self, slot: str, response_id: str) -> None:
        """Another answer in a slot; if it was in another one, the two change places."""
        now = {each: one.response_id if (one := self.sheet.response(each)) else ""
               for each in SLOTS}  # fmt: skip
        for each, there in now.items():
            if there == response_id and response_id and each != slot:
                now[each] = now[slot]
        now[slot] = response_id
        suggested = self.sheet.suggested.chosen
        chosen = {each: one for each, one in now.items() if one != suggested[each]}
        self._keep(replace(self.sheet.draft, chosen=chosen))
        for card in self.answers.values():
            card.show_sheet(self.sheet)

    def _quoted(self, comment_id: str, quoted: bool) -> None:
        left = [one for one in self.sheet.draft.left_out if one != comment_id]
        self._keep(
            replace(self.sheet.draft, left_out=tuple(left if quoted else [*left, comment_id]))
        )

    def _keep(self, draft: Draft) -> None:
        self.sheet = replace(self.sheet, draft=draft)
        self.changed.emit(draft)


def _points(score: float | None) -> str:
    return "N/A" if score is None else f"{score:.2g}"
