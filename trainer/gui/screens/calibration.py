"""Calibration: learn to rate as the references are rated, pass the gate, stay where it was."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app import calibration
from trainer.app.calibration_state import Look, Standing, look, stand
from trainer.app.desk import Desk
from trainer.app.library import titled
from trainer.app.told import Again, told_again
from trainer.domain.changes import Changes
from trainer.domain.reference import TRAINING
from trainer.domain.rounds import Round
from trainer.domain.rubric import Rubric
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.calibration_cards import DriftCard, GateCard, SourceCard
from trainer.gui.screens.calibration_own import OwnCard
from trainer.gui.screens.calibration_told import ToldAgain
from trainer.gui.widgets.adopt import AdoptCard
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet, strong
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.times import day

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class StepsCard(Card):
    """Where one stands, and the next step."""

    def __init__(
        self,
        shown: Standing,
        train: Callable[[], None],
        gate: Callable[[], None],
        again: Callable[[], None],
    ) -> None:
        super().__init__(self.tr("Where you stand"))
        found = shown.look
        self.said = strong(self._where(shown))
        self.train = QPushButton(self._train_text(found))
        self.gate = QPushButton(self._gate_text(shown))
        if not found.counts.get(TRAINING, 0):
            self.train.hide()  # to show it before it is in the page would open a window
        self.gate.setEnabled(found.can_be_gated)
        self.train.clicked.connect(train)
        self.gate.clicked.connect(gate)
        self.again = QPushButton(self.tr("What training told ({0})").format(found.trained))
        self.again.clicked.connect(again)
        if not found.trained:
            self.again.hide()
        trained = found.trained >= found.counts.get(TRAINING, 0) and shown.gate is None
        first = self.gate if trained or found.gate_left else self.train
        first.setProperty("primary", not shown.permit.passed)
        self.first = first
        self.add(self.said, plain(self._next(shown)), in_a_row(self.train, self.gate, self.again))
        self.add(
            quiet(
                self.tr(
                    "Training: rate a reference, then see how it was rated, why, and which anchor "
                    "decides. Gate: the same without being told, before you rate live. After it, "
                    "one response in ten is a hidden reference."
                )
            )
        )

    def _where(self, shown: Standing) -> str:
        found = shown.look
        if shown.permit.passed and shown.permit.at is not None:
            return self.tr("✓ Gate passed on {0}").format(day(shown.permit.at))
        if found.gate_left is not None:
            return self.tr("Gate begun: {0} of {1} rated").format(*found.gate_left)
        if shown.gate is not None:
            return self.tr("✗ Gate not passed")
        if found.trained:
            total = found.counts.get(TRAINING, 0)
            return self.tr("Training: {0} of {1} references rated").format(found.trained, total)
        return self.tr("Not begun")

    def _next(self, shown: Standing) -> str:
        if not shown.look.can_be_gated:
            return self.tr(
                "This rubric has too few references for a gate. You may rate live; the log says "
                "that it was without one."
            )
        if shown.permit.passed:
            return self.tr("You may rate live with {0}.").format(shown.look.rubric.title)
        if shown.gate is not None and shown.gate.practise is not None:
            return shown.gate.practise.said
        return self.tr(
            "Until the gate is passed, live rating asks whether you want to go on without it, and "
            "the log says so."
        )

    def _train_text(self, found: Look) -> str:
        if found.training_left is not None and found.training_left[0]:
            return self.tr("Go on training ({0} of {1})").format(*found.training_left)
        if found.trained and found.trained >= found.counts.get(TRAINING, 0):
            return self.tr("Train again")
        if found.training_left is not None:
            return self.tr("Begin training")
        return self.tr("Train (frame of reference)")

    def _gate_text(self, shown: Standing) -> str:
        if shown.look.gate_left is not None:
            return self.tr("Go on with the gate ({0} of {1})").format(*shown.look.gate_left)
        return self.tr("Take the gate again") if shown.gate else self.tr("Take the gate")


class CalibrationScreen(Screen):
    """For the person at this computer and the chosen rubric."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._shown: Standing | None = None
        self.steps: StepsCard | None = None
        self.adopt: AdoptCard | None = None
        self.cards: tuple[Card, ...] = ()
        self.told: ToldAgain | None = None
        self._lay_out()

    def left(self) -> None:
        """Be silent."""
        self._close_told()

    def entered(self) -> None:
        """Read it: something may have been rated."""
        self._fill_rubrics()
        self.read()

    def news(self, changes: Changes) -> None:
        """A rating was added, or a reference."""
        if Changes.RATINGS in changes:
            self.read()

    def read(self) -> None:
        """Read where one stands with the chosen rubric, and have it judged beside."""
        rubric = self._rubric()
        if rubric is None:
            return
        desk, person = self._desk, self._desk.settings.text("person")

        def judge(found: Look) -> None:
            desk.runner.apart(partial(stand, found), self._show, self._cannot, alive(self))

        self._wait.begin()
        desk.runner.database(
            lambda log: look(log, desk.library, rubric, person), judge, self._cannot, alive(self)
        )

    def _cannot(self, error: Exception) -> None:
        self._wait.end()
        self._window.failed(error)

    # Inside

    def _rubric(self) -> Rubric | None:
        wanted = self.rubric.currentData()
        every = self._desk.library.rubrics
        return next((one for one in every if one.ref.name == wanted), None)

    def _fill_rubrics(self) -> None:
        every = self._desk.library.rubrics
        names = [one.ref.name for one in every]
        if [self.rubric.itemData(n) for n in range(self.rubric.count())] == names:
            return
        chosen = self.rubric.currentData() or self._desk.settings.text("rubric")
        self.rubric.clear()
        for title, name in titled(every):
            self.rubric.addItem(title, name)
        same = [n for n, one in enumerate(every) if one.called(chosen)]
        self.rubric.setCurrentIndex(same[0] if same else 0)
        self.rubric.setVisible(len(every) > 1)

    def _show(self, found: Standing) -> None:
        if found.look.rubric.ref.name != self.rubric.currentData():
            return
        self._wait.end()
        if found == self._shown:
            return
        self._shown = found
        self.steps = StepsCard(found, self._train, self._gate, self._see_again)
        cards: list[Card] = [self.steps]
        if found.gate is not None:
            gate = GateCard(found.gate, found.look.rubric.ref.version)
            gate.again.connect(self._train)
            cards.append(gate)
        if found.drift.charts or found.look.hidden:
            cards.append(DriftCard(found.drift))
        cards.append(SourceCard(found.look))
        typed = self.adopt.typed() if self.adopt is not None else {}
        self.adopt = None
        if found.look.adoptable:
            rubric, failed = found.look.rubric, self._window.failed
            self.adopt = AdoptCard(self._desk, rubric, found.look.adoptable, failed)
            cards.append(self.adopt)
        if found.look.own:
            rubric, failed = found.look.rubric, self._window.failed
            own = OwnCard(self._desk, rubric, found.look.own, failed)
            own.asked.connect(lambda asked: self._back.setEnabled(not asked))
            cards.append(own)
        self._back.setEnabled(True)
        self.cards = tuple(cards)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2, 2, 10, 12)
        column.setSpacing(14)
        for card in cards:
            column.addWidget(card)
        column.addStretch()
        focused = QApplication.focusWidget()
        inside = focused is not None and self._area.isAncestorOf(focused)
        self._area.setWidget(page)
        if self.adopt is not None:
            self.adopt.resume(typed)
        lost = inside or not self.isAncestorOf(focused or self)
        if lost and not typed and self.isVisible():  # read late, it must not take a round's keys
            self.steps.first.setFocus()  # what had the focus has gone, or is on the rail

    def _train(self, only: tuple[str, ...] | bool = ()) -> None:
        chosen = only if isinstance(only, tuple) else ()  # a button tells whether it is checked
        desk, rubric, person = self._desk, self._rubric(), self._desk.settings.text("person")
        assert rubric is not None
        desk.runner.change(
            lambda log: calibration.training(log, desk.home, desk.library, rubric, person, chosen),
            self._begun, self._window.failed, alive(self),
        )  # fmt: skip

    def _gate(self) -> None:
        desk, rubric, person = self._desk, self._rubric(), self._desk.settings.text("person")
        assert rubric is not None
        desk.runner.change(
            lambda log: calibration.gate_round(log, desk.home, desk.library, rubric, person),
            self._begun, self._window.failed, alive(self),
        )  # fmt: skip

    def _see_again(self) -> None:
        """Open what training told, in place of where one stands."""
        desk, rubric, person = self._desk, self._rubric(), self._desk.settings.text("person")
        assert rubric is not None

        def have(every: tuple[Again, ...]) -> None:
            if self.told is None and every and self.isVisible():
                self.told = ToldAgain(desk, rubric, self._window.failed)
                self.told.closed.connect(self._close_told)
                self._pages.addWidget(self.told)
                self._pages.setCurrentWidget(self.told)
                self.told.show_all(every)
                self.told.which.setFocus()

        desk.runner.database(
            lambda log: told_again(log, desk.home, desk.library, rubric, person),
            have, self._window.failed, alive(self),
        )  # fmt: skip

    def _close_told(self) -> None:
        if self.told is None:
            return
        self.told.stop()
        self._pages.removeWidget(self.told)
        self.told.deleteLater()
        self.told = None
        if self.steps is not None and self.isVisible():
            self.steps.again.setFocus()

    def _begun(self, made: Round) -> None:
        self._window.rate_round(made.id)

    def _lay_out(self) -> None:
        self.rubric = Choice()
        self.rubric.setAccessibleName(self.tr("Scale"))
        self.rubric.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.rubric.activated.connect(lambda _index: self.read())
        back = QPushButton(self.tr("‹ Rate"))
        back.setAccessibleName(self.tr("Back to Rate"))
        back.setProperty("flat", True)
        back.clicked.connect(lambda: self._window.go("rate"))
        head = in_a_row(heading(self.tr("Calibration"), 1.5), self.rubric, back)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self._back = key_of(page, "Esc", lambda: self._window.go("rate"))
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(8)
        column.addWidget(head)
        self._wait = Wait(self.tr("Working out where you stand …"))
        column.addWidget(self._wait)
        column.addWidget(self._area, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
