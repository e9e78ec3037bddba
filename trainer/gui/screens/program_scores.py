"""Scores of a cohort: what raters gave, with how sure it is, and ways to hand it on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from trainer.app.cohort_figures import Cohort, Overview, opened, read_later
from trainer.app.cohort_flow import WHY
from trainer.app.cohort_told import drifted, said
from trainer.app.desk import Desk
from trainer.domain.assignment import Assignment
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.rubric import Scale
from trainer.gui.jobs import alive
from trainer.gui.screens.reliability_cards import bands, counts
from trainer.gui.widgets.busy import Busy, Wait
from trainer.gui.widgets.cards import Card, Pair, in_a_row, plain, quiet, strong
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.dialogs import ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.intervals import Axis, Interval, around_zero
from trainer.gui.widgets.order import widgets_in

if TYPE_CHECKING:
    from trainer.app.cohort_told import Estimate, ItemFigures, Occasion


class ScoresSection(QWidget):
    """``report_wanted(Cohort)`` when its report is to be written; ``failed(error)``; ``said`` what
    was done for an assignment that is not shown any more.
    """

    report_wanted = Signal(object)
    failed = Signal(object)
    said = Signal(str)
    _told = Signal(int, int)  # from the log's thread

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._id = ""
        self._laid_out = False
        self._end: Callable[[], None] = lambda: None  # what is being worked out
        self._asked: Assignment | None = None
        self._shown: tuple[int, int] | None = None  # ratings, responses
        self._cancel = Event()
        self.found: Cohort | None = None
        self._told.connect(self._show_told)

    def open(self, assignment_id: str) -> None:
        """Show the scores of an assignment."""
        if not self._laid_out:  # what few need is made when it is wanted
            self._laid_out = True
            self._lay_out()
        if assignment_id != self._id:
            self._id, self.found, self._shown = assignment_id, None, None
            self._clear()
            self._end()  # no figures of another one
            self._wait.end()
            self._overview.clear()
            for part in (self._again, self._export_told):
                part.hide()
            for button in (self.report, self.export):
                button.setEnabled(False)
            self._reading.begin()
        self._desk.runner.database(
            lambda log: opened(log, assignment_id), lambda found: self._have(*found),
            self._no_overview, alive=alive(self),
        )  # fmt: skip

    def export_to(self, folder: Path) -> None:
        """Write the research export of the assignment as a folder into ``folder``."""
        desk, asked = self._desk, self._asked
        assert asked is not None  # it is offered once that is read
        cancel = self._cancel = Event()

        def progress(done: int, of: int) -> None:
            if cancel.is_set():
                raise KnownError(self.tr("Stopped"), self.tr("Nothing was written."))
            self._told.emit(done, of)

        def write(log: Any) -> list[str]:
            from trainer.app import research  # it brings much that few need

            done = research.export(
                desk.home, log, research.free_folder(folder, asked, local_now().date()),
                assignments=(asked.id,), use=use, library=desk.library, progress=progress,
            )  # fmt: skip
            return research.as_lines(done)

        self._show_told(0, 0)
        self._busy.show()
        self.export.setEnabled(False)
        use = "research" if self.use.currentData() == "research" else "rating"
        desk.runner.database(
            write, lambda lines: self._exported(asked, lines), self._not_exported,
            alive=alive(self),
        )  # fmt: skip

    # What is shown

    def _have(self, of: Overview, before: Assignment | None) -> None:
        if of.assignment.id != self._id:
            return
        self._reading.end()
        self._asked = of.assignment
        self._offer(before)
        self._overview.setText(
            by_count(
                of.rated, self.tr("1 of {1} is rated: {2}."), self.tr("{0} of {1} are rated: {2}.")
            ).format(
                of.rated,
                by_count(of.responses, self.tr("1 response"), self.tr("{0} responses")).format(
                    of.responses
                ),
                counts(of.rated, of.raters, of.ratings),
            )
            if of.ratings
            else self.tr("Nothing of it was rated yet. Under Raters you give it to them.")
        )
        self.report.setEnabled(self.found is not None)
        for box in (self.compared, self.names):
            box.setEnabled(bool(of.ratings))
        self.export.setEnabled(bool(of.responses) and self._busy.isHidden())
        if (of.ratings, of.responses) != self._shown:
            self._shown = (of.ratings, of.responses)
            self._work_out()

    def _offer(self, before: Assignment | None) -> None:
        """To compare it with what it came after, if it came after anything."""
        self._compared.setVisible(before is not None)
        if before is not None:
            told = self.tr("{0} ({1}), which it came after")
            told = told.format(before.title, before.occasion or before.program)
            self.compared.setItemText(0, told)

    def _work_out(self) -> None:
        """Read every figure anew, in a process of its own."""
        self._end()
        self.found = None
        self.report.setEnabled(False)
        self._again.hide()
        if self._shown is None or not self._shown[0]:
            self._came()
            return
        # What is shown stays in its place, and what is below it waits: neither is to jump away.
        for card in widgets_in(self._cards):
            card.setEnabled(False)
        self._for_others.setVisible(self._cards.count() > 0)
        self._wait.begin()
        self._end = read_later(
            self._desk, self._id, self.compared.currentData(),
            self._have_figures, self._no_figures, alive(self),
            names=bool(self.names.currentData()), told=self._show_item,
        )  # fmt: skip

    def _show_item(self, done: int, of: int) -> None:
        if done < of:
            said = self.tr("Working out item {0} of {1} …").format(done + 1, of)
            self._wait.go_on(said, done, of)

    def _not_worked_out(self) -> None:
        """Somebody has stopped it."""
        self._end()
        self._came()
        self._again.show()
        self._again.setFocus()

    def _have_figures(self, found: Cohort) -> None:
        self._came()
        self.found = found
        self.report.setEnabled(True)
        material = found.material
        notes = []
        if (before := material.before) is not None:
            of = before.occasion or before.program
            notes.append(self.tr("Compared with {0} ({1}).").format(before.title, of))
            if any(one.raw is None and one.before is not None for one in found.items):
                notes.append(self.tr(
                    "Fair scores of both are estimated together, so that the mean of {0} may "
                    "differ from that on its own page."
                ).format(before.occasion or before.title))  # fmt: skip
        if material.unseen:
            told = self.tr("Responses that are left out until you have rated them: {0}.")
            notes.append(told.format(material.unseen))
        if found.now.held_back:
            notes.append(
                self.tr("Responses that may not, or no longer, be rated are left out: {0}.").format(
                    ", ".join(f"{n} {WHY[why]}" for why, n in found.now.flow.why_held.items())
                )
            )
        if notes:
            self._cards.addWidget(quiet(" ".join(notes)))
        scale = material.rubric.scale if material.rubric else Scale(1, 5)
        for one in found.items:
            self._cards.addWidget(self._card(found, one, scale))

    def _no_overview(self, error: Exception) -> None:
        self._reading.end()
        self.failed.emit(error)

    def _no_figures(self, error: Exception) -> None:
        self._came()
        self.failed.emit(error)

    def _came(self) -> None:
        self._wait.end()
        self._clear()
        self._for_others.show()

    def _card(self, found: Cohort, one: "ItemFigures", scale: Scale) -> Card:
        card = Card(found.title(one.item))
        ticks = tuple((float(at), str(at)) for at in range(scale.min, scale.max + 1))
        axis = Axis(float(scale.min), float(scale.max), (), ticks)
        if one.before is not None:
            told = self._mean_told(one.before, self.tr("Before"))
            self._figure(card, told, one.before.mean, axis)
        title = self.tr("Mean") if one.before is None else self.tr("After")
        self._figure(card, self._mean_told(one.now, title), one.now.mean, axis)
        if one.raw is not None:
            card.add(quiet(self.tr("Scores as given, not fair: {0}.").format(one.raw)))
        if one.change is not None:
            told = self.tr("Change in points, {0}: {1}; effect (g_av) {2}").format(
                self._trainees(one.change.pairs), said(one.change.mean), said(one.change.effect)
            )
            self._figure(card, told, one.change.mean, _zero(one.change.mean, self.tr("points")))
            card.add(quiet(self.tr(
                "Of single trainees, beyond what raters and clients can make: {0} higher, {1} "
                "lower, {2} within."
            ).format(one.change.count(1), one.change.count(-1), one.change.count(0))))  # fmt: skip
        icc = self.tr("How far one rating can be trusted (ICC(A,1)): {0}").format(said(one.now.icc))
        self._figure(card, icc, one.now.icc, bands())
        gap = self.tr("Own ratings less the raters', in points, {0}: {1}").format(
            self._trainees(one.gap.pairs), said(one.gap.difference)
        )
        self._figure(card, gap, one.gap.difference, _zero(one.gap.difference, self.tr("points")))
        self._add_drift(card, one)
        self._add_clients(card, found, one)
        reasons = (*one.now.reasons, *one.gap.reasons, *(one.change.reasons if one.change else ()))
        for reason in dict.fromkeys(reasons):
            card.add(quiet(reason[:1].upper() + reason[1:].removesuffix(".") + "."))
        return card

    def _mean_told(self, one: "Occasion", title: str) -> str:
        who = self._trainees(len(one.scores))
        if one.lacking:
            told = self.tr("{0}, {1} of them on a part of their clients only")
            alone = self.tr("1 trainee, on a part of the clients only")
            who = by_count(len(one.scores), alone, told).format(who, one.lacking)
        return self.tr("{0}: {1}; {2}, {3}").format(
            title, said(one.mean), who, counts(one.responses, one.raters, one.ratings)
        )

    def _trainees(self, count: int) -> str:
        return by_count(count, self.tr("1 trainee"), self.tr("{0} trainees")).format(count)

    def _add_drift(self, card: Card, one: "ItemFigures") -> None:
        """Who did not stay as strict beside the others."""
        stricter = self.tr("{0} became stricter beside the other raters: {1} points.")
        milder = self.tr("{0} became milder beside the other raters: {1} points.")
        told = [
            (stricter if change.value > 0 else milder).format(rater, said(change))
            for rater, change in drifted(one)
        ]
        if told:
            card.add(quiet(" ".join([*told, self.tr("That is mixed into the change.")])))

    def _add_clients(self, card: Card, found: Cohort, one: "ItemFigures") -> None:
        titles = found.material.titles
        for stands, told in (
            ("harder", self.tr("Harder than the others: {0}.")),
            ("easier", self.tr("Easier than the others: {0}.")),
        ):
            some = [titles[each.vignette] for each in one.clients if each.stands == stands]
            if some:
                card.add(plain(told.format("; ".join(some))))

    def _figure(self, card: Card, told: str, value: "Estimate | None", axis: Axis) -> None:
        card.add(strong(told) if axis.ticks and not axis.zero and not axis.bands else plain(told))
        if value is not None:
            card.add(Interval(value.value, value.low, value.high, axis, told))

    def _clear(self) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    # What is done

    def _wanted(self) -> None:
        if self.found is not None:
            self.report_wanted.emit(self.found)

    def _stop(self) -> None:
        self._cancel.set()

    def _show_told(self, done: int, of: int) -> None:
        self._busy.bar.setMaximum(max(1, of))
        self._busy.bar.setValue(done)

    def _exported(self, of: Assignment, told: Sequence[str]) -> None:
        self._ended()
        if of.id != self._id:  # another one is shown by now
            self.said.emit(f"{of.title}: {told[0]}")
            return
        self._export_told.setText("\n".join(told))
        self._export_told.show()

    def _not_exported(self, error: Exception) -> None:
        self._ended()
        self.failed.emit(error)

    def _ended(self) -> None:
        self._busy.hide()
        self.export.setEnabled(self._shown is not None and self._shown[1] > 0)

    # Making

    def _lay_out(self) -> None:
        self._overview, self._reading = plain(""), Wait(self.tr("Reading what was rated …"))
        self._wait = Wait(self.tr("Working the figures out …"), self._not_worked_out)
        self._again = LongButton(self.tr("Work the figures out"))
        self._again.clicked.connect(self._work_out)
        self._again.hide()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        figures = in_a_row(self._make_report(), self._wait, self._again)
        for widget in (self._overview, self._reading, self._make_choices(), figures):
            column.addWidget(widget)
        column.addLayout(self._cards)
        column.addWidget(self._make_export())
        column.addStretch()

    def _make_choices(self) -> QWidget:
        self.compared, self.names = Choice(), Choice()
        self._compared = self._fill(self.compared, self.tr("Compared with"), (
            (None, ""), ("", self.tr("Nothing, by itself")),
        ))  # fmt: skip
        self._compared.hide()  # until it is known what it came after
        names = self._fill(self.names, self.tr("What people are called in the report"), (
            (False, self.tr("By code")), (True, self.tr("By name, where known")),
        ))  # fmt: skip
        for box in (self.compared, self.names):
            box.currentIndexChanged.connect(lambda _index: self._work_out())
        narrow = Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.compared.setSizeAdjustPolicy(narrow)  # a title may be long
        self.compared.setMinimumContentsLength(14)
        return Pair(self._compared, names, wide=72)

    def _make_report(self) -> QPushButton:
        self.report = LongButton(self.tr("Write the report (HTML and PDF)"))
        self.report.setProperty("primary", True)
        self.report.setEnabled(False)
        self.report.clicked.connect(self._wanted)
        return self.report

    def _make_export(self) -> Card:
        self._for_others = card = Card(self.tr("For statistics programs"))
        self.use = Choice()
        use = self._fill(self.use, self.tr("What it holds"), (
            ("research", self.tr("What may be used for research")),
            ("rating", self.tr("What may be rated, for your own evaluation")),
        ))  # fmt: skip
        self.export = LongButton(self.tr("Write the research export …"))
        self.export.clicked.connect(lambda: ask_folder(self, self.export_to))
        self._busy = Busy(self.tr("How far the export is"), self._stop)
        self._export_told = plain("")
        self._export_told.hide()
        card.add(
            quiet(self.tr(
                "A folder of tables (CSV, Parquet, SPSS), annotations (ELAN, Praat, WebVTT) and a "
                "codebook, under codes."
            )),
            use, self._busy, in_a_row(self.export), self._export_told,
        )  # fmt: skip
        return card

    def _fill(self, box: Choice, name: str, values: Sequence[tuple[object, str]]) -> Field:
        for value, text in values:
            box.addItem(text, value)
        return Field(name, box)


def _zero(value: "Estimate | None", unit: str) -> Axis:
    ends = (value.value, value.low, value.high) if value is not None else (0.0,)
    return around_zero(max(abs(end) for end in ends if end is not None), unit)
