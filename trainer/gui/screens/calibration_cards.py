"""The cards of Calibration: the gate's result, drift, where references come from."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from trainer.app.calibration_state import Look
from trainer.app.drift import Drift, ItemDrift
from trainer.app.gate import GateResult, Verdict, signed, two_digits
from trainer.domain.reference import GATE, HIDDEN, TRAINING
from trainer.gui.widgets.cards import Card, Inset, Pair, in_a_row, plain, quiet, strong
from trainer.gui.widgets.control_chart import ControlChart
from trainer.gui.widgets.limits import AGREEMENT, BIAS, SHARE, Limits
from trainer.gui.widgets.times import day

SIDE_BY_SIDE = 96  # characters


class Estimated(Protocol):
    """A figure and its limits."""

    @property
    def value(self) -> float:
        """The figure."""

    @property
    def low(self) -> float | None:
        """Its lower limit."""

    @property
    def high(self) -> float | None:
        """Its upper limit."""


def _percent(value: float) -> str:
    return f"{value:.0%}"


def _figure(found: Estimated | None, form: Callable[[float], str]) -> str:
    """Such as "0.87 (0.70 to 0.95)"."""
    if found is None:
        return "–"
    said = form(found.value)
    if found.low is None or found.high is None:
        return said
    return f"{said} ({form(found.low)} to {form(found.high)})"


class VerdictBox(Inset):
    """One item of a gate: passed or not, its three figures with their limits, what is missing."""

    def __init__(self, shown: Verdict) -> None:
        super().__init__()
        passed = self.tr("✓ passed") if shown.passed else self.tr("✗ not passed")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(6)
        box.addWidget(strong(f"{shown.title}: {passed}"))
        box.addWidget(self._figures(shown))
        for said in shown.missing:
            box.addWidget(plain(said))
        if shown.found.both_na:
            said = self.tr("Both said not applicable: {0}.").format(shown.found.both_na)
            box.addWidget(quiet(said))
        box.addStretch()
        self.setAccessibleName(f"{shown.title}: {passed}")
        self.setAccessibleDescription(" ".join(shown.missing))

    def _figures(self, shown: Verdict) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        found = shown.found
        for name, axis, one, form in (
            (self.tr("Within one point"), SHARE, found.share, _percent),
            (self.tr("Agreement, ICC(A,1)"), AGREEMENT, found.icc, two_digits),
            (self.tr("Higher or lower, in points"), BIAS, found.bias, signed),
        ):
            said = _figure(one, form)
            called = QLabel(name)
            called.setProperty("quiet", True)
            value, low, high = (one.value, one.low, one.high) if one else (None, None, None)
            column.addWidget(in_a_row(called, QLabel(said)))
            column.addWidget(Limits(axis, value, low, high, f"{name}: {said}"))
        return holder


class GateCard(Card):
    """What the newest gate showed; ``again`` asks for two references to be heard again (ids)."""

    again = Signal(tuple)

    def __init__(self, shown: GateResult, version: int) -> None:
        on = day(shown.at)
        super().__init__(
            self.tr("Gate passed on {0}").format(on)
            if shown.passed
            else self.tr("Gate of {0}: not passed").format(on)
        )
        asked = self.tr(
            "{0} references, rubric version {1}. Asked of each item and of all together: within "
            "one point on 90 % of the ratings, and agreement whose lower limit is 0.5 or more (the "
            "upright strokes). Bars are 95 % limits."
        )
        self.add(quiet(asked.format(shown.references, version)))
        for note in shown.notes:
            self.add(plain(note))
        self.boxes = tuple(VerdictBox(one) for one in (shown.whole, *shown.items))
        self.add(Pair(*self.boxes, wide=SIDE_BY_SIDE))
        if shown.practise is not None:
            ids = shown.practise.hear_again
            self.add(strong(self.tr("To practise")), plain(shown.practise.said))
            if ids:
                self.hear = QPushButton(
                    self.tr("Hear two training references for it")
                    if len(ids) > 1
                    else self.tr("Hear a training reference for it")
                )
                self.hear.clicked.connect(lambda: self.again.emit(ids))
                self.body.addWidget(self.hear)
                self.hear.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class DriftBox(Inset):
    """One control chart: its sentence, the chart, and the point that is chosen."""

    def __init__(self, shown: ItemDrift) -> None:
        super().__init__()
        title = f"{shown.title}: {self.tr('▲ drift')}" if shown.flagged else shown.title
        self.chart = ControlChart(shown)
        self.chart.setAccessibleName(title)
        self.chart.setAccessibleDescription(shown.said)
        self.chart.chosen.connect(self._tell)
        self._said = shown.said
        self.chosen = quiet("")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(6)
        for widget in (strong(title), plain(shown.said), self.chart, self.chosen):
            box.addWidget(widget)
        box.addStretch()
        self._tell(-1)

    def _tell(self, _place: int) -> None:
        point = self.chart.point()
        if point is None:
            self.chosen.setText(self.tr("The arrow keys read it point by point."))
            self.chart.setAccessibleDescription(self._said)
            return
        number = self.chart.number()
        which = self.tr("Reference {0}").format(number) if number > 0 else self.tr("At the gate")
        text = self.tr("{0}, {1}: {2} points").format(
            which, day(point.at), signed(point.difference)
        )
        if point.average is not None:
            text = self.tr("{0}; moving average {1}").format(text, signed(point.average))
        if point.beyond:
            text = self.tr("{0}, beyond its limits").format(text)
        self.chosen.setText(text + ".")
        self.chart.setAccessibleDescription(text)


class DriftCard(Card):
    """Whether the rater has moved since the gate."""

    def __init__(self, shown: Drift) -> None:
        super().__init__(self.tr("Drift"))
        self.boxes = tuple(DriftBox(one) for one in shown.charts)
        self.add(plain(shown.said))
        if self.boxes:
            self.add(
                quiet(
                    self.tr(
                        "One response in ten is a reference that you are not told of. Points: "
                        "yours minus the reference's. It takes patience: a lasting shift of half a "
                        "point is seen after some 12 hidden references, and of ten spans of 20 one "
                        "has a false alarm."
                    )
                ),
                quiet(
                    self.tr(
                        "Rings: references at the gate, and across them a line at its own figure, "
                        "“higher or lower”. Dots: references since, with their moving average as a "
                        "curve. Dashed, from the fifth on: between what limits it is to be "
                        "expected after that gate; their middle (dotted) is nearer to 0 than the "
                        "gate's figure, because part of a lean seen on so few references is "
                        "chance. Triangles: where it is beyond them."
                    )
                ),
                Pair(*self.boxes, wide=SIDE_BY_SIDE),
            )


class SourceCard(Card):
    """Whose judgement the references are, in full, and how many there are for what."""

    def __init__(self, shown: Look) -> None:
        super().__init__(self.tr("Where the references come from"))
        for one in shown.bases:
            self.add(strong(one.title), plain(one.said))
        if not shown.bases:
            self.add(
                plain(
                    self.tr(
                        "There are none for this rubric. They come with a pack, or are made from "
                        "consensus ratings of your own."
                    )
                )
            )
            return
        if shown.of_packs:
            self.add(
                plain(
                    self.tr(
                        "A pack's references, the bundled ones too, may speak with synthetic "
                        "voices, so that among people a hidden one can be told by its voice; those "
                        "made from your own consensus speak as people do, and are hidden first."
                    )
                )
            )
        counts = shown.counts
        said = self.tr(
            "For you: {0} to train with, {1} for the gate, {2} to be hidden among live responses. "
            "None is used for two of these."
        ).format(*(counts.get(use, 0) for use in (TRAINING, GATE, HIDDEN)))
        self.add(quiet(said))
        if shown.part_in:
            self.add(
                quiet(
                    self.tr("Left out, because you had a part in them: {0}.").format(shown.part_in)
                )
            )
